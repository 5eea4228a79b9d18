//! Sublime Text: the package LSP.

use serde_json::json;

use super::change::Change;
use super::{Places, Plan, json};

pub(super) fn plan(places: &Places) -> anyhow::Result<Plan> {
    let ours = json!({
        "clients": {
            "montuno": {
                "enabled": true,
                "command": [places.program, "lsp"],
                "selector": "source.python | source.rust | source.go | source.ts | source.tsx | source.js | source.jsx",
            }
        }
    });
    let path = places.config.join("sublime-text/Packages/User/LSP.sublime-settings");
    let shown = serde_json::to_string_pretty(&ours)?;
    Ok(Plan {
        changes: vec![Change::merged(path, shown, |before| json::put(before, &ours))?],
        notes: vec!["It needs the package LSP. `LSP: Troubleshoot Server` says what is wrong.".to_owned()],
    })
}
