//! A name that was changed is changed wherever it is used.

use super::{Code, History, NextEdit, is_name, word_at};

/// The edits that follow from a name's change.
pub(super) fn follow(history: &History, index: usize, code: &dyn Code) -> Vec<NextEdit> {
    let edit = &history.edits()[index];
    let (Some(old), Some(new)) =
        (whole_name(&edit.before, edit.start, edit.old.len()), whole_name(&edit.after, edit.start, edit.new.len()))
    else {
        return Vec::new();
    };
    let (old_name, new_name) = (&edit.before[old.clone()], &edit.after[new]);
    if old_name == new_name {
        return Vec::new();
    }
    let Some(uses) = code.uses(edit.document, &edit.before, old.start) else { return Vec::new() };
    let is_own = |place: &super::Use| place.document == edit.document && place.range == old;
    let declared_here = uses.iter().any(|place| is_own(place) && place.is_declaration);
    if !declared_here {
        // One use was changed: it was meant for all only if nothing has the new name.
        let now = history.now(index, old.start);
        let is_known = now.and_then(|offset| code.is_known(edit.document, offset, new_name));
        if is_known != Some(false) || !uses.iter().any(is_own) {
            return Vec::new();
        }
    }
    let others = uses.iter().filter(|place| !is_own(place));
    others
        .filter_map(|place| {
            let range = if place.document == edit.document {
                let start = history.now(index, place.range.start)?;
                start..start + place.range.len()
            } else {
                place.range.clone()
            };
            let text = code.text(place.document)?;
            // Where something else stands by now, nothing follows.
            (text.get(range.clone())? == old_name).then(|| NextEdit {
                document: place.document,
                range,
                text: new_name.to_owned(),
                reason: format!("`{old_name}` is `{new_name}` now"),
            })
        })
        .collect()
}

/// The name that holds all of a change, if one does.
fn whole_name(text: &str, start: usize, length: usize) -> Option<std::ops::Range<usize>> {
    let word = word_at(text, start);
    (word.start <= start && word.end >= start + length && is_name(text.get(word.clone())?)).then_some(word)
}
