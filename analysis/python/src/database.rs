//! The database: ty's engine over our file system and our projects.

use std::sync::Arc;

use montuno_base::Inputs;
use montuno_semantic::features::workspace_symbols::SymbolIndex;
use ruff_db::diagnostic::Diagnostic;
use ruff_db::files::{File, FilePath, Files};
use ruff_db::system::{System, SystemPath, SystemPathBuf};
use ruff_db::vendored::VendoredFileSystem;
use rustc_hash::FxHashSet;
use salsa::Setter;
use ty_python_core::ProgramFile;
use ty_python_semantic::lint::{LintRegistry, RuleSelection};
use ty_python_semantic::{AnalysisSettings, Db as SemanticDb, PythonVersionWithSource};

use crate::exports::Exports;
use crate::project::{self, PACKAGE_FOLDERS, Project, Projects};
use crate::system::OverlaySystem;
use crate::variables::Variables;

/// The database, for queries of ours.
#[salsa::db]
pub(crate) trait Db: SemanticDb {
    /// What queries know of the workspace.
    fn workspace(&self) -> Workspace;
}

/// What queries know of the workspace.
#[salsa::input(debug)]
pub(crate) struct Workspace {
    /// Its folders.
    #[returns(ref)]
    pub roots: Arc<[SystemPathBuf]>,
    /// The files that are open in an editor.
    #[returns(ref)]
    pub open: FxHashSet<File>,
}

/// ty's engine. A clone is a handle on the same revision for another thread; changes wait until all
/// clones are dropped.
#[salsa::db]
#[derive(Clone)]
pub(crate) struct Database {
    files: Files,
    system: Arc<OverlaySystem>,
    projects: Projects,
    workspace: Option<Workspace>,
    exports: Exports,
    symbols: SymbolIndex,
    rules: Arc<RuleSelection>,
    analysis: Arc<AnalysisSettings>,
    storage: salsa::Storage<Self>,
}

/// Is told what the database does.
pub(crate) type Observer = Box<dyn Fn(salsa::Event) + Send + Sync>;

impl Database {
    /// A database over these inputs.
    pub(crate) fn new(inputs: &Inputs, variables: Variables, observer: Option<Observer>) -> Self {
        let mut database = Self {
            files: Files::default(),
            system: Arc::new(OverlaySystem::new(variables)),
            projects: Projects::default(),
            workspace: None,
            exports: Exports::default(),
            symbols: SymbolIndex::default(),
            rules: Arc::new(crate::diagnostics::rules::selection()),
            analysis: Arc::default(),
            storage: salsa::Storage::new(observer),
        };
        database.workspace = Some(Workspace::new(&database, Arc::default(), FxHashSet::default()));
        database.set_buffers(inputs);
        database.reload_projects(inputs);
        database
    }

    /// Lays other buffers over the disk. What is known of the files involved is out of date until they
    /// are synchronised.
    pub(crate) fn set_buffers(&mut self, inputs: &Inputs) {
        // Readers in flight keep the system that they began with.
        self.system = Arc::new(self.system.with_buffers(inputs));
        let open: FxHashSet<File> = self.system.open_paths().map(|path| self.file_at(path)).collect();
        if *self.workspace().open(self) != open {
            self.workspace().set_open(self).to(open);
        }
    }

    /// Takes workspace folders and settings in, and reads manifests and environments again.
    pub(crate) fn reload_projects(&mut self, inputs: &Inputs) {
        let roots: Arc<[_]> = inputs.roots.iter().map(|root| SystemPathBuf::from(root.as_str())).collect();
        if *self.workspace().roots(self) != roots {
            self.workspace().set_roots(self).to(roots);
        }
        self.projects.clone().reload(self, inputs);
    }

    /// The file system.
    pub(crate) fn overlay(&self) -> &OverlaySystem {
        &self.system
    }

    /// The projects.
    pub(crate) fn projects(&self) -> &Projects {
        &self.projects
    }

    /// What modules offer for import.
    pub(crate) fn exports(&self) -> &Exports {
        &self.exports
    }

    /// What files declare.
    pub(crate) fn symbols(&self) -> &SymbolIndex {
        &self.symbols
    }

    /// The project of a file.
    pub(crate) fn project(&self, file: File) -> Project {
        self.projects.of_file(self, file)
    }

    /// The file at a path, whether or not there is one.
    pub(crate) fn file_at(&self, path: &SystemPath) -> File {
        // The only way to a file that does not exist is around the check that it does.
        match ruff_db::files::system_path_to_file(self, path) {
            Ok(file) => file,
            Err(_) => self.files.try_system(self, path).expect("asking for a path makes a file of it"),
        }
    }
}

/// Whether a file is open in an editor.
#[salsa::tracked(returns(copy))]
fn is_open(db: &dyn Db, file: File) -> bool {
    db.workspace().open(db).contains(&file)
}

/// Whether a file is the workspace's own: not a package that it uses.
#[salsa::tracked(returns(copy))]
pub(crate) fn is_own(db: &dyn Db, file: File) -> bool {
    let FilePath::System(path) = file.path(db) else { return false };
    let inside = db.workspace().roots(db).iter().filter_map(|root| path.strip_prefix(root).ok());
    match inside.min_by_key(|rest| rest.as_str().len()) {
        Some(rest) => !rest.components().any(|part| PACKAGE_FOLDERS.contains(&part.as_str())),
        None => is_open(db, file),
    }
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl ruff_db::Db for Database {
    fn vendored(&self) -> &VendoredFileSystem {
        ty_vendored::file_system()
    }

    fn system(&self) -> &dyn System {
        &*self.system
    }

    fn files(&self) -> &Files {
        &self.files
    }
}

#[salsa::db]
impl ty_module_resolver::Db for Database {}

#[salsa::db]
impl ty_python_core::Db for Database {
    fn should_check_file(&self, file: File) -> bool {
        !file.path(self).is_vendored_path() && is_own(self, file)
    }
}

#[salsa::db]
impl SemanticDb for Database {
    fn check_file(&self, file: File) -> Vec<Diagnostic> {
        ty_python_semantic::check_file_unwrap(self, self.program_file(file))
    }

    fn program_file(&self, file: File) -> ProgramFile<'_> {
        project::program(self, self.project(file)).program_file(self, file)
    }

    fn python_version_with_source(&self, file: File) -> &PythonVersionWithSource {
        &self.project(file).settings(self).python_version
    }

    fn rule_selection(&self, _file: File) -> &RuleSelection {
        &self.rules
    }

    fn lint_registry(&self) -> &LintRegistry {
        ty_python_semantic::default_lint_registry()
    }

    fn analysis_settings(&self, _file: File) -> &AnalysisSettings {
        &self.analysis
    }

    fn verbose(&self) -> bool {
        false
    }

    fn is_open_file(&self, file: File) -> bool {
        is_open(self, file)
    }

    fn dyn_clone(&self) -> Box<dyn SemanticDb> {
        Box::new(self.clone())
    }
}

#[salsa::db]
impl Db for Database {
    fn workspace(&self) -> Workspace {
        self.workspace.expect("it is made with the database")
    }
}
