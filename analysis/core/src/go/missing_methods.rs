//! Methods that a type needs to be what it is used as.

use montuno_base::{FileRange, TextRange, TextSize};
use montuno_semantic::presentation::{CodeAction, CodeActionKind};
use montuno_semantic::{TextEdit, WorkspaceEdit};

use super::def::Def;
use super::display;
use super::infer::infer;
use super::item::{Item, body};
use super::lookup::{Member, all, lookup};
use super::navigation::{declaration_of, package_of_unit};
use super::package::{package_of, unit_of};
use super::place::body_at;
use crate::database::Db;
use crate::ir::body::ExprId;
use crate::ir::items::ItemKind;
use crate::ir::type_ref::Constructor;
use crate::types::{Ty, TyKind};
use crate::view::View;

/// Declares the methods that the value at a place lacks to be what is expected of it: `var _ Shape = Square{}`.
pub(super) fn action(view: &View<'_>, range: FileRange) -> Option<CodeAction> {
    let db: &dyn Db = view.db;
    let file = view.file(range.file);
    let unit = unit_of(db, file);
    let (of, is_pointer, interface) = used_as(db, unit, range.range.start())?;
    // Declared here, so that methods can be declared beside it.
    let own = of.unit(db);
    let target = own.file(db);
    let path = target.path(db);
    if of.owner(db).is_some() || db.inputs().root_of(path).is_none() && !db.inputs().roots.is_empty() {
        return None;
    }
    let missing = missing(db, of, interface);
    if missing.is_empty() {
        return None;
    }
    let text = crate::database::source(db, target)?;
    let end = end_of_declaration(&text, of.span(db)?.full);
    let stubs = stubs(db, of, is_pointer, &missing);
    let name = match interface.kind(db) {
        TyKind::Nominal(item, _) if !item.name(db).is_empty() => item.name(db).to_string(),
        _ => "the interface".to_owned(),
    };
    let count = missing.len();
    Some(CodeAction {
        id: "missing-members".to_owned(),
        title: format!("Declare {count} missing {} of {name}", if count == 1 { "method" } else { "methods" }),
        kind: CodeActionKind::QuickFix,
        mends: None,
        is_preferred: false,
        edit: Some(WorkspaceEdit::of_file(target.id(db), vec![TextEdit::insert(end, stubs)])),
    })
}

/// The type of the value around a place, whether it is a pointer to it, and the interface that is expected there.
fn used_as(db: &dyn Db, unit: crate::program::Unit, offset: TextSize) -> Option<(Item, bool, Ty)> {
    let owner = body_at(db, unit, offset)?;
    let base = owner.span(db)?.full.start();
    let (body, found) = (body(db, owner), infer(db, owner));
    let mut around: Vec<(TextSize, ExprId)> = body
        .expr_ranges
        .iter()
        .enumerate()
        .filter(|(_, range)| (**range + base).contains_inclusive(offset))
        .map(|(index, range)| (range.len(), ExprId(u32::try_from(index).unwrap_or(u32::MAX))))
        .collect();
    around.sort();
    around.into_iter().find_map(|(_, expr)| {
        let expected = *found.expected.get(&expr)?;
        let interface = declaration_of(db, expected);
        if !matches!(interface, Some(Def::Item(item)) if item.kind(db) == ItemKind::Interface) {
            return None;
        }
        let ty = found.type_of(expr)?;
        let (ty, is_pointer) = match ty.kind(db) {
            TyKind::Built(Constructor::Pointer, of) => (*of.first()?, true),
            _ => (ty, false),
        };
        match ty.kind(db) {
            TyKind::Nominal(item, _) if item.kind(db) != ItemKind::Interface && !item.name(db).is_empty() => {
                Some((*item, is_pointer, expected))
            }
            _ => None,
        }
    })
}

fn missing(db: &dyn Db, of: Item, interface: Ty) -> Vec<Member> {
    let own = super::types::of_def(db, Def::Item(of), Vec::new().into());
    let mut methods = all(db, interface, None);
    methods.retain(|member| {
        member.item.kind(db) == ItemKind::InterfaceMethod && lookup(db, own, member.item.name(db), None).is_none()
    });
    methods.sort_by_key(|member| member.item.name(db));
    methods
}

/// The end of the line on which a declaration ends; of one in a list, the end of the list.
fn end_of_declaration(text: &str, full: TextRange) -> TextSize {
    let mut at = usize::from(full.end());
    let is_in_list = text[..usize::from(full.start())].lines().rev().find(|line| !line.trim().is_empty());
    if is_in_list.is_some_and(|line| line.trim() == "type (") {
        at += text[at..].find("\n)").map_or(0, |end| end + 2);
    }
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    TextSize::of(&text[..end])
}

fn stubs(db: &dyn Db, of: Item, is_pointer: bool, missing: &[Member]) -> String {
    let package = package_of(db, of.unit(db));
    let from = Some(package_of_unit(db, of.unit(db)));
    // As its other methods have it.
    let known = super::package::scope(db, package).methods.get(&of.name(db));
    let receiver = known.and_then(|methods| methods.first()).and_then(|method| method.data(db)?.receiver.clone());
    let name = receiver.as_ref().and_then(|receiver| receiver.name).map_or_else(
        || of.name(db).chars().next().map_or("r".to_owned(), |first| first.to_lowercase().collect()),
        |name| name.to_string(),
    );
    let pointer = if receiver.map_or(is_pointer, |receiver| receiver.pointer) { "*" } else { "" };
    let written = missing.iter().map(|member| {
        let signature = signature(db, member, from);
        format!(
            "\n\nfunc ({name} {pointer}{}) {}{signature} {{\n\tpanic(\"not implemented\")\n}}",
            of.name(db),
            member.item.name(db)
        )
    });
    written.collect()
}

/// Parameters and results, with the names that the interface gives.
fn signature(db: &dyn Db, member: &Member, from: Option<super::package::Package>) -> String {
    let TyKind::Function(function) = member.ty.kind(db) else { return "()".to_owned() };
    let names = member.item.data(db).and_then(|data| data.signature.clone());
    let last = function.parameters.len().wrapping_sub(1);
    let parameters = function.parameters.iter().enumerate().map(|(index, ty)| {
        let name = names.as_ref().and_then(|names| names.parameters.get(index)?.name);
        let mut written = display::ty(db, *ty, from);
        if function.variadic && index == last {
            written = format!("...{}", written.strip_prefix("[]").unwrap_or(&written));
        }
        match name {
            Some(name) => format!("{name} {written}"),
            None => format!("_ {written}"),
        }
    });
    let parameters = parameters.collect::<Vec<_>>().join(", ");
    let results: Vec<String> = function.results.iter().map(|ty| display::ty(db, *ty, from)).collect();
    match results.as_slice() {
        [] => format!("({parameters})"),
        [one] => format!("({parameters}) {one}"),
        many => format!("({parameters}) ({})", many.join(", ")),
    }
}
