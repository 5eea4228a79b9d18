//! Types and declarations as Go writes them.

use std::fmt::Write;

use super::item::Item;
use super::package::{Package, package_name, package_of};
use crate::database::Db;
use crate::ir::items::{ItemKind, Receiver};
use crate::ir::type_ref::{Constructor, Parameter, Signature, TypeRef};
use crate::types::{FunctionType, Ty, TyKind};

/// How deep types are written into each other.
const DEEPEST: u32 = 12;

/// A type, as a file of `from` writes it.
pub(crate) fn ty(db: &dyn Db, ty: Ty, from: Option<Package>) -> String {
    let mut text = String::new();
    write_ty(db, ty, from, &mut text, 0);
    text
}

fn write_ty(db: &dyn Db, ty: Ty, from: Option<Package>, text: &mut String, depth: u32) {
    if depth > DEEPEST {
        text.push('…');
        return;
    }
    let depth = depth + 1;
    match ty.kind(db) {
        TyKind::Unknown => text.push_str("invalid type"),
        TyKind::Basic(name) => text.push_str(name),
        TyKind::Nominal(item, arguments) => {
            let name = item.name(db);
            if name.is_empty() {
                write_anonymous(db, *item, from, text, depth);
                return;
            }
            let package = package_of(db, item.unit(db));
            let is_near = from.is_some_and(|from| from.folder(db) == package.folder(db));
            if !is_near
                && item.owner(db).is_none()
                && !super::scope::is_builtin(db, *item)
                && let Some(package) = package_name(db, package)
            {
                let _ = write!(text, "{package}.");
            }
            text.push_str(&name);
            if !arguments.is_empty() {
                text.push('[');
                write_list(db, arguments, from, text, depth);
                text.push(']');
            }
        }
        TyKind::Parameter(item, index) => {
            let data = item.data(db);
            let name = data.and_then(|data| match &data.receiver {
                Some(receiver) => receiver.generics.get(*index as usize).copied(),
                None => data.generics.get(*index as usize).map(|generic| generic.name),
            });
            text.push_str(name.map_or("?", |name| name.as_str()));
        }
        TyKind::Built(constructor, of) => {
            match constructor {
                Constructor::Pointer => text.push('*'),
                Constructor::Slice => text.push_str("[]"),
                Constructor::Array(length) => {
                    let _ = write!(text, "[{length}]");
                }
                Constructor::Map => {
                    text.push_str("map[");
                    write_ty(db, of[0], from, text, depth);
                    text.push(']');
                    write_ty(db, of[1], from, text, depth);
                    return;
                }
                Constructor::Channel { receive, send } => text.push_str(match (receive, send) {
                    (true, false) => "<-chan ",
                    (false, true) => "chan<- ",
                    _ => "chan ",
                }),
                Constructor::Tuple => {
                    text.push('(');
                    write_list(db, of, from, text, depth);
                    text.push(')');
                    return;
                }
                Constructor::Union => {
                    for (index, of) in of.iter().enumerate() {
                        text.push_str(if index > 0 { " | " } else { "" });
                        write_ty(db, *of, from, text, depth);
                    }
                    return;
                }
                Constructor::Approximately => text.push('~'),
            }
            if let Some(of) = of.first() {
                write_ty(db, *of, from, text, depth);
            }
        }
        TyKind::Function(function) => {
            text.push_str("func");
            write_function(db, function, from, text, depth);
        }
        TyKind::TypeObject(of) => write_ty(db, *of, from, text, depth),
        TyKind::Package(package) => {
            let _ = write!(text, "package {}", package_name(db, *package).map_or("?", |name| name.as_str()));
        }
        TyKind::BuiltinFunction(name) => {
            let _ = write!(text, "func {name}");
        }
    }
}

fn write_list(db: &dyn Db, types: &[Ty], from: Option<Package>, text: &mut String, depth: u32) {
    for (index, ty) in types.iter().enumerate() {
        text.push_str(if index > 0 { ", " } else { "" });
        write_ty(db, *ty, from, text, depth);
    }
}

fn write_function(db: &dyn Db, function: &FunctionType, from: Option<Package>, text: &mut String, depth: u32) {
    text.push('(');
    for (index, parameter) in function.parameters.iter().enumerate() {
        text.push_str(if index > 0 { ", " } else { "" });
        match parameter.kind(db) {
            TyKind::Built(Constructor::Slice, of) if function.variadic && index + 1 == function.parameters.len() => {
                text.push_str("...");
                write_ty(db, of[0], from, text, depth);
            }
            _ => write_ty(db, *parameter, from, text, depth),
        }
    }
    text.push(')');
    match &*function.results {
        [] => {}
        [one] => {
            text.push(' ');
            write_ty(db, *one, from, text, depth);
        }
        several => {
            text.push_str(" (");
            write_list(db, several, from, text, depth);
            text.push(')');
        }
    }
}

fn write_anonymous(db: &dyn Db, item: Item, from: Option<Package>, text: &mut String, depth: u32) {
    let is_struct = item.kind(db) == ItemKind::Struct;
    let members: Vec<String> = item
        .children(db)
        .map(|child| {
            let ty = ty_inside(db, super::types::type_of(db, child), from, depth);
            match child.kind(db) {
                ItemKind::Field if !child.data(db).is_some_and(|data| data.embedded) => {
                    format!("{} {ty}", child.name(db))
                }
                ItemKind::InterfaceMethod => format!("{}{}", child.name(db), ty.trim_start_matches("func")),
                _ => ty,
            }
        })
        .collect();
    let keyword = if is_struct { "struct" } else { "interface" };
    let _ = if members.is_empty() {
        write!(text, "{keyword}{{}}")
    } else {
        write!(text, "{keyword}{{{}}}", members.join("; "))
    };
}

fn ty_inside(db: &dyn Db, ty: Ty, from: Option<Package>, depth: u32) -> String {
    let mut text = String::new();
    write_ty(db, ty, from, &mut text, depth);
    text
}

/// A type as it is written.
pub(crate) fn type_ref(of: &TypeRef, anonymous: &dyn Fn(u32) -> String) -> String {
    let list = |types: &[TypeRef]| types.iter().map(|of| type_ref(of, anonymous)).collect::<Vec<_>>().join(", ");
    match of {
        TypeRef::Missing => "?".to_owned(),
        TypeRef::Path(path, arguments) => {
            let name = path.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(".");
            if arguments.is_empty() { name } else { format!("{name}[{}]", list(arguments)) }
        }
        TypeRef::Anonymous(index) | TypeRef::Local(index, _) => anonymous(*index),
        TypeRef::Built(constructor, of) => match constructor {
            Constructor::Map if of.len() == 2 => {
                format!("map[{}]{}", type_ref(&of[0], anonymous), type_ref(&of[1], anonymous))
            }
            Constructor::Tuple => format!("({})", list(of)),
            Constructor::Union => of.iter().map(|of| type_ref(of, anonymous)).collect::<Vec<_>>().join(" | "),
            Constructor::Pointer => format!("*{}", list(of)),
            Constructor::Approximately => format!("~{}", list(of)),
            Constructor::Array(length) => format!("[{length}]{}", list(of)),
            Constructor::Channel { receive: true, send: false } => format!("<-chan {}", list(of)),
            Constructor::Channel { receive: false, .. } => format!("chan<- {}", list(of)),
            Constructor::Channel { .. } => format!("chan {}", list(of)),
            Constructor::Slice | Constructor::Map => format!("[]{}", list(of)),
        },
        TypeRef::Function(of) => format!("func{}", signature(of, anonymous)),
    }
}

/// One parameter as it is written.
pub(crate) fn parameter(of: &Parameter, variadic: bool, anonymous: &dyn Fn(u32) -> String) -> String {
    let ty = type_ref(&of.ty, anonymous);
    let ty = if variadic { format!("...{ty}") } else { ty };
    match of.name {
        Some(name) => format!("{name} {ty}"),
        None => ty,
    }
}

/// Parameters and results as they are written.
pub(crate) fn signature(of: &Signature, anonymous: &dyn Fn(u32) -> String) -> String {
    let last = of.parameters.len().wrapping_sub(1);
    let parameters: Vec<String> = of
        .parameters
        .iter()
        .enumerate()
        .map(|(index, each)| parameter(each, of.variadic && index == last, anonymous))
        .collect();
    let results: Vec<String> = of.results.iter().map(|each| parameter(each, false, anonymous)).collect();
    let results = match (&*results, of.results.first()) {
        ([], _) => String::new(),
        ([one], Some(first)) if first.name.is_none() => format!(" {one}"),
        _ => format!(" ({})", results.join(", ")),
    };
    format!("({}){results}", parameters.join(", "))
}

/// A function's declaration in one line.
pub(crate) fn function(db: &dyn Db, item: Item) -> String {
    let Some(data) = item.data(db) else { return String::new() };
    let anonymous = |index: u32| match item.in_list(db, index) {
        Some(of) if !of.name(db).is_empty() => of.name(db).to_string(),
        Some(of) => {
            let mut text = String::new();
            write_anonymous(db, of, Some(package_of(db, item.unit(db))), &mut text, 1);
            text
        }
        None => "?".to_owned(),
    };
    let mut text = String::from("func ");
    if let Some(Receiver { ty, pointer, generics, name }) = &data.receiver {
        let star = if *pointer { "*" } else { "" };
        let generics = generics.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
        let generics = if generics.is_empty() { generics } else { format!("[{generics}]") };
        let name = name.map(|name| format!("{name} ")).unwrap_or_default();
        let _ = write!(text, "({name}{star}{ty}{generics}) ");
    }
    let _ = write!(text, "{}", data.name);
    if data.receiver.is_none() && !data.generics.is_empty() {
        let generics: Vec<String> = data
            .generics
            .iter()
            .map(|generic| format!("{} {}", generic.name, type_ref(&generic.constraint, &anonymous)))
            .collect();
        let _ = write!(text, "[{}]", generics.join(", "));
    }
    if let Some(of) = &data.signature {
        text.push_str(&signature(of, &anonymous));
    }
    text
}
