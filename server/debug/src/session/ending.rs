//! How a session ends, and that nothing of it stays behind.

use super::*;

/// How long a debugger may take to end the program and itself.
const PATIENCE_AT_END: Duration = Duration::from_secs(3);

/// A session that is being ended.
pub(super) struct Ending {
    /// When what still runs is ended by force.
    pub(super) until: Instant,
    /// Whether the program is left running.
    spare: bool,
    /// Whether the client has its answer.
    answered: bool,
}

impl Session {
    /// `disconnect`: the client goes.
    pub(super) async fn on_disconnect(&mut self, request: Message) {
        let arguments = request.value("arguments");
        let is_ours = self.program.as_ref().is_none_or(|program| program.is_ours);
        let ends_program = arguments["terminateDebuggee"].as_bool().unwrap_or(is_ours);
        self.ending = Some(Ending {
            until: Instant::now() + PATIENCE_AT_END,
            spare: !ends_program || arguments["suspendDebuggee"] == true,
            answered: false,
        });
        if let Some((launch, _)) = self.launch.take() {
            self.client.send(Message::failure(&launch, "the session was ended before the program was started")).await;
        }
        let waiting = std::mem::take(&mut self.waiting);
        for other in waiting {
            self.client.send(Message::failure(&other, "the session has ended")).await;
        }
        let is_there = self.peers.first().is_some_and(|peer| !peer.gone && !peer.capabilities.is_null());
        if is_there {
            let mut message = request.clone();
            if arguments.get("terminateDebuggee").is_none() && !self.terminated {
                let mut arguments = if arguments.is_object() { arguments } else { json!({}) };
                arguments["terminateDebuggee"] = ends_program.into();
                message.set("arguments", arguments);
            }
            let key = self.ask(0, message, Purpose::Client(request));
            if let Some(pending) = self.pending.get_mut(&key) {
                pending.until = Instant::now() + PATIENCE_AT_END;
            }
        } else {
            self.client.send(Message::response(&request, &Value::Null)).await;
            if let Some(ending) = &mut self.ending {
                ending.answered = true;
            }
        }
    }

    /// `terminate`: the program is to end. A debugger without it is disconnected from.
    pub(super) async fn on_terminate(&mut self, request: Message) {
        let debugger = &self.peers[0];
        if debugger.capabilities["supportsTerminateRequest"] == true {
            let message = request.clone();
            self.ask(0, message, Purpose::Client(request));
            return;
        }
        let is_ours = self.program.as_ref().is_some_and(|program| program.is_ours);
        if debugger.backend == Backend::JsDebug && is_ours {
            // Its first session does not answer while a child lives; everything that runs is known by its mark.
            self.client.send(Message::response(&request, &Value::Null)).await;
            self.end_processes().await;
            self.announce_end().await;
            return;
        }
        let arguments = json!({ "terminateDebuggee": true, "restart": false });
        self.ask(0, Message::request("disconnect", &arguments), Purpose::Client(request));
    }

    /// An answer was given on to the client.
    pub(super) async fn on_answered(&mut self, command: &str) {
        match command {
            "disconnect" => {
                if let Some(ending) = &mut self.ending {
                    ending.answered = true;
                }
            }
            "terminate" if self.peers[0].capabilities["supportsTerminateRequest"] != true => self.announce_end().await,
            _ => {}
        }
    }

    /// What is stuck is ended by force.
    pub(super) async fn finish_now(&mut self) {
        self.announce_end().await;
        self.end_processes().await;
        if let Some(ending) = &mut self.ending {
            ending.answered = true;
        }
    }

    /// Whether there is nothing more to do for the client.
    pub(super) fn is_over(&self) -> bool {
        self.ending.as_ref().is_some_and(|ending| ending.answered || ending.until <= Instant::now())
    }

    /// The event `terminated` of a debugger.
    pub(super) async fn on_terminated(&mut self, peer: usize, event: Message) {
        if peer != 0 {
            return self.on_child_gone().await;
        }
        if !std::mem::replace(&mut self.terminated, true) {
            self.client.send(event).await;
        }
    }

    /// Tells the client that the program has ended, once.
    pub(super) async fn announce_end(&mut self) {
        if !std::mem::replace(&mut self.terminated, true) {
            self.client.event("terminated", &Value::Null).await;
        }
        // Whatever is asked from now on is answered without a debugger.
        if self.phase < Phase::Running {
            self.phase = Phase::Running;
        }
    }

    /// Ends what the session started: the build, the debugger, the program.
    pub(super) async fn end_processes(&mut self) {
        if let Some(preparation) = self.preparation.take() {
            preparation.abort();
        }
        for peer in &mut self.peers {
            peer.gone = true;
            if let Some(child) = &mut peer.child {
                let _ = child.start_kill();
            }
        }
        let mark = self.mark.clone();
        let _ = tokio::task::spawn_blocking(move || mark.end_all()).await;
    }

    /// The end of the session, however it came. A debugger is asked to end the program first, since it knows what
    /// belongs to it; what still runs then is ended.
    pub(super) async fn end(mut self) {
        let spare = match (&self.ending, &self.program) {
            (Some(ending), _) => ending.spare,
            (None, Some(program)) => !program.is_ours,
            (None, None) => false,
        };
        if let Some(preparation) = self.preparation.take() {
            preparation.abort();
        }
        if self.ending.is_none() && self.peers.first().is_some_and(|peer| !peer.gone) {
            let arguments = json!({ "terminateDebuggee": !spare, "restart": false });
            self.ask(0, Message::request("disconnect", &arguments), Purpose::Nothing);
        }
        let children: Vec<_> = self.peers.iter_mut().filter_map(|peer| peer.child.take()).collect();
        // Their inputs close, which is the end for those that were not asked.
        let peers = std::mem::take(&mut self.peers);
        let wait = async {
            for mut child in children {
                let is_server = peers.first().is_some_and(|peer| peer.backend == Backend::JsDebug);
                let patience = if is_server { Duration::from_millis(200) } else { PATIENCE_AT_END };
                if tokio::time::timeout(patience, child.wait()).await.is_err() {
                    let _ = child.start_kill();
                    let _ = child.wait().await;
                }
            }
        };
        wait.await;
        drop(peers);
        if !spare {
            let mark = self.mark.clone();
            let _ = tokio::task::spawn_blocking(move || mark.end_all()).await;
        }
    }
}
