//! What follows from the last edit: in Copilot's words, and in ours.

use std::time::Duration;

use montuno_base::{FileId, LineIndex, TextSize};
use montuno_complete::next_edit::{self, Code as _};
use montuno_protocol::next_edit::{NextEdit, NextEditParams, NextEdits};
use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::{Error, Result};

use super::extension::{not_open, place, read, write};
use crate::ai::next_edit::DatabaseCode;
use crate::lsp::convert;
use crate::lsp::session::{Session, State};

/// How long one question to the database may take while somebody waits in an editor.
const WHILE_EDITING: Duration = Duration::from_secs(2);

/// How long it may take where all of it is wanted.
const PATIENT: Duration = Duration::from_secs(30);

/// The most that are shown at once to a client that shows all of them.
const MOST: usize = 12;

/// An edit in the client's words.
struct Found {
    file: FileId,
    range: lsp::Range,
    text: String,
    reason: String,
}

/// The edits that follow, the nearest to a place first.
async fn found(session: &Session, at: &lsp::TextDocumentPositionParams, patience: Duration) -> Result<Vec<Found>> {
    let file = session.file(&at.text_document.uri);
    let arrival = session.arrival();
    let document = arrival.inputs().documents.get(file).cloned().ok_or_else(not_open)?;
    let encoding = session.facts().encoding;
    let offset = usize::from(convert::offset(document.line_index(), encoding, &document.text, at.position));
    let history = session.assistant().history();
    if history.edits().is_empty() {
        return Ok(Vec::new());
    }
    let code = DatabaseCode::new(session.host().clone(), arrival, patience);
    let looking = tokio::task::spawn_blocking(move || {
        let edits = next_edit::next_edits(&history, &code, file.0.into(), offset);
        let edits = edits.into_iter().filter_map(|next| {
            let text = code.text(next.document)?;
            let index = LineIndex::new(&text);
            let at = |offset: usize| Some(convert::position(&index, encoding, TextSize::try_from(offset).ok()?));
            let range = lsp::Range { start: at(next.range.start)?, end: at(next.range.end)? };
            let file = FileId(u32::try_from(next.document).ok()?);
            Some(Found { file, range, text: next.text, reason: next.reason })
        });
        edits.collect()
    });
    looking.await.map_err(|_| Error::internal_error())
}

/// `textDocument/copilotInlineEdit`, as Copilot's server answers it: in the document if anything follows there, else in the
/// next one. Never null.
pub(crate) async fn copilot_inline_edit(session: &Session, params: Value) -> Result<Value> {
    let at: NextEditParams = read(params)?;
    let at = place(at.text_document, at.position)?;
    let found = found(session, &at, WHILE_EDITING).await?;
    let first = found.first().map(|edit| edit.file);
    let shown = found.into_iter().filter(|edit| Some(edit.file) == first).take(MOST);
    let edits: Vec<_> = shown
        .map(|edit| {
            let version = version(session, edit.file);
            json!({
                "text": edit.text,
                "range": edit.range,
                "textDocument": { "uri": session.uri(edit.file), "version": version },
            })
        })
        .collect();
    Ok(json!({ "edits": edits }))
}

/// `montuno/nextEdit`.
pub(crate) async fn next_edit(session: &Session, params: Value) -> Result<Value> {
    let at: NextEditParams = read(params)?;
    let at = place(at.text_document, at.position)?;
    let found = found(session, &at, PATIENT).await?;
    let edits = found.into_iter().map(|edit| {
        let range = serde_json::from_value(json!(edit.range)).unwrap_or_default();
        NextEdit { uri: session.uri(edit.file).as_ref().to_owned(), range, new_text: edit.text, reason: edit.reason }
    });
    write(NextEdits { edits: edits.collect() })
}

/// The version of a document that is open; of another, none.
fn version(session: &State, file: FileId) -> Option<i32> {
    session.host().inputs().documents.get(file).map(|document| document.version)
}
