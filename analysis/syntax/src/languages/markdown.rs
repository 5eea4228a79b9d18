//! Markdown, as tree-sitter-md names its blocks.

use tree_sitter::Node;

use super::table::{Declaration, EMPTY, Name, Table, Word, declares, word};
use crate::symbol::SymbolKind;
use crate::tokens::TokenKind;

pub(super) static MARKDOWN: Table = Table {
    language: |_| tree_sitter_md::LANGUAGE.into(),
    declarations: DECLARATIONS,
    folds: &["section", "fenced_code_block", "list", "pipe_table", "html_block", "block_quote", "minus_metadata"],
    comments: &[],
    words: WORDS,
    ..EMPTY
};

const DECLARATIONS: &[Declaration] = &[declares("section", SymbolKind::Module).named(Name::Found(heading))];

const WORDS: &[Word] = &[
    word("atx_heading", TokenKind::Class),
    word("setext_heading", TokenKind::Class),
    word("fenced_code_block_delimiter", TokenKind::Punctuation),
    word("info_string", TokenKind::Decorator),
    word("link_label", TokenKind::Label),
    word("link_destination", TokenKind::String),
    word("link_title", TokenKind::String),
    word("thematic_break", TokenKind::Punctuation),
    word("block_quote_marker", TokenKind::Punctuation),
    word("list_marker_minus", TokenKind::Punctuation),
    word("list_marker_plus", TokenKind::Punctuation),
    word("list_marker_star", TokenKind::Punctuation),
    word("list_marker_dot", TokenKind::Punctuation),
    word("list_marker_parenthesis", TokenKind::Punctuation),
    word("task_list_marker_checked", TokenKind::Keyword),
    word("task_list_marker_unchecked", TokenKind::Keyword),
    word("minus_metadata", TokenKind::Comment),
    word("plus_metadata", TokenKind::Comment),
];

/// The text of the heading that a section begins with.
fn heading(section: Node<'_>) -> Option<Node<'_>> {
    let heading = section.named_child(0).filter(|first| first.kind().ends_with("_heading"))?;
    heading.child_by_field_name("heading_content")
}
