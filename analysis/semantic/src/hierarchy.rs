//! Symbols in trees: items of a file, callers and callees, classes above and below.

use montuno_base::{FileId, FilePosition, LineCol, TextRange};
pub use montuno_syntax::outline::Item;

use crate::{SymbolKind, Target};

/// A symbol that was found by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkspaceSymbol {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The file it is declared in.
    pub file: FileId,
    /// Its name there.
    pub name_range: TextRange,
    /// The line and the column that the name begins at, both from 0, if they are at hand, and the line has nothing but
    /// ASCII: then they are the same in every encoding, and nobody needs the text.
    pub name_start: Option<LineCol>,
    /// What it is declared in.
    pub container: Option<String>,
}

/// A function, and where it is called or calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// The other function.
    pub target: Target,
    /// The places of the calls: of incoming ones in the target's file, of outgoing ones in the file
    /// that was asked about.
    pub ranges: Vec<TextRange>,
}

/// A use of a symbol.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reference {
    /// The name at this place.
    pub place: FilePlace,
    /// What happens to it there.
    pub access: Access,
    /// Whether this is a declaration of it.
    pub is_declaration: bool,
}

/// A range in a file that sorts by file, then place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FilePlace {
    /// The file.
    pub file: FileId,
    /// Bytes from its start to the first of the name.
    pub start: u32,
    /// Bytes from its start to behind the name.
    pub end: u32,
}

impl FilePlace {
    /// A range as something that sorts.
    pub fn new(file: FileId, range: TextRange) -> Self {
        Self { file, start: range.start().into(), end: range.end().into() }
    }

    /// The range in its file.
    pub fn range(self) -> TextRange {
        TextRange::new(self.start.into(), self.end.into())
    }

    /// Its first byte.
    pub fn position(self) -> FilePosition {
        FilePosition { file: self.file, offset: self.start.into() }
    }
}

/// What a reference does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Access {
    /// It only mentions the symbol.
    Mention,
    /// It reads it.
    Read,
    /// It changes it.
    Write,
}
