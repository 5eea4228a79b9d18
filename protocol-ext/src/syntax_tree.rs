//! The syntax tree, for contributors.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::place::{Range, TextDocument};

/// The parameters of `montuno/syntaxTree`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyntaxTreeParams {
    /// The document.
    pub text_document: TextDocument,
    /// The part of it that is wanted. Without it: all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
}

/// The answer to `montuno/syntaxTree`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct SyntaxTree {
    /// The tree, a node a line, indented: its kind, where it stands, and the text of leaves.
    pub text: String,
}
