//! The bytes that each token stands for, and the tokens that begin with given bytes.

use crate::token::{Token, TokenMask};

/// The vocabulary of a tokenizer as bytes. Special tokens (end of text, the parts of a fill-in-the-middle
/// prompt) stand for no bytes and are never found by their text.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    bytes: Vec<Box<[u8]>>,
    /// Tokens with bytes, in the order of their bytes.
    sorted: Vec<Token>,
    longest: usize,
}

impl Vocabulary {
    /// A vocabulary where token `i` stands for `bytes[i]`; an empty one for a special token.
    pub fn new(bytes: Vec<Box<[u8]>>) -> Self {
        let mut sorted: Vec<Token> =
            (0..).zip(&bytes).filter(|(_, bytes)| !bytes.is_empty()).map(|(token, _)| token).collect();
        sorted.sort_by(|&left, &right| bytes[left as usize].cmp(&bytes[right as usize]));
        let longest = bytes.iter().map(|bytes| bytes.len()).max().unwrap_or(0);
        Self { bytes, sorted, longest }
    }

    /// A vocabulary with a token for each byte and no other: for texts that come from elsewhere.
    pub fn bytes_alone() -> &'static Self {
        static BYTES: std::sync::LazyLock<Vocabulary> =
            std::sync::LazyLock::new(|| Vocabulary::new((0..=u8::MAX).map(|byte| Box::from([byte])).collect()));
        &BYTES
    }

    /// How many tokens there are.
    pub fn length(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes of a token: none for a special one and for one that is not in the vocabulary.
    pub fn bytes(&self, token: Token) -> &[u8] {
        self.bytes.get(token as usize).map_or(&[], |bytes| bytes)
    }

    /// The length in bytes of the longest token.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// The tokens that stand for no bytes.
    pub fn special(&self) -> impl Iterator<Item = Token> + '_ {
        (0..).zip(&self.bytes).filter(|(_, bytes)| bytes.is_empty()).map(|(token, _)| token)
    }

    /// The bytes of several tokens, one after the other.
    pub fn join(&self, tokens: &[Token]) -> Vec<u8> {
        tokens.iter().flat_map(|&token| self.bytes(token)).copied().collect()
    }

    /// The tokens whose bytes begin with `start`, in the order of their bytes.
    pub fn starting_with(&self, start: &[u8]) -> &[Token] {
        let from = self.sorted.partition_point(|&token| self.bytes(token) < start);
        let count = self.sorted[from..].partition_point(|&token| self.bytes(token).starts_with(start));
        &self.sorted[from..from + count]
    }

    /// Allows each token that can begin a text which begins with `start`: those that begin with it, and
    /// those that it begins with. With an empty `start`, every token that has bytes.
    pub fn allow_start(&self, start: &[u8], mask: &mut TokenMask) {
        for &token in self.starting_with(start) {
            mask.allow(token);
        }
        for length in 1..start.len().min(self.longest + 1) {
            self.allow_exactly(&start[..length], mask);
        }
    }

    /// Allows the tokens that stand for exactly these bytes.
    pub fn allow_exactly(&self, bytes: &[u8], mask: &mut TokenMask) {
        let all = self.starting_with(bytes);
        for &token in all.iter().take_while(|&&token| self.bytes(token).len() == bytes.len()) {
            mask.allow(token);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(words: &[&str]) -> Vocabulary {
        Vocabulary::new(words.iter().map(|word| word.as_bytes().into()).collect())
    }

    #[test]
    fn tokens_are_found_by_how_they_begin() {
        let words = vocabulary(&["", "for", "f", "fo", "format", "x", "for"]);
        let mut found = words.starting_with(b"for").to_vec();
        found.sort_unstable();
        assert_eq!(found, [1, 4, 6]);
        assert!(words.starting_with(b"z").is_empty());
        assert_eq!(words.starting_with(b"").len(), 6, "not the special one");
    }

    #[test]
    fn what_can_begin_a_text() {
        let words = vocabulary(&["", "for", "f", "fo", "format", "x", "fi"]);
        let mut mask = TokenMask::none(words.length());
        words.allow_start(b"fo", &mut mask);
        assert_eq!(mask.iter().collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(words.join(&[2, 0, 5]), b"fx");
    }
}
