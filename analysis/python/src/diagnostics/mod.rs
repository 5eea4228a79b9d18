//! What is wrong in a file, and how sure that is.

pub(crate) mod rules;

use montuno_base::FileId;
use montuno_semantic::{Diagnostic, Severity};

use crate::convert::ToOurs;
use crate::view::View;

impl<'db> View<'db> {
    pub(crate) fn diagnostics(&self, file: FileId) -> Vec<Diagnostic> {
        let program_file = self.program_file(file);
        let found = ty_python_semantic::check_file_unwrap(self.db, program_file);
        found
            .iter()
            .map(|one| {
                let range = one.range().unwrap_or_default().ours();
                Diagnostic::new(one.id().as_str(), Severity::Hint, range, one.concise_message().to_string())
            })
            .collect()
    }
}
