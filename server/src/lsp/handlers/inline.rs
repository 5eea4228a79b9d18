//! Inline completion: what a model would write at the cursor.

use std::sync::Arc;
use std::time::Duration;

use montuno_base::Language;
use montuno_complete::completer::Outcome;
use montuno_complete::oracle::{Oracle, Place};
use montuno_complete::show::Silence;
use serde::Deserialize as _;
use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::{Error, Result};

use crate::ai::oracle::{DatabaseOracle, shown_path};
use crate::lsp::convert;
use crate::lsp::session::{Session, State};

/// How long the oracle may take for one answer while somebody types.
pub(crate) const WHILE_TYPING: Duration = Duration::from_millis(150);

/// How long it may take where somebody asks for the reasons.
pub(crate) const PATIENT: Duration = Duration::from_secs(10);

/// The longest that a list of completions waits for the model: editors give it 250 ms in all.
const IN_A_LIST: Duration = Duration::from_millis(90);

/// A place that is asked about, and who knows the code around it.
pub(crate) struct Asked {
    pub place: Place,
    pub oracle: Arc<dyn Oracle>,
    /// What a chosen item of the editor's own list puts in place of what, if one is chosen.
    pub selected: Option<(lsp::Range, String)>,
    pub position: lsp::Position,
}

/// A place of a document as it was when the request arrived. `selected` is the item of the editor's list that the
/// completion goes on from.
pub(crate) fn asked(
    session: &State,
    at: &lsp::TextDocumentPositionParams,
    selected: Option<lsp::SelectedCompletionInfo>,
    is_patient: bool,
) -> Option<Asked> {
    let file = session.file(&at.text_document.uri);
    let arrival = session.arrival();
    let inputs = arrival.inputs();
    let document = inputs.documents.get(file)?;
    let encoding = session.facts().encoding;
    let index = document.line_index();
    let mut text = document.text.clone();
    let mut offset = usize::from(convert::offset(index, encoding, &text, at.position));
    let selected = selected.map(|selected| (selected.range, selected.text));
    if let Some((range, chosen)) = &selected {
        let range = convert::text_range(index, encoding, &text, *range);
        let start = usize::from(range.start());
        text = format!("{}{chosen}{}", &text[..start], &text[usize::from(range.end())..]).into();
        offset = start + chosen.len();
    }
    let path = inputs.files.path(file);
    let language = document.language.or_else(|| Language::of_path(&path));
    let place = Place {
        document: file.0.into(),
        path: shown_path(inputs, &path),
        language: language.map_or("plaintext", Language::id).to_owned(),
        text,
        offset,
    };
    let patience = if is_patient { PATIENT } else { WHILE_TYPING };
    let epoch = session.assistant().epoch();
    let oracle = DatabaseOracle::new(session.host().clone(), arrival.clone(), file, place.clone(), epoch, patience);
    Some(Asked { place, oracle: Arc::new(oracle), selected, position: at.position })
}

/// `textDocument/inlineCompletion`. Never null: some clients would leave old text standing.
pub(crate) async fn inline_completion(session: &Session, params: Value) -> Result<Value> {
    let params =
        lsp::InlineCompletionParams::deserialize(params).map_err(|error| Error::invalid_params(error.to_string()))?;
    let at = params.text_document_position_params;
    let Some(asked) = asked(session, &at, params.context.selected_completion_info, false) else { return Ok(nothing()) };
    let outcome = session.assistant().complete(asked.place.clone(), asked.oracle.clone(), true).await;
    let Some(shown) = shown(session, &asked.place, &outcome).await else { return Ok(nothing()) };
    let (range, text) = match asked.selected {
        Some((range, chosen)) => (range, chosen + &shown),
        None => (lsp::Range { start: asked.position, end: asked.position }, shown),
    };
    Ok(json!({ "items": [{ "insertText": text, "range": range }] }))
}

/// The empty answer.
pub(crate) fn nothing() -> Value {
    json!({ "items": [] })
}

/// What is shown, if anything is; why nothing is, is said in the log, and what is missing to the user, once.
async fn shown(session: &State, place: &Place, outcome: &Outcome) -> Option<String> {
    match &outcome.shown {
        Ok(shown) => {
            session.assistant().offered(place, &shown.text, &shown.model, shown.confidence);
            Some(shown.text.clone())
        }
        Err(silence) => {
            tracing::debug!(target: "montuno::ai", "{}: nothing is shown: {silence}", place.path);
            if let Silence::NoModel(reason) = silence
                && session.assistant().tells_of_missing_model()
            {
                let message = format!("Montuno completes without a language model: {reason}.");
                session.client.show_message(lsp::MessageType::Info, message).await;
            }
            None
        }
    }
}

/// The item of a completion list that holds what the model would write, for clients that know no inline completion.
pub(crate) async fn list_item(session: &Session, at: &lsp::TextDocumentPositionParams) -> Option<lsp::CompletionItem> {
    if session.facts().inline_completion || !session.assistant().is_on() {
        return None;
    }
    let asked = asked(session, at, None, false)?;
    // The place is completed to the end, so that the answer is there at the next key if it is late now.
    let (assistant, place, oracle) = (session.0.clone(), asked.place.clone(), asked.oracle.clone());
    let working = tokio::spawn(async move { assistant.assistant().complete(place, oracle, true).await });
    let outcome = tokio::time::timeout(IN_A_LIST, working).await.ok()?.ok()?;
    let text = shown(session, &asked.place, &outcome).await?;
    let facts = montuno_complete::language::facts(&asked.place.language);
    let line = asked.place.line_before();
    let typed = &line[facts.word_start(line)..];
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let label: String = format!("{typed}{}", first.trim_end()).chars().take(60).collect();
    Some(lsp::CompletionItem {
        label,
        kind: Some(lsp::CompletionItemKind::Text),
        detail: Some("by the model".to_owned()),
        documentation: Some(lsp::Documentation::String(format!("{typed}{text}"))),
        filter_text: Some(typed.to_owned()),
        sort_text: Some("~".to_owned()),
        text_edit: Some(lsp::CompletionItemTextEdit::TextEdit(lsp::TextEdit {
            range: lsp::Range { start: asked.position, end: asked.position },
            new_text: text,
        })),
        ..lsp::CompletionItem::default()
    })
}

/// `textDocument/didShowCompletion`, as some clients send it. What is answered is taken as shown, so there is nothing
/// more to note; it is read so that a mistake in it is told.
pub(crate) async fn did_show(_: &Session, params: Value) {
    if params.pointer("/item/insertText").is_none() {
        tracing::debug!("didShowCompletion names no item: {params}");
    }
}

/// `textDocument/didPartiallyAcceptCompletion`: the length is in UTF-16.
pub(crate) async fn did_partially_accept(session: &Session, params: Value) {
    let text = params.pointer("/item/insertText").and_then(Value::as_str);
    let length = params.get("acceptedLength").and_then(Value::as_u64);
    let (Some(text), Some(length)) = (text, length) else {
        tracing::debug!("didPartiallyAcceptCompletion names no item and length: {params}");
        return;
    };
    let mut units = 0;
    let taken = text.chars().take_while(|character| {
        units += character.len_utf16() as u64;
        units <= length
    });
    session.assistant().taken(text, taken.map(char::len_utf8).sum());
}
