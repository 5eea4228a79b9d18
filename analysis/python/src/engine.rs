//! Changes in, snapshots out.

use montuno_base::{Change, FileEvent, FileEventKind, FileId, Inputs};
use montuno_semantic::Context;
use montuno_semantic::engine::{Engine, EngineFactory, Load, Problem, Snapshot};
use ruff_db::files::{File, Files};
use ruff_db::system::{System, SystemPath, SystemPathBuf};

use crate::database::Database;
use crate::project::manifest::MARKERS;
use crate::snapshot::PythonSnapshot;
use crate::variables::Variables;

/// Makes the engine for Python.
///
/// The threads that ask it need a stack of 16 MB or more: type inference recurses.
pub fn factory() -> EngineFactory {
    Box::new(|inputs| Box::new(PythonEngine::new(inputs, Variables::default(), None)))
}

/// ty's engine behind the waist.
pub(crate) struct PythonEngine {
    database: Database,
}

impl PythonEngine {
    pub(crate) fn new(inputs: &Inputs, variables: Variables, observer: Option<crate::database::Observer>) -> Self {
        Self { database: Database::new(inputs, variables, observer) }
    }

    /// A buffer was opened, edited or closed. The folders above it may be there because of it alone.
    fn document_changed(&mut self, inputs: &Inputs, file: FileId) {
        let path = SystemPathBuf::from(inputs.files.path(file).as_str());
        File::sync_path(&mut self.database, &path);
        for folder in path.ancestors().skip(1) {
            if folder.as_std_path().is_dir() {
                break;
            }
            File::sync_path(&mut self.database, folder);
        }
    }

    fn disk_changed(&mut self, inputs: &Inputs, events: &[FileEvent]) {
        let mut folders = Vec::new();
        let roots: Vec<_> = inputs.roots.iter().map(|root| SystemPathBuf::from(root.as_str())).collect();
        for FileEvent { path, kind } in events {
            let path = SystemPath::new(path.as_str());
            match kind {
                FileEventKind::Modified => File::sync_path_only(&mut self.database, path),
                FileEventKind::Created if !self.system().is_directory(path) => {
                    File::sync_path(&mut self.database, path);
                    // The folders that it is in may have come with it.
                    let around = path.ancestors().skip(1);
                    for folder in around.take_while(|folder| roots.iter().any(|root| folder.starts_with(root))) {
                        File::sync_path(&mut self.database, folder);
                    }
                }
                // What a deleted path was, nobody knows any more.
                FileEventKind::Created | FileEventKind::Deleted => folders.push(path.to_path_buf()),
            }
        }
        for folder in &folders {
            File::sync_path(&mut self.database, folder);
        }
        Files::sync_all_recursive(&mut self.database, folders);
    }

    fn system(&self) -> &dyn System {
        self.database.overlay()
    }
}

/// Whether projects may have to be read again because this file changed.
fn concerns_projects(event: &FileEvent) -> bool {
    let name = event.path.file_name().unwrap_or_default();
    let appeared = event.kind != FileEventKind::Modified;
    MARKERS.contains(&name)
        || name == "pyvenv.cfg"
        || (event.path.extension() == Some("txt") && event.path.as_str().contains("requirements"))
        || (appeared && event.path.components().any(|part| part.as_str() == "site-packages"))
        // A folder that comes or goes may be an environment, a source folder, or hold a manifest.
        || (appeared && event.path.extension().is_none())
}

impl Engine for PythonEngine {
    fn name(&self) -> String {
        // The engine's crates are pinned to this version.
        "ty 0.0.10".to_owned()
    }

    fn update(&mut self, inputs: &Inputs, changes: &[Change]) {
        let mut projects_changed = false;
        self.database.set_buffers(inputs);
        for change in changes {
            match change {
                Change::Document(file) => self.document_changed(inputs, *file),
                Change::Disk(events) => {
                    self.database.exports().invalidate();
                    self.disk_changed(inputs, events);
                    projects_changed |= events.iter().any(concerns_projects);
                }
                Change::Roots | Change::Settings => projects_changed = true,
            }
        }
        if projects_changed {
            self.database.reload_projects(inputs);
        }
    }

    fn prepare(&mut self, inputs: &Inputs, file: FileId, _load: &mut dyn Load) {
        let path = inputs.files.path(file);
        self.database.projects().of_path(&self.database, SystemPath::new(path.as_str()));
    }

    fn snapshot(&self, context: Context) -> Box<dyn Snapshot> {
        Box::new(PythonSnapshot::new(self.database.clone(), context))
    }

    fn problems(&self) -> Vec<Problem> {
        self.database.projects().problems(&self.database)
    }

    fn facts(&self) -> Vec<(String, String)> {
        self.database.projects().facts(&self.database)
    }
}
