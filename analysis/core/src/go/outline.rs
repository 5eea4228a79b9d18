//! What a file declares, as a tree.

use std::sync::Arc;

use montuno_base::{FileId, TextRange};
use montuno_semantic::SymbolKind;
use montuno_semantic::hierarchy::Item;

use super::item::{spans, summary};
use super::{display, lower};
use crate::ir::items::{ItemKind, Spans, Summary};
use crate::view::View;

pub(super) fn items(view: &View<'_>, file: FileId) -> Arc<[Item]> {
    let file = view.file(file);
    of_summary(summary(view.db, file), spans(view.db, file)).into()
}

pub(super) fn of_text(text: &str) -> Vec<Item> {
    let Some(parsed) = lower::parse(&text.into()) else { return Vec::new() };
    let (summary, spans) = lower::summary_and_spans(&parsed);
    of_summary(&summary, &spans)
}

fn of_summary(summary: &Summary, spans: &Spans) -> Vec<Item> {
    let mut children: Vec<Vec<u32>> = vec![Vec::new(); summary.items.len()];
    let mut top = Vec::new();
    for (index, item) in summary.items.iter().enumerate() {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        match item.parent {
            Some(parent) => children[parent as usize].push(index),
            None => top.push(index),
        }
    }
    let mut items: Vec<Item> = top.into_iter().flat_map(|index| listed(summary, spans, &children, index, 0)).collect();
    nest(&mut items);
    items
}

/// An item with those in it; of a type without a name those in it alone.
fn listed(summary: &Summary, spans: &Spans, children: &[Vec<u32>], index: u32, depth: u32) -> Vec<Item> {
    let (data, span) = (&summary.items[index as usize], &spans.items[index as usize]);
    let inner: Vec<Item> = if depth > 32 {
        Vec::new()
    } else {
        children[index as usize].iter().flat_map(|child| listed(summary, spans, children, *child, depth + 1)).collect()
    };
    if data.name.is_empty() || span.name.is_empty() {
        return inner;
    }
    let anonymous = |index: u32| match summary.items.get(index as usize).map(|item| item.kind) {
        Some(ItemKind::Interface) => "interface{…}".to_owned(),
        _ => "struct{…}".to_owned(),
    };
    let (kind, detail) = match data.kind {
        ItemKind::Function | ItemKind::Method | ItemKind::InterfaceMethod => {
            let kind = if data.kind == ItemKind::Function { SymbolKind::Function } else { SymbolKind::Method };
            (kind, data.signature.as_ref().map(|signature| display::signature(signature, &anonymous)))
        }
        ItemKind::Struct => (SymbolKind::Struct, Some("struct{…}".to_owned())),
        ItemKind::Interface => (SymbolKind::Interface, Some("interface{…}".to_owned())),
        ItemKind::Defined => (SymbolKind::Class, None),
        ItemKind::Alias => (SymbolKind::TypeAlias, None),
        ItemKind::Field | ItemKind::Embedded => (SymbolKind::Field, None),
        ItemKind::Constant => (SymbolKind::Constant, None),
        ItemKind::Variable => (SymbolKind::Variable, None),
    };
    let detail = detail.or_else(|| data.ty.as_ref().map(|ty| display::type_ref(ty, &anonymous)));
    let inside = |item: &Item| span.full.contains_range(item.full_range);
    let deprecated = false;
    vec![Item {
        name: data.name.to_string(),
        kind,
        full_range: span.full,
        name_range: span.name,
        detail,
        deprecated,
        public: super::scope::is_exported(data.name),
        children: inner.into_iter().filter(inside).collect(),
    }]
}

/// Several names of one declaration stand in the same range: each keeps its own name and what is behind it.
fn nest(items: &mut [Item]) {
    for item in items.iter_mut() {
        nest(&mut item.children);
    }
    items.sort_by_key(|item| (item.full_range.start(), item.name_range.start()));
    for index in 1..items.len() {
        if items[index].full_range == items[index - 1].full_range {
            let own = items[index].name_range;
            items[index].full_range = TextRange::new(own.start(), items[index].full_range.end());
        }
    }
}
