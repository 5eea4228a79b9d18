//! Files that no language expects, in the languages that are known by their syntax; formatters that do wrong.

use std::time::Duration;

use montuno_tests::client::{Client, full_capabilities};
use montuno_tests::documentation::languages;
use montuno_tests::fixture::{self, Folder};
use serde_json::{Value, json};

/// The endings of the languages that are known by their syntax.
fn endings() -> Vec<String> {
    let all = languages();
    let listed = all["languages"].as_array().cloned().unwrap_or_default();
    let by_syntax = listed.iter().filter(|language| language["level"] == "syntax");
    let ids = by_syntax.filter_map(|language| language["id"].as_str());
    let ending = |id: &str| match id {
        "csharp" => "cs".to_owned(),
        "ruby" => "rb".to_owned(),
        "shellscript" => "sh".to_owned(),
        "markdown" => "md".to_owned(),
        other => other.to_owned(),
    };
    ids.map(ending).collect()
}

/// Asks everything that reads a whole file, and something about a place.
fn ask(client: &mut Client, path: &camino::Utf8Path) {
    let document = json!({ "textDocument": { "uri": fixture::uri(path) } });
    for method in ["documentSymbol", "foldingRange", "semanticTokens/full", "documentLink", "diagnostic"] {
        client.request(&format!("textDocument/{method}"), document.clone());
    }
    for (line, character) in [(0, 0), (0, 7), (3, 1), (9999, 9999)] {
        let mut params = document.clone();
        params["position"] = json!({ "line": line, "character": character });
        params["context"] = json!({ "includeDeclaration": true, "triggerKind": 1 });
        for method in ["definition", "references", "hover", "documentHighlight", "completion"] {
            client.request(&format!("textDocument/{method}"), params.clone());
        }
        params["positions"] = json!([params["position"]]);
        client.request("textDocument/selectionRange", params);
    }
}

#[test]
fn whatever_a_file_holds_it_has_an_answer() {
    let deep = |open: &str, close: &str| format!("{}x{}", open.repeat(5_000), close.repeat(5_000));
    let texts = [
        String::new(),
        "\u{feff}\u{0}\u{1}".to_owned(),
        "\u{fffd}é\u{10ffff}\r\n\r'\"`".repeat(50),
        deep("(", ")"),
        deep("[", "]"),
        deep("{\"a\":", "}"),
        deep("<div>", "</div>"),
        deep("- ", ""),
        deep("> ", ""),
        "if (a) {".repeat(5_000),
        "\"unclosed /* <!-- ``` ".to_owned(),
        "a ".repeat(20_000),
    ];
    let folder = Folder::new(&[]);
    let mut client = Client::open(&folder);
    for ending in endings() {
        for (number, text) in texts.iter().enumerate() {
            let path = folder.path(&format!("file{number}.{ending}"));
            client.did_open(&path, text);
            ask(&mut client, &path);
            client.notify("textDocument/didClose", json!({ "textDocument": { "uri": fixture::uri(&path) } }));
        }
    }
    assert!(client.is_alive());
}

#[test]
fn files_on_disk_that_are_no_text_are_left_alone() {
    let folder = Folder::new(&[("main.c", "int main(void) { return helper(); }\n")]);
    folder.write("binary.c", b"\x7fELF\0\0helper");
    folder.write("broken.c", b"int helper\xff(void);\n");
    folder
        .write("large.c", "int helper(void) { return 1; }\n".to_owned() + &"/* generated helper */\n".repeat(450_000));
    let mut client = Client::open(&folder);
    let path = folder.path("main.c");
    client.open_file(&path);
    let params = client.at(&path, 26);
    client.request("textDocument/definition", params.clone());
    let mut params = params;
    params["context"] = json!({ "includeDeclaration": true });
    let found = client.request("textDocument/references", params);
    assert!(found.to_string().contains("large.c"), "{found}");
}

/// What a formatter that runs this script makes of a text: the answer to the request.
#[cfg(unix)]
fn formatted(script: &str, trusted: bool, in_workspace: bool) -> Value {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new(&[("a.lua", "local  x = 1\n")]);
    let place = if in_workspace { "tools/formatter" } else { "../tools/formatter" };
    folder.write(place, format!("#!/bin/sh\n{script}\n"));
    let path = folder.path(place);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    let settings = json!({ "formatting": { "commands": { "lua": [path] }, "timeout": 1 } });
    let options = json!({ "settings": settings, "trusted": trusted });
    let mut client = Client::with(&folder, &[&folder.root()], full_capabilities(), options);
    let file = folder.path("a.lua");
    client.open_file(&file);
    let params = json!({
        "textDocument": { "uri": fixture::uri(&file) },
        "options": { "tabSize": 2, "insertSpaces": true },
    });
    let answer = client.answer_to("textDocument/formatting", params);
    assert!(client.is_alive());
    let canary = folder.home().join("canary");
    assert_eq!(canary.exists(), script.contains("canary") && trusted, "run with trust alone");
    client.collect(Duration::ZERO);
    answer
}

#[test]
#[cfg(unix)]
fn a_formatter_that_does_wrong_changes_nothing_and_says_why() {
    let message = |script: &str| {
        let answer = formatted(script, false, false);
        assert_eq!(answer["error"]["code"], -32803, "{script}: {answer}");
        answer["error"]["message"].as_str().unwrap().to_owned()
    };
    let hanging = message("exec sleep 60");
    assert!(hanging.contains("was ended"), "{hanging}");
    assert!(message("cat > /dev/null; echo bad syntax >&2; exit 2").contains("bad syntax"));
    assert!(message("cat > /dev/null").contains("nothing was changed"), "no output");
    assert!(message("echo usage: formatter options and more of it all here").contains("nothing was changed"));
    assert!(message("printf '\\377\\376'").contains("no text"));
    assert!(message("yes 'local x = 1'").contains("was ended") || message("yes").contains("without end"));
    assert_eq!(formatted("sed 's/  / /'", false, false)["result"][0]["newText"], "local x = 1\n");
}

#[test]
#[cfg(unix)]
fn a_formatter_of_the_repository_waits_for_trust() {
    let script = "touch \"$(dirname \"$0\")/../../canary\"; sed 's/  / /'";
    assert!(formatted(script, false, true)["error"]["message"].as_str().unwrap().contains("trusted"));
    assert_eq!(formatted(script, true, true)["result"][0]["newText"], "local x = 1\n");
}
