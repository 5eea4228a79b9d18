//! Positions and ranges, as LSP has them, in the encoding that was negotiated there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A position in a document: line and column, both from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// The line, from 0.
    pub line: u32,
    /// The column, from 0, in the encoding of the session.
    pub character: u32,
}

/// What lies between two positions of a document; the end is outside.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Range {
    /// Where it begins.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
}

/// A document, by its URI.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct TextDocument {
    /// Its URI.
    pub uri: String,
}

/// A place in a document: the parameters of a question about it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentPosition {
    /// The document.
    pub text_document: TextDocument,
    /// The position in it.
    pub position: Position,
}
