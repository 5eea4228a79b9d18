//! What the debugger says.

use super::*;
use crate::capabilities;

impl Session {
    /// A message of a debugger.
    pub(super) async fn on_debugger(&mut self, peer: usize, message: Message) {
        match message.kind() {
            Kind::Response => self.on_answer(peer, message).await,
            Kind::Event => self.on_event(peer, message).await,
            Kind::Request => self.on_reverse_request(peer, message).await,
        }
    }

    async fn on_answer(&mut self, peer: usize, mut answer: Message) {
        let Some(pending) = answer.number("request_seq").and_then(|seq| self.pending.remove(&(peer, seq))) else {
            tracing::debug!("{} answers what was not asked", self.peers[peer].backend);
            return;
        };
        match pending.purpose {
            Purpose::Client(request) => {
                self.adjust(peer, &request, &mut answer);
                answer.set("request_seq", request.number("seq").unwrap_or(0));
                if answer.command() != request.command() {
                    answer.set("command", request.command());
                }
                self.remember_told(&request, &answer);
                self.client.send(answer).await;
                self.on_answered(&request.command()).await;
            }
            Purpose::Part(request) => self.on_part(peer, request, &answer).await,
            Purpose::Initialize => self.on_initialize_answer(peer, answer).await,
            Purpose::Start => self.on_start_answer(peer, answer).await,
            Purpose::Replay(replay) => self.on_replayed(peer, &replay, &answer).await,
            Purpose::Panic(event) => self.on_panic_stack(event, &answer).await,
            Purpose::PanicBreakpoint => self.on_panic_breakpoint(&answer),
            Purpose::Nothing | Purpose::Abandoned => {}
        }
    }

    /// Changes in an answer what the client would take for something else.
    fn adjust(&mut self, peer: usize, request: &Message, answer: &mut Message) {
        if !answer.succeeded() {
            // Some debuggers leave out the sentence that clients show.
            if answer.raw("message").is_none() {
                let reason = answer.reason();
                answer.set("message", reason);
            }
            return;
        }
        match request.command().as_str() {
            "setBreakpoints" => {
                if let Some(body) = crate::breakpoints::checked(&request.value("arguments"), answer.value("body")) {
                    answer.set("body", body);
                }
            }
            "setFunctionBreakpoints" => self.without_panic_function(request, answer),
            "setExceptionBreakpoints" => self.panics.restore(request, answer),
            "stackTrace" => self.without_panic_frames(request, answer),
            _ => {}
        }
        if let Some(body) = self.peers[peer].backend.repaired(&request.command(), answer) {
            answer.set("body", body);
        }
        self.for_client(peer, answer);
    }

    async fn on_event(&mut self, peer: usize, mut event: Message) {
        let name = event.event_name();
        if name == "terminated"
            && let Some(held) = self.peers[peer].held.take()
        {
            let _ = held.send(event);
            return;
        }
        match name.as_str() {
            "initialized" => return self.on_initialized(peer, event).await,
            "terminated" => return self.on_terminated(peer, event).await,
            "exited" if peer != 0 && self.peers[0].backend == Backend::JsDebug => {}
            "stopped" if self.is_panic(peer, &event) => return self.on_panic(peer, event).await,
            "stopped" => {
                self.panics.forget();
                self.panics.last_stop = Some(event.value("body"));
            }
            "continued" => self.panics.forget(),
            "output" => self.panics.hear(&event),
            "capabilities" => {
                // What changes is merged into what is known, and told in our names.
                let changed = event.value("body")["capabilities"].clone();
                if let (Some(known), Some(changed)) =
                    (self.peers[peer].capabilities.as_object_mut(), changed.as_object())
                {
                    known.extend(changed.clone());
                }
                if peer == 0 {
                    let merged = capabilities::merged(self.peers[0].backend, &self.peers[0].capabilities);
                    self.client.event("capabilities", &json!({ "capabilities": merged })).await;
                }
                return;
            }
            _ if !capabilities::is_standard_event(&name) => {
                tracing::debug!("left out the event {name} of {}", self.peers[peer].backend);
                return;
            }
            _ => {}
        }
        // What a debugger tells its authors is nothing for the user.
        if name == "output" && event.value("body")["category"] == "telemetry" {
            return;
        }
        if peer != 0 && name == "process" && self.peers.len() > 2 {
            return;
        }
        self.for_client(peer, &mut event);
        if matches!(name.as_str(), "breakpoint" | "stopped") {
            self.rename_breakpoints(peer, &mut event);
        }
        self.client.send(event).await;
    }

    /// What a debugger asks of the client.
    async fn on_reverse_request(&mut self, peer: usize, request: Message) {
        let command = request.command();
        let Some(theirs) = request.number("seq") else { return };
        match command.as_str() {
            "startDebugging" => return self.on_start_debugging(peer, request).await,
            "runInTerminal" if self.client.supports("supportsRunInTerminalRequest") => {}
            _ => {
                let reason = format!("the editor does not have the request `{command}`");
                self.tell(peer, Message::failure(&request, &reason));
                return;
            }
        }
        let ours = self.client.send(request).await;
        self.reverse.insert(ours, (peer, theirs));
    }

    /// A debugger has closed its side.
    pub(super) async fn on_debugger_gone(&mut self, peer: usize) {
        if std::mem::replace(&mut self.peers[peer].gone, true) {
            return;
        }
        let backend = self.peers[peer].backend;
        let expected = self.ending.is_some() || self.terminated;
        let why = if expected || peer != 0 { String::new() } else { self.why_gone(peer).await };
        let keys: Vec<(usize, i64)> = self.pending.keys().filter(|(other, _)| *other == peer).copied().collect();
        for key in keys {
            match self.pending.remove(&key).map(|pending| pending.purpose) {
                Some(Purpose::Part(_)) => self.answer_parts().await,
                Some(Purpose::Client(request)) => {
                    let answer = match request.command().as_str() {
                        "disconnect" | "terminate" => Message::response(&request, &Value::Null),
                        "threads" => Message::response(&request, &json!({ "threads": [] })),
                        _ => Message::failure(&request, &format!("{backend} has ended")),
                    };
                    self.client.send(answer).await;
                    self.on_answered(&request.command()).await;
                }
                Some(Purpose::Panic(event)) => {
                    self.client.send(event).await;
                }
                _ => {}
            }
        }
        if peer != 0 {
            return self.on_child_gone().await;
        }
        if !expected {
            self.give_up(&why).await;
        }
    }

    /// Why a debugger ended, in a sentence with what it said last.
    async fn why_gone(&mut self, peer: usize) -> String {
        let debugger = &mut self.peers[peer];
        let mut why = format!("{} has ended unexpectedly", debugger.backend);
        if let Some(child) = &mut debugger.child
            && let Ok(Ok(status)) = tokio::time::timeout(Duration::from_millis(500), child.wait()).await
        {
            why = format!("{why} ({status})");
        }
        let lines = debugger.complaints.lines();
        let last: Vec<&str> =
            lines.iter().map(String::as_str).filter(|line| !line.trim().is_empty()).rev().take(5).collect();
        if !last.is_empty() {
            let said: Vec<&str> = last.into_iter().rev().collect();
            why = format!("{why}. It said:\n{}", said.join("\n"));
        }
        why
    }
}
