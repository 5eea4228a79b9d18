//! Why a completion is what it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::context::ContextItem;
pub use crate::place::DocumentPosition as ExplainCompletionParams;

/// The answer to `montuno/explainCompletion`: how the completion of a place comes about. Made for this question, by
/// the same steps that answer `textDocument/inlineCompletion`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompletionExplanation {
    /// The model that was asked; none if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The prompt, as the model is given it.
    pub prompt: String,
    /// How many tokens that is.
    pub prompt_tokens: u32,
    /// How many of them the model had from the request before.
    pub reused_tokens: u32,
    /// What the prompt says besides the text of the document, and what was left out for want of room.
    pub context: Vec<ContextItem>,
    /// What secrets were taken out, each by its kind; never the secret itself.
    pub secrets: Vec<String>,
    /// The places at which only certain names were allowed.
    pub guided: Vec<GuidedPlace>,
    /// What the model wrote.
    pub generated: String,
    /// What is left of it after the checks; none if nothing is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
    /// Where and why it was cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<Cut>,
    /// Why nothing is shown, if nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<String>,
    /// How likely the model found what it wrote, from 0 to 1: the mean over its tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// How long each step took.
    pub timings: Vec<Timing>,
}

/// A place of a completion at which the database knew which names there are.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GuidedPlace {
    /// How many bytes of the completion stand before it.
    pub offset: u32,
    /// The names that were allowed.
    pub names: Vec<String>,
    /// How many tokens were decided by that, because the model would have written something else.
    pub corrected_tokens: u32,
}

/// Where and why a completion was cut.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Cut {
    /// How many bytes of the completion are left.
    pub offset: u32,
    /// What is wrong behind it.
    pub reason: String,
}

/// How long a step took.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Timing {
    /// The step.
    pub step: String,
    /// In milliseconds.
    pub milliseconds: f32,
}
