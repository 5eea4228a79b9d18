//! From types as they are written to what they mean.

use super::def::Def;
use super::infer;
use super::item::Item;
use super::scope::{self, BASIC_TYPES, generic, is_builtin, package_of_import};
use crate::database::Db;
use crate::ir::items::ItemKind;
use crate::ir::type_ref::{Constructor, Signature, TypeRef};
use crate::name::Name;
use crate::types::{FunctionType, Ty, TyKind};

/// How often an alias or a definition is followed to what it stands for.
const LONGEST: usize = 32;

/// What a type means that is written in a declaration.
pub(crate) fn resolve(db: &dyn Db, at: Item, of: &TypeRef) -> Ty {
    resolve_at(db, at, false, of)
}

/// What a type means that is written in a declaration, or `in_body` of it.
pub(crate) fn resolve_at(db: &dyn Db, at: Item, in_body: bool, of: &TypeRef) -> Ty {
    match of {
        TypeRef::Missing => Ty::unknown(db),
        TypeRef::Path(path, arguments) => {
            let arguments = resolve_all(db, at, in_body, arguments);
            match &**path {
                [name] => {
                    if let Some((item, index)) = generic(db, at, *name) {
                        return parameter(db, item, index);
                    }
                    match scope::resolve(db, at.unit(db), *name) {
                        Some(def) => of_def(db, def, arguments),
                        None => Ty::unknown(db),
                    }
                }
                [package, name] => match scope::resolve(db, at.unit(db), *package) {
                    Some(Def::Import(unit, index)) => {
                        let item = package_of_import(db, unit, index).and_then(|package| {
                            // Of packages that Go brings itself, `unsafe` declares a type that is none.
                            scope::member(db, package, *name)
                        });
                        item.map_or(Ty::unknown(db), |item| of_def(db, Def::Item(item), arguments))
                    }
                    _ => Ty::unknown(db),
                },
                _ => Ty::unknown(db),
            }
        }
        TypeRef::Anonymous(index) => {
            let item = if in_body { at.in_body(db, *index) } else { at.in_list(db, *index) };
            item.map_or(Ty::unknown(db), |item| {
                let generics = all_generics(db, item);
                Ty::new(db, TyKind::Nominal(item, generics))
            })
        }
        TypeRef::Local(index, arguments) => {
            let arguments = resolve_all(db, at, in_body, arguments);
            let owner = at.owner(db).unwrap_or(at);
            owner.in_body(db, *index).map_or(Ty::unknown(db), |item| of_def(db, Def::Item(item), arguments))
        }
        TypeRef::Built(constructor, of) => Ty::built(db, *constructor, resolve_all(db, at, in_body, of)),
        TypeRef::Function(signature) => function_type_at(db, at, in_body, signature, None),
    }
}

fn resolve_all(db: &dyn Db, at: Item, in_body: bool, types: &[TypeRef]) -> Box<[Ty]> {
    types.iter().map(|ty| resolve_at(db, at, in_body, ty)).collect()
}

/// A type parameter. A method's parameters are those of its type.
pub(crate) fn parameter(db: &dyn Db, item: Item, index: u32) -> Ty {
    Ty::new(db, TyKind::Parameter(item, index))
}

/// The type parameters of a declaration and of all that it is declared in, as arguments.
fn all_generics(db: &dyn Db, item: Item) -> Box<[Ty]> {
    let mut types = Vec::new();
    let mut current = Some(item);
    while let Some(item) = current {
        for index in 0..item.generics(db) {
            types.push(parameter(db, item, u32::try_from(index).unwrap_or(u32::MAX)));
        }
        current = item.parent(db).or_else(|| item.owner(db));
    }
    types.into()
}

/// The type that a name stands for.
pub(crate) fn of_def(db: &dyn Db, def: Def, arguments: Box<[Ty]>) -> Ty {
    match def {
        Def::Item(item) if is_builtin(db, item) => builtin_type(db, item.name(db), Some(item)),
        Def::Item(item) if item.kind(db) == ItemKind::Alias => {
            let aliased = alias(db, item);
            aliased.substitute(db, item, &arguments)
        }
        Def::Item(item) if item.kind(db).is_type() => Ty::new(db, TyKind::Nominal(item, arguments)),
        Def::Generic(item, index) => parameter(db, item, index),
        Def::Builtin(name) => builtin_type(db, name, None),
        _ => Ty::unknown(db),
    }
}

fn builtin_type(db: &dyn Db, name: Name, item: Option<Item>) -> Ty {
    match (name.as_str(), item) {
        // `error` is an interface like any other.
        ("error" | "comparable", Some(item)) => Ty::new(db, TyKind::Nominal(item, Box::default())),
        ("byte", _) => Ty::basic(db, "uint8"),
        ("rune", _) => Ty::basic(db, "int32"),
        (text, _) if BASIC_TYPES.contains(&text) => Ty::basic(db, text),
        _ => Ty::unknown(db),
    }
}

/// What an alias stands for. One that stands for itself stands for nothing.
#[salsa::tracked(returns(copy), cycle_initial = unknown_item)]
fn alias(db: &dyn Db, item: Item) -> Ty {
    match item.data(db).and_then(|data| data.ty.as_ref()) {
        Some(ty) => resolve(db, item, ty),
        None => Ty::unknown(db),
    }
}

fn unknown_item(db: &dyn Db, _id: salsa::Id, _item: Item) -> Ty {
    Ty::unknown(db)
}

/// A function's type as it is written at a declaration.
fn function_type(db: &dyn Db, at: Item, signature: &Signature, generic: Option<Item>) -> Ty {
    function_type_at(db, at, false, signature, generic)
}

/// The same, of one that may be written in a body.
pub(crate) fn function_type_at(
    db: &dyn Db,
    at: Item,
    in_body: bool,
    signature: &Signature,
    generic: Option<Item>,
) -> Ty {
    let resolved = signature.parameters.iter().map(|parameter| resolve_at(db, at, in_body, &parameter.ty));
    let mut parameters: Vec<Ty> = resolved.collect();
    if signature.variadic
        && let Some(last) = parameters.last_mut()
    {
        *last = Ty::built(db, Constructor::Slice, [*last]);
    }
    let results = signature.results.iter().map(|result| resolve_at(db, at, in_body, &result.ty)).collect();
    let function = FunctionType { parameters: parameters.into(), results, variadic: signature.variadic, generic };
    Ty::new(db, TyKind::Function(function))
}

/// The type of the value that a declaration gives; of a type, that it is one.
#[salsa::tracked(returns(copy), cycle_initial = unknown_item)]
pub(crate) fn type_of(db: &dyn Db, item: Item) -> Ty {
    let Some(data) = item.data(db) else { return Ty::unknown(db) };
    match data.kind {
        ItemKind::Function if is_builtin(db, item) => Ty::new(db, TyKind::BuiltinFunction(data.name)),
        ItemKind::Function | ItemKind::Method | ItemKind::InterfaceMethod => {
            let Some(signature) = &data.signature else { return Ty::unknown(db) };
            let generic = (data.kind == ItemKind::Function && !data.generics.is_empty()).then_some(item);
            function_type(db, item, signature, generic)
        }
        ItemKind::Struct | ItemKind::Interface | ItemKind::Defined | ItemKind::Alias => {
            let ty = of_def(db, Def::Item(item), Box::default());
            Ty::new(db, TyKind::TypeObject(ty))
        }
        ItemKind::Field | ItemKind::Embedded => match &data.ty {
            Some(ty) => resolve(db, item, ty),
            None => Ty::unknown(db),
        },
        ItemKind::Constant | ItemKind::Variable => {
            if is_builtin(db, item) {
                return match data.name.as_str() {
                    "true" | "false" => Ty::basic(db, "untyped bool"),
                    "nil" => Ty::basic(db, "untyped nil"),
                    _ => Ty::basic(db, "untyped int"),
                };
            }
            match &data.ty {
                Some(ty) => resolve(db, item, ty),
                None => infer::type_of_value(db, item),
            }
        }
    }
}

/// What a declared type is made of: a struct, an interface, or a type that has no name.
pub(crate) fn underlying(db: &dyn Db, mut ty: Ty) -> Ty {
    for _ in 0..LONGEST {
        let TyKind::Nominal(item, arguments) = ty.kind(db) else { return ty };
        if item.kind(db) != ItemKind::Defined {
            return ty;
        }
        ty = defined(db, *item).substitute(db, *item, arguments);
    }
    Ty::unknown(db)
}

/// The type that a declared one is made of.
#[salsa::tracked(returns(copy), cycle_initial = unknown_item)]
fn defined(db: &dyn Db, item: Item) -> Ty {
    match item.data(db).and_then(|data| data.ty.as_ref()) {
        Some(ty) => resolve(db, item, ty),
        None => Ty::unknown(db),
    }
}

/// What the types have in common that a type parameter can stand for: the one type below all of them.
pub(crate) fn core_type(db: &dyn Db, ty: Ty) -> Ty {
    let under = underlying(db, ty);
    let TyKind::Parameter(item, index) = under.kind(db) else { return under };
    let constraint = constraint_of(db, *item, *index);
    let mut found = None;
    for term in terms(db, constraint, 0) {
        let term = underlying(db, term);
        match found {
            None => found = Some(term),
            Some(known) if known == term => {}
            Some(_) => return under,
        }
    }
    found.unwrap_or(under)
}

/// What a type parameter's arguments must be.
pub(crate) fn constraint_of(db: &dyn Db, item: Item, index: u32) -> Ty {
    let Some(data) = item.data(db) else { return Ty::unknown(db) };
    if let Some(receiver) = &data.receiver {
        // It is the type's own parameter by another name.
        let of = scope::resolve(db, item.unit(db), receiver.ty);
        return match of {
            Some(Def::Item(of)) if of != item => constraint_of(db, of, index),
            _ => Ty::unknown(db),
        };
    }
    match data.generics.get(index as usize) {
        Some(generic) => resolve(db, item, &generic.constraint),
        None => Ty::unknown(db),
    }
}

/// The types that a constraint lists.
fn terms(db: &dyn Db, constraint: Ty, depth: u32) -> Vec<Ty> {
    if depth > 16 {
        return Vec::new();
    }
    match constraint.kind(db) {
        TyKind::Built(Constructor::Union, of) => of.iter().flat_map(|of| terms(db, *of, depth + 1)).collect(),
        TyKind::Built(Constructor::Approximately, of) => of.to_vec(),
        TyKind::Nominal(item, arguments) if item.kind(db) == ItemKind::Interface => {
            let embedded = item.children(db).filter(|child| child.kind(db) == ItemKind::Embedded);
            let types = embedded.map(|child| type_of(db, child).substitute(db, *item, arguments));
            types.flat_map(|ty| terms(db, ty, depth + 1)).collect()
        }
        TyKind::Basic(name) if matches!(name.as_str(), "any" | "comparable") => Vec::new(),
        TyKind::Unknown => Vec::new(),
        _ => vec![constraint],
    }
}

/// The type of a method's receiver.
pub(crate) fn receiver_type(db: &dyn Db, method: Item, receiver: &crate::ir::items::Receiver) -> Ty {
    let arguments = (0..receiver.generics.len()).map(|index| parameter(db, method, u32::try_from(index).unwrap_or(0)));
    let of = match scope::resolve(db, method.unit(db), receiver.ty) {
        Some(def @ Def::Item(_)) => of_def(db, def, arguments.collect()),
        _ => Ty::unknown(db),
    };
    if receiver.pointer { Ty::built(db, Constructor::Pointer, [of]) } else { of }
}
