//! TOML, as tree-sitter-toml-ng names it.

use super::table::{Declaration, EMPTY, Name, Table, Word, declares, word, word_in};
use crate::symbol::SymbolKind;
use crate::tokens::TokenKind;

pub(super) static TOML: Table = Table {
    language: |_| tree_sitter_toml_ng::LANGUAGE.into(),
    declarations: DECLARATIONS,
    folds: &["table", "table_array_element", "array", "inline_table"],
    words: WORDS,
    ..EMPTY
};

const DECLARATIONS: &[Declaration] = &[
    declares("table", SymbolKind::Module).named(Name::Found(|table| table.named_child(0))),
    declares("table_array_element", SymbolKind::Module).named(Name::Found(|table| table.named_child(0))),
    declares("pair", SymbolKind::Field).named(Name::Found(|pair| pair.named_child(0))),
];

const WORDS: &[Word] = &[
    word_in("bare_key", "table", "", TokenKind::Namespace),
    word_in("bare_key", "table_array_element", "", TokenKind::Namespace),
    word("bare_key", TokenKind::Property),
    word("quoted_key", TokenKind::Property),
    word("string", TokenKind::String),
    word("integer", TokenKind::Number),
    word("float", TokenKind::Number),
    word("boolean", TokenKind::Boolean),
    word("local_date", TokenKind::Number),
    word("local_date_time", TokenKind::Number),
    word("local_time", TokenKind::Number),
    word("offset_date_time", TokenKind::Number),
];
