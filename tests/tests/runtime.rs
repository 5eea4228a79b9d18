//! Libraries of ONNX Runtime: bad ones of every kind, and what is done without one. No library is fetched here:
//! `cargo xtask packages` does that.

use camino::Utf8PathBuf;
use montuno_tests::binary;
use montuno_tests::fixture::{Folder, cursors};
use serde_json::Value;

struct Said {
    code: Option<i32>,
    output: String,
    complaints: String,
}

fn montuno(folder: &Folder, arguments: &[&str]) -> Said {
    let mut command = binary::command(&folder.root(), folder.home());
    // No Python and no library of this machine's own.
    command.env("HOME", folder.home()).env_remove("ORT_DYLIB_PATH");
    let output = command.args(arguments).output().unwrap();
    Said {
        code: output.status.code(),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
        complaints: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A folder with a file, and a model that says `total(2)`.
fn folder() -> (Folder, String) {
    let (text, marks) = cursors("x = basket.<|>\n");
    let folder = Folder::new(&[("main.py", &text)]);
    folder.model_saying("parrot", &["total", "(", "2", ")"]);
    let place = format!("{}:1:{}", folder.path("main.py"), marks[0] + 1);
    (folder, place)
}

/// A library that this machine can load, and that is not ONNX Runtime.
#[cfg(target_os = "linux")]
fn other_library() -> Vec<u8> {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let path = maps.lines().filter_map(|line| line.split_whitespace().last()).find(|path| path.contains("libc.so"));
    std::fs::read(path.expect("this test has a C library")).unwrap()
}

/// The bad libraries: name, content, and a part of what is said of each.
#[cfg(target_os = "linux")]
fn bad_libraries() -> Vec<(&'static str, Option<Vec<u8>>, &'static str)> {
    let whole = other_library();
    let cut = whole[..whole.len() / 2].to_vec();
    // Its headers are whole, and what they speak of is empty.
    let mut hollow = whole.clone();
    let from = hollow.len() / 3;
    hollow[from..].fill(0);
    let mut foreign = whole.clone();
    foreign[18] = if foreign[18] == 62 { 183 } else { 62 };
    vec![
        ("missing.so", None, "No such file"),
        ("empty.so", Some(Vec::new()), "the file is empty"),
        ("text.so", Some(b"#!/bin/sh\necho no\n".to_vec()), "it is not a library"),
        ("noise.so", Some((0..40_000_u32).map(|at| ((at * at) >> 7) as u8).collect()), "it is not a library"),
        ("cut.so", Some(cut), "cut off"),
        ("hollow.so", Some(hollow), ""),
        ("foreign.so", Some(foreign), "another kind of processor"),
        ("other.so", Some(whole), ""),
    ]
}

#[cfg(target_os = "linux")]
#[test]
fn no_bad_library_takes_the_program_down_and_the_engine_in_rust_stands_in() {
    let (folder, place) = folder();
    for (name, content, reason) in bad_libraries() {
        let path = folder.home().join(name);
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        let library = format!("ai.library={path}");
        let said = montuno(&folder, &["query", "--set", &library, "inline", &place]);
        assert_eq!((said.code, said.output.trim()), (Some(0), "total(2)"), "{name}: {}", said.complaints);
        let said = montuno(&folder, &["query", "--set", &library, "--set", "ai.engine=onnxruntime", "inline", &place]);
        assert_eq!(said.code, Some(2), "{name}: {}", said.output);
        assert!(
            said.complaints.contains("cannot be used") && said.complaints.contains(reason),
            "{name}: {}",
            said.complaints
        );
        assert!(said.complaints.contains("montuno runtime install"), "{name}: {}", said.complaints);
        let doctor = montuno(&folder, &["doctor", "--json", "--set", &library]);
        let doctor: Value = serde_json::from_str(&doctor.output).unwrap();
        let session = &doctor["completion"]["model"]["session"];
        assert_eq!((&session["engine"], &session["provider"]), (&"rten".into(), &"CPU".into()), "{name}: {doctor}");
        assert!(session["fallback"].as_str().unwrap().contains(reason), "{name}: {session}");
        assert!(doctor["completion"]["libraries"][0]["problem"].is_string(), "{name}: {doctor}");
    }
}

/// With a real library, which is fetched: `cargo xtask packages` sets the variable.
#[test]
#[ignore = "needs the library"]
fn a_library_that_was_installed_completes_and_is_named() {
    let library = std::env::var("MONTUNO_ONNXRUNTIME").expect("MONTUNO_ONNXRUNTIME names the library");
    let (folder, place) = folder();
    // As a user who got it elsewhere.
    let said = montuno(&folder, &["runtime", "install", "--from", &library]);
    assert_eq!(said.code, Some(0), "{}", said.complaints);
    let said = montuno(&folder, &["query", "--set", "ai.engine=onnxruntime", "inline", &place]);
    assert_eq!((said.code, said.output.trim()), (Some(0), "total(2)"), "{}", said.complaints);
    let doctor = montuno(&folder, &["doctor", "--json"]);
    let doctor: Value = serde_json::from_str(&doctor.output).unwrap();
    let session = &doctor["completion"]["model"]["session"];
    assert_eq!((&session["engine"], &session["provider"]), (&"ONNX Runtime".into(), &"CPU".into()), "{doctor}");
    assert!(session["version"].as_str().unwrap().starts_with("1.") && session["fallback"].is_null(), "{session}");
    // It has no part for graphics processors: the processor computes, and why is said.
    let doctor = montuno(&folder, &["doctor", "--json", "--set", "ai.provider=cuda"]);
    let doctor: Value = serde_json::from_str(&doctor.output).unwrap();
    let session = &doctor["completion"]["model"]["session"];
    assert_eq!((&session["engine"], &session["provider"]), (&"ONNX Runtime".into(), &"CPU".into()), "{doctor}");
    assert!(session["fallback"].as_str().unwrap().contains("CUDA"), "{session}");
    // Cut off afterwards: the engine in Rust stands in.
    let installed = session["library"].as_str().unwrap();
    let bytes = std::fs::read(installed).unwrap();
    std::fs::write(installed, &bytes[..bytes.len() / 2]).unwrap();
    let said = montuno(&folder, &["query", "inline", &place]);
    assert_eq!((said.code, said.output.trim()), (Some(0), "total(2)"), "{}", said.complaints);
    assert!(montuno(&folder, &["runtime", "status"]).output.contains("cut off"));
    assert_eq!(montuno(&folder, &["runtime", "remove", "--all"]).code, Some(0));
}

#[test]
fn without_a_library_the_engine_in_rust_completes_and_says_what_would_be_faster() {
    let (folder, place) = folder();
    let said = montuno(&folder, &["query", "inline", &place]);
    assert_eq!((said.code, said.output.trim()), (Some(0), "total(2)"), "{}", said.complaints);
    let said = montuno(&folder, &["doctor"]);
    assert!(said.output.contains("runs on            rten 0."), "{}", said.output);
    assert!(said.output.contains("montuno runtime install"), "{}", said.output);
    let said = montuno(&folder, &["runtime", "status"]);
    assert!(said.output.contains("engine in Rust"), "{}", said.output);
    let said = montuno(&folder, &["query", "--set", "ai.engine=onnxruntime", "inline", &place]);
    assert!(said.complaints.contains("no library of ONNX Runtime was found"), "{}", said.complaints);
    let said = montuno(&folder, &["query", "--set", "ai.engine=quick", "inline", &place]);
    assert!(said.complaints.contains("ai.engine") && said.complaints.contains("onnxruntime"), "{}", said.complaints);
}

#[cfg(unix)]
#[test]
fn without_pip_and_npm_it_is_said_what_to_do() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, _) = folder();
    let install = |path: &Utf8PathBuf| {
        let mut command = binary::command(&folder.root(), folder.home());
        let output = command.args(["runtime", "install"]).env("PATH", path).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let programs = folder.home().join("programs");
    std::fs::create_dir(&programs).unwrap();
    let (code, said) = install(&programs);
    assert_eq!(code, Some(2));
    assert!(said.contains("no `python3` on the PATH") && said.contains("--from"), "{said}");
    let program = |name: &str, script: &str| {
        let path = programs.join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    program("python3", "exit 1");
    let (_, said) = install(&programs);
    assert!(said.contains("has no pip"), "{said}");
    // One that is there and cannot get it: what it says is told, and nothing is left.
    program("python3", "case \"$*\" in *--version) exit 0;; esac\necho 'ERROR: no network' >&2; exit 1");
    let (code, said) = install(&programs);
    assert_eq!(code, Some(2));
    assert!(said.contains("could not get onnxruntime") && said.contains("ERROR: no network"), "{said}");
    let left: Vec<_> = folder.home().join("data/runtime").read_dir_utf8().unwrap().flatten().collect();
    assert!(left.is_empty(), "{left:?}");
    // What a repository brings is not run.
    std::fs::create_dir(folder.path("bin")).unwrap();
    std::fs::copy(programs.join("python3"), folder.path("bin/python3")).unwrap();
    let (_, said) = install(&folder.path("bin"));
    assert!(said.contains("no `python3` on the PATH"), "{said}");
}

#[test]
fn files_that_are_no_library_are_not_installed() {
    let (folder, _) = folder();
    for (name, content, said) in [
        ("a.whl", &b"PK\x03\x04 and then nothing"[..], "no whole wheel"),
        ("onnxruntime-1.32.0-cp312-cp312-manylinux_2_28_x86_64.whl", b"PK", "is not what it must be"),
        ("a.tgz", b"not packed", "no whole package"),
        ("readme.txt", b"hello", "neither a wheel"),
        (
            "libonnxruntime.so",
            b"hello",
            if cfg!(target_os = "linux") { "it is not a library" } else { "neither a wheel" },
        ),
    ] {
        let path = folder.home().join(name);
        std::fs::write(&path, content).unwrap();
        let answer = montuno(&folder, &["runtime", "install", "--from", path.as_str()]);
        assert_eq!(answer.code, Some(2), "{name}");
        assert!(answer.complaints.contains(said), "{name}: {}", answer.complaints);
    }
    let answer = montuno(&folder, &["runtime", "install", "--from", "/nowhere/a.whl"]);
    assert!(answer.complaints.contains("/nowhere/a.whl"), "{}", answer.complaints);
    let left: Vec<_> = folder.home().join("data/runtime").read_dir_utf8().unwrap().flatten().collect();
    assert!(left.is_empty(), "{left:?}");
    let answer = montuno(&folder, &["runtime", "remove", "nothing"]);
    assert!(answer.complaints.contains("is not installed"), "{}", answer.complaints);
}
