//! The database and the inputs at one revision, while one question is answered.

use std::sync::Arc;

use montuno_base::{FileId, FilePosition, TextSize};
use montuno_semantic::{Cancellable, Cancelled, Context};
use salsa::Database as _;

use crate::database::{Database, Db as _, File, source};

/// The database and the inputs at one revision.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// The database.
    pub(crate) db: &'a Database,
    /// The inputs, the name index, and whether the asker gave up.
    pub(crate) context: &'a Context,
}

impl<'a> View<'a> {
    /// The database's file for one of ours.
    pub(crate) fn file(&self, file: FileId) -> File {
        self.db.file(&self.context.inputs.files.path(file))
    }

    /// The text of a file.
    pub(crate) fn text(&self, file: FileId) -> Option<Arc<str>> {
        source(self.db, self.file(file))
    }

    /// A place as the database has it. `None` if it is outside the text or inside of a character.
    pub(crate) fn place(&self, position: FilePosition) -> Option<(File, TextSize)> {
        let file = self.file(position.file);
        let text = source(self.db, file)?;
        text.is_char_boundary(position.offset.into()).then_some((file, position.offset))
    }

    /// Gives up if the inputs have changed or the asker lost interest: for long loops.
    ///
    /// # Errors
    /// [`Cancelled`], if the asker lost interest. A change unwinds instead.
    pub(crate) fn checkpoint(&self) -> Result<(), Cancelled> {
        self.db.unwind_if_revision_cancelled();
        self.context.cancel.check()
    }

    /// The files of the workspace that may mention a name, open ones included.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn files_that_mention(&self, name: &str) -> Cancellable<Vec<FileId>> {
        montuno_semantic::features::references::files_that_mention(&crate::snapshot::handle(self), name)
    }
}
