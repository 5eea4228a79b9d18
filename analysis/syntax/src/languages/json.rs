//! JSON, as tree-sitter-json names it.

use tree_sitter::Node;

use super::table::{Declaration, EMPTY, Name, Table, Word, declared, declares, word};
use crate::symbol::SymbolKind;
use crate::tokens::TokenKind;

pub(super) static JSON: Table = Table {
    language: |_| tree_sitter_json::LANGUAGE.into(),
    declarations: DECLARATIONS,
    folds: &["object", "array"],
    words: WORDS,
    no_keywords: &["n", "t", "r", "u"],
    ..EMPTY
};

const DECLARATIONS: &[Declaration] = &[
    declares("pair", SymbolKind::Module).named(Name::Found(key)).only("value", &["object", "array"]),
    declares("pair", SymbolKind::Field).named(Name::Found(key)).detail("value"),
];

const WORDS: &[Word] = &[
    declared("string", "pair", "key", TokenKind::Property),
    word("string", TokenKind::String),
    word("number", TokenKind::Number),
    word("true", TokenKind::Boolean),
    word("false", TokenKind::Boolean),
    word("null", TokenKind::BuiltinConstant),
];

/// The key without its quotes, unless nothing stands between them.
fn key(pair: Node<'_>) -> Option<Node<'_>> {
    let key = pair.child_by_field_name("key")?;
    let is_plain = key.named_child_count() == 1;
    Some(key.named_child(0).filter(|_| is_plain).unwrap_or(key))
}
