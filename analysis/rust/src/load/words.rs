//! Rust text as words and marks, at memory speed: just enough of a lexer to know what is code.

use std::ops::Range;

/// A piece of code that means something. Comments and blanks are passed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Piece<'a> {
    /// An identifier or keyword; a raw identifier with its `r#`, as it is no keyword.
    Word(&'a str),
    /// A string, without its quotes, escapes as written.
    Text(&'a str),
    /// A number, a character or a lifetime.
    Other,
    /// A single byte of punctuation.
    Mark(u8),
}

/// Takes a text apart. Any text: what cannot be Rust comes out as marks.
#[derive(Clone)]
pub(crate) struct Words<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Words<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        // A first line `#!/usr/bin/…` is no code; `#![…]` is.
        let is_script = text.starts_with("#!") && !text[2..].trim_start().starts_with('[');
        let at = if is_script { text.find('\n').unwrap_or(text.len()) } else { 0 };
        Self { text, bytes: text.as_bytes(), at }
    }

    /// The next piece and where it is.
    pub(crate) fn next(&mut self) -> Option<(Piece<'a>, Range<usize>)> {
        self.pass_over();
        let start = self.at;
        let byte = *self.bytes.get(start)?;
        let piece = match byte {
            b'"' => self.string(start + 1),
            b'\'' => {
                self.character_or_lifetime(start);
                Piece::Other
            }
            b'0'..=b'9' => {
                self.word();
                Piece::Other
            }
            _ if is_word(byte) => self.word_or_literal(start),
            _ => {
                self.at += 1;
                Piece::Mark(byte)
            }
        };
        Some((piece, start..self.at))
    }

    /// Passes over blanks and comments.
    fn pass_over(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'/' if self.bytes.get(self.at + 1) == Some(&b'/') => {
                    let rest = &self.bytes[self.at..];
                    self.at = memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |end| self.at + end);
                }
                b'/' if self.bytes.get(self.at + 1) == Some(&b'*') => self.block_comment(),
                _ => return,
            }
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while let Some(found) = memchr::memchr2(b'/', b'*', &self.bytes[self.at..]) {
            self.at += found;
            match self.bytes[self.at..] {
                [b'/', b'*', ..] => depth += 1,
                [b'*', b'/', ..] => depth -= 1,
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            self.at += 2;
            if depth == 0 {
                return;
            }
        }
        self.at = self.bytes.len();
    }

    fn word(&mut self) {
        while self.bytes.get(self.at).is_some_and(|&byte| is_word(byte)) {
            self.at += 1;
        }
    }

    /// `name`, `r#name`, or a literal with a prefix: `b'x'`, `c"…"`, `br##"…"##`.
    fn word_or_literal(&mut self, start: usize) -> Piece<'a> {
        self.word();
        let word = &self.text[start..self.at];
        match (word, self.bytes.get(self.at)) {
            ("b" | "c", Some(b'"')) => self.string(self.at + 1),
            ("b", Some(b'\'')) => {
                self.character_or_lifetime(self.at);
                Piece::Other
            }
            ("r" | "br" | "cr", Some(b'"' | b'#')) => self.raw(word),
            _ => Piece::Word(word),
        }
    }

    fn raw(&mut self, prefix: &'a str) -> Piece<'a> {
        let hashes = self.bytes[self.at..].iter().take_while(|&&byte| byte == b'#').count();
        match self.bytes.get(self.at + hashes) {
            Some(b'"') => {
                let start = self.at + hashes + 1;
                let mut from = start;
                // The end is a quote with as many hashes behind it.
                let end = loop {
                    let Some(quote) = memchr::memchr(b'"', &self.bytes[from..]).map(|quote| from + quote) else {
                        break None;
                    };
                    let behind = self.bytes[quote + 1..].iter().take(hashes).take_while(|&&byte| byte == b'#').count();
                    if behind == hashes {
                        break Some(quote);
                    }
                    from = quote + 1;
                };
                self.at = end.map_or(self.bytes.len(), |quote| quote + 1 + hashes);
                Piece::Text(&self.text[start..end.unwrap_or(self.bytes.len())])
            }
            Some(&byte) if hashes == 1 && prefix == "r" && is_word(byte) => {
                let start = self.at - prefix.len();
                self.at += 1;
                self.word();
                Piece::Word(&self.text[start..self.at])
            }
            _ => Piece::Word(prefix),
        }
    }

    fn character_or_lifetime(&mut self, quote: usize) {
        self.at = character_or_lifetime(self.bytes, quote);
        // Of what is no character the first byte alone may have been taken.
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    fn string(&mut self, start: usize) -> Piece<'a> {
        self.at = start;
        while let Some(found) = memchr::memchr2(b'"', b'\\', &self.bytes[self.at..]) {
            self.at += found;
            if self.bytes[self.at] == b'"' {
                self.at += 1;
                return Piece::Text(&self.text[start..self.at - 1]);
            }
            // The escaped character may be the last of the text, and longer than a byte.
            let escaped = self.text[self.at + 1..].chars().next().map_or(0, char::len_utf8);
            self.at += 1 + escaped;
        }
        self.at = self.bytes.len();
        Piece::Text(&self.text[start..])
    }
}

/// Where the character or lifetime ends that begins with the quote at `start`.
fn character_or_lifetime(bytes: &[u8], start: usize) -> usize {
    match bytes[start + 1..] {
        // `'\''`, `'\u{1F600}'`: the character after the backslash is no end.
        [b'\\', _, ref rest @ ..] => {
            let end = rest.iter().take(12).position(|&byte| byte == b'\'');
            start + 3 + end.map_or(0, |end| end + 1)
        }
        [first, ref rest @ ..] => {
            // One character of up to four bytes, and the closing quote.
            let width = rest.iter().take(3).take_while(|&&byte| byte & 0xC0 == 0x80).count();
            if first != b'\'' && rest.get(width) == Some(&b'\'') {
                start + 3 + width
            } else {
                let name = bytes[start + 1..].iter().take_while(|&&byte| is_word(byte)).count();
                start + 1 + name
            }
        }
        [] => start + 1,
    }
}

fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<Piece<'_>> {
        let mut words = Words::new(text);
        std::iter::from_fn(|| words.next().map(|(piece, _)| piece)).collect()
    }

    #[test]
    fn comments_are_passed_over() {
        assert_eq!(pieces("a // b\n/* c /* d */ e */ f /** g"), [Piece::Word("a"), Piece::Word("f")]);
        assert_eq!(pieces("#!/bin/sh b\na"), [Piece::Word("a")]);
        assert_eq!(pieces("#![a]").len(), 5);
    }

    #[test]
    fn literals_hide_what_is_in_them() {
        assert_eq!(
            pieces(r###""a\"b" r#"c"d"# b"e" br"f""###),
            [Piece::Text("a\\\"b"), Piece::Text("c\"d"), Piece::Text("e"), Piece::Text("f")]
        );
        assert_eq!(
            pieces(r"'{' '\'' '\u{7d}' b'}' 'é' 1.5e3"),
            [
                Piece::Other,
                Piece::Other,
                Piece::Other,
                Piece::Other,
                Piece::Other,
                Piece::Other,
                Piece::Mark(b'.'),
                Piece::Other
            ]
        );
    }

    #[test]
    fn a_lifetime_is_no_character() {
        assert_eq!(
            pieces("&'a b 'c: loop"),
            [Piece::Mark(b'&'), Piece::Other, Piece::Word("b"), Piece::Other, Piece::Mark(b':'), Piece::Word("loop")]
        );
    }

    #[test]
    fn a_raw_identifier_keeps_its_mark() {
        assert_eq!(pieces("r#fn r br"), [Piece::Word("r#fn"), Piece::Word("r"), Piece::Word("br")]);
    }

    #[test]
    fn unfinished_text_ends() {
        for text in ["\"a", "\"a\\", "r#\"a", "'", "'\\", "/* a", "\"\\é", "b'", "r#", "'é", "'\\é", "'\\é'"] {
            pieces(text);
        }
    }
}
