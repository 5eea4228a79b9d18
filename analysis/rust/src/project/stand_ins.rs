//! Crates that stand in for those that the standard library is made of and that no toolchain brings.
//!
//! The engine finds out how a type depends on its parameters by looking at its fields. Where a field's
//! type is not known, it takes the parameters for unused, and of every `HashMap<K, V>` neither `K` nor `V`
//! would be known.

use camino::{Utf8Path, Utf8PathBuf};
use montuno_base::cache;

/// The crates, by name, with their text.
pub(crate) const CRATES: [(&str, &str); 1] = [("hashbrown", include_str!("../../stand-ins/hashbrown.rs"))];

/// The file of a crate that stands in for the one of this name: written, read-only, where an editor can
/// open it. `None` if there is no such crate, or nothing can be written.
pub(crate) fn root_of(name: &str, cache_folder: Option<&Utf8Path>) -> Option<Utf8PathBuf> {
    let (_, text) = CRATES.into_iter().find(|(known, _)| *known == name)?;
    let folder = match cache_folder {
        Some(folder) => folder.to_owned(),
        None => Utf8PathBuf::from_path_buf(std::env::temp_dir()).ok()?.join("montuno"),
    };
    let path = folder.join("rust/stand-ins").join(cache::key(&[text])).join(name).join("src/lib.rs");
    if path.is_file() {
        return Some(path);
    }
    match cache::write_source(&path, text.as_bytes()) {
        Ok(()) => Some(path),
        Err(error) => {
            tracing::warn!("the types of {name} are not known, as {path} cannot be written: {error}");
            None
        }
    }
}
