//! Edits that follow from what was just typed.

use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::Result;

use crate::lsp::convert::without_tab_stops;
use crate::lsp::session::Session;

pub(crate) async fn on_type(
    session: &Session,
    params: lsp::DocumentOnTypeFormattingParams,
) -> Result<Option<Vec<lsp::TextEdit>>> {
    let Some(typed) = params.ch.chars().next() else { return Ok(None) };
    let at = lsp::TextDocumentPositionParams { text_document: params.text_document, position: params.position };
    session
        .ask_at(at, move |snapshot, convert, position| {
            if !snapshot.on_type_triggers().contains(&typed) {
                return Ok(None);
            }
            let Some(edit) = snapshot.on_type(position, typed)? else { return Ok(None) };
            // The answer can hold edits of this document alone.
            let edits = edit.edits.get(&position.file).cloned().unwrap_or_default();
            let edits = edits.into_iter().map(|mut text_edit| {
                if edit.is_snippet {
                    text_edit.new_text = without_tab_stops(&text_edit.new_text);
                }
                convert.text_edit(position.file, &text_edit)
            });
            Ok(Some(edits.collect()))
        })
        .await
}
