//! The host.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};
use montuno_base::{Change, FileId, Inputs, Language, NameIndex, Revision, Utf8PathBuf};
use montuno_semantic::cancel::{CancelFlag, Cancellable, Cancelled};
use montuno_semantic::engine::{Context, Load, Problem, Snapshot};
use montuno_syntax::SyntaxTree;
use parking_lot::Mutex;

use crate::slot::{EngineSpec, Slot};

/// After how much quiet the engines give memory back.
const QUIET: Duration = Duration::from_secs(5);

/// Something that the host's owner may want to show.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    /// A project is being loaded: what is done, and how much of it, from 0 to 1.
    Loading(Language, String, Option<f32>),
    /// It is loaded.
    Loaded(Language),
    /// Something keeps an engine from answering as well as it could.
    Problem(Problem),
    /// An engine broke and was made anew.
    Fault(Language, String),
}

/// How a host is set up.
pub struct Options {
    /// The engines that there are.
    pub engines: Vec<EngineSpec>,
    /// Where the name index is kept between runs.
    pub cache_folder: Option<Utf8PathBuf>,
    /// Is told what happens. Called on any thread, also while a question is answered: it must not ask.
    pub observer: Box<dyn Fn(Event) + Send + Sync>,
}

/// Why a question has no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The document changed after the question was asked: its place means nothing any more.
    ContentModified,
    /// The asker gave up.
    Cancelled,
    /// No engine answers for this file.
    NotAnalysed,
    /// The engine broke at this question. It is made anew for the next.
    Fault(String),
}

/// The inputs at the moment when a question arrived.
#[derive(Clone, Debug)]
pub struct Arrival {
    inputs: Inputs,
}

impl Arrival {
    /// The inputs at that moment.
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }
}

/// What an engine found out about the workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EngineReport {
    /// Its name and version.
    pub name: String,
    /// What it found: label and value.
    pub facts: Vec<(String, String)>,
    /// What keeps it from answering as well as it could.
    pub problems: Vec<Problem>,
}

/// One host for all engines. Clones share it.
#[derive(Clone)]
pub struct Host {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) inputs: Mutex<Inputs>,
    slots: Vec<Slot>,
    names: NameIndex,
    cache_folder: Option<Utf8PathBuf>,
    observer: Box<dyn Fn(Event) + Send + Sync>,
}

impl Shared {
    /// Tells of an engine that broke, and gives what it said.
    pub(crate) fn broke(&self, language: Language, panic: &(dyn Any + Send)) -> String {
        let text = panic.downcast_ref::<&str>().map(ToString::to_string);
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned());
        tracing::error!("the {} engine broke and is made anew: {text}", language.name());
        (self.observer)(Event::Fault(language, text.clone()));
        text
    }
}

impl Host {
    /// A host with these engines. None of them is made before it is asked.
    pub fn new(inputs: Inputs, options: Options) -> Self {
        let (slots, woken): (Vec<_>, Vec<_>) = options
            .engines
            .into_iter()
            .map(|spec| {
                let (wake, woken) = crossbeam_channel::bounded(1);
                (Slot::new(spec, wake), woken)
            })
            .unzip();
        let shared = Arc::new(Shared {
            inputs: Mutex::new(inputs),
            slots,
            names: NameIndex::default(),
            cache_folder: options.cache_folder,
            observer: options.observer,
        });
        // A thread for each: an engine that is busy keeps no other waiting.
        for (index, woken) in woken.into_iter().enumerate() {
            let weak = Arc::downgrade(&shared);
            std::thread::Builder::new()
                .name("changes".to_owned())
                .stack_size(16 << 20)
                .spawn(move || follow_changes(&weak, index, &woken))
                .expect("the system can start a thread");
        }
        Self { shared }
    }

    /// The inputs of now.
    pub fn inputs(&self) -> Inputs {
        self.shared.inputs.lock().clone()
    }

    /// The inputs of now, to be handed to [`Host::ask`] with the question that just arrived.
    pub fn arrival(&self) -> Arrival {
        Arrival { inputs: self.inputs() }
    }

    /// The name index of the workspace.
    pub fn names(&self) -> &NameIndex {
        &self.shared.names
    }

    /// Changes the inputs, and lets the engines know. Returns at once; reads in flight are cancelled.
    pub fn change<C: IntoIterator<Item = Change>>(&self, change: impl FnOnce(&mut Inputs) -> C) -> Revision {
        let mut inputs = self.shared.inputs.lock();
        for change in change(&mut inputs) {
            for slot in &self.shared.slots {
                slot.push(change.clone());
            }
        }
        let revision = inputs.revision;
        drop(inputs);
        self.shared.slots.iter().for_each(Slot::wake);
        revision
    }

    /// Indexes the names of all workspace folders. Takes a while: call it on a thread of its own.
    pub fn index_names(&self, go_on: &dyn Fn() -> bool) {
        let inputs = self.inputs();
        for root in &*inputs.roots {
            self.shared.names.refresh(root, &inputs.settings.exclude, self.shared.cache_folder.as_deref(), go_on);
        }
    }

    /// Asks about a file.
    ///
    /// The question may be put more than once: after a change elsewhere it is put again. After a change
    /// of the file's own buffer it is refused, because the place that it speaks of has moved.
    ///
    /// # Errors
    /// Every [`Refusal`].
    pub fn ask<T>(
        &self,
        arrival: &Arrival,
        file: FileId,
        cancel: &CancelFlag,
        question: impl Fn(&dyn Snapshot) -> Cancellable<T>,
    ) -> Result<T, Refusal> {
        let language = self.language(file, &arrival.inputs).ok_or(Refusal::NotAnalysed)?;
        let slot = self.slot(language).ok_or(Refusal::NotAnalysed)?;
        let _open = slot.open_question();
        loop {
            if cancel.is_cancelled() {
                return Err(Refusal::Cancelled);
            }
            let broke = |panic: &(dyn Any + Send)| self.shared.broke(language, panic);
            let held = slot.hold(&self.shared.inputs, &|panic| _ = broke(panic));
            let mut held = held.map_err(|panic| Refusal::Fault(broke(&*panic)))?;
            if !same_document(&held.inputs, &arrival.inputs, file) {
                return Err(Refusal::ContentModified);
            }
            let inputs = held.inputs.clone();
            let mut load = Loading { observer: &*self.shared.observer, slot, language, begun: false };
            let prepared = catch_unwind(AssertUnwindSafe(|| {
                let engine = held.engine();
                engine.prepare(&inputs, file, &mut load);
                let problems = if load.begun { engine.problems() } else { Vec::new() };
                (engine.snapshot(self.context(inputs, cancel)), problems)
            }));
            slot.set_loading(false);
            if load.begun {
                (self.shared.observer)(Event::Loaded(language));
            }
            let (snapshot, problems) = match prepared {
                Ok(prepared) => prepared,
                Err(panic) => {
                    held.throw_away();
                    return Err(Refusal::Fault(broke(&*panic)));
                }
            };
            for problem in problems {
                (self.shared.observer)(Event::Problem(problem));
            }
            let generation = held.generation;
            drop(held);
            let answer = catch_unwind(AssertUnwindSafe(|| question(&*snapshot)));
            // A change that waits for this reader to leave has the engine in its hands.
            drop(snapshot);
            match answer {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(Cancelled)) => {}
                Err(panic) => {
                    slot.discard(generation);
                    return Err(Refusal::Fault(broke(&*panic)));
                }
            }
        }
    }

    /// Makes engines load whatever they need to answer about these files, at once rather than bit by bit. An
    /// engine that breaks at it is made anew for the first question.
    pub fn prepare(&self, files: &[FileId]) {
        for slot in &self.shared.slots {
            let inputs = self.inputs();
            let of_slot = |file: &&FileId| {
                self.language(**file, &inputs).is_some_and(|language| slot.languages.contains(&language))
            };
            let files: Vec<_> = files.iter().filter(of_slot).copied().collect();
            let language = slot.languages[0];
            if files.is_empty() {
                continue;
            }
            let broke = |panic: &(dyn Any + Send)| _ = self.shared.broke(language, panic);
            let Ok(mut held) = slot.hold(&self.shared.inputs, &broke) else { continue };
            let inputs = held.inputs.clone();
            let mut load = Loading { observer: &*self.shared.observer, slot, language, begun: false };
            let prepared = catch_unwind(AssertUnwindSafe(|| {
                held.engine().prepare_all(&inputs, &files, &mut load);
                held.engine().problems()
            }));
            slot.set_loading(false);
            if load.begun {
                (self.shared.observer)(Event::Loaded(language));
            }
            match prepared {
                Ok(problems) => problems.into_iter().for_each(|it| (self.shared.observer)(Event::Problem(it))),
                Err(panic) => {
                    broke(&*panic);
                    held.throw_away();
                }
            }
        }
    }

    /// Asks the syntax tree of a file, while its engine still loads the project. `None` if the engine is
    /// there to be asked.
    ///
    /// # Errors
    /// [`Refusal::ContentModified`], [`Refusal::NotAnalysed`].
    pub fn ask_syntax<T>(
        &self,
        arrival: &Arrival,
        file: FileId,
        question: impl FnOnce(&SyntaxTree, &Context) -> T,
    ) -> Result<Option<T>, Refusal> {
        let language = self.language(file, &arrival.inputs).ok_or(Refusal::NotAnalysed)?;
        if !self.slot(language).ok_or(Refusal::NotAnalysed)?.is_loading() {
            return Ok(None);
        }
        let inputs = self.inputs();
        if !same_document(&inputs, &arrival.inputs, file) {
            return Err(Refusal::ContentModified);
        }
        let Ok(source) = inputs.text(file) else { return Ok(None) };
        let Some(tree) = SyntaxTree::parse(&source.text, language) else { return Ok(None) };
        Ok(Some(question(&tree, &self.context(inputs, &CancelFlag::default()))))
    }

    /// Makes a file's engine load whatever it needs to answer, before anybody asks.
    pub fn warm_up(&self, file: FileId) {
        // Whoever types meanwhile needs it no less.
        while self.ask(&self.arrival(), file, &CancelFlag::default(), |_| Ok(())) == Err(Refusal::ContentModified) {}
    }

    /// Asks every engine that is there or that has files in the workspace, and collects what they say.
    ///
    /// # Errors
    /// [`Refusal::Cancelled`]. An engine that breaks is left out.
    pub fn ask_all<T>(
        &self,
        cancel: &CancelFlag,
        question: impl Fn(&dyn Snapshot) -> Cancellable<Vec<T>>,
    ) -> Result<Vec<T>, Refusal> {
        self.ask_engines_of(&Language::ALL, cancel, question)
    }

    /// As [`Host::ask_all`], of the engines that answer for one of these languages.
    ///
    /// # Errors
    /// As there.
    pub fn ask_engines_of<T>(
        &self,
        languages: &[Language],
        cancel: &CancelFlag,
        question: impl Fn(&dyn Snapshot) -> Cancellable<Vec<T>>,
    ) -> Result<Vec<T>, Refusal> {
        let mut answers = Vec::new();
        let is_asked = |slot: &&Slot| slot.languages.iter().any(|language| languages.contains(language));
        for slot in self.shared.slots.iter().filter(is_asked) {
            let answer = loop {
                let arrival = self.arrival();
                let Some(file) = self.any_file(&arrival.inputs, &slot.languages) else { break Ok(Vec::new()) };
                match self.ask(&arrival, file, cancel, &question) {
                    // The question is about no place in this file: it means the same after the change.
                    Err(Refusal::ContentModified) => {}
                    answer => break answer,
                }
            };
            match answer {
                Ok(answer) => answers.extend(answer),
                Err(Refusal::Cancelled) => return Err(Refusal::Cancelled),
                Err(refusal) => tracing::warn!("one engine gave no answer: {refusal:?}"),
            }
        }
        Ok(answers)
    }

    /// What the engines that were asked something so far found out.
    pub fn report(&self) -> Vec<EngineReport> {
        let mut found = Vec::new();
        for slot in &self.shared.slots {
            slot.when_free(&|panic| _ = self.shared.broke(slot.languages[0], panic), |engine| {
                found.push(EngineReport { name: engine.name(), facts: engine.facts(), problems: engine.problems() });
            });
        }
        found
    }

    /// The language of a file that some enabled engine answers for.
    pub fn language(&self, file: FileId, inputs: &Inputs) -> Option<Language> {
        let named = inputs.documents.get(file).and_then(|document| document.language);
        let language = named.or_else(|| Language::of_path(&inputs.files.path(file)))?;
        inputs.settings.is_enabled(language).then_some(language)
    }

    pub(crate) fn slot(&self, language: Language) -> Option<&Slot> {
        self.shared.slots.iter().find(|slot| slot.languages.contains(&language))
    }

    /// A file of these languages: an open one, else the first of the index.
    fn any_file(&self, inputs: &Inputs, languages: &[Language]) -> Option<FileId> {
        let fits = |file: FileId| self.language(file, inputs).is_some_and(|language| languages.contains(&language));
        let open = inputs.documents.iter().map(|(file, _)| file).filter(|&file| fits(file)).min();
        open.or_else(|| {
            let go_on = || true;
            for root in &*inputs.roots {
                self.shared.names.ensure(root, &inputs.settings.exclude, self.shared.cache_folder.as_deref(), &go_on);
            }
            let indexed = self.shared.names.files(languages);
            indexed.iter().map(|path| inputs.files.id(path)).find(|&file| fits(file))
        })
    }

    pub(crate) fn context(&self, inputs: Inputs, cancel: &CancelFlag) -> Context {
        Context {
            inputs,
            names: self.shared.names.clone(),
            cancel: cancel.clone(),
            cache_folder: self.shared.cache_folder.clone(),
        }
    }
}

/// Whether a file's buffer is the same in both.
pub(crate) fn same_document(a: &Inputs, b: &Inputs, file: FileId) -> bool {
    match (a.documents.get(file), b.documents.get(file)) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    }
}

/// Has an engine take changes in as they come, so that reads in flight end soon, and give memory back in
/// quiet.
fn follow_changes(shared: &Weak<Shared>, index: usize, woken: &Receiver<()>) {
    let mut may_release = true;
    let mut questions = 0;
    loop {
        let event = woken.recv_timeout(QUIET);
        let Some(shared) = shared.upgrade() else { return };
        let slot = &shared.slots[index];
        let broke = |panic: &(dyn Any + Send)| _ = shared.broke(slot.languages[0], panic);
        match event {
            Ok(()) => {
                may_release = true;
                slot.catch_up_now(&shared.inputs, &broke);
            }
            // Somebody asked since the last look: that is no quiet, and what was asked left things behind.
            Err(RecvTimeoutError::Timeout) if slot.questions() != questions => {
                questions = slot.questions();
                may_release = true;
            }
            Err(RecvTimeoutError::Timeout) if may_release => {
                may_release = !slot.when_idle(&broke, |engine| engine.release_memory());
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Tells the observer about loading, from the first step on.
struct Loading<'a> {
    observer: &'a (dyn Fn(Event) + Send + Sync),
    slot: &'a Slot,
    language: Language,
    begun: bool,
}

impl Load for Loading<'_> {
    fn step(&mut self, what: &str, done: Option<f32>) {
        self.begun = true;
        self.slot.set_loading(true);
        (self.observer)(Event::Loading(self.language, what.to_owned(), done));
    }
}
