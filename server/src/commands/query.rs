//! `montuno query`: one question from a shell.

use std::process::ExitCode;

use anyhow::Context as _;
use montuno_base::{FileId, FilePosition, FileRange, LineCol, TextSize, Utf8Path, Utf8PathBuf, files};
use montuno_ide::{Host, Refusal};
use montuno_semantic::Cancellable;
use montuno_semantic::cancel::CancelFlag;
use montuno_semantic::engine::{Context, Snapshot};
use montuno_semantic::hierarchy::Item;
use serde_json::{Value, json};

use super::workspace::Opened;
use super::{inline, note, say, workspace};
use crate::cli::{Query, Question};
use crate::threads;

pub(crate) fn run(options: &Query) -> anyhow::Result<ExitCode> {
    // Engines recurse along the text: the main thread's stack is too small for that.
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(threads::ENGINE_STACK);
        let answering = thread.spawn_scoped(scope, || answer(options)).context("the system gives no thread")?;
        answering.join().map_err(|_| anyhow::anyhow!("the question broke the command; please report it"))?
    })
}

fn answer(options: &Query) -> anyhow::Result<ExitCode> {
    let mut scope =
        crate::cli::Workspace { root: options.workspace.root.clone(), settings: options.workspace.settings.clone() };
    if scope.root.is_none() {
        scope.root = project_of(&options.question)?;
    }
    let opened = workspace::open(&scope, |event| {
        if let montuno_ide::Event::Problem(problem) = event {
            note(&format!("montuno: {}", problem.message));
        }
    })?;
    let found = match &options.question {
        Question::Definition { place } => at(&opened, place, |snapshot, position| {
            let found = snapshot.definition(position)?;
            let targets = found.iter().flat_map(|found| &found.targets);
            Ok(targets
                .map(|target| {
                    show(snapshot.context(), &opened.root, target.file, target.name_range, Some(&target.name))
                })
                .collect())
        })?,
        Question::References { place } => at(&opened, place, |snapshot, position| {
            let found = snapshot.references(position)?;
            let places = found.iter().map(|reference| (reference.place.file, reference.place.range()));
            Ok(places.map(|(file, range)| show(snapshot.context(), &opened.root, file, range, None)).collect())
        })?,
        Question::Hover { place } => at(&opened, place, |snapshot, position| {
            let found = snapshot.hover(position)?;
            Ok(found.map(|hover| (hover.markdown.clone(), json!({ "markdown": hover.markdown }))).into_iter().collect())
        })?,
        Question::Complete { place, limit } => at(&opened, place, |snapshot, position| {
            let found = snapshot.completions(position, None)?;
            let items = found.items.iter().take(*limit).map(|item| {
                let detail = item.detail.as_deref().or(item.signature.as_deref()).unwrap_or_default();
                let line = format!("{}  {detail}", item.label).trim_end().to_owned();
                (line, json!({ "label": item.label, "detail": item.detail, "origin": item.origin, "insert": item.edit.new_text }))
            });
            Ok(items.collect())
        })?,
        Question::Inline { place, explain } => inline::answer(&opened, place, *explain, options.json)?,
        Question::Symbols { file_or_name } => symbols(&opened, file_or_name)?,
    };
    if options.json {
        let values: Vec<_> = found.iter().map(|(_, value)| value).collect();
        say(&serde_json::to_string_pretty(&values)?);
    } else {
        for (line, _) in &found {
            say(line);
        }
    }
    // As `grep` does: 1 when there is nothing.
    Ok(ExitCode::from(u8::from(found.is_empty())))
}

/// An answer as a line and as JSON.
pub(super) type Shown = (String, Value);

/// The folder of the project that a question is about: the nearest one above its file that holds a
/// manifest or a repository, unless the current folder does already hold the file.
fn project_of(question: &Question) -> anyhow::Result<Option<Utf8PathBuf>> {
    let (Question::Definition { place }
    | Question::References { place }
    | Question::Hover { place }
    | Question::Inline { place, .. }
    | Question::Complete { place, .. }) = question
    else {
        return Ok(None);
    };
    let here = files::normalize(Utf8Path::new("."))?;
    let file = files::normalize(&parse(place)?.0)?;
    if file.starts_with(&here) {
        return Ok(None);
    }
    const MARKS: [&str; 5] = [".git", "Cargo.toml", "pyproject.toml", "setup.py", "montuno.toml"];
    let marked = file.ancestors().skip(1).find(|folder| MARKS.iter().any(|mark| folder.join(mark).exists()));
    Ok(marked.or(file.parent()).map(Utf8Path::to_owned))
}

/// `FILE:LINE:COLUMN`.
fn parse(place: &str) -> anyhow::Result<(Utf8PathBuf, u32, u32)> {
    let parts = place.rsplit_once(':').and_then(|(rest, column)| {
        let (file, line) = rest.rsplit_once(':')?;
        Some((
            Utf8PathBuf::from(file),
            line.parse().ok().filter(|&line| line > 0)?,
            column.parse().ok().filter(|&column| column > 0)?,
        ))
    });
    parts.with_context(|| format!("`{place}`: expected FILE:LINE:COLUMN, both from 1, for example src/main.rs:10:5"))
}

fn at(
    opened: &Opened,
    place: &str,
    question: impl Fn(&dyn Snapshot, FilePosition) -> Cancellable<Vec<Shown>>,
) -> anyhow::Result<Vec<Shown>> {
    let position = position(opened, place)?;
    ask(&opened.host, position.file, |snapshot| question(snapshot, position))
}

/// The place that `FILE:LINE:COLUMN` names.
pub(super) fn position(opened: &Opened, place: &str) -> anyhow::Result<FilePosition> {
    let (path, line, column) = parse(place)?;
    let path = files::normalize(&path)?;
    let inputs = opened.host.inputs();
    let file = inputs.files.id(&path);
    let source = inputs.text(file).map_err(|error| anyhow::anyhow!("{path}: {error}"))?;
    let offset =
        offset(&source.text, line, column).with_context(|| format!("{path} has no line {line}, column {column}"))?;
    Ok(FilePosition { file, offset })
}

/// The offset of a line and a column in characters, both from 1. The column behind the last character
/// counts.
fn offset(text: &str, line: u32, column: u32) -> Option<TextSize> {
    let content = text.split('\n').nth(line as usize - 1)?;
    let start: usize = text.split_inclusive('\n').take(line as usize - 1).map(str::len).sum();
    let content = content.trim_end_matches('\r');
    let before: usize = content.chars().take(column as usize - 1).map(char::len_utf8).sum();
    (content.chars().count() + 1 >= column as usize).then(|| TextSize::try_from(start + before).ok()).flatten()
}

fn ask<T>(host: &Host, file: FileId, question: impl Fn(&dyn Snapshot) -> Cancellable<T>) -> anyhow::Result<T> {
    let answer = host.ask(&host.arrival(), file, &CancelFlag::default(), question);
    answer.map_err(|refusal| match refusal {
        Refusal::NotAnalysed => anyhow::anyhow!("the file is of no language that is known"),
        Refusal::Fault(reason) => anyhow::anyhow!("the engine broke at this question; please report it: {reason}"),
        Refusal::Cancelled | Refusal::ContentModified => anyhow::anyhow!("the file changed meanwhile"),
    })
}

fn symbols(opened: &Opened, file_or_name: &str) -> anyhow::Result<Vec<Shown>> {
    let path = files::normalize(Utf8Path::new(file_or_name))?;
    if path.is_file() {
        let file = opened.host.inputs().files.id(&path);
        return ask(&opened.host, file, |snapshot| {
            let mut found = Vec::new();
            for item in &snapshot.document_symbols(file)? {
                outline(snapshot.context(), &opened.root, file, item, 0, &mut found);
            }
            Ok(found)
        });
    }
    let found = opened.host.ask_all(&CancelFlag::default(), |snapshot| {
        let symbols = snapshot.workspace_symbols(file_or_name, 100)?;
        let symbols = symbols
            .iter()
            .map(|symbol| show(snapshot.context(), &opened.root, symbol.file, symbol.name_range, Some(&symbol.name)));
        Ok(symbols.collect())
    });
    found.map_err(|refusal| anyhow::anyhow!("no answer: {refusal:?}"))
}

fn outline(context: &Context, root: &Utf8Path, file: FileId, item: &Item, depth: usize, found: &mut Vec<Shown>) {
    let (_, value) = show(context, root, file, item.name_range, Some(&item.name));
    let kind = format!("{:?}", item.kind).to_lowercase();
    found.push((format!("{}{kind} {} {}", "  ".repeat(depth), item.name, value["line"]), value));
    for child in &item.children {
        outline(context, root, file, child, depth + 1, found);
    }
}

/// A place: `path:line:column` with the source line, and the same as JSON.
fn show(context: &Context, root: &Utf8Path, file: FileId, range: montuno_base::TextRange, name: Option<&str>) -> Shown {
    let FileRange { file, range } = FileRange { file, range };
    let text = context.text(file).map(|source| source.text).unwrap_or_default();
    let lines = context.line_index(file);
    let LineCol { line, col } =
        lines.try_line_col(range.start().min(lines.len())).unwrap_or(LineCol { line: 0, col: 0 });
    let start = usize::from(range.start()) - col as usize;
    let column = text.get(start..start + col as usize).map_or(0, |before| before.chars().count()) + 1;
    let source = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default().trim();
    let source: String = source.chars().take(200).collect();
    let path = montuno_check::run::shown_path(root, &context.inputs.files.path(file));
    let value = json!({ "file": path, "line": line + 1, "column": column, "name": name, "source": source });
    (format!("{path}:{}:{column}: {source}", line + 1), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_from_the_end() {
        assert_eq!(parse("a.py:3:4").unwrap(), (Utf8PathBuf::from("a.py"), 3, 4));
        assert_eq!(parse("C:\\a.py:3:4").unwrap(), (Utf8PathBuf::from("C:\\a.py"), 3, 4));
        for wrong in ["a.py", "a.py:3", "a.py:0:1", "a.py:1:0", "a.py:x:1", ""] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn columns_count_characters() {
        let text = "é🎺x\r\nab";
        assert_eq!(offset(text, 1, 3), Some(TextSize::from(6)));
        assert_eq!(offset(text, 1, 4), Some(TextSize::from(7)));
        assert_eq!(offset(text, 1, 5), None);
        assert_eq!(offset(text, 2, 1), Some(TextSize::from(9)));
        assert_eq!(offset(text, 3, 1), None);
    }
}
