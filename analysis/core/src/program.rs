//! What a file means depends on its project.

use montuno_base::Utf8PathBuf;

use crate::database::{Db, File};

/// A project, as far as the meaning of files depends on one: a Go workspace, a tsconfig. What is known
/// of it are the language's queries that take it.
#[salsa::interned(unsafe(no_lifetime), revisions = usize::MAX, debug)]
pub(crate) struct Program {
    /// The file or folder that it is named by: a manifest, a folder of sources. Empty where the language
    /// has only one.
    #[returns(ref)]
    pub(crate) root: Utf8PathBuf,
    /// What tells several with the same root apart; each language says what it means.
    #[returns(copy)]
    pub(crate) variant: u32,
}

/// A file as a part of a program.
#[salsa::interned(unsafe(no_lifetime), revisions = usize::MAX, debug)]
pub(crate) struct Unit {
    /// The program.
    #[returns(copy)]
    pub(crate) program: Program,
    /// The file.
    #[returns(copy)]
    pub(crate) file: File,
}

impl Unit {
    /// Another file of the same program.
    #[allow(dead_code, reason = "for languages that look for single files")]
    pub(crate) fn sibling(self, db: &dyn Db, file: File) -> Self {
        Self::new(db, self.program(db), file)
    }
}
