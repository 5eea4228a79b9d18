//! What is worked out on a thread of its own, beside the database: what could be imported from everywhere. It neither
//! waits for changes nor holds them up; until it is there nothing is offered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::RwLock;

/// What is older than this is worked out anew when it is asked for the next time. Until then the old one is good: files
/// come and go seldom, and what is asked for is resolved anew when it is taken.
const FRESH: Duration = Duration::from_secs(5);

/// A value that is worked out aside. Clones share it.
pub(crate) struct Aside<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    value: RwLock<Option<(Instant, Arc<T>)>>,
    is_busy: AtomicBool,
}

impl<T> Default for Aside<T> {
    fn default() -> Self {
        Self { shared: Arc::new(Shared { value: RwLock::new(None), is_busy: AtomicBool::new(false) }) }
    }
}

impl<T> Clone for Aside<T> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<T: Send + Sync + 'static> Aside<T> {
    /// The value, if it was worked out before. Where it was not, or long ago, `make` is begun on another thread.
    pub(crate) fn get(&self, make: impl FnOnce() -> T + Send + 'static) -> Option<Arc<T>> {
        let known = self.shared.value.read().clone();
        let is_fresh = known.as_ref().is_some_and(|(made, _)| made.elapsed() < FRESH);
        if !is_fresh && !self.shared.is_busy.swap(true, Ordering::AcqRel) {
            let shared = self.shared.clone();
            let work = move || {
                let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(make));
                match made {
                    Ok(made) => *shared.value.write() = Some((Instant::now(), Arc::new(made))),
                    Err(_) => tracing::error!("what could be imported was not collected: the collector broke"),
                }
                shared.is_busy.store(false, Ordering::Release);
            };
            let begun = std::thread::Builder::new().name("exports".to_owned()).stack_size(16 << 20).spawn(work);
            if let Err(error) = begun {
                self.shared.is_busy.store(false, Ordering::Release);
                tracing::warn!("nothing is offered for import: {error}");
            }
        }
        known.map(|(_, value)| value)
    }

    /// The value, worked out now if it is not there: for whoever cannot come again.
    pub(crate) fn wait(&self, make: impl FnOnce() -> T) -> Arc<T> {
        if let Some((made, value)) = &*self.shared.value.read()
            && made.elapsed() < FRESH
        {
            return value.clone();
        }
        let value = Arc::new(make());
        *self.shared.value.write() = Some((Instant::now(), value.clone()));
        value
    }
}
