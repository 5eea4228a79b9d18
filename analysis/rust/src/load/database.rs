//! What is in the engine's database: files, source roots, crates.
//!
//! Everything is added bit by bit and never set twice to the same value: the engine takes every
//! setting for a change.

use camino::{Utf8Path, Utf8PathBuf};
use montuno_base::{FileId, FileTable};
use ra_ap_base_db::salsa::{Durability, Setter};
use ra_ap_base_db::target::{Arch, TargetData};
use ra_ap_base_db::{
    CrateBuilderId, CrateDisplayName, CrateGraphBuilder, CrateName, CrateOrigin, CrateWorkspaceData, DependencyBuilder,
    Env, FileChange, FileSet, LangCrateOrigin, LibraryRoots, LocalRoots, SourceDatabase, SourceRoot, SourceRootId,
    Version, VfsPath,
};
use ra_ap_cfg::{CfgAtom, CfgOptions};
use ra_ap_ide::AnalysisHost;
use ra_ap_intern::Symbol;
use ra_ap_paths::AbsPathBuf;
use rustc_hash::{FxHashMap, FxHashSet};
use triomphe::Arc;

use super::source::Source;
use crate::project::Project;
use crate::project::graph::{Cfg, CrateKind, CrateNode, Edition, Graph, Origin};
use crate::project::standard_library;

/// A crate, by the project that it is part of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct CrateKey {
    pub project: usize,
    /// Whether it is one of the standard library that the project is compiled with.
    pub is_language: bool,
    /// Its place in the graph.
    pub index: usize,
}

/// A file that the engine has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FileState {
    /// The source root that it is in.
    pub root: SourceRootId,
    /// Whether parts of its text are blanked.
    pub is_blanked: bool,
}

/// A folder of source files.
struct Root {
    is_library: bool,
    files: FileSet,
    /// Whether the engine has not been told of all its files.
    is_dirty: bool,
}

/// The engine's database, and what was put into it.
pub(crate) struct Database {
    pub host: AnalysisHost,
    files: FxHashMap<FileId, FileState>,
    roots: Vec<Root>,
    root_of_folder: FxHashMap<Utf8PathBuf, SourceRootId>,
    /// The crates that are there, in the order in which they came.
    crates: Vec<CrateKey>,
    is_there: FxHashSet<CrateKey>,
}

impl Database {
    pub(crate) fn new() -> Self {
        Self {
            host: AnalysisHost::default(),
            files: FxHashMap::default(),
            roots: Vec::new(),
            root_of_folder: FxHashMap::default(),
            crates: Vec::new(),
            is_there: FxHashSet::default(),
        }
    }

    /// Waits until nobody reads any more; to be called before anything is changed. Readers are cancelled.
    ///
    /// The engine's setters hold a lock on a file while they wait for readers to leave, and readers wait for that
    /// lock to read the file: setters must find none.
    pub(crate) fn clear_of_readers(&mut self) {
        self.host.trigger_cancellation();
    }

    /// Drops what is worked out and can be worked out again cheaply: the engine does so at a new revision alone.
    pub(crate) fn clear(&mut self) {
        self.host.trigger_garbage_collection();
    }

    /// What is known of a file; `None` if the engine does not have it.
    pub(crate) fn file(&self, file: FileId) -> Option<FileState> {
        self.files.get(&file).copied()
    }

    /// The files that the engine has.
    pub(crate) fn files(&self) -> &FxHashMap<FileId, FileState> {
        &self.files
    }

    /// Whether a file is the user's own.
    pub(crate) fn is_local(&self, file: FileId) -> bool {
        self.file(file).is_some_and(|state| !self.roots[state.root.0 as usize].is_library)
    }

    /// Whether a crate is there.
    pub(crate) fn has_crate(&self, key: CrateKey) -> bool {
        self.is_there.contains(&key)
    }

    /// The source root of a folder; made at the first call.
    pub(crate) fn root(&mut self, folder: &Utf8Path, is_library: bool) -> SourceRootId {
        if let Some(&root) = self.root_of_folder.get(folder) {
            return root;
        }
        let root = SourceRootId(u32::try_from(self.roots.len()).expect("fewer than 2^32 packages"));
        self.roots.push(Root { is_library, files: FileSet::default(), is_dirty: true });
        self.root_of_folder.insert(folder.to_owned(), root);
        root
    }

    /// The innermost source root of the user's own that holds a path.
    pub(crate) fn local_root_around(&self, path: &Utf8Path) -> Option<SourceRootId> {
        let root = path.ancestors().find_map(|folder| self.root_of_folder.get(folder))?;
        (!self.roots[root.0 as usize].is_library).then_some(*root)
    }

    /// Adds a file that is not there yet. [`Database::publish_roots`] must follow.
    pub(crate) fn add_file(&mut self, table: &FileTable, root: SourceRootId, source: &Source) {
        let file = table.id(&source.path);
        if self.files.contains_key(&file) || !is_representable(file) {
            return;
        }
        let entry = &mut self.roots[root.0 as usize];
        entry.files.insert(to_engine(file), vfs_path(&source.path));
        entry.is_dirty = true;
        let is_library = entry.is_library;
        self.files.insert(file, FileState { root, is_blanked: source.is_blanked });
        let database = self.host.raw_database_mut();
        database.set_file_source_root_with_durability(to_engine(file), root, root_durability(is_library));
        database.set_file_text_with_durability(to_engine(file), &source.text, text_durability(is_library));
    }

    /// Gives a file another text.
    pub(crate) fn set_text(&mut self, file: FileId, text: &str, is_blanked: bool) {
        let Some(state) = self.files.get_mut(&file) else { return };
        state.is_blanked = is_blanked;
        let is_library = self.roots[state.root.0 as usize].is_library;
        let database = self.host.raw_database_mut();
        database.set_file_text_with_durability(to_engine(file), text, text_durability(is_library));
    }

    /// Takes a file out of its folder: modules no longer lead to it. The engine keeps it, empty.
    pub(crate) fn remove_file(&mut self, file: FileId) {
        let Some(state) = self.files.get(&file).copied() else { return };
        self.set_text(file, "", false);
        let root = &mut self.roots[state.root.0 as usize];
        let mut rest = FileSet::default();
        for other in root.files.iter().filter(|&other| other != to_engine(file)) {
            if let Some(path) = root.files.path_for_file(&other) {
                rest.insert(other, path.clone());
            }
        }
        root.files = rest;
        root.is_dirty = true;
    }

    /// Puts a removed file back.
    pub(crate) fn restore_file(&mut self, table: &FileTable, file: FileId) {
        let Some(state) = self.files.get(&file) else { return };
        let root = &mut self.roots[state.root.0 as usize];
        if root.files.path_for_file(&to_engine(file)).is_none() {
            root.files.insert(to_engine(file), vfs_path(&table.path(file)));
            root.is_dirty = true;
        }
    }

    /// Tells the engine of the files that came and went.
    pub(crate) fn publish_roots(&mut self) {
        let mut is_new = false;
        for (index, root) in self.roots.iter_mut().enumerate().filter(|(_, root)| root.is_dirty) {
            root.is_dirty = false;
            is_new = true;
            let files = root.files.clone();
            let value = if root.is_library { SourceRoot::new_library(files) } else { SourceRoot::new_local(files) };
            let database = self.host.raw_database_mut();
            let durability = root_durability(root.is_library);
            database.set_source_root_with_durability(SourceRootId(index as u32), Arc::new(value), durability);
        }
        if is_new {
            let roots = |is_library: bool| {
                let roots = self.roots.iter().enumerate().filter(move |(_, root)| root.is_library == is_library);
                roots.map(|(index, _)| SourceRootId(index as u32)).collect::<FxHashSet<_>>()
            };
            let (local, library) = (roots(false), roots(true));
            let database = self.host.raw_database_mut();
            if *LocalRoots::get(database).roots(database) != local {
                LocalRoots::get(database).set_roots(database).with_durability(Durability::MEDIUM).to(local);
            }
            if *LibraryRoots::get(database).roots(database) != library {
                LibraryRoots::get(database).set_roots(database).with_durability(Durability::MEDIUM).to(library);
            }
        }
    }

    /// Adds crates, or renews those that are there: tells the engine of all. `added` have their
    /// dependencies among themselves or among those that are there.
    pub(crate) fn publish_crates(&mut self, table: &FileTable, projects: &[Project], added: &[CrateKey]) {
        for &key in added {
            if self.is_there.insert(key) {
                self.crates.push(key);
            }
        }
        let mut builder = Builder::new(self, table, projects);
        for &key in &self.crates {
            builder.add(key);
        }
        builder.add_late_dependencies();
        let change = FileChange { roots: None, files_changed: Vec::new(), crate_graph: Some(builder.graph) };
        change.apply(self.host.raw_database_mut());
    }

    /// Forgets which crates are there; they must be published anew.
    pub(crate) fn forget_crates(&mut self) {
        self.crates.clear();
        self.is_there.clear();
    }
}

/// Builds the engine's crate graph. Crates of several projects that are the same come out once.
struct Builder<'a> {
    database: &'a Database,
    table: &'a FileTable,
    projects: &'a [Project],
    graph: CrateGraphBuilder,
    ids: FxHashMap<CrateKey, CrateBuilderId>,
    shared: FxHashMap<Identity<'a>, CrateBuilderId>,
    workspaces: FxHashMap<usize, Arc<CrateWorkspaceData>>,
    /// Dependencies on crates that come later: those that tests alone have.
    late: Vec<(CrateBuilderId, CrateKey, CrateName)>,
}

/// All that tells a crate of other people's from another.
#[derive(PartialEq, Eq, Hash)]
struct Identity<'a> {
    root: &'a Utf8Path,
    edition: u8,
    cfgs: &'a [Cfg],
    common_cfgs: &'a [Cfg],
    dependencies: Vec<(&'a str, CrateBuilderId)>,
}

impl<'a> Builder<'a> {
    fn new(database: &'a Database, table: &'a FileTable, projects: &'a [Project]) -> Self {
        Self {
            database,
            table,
            projects,
            graph: CrateGraphBuilder::default(),
            ids: FxHashMap::default(),
            shared: FxHashMap::default(),
            workspaces: FxHashMap::default(),
            late: Vec::new(),
        }
    }

    /// Adds a crate. Its dependencies were added before, except for some that tests alone have.
    fn add(&mut self, key: CrateKey) {
        let projects = self.projects;
        let Some(graph) = graph_of(projects, key) else { return };
        let Some(node) = graph.crates.get(key.index) else { return };
        let Some(file) = self.table.known(&node.root).filter(|&file| self.database.file(file).is_some()) else {
            return;
        };
        let target_of = |index| CrateKey { index, ..key };
        let (present, late): (Vec<_>, Vec<_>) =
            node.dependencies.iter().partition(|dependency| self.ids.contains_key(&target_of(dependency.target)));
        let present: Vec<_> = present.iter().map(|it| (it.name.as_str(), self.ids[&target_of(it.target)])).collect();
        let identity = Identity {
            root: &node.root,
            edition: node.edition as u8,
            cfgs: &node.cfgs,
            common_cfgs: &graph.cfgs,
            dependencies: present.clone(),
        };
        let is_shared = !matches!(node.origin, Origin::Local { .. });
        if is_shared && let Some(&same) = self.shared.get(&identity) {
            self.ids.insert(key, same);
            return;
        }
        let workspace = self.workspace(key.project);
        let id = self.graph.add_crate_root(
            to_engine(file),
            edition(node.edition),
            Some(CrateDisplayName::from_canonical_name(&node.name)),
            node.version.clone(),
            options(graph, node, None),
            (!node.features.is_empty()).then(|| options(graph, node, Some(&node.features))),
            node.environment.iter().map(|(name, value)| (name.clone(), value.clone())).collect::<Env>(),
            origin(graph, node),
            Vec::new(),
            node.kind == CrateKind::ProcMacro,
            Arc::new(absolute(&graph.root)),
            workspace,
        );
        let named_by_all = if key.is_language { Vec::new() } else { self.named_by_all(key.project, node.kind) };
        let own =
            present.into_iter().filter_map(|(name, id)| Some(DependencyBuilder::new(CrateName::new(name).ok()?, id)));
        for dependency in named_by_all.into_iter().chain(own) {
            self.depend(id, dependency);
        }
        let late = late.into_iter().filter_map(|it| Some((id, target_of(it.target), CrateName::new(&it.name).ok()?)));
        self.late.extend(late);
        self.ids.insert(key, id);
        if is_shared {
            self.shared.insert(identity, id);
        }
    }

    /// The crates of the standard library, as dependencies of a crate of this kind.
    fn named_by_all(&self, project: usize, kind: CrateKind) -> Vec<DependencyBuilder> {
        let Some(library) = self.projects[project].library.as_deref() else { return Vec::new() };
        let is_macro = kind == CrateKind::ProcMacro;
        let named = standard_library::NAMED.into_iter().chain([("proc_macro", is_macro)]);
        let found = named.filter_map(|(name, without_extern)| {
            let index = library.crates.iter().position(|node| node.name == name)?;
            let id = *self.ids.get(&CrateKey { project, is_language: true, index })?;
            Some(DependencyBuilder::with_prelude(CrateName::new(name).ok()?, id, without_extern, true))
        });
        found.collect()
    }

    fn add_late_dependencies(&mut self) {
        for (from, target, name) in std::mem::take(&mut self.late) {
            if let Some(&id) = self.ids.get(&target) {
                self.depend(from, DependencyBuilder::new(name, id));
            }
        }
    }

    fn depend(&mut self, from: CrateBuilderId, dependency: DependencyBuilder) {
        // In a circle the last one gives way: that is one that tests alone have.
        if let Err(error) = self.graph.add_dep(from, dependency) {
            tracing::debug!("{error}");
        }
    }

    fn workspace(&mut self, project: usize) -> Arc<CrateWorkspaceData> {
        let description = self.projects[project].description.as_deref();
        let make = || {
            let layout = description.and_then(|description| description.data_layout.as_deref());
            let target = layout.map(|layout| TargetData { data_layout: layout.into(), arch: Arch::Other });
            Arc::new(CrateWorkspaceData {
                target: target.ok_or_else(|| "the compiler could not be asked".into()),
                toolchain: description.and_then(|description| Version::parse(&description.version).ok()),
            })
        };
        self.workspaces.entry(project).or_insert_with(make).clone()
    }
}

/// The graph that a crate is part of.
pub(crate) fn graph_of(projects: &[Project], key: CrateKey) -> Option<&Graph> {
    let project = projects.get(key.project)?;
    if key.is_language { project.library.as_deref() } else { Some(&project.graph) }
}

/// The options of a crate; with all of `features`, if they are given, whether they are on or not.
fn options(graph: &Graph, node: &CrateNode, features: Option<&[String]>) -> CfgOptions {
    let mut options = CfgOptions::default();
    let atom = |cfg: &Cfg| match &cfg.value {
        Some(value) => CfgAtom::KeyValue { key: Symbol::intern(&cfg.key), value: Symbol::intern(value) },
        None => CfgAtom::Flag(Symbol::intern(&cfg.key)),
    };
    options.extend(graph.cfgs.iter().chain(&node.cfgs).map(atom));
    for feature in features.unwrap_or_default() {
        options.insert_key_value(Symbol::intern("feature"), Symbol::intern(feature));
    }
    options
}

fn origin(graph: &Graph, node: &CrateNode) -> CrateOrigin {
    let package = graph.packages.get(node.package).map_or(node.name.as_str(), |package| package.name.as_str());
    match &node.origin {
        Origin::Local { repository } => {
            CrateOrigin::Local { repo: repository.clone(), name: Some(Symbol::intern(package)) }
        }
        Origin::Library { repository } => {
            CrateOrigin::Library { repo: repository.clone(), name: Symbol::intern(package) }
        }
        Origin::Language => CrateOrigin::Lang(LangCrateOrigin::from(node.name.as_str())),
    }
}

fn edition(edition: Edition) -> ra_ap_ide::Edition {
    match edition {
        Edition::Edition2015 => ra_ap_ide::Edition::Edition2015,
        Edition::Edition2018 => ra_ap_ide::Edition::Edition2018,
        Edition::Edition2021 => ra_ap_ide::Edition::Edition2021,
        Edition::Edition2024 => ra_ap_ide::Edition::Edition2024,
    }
}

/// The same number, as the engine writes it.
pub(crate) fn to_engine(file: FileId) -> ra_ap_ide::FileId {
    ra_ap_ide::FileId::from_raw(file.0)
}

/// The engine packs the number of a file together with its edition, which leaves it 23 bits.
fn is_representable(file: FileId) -> bool {
    file.0 < 1 << 23
}

fn vfs_path(path: &Utf8Path) -> VfsPath {
    VfsPath::from(absolute(path))
}

fn absolute(path: &Utf8Path) -> AbsPathBuf {
    // Paths here come from editors and from cargo, which both give absolute ones.
    AbsPathBuf::try_from(path.to_owned()).unwrap_or_else(|path| AbsPathBuf::assert(Utf8Path::new("/").join(path)))
}

fn root_durability(is_library: bool) -> Durability {
    if is_library { Durability::MEDIUM } else { Durability::LOW }
}

fn text_durability(is_library: bool) -> Durability {
    if is_library { Durability::HIGH } else { Durability::LOW }
}
