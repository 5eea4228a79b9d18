//! The order of things.
//!
//! `call` of a tower service runs in the order in which messages arrive; only the futures that it
//! returns interleave. So whatever changes a document happens in `call` itself, and each request takes
//! along the inputs of the moment when it arrived.

use futures_util::FutureExt as _;
use futures_util::future::{self, BoxFuture};
use tower::Service;
use tower_lsp_server::jsonrpc::{Request, Response};
use tower_lsp_server::{ExitedError, LspService};

use super::session::{ARRIVAL, Session, SharedSession};
use super::{documents, registration, watch};

/// Applies changes at once, and lets everything else through.
pub(crate) struct Ordered {
    inner: LspService<Session>,
    session: SharedSession,
}

impl Ordered {
    pub(crate) fn new(inner: LspService<Session>, session: SharedSession) -> Self {
        Self { inner, session }
    }

    /// Does what a notification says, if it is one of those that are done at once.
    fn apply(&self, request: &Request) -> bool {
        let Some(params) = request.params() else { return false };
        let applied = match request.method() {
            "textDocument/didOpen" => documents::did_open(&self.session, params),
            "textDocument/didChange" => documents::did_change(&self.session, params),
            "textDocument/didClose" => documents::did_close(&self.session, params),
            "textDocument/didSave" => documents::did_save(&self.session, params),
            "workspace/didChangeWatchedFiles" => watch::did_change_watched_files(&self.session, params),
            "workspace/didChangeWorkspaceFolders" => documents::did_change_workspace_folders(&self.session, params),
            "workspace/didChangeConfiguration" => documents::did_change_configuration(&self.session, params),
            _ => return false,
        };
        if let Err(error) = applied {
            tracing::warn!("{} is left out: {error}", request.method());
        }
        true
    }
}

impl Service<Request> for Ordered {
    type Response = Option<Response>;
    type Error = ExitedError;
    type Future = BoxFuture<'static, Result<Option<Response>, ExitedError>>;

    fn poll_ready(&mut self, context: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), ExitedError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if !self.session.is_initialized() {
            return self.inner.call(request);
        }
        if self.apply(&request) {
            return future::ready(Ok(None)).boxed();
        }
        if let Some(nothing) = registration::refusal(&self.session, &request) {
            return future::ready(Ok(Some(nothing))).boxed();
        }
        let arrival = self.session.host().arrival();
        ARRIVAL.scope(arrival, self.inner.call(request)).boxed()
    }
}
