//! Drafts: tokens that probably come next because they did so before in the same text (prompt lookup).
//!
//! Code repeats itself. A draft is checked by the model in one run, which costs less than one run for each
//! token; what the model would have said is what is said, draft or not.

use crate::token::Token;

/// Whether drafts are made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Speculation {
    /// The most tokens of a draft. 0: none are made.
    pub longest: usize,
    /// How many of the last tokens must have come before in the same order. At least 1.
    pub least_match: usize,
}

impl Speculation {
    /// No drafts.
    pub const OFF: Self = Self { longest: 0, least_match: 1 };
}

impl Default for Speculation {
    fn default() -> Self {
        Self { longest: 8, least_match: 3 }
    }
}

/// Makes drafts, shorter ones after a draft failed.
#[derive(Clone, Debug)]
pub(crate) struct Drafter {
    speculation: Speculation,
    length: usize,
}

/// The length of the match that is preferred, where there is one.
const LONGEST_MATCH: usize = 8;

impl Drafter {
    pub(crate) fn new(speculation: Speculation) -> Self {
        Self { speculation, length: speculation.longest.div_ceil(2) }
    }

    /// What probably follows `text`: what followed the longest of the latest matches of its end.
    pub(crate) fn draft<'text>(&self, text: &'text [Token], most: usize) -> &'text [Token] {
        let least = self.speculation.least_match.max(1);
        let length = self.length.min(most);
        if length == 0 || text.len() <= least {
            return &[];
        }
        let mut best = (0, 0, 0);
        // `end` is where a match ends and what followed it begins.
        for end in (least..text.len()).rev() {
            let same = text[..end].iter().rev().zip(text.iter().rev()).take(LONGEST_MATCH);
            let matched = same.take_while(|(left, right)| left == right).count();
            // In a text that repeats itself at once, an earlier match has more behind it.
            let behind = length.min(text.len() - end);
            if matched >= least && (matched, behind) > (best.0, best.1) {
                best = (matched, behind, end);
                if matched == LONGEST_MATCH && behind == length {
                    break;
                }
            }
        }
        let (_, behind, end) = best;
        &text[end..end + behind]
    }

    /// Learns how a draft did.
    pub(crate) fn learn(&mut self, drafted: usize, accepted: usize) {
        if drafted == 0 {
            return;
        }
        self.length = if accepted == drafted {
            (self.length * 2).min(self.speculation.longest)
        } else {
            (accepted + 1).min(self.speculation.longest)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_followed_before_is_drafted() {
        let drafter = Drafter::new(Speculation { longest: 6, least_match: 2 });
        let text = [1, 2, 3, 4, 5, 9, 2, 3, 7, 8, 1, 2, 3];
        assert_eq!(drafter.draft(&text, 8), [4, 5, 9], "the longer match counts, not the later");
        assert_eq!(drafter.draft(&text, 1), [4]);
        assert!(drafter.draft(&[1, 2, 3, 4], 8).is_empty());
        assert_eq!(drafter.draft(&[5, 5, 5, 5], 8), [5], "a match may touch the end");
        assert!(Drafter::new(Speculation::OFF).draft(&text, 8).is_empty());
    }

    #[test]
    fn drafts_shrink_when_they_fail_and_grow_when_they_hold() {
        let mut drafter = Drafter::new(Speculation { longest: 8, least_match: 1 });
        drafter.learn(4, 0);
        assert_eq!(drafter.length, 1);
        drafter.learn(1, 1);
        drafter.learn(2, 2);
        drafter.learn(4, 4);
        drafter.learn(8, 8);
        assert_eq!(drafter.length, 8);
    }
}
