//! The same change made at two places: the others like them follow.

use super::{Code, History, NextEdit};

/// How long what is replaced has to be, with what stands around it, so that it is told from others.
const LEAST: usize = 4;

/// How far away the next place may be, in lines.
const LINES: usize = 200;

/// The edits that follow from the last two edits of a document, if they are the same.
pub(super) fn follow(history: &History, code: &dyn Code) -> Vec<NextEdit> {
    let Some(last) = history.edits().last() else { return Vec::new() };
    let mut own = history.edits().iter().rev().filter(|edit| edit.document == last.document).skip(1);
    let Some(other) = own.next() else { return Vec::new() };
    let widened = |edit: &super::Edit| -> (String, String) {
        let word = |text: &str, at: usize, length: usize| {
            let (start, end) = (super::word_at(text, at).start, super::word_at(text, at + length).end);
            text[start..end].to_owned()
        };
        (word(&edit.before, edit.start, edit.old.len()), word(&edit.after, edit.start, edit.new.len()))
    };
    let (old, new) = widened(last);
    // What was taken away is what is looked for: an insertion alone looks like everything.
    if (old.as_str(), new.as_str()) == ("", "") || widened(other) != (old.clone(), new.clone()) {
        return Vec::new();
    }
    if old.trim().len() < LEAST || old.contains('\n') {
        return Vec::new();
    }
    let Some(text) = code.text(last.document) else { return Vec::new() };
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let stands_alone = |at: usize| {
        let before = text[..at].chars().next_back().is_some_and(|c| is_word(c) && old.starts_with(is_word));
        let behind = text[at + old.len()..].chars().next().is_some_and(|c| is_word(c) && old.ends_with(is_word));
        !before && !behind
    };
    let line = |at: usize| text[..at].matches('\n').count();
    let here = line(last.start.min(text.len()));
    text.match_indices(old.as_str())
        .map(|(at, _)| at)
        .filter(|&at| stands_alone(at) && line(at).abs_diff(here) <= LINES)
        .map(|at| NextEdit {
            document: last.document,
            range: at..at + old.len(),
            text: new.clone(),
            reason: format!("`{old}` was replaced by `{new}` twice"),
        })
        .collect()
}
