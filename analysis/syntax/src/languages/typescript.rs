//! TypeScript, as tree-sitter-typescript names it.
//!
//! There are two dialects, for files with JSX and for those without: `<T>x` is a cast in one and begins
//! an element in the other. Which it is stands in the file's name, which a tree does not know; so the
//! text is read as what it looks like, and as the other if that does not fit.

use super::javascript::{FOLDS, FUNCTIONS, STATEMENTS, VALUES, is_private};
use super::table::{Declaration, EMPTY, Name, Table, Word, declared, declares, word, word_in};
use crate::symbol::SymbolKind;
use crate::tokens::TokenKind;

pub(super) static TYPESCRIPT: Table = Table {
    language: |text| dialect(text, false),
    dialect: Some(|text| dialect(text, true)),
    declarations: DECLARATIONS,
    folds: FOLDS,
    imports: &["import_statement"],
    comments: &["comment", "html_comment", "hash_bang_line"],
    words: WORDS,
    no_keywords: &["any", "number", "boolean", "string", "symbol", "unknown", "never", "object"],
    is_private: Some(is_private),
    functions: FUNCTIONS,
    ..EMPTY
};

/// The dialect that a text looks like, or the other one.
fn dialect(text: &str, other: bool) -> tree_sitter::Language {
    let has_elements = text.contains("</") || text.contains("/>");
    if has_elements == other {
        tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()
    } else {
        tree_sitter_typescript::LANGUAGE_TSX.into()
    }
}

const EXPORTED: &[&str] = &["export_statement", "ambient_declaration"];

const DECLARATIONS: &[Declaration] = &[
    declares("class_declaration", SymbolKind::Class).within(EXPORTED),
    declares("abstract_class_declaration", SymbolKind::Class).within(EXPORTED),
    declares("class", SymbolKind::Class),
    declares("interface_declaration", SymbolKind::Interface).within(EXPORTED),
    declares("enum_declaration", SymbolKind::Enum).within(EXPORTED),
    declares("enum_assignment", SymbolKind::EnumMember),
    declares("property_identifier", SymbolKind::EnumMember).named(Name::Itself).below("enum_body"),
    declares("type_alias_declaration", SymbolKind::TypeAlias).within(EXPORTED),
    declares("internal_module", SymbolKind::Module).within(&["expression_statement", "export_statement"]),
    declares("module", SymbolKind::Module).within(EXPORTED),
    declares("function_declaration", SymbolKind::Function).detail("parameters").within(EXPORTED),
    declares("generator_function_declaration", SymbolKind::Function).detail("parameters").within(EXPORTED),
    declares("function_signature", SymbolKind::Function).detail("parameters").within(EXPORTED),
    declares("method_definition", SymbolKind::Method).detail("parameters"),
    declares("method_signature", SymbolKind::Method).detail("parameters"),
    declares("abstract_method_signature", SymbolKind::Method).detail("parameters"),
    declares("public_field_definition", SymbolKind::Method).only("value", VALUES),
    declares("public_field_definition", SymbolKind::Field).detail("type"),
    declares("property_signature", SymbolKind::Field).detail("type"),
    declares("pair", SymbolKind::Method).named(Name::Field("key")).only("value", VALUES),
    declares("variable_declarator", SymbolKind::Function).only("value", VALUES).within(STATEMENTS),
    declares("variable_declarator", SymbolKind::Variable)
        .only("name", &["identifier"])
        .detail("type")
        .within(STATEMENTS),
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
    word("accessibility_modifier", TokenKind::Keyword),
    word("override_modifier", TokenKind::Keyword),
    word("predefined_type", TokenKind::BuiltinType),
    word("statement_identifier", TokenKind::Label),
    declared("type_identifier", "class_declaration", "name", TokenKind::Class),
    declared("type_identifier", "abstract_class_declaration", "name", TokenKind::Class),
    declared("type_identifier", "interface_declaration", "name", TokenKind::Interface),
    declared("type_identifier", "type_alias_declaration", "name", TokenKind::Type),
    declared("type_identifier", "type_parameter", "name", TokenKind::TypeParameter),
    word("type_identifier", TokenKind::Type),
    declared("property_identifier", "method_definition", "name", TokenKind::Method),
    declared("property_identifier", "method_signature", "name", TokenKind::Method),
    declared("property_identifier", "abstract_method_signature", "name", TokenKind::Method),
    declared("property_identifier", "public_field_definition", "name", TokenKind::Property),
    declared("property_identifier", "property_signature", "name", TokenKind::Property),
    declared("property_identifier", "enum_assignment", "name", TokenKind::EnumMember),
    declared("property_identifier", "enum_body", "name", TokenKind::EnumMember),
    word("private_property_identifier", TokenKind::Property),
    word("property_identifier", TokenKind::Property),
    word("shorthand_property_identifier", TokenKind::Variable),
    word("shorthand_property_identifier_pattern", TokenKind::Variable),
    declared("identifier", "enum_declaration", "name", TokenKind::Enum),
    declared("identifier", "internal_module", "name", TokenKind::Namespace),
    declared("identifier", "module", "name", TokenKind::Namespace),
    word_in("identifier", "extends_clause", "value", TokenKind::Class),
    word_in("identifier", "new_expression", "constructor", TokenKind::Class),
    declared("identifier", "function_declaration", "name", TokenKind::Function),
    declared("identifier", "generator_function_declaration", "name", TokenKind::Function),
    declared("identifier", "function_signature", "name", TokenKind::Function),
    declared("identifier", "function_expression", "name", TokenKind::Function),
    declared("identifier", "required_parameter", "pattern", TokenKind::Parameter),
    declared("identifier", "optional_parameter", "pattern", TokenKind::Parameter),
    declared("identifier", "arrow_function", "parameter", TokenKind::Parameter),
    declared("identifier", "variable_declarator", "name", TokenKind::Variable),
    word_in("identifier", "decorator", "", TokenKind::Decorator),
    word_in("identifier", "jsx_opening_element", "name", TokenKind::Type),
    word_in("identifier", "jsx_closing_element", "name", TokenKind::Type),
    word_in("identifier", "jsx_self_closing_element", "name", TokenKind::Type),
    word_in("identifier", "namespace_import", "", TokenKind::Namespace),
    word_in("identifier", "nested_type_identifier", "module", TokenKind::Namespace),
    word_in("identifier", "call_expression", "function", TokenKind::Function),
    word("identifier", TokenKind::Variable),
];
