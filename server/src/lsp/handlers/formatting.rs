//! Formatting a document, or a part of it.

use montuno_base::{FileId, LineIndex, TextRange};
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::{Error, ErrorCode, Result};

use crate::formatting::{self, Task};
use crate::lsp::convert;
use crate::lsp::session::{ARRIVAL, Session};

pub(crate) async fn document(
    session: &Session,
    params: lsp::DocumentFormattingParams,
) -> Result<Option<Vec<lsp::TextEdit>>> {
    format(session, session.file(&params.text_document.uri), None).await
}

pub(crate) async fn range(
    session: &Session,
    params: lsp::DocumentRangeFormattingParams,
) -> Result<Option<Vec<lsp::TextEdit>>> {
    format(session, session.file(&params.text_document.uri), Some(params.range)).await
}

async fn format(session: &Session, file: FileId, range: Option<lsp::Range>) -> Result<Option<Vec<lsp::TextEdit>>> {
    let arrival = ARRIVAL.try_with(Clone::clone).unwrap_or_else(|_| session.host().arrival());
    let inputs = arrival.inputs().clone();
    let Some(language) = session.host().language(file, &inputs) else { return Ok(None) };
    let permission = session.permission();
    let encoding = session.facts().encoding;
    let version = |inputs: &montuno_base::Inputs| inputs.documents.get(file).map(|document| document.version);
    let asked = version(&inputs);
    let formatted = tokio::task::spawn_blocking(move || {
        let text = inputs.text(file).map(|source| source.text).map_err(|error| error.to_string())?;
        let lines = LineIndex::new(&text);
        let range: Option<TextRange> = range.map(|range| convert::text_range(&lines, encoding, &text, range));
        let task = Task {
            language,
            path: &inputs.files.path(file),
            text: &text,
            settings: &inputs.settings.formatting,
            permission: &permission,
        };
        let edits = formatting::format(&task, range)?.into_iter();
        let position = |offset| convert::position(&lines, encoding, offset);
        let shown = edits.map(|edit| lsp::TextEdit {
            range: lsp::Range { start: position(edit.range.start()), end: position(edit.range.end()) },
            new_text: edit.new_text,
        });
        Ok::<_, String>(shown.collect())
    });
    let failed = |message: String| Error { code: ErrorCode::from(REQUEST_FAILED), message: message.into(), data: None };
    let edits = formatted.await.map_err(|error| failed(error.to_string()))?.map_err(failed)?;
    if version(&session.host().inputs()) != asked {
        return Err(Error::content_modified());
    }
    Ok(Some(edits))
}

/// LSP's code for a request that was right and could not be done.
const REQUEST_FAILED: i64 = -32803;
