//! YAML, as tree-sitter-yaml names it.

use tree_sitter::Node;

use super::table::{Declaration, EMPTY, Name, Table, Word, declared, declares, word};
use crate::symbol::SymbolKind;
use crate::tokens::{TokenKind, TokenModifiers};

pub(super) static YAML: Table = Table {
    language: |_| tree_sitter_yaml::LANGUAGE.into(),
    declarations: DECLARATIONS,
    folds: &["block_mapping_pair", "block_sequence_item", "flow_mapping", "flow_sequence", "block_scalar"],
    folds_from_line_before: false,
    words: WORDS,
    ..EMPTY
};

const DECLARATIONS: &[Declaration] = &[
    declares("block_mapping_pair", SymbolKind::Module).named(Name::Found(scalar_key)).only("value", &["block_node"]),
    declares("block_mapping_pair", SymbolKind::Field).named(Name::Found(scalar_key)),
    declares("flow_pair", SymbolKind::Field).named(Name::Found(scalar_key)),
];

const WORDS: &[Word] = &[
    Word {
        node: "flow_node",
        parent: ("block_mapping_pair", "key"),
        kind: TokenKind::Property,
        modifiers: TokenModifiers::DECLARATION,
    },
    declared("flow_node", "flow_pair", "key", TokenKind::Property),
    declared("anchor", "", "", TokenKind::Label),
    word("alias", TokenKind::Label),
    word("tag", TokenKind::Type),
    word("double_quote_scalar", TokenKind::String),
    word("single_quote_scalar", TokenKind::String),
    word("block_scalar", TokenKind::String),
    word("string_scalar", TokenKind::String),
    word("integer_scalar", TokenKind::Number),
    word("float_scalar", TokenKind::Number),
    word("timestamp_scalar", TokenKind::Number),
    word("boolean_scalar", TokenKind::Boolean),
    word("null_scalar", TokenKind::BuiltinConstant),
    word("yaml_directive", TokenKind::Keyword),
    word("tag_directive", TokenKind::Keyword),
];

/// The key, where it is a word and no structure.
fn scalar_key(pair: Node<'_>) -> Option<Node<'_>> {
    pair.child_by_field_name("key").filter(|key| key.kind() == "flow_node")
}
