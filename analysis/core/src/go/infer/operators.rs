//! Operators.

use super::Inferring;
use crate::go::types::core_type;
use crate::ir::body::{Expr, ExprId, Operator};
use crate::ir::type_ref::Constructor;
use crate::types::{Ty, TyKind};

impl Inferring<'_> {
    pub(super) fn unary(&mut self, operator: Operator, operand: ExprId, expected: Option<Ty>) -> Ty {
        let db = self.db;
        match operator {
            Operator::Address => {
                let inner = expected.and_then(|expected| match core_type(db, expected).kind(db) {
                    TyKind::Built(Constructor::Pointer, of) => Some(of[0]),
                    _ => None,
                });
                let of = self.expr(operand, inner);
                Ty::built(db, Constructor::Pointer, [of])
            }
            Operator::Dereference => {
                let of = self.expr(operand, None);
                match of.kind(db) {
                    TyKind::TypeObject(of) => {
                        let pointer = Ty::built(db, Constructor::Pointer, [*of]);
                        Ty::new(db, TyKind::TypeObject(pointer))
                    }
                    _ => match core_type(db, of).kind(db) {
                        TyKind::Built(Constructor::Pointer, of) => of[0],
                        _ => self.unknown(),
                    },
                }
            }
            Operator::Receive => {
                let of = self.expr(operand, None);
                match core_type(db, of).kind(db) {
                    TyKind::Built(Constructor::Channel { .. }, of) => of[0],
                    _ => self.unknown(),
                }
            }
            _ => self.expr(operand, expected),
        }
    }

    pub(super) fn binary(&mut self, operator: Operator, left: ExprId, right: ExprId, expected: Option<Ty>) -> Ty {
        let db = self.db;
        match operator {
            Operator::Compare => {
                let first = self.expr(left, None);
                let second = self.expr(right, Some(first));
                if self.is_constant(first) && !self.is_constant(second) {
                    self.found.expected.insert(left, second);
                }
                self.basic("untyped bool")
            }
            Operator::Shift => {
                let shifted = self.expr(left, expected);
                self.expr(right, None);
                shifted
            }
            _ => {
                let first = self.expr(left, expected);
                let context = if self.is_constant(first) { expected } else { Some(first) };
                let second = self.expr(right, context);
                match (first.kind(db), second.kind(db)) {
                    (TyKind::Unknown, _) => second,
                    (TyKind::Basic(a), TyKind::Basic(b)) if self.is_constant(first) && self.is_constant(second) => {
                        // The wider kind of constant.
                        let rank = |name: &str| match name {
                            "untyped int" => 0,
                            "untyped rune" => 1,
                            "untyped float" => 2,
                            _ => 3,
                        };
                        if rank(a) >= rank(b) { first } else { second }
                    }
                    _ if self.is_constant(first) => second,
                    _ => first,
                }
            }
        }
    }

    /// Whether a type is that of a constant without one.
    fn is_constant(&self, ty: Ty) -> bool {
        matches!(ty.kind(self.db), TyKind::Basic(name) if name.starts_with("untyped"))
    }

    /// What stands for an expression, without parentheses.
    pub(super) fn bare(&self, mut id: ExprId) -> ExprId {
        while let Expr::Parenthesized(inner) = &self.body.exprs[id.0 as usize] {
            id = *inner;
        }
        id
    }
}
