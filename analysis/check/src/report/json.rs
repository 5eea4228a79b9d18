//! One JSON document.

use serde::Serialize;

use crate::run::{Finding, Outcome};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    findings: &'a [Finding],
    files: usize,
    faults: Vec<Fault<'a>>,
}

#[derive(Serialize)]
struct Fault<'a> {
    file: &'a str,
    reason: &'a str,
}

/// The outcome as JSON: `{"version": 1, "findings": […], "files": N, "faults": […]}`. Lines and columns
/// count from 1, columns in characters.
pub fn json(outcome: &Outcome) -> String {
    let faults = outcome.faults.iter().map(|(file, reason)| Fault { file, reason }).collect();
    let document = Document { version: 1, findings: &outcome.findings, files: outcome.files, faults };
    let mut text = serde_json::to_string_pretty(&document).expect("findings have string keys only");
    text.push('\n');
    text
}
