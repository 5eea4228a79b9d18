//! From names that could stand at a place to what an editor offers.

use montuno_base::{TextRange, TextSize};

use crate::completion::{Candidate, Candidates, CompletionItem};
use crate::features::ranking::{self, Usage};

/// The part of a word that stands before a place: what an offer replaces.
pub fn typed(text: &str, offset: TextSize) -> TextRange {
    let end = usize::from(offset).min(text.len());
    let start = ranking::word_start(text, end);
    let size = |at: usize| TextSize::try_from(at).expect("files are below 4 GB");
    TextRange::new(size(start), size(end))
}

/// Names as offers, in no order.
pub fn items(candidates: &Candidates, replace: TextRange, usage: &Usage<'_>) -> Vec<CompletionItem> {
    candidates.names.iter().map(|candidate| item(candidate, replace, usage)).collect()
}

fn item(candidate: &Candidate, replace: TextRange, usage: &Usage<'_>) -> CompletionItem {
    CompletionItem {
        detail: candidate.detail.clone(),
        deprecated: candidate.deprecated,
        relevance: relevance(candidate, usage),
        ..CompletionItem::new(candidate.name.clone(), candidate.kind, replace)
    }
}

/// How likely a name is wanted: by how it is used around the place, then by how far away it is declared.
/// What is private, and what should no longer be used, stands behind everything else.
fn relevance(candidate: &Candidate, usage: &Usage<'_>) -> u32 {
    let near = 300u32.saturating_sub(candidate.distance.saturating_mul(60));
    let openness = if !candidate.name.starts_with('_') {
        3000
    } else if candidate.name.starts_with("__") {
        0
    } else {
        2600
    };
    let weight = usage.weight(&candidate.name);
    let relevance = openness + near + weight;
    if candidate.deprecated { relevance / 2 } else { relevance }
}

/// Sorts offers as an editor shows them: the likeliest first, equal ones by label.
pub fn sort(items: &mut [CompletionItem]) {
    items.sort_by(|a, b| b.relevance.cmp(&a.relevance).then_with(|| a.label.cmp(&b.label)));
}
