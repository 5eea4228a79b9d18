//! What could be written at a place.

use montuno_base::{FilePosition, TextRange};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::completion::{CompletionItem, Completions};
use montuno_semantic::features::ranking::Usage;
use montuno_semantic::{SymbolKind, TextEdit};
use ra_ap_ide::{CompletionItemImport, CompletionItemKind};

use crate::configuration;
use crate::convert::{edit, symbol};
use crate::snapshot::RustSnapshot;

/// Below this the engine's own scores do not go.
const LOWEST: u32 = u32::MAX / 2 - 1_000;

/// What one point of the engine's own score is worth beside the weight of a name's uses nearby, which goes up to
/// 2,000: a type that fits (35 points) outweighs all of them, being local (2 points) few.
const STEP: u32 = 64;

/// What is needed to find the rest of an offer later: the imports that it needs, and what tells it from
/// others of its name.
#[derive(serde::Serialize, serde::Deserialize)]
struct ResolveKey {
    imports: Vec<(String, bool)>,
    detail: Option<String>,
    origin: Option<String>,
}

impl RustSnapshot {
    /// The offers for a place, best first.
    pub(crate) fn offers(&self, position: FilePosition, trigger: Option<char>) -> Cancellable<Completions> {
        let Some(place) = self.position(position)? else { return Ok(Completions::default()) };
        let settings = &self.context.inputs.settings;
        if trigger == Some(':') && !self.follows(position, "::")? {
            return Ok(Completions::default());
        }
        let config = configuration::completion(settings, false);
        let found = self.ask(|analysis| analysis.completions(&config, place, trigger))?.unwrap_or_default();
        let mut items: Vec<CompletionItem> = found.into_iter().flat_map(offer).collect();
        let text = self.engine_text(position.file)?;
        let usage = Usage::around(text.as_deref().unwrap_or_default(), position.offset);
        for item in &mut items {
            let name = item.filter.as_deref().unwrap_or(&item.label);
            item.relevance = item.relevance.saturating_sub(LOWEST).saturating_mul(STEP) + usage.weight(name);
        }
        items.sort_by(|a, b| b.relevance.cmp(&a.relevance).then_with(|| a.label.cmp(&b.label)));
        // Names that need an import are only searched for once enough of them is typed.
        Ok(Completions { items, is_incomplete: settings.completion.auto_import })
    }

    /// The same offer with its documentation and its imports.
    pub(crate) fn complete_offer(
        &self,
        position: FilePosition,
        mut item: CompletionItem,
    ) -> Cancellable<CompletionItem> {
        let key = item.resolve_key.as_deref().and_then(|key| serde_json::from_str::<ResolveKey>(key).ok());
        let (Some(key), Some(place)) = (key, self.position(position)?) else { return Ok(item) };
        let config = configuration::completion(&self.context.inputs.settings, true);
        if !key.imports.is_empty() {
            let imports = key.imports.iter().cloned();
            let imports: Vec<_> =
                imports.map(|(path, as_underscore)| CompletionItemImport { path, as_underscore }).collect();
            let edits = self.ask(|analysis| analysis.resolve_completion_edits(&config, place, imports))?;
            for edit in edits.into_iter().flat_map(edit::text_edits) {
                if !item.additional_edits.contains(&edit) {
                    item.additional_edits.push(edit);
                }
            }
        }
        if item.documentation.is_none() {
            let found = self.ask(|analysis| analysis.completions(&config, place, None))?.unwrap_or_default();
            let same = found.into_iter().find(|found| {
                found.label.primary == item.label.trim_start_matches(['&', '*'])
                    && found.detail == key.detail
                    && found.label.detail_right == key.origin
            });
            item.documentation = same.and_then(|found| found.documentation).map(|it| it.as_str().to_owned());
        }
        Ok(item)
    }

    /// Whether the text before a place ends like this.
    fn follows(&self, position: FilePosition, ending: &str) -> Cancellable<bool> {
        let text = self.engine_text(position.file)?;
        let before = text.as_deref().and_then(|text| text.get(..usize::from(position.offset)));
        Ok(before.is_some_and(|before| before.ends_with(ending)))
    }
}

/// The engine's offer; two, if it is also offered with a `&` or `*` before what it follows.
fn offer(found: ra_ap_ide::CompletionItem) -> Vec<CompletionItem> {
    let reference = found.ref_match();
    let (main, additional_edits) = split(found.text_edit, found.source_range);
    let imports: Vec<_> = found.import_to_add.iter().map(|it| (it.path.clone(), it.as_underscore)).collect();
    let key = ResolveKey { imports, detail: found.detail.clone(), origin: found.label.detail_right.clone() };
    let label = found.label.primary.to_string();
    let item = CompletionItem {
        filter: (found.lookup != label).then(|| found.lookup.to_string()),
        label,
        signature: found.label.detail_left,
        origin: found.label.detail_right,
        detail: found.detail,
        documentation: found.documentation.map(|documentation| documentation.as_str().to_owned()),
        kind: kind(found.kind),
        edit: main,
        is_snippet: found.is_snippet,
        additional_edits,
        relevance: found.relevance.score(),
        deprecated: found.deprecated,
        resolve_key: serde_json::to_string(&key).ok(),
    };
    let with_reference = reference.map(|(label, indel, relevance)| {
        let mut item = CompletionItem { label, relevance: relevance.score(), ..item.clone() };
        item.additional_edits.push(TextEdit::replace(indel.delete, indel.insert));
        item.filter.get_or_insert_with(|| found.lookup.to_string());
        item
    });
    std::iter::once(item).chain(with_reference).collect()
}

/// The edit that replaces what was typed, and the others.
fn split(edit: ra_ap_ide::TextEdit, typed: TextRange) -> (TextEdit, Vec<TextEdit>) {
    let mut main = None;
    let mut others = Vec::new();
    for TextEdit { range, new_text } in edit::text_edits(edit) {
        if main.is_none() && range.contains_range(typed) {
            // What is replaced besides was written before: `receiver.` of a postfix snippet.
            if range.start() < typed.start() {
                others.push(TextEdit::delete(TextRange::new(range.start(), typed.start())));
            }
            main = Some(TextEdit::replace(TextRange::new(typed.start(), range.end()), new_text));
        } else {
            others.push(TextEdit::replace(range, new_text));
        }
    }
    (main.unwrap_or_else(|| TextEdit::replace(typed, "")), others)
}

/// What sort of thing an offer is.
pub(crate) fn kind(kind: CompletionItemKind) -> SymbolKind {
    match kind {
        CompletionItemKind::SymbolKind(kind) => symbol::kind(kind),
        CompletionItemKind::Binding => SymbolKind::Local,
        CompletionItemKind::BuiltinType => SymbolKind::BuiltinType,
        CompletionItemKind::InferredType => SymbolKind::TypeAlias,
        CompletionItemKind::Keyword => SymbolKind::Keyword,
        CompletionItemKind::Snippet | CompletionItemKind::Expression => SymbolKind::Snippet,
        CompletionItemKind::UnresolvedReference => SymbolKind::Local,
    }
}
