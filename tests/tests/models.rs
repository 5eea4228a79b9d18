//! Models on this machine: listed, added, checked, removed; bad ones of every kind.

use camino::{Utf8Path, Utf8PathBuf};
use montuno_engine::made::Recipe;
use montuno_tests::binary;
use montuno_tests::fixture::Folder;
use serde_json::Value;

struct Said {
    code: Option<i32>,
    output: String,
    complaints: String,
}

fn montuno(folder: &Folder, arguments: &[&str]) -> Said {
    let mut command = binary::command(&folder.root(), folder.home());
    command.env("HOME", folder.home()).env_remove("ORT_DYLIB_PATH");
    let output = command.args(arguments).output().unwrap();
    Said {
        code: output.status.code(),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
        complaints: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The folder of a model that is not installed.
fn elsewhere(folder: &Folder, name: &str) -> Utf8PathBuf {
    let path = folder.home().join("elsewhere").join(name);
    Recipe::write_saying(&path, &["total", "(", "2", ")"]).unwrap();
    path
}

fn kept(folder: &Folder) -> Vec<String> {
    let entries = folder.home().join("data/models").read_dir_utf8();
    let mut names: Vec<_> = entries.into_iter().flatten().flatten().map(|entry| entry.file_name().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_model_is_added_listed_checked_and_removed() {
    let folder = Folder::new(&[]);
    assert!(montuno(&folder, &["models", "list"]).output.contains("montuno models add"));
    let from = elsewhere(&folder, "parrot");
    std::fs::write(from.join("weights.safetensors"), "not needed").unwrap();
    let said = montuno(&folder, &["models", "add", from.as_str(), "--name", "bird"]);
    assert_eq!(said.code, Some(0), "{}", said.complaints);
    assert!(said.output.contains("bird is added; it ran on rten"), "{}", said.output);
    assert!(!folder.home().join("data/models/bird/weights.safetensors").exists());
    let said = montuno(&folder, &["models", "add", from.as_str(), "--name", "bird"]);
    assert_eq!(said.code, Some(2));
    assert!(said.complaints.contains("there is a model `bird` already"), "{}", said.complaints);
    let listed: Value = serde_json::from_str(&montuno(&folder, &["models", "list", "--json"]).output).unwrap();
    assert_eq!((&listed[0]["name"], &listed[0]["used"]), (&"bird".into(), &true.into()), "{listed}");
    assert_eq!(listed[0]["template"], "qwen2.5-coder");
    let said = montuno(&folder, &["models", "verify"]);
    assert_eq!((said.code, said.output.contains("bird: whole")), (Some(0), true), "{}", said.output);
    let graph = folder.home().join("data/models/bird/model.onnx");
    let mut bytes = std::fs::read(&graph).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&graph, bytes).unwrap();
    let said = montuno(&folder, &["models", "verify", "bird"]);
    assert_eq!((said.code, said.output.contains("is damaged")), (Some(1), true), "{}", said.output);
    assert_eq!(montuno(&folder, &["models", "remove", "bird"]).code, Some(0));
    assert_eq!(kept(&folder), Vec::<String>::new());
    let said = montuno(&folder, &["models", "remove", "bird"]);
    assert!(said.complaints.contains("there is no model `bird`"), "{}", said.complaints);
    for name in ["..", "a/b", ".hidden", ""] {
        let said = montuno(&folder, &["models", "add", from.as_str(), "--name", name]);
        assert!(said.complaints.contains("cannot be the name"), "{name}: {}", said.complaints);
    }
}

/// Changes a model so that it is bad.
type Spoil = fn(&Utf8Path);

#[test]
fn bad_models_of_every_kind_are_refused_with_a_reason() {
    let folder = Folder::new(&[]);
    let write = |path: &Utf8Path, name: &str, content: &[u8]| std::fs::write(path.join(name), content).unwrap();
    // The checksums would tell first.
    let unsigned = |path: &Utf8Path| std::fs::remove_file(path.join("montuno-model.toml")).unwrap();
    let cases: [(&str, Spoil, &str); 9] = [
        ("no-graph", |path| std::fs::remove_file(path.join("model.onnx")).unwrap(), "has no graph"),
        ("no-tokenizer", |path| std::fs::remove_file(path.join("tokenizer.json")).unwrap(), "has no tokenizer.json"),
        ("no-config", |path| std::fs::remove_file(path.join("config.json")).unwrap(), "has no config.json"),
        (
            "cut-graph",
            |path| {
                let bytes = std::fs::read(path.join("model.onnx")).unwrap();
                std::fs::write(path.join("model.onnx"), &bytes[..bytes.len() / 2]).unwrap();
            },
            "cannot use",
        ),
        ("foreign-graph", |path| std::fs::write(path.join("model.onnx"), "hello").unwrap(), "cannot use"),
        ("broken-config", |path| std::fs::write(path.join("config.json"), "{").unwrap(), "config.json: EOF"),
        (
            "foreign-tokenizer",
            |path| {
                let config = std::fs::read_to_string(path.join("config.json")).unwrap();
                std::fs::write(path.join("config.json"), config.replace("2048", "60000")).unwrap();
            },
            "do not belong together",
        ),
        ("broken-tokenizer", |path| std::fs::write(path.join("tokenizer.json"), "[]").unwrap(), "tokenizer"),
        (
            "too-large",
            |path| {
                let data = std::fs::File::create(path.join("model.onnx.data")).unwrap();
                // Sparse: it takes no room until it is copied.
                data.set_len(1 << 43).unwrap();
            },
            "MB of memory",
        ),
    ];
    for (name, spoil, reason) in cases {
        let path = elsewhere(&folder, name);
        unsigned(&path);
        spoil(&path);
        let chosen = format!("ai.model={path}");
        if name != "too-large" {
            let said = montuno(&folder, &["models", "add", path.as_str()]);
            assert_eq!(said.code, Some(2), "{name}: {}", said.output);
            assert!(said.complaints.contains(reason), "{name}: {}", said.complaints);
            assert_eq!(kept(&folder), Vec::<String>::new(), "{name}: nothing is left");
        } else if !cfg!(target_os = "linux") {
            continue;
        }
        // Where it is chosen all the same, that is said, and the rest goes on.
        let said = montuno(&folder, &["doctor", "--set", &chosen]);
        assert_eq!(said.code, Some(0), "{name}: {}", said.complaints);
        assert!(said.output.contains(reason), "{name}: {}", said.output);
    }
    // Another file than the one that its manifest speaks of.
    let path = elsewhere(&folder, "exchanged");
    write(&path, "model.onnx", b"other");
    let said = montuno(&folder, &["models", "add", path.as_str()]);
    assert!(said.complaints.contains("is damaged"), "{}", said.complaints);
    assert_eq!(kept(&folder), Vec::<String>::new());
    let said = montuno(&folder, &["models", "add", "/nowhere"]);
    assert!(said.complaints.contains("/nowhere is not a folder"), "{}", said.complaints);
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_said_and_leaves_nothing() {
    let folder = Folder::new(&[]);
    let from = elsewhere(&folder, "parrot");
    // A limit on the size of files is met as a full disk is.
    let script = format!("trap '' XFSZ; ulimit -f 16; exec '{}' models add '{from}'", binary::path());
    let mut command = std::process::Command::new("bash");
    command.args(["-c", &script]).current_dir(folder.root()).env("MONTUNO_DATA_DIR", folder.home().join("data"));
    let output = command.env("HOME", folder.home()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("is full") && said.contains("Nothing of it is kept"), "{said}");
    assert_eq!(kept(&folder), Vec::<String>::new());
}
