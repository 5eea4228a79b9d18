//! Documents that the client opens, edits and closes. Everything here is done when the message
//! arrives, so it must be fast: the engines follow later.

use std::sync::Arc;

use montuno_base::{Change, Document, Language, LineIndex};
use serde_json::Value;
use tower_lsp_server::gen_lsp_types as lsp;

use super::convert;
use super::session::State;
use super::uri;
use crate::configuration::Origin;

type Applied = Result<(), String>;

fn read<'de, T: serde::Deserialize<'de>>(params: &'de Value) -> Result<T, String> {
    T::deserialize(params).map_err(|error| format!("its parameters are not those of the protocol: {error}"))
}

pub(crate) fn did_open(session: &State, params: &Value) -> Applied {
    let params: lsp::DidOpenTextDocumentParams = read(params)?;
    let item = params.text_document;
    let language = Language::of_id(&String::from(item.language_id));
    let file = session.file_in(&item.uri, language);
    session.remember_uri(file, item.uri);
    let document = Document::new(item.version, language, Arc::from(item.text));
    session.host().change(|inputs| {
        let mut changes = vec![inputs.set_document(file, document)];
        changes.extend(session.follow_embedded(inputs, file));
        changes
    });
    session.diagnostics().schedule(file);
    let host = session.host().clone();
    // Whatever it takes to answer begins now, not with the first question.
    tokio::task::spawn_blocking(move || host.warm_up(file));
    Ok(())
}

pub(crate) fn did_change(session: &State, params: &Value) -> Applied {
    let params: lsp::DidChangeTextDocumentParams = read(params)?;
    let file = session.file(&params.text_document.text_document_identifier.uri);
    let version = params.text_document.version;
    let encoding = session.facts().encoding;
    let mut refused = None;
    let mut old = None;
    session.host().change(|inputs| -> Vec<Change> {
        let Some(open) = inputs.documents.get(file) else {
            refused = Some("the document is not open".to_owned());
            return Vec::new();
        };
        old = Some(open.text.clone());
        let mut text = open.text.to_string();
        let mut line_index = open.line_index().clone();
        let language = open.language;
        let last = params.content_changes.len();
        for (turn, change) in params.content_changes.into_iter().enumerate() {
            match change {
                lsp::TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => text = whole.text,
                lsp::TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                    let range = convert::text_range(&line_index, encoding, &text, part.range);
                    text.replace_range(usize::from(range.start())..usize::from(range.end()), &part.text);
                }
            }
            if turn + 1 < last {
                line_index = Arc::new(LineIndex::new(&text));
            }
        }
        let mut changes = vec![inputs.set_document(file, Document::new(version, language, Arc::from(text)))];
        changes.extend(session.follow_embedded(inputs, file));
        changes
    });
    if let (Some(document), Some(old)) = (session.host().inputs().documents.get(file), old) {
        session.assistant().document_changed(file, &old, &document.text);
    }
    session.diagnostics().schedule(file);
    refused.map_or(Ok(()), Err)
}

pub(crate) fn did_close(session: &State, params: &Value) -> Applied {
    let params: lsp::DidCloseTextDocumentParams = read(params)?;
    let file = session.file(&params.text_document.uri);
    session.host().change(|inputs| {
        let mut changes: Vec<Change> = inputs.close_document(file).into_iter().collect();
        changes.extend(session.follow_embedded(inputs, file));
        changes
    });
    session.assistant().document_closed(file);
    session.diagnostics().close(file, session.uri(file));
    session.forget_uri(file);
    Ok(())
}

pub(crate) fn did_save(session: &State, params: &Value) -> Applied {
    let params: lsp::DidSaveTextDocumentParams = read(params)?;
    let file = session.file(&params.text_document.uri);
    // Clients that watch no files at least say what they saved.
    let path = session.host().inputs().files.path(file);
    session.host().names().update(&path);
    session.diagnostics().saved(file);
    Ok(())
}

pub(crate) fn did_change_workspace_folders(session: &State, params: &Value) -> Applied {
    let params: lsp::DidChangeWorkspaceFoldersParams = read(params)?;
    let removed: Vec<_> = params.event.removed.iter().filter_map(|folder| uri::to_path(&folder.uri)).collect();
    let added = params.event.added.iter().filter_map(|folder| uri::to_path(&folder.uri));
    for root in &removed {
        session.host().names().remove(root);
    }
    session.host().change(|inputs| {
        let mut roots: Vec<_> = inputs.roots.iter().filter(|root| !removed.contains(root)).cloned().collect();
        roots.extend(added.filter(|root| !inputs.roots.contains(root)));
        [inputs.set_roots(roots)]
    });
    session.assistant().world_changed();
    session.roots_changed();
    session.diagnostics().schedule_all();
    Ok(())
}

pub(crate) fn did_change_configuration(session: &State, params: &Value) -> Applied {
    let params: lsp::DidChangeConfigurationParams = read(params)?;
    let settings = params.settings.get("montuno").cloned().unwrap_or(Value::Null);
    if session.facts().asks_configuration && !settings.is_object() {
        // The client wants to be asked; the answer is applied when it is there.
        session.diagnostics().ask_configuration();
        return Ok(());
    }
    let complaints = session.apply_settings(Some((Origin::Editor, settings)));
    session.diagnostics().schedule_all();
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("; ")) }
}
