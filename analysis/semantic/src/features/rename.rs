//! Giving a symbol another name, everywhere.

use std::collections::BTreeMap;

use montuno_base::{FileId, FilePosition, name_index};

use crate::cancel::Cancellable;
use crate::edit::{TextEdit, WorkspaceEdit};
use crate::engine::Snapshot;
use crate::features::references::uses_of;
use crate::presentation::RenameStart;
use crate::symbol::{Symbol, SymbolKind};

/// What a rename would begin with, or why it cannot be done.
///
/// # Errors
/// [`Cancelled`](crate::Cancelled).
pub fn prepare(snapshot: &dyn Snapshot, position: FilePosition) -> Cancellable<Result<RenameStart, String>> {
    let symbol = snapshot.symbol(position, true)?;
    Ok(renamable(snapshot, symbol).map(|symbol| RenameStart { range: symbol.origin, name: symbol.name }))
}

/// The edits that give the symbol at a place another name, or why it cannot be done. `is_name` says
/// whether the language takes a text for a name.
///
/// # Errors
/// As above.
pub fn rename(
    snapshot: &dyn Snapshot,
    position: FilePosition,
    new_name: &str,
    is_name: impl Fn(&str) -> bool,
) -> Cancellable<Result<WorkspaceEdit, String>> {
    if !is_name(new_name) {
        return Ok(Err(format!("`{new_name}` is not a name.")));
    }
    let symbol = match renamable(snapshot, snapshot.symbol(position, true)?) {
        Ok(symbol) => symbol,
        Err(reason) => return Ok(Err(reason)),
    };
    let mut edits: BTreeMap<FileId, Vec<TextEdit>> = BTreeMap::new();
    for reference in uses_of(snapshot, &symbol)? {
        let file = edits.entry(reference.place.file).or_default();
        file.push(TextEdit::replace(reference.place.range(), new_name));
    }
    Ok(Ok(WorkspaceEdit { edits, ..WorkspaceEdit::default() }))
}

/// The symbol, if all of its declarations are the workspace's own, so that none is left behind.
fn renamable(snapshot: &dyn Snapshot, symbol: Option<Symbol>) -> Result<Symbol, String> {
    let inputs = &snapshot.context().inputs;
    let symbol = symbol.ok_or("There is no name here that could be changed.")?;
    if let Some(module) =
        symbol.declarations.iter().find(|target| target.kind == SymbolKind::Module && target.name_range.is_empty())
    {
        return Err(format!("`{}` is a module: rename its file instead.", module.name));
    }
    let outside = symbol.declarations.iter().find(|target| inputs.root_of(&inputs.files.path(target.file)).is_none());
    match outside {
        Some(target) if !inputs.roots.is_empty() => Err(format!(
            "`{}` is declared outside of the workspace, in {}.",
            symbol.name,
            inputs.files.path(target.file)
        )),
        _ if !symbol.name.chars().all(name_index::is_word) => Err(format!("`{}` is not a name.", symbol.name)),
        _ => Ok(symbol),
    }
}
