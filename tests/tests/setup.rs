//! `montuno setup`: what it says, what it writes, what it leaves alone.

use std::process::Output;

use camino::Utf8PathBuf;
use montuno_tests::binary;
use montuno_tests::fixture::Folder;

/// Runs `montuno setup` in a home of its own.
fn setup(folder: &Folder, arguments: &[&str]) -> Output {
    let mut command = binary::command(&folder.root(), folder.home());
    command.env("HOME", folder.home()).env("XDG_DATA_HOME", folder.home().join("share"));
    command.arg("setup").args(arguments).output().expect("it runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Every file below the home, with its text.
fn files(folder: &Folder) -> Vec<(Utf8PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.home().to_owned()];
    while let Some(next) = folders.pop() {
        for entry in next.read_dir_utf8().unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path().to_owned());
            } else {
                found.push((entry.path().to_owned(), std::fs::read_to_string(entry.path()).unwrap_or_default()));
            }
        }
    }
    found.sort();
    found
}

const EDITORS: [&str; 7] = ["emacs", "helix", "kakoune", "nvim", "sublime", "vscode", "zed"];

#[test]
fn it_writes_nothing_before_it_is_told_to() {
    let folder = Folder::new(&[]);
    for editor in EDITORS {
        let output = setup(&folder, &[editor]);
        assert!(output.status.success(), "{editor}: {}", said(&output));
        assert!(said(&output).to_lowercase().contains("montuno"), "{editor}: {}", said(&output));
    }
    assert_eq!(files(&folder), []);
}

#[test]
fn it_writes_once_and_says_so() {
    let folder = Folder::new(&[]);
    for editor in EDITORS.iter().filter(|editor| **editor != "vscode") {
        let output = setup(&folder, &[editor, "--write"]);
        assert!(output.status.success() && said(&output).contains("wrote "), "{editor}: {}", said(&output));
        let after = files(&folder);
        let again = setup(&folder, &[editor, "--write"]);
        assert!(said(&again).contains("is as it has to be"), "{editor}: {}", said(&again));
        assert_eq!(files(&folder), after, "{editor}");
    }
    // The extension is installed by VS Code itself.
    let output = setup(&folder, &["vscode", "--write"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--install-extension"), "{}", said(&output));
}

#[test]
fn what_was_there_is_kept_and_the_difference_is_shown() {
    let folder = Folder::new(&[]);
    let path = folder.home().join("config/helix/languages.toml");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mine = "# mine\n[[language]]\nname = \"python\"\nlanguage-servers = [\"ruff\"]\n";
    std::fs::write(&path, mine).unwrap();
    let output = setup(&folder, &["helix", "--write"]);
    assert!(said(&output).contains("-language-servers = [\"ruff\"]"), "{}", said(&output));
    assert!(said(&output).contains("+language-servers = [\"montuno\", \"ruff\"]"), "{}", said(&output));
    assert_eq!(std::fs::read_to_string(format!("{path}.before-montuno")).unwrap(), mine);
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("# mine\n"));
}

#[test]
fn a_file_that_would_lose_something_is_left_as_it_is() {
    let folder = Folder::new(&[]);
    let path = folder.home().join("config/zed/settings.json");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, "// mine\n{}\n").unwrap();
    let shown = setup(&folder, &["zed"]);
    assert!(shown.status.success() && said(&shown).contains("rust-analyzer"), "{}", said(&shown));
    let output = setup(&folder, &["zed", "--write"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("by hand") && said(&output).contains(path.as_str()), "{}", said(&output));
    assert_eq!(files(&folder).len(), 1);
}
