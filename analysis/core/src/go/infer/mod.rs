//! The types of expressions, and what their names lead to.

mod builtin;
mod calls;
mod composite;
mod expressions;
mod operators;
mod statements;
pub(crate) mod unify;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::def::Def;
use super::item::{Item, body};
use super::types::{resolve, resolve_at};
use crate::database::Db;
use crate::ir::body::{Body, ExprId, LocalId, LocalKind};
use crate::ir::items::ItemKind;
use crate::ir::type_ref::{Constructor, TypeRef};
use crate::types::{Ty, TyKind};

/// What is known of a body.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Inference {
    /// The type of each expression; `None` where nothing is known.
    pub types: Vec<Option<Ty>>,
    /// The type of each local.
    pub locals: Vec<Option<Ty>>,
    /// What the name of an expression leads to.
    pub defs: FxHashMap<ExprId, Def>,
    /// The type that is expected where an expression stands.
    pub expected: FxHashMap<ExprId, Ty>,
    /// What certainly is wrong.
    pub defects: Vec<Defect>,
}

/// What certainly is wrong with an expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Defect {
    /// Nothing declares the name.
    UnknownName(ExprId),
    /// The type or package has no such member.
    UnknownMember(ExprId),
    /// The call has another number of arguments than the function takes.
    ArgumentCount {
        /// The call.
        call: ExprId,
        /// How many it has.
        found: u32,
        /// How many the function takes.
        wanted: u32,
        /// Whether it takes any number above that.
        at_least: bool,
    },
}

/// What is known of the body of a declaration.
#[salsa::tracked(returns(ref), cycle_initial = nothing_known, cycle_fn = settle, lru = 4096)]
pub(crate) fn infer(db: &dyn Db, item: Item) -> Arc<Inference> {
    Arc::new(infer_body(db, item, body(db, item)))
}

/// The same for a body at hand, without keeping it: what is known of a function, no other declaration asks for.
pub(crate) fn infer_body(db: &dyn Db, item: Item, body: &Body) -> Inference {
    let mut inferring = Inferring {
        db,
        item,
        body,
        found: Inference {
            types: vec![None; body.exprs.len()],
            locals: vec![None; body.locals.len()],
            ..Inference::default()
        },
        results: Vec::new(),
        depth: 0,
    };
    inferring.declaration();
    inferring.found
}

fn nothing_known(_db: &dyn Db, _id: salsa::Id, _item: Item) -> Arc<Inference> {
    Arc::default()
}

/// Inference of functions that need each other's inside comes to rest after a few rounds; if not, with what it had.
fn settle(
    _db: &dyn Db,
    cycle: &salsa::Cycle<'_>,
    last: &Arc<Inference>,
    value: Arc<Inference>,
    _item: Item,
) -> Arc<Inference> {
    if cycle.iteration() > 16 { last.clone() } else { value }
}

/// The type of a variable or constant that its value gives.
pub(crate) fn type_of_value(db: &dyn Db, item: Item) -> Ty {
    let unknown = Ty::unknown(db);
    let Some(data) = item.data(db) else { return unknown };
    let Some(value) = data.value else { return unknown };
    let of = match value.repeats {
        Some(index) => match item.in_list(db, index) {
            Some(of) => of,
            None => return unknown,
        },
        None => item,
    };
    let body = body(db, of);
    let found = infer(db, of);
    let ty = if value.of_tuple {
        let tuple = body.values.first().and_then(|value| found.type_of(*value)).unwrap_or(unknown);
        part_of(db, tuple, value.index as usize)
    } else {
        body.values.get(value.index as usize).and_then(|value| found.type_of(*value)).unwrap_or(unknown)
    };
    if data.kind == ItemKind::Constant { ty } else { default_type(db, ty) }
}

/// One value of several.
pub(crate) fn part_of(db: &dyn Db, ty: Ty, index: usize) -> Ty {
    match ty.kind(db) {
        TyKind::Built(Constructor::Tuple, of) => of.get(index).copied().unwrap_or(Ty::unknown(db)),
        _ if index == 0 => ty,
        _ => Ty::unknown(db),
    }
}

/// The type that a variable gets from a constant without one.
pub(crate) fn default_type(db: &dyn Db, ty: Ty) -> Ty {
    let TyKind::Basic(name) = ty.kind(db) else { return ty };
    match name.as_str() {
        "untyped int" => Ty::basic(db, "int"),
        "untyped float" => Ty::basic(db, "float64"),
        "untyped complex" => Ty::basic(db, "complex128"),
        "untyped rune" => Ty::basic(db, "int32"),
        "untyped string" => Ty::basic(db, "string"),
        "untyped bool" => Ty::basic(db, "bool"),
        "untyped nil" => Ty::unknown(db),
        _ => ty,
    }
}

impl Inference {
    /// The type of an expression.
    pub(crate) fn type_of(&self, expr: ExprId) -> Option<Ty> {
        self.types.get(expr.0 as usize).copied().flatten()
    }

    /// The type of a local.
    pub(crate) fn local(&self, local: LocalId) -> Option<Ty> {
        self.locals.get(local.0 as usize).copied().flatten()
    }
}

/// What is under way.
struct Inferring<'db> {
    db: &'db dyn Db,
    item: Item,
    body: &'db Body,
    found: Inference,
    /// The results of the functions around the place, the innermost last.
    results: Vec<Box<[Ty]>>,
    depth: u32,
}

impl Inferring<'_> {
    fn unknown(&self) -> Ty {
        Ty::unknown(self.db)
    }

    fn basic(&self, name: &str) -> Ty {
        Ty::basic(self.db, name)
    }

    /// A type that is written in the body.
    fn written(&self, ty: &TypeRef) -> Ty {
        resolve_at(self.db, self.item, true, ty)
    }

    fn set_local(&mut self, local: LocalId, ty: Ty) {
        if !ty.is_unknown(self.db)
            && let Some(slot) = self.found.locals.get_mut(local.0 as usize)
        {
            *slot = Some(ty);
        }
    }

    fn declaration(&mut self) {
        let Some(data) = self.item.data(self.db) else { return };
        if let Some(signature) = &data.signature {
            let mut locals: Vec<LocalId> = (0..self.body.locals.len()).map(|index| LocalId(index as u32)).collect();
            locals.retain(|local| {
                matches!(
                    self.body.locals[local.0 as usize].kind,
                    LocalKind::Receiver | LocalKind::Parameter | LocalKind::Result
                )
            });
            let of_kind = |kind: LocalKind, count: usize| -> Vec<LocalId> {
                let of_kind = locals.iter().copied().filter(|local| self.body.locals[local.0 as usize].kind == kind);
                of_kind.take(count).collect()
            };
            let receivers = of_kind(LocalKind::Receiver, 1);
            let parameters = of_kind(LocalKind::Parameter, signature.parameters.len());
            let results = of_kind(LocalKind::Result, signature.results.len());
            if let (Some(receiver), Some(local)) = (&data.receiver, receivers.first()) {
                let ty = super::types::receiver_type(self.db, self.item, receiver);
                self.set_local(*local, ty);
            }
            for (index, (parameter, local)) in signature.parameters.iter().zip(parameters).enumerate() {
                let mut ty = resolve(self.db, self.item, &parameter.ty);
                if signature.variadic && index + 1 == signature.parameters.len() {
                    ty = Ty::built(self.db, Constructor::Slice, [ty]);
                }
                self.set_local(local, ty);
            }
            let types: Vec<Ty> =
                signature.results.iter().map(|result| resolve(self.db, self.item, &result.ty)).collect();
            if signature.results.iter().any(|result| result.name.is_some()) {
                for (ty, local) in types.iter().zip(results) {
                    self.set_local(local, *ty);
                }
            }
            self.results.push(types.into());
            let body = self.body;
            self.statements(&body.statements);
            return;
        }
        let expected = data.ty.as_ref().map(|ty| resolve(self.db, self.item, ty));
        let body = self.body;
        for value in &body.values {
            self.expr(*value, expected);
        }
    }
}
