//! Kakoune: kakoune-lsp.

use super::change::Change;
use super::{Places, Plan, block};

pub(super) fn plan(places: &Places) -> anyhow::Result<Plan> {
    let text = text(&places.program);
    let path = places.config.join("kak/kakrc");
    Ok(Plan {
        changes: vec![Change::merged(path, text.clone(), |before| block::put(before, "#", &text))?],
        notes: vec![
            "It needs kakoune-lsp 18 or newer. Completion by a model stands in the completion list.".to_owned(),
        ],
    })
}

fn text(program: &str) -> String {
    // In the quoting of Kakoune a `'` is written twice.
    let command = program.replace('\'', "''");
    format!(
        "\
hook -group montuno global BufSetOption filetype=(?:python|rust|go|typescript|javascript) %{{
    set-option buffer lsp_servers '
        [montuno]
        root_globs = [\"montuno.toml\", \".git\", \"Cargo.toml\", \"pyproject.toml\", \"go.mod\", \"package.json\"]
        command = \"{command}\"
        args = [\"lsp\"]
    '
    lsp-enable-window
}}"
    )
}
