//! C#, as tree-sitter-c-sharp names it.

use tree_sitter::Node;

use super::table::{Declaration, EMPTY, Name, Table, Word, declared, declares, word, word_in};
use crate::symbol::SymbolKind;
use crate::tokens::TokenKind;

pub(super) static CSHARP: Table = Table {
    language: |_| tree_sitter_c_sharp::LANGUAGE.into(),
    declarations: DECLARATIONS,
    folds: &[
        "block",
        "declaration_list",
        "enum_member_declaration_list",
        "accessor_list",
        "switch_body",
        "initializer_expression",
        "argument_list",
        "parameter_list",
        "switch_expression",
        "raw_string_literal",
        "verbatim_string_literal",
        "preproc_if",
        "preproc_else",
    ],
    comments: &["comment"],
    imports: &["using_directive", "extern_alias_directive"],
    words: WORDS,
    is_private: Some(is_private),
    functions: &["block", "lambda_expression", "anonymous_method_expression"],
    ..EMPTY
};

const DECLARATIONS: &[Declaration] = &[
    declares("namespace_declaration", SymbolKind::Module).named(Name::Found(last_part)),
    declares("file_scoped_namespace_declaration", SymbolKind::Module).named(Name::Found(last_part)),
    declares("class_declaration", SymbolKind::Class),
    declares("record_declaration", SymbolKind::Class),
    declares("struct_declaration", SymbolKind::Struct),
    declares("interface_declaration", SymbolKind::Interface),
    declares("enum_declaration", SymbolKind::Enum),
    declares("enum_member_declaration", SymbolKind::EnumMember),
    declares("delegate_declaration", SymbolKind::TypeAlias).detail("parameters"),
    declares("method_declaration", SymbolKind::Method).detail("parameters"),
    declares("local_function_statement", SymbolKind::Function).detail("parameters"),
    declares("constructor_declaration", SymbolKind::Constructor).detail("parameters"),
    declares("destructor_declaration", SymbolKind::Method),
    declares("property_declaration", SymbolKind::Property).detail("type"),
    declares("event_declaration", SymbolKind::Property).detail("type"),
    declares("field_declaration", SymbolKind::Field).named(Name::Found(declarator)),
    declares("event_field_declaration", SymbolKind::Field).named(Name::Found(declarator)),
];

const WORDS: &[Word] = &[
    word("string_literal", TokenKind::String),
    word("verbatim_string_literal", TokenKind::String),
    word("raw_string_literal", TokenKind::String),
    word("character_literal", TokenKind::String),
    word("string_content", TokenKind::String),
    word("interpolation_start", TokenKind::String),
    word("integer_literal", TokenKind::Number),
    word("real_literal", TokenKind::Number),
    word("boolean_literal", TokenKind::Boolean),
    word("null_literal", TokenKind::BuiltinConstant),
    word("this", TokenKind::SelfParameter),
    word("predefined_type", TokenKind::BuiltinType),
    word("implicit_type", TokenKind::Keyword),
    word("modifier", TokenKind::Keyword),
    declared("identifier", "class_declaration", "name", TokenKind::Class),
    declared("identifier", "record_declaration", "name", TokenKind::Class),
    declared("identifier", "struct_declaration", "name", TokenKind::Struct),
    declared("identifier", "interface_declaration", "name", TokenKind::Interface),
    declared("identifier", "enum_declaration", "name", TokenKind::Enum),
    declared("identifier", "enum_member_declaration", "name", TokenKind::EnumMember),
    declared("identifier", "method_declaration", "name", TokenKind::Method),
    declared("identifier", "local_function_statement", "name", TokenKind::Function),
    declared("identifier", "constructor_declaration", "name", TokenKind::Method),
    declared("identifier", "property_declaration", "name", TokenKind::Property),
    declared("identifier", "parameter", "name", TokenKind::Parameter),
    declared("identifier", "type_parameter", "name", TokenKind::TypeParameter),
    declared("identifier", "variable_declarator", "name", TokenKind::Variable),
    word_in("identifier", "", "type", TokenKind::Type),
    word_in("identifier", "", "returns", TokenKind::Type),
    word_in("identifier", "generic_name", "", TokenKind::Type),
    word_in("identifier", "base_list", "", TokenKind::Type),
    word_in("identifier", "type_argument_list", "", TokenKind::Type),
    word_in("identifier", "attribute", "name", TokenKind::Decorator),
    word_in("identifier", "qualified_name", "", TokenKind::Namespace),
    word_in("identifier", "using_directive", "", TokenKind::Namespace),
    word_in("identifier", "namespace_declaration", "name", TokenKind::Namespace),
    word_in("identifier", "file_scoped_namespace_declaration", "name", TokenKind::Namespace),
    word_in("identifier", "invocation_expression", "function", TokenKind::Method),
    word_in("identifier", "member_access_expression", "name", TokenKind::Property),
    word("identifier", TokenKind::Variable),
];

fn declarator(field: Node<'_>) -> Option<Node<'_>> {
    let variables = field.named_children(&mut field.walk()).find(|child| child.kind() == "variable_declaration")?;
    let first = variables.named_children(&mut variables.walk()).find(|child| child.kind() == "variable_declarator");
    first?.child_by_field_name("name")
}

/// `C` of `A.B.C`.
fn last_part(namespace: Node<'_>) -> Option<Node<'_>> {
    let mut name = namespace.child_by_field_name("name")?;
    while let Some(inner) = name.child_by_field_name("name") {
        name = inner;
    }
    Some(name)
}

/// Members are private unless they say otherwise; everything else is open to its own program.
fn is_private(node: Node<'_>, text: &str) -> bool {
    let says = |wanted: &[&str]| {
        node.named_children(&mut node.walk())
            .any(|child| child.kind() == "modifier" && wanted.contains(&&text[child.byte_range()]))
    };
    let of_class = node.parent().and_then(|list| list.parent());
    let is_member = of_class
        .is_some_and(|class| matches!(class.kind(), "class_declaration" | "struct_declaration" | "record_declaration"));
    says(&["private"]) || is_member && !says(&["public", "protected", "internal"])
}
