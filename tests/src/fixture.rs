//! Folders with files, and cursors in them.

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

/// The mark of a cursor.
pub const CURSOR: &str = "<|>";

/// A folder that is removed with this value.
#[derive(Debug)]
pub struct Folder {
    folder: tempfile::TempDir,
    root: Utf8PathBuf,
}

impl Folder {
    /// A folder with these files: path and content.
    ///
    /// # Panics
    /// If it cannot be made.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let root = folder.path().canonicalize().expect("it is there");
        let root = Utf8PathBuf::from_path_buf(root).expect("its path is UTF-8");
        std::fs::create_dir(root.join("work")).expect("it is empty");
        let made = Self { folder, root };
        for (path, content) in files {
            made.write(path, content);
        }
        made
    }

    /// The workspace.
    pub fn root(&self) -> Utf8PathBuf {
        self.root.join("work")
    }

    /// Beside the workspace: caches and settings.
    pub fn home(&self) -> &Utf8Path {
        &self.root
    }

    /// A path in the workspace.
    pub fn path(&self, file: &str) -> Utf8PathBuf {
        self.root().join(file)
    }

    /// Writes a file, and the folders that it is in.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn write(&self, file: &str, content: impl AsRef<[u8]>) {
        let path = self.path(file);
        std::fs::create_dir_all(path.parent().expect("it is in the workspace")).expect("folders can be made");
        std::fs::write(path, content).expect("files can be written");
    }

    /// Gives the machine of this folder a model that says these words, whatever it is told.
    ///
    /// # Panics
    /// If the words cannot be said: see [`montuno_engine::made::Recipe::write_saying`].
    pub fn model_saying(&self, name: &str, words: &[&str]) {
        let folder = self.root.join("data/models").join(name);
        montuno_engine::made::Recipe::write_saying(&folder, words).expect("the words can be said");
    }

    /// A formatter that takes blanks off the ends of lines.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn trimming_formatter(&self) -> Utf8PathBuf {
        let path = self.root.join("tools/trim");
        self.write("../tools/trim", "#!/bin/sh\nexec sed 's/[ \\t]*$//'\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it was just written");
        }
        path
    }

    /// Keeps the folder, for looking at what a failing test left.
    pub fn keep(self) -> Utf8PathBuf {
        let _ = self.folder.keep();
        self.root
    }
}

/// The URI of a path.
pub fn uri(path: &Utf8Path) -> String {
    let encoded: String = path
        .as_str()
        .bytes()
        .map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("file://{encoded}")
}

/// The path of a `file:` URI.
///
/// # Panics
/// If it is none.
pub fn path_of(uri: &str) -> Utf8PathBuf {
    let rest = uri.strip_prefix("file://").unwrap_or_else(|| panic!("{uri} is no file"));
    let mut bytes = Vec::new();
    let mut at = rest.as_bytes();
    while let [first, rest @ ..] = at {
        if *first == b'%' {
            let pair = std::str::from_utf8(&rest[..2]).expect("two digits");
            bytes.push(u8::from_str_radix(pair, 16).expect("two digits"));
            at = &rest[2..];
        } else {
            bytes.push(*first);
            at = rest;
        }
    }
    String::from_utf8(bytes).expect("UTF-8").into()
}

/// A text without its cursor marks, and where they were.
pub fn cursors(text: &str) -> (String, Vec<usize>) {
    let mut plain = String::new();
    let mut found = Vec::new();
    for (turn, part) in text.split(CURSOR).enumerate() {
        if turn > 0 {
            found.push(plain.len());
        }
        plain.push_str(part);
    }
    (plain, found)
}

/// The LSP position of an offset, in UTF-16.
pub fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": line, "character": before[start..].encode_utf16().count() })
}

/// The offset of an LSP position, in UTF-16.
pub fn offset(text: &str, position: &Value) -> usize {
    let line = position["line"].as_u64().unwrap_or_default() as usize;
    let column = position["character"].as_u64().unwrap_or_default() as usize;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let mut units = 0;
    let inside = text[start..].chars().take_while(|c| {
        units += c.len_utf16();
        units <= column
    });
    start + inside.map(char::len_utf8).sum::<usize>()
}

/// A text after LSP text edits.
pub fn apply(text: &str, edits: &Value) -> String {
    let mut edits: Vec<_> = edits.as_array().into_iter().flatten().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(offset(text, &edit["range"]["start"])));
    let mut text = text.to_owned();
    for edit in edits {
        let range = offset(&text, &edit["range"]["start"])..offset(&text, &edit["range"]["end"]);
        text.replace_range(range, edit["newText"].as_str().expect("an edit has a text"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_go_there_and_back() {
        let (text, marks) = cursors("a🎺<|>b\ncd<|>");
        assert_eq!(marks, [5, 9]);
        for mark in marks {
            assert_eq!(offset(&text, &position(&text, mark)), mark);
        }
        assert_eq!(path_of(&uri(Utf8Path::new("/a b/é.py"))), "/a b/é.py");
    }
}
