//! An engine that knows its number and the texts that it took in.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use montuno_base::{Change, FileId, FilePosition, FileRange, Inputs, Language, TextRange, TextSize};
use montuno_ide::EngineSpec;
use montuno_semantic::cancel::{Cancellable, Cancelled};
use montuno_semantic::completion::{Candidates, CompletionItem, Completions};
use montuno_semantic::engine::{Context, Engine, Load, Problem, Snapshot};
use montuno_semantic::hierarchy::{Call, Item, Reference, WorkspaceSymbol};
use montuno_semantic::presentation::{
    CodeAction, CodeActionKind, CodeLens, DocumentLink, FoldingRange, Hover, InlayHint, InlineValue, Moniker,
    RenameStart, SignatureHelp,
};
use montuno_semantic::tokens::Token;
use montuno_semantic::{Diagnostic, Features, Resolution, Semantics, Target, WorkspaceEdit};
use parking_lot::{Condvar, Mutex};

/// A moment in an engine's life. The test's script says what happens there: it may wait, tell, or panic.
pub(crate) enum Step<'a> {
    Made(&'a Inputs),
    Update(&'a Inputs, &'a [Change]),
    Prepare(FileId, &'a mut dyn Load),
    Problems(&'a mut Vec<Problem>),
    ReleaseMemory,
}

type Script = Arc<dyn Fn(usize, Step<'_>) + Send + Sync>;

/// How an engine for one language is made. Engines are counted from 1.
pub(crate) struct Fake {
    language: Language,
    loads_projects: bool,
    script: Script,
}

impl Fake {
    pub(crate) fn new(language: Language) -> Self {
        Self { language, loads_projects: false, script: Arc::new(|_, _| {}) }
    }

    /// What happens at each step of each engine.
    pub(crate) fn script(self, script: impl Fn(usize, Step<'_>) + Send + Sync + 'static) -> Self {
        Self { script: Arc::new(script), ..self }
    }

    pub(crate) fn loading_projects(self) -> Self {
        Self { loads_projects: true, ..self }
    }

    pub(super) fn spec(self) -> EngineSpec {
        let made = AtomicUsize::new(0);
        let script = self.script;
        EngineSpec {
            languages: vec![self.language],
            factory: Box::new(move |inputs| {
                let number = made.fetch_add(1, Ordering::Relaxed) + 1;
                script(number, Step::Made(inputs));
                Box::new(FakeEngine { number, inputs: inputs.clone(), readers: Arc::default(), script: script.clone() })
            }),
            loads_projects: self.loads_projects,
        }
    }
}

struct FakeEngine {
    number: usize,
    /// The inputs that it was made from or last told of.
    inputs: Inputs,
    readers: Arc<Readers>,
    script: Script,
}

/// The snapshots of an engine that are still held, and whether they are of the past.
#[derive(Default)]
struct Readers {
    held: Mutex<usize>,
    left: Condvar,
    updates: AtomicUsize,
}

impl Engine for FakeEngine {
    fn name(&self) -> String {
        format!("engine {}", self.number)
    }

    fn update(&mut self, inputs: &Inputs, changes: &[Change]) {
        self.readers.updates.fetch_add(1, Ordering::Release);
        self.readers.left.wait_while(&mut self.readers.held.lock(), |held| *held > 0);
        self.inputs = inputs.clone();
        (self.script)(self.number, Step::Update(inputs, changes));
    }

    fn prepare(&mut self, inputs: &Inputs, file: FileId, load: &mut dyn Load) {
        assert_eq!(inputs.revision, self.inputs.revision, "an engine is asked about what it was told of");
        (self.script)(self.number, Step::Prepare(file, load));
    }

    fn snapshot(&self, context: Context) -> Box<dyn Snapshot> {
        assert_eq!(context.inputs.revision, self.inputs.revision, "a snapshot stands where its engine does");
        let updates = self.readers.updates.load(Ordering::Acquire);
        Box::new(FakeSnapshot::new(self.number, self.inputs.clone(), context, updates, self.readers.clone()))
    }

    fn release_memory(&mut self) {
        (self.script)(self.number, Step::ReleaseMemory);
    }

    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        (self.script)(self.number, Step::Problems(&mut problems));
        problems
    }
}

struct FakeSnapshot {
    engine: usize,
    inputs: Inputs,
    context: Context,
    /// How often the engine was updated before.
    updates: usize,
    readers: Arc<Readers>,
}

impl FakeSnapshot {
    fn new(engine: usize, inputs: Inputs, context: Context, updates: usize, readers: Arc<Readers>) -> Self {
        *readers.held.lock() += 1;
        Self { engine, inputs, context, updates, readers }
    }
}

impl Drop for FakeSnapshot {
    fn drop(&mut self) {
        *self.readers.held.lock() -= 1;
        self.readers.left.notify_all();
    }
}

impl Snapshot for FakeSnapshot {
    fn fork(&self) -> Box<dyn Snapshot> {
        let (inputs, context) = (self.inputs.clone(), self.context.clone());
        Box::new(Self::new(self.engine, inputs, context, self.updates, self.readers.clone()))
    }
}

/// Methods that no test of the host needs.
macro_rules! unasked {
    ($($method:ident($($argument:ty),*) -> $answer:ty;)*) => {
        $(fn $method(&self, $(_: $argument),*) -> Cancellable<$answer> {
            unreachable!("no test asks this")
        })*
    };
}

impl Semantics for FakeSnapshot {
    fn type_at(&self, position: FilePosition) -> Cancellable<Option<String>> {
        self.checkpoint()?;
        let text = self.inputs.text(position.file).map(|source| source.text).unwrap_or_default();
        Ok(Some(format!("engine {}: {text}", self.engine)))
    }

    unasked! {
        definitions(FilePosition) -> Option<Resolution>;
        declarations(FilePosition) -> Option<Resolution>;
        type_definitions(FilePosition) -> Option<Resolution>;
        implementations(FilePosition) -> Option<Resolution>;
        describe(FilePosition) -> Option<Hover>;
        expected_type(FilePosition) -> Option<String>;
        members(FilePosition) -> Option<Candidates>;
        scope(FilePosition) -> Candidates;
        signatures(FilePosition) -> Option<SignatureHelp>;
        supertypes(FilePosition) -> Vec<Target>;
        subtypes(FilePosition) -> Vec<Target>;
        items(FileId) -> Arc<[Item]>;
        calls(FileRange) -> Vec<Call>;
        diagnostics(FileId) -> Vec<Diagnostic>;
    }
}

impl Features for FakeSnapshot {
    fn semantics(&self) -> &dyn Semantics {
        self
    }

    fn context(&self) -> &Context {
        &self.context
    }

    fn languages(&self) -> &'static [Language] {
        &[]
    }

    fn checkpoint(&self) -> Cancellable<()> {
        self.context.cancel.check()?;
        if self.readers.updates.load(Ordering::Acquire) == self.updates { Ok(()) } else { Err(Cancelled) }
    }

    fn on_type_triggers(&self) -> &'static [char] {
        &[]
    }

    unasked! {
        references(FilePosition) -> Vec<Reference>;
        highlights(FilePosition) -> Vec<Reference>;
        document_links(FileId) -> Vec<DocumentLink>;
        workspace_symbols(&str, usize) -> Vec<WorkspaceSymbol>;
        semantic_tokens(FileId, Option<TextRange>) -> Vec<Token>;
        inlay_hints(FileRange) -> Vec<InlayHint>;
        inline_values(FileRange, TextSize) -> Vec<InlineValue>;
        folding_ranges(FileId) -> Vec<FoldingRange>;
        selection_ranges(FilePosition) -> Vec<TextRange>;
        code_lenses(FileId) -> Vec<CodeLens>;
        monikers(FilePosition) -> Vec<Moniker>;
        prepare_call_hierarchy(FilePosition) -> Vec<Target>;
        incoming_calls(FilePosition) -> Vec<Call>;
        outgoing_calls(FilePosition) -> Vec<Call>;
        prepare_type_hierarchy(FilePosition) -> Vec<Target>;
        completions(FilePosition, Option<char>) -> Completions;
        resolve_completion(FilePosition, CompletionItem) -> CompletionItem;
        prepare_rename(FilePosition) -> Result<RenameStart, String>;
        rename(FilePosition, &str) -> Result<WorkspaceEdit, String>;
        code_actions(FileRange, &[CodeActionKind]) -> Vec<CodeAction>;
        resolve_code_action(FileRange, &str) -> Option<CodeAction>;
        on_type(FilePosition, char) -> Option<WorkspaceEdit>;
    }
}
