//! The inside of a function or an initialiser.
//!
//! Offsets count from the beginning of the declaration, so that a body is the same wherever it stands.

use montuno_base::TextRange;

use super::items::{ItemData, ItemSpan, Place, Use};
use super::type_ref::{Signature, TypeRef};
use crate::name::Name;

/// An expression, by its index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct ExprId(pub u32);

/// A local variable, by its index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct LocalId(pub u32);

/// A body.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Body {
    /// The expressions.
    pub exprs: Vec<Expr>,
    /// Where each stands. Of a member access: the whole of it.
    pub expr_ranges: Vec<TextRange>,
    /// The local variables, parameters among them, in the order in which they are declared.
    pub locals: Vec<Local>,
    /// The statements of a function.
    pub statements: Box<[Stmt]>,
    /// The values of an initialiser.
    pub values: Box<[ExprId]>,
    /// The types that are declared in it, and what is declared in those.
    pub items: Vec<ItemData>,
    /// Where each of those stands.
    pub item_spans: Vec<ItemSpan>,
    /// From which offset on a type declared in it is known, and up to which.
    pub item_scopes: Vec<TextRange>,
    /// The names, in the order of the text.
    pub places: Vec<(TextRange, Place)>,
    /// The names in types.
    pub uses: Vec<(Use, Option<UseOf>)>,
    /// The labels: where each is declared.
    pub labels: Vec<TextRange>,
}

/// What a name in a type means, where the body says it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum UseOf {
    /// A type that the body declares.
    Item(u32),
    /// A local variable.
    Local(LocalId),
}

/// A local variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Local {
    /// Its name.
    pub name: Name,
    /// Where it is declared.
    pub range: TextRange,
    /// Where it is known.
    pub scope: TextRange,
    /// The variable whose declaration this one repeats: one name in each branch.
    pub same_as: Option<LocalId>,
    /// What it is.
    pub kind: LocalKind,
}

/// What a local is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum LocalKind {
    /// A parameter.
    Parameter,
    /// A named result.
    Result,
    /// The receiver of a method.
    Receiver,
    /// A variable.
    Variable,
    /// A constant.
    Constant,
}

/// An expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Expr {
    /// Not there, or not readable.
    Missing,
    /// A name that is declared outside of the body.
    Name(Name),
    /// A local variable.
    Local(LocalId),
    /// A literal.
    Literal(Literal),
    /// `base.name`, and where the name stands.
    Member { base: ExprId, name: Name, range: TextRange },
    /// A call.
    Call { callee: ExprId, arguments: Box<[ExprId]>, spread: bool },
    /// `base[index]`: an element, or type arguments.
    Index { base: ExprId, indices: Box<[ExprId]> },
    /// `base[from:to]`.
    Slice { base: ExprId, parts: Box<[ExprId]> },
    /// `operand.(T)`; without a type: of a type switch.
    Assert { operand: ExprId, ty: Option<TypeRef> },
    /// An operator before one operand.
    Unary { operator: Operator, operand: ExprId },
    /// An operator between two.
    Binary { operator: Operator, left: ExprId, right: ExprId },
    /// `T{…}`; without a type, where the value around it says it.
    Composite { ty: Option<TypeRef>, elements: Box<[Element]> },
    /// A function without a name. Parameters are locals; statements belong to it alone.
    Function { signature: Box<Signature>, parameters: Box<[LocalId]>, results: Box<[LocalId]>, body: Box<[Stmt]> },
    /// A type where a value could stand: an argument of `make`, what is converted to.
    Type(TypeRef),
    /// In parentheses.
    Parenthesized(ExprId),
}

/// An element of a composite literal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Element {
    /// What stands before the colon.
    pub key: Option<ExprId>,
    /// The value.
    pub value: ExprId,
}

/// What sort of literal it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Literal {
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Float,
    /// An imaginary number.
    Imaginary,
    /// A character.
    Character,
    /// A text.
    String,
}

/// An operator, by what it does to types.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Operator {
    /// The address.
    Address,
    /// What a pointer leads to.
    Dereference,
    /// Receives.
    Receive,
    /// `!`.
    Not,
    /// Compares: the result is a truth value.
    Compare,
    /// `&&`, `||`.
    Logic,
    /// Shifts: the result is the left operand's.
    Shift,
    /// Computes: the result is the operands'.
    Arithmetic,
}

/// A case of a switch: the values, and the statements.
pub(crate) type Case = (Box<[ExprId]>, Box<[Stmt]>);

/// A case of a switch over types: the types, the variable that has the value there, the statements.
pub(crate) type TypeCase = (Box<[TypeRef]>, Option<LocalId>, Box<[Stmt]>);

/// A statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Stmt {
    /// An expression.
    Expr(ExprId),
    /// Declares variables.
    Declare { locals: Box<[Option<LocalId>]>, ty: Option<TypeRef>, values: Box<[ExprId]> },
    /// Declares some and assigns to others: `a, b := …` where one is known.
    Define { targets: Box<[ExprId]>, locals: Box<[Option<LocalId>]>, values: Box<[ExprId]> },
    /// Assigns.
    Assign { targets: Box<[ExprId]>, values: Box<[ExprId]>, compound: bool },
    /// Goes over a value.
    Range { targets: Box<[ExprId]>, locals: Box<[Option<LocalId>]>, subject: ExprId, body: Box<[Stmt]> },
    /// Gives results.
    Return(Box<[ExprId]>),
    /// Statements of any kind in their order: blocks, branches, loops.
    Block(Box<[Stmt]>),
    /// A condition.
    Condition(ExprId),
    /// Compares a value with those of each case.
    Switch { subject: Option<ExprId>, cases: Box<[Case]> },
    /// Asks for the type of a value: of each case the types, the variable that has it there, the statements.
    TypeSwitch { subject: ExprId, cases: Box<[TypeCase]> },
    /// Sends a value.
    Send { channel: ExprId, value: ExprId },
}
