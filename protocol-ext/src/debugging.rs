//! What can be run and debugged in a document.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::place::{Position, Range, TextDocument};

/// The parameters of `montuno/runnables`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunnablesParams {
    /// The document. It need not be open: then its file is read.
    pub text_document: TextDocument,
    /// Only what is around this place, the innermost first. Without it: all of the document, in the order of the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

/// The answer to `montuno/runnables`: tests, groups of tests, benchmarks, examples and main functions.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Runnables {
    /// What can be run.
    pub runnables: Vec<Runnable>,
}

/// Something that can be run.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Runnable {
    /// What it is.
    pub kind: RunnableKind,
    /// Its name with what it is in, as the language's tools write it: `tests::adds`, `TestStore/empty`.
    pub label: String,
    /// The same in parts, outermost first. A runnable belongs below the one whose path is the beginning of its own.
    pub path: Vec<String>,
    /// The whole of it.
    pub range: Range,
    /// Its name.
    pub selection_range: Range,
    /// The configuration that debugs it; with `noDebug` it runs it.
    pub configuration: DebugConfiguration,
}

/// What a runnable is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum RunnableKind {
    /// A test.
    #[default]
    Test,
    /// Several tests with a name of their own: a class, a module, a `describe`.
    Group,
    /// A benchmark.
    Benchmark,
    /// An example that the test tool runs.
    Example,
    /// The program itself.
    Main,
}

/// The parameters of `montuno/debugConfiguration`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DebugConfigurationParams {
    /// The document. It need not be open: then its file is read.
    pub text_document: TextDocument,
    /// The place in it, a cursor as a rule. Without it: the document as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

/// A launch for `montuno dap`, in the form of an editor's debug configuration. What it builds and runs is found out by
/// `montuno dap` when it is started.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DebugConfiguration {
    /// What a person calls it: `Debug tests::adds`.
    pub name: String,
    /// The name of the debug adapter: `montuno`.
    #[serde(rename = "type")]
    pub adapter: String,
    /// `launch`.
    pub request: String,
    /// The file.
    pub file: String,
    /// The line of what is to be debugged, from 1. Without it: the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Whether it is run without stopping anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_debug: Option<bool>,
}
