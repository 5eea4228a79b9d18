//! The file of a package, by pip or npm.
//!
//! Both read settings from the folder that they are started in, and Python loads modules from there: so they are started
//! in the folder for the download, which is empty, never in a repository.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use super::{InstallError, Package, Source, Step};
use crate::runtime::install::package::PYTHON;

/// A program that gets packages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Client {
    /// Its kind.
    pub kind: ClientKind,
    /// The program: Python for pip.
    pub program: Utf8PathBuf,
}

/// The kinds of programs that get packages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientKind {
    /// pip, as a module of Python.
    Pip,
    /// npm.
    Npm,
}

impl ClientKind {
    /// Whether it gets packages of this source.
    pub fn gets(self, source: Source) -> bool {
        matches!((self, source), (Self::Pip, Source::Pip { .. }) | (Self::Npm, Source::Npm))
    }

    /// The names of its program, the usual one first.
    pub fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Pip if cfg!(windows) => &["python", "py", "python3"],
            Self::Pip => &["python3", "python"],
            Self::Npm => &["npm"],
        }
    }
}

impl Client {
    /// Whether the program works: Python may be there without pip.
    pub fn works(&self) -> bool {
        let mut command = Command::new(&self.program);
        match self.kind {
            ClientKind::Pip => command.args(["-m", "pip", "--version"]),
            ClientKind::Npm => command.arg("--version"),
        };
        command.current_dir(std::env::temp_dir());
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    }

    fn command(&self, package: &Package, folder: &Utf8Path) -> Command {
        let mut command = Command::new(&self.program);
        let requirement = match package.source {
            Source::Pip { platform } => {
                command.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]);
                command.args(["--no-cache-dir", "--no-deps", "--only-binary=:all:", "--implementation", "cp"]);
                command.args(["--python-version", PYTHON, "--platform", platform, "--dest"]).arg(folder);
                format!("{}=={}", package.name, package.version)
            }
            Source::Npm => {
                command.args(["pack", "--silent", "--ignore-scripts", "--pack-destination"]).arg(folder);
                format!("{}@{}", package.name, package.version)
            }
        };
        command.arg(requirement).current_dir(folder);
        // What is written on the way is counted, and goes with the folder.
        command.env("TMPDIR", folder).env("TEMP", folder).env("TMP", folder);
        command
    }
}

/// How often it is looked at how much is there.
const LOOK: Duration = Duration::from_millis(100);

/// Gets the file of a package into a folder that is empty.
pub(super) fn fetch(
    package: &Package,
    client: &Client,
    folder: &Utf8Path,
    progress: &mut dyn FnMut(Step),
) -> Result<Utf8PathBuf, InstallError> {
    let failed = |said: String| InstallError::Client {
        program: client.program.clone(),
        package: package.name,
        version: package.version,
        said,
    };
    let mut command = client.command(package, folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
    let (said, complained) = (reader(child.stdout.take()), reader(child.stderr.take()));
    let status = wait(&mut child, || {
        progress(Step::Fetching { done: size_of(folder).min(package.size), of: package.size });
    });
    let (said, complained) = (said.join().unwrap_or_default(), complained.join().unwrap_or_default());
    let status = status.map_err(|error| failed(error.to_string()))?;
    if !status.success() {
        let text = if complained.trim().is_empty() { said } else { complained };
        return Err(failed(last_words(&text, &status.to_string())));
    }
    progress(Step::Fetching { done: package.size, of: package.size });
    let entries = folder.read_dir_utf8().map_err(|error| InstallError::Io { path: folder.to_owned(), error })?;
    let mut files = entries.flatten().map(camino::Utf8DirEntry::into_path);
    let file = files.find(|path| path.is_file() && matches!(path.extension(), Some("whl" | "tgz")));
    file.ok_or_else(|| failed("it says that all went well, and left no file".to_owned()))
}

fn reader(output: Option<impl std::io::Read + Send + 'static>) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(mut output) = output {
            let _ = output.by_ref().take(1 << 20).read_to_end(&mut text);
            // It must never wait for us.
            let _ = std::io::copy(&mut output, &mut std::io::sink());
        }
        String::from_utf8_lossy(&text).into_owned()
    })
}

fn wait(child: &mut Child, mut look: impl FnMut()) -> std::io::Result<std::process::ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        look();
        std::thread::sleep(LOOK);
    }
}

/// The bytes below a folder.
fn size_of(folder: &Utf8Path) -> u64 {
    crate::model::files(folder).iter().filter_map(|path| Some(path.metadata().ok()?.len())).sum()
}

/// What a program said last that is worth telling.
fn last_words(text: &str, status: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let errors: Vec<&str> = lines.clone().filter(|line| line.to_lowercase().contains("err")).collect();
    let chosen: Vec<&str> = match errors.len() {
        0 => lines.rev().take(2).collect::<Vec<_>>().into_iter().rev().collect(),
        // The first ones say why, the last ones where it is written down.
        _ => errors.into_iter().take(3).collect(),
    };
    if chosen.is_empty() { format!("it ended with {status}") } else { chosen.join("; ").chars().take(600).collect() }
}

/// Whether a program says that there is no room.
pub(super) fn says_that_it_is_full(said: &str) -> bool {
    let said = said.to_lowercase();
    ["no space left", "errno 28", "enospc", "disk quota", "file too large", "errno 27", "not enough space"]
        .iter()
        .any(|words| said.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_wrong_is_told_in_few_words() {
        let pip = "WARNING: Retrying\nERROR: Could not find a version that satisfies the requirement x==9\n\
                   ERROR: No matching distribution found for x==9\n";
        let said = last_words(pip, "exit status: 1");
        assert!(said.starts_with("ERROR: Could not find a version") && !said.contains("WARNING"), "{said}");
        assert_eq!(last_words("\n", "exit status: 1"), "it ended with exit status: 1");
        assert!(says_that_it_is_full("OSError: [Errno 28] No space left on device"));
        assert!(!says_that_it_is_full(&said));
    }
}
