//! How an engine behaves, whatever it is asked.

use montuno_base::{FilePosition, FileRange, TextRange, TextSize, Utf8Path};

use super::World;
use crate::cancel::{CancelFlag, Cancelled};
use crate::engine::Snapshot;

/// Asks everything that there is to ask at a place, and gives what came back as text.
fn ask_everything(snapshot: &dyn Snapshot, at: FilePosition) -> Vec<String> {
    let range = FileRange { file: at.file, range: TextRange::empty(at.offset) };
    let mut answers = Vec::new();
    macro_rules! ask {
        ($($question:expr),* $(,)?) => { $(answers.push(format!("{}: {:?}", stringify!($question), $question));)* };
    }
    ask!(
        snapshot.definitions(at),
        snapshot.declarations(at),
        snapshot.type_definitions(at),
        snapshot.implementations(at),
        snapshot.describe(at),
        snapshot.type_at(at),
        snapshot.expected_type(at),
        snapshot.members(at),
        snapshot.scope(at),
        snapshot.signatures(at),
        snapshot.supertypes(at),
        snapshot.subtypes(at),
        snapshot.items(at.file),
        snapshot.calls(range),
        snapshot.diagnostics(at.file),
        snapshot.references(at),
        snapshot.highlights(at),
        snapshot.document_links(at.file),
        snapshot.semantic_tokens(at.file, None),
        snapshot.semantic_tokens(at.file, Some(range.range)),
        snapshot.inlay_hints(range),
        snapshot.inline_values(range, at.offset),
        snapshot.folding_ranges(at.file),
        snapshot.selection_ranges(at),
        snapshot.code_lenses(at.file),
        snapshot.monikers(at),
        snapshot.prepare_call_hierarchy(at),
        snapshot.incoming_calls(at),
        snapshot.outgoing_calls(at),
        snapshot.prepare_type_hierarchy(at),
        snapshot.completions(at, None),
        snapshot.completions(at, Some('.')),
        snapshot.prepare_rename(at),
        snapshot.rename(at, "other"),
        snapshot.code_actions(range, &[]),
        snapshot.on_type(at, '\n'),
    );
    answers
}

pub(super) fn places_that_mean_nothing(world: &World) {
    let snapshot = world.snapshot();
    let file = world.files()[0];
    let length = TextSize::of(&*world.text(file));
    let missing = snapshot.context().inputs.files.id(Utf8Path::new("/no/such/folder/missing.txt"));
    for at in [
        FilePosition { file, offset: length + TextSize::from(1) },
        FilePosition { file, offset: TextSize::from(u32::MAX) },
        FilePosition { file: missing, offset: TextSize::from(0) },
        FilePosition { file: missing, offset: TextSize::from(7) },
    ] {
        assert_eq!(snapshot.definitions(at).unwrap(), None);
        assert_eq!(snapshot.describe(at).unwrap(), None);
        assert!(snapshot.references(at).unwrap().is_empty());
        assert!(snapshot.prepare_rename(at).unwrap().is_err());
        for answer in ask_everything(&*snapshot, at) {
            assert!(!answer.ends_with("Err(Cancelled)"), "{answer}");
        }
    }
    // The middle of a character is no place either.
    drop(snapshot);
    let text = world.text(file);
    let trumpet = format!("{text}\n🎺\n");
    world.edit(file, &trumpet);
    let snapshot = world.snapshot();
    for inside in 1..4 {
        let offset = TextSize::try_from(text.len() + 1 + inside).expect("it is short");
        ask_everything(&*snapshot, FilePosition { file, offset });
    }
    drop(snapshot);
    world.edit(file, &text);
}

pub(super) fn a_fork_answers_the_same(world: &World) {
    let snapshot = world.snapshot();
    for mark in world.marks() {
        let answers = ask_everything(&*snapshot, world.at(mark));
        let fork = snapshot.fork();
        let same = std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(64 << 20);
            let at = world.at(mark);
            let asking = thread.spawn_scoped(scope, move || ask_everything(&*fork, at));
            asking.expect("the system can start a thread").join().expect("it does not panic")
        });
        for (ours, theirs) in answers.iter().zip(&same) {
            assert_eq!(ours, theirs, "{mark}");
        }
    }
}

pub(super) fn who_gave_up_gets_no_answer(world: &World) {
    let cancel = CancelFlag::default();
    let snapshot = world.snapshot_for(cancel.clone());
    snapshot.checkpoint().unwrap();
    cancel.cancel();
    assert_eq!(snapshot.checkpoint(), Err(Cancelled));
    assert_eq!(snapshot.references(world.at("function")), Err(Cancelled), "a long search is given up");
    assert_eq!(snapshot.diagnostics(world.files()[0]), Err(Cancelled));
}

pub(super) fn an_edit_is_seen_at_once(world: &World) {
    let at = world.at("local-use");
    let text = world.text(at.file);
    let before = world.snapshot().definitions(at).unwrap();
    // Lines before it move everything, and change nothing else.
    world.edit(at.file, &format!("\n\n{text}"));
    let moved = FilePosition { file: at.file, offset: at.offset + TextSize::from(2) };
    let after = world.snapshot().definitions(moved).unwrap();
    let shift = |range: TextRange| range + TextSize::from(2);
    let expected = before.clone().map(|mut found| {
        found.origin = shift(found.origin);
        for target in found.targets.iter_mut().filter(|target| target.file == at.file) {
            target.full_range = shift(target.full_range);
            target.name_range = shift(target.name_range);
        }
        found
    });
    assert_eq!(after, expected);
    world.edit(at.file, "");
    assert_eq!(world.snapshot().definitions(at).unwrap(), None, "the text is gone");
    world.edit(at.file, &text);
    assert_eq!(world.snapshot().definitions(at).unwrap(), before, "and back");
}
