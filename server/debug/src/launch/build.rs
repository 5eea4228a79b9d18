//! Running a build, and telling its messages.

use std::process::Stdio;

use camino::{Utf8Path, Utf8PathBuf};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::Command;
use tokio::sync::mpsc::UnboundedSender;

use super::Note;
use crate::backend::process::{MARK, Mark};

/// Tells the client how a build goes.
#[derive(Clone, Debug)]
pub struct Reporter {
    /// Where it is told.
    pub notes: UnboundedSender<Note>,
    /// What the build's processes are marked with: they end with the session.
    pub mark: Mark,
}

impl Reporter {
    /// A line for the console.
    pub fn print(&self, category: &'static str, text: impl Into<String>) {
        self.print_at(category, text, None, None);
    }

    /// A line for the console about a place, whose line counts from 1.
    pub fn print_at(
        &self,
        category: &'static str,
        text: impl Into<String>,
        source: Option<Utf8PathBuf>,
        line: Option<i64>,
    ) {
        let _ = self.notes.send(Note::Print { category, text: text.into(), source, line });
    }

    /// A build begins.
    pub fn building(&self, title: impl Into<String>) {
        let _ = self.notes.send(Note::Building(title.into()));
    }

    /// How far it is.
    pub fn progress(&self, message: impl Into<String>, percentage: Option<u32>) {
        let _ = self.notes.send(Note::Progress { message: message.into(), percentage });
    }

    /// It is done.
    pub fn built(&self) {
        let _ = self.notes.send(Note::Built);
    }
}

/// A command of a build.
#[derive(Clone, Debug)]
pub struct Step {
    /// The program.
    pub program: Utf8PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The folder that it runs in.
    pub folder: Utf8PathBuf,
}

impl Step {
    /// A step.
    pub fn new(program: impl Into<Utf8PathBuf>, arguments: &[&str], folder: &Utf8Path) -> Self {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Self { program: program.into(), arguments, folder: folder.to_owned() }
    }

    /// The command as a user would type it.
    pub fn text(&self) -> String {
        let words = std::iter::once(self.program.file_name().unwrap_or_default())
            .chain(self.arguments.iter().map(String::as_str));
        words.map(quoted).collect::<Vec<_>>().join(" ")
    }

    /// Runs it. Each line is given to `on_line`; `true` for standard output.
    ///
    /// # Errors
    /// If it does not start or cannot be waited for. That it fails is `Ok(false)`.
    pub async fn run(&self, mark: &Mark, mut on_line: impl FnMut(bool, String)) -> Result<bool, String> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.folder).env(MARK, mark.as_str());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| format!("{} does not start: {error}", self.program))?;
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(format!("{} has no pipes", self.program));
        };
        let (mut stdout, mut stderr) = (BufReader::new(stdout), BufReader::new(stderr));
        let (mut out_is_open, mut err_is_open) = (true, true);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        while out_is_open || err_is_open {
            tokio::select! {
                more = line(&mut stdout, &mut out), if out_is_open => match more {
                    true => on_line(true, take(&mut out)),
                    false => out_is_open = false,
                },
                more = line(&mut stderr, &mut err), if err_is_open => match more {
                    true => on_line(false, take(&mut err)),
                    false => err_is_open = false,
                },
            }
        }
        let status = child.wait().await.map_err(|error| format!("{} cannot be waited for: {error}", self.program))?;
        Ok(status.success())
    }

    /// Runs it and returns what it prints.
    ///
    /// # Errors
    /// A sentence with what it complained about, if it fails.
    pub async fn output(&self, mark: &Mark) -> Result<String, String> {
        let (mut out, mut err) = (String::new(), String::new());
        let succeeded = self
            .run(mark, |is_out, line| {
                let text = if is_out { &mut out } else { &mut err };
                text.push_str(&line);
                text.push('\n');
            })
            .await?;
        if succeeded { Ok(out) } else { Err(format!("`{}` failed in {}:\n{}", self.text(), self.folder, err.trim())) }
    }
}

/// Reads until the end of a line; what is read so far stays in `buffer` if this is dropped. `false` at the end.
async fn line<R: AsyncRead + Unpin>(input: &mut BufReader<R>, buffer: &mut Vec<u8>) -> bool {
    matches!(input.read_until(b'\n', buffer).await, Ok(read) if read > 0 || !buffer.is_empty())
}

fn take(buffer: &mut Vec<u8>) -> String {
    let text = String::from_utf8_lossy(buffer).trim_end_matches(['\r', '\n']).to_owned();
    buffer.clear();
    text
}

/// A word as a shell reads it.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./:=@%+,".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
