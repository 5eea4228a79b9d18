//! What a file says, as one compact tree: declarations, types, statements and expressions.
//!
//! All nodes have one form, so that walking up, down and to a place is written once. Function bodies
//! are numbered behind everything else: an edit inside of one leaves the numbers of all that other
//! files can see as they were.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use text_size::TextRange;

use super::name::Name;

/// A node of one tree.
pub(crate) type NodeId = u32;

/// Stands where an optional child is not.
pub(crate) const NONE: NodeId = u32::MAX;

/// What a node is. The comment lists its children in order; `?` may be [`NONE`], `*` is any number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub(crate) enum Kind {
    /// statement*
    Module,
    /// any*
    List,
    /// A word that is no reference: a property's name, an import's.
    Word,

    // Declarations.
    /// declarator*
    Variables,
    /// pattern, type?, value?
    Declarator,
    Binding,
    /// property*, rest?
    ObjectPattern,
    /// pattern, key?
    PatternProperty,
    /// pattern?*
    ArrayPattern,
    /// pattern, value
    DefaultPattern,
    /// pattern
    RestPattern,
    /// type parameters?, parameters, result?, body?, this?, key?
    Function,
    /// pattern, type?, value?
    Parameter,
    /// constraint?, default?
    TypeParameter,
    /// type parameters?, heritage?, heritage's arguments?, implements, members
    Class,
    /// type?, value?, key?
    Property,
    /// as a function
    Method,
    /// type of the key, type
    IndexSignature,
    /// as a function
    CallSignature,
    /// as a function
    ConstructSignature,
    /// statement*
    StaticBlock,
    /// type parameters?, extends, members
    Interface,
    /// type parameters?, type
    Alias,
    /// member*
    Enum,
    /// value?
    EnumMember,
    /// body
    Namespace,
    /// specifier*; the name is the module's
    Import,
    /// word
    ImportName,
    ImportDefault,
    ImportNamespace,
    /// string or path
    ImportEquals,
    /// specifier*; the name is the module's
    ExportList,
    /// word or reference
    ExportName,
    /// word?; the name is the module's
    ExportAll,
    /// declaration or expression
    ExportDefault,
    /// expression
    ExportAssignment,
    ExportNamespace,

    // Statements.
    Block,
    /// test, then, else?
    If,
    /// start?, test?, step?, body
    For,
    /// left, right, body
    ForIn,
    /// left, right, body
    ForOf,
    /// test, body
    While,
    /// body, test
    DoWhile,
    /// value?
    Return,
    /// subject, case*
    Switch,
    /// test?, statement*
    Case,
    /// value
    Throw,
    /// block, catch?, finally?
    Try,
    /// pattern?, type?, body
    Catch,
    /// statement
    Labeled,
    Break,
    Continue,
    /// expression
    Expression,
    Empty,

    // Expressions.
    Identifier,
    This,
    Super,
    String,
    Number,
    BigInt,
    Boolean,
    Null,
    Regex,
    /// expression*
    Template,
    /// element?*
    Array,
    /// property*
    Object,
    /// value, key?
    ObjectProperty,
    /// expression
    Spread,
    /// callee, type arguments?, arguments
    Call,
    /// callee, type arguments?, arguments
    New,
    /// object, word
    Member,
    /// object, index
    Index,
    /// operand
    Unary,
    /// operand
    Update,
    /// left, right
    Binary,
    /// left, right
    Logical,
    /// target, value
    Assign,
    /// test, then, else
    Conditional,
    /// expression*
    Sequence,
    /// expression
    Await,
    /// expression?
    Yield,
    /// expression, type
    As,
    /// expression, type
    Satisfies,
    /// expression
    NonNull,
    /// tag, type arguments?, template
    TaggedTemplate,
    /// module
    ImportCall,
    ImportMeta,
    NewTarget,
    /// expression, type arguments
    Instantiation,
    /// name, attributes, children, closing name?
    JsxElement,
    /// value?
    JsxAttribute,

    // Types.
    /// path, arguments?
    TypeReference,
    /// left, word
    QualifiedName,
    Keyword,
    /// literal
    LiteralType,
    /// element
    ArrayType,
    /// element*
    TupleType,
    /// type; the name is the label
    TupleMember,
    /// type*
    UnionType,
    /// type*
    IntersectionType,
    /// as a function
    FunctionType,
    /// as a function
    ConstructorType,
    /// member*
    ObjectType,
    /// tested, extends, then, else
    ConditionalType,
    /// type parameter
    InferType,
    /// type parameter, name?, type?
    MappedType,
    /// object, index
    IndexedType,
    /// type
    KeyOf,
    /// type
    UniqueType,
    /// type
    ReadonlyType,
    /// type?
    Predicate,
    /// path, arguments?
    TypeQuery,
    /// path?, arguments?; the name is the module's
    ImportType,
    /// string and type in turn
    TemplateType,
    ThisType,

    // From documentation comments.
    /// tag*
    Doc,
    /// type
    DocType,
    /// type?
    DocParameter,
    /// type
    DocReturns,
    /// type
    DocExtends,
    /// type
    DocThis,
    /// a type parameter
    DocTemplate,
}

/// What is true of a node besides its kind.
pub(crate) mod flags {
    /// `const`, of a variable or a type parameter; a `const enum`.
    pub(crate) const CONST: u32 = 1;
    /// `var`: it belongs to the function around it.
    pub(crate) const VAR: u32 = 1 << 1;
    pub(crate) const OPTIONAL: u32 = 1 << 2;
    pub(crate) const REST: u32 = 1 << 3;
    pub(crate) const STATIC: u32 = 1 << 4;
    pub(crate) const GETTER: u32 = 1 << 5;
    pub(crate) const SETTER: u32 = 1 << 6;
    pub(crate) const CONSTRUCTOR: u32 = 1 << 7;
    pub(crate) const READONLY: u32 = 1 << 8;
    pub(crate) const COMPUTED: u32 = 1 << 9;
    pub(crate) const SHORTHAND: u32 = 1 << 10;
    pub(crate) const METHOD: u32 = 1 << 11;
    pub(crate) const ARROW: u32 = 1 << 12;
    pub(crate) const ASYNC: u32 = 1 << 13;
    pub(crate) const GENERATOR: u32 = 1 << 14;
    /// The body is an expression.
    pub(crate) const EXPRESSION: u32 = 1 << 15;
    pub(crate) const EXPORTED: u32 = 1 << 16;
    /// A type alone: `import type`.
    pub(crate) const TYPE_ONLY: u32 = 1 << 17;
    /// `declare global`.
    pub(crate) const GLOBAL: u32 = 1 << 18;
    /// `declare module "name"`.
    pub(crate) const EXTERNAL: u32 = 1 << 19;
    /// A declaration that is a statement.
    pub(crate) const STATEMENT: u32 = 1 << 20;
    /// A parameter that is a property too.
    pub(crate) const PARAMETER_PROPERTY: u32 = 1 << 21;
    pub(crate) const ABSTRACT: u32 = 1 << 22;
    pub(crate) const ASSERTS: u32 = 1 << 23;
    /// `-?`, `-readonly`.
    pub(crate) const MINUS: u32 = 1 << 24;
    pub(crate) const PRIVATE: u32 = 1 << 25;
    pub(crate) const DEFAULT: u32 = 1 << 26;
    pub(crate) const PROTECTED: u32 = 1 << 28;
    pub(crate) const DECLARE: u32 = 1 << 29;
    /// Of a loop: `for await`; of a union: no brackets around.
    pub(crate) const TRUE: u32 = 1 << 30;
    /// Of an import: there is a `from`.
    pub(crate) const FROM: u32 = 1 << 31;
}

/// One node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// The operator of an operation.
    pub(crate) operator: Operator,
    pub(crate) flags: u32,
    pub(crate) name: Name,
    pub(crate) parent: NodeId,
    first_child: u32,
    child_count: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) name_start: u32,
    pub(crate) name_end: u32,
}

/// The operators that types depend on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub(crate) enum Operator {
    None,
    Equal,
    NotEqual,
    LooseEqual,
    LooseNotEqual,
    Less,
    Add,
    Arithmetic,
    Bits,
    In,
    InstanceOf,
    And,
    Or,
    Coalesce,
    Assign,
    Not,
    TypeOf,
    Void,
    Delete,
    Minus,
    Plus,
}

/// A file's tree.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    children: Vec<NodeId>,
    /// What each scope declares.
    pub(crate) scopes: FxHashMap<NodeId, Table>,
    /// What a module or namespace exports.
    pub(crate) exports: FxHashMap<NodeId, Table>,
    /// Documentation with types, by what it stands before.
    pub(crate) docs: FxHashMap<NodeId, NodeId>,
    /// Whether the file is a module: its declarations are not global.
    pub(crate) is_module: bool,
    /// Whether `require`, `exports` and `module` are its way to import and export.
    pub(crate) is_common_js: bool,
    /// Whether it is JavaScript: types stand in comments.
    pub(crate) is_script: bool,
    /// Whether it only declares.
    pub(crate) is_declaration: bool,
    /// `declare global`.
    pub(crate) global_blocks: Vec<NodeId>,
    /// `declare module "name"`, by name.
    pub(crate) ambient: Vec<(Name, NodeId)>,
    /// Assignments that declare: `this.x = …`, `exports.x = …`, `F.prototype.x = …`, `F.x = …`.
    pub(crate) assigned: Vec<NodeId>,
    /// Assignments to plain names, by name.
    pub(crate) plain_assignments: Table,
    /// The modules that it mentions, with the places of their names.
    pub(crate) requests: Vec<(Name, NodeId)>,
    /// `/// <reference …/>`.
    pub(crate) references: Vec<Reference>,
    /// What is wrong with the text.
    pub(crate) errors: Vec<(TextRange, String)>,
    /// The nodes from here on are in bodies.
    pub(crate) first_in_body: NodeId,
    /// Tells texts apart that differ outside of bodies.
    pub(crate) surface: u64,
    /// Names of the file in the order of their places, for finding what stands at one.
    pub(crate) names: Vec<(u32, NodeId)>,
}

/// The declarations of each name.
pub(crate) type Table = FxHashMap<Name, SmallVec<[NodeId; 1]>>;

/// A directive that names another file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Reference {
    Path(String),
    Types(String),
    Library(String),
    NoDefaultLibrary,
}

impl Tree {
    /// A tree without nodes. `is_script` as in the field of that name.
    pub(crate) fn new(is_script: bool) -> Self {
        Self { is_script, ..Self::default() }
    }

    /// The root.
    pub(crate) const ROOT: NodeId = 0;

    pub(crate) fn len(&self) -> u32 {
        self.nodes.len() as u32
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(crate) fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id as usize]
    }

    pub(crate) fn kind(&self, id: NodeId) -> Kind {
        self.nodes[id as usize].kind
    }

    pub(crate) fn name(&self, id: NodeId) -> Name {
        self.nodes[id as usize].name
    }

    pub(crate) fn parent(&self, id: NodeId) -> NodeId {
        self.nodes[id as usize].parent
    }

    /// Whether `require` at a place is a parameter or a local, as in what a bundler wrote: its names are the bundle's own.
    pub(crate) fn has_own_require(&self, place: NodeId) -> bool {
        let name = Name::new("require");
        let mut at = place;
        while at != NONE && at != Self::ROOT {
            if self.scopes.get(&at).is_some_and(|table| table.contains_key(&name)) {
                return true;
            }
            at = self.parent(at);
        }
        false
    }

    pub(crate) fn has(&self, id: NodeId, flag: u32) -> bool {
        self.nodes[id as usize].flags & flag != 0
    }

    /// The children; absent ones are [`NONE`].
    pub(crate) fn children(&self, id: NodeId) -> &[NodeId] {
        if id == NONE {
            return &[];
        }
        let node = self.node(id);
        &self.children[node.first_child as usize..(node.first_child + node.child_count) as usize]
    }

    /// The children that are there.
    pub(crate) fn present(&self, id: NodeId) -> impl DoubleEndedIterator<Item = NodeId> + '_ {
        self.children(id).iter().copied().filter(|&child| child != NONE)
    }

    /// A child by its place; [`NONE`] if it is not there.
    pub(crate) fn child(&self, id: NodeId, place: usize) -> NodeId {
        self.children(id).get(place).copied().unwrap_or(NONE)
    }

    /// A child by its place.
    pub(crate) fn get(&self, id: NodeId, place: usize) -> Option<NodeId> {
        Some(self.child(id, place)).filter(|&child| child != NONE)
    }

    /// The nodes around one, the innermost first, itself not among them.
    pub(crate) fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let up = move |&at: &NodeId| Some(self.parent(at)).filter(|&parent| parent != NONE);
        std::iter::successors(up(&id), up)
    }

    pub(crate) fn range(&self, id: NodeId) -> TextRange {
        let node = self.node(id);
        TextRange::new(node.start.into(), node.end.max(node.start).into())
    }

    /// Where the name stands; of what has none, an empty range at its start.
    pub(crate) fn name_range(&self, id: NodeId) -> TextRange {
        let node = self.node(id);
        if node.name_end > node.name_start {
            TextRange::new(node.name_start.into(), node.name_end.into())
        } else {
            TextRange::empty(node.start.into())
        }
    }

    /// Adds a node; its children know it from now on.
    pub(crate) fn add(&mut self, kind: Kind, range: (u32, u32), children: &[NodeId]) -> NodeId {
        let id = self.nodes.len() as NodeId;
        let first_child = self.children.len() as u32;
        self.children.extend_from_slice(children);
        for &child in children {
            if child != NONE {
                self.nodes[child as usize].parent = id;
            }
        }
        self.nodes.push(Node {
            kind,
            operator: Operator::None,
            flags: 0,
            name: Name::NONE,
            parent: NONE,
            first_child,
            child_count: children.len() as u32,
            start: range.0,
            end: range.1,
            name_start: 0,
            name_end: 0,
        });
        id
    }

    /// Puts a child where there was none.
    pub(crate) fn set_child(&mut self, id: NodeId, place: usize, child: NodeId) {
        let first = self.nodes[id as usize].first_child as usize;
        self.children[first + place] = child;
        self.nodes[child as usize].parent = id;
    }

    /// Gives a node other children.
    pub(crate) fn set_children(&mut self, id: NodeId, children: &[NodeId]) {
        let first_child = self.children.len() as u32;
        self.children.extend_from_slice(children);
        for &child in children {
            if child != NONE {
                self.nodes[child as usize].parent = id;
            }
        }
        let node = &mut self.nodes[id as usize];
        node.first_child = first_child;
        node.child_count = children.len() as u32;
    }

    /// Gives back what was reserved.
    pub(crate) fn shrink(&mut self) {
        self.nodes.shrink_to_fit();
        self.children.shrink_to_fit();
        self.names.shrink_to_fit();
    }

    /// Whether something is a function of any sort: has parameters and perhaps a result.
    pub(crate) fn is_function(&self, id: NodeId) -> bool {
        matches!(
            self.kind(id),
            Kind::Function
                | Kind::Method
                | Kind::CallSignature
                | Kind::ConstructSignature
                | Kind::FunctionType
                | Kind::ConstructorType
        )
    }

    /// The parameters of a function.
    pub(crate) fn parameters(&self, function: NodeId) -> &[NodeId] {
        self.children(self.child(function, slot::PARAMETERS))
    }

    /// The function around a node, itself not.
    pub(crate) fn function_around(&self, id: NodeId) -> Option<NodeId> {
        self.ancestors(id).find(|&at| self.is_function(at) || self.kind(at) == Kind::StaticBlock)
    }

    /// The name that a parameter binds, if it is a plain one; else the parameter.
    pub(crate) fn bare_binding(&self, parameter: NodeId) -> NodeId {
        let mut at = self.child(parameter, 0);
        while at != NONE && self.kind(at) == Kind::DefaultPattern {
            at = self.child(at, 0);
        }
        if at == NONE { parameter } else { at }
    }
}

/// Where the children of a function and a class are.
pub(crate) mod slot {
    pub(crate) const TYPE_PARAMETERS: usize = 0;
    pub(crate) const PARAMETERS: usize = 1;
    pub(crate) const RESULT: usize = 2;
    pub(crate) const BODY: usize = 3;
    pub(crate) const THIS: usize = 4;
    pub(crate) const FUNCTION_KEY: usize = 5;

    pub(crate) const HERITAGE: usize = 1;
    pub(crate) const HERITAGE_ARGUMENTS: usize = 2;
    pub(crate) const IMPLEMENTS: usize = 3;
    pub(crate) const CLASS_MEMBERS: usize = 4;
}
