//! What can be run and debugged: for test explorers, for lenses, for an editor's key.
//!
//! What is at a place is found by [`montuno_syntax::runnables`], here and in `montuno dap`. So what an editor shows is
//! what a launch with that file and line then runs.

use std::sync::Arc;

use montuno_base::{Language, LineIndex, TextRange, TextSize, Utf8Path};
use montuno_protocol::debugging::{
    DebugConfiguration, DebugConfigurationParams, Runnable, RunnableKind, Runnables, RunnablesParams,
};
use montuno_protocol::place::{Position, Range, TextDocument};
use montuno_syntax::SyntaxTree;
use montuno_syntax::runnables as syntax;
use serde_json::Value;
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::{Error, Result};

use super::extension::{read, write};
use crate::lsp::capabilities::Encoding;
use crate::lsp::convert;
use crate::lsp::session::Session;

/// The editor's command that runs a configuration, which is its argument.
const RUN: &str = "montuno.run";

/// The editor's command that debugs a configuration, which is its argument.
const DEBUG: &str = "montuno.debug";

pub(crate) async fn runnables(session: &Session, params: Value) -> Result<Value> {
    let params: RunnablesParams = read(params)?;
    let source = Source::of(session, &params.text_document)?;
    let position = params.position.map(lsp_position);
    let found = tokio::task::spawn_blocking(move || {
        let mut found = source.runnables();
        if let Some(position) = position {
            let offset = source.offset(position);
            found.retain(|(range, _)| range.contains_inclusive(offset));
            found.sort_by_key(|(range, _)| range.len());
        }
        Runnables { runnables: found.into_iter().map(|(_, runnable)| runnable).collect() }
    });
    write(found.await.map_err(|_| Error::internal_error())?)
}

pub(crate) async fn debug_configuration(session: &Session, params: Value) -> Result<Value> {
    let params: DebugConfigurationParams = read(params)?;
    let source = Source::of(session, &params.text_document)?;
    if !source.language.is_some_and(can_be_debugged) {
        let uri = &params.text_document.uri;
        return Err(Error::invalid_params(format!("{uri} is in no language that can be debugged")));
    }
    let position = params.position.map(lsp_position);
    let found = tokio::task::spawn_blocking(move || {
        let at = position.map(|position| source.offset(position));
        let around = at.and_then(|at| {
            let around = source.runnables().into_iter().filter(|(range, _)| range.contains_inclusive(at));
            around.min_by_key(|(range, _)| range.len())
        });
        match around {
            Some((_, runnable)) => runnable.configuration,
            None => {
                let name = source.path.file_name().unwrap_or(source.path.as_str());
                configuration(&source.path, name, position.map(|at| at.line + 1))
            }
        }
    });
    write(found.await.map_err(|_| Error::internal_error())?)
}

/// Run and Debug above what can be run, if the editor has the commands.
pub(super) async fn lenses(session: &Session, uri: &lsp::Uri) -> Vec<lsp::CodeLens> {
    let commands = &session.facts().commands;
    let has = |command: &str| commands.iter().any(|known| known == command);
    let (runs, debugs) = (has(RUN), has(DEBUG));
    let document = TextDocument { uri: uri.as_ref().to_owned() };
    let (true, Ok(source)) = (runs || debugs, Source::of(session, &document)) else { return Vec::new() };
    let found = tokio::task::spawn_blocking(move || source.runnables()).await.unwrap_or_default();
    let mut lenses = Vec::new();
    for (_, runnable) in found {
        let run = DebugConfiguration { no_debug: Some(true), ..runnable.configuration.clone() };
        for (is_there, title, command, configuration) in
            [(runs, "Run", RUN, run), (debugs, "Debug", DEBUG, runnable.configuration)]
        {
            if is_there {
                let at = runnable.selection_range;
                lenses.push(lsp::CodeLens {
                    range: lsp::Range { start: lsp_position(at.start), end: lsp_position(at.end) },
                    command: Some(lsp::Command {
                        title: title.to_owned(),
                        tooltip: Some(runnable.label.clone()),
                        command: command.to_owned(),
                        arguments: serde_json::to_value(configuration).ok().map(|argument| vec![argument]),
                    }),
                    data: None,
                });
            }
        }
    }
    lenses
}

/// A document's text, as the editor has it, else as the disk has it. No engine is asked: what can be run is known while
/// they still load.
struct Source {
    path: Arc<Utf8Path>,
    language: Option<Language>,
    text: Arc<str>,
    lines: Arc<LineIndex>,
    encoding: Encoding,
}

impl Source {
    fn of(session: &Session, document: &TextDocument) -> Result<Self> {
        let file = session.file(&lsp::Uri::from(document.uri.as_str()));
        let arrival = session.arrival();
        let inputs = arrival.inputs();
        let path = inputs.files.path(file);
        let language = session.host().language(file, inputs);
        let (text, lines) = match inputs.documents.get(file) {
            Some(open) => (open.text.clone(), open.line_index().clone()),
            None => {
                let text = std::fs::read(&*path)
                    .map_err(|error| Error::invalid_params(format!("{path} cannot be read: {error}")))?;
                let text: Arc<str> = String::from_utf8_lossy(&text).into();
                let lines = Arc::new(LineIndex::new(&text));
                (text, lines)
            }
        };
        Ok(Self { path, language, text, lines, encoding: session.facts().encoding })
    }

    fn offset(&self, position: lsp::Position) -> TextSize {
        convert::offset(&self.lines, self.encoding, &self.text, position)
    }

    fn range(&self, range: TextRange) -> Range {
        let of = |offset| {
            let at = convert::position(&self.lines, self.encoding, offset);
            Position { line: at.line, character: at.character }
        };
        Range { start: of(range.start()), end: of(range.end()) }
    }

    /// Everything in it that can be run, with where it is.
    fn runnables(&self) -> Vec<(TextRange, Runnable)> {
        let Some(language) = self.language.filter(|language| can_be_debugged(*language)) else { return Vec::new() };
        let Some(tree) = SyntaxTree::parse(&self.text, language) else { return Vec::new() };
        let found = syntax::runnables(&tree).into_iter().map(|found| {
            let name = self.range(found.name_range);
            let label = label(language, &found, &self.path);
            let runnable = Runnable {
                kind: kind(found.kind),
                configuration: configuration(&self.path, &label, Some(name.start.line + 1)),
                label,
                path: found.path,
                range: self.range(found.range),
                selection_range: name,
            };
            (found.range, runnable)
        });
        found.collect()
    }
}

/// Whether `montuno dap` has a debugger for programs in a language.
fn can_be_debugged(language: Language) -> bool {
    matches!(
        language,
        Language::Rust
            | Language::Python
            | Language::Go
            | Language::JavaScript
            | Language::TypeScript
            | Language::C
            | Language::Cpp
    )
}

fn configuration(path: &Utf8Path, what: &str, line: Option<u32>) -> DebugConfiguration {
    DebugConfiguration {
        name: format!("Debug {what}"),
        adapter: "montuno".to_owned(),
        request: "launch".to_owned(),
        file: path.to_string(),
        line,
        no_debug: None,
    }
}

/// The name of a runnable as the language's tools write it.
fn label(language: Language, found: &syntax::Runnable, path: &Utf8Path) -> String {
    let separator = match language {
        Language::Go => "/",
        Language::JavaScript | Language::TypeScript => " > ",
        _ => "::",
    };
    if found.kind == syntax::RunnableKind::Main || found.path.is_empty() {
        return path.file_name().unwrap_or(path.as_str()).to_owned();
    }
    found.path.join(separator)
}

fn kind(kind: syntax::RunnableKind) -> RunnableKind {
    match kind {
        syntax::RunnableKind::Test => RunnableKind::Test,
        syntax::RunnableKind::Group => RunnableKind::Group,
        syntax::RunnableKind::Benchmark => RunnableKind::Benchmark,
        syntax::RunnableKind::Example => RunnableKind::Example,
        syntax::RunnableKind::Main => RunnableKind::Main,
    }
}

fn lsp_position(at: Position) -> lsp::Position {
    lsp::Position { line: at.line, character: at.character }
}
