//! From `launch` to `configurationDone`.
//!
//! ```text
//!  client            session                      debugger
//!  initialize ─────▶ answered at once
//!  launch ─────────▶ resolve, build, start ─────▶ initialize
//!                    event capabilities ◀──────── its capabilities
//!                                       ─────────▶ launch
//!  ◀──────────────── event initialized ◀───────── event initialized
//!  setBreakpoints … ────────────────────────────▶
//!  configurationDone ───────────────────────────▶
//! ```
//!
//! Debuggers differ in when they answer `launch`, and clients in how long they wait for it. What takes long is
//! answered at once, and what goes wrong later ends the session with the reason in the console. Otherwise the
//! debugger's own answer is given on, if it comes within three seconds.

use super::*;

impl Session {
    /// `initialize`.
    pub(super) async fn on_initialize(&mut self, request: Message) {
        if self.phase != Phase::Fresh {
            self.client.send(Message::failure(&request, "the session is initialized already")).await;
            return;
        }
        self.client.initialize = request.value("arguments");
        self.phase = Phase::Initialized;
        self.client.send(Message::response(&request, &crate::capabilities::at_first())).await;
    }

    /// `launch` and `attach`.
    pub(super) async fn on_launch(&mut self, request: Message) {
        match self.phase {
            Phase::Initialized => {}
            Phase::Fresh => {
                let reason = "`initialize` has to come first";
                self.client.send(Message::failure(&request, reason)).await;
                return;
            }
            _ => {
                let reason = "this session has a program already; start another session for another program";
                self.client.send(Message::failure(&request, reason)).await;
                return;
            }
        }
        self.phase = Phase::Preparing;
        self.runs_only = request.command() == "launch" && request.value("arguments")["noDebug"] == true;
        let asked = crate::launch::Asked {
            is_attach: request.command() == "attach",
            raw: request.clone(),
            arguments: request.value("arguments"),
            mark: self.mark.clone(),
            can_run_in_terminal: self.client.supports("supportsRunInTerminalRequest"),
        };
        self.launch = Some((request, Some(Instant::now() + LAUNCH_PATIENCE)));
        let (options, notes) = (self.options.clone(), self.notes.clone());
        self.preparation = Some(tokio::spawn(async move {
            let prepared = crate::launch::prepare(asked, &options, &notes).await;
            let _ = notes.send(Note::Prepared(prepared));
        }));
    }

    /// Answers `launch` with success, if it is not answered.
    pub(super) async fn answer_launch(&mut self) {
        if let Some((request, _)) = self.launch.take() {
            self.client.send(Message::response(&request, &Value::Null)).await;
        }
    }

    /// What the preparation says.
    pub(super) async fn on_note(&mut self, note: Note) {
        match note {
            Note::Print { category, text, source, line } => {
                let end = if text.ends_with('\n') { "" } else { "\n" };
                let mut body = json!({ "category": category, "output": format!("{text}{end}") });
                if let Some(source) = source {
                    body["source"] = json!({ "name": source.file_name(), "path": source });
                    body["line"] = json!(line.unwrap_or(1) - 1 + self.client.first_line());
                }
                self.client.event("output", &body).await;
            }
            Note::Building(title) => {
                self.answer_launch().await;
                self.client.print("console", &title).await;
                if self.client.supports("supportsProgressReporting") {
                    self.progress += 1;
                    let id = format!("montuno-build-{}", self.progress);
                    let body = json!({ "progressId": id, "title": title, "cancellable": false });
                    self.client.event("progressStart", &body).await;
                }
            }
            Note::Progress { message, percentage } => {
                if self.client.supports("supportsProgressReporting") && self.progress > 0 {
                    let mut body =
                        json!({ "progressId": format!("montuno-build-{}", self.progress), "message": message });
                    if let Some(percentage) = percentage {
                        body["percentage"] = percentage.into();
                    }
                    self.client.event("progressUpdate", &body).await;
                }
            }
            Note::Built => {
                if self.client.supports("supportsProgressReporting") && self.progress > 0 {
                    let body = json!({ "progressId": format!("montuno-build-{}", self.progress) });
                    self.client.event("progressEnd", &body).await;
                }
            }
            Note::Prepared(Ok(prepared)) => self.on_prepared(*prepared).await,
            Note::Prepared(Err(reason)) => self.give_up(&reason).await,
        }
    }

    async fn on_prepared(&mut self, prepared: Prepared) {
        let Prepared { backend, connection, command, arguments, says } = prepared;
        let is_ours = command == "launch";
        if let Some(says) = says {
            self.client.print("console", &says).await;
        }
        self.program = Some(Program { is_ours });
        self.phase = Phase::Starting;
        let peer = self.add_peer(backend, connection, (command, arguments));
        self.initialize(peer);
    }

    /// Introduces the client to a debugger.
    pub(super) fn initialize(&mut self, peer: usize) {
        let backend = self.peers[peer].backend;
        let mut arguments = self.client.initialize.clone();
        if !arguments.is_object() {
            arguments = json!({});
        }
        arguments["adapterID"] = backend.adapter_id().into();
        if backend == Backend::JsDebug {
            arguments["supportsStartDebuggingRequest"] = true.into();
        }
        self.ask(peer, Message::request("initialize", &arguments), Purpose::Initialize);
    }

    /// A debugger has said what it can do.
    pub(super) async fn on_initialize_answer(&mut self, peer: usize, answer: Message) {
        if !answer.succeeded() {
            let backend = self.peers[peer].backend;
            let reason = format!("{backend} refuses to start: {}", answer.reason());
            self.give_up(&reason).await;
            return;
        }
        self.peers[peer].capabilities = answer.value("body");
        if peer == 0 {
            let merged = crate::capabilities::merged(self.peers[0].backend, &self.peers[0].capabilities);
            self.client.event("capabilities", &json!({ "capabilities": merged })).await;
        }
        let (command, arguments) = self.peers[peer].start.clone();
        let mut start = Message::request(&command, &Value::Null);
        if let Some(raw) = arguments.raw("arguments")
            && let Ok(raw) = serde_json::value::RawValue::from_string(raw.to_owned())
        {
            start.set("arguments", raw);
        }
        self.ask(peer, start, Purpose::Start);
    }

    /// A debugger has answered `launch` or `attach`.
    pub(super) async fn on_start_answer(&mut self, peer: usize, answer: Message) {
        if peer != 0 {
            if !answer.succeeded() {
                let reason = format!("a part of the program cannot be debugged: {}", answer.reason());
                self.client.print("important", &reason).await;
            }
            return;
        }
        if answer.succeeded() {
            if let Some((request, _)) = self.launch.take() {
                let mut answer = answer;
                answer.set("request_seq", request.number("seq").unwrap_or(0));
                answer.set("command", request.command());
                self.client.send(answer).await;
            }
            return;
        }
        let reason = answer.reason();
        self.give_up(&reason).await;
    }

    /// A debugger is ready for breakpoints.
    pub(super) async fn on_initialized(&mut self, peer: usize, event: Message) {
        if std::mem::replace(&mut self.peers[peer].is_initialized, true) {
            return;
        }
        if peer != 0 {
            self.configure_child(peer);
            return;
        }
        self.phase = Phase::Running;
        self.client.send(event).await;
        while let Some(request) = self.waiting.pop_front() {
            self.on_client_request(request).await;
        }
    }

    /// Ends a session that cannot begin, with the reason.
    pub(super) async fn give_up(&mut self, reason: &str) {
        if let Some((request, _)) = self.launch.take() {
            self.client.send(Message::failure(&request, reason)).await;
        } else {
            self.client.print("important", reason).await;
        }
        let waiting = std::mem::take(&mut self.waiting);
        for request in waiting {
            self.client.send(Message::failure(&request, "the session has ended")).await;
        }
        self.announce_end().await;
        self.end_processes().await;
    }
}
