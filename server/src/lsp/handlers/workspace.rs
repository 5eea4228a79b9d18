//! Workspace folders and settings.

use montuno_base::Utf8PathBuf;
use tower_lsp_server::gen_lsp_types as lsp;

use crate::configuration::Origin;
use crate::lsp::session::State;
use crate::lsp::uri;

/// The folders that a client opens, by the newest of the three ways in which it may say so.
#[allow(deprecated, reason = "older clients know no other way")]
pub(crate) fn roots_of(params: &lsp::InitializeParams) -> Vec<Utf8PathBuf> {
    let folders = match &params.workspace_folders_initialize_params.workspace_folders {
        Some(lsp::WorkspaceFolders::WorkspaceFolderList(folders)) => {
            folders.iter().filter_map(|folder| uri::to_path(&folder.uri)).collect()
        }
        _ => Vec::new(),
    };
    let or_root = |folders: Vec<Utf8PathBuf>| {
        if folders.is_empty() { params.root_uri.iter().filter_map(uri::to_path).collect() } else { folders }
    };
    let mut roots = or_root(folders);
    if roots.is_empty()
        && let Some(lsp::RootPath::String(path)) = &params.root_path
    {
        roots.push(Utf8PathBuf::from(path));
    }
    roots.into_iter().map(|root| montuno_base::files::normalize(&root).unwrap_or(root)).collect()
}

/// Asks the client for its settings, if it wants to be asked.
pub(crate) async fn pull_configuration(session: &State) {
    if !session.facts().asks_configuration {
        return;
    }
    let item = lsp::ConfigurationItem { scope_uri: None, section: Some("montuno".to_owned()) };
    match session.client.configuration(vec![item]).await {
        Ok(values) => {
            let value = values.into_iter().next().unwrap_or_default();
            if value.is_object() {
                for complaint in session.apply_settings(Some((Origin::Editor, value))) {
                    session.client.show_message(lsp::MessageType::Warning, complaint).await;
                }
            }
        }
        Err(error) => tracing::debug!("the client has no settings: {error}"),
    }
}
