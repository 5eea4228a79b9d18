//! What is wrong in a file.

pub(crate) mod rules;

use montuno_base::{FileId, TextRange};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::diagnostic::{DiagnosticTag, Fix};
use montuno_semantic::{Confidence, Diagnostic};
use ra_ap_ide::AssistResolveStrategy;

use crate::configuration;
use crate::convert::edit;
use crate::load::database::to_engine;
use crate::snapshot::RustSnapshot;

impl RustSnapshot {
    /// The findings of a file, sorted by place.
    pub(crate) fn findings(&self, file: FileId) -> Cancellable<Vec<Diagnostic>> {
        if self.engine_text(file)?.is_none() {
            return Ok(Vec::new());
        }
        let config = configuration::diagnostics();
        let found =
            self.ask(|analysis| analysis.full_diagnostics(&config, AssistResolveStrategy::All, to_engine(file)))?;
        let mut findings: Vec<Diagnostic> = Vec::new();
        for found in found {
            if found.range.file_id != to_engine(file) {
                continue;
            }
            let Some(judgement) = rules::judge(&found.code) else { continue };
            let fix = found.fixes.into_iter().flatten().find_map(|assist| {
                let title = assist.label.to_string();
                let mut change = edit::workspace_edit(assist.source_change?, &self.context.inputs.files);
                let edits = change.edits.remove(&file)?;
                (change.is_empty() && !change.is_snippet).then_some(Fix { title, edits })
            });
            findings.push(Diagnostic {
                range: found.range.range,
                severity: judgement.severity,
                confidence: Confidence::Exact,
                rule: judgement.rule.to_owned(),
                message: found.message,
                notes: Vec::new(),
                related: Vec::new(),
                tags: if found.unused { vec![DiagnosticTag::Unnecessary] } else { Vec::new() },
                fix,
            });
        }
        findings.sort_by(|a, b| place(a).cmp(&place(b)));
        findings.dedup();
        Ok(findings)
    }
}

fn place(finding: &Diagnostic) -> (u32, u32, &str) {
    let TextRange { .. } = finding.range;
    (finding.range.start().into(), finding.range.end().into(), &finding.rule)
}
