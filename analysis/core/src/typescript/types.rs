//! Types.

use std::sync::Arc;

use super::name::Name;
use super::tree::NodeId;
use crate::database::File;

/// A node of a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Place {
    pub(crate) file: File,
    pub(crate) node: NodeId,
}

/// A type. Clones share it.
pub(crate) type Ty = Arc<Type>;

/// What a value can be.
///
/// Big types are suspended: a node with what its type parameters stand for, looked into when a member is asked for.
#[derive(PartialEq, Eq, Hash, Debug)]
pub(crate) enum Type {
    Any,
    /// Not known to us: an import that is not found, a name without a declaration.
    Unresolved,
    Unknown,
    Never,
    Void,
    Null,
    Undefined,
    Boolean,
    Number,
    String,
    BigInt,
    Symbol,
    /// `object`
    NonPrimitive,
    StringLiteral(Name),
    NumberLiteral(Name),
    BooleanLiteral(bool),
    /// An instance of a class, interface or enum, by its first declaration, with its arguments.
    Reference(Place, Vec<Ty>),
    /// A class, enum, namespace or function itself, by its first declaration.
    Value(Place),
    /// What a module exports.
    Module(Place),
    /// One function.
    Function(Place, Env),
    /// A function with several signatures.
    Overloads(Vec<Ty>),
    /// An object type or an object that is written down.
    Object(Place, Env),
    Mapped(Place, Env),
    Conditional(Place, Env),
    Template(Place, Env),
    Indexed(Ty, Ty),
    KeyOf(Ty),
    Parameter(Place),
    /// `this` in a class or interface.
    This(Place),
    Tuple(Vec<Element>),
    Union(Vec<Ty>),
    Intersection(Vec<Ty>),
    /// An object of which only the members are known.
    Members(Vec<Known>),
}

/// An element of a tuple.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Element {
    pub(crate) ty: Ty,
    pub(crate) optional: bool,
    /// `...ty[]`: any number of them.
    pub(crate) rest: bool,
}

/// A member whose declarations and type are known.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Known {
    pub(crate) name: Name,
    pub(crate) declarations: Vec<Place>,
    pub(crate) ty: Ty,
}

/// What type parameters, and `this`, stand for.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Env(Option<Arc<Bound>>);

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Bound {
    parameters: Vec<(Place, Ty)>,
    this: Option<Ty>,
}

impl Env {
    /// Whether nothing stands for anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// These stand for those.
    pub(crate) fn new(parameters: Vec<(Place, Ty)>, this: Option<Ty>) -> Self {
        if parameters.is_empty() && this.is_none() {
            return Self::default();
        }
        Self(Some(Arc::new(Bound { parameters, this })))
    }

    pub(crate) fn get(&self, parameter: Place) -> Option<&Ty> {
        let bound = self.0.as_ref()?;
        bound.parameters.iter().find(|(known, _)| *known == parameter).map(|(_, ty)| ty)
    }

    pub(crate) fn this(&self) -> Option<&Ty> {
        self.0.as_ref()?.this.as_ref()
    }

    pub(crate) fn parameters(&self) -> &[(Place, Ty)] {
        self.0.as_ref().map_or(&[], |bound| &bound.parameters)
    }

    /// This, and more; what is new counts.
    pub(crate) fn with(&self, more: Vec<(Place, Ty)>) -> Self {
        if more.is_empty() {
            return self.clone();
        }
        let mut bound = self.0.as_deref().cloned().unwrap_or_default();
        bound.parameters.retain(|(known, _)| !more.iter().any(|(new, _)| new == known));
        bound.parameters.extend(more);
        Self(Some(Arc::new(bound)))
    }

    pub(crate) fn with_this(&self, this: Ty) -> Self {
        let mut bound = self.0.as_deref().cloned().unwrap_or_default();
        bound.this = Some(this);
        Self(Some(Arc::new(bound)))
    }
}

/// Types that are often wanted.
pub(crate) mod of {
    use super::{Arc, Ty, Type};

    macro_rules! plain {
        ($($name:ident $variant:ident),*) => {
            $(pub(crate) fn $name() -> Ty {
                static TYPE: std::sync::LazyLock<Ty> = std::sync::LazyLock::new(|| Arc::new(Type::$variant));
                TYPE.clone()
            })*
        };
    }

    plain!(
        any Any, unresolved Unresolved, unknown Unknown, never Never, void Void, null Null, undefined Undefined,
        boolean Boolean, number Number, string String, big_int BigInt, symbol Symbol, object NonPrimitive
    );
}

/// The union of types; nothing in it twice, no union in it.
pub(crate) fn union(types: Vec<Ty>) -> Ty {
    let mut flat: Vec<Ty> = Vec::with_capacity(types.len());
    for ty in types {
        match &*ty {
            Type::Union(parts) => {
                for part in parts {
                    if !flat.contains(part) {
                        flat.push(part.clone());
                    }
                }
            }
            Type::Never => {}
            Type::Any => return of::any(),
            _ => {
                if !flat.contains(&ty) {
                    flat.push(ty);
                }
            }
        }
    }
    let both = |value| flat.iter().any(|ty| **ty == Type::BooleanLiteral(value));
    if both(true) && both(false) {
        flat.retain(|ty| !matches!(**ty, Type::BooleanLiteral(_)));
        flat.push(of::boolean());
    }
    match flat.len() {
        0 => of::never(),
        1 => flat.remove(0),
        _ => Arc::new(Type::Union(flat)),
    }
}

/// The intersection of types.
pub(crate) fn intersection(types: Vec<Ty>) -> Ty {
    let mut flat: Vec<Ty> = Vec::with_capacity(types.len());
    for ty in types {
        match &*ty {
            Type::Intersection(parts) => {
                for part in parts {
                    if !flat.contains(part) {
                        flat.push(part.clone());
                    }
                }
            }
            Type::Unknown => {}
            Type::Never => return of::never(),
            _ => {
                if !flat.contains(&ty) {
                    flat.push(ty);
                }
            }
        }
    }
    match flat.len() {
        0 => of::unknown(),
        1 => flat.remove(0),
        _ => Arc::new(Type::Intersection(flat)),
    }
}

/// The parts of a union; of anything else, itself.
pub(crate) fn parts(ty: &Ty) -> Vec<Ty> {
    match &**ty {
        Type::Union(parts) => parts.clone(),
        Type::Boolean => vec![Arc::new(Type::BooleanLiteral(true)), Arc::new(Type::BooleanLiteral(false))],
        _ => vec![ty.clone()],
    }
}

/// The type of a variable that begins with a value: `"a"` is a string.
pub(crate) fn widen(ty: &Ty) -> Ty {
    match &**ty {
        Type::StringLiteral(_) => of::string(),
        Type::NumberLiteral(_) => of::number(),
        Type::BooleanLiteral(_) => of::boolean(),
        Type::Union(parts) => union(parts.iter().map(widen).collect()),
        _ => ty.clone(),
    }
}

/// Without `null` and `undefined`.
pub(crate) fn non_null(ty: &Ty) -> Ty {
    match &**ty {
        Type::Null | Type::Undefined | Type::Void => of::never(),
        Type::Union(parts) => {
            let kept = parts.iter().filter(|part| !matches!(***part, Type::Null | Type::Undefined | Type::Void));
            union(kept.cloned().collect())
        }
        _ => ty.clone(),
    }
}

/// Whether nothing is known of a value.
pub(crate) fn is_unknown(ty: &Ty) -> bool {
    matches!(**ty, Type::Any | Type::Unresolved | Type::Unknown)
}
