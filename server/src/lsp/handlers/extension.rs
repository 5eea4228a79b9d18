//! Our own messages, as `montuno-protocol` has them.

use montuno_base::TextRange;
use montuno_complete::{language, prompt};
use montuno_protocol::context::{Context, ContextParams};
use montuno_protocol::models::{Model, ModelAction, Models, ModelsParams};
use montuno_protocol::negotiation::ServerExtension;
use montuno_protocol::place::{DocumentPosition, Position, TextDocument};
use montuno_protocol::status::{EngineHealth, Health, ModelState, SettingOrigin, Status, Warning};
use montuno_protocol::syntax_tree::{SyntaxTree, SyntaxTreeParams};
use serde_json::Value;
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::{Error, Result};

use super::{inline, report};
use crate::ai::models;
use crate::lsp::session::{Session, State};

/// The messages of ours that are answered or sent.
pub(crate) const METHODS: &[&str] = &[
    "montuno/context",
    "montuno/debugConfiguration",
    "montuno/explainCompletion",
    "montuno/health",
    "montuno/instruct",
    "montuno/models",
    "montuno/nextEdit",
    "montuno/runnables",
    "montuno/status",
    "montuno/syntaxTree",
];

/// What the server says to a client that knows our messages.
pub(crate) fn answer(session: &montuno_protocol::negotiation::ClientExtension) -> ServerExtension {
    session.answer(METHODS.iter().copied())
}

pub(super) fn read<T: serde::de::DeserializeOwned>(params: Value) -> Result<T> {
    // A client may leave out what is empty.
    let params = if params.is_null() { Value::Object(serde_json::Map::new()) } else { params };
    serde_json::from_value(params).map_err(|error| Error::invalid_params(error.to_string()))
}

pub(super) fn write(answer: impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(answer).map_err(|_| Error::internal_error())
}

pub(super) fn place(document: TextDocument, position: Position) -> Result<lsp::TextDocumentPositionParams> {
    let position = serde_json::json!({ "textDocument": document, "position": position });
    serde_json::from_value(position).map_err(|error| Error::invalid_params(error.to_string()))
}

pub(super) fn not_open() -> Error {
    Error::invalid_params("the document is not open")
}

pub(crate) async fn explain_completion(session: &Session, params: Value) -> Result<Value> {
    let params: DocumentPosition = read(params)?;
    let at = place(params.text_document, params.position)?;
    let asked = inline::asked(session, &at, None, true).ok_or_else(not_open)?;
    let outcome = session.assistant().complete(asked.place, asked.oracle, false).await;
    write(outcome.explanation)
}

pub(crate) async fn context(session: &Session, params: Value) -> Result<Value> {
    let params: ContextParams = read(params)?;
    let at = place(params.text_document, params.position)?;
    let asked = inline::asked(session, &at, None, true).ok_or_else(not_open)?;
    let budget = params.budget.unwrap_or(4000) as usize;
    let found = tokio::task::spawn_blocking(move || {
        let known = asked.oracle.surroundings();
        let items = prompt::rank(&asked.place, language::facts(&asked.place.language), &known);
        (known.expected_type, items)
    });
    let (expected_type, mut items) = found.await.map_err(|_| Error::internal_error())?;
    let mut left = budget;
    for item in &mut items {
        item.included = item.text.len() <= left;
        left -= if item.included { item.text.len() } else { 0 };
    }
    items.retain(|item| item.included);
    let inputs = session.host().inputs();
    for item in &mut items {
        // A path of the workspace becomes the URI of its document.
        let path = item.uri.take();
        let file = path.and_then(|path| inputs.roots.iter().map(|root| root.join(&path)).find(|path| path.is_file()));
        item.uri = file.map(|path| crate::lsp::uri::from_path(&path).as_ref().to_owned());
    }
    write(Context { expected_type, items })
}

pub(crate) async fn models(session: &Session, params: Value) -> Result<Value> {
    let params: ModelsParams = read(params)?;
    match (params.action, params.name.as_deref()) {
        (Some(ModelAction::Use), Some(name)) => {
            let known = models::installed().iter().any(|folder| folder.file_name() == Some(name));
            if !known {
                return Err(Error::invalid_params(format!("there is no model `{name}`")));
            }
            session.assistant().use_model(name);
        }
        (Some(ModelAction::Use), None) => return Err(Error::invalid_params("name the model that is to be used")),
        (Some(ModelAction::Unload), _) => session.assistant().unload(),
        (None, _) => {}
    }
    let status = session.assistant().status();
    let setting = session.assistant().model_setting();
    let found = tokio::task::spawn_blocking(move || {
        let installed = models::installed();
        let first = installed.first().and_then(|folder| folder.file_name()).map(str::to_owned);
        let chosen = setting.or(first);
        let listed = installed.into_iter().map(|folder| {
            let name = folder.file_name().unwrap_or_default().to_owned();
            let in_use = chosen.as_deref() == Some(&name);
            let problem = montuno_engine::Model::open(&folder).err().map(|error| error.to_string());
            let state = match &problem {
                Some(_) => ModelState::Failed,
                None if in_use => status.state,
                None => ModelState::Idle,
            };
            Model { name, folder: folder.into_string(), in_use, state, problem }
        });
        Models { models: listed.collect() }
    });
    write(found.await.map_err(|_| Error::internal_error())?)
}

/// What the server does at the moment.
pub(crate) fn status(session: &State) -> Status {
    let model = Some(session.assistant().status()).filter(|_| session.assistant().is_on());
    let summary = match &model {
        None => "Montuno".to_owned(),
        Some(model) => match model.state {
            ModelState::Idle => "Montuno".to_owned(),
            ModelState::Loading => "Montuno: loading the model".to_owned(),
            ModelState::Failed => "Montuno: no model".to_owned(),
            ModelState::Ready => format!("Montuno: {}", model.name),
        },
    };
    let fallback = model.as_ref().and_then(|model| model.fallback.clone());
    let warnings = fallback.map(|reason| Warning { message: reason, serious: false }).into_iter().collect();
    Status { summary, progress: None, model, memory: crate::memory::peak(), warnings }
}

pub(crate) async fn health(session: &Session, _: Value) -> Result<Value> {
    let host = session.host().clone();
    let report = tokio::task::spawn_blocking(move || host.report()).await.map_err(|_| Error::internal_error())?;
    let engines = report.into_iter().map(|engine| EngineHealth {
        name: engine.name,
        facts: engine.facts.into_iter().collect(),
        warnings: engine
            .problems
            .into_iter()
            .map(|problem| Warning { message: problem.message, serious: problem.is_serious })
            .collect(),
    });
    let settings = session.configuration.lock().explain();
    let settings =
        settings.into_iter().map(|(name, value, origin)| SettingOrigin { name, value, origin: origin.to_string() });
    let inputs = session.host().inputs();
    let mut health = Health {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        roots: inputs.roots.iter().map(ToString::to_string).collect(),
        status: status(session),
        engines: engines.collect(),
        settings: settings.collect(),
        report: String::new(),
    };
    health.report = report::of(&health);
    write(health)
}

pub(crate) async fn syntax_tree(session: &Session, params: Value) -> Result<Value> {
    let params: SyntaxTreeParams = read(params)?;
    let at = place(params.text_document, params.range.map(|range| range.start).unwrap_or_default())?;
    let asked = inline::asked(session, &at, None, true).ok_or_else(not_open)?;
    let language = montuno_base::Language::of_id(&asked.place.language)
        .ok_or_else(|| Error::invalid_params("no grammar is there for this language"))?;
    let file = session.file(&at.text_document.uri);
    let range = match params.range {
        Some(range) => {
            let end = serde_json::from_value(serde_json::json!(range.end)).map_err(|_| Error::internal_error())?;
            let arrival = session.arrival();
            let document = arrival.inputs().documents.get(file).cloned().ok_or_else(not_open)?;
            let encoding = session.facts().encoding;
            let range = lsp::Range { start: at.position, end };
            Some(crate::lsp::convert::text_range(document.line_index(), encoding, &document.text, range))
        }
        None => None,
    };
    let tree = tokio::task::spawn_blocking(move || {
        let tree = montuno_syntax::SyntaxTree::parse(&asked.place.text, language)?;
        Some(tree.describe(range.unwrap_or_else(|| TextRange::up_to(tree.length()))))
    });
    let text = tree.await.map_err(|_| Error::internal_error())?;
    write(SyntaxTree { text: text.ok_or_else(|| Error::invalid_params("the text cannot be parsed"))? })
}

/// Tells the client what the server does at the moment.
pub(crate) async fn send_status(session: &State) {
    let status = status(session);
    session.client.send_notification::<StatusNotification>(status).await;
}

/// `montuno/status`, as the router sends it.
enum StatusNotification {}

impl lsp::Notification for StatusNotification {
    type Params = Status;
    const METHOD: lsp::LspNotificationMethod<'static> = lsp::LspNotificationMethod::Custom("montuno/status");
    const MESSAGE_DIRECTION: lsp::MessageDirection = lsp::MessageDirection::ServerToClient;
}
