//! Debugging without an editor: runs a test or a program under its debugger, and reports why it failed.
//!
//! It is a client of [`crate::session`] like any editor, so what is found, built and started is the same.
//!
//! | module | subject |
//! | --- | --- |
//! | [`command`] | what a command line means: which programs, under which debugger |
//! | `client` | the client's side of a session |
//! | `capture` | from the launch to the stop that says why |
//! | `look` | the stack, and the values in it |
//! | [`report`] | what is said, as JSON and as Markdown |

mod capture;
mod client;
pub mod command;
mod look;
pub mod report;

use std::sync::Arc;
use std::time::Duration;

use camino::Utf8PathBuf;

use crate::session::Options;
use report::Report;

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Task {
    /// The command, as it stands behind `--`.
    pub command: Vec<String>,
    /// The folder that it runs in.
    pub folder: Utf8PathBuf,
    /// How long each program may run before that counts as hanging.
    pub limit: Duration,
}

/// Who is told what the program prints while it runs.
pub type OnOutput = Arc<dyn Fn(&str) + Send + Sync>;

/// Runs a command, and reports how it ended. Of several programs, as `cargo test` has them, the first that fails.
///
/// # Errors
/// A sentence for the user, if the command could not be run: it means nothing, or the build failed, or there is no
/// debugger.
pub async fn run(task: &Task, options: &Options, on_output: &OnOutput) -> Result<Report, String> {
    let launches = command::launches(task, on_output).await?;
    let mut last = None;
    for launch in launches {
        let report = capture::capture(task, &launch, options, on_output).await?;
        if !report.outcome.is_success() {
            return Ok(report);
        }
        last = Some(report);
    }
    last.ok_or_else(|| "there is nothing to run: the build made no program".to_owned())
}
