//! Threads that engines run on.

/// The stack of a thread that an engine runs on, in bytes. Type checkers recurse along the text; the
/// system gives the memory only when it is touched.
pub(crate) const ENGINE_STACK: usize = 64 << 20;

/// How many processors there are for us.
pub(crate) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
