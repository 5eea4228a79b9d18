//! The life of a session, from `initialize` to the end, and clients that do not keep to it.

use std::time::Duration;

use montuno_tests::client::{Client, full_capabilities};
use montuno_tests::fixture::{self, Folder};
use serde_json::{Value, json};

#[test]
fn a_session_begins_and_ends() {
    let folder = Folder::new(&[("a.py", "x = 1\n")]);
    let client = Client::open(&folder);
    assert_eq!(client.capabilities["positionEncoding"], "utf-16");
    assert!(client.shut_down().success());
}

#[test]
fn an_exit_without_shutdown_fails() {
    let folder = Folder::new(&[]);
    let mut client = Client::open(&folder);
    client.notify("exit", Value::Null);
    assert!(!client.hang_up().success());
}

#[test]
fn a_client_that_dies_ends_the_server() {
    let folder = Folder::new(&[("a.py", "x = 1\n")]);
    let mut client = Client::open(&folder);
    client.open_file(&folder.path("a.py"));
    client.hang_up();
}

#[test]
fn a_request_before_initialize_is_refused() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder);
    let answer = client.answer_to("textDocument/hover", json!({}));
    assert_eq!(answer["error"]["code"], -32002, "{answer}");
    client.notify("textDocument/didOpen", json!({}));
    let answer = client.request("initialize", json!({ "processId": null, "rootUri": null, "capabilities": {} }));
    assert!(answer["capabilities"]["hoverProvider"].as_bool().unwrap());
}

#[test]
fn a_second_initialize_is_refused() {
    let folder = Folder::new(&[]);
    let mut client = Client::open(&folder);
    let answer = client.answer_to("initialize", json!({ "processId": null, "rootUri": null, "capabilities": {} }));
    assert_eq!(answer["error"]["code"], -32600, "{answer}");
    assert!(client.shut_down().success());
}

#[test]
fn a_request_after_shutdown_is_refused() {
    let folder = Folder::new(&[]);
    let mut client = Client::open(&folder);
    client.request("shutdown", Value::Null);
    let answer = client.answer_to("workspace/symbol", json!({ "query": "x" }));
    assert_eq!(answer["error"]["code"], -32600, "{answer}");
    client.notify("exit", Value::Null);
    assert!(client.hang_up().success());
}

#[test]
fn the_encoding_is_negotiated() {
    let offers = [
        (json!(["utf-8", "utf-16"]), "utf-8", 12),
        (json!(["utf-16"]), "utf-16", 10),
        (json!(["utf-32"]), "utf-32", 9),
        (Value::Null, "utf-16", 10),
    ];
    let text = "s = '🎺'; value = 1\n";
    for (offered, agreed, column) in offers {
        let folder = Folder::new(&[("a.py", text)]);
        let mut capabilities = full_capabilities();
        capabilities["general"]["positionEncodings"] = offered;
        let mut client = Client::with(&folder, &[&folder.root()], capabilities, Value::Null);
        assert_eq!(client.capabilities["positionEncoding"], agreed);
        let path = folder.path("a.py");
        client.did_open(&path, text);
        let params = json!({ "textDocument": { "uri": fixture::uri(&path) } });
        let symbols = client.request("textDocument/documentSymbol", params);
        let value = symbols.as_array().unwrap().iter().find(|symbol| symbol["name"] == "value").unwrap();
        assert_eq!(value["selectionRange"]["start"]["character"], column, "{agreed}");
        client.shut_down();
    }
}

#[test]
fn a_folder_that_is_added_is_part_of_the_workspace() {
    let folder = Folder::new(&[("one/first.py", "def first(): ...\n"), ("two/second.py", "def second(): ...\n")]);
    let one = folder.path("one");
    let mut client = Client::with(&folder, &[&one], full_capabilities(), Value::Null);
    let found = |client: &mut Client| {
        let answer = client.request("workspace/symbol", json!({ "query": "second" }));
        answer.as_array().unwrap().len()
    };
    assert_eq!(found(&mut client), 0);
    let two = json!({ "uri": fixture::uri(&folder.path("two")), "name": "two" });
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": { "added": [two], "removed": [] } }));
    assert_eq!(found(&mut client), 1);
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": { "added": [], "removed": [two] } }));
    assert_eq!(found(&mut client), 0);
}

#[test]
fn findings_are_sent_to_clients_that_do_not_fetch() {
    let folder = Folder::new(&[("a.py", "print(nothing)\n")]);
    let mut capabilities = full_capabilities();
    capabilities["textDocument"].as_object_mut().unwrap().remove("diagnostic");
    let mut client = Client::with(&folder, &[&folder.root()], capabilities, Value::Null);
    assert!(client.capabilities.get("diagnosticProvider").is_none());
    let path = folder.path("a.py");
    client.open_file(&path);
    let sent = |client: &mut Client| {
        client.wait_for("findings", |message| message["method"] == "textDocument/publishDiagnostics")
    };
    let first = sent(&mut client);
    assert_eq!(first["params"]["diagnostics"][0]["code"], "unresolved-name", "{first}");
    client.edit(&path, 6..13, "1");
    let second = sent(&mut client);
    assert_eq!(second["params"]["diagnostics"], json!([]));
    assert_eq!(second["params"]["version"], 2);
}

#[test]
fn several_sessions_share_a_port() {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    let folder = Folder::new(&[("a.py", "value = 1\n")]);
    let mut command = montuno_tests::binary::command(&folder.root(), folder.home());
    command.args(["lsp", "--port", "0"]).stdout(std::process::Stdio::piped());
    let mut process = command.spawn().unwrap();
    let mut said = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut said).unwrap();
    let address = said.trim().strip_prefix("listening on ").unwrap().to_owned();
    for _ in 0..3 {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let body = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}"#;
        write!(stream, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut header = String::new();
        let mut reader = BufReader::new(stream);
        reader.read_line(&mut header).unwrap();
        let length: usize = header.trim().strip_prefix("Content-Length: ").unwrap().parse().unwrap();
        let mut answer = vec![0; length + 2];
        reader.read_exact(&mut answer).unwrap();
        assert!(String::from_utf8_lossy(&answer).contains("hoverProvider"));
    }
    process.kill().unwrap();
    process.wait().unwrap();
}
