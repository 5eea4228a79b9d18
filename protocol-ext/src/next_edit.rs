//! What follows from the last edit.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::place::DocumentPosition as NextEditParams;
use crate::place::Range;

/// The answer to `montuno/nextEdit`: every edit that follows from what was edited lately, the nearest to the position
/// first. Each can be made by itself; together they overlap nowhere.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct NextEdits {
    /// The edits.
    pub edits: Vec<NextEdit>,
}

/// An edit that follows.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NextEdit {
    /// The document, which need not be open.
    pub uri: String,
    /// What is replaced.
    pub range: Range,
    /// What stands there afterwards.
    pub new_text: String,
    /// Why, in a few words.
    pub reason: String,
}
