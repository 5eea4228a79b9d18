//! Pages that are made from the code.

use anyhow::ensure;
use montuno_tests::documentation::settings_page;

use crate::root;

/// Writes the pages, or says whether they are current.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let path = root().join("server/docs/settings.md");
    let page = settings_page();
    if check {
        let current = std::fs::read_to_string(&path).unwrap_or_default();
        ensure!(current == page, "{path} is not current: run `cargo xtask docs`");
        return Ok(());
    }
    std::fs::write(&path, page)?;
    println!("wrote {path}");
    Ok(())
}
