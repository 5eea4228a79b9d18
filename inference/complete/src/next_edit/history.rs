//! What was edited lately: keys that belong together are one edit.

use std::ops::Range;
use std::sync::Arc;

/// How many edits are kept.
const MOST: usize = 40;

/// A change of one place of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The document.
    pub document: u64,
    /// Where it begins, before and after it.
    pub start: usize,
    /// What stood there.
    pub old: String,
    /// What stands there now.
    pub new: String,
    /// The whole text before it.
    pub before: Arc<str>,
    /// The whole text after it.
    pub after: Arc<str>,
}

impl Edit {
    /// The one place at which two texts differ. `None` if they do not.
    pub fn between(document: u64, before: &Arc<str>, after: &Arc<str>) -> Option<Self> {
        if before == after {
            return None;
        }
        let common = |left: &mut dyn Iterator<Item = (char, char)>| -> usize {
            left.take_while(|(left, right)| left == right).map(|(left, _)| left.len_utf8()).sum()
        };
        let start = common(&mut before.chars().zip(after.chars()));
        let rest = (&before[start..], &after[start..]);
        let end = common(&mut rest.0.chars().rev().zip(rest.1.chars().rev()));
        let (old, new) = (&rest.0[..rest.0.len() - end], &rest.1[..rest.1.len() - end]);
        Some(Self {
            document,
            start,
            old: old.to_owned(),
            new: new.to_owned(),
            before: before.clone(),
            after: after.clone(),
        })
    }

    /// Where it is in the text after it.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.new.len()
    }

    /// Where an offset of the text before it is after it. `None` inside of what was replaced.
    fn forward(&self, offset: usize) -> Option<usize> {
        if offset <= self.start {
            Some(offset)
        } else if offset >= self.start + self.old.len() {
            Some(offset - self.old.len() + self.new.len())
        } else {
            None
        }
    }
}

/// What was edited lately, the newest last.
#[derive(Clone, Debug, Default)]
pub struct History {
    edits: Vec<Edit>,
}

impl History {
    /// The edits, the newest last.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// A document has a new text.
    pub fn changed(&mut self, document: u64, before: &Arc<str>, after: &Arc<str>) {
        let Some(edit) = Edit::between(document, before, after) else { return };
        let own = self.edits.iter().rposition(|edit| edit.document == document);
        if own.is_some_and(|own| self.edits[own].after != *before) {
            // Something in between was not seen.
            self.edits.retain(|edit| edit.document != document);
        }
        let last = self.edits.last_mut().filter(|last| last.document == document && last.after == *before);
        if let Some(last) = last
            && belongs_together(last, &edit)
        {
            match Edit::between(document, &last.before, after) {
                Some(both) => *last = both,
                // It was taken back.
                None => _ = self.edits.pop(),
            }
            return;
        }
        // Whoever undoes step by step does not make new edits of it.
        let undone = self.edits.iter().rposition(|edit| edit.document == document);
        if let Some(undone) = undone
            && *self.edits[undone].before == **after
        {
            self.edits.remove(undone);
            return;
        }
        self.edits.push(edit);
        if self.edits.len() > MOST {
            self.edits.remove(0);
        }
    }

    /// A document was closed.
    pub fn closed(&mut self, document: u64) {
        self.edits.retain(|edit| edit.document != document);
    }

    /// Where an offset of the text before an edit is now. `None` if what stood there is gone.
    pub fn now(&self, index: usize, offset: usize) -> Option<usize> {
        let edit = &self.edits[index];
        self.through(index, edit.forward(offset)?)
    }

    /// Where an edit is now. `None` if it was edited since.
    pub fn range_now(&self, index: usize) -> Option<Range<usize>> {
        let range = self.edits[index].range();
        Some(self.through(index, range.start)?..self.through(index, range.end)?)
    }

    /// Whether something in a range of a document, as it is now, was edited after an edit.
    pub fn was_touched_since(&self, index: usize, document: u64, range: &Range<usize>) -> bool {
        let later = (index + 1..self.edits.len()).filter(|&later| self.edits[later].document == document);
        let mut places = later.map(|later| self.range_now(later));
        // What cannot be placed any more may be anywhere.
        places.any(|place| place.is_none_or(|place| place.start <= range.end && range.start <= place.end))
    }

    fn through(&self, index: usize, offset: usize) -> Option<usize> {
        let document = self.edits[index].document;
        let later = self.edits[index + 1..].iter().filter(|edit| edit.document == document);
        let mut offset = offset;
        for edit in later {
            offset = edit.forward(offset)?;
        }
        Some(offset)
    }
}

/// Whether an edit goes on with the one before it: it touches it, or stands in the same line beside it.
fn belongs_together(last: &Edit, next: &Edit) -> bool {
    let written = last.range();
    let (start, end) = (next.start, next.start + next.old.len());
    if start <= written.end && end >= written.start {
        return true;
    }
    // Within the same name or list, a few bytes away.
    let (from, to) = if end < written.start { (end, written.start) } else { (written.end, start) };
    let between = last.after.get(from..to).unwrap_or("\n");
    to - from <= 2 && !between.contains(['\n', '(', ')', '.', ';', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(texts: &[&str]) -> History {
        let mut history = History::default();
        let texts: Vec<Arc<str>> = texts.iter().map(|&text| text.into()).collect();
        for pair in texts.windows(2) {
            history.changed(1, &pair[0], &pair[1]);
        }
        history
    }

    #[test]
    fn keys_that_belong_together_are_one_edit() {
        let history = history(&["a foo b", "a fo b", "a f b", "a  b", "a b b", "a ba b", "a bar b"]);
        let [edit] = history.edits() else { panic!("{:?}", history.edits()) };
        assert_eq!((edit.start, edit.old.as_str(), edit.new.as_str()), (2, "foo", "bar"));
        assert_eq!(&*edit.before, "a foo b");
    }

    #[test]
    fn places_apart_are_edits_of_their_own_and_places_move() {
        let history = history(&["one\ntwo\nthree", "one\ntwo\nthree!", "1111\ntwo\nthree!"]);
        assert_eq!(history.edits().len(), 2);
        assert_eq!(history.now(0, 4), Some(5), "`two` was at 4");
        assert_eq!(history.now(0, 1), None, "`one` is gone");
        assert_eq!(history.range_now(0), Some(14..15));
    }

    #[test]
    fn what_is_undone_is_no_edit() {
        assert!(history(&["a", "ab", "a"]).edits().is_empty());
        let apart = history(&["one\ntwo\n", "one\ntwo!\n", "1\ntwo!\n", "one\ntwo!\n", "one\ntwo\n"]);
        assert!(apart.edits().is_empty(), "{:?}", apart.edits());
    }

    #[test]
    fn what_was_not_seen_is_forgotten() {
        let mut history = history(&["a", "ab"]);
        history.changed(1, &"other".into(), &"others".into());
        assert_eq!(history.edits().len(), 1);
        history.closed(1);
        assert!(history.edits().is_empty());
    }

    #[test]
    fn texts_differ_at_whole_characters() {
        let edit = Edit::between(1, &"é".into(), &"è".into()).unwrap();
        assert_eq!((edit.start, edit.old.as_str(), edit.new.as_str()), (0, "é", "è"));
        let edit = Edit::between(1, &"aa".into(), &"aaa".into()).unwrap();
        assert_eq!((edit.old.as_str(), edit.new.as_str()), ("", "a"));
    }
}
