//! What a command line means: which programs are run, and under which debugger.
//!
//! | command | what is run |
//! | --- | --- |
//! | `FILE:LINE`, or a source file | what is at that place, as an editor's launch has it |
//! | `cargo test …`, `cargo run …` | what cargo builds for it, each program with what stands behind `--` |
//! | `go test …`, `go run …` | Delve builds it |
//! | `pytest …`, `python …` | the module or the script |
//! | `node …` | the script, or its tests |
//! | any other program | itself, by the debugger for machine code |

use camino::{Utf8Path, Utf8PathBuf};
use montuno_base::Language;
use serde_json::{Value, json};

use super::{OnOutput, Task};
use crate::backend::process::Mark;
use crate::backend::{Backend, discovery};
use crate::launch::build::{Step, quoted};

/// One program, and how it is launched.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// The command, as a user would type it.
    pub title: String,
    /// The arguments of the launch.
    pub arguments: Value,
    /// The exception filters that are set.
    pub filters: Vec<&'static str>,
    /// Functions in which a test tool notes a failure, or the program ends itself.
    pub functions: Vec<&'static str>,
    /// Whether every exception is looked at, also one that is caught: a test tool catches what a test throws.
    pub looks_at_caught: bool,
    /// The debugger.
    pub debugger: String,
}

/// What a command means. Cargo builds here, since it says only then which programs there are.
///
/// # Errors
/// A sentence for the user.
pub async fn launches(task: &Task, on_output: &OnOutput) -> Result<Vec<Launch>, String> {
    let words: Vec<&str> = task.command.iter().map(String::as_str).collect();
    let Some((&program, rest)) = words.split_first() else {
        return Err("there is nothing to run: write the test or the command behind `--`".to_owned());
    };
    let title = words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
    let name = Utf8Path::new(program).file_name().unwrap_or(program);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let cwd = task.folder.as_str();
    match name {
        "cargo" => return cargo(task, program, rest, &title, on_output).await,
        "go" => return Ok(vec![go(task, rest, title)?]),
        "pytest" | "py.test" => return Ok(vec![module("pytest", rest, cwd, None, title)]),
        "node" => return Ok(vec![node(rest, task, title)]),
        _ => {}
    }
    if is_python(name) {
        let interpreter = Some(program);
        return Ok(vec![match rest {
            ["-m", name, rest @ ..] => module(name, rest, cwd, interpreter, title),
            [script, rest @ ..] => {
                let script = task.folder.join(script);
                let arguments = json!({ "program": script, "args": rest, "cwd": cwd, "python": interpreter });
                python(arguments, title)
            }
            [] => return Err("Python without a script has nothing to debug: name one".to_owned()),
        }]);
    }
    if let Some((file, line)) = place(program, &task.folder) {
        return Ok(vec![at_place(&file, line, rest, title)]);
    }
    let path = discovery::which(program)
        .or_else(|| Some(task.folder.join(program)).filter(|path| path.is_file()))
        .ok_or_else(|| format!("there is no program `{program}`, and no such file"))?;
    Ok(vec![native(&path, rest, cwd, title)])
}

/// A file with or without a line: `src/lib.rs:42`.
fn place(word: &str, folder: &Utf8Path) -> Option<(Utf8PathBuf, Option<u32>)> {
    let (path, line) = match word.rsplit_once(':') {
        Some((path, line)) if line.parse::<u32>().is_ok() => (path, line.parse().ok()),
        _ => (word, None),
    };
    let path = folder.join(path);
    let can_be_run = matches!(
        Language::of_path(&path),
        Some(
            Language::Rust
                | Language::Python
                | Language::Go
                | Language::JavaScript
                | Language::TypeScript
                | Language::C
                | Language::Cpp
        )
    );
    (path.is_file() && can_be_run).then_some((path, line))
}

fn at_place(file: &Utf8Path, line: Option<u32>, args: &[&str], title: String) -> Launch {
    let mut arguments = json!({ "file": file });
    if let Some(line) = line {
        arguments["line"] = line.into();
    }
    if !args.is_empty() {
        arguments["args"] = json!(args);
    }
    match Language::of_path(file) {
        Some(Language::Python) => python(arguments, title),
        Some(Language::Go) => with_go(arguments, title),
        Some(Language::JavaScript | Language::TypeScript) => javascript(arguments, title),
        _ => of_machine_code(arguments, title),
    }
}

fn native(path: &Utf8Path, args: &[&str], cwd: &str, title: String) -> Launch {
    of_machine_code(json!({ "program": path, "args": args, "cwd": cwd }), title)
}

fn of_machine_code(arguments: Value, title: String) -> Launch {
    let debugger = "the debugger for machine code".to_owned();
    Launch { title, arguments, filters: vec!["panic"], debugger, ..Launch::default() }
}

fn python(arguments: Value, title: String) -> Launch {
    let filters = vec!["uncaught", "userUnhandled"];
    Launch { title, arguments, filters, debugger: Backend::Debugpy.to_string(), ..Launch::default() }
}

fn with_go(arguments: Value, title: String) -> Launch {
    let functions = vec!["testing.(*common).Fail", "os.Exit"];
    Launch {
        title,
        arguments,
        filters: vec!["uncaught"],
        functions,
        debugger: Backend::Delve.to_string(),
        ..Launch::default()
    }
}

/// What Node prints of its end, in a line of its own on standard error, before the exit code.
pub(super) const EXIT_CODE: &str = "montuno-exit-code";

fn javascript(mut arguments: Value, title: String) -> Launch {
    // The debugger does not tell the exit code.
    let say = format!("--import=data:text/javascript,process.on('exit',(code)=>process._rawDebug('{EXIT_CODE}',code))");
    let own = std::env::var("NODE_OPTIONS").unwrap_or_default();
    arguments["env"] = json!({ "NODE_OPTIONS": format!("{own} {say}").trim() });
    // An assertion throws inside of Node's own code, and what is skipped does not stop.
    arguments["skipFiles"] = json!([]);
    let filters = vec!["raised", "uncaught"];
    let debugger = Backend::JsDebug.to_string();
    Launch { title, arguments, filters, looks_at_caught: true, debugger, ..Launch::default() }
}

fn is_python(name: &str) -> bool {
    name == "py"
        || name.strip_prefix("python").is_some_and(|rest| rest.chars().all(|it| it.is_ascii_digit() || it == '.'))
}

fn module(name: &str, args: &[&str], cwd: &str, interpreter: Option<&str>, title: String) -> Launch {
    let mut arguments = json!({ "backend": "debugpy", "module": name, "args": args, "cwd": cwd });
    if let Some(interpreter) = interpreter {
        arguments["python"] = interpreter.into();
    }
    python(arguments, title)
}

fn node(words: &[&str], task: &Task, title: String) -> Launch {
    let (mut options, mut rest) = (Vec::new(), words);
    while let [option, more @ ..] = rest
        && option.starts_with('-')
    {
        options.push(*option);
        rest = more;
    }
    // A runner with a process for each file would hide them from us.
    if options.contains(&"--test") && !options.iter().any(|option| option.starts_with("--test-isolation")) {
        options.retain(|option| *option != "--test");
    }
    let mut arguments = json!({ "backend": "js-debug", "cwd": task.folder, "runtimeArgs": options });
    if let Some((script, args)) = rest.split_first() {
        arguments["program"] = task.folder.join(script).as_str().into();
        arguments["args"] = json!(args);
    }
    javascript(arguments, title)
}

fn go(task: &Task, words: &[&str], title: String) -> Result<Launch, String> {
    let (mode, rest) = match words {
        ["test", rest @ ..] => ("test", rest),
        ["run", rest @ ..] => ("debug", rest),
        _ => return Err("of Go, `go test` and `go run` can be debugged".to_owned()),
    };
    let mut package = ".";
    let mut args: Vec<String> = Vec::new();
    let mut words = rest.iter();
    while let Some(&word) = words.next() {
        match word {
            "-run" | "-count" | "-bench" | "-timeout" if mode == "test" => {
                args.push(format!("-test.{}={}", &word[1..], words.next().copied().unwrap_or_default()));
            }
            "-v" | "-short" | "-failfast" if mode == "test" => args.push(format!("-test.{}", &word[1..])),
            _ if mode == "test" && word.starts_with("-run=") => args.push(format!("-test.{}", &word[1..])),
            _ if word.starts_with('-') || package != "." => args.push(word.to_owned()),
            _ => package = word,
        }
    }
    if package.contains("...") {
        return Err(format!("a debugger runs one package at a time, and {package} may be several: name one"));
    }
    if mode == "test" && !args.iter().any(|word| word == "-test.v") {
        args.push("-test.v".to_owned());
    }
    let package = task.folder.join(package.trim_start_matches("./"));
    let folder =
        if package.is_file() { package.parent().map(Utf8Path::to_owned).unwrap_or_default() } else { package.clone() };
    let arguments = json!({ "backend": "delve", "mode": mode, "program": package, "args": args, "cwd": folder });
    Ok(with_go(arguments, title))
}

/// Builds what cargo would run, and runs each program.
async fn cargo(
    task: &Task,
    program: &str,
    words: &[&str],
    title: &str,
    on_output: &OnOutput,
) -> Result<Vec<Launch>, String> {
    let split = words.iter().position(|word| *word == "--").unwrap_or(words.len());
    let (own, behind) = (&words[..split], words.get(split + 1..).unwrap_or_default());
    let (command, filter, build) = match own {
        ["test" | "t", rest @ ..] => {
            // The first word that is no option and no value of one selects tests by name.
            let filter = first_free_word(rest);
            ("test", filter, [&["test"], rest, &["--no-run"]].concat())
        }
        ["run" | "r", rest @ ..] => ("run", None, [&["build"], rest].concat()),
        _ => return Err("of cargo, `cargo test` and `cargo run` can be debugged".to_owned()),
    };
    let cargo = discovery::which(program).ok_or("there is no `cargo` on PATH: install Rust")?;
    let mut step = Step::new(cargo, &build, &task.folder);
    step.arguments.push("--message-format=json-diagnostic-rendered-ansi".to_owned());
    let mut programs: Vec<(Utf8PathBuf, Utf8PathBuf)> = Vec::new();
    let mark = Mark::new();
    let succeeded = step.run(&mark, |is_out, line| {
        let message: Value = if is_out { serde_json::from_str(&line).unwrap_or_default() } else { Value::Null };
        if let Some(text) = message["message"]["rendered"].as_str() {
            on_output(text);
        } else if !is_out {
            on_output(&format!("{line}\n"));
        }
        let is_program = message["target"]["kind"][0] != "custom-build";
        if let (Some(path), true) = (message["executable"].as_str(), is_program) {
            let manifest = Utf8Path::new(message["manifest_path"].as_str().unwrap_or_default());
            let folder = manifest.parent().filter(|folder| folder.is_dir()).unwrap_or(&task.folder);
            programs.push((path.into(), folder.to_owned()));
        }
    });
    if !succeeded.await? {
        return Err(format!("`{}` failed, see above", step.text()));
    }
    if command == "run" && programs.len() > 1 {
        let names: Vec<&str> = programs.iter().filter_map(|(path, _)| path.file_name()).collect();
        return Err(format!("there are several programs; choose one with `--bin`: {}", names.join(", ")));
    }
    let launch = |(path, folder): (Utf8PathBuf, Utf8PathBuf)| {
        let mut args: Vec<&str> = filter.into_iter().collect();
        args.extend(behind);
        // Captured output would hide what a panic says.
        if command == "test" && !args.contains(&"--nocapture") {
            args.push("--nocapture");
        }
        // Cargo runs tests in the folder of their package, and programs where the user is.
        let cwd = if command == "test" { &folder } else { &task.folder };
        let mut launch = native(&path, &args, cwd.as_str(), title.to_owned());
        launch.arguments["env"] = json!({ "CARGO_MANIFEST_DIR": folder });
        launch
    };
    Ok(programs.into_iter().map(launch).collect())
}

/// The first word that is neither an option nor what an option is given.
fn first_free_word<'w>(words: &[&'w str]) -> Option<&'w str> {
    const WITH_VALUE: &[&str] = &[
        "-p",
        "--package",
        "--test",
        "--bin",
        "--example",
        "--bench",
        "--features",
        "-F",
        "--target",
        "--profile",
        "--manifest-path",
        "--target-dir",
        "-j",
        "--jobs",
        "--exclude",
        "--color",
        "--config",
        "-Z",
    ];
    let mut words = words.iter();
    while let Some(&word) = words.next() {
        if WITH_VALUE.contains(&word) {
            words.next();
        } else if !word.starts_with('-') {
            return Some(word);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;

    async fn of(folder: &Utf8Path, words: &[&str]) -> Result<Vec<Launch>, String> {
        let command = words.iter().map(|word| (*word).to_owned()).collect();
        let task = Task { command, folder: folder.to_owned(), limit: Duration::from_secs(1) };
        let on_output: OnOutput = Arc::new(|_| {});
        launches(&task, &on_output).await
    }

    #[tokio::test]
    async fn commands_of_test_tools_are_understood() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        std::fs::write(root.join("a.py"), "").unwrap();
        let one = |words: Vec<&'static str>| async move { of(root, &words).await.unwrap().remove(0).arguments };
        let launch = one(vec!["pytest", "-x", "a.py::test_b"]).await;
        assert_eq!((&launch["module"], &launch["args"]), (&json!("pytest"), &json!(["-x", "a.py::test_b"])));
        let launch = one(vec!["python3.12", "a.py", "b"]).await;
        assert_eq!((&launch["program"], &launch["python"]), (&json!(root.join("a.py")), &json!("python3.12")));
        let launch = one(vec!["a.py:12"]).await;
        assert_eq!((&launch["file"], &launch["line"]), (&json!(root.join("a.py")), &json!(12)));
        let launch = one(vec!["go", "test", "-run", "TestA", "./sub"]).await;
        assert_eq!(launch["args"], json!(["-test.run=TestA", "-test.v"]));
        assert_eq!(launch["program"], json!(root.join("sub")));
        let launch = one(vec!["node", "--test", "a.test.js"]).await;
        assert_eq!((&launch["runtimeArgs"], &launch["program"]), (&json!([]), &json!(root.join("a.test.js"))));
    }

    #[tokio::test]
    async fn what_means_nothing_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        for (words, reason) in [
            (vec![], "nothing to run"),
            (vec!["no-such-program"], "there is no program `no-such-program`"),
            (vec!["go", "test", "./..."], "one package at a time"),
            (vec!["cargo", "clippy"], "`cargo test` and `cargo run`"),
            (vec!["python3"], "without a script"),
        ] {
            let error = of(root, &words).await.unwrap_err();
            assert!(error.contains(reason), "{words:?}: {error}");
        }
    }

    #[test]
    fn the_filter_of_cargo_test_is_the_first_free_word() {
        assert_eq!(first_free_word(&["-p", "a", "--lib", "adds"]), Some("adds"));
        assert_eq!(first_free_word(&["--test", "it"]), None);
    }
}
