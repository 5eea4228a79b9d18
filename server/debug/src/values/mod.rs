//! How Rust's values are shown by LLDB.
//!
//! LLDB has no language of Rust's, and the formatters that come with the compiler hang it at an `Option<String>` that is
//! `None`. So it gets ours: a file of Python, `rust.py`, that is written into the user's cache and imported when a session
//! begins.

use std::io::{Read as _, Seek as _, SeekFrom};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

/// The formatters.
const FORMATTERS: &str = include_str!("rust.py");

/// How much of a program's end is looked at: its names stand there.
const NAMES: u64 = 32 << 20;

/// The commands that a session of LLDB begins with: ours, then the user's.
pub fn init_commands(own: &Value) -> Value {
    let mut commands: Vec<Value> = Vec::new();
    if let Some(path) = written() {
        commands.push(format!("command script import \"{path}\"").into());
    }
    commands.extend(own.as_array().cloned().unwrap_or_default());
    commands.into()
}

/// The file with the formatters. `None` if there is no place for it: then values are shown as LLDB shows them.
fn written() -> Option<Utf8PathBuf> {
    let folder = montuno_base::cache::folder()?.join("debug");
    // The name says the version, since another one may be in use at the same time.
    let path = folder.join(format!("montuno_rust_{}.py", montuno_base::cache::key(&[FORMATTERS])));
    let is_there = std::fs::read_to_string(&path).is_ok_and(|text| text == FORMATTERS);
    (is_there || montuno_base::cache::write_source(&path, FORMATTERS.as_bytes()).is_ok()).then_some(path)
}

/// Whether a program has parts in Rust.
pub fn is_of_rust(program: &Utf8Path) -> bool {
    let names = || -> std::io::Result<Vec<u8>> {
        let mut file = std::fs::File::open(program)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(NAMES)))?;
        let mut bytes = Vec::new();
        file.take(NAMES).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    names().is_ok_and(|bytes| memchr::memmem::find(&bytes, b"rust_panic").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_commands_come_after_ours() {
        let commands = init_commands(&serde_json::json!(["settings set x y"]));
        let commands = commands.as_array().unwrap();
        assert_eq!(commands.last().unwrap(), "settings set x y");
        assert!(commands.len() == 1 || commands[0].as_str().unwrap().starts_with("command script import \""));
    }

    #[test]
    fn a_program_in_rust_is_told_by_its_names() {
        let own = Utf8PathBuf::from_path_buf(std::env::current_exe().unwrap()).unwrap();
        assert!(is_of_rust(&own));
        assert!(!is_of_rust(Utf8Path::new("/bin/sh")));
        assert!(!is_of_rust(Utf8Path::new("/nowhere")));
    }
}
