//! Java, as tree-sitter-java names it.

use tree_sitter::Node;

use super::table::{Declaration, EMPTY, Name, Table, Word, declared, declares, word, word_in};
use crate::symbol::SymbolKind;
use crate::tokens::TokenKind;

pub(super) static JAVA: Table = Table {
    language: |_| tree_sitter_java::LANGUAGE.into(),
    declarations: DECLARATIONS,
    folds: &[
        "block",
        "class_body",
        "interface_body",
        "enum_body",
        "annotation_type_body",
        "constructor_body",
        "switch_block",
        "array_initializer",
        "argument_list",
        "formal_parameters",
        "module_body",
    ],
    comments: &["line_comment", "block_comment"],
    imports: &["import_declaration"],
    words: WORDS,
    is_private: Some(is_private),
    functions: &["block", "constructor_body", "lambda_expression"],
    ..EMPTY
};

/// Java's classes and C#'s are written alike here: a field is named in its declarator.
const DECLARATIONS: &[Declaration] = &[
    declares("class_declaration", SymbolKind::Class).detail("superclass"),
    declares("record_declaration", SymbolKind::Class).detail("parameters"),
    declares("interface_declaration", SymbolKind::Interface),
    declares("annotation_type_declaration", SymbolKind::Attribute),
    declares("annotation_type_element_declaration", SymbolKind::Method),
    declares("enum_declaration", SymbolKind::Enum),
    declares("enum_constant", SymbolKind::EnumMember),
    declares("method_declaration", SymbolKind::Method).detail("parameters"),
    declares("constructor_declaration", SymbolKind::Constructor).detail("parameters"),
    declares("compact_constructor_declaration", SymbolKind::Constructor),
    declares("field_declaration", SymbolKind::Field).named(Name::Found(declarator)).detail("type"),
    declares("constant_declaration", SymbolKind::Constant).named(Name::Found(declarator)).detail("type"),
    declares("module_declaration", SymbolKind::Module),
];

const WORDS: &[Word] = &[
    word("string_literal", TokenKind::String),
    word("character_literal", TokenKind::String),
    word("decimal_integer_literal", TokenKind::Number),
    word("hex_integer_literal", TokenKind::Number),
    word("octal_integer_literal", TokenKind::Number),
    word("binary_integer_literal", TokenKind::Number),
    word("decimal_floating_point_literal", TokenKind::Number),
    word("hex_floating_point_literal", TokenKind::Number),
    word("true", TokenKind::Boolean),
    word("false", TokenKind::Boolean),
    word("null_literal", TokenKind::BuiltinConstant),
    word("this", TokenKind::SelfParameter),
    word("super", TokenKind::Keyword),
    word("integral_type", TokenKind::BuiltinType),
    word("floating_point_type", TokenKind::BuiltinType),
    word("boolean_type", TokenKind::BuiltinType),
    word("void_type", TokenKind::BuiltinType),
    declared("type_identifier", "type_parameter", "", TokenKind::TypeParameter),
    word("type_identifier", TokenKind::Type),
    declared("identifier", "class_declaration", "name", TokenKind::Class),
    declared("identifier", "record_declaration", "name", TokenKind::Class),
    declared("identifier", "interface_declaration", "name", TokenKind::Interface),
    declared("identifier", "annotation_type_declaration", "name", TokenKind::Decorator),
    declared("identifier", "enum_declaration", "name", TokenKind::Enum),
    declared("identifier", "enum_constant", "name", TokenKind::EnumMember),
    declared("identifier", "method_declaration", "name", TokenKind::Method),
    declared("identifier", "constructor_declaration", "name", TokenKind::Method),
    declared("identifier", "formal_parameter", "name", TokenKind::Parameter),
    declared("identifier", "catch_formal_parameter", "name", TokenKind::Parameter),
    declared("identifier", "inferred_parameters", "", TokenKind::Parameter),
    declared("identifier", "variable_declarator", "name", TokenKind::Variable),
    word_in("identifier", "method_invocation", "name", TokenKind::Method),
    word_in("identifier", "field_access", "field", TokenKind::Property),
    word_in("identifier", "marker_annotation", "name", TokenKind::Decorator),
    word_in("identifier", "annotation", "name", TokenKind::Decorator),
    word_in("identifier", "scoped_identifier", "", TokenKind::Namespace),
    word_in("identifier", "package_declaration", "", TokenKind::Namespace),
    word_in("identifier", "labeled_statement", "", TokenKind::Label),
    word("identifier", TokenKind::Variable),
];

fn declarator(field: Node<'_>) -> Option<Node<'_>> {
    field.child_by_field_name("declarator")?.child_by_field_name("name")
}

fn is_private(node: Node<'_>, text: &str) -> bool {
    let modifiers = node.named_children(&mut node.walk()).find(|child| child.kind() == "modifiers");
    modifiers.is_some_and(|modifiers| text[modifiers.byte_range()].split_whitespace().any(|word| word == "private"))
}
