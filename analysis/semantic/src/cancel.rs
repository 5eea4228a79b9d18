//! Reads that are overtaken by a change.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// The read was given up: the inputs changed under it, or its asker lost interest. There is no
/// answer; ask again on a new snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cancelled;

impl std::fmt::Display for Cancelled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cancelled by a change")
    }
}

impl std::error::Error for Cancelled {}

/// An answer, unless the read was cancelled.
pub type Cancellable<T> = Result<T, Cancelled>;

/// A flag by which one asker gives up its own read, at once or at a time. Clones share it.
#[derive(Clone, Default, Debug)]
pub struct CancelFlag {
    is_set: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl CancelFlag {
    /// A flag of a read that is worth nothing after a time.
    pub fn until(deadline: Instant) -> Self {
        Self { is_set: Arc::default(), deadline: Some(deadline) }
    }

    /// Gives up.
    pub fn cancel(&self) {
        self.is_set.store(true, Ordering::Relaxed);
    }

    /// Whether the asker gave up.
    pub fn is_cancelled(&self) -> bool {
        self.is_set.load(Ordering::Relaxed) || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// `Err` once the asker gave up: for loops over files and places.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub fn check(&self) -> Cancellable<()> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}
