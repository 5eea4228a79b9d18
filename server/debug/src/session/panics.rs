//! The exception filter for Rust's panics.
//!
//! A panic is no exception to LLDB and GDB. A breakpoint in the function that begins the unwinding is one, after
//! the message was printed; here it becomes a stop of the kind `exception`, whose stack begins at the user's own
//! frame, and whose `exceptionInfo` has the message.

use super::*;

/// How many of the first frames of a panic are looked at for one of the user's.
const FRAMES: i64 = 60;

/// How much of what the program prints is kept to find the message of a panic in, in bytes.
const KEPT: usize = 16 << 10;

/// What is known of panics.
#[derive(Default)]
pub(super) struct Panics {
    is_on: bool,
    has_changed: bool,
    /// The number of the breakpoint, where it is told.
    breakpoint: Option<i64>,
    /// The end of what the program printed.
    printed: String,
    /// Which thread is at a panic, and how many of its frames are not the user's.
    stopped: Option<Stopped>,
    /// The last stop, as the debugger told it.
    pub(super) last_stop: Option<Value>,
    /// How many filters the client gave, and which of them the debugger was given.
    given: Vec<bool>,
}

struct Stopped {
    thread: i64,
    hidden: i64,
    /// The file's name and the line of the user's own frame.
    place: Option<String>,
}

impl Panics {
    pub(super) fn is_on(&self) -> bool {
        self.is_on
    }

    /// Whether the last change of filters has turned it on or off.
    pub(super) fn has_changed(&mut self) -> bool {
        std::mem::take(&mut self.has_changed)
    }

    /// The program runs on.
    pub(super) fn forget(&mut self) {
        self.stopped = None;
        self.last_stop = None;
    }

    /// Keeps the end of what the program prints.
    pub(super) fn hear(&mut self, event: &Message) {
        if !self.is_on {
            return;
        }
        let body = event.value("body");
        if matches!(body["category"].as_str(), Some("stdout" | "stderr"))
            && let Some(text) = body["output"].as_str()
        {
            self.printed.push_str(text);
            if self.printed.len() > 2 * KEPT {
                let mut from = self.printed.len() - KEPT;
                while !self.printed.is_char_boundary(from) {
                    from += 1;
                }
                self.printed.drain(..from);
            }
        }
    }

    /// The client's filters in the debugger's names.
    pub(super) fn translate(&mut self, backend: Backend, capabilities: &Value, arguments: &Value) -> Value {
        let own = &capabilities["exceptionBreakpointFilters"];
        let is_own = |name: &str| own.as_array().into_iter().flatten().any(|one| one["filter"] == name);
        let mut is_on = false;
        self.given.clear();
        let mut translate = |name: &str| -> Vec<String> {
            if name == "panic" && backend.panic_function().is_some() {
                is_on = true;
                return Vec::new();
            }
            let mapped = backend.filters_for(name).iter().filter(|name| is_own(name));
            let mut mapped: Vec<String> = mapped.map(|&name| name.to_owned()).collect();
            if mapped.is_empty() && is_own(name) {
                mapped.push(name.to_owned());
            }
            mapped
        };
        let mut translated = arguments.clone();
        let mut filters = Vec::new();
        let mut given = Vec::new();
        for filter in arguments["filters"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let mapped = translate(filter);
            given.push(!mapped.is_empty());
            filters.extend(mapped);
        }
        translated["filters"] = filters.into();
        if let Some(options) = arguments["filterOptions"].as_array() {
            let mut mapped = Vec::new();
            for option in options {
                let names = translate(option["filterId"].as_str().unwrap_or_default());
                given.push(!names.is_empty());
                for name in names {
                    let mut option = option.clone();
                    option["filterId"] = name.into();
                    mapped.push(option);
                }
            }
            translated["filterOptions"] = mapped.into();
        }
        self.given = given;
        self.has_changed = is_on != self.is_on;
        self.is_on = is_on;
        translated
    }

    /// Puts the answers for the client's filters in the order in which it gave them.
    pub(super) fn restore(&self, _request: &Message, answer: &mut Message) {
        let body = answer.value("body");
        let Some(theirs) = body["breakpoints"].as_array() else { return };
        if self.given.iter().all(|given| *given) && theirs.len() == self.given.len() {
            return;
        }
        let mut theirs = theirs.iter();
        let all: Vec<Value> = self
            .given
            .iter()
            .map(|given| {
                if *given { theirs.next().cloned() } else { None }.unwrap_or_else(|| json!({ "verified": true }))
            })
            .collect();
        let mut body = body.clone();
        body["breakpoints"] = all.into();
        answer.set("body", body);
    }

    /// The message of the last panic that was printed, and where it was.
    fn message(&self) -> Option<(String, String)> {
        let at = self.stopped.as_ref().and_then(|stopped| stopped.place.as_deref());
        message_in(&self.printed, at)
    }
}

/// The message of a panic in what a program printed, and where it was: the lines after
/// `thread 'main' panicked at src/main.rs:3:5:`, to the note about backtraces. Of several, the last one at `place`, which is a
/// file's name and a line: other threads panic and print as well.
fn message_in(printed: &str, place: Option<&str>) -> Option<(String, String)> {
    const AT: &str = " panicked at ";
    let is_there = |from: &usize| {
        let line = printed[*from..].lines().next().unwrap_or_default();
        place.is_some_and(|place| line.contains(&format!("/{place}:")) || line.starts_with(&format!("{place}:")))
    };
    let all = || printed.rmatch_indices(AT).map(|(at, _)| at + AT.len());
    let from = all().find(is_there).or_else(|| all().next())?;
    let (place, rest) = printed[from..].split_once('\n')?;
    let place = place.trim().trim_end_matches(':');
    let mut lines: Vec<&str> = rest
        .lines()
        .map(str::trim_end)
        .take_while(|line| !line.starts_with("note: run with") && !line.starts_with("stack backtrace:"))
        .take(50)
        .collect();
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    Some((lines.join("\n"), place.to_owned()))
}

/// Whether a frame is of the standard library or of a dependency.
fn is_library(frame: &Value) -> bool {
    let name = frame["name"].as_str().unwrap_or_default();
    let of_std =
        ["core::", "std::", "alloc::", "__rust", "rust_panic", "rust_begin_unwind", "_rust", "<core::", "<std::"];
    let path = frame["source"]["path"].as_str().unwrap_or_default().replace('\\', "/");
    let inside = ["/rustc/", "/lib/rustlib/", "/.cargo/registry/", "/library/core/", "/library/std/"];
    path.is_empty()
        || of_std.iter().any(|start| name.starts_with(start))
        || inside.iter().any(|part| path.contains(part))
}

impl Session {
    /// The client's function breakpoints, with the one for panics behind them.
    pub(super) fn with_panic_function(&self, request: &Message) -> Message {
        let mut message = request.clone();
        if self.panics.is_on
            && let Some(function) = self.peers[0].backend.panic_function()
        {
            let mut arguments = request.value("arguments");
            if let Some(breakpoints) = arguments["breakpoints"].as_array_mut() {
                breakpoints.push(json!({ "name": function }));
            }
            message.set("arguments", arguments);
        }
        message
    }

    /// Takes the breakpoint for panics out of an answer.
    pub(super) fn without_panic_function(&mut self, request: &Message, answer: &mut Message) {
        let wanted = request.value("arguments")["breakpoints"].as_array().map_or(0, Vec::len);
        let mut body = answer.value("body");
        if let Some(breakpoints) = body["breakpoints"].as_array_mut()
            && breakpoints.len() > wanted
        {
            self.panics.breakpoint = breakpoints[wanted]["id"].as_i64();
            breakpoints.truncate(wanted);
            answer.set("body", body);
        }
    }

    /// Keeps the number of the breakpoint for panics.
    pub(super) fn on_panic_breakpoint(&mut self, answer: &Message) {
        let body = answer.value("body");
        if self.panics.is_on {
            self.panics.breakpoint = body["breakpoints"].as_array().and_then(|all| all.last()?["id"].as_i64());
        }
    }

    /// Whether a stop is at a panic.
    pub(super) fn is_panic(&self, peer: usize, event: &Message) -> bool {
        let body = event.value("body");
        let hit = &body["hitBreakpointIds"];
        self.panics.is_on
            && peer == 0
            && self.panics.breakpoint.is_some_and(|wanted| {
                hit.as_array().into_iter().flatten().any(|id| id.as_i64() == Some(wanted))
                    // LLDB 19 says it in words only.
                    || body["description"].as_str().is_some_and(|text| text.contains(&format!("breakpoint {wanted}.")))
            })
    }

    /// A panic: how the user's own frame is reached is asked first.
    pub(super) async fn on_panic(&mut self, peer: usize, mut event: Message) {
        let mut body = event.value("body");
        let thread = body["threadId"].as_i64().unwrap_or(0);
        body["reason"] = "exception".into();
        body["description"] = "Panic".into();
        event.set("body", body);
        self.panics.stopped = Some(Stopped { thread, hidden: 0, place: None });
        let arguments = json!({ "threadId": thread, "startFrame": 0, "levels": FRAMES });
        self.ask(peer, Message::request("stackTrace", &arguments), Purpose::Panic(event));
    }

    /// The stack at a panic.
    pub(super) async fn on_panic_stack(&mut self, mut event: Message, answer: &Message) {
        let body = answer.value("body");
        let frames = body["stackFrames"].as_array();
        let own = frames.and_then(|frames| frames.iter().position(|frame| !is_library(frame)));
        if let (Some(stopped), Some(own)) = (&mut self.panics.stopped, own) {
            stopped.hidden = own as i64;
            let frame = &body["stackFrames"][own];
            let path = frame["source"]["path"].as_str().unwrap_or_default().replace('\\', "/");
            let name = path.rsplit('/').next().unwrap_or_default();
            stopped.place = frame["line"].as_i64().map(|line| format!("{name}:{line}"));
        }
        if let Some((text, _)) = self.panics.message() {
            let mut body = event.value("body");
            body["text"] = text.into();
            event.set("body", body);
        }
        self.client.send(event).await;
    }

    fn hidden_frames(&self, arguments: &Value) -> i64 {
        let thread = arguments["threadId"].as_i64();
        self.panics
            .stopped
            .as_ref()
            .filter(|stopped| Some(stopped.thread) == thread)
            .map_or(0, |stopped| stopped.hidden)
    }

    /// `stackTrace`: the stack of a panic begins at the user's own frame.
    pub(super) fn on_stack_trace(&mut self, request: Message) {
        let peer = self.peer_for(&request);
        let mut message = self.for_peer(peer, &request);
        let mut arguments = message.value("arguments");
        let hidden = self.hidden_frames(&arguments);
        if hidden > 0 {
            let from = arguments["startFrame"].as_i64().unwrap_or(0);
            arguments["startFrame"] = (from + hidden).into();
            message.set("arguments", arguments);
        }
        self.ask(peer, message, Purpose::Client(request));
    }

    /// The number of frames without those that are hidden.
    pub(super) fn without_panic_frames(&self, request: &Message, answer: &mut Message) {
        let hidden = self.hidden_frames(&request.value("arguments"));
        if hidden > 0 {
            let mut body = answer.value("body");
            if let Some(total) = body["totalFrames"].as_i64() {
                body["totalFrames"] = (total - hidden).max(0).into();
                answer.set("body", body);
            }
        }
    }

    /// `exceptionInfo`: for a panic, what it printed.
    pub(super) async fn on_exception_info(&mut self, request: Message) {
        let thread = request.value("arguments")["threadId"].as_i64();
        if self.panics.stopped.as_ref().is_none_or(|stopped| Some(stopped.thread) != thread) {
            if crate::capabilities::has(self.peers[0].backend, &self.peers[0].capabilities, "exceptionInfo") {
                return self.pass_on(request).await;
            }
            // A debugger without it says what it knows when it stops.
            let answer = match &self.panics.last_stop {
                Some(stop) => {
                    let said = stop["text"].as_str().or(stop["description"].as_str());
                    let reason = stop["reason"].as_str().unwrap_or("exception");
                    let body = json!({
                        "exceptionId": reason,
                        "description": said.unwrap_or(reason),
                        "breakMode": "always",
                    });
                    Message::response(&request, &body)
                }
                None => Message::failure(&request, "the program is not stopped at an exception"),
            };
            self.client.send(answer).await;
            return;
        }
        let (text, place) = self.panics.message().unwrap_or_default();
        let text = if text.is_empty() { "the message was not printed".to_owned() } else { text };
        let body = json!({
            "exceptionId": "panic",
            "description": text,
            "breakMode": "always",
            "details": { "message": text, "typeName": "panic", "evaluateName": place },
        });
        self.client.send(Message::response(&request, &body)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_of_a_panic_has_all_its_lines() {
        let printed = "\nthread 'main' panicked at src/main.rs:3:5:\nassertion `left == right` failed\n  left: 1\n right: 2\n\
                       note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        let (text, place) = message_in(printed, None).unwrap();
        assert_eq!(text, "assertion `left == right` failed\n  left: 1\n right: 2");
        assert_eq!(place, "src/main.rs:3:5");
    }

    #[test]
    fn of_several_panics_the_one_at_the_users_frame_is_meant() {
        let one =
            |line: u32, text: &str| format!("thread 't' panicked at src/lib.rs:{line}:5:\n{text}\nnote: run with x\n");
        let printed = format!("{}{}", one(19, "no"), one(12, "as expected"));
        let message = |place| message_in(&printed, place).unwrap().0;
        assert_eq!(message(Some("lib.rs:19")), "no");
        assert_eq!(message(Some("lib.rs:12")), "as expected");
        assert_eq!(message(Some("lib.rs:1")), "as expected", "the last, where none fits");
        assert_eq!(message(None), "as expected");
    }

    #[test]
    fn frames_of_libraries_are_told_from_the_users() {
        let frame = |name: &str, path: &str| json!({ "name": name, "source": { "path": path } });
        assert!(is_library(&frame("core::panicking::panic_fmt", "/rustc/abc/library/core/src/panicking.rs")));
        assert!(is_library(&frame("f", "/home/u/.cargo/registry/src/x/lib.rs")));
        assert!(is_library(&json!({ "name": "f" })));
        assert!(!is_library(&frame("demo::main", "/home/u/demo/src/main.rs")));
    }
}
