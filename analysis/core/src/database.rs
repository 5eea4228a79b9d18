//! Files and folders as inputs of queries, open buffers over the disk.

use std::any::{Any, TypeId};
use std::sync::Arc;

use dashmap::DashMap;
use montuno_base::{Change, FileEvent, FileEventKind, FileId, Inputs, Settings, Utf8Path, Utf8PathBuf};
use rustc_hash::FxBuildHasher;
use salsa::{Durability, Setter};

use crate::plugin::LanguagePlugin;

/// A file, whether or not there is one at its path.
#[salsa::input(debug)]
pub(crate) struct File {
    /// The id that everybody outside knows it by.
    #[returns(copy)]
    pub(crate) id: FileId,
    /// Its absolute path.
    #[returns(ref)]
    pub(crate) path: Arc<Utf8Path>,
    /// Counts its changes.
    #[returns(copy)]
    pub(crate) revision: u32,
}

/// A folder, whether or not there is one at its path.
#[salsa::input(debug)]
pub(crate) struct Folder {
    /// Its absolute path.
    #[returns(ref)]
    pub(crate) path: Utf8PathBuf,
    /// Counts the times when something came into it or left it.
    #[returns(copy)]
    pub(crate) revision: u32,
}

/// What the user set, for queries.
#[salsa::input(debug)]
pub(crate) struct Workspace {
    /// The folders.
    #[returns(ref)]
    pub(crate) roots: Arc<[Utf8PathBuf]>,
    /// The settings.
    #[returns(ref)]
    pub(crate) settings: Arc<Settings>,
    /// Counts the changes of what lies outside the files: environment variables, tools.
    #[returns(copy)]
    pub(crate) revision: u32,
}

/// The database, for queries.
#[salsa::db]
pub(crate) trait Db: salsa::Database {
    /// The file at an absolute, normalised path.
    fn file(&self, path: &Utf8Path) -> File;
    /// The folder at an absolute, normalised path.
    fn folder(&self, path: &Utf8Path) -> Folder;
    /// What the user set.
    fn workspace(&self) -> Workspace;
    /// What is neither a file nor a setting, read at the start: environment variables by name.
    fn variable(&self, name: &str) -> Option<String>;
    /// The inputs at this revision. Reading them is no dependency: queries read a [`File`] or a [`Folder`].
    fn inputs(&self) -> &Inputs;
}

/// Where environment variables come from.
pub(crate) type Variables = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The engine's database. A clone is a handle on the same revision for another thread; changes wait until all
/// clones are dropped.
#[salsa::db]
#[derive(Clone)]
pub(crate) struct Database {
    plugin: &'static dyn LanguagePlugin,
    inputs: Inputs,
    known: Arc<Known>,
    workspace: Option<Workspace>,
    variables: Variables,
    kept: Option<Arc<dyn Any + Send + Sync>>,
    storage: salsa::Storage<Self>,
}

#[derive(Default)]
struct Known {
    files: DashMap<FileId, File, FxBuildHasher>,
    folders: DashMap<Utf8PathBuf, Folder, FxBuildHasher>,
    shared: DashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

/// Is told what the database does.
pub(crate) type Observer = Box<dyn Fn(salsa::Event) + Send + Sync>;

impl Database {
    /// A database over these inputs.
    pub(crate) fn new(
        plugin: &'static dyn LanguagePlugin,
        inputs: &Inputs,
        variables: Variables,
        observer: Option<Observer>,
    ) -> Self {
        let mut database = Self {
            plugin,
            inputs: inputs.clone(),
            known: Arc::default(),
            workspace: None,
            variables,
            kept: None,
            storage: salsa::Storage::new(observer),
        };
        let workspace = Workspace::builder(inputs.roots.clone(), inputs.settings.clone(), 0);
        database.workspace = Some(workspace.durability(Durability::HIGH).new(&database));
        database
    }

    /// Keeps something of the language's beside its queries, for the readers from now on.
    pub(crate) fn keep(&mut self, value: Arc<dyn Any + Send + Sync>) {
        self.kept = Some(value);
    }

    /// What the language keeps beside its queries.
    pub(crate) fn kept<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.kept.clone()?.downcast().ok()
    }

    /// What the language keeps beside its queries for as long as the engine lives, whatever changes: made at the first
    /// question for it.
    pub(crate) fn shared<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let made = self.known.shared.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default())).clone();
        made.downcast().expect("each type is kept under its own id")
    }

    /// The language.
    pub(crate) fn plugin(&self) -> &'static dyn LanguagePlugin {
        self.plugin
    }

    /// Takes in what changed. Waits for readers, which are cancelled.
    pub(crate) fn update(&mut self, inputs: &Inputs, changes: &[Change]) {
        self.inputs = inputs.clone();
        for change in changes {
            match change {
                Change::Document(file) => self.document_changed(*file),
                Change::Disk(events) => events.iter().for_each(|event| self.disk_changed(event)),
                Change::Roots | Change::Settings => self.workspace_changed(),
            }
        }
    }

    fn document_changed(&mut self, id: FileId) {
        let path = self.inputs.files.path(id);
        if !path.is_file() {
            // It is in its folder because it is open, or no longer.
            self.folder_changed(path.parent());
        }
        self.file_changed(id);
    }

    fn disk_changed(&mut self, event: &FileEvent) {
        if let Some(id) = self.inputs.files.known(&event.path) {
            self.file_changed(id);
        }
        if event.kind == FileEventKind::Modified {
            return;
        }
        for folder in event.path.ancestors().skip(1) {
            self.folder_changed(Some(folder));
            // The folders that it is in may have come with it.
            if !self.inputs.roots.iter().any(|root| folder.starts_with(root)) {
                break;
            }
        }
        // What a deleted path was, nobody knows any more: it stands for all that was below it.
        let below: Vec<_> = self.known.folders.iter().map(|entry| entry.key().clone()).collect();
        for folder in below.iter().filter(|folder| folder.starts_with(&event.path)) {
            self.folder_changed(Some(folder));
        }
        let ids: Vec<_> = self.known.files.iter().map(|entry| *entry.key()).collect();
        for id in ids {
            let path = self.inputs.files.path(id);
            if path.starts_with(&event.path) && *path != event.path {
                self.file_changed(id);
            }
        }
    }

    fn file_changed(&mut self, id: FileId) {
        let file = self.known.files.get(&id).map(|file| *file);
        if let Some(file) = file {
            let revision = file.revision(self) + 1;
            file.set_revision(self).to(revision);
        }
    }

    fn folder_changed(&mut self, path: Option<&Utf8Path>) {
        let folder = path.and_then(|path| self.known.folders.get(path).map(|folder| *folder));
        if let Some(folder) = folder {
            let revision = folder.revision(self) + 1;
            folder.set_revision(self).to(revision);
        }
    }

    fn workspace_changed(&mut self) {
        let workspace = self.workspace();
        if *workspace.roots(self) != self.inputs.roots {
            let roots = self.inputs.roots.clone();
            workspace.set_roots(self).to(roots);
        }
        if *workspace.settings(self) != self.inputs.settings {
            let settings = self.inputs.settings.clone();
            workspace.set_settings(self).to(settings);
        }
    }

    /// What lies outside of the workspace changes seldom: after an edit nothing that stands on it is looked at again.
    fn durability(&self, path: &Utf8Path) -> Durability {
        if self.inputs.root_of(path).is_some() { Durability::LOW } else { Durability::HIGH }
    }
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {
    fn file(&self, path: &Utf8Path) -> File {
        let id = self.inputs.files.id(path);
        if let Some(file) = self.known.files.get(&id) {
            return *file;
        }
        let path = self.inputs.files.path(id);
        let durability = self.durability(&path);
        *self.known.files.entry(id).or_insert_with(|| File::builder(id, path, 0).durability(durability).new(self))
    }

    fn folder(&self, path: &Utf8Path) -> Folder {
        if let Some(folder) = self.known.folders.get(path) {
            return *folder;
        }
        let durability = self.durability(path);
        let make = || Folder::builder(path.to_owned(), 0).durability(durability).new(self);
        *self.known.folders.entry(path.to_owned()).or_insert_with(make)
    }

    fn workspace(&self) -> Workspace {
        self.workspace.expect("it is made with the database")
    }

    fn variable(&self, name: &str) -> Option<String> {
        (self.variables)(name)
    }

    fn inputs(&self) -> &Inputs {
        &self.inputs
    }
}

/// The text of a file: the open buffer's, else the disk's. `None` where there is none that can be read.
#[salsa::tracked(returns(clone), lru = 256)]
pub(crate) fn source(db: &dyn Db, file: File) -> Option<Arc<str>> {
    let _ = file.revision(db);
    db.inputs().text(file.id(db)).ok().map(|source| source.text)
}

/// The text of a file, as in [`source`], without keeping it: for what is read once, of many files.
pub(crate) fn read(db: &dyn Db, file: File) -> Option<Arc<str>> {
    let _ = file.revision(db);
    db.inputs().text(file.id(db)).ok().map(|source| source.text)
}

/// Whether there is a file, in a buffer or on disk.
#[salsa::tracked(returns(copy))]
pub(crate) fn exists(db: &dyn Db, file: File) -> bool {
    let _ = file.revision(db);
    db.inputs().documents.get(file.id(db)).is_some() || file.path(db).is_file()
}

/// What a folder holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Listing {
    /// The names of its files, sorted. Open buffers that are not saved yet are among them.
    pub(crate) files: Vec<String>,
    /// The names of the folders in it, sorted.
    pub(crate) folders: Vec<String>,
}

impl Listing {
    /// Whether it holds a file of this name.
    #[allow(dead_code, reason = "for languages that look for single files")]
    pub(crate) fn has_file(&self, name: &str) -> bool {
        self.files.binary_search_by(|file| file.as_str().cmp(name)).is_ok()
    }

    /// Whether it holds a folder of this name.
    pub(crate) fn has_folder(&self, name: &str) -> bool {
        self.folders.binary_search_by(|folder| folder.as_str().cmp(name)).is_ok()
    }
}

/// What a folder holds; nothing if there is no folder. Links count as what they lead to.
#[salsa::tracked(returns(ref))]
pub(crate) fn listing(db: &dyn Db, folder: Folder) -> Listing {
    let _ = folder.revision(db);
    let path = folder.path(db);
    let mut listing = Listing::default();
    for entry in path.read_dir_utf8().into_iter().flatten().flatten() {
        let is_folder =
            entry.file_type().is_ok_and(|kind| kind.is_dir() || (kind.is_symlink() && entry.path().is_dir()));
        let list = if is_folder { &mut listing.folders } else { &mut listing.files };
        list.push(entry.file_name().to_owned());
    }
    let inputs = db.inputs();
    for (file, _) in inputs.documents.iter() {
        let document = inputs.files.path(file);
        if document.parent() == Some(path) {
            listing.files.extend(document.file_name().map(str::to_owned));
        } else if let Ok(below) = document.strip_prefix(path)
            && let Some(first) = below.components().next()
        {
            listing.folders.push(first.as_str().to_owned());
        }
    }
    listing.files.sort_unstable();
    listing.files.dedup();
    listing.folders.sort_unstable();
    listing.folders.dedup();
    listing
}

/// Whether there is a folder at a path: by asking the folder that it lies in.
pub(crate) fn is_folder(db: &dyn Db, path: &Utf8Path) -> bool {
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => listing(db, db.folder(parent)).has_folder(name),
        _ => true,
    }
}

/// The file at a path, if there is one.
pub(crate) fn existing_file(db: &dyn Db, path: &Utf8Path) -> Option<File> {
    let file = db.file(path);
    exists(db, file).then_some(file)
}
