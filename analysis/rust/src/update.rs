//! Taking changes in: edited buffers, files that came and went, manifests.

use camino::{Utf8Path, Utf8PathBuf};
use montuno_base::{Change, FileEvent, FileEventKind, FileId, Inputs, Language};
use montuno_semantic::engine::Load;
use ra_ap_base_db::SourceDatabase;

use crate::core::{Core, Overlay};
use crate::load::database::to_engine;
use crate::load::source::{self, Plan, Source};

/// What a project is made from, by name.
const MANIFEST: &str = "Cargo.toml";

impl Core {
    /// Takes in what changed. Reads in flight are cancelled if it concerns them.
    pub(crate) fn update(&mut self, inputs: &Inputs, changes: &[Change]) {
        self.database.clear_of_readers();
        let before = std::mem::replace(&mut self.inputs, inputs.clone());
        let mut concerned = false;
        for change in changes {
            concerned |= match change {
                Change::Document(file) => self.document_changed(*file),
                Change::Disk(events) => {
                    // Every event is taken in, also after one that concerns the engine.
                    events.iter().filter(|event| self.disk_changed(event)).count() > 0
                }
                Change::Roots => {
                    self.projects.set_roots(&inputs.roots);
                    false
                }
                Change::Settings => {
                    let is_other = before.settings.rust != inputs.settings.rust;
                    if is_other {
                        self.restart();
                    }
                    is_other
                }
            };
        }
        if concerned {
            self.changed_at = inputs.revision;
            // Also those that read nothing of what was set belong to the past now.
            self.database.host.trigger_cancellation();
        }
    }

    fn document_changed(&mut self, file: FileId) -> bool {
        let path = self.inputs.files.path(file);
        if self.database.file(file).is_some() {
            self.refresh(file);
            return true;
        }
        let is_rust = match self.inputs.documents.get(file).and_then(|document| document.language) {
            Some(language) => language == Language::Rust,
            None => Language::of_path(&path) == Some(Language::Rust),
        };
        is_rust && self.add_new(file)
    }

    /// A file or folder changed on disk. True if that concerns anything that is loaded.
    fn disk_changed(&mut self, event: &FileEvent) -> bool {
        let path = event.path.as_path();
        if self.projects.list().iter().any(|project| project.sources.contains(path)) && !is_folder_of_sources(path) {
            self.is_stale = true;
            return true;
        }
        if path.file_name() == Some(MANIFEST) && event.kind != FileEventKind::Modified {
            self.restart();
            return true;
        }
        if path.extension() != Some("rs") && event.kind != FileEventKind::Modified {
            return self.folder_changed(path);
        }
        let Some(file) = self.inputs.files.known(path).filter(|&file| self.database.file(file).is_some()) else {
            let is_new = path.extension() == Some("rs") && event.kind != FileEventKind::Deleted;
            return is_new && self.add_new(self.inputs.files.id(path));
        };
        // What an editor holds counts, whatever becomes of the file.
        if self.inputs.documents.get(file).is_none() {
            self.refresh(file);
        }
        true
    }

    /// A folder, with all that is in it, came or went.
    fn folder_changed(&mut self, folder: &Utf8Path) -> bool {
        let inside: Vec<FileId> = {
            let files = self.database.files().keys().copied();
            files.filter(|&file| self.inputs.files.path(file).starts_with(folder)).collect()
        };
        for &file in &inside {
            if self.inputs.documents.get(file).is_none() {
                self.refresh(file);
            }
        }
        // New files are found when a module leads to them.
        let is_of_project = self.projects.list().iter().any(|project| {
            project.sources.iter().any(|source| source.starts_with(folder) || folder.starts_with(source))
        });
        self.is_stale |= is_of_project;
        is_of_project || !inside.is_empty()
    }

    /// Brings a file of the database to its text of now, and follows the modules that are new in it.
    fn refresh(&mut self, file: FileId) {
        let path = self.inputs.files.path(file);
        let is_there = self.inputs.documents.get(file).is_some() || path.is_file();
        if !is_there {
            self.prepared.remove(&file);
            self.database.remove_file(file);
            self.database.publish_roots();
            return;
        }
        let text = self.text(file);
        let database = self.database.host.raw_database();
        let is_same = **database.file_text(to_engine(file)).text(database) == *text;
        if !is_same {
            self.database.set_text(file, &text, false);
        }
        self.database.restore_file(&self.inputs.files, file);
        self.follow_modules(file);
        self.database.publish_roots();
    }

    /// Adds the files that a file's modules lead to and that are not there yet.
    fn follow_modules(&mut self, file: FileId) {
        let Some(state) = self.database.file(file) else { return };
        let path = self.inputs.files.path(file);
        let sources = {
            let (table, files, own) = (&self.inputs.files, self.database.files(), path.as_ref());
            let known = |other: &Utf8Path| other != own && table.known(other).is_some_and(|it| files.contains_key(&it));
            let owns_folder = self.owns_folder(&path);
            source::collect(
                Plan { root: &path, owns_folder, blank: false, avoid: &[] },
                &Overlay { inputs: &self.inputs },
                &known,
            )
        };
        for source in sources.iter().filter(|source| source.path != *path) {
            self.database.add_file(&self.inputs.files, state.root, source);
        }
    }

    /// Whether the modules of a file lie beside it: so it is for roots of crates and for `mod.rs`.
    fn owns_folder(&self, path: &Utf8Path) -> bool {
        path.file_name() == Some("mod.rs")
            || self.projects.list().iter().any(|project| project.graph.crates.iter().any(|node| node.root == path))
    }

    /// Adds a file that is new in one of the user's own packages. False if it is in none that is loaded.
    fn add_new(&mut self, file: FileId) -> bool {
        let path = self.inputs.files.path(file);
        let Some(root) = self.database.local_root_around(&path) else { return false };
        let source =
            Source { path: path.to_path_buf(), text: self.text(file), is_blanked: false, children: Vec::new() };
        self.database.add_file(&self.inputs.files, root, &source);
        self.follow_modules(file);
        self.database.publish_roots();
        // A new file can be a crate of its own: a test, an example.
        let folder = path.parent().map(Utf8Path::to_owned).unwrap_or_default();
        self.is_stale |= self.projects.list().iter().any(|project| project.sources.contains(&folder));
        true
    }

    /// Reads manifests that changed again, before the next question.
    pub(crate) fn renew(&mut self, load: &mut dyn Load) {
        if !std::mem::take(&mut self.is_stale) {
            return;
        }
        self.database.clear_of_readers();
        let folders = |core: &Self| -> Vec<Utf8PathBuf> {
            let packages = core.projects.list().iter().flat_map(|project| &project.graph.packages);
            packages.map(|package| package.folder.clone()).collect()
        };
        let before = folders(self);
        if !self.projects.renew(load) {
            return;
        }
        if folders(self) == before {
            self.publish_again(load);
        } else {
            // Files belong to other packages now.
            self.restart();
        }
    }
}

/// Whether a source of a project is one only for the crates that cargo finds in it: a folder, or a file
/// whose text does not matter.
fn is_folder_of_sources(path: &Utf8Path) -> bool {
    path.extension() == Some("rs") || path.is_dir()
}
