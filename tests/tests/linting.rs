//! Findings of other programs when a file is saved, by stand-ins on the `PATH` of the test.

#![cfg(unix)]

use camino::Utf8PathBuf;
use montuno_tests::client::{Client, full_capabilities};
use montuno_tests::fixture::{self, Folder};
use montuno_tests::{binary, client};
use serde_json::{Value, json};

/// A program that says what a script says.
fn program(folder: &Folder, name: &str, script: &str) -> Utf8PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.home().join("tools").join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// A client whose server finds the folder's own programs first.
fn open(folder: &Folder, linting: &Value, trusted: bool) -> Client {
    let path = format!("{}:{}", folder.home().join("tools"), std::env::var("PATH").unwrap());
    let mut command = binary::command(&folder.root(), folder.home());
    command.env("PATH", path).arg("lsp").stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut client = client::Client::of(command.spawn().unwrap());
    let mut capabilities = full_capabilities();
    // Sent, so that a test can wait for them.
    capabilities["textDocument"].as_object_mut().unwrap().remove("diagnostic");
    let options = json!({ "settings": { "linting": linting }, "trusted": trusted });
    client.initialize(&[&folder.root()], capabilities, options);
    client
}

fn save(client: &mut Client, path: &camino::Utf8Path) {
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": fixture::uri(path) } }));
}

fn published(message: &Value, source: &str) -> bool {
    message["method"] == "textDocument/publishDiagnostics"
        && message["params"]["diagnostics"].as_array().is_some_and(|all| all.iter().any(|one| one["source"] == source))
}

const RUFF: &str = r#"cat > /dev/null
echo '[{"code":"F841","filename":"'$5'","message":"unused","location":{"row":2,"column":5},"end_location":{"row":2,"column":6}}]'
exit 1"#;

#[test]
fn what_a_linter_finds_is_shown_until_the_file_changes() {
    let folder = Folder::new(&[("a.py", "def f():\n    x = 1\n")]);
    program(&folder, "ruff", RUFF);
    let mut client = open(&folder, &json!({ "on-save": { "python": ["ruff"] }, "timeout": 60 }), false);
    let path = folder.path("a.py");
    client.open_file(&path);
    save(&mut client, &path);
    let message = client.wait_for("ruff's finding", |message| published(message, "ruff"));
    let all = message["params"]["diagnostics"].as_array().unwrap();
    let finding = all.iter().find(|finding| finding["source"] == "ruff").unwrap();
    assert_eq!((&finding["code"], &finding["severity"]), (&json!("F841"), &json!(2)), "{finding}");
    assert_eq!(finding["range"]["start"], json!({ "line": 1, "character": 4 }), "{finding}");
    client.edit(&path, 0..0, "\n");
    let message = client.wait_for("the findings of the changed text", |message| {
        message["method"] == "textDocument/publishDiagnostics" && message["params"]["version"] == 2
    });
    assert!(!published(&message, "ruff"), "{message}");
}

#[test]
fn what_runs_code_of_the_project_waits_for_trust() {
    let folder = Folder::new(&[("a.js", "let x = 1;\n"), ("package.json", "{}")]);
    let canary = folder.home().join("canary");
    program(
        &folder,
        "eslint",
        &format!(
            "touch {canary}; cat > /dev/null\necho '[{{\"filePath\":\"'$5'\",\"messages\":[{{\"ruleId\":\"prefer-const\",\"severity\":2,\
             \"message\":\"no\",\"line\":1,\"column\":5,\"endLine\":1,\"endColumn\":6}}]}}]'"
        ),
    );
    let setting = json!({ "on-save": { "javascript": ["eslint"] }, "timeout": 60 });
    let path = folder.path("a.js");
    {
        let mut client = open(&folder, &setting, false);
        client.open_file(&path);
        save(&mut client, &path);
        let message = client.wait_for("why not", |message| {
            message["method"] == "window/showMessage" && message.to_string().contains("Trust the workspace")
        });
        assert!(message.to_string().contains("eslint"), "{message}");
        assert!(!canary.exists(), "it was run without trust");
    }
    let mut client = open(&folder, &setting, true);
    client.open_file(&path);
    save(&mut client, &path);
    client.wait_for("eslint's finding", |message| published(message, "eslint"));
    assert!(canary.exists());
}

#[test]
fn a_linter_that_hangs_or_says_nonsense_is_complained_of() {
    let folder = Folder::new(&[("a.py", "x = 1\n"), ("b.js", "let x;\n")]);
    program(&folder, "ruff", "exec sleep 600");
    program(&folder, "eslint", "cat > /dev/null; echo no list");
    let setting = json!({ "on-save": { "python": ["ruff", "pylint"], "javascript": ["eslint"] }, "timeout": 1 });
    let mut client = open(&folder, &setting, true);
    for file in ["a.py", "b.js"] {
        client.open_file(&folder.path(file));
        save(&mut client, &folder.path(file));
    }
    let mut said = String::new();
    while !["was ended", "pylint", "no list of findings"].iter().all(|wanted| said.contains(wanted)) {
        let message = client.wait_for("what is wrong", |message| message["method"] == "window/showMessage");
        said.push_str(&message.to_string());
    }
    assert!(client.is_alive());
}

#[test]
fn a_repository_cannot_name_linters() {
    let folder =
        Folder::new(&[("a.py", "x = 1\n"), ("montuno.toml", "[linting]\non-save = { python = [\"ruff\"] }\n")]);
    let canary = folder.home().join("canary");
    program(&folder, "ruff", &format!("touch {canary}; {RUFF}"));
    let mut client = open(&folder, &json!({}), true);
    let path = folder.path("a.py");
    client.open_file(&path);
    save(&mut client, &path);
    client.request("textDocument/hover", client.at(&path, 0));
    assert!(!canary.exists());
}
