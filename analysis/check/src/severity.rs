//! How severe a finding is.

use montuno_base::settings::{Diagnostics, RuleLevel};
use montuno_semantic::{Confidence, Diagnostic, Severity};

/// The severity that a finding is reported with. `None` if the user switched its rule off.
///
/// A user may make any rule an error. Without that, an error needs exact facts: a finding that is only
/// likely is at most a warning.
pub fn severity_of(finding: &Diagnostic, settings: &Diagnostics) -> Option<Severity> {
    match settings.rules.get(&finding.rule) {
        Some(RuleLevel::Off) => None,
        Some(RuleLevel::Hint) => Some(Severity::Hint),
        Some(RuleLevel::Information) => Some(Severity::Information),
        Some(RuleLevel::Warning) => Some(Severity::Warning),
        Some(RuleLevel::Error) => Some(Severity::Error),
        None if finding.confidence == Confidence::Exact => Some(finding.severity),
        None => Some(finding.severity.min(Severity::Warning)),
    }
}

#[cfg(test)]
mod tests {
    use montuno_base::TextRange;

    use super::*;

    #[test]
    fn an_error_needs_exact_facts() {
        let mut finding = Diagnostic::new("rule", Severity::Error, TextRange::default(), "message");
        let mut settings = Diagnostics::default();
        assert_eq!(severity_of(&finding, &settings), Some(Severity::Error));
        finding.confidence = Confidence::Likely;
        assert_eq!(severity_of(&finding, &settings), Some(Severity::Warning));
        settings.rules.insert("rule".to_owned(), RuleLevel::Error);
        assert_eq!(severity_of(&finding, &settings), Some(Severity::Error));
        settings.rules.insert("rule".to_owned(), RuleLevel::Off);
        assert_eq!(severity_of(&finding, &settings), None);
    }
}
