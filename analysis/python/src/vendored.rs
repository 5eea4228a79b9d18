//! The stubs of the standard library. The engine has them inside the program; an editor opens them as
//! files, which are written, read-only, when somebody is led to one.

use montuno_base::{Utf8Path, Utf8PathBuf, cache};
use ruff_db::vendored::{VendoredPath, VendoredPathBuf};

/// The folder that stubs are written to: the same for everyone who has the same stubs.
pub(crate) fn folder(cache_folder: Option<&Utf8Path>) -> Utf8PathBuf {
    let base = match cache_folder {
        Some(folder) => folder.to_owned(),
        None => Utf8PathBuf::from_path_buf(std::env::temp_dir())
            .unwrap_or_else(|_| Utf8PathBuf::from("/tmp"))
            .join("montuno"),
    };
    base.join("typeshed").join(&ty_vendored::SOURCE_COMMIT[..12])
}

/// The file on disk that shows a stub, written if it is not there. Where it cannot be written, its path
/// leads to nothing, which an editor will say.
pub(crate) fn materialize(folder: &Utf8Path, stub: &VendoredPath) -> Utf8PathBuf {
    let path = folder.join(stub.as_str());
    if !path.is_file()
        && let Ok(text) = ty_vendored::file_system().read_to_string(stub)
        && let Err(error) = cache::write_source(&path, text.as_bytes())
    {
        tracing::warn!("the stub {stub} cannot be shown: {error}");
    }
    path
}

/// The stub that a file on disk shows.
pub(crate) fn stub_of(folder: &Utf8Path, path: &Utf8Path) -> Option<VendoredPathBuf> {
    let relative = path.strip_prefix(folder).ok()?;
    // On every system stubs are named with slashes.
    let parts: Vec<_> = relative.components().map(|part| part.as_str()).collect();
    Some(VendoredPathBuf::from(parts.join("/").as_str()))
}
