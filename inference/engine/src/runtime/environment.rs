//! The one environment of ONNX Runtime that a process can have.

use camino::{Utf8Path, Utf8PathBuf};
use ort::environment::Environment;
use ort::ep::{self, ExecutionProviderDispatch};
use ort::logging::LogLevel;
use ort::session::Session;
use parking_lot::Mutex;

use super::{LibraryError, Unusable};
use crate::load::Provider;

/// A library that is loaded.
#[derive(Clone)]
pub(crate) struct Library {
    pub(crate) path: Utf8PathBuf,
    pub(crate) version: String,
    pub(crate) environment: Environment,
}

static LOADED: Mutex<Option<Library>> = Mutex::new(None);

/// The library that is loaded, or the first that can be: see [`super::find`].
pub(crate) fn library(wanted: Option<&Utf8Path>, provider: Provider) -> Result<Library, LibraryError> {
    let mut loaded = LOADED.lock();
    if let Some(library) = &*loaded {
        return match wanted {
            Some(wanted) if wanted != library.path => {
                Err(LibraryError::Another { loaded: library.path.clone(), wanted: wanted.to_owned() })
            }
            _ => Ok(library.clone()),
        };
    }
    let path = super::find(wanted, provider)?;
    match load(&path) {
        Ok(library) => Ok(loaded.insert(library).clone()),
        Err(reason) => Err(LibraryError::Unusable(vec![Unusable { path, reason }])),
    }
}

fn load(path: &Utf8Path) -> Result<Library, String> {
    // The reason is only in the form for programmers.
    let builder = ort::init_from(path).map_err(|error| format!("{error:?}"))?;
    let environment = builder.with_name("montuno").with_telemetry(false).build().map_err(|error| error.to_string())?;
    environment.set_log_level(LogLevel::Fatal);
    Ok(Library { path: path.to_owned(), version: version(path).unwrap_or_else(|| "unknown".to_owned()), environment })
}

/// The version that a library says of itself. It is loaded already, so this loads nothing.
#[allow(unsafe_code, reason = "`ort` does not give the version, and asking the library itself is calling into it")]
fn version(path: &Utf8Path) -> Option<String> {
    type Base = unsafe extern "C" fn() -> *const ort_sys::OrtApiBase;
    // SAFETY: the library was loaded and used before. `OrtGetApiBase` has this signature in every version, and gives a
    // table and a text that live as long as the library, which is never unloaded: `ort` holds it.
    let text = unsafe {
        let library = libloading::Library::new(path.as_std_path()).ok()?;
        let base = library.get::<Base>(b"OrtGetApiBase").ok()?();
        std::ffi::CStr::from_ptr(((*base).GetVersionString)())
    };
    Some(text.to_string_lossy().into_owned())
}

/// The provider as ONNX Runtime wants it. `None` for the processor, which is always there.
pub(crate) fn dispatch(provider: Provider) -> Option<ExecutionProviderDispatch> {
    let provider = match provider {
        Provider::Auto | Provider::Cpu => return None,
        Provider::Cuda => ep::CUDA::default().build(),
        Provider::CoreMl => ep::CoreML::default().build(),
        Provider::DirectMl => ep::DirectML::default().build(),
        Provider::WebGpu => ep::WebGPU::default().build(),
    };
    // Otherwise the processor takes its place in silence.
    Some(provider.error_on_failure())
}

/// A model that gives its input back: `y = Identity(x)`, one float each.
const IDENTITY: &[u8] = b"\x08\x07\x12\x00:;\n\x10\n\x01x\x12\x01y\"\x08Identity\x12\x05probeZ\x0f\n\x01x\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01b\x0f\n\x01y\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01B\x04\n\x00\x10\r";

/// Loads a library and makes a tiny session with a provider. Returns the version.
pub(crate) fn attempt(path: &Utf8Path, provider: Provider) -> Result<String, String> {
    let library = load(path)?;
    let session = || -> Result<Session, String> {
        let mut builder = Session::builder(&library.environment).map_err(|error| error.to_string())?;
        if let Some(provider) = dispatch(provider) {
            builder = builder.with_execution_providers([provider]).map_err(|error| error.to_string())?;
        }
        builder.commit_from_memory(IDENTITY).map_err(|error| error.to_string())
    };
    session().map(|_| library.version.clone())
}
