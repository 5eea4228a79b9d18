//! Ruby, as tree-sitter-ruby names it.

use tree_sitter::Node;

use super::table::{Declaration, EMPTY, Name, Table, Word, declared, declares, word, word_in};
use crate::symbol::SymbolKind;
use crate::tokens::TokenKind;

pub(super) static RUBY: Table = Table {
    language: |_| tree_sitter_ruby::LANGUAGE.into(),
    declarations: DECLARATIONS,
    folds: &[
        "class",
        "module",
        "method",
        "singleton_method",
        "singleton_class",
        "do_block",
        "block",
        "begin",
        "if",
        "unless",
        "case",
        "while",
        "until",
        "for",
        "array",
        "hash",
        "argument_list",
        "heredoc_body",
        "string_array",
        "symbol_array",
    ],
    words: WORDS,
    functions: &["method", "singleton_method", "do_block", "block", "lambda"],
    ..EMPTY
};

const DECLARATIONS: &[Declaration] = &[
    declares("module", SymbolKind::Module).named(Name::Found(last_part)),
    declares("class", SymbolKind::Class).named(Name::Found(last_part)).detail("superclass"),
    declares("method", SymbolKind::Method).detail("parameters"),
    declares("singleton_method", SymbolKind::Method).detail("parameters"),
    declares("alias", SymbolKind::Method),
    declares("assignment", SymbolKind::Constant).named(Name::Field("left")).only("left", &["constant"]),
];

const WORDS: &[Word] = &[
    word("string_content", TokenKind::String),
    word("\"", TokenKind::String),
    word("escape_sequence", TokenKind::EscapeSequence),
    word("heredoc_content", TokenKind::String),
    word("heredoc_beginning", TokenKind::String),
    word("heredoc_end", TokenKind::String),
    word("character", TokenKind::String),
    word("simple_symbol", TokenKind::EnumMember),
    word("hash_key_symbol", TokenKind::EnumMember),
    word("integer", TokenKind::Number),
    word("float", TokenKind::Number),
    word("rational", TokenKind::Number),
    word("complex", TokenKind::Number),
    word("true", TokenKind::Boolean),
    word("false", TokenKind::Boolean),
    word("nil", TokenKind::BuiltinConstant),
    word("self", TokenKind::SelfParameter),
    word("super", TokenKind::Keyword),
    word("instance_variable", TokenKind::Property),
    word("class_variable", TokenKind::Property),
    word("global_variable", TokenKind::Variable),
    declared("constant", "class", "name", TokenKind::Class),
    declared("constant", "module", "name", TokenKind::Namespace),
    declared("constant", "assignment", "left", TokenKind::Variable),
    word_in("constant", "call", "method", TokenKind::Method),
    word("constant", TokenKind::Class),
    declared("identifier", "method", "name", TokenKind::Method),
    declared("identifier", "singleton_method", "name", TokenKind::Method),
    declared("identifier", "method_parameters", "", TokenKind::Parameter),
    declared("identifier", "block_parameters", "", TokenKind::Parameter),
    declared("identifier", "optional_parameter", "name", TokenKind::Parameter),
    declared("identifier", "keyword_parameter", "name", TokenKind::Parameter),
    declared("identifier", "splat_parameter", "name", TokenKind::Parameter),
    declared("identifier", "block_parameter", "name", TokenKind::Parameter),
    declared("identifier", "assignment", "left", TokenKind::Variable),
    word_in("identifier", "call", "method", TokenKind::Method),
    word("identifier", TokenKind::Variable),
];

/// `C` of `A::B::C`.
fn last_part(class: Node<'_>) -> Option<Node<'_>> {
    let name = class.child_by_field_name("name")?;
    Some(name.child_by_field_name("name").unwrap_or(name))
}
