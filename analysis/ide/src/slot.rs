//! One engine and the changes that wait for it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

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
}

/// The engine, at the inputs' revision. Nobody else can use it meanwhile.
pub(crate) struct Held<'a> {
    guard: MutexGuard<'a, Option<Box<dyn Engine>>>,
    pub generation: u64,
}

impl Held<'_> {
    pub(crate) fn engine(&mut self) -> &mut dyn Engine {
        self.guard.as_deref_mut().expect("an engine is made before it is held")
    }
}

impl Slot {
    pub(crate) fn new(spec: EngineSpec) -> Self {
        Self {
            languages: spec.languages,
            factory: spec.factory,
            pending: Mutex::default(),
            engine: Mutex::default(),
            generation: AtomicU64::new(0),
            loading: AtomicBool::new(spec.loads_projects),
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

    /// Whether changes wait.
    pub(crate) fn is_behind(&self) -> bool {
        !self.pending.lock().is_empty()
    }

    /// The engine, made if need be, with every change taken in that was pushed before the call.
    /// `inputs` gives the inputs of now; it is asked once the queue is empty-handed.
    pub(crate) fn hold(&self, inputs: &dyn Fn() -> Inputs) -> Held<'_> {
        let mut guard = self.engine.lock();
        self.catch_up(&mut guard, inputs);
        Held { guard, generation: self.generation.load(Ordering::Acquire) }
    }

    fn catch_up(&self, engine: &mut Option<Box<dyn Engine>>, inputs: &dyn Fn() -> Inputs) {
        // First the queue, then the inputs: whatever the queue misses is in the inputs already, and is
        // taken in again with the next update.
        let changes = std::mem::take(&mut *self.pending.lock());
        let Some(present) = engine else {
            *engine = Some((self.factory)(&inputs()));
            return;
        };
        if changes.is_empty() {
            return;
        }
        let inputs = inputs();
        if catch_unwind(AssertUnwindSafe(|| present.update(&inputs, &changes))).is_err() {
            tracing::error!("the {} engine broke at a change and is made anew", present.name());
            self.generation.fetch_add(1, Ordering::AcqRel);
            *engine = Some((self.factory)(&inputs));
        }
    }

    /// Takes waiting changes in, if there is an engine. Readers are cancelled by it.
    pub(crate) fn catch_up_now(&self, inputs: &dyn Fn() -> Inputs) {
        let mut guard = self.engine.lock();
        if guard.is_some() {
            self.catch_up(&mut guard, inputs);
        } else {
            // An engine that is made later begins with the inputs of then.
            self.pending.lock().clear();
        }
    }

    /// Throws a broken engine away; the next question makes a new one.
    pub(crate) fn discard(&self, generation: u64) {
        let mut guard = self.engine.lock();
        if self.generation.load(Ordering::Acquire) == generation {
            self.generation.fetch_add(1, Ordering::AcqRel);
            *guard = None;
        }
    }

    /// Does something with the engine if there is one and it is not in use.
    pub(crate) fn when_idle(&self, act: impl FnOnce(&mut dyn Engine)) {
        if let Some(mut guard) = self.engine.try_lock()
            && let Some(engine) = guard.as_deref_mut()
        {
            act(engine);
        }
    }
}
