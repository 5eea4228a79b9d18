//! How much memory this process uses.

/// The most memory that was resident so far, in bytes. `None` where the system does not say.
#[cfg(unix)]
#[allow(unsafe_code, reason = "the system call fills a structure that is ours")]
pub(crate) fn peak() -> Option<u64> {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the pointer is valid for a write of this type, and all zeros are a valid value of it.
    let usage = unsafe {
        if libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) != 0 {
            return None;
        }
        usage.assume_init()
    };
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    u64::try_from(usage.ru_maxrss).ok().map(|value| value * unit)
}

/// The most memory that was resident so far, in bytes. `None` where the system does not say.
#[cfg(not(unix))]
pub(crate) fn peak() -> Option<u64> {
    None
}
