//! Rust, as tree-sitter-rust names it.

use tree_sitter::Node;

use super::{Declared, Grammar};
use crate::folding::FoldingKind;
use crate::symbol::SymbolKind;
use crate::tokens::{TokenKind, TokenModifiers};

pub(crate) struct Rust;

impl Grammar for Rust {
    fn language(&self, _text: &str) -> tree_sitter::Language {
        tree_sitter_rust::LANGUAGE.into()
    }

    fn declaration<'tree>(&self, node: Node<'tree>) -> Option<Declared<'tree>> {
        let (kind, name, detail) = match node.kind() {
            "mod_item" => (SymbolKind::Module, "name", None),
            "struct_item" | "union_item" => (SymbolKind::Struct, "name", Some("type_parameters")),
            "enum_item" => (SymbolKind::Enum, "name", Some("type_parameters")),
            "enum_variant" => (SymbolKind::EnumMember, "name", None),
            "trait_item" => (SymbolKind::Interface, "name", Some("type_parameters")),
            "impl_item" => (SymbolKind::Implementation, "type", Some("trait")),
            "function_item" | "function_signature_item" => (SymbolKind::Function, "name", Some("parameters")),
            "const_item" => (SymbolKind::Constant, "name", Some("type")),
            "static_item" => (SymbolKind::Variable, "name", Some("type")),
            "type_item" | "associated_type" => (SymbolKind::TypeAlias, "name", Some("type")),
            "macro_definition" => (SymbolKind::Macro, "name", None),
            "field_declaration" => (SymbolKind::Field, "name", Some("type")),
            _ => return None,
        };
        let name = node.child_by_field_name(name)?;
        let detail = detail.and_then(|field| node.child_by_field_name(field));
        Some(Declared { kind, name: Some(name), label: None, detail, whole: None })
    }

    fn is_public(&self, node: Node<'_>, _text: &str) -> bool {
        let visible = node.children(&mut node.walk()).any(|child| child.kind() == "visibility_modifier");
        visible || matches!(node.kind(), "enum_variant" | "impl_item")
    }

    fn fold(&self, node: Node<'_>) -> Option<FoldingKind> {
        match node.kind() {
            "block"
            | "declaration_list"
            | "field_declaration_list"
            | "enum_variant_list"
            | "match_block"
            | "arguments"
            | "parameters"
            | "array_expression"
            | "tuple_expression"
            | "field_initializer_list"
            | "token_tree"
            | "use_list"
            | "where_clause" => Some(FoldingKind::Code),
            "block_comment" => Some(FoldingKind::Comment),
            _ => None,
        }
    }

    fn fold_run(&self, node: Node<'_>) -> Option<FoldingKind> {
        match node.kind() {
            "line_comment" => Some(FoldingKind::Comment),
            "use_declaration" | "extern_crate_declaration" => Some(FoldingKind::Imports),
            _ => None,
        }
    }

    fn token(&self, node: Node<'_>) -> Option<(TokenKind, TokenModifiers)> {
        let none = TokenModifiers::default();
        let parent = node.parent();
        let is_field = |kind: &str, field: &str| {
            parent.is_some_and(|parent| parent.kind() == kind && parent.child_by_field_name(field) == Some(node))
        };
        Some(match node.kind() {
            "line_comment" | "block_comment" => (TokenKind::Comment, none),
            "string_literal" | "raw_string_literal" | "char_literal" => (TokenKind::String, none),
            "integer_literal" | "float_literal" => (TokenKind::Number, none),
            "boolean_literal" => (TokenKind::Boolean, none),
            "lifetime" => (TokenKind::Lifetime, none),
            "primitive_type" => (TokenKind::BuiltinType, none),
            "self" => (TokenKind::SelfParameter, none),
            "field_identifier" if parent.is_some_and(|parent| is_called(parent)) => (TokenKind::Method, none),
            "field_identifier" | "shorthand_field_identifier" => (TokenKind::Property, none),
            "type_identifier" if is_field("struct_item", "name") => (TokenKind::Struct, TokenModifiers::DECLARATION),
            "type_identifier" if is_field("enum_item", "name") => (TokenKind::Enum, TokenModifiers::DECLARATION),
            "type_identifier" if is_field("trait_item", "name") => (TokenKind::Interface, TokenModifiers::DECLARATION),
            "type_identifier" => (TokenKind::Type, none),
            "identifier" if is_field("function_item", "name") => (TokenKind::Function, TokenModifiers::DECLARATION),
            "identifier" if is_field("call_expression", "function") => (TokenKind::Function, none),
            "identifier" if is_field("macro_invocation", "macro") || is_field("macro_definition", "name") => {
                (TokenKind::Macro, none)
            }
            "identifier" if is_field("mod_item", "name") || is_field("scoped_identifier", "path") => {
                (TokenKind::Namespace, none)
            }
            "identifier" if is_field("parameter", "pattern") => (TokenKind::Parameter, TokenModifiers::DECLARATION),
            "identifier" if is_field("enum_variant", "name") => (TokenKind::EnumMember, TokenModifiers::DECLARATION),
            "identifier" => (TokenKind::Variable, none),
            "mutable_specifier" | "crate" | "super" | "async" => (TokenKind::Keyword, none),
            word if !node.is_named() && word.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                (TokenKind::Keyword, none)
            }
            _ => return None,
        })
    }
}

/// Whether a field expression is what a call calls.
fn is_called(field: Node<'_>) -> bool {
    let call = field.parent().filter(|parent| parent.kind() == "call_expression");
    field.kind() == "field_expression" && call.is_some_and(|call| call.child_by_field_name("function") == Some(field))
}
