//! Modules that import each other while they are loaded.

use std::sync::Arc;

use montuno_semantic::diagnostic::rules as common;
use montuno_semantic::{Confidence, Diagnostic, Severity};
use ruff_db::files::File;
use ruff_db::parsed::parsed_module;
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};
use ty_module_resolver::{ImportingFile, Module, ModuleName, resolve_module};
use ty_python_core::ProgramFile;

use super::Check;
use crate::convert::ToOurs;
use crate::database::{Db, is_own};

/// The longest way that is written out.
const LONGEST: usize = 6;

/// A module of the repository that another one imports while it is loaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Edge {
    to: File,
    range: TextRange,
}

impl Check<'_, '_> {
    /// Imports of this file that lead back to it.
    pub(super) fn import_cycles(&self) -> Vec<Diagnostic> {
        let start = self.model.program_file();
        let mut found: Vec<Diagnostic> = Vec::new();
        for edge in load_time_imports(self.view.db, start).iter() {
            if let Some(way) = self.way_back(edge.to, start.file(self.view.db)) {
                let names: Vec<_> = way.iter().map(|&file| self.module_name(file)).collect();
                let shown = if names.len() > LONGEST {
                    format!("{} → … → {}", names[..LONGEST - 1].join(" → "), names[names.len() - 1])
                } else {
                    names.join(" → ")
                };
                let message = format!("These modules import each other while they are loaded: {shown}.");
                let range = edge.range.ours();
                let mut diagnostic = Diagnostic::new(common::IMPORT_CYCLE, Severity::Information, range, message);
                diagnostic.confidence = Confidence::Exact;
                found.push(diagnostic);
            }
        }
        found
    }

    /// The shortest way from one module to another, both included, with the second in front.
    fn way_back(&self, from: File, to: File) -> Option<Vec<File>> {
        let db = self.view.db;
        let program = self.model.program();
        let mut before: FxHashMap<File, File> = FxHashMap::default();
        let mut seen: FxHashSet<File> = FxHashSet::from_iter([from]);
        let mut queue = std::collections::VecDeque::from([from]);
        while let Some(file) = queue.pop_front() {
            if file == to {
                let mut way = vec![to];
                let mut at = to;
                while let Some(&previous) = before.get(&at) {
                    way.push(previous);
                    at = previous;
                }
                // From the end: …, from, and the module that it all begins with.
                way.push(to);
                way.reverse();
                return (from != to).then_some(way);
            }
            for edge in load_time_imports(db, ProgramFile::new(db, file, program)).iter() {
                if seen.insert(edge.to) {
                    before.insert(edge.to, file);
                    queue.push_back(edge.to);
                }
            }
        }
        None
    }

    fn module_name(&self, file: File) -> String {
        let db = self.view.db;
        let file = ProgramFile::new(db, file, self.model.program());
        let module = ty_module_resolver::file_to_module(db, file.resolver_file(db));
        module.map_or_else(|| file.file(db).path(db).to_string(), |module| module.name(db).to_string())
    }
}

/// The modules of the repository that a module imports while it is loaded: not in functions, and not for
/// type checkers alone.
#[salsa::tracked(returns(clone))]
fn load_time_imports<'db>(db: &'db dyn Db, file: ProgramFile<'db>) -> Arc<[Edge]> {
    let parsed = parsed_module(db, file.python_file(db));
    let module = parsed.load(db);
    let mut imports = Imports { db, file, edges: Vec::new() };
    imports.body(module.suite());
    let edges = imports.edges;
    drop(module);
    if !ty_python_semantic::Db::is_open_file(db, file.file(db)) {
        parsed.clear();
    }
    edges.into()
}

struct Imports<'db> {
    db: &'db dyn Db,
    file: ProgramFile<'db>,
    edges: Vec<Edge>,
}

impl<'db> Imports<'db> {
    fn body(&mut self, body: &[Stmt]) {
        for statement in body {
            match statement {
                Stmt::Import(import) => {
                    for alias in &import.names {
                        self.add(self.module(Some(&alias.name), 0), alias.range);
                    }
                }
                Stmt::ImportFrom(import) => self.import_from(import),
                Stmt::If(branches) if !is_type_checking(&branches.test) => {
                    self.body(&branches.body);
                    branches.elif_else_clauses.iter().for_each(|clause| self.body(&clause.body));
                }
                Stmt::ClassDef(class) => self.body(&class.body),
                Stmt::With(block) => self.body(&block.body),
                Stmt::Try(guarded) => {
                    self.body(&guarded.body);
                    self.body(&guarded.orelse);
                }
                _ => {}
            }
        }
    }

    /// A name is a submodule, or it is in the module.
    fn import_from(&mut self, import: &ast::StmtImportFrom) {
        let module = import.module.as_deref();
        for alias in &import.names {
            let inner = match module {
                Some(module) => format!("{module}.{}", alias.name),
                None => alias.name.to_string(),
            };
            let submodule = self.module(Some(&inner), import.level);
            self.add(submodule.or_else(|| self.module(module, import.level)), alias.range());
        }
    }

    fn module(&self, name: Option<&str>, level: u32) -> Option<Module<'db>> {
        let environment = self.file.resolver_environment(self.db);
        let file = ImportingFile::File(self.file.file(self.db), environment);
        let name = ModuleName::from_identifier_parts(self.db, file, name, level).ok()?;
        resolve_module(self.db, file, &name)
    }

    fn add(&mut self, module: Option<Module<'db>>, range: TextRange) {
        let Some(to) = module.and_then(|module| module.file(self.db)) else { return };
        if is_own(self.db, to) && to != self.file.file(self.db) {
            self.edges.push(Edge { to, range });
        }
    }
}

fn is_type_checking(test: &Expr) -> bool {
    match test {
        Expr::Name(name) => name.id == "TYPE_CHECKING",
        Expr::Attribute(attribute) => &attribute.attr == "TYPE_CHECKING",
        _ => false,
    }
}
