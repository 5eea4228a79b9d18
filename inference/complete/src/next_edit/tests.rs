//! What follows, with code that is known by its words: a name is declared behind `def`, and is the same everywhere.

use std::collections::BTreeMap;

use super::*;

/// Files of Python, by their numbers.
#[derive(Clone, Default)]
struct Words {
    files: BTreeMap<u64, (String, Arc<str>)>,
}

impl Words {
    fn new(files: &[(&str, &str)]) -> Self {
        let files = files.iter().zip(1..).map(|((path, text), id)| (id, ((*path).to_owned(), Arc::from(*text))));
        Self { files: files.collect() }
    }

    /// Replaces a part of a file, as a user does.
    fn edit(&mut self, history: &mut History, document: u64, old: &str, new: &str) {
        let before = self.files[&document].1.clone();
        let at = before.find(old).unwrap_or_else(|| panic!("{old:?} is not in {before:?}"));
        let after: Arc<str> = format!("{}{new}{}", &before[..at], &before[at + old.len()..]).into();
        history.changed(document, &before, &after);
        self.files.get_mut(&document).unwrap().1 = after;
    }

    fn apply(&mut self, history: &mut History, next: &NextEdit) {
        let before = self.files[&next.document].1.clone();
        let after: Arc<str> =
            format!("{}{}{}", &before[..next.range.start], next.text, &before[next.range.end..]).into();
        history.changed(next.document, &before, &after);
        self.files.get_mut(&next.document).unwrap().1 = after;
    }

    /// Follows until nothing follows any more.
    fn follow(&mut self, history: &mut History) -> usize {
        let mut count = 0;
        while let Some(next) = next_edits(history, self, 1, 0).first() {
            self.apply(history, next);
            count += 1;
            assert!(count < 50, "it does not end: {next:?}");
        }
        count
    }
}

fn words(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let word = word_at(text, at);
        if word.start == at && !word.is_empty() {
            found.push(word.clone());
        }
        at = word.end.max(at + text[at..].chars().next().map_or(1, char::len_utf8));
    }
    found
}

impl Code for Words {
    fn text(&self, document: u64) -> Option<Arc<str>> {
        Some(self.files.get(&document)?.1.clone())
    }

    fn path(&self, document: u64) -> String {
        self.files[&document].0.clone()
    }

    fn language(&self, _document: u64) -> String {
        "python".to_owned()
    }

    fn uses(&self, document: u64, text: &str, offset: usize) -> Option<Vec<Use>> {
        let name = &text[word_at(text, offset)];
        let mut found = Vec::new();
        for (&id, (_, now)) in &self.files {
            let text = if id == document { text } else { now };
            for range in words(text).into_iter().filter(|range| &text[range.clone()] == name) {
                let is_declaration = text[..range.start].ends_with("def ");
                found.push(Use { document: id, range, is_declaration });
            }
        }
        found.iter().any(|place| place.is_declaration).then_some(found)
    }

    fn is_known(&self, document: u64, _offset: usize, name: &str) -> Option<bool> {
        let declares = |text: &str| text.contains(&format!("def {name}(")) || text.contains(&format!("{name} = "));
        Some(
            self.files.values().any(|(_, text)| text.contains(&format!("def {name}(")))
                || declares(&self.files[&document].1),
        )
    }
}

const A: &str = "def total(a, b):\n    return a\n\nx = total(1, 2)\n";
const B: &str = "from a import total\n\nprint(total(3, 4))\n";

#[test]
fn a_name_that_was_changed_is_changed_where_it_is_used() {
    let mut code = Words::new(&[("a.py", A), ("b.py", B)]);
    let mut history = History::default();
    for (old, new) in [("total", "totals"), ("totals", "sums")] {
        code.edit(&mut history, 1, old, new);
    }
    let next = next_edits(&history, &code, 1, 0);
    assert_eq!(next.iter().map(|next| next.document).collect::<Vec<_>>(), [1, 2, 2], "{next:?}");
    assert!(next.iter().all(|next| next.text == "sums" && next.reason == "`total` is `sums` now"));
    assert_eq!(code.follow(&mut history), 3);
    assert_eq!(&*code.files[&1].1, A.replace("total", "sums"));
    assert_eq!(&*code.files[&2].1, B.replace("total", "sums"));
}

#[test]
fn a_use_is_followed_only_if_nothing_has_the_new_name() {
    let mut code = Words::new(&[("a.py", A), ("b.py", B)]);
    let mut history = History::default();
    code.edit(&mut history, 2, "print(total", "print(mean");
    let texts: Vec<_> = next_edits(&history, &code, 2, 0).into_iter().map(|next| (next.document, next.text)).collect();
    assert!(texts.contains(&(1, "mean".to_owned())), "it was meant for all: {texts:?}");
    let mut code = Words::new(&[("a.py", &format!("{A}def mean(): ...\n")), ("b.py", B)]);
    let mut history = History::default();
    code.edit(&mut history, 2, "print(total", "print(mean");
    assert_eq!(next_edits(&history, &code, 2, 0), [], "another function is called now");
}

#[test]
fn arguments_follow_parameters() {
    let mut code = Words::new(&[("a.py", A), ("b.py", B)]);
    let mut history = History::default();
    code.edit(&mut history, 1, "a, b", "b");
    assert_eq!(code.follow(&mut history), 2);
    assert!(code.files[&1].1.contains("x = total(2)") && code.files[&2].1.contains("print(total(4))"));
    let mut code = Words::new(&[("a.py", A), ("b.py", B)]);
    let mut history = History::default();
    code.edit(&mut history, 1, "a, b", "b, a");
    assert_eq!(code.follow(&mut history), 2);
    assert!(code.files[&2].1.contains("print(total(4, 3))"), "{}", code.files[&2].1);
}

#[test]
fn a_declaration_that_went_elsewhere_is_imported_from_there() {
    let mut code = Words::new(&[("a.py", &format!("{A}\ndef other(): ...\n")), ("b.py", B), ("c.py", "y = 1\n")]);
    let mut history = History::default();
    let function = "def total(a, b):\n    return a\n";
    code.edit(&mut history, 1, function, "");
    code.edit(&mut history, 3, "y = 1\n", &format!("y = 1\n\n{function}"));
    let next = next_edits(&history, &code, 2, 0);
    assert!(next.iter().any(|next| next.document == 2 && next.text == "from c import total"), "{next:?}");
}

#[test]
fn what_was_replaced_twice_is_offered_a_third_time() {
    let mut code = Words::new(&[("a.py", "x = old_call(1)\ny = old_call(2)\nz = old_call(3)\nw = very_old_call(4)\n")]);
    let mut history = History::default();
    code.edit(&mut history, 1, "old_call(1)", "new_call(1)");
    assert_eq!(next_edits(&history, &code, 1, 0), []);
    code.edit(&mut history, 1, "old_call(2)", "new_call(2)");
    let next = next_edits(&history, &code, 1, 0);
    assert_eq!(next.len(), 1, "{next:?}");
    assert_eq!((&code.files[&1].1[next[0].range.clone()], next[0].text.as_str()), ("old_call", "new_call"));
}

#[test]
fn nothing_undoes_what_the_user_wrote_and_following_ends() {
    // Every edit that follows, made one after the other, leaves what was edited by hand as it is.
    let edits =
        [("total", "sums"), ("a, b", "b, a"), ("(1, 2)", "(1, 2, 3)"), ("return a", "return b"), ("x = ", "z = ")];
    for first in edits {
        for second in edits {
            let mut code = Words::new(&[("a.py", A), ("b.py", B)]);
            let mut history = History::default();
            code.edit(&mut history, 1, first.0, first.1);
            if code.files[&1].1.contains(second.0) {
                code.edit(&mut history, 1, second.0, second.1);
            }
            let written: Vec<_> = (0..history.edits().len())
                .filter_map(|index| Some((history.range_now(index)?, history.edits()[index].new.clone())))
                .collect();
            for next in next_edits(&history, &code, 1, 0) {
                let hits = |(range, _): &(Range<usize>, String)| {
                    next.document == 1 && range.start < next.range.end && next.range.start < range.end
                };
                assert!(!written.iter().any(hits), "{first:?} {second:?}: {next:?} writes over {written:?}");
            }
            code.follow(&mut history);
        }
    }
}

#[test]
fn what_was_undone_is_followed_no_more() {
    let mut code = Words::new(&[("a.py", A), ("b.py", B)]);
    let mut history = History::default();
    code.edit(&mut history, 1, "total", "sums");
    code.edit(&mut history, 1, "sums", "total");
    assert_eq!(next_edits(&history, &code, 1, 0), []);
}
