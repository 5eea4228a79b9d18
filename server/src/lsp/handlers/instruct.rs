//! `montuno/instruct`: an instruction in words about a selection.

use montuno_complete::instruct;
use montuno_complete::oracle::Place;
use montuno_protocol::instruct::{InstructAnswer, InstructParams, InstructPart};
use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::{Error, Result};

use super::extension::{not_open, place, read, write};
use super::inline;
use crate::ai::oracle::DatabaseOracle;
use crate::lsp::convert;
use crate::lsp::session::Session;

pub(crate) async fn instruct(session: &Session, params: Value) -> Result<Value> {
    let params: InstructParams = read(params)?;
    if params.instruction.trim().is_empty() {
        return Err(Error::invalid_params("say in `instruction` what is to be done"));
    }
    let at = place(params.text_document, params.range.start)?;
    let asked = inline::asked(session, &at, None, true).ok_or_else(not_open)?;
    let file = session.file(&at.text_document.uri);
    let arrival = session.arrival();
    let document = arrival.inputs().documents.get(file).cloned().ok_or_else(not_open)?;
    let encoding = session.facts().encoding;
    let end = serde_json::from_value(json!(params.range.end)).map_err(|_| Error::internal_error())?;
    let range = lsp::Range { start: at.position, end };
    let selection = convert::text_range(document.line_index(), encoding, &document.text, range);
    let selection = usize::from(selection.start())..usize::from(selection.end());
    if montuno_complete::secrets::Secrets::is_secret_file(&asked.place.path) {
        return Err(Error::invalid_params("the file is made of secrets: no model is told of it"));
    }

    let (send, mut parts) = tokio::sync::mpsc::unbounded_channel::<String>();
    let told = session.assistant().tell(&asked.place, selection.clone(), &params.instruction);
    let messages = told.messages;
    let answering = session.assistant().instruct(messages, move |part| _ = send.send(part.to_owned()));
    let forwarding = async {
        while let Some(text) = parts.recv().await {
            if let Some(token) = &params.partial_result_token {
                let value = json!({ "token": token, "value": InstructPart { text } });
                session.client.send_notification::<ProgressNotification>(value).await;
            }
        }
    };
    let (answer, ()) = tokio::join!(answering, forwarding);
    let (text, is_cut) = answer.map_err(Error::invalid_params)?;

    let selected = document.text[selection.clone()].to_owned();
    // What would stand there is looked at in the place of what stands there now.
    let without = format!("{}{}", &document.text[..selection.start], &document.text[selection.end..]);
    let place = Place { text: without.into(), offset: selection.start, ..asked.place };
    let epoch = session.assistant().epoch();
    let oracle = DatabaseOracle::new(session.host().clone(), arrival, file, place.clone(), epoch, inline::PATIENT);
    let judged = text.clone();
    let replaced =
        tokio::task::spawn_blocking(move || instruct::replacement(&judged, &selected, &place, &oracle)).await;
    let (replaced, mut problem) = match replaced.map_err(|_| Error::internal_error())? {
        Ok(replaced) => (replaced, None),
        Err(problem) => (None, Some(problem)),
    };
    if is_cut && problem.is_none() && replaced.is_none() {
        problem = Some("the answer was cut short: `ai.instruct.maximum-tokens` allows for no more".to_owned());
    }
    let uri = session.uri(file);
    let edit = replaced.map(|code| json!({ "changes": { (uri.as_ref()): [{ "range": range, "newText": code }] } }));
    write(InstructAnswer { text, edit, problem, secrets: told.secrets })
}

/// `$/progress` with a part of an answer.
enum ProgressNotification {}

impl lsp::Notification for ProgressNotification {
    type Params = Value;
    const METHOD: lsp::LspNotificationMethod<'static> = lsp::LspNotificationMethod::Custom("$/progress");
    const MESSAGE_DIRECTION: lsp::MessageDirection = lsp::MessageDirection::ServerToClient;
}
