//! Looking at something.

use montuno_base::{TextRange, TextSize};

use super::World;
use crate::completion::Candidates;
use crate::diagnostic::{Severity, rules};
use crate::hierarchy::Item;
use crate::symbol::Confidence;

pub(super) fn hovers_speak_of_the_name(world: &World) {
    let snapshot = world.snapshot();
    for mark in
        ["type", "method", "subtype", "override", "function", "local", "local-use", "method-use", "function-use"]
    {
        let hover = snapshot.hover(world.at(mark)).unwrap().unwrap_or_else(|| panic!("{mark} has a hover"));
        assert_eq!(hover.range, world.range(mark), "{mark}");
        assert!(hover.markdown.contains(&world.name(mark)), "{mark}: {}", hover.markdown);
    }
    let type_of_local = snapshot.type_at(world.at("local-use")).unwrap().expect("the local has a type");
    assert!(type_of_local.contains(&world.name("subtype")), "{type_of_local}");
}

pub(super) fn candidates_hold_what_is_valid(world: &World) {
    let snapshot = world.snapshot();
    let has = |candidates: &Candidates, name: &str| candidates.names.iter().any(|candidate| candidate.name == name);
    let members = snapshot.members(world.at("method-use")).unwrap().expect("it stands behind a dot");
    assert!(has(&members, &world.name("override")), "{members:?}");
    assert!(!has(&members, &world.name("unknown")));
    assert!(snapshot.members(world.at("local-use")).unwrap().is_none(), "it stands behind no dot");
    let scope = snapshot.scope(world.at("local-use")).unwrap();
    for mark in ["local", "function", "subtype"] {
        assert!(has(&scope, &world.name(mark)), "{mark} is in scope");
    }
    assert!(!has(&scope, &world.name("unknown")));
    for candidates in [&members, &scope] {
        let mut names: Vec<_> = candidates.names.iter().map(|candidate| &candidate.name).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count, "each name once");
    }
}

pub(super) fn signatures_follow_the_cursor(world: &World) {
    let snapshot = world.snapshot();
    let help = snapshot.signature_help(world.at("argument")).unwrap().expect("it is in a call");
    let signature = &help.signatures[help.active_signature];
    assert_eq!(signature.active_parameter, Some(0), "{signature:?}");
    for parameter in &signature.parameters {
        let shown = &signature.label[std::ops::Range::<usize>::from(parameter.label_range)];
        assert!(!shown.trim().is_empty(), "{signature:?}");
    }
    assert!(snapshot.signature_help(world.at("type")).unwrap().is_none(), "it is in no call");
}

pub(super) fn items_are_nested_and_in_order(world: &World) {
    let snapshot = world.snapshot();
    let mut names = Vec::new();
    for &file in world.files() {
        let text = world.text(file);
        let items = snapshot.items(file).unwrap();
        let whole = TextRange::up_to(TextSize::of(&*text));
        check_items(&items, whole, &text, &mut names);
        assert_eq!(snapshot.document_symbols(file).unwrap(), items.to_vec());
    }
    for mark in ["type", "method", "subtype", "override", "function"] {
        assert!(names.contains(&world.name(mark)), "{mark} is listed");
    }
}

fn check_items(items: &[Item], outer: TextRange, text: &str, names: &mut Vec<String>) {
    assert!(items.is_sorted_by_key(|item| item.full_range.start()), "in the order of the text");
    for item in items {
        assert!(outer.contains_range(item.full_range), "{item:?} lies in what it is in");
        assert!(item.full_range.contains_range(item.name_range), "{item:?}: a name lies in its declaration");
        assert!(!text[item.name_range].is_empty(), "{item:?} has a name");
        names.push(item.name.clone());
        check_items(&item.children, item.full_range, text, names);
    }
}

pub(super) fn symbols_are_found_by_name(world: &World) {
    let snapshot = world.snapshot();
    for mark in ["type", "subtype", "function"] {
        let found = snapshot.workspace_symbols(&world.name(mark), 10).unwrap();
        let at = world.at(mark);
        let here = found.iter().any(|symbol| symbol.file == at.file && symbol.name_range == world.range(mark));
        assert!(here, "{mark}: {found:?}");
    }
    assert_eq!(snapshot.workspace_symbols(&world.name("function"), 0).unwrap(), [], "no more than asked for");
    assert!(snapshot.workspace_symbols("NoSuchNameAnywhere", 10).unwrap().is_empty());
}

pub(super) fn tokens_are_in_order(world: &World) {
    let snapshot = world.snapshot();
    for &file in world.files() {
        let tokens = snapshot.semantic_tokens(file, None).unwrap();
        assert!(!tokens.is_empty());
        let text = world.text(file);
        for pair in tokens.windows(2) {
            assert!(pair[0].range.end() <= pair[1].range.start(), "{pair:?}");
        }
        assert!(tokens.iter().all(|token| !text[token.range].is_empty()));
        let half = TextRange::up_to(TextSize::try_from(floor(&text, text.len() / 2)).expect("it is short"));
        let of_half = snapshot.semantic_tokens(file, Some(half)).unwrap();
        let expected: Vec<_> = tokens.iter().filter(|token| token.range.end() <= half.end()).collect();
        for token in expected {
            assert!(of_half.contains(token), "{token:?} is in the half");
        }
    }
}

/// The largest character boundary that is not above an offset.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

pub(super) fn folds_and_selections_are_nested(world: &World) {
    let snapshot = world.snapshot();
    for &file in world.files() {
        let text = world.text(file);
        for fold in snapshot.folding_ranges(file).unwrap() {
            assert!(text[fold.range].contains('\n'), "{fold:?} goes over lines");
        }
    }
    for mark in ["method-use", "local", "comment"] {
        let at = world.at(mark);
        let ranges = snapshot.selection_ranges(at).unwrap();
        assert!(ranges[0].contains_inclusive(at.offset), "{mark}");
        for pair in ranges.windows(2) {
            assert!(pair[1].contains_range(pair[0]) && pair[1] != pair[0], "{mark}: {pair:?}");
        }
        let whole = TextRange::up_to(TextSize::of(&*world.text(at.file)));
        assert_eq!(ranges.last(), Some(&whole), "{mark}");
    }
}

pub(super) fn findings_speak_of_the_defect(world: &World) {
    let snapshot = world.snapshot();
    let mut bad = Vec::new();
    for &file in world.files() {
        let found = snapshot.diagnostics(file).unwrap();
        assert!(found.is_sorted_by_key(|finding| finding.range.start()), "in the order of the text");
        for finding in &found {
            assert!(finding.severity < Severity::Error || finding.confidence == Confidence::Exact, "{finding:?}");
            assert!(!finding.message.is_empty() && !finding.rule.is_empty(), "{finding:?}");
        }
        bad.extend(
            found.into_iter().filter(|finding| finding.severity >= Severity::Warning).map(|finding| (file, finding)),
        );
    }
    let at = world.at("unknown");
    let [(file, finding)] = bad.as_slice() else { panic!("one defect, one finding: {bad:#?}") };
    assert_eq!((*file, finding.rule.as_str(), finding.severity), (at.file, rules::UNRESOLVED_NAME, Severity::Error));
    assert_eq!(finding.range, world.range("unknown"));
}
