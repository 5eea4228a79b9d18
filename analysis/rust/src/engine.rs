//! The engine as its host knows it.

use std::sync::Arc;

use montuno_base::{Change, FileId, Inputs, cache, memory};
use montuno_semantic::engine::{Context, Engine, EngineFactory, Load, Problem, Snapshot};
use parking_lot::Mutex;

use crate::core::Core;
use crate::snapshot::RustSnapshot;

/// Makes the engine for Rust.
pub fn factory() -> EngineFactory {
    Box::new(|inputs: &Inputs| Box::new(RustEngine::new(inputs)) as Box<dyn Engine>)
}

/// rust-analyzer's engine, with a loader of our own.
struct RustEngine {
    /// Shared with snapshots, which read only while they answer: between two answers nothing keeps a
    /// change waiting.
    core: Arc<Mutex<Core>>,
}

impl RustEngine {
    fn new(inputs: &Inputs) -> Self {
        Self { core: Arc::new(Mutex::new(Core::new(inputs, cache::folder()))) }
    }
}

impl Engine for RustEngine {
    fn name(&self) -> String {
        "Rust (rust-analyzer 0.0.347)".to_owned()
    }

    fn update(&mut self, inputs: &Inputs, changes: &[Change]) {
        self.core.lock().update(inputs, changes);
    }

    fn prepare(&mut self, inputs: &Inputs, file: FileId, load: &mut dyn Load) {
        let mut core = self.core.lock();
        core.inputs = inputs.clone();
        core.prepare(&[file], load);
    }

    fn prepare_all(&mut self, inputs: &Inputs, files: &[FileId], load: &mut dyn Load) {
        let mut core = self.core.lock();
        core.inputs = inputs.clone();
        core.prepare(files, load);
    }

    fn snapshot(&self, context: Context) -> Box<dyn Snapshot> {
        Box::new(RustSnapshot::new(self.core.clone(), context))
    }

    fn release_memory(&mut self) {
        self.core.lock().database.clear();
        memory::give_back();
    }

    fn problems(&self) -> Vec<Problem> {
        self.core.lock().problems()
    }

    fn facts(&self) -> Vec<(String, String)> {
        self.core.lock().projects.facts().to_vec()
    }
}
