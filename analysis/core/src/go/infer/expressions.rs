//! Expressions.

use super::{Defect, Inferring};
use crate::go::def::Def;
use crate::go::lookup::lookup;
use crate::go::package::{Package, package_of, scope};
use crate::go::scope::{self as names, package_of_import};
use crate::go::types::{core_type, of_def, type_of};
use crate::ir::body::{Expr, ExprId, Literal, Operator};
use crate::ir::items::ItemKind;
use crate::ir::type_ref::{Constructor, TypeRef};
use crate::name::Name;
use crate::types::{Ty, TyKind};

/// How deep expressions are followed into each other.
const DEEPEST: u32 = 1600;

impl Inferring<'_> {
    /// The type of an expression that stands where `expected` is.
    pub(super) fn expr(&mut self, id: ExprId, expected: Option<Ty>) -> Ty {
        if self.depth > DEEPEST {
            return self.unknown();
        }
        self.depth += 1;
        if let Some(expected) = expected.filter(|expected| !expected.is_unknown(self.db)) {
            self.found.expected.insert(id, expected);
        }
        let body = self.body;
        let ty = self.expr_inside(id, &body.exprs[id.0 as usize], expected);
        self.depth -= 1;
        self.found.types[id.0 as usize] = (!ty.is_unknown(self.db)).then_some(ty);
        ty
    }

    /// The types of an expression that gives several values.
    pub(super) fn several(&mut self, id: ExprId, count: usize) -> Ty {
        let ty = self.expr(id, None);
        let body = self.body;
        let mut inner = id;
        while let Expr::Parenthesized(of) = &body.exprs[inner.0 as usize] {
            inner = *of;
        }
        // With a second value these say whether there was a first.
        let with_ok = match &body.exprs[inner.0 as usize] {
            Expr::Index { .. } | Expr::Assert { .. } => true,
            Expr::Unary { operator, .. } => *operator == Operator::Receive,
            _ => false,
        };
        if with_ok && count == 2 { Ty::tuple(self.db, &[ty, self.basic("bool")]) } else { ty }
    }

    fn expr_inside(&mut self, id: ExprId, expr: &Expr, expected: Option<Ty>) -> Ty {
        let db = self.db;
        match expr {
            Expr::Missing => self.unknown(),
            Expr::Name(name) => self.name(id, *name),
            Expr::Local(local) => {
                self.found.defs.insert(id, Def::Local(self.item, *local));
                self.found.local(*local).unwrap_or(self.unknown())
            }
            Expr::Literal(literal) => self.basic(match literal {
                Literal::Integer => "untyped int",
                Literal::Float => "untyped float",
                Literal::Imaginary => "untyped complex",
                Literal::Character => "untyped rune",
                Literal::String => "untyped string",
            }),
            Expr::Parenthesized(inner) => self.expr(*inner, expected),
            Expr::Member { base, name, .. } => self.member(id, *base, *name),
            Expr::Call { callee, arguments, spread } => self.call(id, *callee, arguments, *spread, expected),
            Expr::Index { base, indices } => self.index(*base, indices),
            Expr::Slice { base, parts } => {
                let base = self.expr(*base, None);
                for part in parts {
                    self.expr(*part, None);
                }
                self.sliced(base)
            }
            Expr::Assert { operand, ty } => {
                let operand = self.expr(*operand, None);
                match ty {
                    Some(ty) => self.written(ty),
                    None => operand,
                }
            }
            Expr::Unary { operator, operand } => self.unary(*operator, *operand, expected),
            Expr::Binary { operator, left, right } => self.binary(*operator, *left, *right, expected),
            Expr::Composite { ty, elements } => {
                let written = ty.as_ref().map(|ty| self.written(ty));
                self.composite(written, elements, expected)
            }
            Expr::Function { signature, parameters, results, body } => {
                let ty = crate::go::types::function_type_at(db, self.item, true, signature, None);
                let TyKind::Function(function) = ty.kind(db) else { return ty };
                for (local, ty) in parameters.iter().zip(&function.parameters) {
                    self.set_local(*local, *ty);
                }
                for (local, ty) in results.iter().zip(&function.results) {
                    self.set_local(*local, *ty);
                }
                self.results.push(function.results.clone());
                self.statements(body);
                self.results.pop();
                ty
            }
            Expr::Type(ty) => {
                let ty = self.written(ty);
                Ty::new(db, TyKind::TypeObject(ty))
            }
        }
    }

    fn name(&mut self, id: ExprId, name: Name) -> Ty {
        let db = self.db;
        if name == "_" {
            return self.unknown();
        }
        if let Some((item, index)) = names::generic(db, self.item, name) {
            self.found.defs.insert(id, Def::Generic(item, index));
            let parameter = crate::go::types::parameter(db, item, index);
            return Ty::new(db, TyKind::TypeObject(parameter));
        }
        let Some(def) = names::resolve(db, self.item.unit(db), name) else {
            self.found.defects.push(Defect::UnknownName(id));
            return self.unknown();
        };
        self.found.defs.insert(id, def);
        self.value_of(def)
    }

    /// The type of what a name leads to.
    fn value_of(&self, def: Def) -> Ty {
        let db = self.db;
        match def {
            Def::Item(item) => type_of(db, item),
            Def::Import(unit, index) => match package_of_import(db, unit, index) {
                Some(package) => Ty::new(db, TyKind::Package(package)),
                None => self.unknown(),
            },
            Def::Builtin(name) => match name.as_str() {
                "true" | "false" => self.basic("untyped bool"),
                "nil" => self.basic("untyped nil"),
                "iota" => self.basic("untyped int"),
                text if names::FUNCTIONS.contains(&text) => Ty::new(db, TyKind::BuiltinFunction(name)),
                _ => {
                    let ty = of_def(db, def, Box::default());
                    Ty::new(db, TyKind::TypeObject(ty))
                }
            },
            _ => self.unknown(),
        }
    }

    fn member(&mut self, id: ExprId, base: ExprId, name: Name) -> Ty {
        let db = self.db;
        let base_ty = self.expr(base, None);
        let unit = self.item.unit(db);
        if let TyKind::Package(package) = base_ty.kind(db) {
            return self.package_member(id, *package, name);
        }
        let (of, is_type) = match base_ty.kind(db) {
            TyKind::TypeObject(of) => (*of, true),
            _ => (base_ty, false),
        };
        let Some(member) = lookup(db, of, name, Some(unit)) else {
            if !of.is_unknown(db) && !name.is_empty() && self.is_complete(of, 0) {
                self.found.defects.push(Defect::UnknownMember(id));
            }
            return self.unknown();
        };
        self.found.defs.insert(id, Def::Item(member.item));
        if !is_type {
            return member.ty;
        }
        // A method by its type takes the receiver first.
        match member.ty.kind(db) {
            TyKind::Function(function) => {
                let mut function = function.clone();
                function.parameters = std::iter::once(of).chain(function.parameters.iter().copied()).collect();
                Ty::new(db, TyKind::Function(function))
            }
            _ => member.ty,
        }
    }

    fn package_member(&mut self, id: ExprId, package: Package, name: Name) -> Ty {
        let db = self.db;
        match scope(db, package).names.get(&name) {
            Some(&item) => {
                self.found.defs.insert(id, Def::Item(item));
                self.unsafe_type(package, name).unwrap_or_else(|| type_of(db, item))
            }
            None => {
                if !name.is_empty() && !crate::go::package::may_declare(db, package, name) {
                    self.found.defects.push(Defect::UnknownMember(id));
                }
                self.unknown()
            }
        }
    }

    /// What `unsafe` declares is not what it is.
    fn unsafe_type(&self, package: Package, name: Name) -> Option<Ty> {
        let db = self.db;
        if !package.folder(db).ends_with("src/unsafe") {
            return None;
        }
        let function = |results: &[Ty]| {
            let function = crate::types::FunctionType {
                parameters: Box::default(),
                results: results.into(),
                variadic: true,
                generic: None,
            };
            Ty::new(db, TyKind::Function(function))
        };
        Some(match name.as_str() {
            "Sizeof" | "Alignof" | "Offsetof" => function(&[self.basic("uintptr")]),
            "String" => function(&[self.basic("string")]),
            "Slice" | "SliceData" | "StringData" | "Add" => {
                Ty::new(db, TyKind::BuiltinFunction(Name::new(&format!("unsafe.{name}"))))
            }
            _ => return None,
        })
    }

    /// Whether all members of a type are known: nothing that it embeds is not.
    fn is_complete(&self, ty: Ty, depth: u32) -> bool {
        let db = self.db;
        if depth > 8 {
            return false;
        }
        match ty.kind(db) {
            TyKind::Unknown => false,
            TyKind::Built(Constructor::Pointer, of) => self.is_complete(of[0], depth + 1),
            TyKind::Parameter(..) => false,
            // Where the standard library is not there, nothing says what it has.
            TyKind::Basic(name) if *name == "error" => false,
            TyKind::Nominal(item, _) => {
                if !crate::go::package::is_whole(db, package_of(db, item.unit(db))) {
                    return false;
                }
                let under = crate::go::types::underlying(db, ty);
                match under.kind(db) {
                    TyKind::Nominal(item, _) => item.children(db).all(|child| {
                        let embeds =
                            child.kind(db) == ItemKind::Embedded || child.data(db).is_some_and(|data| data.embedded);
                        !embeds || self.is_complete(type_of(db, child), depth + 1)
                    }),
                    TyKind::Unknown => false,
                    _ => true,
                }
            }
            _ => true,
        }
    }

    fn index(&mut self, base: ExprId, indices: &[ExprId]) -> Ty {
        let db = self.db;
        let base = self.expr(base, None);
        match base.kind(db) {
            TyKind::TypeObject(of) => {
                let arguments: Box<[Ty]> = indices.iter().map(|index| self.as_type(*index)).collect();
                if let TyKind::Nominal(item, _) = of.kind(db) {
                    let ty = Ty::new(db, TyKind::Nominal(*item, arguments));
                    return Ty::new(db, TyKind::TypeObject(ty));
                }
                return base;
            }
            TyKind::Function(function) => {
                if let Some(generic) = function.generic {
                    let arguments: Vec<Ty> = indices.iter().map(|index| self.as_type(*index)).collect();
                    let all = arguments.len() >= generic.generics(db);
                    let ty = base.substitute(db, generic, &arguments);
                    return match ty.kind(db) {
                        TyKind::Function(function) if all => {
                            let function = crate::types::FunctionType { generic: None, ..function.clone() };
                            Ty::new(db, TyKind::Function(function))
                        }
                        _ => ty,
                    };
                }
            }
            _ => {}
        }
        let core = core_type(db, base);
        let key = match core.kind(db) {
            TyKind::Built(Constructor::Map, of) => Some(of[0]),
            _ => None,
        };
        for index in indices {
            self.expr(*index, key);
        }
        self.element(core)
    }

    /// The elements of a value that can be indexed.
    fn element(&self, ty: Ty) -> Ty {
        let db = self.db;
        match ty.kind(db) {
            TyKind::Built(Constructor::Slice | Constructor::Array(_), of) => of[0],
            TyKind::Built(Constructor::Map, of) => of[1],
            TyKind::Built(Constructor::Pointer, of) => match core_type(db, of[0]).kind(db) {
                TyKind::Built(Constructor::Array(_), of) => of[0],
                _ => self.unknown(),
            },
            TyKind::Basic(name) if matches!(name.as_str(), "string" | "untyped string") => self.basic("uint8"),
            _ => self.unknown(),
        }
    }

    fn sliced(&self, ty: Ty) -> Ty {
        let db = self.db;
        match core_type(db, ty).kind(db) {
            TyKind::Built(Constructor::Array(_), of) => Ty::built(db, Constructor::Slice, of.clone()),
            TyKind::Built(Constructor::Pointer, of) => match core_type(db, of[0]).kind(db) {
                TyKind::Built(Constructor::Array(_), of) => Ty::built(db, Constructor::Slice, of.clone()),
                _ => self.unknown(),
            },
            TyKind::Basic(name) if *name == "untyped string" => self.basic("string"),
            _ => ty,
        }
    }

    /// The type that an expression stands for.
    pub(super) fn as_type(&mut self, id: ExprId) -> Ty {
        let ty = self.expr(id, None);
        match ty.kind(self.db) {
            TyKind::TypeObject(of) => *of,
            _ => {
                // `*T` and the like are read as operations on values.
                let body = self.body;
                match &body.exprs[id.0 as usize] {
                    Expr::Unary { operator: Operator::Dereference, operand } => {
                        let of = self.as_type(*operand);
                        Ty::built(self.db, Constructor::Pointer, [of])
                    }
                    Expr::Parenthesized(inner) => self.as_type(*inner),
                    Expr::Type(ty) if *ty != TypeRef::Missing => self.written(ty),
                    _ => self.unknown(),
                }
            }
        }
    }
}
