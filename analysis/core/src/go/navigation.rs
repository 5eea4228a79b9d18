//! Where names lead, and where they are used.

use montuno_base::{FileId, FilePosition, TextSize};
use montuno_semantic::hierarchy::Access;
use montuno_semantic::symbol::Symbol;
use montuno_semantic::{Cancellable, Confidence, Resolution, SymbolKind, Target};

use super::def::Def;
use super::infer::infer;
use super::item::{Item, body};
use super::package::{Package, unit_of};
use super::place::{self, Found, access};
use super::reach::{unit_for, variant_of};
use super::scan::Scan;
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
    Some(Symbol {
        name: target.name,
        origin: found.range,
        declarations,
        only_in,
        keeps_aliases: reach != Reach::Related,
    })
}

pub(super) fn mentions(view: &View<'_>, symbol: &Symbol, file: FileId, offsets: &[u32]) -> Cancellable<Vec<Mention>> {
    let db = view.db;
    let unit = unit_for(db, view.file(file), variant_of(view, symbol));
    let is_open = view.context.inputs.documents.get(file).is_some();
    // What is open is asked about again and again, and known already.
    let Some(mut scan) = Scan::new(db, unit) else { return Ok(Vec::new()) };
    let mut mentions = Vec::new();
    for &offset in offsets {
        view.checkpoint()?;
        let offset = TextSize::from(offset);
        let found = if is_open { place::at(db, unit, offset) } else { scan.at(offset) };
        // The path of an import is in quotes; a name begins where it was found.
        let Some(found) = found.filter(|found| found.range.start() == offset && may_be(db, found.def, symbol)) else {
            continue;
        };
        let Some(target) = found.def.target(db) else { continue };
        // Methods that are related to the one that was asked about are others: only their uses may be its.
        let is_first = symbol.declarations.first() == Some(&target);
        if found.is_declaration && !is_first && !symbol.keeps_aliases {
            continue;
        }
        let access = match found.expr {
            _ if found.is_declaration => Access::Write,
            Some((item, expr)) if is_open => access(body(db, item), expr),
            Some((_, expr)) => scan.access(expr),
            None => Access::Mention,
        };
        mentions.push(Mention { range: found.range, targets: vec![target], access });
    }
    Ok(mentions)
}

/// Whether a name may lead to a symbol, without finding out where.
fn may_be(db: &dyn Db, def: Def, symbol: &Symbol) -> bool {
    match def {
        Def::Item(item) => {
            let file = item.unit(db).file(db).id(db);
            symbol.declarations.iter().any(|target| target.file == file)
        }
        Def::Package(_) => symbol.declarations.iter().any(|target| target.kind == SymbolKind::Module),
        // These are known in one file.
        Def::Local(..) | Def::Label(..) | Def::Generic(..) | Def::Import(..) | Def::Unused(..) => {
            symbol.only_in.is_some()
        }
        Def::Builtin(_) => false,
    }
}

/// The package of a file.
pub(super) fn package_of_unit(db: &dyn Db, unit: Unit) -> Package {
    super::package::package_of(db, unit)
}

/// A declaration as a target.
pub(super) fn target_of(db: &dyn Db, item: Item) -> Option<Target> {
    Def::Item(item).target(db)
}
