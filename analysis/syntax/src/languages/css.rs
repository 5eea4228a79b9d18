//! CSS, as tree-sitter-css names it.

use tree_sitter::Node;

use super::table::{Declaration, EMPTY, Name, Table, Word, declares, word};
use crate::symbol::SymbolKind;
use crate::tokens::TokenKind;

pub(super) static CSS: Table = Table {
    language: |_| tree_sitter_css::LANGUAGE.into(),
    declarations: DECLARATIONS,
    folds: &["block", "keyframe_block_list"],
    comments: &["comment", "js_comment"],
    imports: &["import_statement"],
    words: WORDS,
    ..EMPTY
};

const DECLARATIONS: &[Declaration] = &[
    declares("rule_set", SymbolKind::Class).named(Name::Found(|rule| of_kind(rule, "selectors"))),
    declares("keyframes_statement", SymbolKind::Function).named(Name::Found(|rule| of_kind(rule, "keyframes_name"))),
    declares("media_statement", SymbolKind::Module).named(Name::Found(first)),
    declares("supports_statement", SymbolKind::Module).named(Name::Found(first)),
    declares("at_rule", SymbolKind::Module).named(Name::Found(first)),
];

const WORDS: &[Word] = &[
    word("tag_name", TokenKind::Type),
    word("nesting_selector", TokenKind::Type),
    word("universal_selector", TokenKind::Type),
    word("class_name", TokenKind::Class),
    word("id_name", TokenKind::Enum),
    word("attribute_name", TokenKind::Property),
    word("property_name", TokenKind::Property),
    word("feature_name", TokenKind::Property),
    word("keyframes_name", TokenKind::Function),
    word("function_name", TokenKind::Function),
    word("namespace_name", TokenKind::Namespace),
    word("string_value", TokenKind::String),
    word("integer_value", TokenKind::Number),
    word("float_value", TokenKind::Number),
    word("color_value", TokenKind::Number),
    word("plain_value", TokenKind::EnumMember),
    word("at_keyword", TokenKind::Keyword),
    word("important", TokenKind::Keyword),
    word("keyword_query", TokenKind::EnumMember),
    word("@media", TokenKind::Keyword),
    word("@import", TokenKind::Keyword),
    word("@charset", TokenKind::Keyword),
    word("@namespace", TokenKind::Keyword),
    word("@supports", TokenKind::Keyword),
    word("@keyframes", TokenKind::Keyword),
];

fn of_kind<'tree>(node: Node<'tree>, kind: &str) -> Option<Node<'tree>> {
    node.named_children(&mut node.walk()).find(|child| child.kind() == kind)
}

/// What stands between the keyword and the block.
fn first(rule: Node<'_>) -> Option<Node<'_>> {
    rule.named_children(&mut rule.walk()).find(|child| child.kind() != "block" && child.kind() != "comment")
}
