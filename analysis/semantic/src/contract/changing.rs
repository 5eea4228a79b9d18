//! Changing something.

use montuno_base::{FilePosition, FileRange};

use super::World;
use crate::edit;
use crate::presentation::CodeActionKind;

pub(super) fn completion_replaces_what_was_typed(world: &World) {
    let snapshot = world.snapshot();
    for (mark, wanted) in [("method-use", "override"), ("local-use", "local"), ("function-use", "function")] {
        for typed in [0_u32, 1] {
            let at = world.at(mark);
            let position = FilePosition { file: at.file, offset: at.offset + montuno_base::TextSize::from(typed) };
            let found = snapshot.completions(position, None).unwrap();
            let name = world.name(wanted);
            let item = found.items.iter().find(|item| item.edit.new_text.starts_with(&name) || item.label == name);
            let item = item.unwrap_or_else(|| panic!("{mark}+{typed}: {name} is offered"));
            assert_eq!(item.edit.range.start(), at.offset, "{mark}+{typed}: what was typed is replaced");
            assert!(item.edit.range.contains_inclusive(position.offset), "{mark}+{typed}: {item:?}");
            assert!(found.items.is_sorted_by(|a, b| a.relevance >= b.relevance), "{mark}: best first");
            let resolved = snapshot.resolve_completion(position, item.clone()).unwrap();
            assert_eq!(
                (&resolved.label, &resolved.edit),
                (&item.label, &item.edit),
                "{mark}: resolving adds, and changes nothing"
            );
        }
    }
    assert!(snapshot.completions(world.at("comment"), None).unwrap().items.is_empty(), "nothing in a comment");
}

pub(super) fn a_rename_keeps_the_meaning(world: &World) {
    for (mark, uses) in [("local", &["local-use"][..]), ("function", &["function-use", "import"])] {
        let texts: Vec<_> = world.files().iter().map(|&file| (file, world.text(file))).collect();
        let old = world.name(mark);
        // In some languages the first letter has a meaning.
        let new = if old.starts_with(char::is_uppercase) { "AnotherName" } else { "another_name" };
        let snapshot = world.snapshot();
        let start =
            snapshot.prepare_rename(world.at(mark)).unwrap().unwrap_or_else(|reason| panic!("{mark}: {reason}"));
        assert_eq!((start.range, &start.name), (world.range(mark), &old), "{mark}");
        let references = snapshot.references(world.at(mark)).unwrap();
        let found = snapshot.rename(world.at(mark), new).unwrap().unwrap_or_else(|reason| panic!("{mark}: {reason}"));
        for other in uses {
            let from_there = snapshot.rename(world.at(other), new).unwrap().unwrap_or_else(|reason| panic!("{reason}"));
            // At an import the name may be meant that the importing file alone has for it.
            let is_alias = *other == "import" && from_there.edits.keys().eq([&world.at(other).file]);
            assert!(from_there == found || is_alias, "{mark} from {other}: {from_there:?}, not {found:?}");
        }
        let count: usize = found.edits.values().map(Vec::len).sum();
        assert_eq!(count, references.len(), "{mark}: every use, and nothing else");
        drop(snapshot);
        for (file, text) in &texts {
            if let Some(edits) = found.edits.get(file) {
                world.edit(*file, &edit::apply(text, edits));
            }
        }
        let renamed = world.snapshot();
        let place = references[0].place;
        let again = renamed.references(place.position()).unwrap();
        assert_eq!(again.len(), references.len(), "{mark}: as many uses as before");
        drop(renamed);
        for (file, text) in &texts {
            world.edit(*file, text);
        }
    }
}

pub(super) fn renames_that_cannot_be_done_are_refused(world: &World) {
    let snapshot = world.snapshot();
    for name in ["", "two words", "1st", "a-b"] {
        let refused = snapshot.rename(world.at("local"), name).unwrap();
        assert!(refused.is_err(), "{name:?}: {refused:?}");
    }
    for mark in ["comment", "unknown"] {
        let refused = snapshot.prepare_rename(world.at(mark)).unwrap();
        assert!(refused.is_err(), "{mark}: {refused:?}");
        let reason = refused.expect_err("it was just seen");
        assert!(reason.len() > 10, "{mark}: a reason is a sentence: {reason}");
        assert!(snapshot.rename(world.at(mark), "other").unwrap().is_err(), "{mark}");
    }
}

pub(super) fn actions_are_the_same_when_they_are_resolved(world: &World) {
    let snapshot = world.snapshot();
    for mark in ["subtype", "local", "method-use", "import", "unknown"] {
        let place = FileRange { file: world.at(mark).file, range: world.range(mark) };
        let all = snapshot.code_actions(place, &[]).unwrap();
        let mut ids: Vec<_> = all.iter().map(|action| &action.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all.len(), "{mark}: each action has an id of its own");
        for action in &all {
            let resolved = snapshot.resolve_code_action(place, &action.id).unwrap();
            let resolved = resolved.unwrap_or_else(|| panic!("{mark}: {} can be resolved", action.title));
            assert_eq!((&resolved.title, resolved.kind), (&action.title, action.kind), "{mark}");
            let edit = resolved.edit.unwrap_or_else(|| panic!("{mark}: {} changes something", action.title));
            assert!(!edit.is_empty(), "{mark}: {} changes something", action.title);
        }
        let fixes = snapshot.code_actions(place, &[CodeActionKind::QuickFix]).unwrap();
        assert!(fixes.iter().all(|action| action.kind == CodeActionKind::QuickFix), "{mark}: only what was asked for");
        assert!(snapshot.resolve_code_action(place, "no such id").unwrap().is_none(), "{mark}");
    }
}
