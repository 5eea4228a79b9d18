//! Attaching to what runs already, and why it would fail.

use camino::Utf8PathBuf;
use serde_json::{Value, json};

use super::Asked;
use super::plan::{Extra, Given, Plan, installed_native};
use crate::backend::Backend;
use crate::settings::DebugSettings;

/// A debugger that listens already.
#[derive(Debug, PartialEq, Eq)]
pub struct Remote {
    /// Its kind.
    pub backend: Backend,
    /// Where it listens.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// The debugger that a launch says to connect to: `connect` with `host` and `port`, as debugpy's users write it, or
/// `mode: remote` with them, as Delve's do.
///
/// # Errors
/// If what it says is no port.
pub fn remote(asked: &Asked) -> Result<Option<Remote>, String> {
    let arguments = &asked.arguments;
    let named = ["backend", "type"].iter().find_map(|name| arguments[*name].as_str().and_then(Backend::of_name));
    let (place, backend) = if arguments["connect"].is_object() {
        (&arguments["connect"], named.unwrap_or(Backend::Debugpy))
    } else if asked.is_attach && arguments["mode"] == "remote" {
        (arguments, named.unwrap_or(Backend::Delve))
    } else {
        return Ok(None);
    };
    let port = &place["port"];
    let port = port.as_u64().or_else(|| port.as_str()?.parse().ok()).and_then(|port| u16::try_from(port).ok());
    let port = port.ok_or_else(|| format!("the port of the debugger to connect to is no port: {}", place["port"]))?;
    Ok(Some(Remote { backend, host: place["host"].as_str().unwrap_or("127.0.0.1").to_owned(), port }))
}

/// Attaching to a process.
///
/// # Errors
/// A sentence for the user: no such process, several of that name, no permission.
pub fn plan(asked: &Asked, settings: &DebugSettings) -> Result<Plan, String> {
    let arguments = &asked.arguments;
    let extra = Extra { arguments, settings };
    let named = ["backend", "type"].iter().find_map(|name| arguments[*name].as_str().and_then(Backend::of_name));
    if let Some(backend) = named
        && (arguments["coreFile"].is_string()
            || arguments["attachCommands"].is_array()
            || arguments["target"].is_string()
            || backend == Backend::JsDebug && !arguments["port"].is_null())
    {
        return Ok(Given { arguments: Some(extra.with(json!({}))), ..Given::default() }.to(backend));
    }
    let process = process_of(arguments)?;
    let backend = named.or_else(|| kind_of(process)).unwrap_or_else(|| installed_native(settings));
    preflight(process, backend)?;
    let mut given = Given::default();
    let added = match backend {
        Backend::LldbDap | Backend::Gdb => json!({ "pid": process }),
        Backend::Debugpy => {
            given.interpreters = interpreter_of(process).into_iter().collect();
            json!({ "type": "debugpy", "processId": process, "justMyCode": settings.written.just_my_code, "subProcess": false })
        }
        Backend::Delve => json!({ "mode": "local", "processId": process }),
        Backend::JsDebug => json!({ "type": "pwa-node", "processId": process, "continueOnAttach": true }),
    };
    let mut all = extra.with(json!({}));
    for ours in ["name", "processName", "waitFor"] {
        if let Some(all) = all.as_object_mut() {
            all.remove(ours);
        }
    }
    for (name, value) in added.as_object().into_iter().flatten() {
        all[name.as_str()] = value.clone();
    }
    let unfit = stale(process);
    given.arguments = Some(all);
    given.says = Some(match unfit {
        Some(warning) => format!("Attaching to process {process}. {warning}"),
        None => format!("Attaching to process {process}"),
    });
    Ok(given.to(backend))
}

/// The process that is named: by its number, or by its name.
fn process_of(arguments: &Value) -> Result<u32, String> {
    for name in ["pid", "processId"] {
        let value = &arguments[name];
        if let Some(number) = value.as_u64().or_else(|| value.as_str()?.parse().ok()) {
            let number = u32::try_from(number).map_err(|_| format!("{number} is no process"))?;
            return if is_alive(number) { Ok(number) } else { Err(format!("there is no process {number}")) };
        }
    }
    let Some(name) = ["processName", "name", "program"].iter().find_map(|name| arguments[*name].as_str()) else {
        return Err("the attach names no process: give it `pid`, or `processName`".to_owned());
    };
    let found = processes_named(name);
    match found.as_slice() {
        [] => Err(format!("no process is named `{name}`")),
        [only] => Ok(*only),
        several => {
            let several: Vec<String> =
                several.iter().map(|process| format!("{process} ({})", command_of(*process))).collect();
            Err(format!("several processes are named `{name}`; give the `pid` of one: {}", several.join(", ")))
        }
    }
}

fn is_alive(process: u32) -> bool {
    if cfg!(target_os = "linux") { std::path::Path::new(&format!("/proc/{process}")).is_dir() } else { true }
}

fn command_of(process: u32) -> String {
    let bytes = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    let words: Vec<_> =
        bytes.split(|&byte| byte == 0).map(String::from_utf8_lossy).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The processes whose program, or whose script, has a name. Ours are left out.
fn processes_named(name: &str) -> Vec<u32> {
    let own = std::process::id();
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let all = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_it = |process: &u32| {
        let bytes = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        let words = bytes.split(|&byte| byte == 0).take(2);
        let mut words = words.map(|word| String::from_utf8_lossy(word).into_owned());
        let named = |word: &str| word == name || Utf8PathBuf::from(word).file_name() == Some(name);
        words.any(|word| named(&word))
    };
    let mut found: Vec<u32> = all.filter(|process| *process != own).filter(is_it).collect();
    found.sort_unstable();
    found
}

fn program_of(process: u32) -> Option<Utf8PathBuf> {
    Utf8PathBuf::from_path_buf(std::fs::read_link(format!("/proc/{process}/exe")).ok()?).ok()
}

fn interpreter_of(process: u32) -> Option<Utf8PathBuf> {
    program_of(process).filter(|path| path.file_name().is_some_and(|name| name.starts_with("python")))
}

/// Which debugger a process needs, by its program.
fn kind_of(process: u32) -> Option<Backend> {
    let program = program_of(process)?;
    let name = program.file_name().unwrap_or_default();
    if name.starts_with("python") {
        return Some(Backend::Debugpy);
    }
    if name == "node" {
        return Some(Backend::JsDebug);
    }
    // Go's linker says so in a section of every program.
    let bytes = std::fs::read(format!("/proc/{process}/exe")).ok()?;
    has_text(&bytes, b".go.buildinfo").then_some(Backend::Delve)
}

fn has_text(bytes: &[u8], text: &[u8]) -> bool {
    memchr::memmem::find(bytes, text).is_some()
}

/// Says what would stop a debugger, before it fails without a reason.
fn preflight(process: u32, backend: Backend) -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let field = |text: &str, name: &str| {
        text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next().map(str::to_owned))
    };
    let own = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(tracer) = field(&status, "TracerPid:").filter(|tracer| tracer != "0") {
        return Err(format!(
            "process {process} is being debugged already, by process {tracer} ({}): end that session first",
            command_of(tracer.parse().unwrap_or(0))
        ));
    }
    let is_root = field(&own, "Uid:").as_deref() == Some("0");
    if !is_root && field(&status, "Uid:") != field(&own, "Uid:") {
        return Err(format!("process {process} belongs to another user: run as that user, or as root"));
    }
    if !is_root && let Some(message) = ptrace_message(&scope(), process) {
        return Err(message);
    }
    if matches!(backend, Backend::LldbDap | Backend::Gdb) && program_of(process).is_some() {
        let bytes = std::fs::read(format!("/proc/{process}/exe")).unwrap_or_default();
        if !bytes.is_empty() && !has_text(&bytes, b".debug_info") && !has_text(&bytes, b".symtab") {
            return Err(format!(
                "the program of process {process} has no debug information and no symbols: build it without `strip` \
                 and with `debug = true`, and start it again"
            ));
        }
    }
    Ok(())
}

fn scope() -> String {
    std::fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_default().trim().to_owned()
}

/// What the kernel's setting means for attaching to a process that is no child.
fn ptrace_message(scope: &str, process: u32) -> Option<String> {
    let allow = "`sudo sysctl kernel.yama.ptrace_scope=0` allows it until the next start of the machine";
    match scope {
        "1" => Some(format!(
            "the kernel allows a debugger to attach to its own children only (ptrace_scope is 1), and process {process} \
             is none: start the program under the debugger, or {allow}"
        )),
        "2" => Some(format!("the kernel allows only root to attach (ptrace_scope is 2): {allow}")),
        "3" => Some("the kernel forbids attaching until the next start of the machine (ptrace_scope is 3)".to_owned()),
        _ => None,
    }
}

/// A warning if the program was built again since the process was started.
fn stale(process: u32) -> Option<String> {
    let program = std::fs::read_link(format!("/proc/{process}/exe")).ok()?;
    program.to_string_lossy().ends_with(" (deleted)").then(|| {
        "Its program was built again since it was started: lines will not fit the source; start it again.".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::process::Mark;
    use crate::message::Message;

    fn asked(arguments: Value) -> Asked {
        let raw = Message::request("attach", &arguments);
        Asked { is_attach: true, raw, arguments, mark: Mark::new(), can_run_in_terminal: false }
    }

    #[test]
    fn a_debugger_that_listens_is_named_in_two_ways() {
        let of = |arguments| remote(&asked(arguments)).unwrap();
        let debugpy = Remote { backend: Backend::Debugpy, host: "h".into(), port: 5678 };
        assert_eq!(of(json!({ "connect": { "host": "h", "port": 5678 } })), Some(debugpy));
        let delve = Remote { backend: Backend::Delve, host: "127.0.0.1".into(), port: 40000 };
        assert_eq!(of(json!({ "mode": "remote", "port": 40000 })), Some(delve));
        assert_eq!(of(json!({ "pid": 1 })), None);
        let error = remote(&asked(json!({ "connect": { "port": 70000 } }))).unwrap_err();
        assert!(error.contains("70000"), "{error}");
    }

    #[test]
    fn the_kernels_setting_is_explained() {
        assert_eq!(ptrace_message("0", 7), None);
        for scope in ["1", "2", "3"] {
            assert!(ptrace_message(scope, 7).unwrap().contains("ptrace_scope"), "{scope}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_is_not_there_is_named() {
        let error = plan(&asked(json!({ "pid": 4_000_000 })), &DebugSettings::default()).unwrap_err();
        assert_eq!(error, "there is no process 4000000");
        let error = plan(&asked(json!({ "processName": "no such program" })), &DebugSettings::default()).unwrap_err();
        assert_eq!(error, "no process is named `no such program`");
        let error = plan(&asked(json!({})), &DebugSettings::default()).unwrap_err();
        assert!(error.contains("`pid`"), "{error}");
    }
}
