//! The modules below a search path.

use montuno_base::{Utf8Path, Utf8PathBuf};
use ruff_db::vendored::{FileType, VendoredPath, VendoredPathBuf};
use ruff_python_stdlib::identifiers::is_identifier;

/// How deep packages are followed into each other.
const DEEPEST: usize = 12;

/// Folders of packages that nobody imports from.
const TESTS: [&str; 4] = ["tests", "test", "testing", "conftest"];

/// Where modules are searched.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum SearchPath {
    /// A folder of the project.
    Own(Utf8PathBuf),
    /// A folder of installed packages.
    Packages(Utf8PathBuf),
    /// The stubs of the standard library.
    StandardLibrary,
}

/// A module, and where its text is.
#[derive(Debug)]
pub(super) struct ModuleFile {
    pub name: String,
    pub source: Source,
    pub is_own: bool,
}

#[derive(Debug)]
pub(super) enum Source {
    Disk(Utf8PathBuf),
    Vendored(VendoredPathBuf),
}

/// The modules below a search path, in no particular order. Private ones and tests are left out of
/// packages, as nobody should import them.
pub(super) fn below(path: &SearchPath) -> Vec<ModuleFile> {
    let mut found = Vec::new();
    match path {
        SearchPath::Own(folder) => walk(folder, "", true, 0, &mut found),
        SearchPath::Packages(folder) => walk(folder, "", false, 0, &mut found),
        SearchPath::StandardLibrary => walk_stubs(VendoredPath::new("stdlib"), "", &mut found),
    }
    found
}

fn walk(folder: &Utf8Path, package: &str, is_own: bool, depth: usize, found: &mut Vec<ModuleFile>) {
    let Ok(entries) = folder.read_dir_utf8() else { return };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        let Ok(kind) = entry.file_type() else { continue };
        // A link to a folder could lead back.
        if kind.is_dir() && depth < DEEPEST && is_identifier(name) && (is_own || is_public(name)) {
            let inner = entry.path();
            let is_package = ["__init__.py", "__init__.pyi"].iter().any(|init| inner.join(init).is_file());
            // A folder at the top of a project that is no package is seldom imported from, and may be large.
            if is_package || !package.is_empty() {
                walk(inner, &joined(package, name), is_own, depth + 1, found);
            }
        }
        let Some(stem) = name.strip_suffix(".pyi").or_else(|| name.strip_suffix(".py")) else { continue };
        if let Some(module) = module_name(package, stem)
            && (is_own || is_public(stem))
        {
            found.push(ModuleFile { name: module, source: Source::Disk(entry.path().to_owned()), is_own });
        }
    }
}

fn walk_stubs(folder: &VendoredPath, package: &str, found: &mut Vec<ModuleFile>) {
    let stubs = ty_vendored::file_system();
    for entry in stubs.read_directory(folder) {
        let path = entry.path().to_path_buf();
        let Some(name) = path.file_name().map(ToOwned::to_owned) else { continue };
        if entry.file_type() == FileType::Directory {
            if is_public(&name) {
                walk_stubs(&path, &joined(package, &name), found);
            }
        } else if let Some(stem) = name.strip_suffix(".pyi")
            && is_public(stem)
            && let Some(module) = module_name(package, stem)
        {
            found.push(ModuleFile { name: module, source: Source::Vendored(path), is_own: false });
        }
    }
}

fn module_name(package: &str, stem: &str) -> Option<String> {
    match stem {
        "__init__" => (!package.is_empty()).then(|| package.to_owned()),
        stem => is_identifier(stem).then(|| joined(package, stem)),
    }
}

fn joined(package: &str, name: &str) -> String {
    if package.is_empty() { name.to_owned() } else { format!("{package}.{name}") }
}

fn is_public(name: &str) -> bool {
    name == "__init__" || !(name.starts_with('_') || TESTS.contains(&name) || name.starts_with("test_"))
}
