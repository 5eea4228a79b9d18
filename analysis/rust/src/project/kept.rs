//! Projects on disk: what cargo said the last time, for as long as nothing that it depends on changed.

use camino::{Utf8Path, Utf8PathBuf};
use montuno_base::cache;
use montuno_base::walk::Stamp;
use serde::{Deserialize, Serialize};

use super::graph::Graph;

/// To be changed with [`Graph`] and with how it is made.
const CACHE_VERSION: u32 = 1;

/// A graph with what it was made from.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// What else went into it: toolchain, settings.
    circumstances: String,
    /// The files and folders that it was made from, as they were; `None` for those that were not there.
    sources: Vec<(Utf8PathBuf, Option<Stamp>)>,
    graph: Graph,
}

/// The graph that was kept for a manifest, if it would come out the same today.
pub(crate) fn read(manifest: &Utf8Path, circumstances: &str, cache_folder: &Utf8Path) -> Option<Graph> {
    let kept: Kept = cache::read(&place(manifest, cache_folder), CACHE_VERSION)?;
    let is_same = kept.circumstances == circumstances
        && kept.sources.iter().all(|(path, stamp)| current(path) == *stamp)
        && kept.graph.crates.iter().all(|node| node.root.is_file());
    is_same.then_some(kept.graph)
}

/// Keeps a graph. `read` are the files that went into it besides the manifests of its own packages.
pub(crate) fn write(
    manifest: &Utf8Path,
    circumstances: &str,
    read: &[Utf8PathBuf],
    graph: &Graph,
    cache_folder: &Utf8Path,
) {
    let sources = sources(manifest, read, graph);
    let sources = sources.into_iter().map(|path| {
        let stamp = current(&path);
        (path, stamp)
    });
    let kept = Kept { circumstances: circumstances.to_owned(), sources: sources.collect(), graph: graph.clone() };
    if let Err(error) = cache::write(&place(manifest, cache_folder), CACHE_VERSION, &kept) {
        tracing::info!("the crates of {manifest} are not kept on disk: {error}");
    }
}

fn place(manifest: &Utf8Path, cache_folder: &Utf8Path) -> Utf8PathBuf {
    cache_folder.join("rust").join("projects").join(cache::key(&[manifest.as_str()]))
}

/// The files that decide about a graph, and the folders in which cargo finds crates by itself. The
/// packages of others do not change.
pub(crate) fn sources(manifest: &Utf8Path, read: &[Utf8PathBuf], graph: &Graph) -> Vec<Utf8PathBuf> {
    let mut sources = vec![manifest.to_owned(), graph.root.join("Cargo.toml"), graph.root.join("Cargo.lock")];
    sources.extend(read.iter().cloned());
    for package in graph.packages.iter().filter(|package| package.is_local) {
        for name in ["Cargo.toml", "build.rs", "src", "src/bin", "tests", "examples", "benches"] {
            sources.push(package.folder.join(name));
        }
    }
    sources.sort();
    sources.dedup();
    sources
}

fn current(path: &Utf8Path) -> Option<Stamp> {
    std::fs::metadata(path).ok().map(|metadata| Stamp::of(&metadata))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::graph::Package;

    #[test]
    fn a_changed_manifest_makes_it_anew() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        let cache = root.join("cache");
        let manifest = root.join("Cargo.toml");
        std::fs::write(&manifest, "[package]").unwrap();
        let package = Package {
            name: "a".to_owned(),
            folder: root.clone(),
            more_folders: Vec::new(),
            is_local: true,
            declared: Vec::new(),
            has_build_script: false,
        };
        let graph = Graph { root: root.clone(), packages: vec![package], ..Graph::default() };
        write(&manifest, "1.95", &[], &graph, &cache);
        assert_eq!(read(&manifest, "1.95", &cache), Some(graph.clone()));
        assert_eq!(read(&manifest, "1.96", &cache), None, "another toolchain");
        std::fs::create_dir(root.join("tests")).unwrap();
        assert_eq!(read(&manifest, "1.95", &cache), None, "perhaps another crate");
        write(&manifest, "1.95", &[], &graph, &cache);
        std::fs::write(&manifest, "[package]\nname = 'a'").unwrap();
        assert_eq!(read(&manifest, "1.95", &cache), None, "another manifest");
    }
}
