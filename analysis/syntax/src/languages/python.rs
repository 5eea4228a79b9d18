//! Python, as tree-sitter-python names it.

use tree_sitter::Node;

use super::{Declared, Grammar};
use crate::folding::FoldingKind;
use crate::symbol::SymbolKind;
use crate::tokens::{TokenKind, TokenModifiers};

pub(crate) struct Python;

impl Grammar for Python {
    fn language(&self, _text: &str) -> tree_sitter::Language {
        tree_sitter_python::LANGUAGE.into()
    }

    fn declaration<'tree>(&self, node: Node<'tree>) -> Option<Declared<'tree>> {
        let (kind, name, detail) = match node.kind() {
            "class_definition" => (SymbolKind::Class, "name", Some("superclasses")),
            "function_definition" => (SymbolKind::Function, "name", Some("parameters")),
            "type_alias_statement" => (SymbolKind::TypeAlias, "left", None),
            "assignment" if in_module_or_class(node) => (SymbolKind::Variable, "left", Some("type")),
            _ => return None,
        };
        let name = node.child_by_field_name(name)?;
        if node.kind() == "assignment" && name.kind() != "identifier" {
            return None;
        }
        let whole = node.parent().filter(|parent| parent.kind() == "decorated_definition");
        let detail = detail.and_then(|field| node.child_by_field_name(field));
        Some(Declared { kind, name: Some(name), label: None, detail, whole })
    }

    fn is_public(&self, node: Node<'_>, text: &str) -> bool {
        let name = self.declaration(node).and_then(|declared| declared.name);
        !name.is_some_and(|name| text[name.byte_range()].starts_with('_'))
    }

    fn fold(&self, node: Node<'_>) -> Option<FoldingKind> {
        match node.kind() {
            "block"
            | "argument_list"
            | "parameters"
            | "list"
            | "dictionary"
            | "set"
            | "tuple"
            | "list_comprehension"
            | "dictionary_comprehension"
            | "set_comprehension"
            | "generator_expression"
            | "parenthesized_expression" => Some(FoldingKind::Code),
            "string" if node.parent().is_some_and(|parent| parent.kind() == "expression_statement") => {
                Some(FoldingKind::Comment)
            }
            _ => None,
        }
    }

    fn fold_run(&self, node: Node<'_>) -> Option<FoldingKind> {
        match node.kind() {
            "comment" => Some(FoldingKind::Comment),
            "import_statement" | "import_from_statement" | "future_import_statement" => Some(FoldingKind::Imports),
            _ => None,
        }
    }

    fn folds_from_line_before(&self) -> bool {
        true
    }

    fn token(&self, node: Node<'_>) -> Option<(TokenKind, TokenModifiers)> {
        let none = TokenModifiers::default();
        let parent = node.parent();
        let is_field = |kind: &str, field: &str| {
            parent.is_some_and(|parent| parent.kind() == kind && parent.child_by_field_name(field) == Some(node))
        };
        Some(match node.kind() {
            "comment" => (TokenKind::Comment, none),
            "string" if !node.named_children(&mut node.walk()).any(|child| child.kind() == "interpolation") => {
                (TokenKind::String, none)
            }
            "string_start" | "string_content" | "string_end" => (TokenKind::String, none),
            "integer" | "float" => (TokenKind::Number, none),
            "true" | "false" => (TokenKind::Boolean, none),
            "none" => (TokenKind::BuiltinConstant, none),
            "decorator" => return None,
            "identifier" if is_field("class_definition", "name") => (TokenKind::Class, TokenModifiers::DEFINITION),
            "identifier" if is_field("function_definition", "name") => {
                (TokenKind::Function, TokenModifiers::DEFINITION)
            }
            "identifier" if is_field("call", "function") => (TokenKind::Function, none),
            "identifier" if is_field("attribute", "attribute") => (TokenKind::Property, none),
            "identifier" if is_field("keyword_argument", "name") => (TokenKind::Parameter, none),
            "identifier"
                if parent
                    .is_some_and(|parent| parent.kind().ends_with("parameter") || parent.kind() == "parameters") =>
            {
                (TokenKind::Parameter, TokenModifiers::DECLARATION)
            }
            "identifier" => (TokenKind::Variable, none),
            word if !node.is_named() && word.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                (TokenKind::Keyword, none)
            }
            _ => return None,
        })
    }
}

/// Whether a statement belongs to a module or a class, not to a function.
fn in_module_or_class(node: Node<'_>) -> bool {
    let mut above = node.parent();
    while let Some(parent) = above {
        match parent.kind() {
            "module" | "class_definition" => return true,
            "function_definition" | "lambda" => return false,
            _ => above = parent.parent(),
        }
    }
    false
}
