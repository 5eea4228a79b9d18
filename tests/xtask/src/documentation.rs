//! Pages that are made from the code.

use anyhow::ensure;
use montuno_tests::documentation::{languages_page, settings_page};

use crate::root;

/// Writes the pages, or says whether they are current.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let pages = [("settings", settings_page()), ("languages", languages_page())];
    for (name, page) in pages {
        let path = root().join(format!("server/docs/{name}.md"));
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
