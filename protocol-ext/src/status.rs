//! What the server does at the moment: for a status line, and for whoever wants all of it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `montuno/status`, sent by the server whenever something in it changes, at most a few times a second: one
/// structure, so that a client only has to show it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// The same in a few words, for a status line.
    pub summary: String,
    /// What is being indexed or loaded, if anything is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// The model that completes, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelStatus>,
    /// Memory of the process, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// What keeps it from answering as well as it could.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

/// Work that is being done.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Progress {
    /// What is done, in a few words.
    pub what: String,
    /// How much of it is done, from 0 to 1, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<f32>,
}

/// A model, and how it runs.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelStatus {
    /// Its name.
    pub name: String,
    /// Whether it is ready, being loaded, or why it is not.
    pub state: ModelState,
    /// What runs it, with its version: `onnxruntime 1.32.0`, `rten 0.27.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// The execution provider that really runs it, which may not be the one that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Why it is not what was asked for, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
    /// Tokens a second while it decodes, lately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_per_second: Option<f32>,
}

/// Whether a model can be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ModelState {
    /// It was not asked yet.
    #[default]
    Idle,
    /// It is being loaded.
    Loading,
    /// It answers.
    Ready,
    /// It cannot be used; a warning says why.
    Failed,
}

/// Something that keeps the server from answering as well as it could.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// What is missing or wrong, and what to do.
    pub message: String,
    /// Whether answers are wrong or missing because of it; else it is a hint.
    pub serious: bool,
}

/// The answer to `montuno/health`: everything that [`Status`] says, with versions and where settings come from.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// The version of the server.
    pub version: String,
    /// The workspace folders.
    pub roots: Vec<String>,
    /// What the status line says.
    pub status: Status,
    /// The engines that were asked something so far.
    pub engines: Vec<EngineHealth>,
    /// Every setting in force.
    pub settings: Vec<SettingOrigin>,
    /// The same for people, in lines: what a report of a problem needs. No text of a document is in it.
    #[serde(default)]
    pub report: String,
}

/// What an engine found out about the workspace.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct EngineHealth {
    /// Its name and version.
    pub name: String,
    /// What it found, by label.
    pub facts: BTreeMap<String, String>,
    /// What keeps it from answering as well as it could.
    pub warnings: Vec<Warning>,
}

/// A setting, and where its value comes from.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct SettingOrigin {
    /// Its name, with dots.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Where that comes from: `default`, `user file`, `montuno.toml`, `editor`, `environment`, `command line`.
    pub origin: String,
}
