//! Guidance while a text is written: where the database knows which names there are, the model can write no other.
//!
//! The guide is asked before each token; what was typed of the word at the cursor counts to the text. Where the text so far ends behind a receiver (`receiver.`), or in a name behind
//! one, it asks the [`Oracle`] for the members, once for each such place, and allows the tokens that lead to one of
//! them; a token may go beyond the end of the name. Where the Oracle is not sure, everything is allowed.
//!
//! A model often writes a dot and the name behind it as one token. Then the name stands there before the guide was
//! asked about it; if there is no such name, the text ends, [`Findings::dead_end`] says where, and writing goes on from
//! the dot.

use std::sync::Arc;

use montuno_engine::constraint::{Allowed, Constraint};
use montuno_engine::token::TokenMask;
use montuno_engine::vocabulary::Vocabulary;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use crate::extent::Extent;
use crate::language::LanguageFacts;
use crate::oracle::{NameKind, Names, Oracle, Place};

/// How many places of one text the Oracle is asked about.
const MOST_PLACES: usize = 6;

/// The names that a guide does not list in an explanation.
const MOST_NAMES_SHOWN: usize = 200;

/// What a guide found out, for whoever started the writing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Findings {
    /// Where a name begins that there is not, and that nothing else can be made of.
    pub dead_end: Option<usize>,
    /// The places that names were known of: where each begins in the text, and the names.
    pub places: Vec<(usize, Arc<Names>)>,
}

/// Guides the writing of one text.
pub struct Guide {
    oracle: Arc<dyn Oracle>,
    facts: &'static LanguageFacts,
    extent: Extent,
    /// The cursor's line before the cursor.
    line: String,
    /// What is typed of the name at the cursor.
    typed: String,
    /// The names at the cursor, if they are to be held to.
    first: Option<Arc<Names>>,
    /// Whether any other place is asked about.
    asks: bool,
    /// The names of places that were asked about, by the text before them.
    known: FxHashMap<String, Option<Arc<Names>>>,
    /// Tokens that begin with no part of a name.
    outside: Option<TokenMask>,
    /// Of those, the ones that hold no name behind a space.
    plain: Option<TokenMask>,
    findings: Arc<Mutex<Findings>>,
}

impl Guide {
    /// A guide for what is written at a place. With `asks` false it only looks at the extent.
    pub fn new(
        place: &Place,
        oracle: Arc<dyn Oracle>,
        facts: &'static LanguageFacts,
        extent: Extent,
        asks: bool,
    ) -> Self {
        let line = place.line_before().to_owned();
        let typed = line[facts.word_start(&line)..].to_owned();
        let mut made = Self {
            oracle,
            facts,
            extent,
            typed,
            line,
            first: None,
            asks: asks && !facts.triggers.is_empty(),
            known: FxHashMap::default(),
            outside: None,
            plain: None,
            findings: Arc::default(),
        };
        made.first = made.names_at_cursor();
        if let Some(names) = &made.first {
            made.findings.lock().places.push((0, names.clone()));
        }
        made
    }

    /// What it finds out, now and later.
    pub fn findings(&self) -> Arc<Mutex<Findings>> {
        self.findings.clone()
    }

    /// The names at the cursor, where it is certain that one of them stands there.
    fn names_at_cursor(&self) -> Option<Arc<Names>> {
        if !self.asks || self.facts.is_in_text(&self.line) {
            return None;
        }
        let before = &self.line[..self.line.len() - self.typed.len()];
        let follows_receiver = self.facts.ends_with_trigger(before);
        if !follows_receiver && !self.facts.expects_known_name(before) {
            return None;
        }
        let names = self.oracle.names("")?;
        let is_usable = names.exhaustive && !names.names.is_empty();
        let fits = follows_receiver == (names.kind == NameKind::Member);
        (is_usable && fits).then(|| Arc::new(self.with_keywords(names)))
    }

    /// Names with the words that can stand in their place.
    fn with_keywords(&self, mut names: Names) -> Names {
        let words = match names.kind {
            NameKind::Member => self.facts.member_keywords,
            NameKind::Scope => self.facts.expression_keywords,
        };
        names.names.extend(words.iter().map(|&word| word.to_owned()));
        for name in &mut names.names {
            // Macros are named with their mark in some places.
            if let Some(plain) = name.strip_suffix('!') {
                *name = plain.to_owned();
            }
        }
        names.names.retain(|name| !name.is_empty());
        names.names.sort();
        names.names.dedup();
        names
    }

    /// The names behind a receiver that `written` ends with. Asked once.
    fn members_after(&mut self, written: &str) -> Option<Arc<Names>> {
        if let Some(known) = self.known.get(written) {
            return known.clone();
        }
        if self.known.len() >= MOST_PLACES {
            return None;
        }
        let names = self.oracle.names(written);
        let names = names.filter(|names| names.exhaustive && names.kind == NameKind::Member && !names.names.is_empty());
        let names = names.map(|names| Arc::new(self.with_keywords(names)));
        self.known.insert(written.to_owned(), names.clone());
        if let Some(names) = &names {
            self.findings.lock().places.push((written.len(), names.clone()));
        }
        names
    }

    /// Looks at every name behind a receiver, the last one excepted if it is not whole yet.
    fn check(&mut self, text: &str) -> Standing {
        if let Some(names) = self.first.clone() {
            // Room before a name of its own.
            let may_lead = names.kind == NameKind::Scope && self.typed.is_empty();
            let room = if may_lead { text.len() - text.trim_start_matches(' ').len() } else { 0 };
            let rest = &text[room..];
            let end = rest.find(|c| !self.facts.is_word(c)).unwrap_or(rest.len());
            // Something else than a name: a number, a text, a bracket.
            let leads_away =
                may_lead && rest.chars().next().is_some_and(|c| !self.facts.is_word(c) || c.is_ascii_digit());
            if !leads_away {
                let name = format!("{}{}", self.typed, &rest[..end]);
                if end == rest.len() {
                    return Standing::InName { names, part: name, at: 0 };
                }
                if names.names.binary_search(&name).is_err() {
                    return Standing::Wrong { at: 0 };
                }
            }
        }
        if !self.asks {
            return Standing::Free;
        }
        let mut at = 0;
        while let Some(found) = self.next_trigger(text, at) {
            let rest = &text[found..];
            let end = found + rest.find(|c| !self.facts.is_word(c)).unwrap_or(rest.len());
            if let Some(names) = self.members_after(&text[..found]) {
                let name = &text[found..end];
                if end == text.len() {
                    return if can_begin(&names.names, name) {
                        Standing::InName { names, part: name.to_owned(), at: found }
                    } else {
                        Standing::Wrong { at: found }
                    };
                }
                if names.names.binary_search_by(|known| known.as_str().cmp(name)).is_err() {
                    return Standing::Wrong { at: found };
                }
            }
            at = end.max(found);
            if at >= text.len() {
                break;
            }
        }
        Standing::Free
    }

    /// Where the next name behind a receiver begins, from an offset on.
    fn next_trigger(&self, text: &str, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            let first =
                self.facts.triggers.iter().filter_map(|trigger| Some((at + text[at..].find(trigger)?, trigger.len())));
            let (start, length) = first.min()?;
            let end = start + length;
            let line_start = text[..start].rfind('\n').map(|at| at + 1);
            let line = match line_start {
                Some(line_start) => text[line_start..start].to_owned(),
                None => format!("{}{}", self.line, &text[..start]),
            };
            let full = format!("{line}{}", &text[start..end]);
            let goes_on = text[end..].starts_with('.') || text[end..].starts_with(char::is_whitespace);
            if self.facts.ends_with_trigger(&full) && !goes_on && !self.facts.is_in_text(&line) {
                return Some(end);
            }
            at = end;
            if at >= text.len() {
                return None;
            }
        }
    }

    /// Allows the tokens that go on with one of the names of which `part` stands there. Whether the text may end
    /// there as well.
    fn allow(&mut self, names: &Names, part: &str, vocabulary: &Vocabulary, mask: &mut TokenMask) -> bool {
        let facts = self.facts;
        let is_word = |byte: u8| facts.is_word_byte(byte);
        let fitting = names.names.iter().filter(|name| name.starts_with(part));
        let with_space = names.kind == NameKind::Scope && part.is_empty();
        let mut seen = rustc_hash::FxHashSet::default();
        let mut is_whole = false;
        for name in fitting {
            let rest = &name.as_bytes()[part.len()..];
            is_whole |= rest.is_empty();
            let spaced = [b" ", rest].concat();
            for rest in [Some(rest), with_space.then_some(spaced.as_slice())].into_iter().flatten() {
                // Parts of the name; each is looked up once, however many names begin with it.
                for length in 1..rest.len() {
                    if seen.insert(rest[..length].to_vec()) {
                        vocabulary.allow_exactly(&rest[..length], mask);
                    }
                }
                if rest.is_empty() {
                    continue;
                }
                // All of it, and whatever goes beyond its end.
                for &token in vocabulary.starting_with(rest) {
                    if !vocabulary.bytes(token).get(rest.len()).is_some_and(|&next| is_word(next)) {
                        mask.allow(token);
                    }
                }
            }
        }
        let length = mask.length();
        if is_whole {
            let outside = self.outside.get_or_insert_with(|| {
                tokens(vocabulary, length, |bytes| !bytes.first().is_some_and(|&first| is_word(first)))
            });
            unite(mask, outside);
        }
        if with_space {
            let plain = self.plain.get_or_insert_with(|| {
                tokens(vocabulary, length, |bytes| {
                    let inner = bytes.iter().position(|&byte| byte != b' ').map_or(&bytes[..0], |at| &bytes[at..]);
                    !inner.first().is_some_and(|&first| is_word(first) && !first.is_ascii_digit())
                })
            });
            unite(mask, plain);
        }
        is_whole || with_space
    }
}

/// How a text stands with the names that are known.
enum Standing {
    /// Nothing is known of its end.
    Free,
    /// It ends in a name, of which `part` is there.
    InName { names: Arc<Names>, part: String, at: usize },
    /// The name that begins at `at` is none.
    Wrong { at: usize },
}

impl Constraint for Guide {
    fn allow(&mut self, text: &[u8], vocabulary: &Vocabulary, mask: &mut TokenMask) -> Allowed {
        // A character that is cut at the end belongs to no name that is looked for yet.
        let Ok(text) = std::str::from_utf8(text) else { return Allowed::Everything };
        let Some(text) = text.strip_prefix(self.typed.as_str()) else {
            // What is typed already is still being written.
            let Some(names) = self.first.clone() else { return Allowed::Everything };
            self.allow(&names, text, vocabulary, mask);
            return Allowed::Masked;
        };
        if self.extent.end(text).is_some() {
            return Allowed::End;
        }
        match self.check(text) {
            Standing::Free => Allowed::Everything,
            Standing::Wrong { at } => {
                self.findings.lock().dead_end = Some(at);
                Allowed::End
            }
            Standing::InName { names, part, at } => {
                let may_end = self.allow(&names, &part, vocabulary, mask);
                if mask.is_empty() {
                    self.findings.lock().dead_end = Some(at);
                    return Allowed::End;
                }
                if may_end { Allowed::MaskedOrEnd } else { Allowed::Masked }
            }
        }
    }
}

/// Whether a name of a sorted list begins with a text.
fn can_begin(names: &[String], part: &str) -> bool {
    let at = names.partition_point(|name| name.as_str() < part);
    names.get(at).is_some_and(|name| name.starts_with(part))
}

/// The tokens whose bytes fit.
fn tokens(vocabulary: &Vocabulary, length: usize, fits: impl Fn(&[u8]) -> bool) -> TokenMask {
    let mut mask = TokenMask::none(length);
    for token in 0..vocabulary.length() as u32 {
        let bytes = vocabulary.bytes(token);
        if !bytes.is_empty() && fits(bytes) {
            mask.allow(token);
        }
    }
    mask
}

fn unite(mask: &mut TokenMask, other: &TokenMask) {
    for token in other.iter() {
        mask.allow(token);
    }
}

/// The names of a place as an explanation lists them.
pub fn shown_names(names: &Names) -> Vec<String> {
    names.names.iter().take(MOST_NAMES_SHOWN).cloned().collect()
}

#[cfg(test)]
mod tests;
