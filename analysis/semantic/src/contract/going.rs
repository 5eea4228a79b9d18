//! Going somewhere.

use montuno_base::FilePosition;

use super::World;
use crate::hierarchy::FilePlace;
use crate::symbol::{Confidence, Resolution};

/// Where an answer leads: the places of its targets.
fn places(found: Option<&Resolution>) -> Vec<FilePlace> {
    found
        .map(|found| found.targets.iter().map(|target| FilePlace::new(target.file, target.name_range)).collect())
        .unwrap_or_default()
}

fn place(world: &World, mark: &str) -> FilePlace {
    FilePlace::new(world.at(mark).file, world.range(mark))
}

pub(super) fn uses_lead_to_declarations(world: &World) {
    let snapshot = world.snapshot();
    let pairs =
        [("local-use", "local"), ("method-use", "override"), ("function-use", "function"), ("import", "function")];
    for (from, to) in pairs {
        // Every byte of a name, and the place right behind it, mean the name.
        for inside in 0..=u32::from(world.range(from).len()) {
            let at = world.at(from);
            let position = FilePosition { file: at.file, offset: at.offset + montuno_base::TextSize::from(inside) };
            let found = snapshot.definitions(position).unwrap();
            let led = places(found.as_ref());
            assert!(led.contains(&place(world, to)), "{from}+{inside} leads to {led:?}");
            let found = found.expect("it leads somewhere");
            assert_eq!(found.confidence, Confidence::Exact, "{from}");
            assert_eq!(found.origin, world.range(from), "{from}: what was asked about");
            let target = &found.targets[0];
            assert_eq!(target.name, world.name(to), "{from}: the name of the target");
            assert!(target.full_range.contains_range(target.name_range), "{from}: a name lies in its declaration");
        }
    }
}

pub(super) fn declarations_lead_to_themselves(world: &World) {
    let snapshot = world.snapshot();
    for mark in ["type", "method", "subtype", "override", "function", "local"] {
        let led = places(snapshot.definitions(world.at(mark)).unwrap().as_ref());
        assert!(led.contains(&place(world, mark)), "{mark} leads to {led:?}");
    }
}

pub(super) fn nothing_leads_from_a_comment(world: &World) {
    let snapshot = world.snapshot();
    let at = world.at("comment");
    assert_eq!(snapshot.definitions(at).unwrap(), None);
    assert_eq!(snapshot.type_definitions(at).unwrap(), None);
    assert_eq!(snapshot.implementations(at).unwrap(), None);
    assert!(snapshot.references(at).unwrap().is_empty());
    assert!(snapshot.members(at).unwrap().is_none());
    assert!(snapshot.prepare_call_hierarchy(at).unwrap().is_empty());
}

pub(super) fn types_and_implementations(world: &World) {
    let snapshot = world.snapshot();
    let types = places(snapshot.type_definitions(world.at("local-use")).unwrap().as_ref());
    assert!(types.contains(&place(world, "subtype")), "the type of the local: {types:?}");
    let below = places(snapshot.implementations(world.at("method")).unwrap().as_ref());
    assert!(below.contains(&place(world, "override")), "what implements the method: {below:?}");
    let below = places(snapshot.implementations(world.at("type")).unwrap().as_ref());
    assert!(!below.is_empty(), "something implements the type");
}

pub(super) fn references_are_the_same_from_everywhere(world: &World) {
    let snapshot = world.snapshot();
    for (mark, others) in [("function", &["function-use", "import"][..]), ("local", &["local-use"])] {
        let found = snapshot.references(world.at(mark)).unwrap();
        assert!(found.is_sorted(), "{mark}: in order");
        let mut places: Vec<_> = found.iter().map(|reference| reference.place).collect();
        for place_of in others.iter().chain([&mark]) {
            assert!(places.contains(&place(world, place_of)), "the references of {mark} hold {place_of}: {places:?}");
        }
        places.dedup();
        assert_eq!(places.len(), found.len(), "{mark}: each place once");
        let declaration =
            found.iter().find(|reference| reference.place == place(world, mark)).expect("it was just seen");
        assert!(declaration.is_declaration, "{mark} is a declaration");
        for other in others {
            assert_eq!(snapshot.references(world.at(other)).unwrap(), found, "from {other}");
        }
    }
}

pub(super) fn highlights_are_the_references_of_the_file(world: &World) {
    let snapshot = world.snapshot();
    for mark in ["local", "local-use", "function", "function-use"] {
        let at = world.at(mark);
        let highlights: Vec<_> = snapshot.highlights(at).unwrap().iter().map(|found| found.place).collect();
        let references = snapshot.references(at).unwrap();
        let of_file: Vec<_> =
            references.iter().map(|found| found.place).filter(|place| place.file == at.file).collect();
        assert_eq!(highlights, of_file, "{mark}");
    }
}

pub(super) fn hierarchies_are_inverse(world: &World) {
    let snapshot = world.snapshot();
    let above = snapshot.supertypes(world.at("subtype")).unwrap();
    assert!(above.iter().any(|target| target.name == world.name("type")), "above: {above:?}");
    let below = snapshot.subtypes(world.at("type")).unwrap();
    assert!(below.iter().any(|target| target.name == world.name("subtype")), "below: {below:?}");
    let prepared = snapshot.prepare_type_hierarchy(world.at("subtype")).unwrap();
    assert_eq!(prepared.first().map(|target| target.name.as_str()), Some(world.name("subtype").as_str()));

    let outgoing = snapshot.outgoing_calls(world.at("function")).unwrap();
    let called = outgoing.iter().find(|call| call.target.name == world.name("method-use"));
    let called = called.unwrap_or_else(|| panic!("the function calls the method: {outgoing:?}"));
    assert!(called.ranges.contains(&world.range("method-use")), "the place of the call: {called:?}");
    let incoming = snapshot.incoming_calls(called.target_position()).unwrap();
    let caller = incoming.iter().find(|call| call.target.name == world.name("function"));
    let caller = caller.unwrap_or_else(|| panic!("the method is called by the function: {incoming:?}"));
    assert_eq!(caller.ranges, called.ranges, "both speak of the same calls");
}

impl crate::hierarchy::Call {
    fn target_position(&self) -> FilePosition {
        FilePosition { file: self.target.file, offset: self.target.name_range.start() }
    }
}
