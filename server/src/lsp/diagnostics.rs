//! Findings for the editor: sent by the server, or fetched by clients that would rather fetch.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Weak;
use std::time::Duration;

use montuno_base::{Feature, FileId};
use montuno_semantic::diagnostic::rules;
use montuno_semantic::engine::Snapshot;
use montuno_semantic::{Cancellable, Severity};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::Result;

use super::convert::Converter;
use super::session::{Session, State};
use super::{handlers, linting, registration};

/// How long nobody must have typed before findings are looked for.
const QUIET: Duration = Duration::from_millis(120);

/// What the queue is told.
enum Message {
    Changed(FileId),
    Everything,
    Closed(FileId, lsp::Uri),
    Saved(FileId),
    AskConfiguration,
}

/// Looks for findings after changes, on a task of its own.
pub(crate) struct DiagnosticsQueue {
    send: UnboundedSender<Message>,
}

impl DiagnosticsQueue {
    /// A queue for a session. It ends with the session.
    pub(crate) fn start(session: Weak<State>) -> Self {
        let (send, receive) = unbounded_channel();
        tokio::spawn(work(session, receive));
        Self { send }
    }

    /// A document changed: its findings and those of the other open ones may be others now.
    pub(crate) fn schedule(&self, file: FileId) {
        let _ = self.send.send(Message::Changed(file));
    }

    /// A document was saved: other programs may have something to say of it.
    pub(crate) fn saved(&self, file: FileId) {
        let _ = self.send.send(Message::Saved(file));
    }

    /// Something that all documents depend on changed.
    pub(crate) fn schedule_all(&self) {
        let _ = self.send.send(Message::Everything);
    }

    /// A document was closed: the editor shall show nothing for it any more.
    pub(crate) fn close(&self, file: FileId, uri: lsp::Uri) {
        let _ = self.send.send(Message::Closed(file, uri));
    }

    /// The client wants to be asked for its settings.
    pub(crate) fn ask_configuration(&self) {
        let _ = self.send.send(Message::AskConfiguration);
    }
}

async fn work(session: Weak<State>, mut messages: UnboundedReceiver<Message>) {
    let mut sent: BTreeMap<FileId, u64> = BTreeMap::new();
    let mut waiting: BTreeSet<FileId> = BTreeSet::new();
    loop {
        let first = if waiting.is_empty() { messages.recv().await } else { messages.try_recv().ok() };
        let Some(state) = session.upgrade().filter(|state| !state.has_ended()) else { return };
        if first.is_none() && waiting.is_empty() {
            return;
        }
        let mut everything = false;
        let mut next = first;
        while let Some(message) = next {
            match message {
                Message::Changed(file) => {
                    waiting.insert(file);
                }
                Message::Everything => everything = true,
                Message::Closed(file, uri) => {
                    waiting.remove(&file);
                    if sent.remove(&file).is_some() {
                        state.client.publish_diagnostics(uri, Vec::new(), None).await;
                    }
                }
                Message::Saved(file) => {
                    waiting.insert(file);
                    linting::saved(&state, file);
                }
                Message::AskConfiguration => {
                    handlers::workspace::pull_configuration(&state).await;
                    everything = true;
                }
            }
            next = tokio::time::timeout(QUIET, messages.recv()).await.ok().flatten();
        }
        if everything {
            // Settings may have switched features on or off.
            registration::refresh(&state).await;
        }
        if state.facts().pulls_diagnostics {
            waiting.clear();
            if everything {
                // A client that does not know the request says so; it will ask in its own time.
                let _ = state.client.workspace_diagnostic_refresh().await;
            }
            continue;
        }
        // What changed comes first, then what may depend on it.
        let documents = state.host().inputs().documents;
        let mut order: Vec<FileId> = waiting.iter().copied().filter(|&file| documents.get(file).is_some()).collect();
        let mut others: Vec<FileId> =
            documents.iter().map(|(file, _)| file).filter(|file| !waiting.contains(file)).collect();
        // What stands for code in a document is shown with that.
        others.retain(|&file| !state.is_embedded(file));
        others.sort();
        order.extend(others);
        waiting.clear();
        for file in order {
            publish(&state, file, &mut sent).await;
            if !messages.is_empty() {
                break;
            }
        }
    }
}

async fn publish(state: &State, file: FileId, sent: &mut BTreeMap<FileId, u64>) {
    let Some(version) = state.host().inputs().documents.get(file).map(|document| document.version) else { return };
    let found = all_findings(state, file).await;
    // A change in between brings its own message.
    let Ok(found) = found else { return };
    let mark = fingerprint(&found);
    let clean_and_new = found.is_empty() && !sent.contains_key(&file);
    if sent.insert(file, mark) != Some(mark) || clean_and_new {
        state.client.publish_diagnostics(state.uri(file), found, Some(version)).await;
    }
}

/// The findings of a document: its own, those of other programs, and what cannot be parsed of the code in it.
async fn all_findings(state: &State, file: FileId) -> Result<Vec<lsp::Diagnostic>> {
    let by_others = state.lints.lock().of(file, &state.text(file));
    let mut found = state
        .ask(file, move |snapshot, convert| {
            let mut found = findings(snapshot, convert, file)?;
            found.extend(linting::shown(snapshot, convert, file, &by_others));
            Ok(found)
        })
        .await?;
    for part in state.files_in(file) {
        let in_part = state.ask(part, move |snapshot, convert| code_findings(snapshot, convert, part)).await?;
        found.extend(in_part);
    }
    Ok(found)
}

/// What is certainly wrong with code in a document. What it uses may come from elsewhere: from another script of the
/// page, from a block that was left out.
fn code_findings(snapshot: &dyn Snapshot, convert: &Converter<'_>, file: FileId) -> Cancellable<Vec<lsp::Diagnostic>> {
    let is_syntax = |finding: &lsp::Diagnostic| finding.code == Some(lsp::Code::String(rules::SYNTAX_ERROR.to_owned()));
    // A block in a document is an example, and may be half of something.
    let is_page = snapshot.context().inputs.files.path(file).as_str().contains(".htm");
    let mut found = if is_page { findings(snapshot, convert, file)? } else { Vec::new() };
    found.retain(is_syntax);
    Ok(found)
}

/// The findings of a file as the client gets them.
fn findings(snapshot: &dyn Snapshot, convert: &Converter<'_>, file: FileId) -> Cancellable<Vec<lsp::Diagnostic>> {
    let all = &snapshot.context().inputs.settings;
    let is_on = snapshot.context().language(file).is_some_and(|language| all.has(language, Feature::Diagnostics));
    let settings = &all.diagnostics;
    if !settings.enabled || !is_on {
        return Ok(Vec::new());
    }
    let found = snapshot.diagnose(file)?;
    let found = found.iter().filter_map(|finding| {
        let severity = montuno_check::severity_of(finding, settings)?;
        let mut shown = convert.diagnostic(file, finding);
        shown.severity = Some(super::convert::severity(severity));
        // Unobtrusive findings without a way to draw them only clutter.
        (severity > Severity::Hint || shown.tags.is_some()).then_some(shown)
    });
    Ok(found.collect())
}

fn fingerprint(found: &[lsp::Diagnostic]) -> u64 {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(found).unwrap_or_default().hash(&mut hasher);
    hasher.finish()
}

/// `textDocument/diagnostic`.
pub(crate) async fn pull(
    session: &Session,
    params: lsp::DocumentDiagnosticParams,
) -> Result<lsp::DocumentDiagnosticReport> {
    let file = session.file(&params.text_document.uri);
    let found = all_findings(session, file).await?;
    let result_id = format!("{:016x}", fingerprint(&found));
    if params.previous_result_id.as_deref() == Some(&result_id) {
        let same = lsp::UnchangedDocumentDiagnosticReport { result_id };
        return Ok(lsp::RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: same,
        }
        .into());
    }
    Ok(lsp::RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: lsp::FullDocumentDiagnosticReport { result_id: Some(result_id), items: found },
    }
    .into())
}
