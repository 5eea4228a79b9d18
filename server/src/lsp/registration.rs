//! Features that are registered for some languages and not for others, and again when settings change.

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::{Request, Response};

use montuno_base::{Feature, Language};

use super::session::State;
use super::{capabilities, uri};
use crate::engines;

/// Makes the client's list of our features what the settings of now say.
pub(crate) async fn refresh(session: &State) {
    let wanted = capabilities::registrations(session.facts(), &session.host().inputs().settings);
    let mut registered = session.registered.lock().await;
    let gone: Vec<_> = registered.iter().filter(|old| !wanted.contains(old)).cloned().collect();
    let new: Vec<_> = wanted.iter().filter(|new| !registered.contains(new)).cloned().collect();
    if !gone.is_empty() {
        let taken_back = gone.into_iter().map(|old| lsp::Unregistration { id: old.id, method: old.method });
        if let Err(error) = session.client.unregister_capability(taken_back.collect()).await {
            tracing::warn!("the client keeps features that are switched off: {error}");
        }
    }
    if !new.is_empty()
        && let Err(error) = session.client.register_capability(new).await
    {
        tracing::warn!("the client does not register features: {error}");
    }
    *registered = wanted;
}

/// The empty answer to a request for a feature that is switched off, or that the language of its document does not
/// have: a client that cannot register by language asks all the same.
pub(crate) fn refusal(session: &State, request: &Request) -> Option<Response> {
    let feature = Feature::of_method(request.method())?;
    let id = request.id()?.clone();
    let language = match request.params()?.pointer("/textDocument/uri") {
        Some(uri) => Some(language_of(session, uri, request.params()?.get("position"))?),
        None if feature == Feature::WorkspaceSymbol => None,
        None => return None,
    };
    let settings = session.host().inputs().settings;
    let is_there = match language {
        Some(language) => engines::answers(language, feature) && settings.has(language, feature),
        None => !engines::languages_with(feature, &settings).is_empty(),
    };
    let nothing = match feature {
        Feature::Diagnostics => json!({ "kind": "full", "items": [] }),
        Feature::InlineCompletion => json!({ "items": [] }),
        _ => Value::Null,
    };
    (!is_there).then(|| Response::from_ok(id, nothing))
}

/// The language of a document; at a place in it, that of the code there.
fn language_of(session: &State, uri: &Value, position: Option<&Value>) -> Option<Language> {
    let uri: lsp::Uri = serde_json::from_value(uri.clone()).ok()?;
    let inputs = session.host().inputs();
    let document = session.file(&uri);
    let position = position.and_then(|position| serde_json::from_value(position.clone()).ok());
    let file = position.map_or(document, |position| session.file_at(document, position));
    let open = inputs.documents.get(file).and_then(|document| document.language);
    open.or_else(|| Language::of_path(&uri::to_path(&uri)?))
}
