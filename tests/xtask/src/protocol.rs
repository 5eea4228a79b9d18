//! Types of our own messages for clients.

use crate::root;

/// Writes them. That they are current is a test of `montuno-protocol`.
pub(crate) fn run() -> anyhow::Result<()> {
    for (name, text) in montuno_protocol::generate::files() {
        let path = root().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(&root()))?;
        std::fs::write(&path, text)?;
        println!("wrote {path}");
    }
    Ok(())
}
