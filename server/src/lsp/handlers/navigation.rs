//! Going somewhere: definitions, references, links.

use montuno_base::{FilePosition, FileRange};
use montuno_semantic::engine::Snapshot;
use montuno_semantic::hierarchy::Access;
use montuno_semantic::presentation::LinkTarget;
use montuno_semantic::{Cancellable, Resolution};
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::Result;

use crate::lsp::session::Session;
use crate::lsp::uri;

type Goto = fn(&dyn Snapshot, FilePosition) -> Cancellable<Option<Resolution>>;

async fn goto(
    session: &Session,
    at: lsp::TextDocumentPositionParams,
    ask: Goto,
) -> Result<Option<lsp::DefinitionResponse>> {
    let facts = session.facts().clone();
    session
        .ask_at(at, move |snapshot, convert, position| {
            Ok(convert.definition(&facts, position.file, ask(snapshot, position)?))
        })
        .await
}

pub(crate) async fn definition(
    session: &Session,
    params: lsp::DefinitionParams,
) -> Result<Option<lsp::DefinitionResponse>> {
    goto(session, params.text_document_position_params, |snapshot, at| snapshot.definition(at)).await
}

pub(crate) async fn declaration(
    session: &Session,
    params: lsp::DeclarationParams,
) -> Result<Option<lsp::DefinitionResponse>> {
    goto(session, params.text_document_position_params, |snapshot, at| snapshot.declaration(at)).await
}

pub(crate) async fn type_definition(
    session: &Session,
    params: lsp::TypeDefinitionParams,
) -> Result<Option<lsp::DefinitionResponse>> {
    goto(session, params.text_document_position_params, |snapshot, at| snapshot.type_definition(at)).await
}

pub(crate) async fn implementation(
    session: &Session,
    params: lsp::ImplementationParams,
) -> Result<Option<lsp::DefinitionResponse>> {
    goto(session, params.text_document_position_params, |snapshot, at| snapshot.implementation(at)).await
}

pub(crate) async fn references(session: &Session, params: lsp::ReferenceParams) -> Result<Option<Vec<lsp::Location>>> {
    let with_declarations = params.context.include_declaration;
    session
        .ask_at(params.text_document_position_params, move |snapshot, convert, position| {
            let found = snapshot.references(position)?;
            let wanted = found.iter().filter(|reference| with_declarations || !reference.is_declaration);
            let locations = wanted.map(|reference| {
                convert.location(FileRange { file: reference.place.file, range: reference.place.range() })
            });
            Ok(Some(locations.collect()))
        })
        .await
}

pub(crate) async fn document_highlight(
    session: &Session,
    params: lsp::DocumentHighlightParams,
) -> Result<Option<Vec<lsp::DocumentHighlight>>> {
    session
        .ask_at(params.text_document_position_params, |snapshot, convert, position| {
            let found = snapshot.highlights(position)?;
            let highlights = found.iter().map(|reference| lsp::DocumentHighlight {
                range: convert.range(position.file, reference.place.range()),
                kind: Some(match reference.access {
                    Access::Mention => lsp::DocumentHighlightKind::Text,
                    Access::Read => lsp::DocumentHighlightKind::Read,
                    Access::Write => lsp::DocumentHighlightKind::Write,
                }),
            });
            Ok(Some(highlights.collect()))
        })
        .await
}

pub(crate) async fn document_link(
    session: &Session,
    params: lsp::DocumentLinkParams,
) -> Result<Option<Vec<lsp::DocumentLink>>> {
    let file = session.file(&params.text_document.uri);
    session
        .ask(file, move |snapshot, convert| {
            let links = snapshot.document_links(file)?;
            let links = links.iter().map(|link| lsp::DocumentLink {
                range: convert.range(file, link.range),
                target: Some(match &link.target {
                    LinkTarget::File(path) => uri::from_path(path),
                    LinkTarget::Url(url) => lsp::Uri::from(url.as_str()),
                }),
                tooltip: None,
                data: None,
            });
            Ok(Some(links.collect()))
        })
        .await
}
