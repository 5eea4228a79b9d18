//! Names that are bound in a scope, in languages whose table says which node binds what.
//!
//! A binding is a name and the range in which it is visible. A use means the binding that became visible
//! last among those that are visible where it stands: inner scopes begin later than outer ones, and a
//! scope that has ended is not visible any more.

use montuno_base::{TextRange, TextSize};
use tree_sitter::Node;

use crate::tree::{Descend, SyntaxTree, range_of, walk};

/// What binds names in a language.
pub(crate) struct Scopes {
    /// The nodes that end what is bound in them.
    pub scopes: &'static [&'static str],
    /// Of those, the ones that do not below such a parent: there the parent does.
    pub open: &'static [(&'static str, &'static str)],
    /// What binds a name.
    pub bindings: &'static [Binds],
    /// Words that are no names of their own: node, parent, field.
    pub members: &'static [(&'static str, &'static str, &'static str)],
}

/// A node that binds a name.
pub(crate) struct Binds {
    /// The kind of the name.
    pub name: &'static str,
    /// The kinds of its parents, innermost first, up to the node that binds it.
    pub path: &'static [&'static str],
    /// A word that the outermost of them must begin with, if any.
    pub keyword: &'static str,
    /// Whether the name can be used within that node already: of a function, for recursion.
    pub within: bool,
}

/// A name that is bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Binding {
    /// The name.
    pub name: TextRange,
    /// The node that binds it.
    pub whole: TextRange,
    /// Where it can be used.
    pub visible: TextRange,
}

/// All bindings of a text, in its order. `None` for a language whose scopes are not known.
pub fn bindings(tree: &SyntaxTree) -> Option<Vec<Binding>> {
    let scopes = tree.grammar().scopes()?;
    let mut found = Vec::new();
    walk(tree.root(), |node| {
        found.extend(scopes.bindings.iter().find_map(|row| row.binding(node, scopes)));
        Descend::Into
    });
    Some(found)
}

/// The binding that the name at a place means: its own, or the one that it uses. `None` where it means
/// none of these: a member, or a name from elsewhere.
pub fn resolve(tree: &SyntaxTree, bindings: &[Binding], name: TextRange) -> Option<Binding> {
    if let Some(own) = bindings.iter().find(|binding| binding.name == name) {
        return Some(*own);
    }
    let scopes = tree.grammar().scopes()?;
    let node = tree.covering(name);
    let is_member = scopes.members.iter().any(|&(kind, parent, field)| {
        node.kind() == kind
            && node.parent().is_some_and(|above| {
                above.kind() == parent && (field.is_empty() || above.child_by_field_name(field) == Some(node))
            })
    });
    if is_member {
        return None;
    }
    let text = &tree.text()[name];
    let visible =
        bindings.iter().filter(|binding| binding.visible.contains(name.start()) && &tree.text()[binding.name] == text);
    visible.max_by_key(|binding| binding.visible.start()).copied()
}

impl Binds {
    fn binding(&self, node: Node<'_>, scopes: &Scopes) -> Option<Binding> {
        if node.kind() != self.name {
            return None;
        }
        let mut of = node;
        for kind in self.path {
            of = of.parent().filter(|parent| parent.kind() == *kind)?;
        }
        if !self.keyword.is_empty() && of.child(0).is_none_or(|first| first.kind() != self.keyword) {
            return None;
        }
        // A node that binds by its field `name` binds nothing in its other fields.
        let by_field = self.path.len() == 1 && of.child_by_field_name("name").is_some();
        if by_field && of.children_by_field_name("name", &mut of.walk()).all(|name| name != node) {
            return None;
        }
        let start = if self.within { of.start_byte() } else { of.end_byte() };
        let end = scope_end(of, scopes);
        let size = |at: usize| TextSize::try_from(at).expect("files are below 4 GB");
        Some(Binding {
            name: range_of(node),
            whole: range_of(of),
            visible: TextRange::new(size(start), size(end.max(start))),
        })
    }
}

fn scope_end(node: Node<'_>, scopes: &Scopes) -> usize {
    let mut end = node.end_byte();
    let mut above = node.parent();
    while let Some(scope) = above {
        end = scope.end_byte();
        let parent = scope.parent();
        let is_open = |parent: Node<'_>| scopes.open.contains(&(scope.kind(), parent.kind()));
        if scopes.scopes.contains(&scope.kind()) && !parent.is_some_and(is_open) {
            break;
        }
        above = parent;
    }
    end
}
