//! Files of ours on disk: written atomically, versioned, checked when they are read. A bad one counts
//! as missing and is made anew.

use std::io::Write;

use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The first bytes of each file: what wrote it.
const MAGIC: &[u8; 8] = b"MONTUNO\n";

/// The folder for what can be made anew: `MONTUNO_CACHE_DIR`, else the system's place for caches.
/// `None` where there is no such place; callers then work without.
pub fn folder() -> Option<Utf8PathBuf> {
    if let Some(set) = variable("MONTUNO_CACHE_DIR") {
        return Some(set);
    }
    if cfg!(windows) {
        return Some(variable("LOCALAPPDATA")?.join("Montuno").join("cache"));
    }
    if cfg!(target_os = "macos") {
        return Some(variable("HOME")?.join("Library/Caches/montuno"));
    }
    let base = variable("XDG_CACHE_HOME").filter(|path| path.is_absolute());
    Some(base.or_else(|| Some(variable("HOME")?.join(".cache")))?.join("montuno"))
}

fn variable(name: &str) -> Option<Utf8PathBuf> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
    Some(Utf8PathBuf::from(value))
}

/// A file name for whatever these parts identify.
pub fn key(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// Writes `value` to `path` in one step: a reader sees the old file or the new one.
///
/// # Errors
/// Those of the file system: a full disk, a folder that cannot be written.
pub fn write<T: Serialize>(path: &Utf8Path, version: u32, value: &T) -> std::io::Result<()> {
    let body = postcard::to_stdvec(value).map_err(std::io::Error::other)?;
    write_bytes(path, version, &body)
}

/// As [`write`], of bytes.
///
/// # Errors
/// As [`write`].
pub fn write_bytes(path: &Utf8Path, version: u32, body: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().ok_or(std::io::ErrorKind::InvalidInput)?;
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(MAGIC)?;
    file.write_all(&version.to_le_bytes())?;
    file.write_all(blake3::hash(body).as_bytes())?;
    file.write_all(body)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a file as it is, in one step and without the right to write: for sources of ours that an
/// editor opens.
///
/// # Errors
/// As [`write`].
pub fn write_source(path: &Utf8Path, text: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().ok_or(std::io::ErrorKind::InvalidInput)?;
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text)?;
    let mut permissions = file.as_file().metadata()?.permissions();
    permissions.set_readonly(true);
    file.as_file().set_permissions(permissions)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// What [`write`] wrote. `None` if there is none, or one of another version, or a damaged one.
pub fn read<T: DeserializeOwned>(path: &Utf8Path, version: u32) -> Option<T> {
    match postcard::from_bytes(&read_bytes(path, version)?) {
        Ok(value) => Some(value),
        Err(error) => {
            tracing::warn!("the cache file {path} cannot be understood and is made anew: {error}");
            None
        }
    }
}

/// As [`read`], of bytes.
pub fn read_bytes(path: &Utf8Path, version: u32) -> Option<Vec<u8>> {
    let mut bytes = std::fs::read(path).ok()?;
    let header = MAGIC.len() + 4 + blake3::OUT_LEN;
    let whole = bytes.len() >= header
        && bytes.starts_with(MAGIC)
        && bytes[MAGIC.len()..MAGIC.len() + 4] == version.to_le_bytes()
        && bytes[MAGIC.len() + 4..header] == *blake3::hash(&bytes[header..]).as_bytes();
    if !whole {
        tracing::debug!("the cache file {path} is of another version or damaged and is made anew");
        return None;
    }
    bytes.drain(..header);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_file_counts_as_missing() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap().join("a/b");
        write(&path, 3, &vec![1, 2, 3]).unwrap();
        assert_eq!(read::<Vec<i32>>(&path, 3), Some(vec![1, 2, 3]));
        assert_eq!(read::<Vec<i32>>(&path, 4), None, "another version");
        let mut bytes = std::fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(read::<Vec<i32>>(&path, 3), None, "damaged");
        std::fs::write(&path, &bytes[..10]).unwrap();
        assert_eq!(read::<Vec<i32>>(&path, 3), None, "cut off");
    }

    #[test]
    fn keys_do_not_run_together() {
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
    }
}
