//! What is shown above declarations.

use montuno_base::{FileId, FilePosition};

use crate::cancel::Cancellable;
use crate::engine::Snapshot;
use crate::hierarchy::Item;
use crate::presentation::{CodeLens, CodeLensKind};

/// The lenses of a file: how often each function and type is used, and how many implementations each
/// type has. The numbers are counted when a lens is resolved.
///
/// # Errors
/// [`Cancelled`](crate::Cancelled).
pub fn code_lenses(snapshot: &dyn Snapshot, file: FileId) -> Cancellable<Vec<CodeLens>> {
    let settings = &snapshot.context().inputs.settings.code_lens;
    let mut lenses = Vec::new();
    let mut add = |item: &Item| {
        let position = FilePosition { file, offset: item.name_range.start() };
        let is_wanted = item.kind.is_callable() || item.kind.is_type();
        if settings.references && is_wanted {
            lenses.push(CodeLens { range: item.name_range, kind: CodeLensKind::References(position) });
        }
        if settings.implementations && item.kind.is_type() {
            lenses.push(CodeLens { range: item.name_range, kind: CodeLensKind::Implementations(position) });
        }
    };
    for item in snapshot.items(file)?.iter() {
        item.walk(None, &mut |item, _| add(item));
    }
    Ok(lenses)
}
