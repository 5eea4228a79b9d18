//! What each word of a file is, for colouring.

use montuno_base::{FileId, TextRange};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::tokens::{Token, TokenKind, TokenModifiers};
use ra_ap_ide::{Highlight, HlMod, HlTag, SymbolKind};

use crate::configuration;
use crate::load::database::to_engine;
use crate::snapshot::RustSnapshot;

impl RustSnapshot {
    pub(crate) fn tokens(&self, file: FileId, within: Option<TextRange>) -> Cancellable<Vec<Token>> {
        let range = match within {
            Some(within) => match self.range(file, within)? {
                Some(range) => Some(range),
                None => return Ok(Vec::new()),
            },
            None if self.engine_text(file)?.is_none() => return Ok(Vec::new()),
            None => None,
        };
        let found = self.ask(|analysis| match range {
            Some(range) => analysis.highlight_range(configuration::highlighting(), range),
            None => analysis.highlight(configuration::highlighting(), to_engine(file)),
        })?;
        let tokens = found.into_iter().filter(|found| !found.highlight.is_empty() && !found.range.is_empty());
        let mut tokens: Vec<_> = tokens.filter_map(|found| token(found.range, found.highlight)).collect();
        tokens.sort_by_key(|token| token.range.start());
        Ok(tokens)
    }
}

fn token(range: TextRange, highlight: Highlight) -> Option<Token> {
    let kind = match highlight.tag {
        HlTag::Symbol(symbol) => of_symbol(symbol),
        HlTag::BoolLiteral => TokenKind::Boolean,
        HlTag::BuiltinType => TokenKind::BuiltinType,
        HlTag::ByteLiteral | HlTag::NumericLiteral => TokenKind::Number,
        HlTag::CharLiteral | HlTag::StringLiteral => TokenKind::String,
        HlTag::Comment => TokenKind::Comment,
        HlTag::EscapeSequence | HlTag::InvalidEscapeSequence | HlTag::FormatSpecifier => TokenKind::EscapeSequence,
        HlTag::Keyword => TokenKind::Keyword,
        HlTag::Operator(_) => TokenKind::Operator,
        HlTag::AttributeBracket | HlTag::Punctuation(_) => TokenKind::Punctuation,
        HlTag::UnresolvedReference => TokenKind::UnresolvedReference,
        HlTag::None => return None,
    };
    let modifiers = highlight.mods.iter().fold(TokenModifiers::default(), |all, one| all | modifier(one));
    Some(Token { range, kind, modifiers })
}

fn of_symbol(symbol: SymbolKind) -> TokenKind {
    match symbol {
        SymbolKind::Attribute | SymbolKind::BuiltinAttr | SymbolKind::Derive | SymbolKind::DeriveHelper => {
            TokenKind::Decorator
        }
        SymbolKind::Const | SymbolKind::Static | SymbolKind::Local => TokenKind::Variable,
        SymbolKind::ConstParam | SymbolKind::TypeParam => TokenKind::TypeParameter,
        SymbolKind::CrateRoot | SymbolKind::Module | SymbolKind::ToolModule => TokenKind::Namespace,
        SymbolKind::Enum => TokenKind::Enum,
        SymbolKind::Field => TokenKind::Property,
        SymbolKind::Function => TokenKind::Function,
        SymbolKind::Method => TokenKind::Method,
        SymbolKind::Impl | SymbolKind::TypeAlias | SymbolKind::Union => TokenKind::Type,
        SymbolKind::InlineAsmRegOrRegClass => TokenKind::Keyword,
        SymbolKind::Label => TokenKind::Label,
        SymbolKind::LifetimeParam => TokenKind::Lifetime,
        SymbolKind::Macro | SymbolKind::ProcMacro => TokenKind::Macro,
        SymbolKind::SelfParam | SymbolKind::SelfType => TokenKind::SelfParameter,
        SymbolKind::Struct => TokenKind::Struct,
        SymbolKind::Trait => TokenKind::Interface,
        SymbolKind::ValueParam => TokenKind::Parameter,
        SymbolKind::Variant => TokenKind::EnumMember,
    }
}

/// The modifier that says the same; none for what is too fine to be shown.
fn modifier(modifier: HlMod) -> TokenModifiers {
    match modifier {
        HlMod::Associated => TokenModifiers::default(),
        HlMod::Async => TokenModifiers::ASYNC,
        HlMod::Callable => TokenModifiers::CALLABLE,
        HlMod::Const => TokenModifiers::READONLY,
        HlMod::Consuming => TokenModifiers::CONSUMING,
        HlMod::ControlFlow => TokenModifiers::CONTROL_FLOW,
        HlMod::DefaultLibrary => TokenModifiers::DEFAULT_LIBRARY,
        HlMod::Definition => TokenModifiers::DECLARATION,
        HlMod::Deprecated => TokenModifiers::DEPRECATED,
        HlMod::Documentation => TokenModifiers::DOCUMENTATION,
        HlMod::Library => TokenModifiers::LIBRARY,
        HlMod::Mutable => TokenModifiers::MUTABLE,
        HlMod::Public => TokenModifiers::PUBLIC,
        HlMod::Static => TokenModifiers::STATIC,
        HlMod::Unsafe => TokenModifiers::UNSAFE,
        _ => TokenModifiers::default(),
    }
}
