//! The client's side of a session.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncWriteExt as _, BufReader, DuplexStream, ReadHalf, WriteHalf};

use super::OnOutput;
use crate::codec::{self, Incoming};
use crate::message::{Kind, Message};
use crate::session::{self, Options};

/// How much of what the program prints is kept, in bytes.
const KEPT_OUTPUT: usize = 16 << 10;

/// How long an answer may take. The session itself answers what a debugger does not.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client.
pub(super) struct Client {
    input: BufReader<ReadHalf<DuplexStream>>,
    output: WriteHalf<DuplexStream>,
    seq: i64,
    /// Events that came while an answer was waited for.
    events: VecDeque<Message>,
    /// The end of what the program printed.
    pub(super) printed: String,
    /// What was said beside the program: by the build, and by the debugger.
    pub(super) console: String,
    on_output: OnOutput,
    /// The exit code that the program said itself.
    pub(super) exit_code: Option<i64>,
}

impl Client {
    /// Begins a session, which ends when this is dropped.
    pub(super) fn start(options: Options, on_output: OnOutput) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let (input, output) = tokio::io::split(theirs);
        tokio::spawn(session::serve(input, output, options));
        let (input, output) = tokio::io::split(ours);
        Self {
            input: BufReader::new(input),
            output,
            seq: 0,
            events: VecDeque::new(),
            printed: String::new(),
            console: String::new(),
            on_output,
            exit_code: None,
        }
    }

    /// Sends a request. Returns its number.
    pub(super) async fn send(&mut self, command: &str, arguments: &Value) -> Result<i64, String> {
        self.seq += 1;
        let mut message = Message::request(command, arguments);
        message.set("seq", self.seq);
        let written = async {
            codec::write(&mut self.output, &message).await?;
            self.output.flush().await
        };
        written.await.map_err(|_| "the session has ended".to_owned())?;
        Ok(self.seq)
    }

    /// Asks, and waits for the answer's body.
    pub(super) async fn ask(&mut self, command: &str, arguments: &Value) -> Result<Value, String> {
        let seq = self.send(command, arguments).await?;
        let answer = async {
            loop {
                let message = self.read().await?;
                if message.kind() == Kind::Response && message.number("request_seq") == Some(seq) {
                    return if message.succeeded() { Ok(message.value("body")) } else { Err(message.reason()) };
                }
                if message.kind() == Kind::Event {
                    self.events.push_back(message);
                }
            }
        };
        let late = || format!("`{command}` was not answered");
        tokio::time::timeout(PATIENCE, answer).await.map_err(|_| late())?
    }

    /// The next event, or the answer to a request whose number is given.
    pub(super) async fn next(&mut self, seq: Option<i64>) -> Result<Message, String> {
        if let Some(event) = self.events.pop_front() {
            return Ok(event);
        }
        loop {
            let message = self.read().await?;
            let is_answer = seq.is_some() && message.number("request_seq") == seq;
            if message.kind() == Kind::Event || is_answer {
                return Ok(message);
            }
        }
    }

    /// Reads a message. What is printed is kept; a request of the debugger is refused.
    async fn read(&mut self) -> Result<Message, String> {
        loop {
            let message = match codec::read(&mut self.input).await {
                Some(Incoming::Message(message)) => message,
                Some(Incoming::Bad(_)) => continue,
                None => return Err("the session has ended".to_owned()),
            };
            match message.kind() {
                Kind::Request => {
                    let mut answer = Message::failure(&message, "there is no editor");
                    self.seq += 1;
                    answer.set("seq", self.seq);
                    let _ = codec::write(&mut self.output, &answer).await;
                    let _ = self.output.flush().await;
                }
                Kind::Event if message.event_name() == "output" => self.hear(&message.value("body")),
                _ => return Ok(message),
            }
        }
    }

    fn hear(&mut self, body: &Value) {
        let Some(text) = body["output"].as_str() else { return };
        let is_program = matches!(body["category"].as_str(), Some("stdout" | "stderr"));
        let mut kept_text = String::new();
        for line in text.split_inclusive('\n') {
            match line.trim().strip_prefix(super::command::EXIT_CODE) {
                // Those of child processes come before the program's own.
                Some(code) => self.exit_code = code.trim().parse().ok().or(self.exit_code),
                None => kept_text.push_str(line),
            }
        }
        let text = kept_text.as_str();
        (self.on_output)(text);
        let kept = if is_program { &mut self.printed } else { &mut self.console };
        kept.push_str(text);
        if kept.len() > 2 * KEPT_OUTPUT {
            let mut from = kept.len() - KEPT_OUTPUT;
            while !kept.is_char_boundary(from) {
                from += 1;
            }
            kept.drain(..from);
        }
    }

    /// Ends the program and the session.
    pub(super) async fn leave(&mut self) {
        let _ = self.ask("disconnect", &json!({ "terminateDebuggee": true })).await;
    }
}
