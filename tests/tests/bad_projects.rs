//! Projects that are odd or wrong: whatever is in them, answers come, and what can be known is known.

use montuno_tests::binary;
use montuno_tests::client::Client;
use montuno_tests::fixture::{self, Folder};
use serde_json::{Value, json};

/// The findings of the mildest severity on, and the exit code.
fn check(folder: &Folder) -> (Vec<Value>, Option<i32>) {
    let mut command = binary::command(&folder.root(), folder.home());
    let output = command.args(["check", "--format", "json"]).output().expect("the binary runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    (report["findings"].as_array().cloned().unwrap_or_default(), output.status.code())
}

/// Where the definition of what stands at a text in a file is: the ends of the paths.
fn definition(client: &mut Client, folder: &Folder, file: &str, text: &str) -> Vec<String> {
    let path = folder.path(file);
    client.open_file(&path);
    let at = client.text(&path).rfind(text).expect("the text is there");
    let found = client.request("textDocument/definition", client.at(&path, at + 1));
    let all = found.as_array().cloned().unwrap_or_default();
    all.iter().map(|place| fixture::path_of(place["uri"].as_str().unwrap()).to_string()).collect()
}

#[test]
fn a_tsconfig_that_extends_itself() {
    let folder = Folder::new(&[
        (
            "tsconfig.json",
            "{ \"extends\": \"./base.json\", \"compilerOptions\": { \"paths\": { \"@/*\": [\"./src/*\"] } } }",
        ),
        ("base.json", "{ \"extends\": \"./tsconfig.json\" }"),
        ("src/a.ts", "export const a = 1;\n"),
        ("main.ts", "import { a, missing } from \"@/a\";\n\nexport const all = [a, missing];\n"),
    ]);
    let (found, code) = check(&folder);
    assert_eq!(code, Some(1), "{found:?}");
    assert!(found.iter().any(|finding| finding.to_string().contains("missing")), "{found:?}");
    let mut client = Client::open(&folder);
    let found = definition(&mut client, &folder, "main.ts", "a, missing]");
    assert!(found[0].ends_with("src/a.ts"), "{found:?}");
}

#[test]
fn packages_that_lead_to_each_other() {
    let folder = Folder::new(&[
        (
            "node_modules/a/package.json",
            "{ \"name\": \"a\", \"main\": \"../b\", \"exports\": { \".\": \"./../b/index.js\" } }",
        ),
        ("node_modules/b/package.json", "{ \"name\": \"b\", \"main\": \"../a\", \"dependencies\": { \"a\": \"1\" } }"),
        ("node_modules/b/index.d.ts", "export * from \"a\";\n"),
        (
            "package.json",
            "{ \"name\": \"c\", \"dependencies\": { \"a\": \"1\", \"c\": \"1\" }, \"imports\": { \"#x\": \"#x\" } }",
        ),
        ("one.ts", "export * from \"./two\";\nexport const one = 1;\n"),
        ("two.ts", "export * from \"./one\";\nexport const two = 2;\n"),
        (
            "main.ts",
            "import * as a from \"a\";\nimport \"#x\";\nimport { one, missing } from \"./two\";\n\nexport const all = [a, one, missing];\n",
        ),
    ]);
    let (found, _) = check(&folder);
    assert!(found.iter().any(|finding| finding.to_string().contains("missing")), "{found:?}");
    let mut client = Client::open(&folder);
    let found = definition(&mut client, &folder, "main.ts", "one, missing]");
    assert!(found[0].ends_with("one.ts"), "{found:?}");
}

#[test]
fn no_typescript_anywhere() {
    let folder = Folder::new(&[
        ("package.json", "{}"),
        (
            "main.ts",
            "const list: Array<number> = [1];\nexport const shown = list.map((one) => one.toFixed());\nconsole.log(new Promise(() => {}));\n",
        ),
    ]);
    let (found, code) = check(&folder);
    assert_eq!((found.as_slice(), code), (&[][..], Some(0)));
}

#[test]
fn a_module_without_a_toolchain() {
    let folder = Folder::new(&[
        ("go.mod", "module example.com/a\n\ngo 1.99\n\ntoolchain go1.99.9\n\nrequire example.com/none v1.0.0\n"),
        ("b/b.go", "package b\n\nfunc Half(n int) int { return n / 2 }\n"),
        (
            "main.go",
            "package main\n\nimport (\n\t\"example.com/a/b\"\n\t\"example.com/none\"\n\t\"fmt\"\n)\n\nfunc main() {\n\tfmt.Println(b.Half(2), none.Any)\n}\n",
        ),
    ]);
    let mut command = binary::command(&folder.root(), folder.home());
    command.env("GOROOT", "/nowhere").env("PATH", "/nowhere").env("GOTOOLCHAIN", "local");
    let output = command.args(["check", "--severity", "error", "--format", "json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"], json!([]), "what is not installed is no error");
    let mut client = Client::open(&folder);
    let found = definition(&mut client, &folder, "main.go", "Half(2");
    assert!(found[0].ends_with("b/b.go"), "{found:?}");
}

#[cfg(unix)]
#[test]
fn node_modules_that_are_links() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new(&[
        ("package.json", "{ \"dependencies\": { \"a\": \"1\" } }"),
        ("main.ts", "import { a } from \"a\";\nimport { own } from \"own/src\";\n\nexport const all = [a, own];\n"),
        ("src/index.ts", "export const own = 1;\n"),
    ]);
    // As pnpm lays them out, with a package that is the project itself.
    folder.write("../store/a/package.json", "{ \"name\": \"a\", \"types\": \"index.d.ts\" }");
    folder.write("../store/a/index.d.ts", "export const a: number;\n");
    std::fs::create_dir(folder.path("node_modules")).unwrap();
    symlink(folder.home().join("store/a"), folder.path("node_modules/a")).unwrap();
    symlink(folder.root(), folder.path("node_modules/own")).unwrap();
    symlink("loop", folder.path("node_modules/loop")).unwrap();
    let (found, code) = check(&folder);
    assert_eq!((found.as_slice(), code), (&[][..], Some(0)));
    let mut client = Client::open(&folder);
    let found = definition(&mut client, &folder, "main.ts", "a, own]");
    assert!(found[0].ends_with("a/index.d.ts"), "{found:?}");
    let found = definition(&mut client, &folder, "main.ts", "own]");
    assert!(found[0].ends_with("src/index.ts"), "{found:?}");
}

#[test]
fn a_generated_file_of_ten_megabytes() {
    let line = |name: &str, at: usize| match name {
        "go" => format!("const Value{at} = {at}\n"),
        "py" => format!("value_{at} = {at}\n"),
        _ => format!("export const value{at} = {at};\n"),
    };
    let generated = |name: &str, head: &str| {
        let mut text = head.to_owned();
        let mut at = 0;
        while text.len() < 10 << 20 {
            text.push_str(&line(name, at));
            at += 1;
        }
        text
    };
    let folder = Folder::new(&[
        ("go.mod", "module example.com/a\n\ngo 1.19\n"),
        ("made.py", &generated("py", "")),
        ("made.ts", &generated("ts", "")),
        ("made.go", &generated("go", "package a\n")),
        ("main.py", "import made\n\nprint(made.value_7)\n\n\ndef own():\n    return 1\n\n\nown()\n"),
        ("main.ts", "import * as made from \"./made\";\n\nfunction own() { return made; }\nown();\n"),
        ("main.go", "package a\n\nfunc own() int { return 1 }\n\nvar used = own()\n"),
    ]);
    let mut client = Client::open(&folder);
    for file in ["main.py", "main.ts", "main.go"] {
        let found = definition(&mut client, &folder, file, "own()");
        assert!(found[0].ends_with(file), "{file}: {found:?}");
    }
    // Looked at itself it is answered, if only by saying nothing.
    let made = folder.path("made.ts");
    client.open_file(&made);
    let symbols =
        client.answer_to("textDocument/documentSymbol", json!({ "textDocument": { "uri": fixture::uri(&made) } }));
    assert!(symbols.get("error").is_none(), "{symbols}");
    assert!(client.is_alive());
}

#[test]
fn one_file_in_two_programs() {
    let settings = |name: &str| {
        format!(
            "{{ \"compilerOptions\": {{ \"paths\": {{ \"parts\": [\"./{name}.ts\"] }} }}, \"include\": [\"../shared\", \".\"] }}"
        )
    };
    let folder = Folder::new(&[
        ("shared/shared.ts", "export const shared = 1;\n"),
        ("one/tsconfig.json", &settings("one")),
        ("one/one.ts", "export const part = 1;\n"),
        (
            "one/main.ts",
            "import { part } from \"parts\";\nimport { shared } from \"../shared/shared\";\n\nexport const all = [shared, part];\n",
        ),
        ("two/tsconfig.json", &settings("two")),
        ("two/two.ts", "export const part = 2;\n"),
        (
            "two/main.ts",
            "import { part } from \"parts\";\nimport { shared } from \"../shared/shared\";\n\nexport const all = [shared, part];\n",
        ),
    ]);
    let mut client = Client::open(&folder);
    for program in ["one", "two"] {
        let main = format!("{program}/main.ts");
        let found = definition(&mut client, &folder, &main, "part]");
        assert!(found[0].ends_with(&format!("{program}/{program}.ts")), "{found:?}");
        let found = definition(&mut client, &folder, &main, "shared, part]");
        assert!(found[0].ends_with("shared/shared.ts"), "{found:?}");
    }
    let shared = folder.path("shared/shared.ts");
    client.open_file(&shared);
    let mut params = client.at(&shared, "export const s".len());
    params["context"] = json!({ "includeDeclaration": true });
    let uses = client.request("textDocument/references", params);
    assert_eq!(uses.as_array().map(Vec::len), Some(5), "both programs use it: {uses}");
}

#[cfg(unix)]
#[test]
fn a_rename_that_would_change_a_file_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder =
        Folder::new(&[("a.py", "def shared():\n    return 1\n"), ("b.py", "from a import shared\n\nshared()\n")]);
    std::fs::set_permissions(folder.path("b.py"), std::fs::Permissions::from_mode(0o444)).unwrap();
    let mut client = Client::open(&folder);
    let path = folder.path("a.py");
    client.open_file(&path);
    let mut params = client.at(&path, 5);
    params["newName"] = json!("other");
    let answer = client.answer_to("textDocument/rename", params.clone());
    let reason = answer["error"]["message"].as_str().unwrap_or_default();
    assert!(reason.contains("b.py") && reason.contains("read-only"), "{answer}");
    std::fs::set_permissions(folder.path("b.py"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let edit = client.request("textDocument/rename", params);
    assert_eq!(edit.to_string().matches("\"other\"").count(), 3, "{edit}");
}
