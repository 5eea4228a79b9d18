//! Types of our own messages for clients.

use crate::root;

/// Writes them. That they are current is a test of `montuno-protocol`.
pub(crate) fn run() -> anyhow::Result<()> {
    let folder = root().join("protocol-ext/generated");
    std::fs::create_dir_all(&folder)?;
    for (name, text) in montuno_protocol::generate::files() {
        let path = folder.join(name);
        std::fs::write(&path, text)?;
        println!("wrote {path}");
    }
    Ok(())
}
