//! Where names lead, and where they are used.

use montuno_base::{FileId, FilePosition, TextSize};
use montuno_semantic::hierarchy::Access;
use montuno_semantic::symbol::Symbol;
use montuno_semantic::{Cancellable, Confidence, Resolution, Target};

use super::def::Def;
use super::infer::infer;
use super::item::{Item, body};
use super::package::{Package, unit_of};
use super::place::{self, Found, access};
use super::types::type_of;
use crate::database::Db;
use crate::ir::type_ref::Constructor;
use crate::plugin::Mention;
use crate::program::Unit;
use crate::types::{Ty, TyKind};
use crate::view::View;

/// What stands at a place, with the file as a part of its program.
pub(super) fn found_at(view: &View<'_>, position: FilePosition) -> Option<(Unit, Found)> {
    let (file, offset) = view.place(position)?;
    let unit = unit_of(view.db, file);
    Some((unit, place::at(view.db, unit, offset)?))
}

pub(super) fn definitions(view: &View<'_>, position: FilePosition) -> Option<Resolution> {
    let (_, found) = found_at(view, position)?;
    let target = found.def.target(view.db)?;
    Some(Resolution { origin: found.range, targets: vec![target], confidence: Confidence::Exact })
}

pub(super) fn type_definitions(view: &View<'_>, position: FilePosition) -> Option<Resolution> {
    let (_, found) = found_at(view, position)?;
    let ty = type_of_found(view.db, &found)?;
    let target = declaration_of(view.db, ty)?.target(view.db)?;
    Some(Resolution { origin: found.range, targets: vec![target], confidence: Confidence::Exact })
}

/// The type of what stands at a place.
pub(super) fn type_of_found(db: &dyn Db, found: &Found) -> Option<Ty> {
    let of_expr = found.expr.and_then(|(item, expr)| infer(db, item).type_of(expr));
    of_expr.or_else(|| type_of_def(db, found.def))
}

/// The type of the value that a name leads to.
pub(super) fn type_of_def(db: &dyn Db, def: Def) -> Option<Ty> {
    match def {
        Def::Item(item) => Some(type_of(db, item)),
        Def::Local(item, local) => infer(db, item).local(local),
        Def::Generic(item, index) => Some(super::types::parameter(db, item, index)),
        Def::Import(..) | Def::Package(_) | Def::Label(..) | Def::Unused(..) | Def::Builtin(_) => None,
    }
}

/// Where the type is declared that a type is, leads to or holds.
pub(super) fn declaration_of(db: &dyn Db, ty: Ty) -> Option<Def> {
    match ty.kind(db) {
        TyKind::Nominal(item, _) => Some(Def::Item(*item)),
        TyKind::Parameter(item, index) => Some(Def::Generic(*item, *index)),
        TyKind::TypeObject(of) => declaration_of(db, *of),
        TyKind::Built(Constructor::Map, of) => of.last().and_then(|of| declaration_of(db, *of)),
        TyKind::Built(_, of) => of.first().and_then(|of| declaration_of(db, *of)),
        TyKind::Function(function) => function.results.first().and_then(|result| declaration_of(db, *result)),
        _ => None,
    }
}

/// Which methods count as one: in an interface, and in the types that implement it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reach {
    /// Only the one itself.
    Alone,
    /// Those of the interfaces that it is there for, or of the types that implement it.
    Related,
    /// Those, and those that are related to them in turn.
    All,
}

pub(super) fn symbol(view: &View<'_>, position: FilePosition, reach: Reach) -> Option<Symbol> {
    let (unit, found) = found_at(view, position)?;
    let db = view.db;
    let target = found.def.target(db)?;
    let only_in = match found.def {
        Def::Local(..) | Def::Label(..) | Def::Generic(..) | Def::Import(..) | Def::Unused(..) => {
            Some(unit.file(db).id(db))
        }
        Def::Item(item) if item.owner(db).is_some() => Some(unit.file(db).id(db)),
        _ => None,
    };
    let mut declarations = vec![target.clone()];
    if let Def::Item(item) = found.def
        && reach != Reach::Alone
    {
        let related = super::hierarchy::related_methods(view, item, reach == Reach::All).ok()?;
        declarations.extend(related.into_iter().filter_map(|item| target_of(db, item)));
    }
    Some(Symbol { name: target.name, origin: found.range, declarations, only_in, keeps_aliases: false })
}

pub(super) fn mentions(view: &View<'_>, file: FileId, offsets: &[u32]) -> Cancellable<Vec<Mention>> {
    let db = view.db;
    let unit = unit_of(db, view.file(file));
    let mut mentions = Vec::new();
    for &offset in offsets {
        view.checkpoint()?;
        let offset = TextSize::from(offset);
        let Some(found) = place::at(db, unit, offset) else { continue };
        // The path of an import is in quotes; a name begins where it was found.
        if found.range.start() != offset {
            continue;
        }
        let Some(target) = found.def.target(db) else { continue };
        let access = match found.expr {
            _ if found.is_declaration => Access::Write,
            Some((item, expr)) => access(body(db, item), expr),
            None => Access::Mention,
        };
        mentions.push(Mention { range: found.range, targets: vec![target], access });
    }
    Ok(mentions)
}

/// The package of a file.
pub(super) fn package_of_unit(db: &dyn Db, unit: Unit) -> Package {
    super::package::package_of(db, unit)
}

/// A declaration as a target.
pub(super) fn target_of(db: &dyn Db, item: Item) -> Option<Target> {
    Def::Item(item).target(db)
}
