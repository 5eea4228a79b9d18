//! Another process loads a library first: if that one dies, this one does not.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use crate::load::Provider;

/// How the other process is started: the path of the library and the provider's name are added to the arguments, and it
/// must call [`answer`] with them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Probe {
    /// The program.
    pub program: Utf8PathBuf,
    /// What it is given before.
    pub arguments: Vec<String>,
}

static PROBE: OnceLock<Probe> = OnceLock::new();

/// Says how libraries are tried. A program that does not say so loads them without a trial; the first call counts.
pub fn set_probe(probe: Probe) {
    let _ = PROBE.set(probe);
}

/// How long the other process may take. It usually takes 0.1 s, with a graphics processor a few seconds.
const LIMIT: Duration = Duration::from_secs(10);

/// What came of a trial.
pub(super) enum Answer {
    /// The version of the library, or why it cannot be used.
    Verdict(Result<String, String>),
    /// It could not be tried now: this is not remembered.
    NotTried(String),
    /// Nobody said how to try.
    NoProbe,
}

/// What the other process prints.
#[derive(Serialize, Deserialize)]
struct Line {
    version: Option<String>,
    error: Option<String>,
}

/// Lets another process load a library.
pub(super) fn run(path: &Utf8Path, provider: Provider) -> Answer {
    let Some(probe) = PROBE.get() else { return Answer::NoProbe };
    let mut command = Command::new(&probe.program);
    command.args(&probe.arguments).arg(path).arg(provider.name());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Answer::NotTried(format!("{} cannot be started to try it: {error}", probe.program)),
    };
    let (status, output) = match wait(child, LIMIT) {
        Some(ended) => ended,
        None => return Answer::NotTried(format!("loading it took longer than {} s", LIMIT.as_secs())),
    };
    let line: Option<Line> = output.lines().last().and_then(|line| serde_json::from_str(line).ok());
    Answer::Verdict(match line {
        Some(Line { version: Some(version), .. }) if status.success() => Ok(version),
        Some(Line { error: Some(error), .. }) => Err(error),
        _ => Err(format!("a process that loaded it ended with {status}: the file is damaged, or not for this machine")),
    })
}

/// Waits for a process, and ends it when its time is over.
fn wait(mut child: Child, limit: Duration) -> Option<(std::process::ExitStatus, String)> {
    let output = child.stdout.take();
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(output) = output {
            let _ = output.take(1 << 16).read_to_end(&mut text);
        }
        String::from_utf8_lossy(&text).into_owned()
    });
    let deadline = Instant::now() + limit;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(5)),
            _ => break None,
        }
    };
    if status.is_none() {
        let _ = child.kill();
        let _ = child.wait();
        return None;
    }
    Some((status?, reader.join().unwrap_or_default()))
}

/// The other process's part: loads a library, makes a session, and returns the line to be printed. May not return at
/// all; that is what it is for.
pub fn answer(path: &Utf8Path, provider: &str) -> String {
    let result = match Provider::named(provider) {
        Some(provider) => attempt(path, provider),
        None => Err(format!("there is no provider `{provider}`")),
    };
    let line = match result {
        Ok(version) => Line { version: Some(version), error: None },
        Err(error) => Line { version: None, error: Some(error) },
    };
    serde_json::to_string(&line).unwrap_or_default()
}

#[cfg(feature = "onnxruntime")]
fn attempt(path: &Utf8Path, provider: Provider) -> Result<String, String> {
    super::environment::attempt(path, provider)
}

#[cfg(not(feature = "onnxruntime"))]
fn attempt(_: &Utf8Path, _: Provider) -> Result<String, String> {
    Err("this program was built without ONNX Runtime".to_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Child {
        Command::new("sh").args(["-c", script]).stdout(Stdio::piped()).spawn().unwrap()
    }

    #[test]
    fn a_process_that_dies_or_hangs_is_survived() {
        let (status, output) = wait(shell("echo said; exit 3"), LIMIT).unwrap();
        assert_eq!((status.code(), output.trim()), (Some(3), "said"));
        let (status, _) = wait(shell("kill -BUS $$"), LIMIT).unwrap();
        assert!(!status.success() && status.to_string().contains("signal"), "{status}");
        assert!(wait(shell("exec sleep 600"), Duration::from_millis(20)).is_none());
    }
}
