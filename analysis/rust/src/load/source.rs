//! Finding and reading the files that a crate is made of.
//!
//! Beginning with a crate's root, `mod name;` leads from file to file, as it leads the engine. That
//! finds what is needed, in the order in which it will be needed, and leaves the rest of a package on
//! disk: tests, benchmarks, the code of other systems.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use montuno_base::{Language, nesting, text};
use parking_lot::Mutex;
use rayon::Scope;
use rustc_hash::FxHashMap;

use super::scan::{self, InlineModule, ModuleDeclaration, Scan};

/// A file as the engine is given it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Source {
    /// Its path.
    pub path: Utf8PathBuf,
    /// Its text, of library files with blanks in place of what nobody outside can see.
    pub text: Arc<str>,
    /// Whether anything is blanked.
    pub is_blanked: bool,
    /// The files that it is made of further, in the order of the text.
    pub children: Vec<Utf8PathBuf>,
}

/// Where files come from.
pub(crate) trait Reader: Sync {
    /// The text of a file, without a byte order mark and with bounded nesting; `None` if there is no
    /// such file. A file that cannot be read, or is no text, has an empty one.
    fn read(&self, path: &Utf8Path) -> Option<Arc<str>>;

    /// Whether there is such a file.
    fn exists(&self, path: &Utf8Path) -> bool;
}

/// The files on disk.
pub(crate) struct Disk;

impl Reader for Disk {
    fn read(&self, path: &Utf8Path) -> Option<Arc<str>> {
        match text::read(path) {
            Ok(source) => Some(nesting::bound(&source.text, Language::Rust).text),
            Err(text::ReadError::Missing) => None,
            Err(error) => {
                tracing::info!("{path} {error}");
                // A folder can have the name of a module; anything else is there and empty.
                path.is_file().then(|| Arc::from(""))
            }
        }
    }

    fn exists(&self, path: &Utf8Path) -> bool {
        path.is_file()
    }
}

/// What is to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan<'a> {
    /// The file that the crate begins with.
    pub root: &'a Utf8Path,
    /// Whether its modules lie beside it: so it is for roots of crates and for `mod.rs`.
    pub owns_folder: bool,
    /// Whether what nobody outside can see is blanked.
    pub blank: bool,
    /// Folders that no module is taken from.
    pub avoid: &'a [Utf8PathBuf],
}

/// The files of a crate, in the order in which the engine asks for them; the root is the first, if it
/// is there. `known` says which are loaded already: they are neither read nor followed.
pub(crate) fn collect(plan: Plan<'_>, reader: &dyn Reader, known: &(dyn Fn(&Utf8Path) -> bool + Sync)) -> Vec<Source> {
    let collector = Collector { plan, reader, known, found: Mutex::default() };
    rayon::scope(|scope| collector.visit(scope, plan.root.to_owned(), plan.owns_folder));
    let mut found = collector.found.into_inner();
    let mut ordered = Vec::new();
    let mut pending = vec![plan.root.to_owned()];
    while let Some(path) = pending.pop() {
        let Some(Some(source)) = found.remove(&path) else { continue };
        pending.extend(source.children.iter().rev().cloned());
        ordered.push(source);
    }
    ordered
}

struct Collector<'a> {
    plan: Plan<'a>,
    reader: &'a dyn Reader,
    known: &'a (dyn Fn(&Utf8Path) -> bool + Sync),
    /// The files that were looked for, with what was found.
    found: Mutex<FxHashMap<Utf8PathBuf, Option<Source>>>,
}

impl<'a> Collector<'a> {
    /// Reads a file, and those it is made of on other threads. `owns_folder` is true of files whose
    /// modules lie beside them.
    fn visit<'scope>(&'scope self, scope: &Scope<'scope>, path: Utf8PathBuf, owns_folder: bool) {
        if !self.claim(&path) {
            return;
        }
        let Some(text) = self.reader.read(&path) else { return };
        let Scan { modules, includes, hidden } = scan::scan(&text, self.plan.blank);
        let mut children = Vec::new();
        for module in &modules {
            let mut places = candidates(&path, owns_folder, module);
            if module.in_macro && path != self.plan.root {
                // The file that calls the macro is not known; most often it is the one above all.
                places.extend(candidates(self.plan.root, self.plan.owns_folder, module));
            }
            for (candidate, owns) in places {
                if (self.known)(&candidate) || self.plan.avoid.iter().any(|folder| candidate.starts_with(folder)) {
                    continue;
                }
                if self.reader.exists(&candidate) {
                    children.push(candidate.clone());
                    scope.spawn(move |scope| self.visit(scope, candidate, owns));
                }
            }
        }
        let folder = path.parent().unwrap_or(Utf8Path::new(""));
        for included in includes.iter().filter(|path| path.ends_with(".rs")) {
            let included = lexical(&folder.join(included));
            if !(self.known)(&included) && self.reader.exists(&included) {
                children.push(included.clone());
                scope.spawn(move |scope| self.visit(scope, included, true));
            }
        }
        let is_blanked = !hidden.is_empty();
        let text = if is_blanked { scan::blank(text.to_string(), &hidden).into() } else { text };
        let source = Source { path: path.clone(), text, is_blanked, children };
        self.found.lock().insert(path, Some(source));
    }

    /// True for the first who asks for a path.
    fn claim(&self, path: &Utf8Path) -> bool {
        let mut found = self.found.lock();
        let is_new = !found.contains_key(path);
        if is_new {
            found.insert(path.to_owned(), None);
        }
        is_new
    }
}

/// Where the file of a module may be, each with whether its own modules lie beside it. `file` declares
/// it.
pub(crate) fn candidates(file: &Utf8Path, owns_folder: bool, module: &ModuleDeclaration) -> Vec<(Utf8PathBuf, bool)> {
    let beside = file.parent().unwrap_or(Utf8Path::new("")).to_owned();
    let own = if owns_folder { beside.clone() } else { beside.join(file.file_stem().unwrap_or_default()) };
    let folder = module.inside.iter().fold(own, |folder, InlineModule { name, path }| match path {
        Some(path) => folder.join(path),
        None => folder.join(name),
    });
    // A `#[path]` begins beside the file, unless the module is inside another.
    let base = if module.inside.is_empty() { &beside } else { &folder };
    let mut found: Vec<_> = module.paths.iter().map(|path| (lexical(&base.join(path)), true)).collect();
    if module.by_name {
        found.push((lexical(&folder.join(format!("{}.rs", module.name))), false));
        found.push((lexical(&folder.join(&module.name).join("mod.rs")), true));
    }
    found
}

/// A path without `.` and `..`, as the engine resolves them: by the text alone.
pub(crate) fn lexical(path: &Utf8Path) -> Utf8PathBuf {
    let mut parts = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            camino::Utf8Component::ParentDir => _ = parts.pop(),
            camino::Utf8Component::CurDir => {}
            other => parts.push(other),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder {
        _folder: tempfile::TempDir,
        root: Utf8PathBuf,
    }

    impl Folder {
        fn new(files: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
            for (path, text) in files {
                let path = root.join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
            Self { _folder: folder, root }
        }

        fn collected(&self, blank: bool) -> Vec<Source> {
            let root = self.root.join("lib.rs");
            collect(Plan { root: &root, owns_folder: true, blank, avoid: &[] }, &Disk, &|_| false)
        }

        fn names(&self) -> Vec<String> {
            let relative = |source: Source| source.path.strip_prefix(&self.root).unwrap().as_str().replace('\\', "/");
            self.collected(false).into_iter().map(relative).collect()
        }
    }

    #[test]
    fn modules_are_followed_in_the_order_of_the_text() {
        let folder = Folder::new(&[
            ("lib.rs", "mod b; mod a; mod missing; mod c { mod d; } #[path = \"other/x.rs\"] mod e;"),
            ("b.rs", "mod inner;"),
            ("b/inner.rs", ""),
            ("a/mod.rs", "mod inner;"),
            ("a/inner.rs", ""),
            ("c/d.rs", ""),
            ("other/x.rs", "mod y;"),
            ("other/y.rs", ""),
            ("unused.rs", ""),
        ]);
        let expected = ["lib.rs", "b.rs", "b/inner.rs", "a/mod.rs", "a/inner.rs", "c/d.rs", "other/x.rs", "other/y.rs"];
        assert_eq!(folder.names(), expected);
    }

    #[test]
    fn modules_in_a_macro_lie_beside_the_root() {
        let folder = Folder::new(&[
            ("lib.rs", "#[macro_use] mod macros; all!();"),
            ("macros.rs", "macro_rules! all { () => { mod a; mod b; } }"),
            ("a.rs", ""),
            ("macros/b.rs", ""),
        ]);
        assert_eq!(folder.names(), ["lib.rs", "macros.rs", "a.rs", "macros/b.rs"]);
    }

    #[test]
    fn a_circle_of_modules_ends() {
        let folder = Folder::new(&[("lib.rs", "#[path = \"a.rs\"] mod a;"), ("a.rs", "#[path = \"lib.rs\"] mod b;")]);
        assert_eq!(folder.names(), ["lib.rs", "a.rs"]);
    }

    #[test]
    fn included_files_are_read() {
        let folder = Folder::new(&[("lib.rs", "include!(\"gen/a.rs\");"), ("gen/a.rs", "mod b;"), ("gen/b.rs", "")]);
        assert_eq!(folder.names(), ["lib.rs", "gen/a.rs", "gen/b.rs"]);
    }

    #[test]
    fn library_files_are_blanked() {
        let folder = Folder::new(&[("lib.rs", "pub fn f() { g() }")]);
        let sources = folder.collected(true);
        assert_eq!((&*sources[0].text, sources[0].is_blanked), ("pub fn f() {     }", true));
    }

    #[test]
    fn what_is_no_text_is_empty() {
        let folder = Folder::new(&[("lib.rs", "mod a;"), ("a.rs", "\0")]);
        assert_eq!(&*folder.collected(false)[1].text, "");
        let nothing = Folder::new(&[]);
        assert!(nothing.collected(false).is_empty());
    }
}
