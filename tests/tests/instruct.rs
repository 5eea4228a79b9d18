//! Instructions in words: a server of the test's own answers, or a model on this machine.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use montuno_tests::client::{Client, full_capabilities};
use montuno_tests::fixture::{self, Folder, cursors};
use serde_json::{Value, json};

/// A server that answers every request with these events, and keeps what it was asked.
struct Server {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn saying(parts: &[&str]) -> Self {
        let events = parts.iter().map(|part| {
            format!("data: {}\n\n", json!({ "choices": [{ "delta": { "content": part }, "finish_reason": null }] }))
        });
        Self::answering(events.collect::<String>() + "data: [DONE]\n\n")
    }

    fn answering(body: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let kept = asked.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut bytes = Vec::new();
                let mut buffer = [0; 4096];
                // The whole request: its body is JSON, and ends with its bracket.
                while !bytes.ends_with(b"}") {
                    match stream.read(&mut buffer) {
                        Ok(0) | Err(_) => break,
                        Ok(count) => bytes.extend_from_slice(&buffer[..count]),
                    }
                }
                kept.lock().unwrap().push(String::from_utf8_lossy(&bytes).into_owned());
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                let _ = stream.write_all((head + &body).as_bytes());
            }
        });
        Self { url, asked }
    }
}

const CODE: &str =
    "const apiKey = \"c0ffee00c0ffee00\";\nfunction half(x: number): number {\n<|>  return x / 3;\n<|>}\n";

/// Asks for a repair of the marked lines.
fn asked(settings: &Value) -> (Client, Value, String) {
    let (text, marks) = cursors(CODE);
    let folder = Folder::new(&[("main.ts", &text)]);
    folder.model_saying("parrot", &["It", " is", " fine", "."]);
    let path = folder.path("main.ts");
    let options = json!({ "settings": settings });
    let mut client = Client::with(&folder, &[folder.root().as_path()], full_capabilities(), options);
    client.did_open(&path, &text);
    let params = json!({
        "textDocument": { "uri": fixture::uri(&path) },
        "range": { "start": fixture::position(&text, marks[0]), "end": fixture::position(&text, marks[1]) },
        "instruction": "Half of it, please.",
        "partialResultToken": "part",
    });
    let answer = client.answer_to("montuno/instruct", params);
    (client, answer, text)
}

fn with_server(server: &Server) -> Value {
    json!({ "ai": { "instruct": { "url": server.url, "model": "m" } } })
}

#[test]
fn an_answer_with_code_is_an_edit_and_comes_in_parts() {
    let server = Server::saying(&["It divides by three.\n\n```ts\n", "  return x / 2;\n", "```\n"]);
    let (client, answer, text) = asked(&with_server(&server));
    let result = &answer["result"];
    let edits = result["edit"]["changes"].as_object().and_then(|changes| changes.values().next());
    let after = fixture::apply(&text, edits.unwrap_or_else(|| panic!("no edit: {answer}")));
    assert_eq!(after, text.replace("x / 3", "x / 2"));
    let parts = client.unread.iter().filter(|message| message["params"]["token"] == "part");
    let parts: String = parts.filter_map(|part| part["params"]["value"]["text"].as_str()).collect();
    assert_eq!(parts, result["text"].as_str().unwrap(), "what came in parts is the whole");
    assert_eq!(result["secrets"], json!(["named secret"]));
    let asked = server.asked.lock().unwrap();
    assert!(asked[0].starts_with("POST /v1/chat/completions ") && asked[0].contains("Half of it"), "{}", asked[0]);
    assert!(!asked[0].contains("c0ffee"), "{}", asked[0]);
}

#[test]
fn code_that_would_be_wrong_is_told_and_not_made() {
    let server = Server::saying(&["```ts\n  return x / 2; )\n```\n"]);
    let (_, answer, _) = asked(&with_server(&server));
    let result = &answer["result"];
    assert_eq!(result.get("edit"), None, "{answer}");
    assert!(result["problem"].as_str().unwrap().contains("would be wrong"), "{answer}");
    assert!(result["text"].as_str().unwrap().contains("x / 2"), "what it said is told all the same");
}

#[test]
fn nonsense_and_what_is_not_set_up_are_said() {
    let server = Server::answering("<html>".to_owned());
    let (mut client, answer, _) = asked(&with_server(&server));
    assert!(answer["error"]["message"].as_str().unwrap().contains("no completion"), "{answer}");
    assert!(client.is_alive());
    let (_, answer, _) = asked(&json!({}));
    assert!(answer["error"]["message"].as_str().unwrap().contains("ai.instruct.url"), "{answer}");
    let (_, answer, _) = asked(&json!({ "ai": { "instruct": { "url": "nowhere" } } }));
    assert!(answer["error"]["message"].as_str().unwrap().contains("no address"), "{answer}");
    let (_, answer, _) = asked(&json!({ "ai": { "instruct": { "model": "nobody" } } }));
    assert!(answer["error"]["message"].as_str().unwrap().contains("nobody"), "{answer}");
}

#[test]
fn a_model_on_this_machine_answers() {
    let (_, answer, _) = asked(&json!({ "ai": { "instruct": { "model": "parrot", "maximum-tokens": 8 } } }));
    assert!(answer["result"]["text"].is_string(), "{answer}");
    assert_eq!(answer["result"].get("edit"), None, "{answer}");
}
