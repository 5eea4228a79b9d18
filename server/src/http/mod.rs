//! Completion over HTTP, for editors that ask so: `/v1/completions` as OpenAI has it, `/infill` as the server of llama.cpp
//! has it. On this machine alone, and with a token unless the user says otherwise.
//!
//! | module | subject |
//! | --- | --- |
//! | [`access`] | who may ask |
//! | [`completions`] | `/v1/completions`, `/v1/models` |
//! | [`infill`] | `/infill` |
//! | [`fill_in`] | prompts that hold the text before and behind the cursor in one |
//! | [`question`] | what is asked, and how it is answered: by a session that has the document open, if there is one |

mod access;
mod completions;
mod fill_in;
mod infill;
mod question;

use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::Context as _;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::lsp::session::Sessions;
use access::Access;
use question::Answerer;

/// How the port is opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// The port; 0: a free one.
    pub port: u16,
    /// Whether a request needs the token.
    pub needs_token: bool,
}

/// The longest request that is read, in bytes.
const LONGEST_REQUEST: usize = 4 << 20;

/// How many requests are looked at at the same time.
const MOST_REQUESTS: usize = 32;

/// What requests share.
struct Shared {
    access: Access,
    answerer: Answerer,
    room: Semaphore,
}

/// Opens the port and answers on it for as long as the process lives.
///
/// # Errors
/// If the port is taken, or there is no token.
pub(crate) async fn start(options: &Options, sessions: Sessions) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await;
    let port = options.port;
    let listener =
        listener.with_context(|| format!("cannot listen on port {port} of this machine; choose another, or 0"))?;
    let address = listener.local_addr()?;
    let (access, advice) = Access::new(options.needs_token)?;
    crate::commands::note(&format!("montuno: completion over HTTP on http://{address}, {advice}"));
    let shared = Arc::new(Shared { access, answerer: Answerer::new(sessions), room: Semaphore::new(MOST_REQUESTS) });
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, routes(shared)).await {
            tracing::error!("completion over HTTP has ended: {error}");
        }
    });
    Ok(())
}

fn routes(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/v1/completions", post(completions::completions))
        .route("/v1/models", get(completions::models))
        .route("/infill", post(infill::infill))
        .route("/health", get(async || Json(json!({ "status": "ok" }))))
        .method_not_allowed_fallback(async || {
            Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "this is asked in another way")
        })
        .fallback(async || {
            Refusal::new(StatusCode::NOT_FOUND, "there are /v1/completions, /v1/models, /infill and /health")
        })
        .layer(DefaultBodyLimit::max(LONGEST_REQUEST))
        .layer(middleware::from_fn_with_state(shared.clone(), admit))
        .with_state(shared)
}

/// Lets a request in that may be answered, if there is room.
async fn admit(
    State(shared): State<Arc<Shared>>,
    request: axum::extract::Request,
    next: middleware::Next,
) -> Result<Response, Refusal> {
    let is_open = request.uri().path() == "/health";
    shared.access.check(request.headers(), is_open)?;
    let Ok(_permit) = shared.room.try_acquire() else {
        return Err(Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too many requests at the same time; ask again later",
        ));
    };
    Ok(next.run(request).await)
}

/// A request that is not answered, with the reason.
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let kind = match self.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "authentication_error",
            status if status.is_server_error() => "server_error",
            _ => "invalid_request_error",
        };
        let code = self.status.as_u16();
        let body = json!({ "error": { "message": self.message, "type": kind, "code": code } });
        (self.status, Json(body)).into_response()
    }
}

/// The document of a request, whatever it says of its type: some clients say nothing.
fn document(body: &[u8]) -> Result<Value, Refusal> {
    let value: Value = serde_json::from_slice(body).map_err(|error| Refusal::bad(format!("it is no JSON: {error}")))?;
    match value.is_object() {
        true => Ok(value),
        false => Err(Refusal::bad("expected a JSON object")),
    }
}

/// A text of a document. One that is missing, or null, is empty.
fn text(document: &Value, name: &str) -> Result<String, Refusal> {
    match &document[name] {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        _ => Err(Refusal::bad(format!("`{name}` must be a text"))),
    }
}

/// A count of a document, if it is there.
fn count(document: &Value, name: &str) -> Result<Option<usize>, Refusal> {
    match &document[name] {
        Value::Null => Ok(None),
        // Without a limit, as llama.cpp spells it.
        value if value.as_i64().is_some_and(|count| count < 0) => Ok(None),
        value => match value.as_u64().and_then(|count| usize::try_from(count).ok()) {
            Some(count) => Ok(Some(count)),
            None => Err(Refusal::bad(format!("`{name}` must be a whole number"))),
        },
    }
}

/// The texts at which an answer ends: one, or several.
fn stops(document: &Value) -> Result<Vec<String>, Refusal> {
    let wrong = || Refusal::bad("`stop` must be a text or a list of texts");
    match &document["stop"] {
        Value::Null => Ok(Vec::new()),
        Value::String(stop) => Ok(vec![stop.clone()]),
        Value::Array(stops) => {
            stops.iter().map(|stop| stop.as_str().map(str::to_owned).ok_or_else(wrong)).collect::<Result<_, _>>()
        }
        _ => Err(wrong()),
    }
}

/// A document as server-sent events: one, and the end.
fn events(document: &Value, end: &str) -> Response {
    let body = format!("data: {document}\n\n{end}");
    ([("content-type", "text/event-stream"), ("cache-control", "no-cache")], body).into_response()
}
