//! A debugger's child sessions as one session.
//!
//! js-debug opens a session for every process, and the first one only starts the others. A client that can have
//! child sessions gets them as such; for any other they are one session here. The first child's numbers stay as
//! they are, so that most sessions pass untouched; those of later children are moved by a constant for each, and
//! the first session's breakpoints are moved out of the way.

use super::*;

/// How far the numbers of each further child are moved.
const STRIDE: i64 = 10_000_000;

/// How far the breakpoints of the first session are moved: it has nothing else with a number.
const PARENT: i64 = 1_900_000_000;

/// What the client set up, for child sessions that come later.
#[derive(Default)]
pub(super) struct Configuration {
    /// Breakpoints by file, then function and exception breakpoints, as they were sent.
    messages: Vec<(String, Message)>,
    /// The client's own function breakpoints.
    pub(super) functions: Vec<Value>,
    /// Whether the client has said that it is done.
    pub(super) is_done: bool,
    /// Which number the client knows a breakpoint by: of a child, and its own.
    aliases: HashMap<(usize, i64), i64>,
    /// The numbers that the client was told for the breakpoints of a file.
    told: HashMap<String, Vec<Option<i64>>>,
    /// Answers that are put together.
    parts: Option<Parts>,
}

struct Parts {
    request: Message,
    /// The same, asked again before it was answered.
    others: Vec<Message>,
    missing: usize,
    threads: Vec<Value>,
}

/// What is said to a child session that comes later.
pub(super) enum Replay {
    /// Breakpoints of a file, by its key.
    Breakpoints(String),
    /// Anything else.
    Other,
}

impl Configuration {
    /// Keeps what was set, for each file the last.
    pub(super) fn remember(&mut self, command: &str, message: &Message) {
        let key = key_of(command, message);
        self.messages.retain(|(other, _)| *other != key);
        self.messages.push((key, message.clone()));
    }
}

fn key_of(command: &str, message: &Message) -> String {
    if command != "setBreakpoints" {
        return command.to_owned();
    }
    let source = &message.value("arguments")["source"];
    format!("setBreakpoints {}", source["path"].as_str().map_or_else(|| source.to_string(), str::to_owned))
}

impl Session {
    /// Whether there are child sessions.
    pub(super) fn has_family(&self) -> bool {
        self.peers.len() > 1
    }

    /// How far the numbers of a session are moved for the client.
    fn offset(&self, peer: usize) -> i64 {
        match peer {
            0 if self.peers[0].backend == Backend::JsDebug => PARENT,
            0 | 1 => 0,
            other => (other as i64 - 1) * STRIDE,
        }
    }

    /// The child sessions that are alive; without any, the debugger itself.
    fn children(&self) -> Vec<usize> {
        let alive: Vec<usize> =
            (1..self.peers.len()).filter(|&peer| !self.peers[peer].gone && self.peers[peer].is_initialized).collect();
        if alive.is_empty() { vec![0] } else { alive }
    }

    /// Which session a request is meant for: the numbers in it say it, else the newest that is alive.
    pub(super) fn peer_for(&self, request: &Message) -> usize {
        if !self.has_family() {
            return 0;
        }
        let arguments = request.value("arguments");
        let numbers = ["threadId", "frameId", "variablesReference", "targetId"];
        let number = numbers.iter().find_map(|name| arguments[*name].as_i64());
        let alive = self.children();
        let named = number.map(|number| usize::try_from(number / STRIDE).unwrap_or(0) + 1);
        named.filter(|peer| alive.contains(peer)).unwrap_or_else(|| *alive.last().unwrap_or(&0))
    }

    /// A request with the numbers of the session that it goes to.
    pub(super) fn for_peer(&self, peer: usize, request: &Message) -> Message {
        let mut message = request.clone();
        let offset = self.offset(peer);
        if offset != 0 && peer != 0 {
            let mut arguments = request.value("arguments");
            shift(&mut arguments, -offset);
            message.set("arguments", arguments);
        }
        message
    }

    /// Gives a message of a session the numbers by which the client knows things.
    pub(super) fn for_client(&self, peer: usize, message: &mut Message) {
        let offset = self.offset(peer);
        if offset == 0 || message.raw("body").is_none() {
            return;
        }
        let mut body = message.value("body");
        if !body.is_null() {
            shift(&mut body, offset);
            message.set("body", body);
        }
    }

    /// Sets breakpoints in every session; the first answers for all.
    pub(super) fn set_everywhere(&mut self, message: Message, request: Message) {
        let children = self.children();
        let mut request = Some(request);
        for peer in children {
            let purpose = request.take().map_or(Purpose::Nothing, Purpose::Client);
            self.ask(peer, message.clone(), purpose);
        }
        if self.has_family() && !self.peers[0].gone {
            self.ask(0, message, Purpose::Nothing);
        }
    }

    /// `threads` of all sessions.
    pub(super) fn on_family_threads(&mut self, request: Message) {
        if let Some(parts) = &mut self.configuration.parts {
            parts.others.push(request);
            return;
        }
        let children = self.children();
        self.configuration.parts =
            Some(Parts { request: request.clone(), others: Vec::new(), missing: children.len(), threads: Vec::new() });
        for peer in children {
            self.ask(peer, Message::request("threads", &Value::Null), Purpose::Part(request.clone()));
        }
    }

    /// One of several answers.
    pub(super) async fn on_part(&mut self, peer: usize, request: Message, answer: &Message) {
        let mut body = answer.value("body");
        let offset = self.offset(peer);
        if offset != 0 && peer != 0 {
            shift(&mut body, offset);
        }
        let Some(parts) = &mut self.configuration.parts else { return };
        if parts.request.number("seq") != request.number("seq") {
            return;
        }
        parts.missing = parts.missing.saturating_sub(1);
        parts.threads.extend(body["threads"].as_array().cloned().unwrap_or_default());
        if parts.missing == 0 {
            self.answer_parts().await;
        }
    }

    /// Gives whoever asked for the threads what has come of them.
    pub(super) async fn answer_parts(&mut self) {
        let Some(parts) = self.configuration.parts.take() else { return };
        let body = json!({ "threads": parts.threads });
        for request in std::iter::once(parts.request).chain(parts.others) {
            self.client.send(Message::response(&request, &body)).await;
        }
    }

    /// A debugger wants a child session.
    pub(super) async fn on_start_debugging(&mut self, peer: usize, request: Message) {
        let arguments = request.value("arguments");
        let configuration = arguments["configuration"].clone();
        let backend = self.peers[peer].backend;
        let Some(port) = self.peers[0].port else {
            if self.client.supports("supportsStartDebuggingRequest") {
                let theirs = request.number("seq").unwrap_or(0);
                let mut request = request;
                let mut arguments = arguments;
                arguments["configuration"]["type"] =
                    self.client.initialize["adapterID"].as_str().unwrap_or("montuno").into();
                arguments["configuration"]["backend"] = backend.name().into();
                request.set("arguments", arguments);
                let ours = self.client.send(request).await;
                self.reverse.insert(ours, (peer, theirs));
                return;
            }
            self.tell(peer, Message::failure(&request, "the editor has no child sessions"));
            return;
        };
        let stream = match crate::backend::start::connect("127.0.0.1", port).await {
            Ok(stream) => stream,
            Err(reason) => {
                self.tell(peer, Message::failure(&request, &reason));
                return;
            }
        };
        let (reader, writer) = stream.into_split();
        let connection = Connection::over(Box::new(reader), Box::new(writer));
        let command = arguments["request"].as_str().unwrap_or("launch").to_owned();
        let start = Message::request(&command, &configuration);
        let child = self.add_peer(backend, connection, (command, start));
        self.peers[child].port = Some(port);
        self.initialize(child);
        self.tell(peer, Message::response(&request, &Value::Null));
    }

    /// Tells a child session what the client has set up.
    pub(super) fn configure_child(&mut self, peer: usize) {
        let messages = self.configuration.messages.clone();
        for (key, message) in messages {
            let replay = if key.starts_with("setBreakpoints ") { Replay::Breakpoints(key) } else { Replay::Other };
            self.ask(peer, message, Purpose::Replay(replay));
        }
        self.ask(peer, Message::request("configurationDone", &json!({})), Purpose::Nothing);
    }

    /// A child session has taken breakpoints: the client knows them by other numbers.
    pub(super) async fn on_replayed(&mut self, peer: usize, replay: &Replay, answer: &Message) {
        let Replay::Breakpoints(key) = replay else { return };
        let told = self.configuration.told.get(key).cloned().unwrap_or_default();
        let body = answer.value("body");
        for (breakpoint, told) in body["breakpoints"].as_array().into_iter().flatten().zip(told) {
            let Some(told) = told else { continue };
            if let Some(theirs) = breakpoint["id"].as_i64() {
                self.configuration.aliases.insert((peer, theirs), told);
            }
            if breakpoint["verified"] == true {
                let mut breakpoint = breakpoint.clone();
                breakpoint["id"] = told.into();
                self.client.event("breakpoint", &json!({ "reason": "changed", "breakpoint": breakpoint })).await;
            }
        }
    }

    /// Keeps by which numbers the client knows the breakpoints of a file.
    pub(super) fn remember_told(&mut self, request: &Message, answer: &Message) {
        if self.peers[0].backend == Backend::JsDebug && answer.command() == "setBreakpoints" {
            let body = answer.value("body");
            let numbers = body["breakpoints"].as_array().into_iter().flatten();
            let told = numbers.map(|breakpoint| breakpoint["id"].as_i64()).collect();
            self.configuration.told.insert(key_of("setBreakpoints", request), told);
        }
    }

    /// Gives the breakpoints of an event the numbers by which the client knows them.
    pub(super) fn rename_breakpoints(&self, peer: usize, event: &mut Message) {
        if self.configuration.aliases.is_empty() {
            return;
        }
        let mut body = event.value("body");
        if let Some(hit) = body["hitBreakpointIds"].as_array_mut() {
            for id in hit {
                let theirs = id.as_i64().unwrap_or(0) - self.offset(peer);
                if let Some(told) = self.configuration.aliases.get(&(peer, theirs)) {
                    *id = (*told).into();
                }
            }
            event.set("body", body);
            return;
        }
        let Some(moved) = body["breakpoint"]["id"].as_i64() else { return };
        let theirs = moved - self.offset(peer);
        if let Some(told) = self.configuration.aliases.get(&(peer, theirs)) {
            body["breakpoint"]["id"] = (*told).into();
            event.set("body", body);
        }
    }

    /// A child session has ended. The program goes on while another is there.
    pub(super) async fn on_child_gone(&mut self) {
        if self.peers[0].gone && (1..self.peers.len()).all(|peer| self.peers[peer].gone) {
            self.announce_end().await;
        }
    }
}

/// Moves every number in a value that names something of a session.
fn shift(value: &mut Value, offset: i64) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| shift(item, offset)),
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                // The numbers of sources are drawn at random by js-debug, and are the same in every session.
                let names_something = match name.as_str() {
                    "threadId" | "frameId" | "targetId" | "id" => true,
                    "variablesReference" => field != 0,
                    _ => false,
                };
                match field.as_i64() {
                    Some(number) if names_something => *field = (number + offset).into(),
                    Some(_) => {}
                    None if name == "hitBreakpointIds" => {
                        for id in field.as_array_mut().into_iter().flatten() {
                            if let Some(number) = id.as_i64() {
                                *id = (number + offset).into();
                            }
                        }
                    }
                    None => shift(field, offset),
                }
            }
        }
        _ => {}
    }
}
