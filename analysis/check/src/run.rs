//! Checking files.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use montuno_base::{FileId, FileRange, LineCol, LineIndex, TextRange, Utf8Path, Utf8PathBuf};
use montuno_ide::{Host, Refusal};
use montuno_semantic::cancel::CancelFlag;
use montuno_semantic::diagnostic::{DiagnosticTag, rules};
use montuno_semantic::engine::Context;
use montuno_semantic::{Diagnostic, Severity};
use serde::Serialize;

use crate::severity::severity_of;

/// A place in a file, as reports say it: lines and columns from 1, columns in characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Place {
    /// The path, from the root of the workspace if the file is in it, with `/` on every system.
    pub file: String,
    /// The line of the first character.
    pub line: u32,
    /// Its column.
    pub column: u32,
    /// The line of the end.
    pub end_line: u32,
    /// The column behind the last character.
    pub end_column: u32,
}

/// A finding, ready for a report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// How severe it is, after what the user set.
    pub severity: Severity,
    /// The rule.
    pub rule: String,
    /// What is wrong.
    pub message: String,
    /// More about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Other places that it has to do with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
    /// Whether the code has no effect.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unnecessary: bool,
    /// The line of the source that it begins on.
    #[serde(skip)]
    pub source: String,
}

/// Another place that a finding has to do with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Related {
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// What it has to do with it.
    pub message: String,
}

/// What a check came to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    /// The findings, sorted by place.
    pub findings: Vec<Finding>,
    /// How many files were checked.
    pub files: usize,
    /// How many lines they have.
    pub lines: u64,
    /// Files that could not be checked because an engine broke, with what it said.
    pub faults: Vec<(String, String)>,
}

impl Outcome {
    /// How many findings there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// The threads that files are checked on.
#[derive(Clone, Copy, Debug)]
pub struct Threads {
    /// How many there are, at least one. The outcome does not depend on it.
    pub count: usize,
    /// The stack of each, in bytes: engines recurse.
    pub stack: usize,
}

/// Checks files. `done` is called after each.
///
/// # Errors
/// When the system gives no thread.
pub fn check(
    host: &Host,
    root: &Utf8Path,
    files: &[Utf8PathBuf],
    least: Severity,
    threads: Threads,
    done: &(dyn Fn() + Sync),
) -> std::io::Result<Outcome> {
    let lines = AtomicU64::new(0);
    let known = host.inputs().files;
    host.prepare(&files.iter().map(|path| known.id(path)).collect::<Vec<_>>());
    let results = on_threads(files, threads, |path| {
        let result = check_file(host, root, path, least, &lines);
        done();
        result
    })?;
    let mut outcome = Outcome { files: files.len(), lines: lines.into_inner(), ..Outcome::default() };
    for (path, result) in files.iter().zip(results) {
        match result {
            Ok(findings) => outcome.findings.extend(findings),
            Err(reason) => outcome.faults.push((shown_path(root, path), reason)),
        }
    }
    outcome.findings.sort_by(|a, b| (&a.place, &a.rule, &a.message).cmp(&(&b.place, &b.rule, &b.message)));
    outcome.findings.dedup();
    Ok(outcome)
}

/// The results of `work` on each item, in the order of the items.
///
/// The threads take one item after the other and nothing else: one that took up another item while it waits
/// for an engine, as those of a work-stealing pool do, would wait for itself.
fn on_threads<I: Sync, T: Send>(
    items: &[I],
    threads: Threads,
    work: impl Fn(&I) -> T + Sync,
) -> std::io::Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let take = || {
        let indices = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)));
        let taken = indices.map_while(|index| Some((index, work(items.get(index)?))));
        taken.collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let count = threads.count.clamp(1, items.len().max(1));
        let builder = || std::thread::Builder::new().name("check".to_owned()).stack_size(threads.stack);
        let running = (0..count).map(|_| builder().spawn_scoped(scope, take)).collect::<Result<Vec<_>, _>>()?;
        let mut results = Vec::with_capacity(items.len());
        for thread in running {
            results.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        results.sort_by_key(|(index, _)| *index);
        Ok(results.into_iter().map(|(_, result)| result).collect())
    })
}

fn check_file(
    host: &Host,
    root: &Utf8Path,
    path: &Utf8Path,
    least: Severity,
    lines: &AtomicU64,
) -> Result<Vec<Finding>, String> {
    let arrival = host.arrival();
    let file = arrival.inputs().files.id(path);
    let answer = host.ask(&arrival, file, &CancelFlag::default(), |snapshot| {
        let found = snapshot.diagnostics(file)?;
        let context = snapshot.context();
        let line_index = context.line_index(file);
        // A text that does not end with a line end has one more line than ends.
        let count = line_index.line_col(line_index.len());
        lines.fetch_add(u64::from(count.line) + u64::from(count.col > 0), Ordering::Relaxed);
        let settings = &context.inputs.settings.diagnostics;
        let text = context.text(file).map(|source| source.text).unwrap_or_default();
        let source = Source { root, file, text: &text, lines: &line_index };
        let findings = found.iter().filter_map(|finding| {
            let severity = severity_of(finding, settings).filter(|&severity| severity >= least)?;
            Some(report(context, &source, finding, severity))
        });
        Ok(findings.collect())
    });
    match answer {
        Ok(findings) => Ok(findings),
        Err(Refusal::Fault(reason)) => Err(reason),
        // Nothing changes while files are checked, so the others mean that there is nothing to say.
        Err(Refusal::NotAnalysed | Refusal::Cancelled | Refusal::ContentModified) => Ok(Vec::new()),
    }
}

/// The file that is reported on.
struct Source<'a> {
    root: &'a Utf8Path,
    file: FileId,
    text: &'a str,
    lines: &'a LineIndex,
}

fn report(context: &Context, source: &Source<'_>, finding: &Diagnostic, severity: Severity) -> Finding {
    let Source { root, file, text, lines } = *source;
    let related = finding.related.iter().map(|(FileRange { file: other, range }, message)| {
        let other_text = context.text(*other).map(|source| source.text).unwrap_or_default();
        let path = context.inputs.files.path(*other);
        Related {
            place: place(root, &path, &context.line_index(*other), &other_text, *range),
            message: message.clone(),
        }
    });
    let place = place(root, &context.inputs.files.path(file), lines, text, finding.range);
    let source = lines.line(place.line - 1).and_then(|range| text.get(std::ops::Range::<usize>::from(range)));
    Finding {
        severity,
        rule: finding.rule.clone(),
        message: finding.message.clone(),
        notes: finding.notes.clone(),
        related: related.collect(),
        unnecessary: finding.tags.contains(&DiagnosticTag::Unnecessary),
        source: source.unwrap_or_default().trim_end_matches(['\n', '\r']).to_owned(),
        place,
    }
}

fn place(root: &Utf8Path, path: &Utf8Path, lines: &LineIndex, text: &str, range: TextRange) -> Place {
    let at = |offset: montuno_base::TextSize| {
        let position = lines.try_line_col(offset.min(lines.len())).unwrap_or(LineCol { line: 0, col: 0 });
        let start = usize::from(offset.min(lines.len())) - position.col as usize;
        let column = text
            .get(start..start + position.col as usize)
            .map_or(position.col as usize, |before| before.chars().count());
        (position.line + 1, column as u32 + 1)
    };
    let (line, column) = at(range.start());
    let (end_line, end_column) = at(range.end());
    Place { file: shown_path(root, path), line, column, end_line, end_column }
}

/// A path as reports show it.
pub fn shown_path(root: &Utf8Path, path: &Utf8Path) -> String {
    path.strip_prefix(root).unwrap_or(path).as_str().replace('\\', "/")
}

/// The rules whose findings say that a file was not analysed, whole or in part.
pub const NOT_ANALYSED: [&str; 2] = [rules::UNREADABLE_FILE, rules::TOO_DEEPLY_NESTED];
