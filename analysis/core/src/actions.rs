//! Changes that can be made in a range: what is common to all languages of the core.

use montuno_base::{FileId, FileRange};
use montuno_semantic::diagnostic::rules;
use montuno_semantic::features::organize_imports;
use montuno_semantic::presentation::{CodeAction, CodeActionKind};
use montuno_semantic::{Diagnostic, TextEdit, WorkspaceEdit};

use crate::view::View;

/// The changes that can be made in a range, of these kinds if any are named.
pub(crate) fn actions(view: &View<'_>, range: FileRange, kinds: &[CodeActionKind]) -> Vec<CodeAction> {
    let plugin = view.db.plugin();
    let wants = |kind| kinds.is_empty() || kinds.contains(&kind);
    let mut actions = plugin.code_actions(view, range, kinds);
    if wants(CodeActionKind::QuickFix) {
        let findings = plugin.diagnostics(view, range.file);
        let touches = |finding: &&Diagnostic| finding.range.intersect(range.range).is_some();
        for finding in findings.iter().filter(touches) {
            actions.extend(fixes(view, range.file, finding));
        }
    }
    if wants(CodeActionKind::SourceOrganizeImports) {
        actions.extend(organize_imports::action(range.file, plugin.organize_imports(view, range.file)));
    }
    actions
}

/// What mends a finding.
fn fixes(view: &View<'_>, file: FileId, finding: &Diagnostic) -> Vec<CodeAction> {
    let action = |title: String, edits: Vec<TextEdit>, is_preferred| CodeAction {
        id: format!("{} {} {title}", finding.rule, u32::from(finding.range.start())),
        title,
        kind: CodeActionKind::QuickFix,
        mends: Some(finding.rule.clone()),
        is_preferred,
        edit: Some(WorkspaceEdit::of_file(file, edits)),
    };
    let mut actions = Vec::new();
    if let Some(fix) = &finding.fix {
        actions.push(action(fix.title.clone(), fix.edits.clone(), true));
    }
    if finding.rule == rules::UNRESOLVED_NAME {
        let imports = view.db.plugin().imports_for(view, file, finding);
        let is_only_one = imports.len() == 1;
        actions.extend(imports.into_iter().map(|(title, edit)| action(title, vec![edit], is_only_one)));
    }
    actions
}
