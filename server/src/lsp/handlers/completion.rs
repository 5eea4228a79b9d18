//! Completion.

use montuno_base::{FileId, FilePosition, TextRange, TextSize};
use montuno_semantic::completion::CompletionItem;
use montuno_semantic::engine::Snapshot;
use montuno_semantic::symbol::SymbolKind;
use serde::{Deserialize, Serialize};
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::Result;

use super::inline;
use super::looking::markup;
use crate::lsp::capabilities::ClientFacts;
use crate::lsp::convert::{Converter, completion_kind, without_tab_stops};
use crate::lsp::session::Session;

/// What comes back with an item that is to be resolved.
#[derive(Serialize, Deserialize)]
struct ResolveData {
    file: u32,
    offset: u32,
    key: String,
}

pub(crate) async fn completion(
    session: &Session,
    params: lsp::CompletionParams,
) -> Result<Option<lsp::CompletionResponse>> {
    let facts = session.facts().clone();
    let trigger = params.context.and_then(|context| context.trigger_character).and_then(|text| text.chars().next());
    let at = params.text_document_position_params;
    let by_model = inline::list_item(session, &at);
    let list = session.ask_at(at.clone(), move |snapshot, convert, position| {
        let found = snapshot.completions(position, trigger)?;
        let items = found.items.iter().enumerate();
        let items = items.map(|(rank, item)| to_lsp(&facts, convert, position, rank, item)).collect();
        Ok(Some(lsp::CompletionResponse::CompletionList(lsp::CompletionList {
            is_incomplete: found.is_incomplete,
            item_defaults: None,
            apply_kind: None,
            items,
        })))
    });
    // Both at the same time: the list does not wait longer for the model than an editor would.
    let (list, by_model) = tokio::join!(list, by_model);
    Ok(match (list?, by_model) {
        (Some(lsp::CompletionResponse::CompletionList(mut list)), Some(item)) => {
            list.items.push(item);
            list.is_incomplete = true;
            Some(lsp::CompletionResponse::CompletionList(list))
        }
        (list, _) => list,
    })
}

fn to_lsp(
    facts: &ClientFacts,
    convert: &Converter<'_>,
    position: FilePosition,
    rank: usize,
    item: &CompletionItem,
) -> lsp::CompletionItem {
    let is_snippet = item.is_snippet && facts.snippets;
    let mut edit = item.edit.clone();
    if item.is_snippet && !is_snippet {
        edit.new_text = without_tab_stops(&edit.new_text);
    }
    let details = lsp::CompletionItemLabelDetails { detail: item.signature.clone(), description: item.origin.clone() };
    let data =
        item.resolve_key.clone().map(|key| ResolveData { file: position.file.0, offset: position.offset.into(), key });
    let mut shown = lsp::CompletionItem {
        label: item.label.clone(),
        kind: Some(completion_kind(item.kind)),
        detail: item.detail.clone(),
        // The order is ours, however the client would order labels.
        sort_text: Some(format!("{rank:05}")),
        filter_text: item.filter.clone(),
        text_edit: Some(lsp::CompletionItemTextEdit::TextEdit(convert.text_edit(position.file, &edit))),
        insert_text_format: is_snippet.then_some(lsp::InsertTextFormat::Snippet),
        tags: item.deprecated.then(|| vec![lsp::CompletionItemTag::Deprecated]),
        data: data.and_then(|data| serde_json::to_value(data).ok()),
        ..lsp::CompletionItem::default()
    };
    if facts.label_details {
        shown.label_details = (details.detail.is_some() || details.description.is_some()).then_some(details);
    } else if shown.detail.is_none() {
        shown.detail = item.origin.clone();
    }
    add_resolved(&mut shown, convert, position.file, item);
    shown
}

/// What may be known only after an item was resolved.
fn add_resolved(shown: &mut lsp::CompletionItem, convert: &Converter<'_>, file: FileId, item: &CompletionItem) {
    if let Some(text) = &item.documentation {
        shown.documentation = Some(lsp::Documentation::MarkupContent(markup(true, text)));
    }
    if !item.additional_edits.is_empty() {
        shown.additional_text_edits = Some(convert.text_edits(file, &item.additional_edits));
    }
    if shown.detail.is_none() {
        shown.detail = item.detail.clone();
    }
}

pub(crate) async fn resolve(session: &Session, shown: lsp::CompletionItem) -> Result<lsp::CompletionItem> {
    let data = shown.data.as_ref().and_then(|data| ResolveData::deserialize(data).ok());
    let Some(data) = data else { return Ok(shown) };
    let position = FilePosition { file: FileId(data.file), offset: TextSize::from(data.offset) };
    if session.host().inputs().documents.get(position.file).is_none() {
        // Not a document of this session, or one that was closed meanwhile.
        return Ok(shown);
    }
    let item = CompletionItem {
        resolve_key: Some(data.key),
        ..CompletionItem::new(shown.label.clone(), SymbolKind::Variable, TextRange::empty(position.offset))
    };
    let unresolved = shown.clone();
    let answer = session.ask(position.file, move |snapshot: &dyn Snapshot, convert| {
        let item = snapshot.resolve_completion(position, item.clone())?;
        let mut shown = unresolved.clone();
        add_resolved(&mut shown, convert, position.file, &item);
        Ok(shown)
    });
    // An item that cannot be resolved any more can still be taken as it is.
    Ok(answer.await.unwrap_or(shown))
}
