//! Small workspaces in a text.
//!
//! ```text
//! //- app/main.py
//! import lib
//! lib.f<|>()
//! //- lib.py
//! def f(): ...
//! ```
//!
//! Each file begins with its path; `<|>` is the cursor. Without a path the text is `main.py`.

use std::collections::BTreeMap;
use std::sync::Arc;

use montuno_base::{
    Change, Document, FileEvent, FileEventKind, FileId, FilePosition, Inputs, Language, NameIndex, Settings, TextSize,
    Utf8PathBuf,
};
use montuno_semantic::engine::{Context, Engine, Snapshot};
use montuno_semantic::{Cancellable, Resolution, Target};

use crate::database::Observer;
use crate::engine::PythonEngine;
use crate::variables::Variables;

const CURSOR: &str = "<|>";

/// As much as a thread has that asks the engine in production.
const STACK: usize = 32 << 20;

/// A workspace on disk and an engine for it.
pub(crate) struct Fixture {
    /// Removed with the fixture.
    _folder: tempfile::TempDir,
    pub root: Utf8PathBuf,
    pub inputs: Inputs,
    pub engine: PythonEngine,
    cursor: Option<FilePosition>,
}

impl Fixture {
    /// A workspace with these files, without any Python on the machine.
    pub(crate) fn new(text: &str) -> Self {
        Self::with(text, &[], Settings::default(), None)
    }

    /// The same with environment variables; `{root}` in them stands for the workspace.
    pub(crate) fn with(text: &str, variables: &[(&str, &str)], settings: Settings, observer: Option<Observer>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap().join("work");
        std::fs::create_dir(&root).unwrap();
        let mut cursor = None;
        for (path, text) in split(text) {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            if let Some(at) = text.find(CURSOR) {
                cursor = Some((path.clone(), at));
            }
            std::fs::write(&path, text.replace(CURSOR, "").replace("{root}", root.as_str())).unwrap();
        }
        let mut inputs = Inputs::default();
        inputs.set_roots(vec![root.clone()]);
        inputs.set_settings(settings, false);
        let variables: BTreeMap<_, _> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.replace("{root}", root.as_str())))
            .collect();
        let engine = PythonEngine::new(&inputs, Variables::Fixed(Arc::new(variables)), observer);
        let cursor = cursor
            .map(|(path, at)| FilePosition { file: inputs.files.id(&path), offset: TextSize::try_from(at).unwrap() });
        Self { _folder: folder, root, inputs, engine, cursor }
    }

    /// Where the cursor is.
    pub(crate) fn cursor(&self) -> FilePosition {
        self.cursor.expect("the fixture has a cursor")
    }

    /// A file of the workspace.
    pub(crate) fn file(&self, path: &str) -> FileId {
        self.inputs.files.id(&self.root.join(path))
    }

    /// The place of the first `needle` in a file, as it is now.
    pub(crate) fn find(&self, path: &str, needle: &str) -> FilePosition {
        let file = self.file(path);
        let text = self.inputs.text(file).unwrap().text;
        let at = text.find(needle).unwrap_or_else(|| panic!("no {needle:?} in {path}"));
        FilePosition { file, offset: TextSize::try_from(at).unwrap() }
    }

    /// Opens a buffer or gives it another text.
    pub(crate) fn edit(&mut self, path: &str, text: &str) {
        let file = self.file(path);
        let version = self.inputs.documents.get(file).map_or(1, |document| document.version + 1);
        let change = self.inputs.set_document(file, Document::new(version, Some(Language::Python), text.into()));
        self.engine.update(&self.inputs, &[change]);
    }

    /// Closes a buffer.
    pub(crate) fn close(&mut self, path: &str) {
        let file = self.file(path);
        let change = self.inputs.close_document(file).unwrap();
        self.engine.update(&self.inputs, &[change]);
    }

    /// Writes a file to disk and says so.
    pub(crate) fn write(&mut self, path: &str, text: &str) {
        let path = self.root.join(path);
        let kind = if path.exists() { FileEventKind::Modified } else { FileEventKind::Created };
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        self.tell(path, kind);
    }

    /// Removes a file or folder from disk and says so.
    pub(crate) fn remove(&mut self, path: &str) {
        let path = self.root.join(path);
        if path.is_dir() {
            std::fs::remove_dir_all(&path).unwrap();
        } else {
            std::fs::remove_file(&path).unwrap();
        }
        self.tell(path, FileEventKind::Deleted);
    }

    /// Says that anything may have come into the workspace.
    pub(crate) fn reload(&mut self) {
        self.tell(self.root.clone(), FileEventKind::Created);
    }

    fn tell(&mut self, path: Utf8PathBuf, kind: FileEventKind) {
        let change: Change = self.inputs.disk_changed(vec![FileEvent { path, kind }]);
        self.engine.update(&self.inputs, &[change]);
    }

    /// The context of a question.
    pub(crate) fn context(&self) -> Context {
        Context {
            inputs: self.inputs.clone(),
            names: NameIndex::default(),
            cancel: Default::default(),
            cache_folder: Some(self.root.parent().unwrap().join("cache")),
        }
    }

    /// Asks the engine, on a thread like those that do so in production.
    pub(crate) fn ask<T: Send>(&self, question: impl FnOnce(&dyn Snapshot) -> Cancellable<T> + Send) -> T {
        let snapshot = self.engine.snapshot(self.context());
        let answer = std::thread::scope(|scope| {
            let asked = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || question(&*snapshot));
            asked.unwrap().join()
        });
        match answer {
            Ok(answer) => answer.unwrap(),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    /// Asks the engine about the place of the cursor.
    pub(crate) fn at_cursor<T: Send>(
        &self,
        question: impl FnOnce(&dyn Snapshot, FilePosition) -> Cancellable<T> + Send,
    ) -> T {
        let cursor = self.cursor();
        self.ask(move |snapshot| question(snapshot, cursor))
    }

    /// Targets as `path:line name`, with what they are in; paths outside of the workspace by their name.
    pub(crate) fn show(&self, targets: &[Target]) -> Vec<String> {
        let show = |target: &Target| {
            let path = self.inputs.files.path(target.file);
            let text = std::fs::read_to_string(&*path).unwrap_or_default();
            let text = self.inputs.documents.get(target.file).map_or(text, |document| document.text.to_string());
            let line = text[..usize::from(target.name_range.start())].matches('\n').count() + 1;
            let shown = path.strip_prefix(&self.root).map_or_else(|_| path.file_name().unwrap(), |path| path.as_str());
            let container = target.container.as_ref().map(|container| format!("{container}.")).unwrap_or_default();
            format!("{shown}:{line} {container}{}", target.name)
        };
        targets.iter().map(show).collect()
    }

    /// Where the name at the cursor is defined.
    pub(crate) fn definitions(&self) -> Vec<String> {
        self.definitions_at(self.cursor())
    }

    /// Where the name at a place is defined.
    pub(crate) fn definitions_at(&self, position: FilePosition) -> Vec<String> {
        let found: Option<Resolution> = self.ask(|snapshot| snapshot.definitions(position));
        found.map(|resolution| self.show(&resolution.targets)).unwrap_or_default()
    }
}

/// The files of a fixture's text.
fn split(text: &str) -> Vec<(String, String)> {
    if !text.contains("//- ") {
        return vec![("main.py".to_owned(), text.to_owned())];
    }
    let parts = text.split("//- ").skip(1);
    parts
        .map(|part| {
            let (path, text) = part.split_once('\n').unwrap_or((part, ""));
            (path.trim().to_owned(), text.to_owned())
        })
        .collect()
}
