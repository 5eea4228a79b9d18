//! Which project a file belongs to, and what its imports are resolved with.
//!
//! A project is the innermost folder above a file, inside its workspace folder, that has a manifest;
//! else the workspace folder. Each project is a program of its own: its search paths, its version of
//! Python, its platform. Which project a file is in depends on the file system and the workspace
//! folders alone, never on what was asked before.

pub(crate) mod environment;
pub(crate) mod manifest;

use std::sync::Arc;

use montuno_base::{Inputs, Settings, Utf8PathBuf};
use montuno_semantic::engine::Problem;
use parking_lot::RwLock;
use ruff_db::Db as _;
use ruff_db::files::{File, FilePath, FileRootKind};
use ruff_db::system::{System, SystemPath, SystemPathBuf};
use rustc_hash::FxHashMap;
use salsa::Setter;
use ty_module_resolver::SearchPathSettings;
use ty_python_core::platform::PythonPlatform;
use ty_python_core::program::{Program, ProgramSettings, UseDefaultStrategy};
use ty_site_packages::{PythonVersionSource, PythonVersionWithSource};

use crate::database::Database;
use environment::Discovery;
use manifest::Manifest;

/// A project, as queries see it.
#[salsa::input(debug)]
pub(crate) struct Project {
    /// Its folder.
    #[returns(ref)]
    pub folder: SystemPathBuf,
    /// What its imports are resolved with.
    #[returns(ref)]
    pub settings: ProgramSettings,
    /// What it says of itself.
    #[returns(ref)]
    pub manifest: Manifest,
}

/// The program of a project.
#[salsa::tracked(returns(copy))]
pub(crate) fn program(db: &dyn ty_python_semantic::Db, project: Project) -> Program<'_> {
    Program::from_settings(db, project.settings(db))
}

/// The projects that were met so far, and by which rules they are found. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Projects {
    shared: Arc<RwLock<Table>>,
}

#[derive(Debug, Default)]
struct Table {
    roots: Arc<[Utf8PathBuf]>,
    settings: Arc<Settings>,
    by_folder: FxHashMap<SystemPathBuf, Known>,
    /// The project folder of each folder that was asked about.
    nearest: FxHashMap<SystemPathBuf, SystemPathBuf>,
}

#[derive(Debug)]
struct Known {
    project: Project,
    discovery: Discovery,
}

impl Projects {
    /// Takes workspace folders and settings in. Projects that are known are read again.
    pub(crate) fn reload(&self, db: &mut Database, inputs: &Inputs) {
        let known: Vec<(SystemPathBuf, Project)> = {
            let mut table = self.shared.write();
            table.roots = inputs.roots.clone();
            table.settings = inputs.settings.clone();
            table.nearest.clear();
            table.by_folder.iter().map(|(folder, known)| (folder.clone(), known.project)).collect()
        };
        for (folder, project) in known {
            let (settings, manifest, discovery) = self.read(db, &folder);
            settings.search_paths.try_register_static_roots(db);
            if *project.settings(db) != settings {
                project.set_settings(db).to(settings);
            }
            if *project.manifest(db) != manifest {
                project.set_manifest(db).to(manifest);
            }
            if let Some(known) = self.shared.write().by_folder.get_mut(&folder) {
                known.discovery = discovery;
            }
        }
    }

    /// The project of a file. Met for the first time, it is read from disk.
    pub(crate) fn of_file(&self, db: &Database, file: File) -> Project {
        match file.path(db) {
            FilePath::System(path) => self.of_path(db, path),
            // A file of the standard library belongs to whoever asks; nobody asks here.
            FilePath::Vendored(_) | FilePath::SystemVirtual(_) => self.any(db),
        }
    }

    /// The project of a path.
    pub(crate) fn of_path(&self, db: &Database, path: &SystemPath) -> Project {
        let folder = self.folder_of(db, path);
        self.at(db, &folder)
    }

    /// The project of the first workspace folder; of nothing, if there is none.
    pub(crate) fn any(&self, db: &Database) -> Project {
        let first = self.roots().into_iter().next();
        self.at(db, &first.unwrap_or_else(|| db.system().current_directory().to_path_buf()))
    }

    /// The workspace folder that a path lies in.
    pub(crate) fn root_of(&self, path: &SystemPath) -> Option<SystemPathBuf> {
        root_of(&self.shared.read().roots, path)
    }

    /// What keeps projects from being understood, each with what to do.
    pub(crate) fn problems(&self, db: &Database) -> Vec<Problem> {
        let table = self.shared.read();
        let mut problems = Vec::new();
        for (folder, known) in &table.by_folder {
            if let Some(error) = &known.project.manifest(db).error {
                problems.push(Problem {
                    id: format!("python-manifest {folder}"),
                    message: format!(
                        "{folder}/pyproject.toml cannot be read, and counts as empty: {error}. Mend it, and the project \
                         is loaded again."
                    ),
                    is_serious: true,
                });
            }
            problems.extend(known.discovery.unusable.iter().map(|reason| Problem {
                id: format!("python-environment {reason}"),
                message: format!("{reason}. Name another one by the setting `python.environment`."),
                is_serious: true,
            }));
            if known.discovery.environment.is_none() {
                problems.push(Problem {
                    id: "python-no-environment".to_owned(),
                    message: "No Python environment was found: imports of installed packages cannot be followed. Make \
                              one (`python3 -m venv .venv`), or name one by the setting `python.environment`."
                        .to_owned(),
                    is_serious: false,
                });
            }
        }
        problems.sort_by(|a, b| a.id.cmp(&b.id));
        problems.dedup_by(|a, b| a.id == b.id);
        problems
    }

    /// What was found out about each project.
    pub(crate) fn facts(&self, db: &Database) -> Vec<(String, String)> {
        let table = self.shared.read();
        let mut facts: Vec<_> = table
            .by_folder
            .iter()
            .map(|(folder, known)| {
                let settings = known.project.settings(db);
                let environment = known.discovery.environment.as_ref();
                let environment = environment.map_or("no environment", |environment| &environment.description);
                let version = settings.python_version.version;
                (folder.to_string(), format!("Python {version}, {}, {environment}", settings.python_platform))
            })
            .collect();
        facts.sort();
        facts
    }

    fn at(&self, db: &Database, folder: &SystemPath) -> Project {
        if let Some(known) = self.shared.read().by_folder.get(folder) {
            return known.project;
        }
        let (settings, manifest, discovery) = self.read(db, folder);
        let mut table = self.shared.write();
        if let Some(known) = table.by_folder.get(folder) {
            return known.project;
        }
        // Before the search paths: files of the project change often, those of packages do not.
        if let Some(root) = root_of(&table.roots, folder) {
            db.files().try_add_root(db, &root, FileRootKind::Project);
        }
        db.files().try_add_root(db, folder, FileRootKind::Project);
        settings.search_paths.try_register_static_roots(db);
        let project = Project::new(db, folder.to_path_buf(), settings, manifest);
        table.by_folder.insert(folder.to_path_buf(), Known { project, discovery });
        project
    }

    /// The innermost folder with a manifest that a path lies in, else its workspace folder. Outside of
    /// all workspace folders: that of the workspace folder in whose environment it lies, else the first
    /// folder above it that is no package.
    fn folder_of(&self, db: &Database, path: &SystemPath) -> SystemPathBuf {
        let Some(parent) = path.parent() else { return path.to_path_buf() };
        if let Some(known) = self.shared.read().nearest.get(parent) {
            return known.clone();
        }
        let system = db.system();
        let has_one_of =
            |folder: &SystemPath, names: &[&str]| names.iter().any(|name| system.is_file(&folder.join(name)));
        let found = match self.root_of(path) {
            Some(root) => above_packages(parent)
                .ancestors()
                .take_while(|folder| folder.starts_with(&root))
                .find(|folder| has_one_of(folder, &manifest::MARKERS))
                .map_or(root.clone(), SystemPath::to_path_buf),
            None => self.owner(db, path).unwrap_or_else(|| {
                let is_package = |folder: &&SystemPath| has_one_of(folder, &PACKAGE_MARKERS);
                parent.ancestors().find(|folder| !is_package(folder)).unwrap_or(parent).to_path_buf()
            }),
        };
        self.shared.write().nearest.insert(parent.to_path_buf(), found.clone());
        found
    }

    /// The first workspace folder in whose environment a file lies.
    fn owner(&self, db: &Database, path: &SystemPath) -> Option<SystemPathBuf> {
        self.roots().into_iter().find(|root| {
            self.at(db, root);
            let table = self.shared.read();
            let environment = table.by_folder.get(root).and_then(|known| known.discovery.environment.as_ref());
            environment.is_some_and(|environment| {
                environment.packages.iter().chain(&environment.standard_library).any(|folder| path.starts_with(folder))
            })
        })
    }

    fn roots(&self) -> Vec<SystemPathBuf> {
        self.shared.read().roots.iter().map(|root| SystemPathBuf::from(root.as_str())).collect()
    }

    fn read(&self, db: &Database, folder: &SystemPath) -> (ProgramSettings, Manifest, Discovery) {
        let (root, user) = {
            let table = self.shared.read();
            (root_of(&table.roots, folder).unwrap_or_else(|| folder.to_path_buf()), table.settings.clone())
        };
        let system = db.overlay();
        let manifest = Manifest::read(system, folder);
        let above: Vec<SystemPathBuf> =
            folder.ancestors().take_while(|above| above.starts_with(&root)).map(SystemPath::to_path_buf).collect();
        let absolute = |path: &Utf8PathBuf| SystemPath::absolute(SystemPath::new(path.as_str()), &root);
        let named = user.python.environment.as_ref().map(absolute);
        let discovery = environment::discover(system, named.as_deref(), &above);
        let environment = discovery.environment.as_ref();
        let python_version = user
            .python
            .version
            .as_deref()
            .and_then(manifest::version_of)
            .map(|version| PythonVersionWithSource { version, source: PythonVersionSource::Editor })
            .or_else(|| {
                let version = manifest.oldest_python?;
                Some(PythonVersionWithSource { version, source: PythonVersionSource::UvWorkspace })
            })
            .or_else(|| environment.and_then(|environment| environment.version.clone()))
            .unwrap_or_default();
        let mut extra_paths: Vec<SystemPathBuf> = user.python.extra_paths.iter().map(absolute).collect();
        extra_paths.extend(above.iter().map(|folder| folder.join("typings")).filter(|path| system.is_directory(path)));
        extra_paths.extend(python_path(system));
        let search_paths = SearchPathSettings {
            extra_paths,
            src_roots: source_roots(system, &manifest, &above),
            custom_typeshed: None,
            site_packages_paths: environment.map(|environment| environment.packages.clone()).unwrap_or_default(),
            real_stdlib_path: environment.and_then(|environment| environment.standard_library.clone()),
        };
        let Ok(search_paths) = search_paths.to_search_paths(system, db.vendored(), &UseDefaultStrategy);
        let python_platform = user.python.platform.clone().map(PythonPlatform::from).unwrap_or_default();
        (ProgramSettings { python_version, python_platform, search_paths }, manifest, discovery)
    }
}

/// The files that make a folder a package.
const PACKAGE_MARKERS: [&str; 2] = ["__init__.py", "__init__.pyi"];

/// The names of folders that packages are installed in.
pub(crate) const PACKAGE_FOLDERS: [&str; 2] = ["site-packages", "dist-packages"];

/// The folder itself, or, in an environment, the one above the installed packages: some of them bring
/// a manifest along.
fn above_packages(folder: &SystemPath) -> &SystemPath {
    let is_packages = |folder: &&SystemPath| folder.file_name().is_some_and(|name| PACKAGE_FOLDERS.contains(&name));
    folder.ancestors().find(is_packages).and_then(SystemPath::parent).unwrap_or(folder)
}

fn root_of(roots: &[Utf8PathBuf], path: &SystemPath) -> Option<SystemPathBuf> {
    let inside = roots.iter().filter(|root| path.starts_with(root.as_str()));
    inside.max_by_key(|root| root.as_str().len()).map(|root| SystemPathBuf::from(root.as_str()))
}

/// Where modules of the project itself are searched: what its manifest names, then, for it and each
/// folder above it, the customary folders that are no packages, then the folder itself.
fn source_roots(system: &dyn System, manifest: &Manifest, above: &[SystemPathBuf]) -> Vec<SystemPathBuf> {
    let is_package = |folder: &SystemPath| PACKAGE_MARKERS.iter().any(|name| system.is_file(&folder.join(name)));
    let mut roots: Vec<SystemPathBuf> = Vec::new();
    let mut add = |folder: SystemPathBuf| {
        if system.is_directory(&folder) && !roots.contains(&folder) {
            roots.push(folder);
        }
    };
    for (index, folder) in above.iter().enumerate() {
        if index == 0 {
            manifest.source_folders.iter().for_each(|name| add(SystemPath::absolute(SystemPath::new(name), folder)));
        }
        let named_like_project =
            manifest.name.as_deref().filter(|name| index == 0 && system.is_directory(&folder.join(name).join(name)));
        for name in ["src", "python"].into_iter().chain(named_like_project) {
            let inner = folder.join(name);
            if !is_package(&inner) {
                add(inner);
            }
        }
        add(folder.clone());
    }
    roots
}

/// The folders of the user's `PYTHONPATH`.
fn python_path(system: &crate::system::OverlaySystem) -> Vec<SystemPathBuf> {
    let value = system.variables().get("PYTHONPATH").unwrap_or_default();
    let folders = std::env::split_paths(&value).filter_map(|path| SystemPathBuf::from_path_buf(path).ok());
    folders.filter(|path| path.is_absolute() && system.is_directory(path)).collect()
}
