//! A byte-level BPE tokenizer without training: all bytes, the words of a list, then pairs of bytes.

use serde_json::{Map, Value, json};

/// The special tokens, as Qwen2.5-Coder names them. Their numbers follow those of the bytes.
pub const SPECIAL: [&str; 8] = [
    "<|endoftext|>",
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
    "<|im_end|>",
];

/// Words that are tokens, with all their beginnings.
const WORDS: [&str; 14] =
    ["return", "self", "def", "let", "for", "in", "if", "import", "fn", "pub", "()", ":\n", "  ", "    "];

/// The number of a special token.
pub(super) fn special(name: &str) -> Option<u32> {
    SPECIAL.iter().position(|&special| special == name).map(|index| 256 + index as u32)
}

/// `tokenizer.json` with as many tokens as fit `vocabulary`. `own` words are tokens before all others.
pub(super) fn document(vocabulary: usize, own: &[&str]) -> String {
    let mut words = Map::new();
    let mut merges: Vec<Value> = Vec::new();
    let mut next = 256 + SPECIAL.len();
    for byte in 0..=u8::MAX {
        words.insert(character(byte).to_string(), json!(byte));
    }
    // An added token keeps its number only if the model's vocabulary has it as well.
    for name in SPECIAL {
        words.insert(name.to_owned(), json!(special(name)));
    }
    let mut add = |left: &str, right: &str| {
        let word = format!("{left}{right}");
        if next < vocabulary && !words.contains_key(&word) {
            words.insert(word, json!(next));
            merges.push(json!([left, right]));
            next += 1;
        }
    };
    for word in own.iter().chain(&WORDS) {
        let characters: Vec<String> = word.bytes().map(|byte| character(byte).to_string()).collect();
        for length in 1..characters.len() {
            add(&characters[..length].concat(), &characters[length]);
        }
    }
    // Printable characters first, so that common pairs of a text are among them.
    let mut bytes: Vec<u8> = (b' '..=b'~').collect();
    bytes.extend((0..=u8::MAX).filter(|byte| !(b' '..=b'~').contains(byte)));
    for &left in &bytes {
        for &right in &bytes {
            add(&character(left).to_string(), &character(right).to_string());
        }
    }
    let added = SPECIAL.iter().enumerate().map(|(index, name)| {
        json!({
            "id": 256 + index, "content": name, "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true
        })
    });
    json!({
        "version": "1.0",
        "added_tokens": added.collect::<Vec<_>>(),
        "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true },
        "decoder": { "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true },
        "model": { "type": "BPE", "vocab": words, "merges": merges },
    })
    .to_string()
}

/// The character that stands for a byte (GPT-2's table).
fn character(byte: u8) -> char {
    let printable = |byte: u8| matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    if printable(byte) {
        return char::from(byte);
    }
    let index = (0..byte).filter(|&byte| !printable(byte)).count() as u32;
    char::from_u32(0x100 + index).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use crate::tokenizer::{HuggingFace, Tokenizer as _};

    #[test]
    fn every_text_can_be_written() {
        let tokenizer = HuggingFace::from_bytes(super::document(384, &[]).as_bytes()).unwrap();
        assert_eq!(tokenizer.vocabulary().length(), 384);
        let text = "def f(self):\n    return self.x\t# é\r\n";
        let tokens = tokenizer.encode(text).unwrap();
        assert_eq!(tokenizer.vocabulary().join(&tokens), text.as_bytes());
        assert!(tokens.len() < text.len(), "words are tokens");
        assert_eq!(tokenizer.special("<|fim_middle|>"), super::special("<|fim_middle|>"));
    }
}
