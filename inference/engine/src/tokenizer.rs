//! Text to tokens and back.

use camino::Utf8Path;

use crate::token::Token;
use crate::vocabulary::Vocabulary;

/// Why there is no tokenizer.
#[derive(Debug, thiserror::Error)]
pub enum TokenizerError {
    /// The file cannot be read or understood.
    #[error("{path} is no tokenizer that can be used: {reason}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A text could not be split into tokens.
    #[error("a text of {length} bytes cannot be split into tokens: {reason}")]
    Text {
        /// The length of the text.
        length: usize,
        /// What the tokenizer said.
        reason: String,
    },
}

/// Splits texts into tokens.
pub trait Tokenizer: Send + Sync {
    /// The tokens of a text. Nothing is added, and what looks like a special token in the text is text.
    ///
    /// # Errors
    /// [`TokenizerError::Text`].
    fn encode(&self, text: &str) -> Result<Vec<Token>, TokenizerError>;

    /// A special token by its name, for example `<|fim_prefix|>`.
    fn special(&self, name: &str) -> Option<Token>;

    /// The bytes of each token.
    fn vocabulary(&self) -> &Vocabulary;
}

/// Turns the bytes of tokens into text as they come: a character that is cut between two tokens waits for its
/// rest.
#[derive(Clone, Debug, Default)]
pub struct TextStream {
    text: String,
    rest: Vec<u8>,
}

impl TextStream {
    /// Adds bytes, and returns where the text that they complete begins in [`TextStream::text`].
    pub fn push(&mut self, bytes: &[u8]) -> usize {
        let start = self.text.len();
        self.rest.extend_from_slice(bytes);
        loop {
            match std::str::from_utf8(&self.rest) {
                Ok(text) => {
                    self.text.push_str(text);
                    self.rest.clear();
                    return start;
                }
                Err(error) => {
                    let good = error.valid_up_to();
                    self.text.push_str(std::str::from_utf8(&self.rest[..good]).unwrap_or_default());
                    let Some(bad) = error.error_len() else {
                        self.rest.drain(..good);
                        return start;
                    };
                    self.text.push(char::REPLACEMENT_CHARACTER);
                    self.rest.drain(..good + bad);
                }
            }
        }
    }

    /// The whole characters so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of a character that is not whole yet.
    pub fn rest(&self) -> &[u8] {
        &self.rest
    }
}

/// A tokenizer in Hugging Face's form, `tokenizer.json`.
pub struct HuggingFace {
    inner: tokenizers::Tokenizer,
    vocabulary: Vocabulary,
    /// What is put before each text and taken off again, for tokenizers that put a space before a text.
    guard: Option<(String, usize)>,
}

impl HuggingFace {
    /// Reads `tokenizer.json`.
    ///
    /// # Errors
    /// [`TokenizerError::File`].
    pub fn open(path: &Utf8Path) -> Result<Self, TokenizerError> {
        let fault = |reason: String| TokenizerError::File { path: path.to_string(), reason };
        let bytes = std::fs::read(path).map_err(|error| fault(error.to_string()))?;
        Self::from_bytes(&bytes).map_err(fault)
    }

    /// The same, from the file's bytes. The error is the reason.
    ///
    /// # Errors
    /// What the file lacks.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let mut inner = tokenizers::Tokenizer::from_bytes(bytes).map_err(|error| error.to_string())?;
        inner.set_encode_special_tokens(true);
        let vocabulary = byte_vocabulary(&inner);
        if vocabulary.longest() == 0 {
            return Err("it has no token that stands for text".to_owned());
        }
        let mut made = Self { inner, vocabulary, guard: None };
        made.guard = made.find_guard()?;
        Ok(made)
    }

    /// What to put before a text so that no space is put there. `None` where none is.
    fn find_guard(&self) -> Result<Option<(String, usize)>, String> {
        let plain = self.raw("x")?;
        if self.vocabulary.join(&plain) == b"x" {
            return Ok(None);
        }
        for guard in ["\n", ";", "0"] {
            let (alone, before) = (self.raw(guard)?, self.raw(&format!("{guard}x"))?);
            if before.starts_with(&alone) && self.vocabulary.join(&before[alone.len()..]) == b"x" {
                return Ok(Some((guard.to_owned(), alone.len())));
            }
        }
        Err("it changes a text before it splits it, so what is generated would not continue the text".to_owned())
    }

    fn raw(&self, text: &str) -> Result<Vec<Token>, String> {
        let encoding = self.inner.encode_fast(text, false).map_err(|error| error.to_string())?;
        Ok(encoding.get_ids().to_vec())
    }
}

impl std::fmt::Debug for HuggingFace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HuggingFace").field("tokens", &self.vocabulary.length()).finish_non_exhaustive()
    }
}

impl Tokenizer for HuggingFace {
    fn encode(&self, text: &str) -> Result<Vec<Token>, TokenizerError> {
        let fault = |reason| TokenizerError::Text { length: text.len(), reason };
        match &self.guard {
            None => self.raw(text).map_err(fault),
            Some((guard, length)) => {
                let mut tokens = self.raw(&format!("{guard}{text}")).map_err(fault)?;
                tokens.drain(..*length);
                Ok(tokens)
            }
        }
    }

    fn special(&self, name: &str) -> Option<Token> {
        self.inner.token_to_id(name)
    }

    fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }
}

/// The bytes of each token, for both families of vocabularies: byte-level BPE writes each byte as a character of its
/// own; SentencePiece writes a space as `▁` and a lone byte as `<0x0A>`.
fn byte_vocabulary(tokenizer: &tokenizers::Tokenizer) -> Vocabulary {
    let words = tokenizer.get_vocab(true);
    let added = tokenizer.get_added_tokens_decoder();
    let length = words.values().max().map_or(0, |&last| last as usize + 1);
    let byte_level = is_byte_level(tokenizer);
    let mut bytes = vec![Box::<[u8]>::default(); length];
    for (word, &token) in &words {
        bytes[token as usize] = match added.get(&token) {
            Some(added) if added.special => Box::default(),
            // Added after training, so written as it is: runs of spaces, for example.
            Some(_) => word.as_bytes().into(),
            None if byte_level => word.chars().map_while(byte_of).collect(),
            None => sentence_piece(word),
        };
    }
    Vocabulary::new(bytes)
}

/// Whether the vocabulary writes bytes as characters: it then has one for the space, which is `Ġ`, and none that
/// begins with SentencePiece's mark.
fn is_byte_level(tokenizer: &tokenizers::Tokenizer) -> bool {
    tokenizer.token_to_id("Ġ").is_some() && tokenizer.token_to_id("<0x20>").is_none()
}

/// The byte that a character stands for in byte-level BPE (GPT-2's table): printable Latin-1 characters stand
/// for themselves, the other 68 bytes for the characters from U+0100 in the order of the bytes.
fn byte_of(character: char) -> Option<u8> {
    let printable = |byte: u8| matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let code = u32::from(character);
    if let Ok(byte) = u8::try_from(code) {
        return printable(byte).then_some(byte);
    }
    let index = usize::try_from(code.checked_sub(0x100)?).ok()?;
    (0..=u8::MAX).filter(|&byte| !printable(byte)).nth(index)
}

fn sentence_piece(word: &str) -> Box<[u8]> {
    let byte = word.strip_prefix("<0x").and_then(|rest| rest.strip_suffix('>'));
    if let Some(byte) = byte.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
        return Box::new([byte]);
    }
    word.replace('▁', " ").into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_character_waits_for_its_rest() {
        let mut stream = TextStream::default();
        let bytes = "aé€😀".as_bytes();
        for byte in bytes {
            stream.push(&[*byte]);
        }
        assert_eq!(stream.text(), "aé€😀");
        assert_eq!(stream.push(&bytes[1..2]), "aé€😀".len());
        assert_eq!(stream.rest(), &bytes[1..2]);
        stream.push(b"x");
        assert_eq!(stream.text(), "aé€😀\u{fffd}x", "a character that never comes is replaced");
    }

    #[test]
    fn byte_level_characters() {
        assert_eq!(byte_of('Ġ'), Some(b' '));
        assert_eq!(byte_of('Ċ'), Some(b'\n'));
        assert_eq!(byte_of('a'), Some(b'a'));
        assert_eq!(byte_of('ÿ'), Some(0xFF));
        assert_eq!(byte_of('▁'), None);
        let mut all: Vec<u8> = (0..0x200).filter_map(char::from_u32).filter_map(byte_of).collect();
        all.sort_unstable();
        assert_eq!(all, (0..=u8::MAX).collect::<Vec<_>>(), "each byte has one character");
    }

    /// A byte-level tokenizer with a merge and a special token.
    fn byte_level() -> HuggingFace {
        let mut words = serde_json::Map::new();
        for byte in 0..=u8::MAX {
            let character = (0..0x200).filter_map(char::from_u32).find(|&c| byte_of(c) == Some(byte)).unwrap();
            words.insert(character.to_string(), byte.into());
        }
        words.insert("fo".to_owned(), 256.into());
        words.insert("Ġfo".to_owned(), 257.into());
        let document = serde_json::json!({
            "version": "1.0",
            "added_tokens": [{
                "id": 258, "content": "<|end|>", "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": true
            }],
            "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true },
            "decoder": { "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true },
            "model": { "type": "BPE", "vocab": words, "merges": ["f o", "Ġ fo"] }
        });
        HuggingFace::from_bytes(document.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn tokens_join_to_the_text_that_was_split() {
        let tokenizer = byte_level();
        for text in ["for foo", "é\r\n\tfo  fo", "<|end|>", ""] {
            let tokens = tokenizer.encode(text).unwrap();
            assert_eq!(tokenizer.vocabulary().join(&tokens), text.as_bytes());
        }
        assert!(tokenizer.encode("for").unwrap().contains(&256));
        assert_eq!(tokenizer.special("<|end|>"), Some(258));
        assert!(tokenizer.vocabulary().bytes(258).is_empty());
        assert!(!tokenizer.encode("<|end|>").unwrap().contains(&258), "a text cannot say special tokens");
    }

    #[test]
    fn a_space_that_is_put_before_a_text_is_taken_off() {
        let document = serde_json::json!({
            "version": "1.0",
            "added_tokens": [],
            "normalizer": { "type": "Sequence", "normalizers": [
                { "type": "Prepend", "prepend": "▁" },
                { "type": "Replace", "pattern": { "String": " " }, "content": "▁" }
            ]},
            "model": { "type": "BPE", "byte_fallback": true, "unk_token": "<unk>", "merges": [],
                "vocab": { "<unk>": 0, "▁": 1, "x": 2, "\n": 3, "y": 4, "<0x0A>": 5 } }
        });
        let tokenizer = HuggingFace::from_bytes(document.to_string().as_bytes()).unwrap();
        assert_eq!(tokenizer.encode("x y").unwrap(), [2, 1, 4]);
        assert_eq!(tokenizer.vocabulary().bytes(5), b"\n");
    }

    #[test]
    fn what_is_no_tokenizer_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap().join("tokenizer.json");
        std::fs::write(&path, "{\"version\": \"1.0\"}").unwrap();
        let message = HuggingFace::open(&path).unwrap_err().to_string();
        assert!(message.contains("tokenizer.json") && message.contains("Model"), "{message}");
    }
}
