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
const fn limits(language: Language) -> Option<Limits> {
    match language {
        Language::Python => Some(Limits { depth: 50, chain: 1_200, indent: 100 }),
        // Brackets mean nothing in prose, and only their trees are looked at, which is done without recursion.
        Language::Html | Language::Markdown | Language::Yaml => None,
        _ => Some(Limits { depth: 150, chain: 4_000, indent: usize::MAX }),
    }
}

/// What hides brackets from the scan, in the languages that need no care of their own.
struct Lexis {
    line_comments: &'static [&'static str],
    block_comment: Option<(&'static str, &'static str)>,
    /// Quotes of strings that end with their line at the latest.
    strings: &'static [u8],
    /// Quotes of strings that go on over lines.
    long_strings: &'static [u8],
    /// Whether ``${`` within a `` ` `` string begins code.
    templates: bool,
    /// Whether `/` may begin a regular expression.
    regular_expressions: bool,
}

const SLASHES: Lexis = Lexis {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    strings: b"\"'",
    long_strings: b"",
    templates: false,
    regular_expressions: false,
};

const HASH: Lexis = Lexis { line_comments: &["#"], block_comment: None, ..SLASHES };

/// `None` for the two languages whose strings and comments the scanner reads by itself.
const fn lexis(language: Language) -> Option<Lexis> {
    Some(match language {
        Language::Python | Language::Rust => return None,
        Language::TypeScript | Language::JavaScript => Lexis { templates: true, regular_expressions: true, ..SLASHES },
        Language::Go => Lexis { long_strings: b"`", ..SLASHES },
        Language::Php => Lexis { line_comments: &["//", "#"], strings: b"", long_strings: b"\"'", ..SLASHES },
        Language::Css => Lexis { line_comments: &[], ..SLASHES },
        Language::Ruby => Lexis { strings: b"", long_strings: b"\"'`", ..HASH },
        Language::Bash => Lexis { line_comments: &[" #", "\t#", "\n#"], strings: b"", long_strings: b"\"'", ..HASH },
        Language::Toml | Language::Yaml => HASH,
        Language::Lua => Lexis { line_comments: &["--"], block_comment: Some(("--[[", "]]")), ..SLASHES },
        Language::Json
        | Language::C
        | Language::Cpp
        | Language::Java
        | Language::CSharp
        | Language::Html
        | Language::Markdown => SLASHES,
    })
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
    let blanked = match limits(language) {
        Some(limits) => Scanner::new(text.as_bytes(), language, limits).run(),
        None if matches!(language, Language::Markdown | Language::Yaml) => deep_lines(text),
        None => Vec::new(),
    };
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

/// How many blocks may be open at once where marks at the beginning of a line open them. The scanners of these
/// grammars keep a kilobyte of open blocks, and end the process where that is not enough.
const MOST_BLOCKS: usize = 50;

/// The lines that open more blocks than that: quotes in quotes, lists in lists.
fn deep_lines(text: &str) -> Vec<TextRange> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mut blanks = 0;
        let mut marks = 0;
        let mut bytes = line.bytes().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b' ' => blanks += 1,
                b'\t' => blanks += 4,
                b'>' => marks += 1,
                b'-' | b'*' | b'+' | b'?' | b':' | b'.' | b')' if matches!(bytes.peek(), Some(b' ' | b'\t')) => {
                    marks += 1;
                }
                b'0'..=b'9' => {}
                _ => break,
            }
        }
        if marks + blanks / 4 > MOST_BLOCKS {
            let size = |at: usize| TextSize::try_from(at).expect("files are below 4 GB");
            let end = at + line.trim_end_matches(['\r', '\n']).len();
            found.push(TextRange::new(size(at), size(end)));
        }
        at += line.len();
    }
    found
}

struct Scanner<'a> {
    bytes: &'a [u8],
    language: Language,
    lexis: Option<Lexis>,
    limits: Limits,
    at: usize,
    /// For each open bracket, the tokens since the last separator inside it. The first is no bracket's.
    levels: Vec<usize>,
    indents: Vec<usize>,
    /// The bracket levels at which the code in a template string begins.
    templates: Vec<usize>,
    /// The last byte that is neither a blank nor part of a comment.
    last: u8,
    /// Where blanking began, and the number of open levels at which it ends.
    blanking: Option<(usize, usize)>,
    blanked: Vec<TextRange>,
}

impl<'a> Scanner<'a> {
    fn new(bytes: &'a [u8], language: Language, limits: Limits) -> Self {
        Self {
            bytes,
            language,
            lexis: lexis(language),
            limits,
            at: 0,
            levels: vec![0],
            indents: Vec::new(),
            templates: Vec::new(),
            last: b';',
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
                    match self.language {
                        Language::Python if self.levels.len() == 1 => self.separator(self.at - 1),
                        Language::Python | Language::Rust => {}
                        _ => self.line_end(),
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
        // A block ends a statement without any separator.
        if self.bytes[self.at] == b'}' && self.language != Language::Python {
            self.separator(self.at + 1);
        }
        self.last = self.bytes[self.at];
        self.at += 1;
        if self.templates.last().is_some_and(|&level| level > self.levels.len()) {
            self.templates.pop();
            self.template();
        }
    }

    /// The end of a line ends a statement where nothing says that it goes on. A brace in the first column
    /// closes everything: what was counted wrong before, such as the branches of `#if`, is forgotten there.
    fn line_end(&mut self) {
        let next = self.bytes[self.at..].iter().find(|byte| !byte.is_ascii_whitespace());
        let goes_on = |byte: u8| b"+-*/%&|^<>=?:.!~(,".contains(&byte);
        if !goes_on(self.last) && !next.is_some_and(|&byte| goes_on(byte)) {
            self.separator(self.at - 1);
        }
        if self.bytes.get(self.at) == Some(&b'}') && self.templates.is_empty() {
            while self.levels.len() > 2 {
                if let Some((start, level)) = self.blanking
                    && level == self.levels.len()
                {
                    self.finish(start, self.at);
                }
                self.levels.pop();
            }
        }
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
        if self.lexis.is_some() {
            self.plain_token(byte);
            return;
        }
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

    /// As [`Scanner::token`], in a language that a [`Lexis`] describes.
    fn plain_token(&mut self, byte: u8) {
        let Some(lexis) = &self.lexis else { return };
        let rest = &self.bytes[self.at..];
        // A mark that has to stand behind a blank is found with that blank before it.
        let from_blank = &self.bytes[self.at.saturating_sub(1)..];
        let begins_here = |mark: &&str| match mark.as_bytes() {
            [b' ' | b'\t' | b'\n', ..] if self.at > 0 => from_blank.starts_with(mark.as_bytes()),
            [b'\n', mark @ ..] => rest.starts_with(mark),
            mark => rest.starts_with(mark),
        };
        if let Some((open, close)) = lexis.block_comment
            && rest.starts_with(open.as_bytes())
        {
            let end = memchr::memmem::find(&rest[open.len()..], close.as_bytes());
            self.at = end.map_or(self.bytes.len(), |at| self.at + open.len() + at + close.len());
            return;
        }
        if lexis.line_comments.iter().any(begins_here) {
            self.skip_line();
            return;
        }
        if lexis.strings.contains(&byte) || lexis.long_strings.contains(&byte) {
            let long = lexis.long_strings.contains(&byte);
            let escapes = !(self.language == Language::Go && byte == b'`');
            self.count();
            self.quoted(byte, long, escapes);
        } else if byte == b'`' && lexis.templates {
            self.count();
            self.at += 1;
            self.template();
        } else if byte == b'/' && lexis.regular_expressions && self.expects_operand() {
            self.count();
            self.regular_expression();
        } else if is_word(byte) {
            self.count();
            while self.bytes.get(self.at).is_some_and(|&byte| is_word(byte)) {
                self.at += 1;
            }
        } else {
            self.count();
            self.at += 1;
        }
        self.last = self.bytes[self.at.min(self.bytes.len()) - 1];
    }

    /// A string in these quotes.
    fn quoted(&mut self, quote: u8, long: bool, escapes: bool) {
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' if escapes => self.at += 2,
                b'\n' if !long => return,
                _ => self.at += 1,
            }
            if byte == quote {
                return;
            }
        }
        self.at = self.bytes.len();
    }

    /// The rest of a template string: up to its end, or to the code in it.
    fn template(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 2,
                b'`' => {
                    self.at += 1;
                    return;
                }
                b'$' if self.next_is(1, b'{') => {
                    self.at += 1;
                    self.open();
                    self.templates.push(self.levels.len());
                    return;
                }
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
    }

    /// Whether a value is to come: then `/` divides nothing.
    fn expects_operand(&self) -> bool {
        if !is_word(self.last) {
            return b"(,=:[!&|?{};+-*%~^<>".contains(&self.last);
        }
        let before = self.bytes[..self.at].trim_ascii_end();
        [b"return".as_slice(), b"typeof", b"case", b"in", b"of", b"await"].iter().any(|word| {
            before.strip_suffix(*word).is_some_and(|before| !before.last().is_some_and(|&byte| is_word(byte)))
        })
    }

    /// A regular expression, if one ends on this line.
    fn regular_expression(&mut self) {
        let mut at = self.at + 1;
        let mut in_class = false;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => {
                    self.at = at + 1;
                    return;
                }
                b'\n' => break,
                _ => {}
            }
            at += 1;
        }
        self.at += 1;
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
    fn what_hides_brackets_is_known_in_every_language() {
        let script =
            "const f = (a) => { return /[\"'(`]/.test(a) ? `({[ ${a + `((`} ${'{'}` : \"((\" } // ((\n".repeat(500);
        assert_eq!(blanked(&script, Language::JavaScript), 0);
        assert_eq!(blanked(&script, Language::TypeScript), 0);
        let go = "func f() rune { s := `(((\\`; /* ({ */ return '(' }\n".repeat(500);
        assert_eq!(blanked(&go, Language::Go), 0);
        let c = "#if A\nvoid f(int a) {\n#else\nvoid f(void) {\n#endif\n}\n".repeat(500);
        assert_eq!(blanked(&c, Language::C), 0);
        let shell = "f() {\n  x=${#y} # ((\n  echo \"((\n((\" '{{'\n}\n".repeat(500);
        assert_eq!(blanked(&shell, Language::Bash), 0);
        let lua = "--[[ (((\n(( ]]\nlocal x = { \"((\" } -- ((\n".repeat(500);
        assert_eq!(blanked(&lua, Language::Lua), 0);
        let long_call = format!("x{}\n", "\n  .then(f)".repeat(50_000));
        assert!(blanked(&long_call, Language::JavaScript) > 100_000);
        let statements = "call the_thing\n".repeat(50_000);
        assert_eq!(blanked(&statements, Language::Ruby), 0);
    }

    #[test]
    fn lines_that_open_too_many_blocks_are_blanked() {
        let text = format!("# a\n\n{}b\n\n> > c\n{}d\n{}\n", "> ".repeat(500), " ".repeat(500), "-".repeat(500));
        let bounded = bound(&Arc::from(text.as_str()), Language::Markdown);
        assert_eq!(bounded.text.trim_end_matches('\n').lines().filter(|line| !line.trim().is_empty()).count(), 3);
        assert!(bounded.text.contains("> > c") && bounded.text.contains("-----") && bounded.blanked.len() == 2);
        assert!(blanked(&"- ".repeat(500), Language::Yaml) > 900);
    }

    #[test]
    fn deep_brackets_are_blanked_and_what_follows_stays() {
        for language in Language::ALL {
            let Some(limits) = limits(language) else { continue };
            let text = format!("x = {}1{}\ny = 2\n", "(".repeat(10_000), ")".repeat(10_000));
            let bounded = bound(&Arc::from(text.as_str()), language);
            assert!(bounded.text.ends_with(")\ny = 2\n"));
            let open = bounded.text.matches('(').count();
            assert_eq!(open, bounded.text.matches(')').count());
            assert!(open <= limits.depth);
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
