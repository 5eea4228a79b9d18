//! Bash, as tree-sitter-bash names it.

use super::table::{Declaration, EMPTY, Table, Word, declared, declares, word, word_in};
use crate::symbol::SymbolKind;
use crate::tokens::TokenKind;

pub(super) static BASH: Table = Table {
    language: |_| tree_sitter_bash::LANGUAGE.into(),
    declarations: DECLARATIONS,
    folds: &[
        "compound_statement",
        "if_statement",
        "elif_clause",
        "else_clause",
        "case_statement",
        "case_item",
        "do_group",
        "subshell",
        "array",
        "heredoc_body",
    ],
    words: WORDS,
    functions: &["function_definition"],
    ..EMPTY
};

const DECLARATIONS: &[Declaration] = &[
    declares("function_definition", SymbolKind::Function),
    declares("variable_assignment", SymbolKind::Variable).only("name", &["variable_name"]),
];

const WORDS: &[Word] = &[
    word("raw_string", TokenKind::String),
    word("ansi_c_string", TokenKind::String),
    word("string_content", TokenKind::String),
    word("\"", TokenKind::String),
    word("heredoc_start", TokenKind::String),
    word("heredoc_content", TokenKind::String),
    word("heredoc_end", TokenKind::String),
    word("number", TokenKind::Number),
    word("file_descriptor", TokenKind::Number),
    declared("variable_name", "variable_assignment", "name", TokenKind::Variable),
    word("variable_name", TokenKind::Variable),
    word("special_variable_name", TokenKind::Variable),
    declared("word", "function_definition", "name", TokenKind::Function),
    word_in("word", "command_name", "", TokenKind::Function),
];
