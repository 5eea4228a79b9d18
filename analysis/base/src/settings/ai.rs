//! Completion by a language model.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Completion by a language model on this machine.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Ai {
    /// Whether a model completes what is being written.
    pub enabled: bool,
    /// The model: the name of one that `montuno models list` shows, or the folder of one. Without it: the first of
    /// that list. A repository cannot choose it.
    pub model: Option<String>,
    /// What runs the model.
    pub engine: AiEngine,
    /// What computes, with ONNX Runtime. What is really used is shown by `montuno doctor`.
    pub provider: AiProvider,
    /// The library of ONNX Runtime, as an absolute path. Without it: `ORT_DYLIB_PATH`, what `montuno runtime install`
    /// installed, beside the program, Python environments of yours. A repository cannot choose it.
    pub library: Option<String>,
    /// How many threads the model computes with; 0 is all processors but one, and at least one.
    pub threads: u32,
    /// The most tokens that the model is told. More is better informed, and slower after a pause.
    pub prompt_tokens: u32,
    /// The most tokens that it writes.
    pub maximum_tokens: u32,
    /// The most lines that it writes; 1 completes no blocks.
    pub lines: u32,
    /// How many milliseconds without a key pass before the model is asked.
    pub pause: u32,
    /// Whether the model can only write names that there are, where it is known which there are.
    pub guidance: bool,
    /// Whether what would be an error is cut before it is shown.
    pub check: bool,
    /// How sure the model has to be, from 0 to 1. Without it: what you take and what you leave decides.
    pub threshold: Option<f32>,
    /// Whether it is kept, on this machine alone and without any code, what became of what was shown: how long it was,
    /// how sure the model was, how much of it you took. `montuno acceptance` lists and deletes it.
    pub keep_acceptance: bool,
    /// More patterns of secrets that no model is told, as regular expressions. Keys, tokens and passwords in their usual
    /// forms are known.
    pub secrets: Vec<String>,
    /// A server that completes instead of a model on this machine. Without `url` nothing leaves the machine. A
    /// repository cannot name one.
    pub remote: AiRemote,
    /// A model that follows instructions: explaining, documenting, repairing. Without `url` and `model` there is none.
    pub instruct: AiInstruct,
}

impl Default for Ai {
    fn default() -> Self {
        Self {
            enabled: true,
            model: None,
            engine: AiEngine::Auto,
            provider: AiProvider::Auto,
            library: None,
            threads: 0,
            prompt_tokens: 1024,
            maximum_tokens: 64,
            lines: 8,
            pause: 25,
            guidance: true,
            check: true,
            threshold: None,
            keep_acceptance: true,
            secrets: Vec::new(),
            remote: AiRemote::default(),
            instruct: AiInstruct::default(),
        }
    }
}

/// What runs a model.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AiEngine {
    /// ONNX Runtime where there is a library that can be used, else the engine in Rust.
    #[default]
    Auto,
    /// ONNX Runtime or nothing.
    OnnxRuntime,
    /// The engine in Rust, which needs no library.
    Rten,
}

/// What computes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AiProvider {
    /// CUDA where the library has it and it works, else the processor.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// NVIDIA's graphics processors.
    Cuda,
    /// Apple's processors.
    CoreMl,
    /// Graphics processors on Windows.
    DirectMl,
    /// Graphics processors by WebGPU.
    WebGpu,
}

/// A server that completes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct AiRemote {
    /// Its address, for example `http://127.0.0.1:8012`. For an OpenAI-compatible server the part before
    /// `/v1/completions`.
    pub url: Option<String>,
    /// What it speaks.
    pub kind: RemoteKind,
    /// The model that it is asked for.
    pub model: Option<String>,
    /// How its model fills in the middle, by the name of a template (`qwen2.5-coder`, `starcoder2`, `deepseek-coder`,
    /// `codellama`, `codegemma`, `granite`, `mellum`). Without it the server is given the text before and behind the
    /// cursor apart.
    pub template: Option<String>,
    /// The environment variable that holds its key.
    pub key_variable: Option<String>,
    /// How many milliseconds it may take. What is later is not shown; a model on this machine completes meanwhile, if
    /// there is one.
    pub timeout: u32,
}

impl Default for AiRemote {
    fn default() -> Self {
        Self { url: None, kind: RemoteKind::OpenAi, model: None, template: None, key_variable: None, timeout: 2000 }
    }
}

/// What a server speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RemoteKind {
    /// `/v1/completions`, as OpenAI, vLLM, Ollama and TGI have it.
    #[default]
    OpenAi,
    /// `/infill`, as the server of llama.cpp has it.
    Infill,
}

/// A model that follows instructions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct AiInstruct {
    /// The address of an OpenAI-compatible server: the part before `/v1/chat/completions`. Without it the model is one
    /// on this machine.
    pub url: Option<String>,
    /// The model: the one that the server is asked for, or one on this machine by name or absolute path.
    pub model: Option<String>,
    /// The environment variable that holds the server's key.
    pub key_variable: Option<String>,
    /// How many seconds it may take.
    pub timeout: u32,
    /// The most tokens that it writes.
    pub maximum_tokens: u32,
}

impl Default for AiInstruct {
    fn default() -> Self {
        Self { url: None, model: None, key_variable: None, timeout: 120, maximum_tokens: 1024 }
    }
}
