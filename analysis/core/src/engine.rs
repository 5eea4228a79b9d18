//! Changes in, snapshots out.

use std::sync::Arc;

use montuno_base::{Change, FileId, Inputs};
use montuno_semantic::Context;
use montuno_semantic::engine::{Engine, EngineFactory, Load, Problem, Snapshot};
use montuno_semantic::features::workspace_symbols::SymbolIndex;

use crate::database::{Database, Observer, Variables};
use crate::plugin::LanguagePlugin;
use crate::snapshot::CoreSnapshot;

/// Makes the engine for a language.
///
/// The threads that ask it need a stack of 16 MB or more: type inference recurses.
pub(crate) fn factory(plugin: &'static dyn LanguagePlugin) -> EngineFactory {
    Box::new(move |inputs| Box::new(CoreEngine::new(plugin, inputs, environment(), None)))
}

/// The variables of this process.
fn environment() -> Variables {
    Arc::new(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

/// The core behind the waist, with one language.
pub(crate) struct CoreEngine {
    database: Database,
    symbols: SymbolIndex,
}

impl CoreEngine {
    /// An engine over these inputs. `observer` is told of every query that runs.
    pub(crate) fn new(
        plugin: &'static dyn LanguagePlugin,
        inputs: &Inputs,
        variables: Variables,
        observer: Option<Observer>,
    ) -> Self {
        let mut database = Database::new(plugin, inputs, variables, observer);
        plugin.updated(&mut database);
        Self { database, symbols: SymbolIndex::default() }
    }
}

impl Engine for CoreEngine {
    fn name(&self) -> String {
        self.database.plugin().name().to_owned()
    }

    fn update(&mut self, inputs: &Inputs, changes: &[Change]) {
        self.database.update(inputs, changes);
        let plugin = self.database.plugin();
        plugin.updated(&mut self.database);
    }

    fn prepare(&mut self, _inputs: &Inputs, _file: FileId, _load: &mut dyn Load) {}

    fn snapshot(&self, context: Context) -> Box<dyn Snapshot> {
        Box::new(CoreSnapshot::new(self.database.clone(), context, self.symbols.clone()))
    }

    fn release_memory(&mut self) {
        // Drops what is over the bounds of the queries that have one.
        salsa::Database::trigger_lru_eviction(&mut self.database);
    }

    fn problems(&self) -> Vec<Problem> {
        self.database.plugin().problems(&self.database)
    }

    fn facts(&self) -> Vec<(String, String)> {
        self.database.plugin().facts(&self.database)
    }
}
