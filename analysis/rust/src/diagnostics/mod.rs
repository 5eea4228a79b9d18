//! What is wrong in a file.
//!
//! | module | subject |
//! | --- | --- |
//! | [`rules`] | the engine's codes as rules of ours |
//! | [`paths`] | names of types and modules that are not there, of which the engine says nothing |
//! | [`certainty`] | how sure it is that something is not there |
//! | [`unused`] | imports that nothing uses |
//! | [`gaps`] | what is missing from what is known of a crate |

pub(crate) mod certainty;
mod gaps;
mod paths;
pub(crate) mod rules;
mod unused;

use montuno_base::{FileId, TextRange};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::diagnostic::{DiagnosticTag, Fix, rules as common};
use montuno_semantic::{Confidence, Diagnostic, Severity};
use ra_ap_ide::{AssistResolveStrategy, DiagnosticCode};

use certainty::{Certainty, Judge};
use rules::Judgement;

use crate::configuration;
use crate::convert::edit;
use crate::load::database::to_engine;
use crate::snapshot::RustSnapshot;

/// A finding of the engine's, and what it is to us.
type Found = (Judgement, ra_ap_ide::Diagnostic);

impl RustSnapshot {
    /// The findings of a file, sorted by place.
    pub(crate) fn findings(&self, file: FileId) -> Cancellable<Vec<Diagnostic>> {
        let Some(text) = self.engine_text(file)? else { return Ok(Vec::new()) };
        let config = configuration::diagnostics();
        let found =
            self.ask(|analysis| analysis.full_diagnostics(&config, AssistResolveStrategy::All, to_engine(file)))?;
        let here = found.into_iter().filter(|found| found.range.file_id == to_engine(file));
        let (inactive, here): (Vec<_>, Vec<_>) =
            here.partition(|found| matches!(found.code, DiagnosticCode::RaLint("inactive_code", _)));
        let inactive: Vec<_> = inactive.into_iter().map(|found| found.range.range).collect();
        // What follows from a type that is not known says nothing about the code, and neither does what a macro
        // makes of it that is not run.
        let here = here.into_iter().filter(|found| {
            !found.message.contains("{unknown}") && !found.message.starts_with("Syntax Error in Expansion")
        });
        // The language reads a line's end of two characters as one, before it looks for escapes.
        let text = text.as_bytes();
        let here = here.filter(|found| {
            let range = usize::from(found.range.range.start())..usize::from(found.range.range.end());
            let is_line_end = |at: usize| text.get(at..at + 3) == Some(b"\\\r\n".as_slice());
            !(matches!(found.code, DiagnosticCode::SyntaxError)
                && (range.start.saturating_sub(1)..=range.end).any(is_line_end))
        });
        let here: Vec<_> = here.filter_map(|found| Some((rules::judge(&found.code)?, found))).collect();

        let declared = self.core()?.declared(file);
        let is_own = declared.is_own;
        let judged = self.read(|db| Some(judge_all(&mut Judge::new(db, to_engine(file), declared)?, &here, &inactive)));
        let mut findings = Vec::new();
        match judged? {
            Some((certainties, missing)) => {
                let judged = here.into_iter().zip(certainties);
                findings.extend(judged.filter_map(|(found, certainty)| self.finding(file, found, certainty)));
                findings.extend(missing);
            }
            // Of a file that no crate leads to, the syntax alone is known, and not which edition it is written in.
            None => {
                let most = if is_own { Severity::Warning } else { Severity::Information };
                let syntax = here.into_iter().filter(|(it, _)| it.rule == common::SYNTAX_ERROR);
                let syntax = syntax.filter_map(|found| self.finding(file, found, Certainty::Likely(most, None)));
                findings.extend(syntax);
            }
        }
        findings.sort_by(|a, b| place(a).cmp(&place(b)));
        findings.dedup();
        Ok(findings)
    }

    /// A finding of ours; `None` if nothing can be said.
    fn finding(&self, file: FileId, (judgement, found): Found, certainty: Certainty) -> Option<Diagnostic> {
        let (severity, message, confidence) = match certainty {
            Certainty::Exact => (judgement.severity, None, Confidence::Exact),
            Certainty::Likely(most, message) => (judgement.severity.min(most), message, Confidence::Likely),
            Certainty::Unknown => return None,
        };
        let fix = found.fixes.into_iter().flatten().find_map(|assist| {
            let title = assist.label.to_string();
            let mut change = edit::workspace_edit(assist.source_change?, &self.context.inputs.files);
            let edits = change.edits.remove(&file)?;
            (change.is_empty() && !change.is_snippet).then_some(Fix { title, edits })
        });
        Some(Diagnostic {
            range: found.range.range,
            severity,
            confidence,
            rule: judgement.rule.to_owned(),
            message: message.unwrap_or(found.message),
            notes: Vec::new(),
            related: Vec::new(),
            tags: if found.unused { vec![DiagnosticTag::Unnecessary] } else { Vec::new() },
            fix,
        })
    }
}

/// How sure each finding is, and the findings that the engine does not make.
fn judge_all(judge: &mut Judge<'_>, found: &[Found], inactive: &[TextRange]) -> (Vec<Certainty>, Vec<Diagnostic>) {
    let paths = judge.missing_paths(inactive);
    judge.note_inactive(inactive);
    for (_, found) in found.iter().filter(|(judgement, _)| judgement.rule == common::UNRESOLVED_IMPORT) {
        judge.note_missing_import(found.range.range);
    }
    if found.iter().any(|(judgement, _)| judgement.rule == common::SYNTAX_ERROR) {
        judge.note_broken_text();
    }
    for path in &paths {
        judge.note_missing_path(path.range);
    }
    let certainties = found.iter().map(|(judgement, found)| judge.judge(judgement.rule, found.range.range)).collect();
    let mut missing = Vec::new();
    for path in paths {
        let (severity, message, confidence) = match judge.judge_path(&path) {
            Certainty::Exact => (Severity::Error, None, Confidence::Exact),
            Certainty::Likely(severity, message) => (severity, message, Confidence::Likely),
            Certainty::Unknown => continue,
        };
        let message = message.unwrap_or_else(|| path.message());
        let mut finding = Diagnostic::new(common::UNRESOLVED_NAME, severity, path.range, message);
        finding.confidence = confidence;
        missing.push(finding);
    }
    if judge.is_own() {
        missing.extend(judge.unused_imports(inactive));
    }
    (certainties, missing)
}

fn place(finding: &Diagnostic) -> (u32, u32, &str) {
    (finding.range.start().into(), finding.range.end().into(), &finding.rule)
}
