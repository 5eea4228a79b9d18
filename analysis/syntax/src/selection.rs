//! Ranges around a place, for growing a selection.

use montuno_base::{TextRange, TextSize, name_index};

use crate::tree::{SyntaxTree, range_of};

/// The most ranges around a place: nobody grows a selection more often, and answers are nested as deep.
const MOST_RANGES: usize = 64;

/// The ranges around a place, from the word to the whole text, each inside the next.
pub fn selection_ranges(tree: &SyntaxTree, offset: TextSize) -> Vec<TextRange> {
    let text = tree.text();
    let mut at = usize::from(offset).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let start =
        text[..at].char_indices().rev().take_while(|&(_, c)| name_index::is_word(c)).last().map_or(at, |(i, _)| i);
    let end = at + text[at..].find(|c| !name_index::is_word(c)).unwrap_or(text.len() - at);
    let size = |at: usize| TextSize::try_from(at).expect("files are below 4 GB");
    let word = TextRange::new(size(start), size(end));
    let mut found = vec![word];
    let mut node = Some(tree.covering(word));
    while let Some(current) = node.filter(|_| found.len() < MOST_RANGES) {
        let range = range_of(current);
        let last = *found.last().expect("it begins with the word");
        if range.contains_range(last) && range != last {
            found.push(range);
        }
        node = current.parent();
    }
    let whole = TextRange::new(0.into(), size(text.len()));
    if found.last() != Some(&whole) {
        found.push(whole);
    }
    if found[0].is_empty() && found.len() > 1 {
        found.remove(0);
    }
    found
}
