//! What sort of thing a declaration is.

/// What sort of thing a symbol is. Names are LSP's where LSP has one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SymbolKind {
    /// A file that is itself a module.
    File,
    /// A module or namespace.
    Module,
    /// A class.
    Class,
    /// A struct or union.
    Struct,
    /// An enum.
    Enum,
    /// A variant of an enum.
    EnumMember,
    /// A trait, an interface or a protocol.
    Interface,
    /// A type alias.
    TypeAlias,
    /// A type parameter or lifetime parameter.
    TypeParameter,
    /// An implementation block.
    Implementation,
    /// A function.
    Function,
    /// A method.
    Method,
    /// A constructor.
    Constructor,
    /// A field or attribute of a value.
    Field,
    /// A property with a getter.
    Property,
    /// A constant.
    Constant,
    /// A variable of a module or class, or a static.
    Variable,
    /// A local variable.
    Local,
    /// A parameter.
    Parameter,
    /// A macro.
    Macro,
    /// An attribute or decorator of the language.
    Attribute,
    /// A label.
    Label,
    /// A keyword.
    Keyword,
    /// A type that the language brings.
    BuiltinType,
    /// A ready-made piece of text.
    Snippet,
}

impl SymbolKind {
    /// Whether values of it have members that are searched in subclasses and implementations.
    pub fn is_type(self) -> bool {
        matches!(self, Self::Class | Self::Struct | Self::Enum | Self::Interface | Self::TypeAlias | Self::BuiltinType)
    }

    /// Whether it can be called.
    pub fn is_callable(self) -> bool {
        matches!(self, Self::Function | Self::Method | Self::Constructor | Self::Macro)
    }
}
