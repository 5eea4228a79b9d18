//! The engine's rules, and what becomes of what they find.

use montuno_semantic::Severity;
use montuno_semantic::diagnostic::rules as common;
use ty_python_semantic::default_lint_registry;
use ty_python_semantic::lint::RuleSelection;

/// A use of something that should no longer be used.
pub(crate) const DEPRECATED: &str = "deprecated";
/// A variable that nothing uses.
pub(crate) const UNUSED_VARIABLE: &str = "unused-variable";

/// What is done with the findings of a rule.
pub(super) enum Rule {
    /// They are dropped: they say more of the engine than of the program.
    Off,
    /// The text cannot be parsed.
    Syntax,
    /// See [`super::imports`].
    Import,
    /// See [`super::names`].
    Name,
    /// See [`super::members`].
    Member,
    /// See [`super::calls`].
    Call,
    /// A construct that fails whatever the types are: reported by the engine's name.
    Certain(&'static str),
    /// Types that do not fit each other.
    Typed(&'static str),
    /// Worth knowing, at most.
    Note(&'static str, Severity),
}

/// What is done with the findings of the engine's rule of this name.
pub(super) fn rule_of(name: &str) -> Rule {
    if let Some((_, rule)) = common_rules().iter().find(|(names, _)| names.contains(&name)) {
        return match *rule {
            common::SYNTAX_ERROR => Rule::Syntax,
            common::UNRESOLVED_IMPORT => Rule::Import,
            common::UNRESOLVED_NAME => Rule::Name,
            common::UNRESOLVED_MEMBER => Rule::Member,
            _ => Rule::Call,
        };
    }
    let Ok(lint) = default_lint_registry().get(name) else { return Rule::Off };
    let name = lint.name().as_str();
    if name == DEPRECATED {
        return Rule::Note(DEPRECATED, Severity::Hint);
    }
    if NOTES.contains(&name) {
        return Rule::Note(name, Severity::Hint);
    }
    match () {
        () if CERTAIN.contains(&name) => Rule::Certain(name),
        () if TYPED.contains(&name) => Rule::Typed(name),
        () => Rule::Off,
    }
}

/// The rules that mean the same in every language, by the engine's names for them.
fn common_rules() -> [(&'static [&'static str], &'static str); 5] {
    [
        (&["invalid-syntax"], common::SYNTAX_ERROR),
        (&["unresolved-import"], common::UNRESOLVED_IMPORT),
        (&["unresolved-reference"], common::UNRESOLVED_NAME),
        (&["unresolved-attribute"], common::UNRESOLVED_MEMBER),
        (
            &[
                "too-many-positional-arguments",
                "missing-argument",
                "unknown-argument",
                "parameter-already-assigned",
                "positional-only-parameter-as-kwarg",
            ],
            common::INVALID_CALL,
        ),
    ]
}

/// What fails, or makes no sense, whatever the types are.
const CERTAIN: [&str; 28] = [
    "conflicting-declarations",
    "conflicting-metaclass",
    "cyclic-class-definition",
    "cyclic-type-alias-definition",
    "dataclass-field-order",
    "division-by-zero",
    "duplicate-base",
    "duplicate-kw-only",
    "inconsistent-mro",
    "instance-layout-conflict",
    "invalid-dataclass",
    "invalid-dataclass-override",
    "invalid-exception-caught",
    "invalid-explicit-override",
    "invalid-generic-class",
    "invalid-legacy-type-variable",
    "invalid-named-tuple",
    "invalid-overload",
    "invalid-paramspec",
    "invalid-protocol",
    "invalid-type-form",
    "invalid-type-variable-constraints",
    "override-of-final-method",
    "subclass-of-final-class",
    "super-call-in-named-tuple-method",
    "unavailable-implicit-super-arguments",
    "unused-awaitable",
    "zero-stepsize-in-slice",
];

/// What is a defect if the types are what the engine takes them for.
const TYPED: [&str; 20] = [
    "call-non-callable",
    "index-out-of-bounds",
    "invalid-argument-type",
    "invalid-assignment",
    "invalid-await",
    "invalid-base",
    "invalid-context-manager",
    "invalid-key",
    "invalid-metaclass",
    "invalid-parameter-default",
    "invalid-raise",
    "invalid-return-type",
    "invalid-super-argument",
    "invalid-type-arguments",
    "invalid-yield",
    "no-matching-overload",
    "not-iterable",
    "not-subscriptable",
    "unsupported-bool-conversion",
    "unsupported-operator",
];

/// What is worth knowing.
const NOTES: [&str; 6] = [
    "redundant-cast",
    "revealed-type",
    "undefined-reveal",
    "type-assertion-failure",
    "possibly-missing-submodule",
    "invalid-ignore-comment",
];

/// The rules that the engine checks: those whose findings are used.
pub(crate) fn selection() -> RuleSelection {
    let registry = default_lint_registry();
    let mut selection = RuleSelection::from_registry(registry);
    for &lint in registry.lints() {
        if matches!(rule_of(lint.name().as_str()), Rule::Off) {
            selection.disable(lint);
        }
    }
    selection
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_one_of_the_engine() {
        let registry = default_lint_registry();
        // The last is no lint but a kind of its own.
        let common = common_rules();
        let common = common.iter().flat_map(|(names, _)| *names).filter(|name| **name != "invalid-syntax");
        let notes = NOTES.iter().filter(|name| **name != "revealed-type");
        for name in common.chain(&CERTAIN).chain(&TYPED).chain(notes) {
            assert!(registry.get(name).is_ok(), "{name}");
        }
    }
}
