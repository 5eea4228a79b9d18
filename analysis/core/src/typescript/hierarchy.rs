//! Types above and below, and calls.

use montuno_base::{FilePosition, FileRange};
use montuno_semantic::hierarchy::Call;
use montuno_semantic::{Cancellable, Confidence, Resolution, Target};

use super::checker::Checker;
use super::plugin::{checker, targets};
use super::tree::{Kind, flags};
use super::types::{Place, Type};
use crate::view::View;

/// The class or interface whose name stands at a place.
fn type_at(checker: &Checker<'_>, view: &View<'_>, position: FilePosition) -> Option<Place> {
    let (file, offset) = view.place(position)?;
    let found = checker.definition(file, offset.into())?;
    found
        .targets
        .into_iter()
        .find(|place| matches!(checker.tree(place.file).kind(place.node), Kind::Class | Kind::Interface))
}

/// The declarations that a class or interface names as what it stands on.
fn direct_bases(checker: &Checker<'_>, place: Place) -> Vec<Place> {
    let mut found = Vec::new();
    let tree = checker.tree(place.file);
    for base in checker.bases(place) {
        if let Type::Reference(symbol, _) = &*base {
            found.push(*symbol);
        }
    }
    if tree.kind(place.node) == Kind::Class {
        let list = tree.child(place.node, super::tree::slot::IMPLEMENTS);
        for &implemented in tree.children(list) {
            if let Type::Reference(symbol, _) = &*checker.evaluate(place.file, implemented, &Default::default()) {
                found.push(*symbol);
            }
        }
    }
    found
}

/// The types that the one at a place stands directly on.
pub(crate) fn supertypes(view: &View<'_>, position: FilePosition) -> Vec<Target> {
    let checker = checker(view);
    let Some(place) = type_at(&checker, view, position) else { return Vec::new() };
    let bases: Vec<Place> = checker.merged(place).iter().flat_map(|&part| direct_bases(&checker, part)).collect();
    targets(&checker, &bases)
}

/// The classes and interfaces that stand directly on one.
fn below(checker: &Checker<'_>, view: &View<'_>, place: Place) -> Cancellable<Vec<Place>> {
    let symbol = checker.type_symbol(place);
    let name = checker.tree(symbol.file).name(symbol.node);
    let mut found = Vec::new();
    for file in view.files_that_mention(name.text())? {
        view.checkpoint()?;
        let file = view.file(file);
        let tree = checker.tree(file);
        for id in 0..tree.len() {
            if !matches!(tree.kind(id), Kind::Class | Kind::Interface) {
                continue;
            }
            let place = checker.at(file, id);
            if direct_bases(checker, place).contains(&symbol) {
                found.push(place);
            }
        }
    }
    Ok(found)
}

/// The types that stand directly on the one at a place.
pub(crate) fn subtypes(view: &View<'_>, position: FilePosition) -> Cancellable<Vec<Target>> {
    let checker = checker(view);
    let Some(place) = type_at(&checker, view, position) else { return Ok(Vec::new()) };
    Ok(targets(&checker, &below(&checker, view, place)?))
}

/// What implements or overrides the symbol at a place.
pub(crate) fn implementations(view: &View<'_>, position: FilePosition) -> Cancellable<Option<Resolution>> {
    let Some((file, offset)) = view.place(position) else { return Ok(None) };
    let checker = checker(view);
    let Some(found) = checker.definition(file, offset.into()) else { return Ok(None) };
    let origin = checker.tree(file).name_range(found.node);
    let Some(&target) = found.targets.first() else { return Ok(None) };
    let tree = checker.tree(target.file);
    let mut places = Vec::new();
    let (owner, name) = match tree.kind(target.node) {
        Kind::Class | Kind::Interface => (target, None),
        Kind::Method | Kind::Property => {
            let owner = tree.ancestors(target.node).find(|&at| matches!(tree.kind(at), Kind::Class | Kind::Interface));
            match owner {
                Some(owner) => (checker.at(target.file, owner), Some(tree.name(target.node))),
                None => (target, None),
            }
        }
        _ => {
            let targets = targets(&checker, &found.targets);
            return Ok(Some(Resolution { origin, targets, confidence: Confidence::Exact }));
        }
    };
    let has_body = |place: Place| {
        let tree = checker.tree(place.file);
        match tree.kind(place.node) {
            Kind::Interface => false,
            Kind::Class => !tree.has(place.node, flags::ABSTRACT),
            Kind::Method => tree.get(place.node, super::tree::slot::BODY).is_some(),
            _ => true,
        }
    };
    if has_body(target) {
        places.push(target);
    }
    let mut pending = vec![owner];
    let mut seen = vec![owner];
    while let Some(at) = pending.pop() {
        for place in below(&checker, view, at)? {
            if seen.contains(&place) {
                continue;
            }
            seen.push(place);
            pending.push(place);
            match name {
                None => {
                    if has_body(place) {
                        places.push(place);
                    }
                }
                Some(name) => {
                    let table = checker.table(place, false);
                    let own = table.get(&name).into_iter().flatten().map(|&id| checker.at(place.file, id));
                    places.extend(own.filter(|&place| has_body(place)));
                }
            }
        }
    }
    let targets = targets(&checker, &places);
    Ok((!targets.is_empty()).then_some(Resolution { origin, targets, confidence: Confidence::Exact }))
}

/// The functions that a piece of code calls.
pub(crate) fn calls(view: &View<'_>, body: FileRange) -> Vec<Call> {
    let checker = checker(view);
    let file = view.file(body.file);
    checker.question_file.set(Some(file));
    let tree = checker.tree(file);
    let mut found: Vec<Call> = Vec::new();
    for id in 0..tree.len() {
        if !matches!(tree.kind(id), Kind::Call | Kind::New | Kind::TaggedTemplate)
            || !body.range.contains_range(tree.range(id))
        {
            continue;
        }
        let callee = tree.child(id, 0);
        let name = match tree.kind(callee) {
            Kind::Identifier => callee,
            Kind::Member => tree.child(callee, 1),
            _ => continue,
        };
        let places = checker.targets(checker.at(file, name));
        let callable = places.into_iter().filter(|place| {
            matches!(
                checker.tree(place.file).kind(place.node),
                Kind::Function
                    | Kind::Method
                    | Kind::Class
                    | Kind::Binding
                    | Kind::Property
                    | Kind::ObjectProperty
                    | Kind::Assign
            )
        });
        let range = tree.name_range(name);
        for target in targets(&checker, &callable.collect::<Vec<_>>()) {
            match found.iter_mut().find(|known| known.target == target) {
                Some(known) => {
                    if !known.ranges.contains(&range) {
                        known.ranges.push(range);
                    }
                }
                None => found.push(Call { target, ranges: vec![range] }),
            }
        }
    }
    for call in &mut found {
        call.ranges.sort_by_key(|range| range.start());
    }
    found
}
