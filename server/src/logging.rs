//! What is logged where.
//!
//! Standard output belongs to the protocol or the report. The log goes to the file of `--log`, else to
//! standard error; how much of it, `RUST_LOG` says (`info`, `montuno=debug`, …).

use std::fs::OpenOptions;

use montuno_base::Utf8Path;
use tracing_subscriber::EnvFilter;

/// Starts the log. Cannot fail: without a place for it there is none, and a line says so.
pub(crate) fn start(file: Option<&Utf8Path>) {
    let default = if file.is_some() { "montuno=info,warn" } else { "error" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_target(true);
    match file.map(|path| (path, OpenOptions::new().create(true).append(true).open(path))) {
        Some((_, Ok(opened))) => builder.with_ansi(false).with_writer(std::sync::Mutex::new(opened)).init(),
        Some((path, Err(error))) => {
            builder.with_writer(std::io::stderr).init();
            tracing::error!("the log file {path} cannot be written, the log goes to standard error: {error}");
        }
        None => builder.with_writer(std::io::stderr).init(),
    }
    // A panic is an entry of the log like any other; the host turns it into an error of one request.
    std::panic::set_hook(Box::new(|panic| {
        let backtrace = std::backtrace::Backtrace::capture();
        tracing::error!("panic: {panic}\n{backtrace}");
    }));
}
