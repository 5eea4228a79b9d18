//! Looking at a symbol: hover, signatures, monikers.

use montuno_semantic::presentation::{MonikerKind, SignatureHelp};
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::Result;

use crate::lsp::session::Session;

/// Markdown, or what is left of it for a client that shows plain text.
pub(super) fn markup(markdown: bool, text: &str) -> lsp::MarkupContent {
    if markdown {
        return lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value: text.to_owned() };
    }
    let plain: Vec<_> = text.lines().filter(|line| !line.starts_with("```") && *line != "---").collect();
    lsp::MarkupContent { kind: lsp::MarkupKind::PlainText, value: plain.join("\n") }
}

pub(crate) async fn hover(session: &Session, params: lsp::HoverParams) -> Result<Option<lsp::Hover>> {
    let markdown = session.facts().markdown_hover;
    session
        .ask_at(params.text_document_position_params, move |snapshot, convert, position| {
            let hover = snapshot.hover(position)?;
            Ok(hover.map(|hover| lsp::Hover {
                contents: lsp::Contents::MarkupContent(markup(markdown, &hover.markdown)),
                range: Some(convert.range(position.file, hover.range)),
            }))
        })
        .await
}

pub(crate) async fn signature_help(
    session: &Session,
    params: lsp::SignatureHelpParams,
) -> Result<Option<lsp::SignatureHelp>> {
    session
        .ask_at(params.text_document_position_params, |snapshot, _, position| {
            Ok(snapshot.signature_help(position)?.map(|help| signatures(&help)))
        })
        .await
}

fn signatures(help: &SignatureHelp) -> lsp::SignatureHelp {
    let documentation =
        |text: &Option<String>| text.as_ref().map(|text| lsp::Documentation::MarkupContent(markup(true, text)));
    let all = help.signatures.iter().map(|signature| {
        // The protocol counts label offsets in UTF-16, whatever was negotiated for documents.
        let utf16 = |at: usize| signature.label[..at].encode_utf16().count() as u32;
        let parameters = signature.parameters.iter().map(|parameter| {
            let range = parameter.label_range;
            lsp::ParameterInformation {
                label: lsp::ParameterInformationLabel::Tuple((utf16(range.start().into()), utf16(range.end().into()))),
                documentation: documentation(&parameter.documentation),
            }
        });
        lsp::SignatureInformation {
            label: signature.label.clone(),
            documentation: documentation(&signature.documentation),
            parameters: Some(parameters.collect()),
            active_parameter: signature.active_parameter.map(|index| lsp::ActiveParameter::Int(index as u32)),
        }
    });
    let active = help.signatures.get(help.active_signature).and_then(|signature| signature.active_parameter);
    lsp::SignatureHelp {
        signatures: all.collect(),
        active_signature: Some(help.active_signature as u32),
        active_parameter: active.map(|index| lsp::ActiveParameter::Int(index as u32)),
    }
}

pub(crate) async fn moniker(session: &Session, params: lsp::MonikerParams) -> Result<Option<Vec<lsp::Moniker>>> {
    session
        .ask_at(params.text_document_position_params, |snapshot, _, position| {
            let monikers = snapshot.monikers(position)?;
            let monikers = monikers.into_iter().map(|moniker| {
                let (kind, unique) = match moniker.kind {
                    MonikerKind::Import => (lsp::MonikerKind::Import, lsp::UniquenessLevel::Scheme),
                    MonikerKind::Export => (lsp::MonikerKind::Export, lsp::UniquenessLevel::Scheme),
                    MonikerKind::Local => (lsp::MonikerKind::Local, lsp::UniquenessLevel::Document),
                };
                lsp::Moniker { scheme: moniker.scheme, identifier: moniker.identifier, unique, kind: Some(kind) }
            });
            Ok(Some(monikers.collect()))
        })
        .await
}
