//! What is wrong in a file, where the grammar is sure.

use montuno_base::{Language, TextRange, TextSize};
use montuno_semantic::diagnostic::rules;
use montuno_semantic::tokens::TokenKind;
use montuno_semantic::{Diagnostic, Severity};
use montuno_syntax::{SyntaxTree, tokens};

/// The places where a text does not fit its grammar. Only where a second reader refuses it too: a grammar that
/// does not know everything must not call what works an error.
pub(super) fn syntax_errors(tree: &SyntaxTree, name: &str) -> Vec<Diagnostic> {
    let errors = tree.errors();
    if errors.is_empty() {
        return Vec::new();
    }
    let refusal = match tree.language() {
        // Tools read these names with comments and commas that JSON itself does not have.
        Language::Json if is_plain_json(name, tree) => json_refusal(tree.text()),
        Language::Toml => toml_refusal(tree.text()),
        _ => None,
    };
    refusal.into_iter().collect()
}

fn is_plain_json(name: &str, tree: &SyntaxTree) -> bool {
    let is_for_a_tool = ["tsconfig", "jsconfig", "."].iter().any(|start| name.starts_with(start));
    if is_for_a_tool || !name.ends_with(".json") || tree.text().trim().is_empty() {
        return false;
    }
    // A document a line is no single document, and comments say that whoever reads it allows more.
    let is_lines = tree.text().trim_end().lines().skip(1).all(|line| line.starts_with('{'));
    !is_lines && tokens::tokens(tree, None).iter().all(|token| token.kind != TokenKind::Comment)
}

fn json_refusal(text: &str) -> Option<Diagnostic> {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
    let line_start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut at = (line_start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
    Some(finding(text, at, at, &message))
}

fn toml_refusal(text: &str) -> Option<Diagnostic> {
    let error = toml::from_str::<serde::de::IgnoredAny>(text).err()?;
    let range = error.span().unwrap_or_default();
    Some(finding(text, range.start, range.end, error.message()))
}

/// A finding at a range; at the character there, where the range is empty.
fn finding(text: &str, start: usize, end: usize, message: &str) -> Diagnostic {
    let start = start.min(text.len());
    let wide = text.get(start..).and_then(|rest| rest.chars().next()).filter(|c| *c != '\n').map_or(0, char::len_utf8);
    let end = end.clamp(start, text.len()).max(start + wide);
    let size = |at: usize| TextSize::try_from(at).expect("files are below 4 GB");
    let range = TextRange::new(size(start), size(end));
    let message = message.lines().collect::<Vec<_>>().join("; ");
    Diagnostic::new(rules::SYNTAX_ERROR, Severity::Error, range, message)
}
