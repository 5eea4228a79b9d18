//! Findings about code.

use montuno_base::{FileRange, TextRange};

use crate::{Confidence, TextEdit};

/// How bad a finding is. The order is from the mildest to the worst.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Unobtrusive.
    Hint,
    /// Worth knowing.
    Information,
    /// Probably wrong, or wrong in a way that need not matter.
    Warning,
    /// Certainly wrong. Raised from [`Confidence::Exact`] facts alone.
    Error,
}

impl Severity {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How an editor may draw the text of a finding.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DiagnosticTag {
    /// Faded: it has no effect.
    Unnecessary,
    /// Struck through: it should no longer be used.
    Deprecated,
}

/// A finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The text it speaks of.
    pub range: TextRange,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is. An error is always [`Confidence::Exact`].
    pub confidence: Confidence,
    /// The name of the rule, one of [`crate::diagnostic::rules`] or the engine's own.
    pub rule: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// More, for those who want it.
    pub notes: Vec<String>,
    /// Other places that it has to do with.
    pub related: Vec<(FileRange, String)>,
    /// How it may be drawn.
    pub tags: Vec<DiagnosticTag>,
    /// A change of this file that mends it.
    pub fix: Option<Fix>,
}

/// A change that mends a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, in a few words.
    pub title: String,
    /// The edits of the file that the finding is in.
    pub edits: Vec<TextEdit>,
}

impl Diagnostic {
    /// A finding without anything that is optional.
    pub fn new(rule: impl Into<String>, severity: Severity, range: TextRange, message: impl Into<String>) -> Self {
        Self {
            range,
            severity,
            confidence: Confidence::Exact,
            rule: rule.into(),
            message: message.into(),
            notes: Vec::new(),
            related: Vec::new(),
            tags: Vec::new(),
            fix: None,
        }
    }
}

/// The rules that mean the same in every language. Each has a page in `analysis/check/rules`.
pub mod rules {
    /// The text cannot be parsed.
    pub const SYNTAX_ERROR: &str = "syntax-error";
    /// An imported module, or a name imported from it, does not exist.
    pub const UNRESOLVED_IMPORT: &str = "unresolved-import";
    /// A plain name that nothing declares.
    pub const UNRESOLVED_NAME: &str = "unresolved-name";
    /// A member that the type does not have.
    pub const UNRESOLVED_MEMBER: &str = "unresolved-member";
    /// Arguments that the function does not take.
    pub const INVALID_CALL: &str = "invalid-call";
    /// An import that nothing uses.
    pub const UNUSED_IMPORT: &str = "unused-import";
    /// Modules that import each other while they are loaded.
    pub const IMPORT_CYCLE: &str = "import-cycle";
    /// Code that can never run.
    pub const UNREACHABLE_CODE: &str = "unreachable-code";
    /// A file that cannot be analysed: not text, too large, unreadable.
    pub const UNREADABLE_FILE: &str = "unreadable-file";
    /// Text nested too deep to be analysed.
    pub const TOO_DEEPLY_NESTED: &str = "too-deeply-nested";
}
