//! What a name leads to.

use montuno_base::{FileId, TextRange};
pub use montuno_syntax::symbol::SymbolKind;

/// How sure an answer is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Confidence {
    /// Nothing is known.
    Unknown,
    /// The only sensible candidate, found without types: good for going there, not for renaming.
    Likely,
    /// Follows from the language's rules.
    Exact,
}

/// A place that a name leads to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Target {
    /// The file it is in. May be outside the workspace, and may be a file of ours (a stub, a source
    /// that was recovered).
    pub file: FileId,
    /// The whole declaration, with its documentation and body.
    pub full_range: TextRange,
    /// Its name in it: where a cursor goes. For a module, an empty range at its start.
    pub name_range: TextRange,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// What it is declared in, as people would write it.
    pub container: Option<String>,
}

/// What the name at a place leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resolution {
    /// The name that was asked about.
    pub origin: TextRange,
    /// Where it leads; several where the language allows several (overloads, unions, conditional
    /// definitions). Never empty.
    pub targets: Vec<Target>,
    /// How sure this is.
    pub confidence: Confidence,
}

/// A symbol whose uses can be searched, as the engine that named it understands it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Symbol {
    /// Its name, by which files are chosen that may use it.
    pub name: String,
    /// The name that was asked about.
    pub origin: TextRange,
    /// All declarations that are this one symbol: overloads, the accessors of a property, a stub and its
    /// source. Never empty.
    pub declarations: Vec<Target>,
    /// The only file that can use it, where there is only one.
    pub only_in: Option<FileId>,
    /// Whether a name that an import gives it anew is another symbol.
    pub keeps_aliases: bool,
}
