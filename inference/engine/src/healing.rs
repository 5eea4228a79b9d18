//! Token healing: a text that ends inside a word ends with tokens that the model rarely saw there.
//!
//! `retu` may be `ret` + `u`, after which hardly any text goes on with `rn`, because `return` is one token. So the last
//! tokens are taken off, and what is generated has to begin with their text instead.

use crate::token::Token;
use crate::vocabulary::Vocabulary;

/// The most tokens that are taken off.
const MOST: usize = 4;

/// Takes off the tokens at the end of `tokens` that a longer token could stand for, and returns their bytes: the
/// [`required_start`](crate::Request::required_start) of the request. Special tokens stay.
pub fn heal(tokens: &mut Vec<Token>, vocabulary: &Vocabulary) -> Vec<u8> {
    let from = tokens.len().saturating_sub(MOST);
    let ordinary = tokens[from..].iter().rev().take_while(|&&token| !vocabulary.bytes(token).is_empty()).count();
    // The longest end for which there is a token that begins with it and goes on.
    for length in (1..=ordinary).rev() {
        let start = tokens.len() - length;
        let bytes = vocabulary.join(&tokens[start..]);
        let goes_on = vocabulary.starting_with(&bytes).iter().any(|&token| vocabulary.bytes(token).len() > bytes.len());
        if goes_on {
            tokens.truncate(start);
            return bytes;
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_longer_token_could_stand_for_is_taken_off() {
        let words = ["", "ret", "u", "return", " ", "(", "un", "x", "    "];
        let vocabulary = Vocabulary::new(words.iter().map(|word| word.as_bytes().into()).collect());
        let healed = |tokens: &[Token]| {
            let mut tokens = tokens.to_vec();
            let bytes = heal(&mut tokens, &vocabulary);
            (tokens, String::from_utf8(bytes).unwrap())
        };
        assert_eq!(healed(&[7, 1, 2]), (vec![7], "retu".to_owned()));
        assert_eq!(healed(&[7, 5]), (vec![7, 5], String::new()), "nothing goes on after it");
        assert_eq!(healed(&[7, 4, 4]), (vec![7], "  ".to_owned()));
        assert_eq!(healed(&[1, 0]), (vec![1, 0], String::new()), "a special token stays");
        assert_eq!(healed(&[]), (vec![], String::new()));
    }
}
