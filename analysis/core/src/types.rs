//! Types, each kept once: comparing two is comparing two numbers.

use crate::database::Db;
use crate::go::item::Item;
use crate::go::package::Package;
use crate::ir::type_ref::Constructor;
use crate::name::Name;

/// A type.
#[salsa::interned(unsafe(no_lifetime), revisions = usize::MAX, debug)]
pub(crate) struct Ty {
    /// What it is.
    #[returns(ref)]
    pub(crate) kind: TyKind,
}

/// What a type is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum TyKind {
    /// Nothing is known of it.
    Unknown,
    /// One that the language brings, by its name; those of constants without a type are called `untyped int` and so on.
    Basic(Name),
    /// One that is declared, with its arguments. Structs and interfaces without a name are declared where they stand.
    Nominal(Item, Box<[Ty]>),
    /// A type parameter of a declaration, by its place.
    Parameter(Item, u32),
    /// Made of other types.
    Built(Constructor, Box<[Ty]>),
    /// A function's.
    Function(FunctionType),
    /// A type, where a value could stand.
    TypeObject(Ty),
    /// A package, where a value could stand.
    Package(Package),
    /// A function that the language brings, by its name.
    BuiltinFunction(Name),
}

/// A function's type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct FunctionType {
    /// The parameters.
    pub parameters: Box<[Ty]>,
    /// The results.
    pub results: Box<[Ty]>,
    /// Whether the last parameter takes any number of values.
    pub variadic: bool,
    /// The function whose type parameters are not settled yet.
    pub generic: Option<Item>,
}

impl Ty {
    /// The type of which nothing is known.
    pub(crate) fn unknown(db: &dyn Db) -> Self {
        Self::new(db, TyKind::Unknown)
    }

    /// One that the language brings.
    pub(crate) fn basic(db: &dyn Db, name: &str) -> Self {
        Self::new(db, TyKind::Basic(Name::new(name)))
    }

    /// One made of another.
    pub(crate) fn built(db: &dyn Db, constructor: Constructor, of: impl Into<Box<[Self]>>) -> Self {
        Self::new(db, TyKind::Built(constructor, of.into()))
    }

    /// Several values at once; of one value, its type.
    pub(crate) fn tuple(db: &dyn Db, of: &[Self]) -> Self {
        match of {
            [one] => *one,
            _ => Self::built(db, Constructor::Tuple, of),
        }
    }

    /// Whether nothing is known of it.
    pub(crate) fn is_unknown(self, db: &dyn Db) -> bool {
        matches!(self.kind(db), TyKind::Unknown)
    }

    /// The same with types in place of the parameters of `owner`.
    pub(crate) fn substitute(self, db: &dyn Db, owner: Item, arguments: &[Self]) -> Self {
        if arguments.is_empty() {
            return self;
        }
        self.map_parameters(db, &mut |item, index| {
            (item == owner).then(|| arguments.get(index as usize).copied()).flatten()
        })
    }

    /// The same with types in place of parameters.
    pub(crate) fn map_parameters(self, db: &dyn Db, to: &mut dyn FnMut(Item, u32) -> Option<Self>) -> Self {
        match self.kind(db) {
            TyKind::Parameter(item, index) => to(*item, *index).unwrap_or(self),
            TyKind::Nominal(item, arguments) if !arguments.is_empty() => {
                let arguments = map_all(db, arguments, to);
                Self::new(db, TyKind::Nominal(*item, arguments))
            }
            TyKind::Built(constructor, of) => Self::built(db, *constructor, map_all(db, of, to)),
            TyKind::Function(function) => {
                let parameters = map_all(db, &function.parameters, to);
                let results = map_all(db, &function.results, to);
                Self::new(db, TyKind::Function(FunctionType { parameters, results, ..*function }))
            }
            TyKind::TypeObject(of) => {
                let of = of.map_parameters(db, to);
                Self::new(db, TyKind::TypeObject(of))
            }
            _ => self,
        }
    }
}

fn map_all(db: &dyn Db, types: &[Ty], to: &mut dyn FnMut(Item, u32) -> Option<Ty>) -> Box<[Ty]> {
    types.iter().map(|ty| ty.map_parameters(db, to)).collect()
}
