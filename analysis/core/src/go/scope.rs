//! What a name means outside of bodies: type parameters, the package, imports, what Go brings.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::def::Def;
use super::item::{Item, summary};
use super::package::{self, Package, Part, file_scope, imported, package_name, package_of, scope};
use crate::database::Db;
use crate::name::Name;
use crate::program::Unit;

/// The names that a file's imports give, with the index of the import.
#[salsa::tracked(returns(clone))]
pub(crate) fn imports(db: &dyn Db, unit: Unit) -> Arc<FxHashMap<Name, u32>> {
    let mut names = FxHashMap::default();
    for (index, import) in summary(db, unit.file(db)).imports.iter().enumerate() {
        let name = match import.alias {
            Some(alias) if matches!(alias.as_str(), "." | "_") => continue,
            Some(alias) => alias,
            None => import_name(db, unit, import.path),
        };
        names.entry(name).or_insert(u32::try_from(index).unwrap_or(u32::MAX));
    }
    Arc::new(names)
}

/// The name that an import without one of its own gives: the package's, else what the path suggests.
fn import_name(db: &dyn Db, unit: Unit, path: Name) -> Name {
    if path == "C" {
        return path;
    }
    let named = imported(db, unit, path).and_then(|package| package_name(db, package));
    named.unwrap_or_else(|| Name::new(&guessed_name(&path)))
}

/// The name that a package most likely has, by its path.
pub(crate) fn guessed_name(path: &str) -> String {
    let mut parts = path.rsplit('/');
    let mut last = parts.next().unwrap_or_default();
    let is_version =
        last.strip_prefix('v').is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()));
    if is_version {
        last = parts.next().unwrap_or(last);
    }
    let last = last.strip_prefix("go-").unwrap_or(last).split(".v").next().unwrap_or(last);
    last.replace('-', "_")
}

/// The package that an import of a file leads to.
pub(crate) fn package_of_import(db: &dyn Db, unit: Unit, index: u32) -> Option<Package> {
    let path = summary(db, unit.file(db)).imports.get(index as usize)?.path;
    imported(db, unit, path)
}

/// What a package declares under a name.
pub(crate) fn member(db: &dyn Db, package: Package, name: Name) -> Option<Item> {
    scope(db, package).names.get(&name).copied()
}

/// The type parameters that are known at a declaration, from the innermost.
pub(crate) fn generic(db: &dyn Db, item: Item, name: Name) -> Option<(Item, u32)> {
    let mut current = Some(item);
    while let Some(item) = current {
        if let Some(data) = item.data(db) {
            let position = match &data.receiver {
                Some(receiver) => receiver.generics.iter().position(|known| *known == name),
                None => None,
            };
            let position = position.or_else(|| data.generics.iter().position(|known| known.name == name));
            if let Some(position) = position {
                return Some((item, u32::try_from(position).unwrap_or(u32::MAX)));
            }
        }
        current = item.parent(db).or_else(|| item.owner(db));
    }
    None
}

/// What a plain name means in a file, outside of every body.
pub(crate) fn resolve(db: &dyn Db, unit: Unit, name: Name) -> Option<Def> {
    let package = package_of(db, unit);
    // A file that no build takes has first of all what it declares itself.
    if !package::is_built(db, unit)
        && let Some(&item) = file_scope(db, unit).names.get(&name)
    {
        return Some(Def::Item(item));
    }
    if let Some(item) = member(db, package, name) {
        return Some(Def::Item(item));
    }
    if let Some(&index) = imports(db, unit).get(&name) {
        return Some(Def::Import(unit, index));
    }
    for import in
        summary(db, unit.file(db)).imports.iter().filter(|import| import.alias.is_some_and(|alias| alias == "."))
    {
        let found = imported(db, unit, import.path).and_then(|package| member(db, package, name));
        if let Some(item) = found.filter(|_| is_exported(name)) {
            return Some(Def::Item(item));
        }
    }
    if let Some(item) = package::builtin(db, unit.program(db)).and_then(|builtin| member(db, builtin, name))
        && is_predeclared(name)
    {
        return Some(Def::Item(item));
    }
    is_predeclared(name).then_some(Def::Builtin(name))
}

/// Whether other packages see a name.
pub(crate) fn is_exported(name: Name) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}

/// The types that Go brings.
pub(crate) const BASIC_TYPES: &[&str] = &[
    "bool",
    "byte",
    "complex64",
    "complex128",
    "error",
    "float32",
    "float64",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "rune",
    "string",
    "uint",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "uintptr",
    "any",
    "comparable",
];

/// The functions that Go brings.
pub(crate) const FUNCTIONS: &[&str] = &[
    "append", "cap", "clear", "close", "complex", "copy", "delete", "imag", "len", "make", "max", "min", "new",
    "panic", "print", "println", "real", "recover",
];

/// Whether Go itself declares a name.
pub(crate) fn is_predeclared(name: Name) -> bool {
    let text = name.as_str();
    matches!(text, "true" | "false" | "nil" | "iota") || BASIC_TYPES.contains(&text) || FUNCTIONS.contains(&text)
}

/// Whether a declaration is one of what Go brings.
pub(crate) fn is_builtin(db: &dyn Db, item: Item) -> bool {
    let unit = item.unit(db);
    package::builtin(db, unit.program(db)).is_some_and(|builtin| builtin == package_of(db, unit))
}

/// The package in which a type's methods are looked for: the tests', if they ask.
pub(crate) fn package_for(db: &dyn Db, item: Item, asking: Option<Unit>) -> Package {
    let own = package_of(db, item.unit(db));
    let Some(asking) = asking else { return own };
    let asking = package_of(db, asking);
    let sees_tests = asking.part(db) != Part::Main && own.part(db) != Part::ExternalTests;
    if sees_tests && asking.folder(db) == own.folder(db) {
        return Package::new(db, own.program(db), own.folder(db).clone(), Part::WithTests);
    }
    own
}
