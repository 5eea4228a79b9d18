//! Which name somebody is likely to want: one that stands nearby already, in the same role.
//!
//! Programs repeat themselves locally: most names that are typed were typed a few lines above. (Tu, Su,
//! Devanbu, On the Localness of Software, 2014.) So the text around the cursor says more than any order
//! of declaration does.

use montuno_base::{TextSize, name_index};
use rustc_hash::FxHashMap;

/// How the names of a text are used around a place.
#[derive(Debug, Default)]
pub struct Usage<'a> {
    names: FxHashMap<&'a str, Uses>,
    /// The members of the receiver before the cursor that are used elsewhere.
    of_receiver: FxHashMap<&'a str, Uses>,
    is_member: bool,
}

/// The uses of one name, by their role.
#[derive(Clone, Copy, Debug, Default)]
struct Uses {
    as_name: Nearness,
    as_member: Nearness,
}

/// How often and how near something is.
#[derive(Clone, Copy, Debug, Default)]
struct Nearness {
    count: u32,
    /// Lines to the nearest; meaningless if there is none.
    lines: u32,
}

impl Nearness {
    fn add(&mut self, lines: u32) {
        self.lines = if self.count == 0 { lines } else { self.lines.min(lines) };
        self.count += 1;
    }

    /// From 0, where there is none, to about 1000, where there are many and one is near.
    fn weight(self) -> u32 {
        if self.count == 0 {
            return 0;
        }
        let near = 600 / (1 + self.lines / 4);
        let often = 40 * (u32::BITS - self.count.leading_zeros());
        100 + near + often.min(300)
    }
}

impl<'a> Usage<'a> {
    /// The uses of names in `text` around `offset`, where a name is being typed. A name behind a dot is a
    /// member.
    pub fn around(text: &'a str, offset: TextSize) -> Self {
        let offset = usize::from(offset).min(text.len());
        let start = word_start(text, offset);
        let receiver = receiver_before(text, start);
        let mut usage = Self { is_member: receiver.is_some(), ..Self::default() };
        let here = line_number(text, start);
        let mut line = 0;
        let mut counted = 0;
        for (at, word) in words(text) {
            line += text[counted..at].matches('\n').count() as u32;
            counted = at;
            if at == start {
                continue;
            }
            let lines = here.abs_diff(line);
            let uses = usage.names.entry(word).or_default();
            match receiver_before(text, at) {
                Some(of) => {
                    uses.as_member.add(lines);
                    if Some(of) == receiver {
                        usage.of_receiver.entry(word).or_default().as_member.add(lines);
                    }
                }
                None => uses.as_name.add(lines),
            }
        }
        usage
    }

    /// The names that stand behind a dot anywhere in the text, for receivers of which nothing is known.
    pub fn members(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.names.iter().filter(|(_, uses)| uses.as_member.count > 0).map(|(name, _)| *name)
    }

    /// How likely a name is wanted: from 0 to about 2000.
    pub fn weight(&self, name: &str) -> u32 {
        let uses = self.names.get(name).copied().unwrap_or_default();
        if self.is_member {
            let same = self.of_receiver.get(name).copied().unwrap_or_default();
            return same.as_member.weight() + uses.as_member.weight() + uses.as_name.weight() / 4;
        }
        uses.as_name.weight() + uses.as_member.weight() / 8
    }
}

/// The words of a text, with the byte that each begins at.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(name_index::is_word)?;
        let end = text[start..].find(|c| !name_index::is_word(c)).map_or(text.len(), |length| start + length);
        rest = end;
        Some((start, &text[start..end]))
    })
}

/// Where the word begins that ends at `offset`.
pub fn word_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    before.rfind(|c| !name_index::is_word(c)).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8))
}

/// The word before the dot that stands right before `start`; empty where that is no plain name.
fn receiver_before(text: &str, start: usize) -> Option<&str> {
    let before = text[..start].strip_suffix('.')?;
    Some(&before[word_start(before, before.len())..])
}

fn line_number(text: &str, at: usize) -> u32 {
    text[..at].matches('\n').count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_and_in_the_same_role_comes_first() {
        let text = "a.far\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nb.near\na.same\nplain\na.";
        let usage = Usage::around(text, TextSize::of(text));
        assert!(usage.weight("same") > usage.weight("near"), "of the same receiver");
        assert!(usage.weight("near") > usage.weight("plain"), "a member");
        assert!(usage.weight("near") > 0 && usage.weight("unknown") == 0);
    }

    #[test]
    fn the_word_at_the_cursor_is_not_counted() {
        let text = "x = né";
        assert_eq!(Usage::around(text, TextSize::of(text)).weight("né"), 0);
        assert!(!Usage::around(text, TextSize::of(text)).is_member);
    }
}
