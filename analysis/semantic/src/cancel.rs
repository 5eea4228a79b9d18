//! Reads that are overtaken by a change.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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

/// A flag by which one asker gives up its own read. Clones share it.
#[derive(Clone, Default, Debug)]
pub struct CancelFlag(Arc<AtomicBool>);

impl CancelFlag {
    /// Gives up.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the asker gave up.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// `Err` once the asker gave up: for loops over files and places.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub fn check(&self) -> Cancellable<()> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}
