//! Every cell of the page of languages, for the languages that are known by their types: each request that is advertised
//! has three answers here that hold something.
//!
//! `tests/typed` has a program for each, all alike: a base with a method `run`, three types below it, three documented
//! functions that give one each, and a second file with a function `start` that calls them.

use camino::Utf8PathBuf;
use montuno_tests::answers::{list, names_in};
use montuno_tests::client::{Client, full_capabilities};
use montuno_tests::documentation::languages;
use montuno_tests::fixture::{self, Folder};
use serde_json::{Value, json};

const FUNCTIONS: [&str; 3] = ["alpha", "beta", "gamma"];
const TYPES: [&str; 3] = ["One", "Two", "Three"];
const VARIABLES: [&str; 3] = ["one", "two", "three"];

/// A language with its program, open in an editor.
struct Open {
    id: &'static str,
    folder: Folder,
    client: Client,
    /// The file that declares.
    library: Utf8PathBuf,
    /// The file that uses.
    main: Utf8PathBuf,
}

/// The languages, with the paths of the file that declares and of the one that uses.
const PROGRAMS: [(&str, &str, &str); 5] = [
    ("python", "lib.py", "main.py"),
    ("rust", "src/parts.rs", "src/main.rs"),
    ("typescript", "lib.ts", "main.ts"),
    ("javascript", "lib.js", "main.js"),
    ("go", "lib/lib.go", "main.go"),
];

impl Open {
    fn new(id: &str) -> Self {
        let &(id, library, main) =
            PROGRAMS.iter().find(|(known, ..)| *known == id).unwrap_or_else(|| panic!("{id} has no program"));
        let source = Utf8PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/typed")).join(id);
        let folder = Folder::new(&[]);
        copy(&source, &folder.root());
        // As much of a standard library as is needed to know which names there are.
        let library_folder = "node_modules/typescript/lib";
        folder.write(&format!("{library_folder}/lib.esnext.full.d.ts"), "interface Array<T> { length: number; }\n");
        folder.write(&format!("{library_folder}/lib.es5.d.ts"), "");
        let formatter = folder.trimming_formatter();
        folder.model_saying("parrot", &["omega", " psi"]);
        let command = json!([formatter, "{file}"]);
        // Whatever the model says is shown: here it is an error.
        let options = json!({
            "settings": { "formatting": { "commands": { id: command }, "timeout": 60 }, "ai": { "check": false } },
        });
        let mut client = Client::with(&folder, &[&folder.root()], full_capabilities(), options);
        let (library, main) = (folder.path(library), folder.path(main));
        client.open_file(&library);
        client.open_file(&main);
        Self { id, folder, client, library, main }
    }

    /// A name as this language writes it: what Go exports begins with a capital.
    fn named(&self, name: &str) -> String {
        let mut letters = name.chars();
        match letters.next() {
            Some(first) if self.id == "go" => first.to_uppercase().chain(letters).collect(),
            _ => name.to_owned(),
        }
    }

    /// The place in a file behind some text, as far as `ahead` goes into it.
    fn place(&self, file: &Utf8PathBuf, text: &str, ahead: usize) -> Value {
        let at = self.client.text(file).find(text).unwrap_or_else(|| panic!("{}: no `{text}` in {file}", self.id));
        self.client.at(file, at + ahead)
    }

    /// The use of a function: where it is called.
    fn call(&self, name: &str) -> Value {
        self.place(&self.main, &format!("{}(", self.named(name)), 1)
    }

    /// The declaration of a name in the library.
    fn declared(&self, keyword: &[&str], name: &str) -> Value {
        let text = self.client.text(&self.library);
        let found = keyword.iter().map(|keyword| format!("{keyword} {name}")).find(|found| text.contains(found));
        let found = found.unwrap_or_else(|| panic!("{}: {name} is not declared", self.id));
        self.place(&self.library, &found, found.len() - name.len() + 1)
    }

    fn function(&self, name: &str) -> Value {
        self.declared(&["def", "fn", "function", "func"], &self.named(name))
    }

    fn class(&self, name: &str) -> Value {
        self.declared(&["class", "struct", "type", "trait"], name)
    }

    fn document(&self, file: &Utf8PathBuf) -> Value {
        json!({ "textDocument": { "uri": fixture::uri(file) } })
    }

    fn ask(&mut self, method: &str, params: Value) -> Vec<Value> {
        list(&self.client.request(method, params))
    }

    fn whole(&self, file: &Utf8PathBuf) -> Value {
        let text = self.client.text(file);
        json!({ "start": { "line": 0, "character": 0 }, "end": fixture::position(text, text.len()) })
    }
}

fn copy(from: &Utf8PathBuf, to: &Utf8PathBuf) {
    std::fs::create_dir_all(to).unwrap();
    for entry in from.read_dir_utf8().unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.into_path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Three answers to a request, each of which holds something.
#[allow(clippy::too_many_lines, reason = "one arm for each request")]
fn check(open: &mut Open, method: &str) {
    let said = format!("{} {method}", open.id);
    let (library, main) = (open.library.clone(), open.main.clone());
    let is_there = |found: &[Value], what: &str| {
        assert!(!found.is_empty(), "{said}: nothing for {what}");
    };
    match method {
        "textDocument/definition" | "textDocument/declaration" => {
            for name in FUNCTIONS {
                let found = open.ask(method, open.call(name));
                is_there(&found, name);
                if method.ends_with("definition") {
                    assert!(found[0].to_string().contains(library.file_name().unwrap()), "{said} {name}: {found:?}");
                }
            }
        }
        "textDocument/typeDefinition" => {
            for (variable, of) in VARIABLES.iter().zip(TYPES) {
                let found = open.ask(method, open.place(&main, &format!("{variable}."), 1));
                let line = open.class(of)["position"]["line"].clone();
                assert!(found.iter().any(|it| it["range"]["start"]["line"] == line), "{said} {variable}: {found:?}");
            }
        }
        "textDocument/implementation" | "typeHierarchy/subtypes" => {
            let base = open.class("Base");
            let found = if method.starts_with("type") {
                let item = open.ask("textDocument/prepareTypeHierarchy", base).remove(0);
                open.ask(method, json!({ "item": item }))
            } else {
                open.ask(method, base)
            };
            for name in TYPES {
                let declared = open.class(name)["position"]["line"].as_u64().unwrap();
                // An implementation may be what follows the type: `impl Base for One`.
                let near = |place: &Value| {
                    let range = place.get("selectionRange").unwrap_or(&place["range"]);
                    range["start"]["line"].as_u64().is_some_and(|line| (declared..declared + 3).contains(&line))
                };
                assert!(found.iter().any(near), "{said} {name}: {found:?}");
            }
        }
        "textDocument/references" | "textDocument/documentHighlight" => {
            for name in FUNCTIONS {
                let mut params = open.call(name);
                params["context"] = json!({ "includeDeclaration": true });
                let found = open.ask(method, params);
                let least = if method.ends_with("references") { 2 } else { 1 };
                assert!(found.len() >= least, "{said} {name}: {found:?}");
            }
        }
        "textDocument/documentLink" => {
            let found: Vec<_> =
                open.ask(method, open.document(&library)).iter().map(|link| link["target"].clone()).collect();
            for address in ["https://one.example/a", "https://two.example/b", "https://three.example/c"] {
                assert!(found.contains(&json!(address)), "{said}: {found:?}");
            }
        }
        "textDocument/hover" => {
            for (name, documentation) in FUNCTIONS.iter().zip(["Doc of Alpha", "Doc of Beta", "Doc of Gamma"]) {
                let shown = open.client.request(method, open.call(name))["contents"].to_string();
                assert!(shown.contains(&open.named(name)) && shown.contains(documentation), "{said} {name}: {shown}");
            }
        }
        "textDocument/signatureHelp" => {
            for name in FUNCTIONS {
                let call = format!("{}(", open.named(name));
                let shown = open.client.request(method, open.place(&main, &call, call.len()))["signatures"].to_string();
                assert!(shown.contains("first"), "{said} {name}: {shown}");
            }
        }
        "textDocument/moniker" => {
            for name in FUNCTIONS {
                let found = open.ask(method, open.call(name));
                assert!(found.iter().any(|it| it.to_string().contains(name)), "{said} {name}: {found:?}");
            }
        }
        "textDocument/completion" | "completionItem/resolve" => {
            for name in FUNCTIONS {
                let params = open.call(name);
                let items = list(&open.client.request("textDocument/completion", params)["items"]);
                let wanted = open.named(name);
                let item =
                    items.iter().find(|item| item["label"].as_str().is_some_and(|label| label.starts_with(&wanted)));
                let item = item.unwrap_or_else(|| panic!("{said} {name}: {} others", items.len())).clone();
                if method == "completionItem/resolve" {
                    let resolved = open.client.request(method, item.clone());
                    assert_eq!(resolved["label"], item["label"], "{said}");
                }
            }
        }
        "textDocument/inlineCompletion" => {
            for name in FUNCTIONS {
                let text = open.client.text(&main).to_owned();
                let call = format!("{}(", open.named(name));
                let end = text.find(&call).unwrap();
                let end = end + text[end..].find('\n').unwrap();
                // Not inside a word, which the model would have to go on with.
                open.client.edit(&main, end..end, " ");
                let mut params = open.client.at(&main, end + 1);
                params["context"] = json!({ "triggerKind": 1 });
                let found = list(&open.client.request(method, params)["items"]);
                open.client.edit(&main, end..end + 1, "");
                assert_eq!(found.first().map(|item| &item["insertText"]), Some(&json!("omega psi")), "{said} {name}");
            }
        }
        "textDocument/documentSymbol" => {
            let names = names_in(&open.ask(method, open.document(&library)));
            for name in FUNCTIONS.iter().map(|name| open.named(name)).chain(TYPES.map(str::to_owned)) {
                assert!(names.contains(&name), "{said} {name}: {names:?}");
            }
        }
        "workspace/symbol" => {
            for name in TYPES {
                let found = names_in(&open.ask(method, json!({ "query": name })));
                assert!(found.iter().any(|found| found == name), "{said} {name}: {found:?}");
            }
        }
        "textDocument/rename" | "textDocument/prepareRename" => {
            for name in VARIABLES {
                let mut params = open.place(&main, &format!("{name}."), 1);
                params["newName"] = json!("renamed");
                let answer = open.client.request(method, params).to_string();
                if method == "textDocument/rename" {
                    assert_eq!(answer.matches("\"renamed\"").count(), 2, "{said} {name}: {answer}");
                } else {
                    assert!(answer.contains("start"), "{said} {name}: {answer}");
                }
            }
        }
        "textDocument/codeAction" | "codeAction/resolve" => {
            for name in FUNCTIONS {
                let text = open.client.text(&main).to_owned();
                let prefix = if open.id == "go" { "lib." } else { "" };
                let at = text.find(&format!("{prefix}{}(", open.named(name))).unwrap();
                let end = at + text[at..].find(')').unwrap() + 1;
                let mut params = open.document(&main);
                params["range"] =
                    json!({ "start": fixture::position(&text, at), "end": fixture::position(&text, end) });
                params["context"] = json!({ "diagnostics": [], "only": ["refactor.extract"] });
                let found = open.ask("textDocument/codeAction", params);
                is_there(&found, name);
                if method == "codeAction/resolve" {
                    let edit = match found[0].get("edit") {
                        Some(edit) => edit.clone(),
                        None => open.client.request(method, found[0].clone())["edit"].clone(),
                    };
                    assert!(edit.to_string().contains(&open.named(name)), "{said} {name}: {edit}");
                }
            }
        }
        "textDocument/codeLens" | "codeLens/resolve" => {
            let found = open.ask("textDocument/codeLens", open.document(&library));
            assert!(found.len() >= 3, "{said}: {found:?}");
            if method == "codeLens/resolve" {
                for lens in found.into_iter().take(3) {
                    let resolved = open.client.request(method, lens);
                    assert!(
                        resolved["command"]["title"].as_str().is_some_and(|title| !title.is_empty()),
                        "{said}: {resolved}"
                    );
                }
            }
        }
        "textDocument/inlayHint" => {
            let mut params = open.document(&main);
            params["range"] = open.whole(&main);
            let found = open.ask(method, params);
            assert!(found.len() >= 3 && found.iter().all(|hint| !hint["label"].is_null()), "{said}: {found:?}");
        }
        "textDocument/inlineValue" => {
            let mut params = open.document(&main);
            params["range"] = open.whole(&main);
            let assigned = if open.id == "go" { "total :=" } else { "total =" };
            let stopped = open.place(&main, assigned, 0);
            params["context"] = json!({ "frameId": 1, "stoppedLocation":
                { "start": stopped["position"], "end": stopped["position"] } });
            let found = open.ask(method, params);
            assert!(found.len() >= 3, "{said}: {found:?}");
        }
        "textDocument/semanticTokens/full" => {
            let data = list(&open.client.request(method, open.document(&main))["data"]);
            assert!(data.len() >= 15, "{said}: {data:?}");
        }
        "textDocument/semanticTokens/full/delta" => {
            let params = open.document(&main);
            let whole = open.client.request("textDocument/semanticTokens/full", params.clone());
            let mut last = whole["resultId"].clone();
            for _ in FUNCTIONS {
                let end = open.client.text(&main).len();
                open.client.edit(&main, end..end, "\n");
                let mut params = params.clone();
                params["previousResultId"] = last.clone();
                let delta = open.client.request(method, params);
                assert!(delta["edits"].is_array() && delta["resultId"] != last, "{said}: {delta}");
                last = delta["resultId"].clone();
            }
        }
        "textDocument/semanticTokens/range" => {
            for name in FUNCTIONS {
                let line = open.call(name)["position"]["line"].as_u64().unwrap();
                let mut params = open.document(&main);
                params["range"] =
                    json!({ "start": { "line": line, "character": 0 }, "end": { "line": line + 1, "character": 0 } });
                let data = list(&open.client.request(method, params)["data"]);
                assert!(data.len() >= 5, "{said} {name}: {data:?}");
            }
        }
        "textDocument/foldingRange" => {
            let folds = open.ask(method, open.document(&library));
            assert!(folds.len() >= 3, "{said}: {folds:?}");
            folds.iter().for_each(|fold| assert!(fold["endLine"].as_u64() >= fold["startLine"].as_u64(), "{said}"));
        }
        "textDocument/selectionRange" => {
            let places = FUNCTIONS.map(|name| open.call(name)["position"].clone());
            let mut params = open.document(&main);
            params["positions"] = json!(places);
            let found = open.ask(method, params);
            assert_eq!(found.len(), 3, "{said}");
            found.iter().for_each(|range| assert!(range["parent"]["range"].is_object(), "{said}: {range}"));
        }
        "textDocument/prepareCallHierarchy" => {
            for name in FUNCTIONS {
                let found = open.ask(method, open.call(name));
                assert_eq!(found.first().map(|it| it["name"].clone()), Some(json!(open.named(name))), "{said} {name}");
            }
        }
        "callHierarchy/incomingCalls" => {
            for name in FUNCTIONS {
                let item = open.ask("textDocument/prepareCallHierarchy", open.function(name)).remove(0);
                let callers: Vec<_> =
                    open.ask(method, json!({ "item": item })).iter().map(|it| it["from"]["name"].clone()).collect();
                assert!(callers.contains(&json!("start")), "{said} {name}: {callers:?}");
            }
        }
        "callHierarchy/outgoingCalls" => {
            let start = open.place(&main, "start", 1);
            let item = open.ask("textDocument/prepareCallHierarchy", start).remove(0);
            let called: Vec<_> =
                open.ask(method, json!({ "item": item })).iter().map(|it| it["to"]["name"].clone()).collect();
            for name in FUNCTIONS {
                assert!(called.contains(&json!(open.named(name))), "{said} {name}: {called:?}");
            }
        }
        "textDocument/prepareTypeHierarchy" | "typeHierarchy/supertypes" => {
            for name in TYPES {
                let found = open.ask("textDocument/prepareTypeHierarchy", open.class(name));
                assert_eq!(found.first().map(|it| it["name"].clone()), Some(json!(name)), "{said} {name}: {found:?}");
                if method == "typeHierarchy/supertypes" {
                    let above = names_in(&open.ask(method, json!({ "item": found[0] })));
                    assert!(above.contains(&"Base".to_owned()), "{said} {name}: {above:?}");
                }
            }
        }
        "textDocument/onTypeFormatting" => {
            let typed =
                ON_TYPE.iter().find(|(id, _)| *id == open.id).unwrap_or_else(|| panic!("{said} has no example")).1;
            for (text, character) in typed {
                let before = open.client.text(&main).to_owned();
                let (plain, marks) = fixture::cursors(text);
                open.client.replace(&main, &format!("{plain}{before}"));
                let mut params = open.client.at(&main, marks[0]);
                params["ch"] = json!(character);
                params["options"] = json!({ "tabSize": 4, "insertSpaces": true });
                let found = open.ask(method, params);
                assert!(!found.is_empty(), "{said}: nothing follows in {text:?}");
                open.client.replace(&main, &before);
            }
        }
        "textDocument/formatting" | "textDocument/rangeFormatting" => {
            let tidy = open.client.text(&main).to_owned();
            let marked = FUNCTIONS.map(|name| open.call(name)["position"]["line"].as_u64().unwrap());
            let lines = tidy
                .lines()
                .zip(0..)
                .map(|(line, at)| format!("{line}{}\n", if marked.contains(&at) { "  " } else { "" }));
            let untidy: String = lines.collect();
            open.client.replace(&main, &untidy);
            let mut params = open.document(&main);
            params["options"] = json!({ "tabSize": 4, "insertSpaces": true });
            for line in marked {
                if method.ends_with("rangeFormatting") {
                    params["range"] =
                        json!({ "start": { "line": line, "character": 0 }, "end": { "line": line, "character": 1 } });
                }
                let edits = open.ask(method, params.clone());
                assert!(
                    edits.iter().any(|edit| edit["range"]["start"]["line"].as_u64() <= Some(line)),
                    "{said} {line}: {edits:?}"
                );
            }
            open.client.replace(&main, &tidy);
        }
        "workspace/willRenameFiles" => {
            for name in FUNCTIONS {
                // In Go a folder is what is imported.
                let from = if open.id == "go" { library.parent().unwrap().to_owned() } else { library.clone() };
                let ending = from.extension().map(|ending| format!(".{ending}")).unwrap_or_default();
                let to = from.with_file_name(format!("{name}_moved{ending}"));
                let files = json!([{ "oldUri": fixture::uri(&from), "newUri": fixture::uri(&to) }]);
                let edit = open.client.request(method, json!({ "files": files })).to_string();
                assert!(
                    edit.contains(&format!("{name}_moved")) && edit.contains(main.file_name().unwrap()),
                    "{said}: {edit}"
                );
            }
        }
        "textDocument/diagnostic" => {
            let right = open.client.text(&main).to_owned();
            assert_eq!(open.client.diagnostics(&main), Vec::<Value>::new(), "{said}: the file is right");
            for name in VARIABLES {
                let broken = right.replacen(&format!("{name}."), &format!("missing_{name}."), 1);
                open.client.replace(&main, &broken);
                let found = open.client.diagnostics(&main);
                let missing = format!("missing_{name}");
                let at = open.place(&main, &missing, 0)["position"].clone();
                assert!(found.iter().any(|finding| finding["range"]["start"] == at), "{said} {name}: {found:?}");
            }
            open.client.replace(&main, &right);
        }
        // Sent by the server to clients that do not fetch; the same findings.
        "textDocument/publishDiagnostics" => {}
        other => panic!("{} is advertised and has no test: {other}", open.id),
    }
}

/// What is typed, the mark behind the character, and the character.
type Typed = [(&'static str, &'static str); 3];

const ON_TYPE: [(&str, Typed); 2] = [
    (
        "python",
        [("def f():\n<|>\n", "\n"), ("if True:\n    pass\n    else:<|>\n", ":"), ("x = 1\nprint(\"{<|>}\")\n", "{")],
    ),
    (
        "rust",
        [
            ("/// Documentation\n<|>\nfn f() {}\n", "\n"),
            ("//! Of the file\n<|>\n", "\n"),
            ("fn f() {\n    let a =<|> 1\n}\n", "="),
        ],
    ),
];

fn every_request_has_three_answers(id: &str) {
    let all = languages();
    let language = list(&all["languages"]).into_iter().find(|language| language["id"] == id);
    let language = language.unwrap_or_else(|| panic!("{id} is on the page"));
    assert_eq!(language["level"], "types", "{language}");
    let mut open = Open::new(id);
    let methods = list(&language["methods"]);
    assert!(methods.len() >= 30, "{methods:?}");
    for method in methods {
        check(&mut open, method.as_str().unwrap());
    }
    assert!(open.client.is_alive());
    drop(open.folder);
}

#[test]
fn python() {
    every_request_has_three_answers("python");
}

#[test]
fn rust() {
    every_request_has_three_answers("rust");
}

#[test]
fn typescript() {
    every_request_has_three_answers("typescript");
}

#[test]
fn javascript() {
    every_request_has_three_answers("javascript");
}

#[test]
fn go() {
    every_request_has_three_answers("go");
}

#[test]
fn every_language_with_types_has_a_program() {
    for language in list(&languages()["languages"]).iter().filter(|language| language["level"] == "types") {
        assert!(PROGRAMS.iter().any(|(id, ..)| language["id"] == *id), "{language}");
    }
}
