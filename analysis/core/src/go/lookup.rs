//! Members: fields and methods, through pointers, embedded fields and constraints.

use rustc_hash::{FxHashMap, FxHashSet};

use super::item::Item;
use super::package::scope;
use super::scope::package_for;
use super::types::{constraint_of, type_of, underlying};
use crate::database::Db;
use crate::ir::items::ItemKind;
use crate::ir::type_ref::Constructor;
use crate::name::Name;
use crate::program::Unit;
use crate::types::{Ty, TyKind};

/// A member of a type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Member {
    /// Its declaration.
    pub item: Item,
    /// Its type, with the arguments of the type that it is a member of.
    pub ty: Ty,
    /// Through how many embedded fields it is reached.
    pub depth: u32,
}

/// How many embedded types are looked through. Types that embed themselves end here at the latest.
const DEEPEST: u32 = 12;

/// The member of a type with a name, as a file sees it that asks.
pub(crate) fn lookup(db: &dyn Db, ty: Ty, name: Name, asking: Option<Unit>) -> Option<Member> {
    let mut found = None;
    levels(db, ty, asking, &mut |depth, item, member_type| {
        if item.name(db) == name {
            found.get_or_insert(Member { item, ty: member_type(), depth });
        }
        found.is_none()
    });
    found
}

/// All members of a type: of those with one name the nearest.
pub(crate) fn all(db: &dyn Db, ty: Ty, asking: Option<Unit>) -> Vec<Member> {
    let mut found: FxHashMap<Name, Member> = FxHashMap::default();
    levels(db, ty, asking, &mut |depth, item, member_type| {
        found.entry(item.name(db)).or_insert_with(|| Member { item, ty: member_type(), depth });
        true
    });
    let mut members: Vec<_> = found.into_values().collect();
    members.sort_by_key(|member| (member.depth, member.item.name(db)));
    members
}

/// What is told of each member: its depth, its declaration, its type. Says whether to go on.
type Visit<'v> = dyn FnMut(u32, Item, &mut dyn FnMut() -> Ty) -> bool + 'v;

/// Visits the members of a type, the nearest first.
fn levels(db: &dyn Db, ty: Ty, asking: Option<Unit>, visit: &mut Visit<'_>) {
    let mut level = vec![ty];
    let mut seen: FxHashSet<Ty> = FxHashSet::default();
    for depth in 0..DEEPEST {
        let mut next = Vec::new();
        for ty in level {
            if !of_one(db, ty, depth, asking, &mut seen, &mut next, visit) {
                return;
            }
        }
        if next.is_empty() {
            return;
        }
        level = next;
    }
}

/// Visits the members that a type itself has, and collects what it embeds.
fn of_one(
    db: &dyn Db,
    ty: Ty,
    depth: u32,
    asking: Option<Unit>,
    seen: &mut FxHashSet<Ty>,
    next: &mut Vec<Ty>,
    visit: &mut Visit<'_>,
) -> bool {
    let mut ty = ty;
    if let TyKind::Built(Constructor::Pointer, of) = ty.kind(db) {
        ty = of[0];
    }
    if !seen.insert(ty) {
        return true;
    }
    if let TyKind::Nominal(item, arguments) = ty.kind(db) {
        let package = package_for(db, *item, asking);
        let methods = match item.owner(db) {
            Some(_) => None,
            None if super::package::is_built(db, item.unit(db)) => scope(db, package).methods.get(&item.name(db)),
            None => super::package::file_scope(db, item.unit(db)).methods.get(&item.name(db)),
        };
        for &method in methods.into_iter().flatten() {
            if !visit(depth, method, &mut || type_of(db, method).substitute(db, method, arguments)) {
                return false;
            }
        }
    }
    // A pointer type that has a name: its fields are those of what it leads to.
    let mut under = underlying(db, ty);
    if let TyKind::Built(Constructor::Pointer, of) = under.kind(db) {
        under = underlying(db, of[0]);
    }
    match under.kind(db) {
        TyKind::Nominal(item, arguments) => {
            for child in item.children(db) {
                let member_type = || type_of(db, child).substitute_in(db, *item, arguments);
                match child.kind(db) {
                    ItemKind::Embedded => {
                        next.push(member_type());
                        continue;
                    }
                    ItemKind::Field if child.data(db).is_some_and(|data| data.embedded) => next.push(member_type()),
                    ItemKind::Field | ItemKind::InterfaceMethod => {}
                    _ => continue,
                }
                if !visit(depth, child, &mut || member_type()) {
                    return false;
                }
            }
        }
        TyKind::Parameter(item, index) => {
            let constraint = constraint_of(db, *item, *index);
            next.push(constraint);
            let core = super::types::core_type(db, under);
            if core != under {
                next.push(core);
            }
        }
        _ => {}
    }
    true
}

impl Ty {
    /// The same with the arguments of a declared type; those of a type without a name are the parameters around it.
    fn substitute_in(self, db: &dyn Db, item: Item, arguments: &[Self]) -> Self {
        if !item.name(db).is_empty() {
            return self.substitute(db, item, arguments);
        }
        // In order: the parameters of what it is declared in, from the innermost.
        let mut owners = Vec::new();
        let mut current = Some(item);
        while let Some(item) = current {
            for index in 0..item.generics(db) {
                owners.push((item, index as u32));
            }
            current = item.parent(db).or_else(|| item.owner(db));
        }
        if owners.is_empty() {
            return self;
        }
        self.map_parameters(db, &mut |owner, index| {
            let position = owners.iter().position(|known| *known == (owner, index))?;
            arguments.get(position).copied()
        })
    }
}

/// The methods of a type by name: what an interface is compared with.
pub(crate) fn method_names(db: &dyn Db, ty: Ty) -> Vec<Name> {
    let members = all(db, ty, None).into_iter();
    let methods = members.filter(|member| matches!(member.item.kind(db), ItemKind::Method | ItemKind::InterfaceMethod));
    methods.map(|member| member.item.name(db)).collect()
}
