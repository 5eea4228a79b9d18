//! The little that completion has to know of each language by itself: where names follow, what is a comment, what
//! opens a block.

/// What has to be known of a language.
#[derive(Debug)]
pub struct LanguageFacts {
    /// Its LSP ids.
    ids: &'static [&'static str],
    /// What stands between a receiver and its member; the longest first.
    pub triggers: &'static [&'static str],
    /// What begins a comment that goes to the end of the line.
    pub comment: &'static str,
    /// What begins and ends texts.
    pub quotes: &'static [char],
    /// What can stand where a member does, and is none.
    pub member_keywords: &'static [&'static str],
    /// Words that can stand where an expression begins, and are no names.
    pub expression_keywords: &'static [&'static str],
    /// What certainly stands before an expression that begins with a name that is there already.
    pub expression_starts: &'static [&'static str],
    /// Whether blocks are told by their indentation.
    pub by_indentation: bool,
    /// Whether `$` belongs to names.
    pub dollar: bool,
}

const PYTHON: LanguageFacts = LanguageFacts {
    ids: &["python"],
    triggers: &["."],
    comment: "#",
    quotes: &['"', '\''],
    member_keywords: &[],
    expression_keywords: &[
        "True", "False", "None", "not", "lambda", "await", "yield", "f", "r", "b", "u", "rb", "br", "fr", "rf", "t",
    ],
    expression_starts: &["return", "+", "-", "*", "/", "==", "!=", "<=", ">=", " in", "and", "or"],
    by_indentation: true,
    dollar: false,
};

const RUST: LanguageFacts = LanguageFacts {
    ids: &["rust"],
    triggers: &["::", "."],
    comment: "//",
    quotes: &['"'],
    member_keywords: &["await", "self", "super", "crate"],
    expression_keywords: &[
        "true", "false", "if", "match", "loop", "while", "for", "unsafe", "move", "async", "return", "break",
        "continue", "b", "r", "br", "c", "cr", "self", "Self", "super", "crate", "const", "dyn", "impl", "as", "else",
        "mut", "ref", "box", "where", "in", "static", "let",
    ],
    expression_starts: &["return", "+", "==", "!=", "<=", ">=", "&&"],
    by_indentation: false,
    dollar: false,
};

const GO: LanguageFacts = LanguageFacts {
    ids: &["go"],
    triggers: &["."],
    comment: "//",
    quotes: &['"', '\'', '`'],
    member_keywords: &[],
    expression_keywords: &["func", "map", "chan", "struct", "interface", "range"],
    expression_starts: &["return", ":=", "=", "+", "-", "/", "==", "!=", "<=", ">=", "&&", "||"],
    by_indentation: false,
    dollar: false,
};

const TYPESCRIPT: LanguageFacts = LanguageFacts {
    ids: &["typescript", "typescriptreact", "javascript", "javascriptreact"],
    triggers: &["?.", "."],
    comment: "//",
    quotes: &['"', '\'', '`'],
    member_keywords: &["meta", "target"],
    expression_keywords: &[
        "true",
        "false",
        "null",
        "undefined",
        "this",
        "super",
        "new",
        "typeof",
        "void",
        "await",
        "function",
        "class",
        "async",
        "delete",
        "import",
    ],
    expression_starts: &["+", "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "??"],
    by_indentation: false,
    dollar: true,
};

/// Languages of which nothing is known by types.
const OTHER: LanguageFacts = LanguageFacts {
    ids: &[],
    triggers: &[],
    comment: "//",
    quotes: &['"', '\''],
    member_keywords: &[],
    expression_keywords: &[],
    expression_starts: &[],
    by_indentation: false,
    dollar: false,
};

const HASH: LanguageFacts = LanguageFacts {
    ids: &["shellscript", "ruby", "yaml", "toml", "makefile", "dockerfile", "perl", "r", "elixir"],
    comment: "#",
    by_indentation: true,
    ..OTHER
};

const DASHES: LanguageFacts = LanguageFacts { ids: &["lua", "sql", "haskell"], comment: "--", ..OTHER };

/// What has to be known of a language, by its LSP id.
pub fn facts(id: &str) -> &'static LanguageFacts {
    const ALL: [&LanguageFacts; 6] = [&PYTHON, &RUST, &GO, &TYPESCRIPT, &HASH, &DASHES];
    ALL.into_iter().find(|facts| facts.ids.contains(&id)).unwrap_or(&OTHER)
}

impl LanguageFacts {
    /// Whether a character can stand in a name.
    pub fn is_word(&self, character: char) -> bool {
        character.is_alphanumeric() || character == '_' || (self.dollar && character == '$')
    }

    /// Whether a byte can stand in a name.
    pub fn is_word_byte(&self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 || (self.dollar && byte == b'$')
    }

    /// Where the name begins that a text ends with; its length if it ends with none.
    pub fn word_start(&self, text: &str) -> usize {
        text.char_indices()
            .rev()
            .take_while(|(_, character)| self.is_word(*character))
            .last()
            .map_or(text.len(), |(at, _)| at)
    }

    /// Whether a text ends with what stands before a member.
    pub fn ends_with_trigger(&self, text: &str) -> bool {
        let Some(trigger) = self.triggers.iter().find(|trigger| text.ends_with(**trigger)) else { return false };
        let rest = &text[..text.len() - trigger.len()];
        // Not a range or a number.
        !rest.ends_with('.') && !ends_with_number(rest)
    }

    /// Whether a name that stands behind this text on its line is certainly one that is there already.
    pub fn expects_known_name(&self, line: &str) -> bool {
        let trimmed = line.trim_end();
        self.expression_starts.iter().any(|start| {
            let Some(rest) = trimmed.strip_suffix(start) else { return false };
            if start.starts_with(|c: char| c.is_alphabetic()) {
                // A word of its own, with room behind it.
                return trimmed.len() < line.len() && !rest.ends_with(|c| self.is_word(c));
            }
            match *start {
                // Not a part of a longer sign.
                "=" => !rest.ends_with(['=', '!', '<', '>', ':', '+', '-', '*', '/', '%', '&', '|', '^', '~']),
                "+" | "-" | "*" | "/" => rest.trim_end().ends_with(|c| self.is_word(c) || matches!(c, ')' | ']')),
                _ => true,
            }
        })
    }

    /// Whether the end of this line lies in a text or a comment, as far as the line tells.
    pub fn is_in_text(&self, line: &str) -> bool {
        let mut open: Option<char> = None;
        let mut escaped = false;
        for (at, character) in line.char_indices() {
            match open {
                Some(quote) => {
                    if escaped {
                        escaped = false;
                    } else if character == '\\' {
                        escaped = true;
                    } else if character == quote {
                        open = None;
                    }
                }
                None if line[at..].starts_with(self.comment) => return true,
                None if self.quotes.contains(&character) => open = Some(character),
                None => {}
            }
        }
        open.is_some()
    }
}

/// Whether a text ends with the digits of a number.
fn ends_with_number(text: &str) -> bool {
    let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_').len();
    let rest = &text[..text.len() - digits];
    let has_digit = text[rest.len()..].bytes().any(|byte| byte.is_ascii_digit());
    has_digit && !rest.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_follow_receivers_and_not_numbers() {
        for yes in ["foo.", "foo().", "a1.", "x[0].", "\"text\"."] {
            assert!(facts("python").ends_with_trigger(yes), "{yes}");
        }
        for no in ["1.", "x = 12.", "foo", "..", ""] {
            assert!(!facts("python").ends_with_trigger(no), "{no}");
        }
        assert!(facts("rust").ends_with_trigger("Vec::"));
        assert!(facts("typescript").ends_with_trigger("a?."));
        assert!(!facts("markdown").ends_with_trigger("end."));
    }

    #[test]
    fn a_known_name_follows_an_operator() {
        assert!(facts("python").expects_known_name("    return "));
        assert!(facts("python").expects_known_name("x = a + "));
        assert!(facts("go").expects_known_name("x := "));
        for no in ["def ", "", "x", "f(", "lambda ", "return", "noreturn ", "x = "] {
            assert!(!facts("python").expects_known_name(no), "{no}");
        }
        assert!(!facts("typescript").expects_known_name("const f = "), "an arrow function may begin");
        assert!(!facts("go").expects_known_name("i++ + +"));
    }

    #[test]
    fn texts_and_comments_are_told() {
        let python = facts("python");
        for inside in ["x = 'a. ", "# see. ", "x = 1 # a.", "f(\"it's."] {
            assert!(python.is_in_text(inside), "{inside}");
        }
        for outside in ["x = 'a'.", "f('\\'').", "x = \"#\"."] {
            assert!(!python.is_in_text(outside), "{outside}");
        }
    }

    #[test]
    fn words_are_found_from_their_end() {
        assert_eq!(facts("rust").word_start("self.é_1"), 5);
        assert_eq!(facts("rust").word_start("self."), 5);
        assert_eq!(facts("javascript").word_start("x.$y"), 2);
    }
}
