//! What can be run and debugged, as an editor learns it: for a test explorer, a lens, a key.

use montuno_tests::client::{Client, full_capabilities};
use montuno_tests::fixture::{Folder, uri};
use serde_json::{Value, json};

const RUST: &str = "\
fn main() {}

#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        assert_eq!(1 + 1, 2);
    }
}
";

const GO: &str = "\
package p

import \"testing\"

func TestStore(t *testing.T) {
\tt.Run(\"is empty\", func(t *testing.T) {
\t\tt.Log(1)
\t})
}
";

fn client(folder: &Folder, commands: &[&str]) -> Client {
    let mut capabilities = full_capabilities();
    capabilities["experimental"] = json!({ "commands": { "commands": commands } });
    Client::with(folder, &[folder.root().as_path()], capabilities, json!({}))
}

fn runnables(client: &mut Client, document: &Value, position: Option<Value>) -> Vec<Value> {
    let mut params = json!({ "textDocument": document });
    if let Some(position) = position {
        params["position"] = position;
    }
    client.request("montuno/runnables", params)["runnables"].as_array().unwrap().clone()
}

fn labels(found: &[Value]) -> Vec<&str> {
    found.iter().map(|one| one["label"].as_str().unwrap()).collect()
}

#[test]
fn tests_and_programs_are_listed_with_the_launch_that_debugs_them() {
    let folder = Folder::new(&[("src/main.rs", RUST), ("store_test.go", GO)]);
    let mut client = client(&folder, &[]);
    let path = folder.path("src/main.rs");
    client.did_open(&path, RUST);
    let document = client.at(&path, 0)["textDocument"].clone();
    let found = runnables(&mut client, &document, None);
    assert_eq!(labels(&found), ["main.rs", "tests", "tests::adds"]);
    let adds = &found[2];
    assert_eq!((&adds["kind"], &adds["path"]), (&json!("test"), &json!(["tests", "adds"])));
    assert_eq!(adds["selectionRange"]["start"], json!({ "line": 5, "character": 7 }));
    let launch =
        json!({ "name": "Debug tests::adds", "type": "montuno", "request": "launch", "file": path, "line": 6 });
    assert_eq!(adds["configuration"], launch);

    // The innermost first, at a place; and one that is not open.
    let around = runnables(&mut client, &document, Some(json!({ "line": 6, "character": 9 })));
    assert_eq!(labels(&around), ["tests::adds", "tests"]);
    let go = json!({ "uri": uri(&folder.path("store_test.go")) });
    assert_eq!(labels(&runnables(&mut client, &go, None)), ["TestStore", "TestStore/is empty"]);
}

#[test]
fn the_configuration_of_a_place_is_that_of_what_is_around_it() {
    let folder = Folder::new(&[("src/main.rs", RUST), ("notes.md", "# Notes\n")]);
    let mut client = client(&folder, &[]);
    let path = folder.path("src/main.rs");
    client.did_open(&path, RUST);
    let at = |client: &mut Client, line: u32| {
        let document = client.at(&path, 0)["textDocument"].clone();
        let position = json!({ "line": line, "character": 0 });
        client.request("montuno/debugConfiguration", json!({ "textDocument": document, "position": position }))
    };
    assert_eq!(at(&mut client, 6)["name"], "Debug tests::adds");
    assert_eq!(at(&mut client, 0)["line"], 1);
    // Between them: the file, at that line.
    let between = at(&mut client, 1);
    assert_eq!((&between["name"], &between["line"]), (&json!("Debug main.rs"), &json!(2)));

    let notes = json!({ "uri": uri(&folder.path("notes.md")) });
    let answer = client.answer_to("montuno/debugConfiguration", json!({ "textDocument": notes }));
    let said = answer["error"]["message"].as_str().unwrap();
    assert!(said.contains("in no language that can be debugged"), "{said}");
}

#[test]
fn lenses_run_and_debug_where_the_editor_can() {
    let folder = Folder::new(&[("store_test.go", GO)]);
    let path = folder.path("store_test.go");
    for (commands, expected) in [
        (vec!["montuno.run", "montuno.debug"], vec!["Run", "Debug"]),
        (vec!["montuno.debug"], vec!["Debug"]),
        (vec![], vec![]),
    ] {
        let mut client = client(&folder, &commands);
        client.did_open(&path, GO);
        let document = client.at(&path, 0)["textDocument"].clone();
        let lenses = client.request("textDocument/codeLens", json!({ "textDocument": document }));
        let of_the_test = lenses.as_array().unwrap().iter().filter(|lens| {
            lens["range"]["start"]["line"] == 4 && lens["command"]["command"].as_str().is_some_and(|it| !it.is_empty())
        });
        let of_the_test: Vec<&Value> = of_the_test.collect();
        let titles: Vec<&str> = of_the_test.iter().map(|lens| lens["command"]["title"].as_str().unwrap()).collect();
        assert_eq!(titles, expected);
        for lens in of_the_test {
            let configuration = &lens["command"]["arguments"][0];
            assert_eq!(configuration["file"], path.as_str());
            assert_eq!(configuration["noDebug"] == true, lens["command"]["title"] == "Run");
        }
    }
}
