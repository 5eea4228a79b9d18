//! Parsing.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use montuno_base::{Language, TextRange, TextSize, nesting};
use tree_sitter::{Node, ParseOptions, Parser, Tree};

use crate::languages::{self, Grammar};

/// How long one parse may take. Grammars are linear on code; on noise some are not.
const PATIENCE: Duration = Duration::from_secs(5);

/// How deep a tree may be in a language whose text is not bounded by brackets, or not well: looking from a node
/// at what is above it takes as long as the tree is deep.
const DEEPEST_TREE: usize = 1_000;

/// A parsed text. Cloning is cheap.
#[derive(Clone)]
pub struct SyntaxTree {
    tree: Tree,
    text: Arc<str>,
    language: Language,
    grammar: &'static dyn Grammar,
}

impl SyntaxTree {
    /// Parses a text. What is nested too deep is read as blanks ([`nesting::bound`]).
    ///
    /// `None` if the parse takes longer than any code does, or if elements without brackets are nested deeper than
    /// anybody nests them: then nothing can be told of the text.
    pub fn parse(text: &Arc<str>, language: Language) -> Option<Self> {
        let grammar = languages::grammar(language);
        let text = nesting::bound(text, language).text;
        let mut tree = parse_as(&grammar.language(&text), &text)?;
        if tree.root_node().has_error()
            && let Some(dialect) = grammar.dialect(&text)
            && let Some(other) = parse_as(&dialect, &text)
            && unread(&other) < unread(&tree)
        {
            tree = other;
        }
        let has_engine = matches!(
            language,
            Language::Python | Language::Rust | Language::TypeScript | Language::JavaScript | Language::Go
        );
        if !has_engine && is_deeper_than(&tree, DEEPEST_TREE) {
            return None;
        }
        Some(Self { tree, text, language, grammar })
    }

    /// The text that was parsed.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The language it was parsed as.
    pub fn language(&self) -> Language {
        self.language
    }

    pub(crate) fn grammar(&self) -> &'static dyn Grammar {
        self.grammar
    }

    pub(crate) fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    pub(crate) fn node_text(&self, node: Node<'_>) -> &str {
        &self.text[node.byte_range()]
    }

    /// The smallest node that holds a range, of those that have a name in the grammar.
    pub(crate) fn covering(&self, range: TextRange) -> Node<'_> {
        let length = self.text.len();
        let (start, end) = (usize::from(range.start()).min(length), usize::from(range.end()).min(length));
        self.root().named_descendant_for_byte_range(start, end).unwrap_or_else(|| self.root())
    }

    /// What does not fit the grammar: the places, and what is missing at one, if something is.
    pub fn errors(&self) -> Vec<(TextRange, Option<String>)> {
        let mut found = Vec::new();
        walk(self.root(), |node| {
            if node.is_error() {
                found.push((range_of(node), None));
                return Descend::Over;
            }
            if node.is_missing() {
                found.push((range_of(node), Some(node.kind().to_owned())));
            }
            if node.has_error() { Descend::Into } else { Descend::Over }
        });
        found
    }

    /// The innermost declaration around a place whose name is given back with it.
    pub fn enclosing_names(&self, offset: TextSize) -> Vec<(TextRange, TextRange)> {
        let mut found = Vec::new();
        let mut node = Some(self.covering(TextRange::empty(offset)));
        while let Some(current) = node {
            if let Some(name) = self.grammar().declaration(current).and_then(|declared| declared.name) {
                found.push((range_of(current), range_of(name)));
            }
            node = current.parent();
        }
        found
    }
}

fn parse_as(language: &tree_sitter::Language, text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(language).expect("the grammar is of the runtime's version");
    let begun = Instant::now();
    let mut patience = |_: &tree_sitter::ParseState| {
        if begun.elapsed() > PATIENCE { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut patience);
    let bytes = text.as_bytes();
    let mut chunk = |offset: usize, _| &bytes[offset.min(bytes.len())..];
    parser.parse_with_options(&mut chunk, None, Some(options))
}

fn is_deeper_than(tree: &Tree, most: usize) -> bool {
    let mut cursor = tree.walk();
    let mut depth = 0;
    loop {
        if cursor.goto_first_child() {
            depth += 1;
            if depth > most {
                return true;
            }
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return false;
            }
            depth -= 1;
        }
    }
}

/// How much of a text does not fit its grammar: the bytes that are in no statement, and what is missing.
fn unread(tree: &Tree) -> usize {
    let mut found = 0;
    walk(tree.root_node(), |node| {
        if node.is_error() {
            found += 1 + node.byte_range().len();
            return Descend::Over;
        }
        found += usize::from(node.is_missing());
        if node.has_error() { Descend::Into } else { Descend::Over }
    });
    found
}

/// A node's range.
pub(crate) fn range_of(node: Node<'_>) -> TextRange {
    let offset = |byte: usize| TextSize::try_from(byte).expect("files are below 4 GB");
    TextRange::new(offset(node.start_byte()), offset(node.end_byte()))
}

/// All nodes below and including `root`, each before those inside it. Iterative: trees of broken code
/// are deep.
pub(crate) fn walk<'tree>(root: Node<'tree>, mut visit: impl FnMut(Node<'tree>) -> Descend) {
    let mut cursor = root.walk();
    loop {
        let descend = visit(cursor.node());
        if descend == Descend::Into && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// Whether a walk looks inside a node.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Descend {
    Into,
    Over,
}
