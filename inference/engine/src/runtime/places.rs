//! Where a library of ONNX Runtime may be. Never in the repository that is open.

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

/// Why a library is looked for at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The user's setting.
    Setting,
    /// The variable `ORT_DYLIB_PATH`.
    Variable,
    /// What `montuno runtime install` installed.
    Installed,
    /// Beside this program.
    Beside,
    /// A Python environment of the user.
    Python,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Setting => "the setting",
            Self::Variable => "ORT_DYLIB_PATH",
            Self::Installed => "installed",
            Self::Beside => "beside this program",
            Self::Python => "a Python environment",
        })
    }
}

/// The folder for what a user installed and would not want to lose: `MONTUNO_DATA_DIR`, else the system's place for
/// data. `None` where there is no such place.
pub fn data_folder() -> Option<Utf8PathBuf> {
    if let Some(set) = variable("MONTUNO_DATA_DIR") {
        return Some(set);
    }
    if cfg!(windows) {
        return Some(variable("LOCALAPPDATA")?.join("montuno"));
    }
    if cfg!(target_os = "macos") {
        return Some(variable("HOME")?.join("Library/Application Support/montuno"));
    }
    let base = variable("XDG_DATA_HOME").filter(|path| path.is_absolute());
    Some(base.or_else(|| Some(variable("HOME")?.join(".local/share")))?.join("montuno"))
}

pub(crate) fn variable(name: &str) -> Option<Utf8PathBuf> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
    Some(Utf8PathBuf::from(value))
}

/// The libraries that are there, best place first. What the user names is taken even if it is missing, so that it is
/// complained about; and nothing else is then looked at.
pub(super) fn candidates(wanted: Option<&Utf8Path>) -> Vec<(Utf8PathBuf, Place)> {
    if let Some(path) = wanted {
        return vec![(path.to_owned(), Place::Setting)];
    }
    if let Some(path) = variable("ORT_DYLIB_PATH") {
        return vec![(path, Place::Variable)];
    }
    let mut found = Vec::new();
    if let Some(data) = data_folder() {
        // What was installed last comes first.
        let mut folders = folders(&data.join("runtime"));
        folders.sort_by_key(|folder| std::cmp::Reverse(folder.metadata().and_then(|data| data.modified()).ok()));
        found.extend(folders.iter().flat_map(|folder| libraries(folder)).map(|path| (path, Place::Installed)));
    }
    let program = std::env::current_exe().ok().and_then(|path| Utf8PathBuf::from_path_buf(path).ok());
    if let Some(folder) = program.as_deref().and_then(Utf8Path::parent) {
        found.extend(libraries(folder).into_iter().map(|path| (path, Place::Beside)));
    }
    let python = python_folders().into_iter().flat_map(|folder| libraries(&folder.join("onnxruntime/capi")));
    found.extend(python.map(|path| (path, Place::Python)));
    found
}

/// The libraries in a folder: `libonnxruntime.so`, `libonnxruntime.so.1.32.0`, `onnxruntime.dll`,
/// `libonnxruntime.1.32.0.dylib`; of the same kind the newest first.
pub fn libraries(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut found: Vec<Utf8PathBuf> = folder
        .read_dir_utf8()
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| is_library(entry.file_name()))
        .map(camino::Utf8DirEntry::into_path)
        .collect();
    found.sort();
    found.reverse();
    found
}

/// Whether a file of this name is the library itself, not that of a provider.
pub(crate) fn is_library(name: &str) -> bool {
    match () {
        () if cfg!(windows) => name.eq_ignore_ascii_case("onnxruntime.dll"),
        () if cfg!(target_os = "macos") => name.starts_with("libonnxruntime.") && name.ends_with(".dylib"),
        () => name == "libonnxruntime.so" || name.starts_with("libonnxruntime.so."),
    }
}

/// Whether the part of a library that speaks to NVIDIA's graphics processors lies beside it.
#[cfg(feature = "onnxruntime")]
pub(crate) fn has_cuda(library: &Utf8Path) -> bool {
    let name = if cfg!(windows) { "onnxruntime_providers_cuda.dll" } else { "libonnxruntime_providers_cuda.so" };
    library.with_file_name(name).is_file()
}

/// Where Python keeps the packages that the user installed for all of his work. Environments that were activated are
/// left out: they may be the repository's.
fn python_folders() -> Vec<Utf8PathBuf> {
    let Some(home) = variable(if cfg!(windows) { "USERPROFILE" } else { "HOME" }) else { return Vec::new() };
    let mut bases: Vec<Utf8PathBuf> = Vec::new();
    if cfg!(windows) {
        for base in ["APPDATA", "LOCALAPPDATA"].into_iter().filter_map(variable) {
            bases.extend(folders(&base.join("Python")));
            bases.extend(folders(&base.join("Programs/Python")).into_iter().map(|folder| folder.join("Lib")));
        }
        return bases.into_iter().map(|base| base.join("site-packages")).collect();
    }
    for base in [home.join(".local"), Utf8PathBuf::from("/usr/local"), Utf8PathBuf::from("/usr")] {
        bases.extend(folders(&base.join("lib")));
    }
    for versions in [home.join(".pyenv/versions"), home.join("Library/Python")] {
        for version in folders(&versions) {
            bases.extend(folders(&version.join("lib")));
        }
    }
    let is_python = |folder: &Utf8PathBuf| folder.file_name().is_some_and(|name| name.starts_with("python3"));
    bases.retain(is_python);
    bases.into_iter().flat_map(|base| [base.join("site-packages"), base.join("dist-packages")]).collect()
}

pub(crate) fn folders(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let entries = folder.read_dir_utf8().into_iter().flatten().flatten();
    entries.map(camino::Utf8DirEntry::into_path).filter(|path| path.is_dir()).collect()
}
