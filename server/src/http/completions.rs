//! `/v1/completions` and `/v1/models`, as OpenAI has them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use montuno_complete::show::Silence;
use serde_json::{Value, json};

use super::fill_in::FillIn;
use super::question::Asked;
use super::{Refusal, Shared, count, document, events, stops, text};

pub(super) async fn completions(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Response, Refusal> {
    let document = document(&body)?;
    let prompt = prompt(&document)?;
    for (name, only) in [("n", 1), ("best_of", 1)] {
        if count(&document, name)?.is_some_and(|count| count != only) {
            return Err(Refusal::bad(format!("`{name}` can only be {only}")));
        }
    }
    if document["echo"] == true {
        return Err(Refusal::bad("`echo` is not done"));
    }
    let stops = stops(&document)?;
    let filled = FillIn::parse(&prompt);
    let context = match filled.context.is_empty() {
        true => Vec::new(),
        false => vec![(String::new(), filled.context)],
    };
    let asked = Asked {
        before: filled.before,
        behind: filled.behind + &text(&document, "suffix")?,
        context,
        maximum_tokens: count(&document, "max_tokens")?,
        is_typing: false,
    };
    let outcome = shared.answerer.complete(asked).await;
    let (written, is_cut) = answer(&outcome.shown, &stops)?;
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let created = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (told, made) = (outcome.explanation.prompt_tokens as usize, outcome.figures.written);
    let answer = json!({
        "id": format!("cmpl-{}-{number}", std::process::id()),
        "object": "text_completion",
        "created": created,
        "model": outcome.explanation.model.as_deref().or(document["model"].as_str()).unwrap_or("montuno"),
        "choices": [{
            "index": 0,
            "text": written,
            "logprobs": null,
            "finish_reason": if is_cut { "length" } else { "stop" },
        }],
        "usage": { "prompt_tokens": told, "completion_tokens": made, "total_tokens": told + made },
    });
    Ok(match document["stream"] == true {
        true => events(&answer, "data: [DONE]\n\n"),
        false => Json(answer).into_response(),
    })
}

/// The prompt: a text, or a list with one.
fn prompt(document: &Value) -> Result<String, Refusal> {
    match &document["prompt"] {
        Value::String(prompt) => Ok(prompt.clone()),
        Value::Array(prompts) => match prompts.as_slice() {
            [Value::String(prompt)] => Ok(prompt.clone()),
            [Value::Number(_), ..] | [Value::Array(_), ..] => {
                Err(Refusal::bad("`prompt` must be text: tokens are those of one model alone"))
            }
            _ => Err(Refusal::bad("`prompt` must be one text")),
        },
        Value::Null => Err(Refusal::bad("`prompt` is missing")),
        _ => Err(Refusal::bad("`prompt` must be a text")),
    }
}

/// What is answered: what would be shown, or nothing. Only where nothing can be answered at all it is an error.
pub(super) fn answer(
    shown: &Result<montuno_complete::completer::Shown, Silence>,
    stops: &[String],
) -> Result<(String, bool), Refusal> {
    match shown {
        Ok(shown) => {
            let end =
                stops.iter().filter(|stop| !stop.is_empty()).filter_map(|stop| shown.text.find(stop.as_str())).min();
            Ok((shown.text[..end.unwrap_or(shown.text.len())].to_owned(), false))
        }
        Err(silence @ (Silence::NoModel(_) | Silence::Failed(_) | Silence::Off)) => {
            Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, silence.to_string()))
        }
        Err(silence) => {
            tracing::debug!(target: "montuno::ai", "nothing is answered: {silence}");
            Ok((String::new(), false))
        }
    }
}

pub(super) async fn models(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let name = shared.answerer.model().unwrap_or_else(|| "montuno".to_owned());
    Json(json!({ "object": "list", "data": [{ "id": name, "object": "model", "created": 0, "owned_by": "montuno" }] }))
}
