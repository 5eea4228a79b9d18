//! Imports that follow files and folders to other paths.
//!
//! What is common to all languages: which files may have to change. What they say then is each language's own
//! ([`crate::Features::edits_for_moves`]).

use std::collections::BTreeSet;

use montuno_base::{FileId, Language, Utf8Path, Utf8PathBuf, name_index};

use crate::cancel::Cancellable;
use crate::edit::WorkspaceEdit;
use crate::engine::Snapshot;
use crate::features::parallel::ask_files;
use crate::features::references::{ensure_index, files_that_mention};
use crate::moving::Moves;

/// Files that are imported by the name of the folder that they lie in.
const NAMED_BY_FOLDER: [&str; 3] = ["index", "__init__", "mod"];

/// The edits that keep imports right when files and folders move. They are made before the move: every edit is one of a
/// file at its old path.
///
/// # Errors
/// [`Cancelled`](crate::Cancelled).
pub fn edits(snapshot: &dyn Snapshot, moves: &Moves) -> Cancellable<WorkspaceEdit> {
    let mut edit = WorkspaceEdit::default();
    if moves.is_empty() {
        return Ok(edit);
    }
    ensure_index(snapshot)?;
    let files: Vec<FileId> = affected(snapshot, moves)?.into_iter().collect();
    let found = ask_files(
        &files,
        || snapshot.fork(),
        |snapshot, file| {
            snapshot.checkpoint()?;
            let edits = snapshot.edits_for_moves(file, moves)?;
            Ok(if edits.is_empty() { Vec::new() } else { vec![(file, edits)] })
        },
    )?;
    edit.edits.extend(found);
    Ok(edit)
}

/// The files that may say something of what moves: those that move themselves, and those that mention its name.
fn affected(snapshot: &dyn Snapshot, moves: &Moves) -> Cancellable<BTreeSet<FileId>> {
    let context = snapshot.context();
    let files = &context.inputs.files;
    let indexed = context.names.files(snapshot.languages());
    let open = context.inputs.documents.iter().map(|(file, _)| file);
    let is_ours = |file: FileId| context.language(file).is_some_and(|it| snapshot.languages().contains(&it));
    let known: Vec<(FileId, std::sync::Arc<Utf8Path>)> = indexed
        .iter()
        .map(|path| files.id(path))
        .chain(open)
        .filter(|&file| is_ours(file))
        .map(|file| (file, files.path(file)))
        .collect();
    let mut found: BTreeSet<FileId> = BTreeSet::new();
    let mut words: BTreeSet<String> = BTreeSet::new();
    for one in moves.iter() {
        found.extend(known.iter().filter(|(_, path)| path.starts_with(&one.from)).map(|(file, _)| *file));
        let Some((name, folder)) = name_and_folder(&one.from) else { continue };
        words.extend(longest_word(&name));
        // From within its folder it is imported without a name.
        if let Some(folder) = folder {
            found.extend(known.iter().filter(|(_, path)| path.starts_with(&folder)).map(|(file, _)| *file));
        }
    }
    for word in &words {
        found.extend(files_that_mention(snapshot, word)?);
    }
    found.retain(|&file| {
        let path = files.path(file);
        context.inputs.root_of(&path).is_some() || context.inputs.roots.is_empty()
    });
    Ok(found)
}

/// What a file or folder is called in imports; and its folder, if that is what it is called by.
fn name_and_folder(path: &Utf8Path) -> Option<(String, Option<Utf8PathBuf>)> {
    let name = path.file_name()?;
    if Language::of_path(path).is_none() {
        return Some((name.to_owned(), None));
    }
    // `name.d.ts`, `name.test.ts`: the first part is in every import.
    let stem = name.split('.').next().unwrap_or(name);
    if NAMED_BY_FOLDER.contains(&stem) {
        let folder = path.parent()?;
        return Some((folder.file_name()?.to_owned(), Some(folder.to_owned())));
    }
    Some((stem.to_owned(), None))
}

/// The longest word of a name, as the index knows it: of `date-utils` it is `utils`.
fn longest_word(name: &str) -> Option<String> {
    let words = name.split(|c: char| !name_index::is_word(c));
    let words = words.filter(|word| word.starts_with(|c: char| !c.is_ascii_digit()));
    words.max_by_key(|word| word.len()).map(str::to_owned)
}
