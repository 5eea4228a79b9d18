//! Models on this machine, and how the one that completes is loaded.

use std::time::Duration;

use montuno_base::settings::{Ai, AiEngine, AiProvider, AiRemote, RemoteKind};
use montuno_base::{Utf8Path, Utf8PathBuf};
use montuno_complete::ladder::{Ladder, Rung};
use montuno_complete::local::LocalWriter;
use montuno_complete::remote::{RemoteWriter, Server, Speech};
use montuno_complete::writer::Writer;
use montuno_engine::FimTemplate;
use montuno_engine::model::Store;
use montuno_engine::{EngineChoice, Generator, LoadOptions, Model, Provider};

use crate::threads;

pub(crate) use montuno_engine::runtime::places::data_folder;

/// The models that are kept. `None` where the system names no folder for data.
pub(crate) fn store() -> Option<Store> {
    Some(Store::new(data_folder()?.join("models")))
}

/// The folders of the models that are kept, by name.
pub(crate) fn installed() -> Vec<Utf8PathBuf> {
    store().map(|store| store.models()).unwrap_or_default()
}

/// The folder of the model that the settings choose. The error says what to do.
pub(crate) fn chosen(settings: &Ai) -> Result<Utf8PathBuf, String> {
    let installed = installed();
    let Some(name) = settings.model.as_deref().filter(|name| !name.is_empty()) else {
        return installed.into_iter().next().ok_or_else(|| {
            "no model is installed; add one with `montuno models add FOLDER`, or set `ai.model` to a folder with a model, \
             or switch completion by a model off with `ai.enabled = false`"
                .to_owned()
        });
    };
    let by_name = installed.iter().find(|folder| folder.file_name() == Some(name));
    if let Some(folder) = by_name {
        return Ok(folder.clone());
    }
    let path = Utf8Path::new(name);
    if path.is_absolute() && path.is_dir() {
        return Ok(path.to_owned());
    }
    let names: Vec<_> = installed.iter().filter_map(|folder| folder.file_name()).collect();
    let known =
        if names.is_empty() { "none is installed".to_owned() } else { format!("there are {}", names.join(", ")) };
    Err(format!(
        "`ai.model` names `{name}`, which is neither a model by name ({known}) nor the absolute path of a folder"
    ))
}

/// Loads the model that the settings choose. The error says what to do.
pub(crate) fn load(settings: &Ai) -> Result<(Model, Generator), String> {
    let folder = chosen(settings)?;
    let model = Model::open(&folder).map_err(|error| error.to_string())?;
    let generator = montuno_engine::load(&model, &load_options(settings)).map_err(|error| error.to_string())?;
    Ok((model, generator))
}

/// What completes, as the settings want it: the server that they name, else the model that they choose; and what stands
/// in where that fails. The error says what to do.
pub(crate) fn open(settings: &Ai) -> Result<Box<dyn Writer>, String> {
    let mut rungs = Vec::new();
    if let Some(server) = remote(&settings.remote)? {
        let make = move || Ok(Box::new(RemoteWriter::new(server.clone())?) as Box<dyn Writer>);
        rungs.push(Rung::again_after(REMOTE_PAUSE, Box::new(make)));
    }
    // What a graphics processor cannot do any more, the processor does, and at last the engine that needs no library.
    let processor = Ai { provider: AiProvider::Cpu, ..settings.clone() };
    let without_library = Ai { engine: AiEngine::Rten, ..processor.clone() };
    let mut ways = vec![settings.clone()];
    if settings.engine != AiEngine::Rten {
        ways.push(processor);
        ways.extend((settings.engine == AiEngine::Auto).then_some(without_library));
    }
    for way in ways {
        rungs.push(Rung::once(Box::new(move || local(&way))));
    }
    Ok(Box::new(Ladder::new(rungs)?))
}

/// For how long a server is left alone that failed.
const REMOTE_PAUSE: Duration = Duration::from_secs(30);

/// The server that the settings name, if they name one.
fn remote(settings: &AiRemote) -> Result<Option<Server>, String> {
    let Some(url) = settings.url.clone().filter(|url| !url.is_empty()) else { return Ok(None) };
    let template = settings.template.as_deref().filter(|name| !name.is_empty()).map(|name| {
        FimTemplate::named(name).ok_or_else(|| {
            let known: Vec<_> = FimTemplate::known().into_iter().map(|template| template.name).collect();
            format!("`ai.remote.template` names `{name}`, and there are {}", known.join(", "))
        })
    });
    let server = Server {
        url,
        speech: match settings.kind {
            RemoteKind::OpenAi => Speech::OpenAi,
            RemoteKind::Infill => Speech::Infill,
        },
        model: settings.model.clone(),
        template: template.transpose()?,
        key: key(settings.key_variable.as_deref(), "ai.remote.key-variable")?,
        timeout: Duration::from_millis(settings.timeout.into()),
    };
    server.check().map_err(|reason| format!("`ai.remote`: {reason}"))?;
    Ok(Some(server))
}

/// The key that a variable holds.
pub(super) fn key(variable: Option<&str>, setting: &str) -> Result<Option<String>, String> {
    let Some(name) = variable.filter(|name| !name.is_empty()) else { return Ok(None) };
    match std::env::var(name) {
        Ok(key) if !key.is_empty() => Ok(Some(key)),
        _ => Err(format!("`{setting}` names the variable {name}, which is not set")),
    }
}

/// The model that the settings choose, ready to complete. The error says what to do.
fn local(settings: &Ai) -> Result<Box<dyn Writer>, String> {
    let (model, generator) = load(settings)?;
    let template = model.template.clone().ok_or_else(|| {
        format!(
            "the model {} was not taught to fill in text at a cursor: choose one for code completion, or describe its \
             template in {}",
            model.name(),
            model.folder.join("montuno-model.toml")
        )
    })?;
    Ok(Box::new(LocalWriter::new(generator, template, model.name())))
}

/// How a model is loaded, as the settings want it.
pub(crate) fn load_options(settings: &Ai) -> LoadOptions {
    LoadOptions {
        engine: match settings.engine {
            AiEngine::Auto => EngineChoice::Auto,
            AiEngine::OnnxRuntime => EngineChoice::OnnxRuntime,
            AiEngine::Rten => EngineChoice::Rten,
        },
        provider: match settings.provider {
            AiProvider::Auto => Provider::Auto,
            AiProvider::Cpu => Provider::Cpu,
            AiProvider::Cuda => Provider::Cuda,
            AiProvider::CoreMl => Provider::CoreMl,
            AiProvider::DirectMl => Provider::DirectMl,
            AiProvider::WebGpu => Provider::WebGpu,
        },
        library: settings.library.as_deref().filter(|path| !path.is_empty()).map(Utf8PathBuf::from),
        threads: threads_for(settings),
        ..LoadOptions::default()
    }
}

/// How many threads a model computes with: typing must not wait for it.
fn threads_for(settings: &Ai) -> usize {
    match settings.threads {
        0 => threads::processors().saturating_sub(1).max(1),
        threads => threads as usize,
    }
}
