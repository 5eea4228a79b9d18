//! What sort of thing a symbol is.

use montuno_semantic::SymbolKind;
use ra_ap_ide::SymbolKind as EngineKind;

/// The waist's word for a kind of symbol.
pub(crate) fn kind(kind: EngineKind) -> SymbolKind {
    match kind {
        EngineKind::Attribute | EngineKind::BuiltinAttr | EngineKind::Derive | EngineKind::DeriveHelper => {
            SymbolKind::Attribute
        }
        EngineKind::Const => SymbolKind::Constant,
        EngineKind::ConstParam | EngineKind::LifetimeParam | EngineKind::TypeParam => SymbolKind::TypeParameter,
        EngineKind::CrateRoot | EngineKind::Module | EngineKind::ToolModule => SymbolKind::Module,
        EngineKind::Enum => SymbolKind::Enum,
        EngineKind::Field => SymbolKind::Field,
        EngineKind::Function => SymbolKind::Function,
        EngineKind::Method => SymbolKind::Method,
        EngineKind::Impl => SymbolKind::Implementation,
        EngineKind::InlineAsmRegOrRegClass => SymbolKind::Keyword,
        EngineKind::Label => SymbolKind::Label,
        EngineKind::Local => SymbolKind::Local,
        EngineKind::Macro | EngineKind::ProcMacro => SymbolKind::Macro,
        EngineKind::SelfParam | EngineKind::ValueParam => SymbolKind::Parameter,
        EngineKind::SelfType | EngineKind::TypeAlias => SymbolKind::TypeAlias,
        EngineKind::Static => SymbolKind::Variable,
        EngineKind::Struct | EngineKind::Union => SymbolKind::Struct,
        EngineKind::Trait => SymbolKind::Interface,
        EngineKind::Variant => SymbolKind::EnumMember,
    }
}
