//! Names in a piece of code.

use montuno_base::TextRange;
use tree_sitter::Node;

use super::kinds::{Kinds, kinds};
use crate::tree::{Descend, SyntaxTree, range_of, walk};

/// A name in a piece of code, where it stands for itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NameUse {
    /// Where it stands.
    pub range: TextRange,
    /// Whether it gets a value there.
    pub is_written: bool,
}

/// The names in a range, in the order of the text; members of something else are not among them.
pub fn names_in(tree: &SyntaxTree, range: TextRange) -> Vec<NameUse> {
    let Some(kinds) = kinds(tree.language()) else { return Vec::new() };
    let mut found = Vec::new();
    walk(tree.root(), |node| {
        let of = range_of(node);
        if of.intersect(range).is_none() {
            return Descend::Over;
        }
        if kinds.names.contains(&node.kind()) && range.contains_range(of) && !is_member(kinds, node) {
            found.push(NameUse { range: of, is_written: is_written(kinds, node) });
        }
        Descend::Into
    });
    found
}

fn is_member(kinds: &Kinds, node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    kinds.members.iter().any(|(kind, field)| parent.kind() == *kind && parent.child_by_field_name(field) == Some(node))
}

/// Whether a name gets a value where it stands.
pub(super) fn is_written(kinds: &Kinds, name: Node<'_>) -> bool {
    let mut node = name;
    while let Some(parent) = node.parent() {
        let is_writer = kinds.writers.iter().any(|(kind, field)| {
            parent.kind() == *kind
                && (field.is_empty() || parent.children_by_field_name(field, &mut parent.walk()).any(|it| it == node))
        });
        if is_writer {
            return true;
        }
        if !kinds.patterns.contains(&parent.kind()) {
            return false;
        }
        node = parent;
    }
    false
}
