//! Sessions of ONNX Runtime.

use camino::Utf8Path;
use ort::logging::LogLevel;
use ort::memory::{AllocationDevice, Allocator, AllocatorType, MemoryInfo, MemoryType};
use ort::session::IoBinding;
use ort::session::Session as Inner;
use ort::session::builder::GraphOptimizationLevel;
use ort::value::{DynValue, Tensor};

use super::layout::GraphLayout;
use super::{LogitRows, Logits, OpenError, Session, SessionError, SessionFacts, SessionShape, check_place};
use crate::load::Provider;
use crate::model::ModelConfig;
use crate::runtime::environment::{Library, dispatch};
use crate::token::Token;

/// The name of the engine.
const ENGINE: &str = "ONNX Runtime";

/// The operator that can write keys and values into a buffer that it is given.
const IN_PLACE: &[u8] = b"GroupQueryAttention";

/// How a session is made.
#[derive(Clone, Copy)]
pub(crate) struct OpenOptions {
    pub(crate) capacity: usize,
    pub(crate) slots: usize,
    /// 0: as many as there are cores.
    pub(crate) threads: usize,
    pub(crate) provider: Provider,
}

/// A session of ONNX Runtime.
pub(crate) struct OnnxSession {
    facts: SessionFacts,
    shape: SessionShape,
    layout: GraphLayout,
    past_shape: [usize; 4],
    slots: Vec<Slot>,
    /// The memory that logits are wanted in.
    processor: MemoryInfo<'static>,
    inner: Inner,
}

/// The keys and values of a text.
struct Slot {
    held: usize,
    binding: IoBinding,
    past: Past,
    /// The tokens and rows of the last run. Others need other buffers for the logits.
    last: (usize, usize),
}

/// How keys and values are kept.
enum Past {
    /// In buffers as long as the slot, which are input and output at the same time and were bound once.
    Shared,
    /// As the last run gave them.
    Growing(Vec<DynValue>),
}

impl OnnxSession {
    /// Reads a graph.
    pub(crate) fn open(
        library: Library,
        graph: &Utf8Path,
        config: &ModelConfig,
        options: OpenOptions,
    ) -> Result<Self, OpenError> {
        let fault = |reason: String| OpenError::Graph { engine: ENGINE, path: graph.to_owned(), reason };
        let said = |error: ort::Error| fault(error.to_string());
        let OpenOptions { capacity, slots, threads, provider } = options;
        let mut builder = Inner::builder(&library.environment).map_err(said)?;
        let build = |error: ort::Error<ort::session::builder::SessionBuilder>| fault(error.to_string());
        builder = builder.with_optimization_level(GraphOptimizationLevel::All).map_err(build)?;
        // What it would print is in its errors as well.
        builder = builder.with_log_level(LogLevel::Fatal).map_err(build)?;
        if threads > 0 {
            builder = builder.with_intra_threads(threads).map_err(build)?;
        }
        if let Some(wanted) = dispatch(provider) {
            let refused = |error: ort::Error<_>| OpenError::Provider {
                provider: provider.title().to_owned(),
                reason: error.to_string(),
            };
            builder = builder.with_execution_providers([wanted]).map_err(refused)?;
        }
        let inner = builder.commit_from_file(graph).map_err(said)?;
        let names =
            |outlets: &[ort::value::Outlet]| outlets.iter().map(|outlet| outlet.name().to_owned()).collect::<Vec<_>>();
        let layout = GraphLayout::new(&names(inner.inputs()), &names(inner.outputs()), config)
            .map_err(|error| fault(error.to_string()))?;
        let facts = SessionFacts {
            engine: ENGINE.to_owned(),
            version: library.version,
            provider: provider.title().to_owned(),
            library: Some(library.path.to_string()),
            fallback: None,
        };
        // Other providers copy what is bound when it is bound, not when it is run.
        let shares = matches!(provider, Provider::Auto | Provider::Cpu | Provider::Cuda)
            && is_in_place(graph).map_err(|error| fault(error.to_string()))?;
        let mut session = Self {
            facts,
            shape: SessionShape { vocabulary: config.vocabulary, capacity, slots, rows: LogitRows::Any },
            layout,
            past_shape: [1, config.key_value_heads, capacity, config.head_size],
            slots: Vec::new(),
            processor: MemoryInfo::new(AllocationDevice::CPU, 0, AllocatorType::Device, MemoryType::CPUOutput)
                .map_err(said)?,
            inner,
        };
        for _ in 0..slots {
            let slot = session.slot(shares, provider).map_err(said)?;
            session.slots.push(slot);
        }
        Ok(session)
    }

    fn slot(&self, shares: bool, provider: Provider) -> ort::Result<Slot> {
        let mut binding = self.inner.create_binding()?;
        if !shares {
            return Ok(Slot { held: 0, binding, past: Past::Growing(Vec::new()), last: (0, 0) });
        }
        let device = match provider {
            Provider::Cuda => {
                let memory = MemoryInfo::new(AllocationDevice::CUDA, 0, AllocatorType::Device, MemoryType::Default)?;
                Some(Allocator::new(&self.inner, memory)?)
            }
            _ => None,
        };
        for (input, output) in &self.layout.past {
            let allocator = device.as_ref().unwrap_or(self.inner.allocator());
            let mut buffer = Tensor::<f32>::new(allocator, self.past_shape)?;
            binding.bind_input(input.as_str(), &buffer)?;
            binding.bind_output(output.as_str(), &mut buffer)?;
        }
        Ok(Slot { held: 0, binding, past: Past::Shared, last: (0, 0) })
    }

    fn compute(
        &mut self,
        slot: usize,
        start: usize,
        tokens: &[Token],
        wanted: usize,
        logits: &mut Logits,
    ) -> Result<(), Fault> {
        let (count, vocabulary) = (tokens.len(), self.shape.vocabulary);
        let Slot { binding, past, last, .. } = &mut self.slots[slot];
        let numbers: Vec<i64> = tokens.iter().map(|&token| token.into()).collect();
        binding.bind_input(self.layout.tokens.as_str(), &Tensor::from_array(([1, count], numbers))?)?;
        if let Some(mask) = &self.layout.attention_mask {
            let ones = vec![1_i64; start + count];
            binding.bind_input(mask.as_str(), &Tensor::from_array(([1, start + count], ones))?)?;
        }
        if let Some(positions) = &self.layout.positions {
            let numbers: Vec<i64> = (start..start + count).map(|position| position as i64).collect();
            binding.bind_input(positions.as_str(), &Tensor::from_array(([1, count], numbers))?)?;
        }
        if let Some(rows) = &self.layout.wanted_rows {
            let shape: [usize; 0] = [];
            binding.bind_input(rows.as_str(), &Tensor::from_array((shape, vec![wanted.max(1) as i64]))?)?;
        }
        if let Some(has_past) = &self.layout.has_past {
            binding.bind_input(has_past.as_str(), &Tensor::from_array(([1], vec![true]))?)?;
        }
        if std::mem::replace(last, (count, wanted)) != (count, wanted) {
            binding.bind_output_to_device(self.layout.logits.as_str(), &self.processor)?;
        }
        if let Past::Growing(values) = past {
            let cut = cut(std::mem::take(values), start, self.past_shape, self.layout.past.len())?;
            for ((input, output), value) in self.layout.past.iter().zip(&cut) {
                binding.bind_input(input.as_str(), value)?;
                binding.bind_output_to_device(output.as_str(), &self.processor)?;
            }
        }
        let mut outputs = self.inner.run_binding(binding)?;
        let answer = outputs.remove(&self.layout.logits).ok_or_else(|| Fault::Answer("no logits".to_owned()))?;
        let (shape, values) = answer.try_extract_tensor::<f32>()?;
        match **shape {
            [1, given, width] if width == vocabulary as i64 && given >= wanted as i64 => {
                let rest = values.len() - wanted * vocabulary;
                logits.reset(wanted, vocabulary).copy_from_slice(&values[rest..]);
            }
            _ => return Err(Fault::Answer(format!("logits of {shape:?}"))),
        }
        if let Past::Growing(values) = past {
            for (_, output) in &self.layout.past {
                let value = outputs.remove(output).ok_or_else(|| Fault::Answer(format!("no {output}")))?;
                values.push(value);
            }
        }
        Ok(())
    }
}

/// Why a run failed.
enum Fault {
    Engine(ort::Error),
    Answer(String),
}

impl From<ort::Error> for Fault {
    fn from(error: ort::Error) -> Self {
        Self::Engine(error)
    }
}

/// The keys and values of the first `start` tokens.
fn cut(
    values: Vec<DynValue>,
    start: usize,
    [batch, heads, _, size]: [usize; 4],
    count: usize,
) -> ort::Result<Vec<DynValue>> {
    if start == 0 || values.is_empty() {
        // A dimension of nothing cannot be made of an array.
        let allocator = Allocator::default();
        let empty = || Ok(Tensor::<f32>::new(&allocator, [batch, heads, 0, size])?.into_dyn());
        return (0..count).map(|_| empty()).collect();
    }
    let shorter = |value: DynValue| {
        let (shape, numbers) = value.try_extract_tensor::<f32>()?;
        let held = shape.get(2).map_or(0, |&held| held as usize);
        if held == start {
            return Ok(value);
        }
        let kept: Vec<f32> =
            numbers.chunks_exact(held * size).flat_map(|head| &head[..start * size]).copied().collect();
        Ok(Tensor::from_array(([batch, heads, start, size], kept))?.into_dyn())
    };
    values.into_iter().map(shorter).collect()
}

/// Whether the graph writes keys and values in place, told by the name of an operator.
fn is_in_place(graph: &Utf8Path) -> std::io::Result<bool> {
    use std::io::Read as _;
    let mut file = std::fs::File::open(graph)?;
    let mut buffer = Vec::new();
    loop {
        // The end of a part is kept: the name may be cut there.
        let kept = buffer.len().min(IN_PLACE.len());
        buffer.drain(..buffer.len() - kept);
        if file.by_ref().take(1 << 22).read_to_end(&mut buffer)? == 0 {
            return Ok(false);
        }
        if memchr::memmem::find(&buffer, IN_PLACE).is_some() {
            return Ok(true);
        }
    }
}

impl Session for OnnxSession {
    fn facts(&self) -> &SessionFacts {
        &self.facts
    }

    fn shape(&self) -> SessionShape {
        self.shape
    }

    fn limit_to_last_row(&mut self) {
        self.shape.rows = LogitRows::Last;
    }

    fn set_fallback(&mut self, reason: String) {
        self.facts.fallback = Some(reason);
    }

    fn run(
        &mut self,
        slot: usize,
        start: usize,
        tokens: &[Token],
        wanted: usize,
        logits: &mut Logits,
    ) -> Result<(), SessionError> {
        check_place(self.shape, self.slots[slot].held, start, tokens.len(), wanted)?;
        self.slots[slot].held = 0;
        match self.compute(slot, start, tokens, wanted, logits) {
            Ok(()) => {
                self.slots[slot].held = start + tokens.len();
                Ok(())
            }
            Err(Fault::Engine(error)) => Err(SessionError::Engine { engine: ENGINE, reason: error.to_string() }),
            Err(Fault::Answer(found)) => {
                let expected = format!("{wanted} rows of {} logits", self.shape.vocabulary);
                Err(SessionError::Answer { expected, found })
            }
        }
    }
}
