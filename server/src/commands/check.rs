//! `montuno check`.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use montuno_base::{Language, Settings, Utf8Path, Utf8PathBuf, files, walk};
use montuno_check::run::{self, Threads};
use montuno_check::{Outcome, report};
use montuno_ide::Event;
use montuno_semantic::Severity;

use super::{COULD_NOT_RUN, note, workspace};
use crate::cli::{Check, Format, Level};
use crate::{engines, memory, threads};

pub(crate) fn run(options: &Check) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let bar = Arc::new(progress_bar());
    let opened = workspace::open(&options.workspace, {
        let bar = bar.clone();
        move |event| show(&bar, event)
    })?;
    let files = files_of(&options.paths, &opened.root, &opened.settings)?;
    if files.is_empty() {
        note("montuno: there is no source file of a known language to check");
    }
    let threads = Threads { count: options.jobs.unwrap_or_else(threads::processors), stack: threads::ENGINE_STACK };
    bar.set_length(files.len() as u64);
    let least = severity(options.severity);
    let outcome = run::check(&opened.host, &opened.root, &files, least, threads, &|| bar.inc(1));
    bar.finish_and_clear();
    let outcome = outcome.context("the system gives no threads")?;

    let coloured =
        options.output.is_none() && std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let text = match options.format {
        Format::Text => report::text(&outcome, coloured),
        Format::Json => report::json(&outcome),
        Format::Sarif => report::sarif(&outcome, env!("CARGO_PKG_VERSION")),
    };
    match &options.output {
        Some(path) => std::fs::write(path, text).with_context(|| format!("{path} cannot be written"))?,
        // A reader that has seen enough is no error.
        None => drop(std::io::stdout().lock().write_all(text.as_bytes())),
    }
    if options.statistics {
        statistics(&outcome, begun.elapsed().as_secs_f64());
    }
    if !outcome.faults.is_empty() {
        note(&format!("montuno: {} files could not be checked; please report it", outcome.faults.len()));
        return Ok(ExitCode::from(COULD_NOT_RUN));
    }
    let worst = severity(options.fail_on);
    let fails = outcome.findings.iter().any(|finding| finding.severity >= worst);
    Ok(ExitCode::from(u8::from(fails)))
}

fn severity(level: Level) -> Severity {
    match level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Information => Severity::Information,
        Level::Hint => Severity::Hint,
    }
}

/// The files to check: those named, and all sources below the folders named. Each once, sorted.
fn files_of(paths: &[Utf8PathBuf], root: &Utf8Path, settings: &Settings) -> anyhow::Result<Vec<Utf8PathBuf>> {
    let here = [root.to_owned()];
    let paths = if paths.is_empty() { &here } else { paths };
    let mut languages = engines::languages(settings);
    // Data that is broken on purpose lies in many a test suite; an editor shows it, a check does not fail for it.
    languages.retain(|&language| engines::level(language) == engines::Level::Types);
    let mut found = BTreeSet::new();
    for path in paths {
        let path = files::normalize(path)?;
        let metadata = std::fs::metadata(&path).with_context(|| format!("{path} cannot be read"))?;
        if metadata.is_dir() {
            found.extend(walk::source_files(&path, &languages, &settings.exclude).into_iter().map(|file| file.path));
        } else if Language::of_path(&path).is_some_and(|language| languages.contains(&language)) {
            found.insert(path);
        } else {
            note(&format!("montuno: {path} is of no language that is checked, and is left out"));
        }
    }
    Ok(found.into_iter().collect())
}

/// A bar on a terminal, nothing in a pipe.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{spinner} {msg} [{bar:30}] {pos}/{len} files, {eta} left");
    bar.set_style(style.expect("the template is well-formed").progress_chars("=> "));
    bar.set_message("checking");
    bar
}

fn show(bar: &ProgressBar, event: Event) {
    match event {
        Event::Loading(_, what, _) => bar.set_message(what),
        Event::Loaded(_) => bar.set_message("checking"),
        Event::Problem(problem) => bar.suspend(|| note(&format!("montuno: {}", problem.message))),
        // The report says which file it was.
        Event::Fault(..) => {}
    }
}

fn statistics(outcome: &Outcome, seconds: f64) {
    let peak = memory::peak().map_or_else(|| "unknown".to_owned(), |bytes| format!("{} MB", bytes >> 20));
    note(&format!(
        "{} files, {} lines in {seconds:.2} s: {:.0} lines/s; peak memory {peak}; {} errors, {} warnings, {} others",
        outcome.files,
        outcome.lines,
        outcome.lines as f64 / seconds.max(0.001),
        outcome.count(Severity::Error),
        outcome.count(Severity::Warning),
        outcome.count(Severity::Information) + outcome.count(Severity::Hint),
    ));
}
