//! The models on this machine: folders in a folder.
//!
//! A model is copied into a folder of its own beside the others, checked and run there, and only then renamed to its
//! name. So one that is only half there is never used.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};

use camino::{Utf8Path, Utf8PathBuf};

use super::checksum::Checksum;
use super::{MANIFEST, Manifest, Model, ModelError, files};
use crate::load::{LoadError, LoadOptions, load};
use crate::session::SessionFacts;

/// The models in a folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Store {
    folder: Utf8PathBuf,
}

/// Why a model was not added, checked or removed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is no model.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// It cannot be run.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// There is one of this name.
    #[error(
        "there is a model `{name}` already: choose another name with `--name`, or remove it with `montuno models remove {name}`"
    )]
    Exists {
        /// The name.
        name: String,
    },
    /// There is none of this name.
    #[error("there is no model `{name}`: {known}")]
    Unknown {
        /// The name.
        name: String,
        /// Which there are.
        known: String,
    },
    /// A name that cannot be that of a folder.
    #[error(
        "`{name}` cannot be the name of a model: take letters, digits, `-`, `_` and `.`, and do not begin with `.`"
    )]
    Name {
        /// The name.
        name: String,
    },
    /// The disk is full.
    #[error("the disk with {folder} is full: the model takes {needed} MB. Nothing of it is kept")]
    DiskFull {
        /// Where it was to be written.
        folder: Utf8PathBuf,
        /// How much it takes.
        needed: u64,
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

/// Folders that were begun: they are no models.
const BEGUN: &str = ".begun-";

impl Store {
    /// The models in a folder, which need not be there.
    pub fn new(folder: Utf8PathBuf) -> Self {
        Self { folder }
    }

    /// The folders of the models, by name.
    pub fn models(&self) -> Vec<Utf8PathBuf> {
        let entries = self.folder.read_dir_utf8().into_iter().flatten().flatten();
        let folders = entries.map(camino::Utf8DirEntry::into_path).filter(|path| path.is_dir());
        let mut found: Vec<_> = folders.filter(|path| !path.file_name().unwrap_or_default().starts_with('.')).collect();
        found.sort();
        found
    }

    /// The folder of a model.
    ///
    /// # Errors
    /// [`StoreError::Unknown`].
    pub fn find(&self, name: &str) -> Result<Utf8PathBuf, StoreError> {
        let models = self.models();
        let found = models.iter().find(|folder| folder.file_name() == Some(name));
        found.cloned().ok_or_else(|| {
            let names: Vec<_> = models.iter().filter_map(|folder| folder.file_name()).collect();
            let known = match names.is_empty() {
                true => "none is installed; add one with `montuno models add FOLDER`".to_owned(),
                false => format!("there are {}", names.join(", ")),
            };
            StoreError::Unknown { name: name.to_owned(), known }
        })
    }

    /// Copies a model, checks it, runs it, and keeps it under a name: by default its manifest's or its folder's. `progress`
    /// is told how many bytes were read since it was last told, of [`Store::size_of`]. Returns its folder and what ran it.
    ///
    /// # Errors
    /// See [`StoreError`]. Nothing of the model is kept then.
    pub fn add(
        &self,
        from: &Utf8Path,
        name: Option<&str>,
        options: &LoadOptions,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(Utf8PathBuf, SessionFacts), StoreError> {
        let model = Model::open(from)?;
        let own = from.file_name().unwrap_or("model");
        let name = name.unwrap_or(if model.manifest.name.is_empty() { own } else { &model.manifest.name });
        if name.is_empty() || name.starts_with('.') || !name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c)) {
            return Err(StoreError::Name { name: name.to_owned() });
        }
        let target = self.folder.join(name);
        if target.exists() {
            return Err(StoreError::Exists { name: name.to_owned() });
        }
        let needed = Self::size_of(&model);
        let io = |path: &Utf8Path, error: std::io::Error| match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded | std::io::ErrorKind::FileTooLarge => {
                StoreError::DiskFull { folder: self.folder.clone(), needed: (needed >> 20).max(1) }
            }
            _ => StoreError::Io { path: path.to_owned(), error },
        };
        std::fs::create_dir_all(&self.folder).map_err(|error| io(&self.folder, error))?;
        let begun = tempfile::Builder::new().prefix(BEGUN).tempdir_in(&self.folder);
        let begun = begun.map_err(|error| io(&self.folder, error))?;
        let inside = Utf8PathBuf::from_path_buf(begun.path().join("model")).unwrap_or_else(|_| target.clone());
        let mut sha256 = BTreeMap::new();
        for path in copied(&model) {
            let relative = path.strip_prefix(from).unwrap_or(&path).as_str().replace('\\', "/");
            let to = inside.join(&relative);
            let sum = copy(&path, &to, progress).map_err(|(path, error)| io(&path, error))?;
            if relative != MANIFEST {
                sha256.insert(relative, sum);
            }
        }
        for (file, expected) in &model.manifest.sha256 {
            let found = sha256.get(file).cloned().unwrap_or_else(|| "that of no file".to_owned());
            if !found.eq_ignore_ascii_case(expected) {
                return Err(ModelError::Checksum { path: from.join(file), expected: expected.clone(), found }.into());
            }
        }
        let name = if model.manifest.name.is_empty() { name.to_owned() } else { model.manifest.name.clone() };
        let manifest = Manifest { name, sha256, ..model.manifest.clone() };
        manifest.write(&inside).map_err(|error| io(&inside, error))?;
        let facts = load(&Model::open(&inside)?, options)?.facts().clone();
        std::fs::rename(&inside, &target).map_err(|error| io(&target, error))?;
        Ok((target, facts))
    }

    /// The bytes that are copied of a model.
    pub fn size_of(model: &Model) -> u64 {
        copied(model).iter().filter_map(|path| Some(path.metadata().ok()?.len())).sum()
    }

    /// Compares a model's files with their checksums, runs it, and says what ran it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn verify(
        folder: &Utf8Path,
        options: &LoadOptions,
        progress: &mut dyn FnMut(u64),
    ) -> Result<SessionFacts, StoreError> {
        let model = Model::open(folder)?;
        model.verify(progress)?;
        Ok(load(&model, options)?.facts().clone())
    }

    /// Removes a model.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::Io`].
    pub fn remove(&self, name: &str) -> Result<(), StoreError> {
        let folder = self.find(name)?;
        let io = |error| StoreError::Io { path: folder.clone(), error };
        // In one step it is no model any more, however long removing takes.
        let aside = tempfile::Builder::new().prefix(BEGUN).tempdir_in(&self.folder).map_err(io)?;
        std::fs::rename(&folder, aside.path().join("model")).map_err(io)?;
        aside.close().map_err(io)
    }
}

/// The files of a model that are needed to run it, and what people want to read of it.
fn copied(model: &Model) -> Vec<Utf8PathBuf> {
    let graph = model.graph.file_name().unwrap_or_default();
    let mut found = files(&model.folder);
    found.retain(|path| {
        let name = path.file_name().unwrap_or_default();
        let inside = path.strip_prefix(&model.folder).unwrap_or(path);
        let is_hidden = inside.components().any(|part| part.as_str().starts_with('.'));
        let is_of_others =
            ["safetensors", "pt", "pth", "gguf", "h5", "msgpack"].contains(&path.extension().unwrap_or_default());
        let is_other_graph = name.contains(".onnx") && !name.starts_with(graph);
        !is_hidden && !is_of_others && !is_other_graph
    });
    found
}

/// Copies a file and gives its SHA-256; what went wrong is told with the file that it went wrong with.
fn copy(
    from: &Utf8Path,
    to: &Utf8Path,
    progress: &mut dyn FnMut(u64),
) -> Result<String, (Utf8PathBuf, std::io::Error)> {
    let at_from = |error| (from.to_owned(), error);
    let at_to = |error| (to.to_owned(), error);
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(at_to)?;
    }
    let mut source = std::fs::File::open(from).map_err(at_from)?;
    let mut target = std::fs::File::create(to).map_err(at_to)?;
    let mut buffer = vec![0; 1 << 20];
    let mut checksum = Checksum::default();
    loop {
        let count = source.read(&mut buffer).map_err(at_from)?;
        if count == 0 {
            break;
        }
        checksum.update(&buffer[..count]);
        target.write_all(&buffer[..count]).map_err(at_to)?;
        progress(count as u64);
    }
    target.sync_all().map_err(at_to)?;
    Ok(checksum.finish())
}
