//! Everything that answers depend on, at one revision.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::documents::Document;
use crate::text::{self, ReadError, SourceText};
use crate::{Documents, FileId, FileTable, Settings};

/// Counts the changes of the inputs: a later state has a larger number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Revision(pub u64);

/// Everything that answers depend on. A clone is cheap, and later changes do not reach it.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The ids of all files.
    pub files: FileTable,
    /// The workspace folders, absolute and normalised, the client's order.
    pub roots: Arc<[Utf8PathBuf]>,
    /// What editors hold.
    pub documents: Documents,
    /// What the user set.
    pub settings: Arc<Settings>,
    /// Whether the user trusts the workspace. Without trust nothing that it supplies is run.
    pub trusted: bool,
    /// How many changes led here.
    pub revision: Revision,
}

/// What changed from one revision to the next. The state after it is in [`Inputs`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// A buffer was opened, edited or closed.
    Document(FileId),
    /// Files changed on disk.
    Disk(Vec<FileEvent>),
    /// Workspace folders were added or removed.
    Roots,
    /// Settings or trust changed.
    Settings,
}

/// A change of a file on disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileEvent {
    /// Its absolute path; a folder stands for all that is in it.
    pub path: Utf8PathBuf,
    /// What happened to it.
    pub kind: FileEventKind,
}

/// What happened to a file on disk.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FileEventKind {
    /// It is there now.
    Created,
    /// Its content changed.
    Modified,
    /// It is gone.
    Deleted,
}

impl Inputs {
    /// The next revision's number; called by every change.
    fn advance(&mut self) {
        self.revision.0 += 1;
    }

    /// Opens a buffer or replaces its text.
    pub fn set_document(&mut self, file: FileId, document: Document) -> Change {
        self.advance();
        self.documents.set(file, document);
        Change::Document(file)
    }

    /// Closes a buffer: the file on disk counts again. `None` if it was not open.
    pub fn close_document(&mut self, file: FileId) -> Option<Change> {
        self.documents.close(file).then(|| {
            self.advance();
            Change::Document(file)
        })
    }

    /// Takes note of changes on disk.
    pub fn disk_changed(&mut self, events: Vec<FileEvent>) -> Change {
        self.advance();
        Change::Disk(events)
    }

    /// Gives the workspace other folders.
    pub fn set_roots(&mut self, roots: Vec<Utf8PathBuf>) -> Change {
        self.advance();
        self.roots = roots.into();
        Change::Roots
    }

    /// Gives the workspace other settings, or more or less trust.
    pub fn set_settings(&mut self, settings: Settings, trusted: bool) -> Change {
        self.advance();
        self.settings = Arc::new(settings);
        self.trusted = trusted;
        Change::Settings
    }

    /// The text of a file: the open buffer's, else the disk's.
    ///
    /// # Errors
    /// As [`text::read`]. A buffer that is too large is refused like a file.
    pub fn text(&self, file: FileId) -> Result<SourceText, ReadError> {
        match self.documents.get(file) {
            Some(document) if document.text.len() as u64 > text::LARGEST_FILE => {
                Err(ReadError::TooLarge(document.text.len() as u64))
            }
            Some(document) => Ok(SourceText { text: document.text.clone(), lossy: false }),
            None => text::read(&self.files.path(file)),
        }
    }

    /// The workspace folder that a path lies in; the innermost one if they are nested.
    pub fn root_of(&self, path: &Utf8Path) -> Option<&Utf8Path> {
        let inside = self.roots.iter().filter(|root| path.starts_with(root));
        inside.max_by_key(|root| root.as_str().len()).map(Utf8PathBuf::as_path)
    }
}
