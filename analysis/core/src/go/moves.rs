//! Imports that follow folders to other paths.
//!
//! A package is its folder: when that moves, whoever imports it writes another path. The package keeps the name that it
//! gives itself, so what stands behind the import stays right. A file that moves alone joins the package of its new folder.

use montuno_base::{FileId, TextRange, TextSize, Utf8Path, Utf8PathBuf};
use montuno_semantic::{Moves, TextEdit};

use super::item::{spans, summary};
use super::modules::{import_folder, module_of};
use super::package::{header, unit_of};
use crate::database::{Db, existing_file, listing};
use crate::view::View;

/// The edits of one file that keep its imports right.
pub(super) fn edits(view: &View<'_>, file: FileId, moves: &Moves) -> Vec<TextEdit> {
    let db: &dyn Db = view.db;
    let file = view.file(file);
    let path = file.path(db);
    let Some(folder) = path.parent() else { return Vec::new() };
    let program = unit_of(db, file).program(db);
    let (summary, spans) = (summary(db, file), spans(db, file));
    let mut edits = Vec::new();
    for (import, span) in summary.imports.iter().zip(&spans.imports) {
        let Some(found) = import_folder(db, db.folder(folder), db.folder(program.root(db)), import.path) else {
            continue;
        };
        if moves.moves(&found)
            && let Some(new) = import_path(db, &found, moves).filter(|new| *new != import.path.as_str())
        {
            edits.push(TextEdit::replace(inside_quotes(span.path), new));
        }
    }
    edits.extend(package_clause(db, path, spans.package, moves));
    edits
}

fn inside_quotes(range: TextRange) -> TextRange {
    let one = TextSize::from(1);
    if range.len() < 2.into() { range } else { TextRange::new(range.start() + one, range.end() - one) }
}

/// The path that a folder is imported by once it has moved. `None` where it leaves every module.
fn import_path(db: &dyn Db, folder: &Utf8Path, moves: &Moves) -> Option<String> {
    let after = moves.after(folder);
    let own = module_of(db, db.folder(folder))?;
    // A module that moves as a whole is called by the path that its `go.mod` says.
    let root = moves.after(&own.root);
    let (root, path) = if after.starts_with(&root) {
        (root, own.path.clone())
    } else {
        let there = after.ancestors().find_map(|above| module_of(db, db.folder(above)))?;
        (there.root.clone(), there.path.clone())
    };
    let below = after.strip_prefix(&root).ok()?;
    Some(if below.as_str().is_empty() { path } else { format!("{path}/{below}") })
}

/// The name of the package that a file joins when it moves without its folder.
fn package_clause(db: &dyn Db, path: &Utf8Path, clause: Option<TextRange>, moves: &Moves) -> Option<TextEdit> {
    let (from, after) = (path.parent()?, moves.after(path));
    let to = after.parent()?;
    if to == from || moves.after(from) == to {
        return None;
    }
    let own = header(db, existing_file(db, path)?).package?;
    let joined = package_in(db, &to.to_owned())?;
    // The tests outside of a package have its name with an ending.
    let (own, is_test) = match own.as_str().strip_suffix("_test") {
        Some(plain) if path.as_str().ends_with("_test.go") => (plain, true),
        _ => (own.as_str(), false),
    };
    (own != joined)
        .then(|| TextEdit::replace(clause.unwrap_or_default(), if is_test { format!("{joined}_test") } else { joined }))
}

/// The name of the package in a folder.
fn package_in(db: &dyn Db, folder: &Utf8PathBuf) -> Option<String> {
    let files = listing(db, db.folder(folder)).files.iter();
    let mut files = files.filter(|name| name.ends_with(".go") && !name.ends_with("_test.go"));
    files.find_map(|name| Some(header(db, existing_file(db, &folder.join(name))?).package?.to_string()))
}
