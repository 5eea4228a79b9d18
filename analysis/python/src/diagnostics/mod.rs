//! What is wrong in a file, and how sure that is.
//!
//! The engine says what does not fit its types. On working Python that is a lot: programs put attributes
//! on objects from afar, replace functions, mix classes that only make sense together. So a finding of
//! the engine becomes an *error* only where nothing of that kind can be behind it, by rules that look at
//! the program as a whole; else it is a warning, or something that is merely worth knowing.
//!
//! | module | subject |
//! | --- | --- |
//! | `rules` | the engine's rules, and what they are called here |
//! | `imports` | modules and names that are imported and not there |
//! | `names` | names that nothing declares |
//! | `members` | members that a type does not have |
//! | `calls` | arguments that a function does not take |
//! | `closed` | classes and modules of which everything is known |
//! | `declared` | whether anything in the program declares a name |
//! | `unused` | imports and variables that nothing uses, code that never runs |
//! | `cycles` | modules that import each other |
//! | `suppression` | comments that ask for silence |

mod calls;
mod closed;
mod cycles;
mod declared;
mod imports;
mod members;
mod names;
pub(crate) mod rules;
mod suppression;
mod unused;

use montuno_base::{FileId, Language, TextRange, nesting};
use montuno_semantic::diagnostic::{DiagnosticTag, Fix, rules as common};
use montuno_semantic::{Confidence, Diagnostic, Severity, TextEdit};
use ruff_db::diagnostic as engine;
use ruff_python_ast::AnyNodeRef;
use ruff_python_ast::find_node::{CoveringNode, covering_node};
use ruff_text_size::Ranged;
use ty_python_semantic::SemanticModel;

use crate::convert::ToOurs;
use crate::database::is_own;
use crate::view::View;
use declared::Declared;
use rules::Rule;
use suppression::Suppressions;

/// What a rule makes of a finding of the engine.
struct Verdict {
    rule: &'static str,
    severity: Severity,
    confidence: Confidence,
}

impl Verdict {
    /// A certain defect.
    fn error(rule: &'static str) -> Self {
        Self { rule, severity: Severity::Error, confidence: Confidence::Exact }
    }

    /// Something that is less than certain.
    fn likely(rule: &'static str, severity: Severity) -> Self {
        Self { rule, severity, confidence: Confidence::Likely }
    }
}

/// What the rules look at.
struct Check<'a, 'db> {
    view: View<'db>,
    model: &'a SemanticModel<'db>,
    root: AnyNodeRef<'a>,
    text: &'a str,
    declared: Declared<'db>,
}

impl<'db> View<'db> {
    /// What is wrong in a file, sorted by place. Of packages that the workspace uses nothing is reported.
    pub(crate) fn diagnostics(&self, file: FileId) -> Vec<Diagnostic> {
        let bounded = match self.context.text(file) {
            Ok(source) => nesting::bound(&source.text, Language::Python),
            Err(montuno_base::ReadError::Missing) => return Vec::new(),
            Err(error) => {
                let message = format!("This file {error}, and is not analysed.");
                let start = TextRange::empty(0.into());
                return vec![Diagnostic::new(common::UNREADABLE_FILE, Severity::Warning, start, message)];
            }
        };
        let model = self.model(file);
        if !is_own(self.db, model.file()) {
            return Vec::new();
        }
        let parsed = self.parsed(&model);
        let text = self.text(&model);
        let root = AnyNodeRef::from(parsed.syntax());
        let check = Check { view: *self, model: &model, root, text: &text, declared: Declared::new(*self, file) };
        let mut found: Vec<Diagnostic> = bounded.blanked.iter().map(|range| too_deep(*range)).collect();
        for finding in ty_python_semantic::check_file_unwrap(self.db, model.program_file()) {
            found.extend(check.judge(&finding));
        }
        // What is blanked is no defect of the text, and neither is what the parser misses around it.
        found.retain(|one| {
            one.rule == common::TOO_DEEPLY_NESTED
                || (one.rule != common::SYNTAX_ERROR || bounded.blanked.is_empty())
                    && !bounded.blanked.iter().any(|blanked| blanked.contains_range(one.range))
        });
        // Of a text that is half written nobody knows yet what it will use.
        if parsed.errors().is_empty() {
            found.extend(check.unused_imports(parsed.suite(), parsed.tokens()));
        }
        found.extend(check.unused_variables());
        found.extend(check.unreachable_code());
        found.extend(check.import_cycles());
        let suppressions = Suppressions::read(parsed.tokens(), &text);
        found.retain(|one| !suppressions.silence(one));
        found.sort_by_key(|one| (one.range.start(), one.range.end(), std::cmp::Reverse(one.severity)));
        found
    }
}

fn too_deep(range: TextRange) -> Diagnostic {
    let message = "This is nested too deep to be analysed, and is passed over.";
    Diagnostic::new(common::TOO_DEEPLY_NESTED, Severity::Warning, range, message)
}

impl<'a> Check<'a, '_> {
    /// What becomes of a finding of the engine.
    fn judge(&self, finding: &engine::Diagnostic) -> Option<Diagnostic> {
        let range = finding.range().unwrap_or_default();
        let message = finding.concise_message().to_string();
        let node = || self.node_at(range);
        let verdict = match rules::rule_of(finding.id().as_str()) {
            Rule::Off => return None,
            Rule::Syntax => Verdict::error(common::SYNTAX_ERROR),
            Rule::Import => self.judge_import(&node()?),
            Rule::Name => self.judge_name(&node()?),
            Rule::Member => self.judge_member(&node()?)?,
            Rule::Call => self.judge_call(&node()?),
            Rule::Certain(rule) => Verdict::likely(rule, Severity::Warning),
            Rule::Typed(rule) => self.judge_types(rule, &node()?),
            Rule::Note(rule, severity) => Verdict::likely(rule, severity),
        };
        // Of a member the name is marked, which may stand on another line than what it is a member of.
        let range = match verdict.rule {
            common::UNRESOLVED_MEMBER => node()?.node().expr_attribute().map_or(range, |member| member.attr.range),
            _ => range,
        };
        let mut diagnostic = Diagnostic::new(verdict.rule, verdict.severity, range.ours(), message);
        diagnostic.confidence = verdict.confidence;
        if verdict.rule == rules::DEPRECATED {
            diagnostic.tags.push(DiagnosticTag::Deprecated);
        }
        diagnostic.fix = finding.fix().map(|fix| Fix {
            title: finding.first_help_text().unwrap_or("Mend this").to_owned(),
            edits: fix
                .edits()
                .iter()
                .map(|edit| TextEdit::replace(edit.range().ours(), edit.content().unwrap_or_default()))
                .collect(),
        });
        diagnostic.notes = finding.sub_diagnostics().iter().map(|note| note.concise_message().to_string()).collect();
        Some(diagnostic)
    }

    /// Types that do not fit: a defect where the author declares types, and so relies on them; else what
    /// was inferred may just as well be wrong.
    fn judge_types(&self, rule: &'static str, node: &CoveringNode<'_>) -> Verdict {
        let function = node.ancestors().find_map(AnyNodeRef::stmt_function_def);
        let is_declared = function.is_some_and(|function| {
            let own = function.parameters.iter().skip(usize::from(self.is_method(node)));
            function.returns.is_some() && own.into_iter().all(|parameter| parameter.annotation().is_some())
        });
        Verdict::likely(rule, if is_declared { Severity::Warning } else { Severity::Hint })
    }

    fn is_method(&self, node: &CoveringNode<'_>) -> bool {
        let mut around = node.ancestors().skip_while(|node| !node.is_stmt_function_def()).skip(1);
        around
            .find(|node| node.is_stmt_class_def() || node.is_stmt_function_def())
            .is_some_and(|node| node.is_stmt_class_def())
    }

    /// The node that a finding speaks of.
    fn node_at(&self, range: ruff_text_size::TextRange) -> Option<CoveringNode<'a>> {
        let root = self.root.range();
        root.contains_range(range).then(|| covering_node(self.root, range))
    }
}
