//! Changes that can be made in a range: mending findings, adding imports.

use montuno_base::{FileId, FileRange};
use montuno_semantic::diagnostic::rules as common;
use montuno_semantic::features::organize_imports;
use montuno_semantic::presentation::{CodeAction, CodeActionKind};
use montuno_semantic::{Diagnostic, TextEdit, WorkspaceEdit};
use ruff_python_ast::Stmt;
use ruff_text_size::Ranged;
use ty_module_resolver::{ImportingFile, ModuleName, resolve_module};
use ty_python_semantic::SemanticModel;

use crate::convert::{ToOurs, ToTheirs};
use crate::importing::import;
use crate::view::View;

/// More modules than this offer nobody a choice.
const MOST_IMPORTS: usize = 8;

impl<'db> View<'db> {
    /// The changes that can be made in a range, of these kinds if any are named.
    pub(crate) fn code_actions(&self, range: FileRange, kinds: &[CodeActionKind]) -> Vec<CodeAction> {
        let wants = |kind| kinds.is_empty() || kinds.contains(&kind);
        let mut actions = Vec::new();
        let organizes = wants(CodeActionKind::SourceOrganizeImports);
        if !wants(CodeActionKind::QuickFix) && !wants(CodeActionKind::Source) && !organizes {
            return actions;
        }
        let findings = self.diagnostics(range.file);
        if wants(CodeActionKind::QuickFix) {
            let touches = |finding: &&Diagnostic| finding.range.intersect(range.range).is_some();
            for finding in findings.iter().filter(touches) {
                actions.extend(self.mend(range.file, finding));
            }
        }
        if wants(CodeActionKind::Source) {
            actions.extend(self.remove_unused_imports(range.file, &findings));
        }
        if organizes {
            let unused: Vec<_> =
                findings.iter().filter(|finding| finding.rule == common::UNUSED_IMPORT).map(|it| it.range).collect();
            actions.extend(organize_imports::action(range.file, self.organize_imports(range.file, &unused)));
        }
        actions
    }

    /// What mends a finding, or silences it.
    fn mend(&self, file: FileId, finding: &Diagnostic) -> Vec<CodeAction> {
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
        if finding.rule == common::UNRESOLVED_NAME {
            let imports = self.imports_of(file, finding);
            let is_only_one = imports.len() == 1;
            actions.extend(imports.into_iter().map(|(title, edit)| action(title, vec![edit], is_only_one)));
        }
        if let Some((comment, edit)) = self.silence(file, finding) {
            actions.push(action(format!("Silence this line with `{comment}`"), vec![edit], false));
        }
        actions
    }

    /// The imports that make a missing name known, the likeliest first.
    fn imports_of(&self, file: FileId, finding: &Diagnostic) -> Vec<(String, TextEdit)> {
        let model = self.model(file);
        let (text, parsed) = (self.text(&model), self.parsed(&model));
        let name = &text[finding.range.theirs().to_std_range()];
        let mut found = Vec::new();
        if self.is_module(&model, name)
            && let Some(edit) = import(&text, parsed.suite(), name, None)
        {
            found.push((format!("Import `{name}`"), edit));
        }
        let paths = self.search_paths(&model);
        let exports = self.db.exports();
        let mut offers = exports.named(&paths, name).unwrap_or_else(|| {
            // Nobody gathered yet: whoever asks for a fix waits for it.
            exports.gather(&paths);
            exports.named(&paths, name).unwrap_or_default()
        });
        offers.sort_by_key(|offer| (!offer.is_own, offer.module.matches('.').count(), offer.module.clone()));
        offers.truncate(MOST_IMPORTS);
        for offer in offers {
            if let Some(edit) = import(&text, parsed.suite(), &offer.module, Some(name)) {
                found.push((format!("Import `{name}` from `{}`", offer.module), edit));
            }
        }
        found
    }

    fn is_module(&self, model: &SemanticModel<'db>, name: &str) -> bool {
        let environment = model.program_environment().resolver_environment(self.db);
        let file = ImportingFile::File(model.file(), environment);
        ModuleName::new(name).is_some_and(|name| resolve_module(self.db, file, &name).is_some())
    }

    /// The comment that silences a finding, at the end of the line that it begins on.
    fn silence(&self, file: FileId, finding: &Diagnostic) -> Option<(&'static str, TextEdit)> {
        let comment = match finding.rule.as_str() {
            common::SYNTAX_ERROR | common::UNREADABLE_FILE | common::TOO_DEEPLY_NESTED => return None,
            common::UNREACHABLE_CODE => return None,
            common::UNUSED_IMPORT => "# noqa: F401",
            common::IMPORT_CYCLE => "# noqa",
            _ => "# type: ignore",
        };
        let model = self.model(file);
        let text = self.text(&model);
        let start = usize::from(finding.range.start());
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let end = text[..end].trim_end().len();
        // A line that goes on in the next one, or ends inside of a string, takes no comment.
        let offset = ruff_text_size::TextSize::try_from(end).expect("files are below 4 GB");
        let parsed = self.parsed(&model);
        let is_inside = parsed.tokens().at_offset(offset).any(|token| token.start() < offset && offset < token.end());
        (!is_inside && !text[..end].ends_with('\\'))
            .then(|| (comment, TextEdit::insert(offset.ours(), format!("  {comment}"))))
    }

    /// Takes all imports out that nothing uses.
    fn remove_unused_imports(&self, file: FileId, findings: &[Diagnostic]) -> Option<CodeAction> {
        let unused: Vec<_> =
            findings.iter().filter(|finding| finding.rule == common::UNUSED_IMPORT).map(|one| one.range).collect();
        if unused.is_empty() {
            return None;
        }
        let model = self.model(file);
        let (text, parsed) = (self.text(&model), self.parsed(&model));
        let mut edits = Vec::new();
        for statement in statements(parsed.suite()) {
            let aliases = match statement {
                Stmt::Import(import) => &import.names,
                Stmt::ImportFrom(import) => &import.names,
                _ => continue,
            };
            let is_unused: Vec<bool> = aliases.iter().map(|alias| unused.contains(&alias.range().ours())).collect();
            edits.extend(crate::importing::without(&text, statement, aliases, &is_unused));
        }
        Some(CodeAction {
            id: "remove-unused-imports".to_owned(),
            title: "Remove all unused imports".to_owned(),
            kind: CodeActionKind::Source,
            mends: None,
            is_preferred: false,
            edit: Some(WorkspaceEdit::of_file(file, edits)),
        })
    }
}

/// All statements of a body, those inside of others as well.
fn statements(body: &[Stmt]) -> Vec<&Stmt> {
    struct Collect<'a>(Vec<&'a Stmt>);
    impl<'a> ruff_python_ast::visitor::Visitor<'a> for Collect<'a> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            self.0.push(statement);
            ruff_python_ast::visitor::walk_stmt(self, statement);
        }
    }
    let mut collect = Collect(Vec::new());
    ruff_python_ast::visitor::walk_body(&mut collect, body);
    collect.0
}
