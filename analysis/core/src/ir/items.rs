//! The summary of a file, and where what it tells of stands.

use montuno_base::TextRange;

use super::body::{ExprId, LocalId};
use super::type_ref::{Signature, TypeRef};
use crate::name::Name;

/// What a file tells others: the barrier behind which typing in a body is not seen. There are no
/// offsets in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Summary {
    /// The package that the file says it is part of.
    pub package: Option<Name>,
    /// What it declares. Children stand behind their parents.
    pub items: Vec<ItemData>,
    /// What it imports.
    pub imports: Vec<Import>,
}

/// An import.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Import {
    /// The path, without quotes.
    pub path: Name,
    /// The name that is given to it; `.` puts what it exports into the file's own scope.
    pub alias: Option<Name>,
}

/// What sort of thing is declared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum ItemKind {
    /// A function.
    Function,
    /// A function of a type, declared outside of it.
    Method,
    /// A type with fields.
    Struct,
    /// A type with methods that others implement.
    Interface,
    /// A type made of another one, different from it.
    Defined,
    /// Another name for a type.
    Alias,
    /// A field.
    Field,
    /// A method of an interface.
    InterfaceMethod,
    /// A type whose members an interface takes over, or types that it is limited to.
    Embedded,
    /// A constant.
    Constant,
    /// A variable.
    Variable,
}

impl ItemKind {
    /// Whether it is a type.
    pub(crate) fn is_type(self) -> bool {
        matches!(self, Self::Struct | Self::Interface | Self::Defined | Self::Alias)
    }
}

/// A declaration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ItemData {
    /// What it is.
    pub kind: ItemKind,
    /// Its name; empty for a type that is declared where it is used.
    pub name: Name,
    /// What it is declared in, by index.
    pub parent: Option<u32>,
    /// How many before it have the same parent, kind and name.
    pub nth: u32,
    /// Its type parameters.
    pub generics: Box<[Generic]>,
    /// A field's, variable's or constant's type, what a type stands for.
    pub ty: Option<TypeRef>,
    /// A function's parameters and results.
    pub signature: Option<Signature>,
    /// A method's receiver.
    pub receiver: Option<Receiver>,
    /// Whether it is embedded: its members are those of what it is in.
    pub embedded: bool,
    /// Which value of the initialiser is its own, and of how many.
    pub value: Option<Value>,
}

impl ItemData {
    /// A declaration of which nothing more is known.
    pub(crate) fn new(kind: ItemKind, name: Name, parent: Option<u32>) -> Self {
        Self {
            kind,
            name,
            parent,
            nth: 0,
            generics: Box::default(),
            ty: None,
            signature: None,
            receiver: None,
            embedded: false,
            value: None,
        }
    }
}

/// A type parameter.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Generic {
    /// Its name.
    pub name: Name,
    /// What its arguments must be.
    pub constraint: TypeRef,
}

/// A method's receiver.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Receiver {
    /// The type.
    pub ty: Name,
    /// Whether it is a pointer to it.
    pub pointer: bool,
    /// What the method calls the type's parameters.
    pub generics: Box<[Name]>,
    /// What it is called.
    pub name: Option<Name>,
}

/// Which value of an initialiser is a variable's own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Value {
    /// Which one.
    pub index: u32,
    /// Whether one expression gives the values of all the names.
    pub of_tuple: bool,
    /// Another declaration whose initialiser is repeated.
    pub repeats: Option<u32>,
}

/// Where everything that a summary tells of stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Spans {
    /// For each item of the summary.
    pub items: Vec<ItemSpan>,
    /// For each import.
    pub imports: Vec<ImportSpan>,
    /// The package's name.
    pub package: Option<TextRange>,
    /// The names outside of bodies, in the order of the text.
    pub places: Vec<(TextRange, Place)>,
    /// The name that each [`Place::Use`] speaks of.
    pub uses: Vec<Use>,
    /// What cannot be parsed.
    pub errors: Vec<SyntaxError>,
}

/// Where a declaration stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ItemSpan {
    /// All of it, with its documentation.
    pub full: TextRange,
    /// Its name.
    pub name: TextRange,
    /// The part whose inside is a body of its own, if it has one.
    pub body: Option<TextRange>,
    /// Its documentation: comments right before it, or behind it on its line.
    pub documentation: Option<TextRange>,
    /// Its type parameters' names.
    pub generics: Box<[TextRange]>,
}

/// Where an import stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ImportSpan {
    /// All of it.
    pub full: TextRange,
    /// The name that it gives.
    pub alias: Option<TextRange>,
    /// The path, with its quotes.
    pub path: TextRange,
}

/// What stands at a name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Place {
    /// The name of an item, where it is declared.
    Item(u32),
    /// A name that is used, by its index.
    Use(u32),
    /// An import, by its index: its name or its path.
    Import(u32),
    /// The package's name.
    Package,
    /// A type parameter of an item.
    Generic(u32, u32),
    /// A parameter that nothing can use.
    Parameter,
    /// The name of an expression of a body: a plain name, or that of the member.
    Expr(ExprId),
    /// A variable of a body, where it is declared.
    Local(LocalId),
    /// A label of a body, by its index.
    Label(u32),
}

/// A name that is used outside of bodies, or in a type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Use {
    /// The package's name before it.
    pub qualifier: Option<Name>,
    /// The name.
    pub name: Name,
    /// The item in which it is used.
    pub scope: Option<u32>,
}

/// A text that cannot be parsed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SyntaxError {
    /// Where.
    pub range: TextRange,
    /// What is wrong.
    pub message: String,
}
