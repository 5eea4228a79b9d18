//! Whether anything in the program declares a name.
//!
//! A member that no class, module, call or string of a program ever names cannot be there, by whatever
//! means objects get their members. Where something does name it, it may be.

use std::cell::RefCell;
use std::sync::LazyLock;

use montuno_base::name_index::{NameFilter, occurrences};
use montuno_base::{FileId, Language};
use ruff_db::vendored::{FileType, VendoredPath};
use rustc_hash::FxHashMap;

use crate::view::View;

/// Answers for one file, each found once.
pub(super) struct Declared<'db> {
    view: View<'db>,
    file: FileId,
    known: RefCell<FxHashMap<String, bool>>,
}

/// The words of the standard library's stubs.
static STANDARD_LIBRARY: LazyLock<NameFilter> = LazyLock::new(|| {
    let mut text = String::new();
    read_stubs(VendoredPath::new("stdlib"), &mut text);
    NameFilter::of(&text)
});

fn read_stubs(folder: &VendoredPath, text: &mut String) {
    let stubs = ty_vendored::file_system();
    for entry in stubs.read_directory(folder) {
        if entry.file_type() == FileType::Directory {
            read_stubs(entry.path(), text);
        } else if let Ok(stub) = stubs.read_to_string(entry.path()) {
            text.push_str(&stub);
            text.push('\n');
        }
    }
}

/// Shorter parts of names are everywhere.
const SHORTEST_PART: usize = 4;

impl<'db> Declared<'db> {
    pub(super) fn new(view: View<'db>, file: FileId) -> Self {
        Self { view, file, known: RefCell::default() }
    }

    /// Whether anything in the workspace or in the standard library may give something this name: a
    /// definition, an assignment, a keyword, a string. Reading a member of that name does not count.
    pub(super) fn anywhere(&self, name: &str) -> bool {
        if let Some(&known) = self.known.borrow().get(name) {
            return known;
        }
        let found = self.in_workspace(name) || STANDARD_LIBRARY.may_contain(name) || self.is_put_together(name);
        self.known.borrow_mut().insert(name.to_owned(), found);
        found
    }

    /// Whether a string of the workspace holds the first or the last part of a name, so that the name may be
    /// put together from it: `"get_%s_display"`, `f"{name}_id"`.
    fn is_put_together(&self, name: &str) -> bool {
        let is_beginning =
            |text: &str, at: usize, part: &str| text[at + part.len()..].starts_with(['%', '{', '"', '\'']);
        let is_end =
            |text: &str, at: usize, _: &str| text[..at].ends_with(['}', '"', '\'']) || text[..at].ends_with("%s");
        let cuts: Vec<usize> = name.match_indices('_').map(|(at, _)| at).collect();
        let beginnings = cuts.iter().map(|at| &name[..=*at]).filter(|part| part.len() >= SHORTEST_PART);
        let ends = cuts.iter().map(|at| &name[*at..]).filter(|part| part.len() >= SHORTEST_PART);
        let stands = |part: &str, fits: &dyn Fn(&str, usize, &str) -> bool| {
            let mut texts = self.files(part).into_iter().filter_map(|file| self.view.context.text(file).ok());
            texts.any(|source| occurrences(&source.text, part).any(|at| fits(&source.text, at, part)))
        };
        beginnings.into_iter().any(|part| stands(part, &is_beginning))
            || ends.into_iter().any(|part| stands(part, &is_end))
    }

    /// How many places of the workspace declare a name, as far as it makes a difference: two are many.
    pub(super) fn times(&self, name: &str) -> usize {
        self.files(name).into_iter().flat_map(|file| self.places(file, name)).take(2).count()
    }

    /// The texts of the other files that may mention a name.
    pub(super) fn others(&self, name: &str) -> impl Iterator<Item = std::sync::Arc<str>> {
        let files = self.files(name).into_iter().filter(|file| *file != self.file);
        files.filter_map(|file| self.view.context.text(file).ok().map(|source| source.text))
    }

    pub(super) fn in_workspace(&self, name: &str) -> bool {
        // Most names are declared where they are used.
        !self.places(self.file, name).is_empty()
            || self.files(name).into_iter().any(|file| file != self.file && !self.places(file, name).is_empty())
    }

    /// Where a file declares a name.
    fn places(&self, file: FileId, name: &str) -> Vec<usize> {
        let Ok(source) = self.view.context.text(file) else { return Vec::new() };
        occurrences(&source.text, name).filter(|&at| declares(&source.text, at, name)).collect()
    }

    /// The files that may mention a name.
    fn files(&self, name: &str) -> Vec<FileId> {
        let context = self.view.context;
        let go_on = || !context.cancel.is_cancelled();
        let settings = &context.inputs.settings;
        for root in &*context.inputs.roots {
            context.names.ensure(root, &settings.exclude, context.cache_folder.as_deref(), &go_on);
        }
        let indexed = context.names.files_with(name, &[Language::Python]);
        let mut files: Vec<FileId> = indexed.iter().map(|path| context.inputs.files.id(path)).collect();
        files.extend(context.inputs.documents.iter().map(|(file, _)| file));
        files.push(self.file);
        files.sort_unstable();
        files.dedup();
        files
    }
}

/// Whether the word at `at` does more than to read a member.
fn declares(text: &str, at: usize, name: &str) -> bool {
    if !text[..at].trim_end_matches([' ', '\t']).ends_with('.') {
        return true;
    }
    let after = text[at + name.len()..].trim_start_matches([' ', '\t']);
    // `x.name = 1`, `self.name: int`, `x.name, y = …`; but not `x.name == 1`.
    let is_assigned = after.starts_with('=') && !after.starts_with("==");
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let is_annotated = after.starts_with(':') && text[line..at].trim_start() == "self.";
    is_assigned || is_annotated || is_target_of_several(text, at)
}

/// Whether a member stands left of the `=` of its line, as one of several: `x.a, x.b = …`, `for x.a in`.
fn is_target_of_several(text: &str, at: usize) -> bool {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let inside = at - start;
    let is_plain = |piece: &str| !piece.contains(['(', '[', '{', '"', '\'', ':']) && !piece.contains(" if ");
    match line.find(" = ") {
        Some(assign) => inside < assign && line[..assign].contains(',') && is_plain(&line[..assign]),
        None => line.trim_start().starts_with("for ") && line.find(" in ").is_some_and(|end| inside < end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_reading_a_member_declares_nothing() {
        let declares = |text: &str| declares(text, text.find("name").unwrap(), "name");
        for text in [
            "def name(): ...",
            "name = 1",
            "x.name = 1",
            "f(name=1)",
            "'name'",
            "self.name: int",
            "x.name, y = z",
            "# name",
        ] {
            assert!(declares(text), "{text}");
        }
        for text in [
            "x.name",
            "{x.name: 1}",
            "if self.name:",
            "x.name()",
            "x . name == 1",
            "f(x.name, y)",
            "y = x.name",
            "z[x.name] = 1",
        ] {
            assert!(!declares(text), "{text}");
        }
    }
}
