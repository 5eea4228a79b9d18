//! Python: scripts, and tests by pytest or unittest.

use camino::{Utf8Path, Utf8PathBuf};
use montuno_syntax::runnables::RunnableKind;
use serde_json::{Value, json};

use super::build::{Reporter, Step};
use super::plan::{Extra, Given, Place, Plan};
use crate::backend::{Backend, discovery};

/// What marks the root of a project whose tests are run from there.
const ROOTS: &[&str] = &["pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg", "setup.py", ".git"];

/// A launch by a place in a Python file.
///
/// # Errors
/// A sentence for the user.
pub async fn plan(place: &Place, extra: &Extra<'_>, reporter: &Reporter) -> Result<Plan, String> {
    let interpreters = interpreters(Some(&place.file), extra);
    let python =
        interpreters.first().cloned().ok_or("there is no Python: install it, or set `python` in the launch")?;
    let file_folder = place.file.parent().unwrap_or(&place.file).to_owned();
    let is_test_file = place
        .file
        .file_name()
        .is_some_and(|name| name.starts_with("test_") || name.ends_with("_test.py") || name.ends_with("tests.py"));
    let path = match &place.runnable {
        Some(runnable) if matches!(runnable.kind, RunnableKind::Test | RunnableKind::Group) => {
            Some(runnable.path.clone())
        }
        // A place outside of all tests of a file with tests means them all.
        None if is_test_file => Some(Vec::new()),
        _ => None,
    };
    let mut added = defaults(Some(&python), extra);
    let (folder, says) = if let Some(path) = path {
        let root = super::nearest_with(&place.file, ROOTS).unwrap_or(file_folder);
        let has_pytest =
            Step::new(&python, &["-c", "import pytest"], Utf8Path::new(if cfg!(windows) { "C:\\" } else { "/" }));
        let (module, args) = if has_pytest.output(&reporter.mark).await.is_ok() {
            let id = std::iter::once(place.file.as_str())
                .chain(path.iter().map(String::as_str))
                .collect::<Vec<_>>()
                .join("::");
            // Nothing is captured, so that a program that stops shows what it has printed.
            ("pytest", vec!["-s".to_owned(), "--tb=short".to_owned(), id])
        } else {
            let inside = place.file.strip_prefix(&root).unwrap_or(&place.file).with_extension("");
            let module = inside.components().map(|part| part.to_string()).collect::<Vec<_>>();
            ("unittest", vec![module.into_iter().chain(path).collect::<Vec<_>>().join(".")])
        };
        added["module"] = module.into();
        added["args"] = args.iter().cloned().chain(extra.args()).collect();
        (root, format!("$ python -m {module} {}", args.join(" ")))
    } else {
        added["program"] = place.file.as_str().into();
        (file_folder, format!("$ python {}", place.file))
    };
    added["cwd"] = folder.as_str().into();
    let arguments = extra.with(added);
    Ok(Given { arguments: Some(arguments), folder: Some(folder), interpreters, says: Some(says) }.to(Backend::Debugpy))
}

/// What a launch by debugpy says where the user says nothing.
pub fn defaults(python: Option<&Utf8PathBuf>, extra: &Extra<'_>) -> Value {
    let mut added = json!({
        "type": "debugpy",
        "justMyCode": extra.settings.written.just_my_code,
        // Without a session of its own, a child process would wait for one.
        "subProcess": false,
        "console": "internalConsole",
        "redirectOutput": true,
        "showReturnValue": true,
    });
    if let Some(python) = python.filter(|_| extra.arguments["pythonPath"].is_null()) {
        added["python"] = json!([python]);
    }
    added
}

/// The interpreters that may be meant for a file, the likeliest first: the launch's, that of the environment that is
/// active, that of an environment in a folder above, the user's own.
pub fn interpreters(file: Option<&Utf8Path>, extra: &Extra<'_>) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    let mut add = |path: Utf8PathBuf| {
        if path.is_file() && !found.contains(&path) {
            found.push(path);
        }
    };
    let inside = |folder: &Utf8Path| folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    for name in ["python", "pythonPath"] {
        let value = &extra.arguments[name];
        if let Some(path) = value.as_str().or(value[0].as_str()) {
            add(discovery::which(path).unwrap_or_else(|| path.into()));
        }
    }
    for variable in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
        if let Ok(folder) = std::env::var(variable) {
            add(inside(Utf8Path::new(&folder)));
        }
    }
    for folder in file.into_iter().flat_map(|file| file.ancestors().skip(1)) {
        for name in [".venv", "venv"] {
            if folder.join(name).join("pyvenv.cfg").is_file() {
                add(inside(&folder.join(name)));
            }
        }
    }
    for name in ["python3", "python"] {
        if let Some(path) = discovery::which(name) {
            add(path);
        }
    }
    found
}
