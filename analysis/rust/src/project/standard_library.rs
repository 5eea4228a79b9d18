//! The crates of the standard library.
//!
//! The library is itself a Cargo workspace, with a dozen packages from elsewhere below it. Nobody who
//! uses the library can name those, so they are left out, and the few crates that can be named are put
//! together by hand; a stand-in takes the place of one whose types are inside of the library's own.

use std::collections::BTreeMap;

use camino::Utf8Path;

use super::graph::{Cfg, CrateKind, CrateNode, Dependency, Edition, Graph, Origin, Package};
use super::stand_ins;

/// A crate of the library, with those that it depends on, each before it in the list.
const CRATES: [(&str, &[&str]); 7] = [
    ("core", &[]),
    ("alloc", &["core"]),
    ("hashbrown", &["core"]),
    ("std_detect", &["core", "alloc"]),
    ("std", &["core", "alloc", "hashbrown", "std_detect"]),
    ("proc_macro", &["core", "alloc", "std"]),
    ("test", &["core", "alloc", "std"]),
];

/// The crates that every crate can name, and whether without an `extern crate`, in the order in which
/// names hide each other.
pub(crate) const NAMED: [(&str, bool); 4] = [("core", true), ("alloc", false), ("std", true), ("test", false)];

/// The crates of the library in `folder`, for a target with these options. What stands in for others is
/// kept in `cache_folder`.
pub(crate) fn crates(folder: &Utf8Path, version: Option<&str>, cfgs: &[Cfg], cache_folder: Option<&Utf8Path>) -> Graph {
    let mut graph = Graph { root: folder.to_owned(), ..Graph::default() };
    graph.cfgs = cfgs.iter().cloned().chain(UNSTABLE.iter().filter_map(|line| Cfg::parse(line))).collect();
    for (name, dependencies) in CRATES {
        let Some(root) = root_of(folder, name).or_else(|| stand_ins::root_of(name, cache_folder)) else { continue };
        let place = |name: &str| graph.crates.iter().position(|node| node.name == name);
        let dependencies = dependencies
            .iter()
            .filter_map(|&name| Some(Dependency { name: name.to_owned(), target: place(name)?, is_for_tests: false }));
        let package = Package {
            name: name.to_owned(),
            folder: root.parent().and_then(Utf8Path::parent).map(Utf8Path::to_owned).unwrap_or_default(),
            more_folders: Vec::new(),
            is_local: false,
            declared: Vec::new(),
            has_build_script: false,
        };
        let node = CrateNode {
            name: name.to_owned(),
            version: version.map(str::to_owned),
            edition: edition(&root),
            root,
            kind: CrateKind::Library,
            origin: Origin::Language,
            cfgs: Vec::new(),
            features: Vec::new(),
            environment: BTreeMap::new(),
            dependencies: dependencies.collect(),
            package: graph.packages.len(),
        };
        graph.crates.push(node);
        graph.packages.push(package);
    }
    graph
}

fn root_of(folder: &Utf8Path, name: &str) -> Option<camino::Utf8PathBuf> {
    // `std_detect` moved in 1.90.
    let places = [folder.join(name), folder.join("stdarch/crates").join(name)];
    places.into_iter().map(|place| place.join("src/lib.rs")).find(|root| root.is_file())
}

/// The edition of the crate with this root, as its manifest says; without a manifest the newest one.
fn edition(root: &Utf8Path) -> Edition {
    let manifest = root.ancestors().nth(2).map(|folder| folder.join("Cargo.toml"));
    let text = manifest.and_then(|manifest| std::fs::read_to_string(manifest).ok());
    let manifest = text.and_then(|text| text.parse::<toml::Table>().ok());
    let year = manifest.as_ref().and_then(|manifest| manifest.get("package")?.get("edition")?.as_str());
    year.map_or(Edition::NEWEST, Edition::of_year)
}

/// Options that the library asks for and the compiler sets for it alone.
const UNSTABLE: [&str; 14] = [
    "target_has_atomic",
    "target_has_atomic_load_store",
    "target_has_atomic_load_store=\"8\"",
    "target_has_atomic_load_store=\"16\"",
    "target_has_atomic_load_store=\"32\"",
    "target_has_atomic_load_store=\"64\"",
    "target_has_atomic_load_store=\"ptr\"",
    "target_has_atomic_equal_alignment=\"8\"",
    "target_has_atomic_equal_alignment=\"16\"",
    "target_has_atomic_equal_alignment=\"32\"",
    "target_has_atomic_equal_alignment=\"64\"",
    "target_has_atomic_equal_alignment=\"ptr\"",
    "target_thread_local",
    "miri",
];
