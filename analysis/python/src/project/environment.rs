//! Finding the Python environment whose packages a project imports. Its files are read; nothing in
//! it is run.

use ruff_db::system::{System, SystemPath, SystemPathBuf};
use ty_site_packages::{PythonEnvironment, PythonVersionWithSource, SysPrefixPathOrigin};

use crate::system::OverlaySystem;

/// An environment, as far as importing from it goes.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Environment {
    /// Where it was found, for people.
    pub description: String,
    /// Its folders of packages, in the order in which they are searched.
    pub packages: Vec<SystemPathBuf>,
    /// The sources of its standard library.
    pub standard_library: Option<SystemPathBuf>,
    /// Its version of Python.
    pub version: Option<PythonVersionWithSource>,
}

/// What a search found.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Discovery {
    /// The first environment that can be used.
    pub environment: Option<Environment>,
    /// Environments that somebody named and that cannot be used, and why not.
    pub unusable: Vec<String>,
}

/// Folders in a project that are environments by custom.
const CUSTOMARY: [&str; 2] = [".venv", "venv"];

/// Names of conda's own environment: it stands behind a project's.
const CONDA_BASE: [&str; 2] = ["base", "root"];

/// Finds the environment for the project in `folders`, which are its own folder and those above it
/// up to the workspace's, the innermost first.
///
/// `named` is the user's setting. After it: `VIRTUAL_ENV`, an activated conda environment, `.venv` or
/// `venv` in one of the folders, conda's base, the interpreter on the search path.
pub(crate) fn discover(system: &OverlaySystem, named: Option<&SystemPath>, folders: &[SystemPathBuf]) -> Discovery {
    let mut discovery = Discovery::default();
    for candidate in candidates(system, named, folders) {
        match open(system, &candidate) {
            Ok(environment) => {
                discovery.environment = Some(environment);
                return discovery;
            }
            Err(reason) if candidate.is_named => discovery.unusable.push(reason),
            Err(reason) => tracing::debug!("not the environment: {reason}"),
        }
    }
    discovery
}

struct Candidate {
    path: SystemPathBuf,
    origin: SysPrefixPathOrigin,
    /// Why it is one, for people.
    reason: &'static str,
    /// Whether somebody named it, who should be told if it cannot be used.
    is_named: bool,
}

fn candidates(
    system: &OverlaySystem,
    named: Option<&SystemPath>,
    folders: &[SystemPathBuf],
) -> impl Iterator<Item = Candidate> {
    let candidate = |path, origin, reason, is_named| Candidate { path, origin, reason, is_named };
    let setting = named.map(|path| {
        candidate(path.to_path_buf(), SysPrefixPathOrigin::Editor, "the setting `python.environment`", true)
    });
    let active = system.variables().get("VIRTUAL_ENV").map(|path| {
        candidate(SystemPathBuf::from(path), SysPrefixPathOrigin::VirtualEnvVar, "the variable `VIRTUAL_ENV`", true)
    });
    let conda = system.variables().get("CONDA_PREFIX").map(|path| {
        candidate(SystemPathBuf::from(path), SysPrefixPathOrigin::CondaPrefixVar, "the variable `CONDA_PREFIX`", true)
    });
    let name = system.variables().get("CONDA_DEFAULT_ENV");
    let is_base = name.is_some_and(|name| CONDA_BASE.contains(&name.as_str()));
    let (conda, conda_base) = if is_base { (None, conda) } else { (conda, None) };
    let local = folders
        .iter()
        .flat_map(|folder| CUSTOMARY.map(|name| folder.join(name)))
        .map(move |path| candidate(path, SysPrefixPathOrigin::LocalVenv, "found in the project", false));
    let interpreters = ["python3", "python"].into_iter().filter_map(|name| {
        let path = system.which(name).ok()?;
        Some(candidate(path, SysPrefixPathOrigin::PythonBinary, "the interpreter on the search path", false))
    });
    let first = setting.into_iter().chain(active).chain(conda);
    first.chain(local.collect::<Vec<_>>()).chain(conda_base).chain(interpreters.collect::<Vec<_>>())
}

fn open(system: &OverlaySystem, candidate: &Candidate) -> Result<Environment, String> {
    let Candidate { path, origin, reason, .. } = candidate;
    let explain = |error: &dyn std::fmt::Display| format!("{path} ({reason}) is not a Python environment: {error}");
    let opened = PythonEnvironment::new(path, origin.clone(), system).map_err(|error| explain(&error))?;
    let packages = opened.site_packages_paths(system).map_err(|error| explain(&error))?;
    let version = opened.python_version_from_metadata().cloned().or_else(|| packages.python_version_from_layout());
    Ok(Environment {
        description: format!("{} ({reason})", opened.sys_prefix().as_str()),
        packages: packages.into_vec(),
        standard_library: opened.real_stdlib_path(system).ok(),
        version,
    })
}
