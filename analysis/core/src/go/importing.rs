//! Packages that are not imported yet: by their names, with the import that brings them.

use std::sync::Arc;

use montuno_base::{FileId, FilePosition, TextSize, Utf8Path, Utf8PathBuf};
use montuno_semantic::completion::CompletionItem;
use montuno_semantic::features::completions::{items, typed};
use montuno_semantic::features::ranking::Usage;
use montuno_semantic::{Diagnostic, SymbolKind, TextEdit};
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use super::environment::environment;
use super::item::{spans, summary};
use super::modules::{module_of, work_of};
use super::package::{imported, package_name, unit_of};
use super::{offers, scope};
use crate::aside::Aside;
use crate::database::{Db, File};
use crate::name::Name;
use crate::program::Unit;
use crate::view::View;

/// How deep folders are followed into each other.
const DEEPEST: usize = 12;

/// More packages than these help nobody.
const MOST: usize = 30;

/// The packages that could be imported: the last part of the path, and the path, sorted.
#[derive(Default)]
struct Packages {
    all: Vec<(Box<str>, Box<str>)>,
}

/// The packages for each set of places where they are searched.
#[derive(Default)]
struct Tables(Mutex<FxHashMap<Vec<Source>, Aside<Packages>>>);

fn packages_for(view: &View<'_>, file: File) -> Aside<Packages> {
    view.db.shared::<Tables>().0.lock().entry(sources(view.db, file)).or_default().clone()
}

/// A folder with packages in it, and what their paths begin with.
type Source = (Utf8PathBuf, String);

/// Packages that begin with what is typed; behind a dot, what such a package has. `None` while they are collected.
pub(super) fn offers(view: &View<'_>, position: FilePosition) -> Option<Vec<CompletionItem>> {
    let (file, offset) = view.place(position)?;
    let text = view.text(position.file)?;
    let word = typed(&text, offset);
    let before = text.get(..usize::from(word.start()))?;
    let db: &dyn Db = view.db;
    let unit = unit_of(db, file);
    if let Some(before) = before.strip_suffix('.') {
        let qualifier = &before[usize::from(typed(before, TextSize::of(before)).start())..];
        let rest = before.strip_suffix(qualifier).unwrap_or_default();
        let is_name = qualifier.starts_with(|c: char| c.is_alphabetic()) && !rest.ends_with('.');
        if !is_name || is_known(view, position, qualifier, unit) {
            return Some(Vec::new());
        }
        let packages = packages_for(view, file).get(collector(view, file))?;
        let usage = Usage::around(&text, offset);
        let mut found = Vec::new();
        for path in packages.named(qualifier).take(3) {
            let Some(package) = imported(db, unit, Name::new(path)) else { continue };
            let Some(edit) = import(db, file, &text, path) else { continue };
            let names = offers::members_of_package(db, package, unit);
            found.extend(items(&names, word, &usage).into_iter().map(|item| CompletionItem {
                origin: Some(path.to_owned()),
                additional_edits: vec![edit.clone()],
                ..item
            }));
        }
        return Some(found);
    }
    let prefix = &text[word];
    let packages = packages_for(view, file).get(collector(view, file))?;
    if prefix.is_empty() {
        return None;
    }
    let known: Vec<Name> = scope::imports(db, unit).keys().copied().collect();
    let mut found: Vec<(&str, &str)> = packages.starting_with(prefix).collect();
    found.sort_by_key(|(_, path)| (path.matches('/').count(), *path));
    let items = found.into_iter().filter(|(name, _)| !known.iter().any(|known| known == name)).take(MOST);
    let items = items.filter_map(|(name, path)| {
        let edit = import(db, file, &text, path)?;
        Some(CompletionItem {
            origin: Some(path.to_owned()),
            relevance: 900 - (path.matches('/').count() as u32).min(10) * 20,
            additional_edits: vec![edit],
            ..CompletionItem::new(name, SymbolKind::Module, word)
        })
    });
    Some(items.collect())
}

/// Whether a name means something where it stands.
fn is_known(view: &View<'_>, position: FilePosition, name: &str, unit: Unit) -> bool {
    scope::resolve(view.db, unit, Name::new(name)).is_some()
        || offers::scope(view, position).names.iter().any(|candidate| candidate.name == name)
}

/// The imports that make a missing name known: title and edit.
pub(super) fn fixes(view: &View<'_>, id: FileId, finding: &Diagnostic) -> Vec<(String, TextEdit)> {
    let file = view.file(id);
    let Some(text) = view.text(id) else { return Vec::new() };
    let range = usize::from(finding.range.start())..usize::from(finding.range.end());
    let Some(name) = text.get(range.clone()) else { return Vec::new() };
    let Some(member) = text[range.end..].strip_prefix('.') else { return Vec::new() };
    let member: String = member.chars().take_while(|&c| c.is_alphanumeric() || c == '_').collect();
    let db: &dyn Db = view.db;
    let unit = unit_of(db, file);
    let packages = packages_for(view, file).wait(collector(view, file));
    let mut paths: Vec<&str> = packages.named(name).collect();
    paths.sort_by_key(|path| (path.contains('.'), path.matches('/').count(), *path));
    let fixes = paths.into_iter().take(MOST).filter_map(|path| {
        let package = imported(db, unit, Name::new(path))?;
        // Only a package that has what is asked of it.
        let has_it = member.is_empty() || scope::member(db, package, Name::new(&member)).is_some();
        let is_called_so = package_name(db, package).is_none_or(|own| own == name);
        let edit = import(db, file, &text, path).filter(|_| has_it && is_called_so)?;
        Some((format!("Import \"{path}\""), edit))
    });
    fixes.take(8).collect()
}

impl Packages {
    fn starting_with(&self, prefix: &str) -> impl Iterator<Item = (&str, &str)> {
        let prefix = prefix.to_owned();
        let start = self.all.partition_point(|(name, _)| **name < *prefix);
        let found = self.all[start..].iter().take_while(move |(name, _)| name.starts_with(&prefix));
        found.map(|(name, path)| (&**name, &**path))
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &str> {
        let wanted = name.to_owned();
        self.starting_with(name).filter(move |(name, _)| *name == wanted).map(|(_, path)| path)
    }
}

/// What collects the packages that a file could import.
fn collector(view: &View<'_>, file: File) -> impl FnOnce() -> Packages + Send + 'static {
    let sources = sources(view.db, file);
    move || {
        let mut all = Vec::new();
        for (folder, path) in sources {
            walk(&folder, &path, path.is_empty(), 0, &mut all);
        }
        all.sort();
        all.dedup();
        Packages { all }
    }
}

/// Where packages are that a file could import: the standard library, its own modules, those that these need.
fn sources(db: &dyn Db, file: File) -> Vec<Source> {
    let environment = environment(db);
    let mut sources: Vec<Source> = environment.goroot.iter().map(|root| (root.join("src"), String::new())).collect();
    let path = file.path(db);
    let folder = db.folder(path.parent().unwrap_or(path));
    let mut modules: Vec<Arc<super::modules::Module>> = module_of(db, folder).into_iter().collect();
    modules.extend(work_of(db, folder).iter().flat_map(|work| work.modules.iter().cloned()));
    for module in &modules {
        sources.push((module.root.clone(), module.path.clone()));
        let root = db.folder(&module.root);
        for (path, _) in &module.requires {
            // Where the module is says the folder of its first package; not every module has one at its root.
            let found = super::modules::root_of_required(db, root, path);
            sources.extend(found.map(|found| (found, path.clone())));
        }
    }
    sources
}

fn walk(folder: &Utf8Path, path: &str, is_standard: bool, depth: usize, found: &mut Vec<(Box<str>, Box<str>)>) {
    let Ok(entries) = folder.read_dir_utf8() else { return };
    let mut has_sources = false;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            let is_left_out =
                name.starts_with(['.', '_']) || matches!(name, "testdata" | "internal" | "vendor" | "node_modules");
            let is_tool = is_standard && depth == 0 && matches!(name, "cmd" | "builtin");
            if !is_left_out && !is_tool && depth < DEEPEST {
                let below = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
                walk(entry.path(), &below, is_standard, depth + 1, found);
            }
        } else {
            has_sources |= name.ends_with(".go") && !name.ends_with("_test.go");
        }
    }
    if has_sources && !path.is_empty() {
        found.push((last_part(path).into(), path.into()));
    }
}

/// The name that a package most likely has: the last part of its path that is no version.
fn last_part(path: &str) -> &str {
    let is_version =
        |part: &str| part.len() > 1 && part.starts_with('v') && part[1..].bytes().all(|byte| byte.is_ascii_digit());
    let part = path.rsplit('/').find(|part| !is_version(part)).unwrap_or(path);
    let part = part.strip_prefix("go-").unwrap_or(part);
    part.split('.').next().unwrap_or(part)
}

/// The edit that imports a package; none, if it is imported already.
fn import(db: &dyn Db, file: File, text: &str, path: &str) -> Option<TextEdit> {
    let (summary, spans) = (summary(db, file), spans(db, file));
    let imports: Vec<_> = summary.imports.iter().zip(&spans.imports).collect();
    if imports.iter().any(|(import, _)| import.path == path && import.alias.is_none()) {
        return None;
    }
    let is_standard = |path: &str| !path.split('/').next().unwrap_or(path).contains('.');
    // In a list: behind the last that is smaller, among its like.
    let line_start = |offset: TextSize| text[..offset.into()].rfind('\n').map_or(0, |at| at + 1);
    let in_list: Vec<_> = imports
        .iter()
        .filter(|(_, span)| !text[line_start(span.full.start())..].trim_start().starts_with("import"))
        .collect();
    let like = in_list.iter().filter(|(import, _)| is_standard(&import.path) == is_standard(path));
    if let Some((_, span)) = like.clone().rfind(|(import, _)| import.path.as_str() < path) {
        let at = usize::from(span.full.end());
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
        return Some(TextEdit::insert(TextSize::of(&text[..end]), format!("\n\t\"{path}\"")));
    }
    if let Some((_, span)) = like.clone().next().or_else(|| in_list.first()) {
        let gap = if like.clone().next().is_some() { "" } else { "\n" };
        let at = line_start(span.full.start());
        return Some(TextEdit::insert(TextSize::of(&text[..at]), format!("\t\"{path}\"\n{gap}")));
    }
    if let Some((_, last)) = imports.last() {
        return Some(TextEdit::insert(last.full.end(), format!("\nimport \"{path}\"")));
    }
    let package = spans.package?;
    Some(TextEdit::insert(package.end(), format!("\n\nimport \"{path}\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_called_by_its_path() {
        assert_eq!(last_part("net/http"), "http");
        assert_eq!(last_part("example.com/go-yaml/v3"), "yaml");
        assert_eq!(last_part("gopkg.in/yaml.v3"), "yaml");
    }
}
