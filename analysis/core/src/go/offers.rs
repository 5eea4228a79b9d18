//! The names that can stand at a place.

use montuno_base::{FilePosition, TextSize};
use montuno_semantic::SymbolKind;
use montuno_semantic::completion::{Candidate, Candidates, CompletionItem};
use montuno_semantic::features::completions::typed;
use rustc_hash::FxHashSet;

use super::def::{Def, kind_of};
use super::infer::infer;
use super::item::{Item, body, summary};
use super::lookup::all;
use super::navigation::package_of_unit;
use super::package::{builtin, imported, package_of, scope as package_scope, unit_of};
use super::scope::{self as names, BASIC_TYPES, FUNCTIONS, is_exported};
use super::{display, hover, place};
use crate::database::{Db, source};
use crate::ir::body::LocalKind;
use crate::name::Name;
use crate::program::Unit;
use crate::types::{Ty, TyKind};
use crate::view::View;

/// The words that no name can be.
pub(super) const KEYWORDS: &[&str] = &[
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
];

/// Farther than everything that is declared.
const FARTHEST: u32 = 5;

pub(super) fn members(view: &View<'_>, position: FilePosition) -> Option<Candidates> {
    let db = view.db;
    let (file, offset) = view.place(position)?;
    let unit = unit_of(db, file);
    if let Some((owner, receiver, _)) = place::receiver_at(db, unit, offset) {
        let ty = infer(db, owner).type_of(receiver).unwrap_or(Ty::unknown(db));
        return Some(members_of(db, ty, unit));
    }
    // A type behind a package's name, outside of bodies or half written.
    let text = source(db, file)?;
    let start = typed(&text, offset).start();
    let before = text.get(..start.into())?.strip_suffix('.')?;
    if before.ends_with(|c: char| c.is_ascii_digit()) {
        return Some(Candidates::default());
    }
    let qualifier = typed(before, TextSize::of(before));
    let name = before.get(qualifier.start().into()..)?;
    if name.is_empty() {
        return Some(Candidates::default());
    }
    let inside = place::body_at(db, unit, qualifier.start());
    let local = inside.and_then(|owner| {
        let base = owner.span(db)?.full.start();
        let at = qualifier.start() - base;
        let body = body(db, owner);
        let position =
            body.locals.iter().rposition(|local| local.name == name && local.scope.contains_inclusive(at))?;
        infer(db, owner).local(crate::ir::body::LocalId(u32::try_from(position).ok()?))
    });
    if let Some(ty) = local {
        return Some(members_of(db, ty, unit));
    }
    match names::resolve(db, unit, Name::new(name)) {
        Some(Def::Import(unit, index)) => match names::package_of_import(db, unit, index) {
            Some(package) => Some(members_of(db, Ty::new(db, TyKind::Package(package)), unit)),
            None => Some(Candidates::default()),
        },
        Some(Def::Item(item)) => Some(members_of(db, super::types::type_of(db, item), unit)),
        _ => Some(Candidates::default()),
    }
}

/// What a package offers to a file.
pub(super) fn members_of_package(db: &dyn Db, package: super::package::Package, unit: Unit) -> Candidates {
    members_of(db, Ty::new(db, TyKind::Package(package)), unit)
}

fn members_of(db: &dyn Db, ty: Ty, unit: Unit) -> Candidates {
    let from = package_of_unit(db, unit);
    let is_visible =
        |item: Item| is_exported(item.name(db)) || package_of(db, item.unit(db)).folder(db) == from.folder(db);
    if let TyKind::Package(package) = ty.kind(db) {
        let items = package_scope(db, *package).names.values().copied().filter(|item| is_visible(*item));
        let mut found: Vec<Candidate> = items.map(|item| candidate(db, item, unit, 0)).collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        return Candidates { names: found, exhaustive: super::package::is_whole(db, *package) };
    }
    let (of, known) = match ty.kind(db) {
        TyKind::TypeObject(of) => (*of, true),
        TyKind::Unknown => (ty, false),
        _ => (ty, true),
    };
    let members = all(db, of, Some(unit)).into_iter().filter(|member| is_visible(member.item));
    let found = members.map(|member| {
        let detail = display::ty(db, member.ty, Some(from));
        Candidate { detail: Some(detail), ..candidate(db, member.item, unit, member.depth) }
    });
    Candidates { names: found.collect(), exhaustive: known }
}

fn candidate(db: &dyn Db, item: Item, unit: Unit, distance: u32) -> Candidate {
    let data = item.data(db);
    Candidate {
        name: item.name(db).to_string(),
        kind: kind_of(db, item),
        detail: hover::detail(db, item, package_of_unit(db, unit)),
        distance,
        deprecated: false,
        takes_arguments: data
            .and_then(|data| data.signature.as_ref())
            .map(|signature| !signature.parameters.is_empty()),
    }
}

fn plain(name: &str, kind: SymbolKind, distance: u32) -> Candidate {
    Candidate { name: name.to_owned(), kind, detail: None, distance, deprecated: false, takes_arguments: None }
}

pub(super) fn scope(view: &View<'_>, position: FilePosition) -> Candidates {
    let db = view.db;
    let Some((file, offset)) = view.place(position) else { return Candidates::default() };
    let unit = unit_of(db, file);
    let from = package_of_unit(db, unit);
    let mut known: FxHashSet<Name> = FxHashSet::default();
    let mut found: Vec<Candidate> = Vec::new();
    if let Some(owner) = place::body_at(db, unit, offset) {
        let base = owner.span(db).map_or(TextSize::new(0), |span| span.full.start());
        let at = offset - base;
        let (body, inference) = (body(db, owner), infer(db, owner));
        // What is declared last hides what is declared before it.
        for (index, local) in body.locals.iter().enumerate().rev() {
            if !local.scope.contains_inclusive(at) || local.name == "_" || !known.insert(local.name) {
                continue;
            }
            let id = crate::ir::body::LocalId(u32::try_from(index).unwrap_or(u32::MAX));
            let kind = match local.kind {
                LocalKind::Parameter | LocalKind::Receiver => SymbolKind::Parameter,
                LocalKind::Constant => SymbolKind::Constant,
                LocalKind::Result | LocalKind::Variable => SymbolKind::Local,
            };
            let detail = inference.local(id).map(|ty| display::ty(db, ty, Some(from)));
            found.push(Candidate { detail, ..plain(&local.name, kind, 0) });
        }
        for (index, item) in body.items.iter().enumerate() {
            let scope = body.item_scopes.get(index).copied().unwrap_or_default();
            if item.parent.is_none() && scope.contains_inclusive(at) && known.insert(item.name) {
                found.push(plain(&item.name, SymbolKind::Class, 0));
            }
        }
        if let Some(data) = owner.data(db) {
            let of_receiver = data.receiver.iter().flat_map(|receiver| receiver.generics.iter().copied());
            for name in data.generics.iter().map(|generic| generic.name).chain(of_receiver) {
                if known.insert(name) {
                    found.push(plain(&name, SymbolKind::TypeParameter, 1));
                }
            }
        }
    }
    let mut items: Vec<Item> = scope_items(db, unit);
    items.sort_by_key(|item| item.name(db));
    for item in items {
        if known.insert(item.name(db)) {
            let distance = if item.unit(db) == unit { 2 } else { 3 };
            found.push(candidate(db, item, unit, distance));
        }
    }
    let mut imports: Vec<Name> = names::imports(db, unit).keys().copied().collect();
    imports.sort();
    for name in imports {
        if known.insert(name) {
            found.push(plain(&name, SymbolKind::Module, 2));
        }
    }
    let universe = builtin(db, unit.program(db));
    let texts = BASIC_TYPES.iter().map(|name| (*name, SymbolKind::BuiltinType));
    let texts = texts.chain(FUNCTIONS.iter().map(|name| (*name, SymbolKind::Function)));
    let texts = texts.chain(["true", "false", "nil", "iota"].map(|name| (name, SymbolKind::Constant)));
    for (text, kind) in texts {
        let name = Name::new(text);
        if known.insert(name) {
            let item = universe.and_then(|universe| names::member(db, universe, name));
            let detail = item.filter(|_| kind == SymbolKind::Function).and_then(|item| hover::detail(db, item, from));
            found.push(Candidate { detail, ..plain(text, kind, FARTHEST) });
        }
    }
    Candidates { names: found, exhaustive: true }
}

/// What a file sees of its package, and of packages that it imports with a dot.
fn scope_items(db: &dyn Db, unit: Unit) -> Vec<Item> {
    let own = package_of(db, unit);
    let mut items: Vec<Item> = package_scope(db, own).names.values().copied().collect();
    items.extend(super::package::file_scope(db, unit).names.values().copied());
    for import in
        summary(db, unit.file(db)).imports.iter().filter(|import| import.alias.is_some_and(|alias| alias == "."))
    {
        if let Some(package) = imported(db, unit, import.path) {
            items.extend(package_scope(db, package).names.values().copied().filter(|item| is_exported(item.name(db))));
        }
    }
    items
}

/// Comments, texts, and where a new name is given have no offers.
pub(super) fn offers_nothing(view: &View<'_>, position: FilePosition) -> bool {
    let db = view.db;
    let Some((file, offset)) = view.place(position) else { return true };
    let Some(parsed) = super::lower::parsed(db, file) else { return true };
    let at = usize::from(offset);
    let before = at.saturating_sub(1);
    let node = parsed.tree.root_node().descendant_for_byte_range(before, at);
    let mut node = match node {
        Some(node) => node,
        None => return false,
    };
    let inside = node.start_byte() < at && (at < node.end_byte() || node.kind() == "comment");
    loop {
        match node.kind() {
            "comment" | "interpreted_string_literal" | "raw_string_literal" | "rune_literal" if inside => return true,
            "int_literal" | "float_literal" => return true,
            _ => {}
        }
        match node.parent() {
            Some(parent)
                if parent.byte_range() == node.byte_range()
                    || parent.kind().ends_with("_literal")
                        && parent.kind() != "composite_literal"
                        && parent.kind() != "func_literal" =>
            {
                node = parent;
            }
            _ => return false,
        }
    }
}

/// The words of the language, and packages that are not imported yet.
pub(super) fn more(view: &View<'_>, position: FilePosition) -> Vec<CompletionItem> {
    let Some(text) = view.text(position.file) else { return Vec::new() };
    let replace = typed(&text, position.offset);
    let before = text.get(..usize::from(replace.start())).unwrap_or_default();
    if before.ends_with('.') {
        return Vec::new();
    }
    KEYWORDS
        .iter()
        .map(|word| CompletionItem { relevance: 150, ..CompletionItem::new(*word, SymbolKind::Keyword, replace) })
        .collect()
}
