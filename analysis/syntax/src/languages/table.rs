//! Languages that a table describes: what declares something, what folds, how words are coloured.

use tree_sitter::Node;

use super::{Declared, Grammar};
use crate::folding::FoldingKind;
use crate::scopes::Scopes;
use crate::symbol::SymbolKind;
use crate::tokens::{TokenKind, TokenModifiers};

/// A language as tables. Each is searched from its first row on; the first that fits counts.
pub(crate) struct Table {
    /// tree-sitter's tables for a text.
    pub language: fn(&str) -> tree_sitter::Language,
    /// tree-sitter's tables for the language's other dialect, if it has one.
    pub dialect: Option<fn(&str) -> tree_sitter::Language>,
    /// What declares something.
    pub declarations: &'static [Declaration],
    /// What folds.
    pub folds: &'static [&'static str],
    /// Comments; neighbours fold together.
    pub comments: &'static [&'static str],
    /// Imports; neighbours fold together.
    pub imports: &'static [&'static str],
    /// Whether blocks begin without a bracket, on the line before.
    pub folds_from_line_before: bool,
    /// How words are coloured.
    pub words: &'static [Word],
    /// What the grammar gives as words without a name but is no keyword.
    pub no_keywords: &'static [&'static str],
    /// Whether a declaration is meant for its own file alone. `None`: whether its name begins with `_`.
    pub is_private: Option<fn(Node<'_>, &str) -> bool>,
    /// Nodes that have locals: variables below them are not listed.
    pub functions: &'static [&'static str],
    /// What binds names in scopes, where that is known.
    pub scopes: Option<&'static Scopes>,
}

/// A table without a row.
pub(crate) const EMPTY: Table = Table {
    language: |_| unreachable!("every language names its tables"),
    dialect: None,
    declarations: &[],
    folds: &[],
    comments: &["comment"],
    imports: &[],
    folds_from_line_before: false,
    words: &[],
    no_keywords: &[],
    is_private: None,
    functions: &[],
    scopes: None,
};

/// A node that declares something.
pub(crate) struct Declaration {
    /// The node's kind.
    pub node: &'static str,
    /// What it declares.
    pub kind: SymbolKind,
    /// Where its name stands.
    pub name: Name,
    /// The field that says its type or parameters.
    pub detail: &'static str,
    /// A condition: the field and the kinds that it may hold. Fits every node when no kind is named.
    pub only: (&'static str, &'static [&'static str]),
    /// The kind that its parent must have; any, if none is named.
    pub parent: &'static str,
    /// The kinds of parents that belong to it.
    pub wholes: &'static [&'static str],
}

/// Where the name of a declaration stands.
pub(crate) enum Name {
    /// In a field.
    Field(&'static str),
    /// The node is the name.
    Itself,
    /// Wherever this finds it.
    Found(for<'tree> fn(Node<'tree>) -> Option<Node<'tree>>),
}

/// A declaration whose name stands in the field `name`.
pub(crate) const fn declares(node: &'static str, kind: SymbolKind) -> Declaration {
    Declaration { node, kind, name: Name::Field("name"), detail: "", only: ("", &[]), parent: "", wholes: &[] }
}

impl Declaration {
    /// With another place for the name.
    pub(crate) const fn named(self, name: Name) -> Self {
        Self { name, ..self }
    }

    /// With the field that says the type or the parameters.
    pub(crate) const fn detail(self, detail: &'static str) -> Self {
        Self { detail, ..self }
    }

    /// Only where a field holds one of these kinds.
    pub(crate) const fn only(self, field: &'static str, kinds: &'static [&'static str]) -> Self {
        Self { only: (field, kinds), ..self }
    }

    /// Only below a parent of this kind.
    pub(crate) const fn below(self, parent: &'static str) -> Self {
        Self { parent, ..self }
    }

    /// With the parents that belong to it.
    pub(crate) const fn within(self, wholes: &'static [&'static str]) -> Self {
        Self { wholes, ..self }
    }

    fn fits(&self, node: Node<'_>) -> bool {
        let (field, kinds) = self.only;
        let held = || node.child_by_field_name(field).map(|held| held.kind());
        self.node == node.kind()
            && (kinds.is_empty() || held().is_some_and(|held| kinds.contains(&held)))
            && (self.parent.is_empty() || node.parent().is_some_and(|parent| parent.kind() == self.parent))
    }

    fn name_of<'tree>(&self, node: Node<'tree>) -> Option<Node<'tree>> {
        match &self.name {
            Name::Field(field) => node.child_by_field_name(field),
            Name::Itself => Some(node),
            Name::Found(find) => find(node),
        }
    }
}

/// How a word is coloured.
pub(crate) struct Word {
    /// The node's kind.
    pub node: &'static str,
    /// A condition on the parent: its kind, and the field that the node stands in; both may be empty.
    pub parent: (&'static str, &'static str),
    /// What the word is.
    pub kind: TokenKind,
    /// What else is known of it.
    pub modifiers: TokenModifiers,
}

/// Nodes of a kind, wherever they stand.
pub(crate) const fn word(node: &'static str, kind: TokenKind) -> Word {
    Word { node, parent: ("", ""), kind, modifiers: TokenModifiers(0) }
}

/// Nodes of a kind in a field of a parent.
pub(crate) const fn word_in(node: &'static str, parent: &'static str, field: &'static str, kind: TokenKind) -> Word {
    Word { node, parent: (parent, field), kind, modifiers: TokenModifiers(0) }
}

/// Nodes of a kind in a field of a parent that declares them.
pub(crate) const fn declared(node: &'static str, parent: &'static str, field: &'static str, kind: TokenKind) -> Word {
    Word { node, parent: (parent, field), kind, modifiers: TokenModifiers::DECLARATION }
}

impl Word {
    fn fits(&self, node: Node<'_>, parent: Option<Node<'_>>) -> bool {
        let (kind, field) = self.parent;
        if self.node != node.kind() || kind.is_empty() && field.is_empty() {
            return self.node == node.kind();
        }
        parent.is_some_and(|parent| {
            (kind.is_empty() || kind == parent.kind())
                && (field.is_empty()
                    || parent.children_by_field_name(field, &mut parent.walk()).any(|held| held == node))
        })
    }
}

impl Table {
    /// The first row that fits a node and finds its name.
    fn row<'tree>(&self, node: Node<'tree>) -> Option<(&Declaration, Node<'tree>)> {
        self.declarations.iter().filter(|row| row.fits(node)).find_map(|row| Some((row, row.name_of(node)?)))
    }

    /// Whether a node lies in a function, for all that this says of variables.
    fn is_local(&self, node: Node<'_>) -> bool {
        let mut above = node.parent();
        while let Some(parent) = above {
            if self.functions.contains(&parent.kind()) {
                return true;
            }
            above = parent.parent();
        }
        false
    }
}

impl Grammar for Table {
    fn language(&self, text: &str) -> tree_sitter::Language {
        (self.language)(text)
    }

    fn dialect(&self, text: &str) -> Option<tree_sitter::Language> {
        self.dialect.map(|dialect| dialect(text))
    }

    fn declaration<'tree>(&self, node: Node<'tree>) -> Option<Declared<'tree>> {
        let (row, name) = self.row(node)?;
        if matches!(row.kind, SymbolKind::Variable | SymbolKind::Constant) && self.is_local(node) {
            return None;
        }
        let mut whole = None;
        let mut above = node.parent();
        while let Some(parent) = above.filter(|parent| row.wholes.contains(&parent.kind())) {
            // A statement that declares several names belongs to none of them.
            let declares = |child: &Node<'_>| self.row(*child).is_some();
            if parent.named_children(&mut parent.walk()).filter(declares).count() > 1 {
                break;
            }
            whole = Some(parent);
            above = parent.parent();
        }
        let detail = (!row.detail.is_empty()).then(|| node.child_by_field_name(row.detail)).flatten();
        Some(Declared { kind: row.kind, name: Some(name), label: None, detail, whole })
    }

    fn is_public(&self, node: Node<'_>, text: &str) -> bool {
        match self.is_private {
            Some(is_private) => !is_private(node, text),
            None => {
                let row = self.row(node);
                !row.is_some_and(|(_, name)| text[name.byte_range()].starts_with('_'))
            }
        }
    }

    fn fold(&self, node: Node<'_>) -> Option<FoldingKind> {
        self.folds.contains(&node.kind()).then_some(FoldingKind::Code)
    }

    fn fold_run(&self, node: Node<'_>) -> Option<FoldingKind> {
        if self.comments.contains(&node.kind()) {
            return Some(FoldingKind::Comment);
        }
        self.imports.contains(&node.kind()).then_some(FoldingKind::Imports)
    }

    fn folds_from_line_before(&self) -> bool {
        self.folds_from_line_before
    }

    fn scopes(&self) -> Option<&'static Scopes> {
        self.scopes
    }

    fn token(&self, node: Node<'_>) -> Option<(TokenKind, TokenModifiers)> {
        let kind = node.kind();
        let none = TokenModifiers::default();
        if self.comments.contains(&kind) {
            return Some((TokenKind::Comment, none));
        }
        let mut rows = self.words.iter().filter(|row| row.node == kind).peekable();
        if rows.peek().is_some() {
            let parent = node.parent();
            if let Some(row) = rows.find(|row| row.fits(node, parent)) {
                let is_called = row.kind == TokenKind::Property && row.modifiers == none && is_called(parent);
                return Some((if is_called { TokenKind::Method } else { row.kind }, row.modifiers));
            }
        }
        let is_keyword = !node.is_named()
            && kind.starts_with(|c: char| c.is_ascii_alphabetic())
            && !self.no_keywords.contains(&kind);
        is_keyword.then_some((TokenKind::Keyword, none))
    }
}

/// Whether the access to a member is what a call calls.
fn is_called(access: Option<Node<'_>>) -> bool {
    access.is_some_and(|access| {
        let call = access.parent();
        call.is_some_and(|call| is_call(call.kind()) && call.child_by_field_name("function") == Some(access))
    })
}

fn is_call(kind: &str) -> bool {
    kind.contains("call") || kind == "invocation_expression"
}
