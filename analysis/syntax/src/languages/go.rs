//! Go, as tree-sitter-go names it.

use tree_sitter::Node;

use super::table::{Declaration, EMPTY, Name, Table, Word, declared, declares, word, word_in};
use crate::symbol::SymbolKind;
use crate::tokens::TokenKind;

pub(super) static GO: Table = Table {
    language: |_| tree_sitter_go::LANGUAGE.into(),
    declarations: DECLARATIONS,
    folds: &[
        "block",
        "field_declaration_list",
        "interface_type",
        "literal_value",
        "argument_list",
        "parameter_list",
        "expression_switch_statement",
        "type_switch_statement",
        "select_statement",
        "const_declaration",
        "var_declaration",
        "type_declaration",
        "import_spec_list",
        "raw_string_literal",
    ],
    imports: &["import_declaration"],
    words: WORDS,
    is_private: Some(|node, text| {
        let name = match node.kind() {
            "field_declaration" => node.child_by_field_name("name").or_else(|| embedded_name(node)),
            _ => node.child_by_field_name("name"),
        };
        // In Go the case of the first letter says it.
        !name.is_some_and(|name| text[name.byte_range()].starts_with(char::is_uppercase))
    }),
    functions: &["block", "func_literal"],
    ..EMPTY
};

const DECLARATIONS: &[Declaration] = &[
    declares("function_declaration", SymbolKind::Function).detail("parameters"),
    declares("method_declaration", SymbolKind::Method).detail("parameters"),
    declares("method_elem", SymbolKind::Method).detail("parameters"),
    declares("type_spec", SymbolKind::Struct).only("type", &["struct_type"]).within(&["type_declaration"]),
    declares("type_spec", SymbolKind::Interface).only("type", &["interface_type"]).within(&["type_declaration"]),
    declares("type_spec", SymbolKind::Class).detail("type").within(&["type_declaration"]),
    declares("type_alias", SymbolKind::TypeAlias).detail("type").within(&["type_declaration"]),
    declares("field_declaration", SymbolKind::Field).named(Name::Found(field_name)).detail("type"),
    declares("const_spec", SymbolKind::Constant).detail("type").within(&["const_declaration"]),
    declares("var_spec", SymbolKind::Variable).detail("type").within(&["var_spec_list", "var_declaration"]),
];

const WORDS: &[Word] = &[
    word("interpreted_string_literal", TokenKind::String),
    word("raw_string_literal", TokenKind::String),
    word("rune_literal", TokenKind::String),
    word("int_literal", TokenKind::Number),
    word("float_literal", TokenKind::Number),
    word("imaginary_literal", TokenKind::Number),
    word("true", TokenKind::Boolean),
    word("false", TokenKind::Boolean),
    word("nil", TokenKind::BuiltinConstant),
    word("iota", TokenKind::BuiltinConstant),
    word("package_identifier", TokenKind::Namespace),
    word("label_name", TokenKind::Label),
    declared("type_identifier", "type_spec", "name", TokenKind::Type),
    declared("type_identifier", "type_alias", "name", TokenKind::Type),
    word("type_identifier", TokenKind::Type),
    declared("field_identifier", "method_declaration", "name", TokenKind::Method),
    declared("field_identifier", "method_elem", "name", TokenKind::Method),
    declared("field_identifier", "field_declaration", "name", TokenKind::Property),
    word("field_identifier", TokenKind::Property),
    declared("identifier", "function_declaration", "name", TokenKind::Function),
    declared("identifier", "type_parameter_declaration", "name", TokenKind::TypeParameter),
    declared("identifier", "parameter_declaration", "name", TokenKind::Parameter),
    declared("identifier", "variadic_parameter_declaration", "name", TokenKind::Parameter),
    declared("identifier", "const_spec", "name", TokenKind::Variable),
    declared("identifier", "var_spec", "name", TokenKind::Variable),
    word_in("identifier", "call_expression", "function", TokenKind::Function),
    word("identifier", TokenKind::Variable),
];

/// The name of a field; of an embedded one that of its type.
fn field_name(field: Node<'_>) -> Option<Node<'_>> {
    field.child_by_field_name("name").or_else(|| embedded_name(field))
}

fn embedded_name(field: Node<'_>) -> Option<Node<'_>> {
    let mut embedded = field.child_by_field_name("type")?;
    while let Some(inner) = embedded.child_by_field_name("name").or_else(|| embedded.child_by_field_name("type")) {
        embedded = inner;
    }
    Some(embedded)
}
