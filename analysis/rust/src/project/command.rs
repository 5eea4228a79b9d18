//! Running the user's own tools where a repository cannot influence them.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};

/// How long a tool may take. Cargo waits for other cargos that hold its locks.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a tool wrote, if it ended well.
pub(crate) struct Output {
    pub stdout: String,
}

/// Why a tool gave no answer, in one line for a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure(pub String);

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The directory that tools run in. Cargo and rustup look for settings in the working directory and
/// above it: in the root of the file system there is nothing above, and nothing of a repository's.
fn neutral_directory(program: &Utf8Path) -> Utf8PathBuf {
    program.ancestors().last().map_or_else(|| Utf8PathBuf::from("/"), Utf8Path::to_owned)
}

/// A command for `program`, an absolute path, that runs in the neutral directory with no input.
pub(crate) fn command(program: &Utf8Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(neutral_directory(program))
        .stdin(Stdio::null())
        // Nothing is installed or asked for on anybody's behalf.
        .env("RUSTUP_AUTO_INSTALL", "0")
        .env("CARGO_TERM_COLOR", "never");
    command
}

/// Runs a command to its end.
///
/// # Errors
/// If it cannot be started, fails, or takes longer than a minute (it is then ended).
pub(crate) fn run(mut command: Command) -> Result<Output, Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let failure = |text: String| Failure(format!("`{name}` {text}"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| failure(format!("cannot be started: {error}")))?;
    // Both pipes are emptied beside the wait: a full pipe would stop the tool.
    let stdout = child.stdout.take().map(drain);
    let stderr = child.stderr.take().map(drain);
    let started = Instant::now();
    let mut pause = Duration::from_millis(1);
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if started.elapsed() < PATIENCE => {
                std::thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(20));
            }
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(failure(format!("did not end within {} seconds", PATIENCE.as_secs())));
            }
            Err(error) => return Err(failure(format!("was lost: {error}"))),
        }
    };
    let collect = |pipe: Option<std::thread::JoinHandle<Vec<u8>>>| {
        let bytes = pipe.and_then(|thread| thread.join().ok()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let (stdout, stderr) = (collect(stdout), collect(stderr));
    if status.success() { Ok(Output { stdout }) } else { Err(failure(format!("failed: {}", gist(&stderr)))) }
}

fn drain(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read until an error is still worth showing.
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

/// The lines of an error that say what is wrong, as one.
fn gist(stderr: &str) -> String {
    let lines = stderr.lines().map(str::trim).filter(|line| !line.is_empty());
    let telling: Vec<_> = lines.skip_while(|line| !line.starts_with("error")).take(6).collect();
    if telling.is_empty() { "no message".to_owned() } else { telling.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_failure_says_why() {
        let mut failing = command(Utf8Path::new("/bin/sh"));
        failing.args(["-c", "echo noise >&2; echo 'error: broken' >&2; exit 3"]);
        assert_eq!(run(failing).err(), Some(Failure("`/bin/sh` failed: error: broken".to_owned())));
        let missing = command(Utf8Path::new("/nowhere/tool"));
        assert!(run(missing).is_err());
    }

    #[test]
    #[cfg(unix)]
    fn a_tool_runs_in_the_root_of_the_file_system() {
        let mut asking = command(Utf8Path::new("/bin/sh"));
        asking.args(["-c", "pwd"]);
        assert_eq!(run(asking).unwrap().stdout, "/\n");
    }
}
