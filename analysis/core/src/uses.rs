//! Where a file uses a symbol: the places where its name stands, as far as they lead to it.

use montuno_base::{FileId, name_index};
use montuno_semantic::Cancellable;
use montuno_semantic::hierarchy::{FilePlace, Reference};
use montuno_semantic::symbol::Symbol;

use crate::database::read;
use crate::view::View;

/// The uses of a symbol in a file, in the order of the text.
pub(crate) fn uses(view: &View<'_>, symbol: &Symbol, file: FileId) -> Cancellable<Vec<Reference>> {
    view.checkpoint()?;
    let Some(text) = read(view.db, view.file(file)) else { return Ok(Vec::new()) };
    let offsets: Vec<u32> = name_index::occurrences(&text, &symbol.name)
        .map(|start| u32::try_from(start).expect("files are below 4 GB"))
        .collect();
    if offsets.is_empty() {
        return Ok(Vec::new());
    }
    let is_declaration =
        |file, range| symbol.declarations.iter().any(|target| target.file == file && target.name_range == range);
    let mentions = view.db.plugin().mentions(view, symbol, file, &offsets)?;
    let uses = mentions
        .into_iter()
        .filter(|mention| mention.targets.iter().any(|target| is_declaration(target.file, target.name_range)));
    Ok(uses
        .map(|mention| Reference {
            place: FilePlace::new(file, mention.range),
            access: mention.access,
            is_declaration: is_declaration(file, mention.range),
        })
        .collect())
}
