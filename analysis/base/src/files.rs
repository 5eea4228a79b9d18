//! Paths and the ids that stand for them.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use parking_lot::RwLock;
use rustc_hash::FxHashMap;
use text_size::{TextRange, TextSize};

/// A file, as a small number. Ids are given once per process and never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

/// A place in a file: a UTF-8 offset in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FilePosition {
    /// The file.
    pub file: FileId,
    /// Bytes from its start.
    pub offset: TextSize,
}

/// A range in a file, in UTF-8 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FileRange {
    /// The file.
    pub file: FileId,
    /// The range in it.
    pub range: TextRange,
}

/// The paths of all files that were ever spoken of, shared by all engines. It only grows: an id
/// stays valid when its file is deleted.
#[derive(Clone, Default, Debug)]
pub struct FileTable {
    inner: Arc<RwLock<Table>>,
}

#[derive(Default, Debug)]
struct Table {
    ids: FxHashMap<Arc<Utf8Path>, FileId>,
    paths: Vec<Arc<Utf8Path>>,
}

impl FileTable {
    /// The id of an absolute path, given anew if the path was not spoken of before.
    ///
    /// The path is taken as it is: normalise it first ([`normalize`]).
    pub fn id(&self, path: &Utf8Path) -> FileId {
        if let Some(id) = self.known(path) {
            return id;
        }
        let mut table = self.inner.write();
        if let Some(&id) = table.ids.get(path) {
            return id;
        }
        let id = FileId(u32::try_from(table.paths.len()).expect("fewer than 2^32 files"));
        let path: Arc<Utf8Path> = Arc::from(path);
        table.paths.push(path.clone());
        table.ids.insert(path, id);
        id
    }

    /// The id of a path that was spoken of before.
    pub fn known(&self, path: &Utf8Path) -> Option<FileId> {
        self.inner.read().ids.get(path).copied()
    }

    /// The path behind an id.
    ///
    /// # Panics
    /// If the id comes from another table.
    pub fn path(&self, file: FileId) -> Arc<Utf8Path> {
        self.inner.read().paths[file.0 as usize].clone()
    }
}

/// The path without `.` and `..`, made absolute from the current directory. Symbolic links are not
/// followed: an editor and the analysis must agree on the name of a file.
///
/// # Errors
/// When the current directory is gone or is not UTF-8.
pub fn normalize(path: &Utf8Path) -> std::io::Result<Utf8PathBuf> {
    let absolute = camino::absolute_utf8(path)?;
    let mut parts = Utf8PathBuf::new();
    for component in absolute.components() {
        match component {
            camino::Utf8Component::ParentDir => {
                parts.pop();
            }
            camino::Utf8Component::CurDir => {}
            other => parts.push(other),
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_given_once() {
        let table = FileTable::default();
        let first = table.id(Utf8Path::new("/a/b.py"));
        assert_eq!(first, table.id(Utf8Path::new("/a/b.py")));
        assert_ne!(first, table.id(Utf8Path::new("/a/c.py")));
        assert_eq!(&*table.path(first), Utf8Path::new("/a/b.py"));
        assert_eq!(table.known(Utf8Path::new("/a/d.py")), None);
    }

    #[test]
    #[cfg(unix)]
    fn normalize_takes_dots_out() {
        let path = normalize(Utf8Path::new("/a/./b/../c.py")).unwrap();
        assert_eq!(path, Utf8Path::new("/a/c.py"));
    }
}
