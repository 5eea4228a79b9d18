//! From what cargo says to crates.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;

use super::graph::{Cfg, CrateKind, CrateNode, Dependency, Edition, Graph, Origin, Package};
use super::metadata::{DependencyKind, Metadata, Node, PackageMetadata, TargetMetadata};

/// What holds for all crates of a project.
#[derive(Clone, Debug, Default)]
pub(crate) struct Common {
    /// The options that are set in all of them.
    pub cfgs: Vec<Cfg>,
    /// What `env!` finds in all of them.
    pub environment: BTreeMap<String, String>,
}

/// The crates of a workspace: of its members all, of what they depend on the libraries, and of those
/// only what some member needs.
pub(crate) fn assemble(metadata: &Metadata, common: &Common) -> Graph {
    let mut assembly = Assembly::new(metadata, common);
    assembly.add_crates();
    assembly.add_dependencies();
    assembly.graph
}

struct Assembly<'a> {
    metadata: &'a Metadata,
    common: &'a Common,
    nodes: FxHashMap<&'a str, &'a Node>,
    /// The place of each package's library, by id.
    libraries: FxHashMap<&'a str, usize>,
    /// For each crate, the place of its package in the metadata.
    sources: Vec<usize>,
    graph: Graph,
}

impl<'a> Assembly<'a> {
    fn new(metadata: &'a Metadata, common: &'a Common) -> Self {
        let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
        let graph = Graph { root: metadata.workspace_root.clone(), cfgs: common.cfgs.clone(), ..Graph::default() };
        Self {
            metadata,
            common,
            nodes: nodes.map(|node| (node.id.as_str(), node)).collect(),
            libraries: FxHashMap::default(),
            sources: Vec::new(),
            graph,
        }
    }

    fn add_crates(&mut self) {
        let metadata = self.metadata;
        let needed = self.needed();
        for (source, package) in metadata.packages.iter().enumerate() {
            if !needed.contains(&package.id.as_str()) {
                continue;
            }
            let is_member = metadata.workspace_members.contains(&package.id);
            let place = self.graph.packages.len();
            let described = describe(package);
            for target in &package.targets {
                let Some(kind) = kind_of(target) else { continue };
                let is_library = matches!(kind, CrateKind::Library | CrateKind::ProcMacro);
                // Dependencies for tests are resolved for members alone, so without them the tests,
                // examples and binaries of others make no sense.
                if !is_library && !is_member {
                    continue;
                }
                if is_library {
                    self.libraries.insert(&package.id, self.graph.crates.len());
                }
                let node = self.node(package, target, kind, place);
                self.graph.crates.push(node);
                self.sources.push(source);
            }
            self.graph.packages.push(described);
        }
    }

    /// The packages that members need, members first.
    fn needed(&self) -> Vec<&'a str> {
        let mut needed: Vec<&str> = self.metadata.workspace_members.iter().map(String::as_str).collect();
        let mut at = 0;
        while let Some(id) = needed.get(at) {
            let dependencies = self.nodes.get(id).into_iter().flat_map(|node| &node.deps);
            for dependency in dependencies {
                if !needed.contains(&dependency.pkg.as_str()) {
                    needed.push(&dependency.pkg);
                }
            }
            at += 1;
        }
        needed
    }

    fn node(&self, package: &PackageMetadata, target: &TargetMetadata, kind: CrateKind, place: usize) -> CrateNode {
        let is_local = package.source.is_none();
        let features = self.nodes.get(package.id.as_str()).map(|node| node.features.as_slice()).unwrap_or_default();
        let mut cfgs: Vec<Cfg> = features.iter().map(|feature| Cfg::pair("feature", feature)).collect();
        if is_local {
            // Code for tests is code that is written and read; the engine itself is known as well.
            cfgs.extend([Cfg::flag("test"), Cfg::flag("rust_analyzer")]);
        }
        let repository = package.repository.clone();
        CrateNode {
            name: target.name.clone(),
            version: Some(package.version.clone()),
            root: target.src_path.clone(),
            edition: Edition::of_year(target.edition.as_deref().unwrap_or(&package.edition)),
            kind,
            origin: if is_local { Origin::Local { repository } } else { Origin::Library { repository } },
            cfgs,
            features: package.features.keys().cloned().collect(),
            environment: self.environment(package, target, kind),
            dependencies: Vec::new(),
            package: place,
        }
    }

    /// The variables that cargo sets for the compiler.
    fn environment(
        &self,
        package: &PackageMetadata,
        target: &TargetMetadata,
        kind: CrateKind,
    ) -> BTreeMap<String, String> {
        let mut environment = self.common.environment.clone();
        let mut set = |name: &str, value: &str| _ = environment.insert(name.to_owned(), value.to_owned());
        set("CARGO_MANIFEST_DIR", folder_of(&package.manifest_path).as_str());
        set("CARGO_MANIFEST_PATH", package.manifest_path.as_str());
        set("CARGO_PKG_NAME", &package.name);
        set("CARGO_PKG_VERSION", &package.version);
        let (numbers, pre) = match package.version.split('+').next().unwrap_or_default().split_once('-') {
            Some((numbers, pre)) => (numbers, pre),
            None => (package.version.as_str(), ""),
        };
        let mut numbers = numbers.split('.');
        for name in ["CARGO_PKG_VERSION_MAJOR", "CARGO_PKG_VERSION_MINOR", "CARGO_PKG_VERSION_PATCH"] {
            set(name, numbers.next().unwrap_or_default());
        }
        set("CARGO_PKG_VERSION_PRE", pre);
        set("CARGO_PKG_AUTHORS", &package.authors.join(":"));
        for (name, value) in [
            ("CARGO_PKG_DESCRIPTION", &package.description),
            ("CARGO_PKG_HOMEPAGE", &package.homepage),
            ("CARGO_PKG_REPOSITORY", &package.repository),
            ("CARGO_PKG_LICENSE", &package.license),
            ("CARGO_PKG_LICENSE_FILE", &package.license_file),
            ("CARGO_PKG_README", &package.readme),
            ("CARGO_PKG_RUST_VERSION", &package.rust_version),
        ] {
            set(name, value.as_deref().unwrap_or_default());
        }
        set("CARGO_CRATE_NAME", &target.name.replace('-', "_"));
        match kind {
            CrateKind::Binary | CrateKind::Example => set("CARGO_BIN_NAME", &target.name),
            CrateKind::Test | CrateKind::Bench => {
                for binary in package.targets.iter().filter(|target| kind_of(target) == Some(CrateKind::Binary)) {
                    let path = self.metadata.workspace_root.join("target/debug").join(&binary.name);
                    set(&format!("CARGO_BIN_EXE_{}", binary.name), path.as_str());
                }
            }
            _ => {}
        }
        environment
    }

    fn add_dependencies(&mut self) {
        for index in 0..self.graph.crates.len() {
            let package = &self.metadata.packages[self.sources[index]];
            let kind = self.graph.crates[index].kind;
            let mut found = Vec::new();
            // Every crate of a package but its build script can name the package's library.
            if let Some(&library) = self.libraries.get(package.id.as_str())
                && library != index
                && kind != CrateKind::BuildScript
            {
                let name = self.graph.crates[library].name.replace('-', "_");
                found.push(Dependency { name, target: library, is_for_tests: false });
            }
            let node = self.nodes.get(package.id.as_str());
            for dependency in node.into_iter().flat_map(|node| &node.deps) {
                let Some(&target) = self.libraries.get(dependency.pkg.as_str()) else { continue };
                for needed in purposes(&dependency.dep_kinds) {
                    if (needed == Some("build")) != (kind == CrateKind::BuildScript) {
                        continue;
                    }
                    let is_library = matches!(kind, CrateKind::Library | CrateKind::ProcMacro);
                    let is_local = matches!(self.graph.crates[target].origin, Origin::Local { .. });
                    let is_for_tests = needed == Some("dev") && is_library && is_local;
                    found.push(Dependency { name: dependency.name.clone(), target, is_for_tests });
                }
            }
            self.graph.crates[index].dependencies = found;
        }
    }
}

/// What a dependency is for; older cargos do not say, and mean everything.
fn purposes(kinds: &[DependencyKind]) -> Vec<Option<&str>> {
    let mut purposes: Vec<_> = kinds.iter().map(|kind| kind.kind.as_deref()).collect();
    if purposes.is_empty() {
        purposes = vec![None, Some("build")];
    }
    purposes.dedup();
    purposes
}

fn describe(package: &PackageMetadata) -> Package {
    let folder = folder_of(&package.manifest_path);
    let folders = package.targets.iter().map(|target| folder_of(&target.src_path));
    let mut more_folders: Vec<Utf8PathBuf> = folders.filter(|it| !it.starts_with(&folder)).collect();
    more_folders.sort();
    more_folders.dedup();
    let mut declared: Vec<String> = package.dependencies.iter().map(|dependency| dependency.code_name()).collect();
    declared.sort();
    declared.dedup();
    Package {
        name: package.name.clone(),
        folder,
        more_folders,
        is_local: package.source.is_none(),
        declared,
        has_build_script: package.targets.iter().any(|target| kind_of(target) == Some(CrateKind::BuildScript)),
    }
}

fn folder_of(path: &Utf8Path) -> Utf8PathBuf {
    path.parent().map(Utf8Path::to_owned).unwrap_or_default()
}

/// What sort of crate a target is; `None` for kinds that nobody knows yet.
fn kind_of(target: &TargetMetadata) -> Option<CrateKind> {
    target.kind.iter().find_map(|kind| {
        Some(match kind.as_str() {
            "lib" | "rlib" | "dylib" | "cdylib" | "staticlib" => CrateKind::Library,
            "proc-macro" => CrateKind::ProcMacro,
            "bin" => CrateKind::Binary,
            "example" => CrateKind::Example,
            "test" => CrateKind::Test,
            "bench" => CrateKind::Bench,
            "custom-build" => CrateKind::BuildScript,
            _ => return None,
        })
    })
}
