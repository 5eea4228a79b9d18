//! Files that change on disk under a client that watches none.

use std::time::Duration;

use camino::Utf8Path;
use montuno_tests::client::{Client, full_capabilities};
use montuno_tests::fixture::{self, Folder};
use serde_json::Value;

/// A client that is sent findings, and watches no files.
fn client(folder: &Folder) -> Client {
    let mut capabilities = full_capabilities();
    capabilities["textDocument"].as_object_mut().unwrap().remove("diagnostic");
    Client::with(folder, &[&folder.root()], capabilities, Value::Null)
}

/// Does something on disk, again and again, until a document has so many findings: the watching of a folder begins
/// some time after the session.
fn until_findings(client: &mut Client, path: &Utf8Path, count: usize, mut change: impl FnMut(usize)) {
    let uri = fixture::uri(path);
    for turn in 0..100 {
        change(turn);
        let seen = client.collect(Duration::from_millis(600)).into_iter().any(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri.as_str()
                && message["params"]["diagnostics"].as_array().is_some_and(|found| found.len() == count)
        });
        if seen {
            return;
        }
    }
    panic!("{path} never had {count} findings");
}

#[test]
fn a_file_that_comes_and_goes_is_noticed() {
    let folder = Folder::new(&[("a.py", "import b\n\nprint(b.x)\n")]);
    let mut client = client(&folder);
    let path = folder.path("a.py");
    client.open_file(&path);
    until_findings(&mut client, &path, 1, |_| {});
    until_findings(&mut client, &path, 0, |turn| folder.write("b.py", format!("x = {turn}\n")));
    // From here on the folder is watched, so that once is enough.
    std::fs::remove_file(folder.path("b.py")).unwrap();
    until_findings(&mut client, &path, 1, |_| {});
    assert!(client.shut_down().success());
}

#[test]
fn a_file_in_a_folder_that_comes_is_noticed() {
    let folder = Folder::new(&[("a.py", "from b.c import x\n\nprint(x)\n")]);
    let mut client = client(&folder);
    let path = folder.path("a.py");
    client.open_file(&path);
    until_findings(&mut client, &path, 1, |_| {});
    until_findings(&mut client, &path, 0, |turn| {
        folder.write("b/__init__.py", "");
        folder.write("b/c.py", format!("x = {turn}\n"));
    });
    // A folder that came is watched as well.
    folder.write("b/c.py", "y = 1\n");
    until_findings(&mut client, &path, 1, |_| {});
    assert!(client.shut_down().success());
}
