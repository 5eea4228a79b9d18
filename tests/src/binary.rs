//! The binary under test.

use std::process::Command;
use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};

/// The path of `montuno`: `MONTUNO_BINARY`, else the release build, since without optimisation the engines are
/// slower by far. It is built first, so that no test runs against an older one.
///
/// # Panics
/// If it cannot be built.
pub fn path() -> &'static Utf8Path {
    static PATH: OnceLock<Utf8PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        if let Ok(path) = std::env::var("MONTUNO_BINARY") {
            return path.into();
        }
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--release", "--quiet", "--package", "montuno", "--message-format=json"]);
        build.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        let output = build.output().expect("cargo runs");
        assert!(output.status.success(), "cargo build: {}", String::from_utf8_lossy(&output.stderr));
        let messages = String::from_utf8_lossy(&output.stdout).into_owned();
        let executable = messages.lines().rev().find_map(|line| {
            let message: serde_json::Value = serde_json::from_str(line).ok()?;
            Some(message.get("executable")?.as_str()?.to_owned())
        });
        executable.expect("cargo says where the binary is").into()
    })
}

/// A command that runs the binary in a folder, with caches and settings of its own: nothing of the
/// user's is read or written.
pub fn command(folder: &Utf8Path, home: &Utf8Path) -> Command {
    let mut command = Command::new(path());
    command.current_dir(folder);
    command.env("MONTUNO_CACHE_DIR", home.join("cache"));
    command.env("MONTUNO_DATA_DIR", home.join("data"));
    command.env("XDG_CONFIG_HOME", home.join("config"));
    command.env_remove("VIRTUAL_ENV").env_remove("CONDA_PREFIX").env_remove("RUST_LOG");
    command
}
