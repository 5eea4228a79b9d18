//! Files that change on disk: watched by the client where it can.

use montuno_base::{FileEvent, FileEventKind, Language, Utf8Path};
use serde::Deserialize as _;
use serde_json::Value;
use tower_lsp_server::gen_lsp_types as lsp;

use super::session::State;
use super::uri;
use crate::engines;

/// Files besides sources that answers depend on.
const MANIFESTS: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain",
    "rust-toolchain.toml",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "requirements*.txt",
    "pyvenv.cfg",
    "py.typed",
    "*.pth",
    "go.mod",
    "go.work",
    "montuno.toml",
];

/// Asks the client to watch files.
pub(crate) async fn register(session: &State) {
    let facts = session.facts();
    let mut registrations = Vec::new();
    if facts.registers_watchers {
        let languages = engines::languages(&session.host().inputs().settings);
        let endings =
            languages.iter().flat_map(|language| language.extensions()).map(|ending| format!("**/*.{ending}"));
        let names = languages.iter().flat_map(|language| language.file_names()).map(|name| format!("**/{name}"));
        let sources = endings.chain(names);
        let manifests = MANIFESTS.iter().map(|name| format!("**/{name}"));
        let watchers: Vec<_> =
            sources.chain(manifests).map(|glob| serde_json::json!({ "globPattern": glob })).collect();
        registrations.push(lsp::Registration {
            id: "montuno/files".to_owned(),
            method: "workspace/didChangeWatchedFiles".to_owned(),
            register_options: Some(serde_json::json!({ "watchers": watchers })),
        });
    }
    if facts.registers_configuration {
        registrations.push(lsp::Registration {
            id: "montuno/settings".to_owned(),
            method: "workspace/didChangeConfiguration".to_owned(),
            register_options: Some(serde_json::json!({ "section": "montuno" })),
        });
    }
    if !registrations.is_empty()
        && let Err(error) = session.client.register_capability(registrations).await
    {
        tracing::warn!("the client does not watch files: {error}");
    }
}

/// The client saw files change.
pub(crate) fn did_change_watched_files(session: &State, params: &Value) -> Result<(), String> {
    let params = lsp::DidChangeWatchedFilesParams::deserialize(params).map_err(|error| error.to_string())?;
    let events: Vec<_> = params
        .changes
        .into_iter()
        .filter_map(|change| {
            let kind = match change.kind {
                lsp::FileChangeType::Created => FileEventKind::Created,
                lsp::FileChangeType::Deleted => FileEventKind::Deleted,
                _ => FileEventKind::Modified,
            };
            Some(FileEvent { path: uri::to_path(&change.uri)?, kind })
        })
        .collect();
    let names = session.host().names().clone();
    let paths: Vec<_> = events.iter().map(|event| event.path.clone()).collect();
    tokio::task::spawn_blocking(move || paths.iter().for_each(|path| names.update(path)));
    files_changed(session, events);
    Ok(())
}

/// Takes in what changed on disk, whoever saw it, but for the name index.
pub(crate) fn files_changed(session: &State, events: Vec<FileEvent>) {
    // Without a change, questions on their way must not be asked anew.
    if events.is_empty() {
        return;
    }
    if events.iter().any(|event| event.path.file_name() == Some("montuno.toml")) {
        session.configuration.lock().reload();
        session.apply_settings(None);
    }
    session.host().change(|inputs| [inputs.disk_changed(events)]);
    session.assistant().world_changed();
    session.diagnostics().schedule_all();
}

/// Whether answers may depend on a file of this name: a source, a manifest, or a folder of such.
pub(crate) fn concerns(path: &Utf8Path) -> bool {
    let Some(name) = path.file_name() else { return false };
    Language::of_path(path).is_some() || path.extension().is_none() || MANIFESTS.iter().any(|glob| fits(glob, name))
}

/// Whether a name fits one of [`MANIFESTS`], which have at most one `*`.
fn fits(glob: &str, name: &str) -> bool {
    match glob.split_once('*') {
        Some((start, end)) => name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end),
        None => glob == name,
    }
}
