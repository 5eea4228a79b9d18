//! Comments that ask for silence: `# type: ignore`, `# pyright: ignore`, `# ty: ignore`, `# noqa`.

use montuno_semantic::Diagnostic;
use montuno_semantic::diagnostic::rules as common;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::Ranged;

use super::rules;

/// Which lines of a file are silent, and for what.
#[derive(Debug, Default)]
pub(super) struct Suppressions<'a> {
    /// The start and end of each silent line, in bytes, and of what is not reported on it.
    lines: Vec<(usize, usize, Silence<'a>)>,
    /// What is not reported in the whole file.
    file: Option<Silence<'a>>,
}

#[derive(Clone, Copy, Debug)]
enum Silence<'a> {
    /// Everything.
    All,
    /// What these codes of flake8 stand for.
    Codes(&'a str),
}

/// The codes by which flake8's checkers and ruff name our rules.
const CODES: [(&str, &[&str]); 5] = [
    (common::UNUSED_IMPORT, &["F401"]),
    (common::UNRESOLVED_NAME, &["F821"]),
    (rules::UNUSED_VARIABLE, &["F841"]),
    (common::SYNTAX_ERROR, &["E999", "E901"]),
    (common::UNRESOLVED_IMPORT, &["E401", "F401"]),
];

impl<'a> Suppressions<'a> {
    /// Reads the comments of a file.
    pub(super) fn read(tokens: &Tokens, text: &'a str) -> Self {
        let mut found = Self::default();
        let mut before_code = true;
        for token in tokens {
            match token.kind() {
                TokenKind::Comment => {
                    let comment = &text[token.range().to_std_range()];
                    if let Some(silence) = of_file(comment, before_code) {
                        found.file = Some(silence);
                    } else if let Some(silence) = of_line(comment) {
                        let start = text[..token.start().to_usize()].rfind('\n').map_or(0, |at| at + 1);
                        found.lines.push((start, token.end().to_usize(), silence));
                    }
                }
                TokenKind::Newline | TokenKind::NonLogicalNewline | TokenKind::String => {}
                _ => before_code = false,
            }
        }
        found
    }

    /// Whether a finding is not reported: its first or its last line is silent.
    pub(super) fn silence(&self, finding: &Diagnostic) -> bool {
        if finding.rule == common::SYNTAX_ERROR {
            // What cannot be parsed has no comments.
            return false;
        }
        let is_silent = |offset: u32| {
            let offset = offset as usize;
            let line = self.lines.iter().find(|(start, end, _)| (*start..=*end).contains(&offset));
            line.is_some_and(|(_, _, silence)| silence.covers(&finding.rule))
        };
        self.file.is_some_and(|silence| silence.covers(&finding.rule))
            || is_silent(finding.range.start().into())
            || is_silent(finding.range.end().into())
    }
}

impl Silence<'_> {
    fn covers(self, rule: &str) -> bool {
        match self {
            Self::All => true,
            Self::Codes(list) => {
                let codes = CODES.iter().find(|(known, _)| *known == rule).map_or(&[][..], |(_, codes)| codes);
                let mut listed = list.split([',', ' ', '\t']).filter(|code| !code.is_empty());
                listed.any(|code| codes.iter().any(|known| known.starts_with(code)))
            }
        }
    }
}

/// `# flake8: noqa`, `# ruff: noqa: F401`, `# pyright: ignore`, `# mypy: ignore-errors`: on a line of its
/// own; `# type: ignore` counts before the first code.
fn of_file(comment: &str, before_code: bool) -> Option<Silence<'_>> {
    let text = comment.trim_start_matches('#').trim_start();
    for tool in ["flake8:", "ruff:"] {
        if let Some(rest) = text.strip_prefix(tool) {
            return noqa(rest.trim_start());
        }
    }
    let is_all = text.starts_with("mypy: ignore-errors") || (before_code && text.starts_with("type: ignore"));
    is_all.then_some(Silence::All)
}

fn of_line(comment: &str) -> Option<Silence<'_>> {
    // One comment may hold several: `# type: ignore  # noqa`.
    comment.split('#').map(str::trim_start).find_map(|part| {
        let ignores = ["type: ignore", "type:ignore", "pyright: ignore", "ty: ignore", "mypy: ignore"];
        if ignores.iter().any(|ignore| part.starts_with(ignore)) { Some(Silence::All) } else { noqa(part) }
    })
}

fn noqa(text: &str) -> Option<Silence<'_>> {
    let rest = text.get(..4).filter(|word| word.eq_ignore_ascii_case("noqa")).map(|_| &text[4..])?;
    match rest.trim_start().strip_prefix(':') {
        Some(codes) => Some(Silence::Codes(codes)),
        None => Some(Silence::All),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(comment: &str, rule: &str) -> bool {
        of_line(comment).is_some_and(|silence| silence.covers(rule))
    }

    #[test]
    fn comments_silence_what_they_name() {
        assert!(covers("# noqa", common::IMPORT_CYCLE) && covers("#NOQA", common::UNRESOLVED_NAME));
        assert!(covers("# noqa: E501,F401", common::UNUSED_IMPORT) && covers("# noqa: F", common::UNUSED_IMPORT));
        assert!(!covers("# noqa: E501", common::UNUSED_IMPORT) && !covers("# no qa", common::UNUSED_IMPORT));
        assert!(covers("# type: ignore[misc]  # why", common::UNRESOLVED_MEMBER));
        assert!(covers("# why  # pyright: ignore", common::UNRESOLVED_MEMBER));
        assert!(!covers("# a note on type: ignore", common::UNRESOLVED_MEMBER));
    }
}
