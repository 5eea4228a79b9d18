//! Finding the files of a workspace.

use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use ignore::overrides::OverrideBuilder;
use ignore::{WalkBuilder, types::TypesBuilder};

use crate::Language;

/// A file that a walk found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Its absolute path.
    pub path: Utf8PathBuf,
    /// What tells whether it changed.
    pub stamp: Stamp,
}

/// What tells, without reading it, whether a file changed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Stamp {
    /// Nanoseconds since 1970 at its last change, by the file system.
    pub modified: u64,
    /// Its length in bytes.
    pub length: u64,
}

impl Stamp {
    /// The stamp of a file with this metadata.
    pub fn of(metadata: &std::fs::Metadata) -> Self {
        let modified = metadata.modified().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        Self { modified: modified.map_or(0, |time| time.as_nanos() as u64), length: metadata.len() }
    }
}

/// Every source file below `root` that is neither hidden nor ignored (`.gitignore`, `.ignore`,
/// `exclude`), sorted by path: the same tree gives the same list.
///
/// Symbolic links to folders are not followed, so a loop of them cannot hold the walk; what cannot be
/// read is passed over and logged. Names that are not UTF-8 are passed over: no editor could ask for them.
pub fn source_files(root: &Utf8Path, languages: &[Language], exclude: &[String]) -> Vec<Found> {
    let mut types = TypesBuilder::new();
    for language in languages {
        let endings = language.extensions().iter().map(|extension| format!("*.{extension}"));
        for glob in endings.chain(language.file_names().iter().map(ToString::to_string)) {
            // Neither the name nor the glob can be malformed.
            let _ = types.add(language.id(), &glob);
        }
        types.select(language.id());
    }
    let mut builder = WalkBuilder::new(root);
    builder.require_git(false).follow_links(false);
    if let Ok(types) = types.build() {
        builder.types(types);
    }
    builder.overrides(exclusions(root, exclude));
    let mut found = Vec::new();
    for entry in builder.build() {
        match entry {
            Ok(entry) => found.extend(inspect(&entry)),
            Err(error) => tracing::debug!("not walked: {error}"),
        }
    }
    found.sort_by(|a: &Found, b| a.path.cmp(&b.path));
    found
}

/// `root` and every folder below it that [`source_files`] would look into, each before those in it.
pub fn folders(root: &Utf8Path, exclude: &[String]) -> Vec<Utf8PathBuf> {
    let mut builder = WalkBuilder::new(root);
    builder.require_git(false).follow_links(false).overrides(exclusions(root, exclude));
    builder.filter_entry(|entry| entry.file_type().is_some_and(|kind| kind.is_dir()));
    let entries = builder.build().filter_map(Result::ok);
    entries.filter_map(|entry| Some(Utf8Path::from_path(entry.path())?.to_owned())).collect()
}

fn inspect(entry: &ignore::DirEntry) -> Option<Found> {
    if !entry.file_type()?.is_file() {
        return None;
    }
    let path = Utf8Path::from_path(entry.path())?.to_owned();
    let stamp = Stamp::of(&entry.metadata().ok()?);
    Some(Found { path, stamp })
}

/// The user's `exclude`, as the walker takes it: there a leading `!` leaves out.
fn exclusions(root: &Utf8Path, exclude: &[String]) -> ignore::overrides::Override {
    let mut overrides = OverrideBuilder::new(root);
    for glob in exclude {
        if let Err(error) = overrides.add(&format!("!{glob}")) {
            tracing::warn!("the setting `exclude` has a glob that cannot be read and is left out: {error}");
        }
    }
    overrides.build().unwrap_or_else(|_| ignore::overrides::Override::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        for file in files {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        (folder, root)
    }

    fn names(root: &Utf8Path, found: &[Found]) -> Vec<String> {
        found.iter().map(|file| file.path.strip_prefix(root).unwrap().as_str().replace('\\', "/")).collect()
    }

    #[test]
    fn finds_sources_in_order() {
        let (_folder, root) = tree(&["b.py", "a/c.pyi", "a/d.txt", ".hidden/e.py", "built/f.py"]);
        let found = source_files(&root, &[Language::Python], &["built/".to_owned()]);
        assert_eq!(names(&root, &found), ["a/c.pyi", "b.py"]);
    }

    #[test]
    fn obeys_gitignore_without_git() {
        let (_folder, root) = tree(&["a.py", "target/b.py"]);
        std::fs::write(root.join(".gitignore"), "target/\n").unwrap();
        assert_eq!(names(&root, &source_files(&root, &[Language::Python], &[])), ["a.py"]);
    }

    #[test]
    fn folders_are_those_that_are_looked_into() {
        let (_folder, root) = tree(&["a/b/c.py", "built/d.py", ".hidden/e.py", "target/f.py", "g.py"]);
        std::fs::write(root.join(".gitignore"), "target/\n").unwrap();
        let mut found = folders(&root, &["built/".to_owned()]);
        found.sort();
        assert_eq!(found, [root.clone(), root.join("a"), root.join("a/b")]);
    }

    #[test]
    #[cfg(unix)]
    fn a_loop_of_links_ends() {
        let (_folder, root) = tree(&["a/b.py"]);
        std::os::unix::fs::symlink(&root, root.join("a/loop")).unwrap();
        assert_eq!(names(&root, &source_files(&root, &[Language::Python], &[])), ["a/b.py"]);
    }
}
