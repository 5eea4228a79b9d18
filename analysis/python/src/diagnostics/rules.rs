//! Which of the engine's rules are asked.

use ty_python_semantic::default_lint_registry;
use ty_python_semantic::lint::RuleSelection;

/// The rules that the engine checks.
pub(crate) fn selection() -> RuleSelection {
    RuleSelection::from_registry(default_lint_registry())
}
