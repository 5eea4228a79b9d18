//! The engine's state: what is loaded, and at which revision.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use montuno_base::{FileId, FilePosition, Inputs, Language, Revision, name_index, nesting};
use montuno_semantic::engine::{Load, Problem};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::diagnostics::certainty::Declared;
use crate::load::database::{CrateKey, Database, graph_of, to_engine};
use crate::load::prime::{FilesOfCrates, prime};
use crate::load::source::{self, Disk, Plan, Reader, Source};
use crate::project::graph::Origin;
use crate::project::{Place, Projects};
use crate::threads;

/// What is loaded.
pub(crate) struct Core {
    pub database: Database,
    pub inputs: Inputs,
    pub projects: Projects,
    /// The packages whose crates are there, with all that they depend on.
    active: FxHashSet<Place>,
    /// The files that questions can be asked about.
    pub prepared: FxHashSet<FileId>,
    /// The revision at which something last changed that is loaded.
    pub changed_at: Revision,
    /// Whether manifests changed since they were read.
    pub is_stale: bool,
    cache_folder: Option<Utf8PathBuf>,
}

impl Core {
    pub(crate) fn new(inputs: &Inputs, cache_folder: Option<Utf8PathBuf>) -> Self {
        let projects = Projects::new(&inputs.roots, inputs.settings.clone(), cache_folder.clone());
        Self {
            database: Database::new(),
            inputs: inputs.clone(),
            projects,
            active: FxHashSet::default(),
            prepared: FxHashSet::default(),
            changed_at: inputs.revision,
            is_stale: false,
            cache_folder,
        }
    }

    /// Begins anew, with nothing loaded.
    pub(crate) fn restart(&mut self) {
        *self = Self::new(&self.inputs, self.cache_folder.take());
    }

    /// What keeps the engine from answering as well as it could.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        self.projects.problems().to_vec()
    }

    /// What manifests say of the package that a file is in.
    pub(crate) fn declared(&self, file: FileId) -> Declared {
        let Some(place) = self.projects.known(&self.inputs.files.path(file)) else { return Declared::default() };
        let (Place::Package { project, package } | Place::Library { project, package }) = place;
        let project = &self.projects.list()[project];
        let has_library = project.library.is_some();
        let Some(package) = project.graph.packages.get(package).filter(|_| matches!(place, Place::Package { .. }))
        else {
            return Declared { has_library, ..Declared::default() };
        };
        Declared {
            crates: package.declared.iter().cloned().collect(),
            has_library,
            has_manifest: project.manifest.file_name() == Some("Cargo.toml"),
            is_own: package.is_local,
            is_whole: project.is_whole,
        }
    }

    /// Makes sure that questions about files can be answered. Of many files at once, the engine learns in one
    /// step: each step costs it a look at all that it knows.
    pub(crate) fn prepare(&mut self, files: &[FileId], load: &mut dyn Load) {
        self.renew(load);
        let new: Vec<_> = files.iter().copied().filter(|file| !self.prepared.contains(file)).collect();
        if new.is_empty() {
            return;
        }
        self.database.clear_of_readers();
        let places: Vec<_> = new.iter().map(|&file| self.projects.find(&self.inputs.files.path(file), load)).collect();
        self.activate(&places, load);
        for (&file, &place) in new.iter().zip(&places) {
            self.complete(file, place);
        }
        self.database.publish_roots();
        self.prepared.extend(new);
    }

    /// Loads the crates of packages, with all that they depend on.
    fn activate(&mut self, places: &[Place], load: &mut dyn Load) {
        let mut added = Vec::new();
        let mut wanted = FxHashSet::default();
        for &place in places {
            for key in self.crates_of(place) {
                if !self.database.has_crate(key) && wanted.insert(key) {
                    added.push(key);
                }
            }
        }
        if added.is_empty() {
            return;
        }
        load.step("reading sources", None);
        self.database.clear_of_readers();
        let files = self.read_crates(&added);
        self.database.publish_roots();
        self.database.publish_crates(&self.inputs.files, self.projects.list(), &added);
        prime(&mut self.database, &files, load);
    }

    /// The crates of a package that is not active yet, with all that they depend on, each behind those. It is
    /// active then.
    fn crates_of(&mut self, place: Place) -> Vec<CrateKey> {
        if self.active.contains(&place) {
            return Vec::new();
        }
        let (project, package, is_language) = match place {
            Place::Package { project, package } => (project, package, false),
            Place::Library { project, package } => (project, package, true),
        };
        // Whoever asks about a second package of a project is going to ask about others.
        let is_second =
            self.active.iter().any(|&known| matches!(known, Place::Package { project: it, .. } if it == project));
        let loaded = &self.projects.list()[project];
        let mut found = Vec::new();
        if let Some(library) = &loaded.library {
            let all = library.closure(0..library.crates.len());
            found.extend(all.into_iter().map(|index| CrateKey { project, is_language: true, index }));
        }
        if !is_language {
            let graph = &loaded.graph;
            let nodes = graph.crates.iter().enumerate();
            let wanted = nodes
                .filter(|(_, node)| node.package == package || is_second && graph.packages[node.package].is_local)
                .map(|(index, _)| index);
            let all = graph.closure(wanted.collect::<Vec<_>>());
            found.extend(all.into_iter().map(|index| CrateKey { project, is_language: false, index }));
            if is_second {
                let local = graph.packages.iter().enumerate().filter(|(_, package)| package.is_local);
                self.active.extend(local.map(|(package, _)| Place::Package { project, package }));
            }
        }
        self.active.insert(place);
        found
    }

    /// Loads all packages of the user's own in the projects that are known.
    pub(crate) fn activate_all(&mut self) {
        let mut places = Vec::new();
        for (project, loaded) in self.projects.list().iter().enumerate() {
            let local = loaded.graph.packages.iter().enumerate().filter(|(_, package)| package.is_local);
            places.extend(local.map(|(package, _)| Place::Package { project, package }));
        }
        self.activate(&places, &mut ());
    }

    /// Loads what a search for the uses of the symbol at a place has to look at: all packages of the
    /// user's own; if the place is in a library, also the whole text of the library files in the
    /// workspace that mention the word there.
    pub(crate) fn load_for_search(&mut self, position: FilePosition) {
        self.activate_all();
        if self.database.is_local(position.file) {
            return;
        }
        let text = self.text(position.file);
        let Some(word) = word_at(&text, position.offset.into()) else { return };
        let path = self.inputs.files.path(position.file);
        let own_folder = match self.projects.known(&path) {
            Some(Place::Package { project, package }) => {
                Some(self.projects.list()[project].graph.packages[package].folder.clone())
            }
            _ => None,
        };
        let blanked = self.database.files().iter().filter(|(_, state)| state.is_blanked).map(|(&file, _)| file);
        let blanked: Vec<_> = blanked.map(|file| (file, self.inputs.files.path(file))).collect();
        let is_searched = |path: &Utf8Path| {
            self.inputs.root_of(path).is_some() || own_folder.as_ref().is_some_and(|folder| path.starts_with(folder))
        };
        let mentions = |text: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
        let search = || {
            blanked
                .par_iter()
                .filter(|(_, path)| is_searched(path))
                .filter_map(|(file, path)| Some((*file, Disk.read(path)?)))
                .filter(|(_, text)| mentions(text))
                .collect::<Vec<_>>()
        };
        let found = threads::share(search);
        if !found.is_empty() {
            self.database.clear_of_readers();
        }
        for (file, text) in found {
            self.database.set_text(file, &text, false);
        }
    }

    /// Tells the engine of all crates again, after their manifests were read again.
    pub(crate) fn publish_again(&mut self, load: &mut dyn Load) {
        self.database.forget_crates();
        let mut places: Vec<_> = std::mem::take(&mut self.active).into_iter().collect();
        // In an order that does not depend on what was asked before.
        places.sort();
        self.activate(&places, load);
    }

    /// Reads the files of crates into the database. The standard library is one folder of sources: its
    /// crates include files of each other.
    fn read_crates(&mut self, crates: &[CrateKey]) -> FilesOfCrates {
        let projects = self.projects.list();
        let reader = Overlay { inputs: &self.inputs };
        let (table, files) = (&self.inputs.files, self.database.files());
        let known = |path: &Utf8Path| table.known(path).is_some_and(|file| files.contains_key(&file));
        let read = |&key: &CrateKey| {
            let graph = graph_of(projects, key)?;
            let node = &graph.crates[key.index];
            let is_local = matches!(node.origin, Origin::Local { .. });
            let avoid = if key.is_language { set_aside(&graph.root) } else { Vec::new() };
            let plan = Plan { root: &node.root, owns_folder: true, blank: !is_local, avoid: &avoid };
            let sources = if known(&node.root) { Vec::new() } else { source::collect(plan, &reader, &known) };
            let folder = if key.is_language { &graph.root } else { &graph.packages[node.package].folder };
            Some((folder.clone(), !is_local, sources))
        };
        let found: Vec<_> = threads::share(|| crates.par_iter().filter_map(read).collect());
        let mut files = FilesOfCrates::default();
        for (folder, is_library, sources) in found {
            let root = self.database.root(&folder, is_library);
            for source in &sources {
                self.database.add_file(&self.inputs.files, root, source);
            }
            let of_crate: Vec<_> = sources.iter().map(|source| to_engine(self.inputs.files.id(&source.path))).collect();
            if let Some(&first) = of_crate.first() {
                files.insert(first, of_crate);
            }
        }
        files
    }

    /// Gives the database all of a file's text, also if no module led to it. [`Database::publish_roots`] must
    /// follow.
    fn complete(&mut self, file: FileId, place: Place) {
        let path = self.inputs.files.path(file);
        match self.database.file(file) {
            Some(state) if state.is_blanked => {
                let text = self.text(file);
                self.database.set_text(file, &text, false);
            }
            Some(_) => {}
            None => {
                let (folder, is_library) = match place {
                    Place::Package { project, package } => {
                        let package = &self.projects.list()[project].graph.packages[package];
                        (package.folder.clone(), !package.is_local)
                    }
                    Place::Library { project, .. } => {
                        let library = self.projects.list()[project].library.as_ref();
                        (library.map_or_else(|| path.to_path_buf(), |library| library.root.clone()), true)
                    }
                };
                let root = self.database.root(&folder, is_library);
                let source =
                    Source { path: path.to_path_buf(), text: self.text(file), is_blanked: false, children: Vec::new() };
                self.database.add_file(&self.inputs.files, root, &source);
            }
        }
    }

    /// The text of a file as the engine is given it. A file without one counts as empty.
    pub(crate) fn text(&self, file: FileId) -> Arc<str> {
        let text = self.inputs.text(file).map(|source| source.text).unwrap_or_default();
        nesting::bound(&text, Language::Rust).text
    }
}

/// The word that stands at an offset or ends there.
fn word_at(text: &str, offset: usize) -> Option<&str> {
    let (before, after) = (text.get(..offset)?, text.get(offset..)?);
    let start = before
        .rfind(|c| !name_index::is_word(c))
        .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
    let end = after.find(|c| !name_index::is_word(c)).map_or(text.len(), |at| offset + at);
    (start < end).then(|| &text[start..end])
}

/// Files as editors hold them, else as they are on disk.
pub(crate) struct Overlay<'a> {
    pub inputs: &'a Inputs,
}

impl Reader for Overlay<'_> {
    fn read(&self, path: &Utf8Path) -> Option<Arc<str>> {
        let open = self.inputs.files.known(path).and_then(|file| self.inputs.documents.get(file));
        match open {
            Some(document) => Some(nesting::bound(&document.text, Language::Rust).text),
            None => Disk.read(path),
        }
    }

    fn exists(&self, path: &Utf8Path) -> bool {
        let open = self.inputs.files.known(path).and_then(|file| self.inputs.documents.get(file));
        open.is_some() || Disk.exists(path)
    }
}

/// The parts of the standard library that are not loaded: thousands of functions for single
/// instructions of processors, and what only the library itself can name.
fn set_aside(library: &Utf8Path) -> Vec<Utf8PathBuf> {
    ["stdarch/crates/core_arch", "portable-simd", "backtrace"].map(|folder| library.join(folder)).to_vec()
}
