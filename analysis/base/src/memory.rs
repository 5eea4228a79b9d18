//! The memory of this process, as its allocator keeps it.
//!
//! An engine makes and drops millions of small things on several threads. The C library of most Linux systems
//! gives each thread a heap of its own and keeps what is freed in it: that is fast, and holds on to hundreds of
//! megabytes that nobody uses. Elsewhere these functions do nothing.

/// Has threads share few heaps: two, or one for each four processors. To be called before threads are started.
///
/// Two rather than one: most of the time one thread answers while another reads or builds ahead.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "a setting of the allocator, two numbers")]
pub fn share_heaps() {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let heaps = libc::c_int::try_from(processors / 4).unwrap_or(libc::c_int::MAX).max(2);
    // SAFETY: any number is a valid value of this setting; no other thread runs yet.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, heaps) };
}

/// Gives memory that is free back to the system. Takes some milliseconds for each hundred megabytes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "a request to the allocator, without arguments that could be wrong")]
pub fn give_back() {
    // SAFETY: it only returns pages that hold nothing, under the allocator's own lock.
    unsafe { libc::malloc_trim(0) };
}

/// Nothing: the allocator does it by itself.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn share_heaps() {}

/// Nothing: the allocator does it by itself.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back() {}
