//! What is offered at a place, as an editor shows it.

use camino::Utf8Path;
use serde_json::Value;

use crate::client::Client;

/// Whether anything begins with what was typed.
fn has_offer(answer: &Value, typed: &str) -> bool {
    let labels = answer["items"].as_array().into_iter().flatten().filter_map(|item| item["label"].as_str());
    labels.into_iter().any(|label| label.to_lowercase().starts_with(&typed.to_lowercase()))
}

/// The labels that are offered at a place, as an editor shows them: those that begin with what was
/// typed, best first.
pub(crate) fn offers(client: &mut Client, path: &Utf8Path, offset: usize, at: Value) -> Vec<String> {
    let text = client.text(path);
    let typed: String = text[..offset].chars().rev().take_while(|&c| c == '_' || c.is_alphanumeric()).collect();
    let typed: String = typed.chars().rev().collect();
    // As an editor does, which asks again as long as not everything is there: names that an import would have to
    // be added for are collected when somebody first asks.
    let mut answer = client.request("textDocument/completion", at.clone());
    for _ in 0..50 {
        if answer["isIncomplete"] != true || !typed.is_empty() && has_offer(&answer, &typed) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
        answer = client.request("textDocument/completion", at.clone());
    }
    let items = answer["items"].as_array().cloned().unwrap_or_default();
    let mut items: Vec<_> = items
        .iter()
        .filter_map(|item| {
            let label = item["label"].as_str()?;
            let filter = item["filterText"].as_str().unwrap_or(label);
            let fits = filter.to_lowercase().starts_with(&typed.to_lowercase());
            fits.then(|| {
                (
                    item["sortText"].as_str().unwrap_or(label).to_owned(),
                    label.split('(').next().unwrap_or(label).to_owned(),
                )
            })
        })
        .collect();
    items.sort();
    items.into_iter().map(|(_, label)| label).collect()
}
