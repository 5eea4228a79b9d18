//! From the names that a language finds to what an editor offers.

use montuno_base::FilePosition;
use montuno_semantic::completion::Completions;
use montuno_semantic::features::completions::{items, sort, typed};
use montuno_semantic::features::postfix;
use montuno_semantic::features::ranking::Usage;
use rustc_hash::FxHashSet;

use crate::view::View;

/// What could be written at a place, the likeliest first.
pub(crate) fn completions(view: &View<'_>, position: FilePosition) -> Completions {
    let plugin = view.db.plugin();
    let Some((file, _)) = view.place(position) else { return Completions::default() };
    let Some(text) = crate::database::source(view.db, file) else { return Completions::default() };
    if plugin.offers_nothing(view, position) {
        return Completions::default();
    }
    let replace = typed(&text, position.offset);
    let usage = Usage::around(&text, position.offset);
    let mut found = Completions::default();
    match plugin.members(view, position) {
        Some(members) => {
            found.items = items(&members, replace, &usage);
            found.items.extend(postfix::offers(view.context, position, &text));
        }
        None => found.items = items(&plugin.scope(view, position), replace, &usage),
    }
    let known: FxHashSet<_> = found.items.iter().map(|item| item.label.clone()).collect();
    let more = plugin.more_offers(view, position);
    found.items.extend(more.into_iter().filter(|item| !known.contains(&item.label)));
    if view.context.inputs.settings.completion.auto_import {
        match plugin.importable(view, position) {
            Some(items) => found.items.extend(items.into_iter().filter(|item| !known.contains(&item.label))),
            None => found.is_incomplete = true,
        }
    }
    sort(&mut found.items);
    found
}
