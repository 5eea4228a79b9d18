//! Everything that a user can set, as one typed structure. The parser, the JSON Schema and the
//! documentation are made from it; where the values come from is the server's business.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Feature, FeatureSwitch, Language};

mod ai;

pub use ai::{Ai, AiEngine, AiInstruct, AiProvider, AiRemote, RemoteKind};

/// All settings. Every field has a default: no file is needed.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settings {
    /// Languages that Montuno leaves to another server, by their LSP id, for example `["python"]`.
    #[schemars(with = "Vec<String>")]
    pub disabled_languages: Vec<Language>,
    /// Features that Montuno leaves to another server, in all languages or in one, for example
    /// `["formatting", "python.hover"]`.
    pub disabled_features: Vec<FeatureSwitch>,
    /// Files and folders that are not searched, as globs in the form of `.gitignore`. They are still
    /// analysed when they are opened or imported.
    pub exclude: Vec<String>,
    /// What is reported, and how severely.
    pub diagnostics: Diagnostics,
    /// What completion offers.
    pub completion: Completion,
    /// Completion by a language model on this machine.
    pub ai: Ai,
    /// Hints shown inside the text.
    pub inlay_hints: InlayHints,
    /// What is shown above declarations.
    pub code_lens: CodeLens,
    /// Formatting by the formatter that the user has.
    pub formatting: Formatting,
    /// Findings of compilers and linters that the user has.
    pub linting: Linting,
    /// Debugging.
    pub debug: Debug,
    /// Python.
    pub python: Python,
    /// Rust.
    pub rust: Rust,
}

/// What is reported, and how severely.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Diagnostics {
    /// Whether an editor is sent findings at all.
    pub enabled: bool,
    /// A severity for single rules, by name, for example `{ "unused-import" = "off" }`.
    pub rules: BTreeMap<String, RuleLevel>,
}

impl Default for Diagnostics {
    fn default() -> Self {
        Self { enabled: true, rules: BTreeMap::new() }
    }
}

/// How severely a rule's findings are reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuleLevel {
    /// Not at all.
    Off,
    /// As a hint: unobtrusive.
    Hint,
    /// As information.
    Information,
    /// As a warning.
    Warning,
    /// As an error.
    Error,
}

/// What completion offers.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Completion {
    /// Whether names are offered that an import would have to be added for.
    pub auto_import: bool,
    /// Whether a function is completed with its parentheses.
    pub call_parentheses: bool,
    /// Whether what stands before a dot can be put into a statement by a word behind it: `found.if`.
    pub postfix: bool,
}

impl Default for Completion {
    fn default() -> Self {
        Self { auto_import: true, call_parentheses: false, postfix: true }
    }
}

/// Hints shown inside the text.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct InlayHints {
    /// The type of a variable that has no annotation.
    pub variable_types: bool,
    /// The name of the parameter that an argument is for.
    pub parameter_names: bool,
    /// The result of each call in a chain that goes over several lines (Rust).
    pub chained_calls: bool,
}

impl Default for InlayHints {
    fn default() -> Self {
        Self { variable_types: true, parameter_names: true, chained_calls: true }
    }
}

/// What is shown above declarations.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct CodeLens {
    /// How often a class, function or type is used.
    pub references: bool,
    /// How many implementations a trait, a type or an abstract class has.
    pub implementations: bool,
    /// Run and Debug above tests, benchmarks and main functions, in editors that have the commands `montuno.run` and
    /// `montuno.debug`.
    pub run: bool,
}

impl Default for CodeLens {
    fn default() -> Self {
        Self { references: true, implementations: true, run: true }
    }
}

/// Formatting by the formatter that the user has.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Formatting {
    /// The command for each language, by its LSP id, for example `{ python = ["black", "-q", "-"] }`. It reads the
    /// text on standard input and writes it on standard output; `{file}` stands for the path of the file. Without
    /// it: the language's own formatter, where it is on your `PATH`. An empty list is none.
    pub commands: BTreeMap<String, Vec<String>>,
    /// How many seconds a formatter may take before it is ended and the text stays as it is.
    pub timeout: u32,
}

impl Default for Formatting {
    fn default() -> Self {
        Self { commands: BTreeMap::new(), timeout: 5 }
    }
}

/// Findings of compilers and linters that the user has.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Linting {
    /// The programs whose findings are shown beside Montuno's own when a file is saved, by language, for example
    /// `{ python = ["ruff"], rust = ["clippy"] }`. There are `ruff` for Python, `eslint` for TypeScript and JavaScript,
    /// `cargo-check` and `clippy` for Rust, `go-vet` for Go. Each is taken from your `PATH`; all but `ruff` run code of
    /// the project, and wait until the workspace is trusted.
    pub on_save: BTreeMap<String, Vec<String>>,
    /// How many seconds one of them may take before it is ended.
    pub timeout: u32,
}

impl Default for Linting {
    fn default() -> Self {
        Self { on_save: BTreeMap::new(), timeout: 120 }
    }
}

/// Debugging.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Debug {
    /// The command of a debugger, by its name (`lldb-dap`, `gdb`, `debugpy`, `delve`, `js-debug`), for example
    /// `{ js-debug = ["/opt/js-debug/src/dapDebugServer.js"] }`. Without it: where its users have it;
    /// `montuno doctor` says what was found.
    pub backends: BTreeMap<String, Vec<String>>,
    /// The debugger for Rust, C and C++ where both are there.
    pub native: NativeDebugger,
    /// How many seconds a debugger may take to show a value before its place is taken by a note that says so.
    pub patience: u32,
    /// Whether stepping and exceptions stop in the user's own code only, where the debugger can tell (Python,
    /// JavaScript, TypeScript).
    pub just_my_code: bool,
}

impl Default for Debug {
    fn default() -> Self {
        Self { backends: BTreeMap::new(), native: NativeDebugger::LldbDap, patience: 8, just_my_code: true }
    }
}

/// A debugger for Rust, C and C++.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NativeDebugger {
    /// LLDB's own adapter.
    LldbDap,
    /// GDB, from version 14 on.
    Gdb,
}

/// Python.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Python {
    /// The environment whose packages are imported: a virtual environment's folder, or its
    /// interpreter. Without it: `VIRTUAL_ENV`, `CONDA_PREFIX`, `.venv` or `venv` in the workspace, the
    /// user's own interpreter. Its files are read; it is never run.
    #[schemars(with = "Option<String>")]
    pub environment: Option<Utf8PathBuf>,
    /// Folders that modules are searched in before all others.
    #[schemars(with = "Vec<String>")]
    pub extra_paths: Vec<Utf8PathBuf>,
    /// The version that the code is written for, for example `"3.12"`. Without it: the project's
    /// `requires-python`, then the environment's own.
    pub version: Option<String>,
    /// The system that the code runs on, as in `sys.platform`. Without it: this one. `"all"` assumes none.
    pub platform: Option<String>,
}

/// Rust.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rust {
    /// Cargo features that are on, for example `["serde"]`; `["*"]` is all of them.
    pub features: Vec<String>,
    /// Whether the feature `default` is left out.
    pub no_default_features: bool,
    /// The target triple that the code is built for. Without it: this machine's.
    pub target: Option<String>,
    /// The folder `library` of the standard library's source. Without it: `RUST_SRC_PATH`, the
    /// toolchain's `rust-src`, a distribution's package, the toolchain's documentation.
    #[schemars(with = "Option<String>")]
    pub library_source: Option<Utf8PathBuf>,
    /// More `cfg` options that are set, for example `["tokio_unstable"]`.
    pub cfgs: Vec<String>,
}

impl Settings {
    /// Whether Montuno answers for this language.
    pub fn is_enabled(&self, language: Language) -> bool {
        !self.disabled_languages.contains(&language)
    }

    /// Whether Montuno answers for a feature in this language, as far as the user says.
    pub fn has(&self, language: Language, feature: Feature) -> bool {
        let is_off =
            |switch: &FeatureSwitch| switch.feature == feature && switch.language.is_none_or(|other| other == language);
        self.is_enabled(language) && !self.disabled_features.iter().any(is_off)
    }
}
