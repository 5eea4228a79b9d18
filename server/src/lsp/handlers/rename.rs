//! Rename.

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

pub(crate) async fn rename(session: &Session, params: lsp::RenameParams) -> Result<Option<lsp::WorkspaceEdit>> {
    let facts = session.facts().clone();
    let new_name = params.new_name;
    let edit = session
        .ask_at(params.text_document_position_params, move |snapshot, convert, position| {
            Ok(Some(snapshot.rename(position, &new_name)?.and_then(|edit| {
                let converted = convert.workspace_edit(&facts, &edit);
                converted.ok_or_else(|| "this rename moves a file, which this editor cannot do".to_owned())
            })))
        })
        .await?;
    edit.transpose().map_err(refused)
}
