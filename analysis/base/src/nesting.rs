//! Bounding how deep a text is nested before an engine sees it.
//!
//! Parsers and type checkers recurse. A text that nests brackets ten thousand deep, or chains as many
//! operators, would overflow the stack of any of them, and a stack overflow is no panic: it ends the
//! process. So a lexical scan blanks what lies deeper than any real code: blanks of the same length,
//! so that every offset stays what it was.

use std::sync::Arc;

use text_size::{TextRange, TextSize};

use crate::Language;

/// How deep and how long a language's text may be.
struct Limits {
    /// Brackets within brackets.
    depth: usize,
    /// Tokens of one bracket level with neither separator nor line end between them: a chain of
    /// operators.
    chain: usize,
    /// Blocks within blocks, by indentation.
    indent: usize,
}

/// The largest for which no engine takes longer than a person waits: ty's time grows with the fourth power
/// of nested lists (one second at 50) and the square of a chain. Code that people write, and nearly all that
/// programs write, is far below; CPython's own limit for indentation is 100.
const fn limits(language: Language) -> Limits {
    match language {
        Language::Python => Limits { depth: 50, chain: 1_200, indent: 100 },
        Language::Rust => Limits { depth: 150, chain: 4_000, indent: usize::MAX },
    }
}

/// A text whose nesting is bounded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bounded {
    /// The text, or one of the same length with blanks in it.
    pub text: Arc<str>,
    /// What was blanked: to be reported, as it is not analysed.
    pub blanked: Vec<TextRange>,
}

/// `text` with everything blanked that is nested too deep to be analysed.
pub fn bound(text: &Arc<str>, language: Language) -> Bounded {
    let blanked = Scanner::new(text.as_bytes(), language).run();
    if blanked.is_empty() {
        return Bounded { text: text.clone(), blanked };
    }
    let mut bytes = text.as_bytes().to_vec();
    for range in &blanked {
        for byte in &mut bytes[usize::from(range.start())..usize::from(range.end())] {
            // Line ends stay, so that lines keep their numbers.
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
    let text = String::from_utf8(bytes).expect("ranges begin and end at ASCII characters");
    Bounded { text: text.into(), blanked }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    language: Language,
    limits: Limits,
    at: usize,
    /// For each open bracket, the tokens since the last separator inside it. The first is no bracket's.
    levels: Vec<usize>,
    indents: Vec<usize>,
    /// Where blanking began, and the number of open levels at which it ends.
    blanking: Option<(usize, usize)>,
    blanked: Vec<TextRange>,
}

impl<'a> Scanner<'a> {
    fn new(bytes: &'a [u8], language: Language) -> Self {
        Self {
            bytes,
            language,
            limits: limits(language),
            at: 0,
            levels: vec![0],
            indents: Vec::new(),
            blanking: None,
            blanked: Vec::new(),
        }
    }

    fn run(mut self) -> Vec<TextRange> {
        let mut line_start = true;
        while let Some(&byte) = self.bytes.get(self.at) {
            if line_start && self.language == Language::Python && self.levels.len() == 1 {
                self.indentation();
                line_start = false;
                continue;
            }
            match byte {
                b'\n' => {
                    line_start = true;
                    self.at += 1;
                    if self.language == Language::Python && self.levels.len() == 1 {
                        self.separator(self.at - 1);
                    }
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'(' | b'[' | b'{' => self.open(),
                b')' | b']' | b'}' => self.close(),
                b',' | b';' => {
                    self.separator(self.at);
                    self.at += 1;
                }
                _ => self.token(byte),
            }
        }
        if let Some((start, _)) = self.blanking {
            self.finish(start, self.bytes.len());
        }
        self.blanked
    }

    /// Too many nested blocks: the line is blanked.
    fn indentation(&mut self) {
        let start = self.at;
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        if matches!(self.bytes.get(self.at), None | Some(b'\n' | b'\r' | b'#')) {
            return;
        }
        let width = self.at - start;
        while self.indents.last().is_some_and(|&last| last >= width) {
            self.indents.pop();
        }
        self.indents.push(width);
        if self.indents.len() > self.limits.indent && self.blanking.is_none() {
            self.blanking = Some((self.at, self.levels.len()));
        }
    }

    fn open(&mut self) {
        self.count();
        self.at += 1;
        self.levels.push(0);
        if self.levels.len() > self.limits.depth && self.blanking.is_none() {
            self.blanking = Some((self.at, self.levels.len()));
        }
    }

    fn close(&mut self) {
        if self.levels.len() > 1 {
            if let Some((start, level)) = self.blanking
                && level == self.levels.len()
            {
                self.finish(start, self.at);
            }
            self.levels.pop();
        }
        // In Rust a block ends a statement without any separator.
        if self.bytes[self.at] == b'}' && self.language == Language::Rust {
            self.separator(self.at + 1);
        }
        self.at += 1;
    }

    /// The end of an element or a statement, at the byte `end`.
    fn separator(&mut self, end: usize) {
        if let Some((start, level)) = self.blanking
            && level == self.levels.len()
            && level <= self.limits.depth
        {
            self.finish(start, end);
        }
        *self.levels.last_mut().expect("the outermost level stays") = 0;
    }

    fn finish(&mut self, start: usize, end: usize) {
        self.blanking = None;
        let offset = |at: usize| TextSize::try_from(at).expect("files are below 4 GB");
        match self.blanked.last_mut() {
            // Lines of one deep block are one finding.
            Some(last) if self.bytes[usize::from(last.end())..start].iter().all(u8::is_ascii_whitespace) => {
                *last = last.cover(TextRange::new(offset(start), offset(end)));
            }
            _ if start < end => self.blanked.push(TextRange::new(offset(start), offset(end))),
            _ => {}
        }
    }

    /// One more token at this level.
    fn count(&mut self) {
        let tokens = self.levels.last_mut().expect("the outermost level stays");
        *tokens += 1;
        if *tokens > self.limits.chain && self.blanking.is_none() {
            self.blanking = Some((self.at, self.levels.len()));
        }
    }

    fn token(&mut self, byte: u8) {
        match (self.language, byte) {
            (Language::Python, b'#') => self.skip_line(),
            (Language::Python, b'"' | b'\'') => {
                self.count();
                self.python_string(byte);
            }
            (Language::Rust, b'/') if self.next_is(1, b'/') => self.skip_line(),
            (Language::Rust, b'/') if self.next_is(1, b'*') => self.block_comment(),
            (Language::Rust, b'"') => {
                self.count();
                self.rust_string();
            }
            (Language::Rust, b'\'') => {
                self.count();
                self.character_or_lifetime();
            }
            (Language::Rust, b'r') if self.is_raw_string() => {
                self.count();
                self.raw_string();
            }
            _ if is_word(byte) => {
                self.count();
                while self.bytes.get(self.at).is_some_and(|&byte| is_word(byte)) {
                    self.at += 1;
                    // `br"…"`, `cr#"…"#`: the prefix is a word of its own here.
                    if self.language == Language::Rust && self.bytes.get(self.at) == Some(&b'r') && self.is_raw_string()
                    {
                        break;
                    }
                }
            }
            _ => {
                self.count();
                self.at += 1;
            }
        }
    }

    fn next_is(&self, ahead: usize, byte: u8) -> bool {
        self.bytes.get(self.at + ahead) == Some(&byte)
    }

    fn skip_line(&mut self) {
        self.at = memchr::memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |end| self.at + end);
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while self.at < self.bytes.len() {
            if self.bytes[self.at] == b'/' && self.next_is(1, b'*') {
                depth += 1;
                self.at += 2;
            } else if self.bytes[self.at] == b'*' && self.next_is(1, b'/') {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return;
                }
            } else {
                self.at += 1;
            }
        }
    }

    fn python_string(&mut self, quote: u8) {
        let triple = self.next_is(1, quote) && self.next_is(2, quote);
        self.at += if triple { 3 } else { 1 };
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 2,
                b'\n' if !triple => return,
                _ if byte == quote && !triple => {
                    self.at += 1;
                    return;
                }
                _ if byte == quote && self.next_is(1, quote) && self.next_is(2, quote) => {
                    self.at += 3;
                    return;
                }
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
    }

    fn rust_string(&mut self) {
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                return;
            }
        }
        self.at = self.bytes.len();
    }

    /// `'a'`, `'\n'`, `'"'` or the lifetime `'a`.
    fn character_or_lifetime(&mut self) {
        let rest = &self.bytes[self.at + 1..];
        let length = match rest {
            [b'\\', _, rest @ ..] => memchr::memchr(b'\'', rest).map_or(0, |end| end + 3),
            [first, rest @ ..] => {
                // One character of up to four bytes.
                let width = (0..rest.len().min(3)).take_while(|&at| rest[at] & 0xC0 == 0x80).count();
                if rest.get(width) == Some(&b'\'') && *first != b'\'' { width + 2 } else { 0 }
            }
            [] => 0,
        };
        self.at += 1 + length;
    }

    fn is_raw_string(&self) -> bool {
        let hashes = self.bytes[self.at + 1..].iter().take_while(|&&byte| byte == b'#').count();
        self.bytes.get(self.at + 1 + hashes) == Some(&b'"')
    }

    fn raw_string(&mut self) {
        let hashes = self.bytes[self.at + 1..].iter().take_while(|&&byte| byte == b'#').count();
        let mut end = vec![b'"'];
        end.resize(hashes + 1, b'#');
        let start = self.at + hashes + 2;
        let found = memchr::memmem::find(&self.bytes[start..], &end);
        self.at = found.map_or(self.bytes.len(), |at| start + at + end.len());
    }
}

fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blanked(text: &str, language: Language) -> usize {
        let bounded = bound(&Arc::from(text), language);
        assert_eq!(bounded.text.len(), text.len());
        bounded.blanked.iter().map(|range| usize::from(range.len())).sum()
    }

    #[test]
    fn ordinary_code_stays() {
        let python = "def f(a, b):\n    return {a: [b, (1, 2)], \"((((\": '''[['''}\n".repeat(500);
        assert_eq!(blanked(&python, Language::Python), 0);
        let rust = "fn f<'a>(c: char) -> bool { c == '(' || c == '\\'' || r#\"{{\"#.len() > 1 /* ( */ }\n".repeat(500);
        assert_eq!(blanked(&rust, Language::Rust), 0);
    }

    #[test]
    fn deep_brackets_are_blanked_and_what_follows_stays() {
        for language in Language::ALL {
            let text = format!("x = {}1{}\ny = 2\n", "(".repeat(10_000), ")".repeat(10_000));
            let bounded = bound(&Arc::from(text.as_str()), language);
            assert!(bounded.text.ends_with(")\ny = 2\n"));
            let open = bounded.text.matches('(').count();
            assert_eq!(open, bounded.text.matches(')').count());
            assert!(open <= limits(language).depth);
        }
    }

    #[test]
    fn unclosed_brackets_are_blanked_to_the_end() {
        let text = "[".repeat(100_000);
        assert!(blanked(&text, Language::Python) > 99_000);
    }

    #[test]
    fn long_chains_are_cut() {
        let python = format!("x = {}1\ny = 2\n", "not ".repeat(50_000));
        assert!(blanked(&python, Language::Python) > 150_000);
        let bounded = bound(&Arc::from(python.as_str()), Language::Python);
        assert!(bounded.text.ends_with("\ny = 2\n"));
        let rust = format!("fn f() {{ let x = {}1; g() }}", "1 + ".repeat(50_000));
        let bounded = bound(&Arc::from(rust.as_str()), Language::Rust);
        assert!(bounded.text.ends_with("; g() }"));
    }

    #[test]
    fn deep_blocks_are_blanked() {
        let text: String = (0..1000).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect();
        assert!(blanked(&text, Language::Python) > 0);
    }

    #[test]
    fn blanks_end_at_character_boundaries() {
        let text = format!("{}é{}", "(".repeat(60), ")".repeat(60));
        assert_eq!(bound(&Arc::from(text.as_str()), Language::Python).blanked.len(), 1);
    }
}
