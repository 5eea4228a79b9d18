//! Open buffers: what an editor holds hides what is on disk.

use std::sync::{Arc, OnceLock};

use line_index::LineIndex;
use rustc_hash::FxHashMap;

use crate::{FileId, Language};

/// One open buffer at one version.
#[derive(Debug)]
pub struct Document {
    /// The editor's version of it. Grows with every change.
    pub version: i32,
    /// Its language, as the editor named it, else by its path.
    pub language: Option<Language>,
    /// Its whole text.
    pub text: Arc<str>,
    line_index: OnceLock<Arc<LineIndex>>,
}

impl Document {
    /// A buffer with this text.
    pub fn new(version: i32, language: Option<Language>, text: Arc<str>) -> Self {
        Self { version, language, text, line_index: OnceLock::new() }
    }

    /// Where its lines begin; made at the first call.
    pub fn line_index(&self) -> &Arc<LineIndex> {
        self.line_index.get_or_init(|| Arc::new(LineIndex::new(&self.text)))
    }
}

/// All open buffers. A clone is cheap and does not change.
#[derive(Clone, Default, Debug)]
pub struct Documents {
    open: Arc<FxHashMap<FileId, Arc<Document>>>,
}

impl Documents {
    /// The buffer of a file, if it is open.
    pub fn get(&self, file: FileId) -> Option<&Arc<Document>> {
        self.open.get(&file)
    }

    /// All open buffers, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Arc<Document>)> {
        self.open.iter().map(|(&file, document)| (file, document))
    }

    /// Opens a buffer, or gives it a new text.
    pub fn set(&mut self, file: FileId, document: Document) {
        Arc::make_mut(&mut self.open).insert(file, Arc::new(document));
    }

    /// Closes a buffer. False if it was not open.
    pub fn close(&mut self, file: FileId) -> bool {
        self.open.contains_key(&file) && Arc::make_mut(&mut self.open).remove(&file).is_some()
    }
}
