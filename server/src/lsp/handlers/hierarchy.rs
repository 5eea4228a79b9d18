//! Hierarchies of calls and types.

use montuno_semantic::symbol::Target;
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::Result;

use crate::lsp::convert::{Converter, symbol_kind};
use crate::lsp::session::Session;

fn call_item(convert: &Converter<'_>, target: &Target) -> lsp::CallHierarchyItem {
    lsp::CallHierarchyItem {
        name: target.name.clone(),
        kind: symbol_kind(target.kind),
        tags: None,
        detail: target.container.clone(),
        uri: convert.uri(target.file),
        range: convert.range(target.file, target.full_range.cover(target.name_range)),
        selection_range: convert.range(target.file, target.name_range),
        data: None,
    }
}

fn type_item(convert: &Converter<'_>, target: &Target) -> lsp::TypeHierarchyItem {
    let item = call_item(convert, target);
    lsp::TypeHierarchyItem {
        name: item.name,
        kind: item.kind,
        tags: None,
        detail: item.detail,
        uri: item.uri,
        range: item.range,
        selection_range: item.selection_range,
        data: None,
    }
}

/// The place of an item's name: where the next question is asked.
fn place(uri: lsp::Uri, selection: lsp::Range) -> lsp::TextDocumentPositionParams {
    lsp::TextDocumentPositionParams { text_document: lsp::TextDocumentIdentifier { uri }, position: selection.start }
}

pub(crate) async fn prepare_calls(
    session: &Session,
    params: lsp::CallHierarchyPrepareParams,
) -> Result<Option<Vec<lsp::CallHierarchyItem>>> {
    session
        .ask_at(params.text_document_position_params, |snapshot, convert, position| {
            let targets = snapshot.prepare_call_hierarchy(position)?;
            Ok(Some(targets.iter().map(|target| call_item(convert, target)).collect()))
        })
        .await
}

pub(crate) async fn incoming_calls(
    session: &Session,
    params: lsp::CallHierarchyIncomingCallsParams,
) -> Result<Option<Vec<lsp::CallHierarchyIncomingCall>>> {
    session
        .ask_at(place(params.item.uri, params.item.selection_range), |snapshot, convert, position| {
            let calls = snapshot.incoming_calls(position)?;
            let calls = calls.iter().map(|call| lsp::CallHierarchyIncomingCall {
                from: call_item(convert, &call.target),
                from_ranges: call.ranges.iter().map(|&range| convert.range(call.target.file, range)).collect(),
            });
            Ok(Some(calls.collect()))
        })
        .await
}

pub(crate) async fn outgoing_calls(
    session: &Session,
    params: lsp::CallHierarchyOutgoingCallsParams,
) -> Result<Option<Vec<lsp::CallHierarchyOutgoingCall>>> {
    session
        .ask_at(place(params.item.uri, params.item.selection_range), |snapshot, convert, position| {
            let calls = snapshot.outgoing_calls(position)?;
            let calls = calls.iter().map(|call| lsp::CallHierarchyOutgoingCall {
                to: call_item(convert, &call.target),
                from_ranges: call.ranges.iter().map(|&range| convert.range(position.file, range)).collect(),
            });
            Ok(Some(calls.collect()))
        })
        .await
}

pub(crate) async fn prepare_types(
    session: &Session,
    params: lsp::TypeHierarchyPrepareParams,
) -> Result<Option<Vec<lsp::TypeHierarchyItem>>> {
    session
        .ask_at(params.text_document_position_params, |snapshot, convert, position| {
            let targets = snapshot.prepare_type_hierarchy(position)?;
            Ok(Some(targets.iter().map(|target| type_item(convert, target)).collect()))
        })
        .await
}

pub(crate) async fn supertypes(
    session: &Session,
    params: lsp::TypeHierarchySupertypesParams,
) -> Result<Option<Vec<lsp::TypeHierarchyItem>>> {
    session
        .ask_at(place(params.item.uri, params.item.selection_range), |snapshot, convert, position| {
            let targets = snapshot.supertypes(position)?;
            Ok(Some(targets.iter().map(|target| type_item(convert, target)).collect()))
        })
        .await
}

pub(crate) async fn subtypes(
    session: &Session,
    params: lsp::TypeHierarchySubtypesParams,
) -> Result<Option<Vec<lsp::TypeHierarchyItem>>> {
    session
        .ask_at(place(params.item.uri, params.item.selection_range), |snapshot, convert, position| {
            let targets = snapshot.subtypes(position)?;
            Ok(Some(targets.iter().map(|target| type_item(convert, target)).collect()))
        })
        .await
}
