//! The declarations of a file.

use montuno_base::TextRange;
use tree_sitter::Node;

use crate::symbol::SymbolKind;
use crate::tree::{SyntaxTree, range_of};

/// A declaration of a file, with those inside it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The whole declaration.
    pub full_range: TextRange,
    /// Its name.
    pub name_range: TextRange,
    /// Its signature or type, in one line, as the source says it.
    pub detail: Option<String>,
    /// Whether it should no longer be used.
    pub deprecated: bool,
    /// Whether code outside the file is meant to use it.
    pub public: bool,
    /// What is declared in it, in the order of the text.
    pub children: Vec<Item>,
}

impl Item {
    /// This item and all inside it, each after what it is in, with the name of that.
    pub fn walk<'a>(&'a self, container: Option<&'a str>, visit: &mut dyn FnMut(&'a Item, Option<&'a str>)) {
        visit(self, container);
        for child in &self.children {
            child.walk(Some(&self.name), visit);
        }
    }
}

/// How deep declarations are followed into each other. Deeper ones are left out.
const DEEPEST: usize = 40;

/// The declarations of a text, as a tree. Locals of functions are left out; functions and classes
/// inside functions are not.
pub fn outline(tree: &SyntaxTree) -> Vec<Item> {
    let mut items = Vec::new();
    collect(tree, tree.root(), &mut items, &mut Vec::new());
    items
}

/// `above` are the kinds of the declarations around `node`, the innermost last.
fn collect(tree: &SyntaxTree, node: Node<'_>, items: &mut Vec<Item>, above: &mut Vec<SymbolKind>) {
    // The pieces of a file between declarations may be nested as well, so this is a stack of its own.
    let mut pending: Vec<Node<'_>> = children(node);
    pending.reverse();
    while let Some(node) = pending.pop() {
        let declared = tree.grammar().declaration(node).filter(|declared| declared.is_listed(above.last().copied()));
        let Some(declared) = declared else {
            let mut inner = children(node);
            inner.reverse();
            pending.extend(inner);
            continue;
        };
        let name_node = declared.name.unwrap_or(node);
        let name = declared.label.unwrap_or_else(|| one_line(tree.node_text(name_node)));
        let kind = match (declared.kind, above.last()) {
            (SymbolKind::Function, Some(parent)) if is_type(*parent) => SymbolKind::Method,
            (kind, _) => kind,
        };
        let mut item = Item {
            name,
            kind,
            full_range: range_of(declared.whole.unwrap_or(node)),
            name_range: range_of(name_node),
            detail: declared.detail.map(|node| one_line(tree.node_text(node))),
            deprecated: false,
            public: tree.grammar().is_public(node, tree.text()),
            children: Vec::new(),
        };
        if above.len() < DEEPEST {
            above.push(kind);
            collect(tree, node, &mut item.children, above);
            above.pop();
        }
        items.push(item);
    }
}

fn is_type(kind: SymbolKind) -> bool {
    kind.is_type() || kind == SymbolKind::Implementation
}

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    node.named_children(&mut node.walk()).collect()
}

/// A piece of source in one line, with single spaces.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
