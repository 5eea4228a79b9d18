//! Lines above declarations.

use montuno_base::{FilePosition, FileRange};
use montuno_semantic::presentation::CodeLensKind;
use serde::{Deserialize, Serialize};
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::Result;

use super::runnables;
use crate::lsp::session::Session;

/// The editor's command that lists places; its arguments are a URI, a position and locations.
const SHOW_REFERENCES: &str = "montuno.showReferences";

/// What comes back with a lens that is to be resolved: counting uses takes time, so it waits until the
/// lens is in view.
#[derive(Serialize, Deserialize)]
struct ResolveData {
    uri: lsp::Uri,
    position: lsp::Position,
    implementations: bool,
}

pub(crate) async fn code_lens(session: &Session, params: lsp::CodeLensParams) -> Result<Option<Vec<lsp::CodeLens>>> {
    let file = session.file(&params.text_document.uri);
    let uri = params.text_document.uri;
    let runs = session.host().inputs().settings.code_lens.run;
    let mut lenses = if runs { runnables::lenses(session, &uri).await } else { Vec::new() };
    let counted: Option<Vec<lsp::CodeLens>> = session
        .ask(file, move |snapshot, convert| {
            let settings = &snapshot.context().inputs.settings.code_lens;
            let lenses = snapshot.code_lenses(file)?;
            let lenses = lenses.into_iter().filter_map(|lens| {
                let (at, implementations) = match lens.kind {
                    CodeLensKind::References(at) if settings.references => (at, false),
                    CodeLensKind::Implementations(at) if settings.implementations => (at, true),
                    _ => return None,
                };
                let position = convert.position(at.file, at.offset);
                let data = ResolveData { uri: uri.clone(), position, implementations };
                Some(lsp::CodeLens {
                    range: convert.range(file, lens.range),
                    command: None,
                    data: serde_json::to_value(data).ok(),
                })
            });
            Ok(Some(lenses.collect()))
        })
        .await?;
    lenses.extend(counted.unwrap_or_default());
    Ok(Some(lenses))
}

pub(crate) async fn resolve(session: &Session, lens: lsp::CodeLens) -> Result<lsp::CodeLens> {
    let Some(data) = lens.data.as_ref().and_then(|data| ResolveData::deserialize(data).ok()) else { return Ok(lens) };
    let at = lsp::TextDocumentPositionParams {
        text_document: lsp::TextDocumentIdentifier { uri: data.uri.clone() },
        position: data.position,
    };
    let implementations = data.implementations;
    let places: Vec<lsp::Location> = session
        .ask_at(at, move |snapshot, convert, position: FilePosition| {
            if implementations {
                let found = snapshot.implementation(position)?;
                return Ok(found
                    .iter()
                    .flat_map(|found| &found.targets)
                    .map(|target| convert.target(target))
                    .collect());
            }
            let uses = snapshot.references(position)?.into_iter().filter(|reference| !reference.is_declaration);
            let places = uses.map(|reference| FileRange { file: reference.place.file, range: reference.place.range() });
            Ok(places.map(|place| convert.location(place)).collect())
        })
        .await?;
    let noun = if data.implementations { "implementation" } else { "reference" };
    let plural = if places.len() == 1 { "" } else { "s" };
    let title = format!("{} {noun}{plural}", places.len());
    let known = session.facts().commands.iter().any(|command| command == SHOW_REFERENCES);
    let command = lsp::Command {
        title,
        tooltip: None,
        // Without a command of that name in the editor, the lens only says how many there are.
        command: if known { SHOW_REFERENCES.to_owned() } else { String::new() },
        arguments: known
            .then(|| vec![serde_json::json!(data.uri), serde_json::json!(data.position), serde_json::json!(places)]),
    };
    Ok(lsp::CodeLens { command: Some(command), ..lens })
}
