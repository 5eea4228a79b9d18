//! Messages that no client should send. Each gets an error or an empty answer, and the server goes on.

use montuno_tests::client::Client;
use montuno_tests::fixture::{self, Folder};
use serde_json::{Value, json};

fn client() -> (Folder, Client) {
    let folder = Folder::new(&[("a.py", "value = 1\n")]);
    let mut client = Client::open(&folder);
    client.open_file(&folder.path("a.py"));
    (folder, client)
}

/// The server still answers.
fn goes_on(folder: &Folder, client: &mut Client) {
    let hover = client.request("textDocument/hover", client.at(&folder.path("a.py"), 0));
    assert!(hover["contents"]["value"].as_str().unwrap().contains("value"), "{hover}");
}

#[test]
fn bytes_that_are_no_message() {
    let (folder, mut client) = client();
    let bad: [&[u8]; 6] = [
        b"Content-Length: 5\r\n\r\n{bad}",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc",
        b"Content-Length: many\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"Content-Length: 4294967296\r\n\r\n",
    ];
    for bytes in bad {
        client.send_raw(bytes);
        let answer = client.wait_for("an error", |message| message.get("error").is_some());
        assert!(answer["id"].is_null(), "{answer}");
        goes_on(&folder, &mut client);
    }
}

#[test]
fn methods_that_do_not_exist() {
    let (folder, mut client) = client();
    assert_eq!(client.answer_to("textDocument/mindReading", json!({}))["error"]["code"], -32601);
    client.notify("textDocument/didPonder", json!({}));
    client.notify("$/unknown", json!({}));
    goes_on(&folder, &mut client);
}

#[test]
fn parameters_that_do_not_fit() {
    let (folder, mut client) = client();
    for params in [Value::Null, json!([]), json!({ "textDocument": 7 }), json!("x")] {
        let answer = client.answer_to("textDocument/hover", params.clone());
        assert_eq!(answer["error"]["code"], -32602, "{params}: {answer}");
        client.notify("textDocument/didOpen", params.clone());
        client.notify("textDocument/didChange", params);
    }
    goes_on(&folder, &mut client);
}

#[test]
fn places_outside_a_document() {
    let (folder, mut client) = client();
    let uri = fixture::uri(&folder.path("a.py"));
    for (line, character) in [(0, 4_000_000_000_u32), (4_000_000_000_u32, 0), (1, 5)] {
        let at = json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } });
        for method in ["hover", "definition", "completion", "signatureHelp", "documentHighlight"] {
            let answer = client.answer_to(&format!("textDocument/{method}"), at.clone());
            assert!(answer.get("error").is_none(), "{method}: {answer}");
        }
    }
    goes_on(&folder, &mut client);
}

#[test]
fn documents_that_nobody_opened() {
    let (folder, mut client) = client();
    let unknown = [
        fixture::uri(&folder.path("missing.py")),
        "untitled:Untitled-1".to_owned(),
        "nonsense".to_owned(),
        "file:///%FF.py".to_owned(),
    ];
    for uri in unknown {
        let document = json!({ "uri": uri });
        let at = json!({ "textDocument": document, "position": { "line": 0, "character": 0 } });
        for method in ["hover", "definition", "completion"] {
            let answer = client.answer_to(&format!("textDocument/{method}"), at.clone());
            assert!(answer.get("error").is_none(), "{uri}: {answer}");
        }
        let change = json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [{ "text": "x" }] });
        client.notify("textDocument/didChange", change);
        client.notify("textDocument/didClose", json!({ "textDocument": document }));
    }
    goes_on(&folder, &mut client);
}

#[test]
fn an_untitled_document_is_answered() {
    let (_folder, mut client) = client();
    let item =
        json!({ "uri": "untitled:Untitled-1", "languageId": "python", "version": 1, "text": "alpha = 1\nalpha\n" });
    client.notify("textDocument/didOpen", json!({ "textDocument": item }));
    let at = json!({ "textDocument": { "uri": "untitled:Untitled-1" }, "position": { "line": 1, "character": 0 } });
    let answer = client.request("textDocument/definition", at);
    assert_eq!(answer[0]["uri"], "untitled:Untitled-1", "{answer}");
    assert_eq!(answer[0]["range"]["start"], json!({ "line": 0, "character": 0 }));
}

#[test]
fn edits_with_ranges_that_do_not_fit() {
    let (folder, mut client) = client();
    let path = folder.path("a.py");
    let uri = fixture::uri(&path);
    let place = |line: u32, character: u32| json!({ "line": line, "character": character });
    // Turned round, and outside: moved to the nearest places that there are.
    let change = json!({
        "textDocument": { "uri": uri, "version": 2 },
        "contentChanges": [{ "range": { "start": place(9, 9), "end": place(0, 9) }, "text": "\nother = 2\n" }],
    });
    client.notify("textDocument/didChange", change);
    let symbols = client.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
    let names: Vec<_> = symbols.as_array().unwrap().iter().map(|symbol| symbol["name"].clone()).collect();
    assert_eq!(names, ["value", "other"]);
}

#[test]
fn a_response_that_nobody_asked_for() {
    let (folder, mut client) = client();
    client.send(&json!({ "jsonrpc": "2.0", "id": 12345, "result": null }));
    client.send(&json!({ "jsonrpc": "2.0", "id": "x", "error": { "code": 1, "message": "?" } }));
    client.notify("$/cancelRequest", json!({ "id": 999 }));
    goes_on(&folder, &mut client);
}
