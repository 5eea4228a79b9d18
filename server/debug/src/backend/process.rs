//! Processes of a session, and that none outlives it.
//!
//! A debugger starts the debugged program in a group or a session of its own, and some start it over a server
//! that they leave behind. So everything that a session starts carries a mark in its environment, and what still
//! carries it when the session ends is ended. A debugger that was attached to a program did not start it: that
//! program has no mark, and is left alone.

use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};

use camino::{Utf8Path, Utf8PathBuf};
use tokio::process::{Child, Command};

/// The variable that marks what a session started.
pub const MARK: &str = "MONTUNO_DEBUG_SESSION";

/// The mark of one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark(String);

impl Mark {
    /// A mark that no other session has.
    #[expect(clippy::new_without_default, reason = "each one is another")]
    pub fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self(format!("{}-{}-{count}", std::process::id(), time.as_nanos()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The processes that carry the mark. Empty where the system does not say.
    pub fn processes(&self) -> Vec<u32> {
        let wanted = format!("{MARK}={}", self.0);
        let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
        let ids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        ids.filter(|id| {
            std::fs::read(format!("/proc/{id}/environ"))
                .is_ok_and(|environment| environment.split(|&byte| byte == 0).any(|one| one == wanted.as_bytes()))
        })
        .collect()
    }

    /// Ends every process that carries the mark: also those that a first look missed because they were just being
    /// started.
    pub fn end_all(&self) {
        for _ in 0..20 {
            let found = self.processes();
            if found.is_empty() {
                return;
            }
            for process in found {
                kill(process);
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
}

/// Ends a process at once.
#[cfg(unix)]
pub fn kill(process: u32) {
    let Ok(process) = i32::try_from(process) else { return };
    // SAFETY: a signal to another process touches no memory of ours.
    #[allow(unsafe_code, reason = "the standard library signals its own children only")]
    unsafe {
        libc::kill(process, libc::SIGKILL);
    }
}

/// Ends a process at once.
#[cfg(not(unix))]
pub fn kill(process: u32) {
    let _ = std::process::Command::new("taskkill").args(["/F", "/T", "/PID", &process.to_string()]).output();
}

/// A program with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The program.
    pub path: Utf8PathBuf,
    /// What comes before all other arguments.
    pub arguments: Vec<String>,
    /// Variables that are set for it.
    pub environment: Vec<(String, String)>,
}

impl Program {
    /// A program without arguments.
    pub fn at(path: impl Into<Utf8PathBuf>) -> Self {
        Self { path: path.into(), arguments: Vec::new(), environment: Vec::new() }
    }

    /// The same with one more argument.
    #[must_use]
    pub fn with(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Starts it with pipes, in a process group of its own, so that an interrupt at a terminal is not its business.
    ///
    /// # Errors
    /// If it does not start: which program, and why.
    pub fn spawn(&self, folder: Option<&Utf8Path>, mark: Option<&Mark>) -> Result<Child, String> {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
            command.current_dir(folder);
        }
        if let Some(mark) = mark {
            command.env(MARK, mark.as_str());
        }
        #[cfg(unix)]
        command.process_group(0);
        command.spawn().map_err(|error| format!("{} does not start: {error}", self.path))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_session_started_is_ended_wherever_it_went() {
        let mark = Mark::new();
        // A grandchild in a session of its own, whose parent is gone.
        let program = Program::at("/bin/sh").with("-c").with("setsid sleep 1000 & exit 0");
        let mut child = program.spawn(None, Some(&mark)).unwrap();
        child.wait().await.unwrap();
        assert_eq!(mark.processes().len(), 1);
        mark.end_all();
        assert!(mark.processes().is_empty());
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_named() {
        let error = Program::at("/nowhere/lldb dap").spawn(None, None).unwrap_err();
        assert!(error.starts_with("/nowhere/lldb dap does not start: "), "{error}");
    }
}
