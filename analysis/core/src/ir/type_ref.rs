//! Types as they are written: names are not looked up yet.

use crate::name::Name;

/// A type as it is written.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) enum TypeRef {
    /// Not there, or not readable.
    #[default]
    Missing,
    /// A name, maybe behind that of a package or module, with type arguments.
    Path(Box<[Name]>, Box<[TypeRef]>),
    /// A type that is declared where it is used, by its index among the items of the same summary or body.
    Anonymous(u32),
    /// A type that is declared in the same body, by its index among the body's items.
    Local(u32, Box<[TypeRef]>),
    /// Made of other types.
    Built(Constructor, Box<[TypeRef]>),
    /// A function's.
    Function(Box<Signature>),
}

/// What makes a type of other types.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Constructor {
    /// A pointer to one.
    Pointer,
    /// A sequence of one, of any length.
    Slice,
    /// A sequence of one of this length, as it is written.
    Array(Name),
    /// From the first to the second.
    Map,
    /// What carries one, and whether it can be received from and sent to.
    Channel { receive: bool, send: bool },
    /// Several values at once, in order.
    Tuple,
    /// Any of them.
    Union,
    /// Any type that is one of this kind underneath.
    Approximately,
}

/// Parameters and results of a function as they are written.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Signature {
    /// The parameters. The last one's type is that of each value, if it is variadic.
    pub parameters: Box<[Parameter]>,
    /// The results.
    pub results: Box<[Parameter]>,
    /// Whether the last parameter takes any number of values.
    pub variadic: bool,
}

/// A parameter or result.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Parameter {
    /// Its name.
    pub name: Option<Name>,
    /// Its type.
    pub ty: TypeRef,
}
