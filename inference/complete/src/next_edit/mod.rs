//! Next edit: what follows from what was just edited. A name that was changed where it is declared is changed where it is
//! used; a parameter that came, went or moved is so at the calls; a declaration that went to another file is imported from
//! there. The database says which places these are, so no model is needed, and where it is not sure nothing is offered.
//!
//! | module | subject |
//! | --- | --- |
//! | [`history`] | what was edited lately |
//! | `rename` | names |
//! | `signature` | parameters, and the arguments for them |
//! | `moved` | declarations that went to another file |
//! | `repeated` | the same change made at several places |

pub mod history;
mod lists;
mod moved;
mod rename;
mod repeated;
mod signature;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

pub use history::{Edit, History};

/// A place where something is used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// The document.
    pub document: u64,
    /// The name, in bytes of it.
    pub range: Range<usize>,
    /// Whether it is declared there.
    pub is_declaration: bool,
}

/// Knows the code of a workspace.
pub trait Code: Send + Sync {
    /// The text of a document as it is now.
    fn text(&self, document: u64) -> Option<Arc<str>>;

    /// Its path in the repository, with `/`.
    fn path(&self, document: u64) -> String;

    /// Its language, by LSP's id.
    fn language(&self, document: u64) -> String;

    /// Every use of what is named at an offset of a document, if that had this text; places in it are those of that text.
    /// `None` if they are not known for certain, or if they cannot be changed by the user.
    fn uses(&self, document: u64, text: &str, offset: usize) -> Option<Vec<Use>>;

    /// Whether a name can be used at a place of a document as it is now. `None` if that is not known.
    fn is_known(&self, document: u64, offset: usize, name: &str) -> Option<bool>;
}

/// An edit that follows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NextEdit {
    /// The document.
    pub document: u64,
    /// What is replaced, in bytes of its text as it is now.
    pub range: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
    /// Why, in a few words.
    pub reason: String,
}

/// How many of the last edits something may follow from.
const LOOKED_BACK: usize = 6;

/// How many edits are offered at most.
const MOST: usize = 200;

/// The edits that follow from what was edited lately, the nearest first: behind the cursor in its document, before it, then
/// those in other documents.
pub fn next_edits(history: &History, code: &dyn Code, document: u64, offset: usize) -> Vec<NextEdit> {
    let mut found: Vec<NextEdit> = Vec::new();
    let latest: Vec<usize> = (0..history.edits().len()).rev().take(LOOKED_BACK).collect();
    for &index in &latest {
        let edit = &history.edits()[index];
        let mut of_edit = rename::follow(history, index, code);
        of_edit.extend(signature::follow(history, index, code));
        of_edit.extend(moved::follow(history, index, code));
        of_edit.retain(|next| is_new(next, code, &found) && !undoes(history, next));
        if !of_edit.is_empty() {
            tracing::debug!("{} edits follow from one of {:?}", of_edit.len(), edit.document);
        }
        found.extend(of_edit);
    }
    if found.is_empty() {
        found = repeated::follow(history, code);
        found.retain(|next| !undoes(history, next));
    }
    found.sort_by_key(|next| {
        let is_elsewhere = next.document != document;
        let is_before = !is_elsewhere && next.range.end < offset;
        let distance = if is_elsewhere { next.range.start } else { next.range.start.abs_diff(offset) };
        (is_elsewhere, is_before, next.document, distance)
    });
    found.truncate(MOST);
    found
}

/// Whether an edit changes something, and does not overlap one that was found already.
fn is_new(next: &NextEdit, code: &dyn Code, found: &[NextEdit]) -> bool {
    let overlaps = |other: &NextEdit| {
        other.document == next.document && other.range.start <= next.range.end && next.range.start <= other.range.end
    };
    let text = code.text(next.document);
    let changes = text.is_some_and(|text| text.get(next.range.clone()).is_some_and(|old| old != next.text));
    changes && !found.iter().any(overlaps)
}

/// Whether an edit would take back, or write over, what the user just wrote.
fn undoes(history: &History, next: &NextEdit) -> bool {
    let edits = history.edits();
    (0..edits.len()).any(|index| {
        edits[index].document == next.document
            && history.range_now(index).is_some_and(|range| {
                // What only touches it may follow from it.
                let overlaps = range.start < next.range.end && next.range.start < range.end;
                overlaps
                    || (range == next.range && next.text.contains(&edits[index].old) && !edits[index].old.is_empty())
            })
    })
}

/// The name that an offset lies in, or behind.
fn word_at(text: &str, offset: usize) -> Range<usize> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let start =
        text[..offset].char_indices().rev().take_while(|(_, c)| is_word(*c)).last().map_or(offset, |(at, _)| at);
    let end = text[offset..].char_indices().find(|(_, c)| !is_word(*c)).map_or(text.len(), |(at, _)| offset + at);
    start..end
}

/// Whether a text is a name, and could have been written as one.
fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|c| c.is_alphabetic() || c == '_' || c == '$')
        && characters.all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}
