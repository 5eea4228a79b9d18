//! Declarations as places that an editor goes to.

use montuno_base::TextRange;
use montuno_semantic::{SymbolKind, Target};

use super::checker::Checker;
use super::tree::{Kind, NONE, NodeId, Tree, flags};
use super::types::Place;

/// The place of a declaration.
pub(crate) fn target(checker: &Checker<'_>, place: Place) -> Target {
    let tree = checker.tree(place.file);
    let (full_range, name_range) = ranges(tree, place.node);
    let name = match tree.kind(place.node) {
        Kind::Module => place.file.path(checker.db).file_stem().unwrap_or_default().to_owned(),
        Kind::Assign => tree.name(tree.child(place.node, 0)).text().to_owned(),
        Kind::ExportDefault => "default".to_owned(),
        Kind::Method if tree.has(place.node, flags::CONSTRUCTOR) => "constructor".to_owned(),
        _ => tree.name(place.node).text().to_owned(),
    };
    Target {
        file: place.file.id(checker.db),
        full_range,
        name_range,
        name,
        kind: kind(tree, place.node),
        container: container(tree, place.node),
    }
}

/// All of a declaration, and its name in it.
pub(crate) fn ranges(tree: &Tree, node: NodeId) -> (TextRange, TextRange) {
    match tree.kind(node) {
        Kind::Module => (tree.range(node), TextRange::empty(0.into())),
        Kind::Assign => {
            let member = tree.child(node, 0);
            let whole = tree.range(node);
            let name = match tree.kind(member) {
                Kind::Member => tree.name_range(member),
                Kind::Index => tree.range(tree.child(member, 1)),
                _ => tree.range(member),
            };
            (whole, name)
        }
        Kind::Binding => {
            let owner = tree
                .ancestors(node)
                .find(|&at| matches!(tree.kind(at), Kind::Variables | Kind::Parameter | Kind::Catch));
            let owner = owner.map_or(node, |owner| {
                // Of several variables in one statement each is its own.
                if tree.kind(owner) == Kind::Variables && tree.children(owner).len() > 1 {
                    tree.ancestors(node).find(|&at| tree.kind(at) == Kind::Declarator).unwrap_or(owner)
                } else {
                    owner
                }
            });
            (tree.range(owner), tree.name_range(node))
        }
        _ => (tree.range(node), tree.name_range(node)),
    }
}

/// What a declaration is.
pub(crate) fn kind(tree: &Tree, node: NodeId) -> SymbolKind {
    match tree.kind(node) {
        Kind::Module => SymbolKind::Module,
        Kind::Namespace => SymbolKind::Module,
        Kind::Class => SymbolKind::Class,
        Kind::Interface => SymbolKind::Interface,
        Kind::Alias => SymbolKind::TypeAlias,
        Kind::Enum => SymbolKind::Enum,
        Kind::EnumMember => SymbolKind::EnumMember,
        Kind::TypeParameter => SymbolKind::TypeParameter,
        Kind::Function | Kind::FunctionType | Kind::CallSignature => SymbolKind::Function,
        Kind::Method if tree.has(node, flags::CONSTRUCTOR) => SymbolKind::Constructor,
        Kind::Method if tree.has(node, flags::GETTER | flags::SETTER) => SymbolKind::Property,
        Kind::Method => SymbolKind::Method,
        Kind::ConstructSignature | Kind::ConstructorType => SymbolKind::Constructor,
        Kind::Property => SymbolKind::Field,
        Kind::ObjectProperty => {
            let value = tree.child(node, 0);
            if tree.kind(value) == Kind::Function { SymbolKind::Method } else { SymbolKind::Field }
        }
        Kind::Assign => {
            let value = tree.child(node, 1);
            if tree.kind(value) == Kind::Function { SymbolKind::Method } else { SymbolKind::Field }
        }
        Kind::Binding => {
            let owner = tree
                .ancestors(node)
                .find(|&at| matches!(tree.kind(at), Kind::Declarator | Kind::Parameter | Kind::Catch));
            let Some(owner) = owner else { return SymbolKind::Variable };
            if tree.kind(owner) == Kind::Parameter {
                return SymbolKind::Parameter;
            }
            let value = tree.child(owner, 2);
            if tree.kind(owner) == Kind::Declarator && value != NONE && tree.kind(value) == Kind::Function {
                return SymbolKind::Function;
            }
            if tree.function_around(owner).is_some() {
                SymbolKind::Local
            } else if tree.has(owner, flags::CONST) {
                SymbolKind::Constant
            } else {
                SymbolKind::Variable
            }
        }
        _ => SymbolKind::Variable,
    }
}

/// What a declaration is declared in.
pub(crate) fn container(tree: &Tree, node: NodeId) -> Option<String> {
    let owner = tree.ancestors(node).find(|&at| {
        matches!(
            tree.kind(at),
            Kind::Class | Kind::Interface | Kind::Enum | Kind::Namespace | Kind::Function | Kind::Method | Kind::Alias
        ) && !tree.name(at).is_none()
    })?;
    Some(tree.name(owner).text().to_owned())
}
