//! Which manifests a file may belong to.

use camino::{Utf8Path, Utf8PathBuf};
use toml::Table;

use super::graph::Edition;
use crate::load::source::lexical;

/// The manifests that a file may belong to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Candidates {
    /// The manifest of the package that the file is in.
    pub package: Utf8PathBuf,
    /// The manifests of wholes that the package may be part of, be it as a member or as a dependency
    /// that lies among them; the likeliest first.
    pub wholes: Vec<Utf8PathBuf>,
}

/// The manifests that a file may belong to; `None` if there is none above it.
pub(crate) fn candidates(file: &Utf8Path) -> Option<Candidates> {
    let mut manifests = file.ancestors().skip(1).map(|folder| folder.join("Cargo.toml")).filter(|path| path.is_file());
    let package = manifests.next()?;
    let table = read(&package).unwrap_or_default();
    let named = table.get("package").and_then(|package| package.get("workspace")?.as_str());
    let mut wholes = Vec::new();
    if let Some(root) = named {
        wholes.push(lexical(&package.parent()?.join(root).join("Cargo.toml")));
    } else if table.contains_key("workspace") {
        wholes.push(package.clone());
    }
    wholes.extend(manifests);
    Some(Candidates { package, wholes })
}

/// A manifest as a table; `None` if it cannot be read.
pub(crate) fn read(manifest: &Utf8Path) -> Option<Table> {
    let text = std::fs::read_to_string(manifest).ok()?;
    match text.parse() {
        Ok(table) => Some(table),
        Err(error) => {
            tracing::info!("{manifest} cannot be read: {error}");
            None
        }
    }
}

/// Whether a manifest is that of a package which `cargo vendor` copied.
pub(crate) fn is_vendored(manifest: &Utf8Path) -> bool {
    manifest.with_file_name(".cargo-checksum.json").is_file()
}

/// The edition that a manifest asks for; `None` where it leaves that to its workspace, or cannot be read.
pub(crate) fn edition(manifest: &Table) -> Option<Edition> {
    let package = manifest.get("package")?;
    match package.get("edition") {
        Some(edition) => edition.as_str().map(Edition::of_year),
        None => Some(Edition::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_whole_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        for (path, text) in [
            ("Cargo.toml", "[workspace]"),
            ("a/Cargo.toml", "[package]"),
            ("a/nested/Cargo.toml", "[workspace]\n[package]"),
            ("far/Cargo.toml", "[package]\nworkspace = '../a/nested'"),
            ("broken/Cargo.toml", "[package"),
        ] {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let found = |file: &str| {
            let found = candidates(&root.join(file)).unwrap();
            let manifests = std::iter::once(&found.package).chain(&found.wholes);
            let relative = manifests.filter_map(|path| Some(path.strip_prefix(&root).ok()?.parent()?.as_str()));
            relative.map(|path| path.replace('\\', "/")).collect::<Vec<_>>()
        };
        assert_eq!(found("a/src/lib.rs"), ["a", ""]);
        assert_eq!(found("a/nested/src/lib.rs"), ["a/nested", "a/nested", "a", ""]);
        assert_eq!(found("far/x.rs"), ["far", "a/nested", ""]);
        assert_eq!(found("broken/x.rs"), ["broken", ""]);
    }
}
