//! The same questions in another order have the same answers: nothing depends on what was asked before. The
//! programs have circles, in what they import, inherit and infer, so that "whoever came first" would show.

use std::collections::BTreeMap;

use montuno_tests::client::{Client, full_capabilities};
use montuno_tests::fixture::{self, Folder};
use montuno_tests::numbers::Numbers;
use serde_json::{Value, json};

/// Questions about a place.
const PLACED: &[&str] = &[
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/declaration",
    "textDocument/typeDefinition",
    "textDocument/implementation",
    "textDocument/references",
    "textDocument/completion",
];

/// Questions about a document.
const WHOLE: &[&str] =
    &["textDocument/diagnostic", "textDocument/inlayHint", "textDocument/semanticTokens/full", "textDocument/codeLens"];

/// A question: the method, the file, the offset.
type Question = (&'static str, &'static str, usize);

/// All questions about the files: at the start of each word, and about each document.
fn questions(files: &[(&'static str, &'static str)]) -> Vec<Question> {
    let mut found = Vec::new();
    for &(file, text) in files.iter().filter(|(file, _)| !file.ends_with(".toml")) {
        let is_word = |c: char| c == '_' || c.is_alphanumeric();
        for (offset, character) in text.char_indices() {
            let is_start = is_word(character) && !text[..offset].chars().next_back().is_some_and(is_word);
            if is_start {
                found.extend(PLACED.iter().map(|&method| (method, file, offset)));
            }
        }
        found.extend(WHOLE.iter().map(|&method| (method, file, 0)));
    }
    found
}

/// The answers of a server of its own, which is asked in this order.
fn answers(files: &[(&'static str, &'static str)], order: &[Question]) -> BTreeMap<Question, Value> {
    let folder = Folder::new(files);
    // Names that an import would have to be added for come when they have been collected, and say so.
    let options = json!({ "settings": { "completion": { "auto-import": false } } });
    let mut client = Client::with(&folder, &[&folder.root()], full_capabilities(), options);
    for (file, _) in files {
        if !file.ends_with(".toml") {
            client.open_file(&folder.path(file));
        }
    }
    let mut found = BTreeMap::new();
    for &(method, file, offset) in order {
        let path = folder.path(file);
        let params = json!({
            "textDocument": { "uri": fixture::uri(&path) },
            "position": fixture::position(client.text(&path), offset),
            "context": { "includeDeclaration": true, "triggerKind": 1 },
            "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 10_000, "character": 0 } },
        });
        let answer = client.request(method, params).to_string();
        let answer = answer.replace(folder.root().as_str(), "ROOT").replace(folder.home().as_str(), "HOME");
        let mut answer: Value = serde_json::from_str(&answer).unwrap();
        if let Some(map) = answer.as_object_mut() {
            // Result ids count answers, and are not part of them.
            map.remove("resultId");
        }
        found.insert((method, file, offset), answer);
    }
    assert!(client.shut_down().success());
    found
}

fn in_any_order(files: &[(&'static str, &'static str)], seeds: &[u64]) {
    let mut order = questions(files);
    let expected = answers(files, &order);
    let said = expected.values().filter(|answer| !answer.is_null() && **answer != json!([])).count();
    assert!(said > expected.len() / 3, "most questions have an answer: {said} of {}", expected.len());
    for &seed in seeds {
        Numbers::new(seed).shuffle(&mut order);
        for (question, answer) in answers(files, &order) {
            assert_eq!(answer, expected[&question], "{question:?} in the order of seed {seed}");
        }
    }
}

#[test]
fn python() {
    let files = [
        (
            "shapes.py",
            "from __future__ import annotations\n\
             import registry\n\n\n\
             class Shape:\n    \
                 children: list[Shape] = []\n\n    \
                 def first(self):\n        return self.children[0] if self.children else registry.default()\n\n    \
                 def depth(self):\n        return 1 + max(child.depth() for child in self.children)\n\n\n\
             class Square(Shape):\n    \
                 def __init__(self, side):\n        self.side = side\n        self.twin = registry.twin(self)\n\n    \
                 def area(self):\n        return self.side * self.side\n",
        ),
        (
            "registry.py",
            "from shapes import Shape, Square\n\n\
             known = {'square': Square}\n\n\n\
             def default():\n    return twin(Square(1))\n\n\n\
             def twin(shape):\n    if isinstance(shape, Square):\n        return shape.twin or shape\n    return other(shape)\n\n\n\
             def other(shape: Shape):\n    return twin(shape.first())\n",
        ),
        (
            "main.py",
            "from registry import default, known, twin\n\n\
             start = default()\nagain = twin(start)\narea = known['square'](2).area()\n\
             while start is not again:\n    start = again\n    again = start.first()\nprint(start.depth(), area)\n",
        ),
    ];
    in_any_order(&files, &[3, 5]);
}

#[test]
fn rust() {
    let files = [
        ("Cargo.toml", "[package]\nname = \"shuffled\"\nversion = \"0.0.0\"\nedition = \"2024\"\n"),
        (
            "src/main.rs",
            "mod registry;\nmod shapes;\n\nuse registry::*;\nuse shapes::{Shape, Square};\n\n\
             fn main() {\n    let start = default();\n    let again = start.twin();\n    \
             let sides: Vec<_> = [start.area(), again.area()].into_iter().map(|area| area + 1).collect();\n    \
             println!(\"{sides:?} {}\", Square::new(3).name());\n}\n",
        ),
        (
            "src/registry.rs",
            "pub use crate::shapes::*;\n\npub fn default() -> Square {\n    Square::new(1)\n}\n\n\
             impl Shape for Twin {\n    fn area(&self) -> u32 {\n        self.0.area() * 2\n    }\n}\n",
        ),
        (
            "src/shapes.rs",
            "pub use crate::registry::default;\n\npub trait Shape {\n    fn area(&self) -> u32;\n    \
             fn name(&self) -> String {\n        format!(\"{}\", self.area())\n    }\n}\n\n\
             #[derive(Clone, Debug)]\npub struct Square {\n    side: u32,\n}\n\npub struct Twin(pub Square);\n\n\
             impl Square {\n    pub fn new(side: u32) -> Self {\n        Self { side }\n    }\n\n    \
             pub fn twin(&self) -> Twin {\n        Twin(self.clone())\n    }\n}\n\n\
             impl Shape for Square {\n    fn area(&self) -> u32 {\n        self.side * self.side\n    }\n}\n",
        ),
    ];
    in_any_order(&files, &[7]);
}
