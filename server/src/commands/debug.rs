//! `montuno debug run`: why a test or a program fails, without an editor.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use montuno_base::Utf8Path;
use montuno_complete::secrets::Secrets;
use montuno_debug::headless::{self, OnOutput, Task, report::Report};

use super::{COULD_NOT_RUN, dap, note, say};
use crate::cli::{Debug, DebugAction, DebugRun};

pub(crate) fn run(options: &Debug) -> anyhow::Result<ExitCode> {
    match &options.action {
        DebugAction::Run(options) => run_command(options),
    }
}

fn run_command(options: &DebugRun) -> anyhow::Result<ExitCode> {
    let session = dap::session_options(&options.workspace)?;
    let folder = std::env::current_dir().context("the current folder is gone")?;
    let folder = montuno_base::Utf8PathBuf::from_path_buf(folder)
        .map_err(|folder| anyhow::anyhow!("the path of the current folder is no text: {}", folder.display()))?;
    let task = Task { command: options.command.clone(), folder, limit: Duration::from_secs(options.timeout.max(1)) };
    let quiet = options.quiet;
    let on_output: OnOutput = Arc::new(move |text: &str| {
        if !quiet {
            use std::io::Write as _;
            // Beside the report, which may go to standard output.
            let _ = std::io::stderr().lock().write_all(text.as_bytes());
        }
    });
    let runtime = dap::runtime()?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = headless::run(&task, &session, &on_output) => outcome,
            // The session is dropped then, and ends what it has started.
            _ = tokio::signal::ctrl_c() => Err("interrupted".to_owned()),
        }
    });
    let mut report = match outcome {
        Ok(report) => report,
        Err(reason) => {
            note(&format!("montuno: {reason}"));
            runtime.shutdown_timeout(Duration::from_secs(5));
            return Ok(ExitCode::from(COULD_NOT_RUN));
        }
    };
    runtime.shutdown_timeout(Duration::from_secs(5));
    let secrets = Secrets::default();
    report.map_texts(&|text| secrets.mask(text, &mut Vec::new()));
    write(&report, options)?;
    Ok(ExitCode::from(u8::from(!report.outcome.is_success())))
}

fn write(report: &Report, options: &DebugRun) -> anyhow::Result<()> {
    let to_file = |path: &Utf8Path, text: &str| {
        std::fs::write(path, text).with_context(|| format!("the report cannot be written to {path}"))
    };
    let mut is_said = false;
    if let Some(path) = &options.json {
        let text = serde_json::to_string_pretty(report)?;
        if path == "-" {
            say(&text);
            is_said = true;
        } else {
            to_file(path, &format!("{text}\n"))?;
        }
    }
    match &options.markdown {
        Some(path) => to_file(path, &report.markdown())?,
        None if !is_said => say(&report.markdown()),
        None => {}
    }
    if is_said || options.markdown.is_some() {
        note(&format!("montuno: {}", report.sentence));
    }
    Ok(())
}
