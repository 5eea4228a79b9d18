//! What there is to know around a place, for whoever writes a prompt.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::place::{Position, Range, TextDocument};

/// The parameters of `montuno/context`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContextParams {
    /// The document.
    pub text_document: TextDocument,
    /// The place in it.
    pub position: Position,
    /// How many bytes of text are wanted at most. Without it: 4000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<u32>,
}

/// The answer to `montuno/context`: what the database knows around a place, the most useful first.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// The type that is expected at the place, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_type: Option<String>,
    /// The pieces.
    pub items: Vec<ContextItem>,
}

/// A piece of context.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContextItem {
    /// What it is.
    pub kind: ContextKind,
    /// The name that it is about.
    pub name: String,
    /// Its text: code, as the language writes it.
    pub text: String,
    /// How useful it is, from 0 to 1.
    pub score: f32,
    /// Whether there was room for it.
    pub included: bool,
    /// The document that it comes from, if it comes from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// Where it stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
}

/// What a piece of context is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ContextKind {
    /// The type that is expected.
    ExpectedType,
    /// The members of the receiver.
    Members,
    /// The signature of the function that is called.
    Signature,
    /// The definition of a name that is used nearby.
    #[default]
    Definition,
    /// What was edited lately, elsewhere.
    RecentEdit,
    /// Code that looks alike.
    Similar,
}
