//! Threads that may run the engine.

use std::sync::OnceLock;

use rayon::ThreadPool;

/// The engine recurses as deep as types and expressions are nested. Only what is used of a stack takes
/// memory.
pub(crate) const STACK_SIZE: usize = 64 << 20;

/// Does work on the threads that share the work of one question or one loading, and waits for it.
///
/// A thread of another pool would not just wait: it would take up other work meanwhile, while it holds what
/// that work waits for. So it has a thread of its own wait in its place.
pub(crate) fn share<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if rayon::current_thread_index().is_none() {
        return pool().install(work);
    }
    let result = std::thread::scope(|scope| scope.spawn(|| pool().install(work)).join());
    result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn pool() -> &'static ThreadPool {
    static POOL: OnceLock<ThreadPool> = OnceLock::new();
    POOL.get_or_init(|| {
        let builder = rayon::ThreadPoolBuilder::new().stack_size(STACK_SIZE);
        builder.thread_name(|index| format!("rust-{index}")).build().expect("the system can start threads")
    })
}
