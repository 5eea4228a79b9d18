//! The models that there are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::status::ModelState;

/// The parameters of `montuno/models`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ModelsParams {
    /// What is to be done before the list is made. Without it: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<ModelAction>,
    /// The model that it is done with, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What can be done with a model.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ModelAction {
    /// Completes with it until the session ends.
    Use,
    /// Takes it out of memory until it is asked again.
    Unload,
}

/// The answer to `montuno/models`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Models {
    /// The models on this machine.
    pub models: Vec<Model>,
}

/// A model.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Its folder.
    pub folder: String,
    /// Whether it is the one that completes.
    pub in_use: bool,
    /// Whether it can be used.
    pub state: ModelState,
    /// Why not, if it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}
