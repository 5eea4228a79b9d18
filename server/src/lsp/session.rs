//! One client: what it can do, its host, how a question is asked on its behalf.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use montuno_base::{Change, FileId, FilePosition, Inputs, Language, TextRange};
use montuno_ide::{Arrival, Event, Host, Options, Refusal};
use montuno_semantic::cancel::{CancelFlag, Cancellable};
use montuno_semantic::engine::Snapshot;
use montuno_syntax::SyntaxTree;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp_server::{Client, ClientSocket, LanguageServer, LspService};

use super::capabilities::{self, ClientFacts};
use super::convert::{self, Converter, Names};
use super::diagnostics::DiagnosticsQueue;
use super::folder_watch::FolderWatch;
use super::linting::Lints;
use super::{embedded, handlers, progress, registration, uri, watch};
use crate::ai::Assistant;
use crate::configuration::{Configuration, Origin};
use crate::engines;
use crate::programs::Permission;

tokio::task_local! {
    /// The inputs of the moment when the request that this task answers arrived.
    pub(crate) static ARRIVAL: Arrival;
}

/// What all handlers of a session share.
pub(crate) type SharedSession = Arc<State>;

/// The state of a session.
pub(crate) struct State {
    pub client: Client,
    /// Everything that `initialize` brings. Set once.
    begun: OnceLock<Begun>,
    /// Whether `--trust` was given.
    trusted: bool,
    shut_down: AtomicBool,
    ended: Arc<AtomicBool>,
    /// How the client names open documents.
    names: Mutex<Names>,
    /// What other programs found when files were saved.
    pub lints: Mutex<Lints>,
    /// The last semantic tokens of each document and their result id, for deltas.
    pub tokens: Mutex<FxHashMap<FileId, (String, Vec<lsp::SemanticToken>)>>,
    /// What is registered with the client at the moment.
    pub registered: tokio::sync::Mutex<Vec<lsp::Registration>>,
    /// Where futures run.
    runtime: tokio::runtime::Handle,
    /// Where settings come from.
    pub configuration: Mutex<Configuration>,
    /// Of a client that watches no files.
    folder_watch: OnceLock<FolderWatch>,
}

struct Begun {
    facts: ClientFacts,
    host: Host,
    diagnostics: DiagnosticsQueue,
    assistant: Assistant,
}

/// The sessions of this process, for whoever serves others from them.
#[derive(Clone, Default)]
pub(crate) struct Sessions(Arc<Mutex<Vec<std::sync::Weak<State>>>>);

impl Sessions {
    pub(crate) fn add(&self, session: &SharedSession) {
        let mut all = self.0.lock();
        all.retain(|session| session.strong_count() > 0);
        all.push(Arc::downgrade(session));
    }

    /// Those that were begun and have not ended, the newest first.
    pub(crate) fn alive(&self) -> Vec<SharedSession> {
        let all = self.0.lock();
        let begun = all.iter().rev().filter_map(std::sync::Weak::upgrade);
        begun.filter(|session| session.is_initialized() && !session.has_ended()).collect()
    }
}

/// The server as tower-lsp-server sees it.
pub(crate) struct Session(pub SharedSession);

impl std::ops::Deref for Session {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

/// A new session: the service that answers, the client's side of it, and what both share.
pub(crate) fn start(trusted: bool) -> (LspService<Session>, ClientSocket, SharedSession) {
    let mut shared = None;
    let builder = LspService::build_with_lifecycle_methods(|client| {
        let state = Arc::new(State {
            client,
            begun: OnceLock::new(),
            trusted,
            shut_down: AtomicBool::new(false),
            ended: Arc::default(),
            names: Mutex::default(),
            lints: Mutex::default(),
            tokens: Mutex::default(),
            registered: tokio::sync::Mutex::default(),
            runtime: tokio::runtime::Handle::current(),
            configuration: Mutex::new(Configuration::default()),
            folder_watch: OnceLock::new(),
        });
        shared = Some(state.clone());
        Session(state)
    });
    let (service, socket) = handlers::register(builder).finish();
    (service, socket, shared.expect("the service is built from it"))
}

impl LanguageServer for Session {
    async fn initialize(&self, params: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        let facts = ClientFacts::of(&params);
        let roots = handlers::workspace::roots_of(&params);
        let trusted = self.trusted || facts.trusts_workspace;
        let (configuration, complaints) = Configuration::load(roots.first().map(AsRef::as_ref), facts.settings.clone());
        let mut inputs = Inputs::default();
        inputs.set_roots(roots);
        inputs.set_settings(configuration.settings().clone(), trusted);
        *self.configuration.lock() = configuration;

        let (observer, events) = tokio::sync::mpsc::unbounded_channel();
        let host = Host::new(
            inputs,
            Options {
                engines: engines::all(),
                cache_folder: montuno_base::cache::folder(),
                observer: Box::new(move |event: Event| {
                    // The session may have ended.
                    let _ = observer.send(event);
                }),
            },
        );
        progress::follow(self.0.clone(), events, complaints);
        let diagnostics = DiagnosticsQueue::start(Arc::downgrade(&self.0));
        let settings = host.inputs().settings;
        let told = Arc::downgrade(&self.0);
        let on_status = move || {
            if let Some(session) = told.upgrade() {
                session.status_changed();
            }
        };
        let assistant = Assistant::start(&settings.ai, on_status).map_err(|error| internal(&error.to_string()))?;
        let result = lsp::InitializeResult {
            capabilities: capabilities::of_server(&facts, &settings),
            server_info: Some(lsp::ServerInfo {
                name: "montuno".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        };
        if self.begun.set(Begun { facts, host, diagnostics, assistant }).is_err() {
            return Err(Error::invalid_request());
        }
        Ok(result)
    }

    async fn initialized(&self, _: lsp::InitializedParams) {
        watch::register(&self.0).await;
        if !self.facts().registers_watchers {
            self.folder_watch.get_or_init(|| FolderWatch::start(&self.0));
        }
        handlers::workspace::pull_configuration(&self.0).await;
        registration::refresh(&self.0).await;
        let (host, ended) = (self.host().clone(), self.ended.clone());
        // The index is wanted soon, but not before the first answer.
        tokio::spawn(async move {
            tokio::time::sleep(INDEX_DELAY).await;
            let indexing = tokio::task::spawn_blocking(move || host.index_names(&|| !ended.load(Ordering::Relaxed)));
            let _ = indexing.await;
        });
    }

    async fn shutdown(&self) -> Result<()> {
        self.shut_down.store(true, Ordering::Relaxed);
        Ok(())
    }
}

/// How long after the start the name index is made, if nobody asks for it before.
const INDEX_DELAY: std::time::Duration = std::time::Duration::from_secs(3);

impl State {
    pub(crate) fn is_initialized(&self) -> bool {
        self.begun.get().is_some()
    }

    pub(crate) fn is_shut_down(&self) -> bool {
        self.shut_down.load(Ordering::Relaxed)
    }

    /// The client is gone: whatever still works for it stops.
    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    fn begun(&self) -> &Begun {
        self.begun.get().expect("nothing is handled before `initialize`")
    }

    pub(crate) fn facts(&self) -> &ClientFacts {
        &self.begun().facts
    }

    pub(crate) fn host(&self) -> &Host {
        &self.begun().host
    }

    /// Other folders are watched than before, if we watch them.
    pub(crate) fn roots_changed(&self) {
        if let Some(watch) = self.folder_watch.get() {
            watch.roots_changed();
        }
    }

    /// What other programs may do on behalf of this client.
    pub(crate) fn permission(&self) -> Permission {
        let inputs = self.host().inputs();
        Permission { roots: inputs.roots.to_vec(), trusted: inputs.trusted }
    }

    pub(crate) fn diagnostics(&self) -> &DiagnosticsQueue {
        &self.begun().diagnostics
    }

    /// Completion by a model.
    pub(crate) fn assistant(&self) -> &Assistant {
        &self.begun().assistant
    }

    /// Sends `montuno/status` to a client that knows it.
    pub(crate) fn status_changed(self: &Arc<Self>) {
        let Some(begun) = self.begun.get() else { return };
        if begun.facts.extension.is_some() && !self.has_ended() {
            let session = self.clone();
            self.runtime.spawn(async move { handlers::extension::send_status(&session).await });
        }
    }

    /// The inputs of the moment when the current request arrived.
    pub(crate) fn arrival(&self) -> Arrival {
        ARRIVAL.try_with(Clone::clone).unwrap_or_else(|_| self.host().arrival())
    }

    // -- documents ---------------------------------------------------------------------

    /// The id of a document. A document that is no file (`untitled:`) stands for a file of its name in
    /// the first workspace folder.
    pub(crate) fn file(&self, uri: &lsp::Uri) -> FileId {
        self.file_in(uri, None)
    }

    /// As [`State::file`], for a document of a language that its name may not tell.
    pub(crate) fn file_in(&self, uri: &lsp::Uri, language: Option<Language>) -> FileId {
        let inputs = self.host().inputs();
        if let Some(path) = uri::to_path(uri) {
            let path = montuno_base::files::normalize(&path).unwrap_or(path);
            return inputs.files.id(&path);
        }
        if let Some((&file, _)) = self.names.lock().uris.iter().find(|(_, known)| *known == uri) {
            return file;
        }
        let name: String =
            uri.as_ref().chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect();
        let extension = language.map_or("txt", |language| language.extensions()[0]);
        let folder =
            inputs.roots.first().cloned().unwrap_or_else(|| std::env::temp_dir().try_into().unwrap_or_default());
        inputs.files.id(&folder.join(format!("{name}.{extension}")))
    }

    /// The text of a file as it was when the current request arrived. Of a file without a text: none.
    pub(crate) fn text(&self, file: FileId) -> Arc<str> {
        let arrival = ARRIVAL.try_with(Clone::clone).unwrap_or_else(|_| self.host().arrival());
        arrival.inputs().text(file).map(|source| source.text).unwrap_or_default()
    }

    /// The URI of a file: the client's own spelling, if the client has it open.
    pub(crate) fn uri(&self, file: FileId) -> lsp::Uri {
        let spelled = self.names.lock().uris.get(&file).cloned();
        spelled.unwrap_or_else(|| uri::from_path(&self.host().inputs().files.path(file)))
    }

    pub(crate) fn remember_uri(&self, file: FileId, uri: lsp::Uri) {
        self.names.lock().uris.insert(file, uri);
    }

    pub(crate) fn forget_uri(&self, file: FileId) {
        self.names.lock().uris.remove(&file);
        self.tokens.lock().remove(&file);
    }

    /// Gives the engines what a document holds of other languages, after it changed.
    pub(crate) fn follow_embedded(&self, inputs: &mut Inputs, file: FileId) -> Vec<Change> {
        embedded::follow(inputs, &mut self.names.lock(), file)
    }

    /// The file to ask about a place in a document: the document's, or the one that stands for the code there.
    pub(crate) fn file_at(&self, document: FileId, position: lsp::Position) -> FileId {
        let arrival = self.arrival();
        let inputs = arrival.inputs();
        let Some(open) = inputs.documents.get(document) else { return document };
        let offset = convert::offset(open.line_index(), self.facts().encoding, &open.text, position);
        embedded::file_at(inputs, &self.names.lock(), document, offset)
    }

    /// The files that stand for what a document holds of other languages.
    pub(crate) fn files_in(&self, document: FileId) -> Vec<FileId> {
        embedded::files_in(&self.names.lock(), document)
    }

    /// Whether a file stands for code in a document.
    pub(crate) fn is_embedded(&self, file: FileId) -> bool {
        self.names.lock().hosts.contains_key(&file)
    }

    /// Puts the settings in force, as the configuration has them now.
    pub(crate) fn apply_settings(&self, layer: Option<(Origin, serde_json::Value)>) -> Vec<String> {
        let mut configuration = self.configuration.lock();
        let complaints = layer.map(|(origin, value)| configuration.set(origin, value)).unwrap_or_default();
        let settings = configuration.settings().clone();
        drop(configuration);
        self.assistant().configure(&settings.ai);
        self.host().change(|inputs| {
            let trusted = inputs.trusted;
            (*inputs.settings != settings).then(|| inputs.set_settings(settings, trusted))
        });
        complaints
    }

    // -- asking ------------------------------------------------------------------------

    /// Asks about a place in a document. An unknown document, or one that no engine answers for, has the
    /// empty answer.
    ///
    /// # Errors
    /// What LSP wants the client to know: cancelled, content modified, a fault.
    pub(crate) async fn ask_at<T: Default + Send + 'static>(
        &self,
        at: lsp::TextDocumentPositionParams,
        question: impl Fn(&dyn Snapshot, &Converter<'_>, FilePosition) -> Cancellable<T> + Send + 'static,
    ) -> Result<T> {
        let file = self.file_at(self.file(&at.text_document.uri), at.position);
        self.ask(file, move |snapshot, convert| {
            let offset = convert.offset(file, at.position);
            question(snapshot, convert, FilePosition { file, offset })
        })
        .await
    }

    /// Asks about a range of a document; otherwise as [`State::ask_at`].
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn ask_range<T: Default + Send + 'static>(
        &self,
        document: lsp::TextDocumentIdentifier,
        range: lsp::Range,
        question: impl Fn(&dyn Snapshot, &Converter<'_>, FileId, TextRange) -> Cancellable<T> + Send + 'static,
    ) -> Result<T> {
        let whole = self.file(&document.uri);
        let (first, last) = (self.file_at(whole, range.start), self.file_at(whole, range.end));
        // What goes over a boundary is about the document.
        let file = if first == last { first } else { whole };
        self.ask(file, move |snapshot, convert| question(snapshot, convert, file, convert.text_range(file, range)))
            .await
    }

    /// Asks about a document; otherwise as [`State::ask_at`].
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn ask<T: Default + Send + 'static>(
        &self,
        file: FileId,
        question: impl Fn(&dyn Snapshot, &Converter<'_>) -> Cancellable<T> + Send + 'static,
    ) -> Result<T> {
        let arrival = ARRIVAL.try_with(Clone::clone).unwrap_or_else(|_| self.host().arrival());
        let (host, encoding) = (self.host().clone(), self.facts().encoding);
        let names = self.names.lock().clone();
        self.blocking(move |cancel| {
            host.ask(&arrival, file, cancel, |snapshot| {
                let convert = Converter::new(snapshot.context(), encoding, &names);
                question(snapshot, &convert)
            })
        })
        .await
    }

    /// Asks about a document; while its project is loaded, its syntax tree. Otherwise as
    /// [`State::ask_at`].
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn ask_or_syntax<P, T: Default + Send + 'static>(
        &self,
        file: FileId,
        question: impl Fn(&dyn Snapshot) -> Cancellable<P> + Send + 'static,
        syntax: impl Fn(&SyntaxTree) -> P + Send + 'static,
        show: impl Fn(&Converter<'_>, P) -> T + Send + 'static,
    ) -> Result<T> {
        let arrival = ARRIVAL.try_with(Clone::clone).unwrap_or_else(|_| self.host().arrival());
        let (host, encoding) = (self.host().clone(), self.facts().encoding);
        let names = self.names.lock().clone();
        self.blocking(move |cancel| {
            let from_syntax = host.ask_syntax(&arrival, file, |tree, context| {
                show(&Converter::new(context, encoding, &names), syntax(tree))
            })?;
            if let Some(answer) = from_syntax {
                return Ok(answer);
            }
            host.ask(&arrival, file, cancel, |snapshot| {
                let answer = question(snapshot)?;
                Ok(show(&Converter::new(snapshot.context(), encoding, &names), answer))
            })
        })
        .await
    }

    /// Asks every engine that has something to say.
    ///
    /// # Errors
    /// As [`State::ask_at`].
    pub(crate) async fn ask_all<T: Send + 'static>(
        &self,
        question: impl Fn(&dyn Snapshot, &Converter<'_>) -> Cancellable<Vec<T>> + Send + 'static,
    ) -> Result<Vec<T>> {
        self.ask_engines_of(Language::ALL.to_vec(), question).await
    }

    /// As [`State::ask_all`], of the engines that answer for one of these languages.
    ///
    /// # Errors
    /// As [`State::ask_at`].
    pub(crate) async fn ask_engines_of<T: Send + 'static>(
        &self,
        languages: Vec<Language>,
        question: impl Fn(&dyn Snapshot, &Converter<'_>) -> Cancellable<Vec<T>> + Send + 'static,
    ) -> Result<Vec<T>> {
        let (host, encoding) = (self.host().clone(), self.facts().encoding);
        let names = self.names.lock().clone();
        self.blocking(move |cancel| {
            host.ask_engines_of(&languages, cancel, |snapshot| {
                let convert = Converter::new(snapshot.context(), encoding, &names);
                question(snapshot, &convert)
            })
        })
        .await
    }

    /// Does work on a thread for work. When the future is dropped, because the client cancelled, the
    /// work is told to stop.
    async fn blocking<T: Default + Send + 'static>(
        &self,
        work: impl FnOnce(&CancelFlag) -> std::result::Result<T, Refusal> + Send + 'static,
    ) -> Result<T> {
        let cancel = CancelFlag::default();
        let guard = CancelOnDrop(cancel.clone());
        let busy = self.assistant().busy();
        let answer = tokio::task::spawn_blocking(move || {
            let _busy = busy;
            work(&cancel)
        });
        let answer = answer.await;
        drop(guard);
        match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(Refusal::NotAnalysed)) => Ok(T::default()),
            Ok(Err(Refusal::ContentModified)) => Err(Error::content_modified()),
            Ok(Err(Refusal::Cancelled)) => Err(Error::request_cancelled()),
            Ok(Err(Refusal::Fault(reason))) => Err(internal(&reason)),
            Err(error) => Err(internal(&error.to_string())),
        }
    }
}

/// Tells work to stop when nobody waits for it any more.
struct CancelOnDrop(CancelFlag);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

fn internal(reason: &str) -> Error {
    let message = format!("this request failed, the next ones are not affected: {reason}");
    Error { code: ErrorCode::InternalError, message: message.into(), data: None }
}
