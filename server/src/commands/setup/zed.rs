//! Zed: it starts servers that it knows by name, so Montuno takes the place of one for each language.

use serde_json::json;

use super::change::Change;
use super::{Places, Plan, json};

/// A server that Zed knows, and the language that it is for.
const SERVERS: &[(&str, &str)] =
    &[("basedpyright", "Python"), ("rust-analyzer", "Rust"), ("gopls", "Go"), ("vtsls", "TypeScript")];

pub(super) fn plan(places: &Places) -> anyhow::Result<Plan> {
    let binary = json!({ "binary": { "path": places.program, "arguments": ["lsp"] } });
    let servers: serde_json::Map<_, _> = SERVERS.iter().map(|(name, _)| ((*name).to_owned(), binary.clone())).collect();
    let ours = json!({ "lsp": servers });
    let path = places.config.join("zed/settings.json");
    let shown = serde_json::to_string_pretty(&ours)?;
    let changes = vec![Change::merged(path, shown, |before| json::put(before, &ours))?];
    let names: Vec<_> = SERVERS.iter().map(|(name, language)| format!("{language} ({name})")).collect();
    let notes = vec![format!("Montuno runs in the place of the server that Zed has for {}.", names.join(", "))];
    Ok(Plan { changes, notes })
}
