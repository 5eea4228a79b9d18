//! Statements, in the order in which they run.

use super::{Inferring, default_type, part_of};
use crate::go::types::{core_type, resolve_at};
use crate::ir::body::{ExprId, LocalId, Stmt};
use crate::ir::type_ref::{Constructor, TypeRef};
use crate::types::{Ty, TyKind};

impl Inferring<'_> {
    pub(super) fn statements(&mut self, statements: &[Stmt]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Expr(expr) => {
                self.expr(*expr, None);
            }
            Stmt::Condition(expr) => {
                let bool = self.basic("bool");
                self.expr(*expr, Some(bool));
            }
            Stmt::Block(statements) => self.statements(statements),
            Stmt::Declare { locals, ty, values } => {
                let ty = ty.as_ref().map(|ty| self.written(ty));
                let types = self.values_of(values, locals.len(), |_| ty);
                for (index, local) in locals.iter().enumerate() {
                    let Some(local) = local else { continue };
                    let found = types.get(index).copied().unwrap_or(self.unknown());
                    let is_constant = self.body.locals[local.0 as usize].kind == crate::ir::body::LocalKind::Constant;
                    let found = if is_constant { found } else { default_type(self.db, found) };
                    self.set_local(*local, ty.unwrap_or(found));
                }
            }
            Stmt::Define { targets, locals, values } => {
                for (target, local) in targets.iter().zip(locals) {
                    if local.is_none() {
                        self.expr(*target, None);
                    }
                }
                let expected: Vec<Option<Ty>> = targets.iter().map(|target| self.found.type_of(*target)).collect();
                let types = self.values_of(values, locals.len(), |index| expected.get(index).copied().flatten());
                self.declare(locals, &types);
            }
            Stmt::Assign { targets, values, compound } => {
                for target in targets {
                    self.expr(*target, None);
                }
                let expected: Vec<Option<Ty>> = targets.iter().map(|target| self.found.type_of(*target)).collect();
                let take = |index: usize| if *compound { None } else { expected.get(index).copied().flatten() };
                self.values_of(values, targets.len(), take);
            }
            Stmt::Range { targets, locals, subject, body } => {
                let subject = self.expr(*subject, None);
                let types = self.range_types(subject);
                for (target, local) in targets.iter().zip(locals) {
                    if local.is_none() {
                        self.expr(*target, None);
                    }
                }
                self.declare(locals, &types);
                self.statements(body);
            }
            Stmt::Return(values) => {
                let expected = self.results.last().cloned().unwrap_or_default();
                self.values_of(values, expected.len(), |index| expected.get(index).copied());
            }
            Stmt::Switch { subject, cases } => {
                let subject = subject.map(|subject| self.expr(subject, None));
                let subject = subject.or_else(|| Some(self.basic("bool")));
                for (values, statements) in cases {
                    for value in values {
                        self.expr(*value, subject);
                    }
                    self.statements(statements);
                }
            }
            Stmt::TypeSwitch { subject, cases } => {
                let whole = self.expr(*subject, None);
                for (types, local, statements) in cases {
                    if let Some(local) = local {
                        let ty = match &**types {
                            [one] if !is_nil(one) => resolve_at(self.db, self.item, true, one),
                            _ => whole,
                        };
                        self.set_local(*local, ty);
                    }
                    self.statements(statements);
                }
            }
            Stmt::Send { channel, value } => {
                let channel = self.expr(*channel, None);
                let element = match core_type(self.db, channel).kind(self.db) {
                    TyKind::Built(Constructor::Channel { .. }, of) => Some(of[0]),
                    _ => None,
                };
                self.expr(*value, element);
            }
        }
    }

    fn declare(&mut self, locals: &[Option<LocalId>], types: &[Ty]) {
        for (local, ty) in locals.iter().zip(types) {
            if let Some(local) = local {
                let ty = default_type(self.db, *ty);
                self.set_local(*local, ty);
            }
        }
    }

    /// The types of `count` values: of one expression that gives all of them, or one each.
    fn values_of(&mut self, values: &[ExprId], count: usize, expected: impl Fn(usize) -> Option<Ty>) -> Vec<Ty> {
        match values {
            [one] if count > 1 => {
                let ty = self.several(*one, count);
                (0..count).map(|index| part_of(self.db, ty, index)).collect()
            }
            _ => {
                let each = values.iter().enumerate();
                each.map(|(index, value)| self.expr(*value, expected(index))).collect()
            }
        }
    }

    /// What a range over a value gives: key and value.
    fn range_types(&self, subject: Ty) -> Vec<Ty> {
        let db = self.db;
        let mut core = core_type(db, subject);
        if let TyKind::Built(Constructor::Pointer, of) = core.kind(db) {
            core = core_type(db, of[0]);
        }
        match core.kind(db) {
            TyKind::Built(Constructor::Slice | Constructor::Array(_), of) => vec![self.basic("int"), of[0]],
            TyKind::Built(Constructor::Map, of) => of.to_vec(),
            TyKind::Built(Constructor::Channel { .. }, of) => vec![of[0]],
            TyKind::Basic(name) if matches!(name.as_str(), "string" | "untyped string") => {
                vec![self.basic("int"), self.basic("int32")]
            }
            TyKind::Basic(_) => vec![default_type(db, subject)],
            // A function that is called with what it should give each to.
            TyKind::Function(function) => match function.parameters.first().map(|yields| core_type(db, *yields)) {
                Some(yields) => match yields.kind(db) {
                    TyKind::Function(yields) => yields.parameters.to_vec(),
                    _ => Vec::new(),
                },
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }
}

fn is_nil(ty: &TypeRef) -> bool {
    matches!(ty, TypeRef::Path(path, _) if matches!(&**path, [name] if *name == "nil"))
}
