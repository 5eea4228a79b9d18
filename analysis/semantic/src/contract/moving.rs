//! Moving files and folders.

use montuno_base::{FilePosition, Language, TextSize, name_index};

use super::World;
use crate::edit;
use crate::moving::{FileMove, Moves};

pub(super) fn imports_follow_what_moves(world: &World) {
    let declaring = world.path(world.at("function").file);
    let importing = world.at("import").file;
    let name = world.name("import");
    let folder = declaring.parent().expect("files are in folders");
    let moves = Moves::new([match world.language() {
        // A package is its folder.
        Language::Go => FileMove { from: folder.to_owned(), to: folder.with_file_name("figures") },
        _ => {
            let ending = declaring.extension().expect("files have endings");
            FileMove { from: declaring.clone(), to: folder.join(format!("figures.{ending}")) }
        }
    }]);
    assert_eq!(world.snapshot().rename_files(&Moves::default()).unwrap(), edit::WorkspaceEdit::default());
    let found = world.snapshot().rename_files(&moves).unwrap();
    assert!(found.edits.keys().any(|&file| file == importing), "whoever imports it changes: {found:?}");
    assert!(found.operations.is_empty(), "the move itself is the asker's: {found:?}");
    let texts: Vec<_> = found.edits.keys().map(|&file| (file, world.text(file))).collect();
    for (file, text) in &texts {
        world.edit(*file, &edit::apply(text, &found.edits[file]));
    }
    world.relocate(&moves);
    let text = world.text(importing);
    let at = name_index::occurrences(&text, &name).next().expect("the import still names it");
    let position = FilePosition { file: importing, offset: TextSize::try_from(at).expect("it is small") };
    let leads = world.snapshot().definitions(position).unwrap();
    let leads = leads.unwrap_or_else(|| panic!("the import leads somewhere: {text}"));
    assert_eq!(world.path(leads.targets[0].file), moves.after(&declaring), "{text}");
    world.relocate(&Moves::new(moves.iter().map(|one| FileMove { from: one.to.clone(), to: one.from.clone() })));
    for (file, text) in &texts {
        world.edit(*file, text);
    }
}
