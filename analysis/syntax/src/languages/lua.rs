//! Lua, as tree-sitter-lua names it.

use tree_sitter::Node;

use super::table::{Declaration, EMPTY, Name, Table, Word, declared, declares, word, word_in};
use crate::scopes::{Binds, Scopes};
use crate::symbol::SymbolKind;
use crate::tokens::TokenKind;

pub(super) static LUA: Table = Table {
    language: |_| tree_sitter_lua::LANGUAGE.into(),
    declarations: DECLARATIONS,
    folds: &[
        "function_declaration",
        "function_definition",
        "table_constructor",
        "if_statement",
        "while_statement",
        "repeat_statement",
        "for_statement",
        "do_statement",
        "arguments",
        "parameters",
    ],
    words: WORDS,
    functions: &["function_declaration", "function_definition"],
    scopes: Some(&SCOPES),
    ..EMPTY
};

const DECLARATIONS: &[Declaration] = &[
    declares("function_declaration", SymbolKind::Function).named(Name::Found(last_part)).detail("parameters"),
    declares("field", SymbolKind::Function).only("value", &["function_definition"]),
    declares("variable_declaration", SymbolKind::Variable).named(Name::Found(first_name)),
];

const WORDS: &[Word] = &[
    word("string", TokenKind::String),
    word("number", TokenKind::Number),
    word("true", TokenKind::Boolean),
    word("false", TokenKind::Boolean),
    word("nil", TokenKind::BuiltinConstant),
    word("break_statement", TokenKind::Keyword),
    word("vararg_expression", TokenKind::Parameter),
    declared("identifier", "function_declaration", "name", TokenKind::Function),
    declared("identifier", "parameters", "name", TokenKind::Parameter),
    declared("identifier", "field", "name", TokenKind::Property),
    word_in("identifier", "dot_index_expression", "field", TokenKind::Property),
    word_in("identifier", "method_index_expression", "method", TokenKind::Method),
    word_in("identifier", "function_call", "name", TokenKind::Function),
    word_in("identifier", "label_statement", "", TokenKind::Label),
    word_in("identifier", "goto_statement", "", TokenKind::Label),
    word("identifier", TokenKind::Variable),
];

/// Lua binds names lexically: a local is visible from the end of its statement to the end of its block.
const SCOPES: Scopes = Scopes {
    scopes: &[
        "block",
        "function_declaration",
        "function_definition",
        "for_statement",
        "while_statement",
        "repeat_statement",
        "do_statement",
        "if_statement",
        "elseif_statement",
        "else_statement",
    ],
    // The condition of `until` sees what the body binds.
    open: &[("block", "repeat_statement")],
    bindings: &[
        Binds { name: "identifier", path: &["variable_list", "variable_declaration"], keyword: "local", within: false },
        Binds {
            name: "identifier",
            path: &["variable_list", "assignment_statement", "variable_declaration"],
            keyword: "local",
            within: false,
        },
        Binds { name: "identifier", path: &["function_declaration"], keyword: "local", within: true },
        Binds { name: "identifier", path: &["parameters"], keyword: "", within: false },
        Binds { name: "identifier", path: &["for_numeric_clause"], keyword: "", within: false },
        Binds { name: "identifier", path: &["variable_list", "for_generic_clause"], keyword: "", within: false },
    ],
    members: &[
        ("identifier", "dot_index_expression", "field"),
        ("identifier", "method_index_expression", "method"),
        ("identifier", "field", "name"),
        ("identifier", "label_statement", ""),
        ("identifier", "goto_statement", ""),
    ],
};

/// `c` of `function a.b.c()` and of `function a:c()`.
fn last_part(function: Node<'_>) -> Option<Node<'_>> {
    let name = function.child_by_field_name("name")?;
    let part = name.child_by_field_name("field").or_else(|| name.child_by_field_name("method"));
    Some(part.unwrap_or(name))
}

/// The first name of `local a, b = 1, 2`.
fn first_name(declaration: Node<'_>) -> Option<Node<'_>> {
    let mut node = declaration.named_child(0)?;
    while node.kind() != "identifier" {
        node = node.named_child(0)?;
    }
    Some(node)
}
