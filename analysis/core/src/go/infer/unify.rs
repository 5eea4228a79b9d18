//! What a function's type parameters stand for, by comparing types.

use crate::database::Db;
use crate::go::item::Item;
use crate::go::types::{constraint_of, core_type, underlying};
use crate::types::{Ty, TyKind};

/// Compares a parameter's type with an argument's, and notes what the type parameters of `generic` must be.
pub(crate) fn unify(db: &dyn Db, parameter: Ty, argument: Ty, generic: Item, bound: &mut [Option<Ty>]) {
    unify_inside(db, parameter, argument, generic, bound, 0);
}

fn unify_inside(db: &dyn Db, parameter: Ty, argument: Ty, generic: Item, bound: &mut [Option<Ty>], depth: u32) {
    if depth > 24 || argument.is_unknown(db) {
        return;
    }
    let mut each = |parameters: &[Ty], arguments: &[Ty]| {
        for (parameter, argument) in parameters.iter().zip(arguments) {
            unify_inside(db, *parameter, *argument, generic, bound, depth + 1);
        }
    };
    match (parameter.kind(db), argument.kind(db)) {
        (TyKind::Parameter(item, index), _) if *item == generic => {
            if let Some(slot @ None) = bound.get_mut(*index as usize) {
                *slot = Some(argument);
            }
        }
        (TyKind::Nominal(a, of), TyKind::Nominal(b, others)) if a == b => each(of, others),
        (TyKind::Built(a, of), TyKind::Built(b, others)) if std::mem::discriminant(a) == std::mem::discriminant(b) => {
            each(of, others);
        }
        (TyKind::Function(a), TyKind::Function(b)) => {
            each(&a.parameters, &b.parameters);
            let mut each = |parameters: &[Ty], arguments: &[Ty]| {
                for (parameter, argument) in parameters.iter().zip(arguments) {
                    unify_inside(db, *parameter, *argument, generic, bound, depth + 1);
                }
            };
            each(&a.results, &b.results);
        }
        // A declared type fits what it is made of.
        (TyKind::Built(..) | TyKind::Function(_), TyKind::Nominal(..)) => {
            let under = underlying(db, argument);
            if under != argument && !matches!(under.kind(db), TyKind::Nominal(..)) {
                unify_inside(db, parameter, under, generic, bound, depth + 1);
            }
        }
        _ => {}
    }
}

/// What the constraints of a function say of parameters that no argument settles: `S ~[]E`.
pub(crate) fn from_constraints(db: &dyn Db, generic: Item, bound: &mut [Option<Ty>]) {
    for index in 0..bound.len() {
        let position = u32::try_from(index).unwrap_or(u32::MAX);
        let constraint = constraint_of(db, generic, position);
        let parameter = crate::go::types::parameter(db, generic, position);
        let core = core_type(db, parameter);
        if core == parameter || constraint.is_unknown(db) {
            continue;
        }
        match bound[index] {
            Some(known) => unify(db, core, underlying(db, known), generic, bound),
            None => {
                let known: Vec<Option<Ty>> = bound.to_vec();
                let ty = core.map_parameters(db, &mut |item, index| {
                    (item == generic).then(|| known.get(index as usize).copied().flatten()).flatten()
                });
                bound[index] = Some(ty);
            }
        }
    }
}
