//! JavaScript with JSX, as tree-sitter-javascript names it; TypeScript's grammar adds to these names.

use tree_sitter::Node;

use super::table::{Declaration, EMPTY, Name, Table, Word, declared, declares, word, word_in};
use crate::symbol::SymbolKind;
use crate::tokens::TokenKind;

pub(super) static JAVASCRIPT: Table = Table {
    language: |_| tree_sitter_javascript::LANGUAGE.into(),
    declarations: DECLARATIONS,
    folds: FOLDS,
    imports: &["import_statement"],
    comments: &["comment", "html_comment", "hash_bang_line"],
    words: WORDS,
    is_private: Some(is_private),
    functions: FUNCTIONS,
    ..EMPTY
};

/// What may stand around a function that a variable holds.
pub(super) const VALUES: &[&str] = &["arrow_function", "function_expression", "generator_function"];
pub(super) const STATEMENTS: &[&str] = &["lexical_declaration", "variable_declaration", "export_statement"];
pub(super) const FUNCTIONS: &[&str] = &[
    "function_declaration",
    "generator_function_declaration",
    "function_expression",
    "generator_function",
    "arrow_function",
    "method_definition",
    "class_static_block",
];

const DECLARATIONS: &[Declaration] = &[
    declares("class_declaration", SymbolKind::Class).within(&["export_statement"]),
    declares("class", SymbolKind::Class),
    declares("function_declaration", SymbolKind::Function).detail("parameters").within(&["export_statement"]),
    declares("generator_function_declaration", SymbolKind::Function).detail("parameters").within(&["export_statement"]),
    declares("method_definition", SymbolKind::Method).detail("parameters"),
    declares("field_definition", SymbolKind::Method).named(Name::Field("property")).only("value", VALUES),
    declares("field_definition", SymbolKind::Field).named(Name::Field("property")),
    declares("pair", SymbolKind::Method).named(Name::Field("key")).only("value", VALUES),
    declares("variable_declarator", SymbolKind::Function).only("value", VALUES).within(STATEMENTS),
    declares("variable_declarator", SymbolKind::Variable).only("name", &["identifier"]).within(STATEMENTS),
];

pub(super) const FOLDS: &[&str] = &[
    "statement_block",
    "class_body",
    "class_static_block",
    "object",
    "object_pattern",
    "array",
    "array_pattern",
    "arguments",
    "formal_parameters",
    "switch_body",
    "named_imports",
    "export_clause",
    "template_string",
    "jsx_element",
    "jsx_self_closing_element",
    "parenthesized_expression",
    // TypeScript's.
    "interface_body",
    "object_type",
    "enum_body",
    "union_type",
    "type_parameters",
    "type_arguments",
];

const WORDS: &[Word] = &[
    word("string", TokenKind::String),
    word("string_fragment", TokenKind::String),
    word("`", TokenKind::String),
    word("escape_sequence", TokenKind::EscapeSequence),
    word("regex", TokenKind::String),
    word("number", TokenKind::Number),
    word("true", TokenKind::Boolean),
    word("false", TokenKind::Boolean),
    word("null", TokenKind::BuiltinConstant),
    word("undefined", TokenKind::BuiltinConstant),
    word("this", TokenKind::SelfParameter),
    word("super", TokenKind::Keyword),
    word("import", TokenKind::Keyword),
    word("statement_identifier", TokenKind::Label),
    word("private_property_identifier", TokenKind::Property),
    declared("property_identifier", "method_definition", "name", TokenKind::Method),
    declared("property_identifier", "field_definition", "property", TokenKind::Property),
    word("property_identifier", TokenKind::Property),
    word("shorthand_property_identifier", TokenKind::Variable),
    word("shorthand_property_identifier_pattern", TokenKind::Variable),
    declared("identifier", "class_declaration", "name", TokenKind::Class),
    declared("identifier", "class", "name", TokenKind::Class),
    word_in("identifier", "class_heritage", "", TokenKind::Class),
    word_in("identifier", "new_expression", "constructor", TokenKind::Class),
    declared("identifier", "function_declaration", "name", TokenKind::Function),
    declared("identifier", "generator_function_declaration", "name", TokenKind::Function),
    declared("identifier", "function_expression", "name", TokenKind::Function),
    declared("identifier", "formal_parameters", "", TokenKind::Parameter),
    declared("identifier", "arrow_function", "parameter", TokenKind::Parameter),
    declared("identifier", "variable_declarator", "name", TokenKind::Variable),
    word_in("identifier", "decorator", "", TokenKind::Decorator),
    word_in("identifier", "jsx_opening_element", "name", TokenKind::Type),
    word_in("identifier", "jsx_closing_element", "name", TokenKind::Type),
    word_in("identifier", "jsx_self_closing_element", "name", TokenKind::Type),
    word_in("identifier", "namespace_import", "", TokenKind::Namespace),
    word_in("identifier", "call_expression", "function", TokenKind::Function),
    word("identifier", TokenKind::Variable),
];

/// Members say it themselves; of a module, what is not exported is its own.
pub(super) fn is_private(node: Node<'_>, text: &str) -> bool {
    let name = node.child_by_field_name("name").or_else(|| node.child_by_field_name("property"));
    if name.is_some_and(|name| name.kind() == "private_property_identifier") {
        return true;
    }
    let modifier = node.named_children(&mut node.walk()).find(|child| child.kind() == "accessibility_modifier");
    if modifier.is_some_and(|modifier| &text[modifier.byte_range()] == "private") {
        return true;
    }
    let mut above = node.parent();
    while let Some(parent) = above {
        match parent.kind() {
            "export_statement"
            | "ambient_declaration"
            | "class_body"
            | "interface_body"
            | "object_type"
            | "enum_body"
            | "object" => return false,
            "lexical_declaration" | "variable_declaration" | "variable_declarator" => above = parent.parent(),
            _ => return true,
        }
    }
    true
}
