//! `montuno dap`: one debug adapter for every language.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use montuno_debug::launch::Installed;
use montuno_debug::serve;
use montuno_debug::session::Options;

use super::{note, say, workspace};
use crate::cli::{self, Dap};

pub(crate) fn run(options: &Dap) -> anyhow::Result<ExitCode> {
    let session = session_options(&options.workspace)?;
    let address = options.listen.or_else(|| Some(SocketAddr::from((Ipv4Addr::LOCALHOST, options.port?))));
    let runtime = runtime()?;
    match address {
        Some(address) => {
            if !address.ip().is_loopback() {
                note(&format!("montuno: whoever can reach {address} can run programs as you on this machine"));
            }
            runtime
                .block_on(serve::listen(address, session, |address| say(&format!("listening on {address}"))))
                .with_context(|| format!("cannot listen on {address}; choose another port, or 0 for a free one"))?;
        }
        None => runtime.block_on(serve::stdio(session)),
    }
    // A read of standard input may still wait; it must not hold the process.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

/// What all sessions have in common, by the settings of the workspace.
pub(crate) fn session_options(options: &cli::Workspace) -> anyhow::Result<Options> {
    let root = workspace::root_of(options)?;
    let settings = workspace::configuration(&root, options)?.settings().debug.clone();
    Ok(Options { settings: settings.into(), debuggers: Arc::new(Installed) })
}

pub(crate) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("montuno-dap")
        .enable_all()
        .build()
        .context("the system gives no threads")
}
