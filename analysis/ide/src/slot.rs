//! One engine and the changes that wait for it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;

use crossbeam_channel::Sender;
use montuno_base::{Change, Inputs, Language};
use montuno_semantic::engine::{Engine, EngineFactory};
use parking_lot::{Mutex, MutexGuard};

/// An engine that a host may make.
pub struct EngineSpec {
    /// The languages that it answers for.
    pub languages: Vec<Language>,
    /// How it is made.
    pub factory: EngineFactory,
    /// Whether its first answer has to wait for a project to be loaded.
    pub loads_projects: bool,
}

/// An engine, made at its first question and again after a fault.
pub(crate) struct Slot {
    pub languages: Vec<Language>,
    factory: EngineFactory,
    /// What the engine does not know yet, oldest first. Only kept once there is an engine.
    pending: Mutex<Vec<Change>>,
    engine: Mutex<Option<Box<dyn Engine>>>,
    /// Counts the engines that were here, so that a fault of an old one does not end a new one.
    generation: AtomicU64,
    /// Whether a project has to be loaded before the engine can answer: then the syntax tree answers.
    loading: AtomicBool,
    /// Questions that are being answered.
    open_questions: AtomicUsize,
    /// Questions that ever were put.
    questions: AtomicU64,
    /// Wakes the thread that takes changes in. Dropped with the slot, which ends it.
    wake: Sender<()>,
}

/// The engine's place, while nobody else can use it.
type Guard<'a> = MutexGuard<'a, Option<Box<dyn Engine>>>;

/// A question while it is being answered.
pub(crate) struct OpenQuestion<'a>(&'a Slot);

impl Drop for OpenQuestion<'_> {
    fn drop(&mut self) {
        self.0.open_questions.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Hears of an engine that broke, with what it said.
pub(crate) type Broke<'a> = &'a dyn Fn(&(dyn Any + Send));

/// The engine, at the inputs' revision. Nobody else can use it meanwhile.
pub(crate) struct Held<'a> {
    slot: &'a Slot,
    guard: Guard<'a>,
    /// The inputs that the engine stands at.
    pub inputs: Inputs,
    pub generation: u64,
}

impl Held<'_> {
    pub(crate) fn engine(&mut self) -> &mut dyn Engine {
        self.guard.as_deref_mut().expect("an engine is made before it is held")
    }

    /// Throws the engine away because it broke, before anybody else can get hold of it.
    pub(crate) fn throw_away(mut self) {
        self.slot.throw_away(&mut self.guard);
    }
}

impl Slot {
    pub(crate) fn new(spec: EngineSpec, wake: Sender<()>) -> Self {
        Self {
            languages: spec.languages,
            factory: spec.factory,
            pending: Mutex::default(),
            engine: Mutex::default(),
            generation: AtomicU64::new(0),
            loading: AtomicBool::new(spec.loads_projects),
            open_questions: AtomicUsize::new(0),
            questions: AtomicU64::new(0),
            wake,
        }
    }

    /// Whether questions have to wait for a project.
    pub(crate) fn is_loading(&self) -> bool {
        self.loading.load(Ordering::Acquire)
    }

    pub(crate) fn set_loading(&self, loading: bool) {
        self.loading.store(loading, Ordering::Release);
    }

    /// Notes a change, in the order of the calls.
    pub(crate) fn push(&self, change: Change) {
        self.pending.lock().push(change);
    }

    /// Lets the thread that takes changes in know that some wait.
    pub(crate) fn wake(&self) {
        // Full means that it is awake already.
        let _ = self.wake.try_send(());
    }

    /// The engine, made if need be, with every change taken in that is in the inputs of now. `broke`
    /// hears of an engine that broke at a change and was made anew.
    ///
    /// # Errors
    /// What was said when the engine could not be made.
    pub(crate) fn hold(&self, inputs: &Mutex<Inputs>, broke: Broke<'_>) -> thread::Result<Held<'_>> {
        let mut guard = self.engine.lock();
        let inputs = self.catch_up(&mut guard, inputs, broke)?;
        Ok(Held { slot: self, guard, inputs, generation: self.generation.load(Ordering::Acquire) })
    }

    fn catch_up(
        &self,
        engine: &mut Option<Box<dyn Engine>>,
        inputs: &Mutex<Inputs>,
        broke: Broke<'_>,
    ) -> thread::Result<Inputs> {
        // Both of one moment: an engine must not see a change in the inputs that it is told of later.
        let (inputs, changes) = {
            let inputs = inputs.lock();
            (inputs.clone(), std::mem::take(&mut *self.pending.lock()))
        };
        if let Some(present) = engine
            && !changes.is_empty()
            && let Err(panic) = catch_unwind(AssertUnwindSafe(|| present.update(&inputs, &changes)))
        {
            self.throw_away(engine);
            broke(&*panic);
        }
        if engine.is_none() {
            *engine = Some(catch_unwind(AssertUnwindSafe(|| (self.factory)(&inputs)))?);
        }
        Ok(inputs)
    }

    /// Takes waiting changes in, if there is an engine. Readers are cancelled by it.
    pub(crate) fn catch_up_now(&self, inputs: &Mutex<Inputs>, broke: Broke<'_>) {
        let mut guard = self.engine.lock();
        if guard.is_some() {
            if let Err(panic) = self.catch_up(&mut guard, inputs, broke) {
                broke(&*panic);
            }
        } else {
            // An engine that is made later begins with the inputs of then.
            self.pending.lock().clear();
        }
    }

    /// Throws a broken engine away; the next question makes a new one.
    pub(crate) fn discard(&self, generation: u64) {
        let mut guard = self.engine.lock();
        if self.generation.load(Ordering::Acquire) == generation {
            self.throw_away(&mut guard);
        }
    }

    fn throw_away(&self, engine: &mut Option<Box<dyn Engine>>) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        *engine = None;
    }

    /// Does something with the engine, if there is one, as soon as it is not in use.
    pub(crate) fn when_free(&self, broke: Broke<'_>, act: impl FnOnce(&mut dyn Engine)) {
        self.act(self.engine.lock(), broke, act);
    }

    /// Counts a question until it is answered.
    pub(crate) fn open_question(&self) -> OpenQuestion<'_> {
        self.questions.fetch_add(1, Ordering::AcqRel);
        self.open_questions.fetch_add(1, Ordering::AcqRel);
        OpenQuestion(self)
    }

    /// How many questions were ever put.
    pub(crate) fn questions(&self) -> u64 {
        self.questions.load(Ordering::Acquire)
    }

    /// Does something with the engine, unless there is none or it is in use: then the answer is false. It is in use
    /// while a question is being answered, even where the question only holds a snapshot.
    pub(crate) fn when_idle(&self, broke: Broke<'_>, act: impl FnOnce(&mut dyn Engine)) -> bool {
        let is_asked = self.open_questions.load(Ordering::Acquire) > 0;
        !is_asked && self.engine.try_lock().is_some_and(|guard| self.act(guard, broke, act))
    }

    fn act(&self, mut guard: Guard<'_>, broke: Broke<'_>, act: impl FnOnce(&mut dyn Engine)) -> bool {
        let Some(engine) = guard.as_deref_mut() else { return false };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| act(engine))) {
            self.throw_away(&mut guard);
            broke(&*panic);
        }
        true
    }
}
