//! Who calls whom, which types implement which interfaces.

use std::collections::BTreeMap;

use montuno_base::{FilePosition, FileRange, TextRange, name_index};
use montuno_semantic::hierarchy::Call;
use montuno_semantic::{Cancellable, Confidence, Resolution, Target};
use rustc_hash::FxHashSet;

use super::def::Def;
use super::infer::infer;
use super::item::{Item, body, file_table};
use super::lookup::{Member, all, lookup, method_names};
use super::navigation::{declaration_of, found_at, target_of, type_of_found};
use super::package::unit_of;
use super::reach::{Builds, unit_for};
use super::types::{of_def, type_of};
use crate::database::Db;
use crate::ir::body::Expr;
use crate::ir::items::ItemKind;
use crate::name::Name;
use crate::program::Unit;
use crate::types::Ty;
use crate::view::View;

pub(super) fn calls(view: &View<'_>, of: FileRange) -> Vec<Call> {
    let db = view.db;
    let unit = unit_of(db, view.file(of.file));
    let mut calls: BTreeMap<(u32, u32), Call> = BTreeMap::new();
    for &item in &file_table(db, unit).items {
        let Some(span) = item.span(db).filter(|span| span.body.is_some() && span.full.intersect(of.range).is_some())
        else {
            continue;
        };
        let (body, found) = (body(db, item), infer(db, item));
        for expr in &body.exprs {
            let Expr::Call { callee, .. } = expr else { continue };
            let mut callee = *callee;
            while let Expr::Parenthesized(inner) | Expr::Index { base: inner, .. } = &body.exprs[callee.0 as usize] {
                callee = *inner;
            }
            let Some(Def::Item(called)) = found.defs.get(&callee) else { continue };
            if called.data(db).is_none_or(|data| data.signature.is_none()) {
                continue;
            }
            let range = match &body.exprs[callee.0 as usize] {
                Expr::Member { range, .. } => *range,
                _ => body.expr_ranges[callee.0 as usize],
            } + span.full.start();
            if !of.range.contains_range(range) {
                continue;
            }
            let Some(target) = target_of(db, *called) else { continue };
            let key = (target.file.0, u32::from(target.name_range.start()));
            let call = calls.entry(key).or_insert_with(|| Call { target, ranges: Vec::new() });
            if !call.ranges.contains(&range) {
                call.ranges.push(range);
            }
        }
    }
    let mut calls: Vec<Call> = calls.into_values().collect();
    for call in &mut calls {
        call.ranges.sort_by_key(|range: &TextRange| range.start());
    }
    calls.sort_by_key(|call| call.ranges.first().map(|range| range.start()));
    calls
}

/// The type that the name at a place is or has, if it is declared.
fn type_item_at(view: &View<'_>, position: FilePosition) -> Option<Item> {
    let (_, found) = found_at(view, position)?;
    let ty = type_of_found(view.db, &found)?;
    match declaration_of(view.db, ty)? {
        Def::Item(item) if item.kind(view.db).is_type() => Some(item),
        _ => None,
    }
}

/// The files of the builds that an interface or a type is part of, among those that mention a name.
fn files_to_search(view: &View<'_>, name: Name, of: Item) -> Cancellable<Vec<Unit>> {
    let db = view.db;
    let unit = of.unit(db);
    let variant = unit.program(db).variant(db);
    let builds = Builds::of(view, unit.file(db).id(db), variant);
    let mut files = view.files_that_mention(&name)?;
    files.retain(|file| *file == unit.file(db).id(db) || builds.take(*file));
    Ok(files.into_iter().map(|file| unit_for(db, view.file(file), variant)).collect())
}

/// The types that are declared in the files that mention one of some names: those that may implement an interface.
fn types_that_mention(view: &View<'_>, names: &[Name], interface: Item) -> Cancellable<Vec<Item>> {
    let db = view.db;
    let mut types = Vec::new();
    let mut seen = FxHashSet::default();
    let Some(rarest) = names.iter().max_by_key(|name| name.len()) else { return Ok(types) };
    for unit in files_to_search(view, *rarest, interface)? {
        view.checkpoint()?;
        for &item in &file_table(db, unit).items {
            // A type by itself, or that of a method.
            let of = match item.of(db) {
                Some(of) if item.name(db) == *rarest => match super::scope::resolve(db, unit, of) {
                    Some(Def::Item(of)) => of,
                    _ => continue,
                },
                None if item.parent(db).is_none() && item.kind(db).is_type() => item,
                _ => continue,
            };
            if of.kind(db) != ItemKind::Alias && seen.insert(of) {
                types.push(of);
            }
        }
    }
    Ok(types)
}

/// An interface, as types are compared with it.
struct Wanted(Vec<Member>);

impl Wanted {
    fn of(db: &dyn Db, interface: Item) -> Self {
        let mut methods = all(db, whole(db, interface), None);
        methods.retain(|member| member.item.kind(db) == ItemKind::InterfaceMethod);
        // What few types have says most.
        methods.sort_by_key(|member| std::cmp::Reverse(member.item.name(db).len()));
        Self(methods)
    }

    /// Whether a type, or a pointer to it, has all of its methods.
    fn is_met_by(&self, db: &dyn Db, of: Item) -> bool {
        let ty = whole(db, of);
        let meets = |member: &Member| {
            lookup(db, ty, member.item.name(db), None).is_some_and(|found| {
                matches!(found.item.kind(db), ItemKind::Method | ItemKind::InterfaceMethod)
                    && (found.ty == member.ty || has_generics(db, found.ty) || has_generics(db, member.ty))
            })
        };
        !self.0.is_empty() && self.0.iter().all(meets)
    }
}

/// Whether a type, or a pointer to it, has all methods of an interface.
fn implements(db: &dyn Db, of: Item, interface: Item) -> bool {
    Wanted::of(db, interface).is_met_by(db, of)
}

fn has_generics(db: &dyn Db, ty: Ty) -> bool {
    let mut any = false;
    ty.map_parameters(db, &mut |_, _| {
        any = true;
        None
    });
    any
}

/// A declared type with its own parameters.
fn whole(db: &dyn Db, item: Item) -> Ty {
    let arguments = (0..item.generics(db)).map(|index| super::types::parameter(db, item, index as u32)).collect();
    of_def(db, Def::Item(item), arguments)
}

/// The methods that are one with a method: those of the types below an interface, those of the interfaces above a type.
/// With `all` also those that are one with these.
pub(super) fn related_methods(view: &View<'_>, method: Item, all: bool) -> Cancellable<Vec<Item>> {
    let db = view.db;
    let mut found = vec![method];
    let mut next = 0;
    while let Some(&method) = found.get(next) {
        next += 1;
        let more = match method.kind(db) {
            ItemKind::InterfaceMethod => methods_below(view, method)?,
            ItemKind::Method => methods_above(view, method)?,
            _ => Vec::new(),
        };
        for item in more {
            if !found.contains(&item) {
                found.push(item);
            }
        }
        if !all {
            break;
        }
    }
    found.remove(0);
    Ok(found)
}

fn methods_below(view: &View<'_>, method: Item) -> Cancellable<Vec<Item>> {
    let db = view.db;
    let Some(interface) = method.parent(db) else { return Ok(Vec::new()) };
    let types = below(view, interface)?;
    Ok(types
        .into_iter()
        .filter_map(|of| lookup(db, whole(db, of), method.name(db), None))
        .map(|member| member.item)
        .collect())
}

fn methods_above(view: &View<'_>, method: Item) -> Cancellable<Vec<Item>> {
    let db = view.db;
    let of = method.of(db).and_then(|of| super::scope::resolve(db, method.unit(db), of));
    let Some(Def::Item(of)) = of else { return Ok(Vec::new()) };
    let mut methods = Vec::new();
    for unit in files_to_search(view, method.name(db), of)? {
        view.checkpoint()?;
        // Parsing is the most of the work.
        let text = crate::database::read(db, unit.file(db));
        if !text.is_some_and(|text| may_declare_in_interface(&text, &method.name(db))) {
            continue;
        }
        for &item in &file_table(db, unit).items {
            let is_same = item.kind(db) == ItemKind::InterfaceMethod && item.name(db) == method.name(db);
            if let Some(interface) = item.parent(db).filter(|_| is_same)
                && implements(db, of, interface)
            {
                methods.push(item);
            }
        }
    }
    Ok(methods)
}

/// Whether a text may declare an interface's method of a name: one that stands first on its line or in its brackets, with
/// parameters behind it.
fn may_declare_in_interface(text: &str, name: &str) -> bool {
    text.contains("interface")
        && name_index::occurrences(text, name).any(|start| {
            let before = text[..start].trim_end_matches([' ', '\t']).chars().next_back();
            let after = text[start + name.len()..].trim_start_matches([' ', '\t']);
            matches!(before, Some('\n' | '\r' | '{' | ';' | '/')) && after.starts_with('(')
        })
}

/// The types that implement an interface.
fn below(view: &View<'_>, interface: Item) -> Cancellable<Vec<Item>> {
    let db = view.db;
    let names = method_names(db, whole(db, interface));
    let mut found = types_that_mention(view, &names, interface)?;
    let wanted = Wanted::of(db, interface);
    found.retain(|of| *of != interface && wanted.is_met_by(db, *of));
    Ok(found)
}

pub(super) fn implementations(view: &View<'_>, position: FilePosition) -> Cancellable<Option<Resolution>> {
    let db = view.db;
    let Some((_, found)) = found_at(view, position) else { return Ok(None) };
    let mut items: Vec<Item> = Vec::new();
    match found.def {
        Def::Item(method) if method.kind(db) == ItemKind::InterfaceMethod => {
            let Some(interface) = method.parent(db) else { return Ok(None) };
            for of in below(view, interface)? {
                items.extend(lookup(db, whole(db, of), method.name(db), None).map(|member| member.item));
            }
        }
        Def::Item(method) if method.kind(db) == ItemKind::Method => items.push(method),
        Def::Item(item) if matches!(item.kind(db), ItemKind::Function | ItemKind::Constant) => items.push(item),
        _ => {
            let Some(of) = type_item_at(view, position) else { return Ok(None) };
            if of.kind(db) == ItemKind::Interface {
                items = below(view, of)?;
            } else {
                items.push(of);
            }
        }
    }
    let mut targets: Vec<Target> = items.into_iter().filter_map(|item| target_of(db, item)).collect();
    targets.sort_by_key(|target| (target.file, target.name_range.start()));
    targets.dedup();
    let resolution = Resolution { origin: found.range, targets, confidence: Confidence::Exact };
    Ok((!resolution.targets.is_empty()).then_some(resolution))
}

pub(super) fn supertypes(view: &View<'_>, position: FilePosition) -> Cancellable<Vec<Target>> {
    let db = view.db;
    let Some(of) = type_item_at(view, position) else { return Ok(Vec::new()) };
    let mut items: Vec<Item> = Vec::new();
    // What it embeds.
    for child in of.children(db) {
        let embeds = child.kind(db) == ItemKind::Embedded || child.data(db).is_some_and(|data| data.embedded);
        if embeds && let Some(Def::Item(item)) = declaration_of(db, type_of(db, child)) {
            items.push(item);
        }
    }
    // Interfaces of the workspace that it implements.
    let names = method_names(db, whole(db, of));
    let mut candidates = FxHashSet::default();
    for name in &names {
        for unit in files_to_search(view, *name, of)? {
            view.checkpoint()?;
            for &item in &file_table(db, unit).items {
                if item.kind(db) == ItemKind::Interface
                    && !item.name(db).is_empty()
                    && candidates.insert(item)
                    && item != of
                    && implements(db, of, item)
                    && !items.contains(&item)
                {
                    items.push(item);
                }
            }
        }
    }
    let mut targets: Vec<Target> = items.into_iter().filter_map(|item| target_of(db, item)).collect();
    targets.sort_by_key(|target| (target.file, target.name_range.start()));
    Ok(targets)
}

pub(super) fn subtypes(view: &View<'_>, position: FilePosition) -> Cancellable<Vec<Target>> {
    let db = view.db;
    let Some(of) = type_item_at(view, position) else { return Ok(Vec::new()) };
    let mut items = if of.kind(db) == ItemKind::Interface { below(view, of)? } else { Vec::new() };
    // What embeds it.
    for unit in files_to_search(view, of.name(db), of)? {
        view.checkpoint()?;
        for &item in &file_table(db, unit).items {
            let embeds = item.data(db).is_some_and(|data| data.embedded) && item.name(db) == of.name(db);
            let Some(parent) = item.parent(db).filter(|parent| embeds && !parent.name(db).is_empty()) else { continue };
            if declaration_of(db, type_of(db, item)) == Some(Def::Item(of)) && !items.contains(&parent) {
                items.push(parent);
            }
        }
    }
    let mut targets: Vec<Target> = items.into_iter().filter_map(|item| target_of(db, item)).collect();
    targets.sort_by_key(|target| (target.file, target.name_range.start()));
    Ok(targets)
}
