//! Ten thousand edits and questions, sent as fast as they can be written, in an order that no person
//! would type. Each question has one answer; the text in the end is the one that was sent; and what the
//! server says of it is what a fresh server says.

use std::collections::BTreeMap;

use camino::Utf8Path;
use montuno_tests::client::{Client, full_capabilities};
use montuno_tests::fixture::{self, Folder};
use montuno_tests::numbers::Numbers;
use serde_json::{Value, json};

const METHODS: &[&str] = &[
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/typeDefinition",
    "textDocument/implementation",
    "textDocument/completion",
    "textDocument/signatureHelp",
    "textDocument/documentHighlight",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/semanticTokens/full",
    "textDocument/inlayHint",
    "textDocument/diagnostic",
    "textDocument/codeLens",
];

/// Errors that a question may have when it was overtaken by an edit.
const OVERTAKEN: [i64; 2] = [-32801, -32800];

/// The parameters of any of [`METHODS`].
fn parameters(uri: &str, position: &Value) -> Value {
    json!({
        "textDocument": { "uri": uri },
        "position": position,
        "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 10_000, "character": 0 } },
    })
}

/// A client that is not offered names that an import would have to be added for: those come when they have been
/// collected, and say so.
fn open(folder: &Folder) -> Client {
    let options = json!({ "settings": { "completion": { "auto-import": false } } });
    Client::with(folder, &[&folder.root()], full_capabilities(), options)
}

fn run(files: &[(&str, &str)], file: &str, pieces: &[&str], messages: usize, seed: u64) {
    let folder = Folder::new(files);
    let path = folder.path(file);
    let uri = fixture::uri(&path);
    let mut client = open(&folder);
    client.open_file(&path);
    let mut numbers = Numbers::new(seed);
    let mut asked = BTreeMap::new();
    for turn in 0..messages {
        let length = client.text(&path).len();
        if numbers.next(2) == 0 {
            edit(&mut client, &path, pieces, &mut numbers);
        } else {
            let offset = numbers.next(length + 1);
            let position = fixture::position(client.text(&path), boundary(client.text(&path), offset));
            let method = *numbers.pick(METHODS);
            let id = client.ask(method, parameters(&uri, &position));
            asked.insert(id, method);
            if numbers.next(10) == 0 {
                client.notify("$/cancelRequest", json!({ "id": id }));
            }
        }
        // A client has limits too: now and then it waits for everything that it asked.
        if turn % 500 == 499 {
            settle(&mut client, &mut asked);
        }
    }
    settle(&mut client, &mut asked);

    let text = client.text(&path).to_owned();
    let fresh_folder = Folder::new(files);
    let fresh_path = fresh_folder.path(file);
    let mut fresh = open(&fresh_folder);
    fresh.open_file(&fresh_path);
    fresh.replace(&fresh_path, &text);
    let fresh_uri = fixture::uri(&fresh_path);
    for step in 0..60 {
        let offset = boundary(&text, text.len() * step / 60);
        let position = fixture::position(&text, offset);
        for method in METHODS {
            let of = |client: &mut Client, folder: &Folder, uri: &str| {
                let answer = client.request(method, parameters(uri, &position)).to_string();
                let answer = answer.replace(folder.root().as_str(), "ROOT").replace(folder.home().as_str(), "HOME");
                // Result ids count answers, and are not part of them.
                without_result_ids(serde_json::from_str(&answer).unwrap())
            };
            let (ours, theirs) = (of(&mut client, &folder, &uri), of(&mut fresh, &fresh_folder, &fresh_uri));
            assert_eq!(ours, theirs, "{method} at {position} of\n{text}");
        }
    }
    assert!(client.shut_down().success());
}

/// Waits for the answers to all questions.
fn settle(client: &mut Client, asked: &mut BTreeMap<i64, &'static str>) {
    while let Some((&id, method)) = asked.first_key_value() {
        let answer = client.wait_for(method, |message| message.get("method").is_none() && message["id"] == id);
        if let Some(error) = answer.get("error") {
            let code = error["code"].as_i64().unwrap_or_default();
            assert!(OVERTAKEN.contains(&code), "{method}: {error}");
        }
        asked.remove(&id);
    }
    // What came twice would still be here.
    let again = client.unread.iter().find(|message| message.get("method").is_none());
    assert!(again.is_none(), "a second answer: {again:?}");
    client.unread.clear();
}

fn edit(client: &mut Client, path: &Utf8Path, pieces: &[&str], numbers: &mut Numbers) {
    let text = client.text(path);
    let length = text.len();
    let start = boundary(text, numbers.next(length + 1));
    match numbers.next(4) {
        0 if length > 400 => {
            let end = boundary(text, (start + numbers.next(30)).min(length));
            client.edit(path, start..end.max(start), "");
        }
        1 => {
            let end = boundary(text, (start + numbers.next(6)).min(length));
            client.edit(path, start..end.max(start), pieces[numbers.next(pieces.len())]);
        }
        _ => client.edit(path, start..start, pieces[numbers.next(pieces.len())]),
    }
    if client.text(path).len() > 6_000 {
        let text = client.text(path);
        let keep = boundary(text, 2_000);
        client.edit(path, keep..client.text(path).len(), "\n");
    }
}

fn boundary(text: &str, mut offset: usize) -> usize {
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn without_result_ids(mut value: Value) -> Value {
    if let Some(map) = value.as_object_mut() {
        map.remove("resultId");
    }
    value
}

#[test]
fn python() {
    let main = include_str!("../fixtures/interleaved.py");
    let shapes = "class Shape:\n    def area(self) -> float:\n        return 0.0\n";
    let pieces = [
        "x",
        "self",
        ".",
        "(",
        ")",
        ":",
        "\n",
        "\n    ",
        "def f(a, b):\n    return a\n",
        "class A(Shape):\n    y = 1\n",
        " = ",
        "'",
        "\"\"\"",
        "#",
        "import os\n",
        "from shapes import Shape\n",
        "[",
        "]",
        "🎺",
        "é",
        "return ",
        "if ",
        "lambda q: q",
        "f'{x}'",
        ", ",
        "@",
        "\t",
    ];
    run(&[("main.py", main), ("shapes.py", shapes)], "main.py", &pieces, 10_000, 7);
}

#[test]
fn rust() {
    let main = include_str!("../fixtures/interleaved.rs");
    let manifest = "[package]\nname = \"interleaved\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
    let pieces = [
        "x",
        "self",
        ".",
        "(",
        ")",
        "{",
        "}",
        ";",
        "\n",
        "fn f(a: u32) -> u32 { a }\n",
        "struct A { y: u32 }\n",
        " = ",
        "\"",
        "//",
        "/*",
        "use std::fmt;\n",
        "<",
        ">",
        "🎺",
        "é",
        "return ",
        "if ",
        "|q| q",
        "let z = 1;\n",
        ", ",
        "#[derive(Debug)]\n",
        "impl A { fn g(&self) {} }\n",
        "match x { _ => {} }",
        "'a",
    ];
    run(&[("Cargo.toml", manifest), ("src/main.rs", main)], "src/main.rs", &pieces, 10_000, 11);
}
