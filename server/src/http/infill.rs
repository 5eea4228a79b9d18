//! `/infill`, as the server of llama.cpp has it.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::completions::answer;
use super::question::Asked;
use super::{Refusal, Shared, count, document, events, stops, text};

pub(super) async fn infill(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Response, Refusal> {
    let document = document(&body)?;
    let most = count(&document, "n_predict")?;
    let stops = stops(&document)?;
    let (prefix, suffix) = (text(&document, "input_prefix")?, text(&document, "input_suffix")?);
    let asked = Asked {
        before: prefix + &text(&document, "prompt")?,
        behind: suffix,
        context: extra(&document)?,
        maximum_tokens: most,
        is_typing: true,
    };
    let mut full = Map::new();
    if most == Some(0) {
        // Its editors let it read what may be asked about later; here everything is read when it is asked about.
        full.insert("content".to_owned(), json!(""));
    } else {
        let outcome = shared.answerer.complete(asked).await;
        let (content, _) = answer(&outcome.shown, &stops)?;
        let time = |step: &str| {
            let found = outcome.explanation.timings.iter().find(|timing| timing.step == step);
            found.map_or(0.0, |timing| f64::from(timing.milliseconds))
        };
        let (read, written) = (outcome.figures.prefilled, outcome.figures.written);
        full.insert("content".to_owned(), json!(content));
        full.insert("tokens_cached".to_owned(), json!(outcome.explanation.reused_tokens));
        full.insert("tokens_evaluated".to_owned(), json!(outcome.explanation.prompt_tokens));
        full.insert("tokens_predicted".to_owned(), json!(written));
        full.insert("timings".to_owned(), timings(read, time("context"), written, time("model")));
        full.insert("model".to_owned(), json!(outcome.explanation.model));
    }
    full.insert("stop".to_owned(), json!(true));
    full.insert("truncated".to_owned(), json!(false));
    let chosen = chosen(&document, full);
    Ok(match document["stream"] == true {
        true => events(&chosen, ""),
        false => Json(chosen).into_response(),
    })
}

fn timings(read: usize, reading: f64, written: usize, writing: f64) -> Value {
    let per_second = |count: usize, milliseconds: f64| count as f64 * 1000.0 / milliseconds.max(0.001);
    json!({
        "prompt_n": read,
        "prompt_ms": reading,
        "prompt_per_token_ms": reading / read.max(1) as f64,
        "prompt_per_second": per_second(read, reading),
        "predicted_n": written,
        "predicted_ms": writing,
        "predicted_per_token_ms": writing / written.max(1) as f64,
        "predicted_per_second": per_second(written, writing),
    })
}

/// The fields that are wanted: `timings/prompt_n` is a field in a field, and is answered under that name.
fn chosen(document: &Value, full: Map<String, Value>) -> Value {
    let Some(wanted) = document["response_fields"].as_array() else { return Value::Object(full) };
    let full = Value::Object(full);
    let mut chosen = Map::new();
    for name in wanted.iter().filter_map(Value::as_str) {
        if let Some(value) = full.pointer(&format!("/{name}")) {
            chosen.insert(name.to_owned(), value.clone());
        }
    }
    Value::Object(chosen)
}

/// Pieces of other files.
fn extra(document: &Value) -> Result<Vec<(String, String)>, Refusal> {
    let wrong = || Refusal::bad("`input_extra` must be a list of { filename, text }");
    match &document["input_extra"] {
        Value::Null => Ok(Vec::new()),
        Value::Array(pieces) => pieces
            .iter()
            .map(|piece| {
                let name = piece["filename"].as_str().unwrap_or_default().to_owned();
                Some((name, piece["text"].as_str()?.to_owned()))
            })
            .collect::<Option<_>>()
            .ok_or_else(wrong),
        _ => Err(wrong()),
    }
}
