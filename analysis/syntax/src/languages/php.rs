//! PHP, as tree-sitter-php names it.

use tree_sitter::Node;

use super::table::{Declaration, EMPTY, Name, Table, Word, declared, declares, word, word_in};
use crate::symbol::SymbolKind;
use crate::tokens::TokenKind;

pub(super) static PHP: Table = Table {
    language: |_| tree_sitter_php::LANGUAGE_PHP.into(),
    declarations: DECLARATIONS,
    folds: &[
        "compound_statement",
        "declaration_list",
        "enum_declaration_list",
        "array_creation_expression",
        "arguments",
        "formal_parameters",
        "switch_block",
        "match_block",
        "colon_block",
        "heredoc",
        "nowdoc",
        "property_hook_list",
    ],
    imports: &["namespace_use_declaration"],
    words: WORDS,
    is_private: Some(|node, text| {
        node.named_children(&mut node.walk())
            .any(|child| child.kind() == "visibility_modifier" && &text[child.byte_range()] == "private")
    }),
    functions: &["compound_statement", "anonymous_function", "arrow_function"],
    ..EMPTY
};

const DECLARATIONS: &[Declaration] = &[
    declares("namespace_definition", SymbolKind::Module),
    declares("class_declaration", SymbolKind::Class),
    declares("interface_declaration", SymbolKind::Interface),
    declares("trait_declaration", SymbolKind::Interface),
    declares("enum_declaration", SymbolKind::Enum),
    declares("enum_case", SymbolKind::EnumMember),
    declares("function_definition", SymbolKind::Function).detail("parameters"),
    declares("method_declaration", SymbolKind::Method).detail("parameters"),
    declares("const_element", SymbolKind::Constant).named(Name::Found(|element| element.named_child(0))),
    declares("property_element", SymbolKind::Field).named(Name::Found(variable)),
    declares("property_promotion_parameter", SymbolKind::Field).named(Name::Found(variable)).detail("type"),
];

const WORDS: &[Word] = &[
    word("string", TokenKind::String),
    word("string_content", TokenKind::String),
    word("\"", TokenKind::String),
    word("escape_sequence", TokenKind::EscapeSequence),
    word("heredoc_start", TokenKind::String),
    word("heredoc_end", TokenKind::String),
    word("nowdoc_string", TokenKind::String),
    word("integer", TokenKind::Number),
    word("float", TokenKind::Number),
    word("boolean", TokenKind::Boolean),
    word("null", TokenKind::BuiltinConstant),
    word("primitive_type", TokenKind::BuiltinType),
    word("visibility_modifier", TokenKind::Keyword),
    word("static_modifier", TokenKind::Keyword),
    word("abstract_modifier", TokenKind::Keyword),
    word("final_modifier", TokenKind::Keyword),
    word("readonly_modifier", TokenKind::Keyword),
    declared("name", "class_declaration", "name", TokenKind::Class),
    declared("name", "interface_declaration", "name", TokenKind::Interface),
    declared("name", "trait_declaration", "name", TokenKind::Interface),
    declared("name", "enum_declaration", "name", TokenKind::Enum),
    declared("name", "enum_case", "name", TokenKind::EnumMember),
    declared("name", "function_definition", "name", TokenKind::Function),
    declared("name", "method_declaration", "name", TokenKind::Method),
    declared("name", "const_element", "", TokenKind::Variable),
    word_in("name", "function_call_expression", "function", TokenKind::Function),
    word_in("name", "member_call_expression", "name", TokenKind::Method),
    word_in("name", "nullsafe_member_call_expression", "name", TokenKind::Method),
    word_in("name", "scoped_call_expression", "name", TokenKind::Method),
    word_in("name", "member_access_expression", "name", TokenKind::Property),
    word_in("name", "nullsafe_member_access_expression", "name", TokenKind::Property),
    word_in("name", "named_type", "", TokenKind::Type),
    word_in("name", "base_clause", "", TokenKind::Class),
    word_in("name", "class_interface_clause", "", TokenKind::Interface),
    word_in("name", "object_creation_expression", "", TokenKind::Class),
    word_in("name", "attribute", "", TokenKind::Decorator),
    word_in("name", "namespace_name", "", TokenKind::Namespace),
    word_in("name", "variable_name", "", TokenKind::Variable),
    word("name", TokenKind::Variable),
];

/// The name of a variable, without the sign before it.
fn variable(node: Node<'_>) -> Option<Node<'_>> {
    node.child_by_field_name("name")?.named_child(0)
}
