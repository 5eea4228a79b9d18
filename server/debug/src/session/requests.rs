//! What the client asks.

use super::*;
use crate::capabilities;

/// The answer for breakpoints of a program that is run without debugging.
fn unset(request: &Message) -> Message {
    let arguments = request.value("arguments");
    let list = if request.command() == "setExceptionBreakpoints" { "filters" } else { "breakpoints" };
    let note = json!({ "verified": false, "message": "the program is run without debugging" });
    let all: Vec<Value> = arguments[list]
        .as_array()
        .into_iter()
        .flatten()
        .map(|breakpoint| {
            let mut answer = note.clone();
            if !breakpoint["line"].is_null() {
                answer["line"] = breakpoint["line"].clone();
            }
            answer
        })
        .collect();
    Message::response(request, &json!({ "breakpoints": all }))
}

impl Session {
    /// A message of the client.
    pub(super) async fn on_client(&mut self, message: Message) {
        match message.kind() {
            Kind::Request => self.on_client_request(message).await,
            Kind::Response => self.on_client_response(message),
            // The protocol has no events from a client.
            Kind::Event => {}
        }
    }

    /// The answer to what a debugger asked.
    fn on_client_response(&mut self, mut answer: Message) {
        let Some(ours) = answer.number("request_seq") else { return };
        let Some((peer, theirs)) = self.reverse.remove(&ours) else {
            tracing::debug!("an answer to nothing: {ours}");
            return;
        };
        answer.set("request_seq", theirs);
        self.tell(peer, answer);
    }

    /// A request of the client.
    pub(super) async fn on_client_request(&mut self, request: Message) {
        let command = request.command();
        match command.as_str() {
            "initialize" => return self.on_initialize(request).await,
            "launch" | "attach" => return self.on_launch(request).await,
            "disconnect" => return self.on_disconnect(request).await,
            "cancel" => return self.on_cancel(request).await,
            _ => {}
        }
        match self.phase {
            Phase::Fresh => {
                self.client.send(Message::failure(&request, "`initialize` has to come first")).await;
                return;
            }
            Phase::Initialized | Phase::Preparing | Phase::Starting if command == "threads" => {
                self.client.send(Message::response(&request, &json!({ "threads": [] }))).await;
                return;
            }
            Phase::Initialized | Phase::Preparing | Phase::Starting if command == "terminate" => {
                self.client.send(Message::response(&request, &Value::Null)).await;
                self.announce_end().await;
                self.end_processes().await;
                return;
            }
            Phase::Initialized | Phase::Preparing | Phase::Starting => {
                self.waiting.push_back(request);
                return;
            }
            Phase::Running => {}
        }
        if self.peers.iter().all(|peer| peer.gone) {
            let answer = match command.as_str() {
                "threads" => Message::response(&request, &json!({ "threads": [] })),
                "terminate" => Message::response(&request, &Value::Null),
                _ => Message::failure(&request, "the program has ended"),
            };
            self.client.send(answer).await;
            return;
        }
        if self.runs_only && command.starts_with("set") && command.ends_with("Breakpoints") {
            self.client.send(unset(&request)).await;
            return;
        }
        match command.as_str() {
            "terminate" => self.on_terminate(request).await,
            "setBreakpoints" => self.on_set_breakpoints(request),
            "setFunctionBreakpoints" => self.on_set_function_breakpoints(request).await,
            "setExceptionBreakpoints" => self.on_set_exception_breakpoints(request).await,
            "breakpointLocations" => self.on_breakpoint_locations(request).await,
            "exceptionInfo" => self.on_exception_info(request).await,
            "stackTrace" => self.on_stack_trace(request),
            "configurationDone" => self.on_configuration_done(request).await,
            "threads" if self.has_family() => self.on_family_threads(request),
            _ => self.pass_on(request).await,
        }
    }

    /// Gives a request on to the debugger that it is meant for, or answers it where that has no answer.
    pub(super) async fn pass_on(&mut self, request: Message) {
        let peer = self.peer_for(&request);
        let debugger = &self.peers[peer];
        if !capabilities::has(debugger.backend, &debugger.capabilities, &request.command()) {
            self.client.send(capabilities::answer_without(debugger.backend, &request)).await;
            return;
        }
        let message = self.for_peer(peer, &request);
        self.ask(peer, message, Purpose::Client(request));
    }

    async fn on_configuration_done(&mut self, request: Message) {
        self.configuration.is_done = true;
        if self.peers[0].capabilities["supportsConfigurationDoneRequest"] == true {
            let message = request.clone();
            self.ask(0, message, Purpose::Client(request));
        } else {
            self.client.send(Message::response(&request, &Value::Null)).await;
        }
    }

    /// Breakpoints of a file: those on a line without code go to the next statement of their function.
    fn on_set_breakpoints(&mut self, request: Message) {
        let mut message = request.clone();
        let arguments = request.value("arguments");
        if let Some(moved) = crate::breakpoints::moved(&arguments, self.client.first_line()) {
            message.set("arguments", moved);
        }
        self.configuration.remember("setBreakpoints", &message);
        self.set_everywhere(message, request);
    }

    async fn on_set_function_breakpoints(&mut self, request: Message) {
        self.configuration.functions =
            request.value("arguments")["breakpoints"].as_array().cloned().unwrap_or_default();
        if self.peers[0].capabilities["supportsFunctionBreakpoints"] != true {
            return self.pass_on(request).await;
        }
        let message = self.with_panic_function(&request);
        self.configuration.remember("setFunctionBreakpoints", &message);
        self.set_everywhere(message, request);
    }

    /// Exception filters: ours become the debugger's own.
    async fn on_set_exception_breakpoints(&mut self, request: Message) {
        let backend = self.peers[0].backend;
        let arguments = request.value("arguments");
        let translated = self.panics.translate(backend, &self.peers[0].capabilities, &arguments);
        if self.panics.has_changed() {
            // The function in which a panic stops is a breakpoint beside the client's own.
            let functions = json!({ "breakpoints": self.configuration.functions });
            let own = Message::request("setFunctionBreakpoints", &functions);
            let message = self.with_panic_function(&own);
            self.ask(0, message, Purpose::PanicBreakpoint);
        }
        let mut message = request.clone();
        message.set("arguments", &translated);
        self.configuration.remember("setExceptionBreakpoints", &message);
        if capabilities::has(backend, &self.peers[0].capabilities, "setExceptionBreakpoints") {
            self.set_everywhere(message, request);
            return;
        }
        let filters = arguments["filters"].as_array().map_or(0, Vec::len);
        let breakpoints = vec![json!({ "verified": self.panics.is_on() }); filters];
        self.client.send(Message::response(&request, &json!({ "breakpoints": breakpoints }))).await;
    }

    async fn on_breakpoint_locations(&mut self, request: Message) {
        let arguments = request.value("arguments");
        let found = crate::breakpoints::locations(&arguments, self.client.first_line());
        match found {
            Some(locations) if self.peers[0].capabilities["supportsBreakpointLocationsRequest"] != true => {
                self.client.send(Message::response(&request, &json!({ "breakpoints": locations }))).await;
            }
            _ => self.pass_on(request).await,
        }
    }

    /// `cancel`: the client no longer waits for an answer.
    async fn on_cancel(&mut self, request: Message) {
        let arguments = request.value("arguments");
        let wanted = arguments["requestId"].as_i64();
        let found = self.pending.iter().find_map(|(key, pending)| match &pending.purpose {
            Purpose::Client(asked) if asked.number("seq") == wanted && wanted.is_some() => Some(*key),
            _ => None,
        });
        if let Some(key) = found
            && let Some(pending) = self.pending.get_mut(&key)
            && let Purpose::Client(asked) = std::mem::replace(&mut pending.purpose, Purpose::Abandoned)
        {
            let supports = self.peers[key.0].capabilities["supportsCancelRequest"] == true;
            self.client.send(Message::failure(&asked, "cancelled")).await;
            if supports {
                self.ask(key.0, Message::request("cancel", &json!({ "requestId": key.1 })), Purpose::Nothing);
            }
        }
        self.client.send(Message::response(&request, &Value::Null)).await;
    }
}
