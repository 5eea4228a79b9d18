//! What other programs found when a file was saved, for as long as the file stays as it was saved.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use montuno_base::{FileId, Language};
use montuno_semantic::Diagnostic;
use montuno_semantic::engine::Snapshot;
use rustc_hash::FxHashMap;
use tower_lsp_server::gen_lsp_types as lsp;

use super::convert::{self, Converter};
use super::session::{SharedSession, State};
use crate::formatting::by_language;
use crate::linting::{self, Finding, Linter};

/// What was found, by whom.
#[derive(Default)]
pub(crate) struct Lints {
    found: FxHashMap<(FileId, &'static str), Found>,
    /// Counts the runs of each program: of two that overlap the later one counts.
    runs: FxHashMap<&'static str, u64>,
    /// What the user was told already.
    told: BTreeSet<String>,
}

/// The findings in a file, and the text that they speak of.
struct Found {
    text: Arc<str>,
    findings: Vec<Finding>,
}

/// A finding of another program.
#[derive(Clone)]
pub(crate) struct Foreign {
    source: &'static str,
    diagnostic: Diagnostic,
}

impl Lints {
    /// The findings in a file whose text is this one.
    pub(crate) fn of(&self, file: FileId, text: &str) -> Vec<Foreign> {
        let mut found: Vec<Foreign> = Vec::new();
        for ((of, source), known) in &self.found {
            if *of == file && *known.text == *text {
                found.extend(known.findings.iter().map(|finding| {
                    let rule = finding.rule.clone().unwrap_or_else(|| (*source).to_owned());
                    let range = finding.range(text);
                    let diagnostic = Diagnostic::new(rule, finding.severity, range, finding.message.clone());
                    Foreign { source, diagnostic }
                }));
            }
        }
        found.sort_by_key(|foreign| (foreign.diagnostic.range.start(), foreign.source));
        found
    }

    fn begin(&mut self, linter: &Linter) -> u64 {
        let run = self.runs.entry(linter.name).or_default();
        *run += 1;
        *run
    }
}

/// The findings as the client gets them.
pub(crate) fn shown(
    snapshot: &dyn Snapshot,
    convert: &Converter<'_>,
    file: FileId,
    found: &[Foreign],
) -> Vec<lsp::Diagnostic> {
    let settings = &snapshot.context().inputs.settings.diagnostics;
    if !settings.enabled {
        return Vec::new();
    }
    let shown = found.iter().filter_map(|foreign| {
        let severity = montuno_check::severity_of(&foreign.diagnostic, settings)?;
        let mut shown = convert.diagnostic(file, &foreign.diagnostic);
        shown.severity = Some(convert::severity(severity));
        shown.source = Some(foreign.source.to_owned());
        Some(shown)
    });
    shown.collect()
}

/// Runs the programs that the settings name for a file that was saved. Returns at once.
pub(crate) fn saved(session: &SharedSession, file: FileId) {
    let inputs = session.host().inputs();
    let path = inputs.files.path(file);
    let named = inputs.documents.get(file).and_then(|document| document.language);
    let Some(language) = named.or_else(|| Language::of_path(&path)) else { return };
    let names = by_language(&inputs.settings.linting.on_save, language).unwrap_or_default();
    for name in names {
        let session = session.clone();
        match linting::named(name, language) {
            Ok(linter) => {
                tokio::spawn(async move { lint(&session, linter, file).await });
            }
            Err(complaint) => {
                tokio::spawn(async move { tell(&session, complaint).await });
            }
        }
    }
}

async fn lint(session: &SharedSession, linter: &'static Linter, file: FileId) {
    let inputs = session.host().inputs();
    let path = inputs.files.path(file);
    let permission = session.permission();
    let patience = Duration::from_secs(u64::from(inputs.settings.linting.timeout.max(1)));
    let run = session.lints.lock().begin(linter);
    let files = inputs.files.clone();
    let work = tokio::task::spawn_blocking(move || {
        // What was saved, not what was typed since.
        let text = montuno_base::text::read(&path).map(|source| source.text).unwrap_or_default();
        let findings = linting::run(linter, &path, &text, &permission, patience)?;
        let mut by_file: FxHashMap<FileId, Found> = FxHashMap::default();
        by_file.insert(file, Found { text, findings: Vec::new() });
        for finding in findings {
            let of = montuno_base::files::normalize(&finding.path).unwrap_or_else(|_| finding.path.clone());
            let found = by_file.entry(files.id(&of)).or_insert_with(|| Found {
                text: montuno_base::text::read(&of).map(|source| source.text).unwrap_or_default(),
                findings: Vec::new(),
            });
            found.findings.push(finding);
        }
        Ok::<_, String>(by_file)
    });
    let by_file = match work.await {
        Ok(Ok(by_file)) => by_file,
        Ok(Err(complaint)) => return tell(session, complaint).await,
        Err(error) => return tracing::error!("{} was not run: {error}", linter.name),
    };
    if session.has_ended() {
        return;
    }
    {
        let mut lints = session.lints.lock();
        if lints.runs.get(linter.name) != Some(&run) {
            return;
        }
        if linter.is_about_all() {
            lints.found.retain(|(_, source), _| *source != linter.name);
        }
        lints.found.extend(by_file.into_iter().map(|(file, found)| ((file, linter.name), found)));
    }
    session.diagnostics().schedule_all();
    session.diagnostics().schedule(file);
}

/// Tells the user, once.
async fn tell(session: &State, complaint: String) {
    if session.lints.lock().told.insert(complaint.clone()) {
        session.client.show_message(lsp::MessageType::Warning, complaint).await;
    }
}
