//! Hints inside the text: types and parameter names, values while debugging.

use montuno_base::FileRange;
use montuno_semantic::presentation::{InlayHint, InlayHintKind};
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::Result;

use crate::lsp::convert::Converter;
use crate::lsp::session::Session;

pub(crate) async fn inlay_hint(session: &Session, params: lsp::InlayHintParams) -> Result<Option<Vec<lsp::InlayHint>>> {
    session
        .ask_range(params.text_document, params.range, |snapshot, convert, file, range| {
            let hints = snapshot.inlay_hints(FileRange { file, range })?;
            let inside = hints.iter().filter(|hint| range.contains_inclusive(hint.offset));
            Ok(Some(inside.map(|hint| to_lsp(convert, file, hint)).collect()))
        })
        .await
}

fn to_lsp(convert: &Converter<'_>, file: montuno_base::FileId, hint: &InlayHint) -> lsp::InlayHint {
    let parts = hint.label.iter().map(|part| lsp::InlayHintLabelPart {
        value: part.text.clone(),
        tooltip: None,
        location: part.target.map(|(file, range)| convert.location(FileRange { file, range })),
        command: None,
    });
    lsp::InlayHint {
        position: convert.position(file, hint.offset),
        label: lsp::Label::InlayHintLabelPartList(parts.collect()),
        kind: match hint.kind {
            InlayHintKind::Type => Some(lsp::InlayHintKind::Type),
            InlayHintKind::Parameter => Some(lsp::InlayHintKind::Parameter),
            InlayHintKind::Other => None,
        },
        text_edits: (!hint.edits.is_empty()).then(|| convert.text_edits(file, &hint.edits)),
        tooltip: None,
        padding_left: Some(hint.padding_left),
        padding_right: Some(hint.padding_right),
        data: None,
    }
}

pub(crate) async fn inline_value(
    session: &Session,
    params: lsp::InlineValueParams,
) -> Result<Option<Vec<lsp::InlineValue>>> {
    let stopped = params.context.stopped_location.end;
    session
        .ask_range(params.text_document, params.range, move |snapshot, convert, file, range| {
            let stopped = convert.offset(file, stopped);
            let values = snapshot.inline_values(FileRange { file, range }, stopped)?;
            let values = values.into_iter().map(|value| {
                let range = convert.range(file, value.range);
                if value.is_variable {
                    lsp::InlineValue::VariableLookup(lsp::InlineValueVariableLookup {
                        range,
                        variable_name: Some(value.text),
                        case_sensitive_lookup: true,
                    })
                } else {
                    lsp::InlineValue::EvaluatableExpression(lsp::InlineValueEvaluatableExpression {
                        range,
                        expression: Some(value.text),
                    })
                }
            });
            Ok(Some(values.collect()))
        })
        .await
}
