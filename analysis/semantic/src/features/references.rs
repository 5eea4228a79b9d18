//! All uses of a symbol: the name index says which files may have some, the engine resolves each.

use montuno_base::{FileId, FilePosition};
use rustc_hash::FxHashSet;

use crate::cancel::Cancellable;
use crate::engine::Snapshot;
use crate::features::parallel::ask_files;
use crate::hierarchy::Reference;
use crate::symbol::Symbol;

/// All uses of the symbol at a place in the workspace, sorted. Declarations are among them.
///
/// # Errors
/// [`Cancelled`](crate::Cancelled).
pub fn references(snapshot: &dyn Snapshot, position: FilePosition) -> Cancellable<Vec<Reference>> {
    match snapshot.symbol(position, false)? {
        Some(symbol) => uses_of(snapshot, &symbol),
        None => Ok(Vec::new()),
    }
}

/// All uses of the symbol at a place in its own file, sorted.
///
/// # Errors
/// As above.
pub fn highlights(snapshot: &dyn Snapshot, position: FilePosition) -> Cancellable<Vec<Reference>> {
    match snapshot.symbol(position, true)? {
        Some(symbol) => snapshot.uses(&symbol, position.file),
        None => Ok(Vec::new()),
    }
}

/// All uses of a symbol in the workspace, sorted.
///
/// # Errors
/// As above.
pub fn uses_of(snapshot: &dyn Snapshot, symbol: &Symbol) -> Cancellable<Vec<Reference>> {
    let mut files = match symbol.only_in {
        Some(file) => vec![file],
        None => files_that_mention(snapshot, &symbol.name)?,
    };
    files.retain(|&file| is_in_workspace(snapshot, file));
    snapshot.narrow(symbol, &mut files)?;
    let mut uses = ask_files(&files, || snapshot.fork(), |snapshot, file| snapshot.uses(symbol, file))?;
    uses.sort_unstable();
    uses.dedup_by_key(|reference| reference.place);
    Ok(uses)
}

/// The files of the workspace that may mention a name: those of the index, and the open buffers,
/// which the index does not know.
///
/// # Errors
/// As above.
pub fn files_that_mention(snapshot: &dyn Snapshot, name: &str) -> Cancellable<Vec<FileId>> {
    let context = snapshot.context();
    ensure_index(snapshot)?;
    let languages = snapshot.languages();
    let mut files: Vec<FileId> = Vec::new();
    let mut known = FxHashSet::default();
    for (file, document) in context.inputs.documents.iter() {
        known.insert(file);
        if context.language(file).is_some_and(|language| languages.contains(&language)) && document.text.contains(name)
        {
            files.push(file);
        }
    }
    files.sort_unstable();
    let indexed = context.names.files_with(name, languages);
    files.extend(indexed.iter().map(|path| context.inputs.files.id(path)).filter(|file| !known.contains(file)));
    Ok(files)
}

/// Makes the name index of every workspace folder that has none.
///
/// # Errors
/// As above.
pub fn ensure_index(snapshot: &dyn Snapshot) -> Cancellable<()> {
    let context = snapshot.context();
    let go_on = || snapshot.checkpoint().is_ok();
    for root in &*context.inputs.roots {
        context.names.ensure(root, &context.inputs.settings.exclude, context.cache_folder.as_deref(), &go_on);
    }
    snapshot.checkpoint()
}

/// Whether a file is reported: it lies in the workspace, or it is open and there is no workspace.
fn is_in_workspace(snapshot: &dyn Snapshot, file: FileId) -> bool {
    let inputs = &snapshot.context().inputs;
    inputs.root_of(&inputs.files.path(file)).is_some() || inputs.roots.is_empty()
}
