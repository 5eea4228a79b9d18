//! What sort of thing each word of a text is, for colouring.

use montuno_base::TextRange;

use crate::tree::{Descend, SyntaxTree, range_of, walk};

/// A coloured range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// The range; on one line where the language allows it.
    pub range: TextRange,
    /// What it is.
    pub kind: TokenKind,
    /// What else is known of it.
    pub modifiers: TokenModifiers,
}

macro_rules! token_kinds {
    ($($(#[$doc:meta])* $name:ident = $lsp:literal,)*) => {
        /// What a token is. The names are LSP's where it has one.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum TokenKind { $($(#[$doc])* $name,)* }

        impl TokenKind {
            /// All kinds, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in LSP's legend.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $lsp,)* }
            }
        }
    };
}

token_kinds! {
    /// A namespace, module or package.
    Namespace = "namespace",
    /// A type that is none of the following.
    Type = "type",
    /// A class.
    Class = "class",
    /// An enum.
    Enum = "enum",
    /// A trait, interface or protocol.
    Interface = "interface",
    /// A struct.
    Struct = "struct",
    /// A type parameter.
    TypeParameter = "typeParameter",
    /// A parameter.
    Parameter = "parameter",
    /// A variable.
    Variable = "variable",
    /// A field, attribute or property.
    Property = "property",
    /// A variant of an enum.
    EnumMember = "enumMember",
    /// A function.
    Function = "function",
    /// A method.
    Method = "method",
    /// A macro.
    Macro = "macro",
    /// A decorator or attribute.
    Decorator = "decorator",
    /// A keyword.
    Keyword = "keyword",
    /// A comment.
    Comment = "comment",
    /// A string.
    String = "string",
    /// A number.
    Number = "number",
    /// An operator.
    Operator = "operator",
    /// A label.
    Label = "label",
    /// `self`, `cls`.
    SelfParameter = "selfParameter",
    /// A lifetime.
    Lifetime = "lifetime",
    /// A boolean literal.
    Boolean = "boolean",
    /// A type that the language brings.
    BuiltinType = "builtinType",
    /// `None`, and other constants that the language brings.
    BuiltinConstant = "builtinConstant",
    /// An escape in a string, or a placeholder in a format string.
    EscapeSequence = "escapeSequence",
    /// Punctuation.
    Punctuation = "punctuation",
    /// A name that leads nowhere.
    UnresolvedReference = "unresolvedReference",
}

/// A set of modifiers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct TokenModifiers(pub u32);

macro_rules! token_modifiers {
    ($($(#[$doc:meta])* $name:ident = $bit:literal $lsp:literal,)*) => {
        impl TokenModifiers {
            $($(#[$doc])* pub const $name: Self = Self(1 << $bit);)*

            /// The names in LSP's legend, by bit.
            pub const NAMES: &'static [&'static str] = &[$($lsp,)*];
        }
    };
}

token_modifiers! {
    /// Here it is declared.
    DECLARATION = 0 "declaration",
    /// Here it is defined.
    DEFINITION = 1 "definition",
    /// It does not change.
    READONLY = 2 "readonly",
    /// It belongs to the class, not to a value.
    STATIC = 3 "static",
    /// It should no longer be used.
    DEPRECATED = 4 "deprecated",
    /// It has no implementation.
    ABSTRACT = 5 "abstract",
    /// It is asynchronous.
    ASYNC = 6 "async",
    /// Here it is changed.
    MODIFICATION = 7 "modification",
    /// It is documentation.
    DOCUMENTATION = 8 "documentation",
    /// It belongs to the standard library.
    DEFAULT_LIBRARY = 9 "defaultLibrary",
    /// It can change.
    MUTABLE = 10 "mutable",
    /// It is unsafe.
    UNSAFE = 11 "unsafe",
    /// It is consumed here.
    CONSUMING = 12 "consuming",
    /// It is a callable value.
    CALLABLE = 13 "callable",
    /// It is public.
    PUBLIC = 14 "public",
    /// It comes from another package.
    LIBRARY = 15 "library",
    /// It directs the control flow.
    CONTROL_FLOW = 16 "controlFlow",
}

impl std::ops::BitOr for TokenModifiers {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl std::ops::BitOrAssign for TokenModifiers {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// The words of a text by their syntax alone, sorted by place, none overlapping another. `within`
/// leaves out what lies outside it.
pub fn tokens(tree: &SyntaxTree, within: Option<TextRange>) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    walk(tree.root(), |node| {
        let range = range_of(node);
        if within.is_some_and(|within| within.intersect(range).is_none()) {
            return Descend::Over;
        }
        match tree.grammar().token(node) {
            Some((kind, modifiers)) if !range.is_empty() => {
                found.push(Token { range, kind, modifiers });
                Descend::Over
            }
            _ => Descend::Into,
        }
    });
    found
}
