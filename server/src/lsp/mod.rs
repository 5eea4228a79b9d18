//! The language server.
//!
//! ```text
//!   transport ──▶ order ──▶ tower-lsp-server's router ──▶ handlers ──▶ host
//! ```
//!
//! - [`transport`] reads and writes messages, and survives whatever a client sends.
//! - [`order`] applies changes of documents in the order in which they arrive, before anything that
//!   arrives later is looked at.
//! - [`session`] is one client: its capabilities, its host, how a question is asked.
//! - [`registration`] tells the client which language has which feature.
//! - [`handlers`] has a file for each group of requests.
//! - [`watch`], [`folder_watch`] see files change on disk: through the client, or by ourselves.
//! - [`embedded`] gives the engines what a document holds of other languages.
//! - [`linting`] shows what other programs find when a file is saved.
//! - [`convert`] turns offsets into the client's positions and back.

mod capabilities;
mod convert;
mod diagnostics;
mod documents;
mod embedded;
mod folder_watch;
pub(crate) mod handlers;
mod linting;
mod order;
mod progress;
mod registration;
pub(crate) mod session;
mod transport;
mod uri;
mod watch;

use std::net::IpAddr;
use std::process::ExitCode;

use anyhow::Context as _;
use tokio::net::TcpListener;

use crate::{http, threads};
use session::Sessions;

/// Serves one client on standard input and output until it goes.
pub(crate) fn serve_stdio(trusted: bool, http: Option<&http::Options>) -> anyhow::Result<ExitCode> {
    let runtime = runtime()?;
    let sessions = Sessions::default();
    if let Some(options) = http {
        runtime.block_on(http::start(options, sessions.clone()))?;
    }
    let ended = runtime.block_on(transport::serve(tokio::io::stdin(), tokio::io::stdout(), trusted, sessions));
    // A read of standard input may still wait; it must not hold the process.
    runtime.shutdown_background();
    Ok(if ended.properly { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Serves every client that connects, each with a session of its own, until the process is ended.
pub(crate) fn serve_tcp(
    host: IpAddr,
    port: u16,
    trusted: bool,
    http: Option<&http::Options>,
) -> anyhow::Result<ExitCode> {
    let runtime = runtime()?;
    runtime.block_on(async {
        let sessions = Sessions::default();
        if let Some(options) = http {
            http::start(options, sessions.clone()).await?;
        }
        let listener = TcpListener::bind((host, port)).await.with_context(|| {
            format!("cannot listen on {host} port {port}; choose another port, or 0 for a free one")
        })?;
        let address = listener.local_addr()?;
        crate::commands::say(&format!("listening on {address}"));
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    tracing::info!("{peer} connected");
                    let _ = stream.set_nodelay(true);
                    let (input, output) = stream.into_split();
                    tokio::spawn(transport::serve(input, output, trusted, sessions.clone()));
                }
                // One connection that fails is no reason to refuse the next.
                Err(error) => tracing::warn!("a connection failed: {error}"),
            }
        }
    })
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(threads::processors().max(2) * 4)
        .thread_stack_size(threads::ENGINE_STACK)
        .thread_name("montuno")
        .enable_all()
        .build()
        .context("the system gives no threads")
}
