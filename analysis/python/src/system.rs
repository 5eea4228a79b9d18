//! The file system as the engine sees it: the disk, with the open buffers laid over it.
//!
//! A buffer hides the file of its path. One that was never saved is listed in its folder all the
//! same, and folders that exist only because of it are folders: so it can be imported.

use std::any::Any;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, BuildHasherDefault};
use std::io;
use std::sync::Arc;

use montuno_base::text::{self, ReadError};
use montuno_base::{Document, Inputs, Language, Utf8Path, nesting};
use ruff_db::file_revision::FileRevision;
use ruff_db::system::walk_directory::WalkDirectoryBuilder;
use ruff_db::system::{
    DirectoryEntry, FileType, Metadata, OsSystem, Result, System, SystemPath, SystemPathBuf, SystemVirtualPath,
    WhichError, WhichResult, WritableSystem,
};
use ruff_notebook::{Notebook, NotebookError};
use rustc_hash::{FxHashMap, FxHasher};

use crate::variables::Variables;

/// Marks the revisions of buffers, which are counted, off from those of files, which are times.
const BUFFER_REVISION: u128 = 1 << 127;

/// The disk with the buffers of one revision of the inputs over it. Never changes: with other buffers
/// another one is made.
#[derive(Debug, Clone)]
pub(crate) struct OverlaySystem {
    disk: OsSystem,
    variables: Variables,
    buffers: Arc<Buffers>,
}

#[derive(Debug, Default)]
struct Buffers {
    by_path: FxHashMap<SystemPathBuf, Buffer>,
    /// For each folder above a buffer: what lies in it because of buffers.
    folders: FxHashMap<SystemPathBuf, BTreeMap<String, FileType>>,
}

#[derive(Debug)]
struct Buffer {
    document: Arc<Document>,
    /// The revision of the inputs at which this text was first seen.
    first_seen: u64,
}

impl OverlaySystem {
    /// The disk alone.
    pub(crate) fn new(variables: Variables) -> Self {
        let here = std::env::current_dir().ok().and_then(|path| SystemPathBuf::from_path_buf(path).ok());
        // Only relative paths would be resolved against it, and all of ours are absolute.
        let here = here.filter(|path| path.is_absolute()).unwrap_or_else(|| SystemPathBuf::from("/"));
        Self { disk: OsSystem::new(here), variables, buffers: Arc::default() }
    }

    /// The same disk with the Python buffers of `inputs` over it.
    pub(crate) fn with_buffers(&self, inputs: &Inputs) -> Self {
        let mut buffers = Buffers::default();
        for (file, document) in inputs.documents.iter() {
            let path = inputs.files.path(file);
            if document.language.or_else(|| Language::of_path(&path)) != Some(Language::Python) {
                continue;
            }
            let path = SystemPath::new(path.as_str());
            let known = self.buffers.by_path.get(path).filter(|known| Arc::ptr_eq(&known.document, document));
            let first_seen = known.map_or(inputs.revision.0, |known| known.first_seen);
            buffers.list(path);
            buffers.by_path.insert(path.to_path_buf(), Buffer { document: document.clone(), first_seen });
        }
        Self { disk: self.disk.clone(), variables: self.variables.clone(), buffers: Arc::new(buffers) }
    }

    /// The environment variables of the user.
    pub(crate) fn variables(&self) -> &Variables {
        &self.variables
    }

    /// Whether a buffer is open at this path.
    pub(crate) fn is_open(&self, path: &SystemPath) -> bool {
        self.buffers.by_path.contains_key(path)
    }

    /// The paths that have a buffer.
    pub(crate) fn open_paths(&self) -> impl Iterator<Item = &SystemPath> {
        self.buffers.by_path.keys().map(|path| &**path)
    }
}

impl Buffers {
    /// Lists a path in the folders above it.
    fn list(&mut self, path: &SystemPath) {
        let mut kind = FileType::File;
        for folder in path.ancestors().skip(1) {
            let Some(name) = path.strip_prefix(folder).ok().and_then(|rest| rest.components().next()) else { return };
            let known = self.folders.entry(folder.to_path_buf()).or_default().insert(name.as_str().to_owned(), kind);
            if known.is_some() {
                // The folders above are listed as well.
                return;
            }
            kind = FileType::Directory;
        }
    }

    /// A number for what lies in a folder because of buffers: another one where something else does.
    fn folder_revision(&self, folder: &SystemPath) -> u128 {
        let Some(entries) = self.folders.get(folder) else { return 0 };
        let names: Vec<_> = entries.keys().collect();
        u128::from(BuildHasherDefault::<FxHasher>::default().hash_one(names)) << 32
    }
}

impl System for OverlaySystem {
    fn path_metadata(&self, path: &SystemPath) -> Result<Metadata> {
        if let Some(buffer) = self.buffers.by_path.get(path) {
            let revision = FileRevision::new(BUFFER_REVISION | u128::from(buffer.first_seen));
            return Ok(Metadata::new(revision, None, FileType::File));
        }
        match self.disk.path_metadata(path) {
            Ok(found) if found.file_type().is_directory() => {
                let revision = modified(path) ^ self.buffers.folder_revision(path);
                Ok(Metadata::new(FileRevision::new(revision), found.permissions(), FileType::Directory))
            }
            Err(_) if self.buffers.folders.contains_key(path) => {
                let revision = FileRevision::new(BUFFER_REVISION | self.buffers.folder_revision(path));
                Ok(Metadata::new(revision, None, FileType::Directory))
            }
            found => found,
        }
    }

    fn canonicalize_path(&self, path: &SystemPath) -> Result<SystemPathBuf> {
        self.disk.canonicalize_path(path)
    }

    fn is_same_file(&self, first: &SystemPath, second: &SystemPath) -> Result<bool> {
        self.disk.is_same_file(first, second)
    }

    fn read_to_string(&self, path: &SystemPath) -> Result<String> {
        let source = match self.buffers.by_path.get(path) {
            Some(buffer) if buffer.document.text.len() as u64 > text::LARGEST_FILE => {
                return Err(refusal(&ReadError::TooLarge(buffer.document.text.len() as u64)));
            }
            Some(buffer) => buffer.document.text.clone(),
            None => text::read(Utf8Path::new(path.as_str())).map_err(|error| refusal(&error))?.text,
        };
        if self.is_open(path) || Language::of_path(Utf8Path::new(path.as_str())) == Some(Language::Python) {
            return Ok(nesting::bound(&source, Language::Python).text.as_ref().to_owned());
        }
        Ok(source.as_ref().to_owned())
    }

    fn read_to_notebook(&self, _path: &SystemPath) -> std::result::Result<Notebook, NotebookError> {
        Err(NotebookError::Io(io::ErrorKind::Unsupported.into()))
    }

    fn read_virtual_path_to_string(&self, _path: &SystemVirtualPath) -> Result<String> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn read_virtual_path_to_notebook(&self, _path: &SystemVirtualPath) -> std::result::Result<Notebook, NotebookError> {
        Err(NotebookError::Io(io::ErrorKind::Unsupported.into()))
    }

    fn which(&self, name: &str) -> WhichResult {
        let file_name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        let search_path = self.variables.get("PATH").unwrap_or_default();
        let folders =
            std::env::split_paths(&search_path).filter_map(|folder| SystemPathBuf::from_path_buf(folder).ok());
        // A relative folder would be one of the repository.
        let mut candidates = folders.filter(|folder| folder.is_absolute()).map(|folder| folder.join(&file_name));
        candidates.find(|path| self.disk.is_file(path)).ok_or(WhichError::CannotFindBinaryPath)
    }

    fn current_directory(&self) -> &SystemPath {
        self.disk.current_directory()
    }

    fn user_config_directory(&self) -> Option<SystemPathBuf> {
        None
    }

    fn cache_dir(&self) -> Option<SystemPathBuf> {
        None
    }

    fn read_directory<'a>(
        &'a self,
        path: &SystemPath,
    ) -> Result<Box<dyn Iterator<Item = Result<DirectoryEntry>> + 'a>> {
        let Some(added) = self.buffers.folders.get(path) else { return self.disk.read_directory(path) };
        let mut entries: Vec<Result<DirectoryEntry>> = match self.disk.read_directory(path) {
            Ok(found) => found.collect(),
            Err(_) => Vec::new(),
        };
        for (name, kind) in added {
            let is_there = |entry: &Result<DirectoryEntry>| {
                entry.as_ref().is_ok_and(|entry| entry.path().file_name() == Some(name))
            };
            if !entries.iter().any(is_there) {
                entries.push(Ok(DirectoryEntry::new(path.join(name), *kind)));
            }
        }
        Ok(Box::new(entries.into_iter()))
    }

    fn walk_directory(&self, path: &SystemPath) -> WalkDirectoryBuilder {
        self.disk.walk_directory(path)
    }

    fn env_var(&self, name: &str) -> std::result::Result<String, std::env::VarError> {
        self.variables.get(name).ok_or(std::env::VarError::NotPresent)
    }

    fn as_writable(&self) -> Option<&dyn WritableSystem> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn dyn_clone(&self) -> Box<dyn System> {
        Box::new(self.clone())
    }
}

/// When a folder was changed last, in nanoseconds.
fn modified(path: &SystemPath) -> u128 {
    let time = std::fs::metadata(path.as_std_path()).and_then(|metadata| metadata.modified()).ok();
    let since = time.and_then(|time| time.duration_since(std::time::SystemTime::UNIX_EPOCH).ok());
    since.map_or(0, |since| since.as_nanos())
}

fn refusal(error: &ReadError) -> io::Error {
    let kind = match error {
        ReadError::Missing => io::ErrorKind::NotFound,
        ReadError::Unreadable(_) => io::ErrorKind::PermissionDenied,
        ReadError::Binary | ReadError::TooLarge(_) => io::ErrorKind::InvalidData,
    };
    io::Error::new(kind, error.to_string())
}
