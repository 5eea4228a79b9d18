//! Rename.

use montuno_base::Utf8PathBuf;
use montuno_semantic::{Context, WorkspaceEdit};
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::{Error, ErrorCode, Result};

use crate::lsp::session::Session;

/// LSP's code for "the request is well-formed and cannot be done": shown to the user.
const REQUEST_FAILED: i64 = -32803;

fn refused(reason: String) -> Error {
    Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: reason.into(), data: None }
}

pub(crate) async fn prepare(
    session: &Session,
    params: lsp::PrepareRenameParams,
) -> Result<Option<lsp::PrepareRenameResult>> {
    let start = session
        .ask_at(params.text_document_position_params, |snapshot, convert, position| {
            let start = snapshot.prepare_rename(position)?;
            Ok(Some(start.map(|start| lsp::PrepareRenamePlaceholder {
                range: convert.range(position.file, start.range),
                placeholder: start.name,
            })))
        })
        .await?;
    start.transpose().map(|start| start.map(lsp::PrepareRenameResult::PrepareRenamePlaceholder)).map_err(refused)
}

/// A file that an edit would change and that cannot be written.
fn read_only(context: &Context, edit: &WorkspaceEdit) -> Option<Utf8PathBuf> {
    let paths = edit.edits.keys().map(|&file| context.inputs.files.path(file).to_path_buf());
    let mut locked = paths.filter(|path| std::fs::metadata(path).is_ok_and(|file| file.permissions().readonly()));
    locked.next()
}

pub(crate) async fn rename(session: &Session, params: lsp::RenameParams) -> Result<Option<lsp::WorkspaceEdit>> {
    let facts = session.facts().clone();
    let new_name = params.new_name;
    let edit = session
        .ask_at(params.text_document_position_params, move |snapshot, convert, position| {
            Ok(Some(snapshot.rename(position, &new_name)?.and_then(|edit| {
                if let Some(path) = read_only(snapshot.context(), &edit) {
                    return Err(format!(
                        "{path} is read-only, and uses this name: make it writable, or it would be left behind"
                    ));
                }
                let converted = convert.workspace_edit(&facts, &edit);
                converted.ok_or_else(|| "this rename moves a file, which this editor cannot do".to_owned())
            })))
        })
        .await?;
    edit.transpose().map_err(refused)
}
