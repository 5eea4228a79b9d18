//! One debugging session: a client on one side, a debugger (and its children) on the other.
//!
//! One task owns the session and looks at one message at a time, so what is said in an order stays in it. What
//! goes to the client waits until the client reads it, and the debugger waits with it: a program that prints
//! without end fills no memory. What goes to a debugger never waits, since a client asks only so much, and a
//! debugger that is busy printing must not be waited for by the one that it waits for.
//!
//! | module | subject |
//! | --- | --- |
//! | [`requests`] | what the client asks |
//! | [`debugger`] | what the debugger says |
//! | [`beginning`] | from `launch` to `configurationDone` |
//! | [`family`] | a debugger's child sessions as one session |
//! | [`panics`] | the exception filter for Rust's panics |
//! | [`ending`] | how a session ends, and that nothing of it stays behind |

mod beginning;
mod debugger;
mod ending;
mod family;
mod panics;
mod requests;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::backend::Backend;
use crate::backend::process::Mark;
use crate::backend::start::{Complaints, Connection, Reader, Writer};
use crate::codec::{self, Incoming};
use crate::launch::{Debuggers, Note, Prepared};
use crate::message::{Kind, Message};
use crate::settings::DebugSettings;

/// How many messages wait for a client that does not read. Each is a small one, as a rule.
const WAITING_FOR_CLIENT: usize = 64;

/// How many messages of a debugger wait for the session.
const WAITING_FOR_SESSION: usize = 64;

/// How long any answer of a debugger may take: shorter than the 20 seconds after which Helix gives up.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long a program has to print nothing, after its end, before that is believed to be all.
const QUIET: Duration = Duration::from_millis(60);

/// How long `launch` stays unanswered while the debugger has not answered it: shorter than the 4 seconds after
/// which nvim-dap warns.
const LAUNCH_PATIENCE: Duration = Duration::from_secs(3);

/// What every session of a server has in common.
#[derive(Clone, Debug)]
pub struct Options {
    /// The settings.
    pub settings: DebugSettings,
    /// Where debuggers come from.
    pub debuggers: Arc<dyn Debuggers>,
}

/// Serves one client until it goes. Afterwards nothing that the session started runs any more.
pub async fn serve<I, O>(input: I, output: O, options: Options)
where
    I: AsyncRead + Unpin + Send + 'static,
    O: AsyncWrite + Unpin + Send + 'static,
{
    let (send, receive) = mpsc::channel(WAITING_FOR_CLIENT);
    let writer = tokio::spawn(write_all(Box::new(output), Queue::Bounded(receive)));
    let (arrived, from_client) = mpsc::channel(WAITING_FOR_SESSION);
    let reader = tokio::spawn(read_all(Box::new(input), arrived, 0));
    let (notes, from_preparation) = mpsc::unbounded_channel();
    let (to_session, from_debuggers) = mpsc::channel(WAITING_FOR_SESSION);
    let session = Session {
        client: Client { seq: 0, send, initialize: Value::Null, gone: false },
        options,
        mark: Mark::new(),
        phase: Phase::Fresh,
        preparation: None,
        notes,
        to_session,
        peers: Vec::new(),
        waiting: VecDeque::new(),
        pending: BTreeMap::new(),
        reverse: HashMap::new(),
        launch: None,
        configuration: family::Configuration::default(),
        panics: panics::Panics::default(),
        program: None,
        ending: None,
        runs_only: false,
        terminated: false,
        progress: 0,
    };
    session.run(from_client, from_debuggers, from_preparation).await;
    reader.abort();
    let _ = tokio::time::timeout(Duration::from_secs(1), writer).await;
}

/// How far a session is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Phase {
    /// Nothing was asked.
    Fresh,
    /// `initialize` was answered.
    Initialized,
    /// The program is built and the debugger started.
    Preparing,
    /// The debugger is there, and was given the program.
    Starting,
    /// The client sets its breakpoints, or has done so.
    Running,
}

/// A session.
struct Session {
    client: Client,
    options: Options,
    mark: Mark,
    phase: Phase,
    preparation: Option<JoinHandle<()>>,
    notes: mpsc::UnboundedSender<Note>,
    to_session: mpsc::Sender<(usize, Option<Incoming>)>,
    /// The debugger, then its child sessions.
    peers: Vec<Peer>,
    /// What the client asked before the debugger was there.
    waiting: VecDeque<Message>,
    /// What a debugger was asked and has not answered, by the debugger and the request's number.
    pending: BTreeMap<(usize, i64), Pending>,
    /// What a debugger asked of the client: by our number, the debugger and its number.
    reverse: HashMap<i64, (usize, i64)>,
    /// `launch` or `attach`, as long as it is not answered.
    launch: Option<(Message, Option<Instant>)>,
    /// What the client set, for child sessions that come later.
    configuration: family::Configuration,
    panics: panics::Panics,
    program: Option<Program>,
    ending: Option<ending::Ending>,
    /// Whether the program is run without debugging.
    runs_only: bool,
    /// Whether the client was told that the program has ended.
    terminated: bool,
    progress: u64,
}

/// What is debugged.
#[derive(Clone, Debug)]
struct Program {
    /// Whether the session started it, rather than to attach to it.
    is_ours: bool,
}

/// The client's side.
struct Client {
    seq: i64,
    send: mpsc::Sender<Message>,
    /// The arguments of `initialize`.
    initialize: Value,
    gone: bool,
}

impl Client {
    /// Sends a message, and waits until there is room for it. Returns its number.
    async fn send(&mut self, mut message: Message) -> i64 {
        self.seq += 1;
        message.set("seq", self.seq);
        if self.send.send(message).await.is_err() {
            self.gone = true;
        }
        self.seq
    }

    async fn event(&mut self, name: &str, body: &Value) {
        self.send(Message::event(name, body)).await;
    }

    /// Prints a line in the client's console.
    async fn print(&mut self, category: &str, text: &str) {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        self.event("output", &json!({ "category": category, "output": format!("{text}{end}") })).await;
    }

    fn supports(&self, what: &str) -> bool {
        self.initialize[what] == true
    }

    /// The number of the first line.
    fn first_line(&self) -> i64 {
        i64::from(self.initialize["linesStartAt1"] != false)
    }
}

/// A debugger, or one of its child sessions.
struct Peer {
    backend: Backend,
    seq: i64,
    send: mpsc::UnboundedSender<Message>,
    capabilities: Value,
    child: Option<tokio::process::Child>,
    port: Option<u16>,
    complaints: Complaints,
    /// Takes events that have to come after what the program prints beside the protocol.
    held: Option<mpsc::UnboundedSender<Message>>,
    reader: JoinHandle<()>,
    /// The request that gives it its program, and its arguments.
    start: (String, Message),
    is_initialized: bool,
    gone: bool,
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// A request that a debugger has not answered.
struct Pending {
    purpose: Purpose,
    until: Instant,
}

/// What an answer is for.
enum Purpose {
    /// The client's request, as the client sent it.
    Client(Message),
    /// One of several answers that are put together.
    Part(Message),
    /// `initialize`, which we send.
    Initialize,
    /// `launch` or `attach`.
    Start,
    /// What is said to a child session that comes later.
    Replay(family::Replay),
    /// The breakpoint for panics.
    PanicBreakpoint,
    /// Ours; the answer is of no interest.
    Nothing,
    /// The stack at a panic, whose event waits for it.
    Panic(Message),
    /// Nobody waits any more.
    Abandoned,
}

/// What a queue of messages is read from.
enum Queue {
    Bounded(mpsc::Receiver<Message>),
    Unbounded(mpsc::UnboundedReceiver<Message>),
}

impl Queue {
    async fn next(&mut self) -> Option<Message> {
        match self {
            Self::Bounded(queue) => queue.recv().await,
            Self::Unbounded(queue) => queue.recv().await,
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Bounded(queue) => queue.is_empty(),
            Self::Unbounded(queue) => queue.is_empty(),
        }
    }
}

async fn write_all(mut output: Writer, mut queue: Queue) {
    while let Some(message) = queue.next().await {
        let written = async {
            codec::write(&mut output, &message).await?;
            // Several small messages in one system call.
            if queue.is_empty() { output.flush().await } else { Ok(()) }
        };
        if let Err(error) = written.await {
            tracing::debug!("nobody reads any more: {error}");
            return;
        }
    }
    let _ = output.shutdown().await;
}

async fn read_all(input: Reader, send: mpsc::Sender<(usize, Option<Incoming>)>, peer: usize) {
    let mut input = BufReader::with_capacity(64 << 10, input);
    loop {
        let incoming = codec::read(&mut input).await;
        let is_end = incoming.is_none();
        if send.send((peer, incoming)).await.is_err() || is_end {
            return;
        }
    }
}

/// Tells the session what a program prints beside the protocol, and then events that were held back for it.
async fn tell_printed(
    mut printed: mpsc::Receiver<(&'static str, String)>,
    mut held: mpsc::UnboundedReceiver<Message>,
    to_session: mpsc::Sender<(usize, Option<Incoming>)>,
    peer: usize,
) {
    let output = |(category, text): (&str, String)| {
        let event = Message::event("output", &json!({ "category": category, "output": text }));
        to_session.send((peer, Some(Incoming::Message(event))))
    };
    let mut is_open = true;
    loop {
        tokio::select! {
            biased;
            line = printed.recv(), if is_open => match line {
                Some(line) => if output(line).await.is_err() { return },
                None => is_open = false,
            },
            event = held.recv() => {
                let Some(event) = event else { return };
                // The program has ended; what it wrote last may still be on the way.
                while is_open && let Ok(Some(line)) = tokio::time::timeout(QUIET, printed.recv()).await {
                    if output(line).await.is_err() {
                        return;
                    }
                }
                if to_session.send((peer, Some(Incoming::Message(event)))).await.is_err() {
                    return;
                }
            }
        }
    }
}

impl Session {
    async fn run(
        mut self,
        mut from_client: mpsc::Receiver<(usize, Option<Incoming>)>,
        mut from_debuggers: mpsc::Receiver<(usize, Option<Incoming>)>,
        mut from_preparation: mpsc::UnboundedReceiver<Note>,
    ) {
        loop {
            let next = self.next_deadline();
            tokio::select! {
                incoming = from_client.recv() => match incoming {
                    Some((_, Some(Incoming::Message(message)))) => self.on_client(message).await,
                    Some((_, Some(Incoming::Bad(reason)))) => {
                        self.client.print("important", &format!("Montuno cannot read a message of the editor: {reason}")).await;
                    }
                    Some((_, None)) | None => {
                        self.client.gone = true;
                        break;
                    }
                },
                Some((peer, incoming)) = from_debuggers.recv() => match incoming {
                    Some(Incoming::Message(message)) => self.on_debugger(peer, message).await,
                    Some(Incoming::Bad(reason)) => {
                        let backend = self.peers[peer].backend;
                        self.client.print("console", &format!("{backend} sent what is no message: {reason}")).await;
                    }
                    None => self.on_debugger_gone(peer).await,
                },
                Some(note) = from_preparation.recv() => self.on_note(note).await,
                () = tokio::time::sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => self.on_deadline().await,
            }
            if self.client.gone || self.is_over() {
                break;
            }
        }
        // A debugger that cannot get rid of what it has to say does not end.
        tokio::spawn(async move { while from_debuggers.recv().await.is_some() {} });
        self.end().await;
    }

    /// When something has waited long enough.
    fn next_deadline(&self) -> Option<Instant> {
        let pending = self.pending.values().map(|pending| pending.until);
        let launch = self.launch.as_ref().and_then(|(_, until)| *until);
        pending.chain(launch).chain(self.ending.as_ref().map(|ending| ending.until)).min()
    }

    async fn on_deadline(&mut self) {
        let now = Instant::now();
        if self.launch.as_ref().is_some_and(|(_, until)| until.is_some_and(|until| until <= now)) {
            self.answer_launch().await;
        }
        let late: Vec<(usize, i64)> =
            self.pending.iter().filter(|(_, pending)| pending.until <= now).map(|(key, _)| *key).collect();
        for key in late {
            self.on_late(key).await;
        }
    }

    /// Answers what a debugger did not answer in time.
    async fn on_late(&mut self, key: (usize, i64)) {
        let Some(mut pending) = self.pending.remove(&key) else { return };
        let backend = self.peers[key.0].backend;
        let purpose = std::mem::replace(&mut pending.purpose, Purpose::Abandoned);
        match purpose {
            // A child that does not say its threads is left out.
            Purpose::Part(_) => self.answer_parts().await,
            Purpose::Client(request) => {
                let answer = late_answer(backend, &request, self.options.settings.patience());
                if !answer.succeeded() {
                    tracing::warn!("{backend} does not answer {}", request.command());
                }
                self.client.send(answer).await;
                // A debugger that is stuck must still be able to be left.
                if matches!(request.command().as_str(), "disconnect" | "terminate") {
                    self.finish_now().await;
                }
            }
            Purpose::Initialize => {
                self.give_up(&format!("{backend} does not answer: it was started, and hangs")).await;
            }
            Purpose::Panic(event) => {
                self.client.send(event).await;
            }
            Purpose::Start | Purpose::Replay(_) | Purpose::PanicBreakpoint | Purpose::Nothing | Purpose::Abandoned => {
                return;
            }
        }
        if !self.client.gone {
            pending.until = Instant::now() + Duration::from_secs(600);
            self.pending.insert(key, pending);
        }
    }

    /// Sends a request to a debugger. Returns where it stands in `pending`.
    fn ask(&mut self, peer: usize, mut message: Message, purpose: Purpose) -> (usize, i64) {
        let patience = match &purpose {
            Purpose::Client(request) => patience_for(request, self.options.settings.patience()),
            // A program may be started on the way, or the client may take its time to configure.
            Purpose::Start => Duration::from_secs(24 * 60 * 60),
            _ => PATIENCE,
        };
        let debugger = &mut self.peers[peer];
        debugger.seq += 1;
        message.set("seq", debugger.seq);
        let key = (peer, debugger.seq);
        self.pending.insert(key, Pending { purpose, until: Instant::now() + patience });
        let _ = debugger.send.send(message);
        key
    }

    /// Sends the answer or the event of a client to a debugger.
    fn tell(&mut self, peer: usize, mut message: Message) {
        let debugger = &mut self.peers[peer];
        debugger.seq += 1;
        message.set("seq", debugger.seq);
        let _ = debugger.send.send(message);
    }

    /// Takes in a debugger that was connected to. Returns its place.
    fn add_peer(&mut self, backend: Backend, connection: Connection, start: (String, Message)) -> usize {
        let peer = self.peers.len();
        let (send, receive) = mpsc::unbounded_channel();
        tokio::spawn(write_all(connection.writer, Queue::Unbounded(receive)));
        let reader = tokio::spawn(read_all(connection.reader, self.to_session.clone(), peer));
        let held = connection.printed.map(|printed| {
            let (held, events) = mpsc::unbounded_channel();
            tokio::spawn(tell_printed(printed, events, self.to_session.clone(), peer));
            held
        });
        self.peers.push(Peer {
            backend,
            seq: 0,
            send,
            capabilities: Value::Null,
            child: connection.child,
            port: connection.port,
            complaints: connection.complaints,
            held,
            reader,
            start,
            is_initialized: false,
            gone: false,
        });
        peer
    }
}

/// How long the debugger may take to answer a client's request.
fn patience_for(request: &Message, for_values: Duration) -> Duration {
    match request.command().as_str() {
        "variables" | "scopes" | "completions" | "setVariable" | "setExpression" | "exceptionInfo" => {
            for_values.min(PATIENCE)
        }
        // What somebody types may call a function, and that may take its time.
        "evaluate" if request.value("arguments")["context"] == "repl" => PATIENCE,
        "evaluate" => for_values.min(PATIENCE),
        _ => PATIENCE,
    }
}

/// What stands in for an answer that did not come.
fn late_answer(backend: Backend, request: &Message, patience: Duration) -> Message {
    let seconds = patience.min(PATIENCE).as_secs();
    let note = format!("<{backend} did not show this within {seconds} s>");
    match request.command().as_str() {
        "variables" => {
            let variable = json!({ "name": "…", "value": note, "variablesReference": 0 });
            Message::response(request, &json!({ "variables": [variable] }))
        }
        "scopes" => Message::response(request, &json!({ "scopes": [] })),
        "completions" => Message::response(request, &json!({ "targets": [] })),
        "evaluate" if request.value("arguments")["context"] != "repl" => {
            Message::response(request, &json!({ "result": note, "variablesReference": 0 }))
        }
        "disconnect" | "terminate" | "cancel" => Message::response(request, &Value::Null),
        command => Message::failure(request, &format!("{backend} did not answer `{command}` in time")),
    }
}

#[cfg(test)]
mod tests;
