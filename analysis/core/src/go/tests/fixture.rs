//! Small workspaces in a text: each file begins with a line `//- path`.

use std::sync::Arc;

use montuno_base::{Document, FileId, FilePosition, Inputs, Language, NameIndex, TextRange, TextSize, Utf8PathBuf};
use montuno_semantic::Target;
use montuno_semantic::engine::{Context, Engine, Snapshot};

use crate::database::{Observer, Variables};
use crate::engine::CoreEngine;
use crate::go::Go;

/// A workspace on disk and an engine for it.
pub(super) struct Fixture {
    /// Removed with the fixture.
    _folder: tempfile::TempDir,
    pub(super) root: Utf8PathBuf,
    pub(super) inputs: Inputs,
    engine: CoreEngine,
    version: i32,
}

impl Fixture {
    /// A workspace with these files, below the folder `work`, and without any Go on the machine.
    pub(super) fn new(text: &str) -> Self {
        Self::with(text, &[], None)
    }

    /// The same with environment variables; `{root}` in them stands for the folder that `work` is in.
    pub(super) fn with(text: &str, variables: &[(&str, &str)], observer: Option<Observer>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
        for part in text.split("//- ").skip(1) {
            let (path, text) = part.split_once('\n').unwrap();
            let path = root.join(path.trim());
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let mut inputs = Inputs::default();
        inputs.set_roots(vec![root.join("work")]);
        let known: Vec<(String, String)> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.replace("{root}", root.as_str())))
            .collect();
        let variables: Variables =
            Arc::new(move |name| known.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()));
        let engine = CoreEngine::new(&Go, &inputs, variables, observer);
        Self { _folder: folder, root, inputs, engine, version: 0 }
    }

    pub(super) fn file(&self, path: &str) -> FileId {
        self.inputs.files.id(&self.root.join("work").join(path))
    }

    pub(super) fn text(&self, path: &str) -> Arc<str> {
        self.inputs.text(self.file(path)).unwrap().text
    }

    /// The place of the first `needle` in a file, as it is now.
    pub(super) fn find(&self, path: &str, needle: &str) -> FilePosition {
        let at = self.text(path).find(needle).unwrap_or_else(|| panic!("no {needle:?} in {path}"));
        FilePosition { file: self.file(path), offset: TextSize::try_from(at).unwrap() }
    }

    /// Opens a buffer or gives it another text.
    pub(super) fn edit(&mut self, path: &str, text: &str) {
        self.version += 1;
        let document = Document::new(self.version, Some(Language::Go), text.into());
        let change = self.inputs.set_document(self.file(path), document);
        self.engine.update(&self.inputs, &[change]);
    }

    pub(super) fn snapshot(&self) -> Box<dyn Snapshot> {
        self.engine.snapshot(Context {
            inputs: self.inputs.clone(),
            names: NameIndex::default(),
            cancel: montuno_semantic::cancel::CancelFlag::default(),
            cache_folder: None,
        })
    }

    /// An engine that was made just now, over the same files and buffers, without variables.
    pub(super) fn fresh(&self) -> Box<dyn Snapshot> {
        CoreEngine::new(&Go, &self.inputs, Arc::new(|_| None), None).snapshot(Context {
            inputs: self.inputs.clone(),
            names: NameIndex::default(),
            cancel: montuno_semantic::cancel::CancelFlag::default(),
            cache_folder: None,
        })
    }

    /// Where the first `needle` leads: paths below the root, with the line, from 1.
    pub(super) fn leads(&self, path: &str, needle: &str) -> Vec<String> {
        let found = self.snapshot().definitions(self.find(path, needle)).unwrap();
        found.map(|found| found.targets.iter().map(|target| self.place(target)).collect()).unwrap_or_default()
    }

    fn place(&self, target: &Target) -> String {
        let path = self.inputs.files.path(target.file);
        let text = self.inputs.text(target.file).unwrap().text;
        let line = text[..usize::from(target.name_range.start())].matches('\n').count() + 1;
        format!("{}:{line}", path.strip_prefix(&self.root).unwrap_or(&path).as_str().replace('\\', "/"))
    }

    /// A place as its path below `work` and its line, from 1.
    pub(super) fn line_of(&self, file: FileId, range: TextRange) -> String {
        let path = self.inputs.files.path(file);
        let text = self.inputs.text(file).unwrap().text;
        let line = text[..usize::from(range.start())].matches('\n').count() + 1;
        format!("{}:{line}", path.strip_prefix(self.root.join("work")).unwrap_or(&path).as_str().replace('\\', "/"))
    }

    /// The rules of the findings of a file that are errors or warnings.
    pub(super) fn findings(&self, path: &str) -> Vec<String> {
        let found = self.snapshot().diagnostics(self.file(path)).unwrap();
        let bad = found.iter().filter(|finding| finding.severity >= montuno_semantic::Severity::Warning);
        bad.map(|finding| finding.rule.clone()).collect()
    }
}
