//! The program that the contract is tested on.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use montuno_base::{
    Document, FileEvent, FileEventKind, FileId, FilePosition, Inputs, Language, NameIndex, TextRange, TextSize,
    Utf8PathBuf, name_index,
};

use crate::cancel::CancelFlag;
use crate::engine::{Context, Engine, EngineFactory, Snapshot};
use crate::moving::Moves;

/// A program with named marks: `«name»` stands right before what it marks.
///
/// The marks that every program has:
///
/// | mark | what it stands before |
/// | --- | --- |
/// | `type` | the name of a class or trait, where it is declared |
/// | `method` | its method, where it is declared |
/// | `subtype` | a type below it, where it is declared |
/// | `override` | that type's method of the same name |
/// | `function` | a function, where it is declared |
/// | `local` | a local variable of it, where it is declared, whose type is `subtype` |
/// | `local-use` | a use of it that reads |
/// | `method-use` | a use of the overriding method, behind a dot, in a call |
/// | `function-use` | a call of the function, in another file |
/// | `argument` | the first argument of that call |
/// | `import` | the function's name in the import of that file |
/// | `unknown` | a name that nothing declares: the only defect |
/// | `comment` | a word in a comment |
pub struct Program {
    /// The language.
    pub language: Language,
    /// Path and text of each file; the first is the one that most questions are about.
    pub files: &'static [(&'static str, &'static str)],
    /// Files that the project needs and nobody asks about.
    pub manifests: &'static [(&'static str, &'static str)],
}

/// An engine that holds a program.
pub struct World {
    engine: RefCell<Box<dyn Engine>>,
    inputs: RefCell<Inputs>,
    marks: BTreeMap<String, FilePosition>,
    files: Vec<FileId>,
    language: Language,
    _folder: tempfile::TempDir,
}

impl World {
    pub(super) fn new(factory: &EngineFactory, program: &Program) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let root = folder.path().canonicalize().expect("it is there");
        let root = Utf8PathBuf::from_path_buf(root).expect("its path is UTF-8");
        let mut inputs = Inputs::default();
        inputs.set_roots(vec![root.clone()]);
        let mut marks = BTreeMap::new();
        let mut files = Vec::new();
        for (path, text) in program.manifests.iter().chain(program.files) {
            let path = root.join(path);
            let file = inputs.files.id(&path);
            let text = take_marks(text, file, &mut marks);
            std::fs::create_dir_all(path.parent().expect("it is below the root")).expect("folders can be made");
            std::fs::write(&path, &text).expect("files can be written");
            files.push(file);
        }
        files.drain(..program.manifests.len());
        for &file in &files {
            let text = std::fs::read_to_string(&*inputs.files.path(file)).expect("it was just written");
            inputs.set_document(file, Document::new(1, Some(program.language), text.into()));
        }
        let mut engine = factory(&inputs);
        for &file in &files {
            engine.prepare(&inputs, file, &mut ());
        }
        Self {
            engine: RefCell::new(engine),
            inputs: RefCell::new(inputs),
            marks,
            files,
            language: program.language,
            _folder: folder,
        }
    }

    /// The answers of now.
    pub(super) fn snapshot(&self) -> Box<dyn Snapshot> {
        self.snapshot_for(CancelFlag::default())
    }

    /// The answers of now, for an asker who may have given up.
    pub(super) fn snapshot_for(&self, cancel: CancelFlag) -> Box<dyn Snapshot> {
        let inputs = self.inputs.borrow().clone();
        let context = Context { inputs, names: NameIndex::default(), cancel, cache_folder: None };
        self.engine.borrow().snapshot(context)
    }

    /// Gives a file another text.
    pub(super) fn edit(&self, file: FileId, text: &str) {
        let mut inputs = self.inputs.borrow_mut();
        let (version, language) =
            inputs.documents.get(file).map_or((0, None), |document| (document.version, document.language));
        let change = inputs.set_document(file, Document::new(version + 1, language, text.into()));
        self.engine.borrow_mut().update(&inputs, &[change]);
    }

    /// Puts files and folders to other paths, those that are open included.
    pub(super) fn relocate(&self, moves: &Moves) {
        let mut inputs = self.inputs.borrow_mut();
        let mut changes = Vec::new();
        let mut events = Vec::new();
        for one in moves.iter() {
            std::fs::rename(&one.from, &one.to).expect("files can be moved");
            events.push(FileEvent { path: one.from.clone(), kind: FileEventKind::Deleted });
            events.push(FileEvent { path: one.to.clone(), kind: FileEventKind::Created });
        }
        let open: Vec<_> = inputs.documents.iter().map(|(file, document)| (file, document.clone())).collect();
        for (file, document) in open {
            let path = inputs.files.path(file);
            if moves.moves(&path) {
                changes.extend(inputs.close_document(file));
                let moved = inputs.files.id(&moves.after(&path));
                let document = Document::new(document.version, document.language, document.text.clone());
                changes.push(inputs.set_document(moved, document));
            }
        }
        changes.push(inputs.disk_changed(events));
        self.engine.borrow_mut().update(&inputs, &changes);
    }

    /// The language of the program.
    pub(super) fn language(&self) -> Language {
        self.language
    }

    /// The path of a file.
    pub(super) fn path(&self, file: FileId) -> Utf8PathBuf {
        self.inputs.borrow().files.path(file).to_path_buf()
    }

    /// The place of a mark.
    pub(super) fn at(&self, mark: &str) -> FilePosition {
        *self.marks.get(mark).unwrap_or_else(|| panic!("the program has no mark `{mark}`"))
    }

    /// The name that a mark stands before.
    pub(super) fn range(&self, mark: &str) -> TextRange {
        let at = self.at(mark);
        let text = self.text(at.file);
        let rest = &text[usize::from(at.offset)..];
        let length = rest.find(|c| !name_index::is_word(c)).unwrap_or(rest.len());
        TextRange::at(at.offset, TextSize::try_from(length).expect("names are short"))
    }

    /// The word that a mark stands before.
    pub(super) fn name(&self, mark: &str) -> String {
        self.text(self.at(mark).file)[self.range(mark)].to_owned()
    }

    pub(super) fn text(&self, file: FileId) -> Arc<str> {
        self.inputs.borrow().text(file).expect("the files of the program have a text").text
    }

    /// The files of the program.
    pub(super) fn files(&self) -> &[FileId] {
        &self.files
    }

    /// The names of all marks.
    pub(super) fn marks(&self) -> impl Iterator<Item = &str> {
        self.marks.keys().map(String::as_str)
    }
}

/// The text without its marks, whose places are noted.
fn take_marks(text: &str, file: FileId, marks: &mut BTreeMap<String, FilePosition>) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('«') {
        plain.push_str(before);
        let (name, after) = after.split_once('»').expect("every mark is closed");
        let offset = TextSize::of(&*plain);
        assert!(
            marks.insert(name.to_owned(), FilePosition { file, offset }).is_none(),
            "the mark `{name}` stands twice"
        );
        rest = after;
    }
    plain.push_str(rest);
    plain
}
