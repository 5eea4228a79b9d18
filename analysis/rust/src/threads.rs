//! Threads that may run the engine.

use std::sync::OnceLock;

use rayon::ThreadPool;

/// The engine recurses as deep as types and expressions are nested. Only what is used of a stack takes
/// memory.
pub(crate) const STACK_SIZE: usize = 64 << 20;

/// The threads that share the work of one question or one loading.
pub(crate) fn pool() -> &'static ThreadPool {
    static POOL: OnceLock<ThreadPool> = OnceLock::new();
    POOL.get_or_init(|| {
        let builder = rayon::ThreadPoolBuilder::new().stack_size(STACK_SIZE);
        builder.thread_name(|index| format!("rust-{index}")).build().expect("the system can start threads")
    })
}
