//! HTML, as tree-sitter-html names it.

use tree_sitter::Node;

use super::table::{Declaration, EMPTY, Name, Table, Word, declares, word};
use crate::symbol::SymbolKind;
use crate::tokens::TokenKind;

pub(super) static HTML: Table = Table {
    language: |_| tree_sitter_html::LANGUAGE.into(),
    declarations: DECLARATIONS,
    folds: &["element", "script_element", "style_element"],
    words: WORDS,
    ..EMPTY
};

const DECLARATIONS: &[Declaration] = &[
    declares("element", SymbolKind::Field).named(Name::Found(tag)),
    declares("script_element", SymbolKind::Module).named(Name::Found(tag)),
    declares("style_element", SymbolKind::Module).named(Name::Found(tag)),
];

const WORDS: &[Word] = &[
    word("doctype", TokenKind::Keyword),
    word("tag_name", TokenKind::Type),
    word("erroneous_end_tag_name", TokenKind::Type),
    word("attribute_name", TokenKind::Property),
    word("quoted_attribute_value", TokenKind::String),
    word("attribute_value", TokenKind::String),
    word("entity", TokenKind::EscapeSequence),
];

fn tag(element: Node<'_>) -> Option<Node<'_>> {
    let start = element.named_child(0).filter(|start| matches!(start.kind(), "start_tag" | "self_closing_tag"))?;
    start.named_child(0).filter(|name| name.kind() == "tag_name")
}
