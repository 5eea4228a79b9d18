//! Instructions in words: explain, document, repair.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::place::{Range, TextDocument};

/// The parameters of `montuno/instruct`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstructParams {
    /// The document.
    pub text_document: TextDocument,
    /// What the instruction is about; empty: the place alone.
    pub range: Range,
    /// What is to be done, in words.
    pub instruction: String,
    /// Where parts of the answer are sent as they come: `$/progress` with an [`InstructPart`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial_result_token: Option<Value>,
}

/// A part of an answer.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct InstructPart {
    /// More of its text.
    pub text: String,
}

/// The answer to `montuno/instruct`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstructAnswer {
    /// All of its text, in Markdown.
    pub text: String,
    /// LSP's `WorkspaceEdit`, if the code is to be changed and what would stand there was found to be right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<Value>,
    /// Why there is no edit although there is code in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// What secrets were taken out of what was told, each by its kind.
    #[serde(default)]
    pub secrets: Vec<String>,
}
