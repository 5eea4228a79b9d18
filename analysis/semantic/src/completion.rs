//! What completion offers.

use montuno_base::TextRange;

use crate::{SymbolKind, TextEdit};

/// One offer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompletionItem {
    /// What is shown, and matched with what was typed unless `filter` says otherwise.
    pub label: String,
    /// Shown right behind the label: a signature.
    pub signature: Option<String>,
    /// Shown at the far side: where it comes from.
    pub origin: Option<String>,
    /// Its type, or whatever else says in one line what it is.
    pub detail: Option<String>,
    /// Its documentation, in Markdown, if it is at hand; else [`crate::Features::resolve_completion`] finds it.
    pub documentation: Option<String>,
    /// What it is.
    pub kind: SymbolKind,
    /// What is put in place of what, when it is taken.
    pub edit: TextEdit,
    /// Whether `edit` is in LSP's snippet syntax.
    pub is_snippet: bool,
    /// Further edits of the file, such as an import.
    pub additional_edits: Vec<TextEdit>,
    /// What is matched with what was typed, if not the label.
    pub filter: Option<String>,
    /// Offers are shown by this, the largest first; equal ones by label.
    pub relevance: u32,
    /// Whether it should no longer be used.
    pub deprecated: bool,
    /// What the engine needs to find the rest of the item later. Means nothing to others.
    pub resolve_key: Option<String>,
}

impl CompletionItem {
    /// An item that puts its label in place of `replace`.
    pub fn new(label: impl Into<String>, kind: SymbolKind, replace: TextRange) -> Self {
        let label = label.into();
        Self {
            edit: TextEdit::replace(replace, label.clone()),
            label,
            signature: None,
            origin: None,
            detail: None,
            documentation: None,
            kind,
            is_snippet: false,
            additional_edits: Vec::new(),
            filter: None,
            relevance: 0,
            deprecated: false,
            resolve_key: None,
        }
    }
}

/// All offers for a place.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Completions {
    /// The offers, best first.
    pub items: Vec<CompletionItem>,
    /// Whether more typing may bring offers that are not here.
    pub is_incomplete: bool,
}

/// A name that could stand at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its type as the language writes it, if that is known and short.
    pub detail: Option<String>,
    /// How far away it is declared: 0 in the innermost scope or in the receiver's own class.
    pub distance: u32,
    /// Whether it should no longer be used.
    pub deprecated: bool,
    /// Whether it takes arguments when it is called; `None` for what is not called.
    pub takes_arguments: Option<bool>,
}

/// All names that could stand at a place.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Candidates {
    /// The names.
    pub names: Vec<Candidate>,
    /// True if no other name is valid here: what is not listed is wrong.
    pub exhaustive: bool,
}
