//! What is wrong. An error is raised only from what the language's rules say for certain.

use montuno_base::{FileId, TextRange};
use montuno_semantic::diagnostic::{DiagnosticTag, Fix, rules};
use montuno_semantic::{Diagnostic, Severity, TextEdit};
use rustc_hash::FxHashSet;

use super::def::Def;
use super::infer::{Defect, infer};
use super::item::{Item, body, file_table, spans, summary};
use super::package::{self, files, imported, is_whole, package_of, unit_of};
use super::place::resolve_use;
use super::scope::{self, generic, package_of_import};
use crate::database::{Db, File, source};
use crate::ir::body::{Body, Expr, ExprId, UseOf};
use crate::ir::items::{Place, Use};
use crate::name::Name;
use crate::program::Unit;
use crate::view::View;

/// Findings of one file.
struct Findings<'db> {
    db: &'db dyn Db,
    unit: Unit,
    found: Vec<Diagnostic>,
    /// Whether every name of the package and of the file's dot imports is known, but for what defects of the text hide.
    names_are_known: bool,
    /// The imports that are used.
    used: FxHashSet<u32>,
    /// Where the text cannot be parsed.
    broken: Vec<TextRange>,
}

pub(super) fn diagnostics(view: &View<'_>, file: FileId) -> Vec<Diagnostic> {
    let db = view.db;
    let file = view.file(file);
    let unit = unit_of(db, file);
    let spans = spans(db, file);
    let mut findings = Findings {
        db,
        unit,
        found: Vec::new(),
        names_are_known: false,
        used: FxHashSet::default(),
        broken: spans.errors.iter().map(|error| error.range).collect(),
    };
    // No build looks into these folders; what lies there is often wrong on purpose.
    let is_outside = is_left_out(db, file);
    let severity = if is_outside { Severity::Information } else { Severity::Error };
    for error in &spans.errors {
        findings.found.push(Diagnostic::new(rules::SYNTAX_ERROR, severity, error.range, error.message.clone()));
    }
    // For which system a file is that this one's builds do not take is a guess.
    let is_for_this_system = unit.program(db).variant(db) == 0 && package::is_built(db, unit);
    if is_outside || !is_for_this_system {
        return findings.found;
    }
    findings.names_are_known = findings.are_names_known();
    findings.imports();
    findings.uses();
    for item in owners(db, unit) {
        findings.body(item);
    }
    if findings.broken.is_empty() {
        findings.unused_imports();
    }
    let mut found = findings.found;
    found.sort_by_key(|finding| (finding.range.start(), finding.range.end()));
    found.dedup_by(|a, b| a.range == b.range && a.rule == b.rule);
    found
}

/// Whether a file lies in a folder that no build looks into: `testdata`, or one that begins with a dot or an underscore.
pub(super) fn is_left_out(db: &dyn Db, file: File) -> bool {
    let path = file.path(db);
    let below = db.inputs().root_of(path).and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path);
    let folders = below.parent().into_iter().flat_map(|folder| folder.components());
    folders.into_iter().any(|part| part.as_str() == "testdata" || part.as_str().starts_with(['_', '.']))
}

/// The declarations of a file that have bodies, each body once.
pub(super) fn owners(db: &dyn Db, unit: Unit) -> Vec<Item> {
    let mut owners = Vec::new();
    let mut last = None;
    for &item in &file_table(db, unit).items {
        let Some(body) = item.span(db).and_then(|span| span.body) else { continue };
        // The names of one declaration share their values.
        if last != Some(body) {
            owners.push(item);
        }
        last = Some(body);
    }
    owners
}

impl Findings<'_> {
    fn add(&mut self, rule: &str, severity: Severity, range: TextRange, message: String) {
        self.found.push(Diagnostic::new(rule, severity, range, message));
    }

    /// Whether whatever the package and the dot imports of the file declare is known, if all can be parsed.
    fn are_names_known(&self) -> bool {
        let db = self.db;
        let own = package_of(db, self.unit);
        let header = package::header(db, self.unit.file(db));
        // A file that no package takes in sees others that are not known.
        if !files(db, own).contains(&self.unit) || header.uses_c() {
            return false;
        }
        summary(db, self.unit.file(db)).imports.iter().all(|import| match import.alias {
            Some(alias) if alias == "." => {
                imported(db, self.unit, import.path).is_some_and(|package| is_whole(db, package))
            }
            _ => true,
        })
    }

    fn imports(&mut self) {
        let db = self.db;
        let file = self.unit.file(db);
        let spans = spans(db, file);
        for (index, import) in summary(db, file).imports.iter().enumerate() {
            let path = import.path;
            if path == "C" || path == "unsafe" || path.is_empty() || imported(db, self.unit, path).is_some() {
                continue;
            }
            let Some(span) = spans.imports.get(index) else { continue };
            if let Some((severity, reason)) = missing_import(db, self.unit, path) {
                self.add(
                    rules::UNRESOLVED_IMPORT,
                    severity,
                    span.path,
                    format!("There is no package `{path}`{reason}."),
                );
            }
        }
    }

    /// The names outside of bodies.
    fn uses(&mut self) {
        let db = self.db;
        let spans = spans(db, self.unit.file(db));
        for (range, place) in &spans.places {
            let Place::Use(index) = place else { continue };
            let Some(used) = spans.uses.get(*index as usize) else { continue };
            let scope = used.scope.and_then(|scope| file_table(db, self.unit).items.get(scope as usize).copied());
            self.used_name(*range, scope, used);
        }
    }

    fn used_name(&mut self, range: TextRange, scope: Option<Item>, used: &Use) {
        let db = self.db;
        if let Some(qualifier) = used.qualifier {
            self.qualified(range, qualifier, used.name);
            return;
        }
        if used.name == "_" {
            return;
        }
        match resolve_use(db, self.unit, scope, used) {
            Some(Def::Import(_, index)) => {
                self.used.insert(index);
            }
            Some(_) => {}
            None => self.unknown_name(range, used.name),
        }
    }

    fn unknown_name(&mut self, range: TextRange, name: Name) {
        if name.is_empty() || self.is_near_defect(range) {
            return;
        }
        // Generated or assembled elsewhere, or hidden by a defect: nothing certain can be said.
        if self.names_are_known && !package::hides(self.db, package_of(self.db, self.unit), Some(self.unit), name) {
            self.add(rules::UNRESOLVED_NAME, Severity::Error, range, format!("Nothing declares `{name}`."));
        }
    }

    fn qualified(&mut self, range: TextRange, qualifier: Name, name: Name) {
        let db = self.db;
        let Some(Def::Import(unit, index)) = scope::resolve(db, self.unit, qualifier) else { return };
        self.used.insert(index);
        let Some(package) = package_of_import(db, unit, index) else { return };
        if scope::member(db, package, name).is_none()
            && !package::may_declare(db, package, name)
            && !self.is_near_defect(range)
        {
            self.add(rules::UNRESOLVED_MEMBER, Severity::Error, range, format!("`{qualifier}` declares no `{name}`."));
        }
    }

    /// Whether the text around a place cannot be parsed: then what is told of it may be wrong.
    fn is_near_defect(&self, range: TextRange) -> bool {
        self.broken.iter().any(|broken| {
            let (start, end) = (u32::from(broken.start()).saturating_sub(200), u32::from(broken.end()) + 200);
            u32::from(range.end()) >= start && u32::from(range.start()) <= end
        })
    }

    fn body(&mut self, item: Item) {
        let db = self.db;
        let Some(span) = item.span(db) else { return };
        let base = span.full.start();
        let body = body(db, item);
        let found = infer(db, item);
        for (range, place) in &body.places {
            let Place::Use(index) = place else { continue };
            match body.uses.get(*index as usize) {
                Some((used, None)) => {
                    let scope = Some(item);
                    if let Some(qualifier) = used.qualifier {
                        self.qualified(*range + base, qualifier, used.name);
                    } else if generic(db, item, used.name).is_none() {
                        self.used_name(*range + base, scope, used);
                    }
                }
                Some((_, Some(UseOf::Item(_) | UseOf::Local(_)))) | None => {}
            }
        }
        for def in found.defs.values() {
            if let Def::Import(_, index) = def {
                self.used.insert(*index);
            }
        }
        // A package that a field's key shadows is still used elsewhere; names in keys count by what they mean.
        for defect in &found.defects {
            match *defect {
                Defect::UnknownName(expr) => {
                    let Some(Expr::Name(name)) = body.exprs.get(expr.0 as usize) else { continue };
                    let range = body.expr_ranges[expr.0 as usize] + base;
                    self.unknown_name(range, *name);
                }
                Defect::UnknownMember(expr) => self.unknown_member(body, &found.types, expr, base),
                Defect::ArgumentCount { call, found, wanted, at_least } => {
                    let range = body.expr_ranges[call.0 as usize] + base;
                    if self.is_near_defect(range) {
                        continue;
                    }
                    let callee = match &body.exprs[call.0 as usize] {
                        Expr::Call { callee, .. } => *callee,
                        _ => call,
                    };
                    let place = body.expr_ranges[callee.0 as usize] + base;
                    let wanted = if at_least { format!("at least {wanted}") } else { wanted.to_string() };
                    let message = format!("The call has {found} arguments, the function takes {wanted}.");
                    self.add(rules::INVALID_CALL, Severity::Error, place, message);
                }
            }
        }
    }

    fn unknown_member(
        &mut self,
        body: &Body,
        types: &[Option<crate::types::Ty>],
        expr: ExprId,
        base: montuno_base::TextSize,
    ) {
        let db = self.db;
        let (range, name, of) = match &body.exprs[expr.0 as usize] {
            Expr::Member { base: receiver, name, range } => {
                let ty = types.get(receiver.0 as usize).copied().flatten();
                let of = ty.map(|ty| super::display::ty(db, ty, Some(package_of(db, self.unit))));
                (*range, *name, of.unwrap_or_default())
            }
            Expr::Name(name) => (body.expr_ranges[expr.0 as usize], *name, "The struct".to_owned()),
            Expr::Local(local) => match body.locals.get(local.0 as usize) {
                Some(local) => (body.expr_ranges[expr.0 as usize], local.name, "The struct".to_owned()),
                None => return,
            },
            _ => return,
        };
        let range = range + base;
        if self.is_near_defect(range) {
            return;
        }
        let of = if of.starts_with("The ") { of } else { format!("`{of}`") };
        self.add(rules::UNRESOLVED_MEMBER, Severity::Error, range, format!("{of} has no member `{name}`."));
    }

    fn unused_imports(&mut self) {
        let db = self.db;
        let file = self.unit.file(db);
        let spans = spans(db, file);
        for (index, import) in summary(db, file).imports.iter().enumerate() {
            let position = u32::try_from(index).unwrap_or(u32::MAX);
            let hidden = import.alias.is_some_and(|alias| matches!(alias.as_str(), "_" | "."));
            if hidden || import.path == "C" || self.used.contains(&position) {
                continue;
            }
            // The name that it gives is only certain if the package is known.
            if import.alias.is_none() && imported(db, self.unit, import.path).is_none() {
                continue;
            }
            let Some(span) = spans.imports.get(index) else { continue };
            let mut finding = Diagnostic::new(
                rules::UNUSED_IMPORT,
                Severity::Warning,
                span.full,
                format!("Nothing uses `{}`.", import.path),
            );
            finding.tags.push(DiagnosticTag::Unnecessary);
            finding.fix = Some(Fix {
                title: "Remove the import".to_owned(),
                edits: vec![TextEdit::delete(whole_lines(db, file, span.full))],
            });
            self.found.push(finding);
        }
    }
}

/// A range with the rest of its line, if nothing else is on it.
fn whole_lines(db: &dyn Db, file: File, range: TextRange) -> TextRange {
    let Some(text) = source(db, file) else { return range };
    let (start, end) = (usize::from(range.start()), usize::from(range.end()));
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let next = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let alone = text[line..start].trim().is_empty() && text[end..next].trim().is_empty();
    let size = |at: usize| montuno_base::TextSize::try_from(at).unwrap_or_default();
    if alone { TextRange::new(size(line), size(next)) } else { range }
}

/// How bad it is that an import leads nowhere, and why. `None` if nothing can be said.
fn missing_import(db: &dyn Db, unit: Unit, path: Name) -> Option<(Severity, &'static str)> {
    let file = unit.file(db).path(db);
    let folder = db.folder(file.parent()?);
    let environment = super::environment::environment(db);
    let standard = environment.goroot.as_ref().map(|root| root.join("src"));
    let in_standard = standard.as_ref().is_some_and(|standard| file.starts_with(standard));
    let first = path.split('/').next().unwrap_or_default();
    let module = super::modules::module_of(db, folder);
    let own = module.as_ref().is_some_and(|module| {
        !module.path.is_empty()
            && path.strip_prefix(module.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    if own {
        // A folder of the module itself: only a generator could still bring it.
        return Some((Severity::Error, " in this module"));
    }
    if !first.contains('.') {
        // Without the standard library nothing is known of it.
        standard.as_ref()?;
        return Some((
            Severity::Error,
            if in_standard { " in the standard library" } else { " here or in the standard library" },
        ));
    }
    if in_standard {
        return Some((Severity::Error, " in the standard library's `vendor` folder"));
    }
    // Modules are downloaded by a command: until then nothing is wrong with the code.
    environment.module_cache.as_ref().filter(|cache| cache.is_dir())?;
    Some((Severity::Warning, " on this machine: download the module"))
}
