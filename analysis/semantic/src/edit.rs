//! Changes of text that an answer proposes.

use std::collections::BTreeMap;

use montuno_base::{FileId, TextRange, TextSize, Utf8PathBuf};

/// Replaces a range of a text.
#[derive(Clone, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct TextEdit {
    /// What is replaced; empty for an insertion.
    pub range: TextRange,
    /// What stands there afterwards.
    pub new_text: String,
}

impl TextEdit {
    /// Puts text in place of a range.
    pub fn replace(range: TextRange, new_text: impl Into<String>) -> Self {
        Self { range, new_text: new_text.into() }
    }

    /// Puts text at an offset.
    pub fn insert(offset: TextSize, new_text: impl Into<String>) -> Self {
        Self::replace(TextRange::empty(offset), new_text)
    }

    /// Takes a range out.
    pub fn delete(range: TextRange) -> Self {
        Self::replace(range, "")
    }
}

/// A file that is made, moved or removed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileOperation {
    /// Makes a file with this text.
    Create(Utf8PathBuf, String),
    /// Moves a file or folder.
    Move(Utf8PathBuf, Utf8PathBuf),
}

/// Edits in any number of files.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WorkspaceEdit {
    /// The edits of each file, none overlapping another, in no particular order.
    pub edits: BTreeMap<FileId, Vec<TextEdit>>,
    /// Done after the edits, in this order.
    pub operations: Vec<FileOperation>,
    /// True if the edits hold tab stops (`$0`, `${1:name}`) and escapes of LSP's snippet syntax.
    pub is_snippet: bool,
}

impl WorkspaceEdit {
    /// Edits of one file.
    pub fn of_file(file: FileId, edits: Vec<TextEdit>) -> Self {
        Self { edits: BTreeMap::from([(file, edits)]), ..Self::default() }
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.edits.values().all(Vec::is_empty) && self.operations.is_empty()
    }
}

/// `text` after `edits`, which must not overlap.
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut ordered: Vec<_> = edits.iter().collect();
    ordered.sort_by_key(|edit| (edit.range.start(), edit.range.end()));
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for edit in ordered {
        result.push_str(&text[at..usize::from(edit.range.start())]);
        result.push_str(&edit.new_text);
        at = usize::from(edit.range.end());
    }
    result.push_str(&text[at..]);
    result
}
