//! Getting the library: the official package, by the ordinary client of its kind, checked before anything is made of it.
//!
//! Everything happens in a folder of its own beside the others; only what was checked, unpacked and loaded once by
//! another process is renamed to its place. So a download that broke off is never used, and what is in use is never
//! written over.

mod fetch;
mod package;
mod unpack;

use camino::{Utf8Path, Utf8PathBuf};

use super::{binary, places};
use crate::model::sha256;

pub use fetch::{Client, ClientKind};
pub use package::{Flavour, PACKAGES, Package, Source};

/// How far an installation is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// So many bytes of so many are there.
    Fetching {
        /// Bytes that are there.
        done: u64,
        /// All of them.
        of: u64,
    },
    /// The file is compared with its checksum.
    Checking,
    /// The libraries are taken out of it.
    Unpacking,
    /// Another process loads the library.
    Trying,
}

/// What was installed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Installed {
    /// The library.
    pub library: Utf8PathBuf,
    /// Its version.
    pub version: String,
    /// Why what it was installed for cannot be used on this machine, if it cannot; the processor can.
    pub problem: Option<String>,
}

/// Why nothing was installed. Nothing is left of what was begun.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// There is no package for this machine.
    #[error(
        "there is no package of ONNX Runtime with {flavour} for {machine}: Montuno goes on with its engine in Rust. \
         A library that you have yourself can be named with `ai.library`"
    )]
    NoPackage {
        /// What was wanted.
        flavour: &'static str,
        /// This machine.
        machine: String,
    },
    /// There is nothing to get it with.
    #[error(
        "ONNX Runtime comes by pip or npm, and neither is there ({looked_for}): install Python with pip, or Node.js \
         with npm, or get `{package}` {version} on another machine and give its file with `--from`"
    )]
    NoClient {
        /// What was looked for.
        looked_for: String,
        /// The package.
        package: &'static str,
        /// Its version.
        version: &'static str,
    },
    /// The client could not get it.
    #[error("{program} could not get {package} {version}: {said}")]
    Client {
        /// The program.
        program: Utf8PathBuf,
        /// The package.
        package: &'static str,
        /// Its version.
        version: &'static str,
        /// What it said last.
        said: String,
    },
    /// The disk is full.
    #[error("the disk with {folder} is full: {needed} MB are needed. Nothing of what was begun is kept")]
    DiskFull {
        /// Where it was to be written.
        folder: Utf8PathBuf,
        /// How much it takes, about.
        needed: u64,
    },
    /// What came is not what was expected.
    #[error(
        "{file} is not what it must be: its SHA-256 is {found}, and {expected} is expected. It is damaged, or somebody \
         changed it on its way; nothing of it was used"
    )]
    Checksum {
        /// The name of the file.
        file: String,
        /// What it must be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// The archive cannot be used.
    #[error("{file} cannot be used: {reason}")]
    Archive {
        /// The name of the file.
        file: String,
        /// Why not.
        reason: String,
    },
    /// The library cannot be used here.
    #[error("the library of {package} cannot be used on this machine: {reason}")]
    Unusable {
        /// The package or file.
        package: String,
        /// Why not.
        reason: String,
    },
    /// The file system says no.
    #[error("{path}: {error}")]
    Io {
        /// What was read or written.
        path: Utf8PathBuf,
        /// What it said.
        error: std::io::Error,
    },
}

/// Whether an error says that there is no room.
pub fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

/// The folders of what is installed, below the user's folder for data.
pub fn folder(data: &Utf8Path) -> Utf8PathBuf {
    data.join("runtime")
}

/// Folders that were begun: no library is looked for in them.
const BEGUN: &str = ".begun-";

/// Installs a package into the user's folder for data.
///
/// # Errors
/// See [`InstallError`].
pub fn install(
    package: &Package,
    client: &Client,
    data: &Utf8Path,
    progress: &mut dyn FnMut(Step),
) -> Result<Installed, InstallError> {
    let begun = Begun::new(data, package)?;
    let download = begun.subfolder("download")?;
    let file = fetch::fetch(package, client, &download, progress).map_err(|error| begun.explained(error))?;
    begun.finish(&file, Some(package.sha256), progress)
}

/// Installs a file that the user has: the archive of a package, or a library by itself.
///
/// # Errors
/// See [`InstallError`].
pub fn install_file(
    file: &Utf8Path,
    data: &Utf8Path,
    progress: &mut dyn FnMut(Step),
) -> Result<Installed, InstallError> {
    let name = file.file_name().unwrap_or_default();
    let source = if name.ends_with(".tgz") { Source::Npm } else { PACKAGES[0].source };
    let own = Package { version: "own", source, ..PACKAGES[0] };
    let normal = name.replace('-', "_");
    let known = PACKAGES.iter().find(|package| {
        let begins = format!("{}_{}", package.name.replace('-', "_"), package.version);
        let is_its_platform = match package.source {
            Source::Pip { platform } => name.contains(platform.trim_start_matches("manylinux_2_28_")),
            Source::Npm => name.ends_with(".tgz"),
        };
        normal.starts_with(&begins) && is_its_platform
    });
    let size = file.metadata().map_err(|error| InstallError::Io { path: file.to_owned(), error })?.len();
    let package = Package { size, ..*known.unwrap_or(&own) };
    let begun = Begun::new(data, &package)?;
    begun.finish(file, known.map(|package| package.sha256), progress)
}

/// Removes what is installed: everything, or the folder of this name. Returns what was removed.
///
/// # Errors
/// [`InstallError::Io`].
pub fn remove(data: &Utf8Path, name: Option<&str>) -> Result<Vec<String>, InstallError> {
    let mut removed = Vec::new();
    for folder in places::folders(&folder(data)) {
        let found = folder.file_name().unwrap_or_default().to_owned();
        if name.is_none_or(|name| name == found) {
            std::fs::remove_dir_all(&folder).map_err(|error| InstallError::Io { path: folder, error })?;
            if !found.starts_with('.') {
                removed.push(found);
            }
        }
    }
    removed.sort();
    Ok(removed)
}

/// An installation that was begun. What it wrote goes with it.
struct Begun<'a> {
    runtime: Utf8PathBuf,
    folder: tempfile::TempDir,
    package: &'a Package,
}

impl<'a> Begun<'a> {
    fn new(data: &Utf8Path, package: &'a Package) -> Result<Self, InstallError> {
        let runtime = folder(data);
        let io = |error| InstallError::Io { path: runtime.clone(), error };
        std::fs::create_dir_all(&runtime).map_err(io)?;
        remove_what_broke_off(&runtime);
        let folder = tempfile::Builder::new().prefix(BEGUN).tempdir_in(&runtime).map_err(io)?;
        Ok(Self { runtime, folder, package })
    }

    fn subfolder(&self, name: &str) -> Result<Utf8PathBuf, InstallError> {
        let folder = self.folder.path().join(name);
        let path = Utf8PathBuf::from_path_buf(folder).unwrap_or_else(|_| self.runtime.join(name));
        std::fs::create_dir_all(&path).map_err(|error| self.io(&path, error))?;
        Ok(path)
    }

    fn io(&self, path: &Utf8Path, error: std::io::Error) -> InstallError {
        self.explained(InstallError::Io { path: path.to_owned(), error })
    }

    /// An error for people: that the disk is full hides behind many others.
    fn explained(&self, error: InstallError) -> InstallError {
        let is_full = match &error {
            InstallError::Io { error, .. } => is_full(error),
            InstallError::Client { said, .. } => fetch::says_that_it_is_full(said),
            _ => false,
        };
        // The archive, and what is taken out of it.
        let needed = ((self.package.size * 4) >> 20).max(1);
        if is_full { InstallError::DiskFull { folder: self.runtime.clone(), needed } } else { error }
    }

    /// Checks, unpacks and tries what came, and puts it into its place.
    fn finish(
        &self,
        file: &Utf8Path,
        expected: Option<&str>,
        progress: &mut dyn FnMut(Step),
    ) -> Result<Installed, InstallError> {
        let name = file.file_name().unwrap_or_default().to_owned();
        if let Some(expected) = expected {
            progress(Step::Checking);
            let found = sha256(file, &mut |_| {}).map_err(|error| self.io(file, error))?;
            if found != expected {
                return Err(InstallError::Checksum { file: name, expected: expected.to_owned(), found });
            }
        }
        progress(Step::Unpacking);
        let libraries = self.subfolder("libraries")?;
        unpack::unpack(file, self.package, &libraries).map_err(|error| self.explained(error))?;
        let unusable = |reason: String| InstallError::Unusable { package: name.clone(), reason };
        let library = places::libraries(&libraries).into_iter().next();
        let library = library.ok_or_else(|| unusable("it holds no library of ONNX Runtime for it".to_owned()))?;
        binary::check_file(&library).map_err(unusable)?;
        progress(Step::Trying);
        let version = super::check(&library, crate::Provider::Cpu).map_err(unusable)?;
        let target = self.put(&libraries)?;
        let library = target.join(library.file_name().unwrap_or_default());
        let problem = super::check(&library, self.package.flavour.provider()).err();
        Ok(Installed { library, version, problem })
    }

    /// Renames the libraries to their place. What was there before is moved aside first.
    fn put(&self, libraries: &Utf8Path) -> Result<Utf8PathBuf, InstallError> {
        let Package { name, version, .. } = self.package;
        let target = self.runtime.join(format!("{name}-{version}"));
        if target.exists() {
            let aside = self.subfolder("old")?.join("libraries");
            std::fs::rename(&target, aside).map_err(|error| self.io(&target, error))?;
        }
        std::fs::rename(libraries, &target).map_err(|error| self.io(&target, error))?;
        Ok(target)
    }
}

/// Removes what an installation left that was killed: it is as old as no installation takes.
fn remove_what_broke_off(runtime: &Utf8Path) {
    let is_old = |folder: &Utf8PathBuf| {
        let modified = folder.metadata().and_then(|data| data.modified()).ok();
        modified.and_then(|time| time.elapsed().ok()).is_some_and(|age| age.as_secs() > 24 * 60 * 60)
    };
    for folder in places::folders(runtime) {
        if folder.file_name().is_some_and(|name| name.starts_with(BEGUN)) && is_old(&folder) {
            // What cannot be removed now is tried again next time.
            let _ = std::fs::remove_dir_all(&folder);
        }
    }
}

#[cfg(all(test, unix))]
mod tests;
