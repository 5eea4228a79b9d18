//! Files and folders that no repository should have. Whatever they are, there is a clear message or an
//! empty answer, and everything else is answered as ever.

use std::process::Output;

use montuno_tests::binary;
use montuno_tests::client::Client;
use montuno_tests::fixture::{self, Folder};
use serde_json::{Value, json};

fn check(folder: &Folder, arguments: &[&str]) -> Output {
    let mut command = binary::command(&folder.root(), folder.home());
    command.arg("check").args(arguments).output().expect("the binary runs")
}

/// The findings of `montuno check --format json`, and its exit code.
fn findings(folder: &Folder) -> (Vec<Value>, Option<i32>) {
    let output = check(folder, &["--format", "json"]);
    let document: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    (document["findings"].as_array().unwrap().clone(), output.status.code())
}

fn rules_of<'a>(found: &'a [Value], file: &str) -> Vec<&'a str> {
    found.iter().filter(|finding| finding["file"] == file).filter_map(|finding| finding["rule"].as_str()).collect()
}

#[test]
fn files_that_are_no_text() {
    let folder = Folder::new(&[("good.py", "print(nothing)\n"), ("empty.py", "")]);
    folder.write("binary.py", b"\x7fELF\0\0\0\0");
    folder.write("latin1.py", b"name = 'caf\xe9'\nprint(nothing)\n");
    folder.write("huge.py", vec![b'#'; 50 << 20]);
    let (found, code) = findings(&folder);
    assert_eq!(code, Some(1));
    assert_eq!(rules_of(&found, "good.py"), ["unresolved-name"]);
    assert_eq!(rules_of(&found, "latin1.py"), ["unresolved-name"], "what can be read of it is analysed");
    assert_eq!(rules_of(&found, "binary.py"), ["unreadable-file"]);
    assert_eq!(rules_of(&found, "huge.py"), ["unreadable-file"]);
    assert!(rules_of(&found, "empty.py").is_empty());
}

#[test]
fn one_line_of_five_megabytes() {
    let line = format!("data = [{}]\nprint(nothing)\n", "12345, ".repeat(5 << 17));
    let folder = Folder::new(&[("long.py", &line)]);
    let (found, _) = findings(&folder);
    assert_eq!(rules_of(&found, "long.py"), ["unresolved-name"]);
}

#[test]
fn text_nested_ten_thousand_deep() {
    let deep =
        |open: &str, inside: &str, close: &str| format!("{}{inside}{}", open.repeat(10_000), close.repeat(10_000));
    let cases = [
        ("brackets.py", format!("x = {}\n", deep("(", "1", ")"))),
        ("lists.py", format!("x = {}\n", deep("[", "", "]"))),
        ("not.py", format!("x = {}1\n", "not ".repeat(10_000))),
        ("minus.py", format!("x = {}1\n", "-".repeat(10_000))),
        ("plus.py", format!("x = {}1\n", "1 + ".repeat(10_000))),
        ("calls.py", format!("x = print{}\n", "()".repeat(10_000))),
        ("members.py", format!("x = y{}\n", ".a".repeat(10_000))),
        ("lambdas.py", format!("x = {}1\n", "lambda: ".repeat(10_000))),
        ("ifs.py", format!("x = {}1\n", "1 if 2 else ".repeat(10_000))),
        ("blocks.py", (0..5_000).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect()),
        ("elifs.py", format!("if 1: pass\n{}", "elif 1: pass\n".repeat(10_000))),
        ("fstrings.py", format!("x = {}\n", "f'{".repeat(10_000))),
        ("subscripts.py", format!("x: {}\n", deep("list[", "int", "]"))),
    ];
    for (name, text) in &cases {
        let folder = Folder::new(&[(name, text), ("good.py", "print(nothing)\n")]);
        let (found, code) = findings(&folder);
        assert_eq!(code, Some(1), "{name}");
        assert_eq!(rules_of(&found, "good.py"), ["unresolved-name"], "{name}");
    }
}

#[test]
#[cfg(unix)]
fn links_and_rights() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder =
        Folder::new(&[("a/good.py", "print(nothing)\n"), ("secret.py", "x = 1\n"), ("closed/inside.py", "x = 1\n")]);
    symlink(folder.root(), folder.path("a/loop")).unwrap();
    symlink("itself.py", folder.path("itself.py")).unwrap();
    symlink("/nowhere/at/all.py", folder.path("broken.py")).unwrap();
    std::fs::set_permissions(folder.path("secret.py"), std::fs::Permissions::from_mode(0o000)).unwrap();
    std::fs::set_permissions(folder.path("closed"), std::fs::Permissions::from_mode(0o000)).unwrap();
    let (found, code) = findings(&folder);
    std::fs::set_permissions(folder.path("closed"), std::fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(code, Some(1));
    assert_eq!(rules_of(&found, "a/good.py"), ["unresolved-name"]);
}

#[test]
#[cfg(unix)]
fn a_pipe_is_not_read() {
    let folder = Folder::new(&[("good.py", "print(nothing)\n")]);
    let made = std::process::Command::new("mkfifo").arg(folder.path("pipe.py")).status();
    assert!(made.is_ok_and(|status| status.success()));
    let (found, _) = findings(&folder);
    assert_eq!(rules_of(&found, "good.py"), ["unresolved-name"]);
    let output = check(&folder, &["pipe.py"]);
    assert_ne!(output.status.code(), None, "it ends");
}

#[test]
fn manifests_that_are_broken() {
    let broken = [
        ("Cargo.toml", "[package\nname ="),
        ("pyproject.toml", "[project\nrequires-python = 3"),
        ("montuno.toml", "python = ["),
    ];
    for (name, text) in broken {
        let folder = Folder::new(&[(name, text), ("good.py", "print(nothing)\n"), ("src/lib.rs", "pub fn f() {}\n")]);
        let output = check(&folder, &["--format", "json"]);
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(rules_of(document["findings"].as_array().unwrap(), "good.py"), ["unresolved-name"], "{name}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(name), "the message names {name}: {said}");
    }
}

#[test]
fn paths_that_are_not_there() {
    let folder = Folder::new(&[("good.py", "x = 1\n"), ("notes.txt", "x")]);
    let output = check(&folder, &["missing.py"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("missing.py"));
    let output = check(&folder, &["notes.txt"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("notes.txt"));
}

#[test]
fn a_file_that_vanishes_while_it_is_open() {
    let folder = Folder::new(&[("a.py", "from b import value\nprint(value)\n"), ("b.py", "value = 1\n")]);
    let mut client = Client::open(&folder);
    let path = folder.path("a.py");
    client.open_file(&path);
    assert!(client.diagnostics(&path).is_empty());
    std::fs::remove_file(folder.path("b.py")).unwrap();
    std::fs::remove_file(&path).unwrap();
    let gone = |file: &str| json!({ "uri": fixture::uri(&folder.path(file)), "type": 3 });
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [gone("a.py"), gone("b.py")] }));
    let found = client.diagnostics(&path);
    assert_eq!(found[0]["code"], "unresolved-import", "the buffer is still there, what it imports is not: {found:?}");
    folder.write("b.py", "value = 2\n");
    let back = json!({ "uri": fixture::uri(&folder.path("b.py")), "type": 1 });
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [back] }));
    assert!(client.diagnostics(&path).is_empty());
}

#[test]
fn a_read_only_checkout() {
    let folder = Folder::new(&[
        ("a.py", "print(nothing)\n"),
        ("src/lib.rs", "pub fn f() {}\n"),
        ("Cargo.toml", "[package]\nname = \"x\"\n"),
    ]);
    let before = listing(&folder);
    findings(&folder);
    assert_eq!(listing(&folder), before, "nothing is written into the workspace");
}

fn listing(folder: &Folder) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![folder.root()];
    while let Some(next) = pending.pop() {
        for entry in next.read_dir_utf8().unwrap().flatten() {
            found.push(entry.path().to_string());
            if entry.file_type().unwrap().is_dir() {
                pending.push(entry.into_path());
            }
        }
    }
    found.sort();
    found
}
