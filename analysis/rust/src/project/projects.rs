//! The projects that questions were asked about, each loaded at its first question.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use montuno_base::Settings;
use montuno_semantic::engine::{Load, Problem};
use rustc_hash::{FxHashMap, FxHashSet};

use super::assemble::{self, Common};
use super::cargo_config::{self, CargoConfig};
use super::command::Failure;
use super::graph::{Cfg, CrateKind, CrateNode, Edition, Graph, Origin, Package};
use super::library_source::{LibrarySource, Search};
use super::metadata::Request;
use super::toolchain::{self, Description, Surroundings, Toolchain};
use super::{discover, kept, standard_library};

/// A project: crates that are resolved together.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    /// What it was loaded from; the file itself, if it stands alone.
    pub manifest: Utf8PathBuf,
    pub graph: Arc<Graph>,
    /// The standard library that it is compiled with; `None` if there is no source of it.
    pub library: Option<Arc<Graph>>,
    /// What the compiler says of the target.
    pub description: Option<Arc<Description>>,
    /// Whether its dependencies are known.
    pub is_whole: bool,
    /// The files and folders that it was made from: when one changes, it is made anew.
    pub sources: FxHashSet<Utf8PathBuf>,
}

/// Where a file belongs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Place {
    /// To a package of a project.
    Package { project: usize, package: usize },
    /// To the standard library that this project is compiled with.
    Library { project: usize, package: usize },
}

/// All projects of the workspace that were asked about.
pub(crate) struct Projects {
    surroundings: Surroundings,
    settings: Arc<Settings>,
    cache_folder: Option<Utf8PathBuf>,
    projects: Vec<Project>,
    /// The project of each manifest that was tried.
    tried: FxHashMap<Utf8PathBuf, usize>,
    libraries: Vec<(LibraryKey, Arc<Graph>)>,
    problems: Vec<Problem>,
    facts: Vec<(String, String)>,
}

/// What tells standard libraries apart.
#[derive(PartialEq, Eq)]
struct LibraryKey {
    folder: Utf8PathBuf,
    version: Option<String>,
    cfgs: Vec<Cfg>,
}

/// What a project of a single crate is made from.
struct Single<'a> {
    manifest: &'a Utf8Path,
    name: &'a str,
    folder: &'a Utf8Path,
    root: &'a Utf8Path,
    edition: Edition,
    kind: CrateKind,
    is_local: bool,
    is_whole: bool,
}

impl Projects {
    pub(crate) fn new(roots: &[Utf8PathBuf], settings: Arc<Settings>, cache_folder: Option<Utf8PathBuf>) -> Self {
        Self::in_surroundings(Surroundings::of_process(roots), settings, cache_folder)
    }

    pub(crate) fn in_surroundings(
        surroundings: Surroundings,
        settings: Arc<Settings>,
        cache_folder: Option<Utf8PathBuf>,
    ) -> Self {
        Self {
            surroundings,
            settings,
            cache_folder,
            projects: Vec::new(),
            tried: FxHashMap::default(),
            libraries: Vec::new(),
            problems: Vec::new(),
            facts: Vec::new(),
        }
    }

    /// Takes in which the workspace folders are now.
    pub(crate) fn set_roots(&mut self, roots: &[Utf8PathBuf]) {
        self.surroundings = Surroundings::of_process(roots);
    }

    /// The projects, in the order in which they were loaded.
    pub(crate) fn list(&self) -> &[Project] {
        &self.projects
    }

    /// What keeps them from being complete.
    pub(crate) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What was found out about them.
    pub(crate) fn facts(&self) -> &[(String, String)] {
        &self.facts
    }

    /// Where a file belongs, among the projects that are loaded.
    pub(crate) fn known(&self, file: &Utf8Path) -> Option<Place> {
        let alone = self.projects.iter().position(|project| project.manifest == file);
        if let Some(project) = alone {
            return Some(Place::Package { project, package: 0 });
        }
        for (project, loaded) in self.projects.iter().enumerate() {
            let library = loaded.library.as_deref().filter(|library| file.starts_with(&library.root));
            if let Some(package) = library.and_then(|library| library.package_of(file)) {
                return Some(Place::Library { project, package });
            }
        }
        let folder = file.ancestors().skip(1).find(|folder| folder.join("Cargo.toml").is_file());
        self.projects.iter().enumerate().find_map(|(project, loaded)| {
            let package = loaded.graph.package_of(file)?;
            // Another package may lie inside this one without being part of the project.
            let described = &loaded.graph.packages[package];
            let is_its_own = folder.is_none_or(|folder| folder == described.folder)
                || described.more_folders.iter().any(|folder| file.starts_with(folder));
            is_its_own.then_some(Place::Package { project, package })
        })
    }

    /// Where a file belongs; loads its project if need be. Without a manifest the file stands alone.
    pub(crate) fn find(&mut self, file: &Utf8Path, load: &mut dyn Load) -> Place {
        if let Some(place) = self.known(file) {
            return place;
        }
        let candidates = discover::candidates(file);
        if let Some(candidates) = &candidates {
            for manifest in &candidates.wholes {
                if self.load(manifest, load)
                    && let Some(place) = self.known(file)
                {
                    return place;
                }
            }
            // Cargo knows copies of packages only as what somebody depends on.
            if discover::is_vendored(&candidates.package) {
                if !self.tried.contains_key(&candidates.package)
                    && let Some(project) = self.unbuilt(&candidates.package)
                {
                    self.tried.insert(candidates.package.clone(), self.projects.len());
                    self.projects.push(project);
                }
            } else {
                self.load(&candidates.package, load);
            }
            if let Some(place) = self.known(file) {
                return place;
            }
        }
        let project = self.alone(file, candidates.map(|candidates| candidates.package).as_deref());
        self.projects.push(project);
        Place::Package { project: self.projects.len() - 1, package: 0 }
    }

    /// Loads the project of a manifest. False if nothing new came of it.
    fn load(&mut self, manifest: &Utf8Path, load: &mut dyn Load) -> bool {
        if self.tried.contains_key(manifest) {
            return false;
        }
        load.step("reading Cargo.toml", None);
        let project = self.read(manifest);
        // A member leads to the same workspace as its root.
        let known = self
            .projects
            .iter()
            .position(|known| known.graph.root == project.graph.root && known.graph.packages == project.graph.packages);
        if let Some(known) = known {
            self.tried.insert(manifest.to_owned(), known);
            return false;
        }
        self.tried.insert(manifest.to_owned(), self.projects.len());
        self.projects.push(project);
        true
    }

    /// Reads all manifests again. False if nothing came of it, be it that one of them cannot be read as
    /// it is now: what was known then counts on.
    pub(crate) fn renew(&mut self, load: &mut dyn Load) -> bool {
        self.problems.clear();
        let mut is_changed = false;
        for index in 0..self.projects.len() {
            let manifest = self.projects[index].manifest.clone();
            if manifest.file_name() != Some("Cargo.toml") || discover::is_vendored(&manifest) {
                continue;
            }
            load.step("reading Cargo.toml", None);
            let project = self.read(&manifest);
            let is_better = project.is_whole || !self.projects[index].is_whole;
            if is_better && !project.graph.crates.is_empty() && project.graph != self.projects[index].graph {
                self.projects[index] = project;
                is_changed = true;
            }
        }
        is_changed
    }

    fn read(&mut self, manifest: &Utf8Path) -> Project {
        let folder = manifest.parent().unwrap_or(manifest);
        let config = CargoConfig::read(folder);
        let (toolchain, description) = self.toolchain(folder, &config);
        let circumstances = self.circumstances(toolchain.as_ref(), description.as_deref());
        let kept = self.cache_folder.as_deref().and_then(|cache| kept::read(manifest, &circumstances, cache));
        let (graph, is_whole) = match kept {
            Some(graph) => (graph, true),
            None => {
                let common = self.common(toolchain.as_ref(), description.as_deref(), &config);
                self.ask(manifest, toolchain.as_ref(), description.as_deref(), &config, &common, &circumstances)
            }
        };
        let library = self.library(toolchain.as_ref(), description.as_deref());
        let sources = kept::sources(manifest, &config.files, &graph).into_iter().collect();
        Project { manifest: manifest.to_owned(), graph: Arc::new(graph), library, description, is_whole, sources }
    }

    /// The crates of a manifest's workspace, by cargo as long as cargo can say, and whether all are known.
    fn ask(
        &mut self,
        manifest: &Utf8Path,
        toolchain: Option<&Toolchain>,
        description: Option<&Description>,
        config: &CargoConfig,
        common: &Common,
        circumstances: &str,
    ) -> (Graph, bool) {
        let settings = self.settings.clone();
        if let (Some(toolchain), Some(description)) = (toolchain, description) {
            let request = Request { toolchain, description, manifest, config, settings: &settings.rust };
            let asked = match self.surroundings.foreign_config() {
                Some(file) => {
                    Err(Failure(format!("`CARGO_HOME` makes cargo follow {file}, which is the repository's")))
                }
                None => request.full(),
            };
            match asked {
                Ok(metadata) => {
                    let graph = assemble::assemble(&metadata, common);
                    if let Some(cache) = &self.cache_folder {
                        kept::write(manifest, circumstances, &config.files, &graph, cache);
                    }
                    return (graph, true);
                }
                Err(failure) => {
                    tracing::warn!("{manifest}: {failure}");
                    self.problem(
                        format!("cargo:{manifest}"),
                        format!(
                            "The dependencies of {manifest} are not known, so what comes from them is not either. \
                             Make `cargo metadata --offline` work there, for example by `cargo fetch`. ({failure})"
                        ),
                        true,
                    );
                    if let Ok(metadata) = request.without_dependencies() {
                        return (assemble::assemble(&metadata, common), false);
                    }
                }
            }
        }
        (Graph { root: manifest.parent().unwrap_or(manifest).to_owned(), ..Graph::default() }, false)
    }

    /// A project of a single file. `manifest` is the one above it, if there is one of which nothing came.
    fn alone(&mut self, file: &Utf8Path, manifest: Option<&Utf8Path>) -> Project {
        let edition = manifest.and_then(discover::read).and_then(|table| discover::edition(&table));
        let is_local = !manifest.is_some_and(discover::is_vendored);
        let described = Single {
            manifest: file,
            name: file.file_stem().unwrap_or("file"),
            // The files beside it have nothing to do with it unless it names them.
            folder: file,
            root: file,
            edition: edition.unwrap_or(Edition::NEWEST),
            kind: CrateKind::Binary,
            is_local,
            is_whole: manifest.is_none(),
        };
        self.single(&described)
    }

    /// A project of a package that nobody here depends on as things are: of its library alone, without what it
    /// depends on. `None` if it has none.
    fn unbuilt(&mut self, manifest: &Utf8Path) -> Option<Project> {
        let table = discover::read(manifest)?;
        let folder = manifest.parent()?;
        let named = table.get("lib").and_then(|lib| lib.get("path")?.as_str());
        let root = folder.join(named.unwrap_or("src/lib.rs"));
        let name = table.get("package").and_then(|package| package.get("name")?.as_str()).or(folder.file_name())?;
        let described = Single {
            manifest,
            name,
            folder,
            root: &root,
            edition: discover::edition(&table).unwrap_or(Edition::NEWEST),
            kind: CrateKind::Library,
            is_local: false,
            is_whole: false,
        };
        root.is_file().then(|| self.single(&described))
    }

    /// A project of a single crate.
    fn single(&mut self, described: &Single<'_>) -> Project {
        let &Single { manifest, name, folder, root, edition, kind, is_local, is_whole } = described;
        let around = root.parent().unwrap_or(root);
        let (toolchain, description) = self.toolchain(around, &CargoConfig::default());
        let common = self.common(toolchain.as_ref(), description.as_deref(), &CargoConfig::default());
        let package = Package {
            name: name.to_owned(),
            folder: folder.to_owned(),
            more_folders: Vec::new(),
            is_local,
            declared: Vec::new(),
            has_build_script: false,
        };
        let mut cfgs = vec![Cfg::flag("rust_analyzer")];
        if is_local {
            cfgs.push(Cfg::flag("test"));
        }
        let origin = match is_local {
            true => Origin::Local { repository: None },
            false => Origin::Library { repository: None },
        };
        let node = CrateNode {
            name: name.to_owned(),
            version: None,
            root: root.to_owned(),
            edition,
            kind,
            origin,
            cfgs,
            features: Vec::new(),
            environment: common.environment,
            dependencies: Vec::new(),
            package: 0,
        };
        let graph = Graph { root: around.to_owned(), crates: vec![node], packages: vec![package], cfgs: common.cfgs };
        let library = self.library(toolchain.as_ref(), description.as_deref());
        Project {
            manifest: manifest.to_owned(),
            graph: Arc::new(graph),
            library,
            description,
            is_whole,
            sources: FxHashSet::default(),
        }
    }

    fn toolchain(&mut self, folder: &Utf8Path, config: &CargoConfig) -> (Option<Toolchain>, Option<Arc<Description>>) {
        let found = self.surroundings.find(folder);
        if let (Some(missing), Some(taken)) = (&found.missing, &found.toolchain) {
            let taken = taken.name.as_deref().unwrap_or(taken.sysroot.as_str());
            self.problem(
                format!("toolchain:{missing}"),
                format!("The Rust toolchain `{missing}` that is asked for is not installed; `{taken}` is used."),
                false,
            );
        }
        let Some(toolchain) = found.toolchain else {
            self.problem(
                "toolchain".to_owned(),
                "No Rust toolchain was found, so neither dependencies nor the standard library are known. \
                 Install one, for example by rustup."
                    .to_owned(),
                true,
            );
            return (None, None);
        };
        let settings = self.settings.clone();
        if let Some(target) = settings.rust.target.as_deref().filter(|target| !cargo_config::is_triple(target)) {
            self.problem(
                format!("target:{target}"),
                format!("The setting `rust.target` is left out: `{target}` is no target triple."),
                true,
            );
        }
        let target = cargo_config::target(&settings.rust, config);
        let mut described = toolchain.describe(target, self.cache_folder.as_deref());
        if let (Err(failure), Some(target)) = (&described, target) {
            self.problem(
                format!("target:{target}"),
                format!("The target `{target}` is not known to the compiler; this machine's is taken. ({failure})"),
                true,
            );
            described = toolchain.describe(None, self.cache_folder.as_deref());
        }
        match described {
            Ok(description) => {
                self.fact("toolchain", &format!("{} ({})", toolchain.sysroot, description.version));
                (Some(toolchain), Some(Arc::new(description)))
            }
            Err(failure) => {
                let message =
                    format!("The Rust compiler does not answer; this machine's options are assumed. ({failure})");
                self.problem("rustc".to_owned(), message, true);
                (Some(toolchain), None)
            }
        }
    }

    fn library(&mut self, toolchain: Option<&Toolchain>, description: Option<&Description>) -> Option<Arc<Graph>> {
        let environment = std::env::var("RUST_SRC_PATH").ok().map(Utf8PathBuf::from);
        let version = description.map(|description| description.version.clone());
        let search = Search {
            setting: self.settings.rust.library_source.as_deref(),
            environment: environment.as_deref(),
            toolchain,
            version: version.as_deref(),
            system: Some(Utf8Path::new("/usr")),
            cache_folder: self.cache_folder.as_deref(),
        };
        let Some(LibrarySource { folder, origin }) = search.find() else {
            self.problem(
                "library-source".to_owned(),
                "The source of Rust's standard library was not found, so its names and types are not known. \
                 Install it by `rustup component add rust-src`, or set `rust.library-source`."
                    .to_owned(),
                false,
            );
            return None;
        };
        self.fact("standard library", &format!("{folder} ({})", origin.name()));
        let cfgs = self.common(toolchain, description, &CargoConfig::default()).cfgs;
        let key = LibraryKey { folder, version, cfgs };
        if let Some((_, graph)) = self.libraries.iter().find(|(known, _)| *known == key) {
            return Some(graph.clone());
        }
        let graph = Arc::new(standard_library::crates(
            &key.folder,
            key.version.as_deref(),
            &key.cfgs,
            self.cache_folder.as_deref(),
        ));
        self.libraries.push((key, graph.clone()));
        Some(graph)
    }

    /// What is set in all crates of a project.
    fn common(&self, toolchain: Option<&Toolchain>, description: Option<&Description>, config: &CargoConfig) -> Common {
        let mut cfgs = description.map_or_else(toolchain::assumed_cfgs, |description| description.cfgs.clone());
        // As `cargo build` does by default, and as rust-analyzer does: without them code that is there
        // would count as turned off.
        cfgs.extend([Cfg::flag("debug_assertions"), Cfg::flag("miri")]);
        cfgs.extend(config.cfgs.iter().cloned());
        cfgs.extend(self.settings.rust.cfgs.iter().filter_map(|line| Cfg::parse(line)));
        cfgs.sort();
        cfgs.dedup();
        let mut environment = config.environment.clone();
        if let Some(toolchain) = toolchain {
            environment.insert("CARGO".to_owned(), toolchain.program("cargo").into_string());
        }
        Common { cfgs, environment }
    }

    /// Whatever makes a difference for what cargo says, besides files.
    fn circumstances(&self, toolchain: Option<&Toolchain>, description: Option<&Description>) -> String {
        let settings = &self.settings.rust;
        let version = description.map(|description| (&description.version, &description.host));
        let sysroot = toolchain.map(|toolchain| &toolchain.sysroot);
        format!(
            "{version:?} {sysroot:?} {:?} {} {:?} {:?}",
            settings.features, settings.no_default_features, settings.target, settings.cfgs
        )
    }

    fn problem(&mut self, id: String, message: String, is_serious: bool) {
        if !self.problems.iter().any(|problem| problem.id == id) {
            self.problems.push(Problem { id, message, is_serious });
        }
    }

    fn fact(&mut self, label: &str, value: &str) {
        let fact = (label.to_owned(), value.to_owned());
        if !self.facts.contains(&fact) {
            self.facts.push(fact);
        }
    }
}
