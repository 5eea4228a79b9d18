//! What an editor shows of a name.

use montuno_base::{FilePosition, FileRange, TextRange};
use montuno_semantic::presentation::{Hover, InlayHint, InlayHintKind, InlayHintPart};

use super::def::Def;
use super::display;
use super::infer::infer;
use super::item::{Item, body, summary};
use super::navigation::{found_at, package_of_unit, type_of_def, type_of_found};
use super::package::{Package, package_name, unit_of};
use super::place;
use super::types::type_of;
use crate::database::{Db, source};
use crate::ir::body::{Expr, ExprId, LocalKind, Stmt};
use crate::ir::items::ItemKind;
use crate::view::View;

/// More lines of a declaration are not shown.
const MOST_LINES: usize = 40;

pub(super) fn describe(view: &View<'_>, position: FilePosition) -> Option<Hover> {
    let db = view.db;
    let (unit, found) = found_at(view, position)?;
    let from = package_of_unit(db, unit);
    let ty = type_of_found(db, &found).map(|ty| display::ty(db, ty, Some(from)));
    let code = declaration(db, found.def, ty.as_deref(), from)?;
    let documentation = documentation_of_def(db, found.def);
    let mut markdown = format!("```go\n{code}\n```");
    if let Some(documentation) = documentation.filter(|text| !text.is_empty()) {
        markdown += "\n\n---\n\n";
        markdown += &documentation;
    }
    Some(Hover { range: found.range, markdown })
}

/// A declaration as code.
fn declaration(db: &dyn Db, def: Def, ty: Option<&str>, from: Package) -> Option<String> {
    let known = |ty: Option<&str>| ty.map(|ty| format!(" {ty}")).unwrap_or_default();
    Some(match def {
        Def::Item(item) => {
            let name = item.name(db);
            match item.kind(db) {
                ItemKind::Function | ItemKind::Method => display::function(db, item),
                ItemKind::InterfaceMethod => {
                    let of = item.parent(db).map(|parent| parent.name(db)).filter(|name| !name.is_empty());
                    let of = of.map(|of| format!("({of}) ")).unwrap_or_default();
                    format!("func {of}{}", display::function(db, item).trim_start_matches("func "))
                }
                ItemKind::Field => format!("field {name}{}", known(ty)),
                ItemKind::Embedded => format!("{name}{}", known(ty)),
                ItemKind::Variable => format!("var {name}{}", known(ty)),
                ItemKind::Constant => match value_text(db, item) {
                    Some(value) => format!("const {name}{} = {value}", known(ty)),
                    None => format!("const {name}{}", known(ty)),
                },
                _ => type_text(db, item)?,
            }
        }
        Def::Local(item, local) => {
            let local = body(db, item).locals.get(local.0 as usize)?.clone();
            let keyword = if local.kind == LocalKind::Constant { "const" } else { "var" };
            let ty = type_of_def(db, def).map(|ty| display::ty(db, ty, Some(from)));
            format!("{keyword} {}{}", local.name, known(ty.as_deref()))
        }
        Def::Generic(item, index) => {
            let constraint = super::types::constraint_of(db, item, index);
            let name = def.target(db)?.name;
            format!("type parameter {name} {}", display::ty(db, constraint, Some(from)))
        }
        Def::Import(unit, index) => {
            let import = summary(db, unit.file(db)).imports.get(index as usize)?.clone();
            let name = def.target(db)?.name;
            format!("package {name} (\"{}\")", import.path)
        }
        Def::Package(package) => format!("package {}", package_name(db, package)?),
        Def::Label(..) => format!("label {}", def.target(db)?.name),
        Def::Unused(..) => def.target(db)?.name,
        Def::Builtin(name) => name.to_string(),
    })
}

/// The source of a type's declaration.
fn type_text(db: &dyn Db, item: Item) -> Option<String> {
    let span = item.span(db)?;
    let text = source(db, item.unit(db).file(db))?;
    let start = span.name.start();
    let end = if span.documentation.is_some_and(|comment| comment.end() == span.full.end()) {
        span.documentation.map_or(span.full.end(), |comment| comment.start())
    } else {
        span.full.end()
    };
    let code = text.get(start.into()..end.into())?.trim_end();
    let mut lines: Vec<&str> = code.lines().take(MOST_LINES).collect();
    if code.lines().count() > MOST_LINES {
        lines.push("\t…");
    }
    Some(format!("type {}", lines.join("\n")))
}

/// What a constant's value is written as.
fn value_text(db: &dyn Db, item: Item) -> Option<String> {
    let value = item.data(db)?.value?;
    if value.repeats.is_some() {
        return None;
    }
    let body = body(db, item);
    let expr = *body.values.get(value.index as usize)?;
    let range = body.expr_ranges.get(expr.0 as usize)?.to_owned() + item.span(db)?.full.start();
    let text = source(db, item.unit(db).file(db))?;
    let text = text.get(range.start().into()..range.end().into())?;
    (text.len() < 100 && !text.contains('\n')).then(|| text.to_owned())
}

/// What is said of it in comments.
pub(super) fn documentation_of_def(db: &dyn Db, def: Def) -> Option<String> {
    match def {
        Def::Item(item) => {
            let range = item.span(db)?.documentation?;
            let text = source(db, item.unit(db).file(db))?;
            Some(plain(text.get(range.start().into()..range.end().into())?))
        }
        Def::Package(package) => {
            super::package::files(db, package).iter().find_map(|unit| package_comment(db, unit.file(db)))
        }
        Def::Import(unit, index) => {
            let package = super::scope::package_of_import(db, unit, index)?;
            documentation_of_def(db, Def::Package(package))
        }
        _ => None,
    }
}

/// The comment right before a file's package clause.
pub(super) fn package_comment(db: &dyn Db, file: crate::database::File) -> Option<String> {
    let text = source(db, file)?;
    let at = super::item::spans(db, file).package?;
    let before = text[..usize::from(at.start())].trim_end().strip_suffix("package")?;
    let blank = before.rfind("\n\n").map_or(0, |at| at + 2);
    let comment = &before[blank..];
    if let Some(start) = before.rfind("/*").filter(|_| before.trim_end().ends_with("*/")) {
        return Some(plain(&before[start..]));
    }
    let comment = plain(comment);
    (comment.starts_with("Package") || comment.starts_with("Command")).then_some(comment)
}

/// A comment without its marks.
fn plain(comment: &str) -> String {
    let comment = comment.trim();
    if let Some(inner) = comment.strip_prefix("/*") {
        return inner.trim_end_matches("*/").trim().to_owned();
    }
    let lines = comment.lines().map(|line| {
        let line = line.trim_start();
        let line = line.strip_prefix("//").unwrap_or(line);
        line.strip_prefix(' ').unwrap_or(line)
    });
    let lines: Vec<&str> = lines.filter(|line| !line.starts_with("go:")).collect();
    lines.join("\n").trim().to_owned()
}

pub(super) fn type_at(view: &View<'_>, position: FilePosition) -> Option<String> {
    let db = view.db;
    let (file, offset) = view.place(position)?;
    let unit = unit_of(db, file);
    let from = package_of_unit(db, unit);
    if let Some(found) = place::at(db, unit, offset) {
        let ty = type_of_found(db, &found)?;
        return (!ty.is_unknown(db)).then(|| display::ty(db, ty, Some(from)));
    }
    // The innermost expression that ends or stands there.
    let (owner, expr) = expr_at(db, unit, offset)?;
    infer(db, owner).type_of(expr).map(|ty| display::ty(db, ty, Some(from)))
}

/// The smallest expression around an offset.
fn expr_at(db: &dyn Db, unit: crate::program::Unit, offset: montuno_base::TextSize) -> Option<(Item, ExprId)> {
    let owner = place::body_at(db, unit, offset)?;
    let base = owner.span(db)?.full.start();
    let body = body(db, owner);
    let around = body.expr_ranges.iter().enumerate().filter(|(_, range)| (**range + base).contains_inclusive(offset));
    let smallest = around.min_by_key(|(_, range)| range.len())?;
    Some((owner, ExprId(u32::try_from(smallest.0).ok()?)))
}

pub(super) fn expected_type(view: &View<'_>, position: FilePosition) -> Option<String> {
    let db = view.db;
    let (file, offset) = view.place(position)?;
    let unit = unit_of(db, file);
    let (owner, _) = expr_at(db, unit, offset)?;
    let base = owner.span(db)?.full.start();
    let body = body(db, owner);
    let found = infer(db, owner);
    let mut around: Vec<_> = body
        .expr_ranges
        .iter()
        .enumerate()
        .filter(|(_, range)| (**range + base).contains_inclusive(offset))
        .map(|(index, range)| (range.len(), ExprId(u32::try_from(index).unwrap_or(u32::MAX))))
        .collect();
    around.sort();
    let ty = around.iter().find_map(|(_, expr)| found.expected.get(expr))?;
    Some(display::ty(db, *ty, Some(package_of_unit(db, unit))))
}

/// The types of variables that are declared without one.
pub(super) fn inlay_hints(view: &View<'_>, range: FileRange) -> Vec<InlayHint> {
    let db = view.db;
    let unit = unit_of(db, view.file(range.file));
    let from = package_of_unit(db, unit);
    let mut hints = Vec::new();
    for &item in &super::item::file_table(db, unit).items {
        let Some(span) = item.span(db).filter(|span| span.body.is_some() && span.full.intersect(range.range).is_some())
        else {
            continue;
        };
        if !matches!(item.kind(db), ItemKind::Function | ItemKind::Method) {
            continue;
        }
        let (body, found) = (body(db, item), infer(db, item));
        let mut add = |local: crate::ir::body::LocalId| {
            let Some(declared) = body.locals.get(local.0 as usize) else { return };
            let place: TextRange = declared.range + span.full.start();
            let ty = found.local(local).filter(|ty| !ty.is_unknown(db));
            if let Some(ty) = ty.filter(|_| range.range.contains_range(place)) {
                hints.push(InlayHint {
                    offset: place.end(),
                    label: vec![InlayHintPart { text: display::ty(db, ty, Some(from)), target: None }],
                    kind: InlayHintKind::Type,
                    padding_left: true,
                    padding_right: false,
                    edits: Vec::new(),
                });
            }
        };
        each_definition(&body.statements, &mut add);
        for expr in &body.exprs {
            if let Expr::Function { body, .. } = expr {
                each_definition(body, &mut add);
            }
        }
    }
    hints.sort_by_key(|hint| hint.offset);
    hints
}

fn each_definition(statements: &[Stmt], visit: &mut dyn FnMut(crate::ir::body::LocalId)) {
    for statement in statements {
        match statement {
            Stmt::Define { locals, .. } => locals.iter().flatten().for_each(|local| visit(*local)),
            Stmt::Range { locals, body, .. } => {
                locals.iter().flatten().for_each(|local| visit(*local));
                each_definition(body, visit);
            }
            Stmt::Block(statements) => each_definition(statements, visit),
            Stmt::Switch { cases, .. } => cases.iter().for_each(|(_, body)| each_definition(body, visit)),
            Stmt::TypeSwitch { cases, .. } => cases.iter().for_each(|(.., body)| each_definition(body, visit)),
            _ => {}
        }
    }
}

/// The type of a declaration in one line, for lists.
pub(super) fn detail(db: &dyn Db, item: Item, from: Package) -> Option<String> {
    match item.kind(db) {
        ItemKind::Function | ItemKind::Method | ItemKind::InterfaceMethod => {
            let text = display::function(db, item);
            text.find(&format!("{}(", item.name(db))).map(|at| format!("func{}", &text[at + item.name(db).len()..]))
        }
        ItemKind::Struct => Some("struct".to_owned()),
        ItemKind::Interface => Some("interface".to_owned()),
        _ => {
            let ty = type_of(db, item);
            (!ty.is_unknown(db)).then(|| display::ty(db, ty, Some(from)))
        }
    }
}
