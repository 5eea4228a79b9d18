//! Sessions with debuggers and clients that are scripts.

use std::sync::Mutex;

use proptest::prelude::*;
use serde_json::value::RawValue;
use tokio::io::DuplexStream;

use super::*;
use crate::launch::{Later, Wanted};

/// A debugger for one session: the other end of its streams is the test's.
#[derive(Default)]
struct Scripted(Mutex<Vec<Result<Connection, String>>>);

impl std::fmt::Debug for Scripted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Scripted")
    }
}

impl Debuggers for Scripted {
    fn start<'a>(&'a self, _wanted: Wanted<'a>) -> Later<'a, Result<Connection, String>> {
        let next = self.0.lock().unwrap().pop().unwrap_or_else(|| Err("there is none".to_owned()));
        Box::pin(async move { next })
    }
}

/// One end of a conversation.
struct End {
    input: BufReader<tokio::io::ReadHalf<DuplexStream>>,
    output: Option<tokio::io::WriteHalf<DuplexStream>>,
    seq: i64,
    kept: VecDeque<Message>,
}

impl End {
    fn of(stream: DuplexStream) -> Self {
        let (input, output) = tokio::io::split(stream);
        Self { input: BufReader::new(input), output: Some(output), seq: 100, kept: VecDeque::new() }
    }

    async fn send(&mut self, mut message: Message) -> i64 {
        self.seq += 1;
        message.set("seq", self.seq);
        let output = self.output.as_mut().expect("the end is open");
        codec::write(output, &message).await.unwrap();
        output.flush().await.unwrap();
        self.seq
    }

    async fn ask(&mut self, command: &str, arguments: Value) -> i64 {
        self.send(Message::request(command, &arguments)).await
    }

    /// The next message.
    async fn next(&mut self) -> Message {
        match codec::read(&mut self.input).await {
            Some(Incoming::Message(message)) => message,
            other => panic!("no message: {other:?}"),
        }
    }

    /// The next message that fits; what comes before it is kept for later.
    async fn wait(&mut self, fits: impl Fn(&Message) -> bool) -> Message {
        if let Some(at) = self.kept.iter().position(&fits) {
            return self.kept.remove(at).unwrap();
        }
        loop {
            let message = self.next().await;
            if fits(&message) {
                return message;
            }
            self.kept.push_back(message);
        }
    }

    async fn event(&mut self, name: &str) -> Message {
        self.wait(|message| message.event_name() == name).await
    }

    async fn request(&mut self, command: &str) -> Message {
        self.wait(|message| message.kind() == Kind::Request && message.command() == command).await
    }

    async fn answer_to(&mut self, seq: i64) -> Message {
        self.wait(|message| message.number("request_seq") == Some(seq)).await
    }

    /// Asks and waits for the answer.
    async fn call(&mut self, command: &str, arguments: Value) -> Message {
        let seq = self.ask(command, arguments).await;
        self.answer_to(seq).await
    }

    /// Answers a request.
    async fn answer(&mut self, request: &Message, body: Value) {
        self.send(Message::response(request, &body)).await;
    }

    /// Whether the other side has closed.
    async fn is_closed(&mut self) -> bool {
        loop {
            match codec::read(&mut self.input).await {
                None => return true,
                Some(message) => tracing::debug!("{message:?}"),
            }
        }
    }
}

fn options(debuggers: Vec<Result<Connection, String>>) -> Options {
    Options { settings: DebugSettings::default(), debuggers: Arc::new(Scripted(Mutex::new(debuggers))) }
}

/// A session without a debugger.
fn alone() -> End {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    let (input, output) = tokio::io::split(theirs);
    tokio::spawn(serve(input, output, options(vec![Err("lldb-dap is not installed: install it".to_owned())])));
    End::of(ours)
}

/// A session with a debugger: the client's end and the debugger's.
fn pair() -> (End, End) {
    let (client, session_of_client) = tokio::io::duplex(1 << 16);
    let (debugger, session_of_debugger) = tokio::io::duplex(1 << 16);
    let (reader, writer) = tokio::io::split(session_of_debugger);
    let options = options(vec![Ok(Connection::over(Box::new(reader), Box::new(writer)))]);
    let (input, output) = tokio::io::split(session_of_client);
    tokio::spawn(serve(input, output, options));
    (End::of(client), End::of(debugger))
}

/// A launch that needs no build.
fn launch() -> Value {
    let program = std::env::current_exe().unwrap();
    json!({ "backend": "lldb-dap", "program": program, "ownOption": 1 })
}

/// A session whose program runs, with a debugger that has these capabilities.
async fn running(capabilities: Value) -> (End, End) {
    let (mut client, mut debugger) = pair();
    client.call("initialize", json!({ "adapterID": "montuno", "clientID": "test" })).await;
    let launched = client.ask("launch", launch()).await;
    let initialize = debugger.request("initialize").await;
    debugger.answer(&initialize, capabilities).await;
    let launch = debugger.request("launch").await;
    debugger.send(Message::event("initialized", &Value::Null)).await;
    debugger.answer(&launch, Value::Null).await;
    client.event("initialized").await;
    assert!(client.answer_to(launched).await.succeeded());
    (client, debugger)
}

#[tokio::test]
async fn a_session_goes_its_way() {
    let (mut client, mut debugger) = pair();
    let first = client.call("initialize", json!({ "adapterID": "montuno", "linesStartAt1": true })).await;
    assert_eq!(first.value("body")["supportsConfigurationDoneRequest"], true);
    let launched = client.ask("launch", launch()).await;

    let initialize = debugger.request("initialize").await;
    assert_eq!(initialize.value("arguments")["adapterID"], "lldb-dap");
    assert_eq!(initialize.value("arguments")["linesStartAt1"], true);
    debugger.answer(&initialize, json!({ "supportsRestartRequest": true })).await;
    let capabilities = client.event("capabilities").await.value("body");
    assert_eq!(capabilities["capabilities"]["supportsRestartRequest"], true);
    assert_eq!(capabilities["capabilities"]["supportsSetVariable"], false, "it was promised, and is not there");

    let launch = debugger.request("launch").await;
    assert_eq!(launch.value("arguments")["ownOption"], 1);
    debugger.send(Message::event("initialized", &Value::Null)).await;
    client.event("initialized").await;
    let done = client.ask("configurationDone", Value::Null).await;
    assert!(client.answer_to(done).await.succeeded(), "a debugger without it is not asked");
    debugger.answer(&launch, Value::Null).await;
    assert!(client.answer_to(launched).await.succeeded());

    let gone = client.ask("disconnect", Value::Null).await;
    let disconnect = debugger.request("disconnect").await;
    assert_eq!(disconnect.value("arguments")["terminateDebuggee"], true, "what was launched is ended");
    debugger.answer(&disconnect, Value::Null).await;
    assert!(client.answer_to(gone).await.succeeded());
    assert!(client.is_closed().await);
    assert!(debugger.is_closed().await);
}

#[tokio::test]
async fn a_debugger_never_sees_what_it_does_not_have() {
    let (mut client, mut debugger) = running(json!({ "supportsModulesRequest": true })).await;
    for (command, succeeds) in
        [("stepInTargets", true), ("completions", true), ("restart", false), ("anEditorsOwn", false), ("goto", false)]
    {
        let answer = client.call(command, json!({ "frameId": 1, "text": "", "column": 1 })).await;
        assert_eq!(answer.succeeded(), succeeds, "{command}");
        assert_eq!(answer.command(), command);
        if !succeeds {
            assert!(answer.text("message").unwrap().contains(command), "{answer:?}");
        }
    }
    client.ask("modules", Value::Null).await;
    assert_eq!(debugger.next().await.command(), "modules", "nothing came before it");
}

#[tokio::test]
async fn private_events_stay_private() {
    let (mut client, mut debugger) = running(json!({})).await;
    debugger.send(Message::event("debugpySockets", &json!({ "sockets": [] }))).await;
    debugger.send(Message::event("output", &json!({ "category": "telemetry", "output": "x" }))).await;
    debugger.send(Message::event("thread", &json!({ "reason": "started", "threadId": 1 }))).await;
    assert_eq!(client.next().await.event_name(), "thread");
}

#[tokio::test]
async fn answers_find_their_questions_in_any_order() {
    let (mut client, mut debugger) = running(json!({})).await;
    let first = client.ask("variables", json!({ "variablesReference": 1 })).await;
    let second = client.ask("variables", json!({ "variablesReference": 2 })).await;
    let one = debugger.request("variables").await;
    let two = debugger.request("variables").await;
    debugger.answer(&two, json!({ "variables": [], "of": 2 })).await;
    debugger.answer(&one, json!({ "variables": [], "of": 1 })).await;
    debugger.answer(&one, json!({ "variables": [], "of": "nobody asked twice" })).await;
    assert_eq!(client.answer_to(second).await.value("body")["of"], 2);
    assert_eq!(client.answer_to(first).await.value("body")["of"], 1);
}

#[tokio::test]
async fn what_a_debugger_asks_comes_back_to_it() {
    let (mut client, mut debugger) = pair();
    client.call("initialize", json!({ "adapterID": "x", "supportsRunInTerminalRequest": true })).await;
    client.ask("launch", launch()).await;
    let initialize = debugger.request("initialize").await;
    debugger.answer(&initialize, json!({})).await;
    debugger.request("launch").await;
    let asked = debugger.ask("runInTerminal", json!({ "args": ["a"], "cwd": "/" })).await;
    let request = client.request("runInTerminal").await;
    assert_eq!(request.value("arguments")["args"], json!(["a"]));
    client.answer(&request, json!({ "processId": 7 })).await;
    assert_eq!(debugger.answer_to(asked).await.value("body")["processId"], 7);
    let asked = debugger.ask("somethingElse", Value::Null).await;
    assert!(!debugger.answer_to(asked).await.succeeded(), "the client is not asked what it does not know");
}

#[tokio::test(start_paused = true)]
async fn a_debugger_that_hangs_does_not_hang_the_editor() {
    let (mut client, mut debugger) = running(json!({})).await;
    let seq = client.ask("variables", json!({ "variablesReference": 1 })).await;
    let request = debugger.request("variables").await;
    let answer = client.answer_to(seq).await;
    assert!(answer.succeeded());
    let value = answer.value("body")["variables"][0]["value"].clone();
    assert!(value.as_str().unwrap().contains("did not show this within 8 s"), "{value}");
    // It comes after all, and nobody waits any more.
    debugger.answer(&request, json!({ "variables": [] })).await;
    let answer = client.call("evaluate", json!({ "expression": "f()", "context": "repl" })).await;
    assert!(!answer.succeeded());
    assert!(answer.text("message").unwrap().contains("did not answer `evaluate`"), "{answer:?}");
    // And it can be left.
    assert!(client.call("disconnect", Value::Null).await.succeeded());
    assert!(client.is_closed().await);
}

#[tokio::test(start_paused = true)]
async fn launch_is_answered_before_an_editor_warns() {
    let (mut client, mut debugger) = pair();
    client.call("initialize", json!({ "adapterID": "x" })).await;
    let begun = Instant::now();
    let launched = client.ask("launch", launch()).await;
    assert!(client.answer_to(launched).await.succeeded());
    assert!(begun.elapsed() < Duration::from_secs(4));
    // What fails afterwards is said, and ends the session.
    let initialize = debugger.request("initialize").await;
    debugger.answer(&initialize, json!({})).await;
    let launch = debugger.request("launch").await;
    debugger.send(Message::failure(&launch, "no such program")).await;
    let output = client.event("output").await.value("body");
    assert_eq!(output["output"], "no such program\n");
    client.event("terminated").await;
}

#[tokio::test]
async fn a_debugger_that_dies_is_the_end_with_a_reason() {
    let (mut client, mut debugger) = running(json!({})).await;
    let seq = client.ask("stackTrace", json!({ "threadId": 1 })).await;
    debugger.request("stackTrace").await;
    drop(debugger);
    let answer = client.answer_to(seq).await;
    assert!(!answer.succeeded());
    let output = client.event("output").await.value("body");
    assert!(output["output"].as_str().unwrap().contains("lldb-dap has ended unexpectedly"), "{output}");
    client.event("terminated").await;
    assert!(!client.call("stackTrace", json!({ "threadId": 1 })).await.succeeded());
    assert!(client.call("threads", Value::Null).await.succeeded());
    assert!(client.call("disconnect", Value::Null).await.succeeded());
    assert!(client.is_closed().await);
}

#[tokio::test]
async fn without_a_debugger_the_launch_says_what_to_install() {
    let mut client = alone();
    client.call("initialize", json!({ "adapterID": "x" })).await;
    let answer = client.call("launch", launch()).await;
    assert!(!answer.succeeded());
    assert_eq!(answer.text("message").unwrap(), "lldb-dap is not installed: install it");
    assert_eq!(answer.value("body")["error"]["showUser"], true);
    client.event("terminated").await;
    assert!(client.call("disconnect", Value::Null).await.succeeded());
}

#[tokio::test]
async fn what_comes_in_no_order_is_refused_and_nothing_hangs() {
    let mut client = alone();
    for command in ["launch", "threads", "setBreakpoints", "nonsense"] {
        assert!(!client.call(command, Value::Null).await.succeeded(), "{command}");
    }
    client.call("initialize", json!({ "adapterID": "x" })).await;
    assert!(!client.call("initialize", json!({ "adapterID": "x" })).await.succeeded());
    for (arguments, reason) in [
        (json!({}), "names nothing to debug"),
        (json!({ "program": "/nowhere/a b" }), "there is no program /nowhere/a b"),
    ] {
        let mut client = alone();
        client.call("initialize", json!({ "adapterID": "x" })).await;
        let answer = client.call("launch", arguments).await;
        assert!(answer.text("message").unwrap().contains(reason), "{answer:?}");
    }
    assert!(client.call("disconnect", Value::Null).await.succeeded());
    assert!(client.is_closed().await);
}

#[tokio::test]
async fn a_client_that_goes_takes_the_program_with_it() {
    let (mut client, mut debugger) = running(json!({})).await;
    client.output = None;
    drop(client);
    let disconnect = debugger.request("disconnect").await;
    assert_eq!(disconnect.value("arguments")["terminateDebuggee"], true);
    assert!(debugger.is_closed().await);
}

#[tokio::test]
async fn a_client_can_go_while_the_debugger_starts() {
    let (mut client, mut debugger) = pair();
    client.call("initialize", json!({ "adapterID": "x" })).await;
    let launched = client.ask("launch", launch()).await;
    debugger.request("initialize").await;
    assert!(client.call("disconnect", Value::Null).await.succeeded());
    assert!(!client.answer_to(launched).await.succeeded());
    assert!(client.is_closed().await);
}

#[tokio::test]
async fn a_program_that_prints_without_end_fills_no_memory() {
    let (mut client, mut debugger) = running(json!({})).await;
    let text = "x".repeat(1000);
    let flood = tokio::spawn(async move {
        for _ in 0..5000 {
            debugger.send(Message::event("output", &json!({ "category": "stdout", "output": text }))).await;
        }
        debugger
    });
    // Nobody reads: the debugger has to wait.
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    assert!(!flood.is_finished());
    for _ in 0..5000 {
        assert_eq!(client.next().await.event_name(), "output");
    }
    let mut debugger = flood.await.unwrap();
    client.ask("threads", Value::Null).await;
    debugger.request("threads").await;
}

#[tokio::test]
async fn a_panic_stops_at_the_users_frame_with_its_message() {
    let capabilities =
        json!({ "supportsFunctionBreakpoints": true, "exceptionBreakpointFilters": [{ "filter": "cpp_throw" }] });
    let (mut client, mut debugger) = running(capabilities).await;
    let own = client.ask("setFunctionBreakpoints", json!({ "breakpoints": [{ "name": "f" }] })).await;
    let request = debugger.request("setFunctionBreakpoints").await;
    debugger.answer(&request, json!({ "breakpoints": [{ "id": 1, "verified": true }] })).await;
    client.answer_to(own).await;

    let filters = client.ask("setExceptionBreakpoints", json!({ "filters": ["panic"] })).await;
    let functions = debugger.request("setFunctionBreakpoints").await;
    assert_eq!(functions.value("arguments")["breakpoints"], json!([{ "name": "f" }, { "name": "rust_panic" }]));
    let answer = json!({ "breakpoints": [{ "id": 1, "verified": true }, { "id": 2, "verified": true }] });
    debugger.answer(&functions, answer).await;
    let own_filters = debugger.request("setExceptionBreakpoints").await;
    assert_eq!(own_filters.value("arguments")["filters"], json!([]));
    debugger.answer(&own_filters, Value::Null).await;
    assert!(client.answer_to(filters).await.succeeded());

    let printed = "thread 'main' panicked at src/main.rs:3:5:\nout of beans\nnote: run with `RUST_BACKTRACE=1`\n";
    debugger.send(Message::event("output", &json!({ "category": "stderr", "output": printed }))).await;
    let stop = json!({ "reason": "function breakpoint", "threadId": 7, "hitBreakpointIds": [2] });
    debugger.send(Message::event("stopped", &stop)).await;
    let stack = debugger.request("stackTrace").await;
    let frames = json!([
        { "id": 1, "name": "rust_panic", "source": { "path": "/rustc/x/library/std/src/panicking.rs" } },
        { "id": 2, "name": "core::panicking::panic_fmt", "source": { "path": "/rustc/x/library/core/src/panicking.rs" } },
        { "id": 3, "name": "demo::main", "source": { "path": "/home/u/demo/src/main.rs" } },
    ]);
    debugger.answer(&stack, json!({ "stackFrames": frames, "totalFrames": 3 })).await;
    let stopped = client.event("stopped").await.value("body");
    assert_eq!((&stopped["reason"], &stopped["text"]), (&json!("exception"), &json!("out of beans")));

    let seq = client.ask("stackTrace", json!({ "threadId": 7, "startFrame": 0, "levels": 1 })).await;
    let stack = debugger.request("stackTrace").await;
    assert_eq!(stack.value("arguments")["startFrame"], 2);
    debugger.answer(&stack, json!({ "stackFrames": [frames[2]], "totalFrames": 3 })).await;
    let body = client.answer_to(seq).await.value("body");
    assert_eq!((&body["stackFrames"][0]["id"], &body["totalFrames"]), (&json!(3), &json!(1)));

    let info = client.call("exceptionInfo", json!({ "threadId": 7 })).await.value("body");
    assert_eq!((&info["exceptionId"], &info["description"]), (&json!("panic"), &json!("out of beans")));
}

/// Any JSON, as text: with numbers and spaces that no parser would give back.
fn any_json() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_filter("JSON has none", |number| number.is_finite()).prop_map(|number| format!("{number:e}")),
        Just("-0".to_owned()),
        Just("1.000000000000000000000000000001".to_owned()),
        Just("1E400".to_owned()),
        Just("123456789012345678901234567890".to_owned()),
    ];
    let text = any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap());
    let escapes = Just(r#""\ud800 \/ \u0041""#.to_owned());
    let leaf = prop_oneof![number, text, escapes, Just("null".to_owned()), Just("true".to_owned())];
    leaf.prop_recursive(6, 64, 5, |inner| {
        let fields = proptest::collection::vec((any::<String>(), inner.clone()), 0..5);
        let object = fields.prop_map(|fields| {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{} :{value}", serde_json::to_string(name).unwrap()))
                .collect();
            format!("{{{}}}", fields.join(" , "))
        });
        let items = proptest::collection::vec(inner, 0..5).prop_map(|items| format!("[ {} ]", items.join(",")));
        prop_oneof![object, items]
    })
}

/// A raw text as the value of a field.
fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is not ours arrives byte for byte, in both directions, whatever it is.
    #[test]
    fn bodies_pass_unchanged(arguments in any_json(), body in any_json(), event in any_json(), extra in any_json()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (mut client, mut debugger) = running(json!({})).await;
            let mut request = Message::request("evaluate", &Value::Null);
            request.set("arguments", raw(&arguments));
            request.set("a field of nobody", raw(&extra));
            let seq = client.send(request).await;
            let mut got = debugger.request("evaluate").await;
            assert_eq!(got.raw("arguments"), Some(arguments.as_str()));
            assert_eq!(got.raw("a field of nobody"), Some(extra.as_str()));

            let mut answer = Message::response(&got, &Value::Null);
            answer.set("body", raw(&body));
            answer.set("other", raw(&extra));
            debugger.send(answer).await;
            got = client.answer_to(seq).await;
            assert_eq!(got.raw("body"), Some(body.as_str()));
            assert_eq!(got.raw("other"), Some(extra.as_str()));

            let mut message = Message::event("thread", &Value::Null);
            message.set("body", raw(&event));
            message.set("other", raw(&extra));
            debugger.send(message).await;
            got = client.event("thread").await;
            assert_eq!(got.raw("body"), Some(event.as_str()));
            assert_eq!(got.raw("other"), Some(extra.as_str()));
        });
    }
}
