//! What stands at a place of a file.

use montuno_base::{TextRange, TextSize};
use montuno_semantic::hierarchy::Access;

use super::def::Def;
use super::infer::infer;
use super::item::{Item, body, file_table, spans};
use super::scope::{self, generic, package_of_import};
use crate::database::Db;
use crate::ir::body::{Body, Expr, ExprId, LocalId, Stmt, UseOf};
use crate::ir::items::{Place, Spans, Use};
use crate::name::Name;
use crate::program::Unit;

/// What stands at a place.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// The name.
    pub range: TextRange,
    /// What it leads to.
    pub def: Def,
    /// Whether it is declared here.
    pub is_declaration: bool,
    /// The expression that it is the name of, and the body that it is in.
    pub expr: Option<(Item, ExprId)>,
}

/// The entry that an offset is in, or right behind.
fn entry(places: &[(TextRange, Place)], offset: TextSize) -> Option<(TextRange, Place)> {
    let after = places.partition_point(|(range, _)| range.start() <= offset);
    let candidates = places[after.saturating_sub(4)..after].iter().rev();
    let inside = candidates.clone().find(|(range, _)| range.contains(offset));
    // Of several at one place the first counts: the others repeat it.
    let found = inside.or_else(|| candidates.clone().find(|(range, _)| range.end() == offset)).copied()?;
    places.iter().skip(after.saturating_sub(64)).find(|(range, _)| *range == found.0).copied().or(Some(found))
}

/// The declaration whose body holds an offset.
pub(crate) fn body_at(db: &dyn Db, unit: Unit, offset: TextSize) -> Option<Item> {
    let spans = spans(db, unit.file(db));
    let index = spans.items.iter().position(|span| span.body.is_some() && span.full.contains_inclusive(offset))?;
    file_table(db, unit).items.get(index).copied()
}

/// What stands at an offset.
pub(crate) fn at(db: &dyn Db, unit: Unit, offset: TextSize) -> Option<Found> {
    let spans = spans(db, unit.file(db));
    if let Some(found) = outside(db, unit, spans, offset) {
        return found;
    }
    let owner = body_at(db, unit, offset)?;
    let base = owner.span(db)?.full.start();
    let def_of = |expr: ExprId| infer(db, owner).defs.get(&expr).copied();
    inside(db, unit, (owner, base, body(db, owner)), &def_of, offset)
}

/// What stands at an offset outside of bodies. `None` if it is not among the names there.
pub(super) fn outside(db: &dyn Db, unit: Unit, spans: &Spans, offset: TextSize) -> Option<Option<Found>> {
    let (range, place) = entry(&spans.places, offset)?;
    let item = |index: u32| file_table(db, unit).items.get(index as usize).copied();
    let found = |def, is_declaration| Found { range, def, is_declaration, expr: None };
    Some(match place {
        Place::Item(index) => item(index).map(|item| found(Def::Item(item), true)),
        Place::Use(index) => spans.uses.get(index as usize).and_then(|used| {
            let def = resolve_use(db, unit, used.scope.and_then(item), used)?;
            Some(found(def, false))
        }),
        Place::Import(index) => package_of_import(db, unit, index).map(|package| found(Def::Package(package), false)),
        Place::Package => Some(found(Def::Package(super::package::package_of(db, unit)), false)),
        Place::Generic(of, index) => item(of).map(|item| found(Def::Generic(item, index), true)),
        Place::Parameter => Some(found(Def::Unused(unit, range), true)),
        Place::Expr(_) | Place::Local(_) | Place::Label(_) => None,
    })
}

/// What stands at an offset of a body: that of a declaration, which begins at an offset of the file.
pub(super) fn inside(
    db: &dyn Db,
    unit: Unit,
    (owner, base, body): (Item, TextSize, &Body),
    def_of: &dyn Fn(ExprId) -> Option<Def>,
    offset: TextSize,
) -> Option<Found> {
    let (range, place) = entry(&body.places, offset.checked_sub(base)?)?;
    let range = range + base;
    // The variable that one in a branch repeats.
    let original = |local: LocalId| body.locals.get(local.0 as usize).and_then(|local| local.same_as).unwrap_or(local);
    let found = |def, is_declaration| Some(Found { range, def, is_declaration, expr: None });
    match place {
        Place::Local(local) => found(Def::Local(owner, original(local)), true),
        Place::Item(index) => found(Def::Item(owner.in_body(db, index)?), true),
        Place::Label(index) => {
            found(Def::Label(owner, index), body.labels.get(index as usize).map(|label| *label + base) == Some(range))
        }
        Place::Use(index) => {
            let (used, meaning) = body.uses.get(index as usize)?;
            let def = match meaning {
                Some(UseOf::Item(item)) => Def::Item(owner.in_body(db, *item)?),
                Some(UseOf::Local(local)) => Def::Local(owner, *local),
                None => resolve_use(db, unit, Some(owner), used)?,
            };
            found(def, false)
        }
        Place::Expr(expr) => {
            let def = match def_of(expr)? {
                Def::Local(item, local) if item == owner => Def::Local(item, original(local)),
                def => def,
            };
            Some(Found { range, def, is_declaration: false, expr: Some((owner, expr)) })
        }
        Place::Parameter => found(Def::Unused(unit, range), true),
        Place::Import(_) | Place::Package | Place::Generic(..) => None,
    }
}

/// What a name in a type leads to.
pub(crate) fn resolve_use(db: &dyn Db, unit: Unit, scope: Option<Item>, used: &Use) -> Option<Def> {
    match used.qualifier {
        None => {
            if let Some((item, index)) = scope.and_then(|scope| generic(db, scope, used.name)) {
                return Some(Def::Generic(item, index));
            }
            scope::resolve(db, unit, used.name)
        }
        Some(package) => match scope::resolve(db, unit, package)? {
            Def::Import(unit, index) => {
                let package = package_of_import(db, unit, index)?;
                scope::member(db, package, used.name).map(Def::Item)
            }
            // A constant's field, or the like.
            _ => None,
        },
    }
}

/// Whether an expression is written to.
pub(crate) fn access(body: &Body, expr: ExprId) -> Access {
    fn in_statements(statements: &[Stmt], expr: ExprId) -> bool {
        statements.iter().any(|statement| match statement {
            Stmt::Assign { targets, .. } | Stmt::Define { targets, .. } => targets.contains(&expr),
            Stmt::Range { targets, body, .. } => targets.contains(&expr) || in_statements(body, expr),
            Stmt::Block(statements) => in_statements(statements, expr),
            Stmt::Switch { cases, .. } => cases.iter().any(|(_, statements)| in_statements(statements, expr)),
            Stmt::TypeSwitch { cases, .. } => cases.iter().any(|(.., statements)| in_statements(statements, expr)),
            _ => false,
        })
    }
    let in_function = |of: &Expr| matches!(of, Expr::Function { body, .. } if in_statements(body, expr));
    if in_statements(&body.statements, expr) || body.exprs.iter().any(in_function) {
        Access::Write
    } else {
        Access::Read
    }
}

/// The innermost member access whose name is at an offset, or should be: its body and the receiver.
pub(crate) fn receiver_at(db: &dyn Db, unit: Unit, offset: TextSize) -> Option<(Item, ExprId, Name)> {
    let owner = body_at(db, unit, offset)?;
    let base = owner.span(db)?.full.start();
    let body = body(db, owner);
    body.exprs.iter().find_map(|expr| match expr {
        Expr::Member { base: receiver, name, range } if (*range + base).contains_inclusive(offset) => {
            Some((owner, *receiver, *name))
        }
        _ => None,
    })
}
