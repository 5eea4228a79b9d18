//! Pages that are made from the code.

use anyhow::ensure;
use montuno_tests::documentation::{languages_page, settings_page, vscode_manifest};

use crate::root;

/// The manifest of the extension for VS Code: it lists the settings.
const MANIFEST: &str = "editors/vscode/package.json";

/// Writes the pages, or says whether they are current.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let manifest = std::fs::read_to_string(root().join(MANIFEST))?;
    let pages = [
        ("server/docs/settings.md", settings_page()),
        ("server/docs/languages.md", languages_page()),
        (MANIFEST, vscode_manifest(&manifest)),
    ];
    for (name, page) in pages {
        let path = root().join(name);
        if check {
            let current = std::fs::read_to_string(&path).unwrap_or_default();
            ensure!(current == page, "{path} is not current: run `cargo xtask docs`");
        } else {
            std::fs::write(&path, page)?;
            println!("wrote {path}");
        }
    }
    Ok(())
}
