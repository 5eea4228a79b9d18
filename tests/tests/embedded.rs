//! Code in documents of other languages, answered for by its own engine.

use montuno_tests::client::Client;
use montuno_tests::fixture::{self, Folder};
use serde_json::{Value, json};

const PAGE: &str = "<!-- é -->\n<style>\n.big { color: red; }\n</style>\n<p class=\"big\">ü</p><script>\n/** Says it. */\nfunction greet(name) { return name; }\n\
                    </script>\n<script>\nconst said = greet(\"é\");\nsaid.toStr;\n</script>\n";

const DOCUMENT: &str = "# Title\n\nText about `area`.\n\n```python\nclass Square:\n    def area(self) -> float:\n        return 1.0\n```\n\n\
                        Later:\n\n```python\nsquare = Square()\nsquare.area()\n```\n\n```go\npackage main\n\nfunc half(n int) int { return n / 2 }\n```\n";

fn open(name: &str, text: &str) -> (Folder, Client, camino::Utf8PathBuf) {
    let folder = Folder::new(&[(name, text)]);
    let mut client = Client::open(&folder);
    let path = folder.path(name);
    client.open_file(&path);
    (folder, client, path)
}

fn at(client: &Client, path: &camino::Utf8Path, text: &str) -> Value {
    client.at(path, client.text(path).rfind(text).unwrap_or_else(|| panic!("{text} is there")) + 1)
}

#[test]
fn a_script_knows_the_other_scripts_of_its_page() {
    let (_folder, mut client, path) = open("page.html", PAGE);
    let place = at(&client, &path, "greet(\"é");
    let found = client.request("textDocument/definition", place.clone());
    assert_eq!(found[0]["uri"], fixture::uri(&path), "the page itself: {found}");
    assert_eq!(found[0]["range"]["start"], json!({ "line": 6, "character": 9 }), "{found}");
    let shown = client.request("textDocument/hover", place.clone()).to_string();
    assert!(shown.contains("greet") && shown.contains("Says it."), "{shown}");
    let mut rename = place;
    rename["newName"] = json!("welcome");
    let edit = client.request("textDocument/rename", rename);
    let changes = edit["documentChanges"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{edit}");
    assert_eq!(changes[0]["textDocument"]["uri"], fixture::uri(&path), "{edit}");
    let after = fixture::apply(PAGE, &changes[0]["edits"]);
    assert_eq!(after, PAGE.replace("greet", "welcome"));
}

#[test]
fn offers_are_those_of_the_language_at_the_cursor() {
    let (_folder, mut client, path) = open("page.html", PAGE);
    let labels = |answer: &Value| {
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        items.iter().filter_map(|item| item["label"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let place = at(&client, &path, "greet(\"é");
    let found = labels(&client.request("textDocument/completion", place));
    assert!(found.contains(&"greet".to_owned()) && found.contains(&"const".to_owned()), "{found:?}");
    let outside = at(&client, &path, "<p class");
    let found = labels(&client.request("textDocument/completion", outside));
    assert!(!found.contains(&"greet".to_owned()), "{found:?}");
}

#[test]
fn code_is_coloured_as_its_language_is() {
    let (_folder, mut client, path) = open("page.html", PAGE);
    let document = json!({ "textDocument": { "uri": fixture::uri(&path) } });
    let data = client.request("textDocument/semanticTokens/full", document)["data"].as_array().cloned().unwrap();
    let numbers: Vec<u64> = data.iter().map(|number| number.as_u64().unwrap()).collect();
    // The words that have a colour, by their places.
    let (mut line, mut column) = (0, 0);
    let mut words = Vec::new();
    for token in numbers.chunks(5) {
        column = if token[0] > 0 { token[1] } else { column + token[1] };
        line += token[0];
        let text: Vec<u16> = PAGE.lines().nth(line as usize).unwrap().encode_utf16().collect();
        words.push(String::from_utf16(&text[column as usize..(column + token[2]) as usize]).unwrap());
    }
    for word in ["function", "greet", "const", "color", "return"] {
        assert!(words.iter().any(|found| found == word), "{word}: {words:?}");
    }
}

#[test]
fn an_edit_around_code_is_seen() {
    let (_folder, mut client, path) = open("page.html", PAGE);
    let before = PAGE.find("<p").unwrap();
    client.edit(&path, before..before, "<b>more</b>\n\n");
    let place = at(&client, &path, "greet(\"é");
    let found = client.request("textDocument/definition", place);
    assert_eq!(found[0]["range"]["start"]["line"], 8, "{found}");
    let broken = client.text(&path).find("const said").unwrap();
    client.edit(&path, broken..broken, "const = ;\n");
    let found = client.diagnostics(&path);
    assert!(found.iter().any(|finding| finding["code"] == "syntax-error"), "{found:?}");
    assert!(found.iter().all(|finding| finding["code"] == "syntax-error"), "nothing else is known: {found:?}");
    client.edit(&path, broken..broken + "const = ;\n".len(), "");
    assert_eq!(client.diagnostics(&path), Vec::<Value>::new());
    // Without its scripts it is a page like any other.
    client.replace(&path, "<p>greet</p>\n");
    let place = at(&client, &path, "greet");
    assert!(client.request("textDocument/definition", place).as_array().is_none_or(Vec::is_empty));
}

#[test]
fn the_blocks_of_a_document_belong_together() {
    let (_folder, mut client, path) = open("README.md", DOCUMENT);
    let place = at(&client, &path, "area()");
    let found = client.request("textDocument/definition", place.clone());
    assert_eq!(found[0]["range"]["start"], json!({ "line": 6, "character": 8 }), "{found}");
    assert_eq!(found[0]["uri"], fixture::uri(&path), "{found}");
    let shown = client.request("textDocument/hover", place).to_string();
    assert!(shown.contains("float"), "{shown}");
    let place = at(&client, &path, "half(n");
    let shown = client.request("textDocument/hover", place).to_string();
    assert!(shown.contains("func half(n int) int"), "{shown}");
    let symbols =
        client.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": fixture::uri(&path) } }));
    assert!(symbols.to_string().contains("Title"), "the document's own: {symbols}");
    assert_eq!(client.diagnostics(&path), Vec::<Value>::new(), "examples have no findings");
}

#[test]
fn code_in_a_document_is_no_part_of_the_package_beside_it() {
    let folder = Folder::new(&[
        ("go.mod", "module example.com/a\n\ngo 1.19\n"),
        ("a.go", "package a\n\nfunc half(n int) int { return n / 2 }\n\nvar used = half(1)\n"),
        ("README.md", "```go\npackage a\n\nfunc half(n string) string { return n }\n```\n"),
    ]);
    let mut client = Client::open(&folder);
    let (code, document) = (folder.path("a.go"), folder.path("README.md"));
    client.open_file(&document);
    client.open_file(&code);
    let place = at(&client, &code, "half(1)");
    let found = client.request("textDocument/definition", place);
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found[0]["uri"], fixture::uri(&code), "{found}");
    assert_eq!(client.diagnostics(&code), Vec::<Value>::new());
}
