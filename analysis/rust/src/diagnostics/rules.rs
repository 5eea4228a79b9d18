//! The engine's findings as rules of ours: what each is called, and how sure it is.

use montuno_semantic::Severity;
use montuno_semantic::diagnostic::rules;
use ra_ap_ide::DiagnosticCode;

/// The name of the rule that a code of the engine's stands for; `None` if it is not reported.
pub(crate) fn rule(code: &DiagnosticCode) -> Option<String> {
    judge(code).map(|judgement| judgement.rule.to_owned())
}

/// What is made of a finding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Judgement {
    pub rule: &'static str,
    /// How bad it is where everything that it depends on is known.
    pub severity: Severity,
}

/// What is made of a finding with this code; `None` if it is not reported at all.
pub(crate) fn judge(code: &DiagnosticCode) -> Option<Judgement> {
    let (rule, severity) = match code {
        DiagnosticCode::SyntaxError => (rules::SYNTAX_ERROR, Severity::Error),
        DiagnosticCode::RustcHardError(code) => of_error(code),
        DiagnosticCode::RustcLint(lint) => (*lint, Severity::Warning),
        DiagnosticCode::Clippy(lint) => (*lint, Severity::Hint),
        DiagnosticCode::Ra(name, _) | DiagnosticCode::RaLint(name, _) => (*name, Severity::Hint),
    };
    Some(Judgement { rule, severity })
}

fn of_error(code: &'static str) -> (&'static str, Severity) {
    match code {
        "E0432" | "E0583" | "unresolved-extern-crate" => (rules::UNRESOLVED_IMPORT, Severity::Error),
        "E0425" | "unresolved-macro-call" => (rules::UNRESOLVED_NAME, Severity::Error),
        "E0559" | "E0599" => (rules::UNRESOLVED_MEMBER, Severity::Error),
        "E0057" | "E0061" | "E0107" | "E0618" => (rules::INVALID_CALL, Severity::Error),
        other => (other, Severity::Warning),
    }
}
