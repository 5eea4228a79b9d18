//! C, as tree-sitter-c names it; C++'s grammar adds to these names.

use tree_sitter::Node;

use super::table::{Declaration, EMPTY, Name, Table, Word, declared, declares, word, word_in};
use crate::symbol::SymbolKind;
use crate::tokens::TokenKind;

pub(super) static C: Table = Table {
    language: |_| tree_sitter_c::LANGUAGE.into(),
    declarations: DECLARATIONS,
    folds: FOLDS,
    imports: &["preproc_include"],
    words: WORDS,
    functions: FUNCTIONS,
    ..EMPTY
};

pub(super) const FUNCTIONS: &[&str] = &["compound_statement", "lambda_expression", "parameter_list"];

pub(super) const FOLDS: &[&str] = &[
    "compound_statement",
    "field_declaration_list",
    "declaration_list",
    "enumerator_list",
    "initializer_list",
    "argument_list",
    "parameter_list",
    "preproc_if",
    "preproc_ifdef",
    "preproc_else",
    "preproc_elif",
    "raw_string_literal",
    "template_parameter_list",
];

const DECLARATIONS: &[Declaration] = &[
    declares("function_definition", SymbolKind::Function).named(Name::Found(declared_name)).detail("type"),
    declares("declaration", SymbolKind::Function).named(Name::Found(declared_function)),
    declares("declaration", SymbolKind::Variable).named(Name::Found(declared_name)).detail("type"),
    declares("type_definition", SymbolKind::TypeAlias).named(Name::Found(declared_name)).detail("type"),
    declares("struct_specifier", SymbolKind::Struct).only("body", &["field_declaration_list"]),
    declares("union_specifier", SymbolKind::Struct).only("body", &["field_declaration_list"]),
    declares("enum_specifier", SymbolKind::Enum).only("body", &["enumerator_list"]),
    declares("enumerator", SymbolKind::EnumMember),
    declares("field_declaration", SymbolKind::Field).named(Name::Found(declared_name)).detail("type"),
    declares("preproc_def", SymbolKind::Constant),
    declares("preproc_function_def", SymbolKind::Macro).detail("parameters"),
];

pub(super) const WORDS: &[Word] = &[
    word("string_literal", TokenKind::String),
    word("raw_string_literal", TokenKind::String),
    word("system_lib_string", TokenKind::String),
    word("char_literal", TokenKind::String),
    word("number_literal", TokenKind::Number),
    word("true", TokenKind::Boolean),
    word("false", TokenKind::Boolean),
    word("null", TokenKind::BuiltinConstant),
    word("this", TokenKind::SelfParameter),
    word("auto", TokenKind::Keyword),
    word("primitive_type", TokenKind::BuiltinType),
    word("sized_type_specifier", TokenKind::BuiltinType),
    word("preproc_directive", TokenKind::Keyword),
    word("statement_identifier", TokenKind::Label),
    word("namespace_identifier", TokenKind::Namespace),
    declared("type_identifier", "struct_specifier", "name", TokenKind::Struct),
    declared("type_identifier", "union_specifier", "name", TokenKind::Struct),
    declared("type_identifier", "class_specifier", "name", TokenKind::Class),
    declared("type_identifier", "enum_specifier", "name", TokenKind::Enum),
    declared("type_identifier", "type_definition", "declarator", TokenKind::Type),
    word("type_identifier", TokenKind::Type),
    declared("field_identifier", "function_declarator", "declarator", TokenKind::Method),
    declared("field_identifier", "field_declaration", "declarator", TokenKind::Property),
    word("field_identifier", TokenKind::Property),
    declared("identifier", "preproc_def", "name", TokenKind::Macro),
    declared("identifier", "preproc_function_def", "name", TokenKind::Macro),
    declared("identifier", "enumerator", "name", TokenKind::EnumMember),
    declared("identifier", "function_declarator", "declarator", TokenKind::Function),
    declared("identifier", "parameter_declaration", "declarator", TokenKind::Parameter),
    declared("identifier", "init_declarator", "declarator", TokenKind::Variable),
    declared("identifier", "declaration", "declarator", TokenKind::Variable),
    declared("identifier", "pointer_declarator", "declarator", TokenKind::Variable),
    declared("identifier", "array_declarator", "declarator", TokenKind::Variable),
    declared("identifier", "reference_declarator", "", TokenKind::Variable),
    word_in("identifier", "call_expression", "function", TokenKind::Function),
    word("identifier", TokenKind::Variable),
];

/// The name in the innermost declarator: `a` of `int *(*a[3])(void)`.
pub(super) fn declared_name(node: Node<'_>) -> Option<Node<'_>> {
    let mut name = node.child_by_field_name("declarator")?;
    loop {
        let inner = name.child_by_field_name("declarator").or_else(|| match name.kind() {
            "parenthesized_declarator" | "reference_declarator" | "attributed_declarator" => name.named_child(0),
            "qualified_identifier" | "template_function" | "template_method" => name.child_by_field_name("name"),
            _ => None,
        });
        match inner {
            Some(inner) => name = inner,
            None => return Some(name),
        }
    }
}

/// The same, where it is the name of a function: `f` of `char *f(void)`.
pub(super) fn declared_function(node: Node<'_>) -> Option<Node<'_>> {
    let mut declarator = node.child_by_field_name("declarator")?;
    while declarator.kind() != "function_declarator" {
        declarator = declarator
            .child_by_field_name("declarator")
            .or_else(|| (declarator.kind() == "reference_declarator").then(|| declarator.named_child(0)).flatten())?;
    }
    // A pointer to a function is a variable.
    let name = declarator.child_by_field_name("declarator")?;
    if name.kind() == "parenthesized_declarator" { None } else { declared_name(node) }
}
