//! Calls: conversions, what Go brings, functions with and without type parameters.

use super::{Defect, Inferring, default_type, part_of};
use crate::go::item::Item;
use crate::go::types::core_type;
use crate::ir::body::{Expr, ExprId};
use crate::ir::type_ref::Constructor;
use crate::types::{FunctionType, Ty, TyKind};

use super::unify::unify;

impl Inferring<'_> {
    pub(super) fn call(
        &mut self,
        id: ExprId,
        callee: ExprId,
        arguments: &[ExprId],
        spread: bool,
        expected: Option<Ty>,
    ) -> Ty {
        let db = self.db;
        let callee_ty = self.expr(callee, None);
        match callee_ty.kind(db) {
            TyKind::TypeObject(of) => {
                for argument in arguments {
                    self.expr(*argument, Some(*of));
                }
                *of
            }
            TyKind::BuiltinFunction(name) => self.builtin_call(*name, arguments, expected),
            _ => match core_type(db, callee_ty).kind(db) {
                TyKind::Function(function) => self.function_call(id, function, arguments, spread, expected),
                _ => {
                    for argument in arguments {
                        self.expr(*argument, None);
                    }
                    self.unknown()
                }
            },
        }
    }

    fn function_call(
        &mut self,
        id: ExprId,
        function: &FunctionType,
        arguments: &[ExprId],
        spread: bool,
        expected: Option<Ty>,
    ) -> Ty {
        let db = self.db;
        let mut bound: Vec<Option<Ty>> = Vec::new();
        let generic = function.generic;
        if let Some(generic) = generic {
            bound.resize(generic.generics(db), None);
        }
        // One call may give all the arguments.
        if let [one] = arguments
            && function.parameters.len() > 1
            && matches!(self.body.exprs[self.bare(*one).0 as usize], Expr::Call { .. })
        {
            let ty = self.expr(*one, None);
            if let Some(generic) = generic {
                for (index, parameter) in function.parameters.iter().enumerate() {
                    unify(db, *parameter, part_of(db, ty, index), generic, &mut bound);
                }
            }
            let count = match ty.kind(db) {
                TyKind::Built(Constructor::Tuple, of) => Some(of.len()),
                TyKind::Unknown => None,
                _ => Some(1),
            };
            if let Some(count) = count {
                self.check_count(id, function, count, spread);
            }
            return self.results_of(function, generic, &mut bound, expected);
        }
        let mut later = Vec::new();
        for (index, argument) in arguments.iter().enumerate() {
            let parameter = parameter_at(db, function, index, spread && index + 1 == arguments.len());
            let known = parameter.map(|parameter| match generic {
                Some(generic) => bind(db, parameter, generic, &bound),
                None => parameter,
            });
            // A function without a name may be given after what settles its type.
            let ty = self.expr(*argument, known);
            if let (Some(generic), Some(parameter)) = (generic, parameter) {
                if matches!(ty.kind(db), TyKind::Basic(name) if name.starts_with("untyped")) {
                    later.push((parameter, ty));
                } else {
                    unify(db, parameter, ty, generic, &mut bound);
                }
            }
        }
        if let Some(generic) = generic {
            for (parameter, ty) in later {
                unify(db, parameter, default_type(db, ty), generic, &mut bound);
            }
        }
        self.check_count(id, function, arguments.len(), spread);
        self.results_of(function, generic, &mut bound, expected)
    }

    fn check_count(&mut self, call: ExprId, function: &FunctionType, found: usize, spread: bool) {
        if function.variadic && function.parameters.is_empty() {
            return;
        }
        let wanted = function.parameters.len() - usize::from(function.variadic && !spread);
        let at_least = function.variadic && !spread;
        if found < wanted || (found > wanted && !at_least) {
            self.found.defects.push(Defect::ArgumentCount {
                call,
                found: u32::try_from(found).unwrap_or(u32::MAX),
                wanted: u32::try_from(wanted).unwrap_or(u32::MAX),
                at_least,
            });
        }
    }

    fn results_of(
        &self,
        function: &FunctionType,
        generic: Option<Item>,
        bound: &mut [Option<Ty>],
        expected: Option<Ty>,
    ) -> Ty {
        let db = self.db;
        let result = Ty::tuple(db, &function.results);
        let Some(generic) = generic else { return result };
        if bound.iter().any(Option::is_none) {
            super::unify::from_constraints(db, generic, bound);
            if let Some(expected) = expected {
                unify(db, result, expected, generic, bound);
            }
        }
        bind(db, result, generic, bound)
    }
}

/// The parameter that an argument is for.
fn parameter_at(db: &dyn crate::database::Db, function: &FunctionType, index: usize, spread: bool) -> Option<Ty> {
    let last = function.parameters.len().checked_sub(1)?;
    if function.variadic && index >= last && !spread {
        return match function.parameters[last].kind(db) {
            TyKind::Built(Constructor::Slice, of) => Some(of[0]),
            _ => None,
        };
    }
    function.parameters.get(index).copied()
}

/// A type with what is known of a function's type parameters.
fn bind(db: &dyn crate::database::Db, ty: Ty, generic: Item, bound: &[Option<Ty>]) -> Ty {
    ty.map_parameters(db, &mut |item, index| {
        (item == generic).then(|| bound.get(index as usize).copied().flatten()).flatten()
    })
}
