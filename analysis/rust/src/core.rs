//! The engine's state: what is loaded, and at which revision.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use montuno_base::{FileId, FilePosition, Inputs, Language, Revision, name_index, nesting};
use montuno_semantic::engine::{Load, Problem};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::load::database::{CrateKey, Database, graph_of};
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

    /// Makes sure that questions about a file can be answered.
    pub(crate) fn prepare(&mut self, file: FileId, load: &mut dyn Load) {
        self.renew(load);
        if self.prepared.contains(&file) {
            return;
        }
        let path = self.inputs.files.path(file);
        let place = self.projects.find(&path, load);
        self.activate(place, load);
        self.complete(file, place);
        self.prepared.insert(file);
    }

    /// Loads the crates of a package, with all that they depend on.
    fn activate(&mut self, place: Place, load: &mut dyn Load) {
        if self.active.contains(&place) {
            return;
        }
        let (project, package, is_language) = match place {
            Place::Package { project, package } => (project, package, false),
            Place::Library { project, package } => (project, package, true),
        };
        // Whoever asks about a second package of a project is going to ask about others.
        let is_second =
            self.active.iter().any(|&known| matches!(known, Place::Package { project: it, .. } if it == project));
        let loaded = &self.projects.list()[project];
        let mut added = Vec::new();
        if let Some(library) = &loaded.library {
            let all = library.closure(0..library.crates.len());
            added.extend(all.into_iter().map(|index| CrateKey { project, is_language: true, index }));
        }
        if !is_language {
            let graph = &loaded.graph;
            let wanted = graph
                .crates
                .iter()
                .enumerate()
                .filter(|(_, node)| node.package == package || is_second && graph.packages[node.package].is_local);
            let wanted: Vec<_> = wanted.map(|(index, _)| index).collect();
            added.extend(graph.closure(wanted).into_iter().map(|index| CrateKey {
                project,
                is_language: false,
                index,
            }));
            if is_second {
                let local = graph.packages.iter().enumerate().filter(|(_, package)| package.is_local);
                self.active.extend(local.map(|(package, _)| Place::Package { project, package }));
            }
        }
        self.active.insert(place);
        added.retain(|&key| !self.database.has_crate(key));
        if added.is_empty() {
            return;
        }
        load.step("reading sources", None);
        self.read_crates(&added);
        self.database.publish_roots();
        self.database.publish_crates(&self.inputs.files, self.projects.list(), &added);
    }

    /// Loads all packages of the user's own in the projects that are known.
    pub(crate) fn activate_all(&mut self) {
        for project in 0..self.projects.list().len() {
            let packages = self.projects.list()[project].graph.packages.iter().enumerate();
            let local: Vec<_> = packages.filter(|(_, package)| package.is_local).map(|(package, _)| package).collect();
            for package in local {
                self.activate(Place::Package { project, package }, &mut ());
            }
        }
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
        for (file, text) in threads::pool().install(search) {
            self.database.set_text(file, &text, false);
        }
    }

    /// Tells the engine of all crates again, after their manifests were read again.
    pub(crate) fn publish_again(&mut self, load: &mut dyn Load) {
        self.database.forget_crates();
        for place in std::mem::take(&mut self.active) {
            self.activate(place, load);
        }
    }

    /// Reads the files of crates into the database.
    fn read_crates(&mut self, crates: &[CrateKey]) {
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
            Some((graph.packages[node.package].folder.clone(), !is_local, sources))
        };
        let found: Vec<_> = threads::pool().install(|| crates.par_iter().filter_map(read).collect());
        for (folder, is_library, sources) in found {
            let root = self.database.root(&folder, is_library);
            for source in &sources {
                self.database.add_file(&self.inputs.files, root, source);
            }
        }
    }

    /// Gives the database all of a file's text, also if no module led to it.
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
                    Place::Library { project, package } => {
                        let library = self.projects.list()[project].library.clone();
                        let folder = library.map(|library| library.packages[package].folder.clone());
                        (folder.unwrap_or_else(|| path.to_path_buf()), true)
                    }
                };
                let root = self.database.root(&folder, is_library);
                let source =
                    Source { path: path.to_path_buf(), text: self.text(file), is_blanked: false, children: Vec::new() };
                self.database.add_file(&self.inputs.files, root, &source);
                self.database.publish_roots();
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
