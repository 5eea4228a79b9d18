//! What an engine is to its host.

use std::sync::Arc;

use montuno_base::{Change, FileId, Inputs, Language, LineIndex, NameIndex, ReadError, SourceText, Utf8PathBuf};
use rustc_hash::FxHashMap;

use crate::cancel::CancelFlag;
use crate::features::Features;

/// What stands behind a snapshot besides its engine.
#[derive(Clone, Debug)]
pub struct Context {
    /// The inputs at the snapshot's revision.
    pub inputs: Inputs,
    /// Which files mention a name.
    pub names: NameIndex,
    /// By which the asker gives up.
    pub cancel: CancelFlag,
    /// Where what can be made anew is kept on disk.
    pub cache_folder: Option<Utf8PathBuf>,
}

impl Context {
    /// The text of a file at this revision.
    ///
    /// # Errors
    /// As [`Inputs::text`].
    pub fn text(&self, file: FileId) -> Result<SourceText, ReadError> {
        self.inputs.text(file)
    }

    /// Where the lines of a file begin. Of a file without a text: as of an empty one.
    pub fn line_index(&self, file: FileId) -> Arc<LineIndex> {
        if let Some(document) = self.inputs.documents.get(file) {
            return document.line_index().clone();
        }
        let text = self.inputs.text(file).map(|source| source.text).unwrap_or_default();
        Arc::new(LineIndex::new(&text))
    }

    /// The language of a file: as its editor says, else by its path.
    pub fn language(&self, file: FileId) -> Option<Language> {
        let named = self.inputs.documents.get(file).and_then(|document| document.language);
        named.or_else(|| Language::of_path(&self.inputs.files.path(file)))
    }
}

/// The answers of one engine at one revision. While one is held, changes wait: hold it for one
/// question, never across an `await`.
pub trait Snapshot: Features + Send {
    /// Another handle on the same revision, for another thread.
    fn fork(&self) -> Box<dyn Snapshot>;
}

/// A language's engine: takes changes in and hands snapshots out.
pub trait Engine: Send {
    /// Its name and version, for `doctor`.
    fn name(&self) -> String;

    /// Takes in what changed. Reads in flight are cancelled; returns once they have ended.
    fn update(&mut self, inputs: &Inputs, changes: &[Change]);

    /// Makes sure that questions about a file can be answered: finds its project and loads it. May
    /// take seconds, and reports to `load` meanwhile.
    fn prepare(&mut self, inputs: &Inputs, file: FileId, load: &mut dyn Load);

    /// As [`Engine::prepare`], of many files, for whoever is going to ask about all of them.
    fn prepare_all(&mut self, inputs: &Inputs, files: &[FileId], load: &mut dyn Load) {
        for &file in files {
            self.prepare(inputs, file, load);
        }
    }

    /// The answers at this revision. `context` holds the inputs that the last update brought.
    fn snapshot(&self, context: Context) -> Box<dyn Snapshot>;

    /// Gives back memory that the next question need not have. Called when nobody asks.
    fn release_memory(&mut self) {}

    /// What keeps it from answering as well as it could, each with what to do.
    fn problems(&self) -> Vec<Problem> {
        Vec::new()
    }

    /// What it found out about the workspace: environments, toolchains, projects. Label and value.
    fn facts(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// Follows the loading of a project.
pub trait Load {
    /// What is being done, in a few words, and how much of it is done, from 0 to 1, if that is known.
    fn step(&mut self, what: &str, done: Option<f32>);
}

/// Follows nothing.
impl Load for () {
    fn step(&mut self, _what: &str, _done: Option<f32>) {}
}

/// Something that keeps an engine from answering as well as it could.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Problem {
    /// Tells it from others: shown once.
    pub id: String,
    /// What is missing or wrong, and what to do.
    pub message: String,
    /// Whether answers are wrong or missing because of it; else it is a hint.
    pub is_serious: bool,
}

/// How engines are made: by language, at the first question.
pub type EngineFactory = Box<dyn Fn(&Inputs) -> Box<dyn Engine> + Send + Sync>;

/// All engines that there are.
pub type Engines = FxHashMap<Language, EngineFactory>;
