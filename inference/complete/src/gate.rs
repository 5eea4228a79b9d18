//! The gate: what is shown was laid over the text first, and whatever the database knows to be wrong was cut.

use crate::language::LanguageFacts;
use crate::oracle::Oracle;

/// What is left of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passed {
    /// The text that is left; it may be empty.
    pub text: String,
    /// Why the rest was cut, if it was.
    pub reason: Option<String>,
    /// Whether the Oracle knew enough to look at it.
    pub was_checked: bool,
}

/// How often a text is cut and looked at again.
const MOST_CUTS: usize = 4;

/// Lets a text through up to what is wrong in it.
pub fn pass(oracle: &dyn Oracle, facts: &LanguageFacts, text: &str) -> Passed {
    let mut text = text.to_owned();
    let mut reason = None;
    for _ in 0..MOST_CUTS {
        let Some(faults) = oracle.faults(&text) else {
            return Passed { text, reason, was_checked: false };
        };
        // What is only unfinished at its very end is the user's to finish.
        let end = text.trim_end().len();
        let Some(fault) = faults.iter().find(|fault| fault.offset < end) else {
            return Passed { text, reason, was_checked: true };
        };
        reason.get_or_insert_with(|| fault.reason.clone());
        let cut = cut_before(&text, fault.offset, facts);
        text.truncate(cut);
        if text.trim().is_empty() {
            return Passed { text: String::new(), reason, was_checked: true };
        }
    }
    // Wrong however it is cut.
    Passed { text: String::new(), reason, was_checked: true }
}

/// Where a text is cut so that what begins at `offset` is gone: before the name that it stands in, and before the
/// receiver, operator or opening bracket that would be left without it. Never inside a character.
fn cut_before(text: &str, offset: usize, facts: &LanguageFacts) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let mut kept = &text[..offset];
    kept = &kept[..facts.word_start(kept)];
    loop {
        let trimmed = kept.trim_end_matches([' ', '\t']);
        let dangling =
            ['.', ':', '?', '=', '+', '-', '*', '/', '%', '&', '|', '<', '>', '!', ',', '(', '[', '{', '^', '~', '@'];
        match trimmed.strip_suffix(dangling) {
            Some(rest) => kept = rest,
            None => {
                let kept = kept.trim_end();
                // A word that begins a statement says nothing by itself.
                let last = &kept[facts.word_start(kept)..];
                let alone =
                    ["return", "if", "for", "while", "let", "const", "var", "in", "not", "and", "or", "match", "new"];
                return if alone.contains(&last) {
                    kept[..kept.len() - last.len()].trim_end().len()
                } else {
                    kept.len()
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language;
    use crate::oracle::{Fault, Names, Surroundings};

    /// Finds fault with every word `wrong`.
    struct Strict;

    impl Oracle for Strict {
        fn names(&self, _written: &str) -> Option<Names> {
            None
        }

        fn surroundings(&self) -> Surroundings {
            Surroundings::default()
        }

        fn faults(&self, written: &str) -> Option<Vec<Fault>> {
            let found = written.match_indices("wrong");
            Some(found.map(|(offset, _)| Fault { offset, reason: "no such name".to_owned() }).collect())
        }

        fn fingerprint(&self) -> u64 {
            0
        }
    }

    fn passed(text: &str) -> Passed {
        pass(&Strict, language::facts("python"), text)
    }

    #[test]
    fn a_text_is_cut_before_what_is_wrong() {
        let cut = |text: &str| passed(text).text;
        assert_eq!(cut("a + b"), "a + b");
        assert_eq!(cut("a + foo.wrong(1)"), "a + foo");
        assert_eq!(cut("value = 1\nreturn value + wrong"), "value = 1\nreturn value");
        assert_eq!(cut("value = 1\nreturn wrong"), "value = 1");
        assert_eq!(cut("f(x, wrong"), "f(x");
        assert_eq!(cut("wrong"), "");
        assert_eq!(passed("f(wrong)").reason.as_deref(), Some("no such name"));
    }

    #[test]
    fn what_nobody_knows_passes() {
        let passed = pass(&crate::oracle::Ignorant, language::facts("python"), "wrong");
        assert_eq!((passed.text.as_str(), passed.was_checked), ("wrong", false));
    }
}
