//! Tokens, and which of them may come next.

/// The number of a token in the vocabulary.
pub type Token = u32;

/// Which tokens may come next: one bit for each token of the vocabulary.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TokenMask {
    words: Vec<u64>,
    length: usize,
}

impl TokenMask {
    /// A mask over `length` tokens that allows none of them.
    pub fn none(length: usize) -> Self {
        Self { words: vec![0; length.div_ceil(64)], length }
    }

    /// A mask over `length` tokens that allows all of them.
    pub fn all(length: usize) -> Self {
        let mut mask = Self::none(length);
        mask.allow_all();
        mask
    }

    /// How many tokens it speaks of, allowed or not.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Allows every token.
    pub fn allow_all(&mut self) {
        self.words.fill(u64::MAX);
        let rest = self.length % 64;
        if let (Some(last), true) = (self.words.last_mut(), rest != 0) {
            *last = (1 << rest) - 1;
        }
    }

    /// Allows no token.
    pub fn clear(&mut self) {
        self.words.fill(0);
    }

    /// Allows one token. One that is not in the vocabulary is ignored.
    pub fn allow(&mut self, token: Token) {
        if (token as usize) < self.length {
            self.words[token as usize / 64] |= 1 << (token % 64);
        }
    }

    /// Forbids one token.
    pub fn forbid(&mut self, token: Token) {
        if (token as usize) < self.length {
            self.words[token as usize / 64] &= !(1 << (token % 64));
        }
    }

    /// Whether a token is allowed.
    pub fn allows(&self, token: Token) -> bool {
        (token as usize) < self.length && self.words[token as usize / 64] >> (token % 64) & 1 == 1
    }

    /// Leaves what both allow.
    pub fn intersect(&mut self, other: &Self) {
        for (index, word) in self.words.iter_mut().enumerate() {
            *word &= other.words.get(index).copied().unwrap_or(0);
        }
    }

    /// Whether no token is allowed.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// The allowed tokens, in rising order.
    pub fn iter(&self) -> impl Iterator<Item = Token> + '_ {
        self.words.iter().enumerate().flat_map(|(index, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                if rest == 0 {
                    return None;
                }
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                Some((index * 64) as Token + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_holds_what_was_allowed() {
        let mut mask = TokenMask::none(130);
        assert!(mask.is_empty());
        for token in [0, 63, 64, 129, 130, 4000] {
            mask.allow(token);
        }
        assert_eq!(mask.iter().collect::<Vec<_>>(), [0, 63, 64, 129], "what is outside of the vocabulary is ignored");
        mask.forbid(64);
        assert!(!mask.allows(64) && mask.allows(129) && !mask.allows(130));
        assert_eq!(TokenMask::all(130).iter().count(), 130);
        let mut both = TokenMask::all(130);
        both.intersect(&mask);
        assert_eq!(both, mask);
    }
}
