//! From a folder to a generator: which engine runs a model, and whether the model passes its own test.

use camino::Utf8PathBuf;

use crate::constraint::Unconstrained;
use crate::control::Control;
use crate::generate::{GenerateError, Generator, Request};
use crate::model::Model;
use crate::session::{Logits, OpenError, Session};
use crate::speculation::Speculation;
use crate::tokenizer::TokenizerError;

/// Which engine runs a model.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum EngineChoice {
    /// ONNX Runtime where there is a library that can be used, else the engine in Rust.
    #[default]
    Auto,
    /// ONNX Runtime or nothing.
    OnnxRuntime,
    /// The engine in Rust, which needs no library.
    Rten,
}

/// What computes. Everything but the CPU needs a library of ONNX Runtime that was built for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Provider {
    /// CUDA where the library has it and it works, else the processor.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// NVIDIA's graphics processors.
    Cuda,
    /// Apple's processors.
    CoreMl,
    /// Graphics processors on Windows.
    DirectMl,
    /// Graphics processors by WebGPU.
    WebGpu,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Auto, Self::Cpu, Self::Cuda, Self::CoreMl, Self::DirectMl, Self::WebGpu];

    /// Its name in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
            Self::CoreMl => "coreml",
            Self::DirectMl => "directml",
            Self::WebGpu => "webgpu",
        }
    }

    /// The provider of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.name() == name)
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Auto | Self::Cpu => "CPU",
            Self::Cuda => "CUDA",
            Self::CoreMl => "CoreML",
            Self::DirectMl => "DirectML",
            Self::WebGpu => "WebGPU",
        }
    }
}

/// How a model is loaded.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LoadOptions {
    /// Which engine.
    pub engine: EngineChoice,
    /// What computes.
    pub provider: Provider,
    /// The library of ONNX Runtime, if it is not to be looked for.
    pub library: Option<Utf8PathBuf>,
    /// Threads. 0: as many as there are cores.
    pub threads: usize,
    /// How many texts are held at the same time. 0: two.
    pub slots: usize,
    /// The most tokens of a text, if the model allows for more. 0: 4096.
    pub context_length: usize,
}

/// Why a model could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The model does not fit the memory.
    #[error(
        "the model {model} needs {needed} MB of memory and {free} MB are free: take a smaller model, or end other programs"
    )]
    Memory {
        /// The model.
        model: String,
        /// Megabytes that it needs.
        needed: u64,
        /// Megabytes that are free.
        free: u64,
    },
    /// This program was built without the engine.
    #[error("this program was built without {engine}")]
    NotBuilt {
        /// The engine.
        engine: &'static str,
    },
    /// The library of ONNX Runtime cannot be used.
    #[error(transparent)]
    Library(#[from] crate::runtime::LibraryError),
    /// No session could be made.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The model could not be run.
    #[error("the model {model} cannot be run: {reason}")]
    Run {
        /// The model.
        model: String,
        /// Why.
        reason: String,
    },
    /// The model does not say what its manifest promises.
    #[error(
        "the model {model} fails its own test: to {prompt:?} it answers {found:?}, and its manifest promises \
         {expected:?}. It was exported or quantised wrongly, or the test is of another version"
    )]
    SelfTest {
        /// The model.
        model: String,
        /// The prompt of the test.
        prompt: String,
        /// What the answer should begin with.
        expected: String,
        /// What it was.
        found: String,
    },
}

/// The slots of a session if nothing else is said: what is typed, and what is computed ahead.
const SLOTS: usize = 2;

/// The tokens of a text if nothing else is said.
const CONTEXT: usize = 4096;

/// Loads a model, runs it once and lets it pass its own test.
///
/// With [`EngineChoice::Auto`], what a provider cannot do is done by the processor, and whatever ONNX Runtime cannot do by
/// the engine in Rust; [`SessionFacts::fallback`](crate::SessionFacts::fallback) says why.
///
/// # Errors
/// See [`LoadError`].
pub fn load(model: &Model, options: &LoadOptions) -> Result<Generator, LoadError> {
    check_memory(model)?;
    let sizes = Sizes {
        capacity: model.context_length().min(if options.context_length == 0 {
            CONTEXT
        } else {
            options.context_length
        }),
        slots: if options.slots == 0 { SLOTS } else { options.slots },
    };
    let session = match options.engine {
        EngineChoice::Rten => rten(model, options, sizes)?,
        EngineChoice::OnnxRuntime => tried(model, onnxruntime(model, options, sizes)?)?,
        EngineChoice::Auto => match onnxruntime(model, options, sizes).and_then(|session| tried(model, session)) {
            Ok(session) => session,
            Err(reason) => {
                tracing::debug!("{} is run by rten: {reason}", model.name());
                let mut session = rten(model, options, sizes)?;
                session.set_fallback(reason.to_string());
                session
            }
        },
    };
    let mut generator = Generator::new(tried(model, session)?, model.tokenizer.clone());
    self_test(model, &mut generator)?;
    Ok(generator)
}

#[derive(Clone, Copy)]
struct Sizes {
    capacity: usize,
    slots: usize,
}

/// Runs two tokens: then the graph, its configuration and the engine fit together, and which logits it gives is known.
fn tried(model: &Model, mut session: Box<dyn Session>) -> Result<Box<dyn Session>, LoadError> {
    let mut try_rows = |wanted| session.run(0, 0, &[0, 0], wanted, &mut Logits::default());
    if let Err(both) = try_rows(2) {
        if try_rows(1).is_err() {
            return Err(LoadError::Run { model: model.name().to_owned(), reason: both.to_string() });
        }
        session.limit_to_last_row();
    }
    Ok(session)
}

#[cfg(feature = "rten")]
fn rten(model: &Model, options: &LoadOptions, sizes: Sizes) -> Result<Box<dyn Session>, LoadError> {
    use crate::session::rten::RtenSession;
    let session = RtenSession::open(&model.graph, &model.config, sizes.capacity, sizes.slots, options.threads)?;
    Ok(Box::new(session))
}

#[cfg(not(feature = "rten"))]
fn rten(_: &Model, _: &LoadOptions, _: Sizes) -> Result<Box<dyn Session>, LoadError> {
    Err(LoadError::NotBuilt { engine: "rten" })
}

#[cfg(feature = "onnxruntime")]
fn onnxruntime(model: &Model, options: &LoadOptions, sizes: Sizes) -> Result<Box<dyn Session>, LoadError> {
    use crate::runtime::environment::library;
    use crate::session::onnxruntime::{OnnxSession, OpenOptions};
    let is_graphics = |provider| !matches!(provider, Provider::Auto | Provider::Cpu);
    let may_be_another = options.provider == Provider::Auto || options.engine == EngineChoice::Auto;
    let (library, without) = match library(options.library.as_deref(), options.provider) {
        Ok(library) => (library, None),
        // A library that cannot do what was asked for may still do with the processor.
        Err(reason) if may_be_another && is_graphics(options.provider) => {
            (library(options.library.as_deref(), Provider::Cpu)?, Some(reason.to_string()))
        }
        Err(reason) => return Err(reason.into()),
    };
    let open = |provider: Provider| -> Result<OnnxSession, LoadError> {
        // A library that was tried with the processor alone may still fall over its graphics processor.
        crate::runtime::check(&library.path, provider)
            .map_err(|reason| OpenError::Provider { provider: provider.title().to_owned(), reason })?;
        let Sizes { capacity, slots } = sizes;
        let open = OpenOptions { capacity, slots, threads: options.threads, provider };
        Ok(OnnxSession::open(library.clone(), &model.graph, &model.config, open)?)
    };
    let wanted = match options.provider {
        _ if without.is_some() => Provider::Cpu,
        Provider::Auto if crate::runtime::places::has_cuda(&library.path) => Provider::Cuda,
        wanted => wanted,
    };
    let (mut session, reason) = match open(wanted) {
        Ok(session) => (session, without),
        Err(reason) if may_be_another && is_graphics(wanted) => (open(Provider::Cpu)?, Some(reason.to_string())),
        Err(reason) => return Err(reason),
    };
    if let Some(reason) = reason {
        session.set_fallback(reason);
    }
    Ok(Box::new(session))
}

#[cfg(not(feature = "onnxruntime"))]
fn onnxruntime(_: &Model, _: &LoadOptions, _: Sizes) -> Result<Box<dyn Session>, LoadError> {
    Err(LoadError::NotBuilt { engine: "ONNX Runtime" })
}

/// The most tokens that the answer to a self-test may have.
const TEST_TOKENS: usize = 64;

fn self_test(model: &Model, generator: &mut Generator) -> Result<(), LoadError> {
    let Some(test) = &model.manifest.self_test else { return Ok(()) };
    let run = |reason: String| LoadError::Run { model: model.name().to_owned(), reason };
    let prompt = model.tokenizer.encode(&test.prompt).map_err(|error: TokenizerError| run(error.to_string()))?;
    let mut request = Request::new(prompt, TEST_TOKENS);
    request.stop.tokens = model.end_tokens();
    request.speculation = Speculation::OFF;
    let mut sink = |piece: &crate::Piece<'_>| match piece.so_far.len() < test.expected.len() {
        true => std::ops::ControlFlow::Continue(()),
        false => std::ops::ControlFlow::Break(()),
    };
    let answer = generator
        .generate(&request, &mut Unconstrained, &Control::default(), &mut sink)
        .map_err(|error: GenerateError| run(error.to_string()))?;
    if answer.text.starts_with(&test.expected) {
        return Ok(());
    }
    Err(LoadError::SelfTest {
        model: model.name().to_owned(),
        prompt: test.prompt.clone(),
        expected: test.expected.clone(),
        found: answer.text,
    })
}

/// Refuses a model whose files alone are larger than the memory that is free.
fn check_memory(model: &Model) -> Result<(), LoadError> {
    let needed = model.graph_size() >> 20;
    match free_memory() {
        Some(free) if needed > free => Err(LoadError::Memory { model: model.name().to_owned(), needed, free }),
        _ => Ok(()),
    }
}

/// Megabytes that programs can still take, where the system says so.
fn free_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? >> 10)
}
