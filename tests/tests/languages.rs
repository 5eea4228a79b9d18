//! Every cell of the page of languages, for the languages that are known by their syntax: each request that
//! is advertised has three answers here that hold something.
//!
//! `tests/languages` has a file for each language, all alike: three declarations, `alpha`, `beta` and `gamma`, with
//! a comment above each where the language has them, and a use of each at the end.

use camino::Utf8PathBuf;
use montuno_tests::answers::{list, names_in};
use montuno_tests::client::{Client, full_capabilities};
use montuno_tests::documentation::languages;
use montuno_tests::fixture::{self, Folder};
use serde_json::{Value, json};

const NAMES: [&str; 3] = ["alpha", "beta", "gamma"];

/// A language with its file, open in an editor.
struct Open {
    id: String,
    folder: Folder,
    client: Client,
    path: Utf8PathBuf,
    text: String,
}

impl Open {
    fn new(id: &str) -> Self {
        let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/languages");
        let mut entries = std::fs::read_dir(examples).unwrap().flatten();
        let entry = entries.find(|entry| entry.path().file_stem().is_some_and(|stem| stem == id));
        let entry = entry.unwrap_or_else(|| panic!("{id} has no file in {examples}"));
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let name = format!("main.{}", entry.path().extension().unwrap().to_str().unwrap());
        let folder = Folder::new(&[(&name, &text)]);
        let formatter = folder.trimming_formatter();
        folder.model_saying("parrot", &["omega", " psi"]);
        let command = json!([formatter, "{file}"]);
        // Whatever the model says is shown: in some of the languages it is an error.
        let options = json!({
            "settings": { "formatting": { "commands": { id: command }, "timeout": 60 }, "ai": { "check": false } },
        });
        let mut client = Client::with(&folder, &[&folder.root()], full_capabilities(), options);
        let path = folder.path(&name);
        client.open_file(&path);
        Self { id: id.to_owned(), folder, client, path, text }
    }

    fn document(&self) -> Value {
        json!({ "textDocument": { "uri": fixture::uri(&self.path) } })
    }

    /// The answer about the whole document.
    fn of_document(&mut self, method: &str) -> Vec<Value> {
        let params = self.document();
        list(&self.client.request(method, params))
    }

    /// The answer about the last place where a name stands.
    fn at_use(&mut self, method: &str, name: &str) -> Value {
        let mut params = self.client.at(&self.path, self.text.rfind(name).unwrap() + 1);
        params["context"] = json!({ "includeDeclaration": true, "triggerKind": 1 });
        params["newName"] = json!("renamed");
        self.client.request(method, params)
    }

    /// The line that declares a name: the first that holds it.
    fn line_of(&self, name: &str) -> u64 {
        self.text.lines().position(|line| line.contains(name)).unwrap() as u64
    }
}

/// Three answers to a request, each of which holds something.
fn check(open: &mut Open, method: &str) {
    let said = format!("{} {method}", open.id);
    match method {
        "textDocument/documentSymbol" => {
            let names = names_in(&open.of_document(method));
            NAMES.iter().for_each(|name| assert!(names.iter().any(|found| found.contains(name)), "{said}: {names:?}"));
        }
        "textDocument/inlineCompletion" => {
            for name in NAMES {
                let line_end = open.text.rfind(name).unwrap();
                let line_end = line_end + open.text[line_end..].find('\n').unwrap_or(open.text.len() - line_end);
                // Not inside a word, which the model would have to go on with.
                open.client.edit(&open.path, line_end..line_end, " ");
                let mut params = open.client.at(&open.path, line_end + 1);
                params["context"] = json!({ "triggerKind": 1 });
                let found = list(&open.client.request(method, params)["items"]);
                open.client.edit(&open.path, line_end..line_end + 1, "");
                assert_eq!(found.first().map(|item| &item["insertText"]), Some(&json!("omega psi")), "{said} {name}");
            }
        }
        "textDocument/foldingRange" => {
            let folds = open.of_document(method);
            assert!(folds.len() >= 3, "{said}: {folds:?}");
            folds.iter().for_each(|fold| assert!(fold["endLine"].as_u64() > fold["startLine"].as_u64(), "{said}"));
        }
        "textDocument/selectionRange" => {
            let places = NAMES.map(|name| fixture::position(&open.text, open.text.rfind(name).unwrap() + 1));
            let mut params = open.document();
            params["positions"] = json!(places);
            let found = list(&open.client.request(method, params));
            assert_eq!(found.len(), 3, "{said}");
            found.iter().for_each(|range| assert!(range["parent"]["range"].is_object(), "{said}: {range}"));
        }
        "textDocument/semanticTokens/full" => {
            let params = open.document();
            let data = list(&open.client.request(method, params)["data"]);
            assert!(data.len() >= 15, "{said}: {data:?}");
        }
        "textDocument/semanticTokens/full/delta" => {
            let params = open.document();
            let whole = open.client.request("textDocument/semanticTokens/full", params.clone());
            let mut last = whole["resultId"].clone();
            for _ in NAMES {
                let end = open.client.text(&open.path).len();
                open.client.edit(&open.path, end..end, "\n");
                let mut params = params.clone();
                params["previousResultId"] = last.clone();
                let delta = open.client.request(method, params);
                assert!(delta["edits"].is_array() && delta["resultId"] != last, "{said}: {delta}");
                last = delta["resultId"].clone();
            }
        }
        "textDocument/semanticTokens/range" => {
            for name in NAMES {
                let line = open.line_of(name);
                let mut params = open.document();
                params["range"] =
                    json!({ "start": { "line": line, "character": 0 }, "end": { "line": line + 1, "character": 0 } });
                let data = list(&open.client.request(method, params)["data"]);
                assert!(data.len() >= 5, "{said} {name}: {data:?}");
            }
        }
        "textDocument/documentHighlight" | "textDocument/references" => {
            for name in NAMES {
                let found = list(&open.at_use(method, name));
                assert!(found.len() >= 2, "{said} {name}: {found:?}");
            }
        }
        "textDocument/documentLink" => {
            let found: Vec<_> = open.of_document(method).iter().map(|link| link["target"].clone()).collect();
            for address in ["https://one.example/a", "https://two.example/b", "https://three.example/c"] {
                assert!(found.contains(&json!(address)), "{said}: {found:?}");
            }
        }
        "textDocument/definition" => {
            for name in NAMES {
                let found = list(&open.at_use(method, name));
                let lines: Vec<_> = found.iter().map(|place| place["range"]["start"]["line"].as_u64()).collect();
                assert_eq!(lines, [Some(open.line_of(name))], "{said} {name}");
            }
        }
        "textDocument/hover" => {
            for (name, documentation) in NAMES.iter().zip(["Doc of Alpha", "Doc of Beta", "Doc of Gamma"]) {
                let shown = open.at_use(method, name)["contents"].to_string();
                assert!(shown.contains(name) && shown.contains(documentation), "{said} {name}: {shown}");
            }
        }
        "textDocument/completion" => {
            let shown = open.at_use(method, "gamma")["items"].to_string();
            NAMES.iter().take(2).for_each(|name| assert!(shown.contains(name), "{said} {name}: {shown}"));
            let kinds = list(&open.at_use(method, "alpha")["items"]);
            assert!(kinds.iter().all(|item| item["kind"].is_u64()) && kinds.len() >= 2, "{said}: {kinds:?}");
        }
        "completionItem/resolve" => {
            for item in list(&open.at_use("textDocument/completion", "alpha")["items"]).into_iter().take(3) {
                let resolved = open.client.request(method, item.clone());
                assert_eq!(resolved["label"], item["label"], "{said}");
            }
        }
        "workspace/symbol" => {
            for name in NAMES {
                let found = names_in(&list(&open.client.request(method, json!({ "query": name }))));
                assert!(found.iter().any(|found| found.contains(name)), "{said} {name}: {found:?}");
            }
        }
        "textDocument/prepareRename" => {
            for name in NAMES {
                assert!(open.at_use(method, name).to_string().contains("start"), "{said} {name}");
            }
        }
        "textDocument/rename" => {
            for name in NAMES {
                let edit = open.at_use(method, name).to_string();
                assert_eq!(edit.matches("\"renamed\"").count(), 2, "{said} {name}: {edit}");
            }
        }
        "textDocument/diagnostic" => {
            let path = open.path.clone();
            assert!(open.client.diagnostics(&path).is_empty(), "{said}: the file is right");
            let right = open.text.clone();
            for (at, (broken, with)) in BROKEN.iter().find(|(id, _)| *id == open.id).unwrap().1.iter().enumerate() {
                open.client.replace(&path, &right.replacen(broken, with, 1));
                let found = open.client.diagnostics(&path);
                assert!(found.len() == 1 && found[0]["severity"] == 1, "{said} {at}: {found:?}");
            }
            open.client.replace(&path, &right);
        }
        // Sent by the server to clients that do not fetch; the same findings.
        "textDocument/publishDiagnostics" => {}
        "textDocument/formatting" | "textDocument/rangeFormatting" => {
            let lines: Vec<_> = open.text.lines().map(str::to_owned).collect();
            let marked = NAMES.map(|name| open.line_of(name) as usize);
            let untidy = lines
                .iter()
                .enumerate()
                .map(|(at, line)| format!("{line}{}\n", if marked.contains(&at) { "  " } else { "" }));
            let (path, tidy) = (open.path.clone(), open.text.clone());
            open.client.replace(&path, &untidy.collect::<String>());
            let mut params = open.document();
            params["options"] = json!({ "tabSize": 4, "insertSpaces": true });
            if method == "textDocument/formatting" {
                let edits = list(&open.client.request(method, params));
                assert!(!edits.is_empty(), "{said}");
                let touched = |line: usize| edits.iter().any(|edit| edit["range"]["start"]["line"] == json!(line));
                assert!(touched(marked[0]), "{said}: {edits:?}");
                assert!(edits.len() <= 3, "{said}: only what differs is replaced: {edits:?}");
            } else {
                for line in marked {
                    params["range"] =
                        json!({ "start": { "line": line, "character": 0 }, "end": { "line": line, "character": 1 } });
                    let edits = list(&open.client.request(method, params.clone()));
                    assert_eq!(edits.len(), 1, "{said} {line}: {edits:?}");
                }
            }
            open.client.replace(&path, &tidy);
        }
        other => panic!("{} is advertised and has no test: {other}", open.id),
    }
}

/// What makes a file wrong: what is replaced, and by what.
type Breaks = [(&'static str, &'static str); 3];

const BROKEN: [(&str, Breaks); 3] = [
    ("json", [("\"alpha\":", "\"alpha\""), ("},\n", "}\n"), ("{ \"alpha\": 1", "{ alpha: 1")]),
    ("html", [("let first", "const"), ("= 1;", "= ;"), ("[first, 2]", "[first, 2")]),
    ("toml", [("alpha = 1", "alpha = "), ("[first]", "[first"), ("beta = 2", "beta 2")]),
];

#[test]
fn every_advertised_request_has_three_answers() {
    let all = languages();
    let by_syntax: Vec<_> =
        list(&all["languages"]).into_iter().filter(|language| language["level"] == "syntax").collect();
    assert!(by_syntax.len() >= 14, "{all}");
    for language in by_syntax {
        let mut open = Open::new(language["id"].as_str().unwrap());
        for method in list(&language["methods"]) {
            check(&mut open, method.as_str().unwrap());
        }
        assert!(open.client.is_alive());
        drop(open.folder);
    }
}

#[test]
fn what_a_language_does_not_have_is_neither_registered_nor_answered() {
    let mut capabilities = full_capabilities();
    for feature in ["definition", "hover", "rename", "formatting", "documentSymbol", "inlayHint"] {
        capabilities["textDocument"][feature]["dynamicRegistration"] = json!(true);
    }
    let folder = Folder::new(&[("a.css", ".a { color: red }\n"), ("b.c", "int one(void) { return 1; }\n")]);
    let settings =
        json!({ "settings": { "disabled-features": ["formatting", "c.hover"], "disabled-languages": ["php"] } });
    let mut client = Client::with(&folder, &[&folder.root()], capabilities, settings);
    let registered = client.wait_for("the registration", |message| {
        message["method"] == "client/registerCapability" && message.to_string().contains("textDocument/definition")
    });
    let selector = |method: &str| {
        let all = list(&registered["params"]["registrations"]);
        let one = all.into_iter().find(|one| one["method"] == method)?;
        Some(one["registerOptions"]["documentSelector"].to_string())
    };
    assert!(client.capabilities.get("definitionProvider").is_none());
    let definition = selector("textDocument/definition").unwrap();
    assert!(definition.contains("\"c\"") && !definition.contains("\"css\"") && !definition.contains("\"php\""));
    assert!(selector("textDocument/documentSymbol").unwrap().contains("\"css\""));
    assert!(!selector("textDocument/hover").unwrap().contains("\"c\""), "switched off");
    assert_eq!(selector("textDocument/formatting"), None, "switched off");
    for file in ["a.css", "b.c"] {
        client.open_file(&folder.path(file));
    }
    let place = client.at(&folder.path("b.c"), 5);
    assert!(client.request("textDocument/hover", place.clone()).is_null());
    assert!(client.request("textDocument/definition", place).is_array());
    let place = client.at(&folder.path("a.css"), 1);
    assert!(client.request("textDocument/definition", place).is_null());

    client.notify(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "montuno": { "disabled-languages": ["c"] } } }),
    );
    let gone = client
        .wait_for("the registration to be taken back", |message| message["method"] == "client/unregisterCapability");
    assert!(gone.to_string().contains("textDocument/definition"), "{gone}");
}
