//! How a caller holds on to a generation that runs: cancelling it, limiting its time, letting others go first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// A flag that ends a generation between two runs of the model. Clones are the same flag.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks for the end. What was computed for the prompt is kept for the next request.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the end was asked for.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// What is called before each run of the model.
type BeforeRun = Arc<dyn Fn() + Send + Sync>;

/// How a generation is held on to.
#[derive(Clone, Default)]
pub struct Control {
    /// Ends it.
    pub cancel: Cancel,
    /// The time after which it ends with what there is.
    pub deadline: Option<Instant>,
    /// Called before each run of the model (a few milliseconds each): may wait until others have had the
    /// processor.
    pub before_run: Option<BeforeRun>,
}

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control")
            .field("cancel", &self.cancel)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
