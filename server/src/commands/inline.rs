//! `montuno query inline`: what the language model would write at a place, and why.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use montuno_complete::acceptance::Acceptance;
use montuno_complete::oracle::{Oracle, Place};
use montuno_complete::secrets::Secrets;
use montuno_engine::control::Control;
use montuno_protocol::completion::CompletionExplanation;
use serde_json::json;

use super::query::{Shown, position};
use super::workspace::Opened;
use crate::ai::assistant::complete_with;
use crate::ai::oracle::{DatabaseOracle, shown_path};

/// How long the oracle may take for one answer: nobody types meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) fn answer(opened: &Opened, place: &str, explain: bool, as_json: bool) -> anyhow::Result<Vec<Shown>> {
    let at = position(opened, place)?;
    let arrival = opened.host.arrival();
    let inputs = arrival.inputs();
    let path = inputs.files.path(at.file);
    let text = inputs.text(at.file).map_err(|error| anyhow::anyhow!("{path}: {error}"))?.text;
    let language = opened.host.language(at.file, inputs).map_or("plaintext", montuno_base::Language::id);
    let place = Place {
        document: at.file.0.into(),
        path: shown_path(inputs, &path),
        language: language.to_owned(),
        text,
        offset: at.offset.into(),
    };
    let oracle = DatabaseOracle::new(opened.host.clone(), arrival.clone(), at.file, place.clone(), 0, PATIENCE);
    let oracle: Arc<dyn Oracle> = Arc::new(oracle);
    // The project is loaded before the first question that would not wait for it.
    opened.host.warm_up(at.file);
    anyhow::ensure!(!Secrets::is_secret_file(&place.path), "{path} is made of secrets: no model is told of it");
    let acceptance = Arc::new(Acceptance::open(None));
    let mut completer = complete_with(&opened.settings.ai, acceptance).map_err(|reason| anyhow::anyhow!(reason))?;
    let outcome = completer
        .without_model(&place, &*oracle)
        .unwrap_or_else(|| completer.complete(&place, &oracle, &Control::default()));
    let explanation = &outcome.explanation;
    if explain {
        let value = serde_json::to_value(explanation)?;
        return Ok(vec![(if as_json { String::new() } else { told(explanation) }, value)]);
    }
    if let Some(silence) = &explanation.silence {
        super::note(&format!("montuno: nothing is shown: {silence}"));
    }
    Ok(explanation.shown.iter().map(|text| (text.clone(), json!({ "text": text }))).collect())
}

/// An explanation for people.
fn told(explanation: &CompletionExplanation) -> String {
    let mut said = String::new();
    let _ = writeln!(said, "model       {}", explanation.model.as_deref().unwrap_or("none"));
    let (tokens, reused) = (explanation.prompt_tokens, explanation.reused_tokens);
    let _ = writeln!(said, "prompt      {tokens} tokens, {reused} of them known from before\n");
    let _ = writeln!(said, "{}\n", indented(&explanation.prompt));
    for item in &explanation.context {
        let mark = if item.included { "+" } else { "-" };
        let from = item.uri.as_deref().unwrap_or_default();
        let _ = writeln!(said, "context   {mark} {:.2} {:?} {} {from}", item.score, item.kind, item.name);
    }
    for secret in &explanation.secrets {
        let _ = writeln!(said, "kept back   {secret}");
    }
    for place in &explanation.guided {
        let names = place.names.iter().take(12).cloned().collect::<Vec<_>>().join(" ");
        let count = place.names.len();
        let _ = writeln!(said, "guided      at {}: {count} names: {names}", place.offset);
    }
    let _ = writeln!(said, "written     {:?}", explanation.generated);
    if let Some(cut) = &explanation.cut {
        let _ = writeln!(said, "cut         after {} bytes: {}", cut.offset, cut.reason);
    }
    if let Some(confidence) = explanation.confidence {
        let _ = writeln!(said, "sure        {:.0} %", confidence * 100.0);
    }
    match (&explanation.shown, &explanation.silence) {
        (Some(shown), _) => _ = writeln!(said, "shown       {shown:?}"),
        (None, reason) => _ = writeln!(said, "silent      {}", reason.as_deref().unwrap_or_default()),
    }
    for timing in &explanation.timings {
        let _ = writeln!(said, "{:<11} {:.1} ms", timing.step, timing.milliseconds);
    }
    said.trim_end().to_owned()
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  | {line}")).collect::<Vec<_>>().join("\n")
}
