//! Changes in, snapshots out.

use std::collections::VecDeque;
use std::sync::Arc;

use montuno_base::{Change, FileId, Inputs};
use montuno_semantic::Context;
use montuno_semantic::engine::{Engine, EngineFactory, Load, Snapshot};
use montuno_semantic::features::workspace_symbols::SymbolIndex;
use montuno_syntax::SyntaxTree;
use parking_lot::Mutex;

use super::snapshot::SyntaxSnapshot;

/// How many trees are kept: as many documents as somebody works on at once.
const MOST_TREES: usize = 16;

/// Makes the engine.
pub fn factory() -> EngineFactory {
    Box::new(|_| Box::new(SyntaxEngine::default()))
}

#[derive(Default)]
struct SyntaxEngine {
    symbols: SymbolIndex,
    trees: Trees,
}

impl Engine for SyntaxEngine {
    fn name(&self) -> String {
        "languages by their syntax (tree-sitter)".to_owned()
    }

    fn update(&mut self, _inputs: &Inputs, _changes: &[Change]) {}

    fn prepare(&mut self, _inputs: &Inputs, _file: FileId, _load: &mut dyn Load) {}

    fn snapshot(&self, context: Context) -> Box<dyn Snapshot> {
        Box::new(SyntaxSnapshot { context, symbols: self.symbols.clone(), trees: self.trees.clone() })
    }

    fn release_memory(&mut self) {
        self.trees.clear();
    }
}

/// The trees that were made last, newest first. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Trees {
    made: Arc<Mutex<VecDeque<Made>>>,
}

/// A file, its text, and the tree of that.
type Made = (FileId, Arc<str>, SyntaxTree);

impl Trees {
    /// The tree of a file at the revision of the context. `None` if it has no text, or none that can be parsed.
    pub(super) fn of(&self, context: &Context, file: FileId) -> Option<SyntaxTree> {
        let text = context.text(file).ok()?.text;
        let language = context.language(file)?;
        let is_this = |entry: &Made| {
            entry.0 == file && entry.2.language() == language && (Arc::ptr_eq(&entry.1, &text) || entry.1 == text)
        };
        if let Some((_, _, tree)) = self.made.lock().iter().find(|entry| is_this(entry)) {
            return Some(tree.clone());
        }
        let tree = SyntaxTree::parse(&text, language)?;
        let mut made = self.made.lock();
        made.retain(|entry| entry.0 != file);
        made.push_front((file, text, tree.clone()));
        made.truncate(MOST_TREES);
        Some(tree)
    }

    fn clear(&self) {
        self.made.lock().clear();
    }
}
