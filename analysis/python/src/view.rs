//! The database and the inputs at one revision, while one question is answered. Each feature is a
//! method of [`View`], in the module of its name.

use montuno_base::{FileId, FilePosition, Utf8Path, Utf8PathBuf};
use montuno_semantic::Context;
use ruff_db::files::{File, FilePath, vendored_path_to_file};
use ruff_db::parsed::{ParsedModuleRef, parsed_module};
use ruff_db::source::{SourceText, source_text};
use ruff_db::system::SystemPath;
use ruff_text_size::TextSize;
use ty_python_core::ProgramFile;
use ty_python_semantic::{Db as _, SemanticModel};

use crate::convert::ToTheirs;
use crate::database::Database;
use crate::vendored;

/// The database and the inputs at one revision.
#[derive(Clone, Copy)]
pub(crate) struct View<'db> {
    pub db: &'db Database,
    pub context: &'db Context,
}

impl<'db> View<'db> {
    /// The engine's file for one of ours. A file that shows a stub is that stub.
    pub(crate) fn file(&self, file: FileId) -> File {
        let path = self.context.inputs.files.path(file);
        let stub = vendored::stub_of(&self.stub_folder(), &path);
        let stub = stub.and_then(|stub| vendored_path_to_file(self.db, &stub).ok());
        stub.unwrap_or_else(|| self.db.file_at(SystemPath::new(path.as_str())))
    }

    /// Our file for one of the engine's. A stub is written to where it can be opened.
    pub(crate) fn file_id(&self, file: File) -> FileId {
        let files = &self.context.inputs.files;
        match file.path(self.db) {
            FilePath::System(path) => files.id(Utf8Path::new(path.as_str())),
            FilePath::Vendored(stub) => files.id(&vendored::materialize(&self.stub_folder(), stub)),
            FilePath::SystemVirtual(path) => files.id(Utf8Path::new(path.as_str())),
        }
    }

    /// Our file for one of the engine's, if it was spoken of before. Writes nothing.
    pub(crate) fn known_file_id(&self, file: File) -> Option<FileId> {
        let files = &self.context.inputs.files;
        match file.path(self.db) {
            FilePath::System(path) => files.known(Utf8Path::new(path.as_str())),
            FilePath::Vendored(stub) => files.known(&self.stub_folder().join(stub.as_str())),
            FilePath::SystemVirtual(path) => files.known(Utf8Path::new(path.as_str())),
        }
    }

    fn stub_folder(&self) -> Utf8PathBuf {
        vendored::folder(self.context.cache_folder.as_deref())
    }

    /// A file as a part of its program.
    pub(crate) fn program_file(&self, file: FileId) -> ProgramFile<'db> {
        self.db.program_file(self.file(file))
    }

    /// What the engine knows of a file.
    pub(crate) fn model(&self, file: FileId) -> SemanticModel<'db> {
        SemanticModel::new(self.db, self.program_file(file))
    }

    /// The syntax tree of a model's file.
    pub(crate) fn parsed(&self, model: &SemanticModel<'db>) -> ParsedModuleRef {
        parsed_module(self.db, model.python_file()).load(self.db)
    }

    /// The text of a model's file.
    pub(crate) fn text(&self, model: &SemanticModel<'db>) -> SourceText {
        source_text(self.db, model.file())
    }

    /// A place as the engine has it. `None` if it is outside the text or inside of a character.
    pub(crate) fn place(&self, position: FilePosition) -> Option<(SemanticModel<'db>, TextSize)> {
        let model = self.model(position.file);
        let text = self.text(&model);
        text.is_char_boundary(position.offset.into()).then(|| (model, position.offset.theirs()))
    }
}
