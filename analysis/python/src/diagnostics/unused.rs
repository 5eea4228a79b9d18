//! Imports and variables that nothing uses, and code that never runs.

use montuno_base::name_index::{is_word, occurrences};
use montuno_semantic::diagnostic::{DiagnosticTag, Fix, rules as common};
use montuno_semantic::{Confidence, Diagnostic, Severity};
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::{self as ast, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use ty_module_resolver::file_to_module;
use ty_python_semantic::types::ide_support::{UnreachableKind, unreachable_ranges, unused_bindings};

use super::{Check, rules};
use crate::convert::ToOurs;
use crate::importing;

/// A name that an import brings.
struct Imported<'a> {
    statement: &'a Stmt,
    aliases: &'a [ast::Alias],
    alias: &'a ast::Alias,
    /// The name as the file knows it.
    name: &'a str,
}

impl Check<'_, '_> {
    /// Imports that nothing uses: not the file, not what it exports, not another file that imports it from
    /// here. Imports that may fail are tests for whether something is there.
    pub(super) fn unused_imports(&self, body: &[Stmt], tokens: &Tokens) -> Vec<Diagnostic> {
        let path = self.model.file().path(self.view.db).as_str();
        if path.ends_with("__init__.py") || path.ends_with(".pyi") || path.ends_with("conftest.py") {
            return Vec::new();
        }
        let mut imports = Vec::new();
        collect(body, &mut imports);
        let statements: Vec<TextRange> = imports.iter().map(|import| import.statement.range()).collect();
        let unused = imports.iter().filter(|import| {
            !self.is_mentioned(import.name, &statements, tokens) && !self.is_imported_from_here(import.name)
        });
        unused.map(|import| self.unused_import(import)).collect()
    }

    /// Whether a name stands anywhere outside of imports, as a name or in a string or comment that may be
    /// about types.
    fn is_mentioned(&self, name: &str, imports: &[TextRange], tokens: &Tokens) -> bool {
        occurrences(self.text, name).any(|at| {
            let offset = TextSize::try_from(at).expect("files are below 4 GB");
            if imports.iter().any(|import| import.contains(offset)) {
                return false;
            }
            let token = tokens.at_offset(offset).last();
            match token.map(|token| (token.kind(), token.range())) {
                Some((TokenKind::Comment, range)) => {
                    let comment = &self.text[range.to_std_range()];
                    comment.contains("type:") || comment.contains(">>>")
                }
                Some((TokenKind::Name, _)) => !self.text[..at].ends_with('.'),
                _ => true,
            }
        })
    }

    /// Whether another file may import the name from this one: it mentions both.
    fn is_imported_from_here(&self, name: &str) -> bool {
        let db = self.view.db;
        let Some(module) = file_to_module(db, self.model.program_file().resolver_file(db)) else { return false };
        let own_name = module.name(db).last_component().to_owned();
        let mentions = |text: &str, word: &str| occurrences(text, word).next().is_some();
        self.declared.others(name).any(|text| mentions(&text, &own_name) && text.contains("import"))
    }

    fn unused_import(&self, import: &Imported<'_>) -> Diagnostic {
        let message = format!("`{}` is imported and not used.", import.name);
        let range = import.alias.range().ours();
        let mut diagnostic = Diagnostic::new(common::UNUSED_IMPORT, Severity::Warning, range, message);
        diagnostic.confidence = Confidence::Likely;
        diagnostic.tags.push(DiagnosticTag::Unnecessary);
        let title = format!("Remove the import of `{}`", import.name);
        let is_unwanted: Vec<bool> = import.aliases.iter().map(|alias| alias.range == import.alias.range).collect();
        let edit = importing::without(self.text, import.statement, import.aliases, &is_unwanted);
        diagnostic.fix = edit.map(|edit| Fix { title, edits: vec![edit] });
        diagnostic
    }

    /// Variables of functions that nothing uses.
    pub(super) fn unused_variables(&self) -> Vec<Diagnostic> {
        let unused = unused_bindings(self.view.db, self.model.program_file()).iter();
        let hints = unused.filter(|binding| !binding.name.starts_with('_')).map(|binding| {
            let message = format!("`{}` is not used.", binding.name);
            let mut hint = Diagnostic::new(rules::UNUSED_VARIABLE, Severity::Hint, binding.range.ours(), message);
            hint.tags.push(DiagnosticTag::Unnecessary);
            hint
        });
        hints.collect()
    }

    /// Code that never runs.
    pub(super) fn unreachable_code(&self) -> Vec<Diagnostic> {
        let unreachable = unreachable_ranges(self.view.db, self.model.program_file()).iter();
        let hints = unreachable.map(|found| {
            let message = match found.kind {
                UnreachableKind::Unconditional => "This code never runs.",
                UnreachableKind::CurrentAnalysis => {
                    "This code does not run with this version of Python on this system."
                }
            };
            let mut hint = Diagnostic::new(common::UNREACHABLE_CODE, Severity::Hint, found.range.ours(), message);
            hint.tags.push(DiagnosticTag::Unnecessary);
            hint
        });
        hints.collect()
    }
}

/// The names that the imports of a module bring, those of `try` aside, and those that say that they pass
/// something on.
fn collect<'a>(body: &'a [Stmt], found: &mut Vec<Imported<'a>>) {
    for statement in body {
        let aliases = match statement {
            Stmt::Import(import) => &import.names,
            Stmt::ImportFrom(import) if import.module.as_deref() != Some("__future__") => &import.names,
            Stmt::If(branches) => {
                collect(&branches.body, found);
                branches.elif_else_clauses.iter().for_each(|clause| collect(&clause.body, found));
                continue;
            }
            Stmt::FunctionDef(function) => {
                collect(&function.body, found);
                continue;
            }
            Stmt::ClassDef(class) => {
                collect(&class.body, found);
                continue;
            }
            _ => continue,
        };
        for alias in aliases {
            let bound = alias.asname.as_ref().map(|name| name.as_str());
            if &alias.name == "*" || bound == Some(alias.name.as_str()) {
                continue;
            }
            let name = bound.unwrap_or_else(|| alias.name.split('.').next().unwrap_or_default());
            if name != "_" && name.chars().all(is_word) {
                found.push(Imported { statement, aliases, alias, name });
            }
        }
    }
}
