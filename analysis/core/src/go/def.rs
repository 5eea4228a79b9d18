//! What a name leads to.

use montuno_base::TextRange;
use montuno_semantic::{SymbolKind, Target};

use super::item::{Item, body, spans};
use super::package::{Package, files, package_name};
use crate::database::Db;
use crate::ir::body::{LocalId, LocalKind};
use crate::ir::items::ItemKind;
use crate::name::Name;
use crate::program::Unit;

/// What a name leads to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Def {
    /// A declaration.
    Item(Item),
    /// A local variable of a body.
    Local(Item, LocalId),
    /// A label of a body.
    Label(Item, u32),
    /// A type parameter.
    Generic(Item, u32),
    /// An import, by its index.
    Import(Unit, u32),
    /// A package.
    Package(Package),
    /// A name that nothing can use, at its own place.
    Unused(Unit, TextRange),
    /// What Go brings and declares nowhere.
    Builtin(Name),
}

impl Def {
    /// Where it is.
    pub(crate) fn target(self, db: &dyn Db) -> Option<Target> {
        let make = |unit: Unit, full_range: TextRange, name_range: TextRange, name: String, kind, container| Target {
            file: unit.file(db).id(db),
            full_range,
            name_range,
            name,
            kind,
            container,
        };
        match self {
            Self::Item(item) => {
                let span = item.span(db)?;
                let name = item.name(db).to_string();
                Some(make(item.unit(db), span.full, span.name, name, kind_of(db, item), container(db, item)))
            }
            Self::Local(item, id) => {
                let base = item.span(db)?.full.start();
                let body = body(db, item);
                let local = body.locals.get(id.0 as usize)?;
                let kind = match local.kind {
                    LocalKind::Parameter | LocalKind::Receiver => SymbolKind::Parameter,
                    LocalKind::Constant => SymbolKind::Constant,
                    LocalKind::Result | LocalKind::Variable => SymbolKind::Local,
                };
                let range = local.range + base;
                let container = Some(item.name(db).to_string());
                Some(make(item.unit(db), range, range, local.name.to_string(), kind, container))
            }
            Self::Label(item, index) => {
                let base = item.span(db)?.full.start();
                let range = *body(db, item).labels.get(index as usize)? + base;
                let unit = item.unit(db);
                let text = crate::database::source(db, unit.file(db))?;
                let name = text.get(range.start().into()..range.end().into())?.to_owned();
                Some(make(unit, range, range, name, SymbolKind::Label, None))
            }
            Self::Generic(item, index) => {
                let range = *item.span(db)?.generics.get(index as usize)?;
                let data = item.data(db)?;
                let name = match &data.receiver {
                    Some(receiver) => receiver.generics.get(index as usize).copied(),
                    None => data.generics.get(index as usize).map(|generic| generic.name),
                }?;
                let container = Some(item.name(db).to_string());
                Some(make(item.unit(db), range, range, name.to_string(), SymbolKind::TypeParameter, container))
            }
            Self::Import(unit, index) => {
                let span = spans(db, unit.file(db)).imports.get(index as usize)?.clone();
                let names = super::scope::imports(db, unit);
                let name = names.iter().find(|(_, known)| **known == index).map(|(name, _)| name.to_string());
                let name_range = span.alias.unwrap_or(span.path);
                Some(make(unit, span.full, name_range, name.unwrap_or_default(), SymbolKind::Module, None))
            }
            Self::Package(package) => {
                // The file that says what the package is for.
                let files = files(db, package);
                let documented = |unit: &&Unit| super::hover::package_comment(db, unit.file(db)).is_some();
                let unit = *files.iter().find(documented).or_else(|| files.first())?;
                let range = spans(db, unit.file(db)).package?;
                let name = package_name(db, package)?.to_string();
                Some(make(unit, range, range, name, SymbolKind::Module, None))
            }
            Self::Unused(unit, range) => {
                let text = crate::database::source(db, unit.file(db))?;
                let name = text.get(range.start().into()..range.end().into())?.to_owned();
                Some(make(unit, range, range, name, SymbolKind::Parameter, None))
            }
            Self::Builtin(_) => None,
        }
    }
}

/// What people call it.
pub(crate) fn kind_of(db: &dyn Db, item: Item) -> SymbolKind {
    match item.kind(db) {
        ItemKind::Function => SymbolKind::Function,
        ItemKind::Method | ItemKind::InterfaceMethod => SymbolKind::Method,
        ItemKind::Struct => SymbolKind::Struct,
        ItemKind::Interface => SymbolKind::Interface,
        ItemKind::Defined if super::scope::is_builtin(db, item) => SymbolKind::BuiltinType,
        ItemKind::Defined => SymbolKind::Class,
        ItemKind::Alias => SymbolKind::TypeAlias,
        ItemKind::Field | ItemKind::Embedded => SymbolKind::Field,
        ItemKind::Constant => SymbolKind::Constant,
        ItemKind::Variable => SymbolKind::Variable,
    }
}

/// What it is declared in: the type of a method or field, else the package.
pub(crate) fn container(db: &dyn Db, item: Item) -> Option<String> {
    if let Some(of) = item.of(db) {
        return Some(of.to_string());
    }
    let mut above = item.parent(db);
    while let Some(parent) = above {
        if !parent.name(db).is_empty() {
            return Some(parent.name(db).to_string());
        }
        above = parent.parent(db);
    }
    package_name(db, super::package::package_of(db, item.unit(db))).map(|name| name.to_string())
}
