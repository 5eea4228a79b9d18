//! Asking a server. Each question has a thread of its own, so that whoever asks can stop waiting at any moment.

use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::answer::{self, Piece};

/// How often somebody who waits looks whether he still has to.
const LOOK: Duration = Duration::from_millis(5);

/// An answer that is coming.
pub(super) struct Answer {
    pieces: Receiver<Result<Piece, String>>,
}

impl Answer {
    /// The next piece. `None`: not yet.
    ///
    /// # Errors
    /// Why there is none, for people.
    pub(super) fn next(&self, deadline: Instant, server: &str) -> Result<Option<Piece>, String> {
        if Instant::now() >= deadline {
            return Err(format!("{server} took too long"));
        }
        match self.pieces.recv_timeout(LOOK) {
            Ok(piece) => piece.map(Some).map_err(|reason| format!("{server}: {reason}")),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(format!("{server}: its answer broke off")),
        }
    }
}

/// Sends a question. When the answer is dropped, the connection is closed with its next piece.
pub(super) fn post(url: &str, key: Option<&str>, body: &Value, timeout: Duration) -> Answer {
    let (send, pieces) = sync_channel(64);
    let (url, key, body) = (url.to_owned(), key.map(str::to_owned), body.to_string());
    let failed = send.clone();
    let asking = std::thread::Builder::new().name("remote".to_owned()).spawn(move || {
        let result = ask(&url, key.as_deref(), &body, timeout, &mut |piece| send.send(Ok(piece)).is_ok());
        if let Err(reason) = result {
            // Nobody may wait any more.
            let _ = send.send(Err(reason));
        }
    });
    if let Err(error) = asking {
        let _ = failed.try_send(Err(format!("the system gives no thread: {error}")));
    }
    Answer { pieces }
}

fn ask(
    url: &str,
    key: Option<&str>,
    body: &str,
    timeout: Duration,
    take: &mut dyn FnMut(Piece) -> bool,
) -> Result<(), String> {
    let host = url.split("://").nth(1).unwrap_or_default();
    let mut config = ureq::Agent::config_builder()
        .timeout_global(Some(timeout))
        .http_status_as_error(false)
        // Whoever is asked was named by the user; nobody else is told anything.
        .max_redirects(0)
        .user_agent(concat!("montuno/", env!("CARGO_PKG_VERSION")));
    if is_this_machine(host) {
        config = config.proxy(None);
    }
    let agent: ureq::Agent = config.build().into();
    let mut request = agent.post(url).header("Content-Type", "application/json");
    if let Some(key) = key {
        request = request.header("Authorization", format!("Bearer {key}"));
    }
    let mut response = request.send(body).map_err(|error| match error {
        ureq::Error::Timeout(_) => "it took too long".to_owned(),
        error => format!("it cannot be asked: {error}"),
    })?;
    let status = response.status().as_u16();
    if status != 200 {
        let said = response.body_mut().with_config().limit(64 << 10).lossy_utf8(true).read_to_string();
        let said = said.unwrap_or_default();
        let advice = match status {
            401 | 403 => "; does `key-variable` name the variable with its key?",
            404 => "; is this its address, and does it know the model?",
            300..=399 => "; what it points to is not followed",
            _ => "",
        };
        return Err(format!("it answered {status} {}{advice}", answer::beginning(&said)));
    }
    answer::read(response.body_mut().as_reader(), take)
}

/// Whether a host, with or without a port, is this machine.
pub(super) fn is_this_machine(host: &str) -> bool {
    let host = host.split('/').next().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A message of a conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// `system`, `user` or `assistant`.
    pub role: &'static str,
    /// What is said.
    pub text: String,
}

/// A conversation that a server is to go on with.
pub struct Chat<'a> {
    /// The server.
    pub server: &'a super::Server,
    /// What was said.
    pub messages: &'a [Message],
    /// The most tokens that it may write.
    pub maximum_tokens: usize,
}

/// Lets a server answer a conversation. `piece` is given each part of it as it comes.
///
/// # Errors
/// Why there is no answer, for people.
pub fn chat(
    chat: &Chat<'_>,
    is_cancelled: &dyn Fn() -> bool,
    piece: &mut dyn FnMut(&str),
) -> Result<(String, bool), String> {
    chat.server.check()?;
    let messages = chat.messages.iter().map(|message| json!({ "role": message.role, "content": message.text }));
    let mut body = json!({
        "messages": messages.collect::<Vec<_>>(),
        "max_tokens": chat.maximum_tokens,
        "temperature": 0,
        "stream": true,
    });
    if let Some(model) = &chat.server.model {
        body["model"] = json!(model);
    }
    let deadline = Instant::now() + chat.server.timeout;
    let url = chat.server.endpoint("/v1/chat/completions");
    let answer = post(&url, chat.server.key.as_deref(), &body, chat.server.timeout);
    let mut text = String::new();
    loop {
        if is_cancelled() {
            return Err("it was cancelled".to_owned());
        }
        match answer.next(deadline, &chat.server.url)? {
            None => {}
            Some(Piece::Text(more)) => {
                piece(&more);
                text.push_str(&more);
            }
            Some(end) => return Ok((text, end == Piece::Limit)),
        }
    }
}
