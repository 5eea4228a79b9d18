//! A small LSP client that sees every message.

use std::collections::HashMap;
use std::io::{BufReader, Write as _};
use std::process::{Child, ChildStdin, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use camino::Utf8Path;
use serde_json::{Value, json};

use crate::binary;
use crate::fixture::{self, Folder};

/// How long an answer may take before a test gives up. Debug builds on a busy machine are slow; nothing
/// here measures speed.
const PATIENCE: Duration = Duration::from_secs(120);

/// A client with a server of its own.
#[derive(Debug)]
pub struct Client {
    process: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    next_id: i64,
    versions: HashMap<String, i64>,
    texts: HashMap<String, String>,
    /// What the server says that it can do.
    pub capabilities: Value,
    /// Notifications and requests of the server that were not waited for.
    pub unread: Vec<Value>,
}

/// The capabilities of a client that takes everything.
pub fn full_capabilities() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "window": { "workDoneProgress": true },
        "workspace": {
            "workspaceFolders": true,
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create", "rename", "delete"] },
            "fileOperations": { "willRename": true },
        },
        "textDocument": {
            "definition": { "linkSupport": false },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "completion": { "completionItem": { "labelDetailsSupport": true } },
            "codeAction": { "resolveSupport": { "properties": ["edit"] } },
            "diagnostic": {},
        },
    })
}

impl Client {
    /// A client that opens a folder as its workspace.
    pub fn open(folder: &Folder) -> Self {
        Self::with(folder, &[folder.root().as_path()], full_capabilities(), Value::Null)
    }

    /// A client with these workspace folders, capabilities and initialization options.
    ///
    /// # Panics
    /// If the server does not start.
    pub fn with(folder: &Folder, roots: &[&Utf8Path], capabilities: Value, options: Value) -> Self {
        let mut client = Self::start(folder);
        client.initialize(roots, capabilities, options);
        client
    }

    /// Begins the session of a server that was not initialized.
    ///
    /// # Panics
    /// If it does not answer.
    pub fn initialize(&mut self, roots: &[&Utf8Path], capabilities: Value, options: Value) {
        let folders: Vec<_> = roots.iter().map(|root| json!({ "uri": fixture::uri(root), "name": "test" })).collect();
        let answer = self.request(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": null,
                "workspaceFolders": folders,
                "capabilities": capabilities,
                "initializationOptions": options,
            }),
        );
        self.capabilities = answer["capabilities"].clone();
        self.notify("initialized", json!({}));
    }

    /// A server that was not initialized.
    ///
    /// # Panics
    /// If the binary does not start.
    pub fn start(folder: &Folder) -> Self {
        let mut command = binary::command(&folder.root(), folder.home());
        command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped());
        Self::of(command.spawn().expect("the binary starts"))
    }

    /// The client of a process whose standard input and output are pipes.
    ///
    /// # Panics
    /// If they are not.
    pub fn of(mut process: Child) -> Self {
        let input = process.stdin.take();
        let output = process.stdout.take().expect("it is a pipe");
        let (send, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if send.send(message).is_err() {
                    return;
                }
            }
        });
        Self {
            process,
            input,
            messages,
            next_id: 0,
            versions: HashMap::new(),
            texts: HashMap::new(),
            capabilities: Value::Null,
            unread: Vec::new(),
        }
    }

    // -- messages ----------------------------------------------------------------------

    /// Sends bytes as they are.
    ///
    /// # Panics
    /// If the server no longer listens.
    pub fn send_raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the input is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server listens");
    }

    /// Sends a message.
    pub fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request and does not wait. Returns its id.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// The result of a request.
    ///
    /// # Panics
    /// If the answer is an error, or does not come.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let answer = self.answer_to(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The whole answer to a request, error or not.
    ///
    /// # Panics
    /// If it does not come.
    pub fn answer_to(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        self.wait_for(&format!("the answer to {method}"), |message| {
            message["id"] == id && message.get("method").is_none()
        })
    }

    /// Waits for a message; others are kept in `unread`. Requests of the server are answered with null.
    ///
    /// # Panics
    /// If it does not come.
    pub fn wait_for(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.unread.iter().position(&wanted) {
            return self.unread.remove(at);
        }
        let until = Instant::now() + PATIENCE;
        loop {
            match self.messages.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(message) => {
                    if message.get("method").is_some() && message.get("id").is_some() {
                        self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": null }));
                    }
                    if wanted(&message) {
                        return message;
                    }
                    self.unread.push(message);
                }
                Err(RecvTimeoutError::Timeout) => panic!("{what} did not come; seen: {:#?}", self.unread),
                Err(RecvTimeoutError::Disconnected) => panic!("the server ended before {what} came"),
            }
        }
    }

    /// Everything that comes within a time.
    pub fn collect(&mut self, time: Duration) -> Vec<Value> {
        let until = Instant::now() + time;
        let mut found = std::mem::take(&mut self.unread);
        while let Ok(message) = self.messages.recv_timeout(until.saturating_duration_since(Instant::now())) {
            found.push(message);
        }
        found
    }

    // -- documents ---------------------------------------------------------------------

    /// Opens a document with a text.
    pub fn did_open(&mut self, path: &Utf8Path, text: &str) {
        let language = match path.extension() {
            Some("rs") => "rust",
            Some("py" | "pyi") => "python",
            Some("ts") => "typescript",
            Some("js" | "mjs" | "cjs") => "javascript",
            other => other.unwrap_or("plaintext"),
        };
        let uri = fixture::uri(path);
        self.versions.insert(uri.clone(), 1);
        self.texts.insert(uri.clone(), text.to_owned());
        let item = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": item }));
    }

    /// Opens a document as it is on disk.
    ///
    /// # Panics
    /// If it cannot be read.
    pub fn open_file(&mut self, path: &Utf8Path) -> String {
        let text = std::fs::read_to_string(path).expect("the file is text");
        self.did_open(path, &text);
        text
    }

    /// Replaces a range of bytes of an open document.
    ///
    /// # Panics
    /// If it is not open.
    pub fn edit(&mut self, path: &Utf8Path, range: std::ops::Range<usize>, new_text: &str) {
        let uri = fixture::uri(path);
        let text = self.texts.get_mut(&uri).expect("the document is open");
        let (start, end) = (fixture::position(text, range.start), fixture::position(text, range.end));
        text.replace_range(range, new_text);
        let version = self.versions.entry(uri.clone()).or_default();
        *version += 1;
        let params = json!({
            "textDocument": { "uri": uri, "version": *version },
            "contentChanges": [{ "range": { "start": start, "end": end }, "text": new_text }],
        });
        self.notify("textDocument/didChange", params);
    }

    /// Gives an open document another text.
    pub fn replace(&mut self, path: &Utf8Path, text: &str) {
        let uri = fixture::uri(path);
        self.texts.insert(uri.clone(), text.to_owned());
        let version = self.versions.entry(uri.clone()).or_default();
        *version += 1;
        let params = json!({
            "textDocument": { "uri": uri, "version": *version },
            "contentChanges": [{ "text": text }],
        });
        self.notify("textDocument/didChange", params);
    }

    /// The text of an open document.
    ///
    /// # Panics
    /// If it is not open.
    pub fn text(&self, path: &Utf8Path) -> &str {
        &self.texts[&fixture::uri(path)]
    }

    /// The parameters of a question about a place in an open document.
    pub fn at(&self, path: &Utf8Path, offset: usize) -> Value {
        json!({
            "textDocument": { "uri": fixture::uri(path) },
            "position": fixture::position(self.text(path), offset),
        })
    }

    /// The findings of a document, fetched.
    pub fn diagnostics(&mut self, path: &Utf8Path) -> Vec<Value> {
        let params = json!({ "textDocument": { "uri": fixture::uri(path) } });
        let answer = self.request("textDocument/diagnostic", params);
        answer["items"].as_array().cloned().unwrap_or_default()
    }

    // -- the end -----------------------------------------------------------------------

    /// Ends the session as the protocol wants it.
    ///
    /// # Panics
    /// If the server does not end.
    pub fn shut_down(mut self) -> ExitStatus {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.wait_for_end()
    }

    /// Closes the server's input, as a client does that dies, and waits for it to end.
    ///
    /// # Panics
    /// If it does not.
    pub fn hang_up(mut self) -> ExitStatus {
        self.input = None;
        self.wait_for_end()
    }

    fn wait_for_end(&mut self) -> ExitStatus {
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            if let Some(status) = self.process.try_wait().expect("it is our process") {
                return status;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("the server does not end");
    }

    /// Whether the server still runs.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read(output: &mut impl std::io::BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length:") {
            length = value.trim().parse().ok();
        }
    }
    let mut body = vec![0; length?];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("the server sends JSON"))
}
