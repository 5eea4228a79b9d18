//! Models on this machine, and how the one that completes is loaded.

use montuno_base::settings::Ai;
use montuno_base::{Utf8Path, Utf8PathBuf};
use montuno_complete::local::LocalWriter;
use montuno_complete::writer::Writer;
use montuno_engine::{LoadOptions, Model};

use crate::threads;

/// Where what belongs to the user is kept: models, runtimes, what became of completions. `MONTUNO_DATA_DIR`, else the
/// system's folder for that. `None` where there is none.
pub(crate) fn data_folder() -> Option<Utf8PathBuf> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty()).map(Utf8PathBuf::from);
    if let Some(folder) = variable("MONTUNO_DATA_DIR") {
        return Some(folder);
    }
    let folder = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        variable("XDG_DATA_HOME").or_else(|| variable("HOME").map(|home| home.join(".local/share")))
    };
    Some(folder?.join("montuno"))
}

/// Where models are kept, each in a folder of its name.
pub(crate) fn folder() -> Option<Utf8PathBuf> {
    Some(data_folder()?.join("models"))
}

/// The folders of the models that are kept, by name.
pub(crate) fn installed() -> Vec<Utf8PathBuf> {
    let entries = folder().and_then(|folder| folder.read_dir_utf8().ok());
    let mut found: Vec<_> = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().to_owned())
        .filter(|path| path.is_dir() && !path.file_name().unwrap_or_default().starts_with('.'))
        .collect();
    found.sort();
    found
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
pub(crate) fn open(settings: &Ai) -> Result<Box<dyn Writer>, String> {
    let folder = chosen(settings)?;
    let model = Model::open(&folder).map_err(|error| error.to_string())?;
    let template = model.template.clone().ok_or_else(|| {
        format!(
            "the model {} was not taught to fill in text at a cursor: choose one for code completion, or describe its \
             template in {}",
            model.name(),
            folder.join("montuno-model.toml")
        )
    })?;
    let options = LoadOptions { threads: threads_for(settings), ..LoadOptions::default() };
    let generator = montuno_engine::load(&model, &options).map_err(|error| error.to_string())?;
    Ok(Box::new(LocalWriter::new(generator, template, model.name())))
}

/// How many threads a model computes with: typing must not wait for it.
fn threads_for(settings: &Ai) -> usize {
    match settings.threads {
        0 => threads::processors().saturating_sub(1).max(1),
        threads => threads as usize,
    }
}
