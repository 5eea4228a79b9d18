//! Types as the language writes them.

use super::checker::{Checker, Signature};
use super::tree::{Kind, NONE, flags, slot};
use super::types::{Place, Ty, Type};

/// How deep types are written out.
const DEEPEST: u32 = 4;
/// How many parts of one are written out.
const MOST: usize = 12;

/// A type in one line.
pub(crate) fn show(checker: &Checker<'_>, ty: &Ty) -> String {
    shown(checker, ty, 0)
}

fn list(checker: &Checker<'_>, types: &[Ty], between: &str, depth: u32) -> String {
    let mut parts: Vec<String> = types
        .iter()
        .take(MOST)
        .map(|ty| {
            let text = shown(checker, ty, depth + 1);
            if text.contains("=>") && between != ", " { format!("({text})") } else { text }
        })
        .collect();
    if types.len() > MOST {
        parts.push("…".to_owned());
    }
    parts.join(between)
}

fn shown(checker: &Checker<'_>, ty: &Ty, depth: u32) -> String {
    if depth > DEEPEST {
        return "…".to_owned();
    }
    match &**ty {
        Type::Any | Type::Unresolved => "any".to_owned(),
        Type::Unknown => "unknown".to_owned(),
        Type::Never => "never".to_owned(),
        Type::Void => "void".to_owned(),
        Type::Null => "null".to_owned(),
        Type::Undefined => "undefined".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Number => "number".to_owned(),
        Type::String => "string".to_owned(),
        Type::BigInt => "bigint".to_owned(),
        Type::Symbol => "symbol".to_owned(),
        Type::NonPrimitive => "object".to_owned(),
        Type::StringLiteral(text) => format!("{:?}", text.text()),
        Type::NumberLiteral(text) => text.text().to_owned(),
        Type::BooleanLiteral(value) => value.to_string(),
        Type::Reference(symbol, arguments) => {
            let name = name_of(checker, *symbol);
            match (name.as_str(), arguments.as_slice()) {
                ("Array", [element]) => {
                    let text = shown(checker, element, depth + 1);
                    if text.contains(" | ") || text.contains("=>") {
                        format!("({text})[]")
                    } else {
                        format!("{text}[]")
                    }
                }
                (_, []) => name,
                _ => format!("{name}<{}>", list(checker, arguments, ", ", depth)),
            }
        }
        Type::Value(symbol) => {
            let tree = checker.tree(symbol.file);
            if tree.kind(symbol.node) == Kind::Function {
                let signatures = checker.signatures(ty, false);
                if let Some(first) = signatures.first() {
                    return signature(checker, first, " => ", depth);
                }
            }
            format!("typeof {}", name_of(checker, *symbol))
        }
        Type::Module(module) => {
            format!("typeof import({:?})", module.file.path(checker.db).file_stem().unwrap_or_default())
        }
        Type::Function(place, env) => {
            let made = Signature { place: *place, env: env.clone(), instance: None };
            let text = signature(checker, &made, " => ", depth);
            let makes =
                matches!(checker.tree(place.file).kind(place.node), Kind::ConstructorType | Kind::ConstructSignature);
            if makes { format!("new {text}") } else { text }
        }
        Type::Overloads(parts) => match parts.first() {
            Some(first) => shown(checker, first, depth),
            None => "any".to_owned(),
        },
        Type::Object(place, _) => {
            if depth >= DEEPEST - 1 {
                return "{ … }".to_owned();
            }
            let tree = checker.tree(place.file);
            let names = checker.names_of(ty);
            let mut parts = Vec::new();
            for &name in names.iter().take(MOST) {
                let Some(member) = checker.member(ty, name) else { continue };
                let optional = member.declarations.iter().any(|&place| checker.is_optional(place));
                let mark = if optional { "?" } else { "" };
                let member = checker.member_type(&member);
                parts.push(format!("{}{mark}: {}", name.text(), shown(checker, &member, depth + 1)));
            }
            if names.len() > MOST {
                parts.push("…".to_owned());
            }
            for &id in tree.children(place.node) {
                if id != NONE && tree.kind(id) == Kind::CallSignature {
                    parts.push(signature(
                        checker,
                        &Signature { place: checker.at(place.file, id), env: Default::default(), instance: None },
                        ": ",
                        depth,
                    ));
                }
            }
            if parts.is_empty() { "{}".to_owned() } else { format!("{{ {}; }}", parts.join("; ")) }
        }
        Type::Members(members) => {
            let parts: Vec<String> = members
                .iter()
                .take(MOST)
                .map(|member| format!("{}: {}", member.name.text(), shown(checker, &member.ty, depth + 1)))
                .collect();
            if parts.is_empty() { "{}".to_owned() } else { format!("{{ {}; }}", parts.join("; ")) }
        }
        Type::Mapped(place, _) | Type::Conditional(place, _) | Type::Template(place, _) => {
            let tree = checker.tree(place.file);
            let text = crate::database::source(checker.db, place.file).unwrap_or_default();
            let range = tree.range(place.node);
            let text = text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if text.chars().count() > 120 { "…".to_owned() } else { text }
        }
        Type::Indexed(object, index) => {
            format!("{}[{}]", shown(checker, object, depth + 1), shown(checker, index, depth + 1))
        }
        Type::KeyOf(inner) => format!("keyof {}", shown(checker, inner, depth + 1)),
        Type::Parameter(place) => name_of(checker, *place),
        Type::This(_) => "this".to_owned(),
        Type::Tuple(elements) => {
            let parts: Vec<String> = elements
                .iter()
                .take(MOST)
                .map(|element| {
                    let text = shown(checker, &element.ty, depth + 1);
                    match (element.rest, element.optional) {
                        (true, _) => format!("...{text}[]"),
                        (_, true) => format!("{text}?"),
                        _ => text,
                    }
                })
                .collect();
            format!("[{}]", parts.join(", "))
        }
        Type::Union(parts) => list(checker, parts, " | ", depth),
        Type::Intersection(parts) => list(checker, parts, " & ", depth),
    }
}

/// The name of a declaration.
pub(crate) fn name_of(checker: &Checker<'_>, place: Place) -> String {
    let tree = checker.tree(place.file);
    let name = tree.name(place.node).text();
    if tree.kind(place.node) == Kind::EnumMember {
        return format!("{}.{name}", tree.name(tree.parent(place.node)).text());
    }
    if !name.is_empty() {
        return name.to_owned();
    }
    // A class or function without a name is known by the variable's.
    let parent = tree.parent(place.node);
    if parent != NONE && tree.kind(parent) == Kind::Declarator {
        return tree.name(tree.child(parent, 0)).text().to_owned();
    }
    "(anonymous)".to_owned()
}

/// A signature in one line.
pub(crate) fn signature(checker: &Checker<'_>, signature: &Signature, arrow: &str, depth: u32) -> String {
    let (parameters, result) = signature_parts(checker, signature, depth);
    format!("({}){arrow}{result}", parameters.join(", "))
}

/// The parameters of a signature, each as text, and its result.
pub(crate) fn signature_parts(checker: &Checker<'_>, signature: &Signature, depth: u32) -> (Vec<String>, String) {
    let parameters = checker.parameters(signature).into_iter().map(|parameter| {
        let tree = checker.tree(parameter.place.file);
        let binding = tree.bare_binding(parameter.place.node);
        let name = match tree.kind(binding) {
            Kind::ObjectPattern => "{ … }".to_owned(),
            Kind::ArrayPattern => "[…]".to_owned(),
            _ => tree.name(binding).text().to_owned(),
        };
        let ty = checker.type_of_parameter(parameter.place, &signature.env);
        let rest = if parameter.rest { "..." } else { "" };
        let says_optional =
            tree.has(parameter.place.node, flags::OPTIONAL) || tree.child(parameter.place.node, 2) != NONE;
        let optional = if says_optional && !parameter.rest { "?" } else { "" };
        format!("{rest}{name}{optional}: {}", shown(checker, &ty, depth + 1))
    });
    let parameters = parameters.collect();
    let tree = checker.tree(signature.place.file);
    let written = match tree.kind(signature.place.node) {
        Kind::Class => NONE,
        _ => tree.child(signature.place.node, slot::RESULT),
    };
    if written != NONE && tree.kind(written) == Kind::Predicate {
        let asserts = if tree.has(written, flags::ASSERTS) { "asserts " } else { "" };
        let subject = tree.name(written).text();
        let inner = tree.child(written, 0);
        let is = if inner == NONE {
            String::new()
        } else {
            let ty = checker.evaluate(signature.place.file, inner, &signature.env);
            format!(" is {}", shown(checker, &ty, depth + 1))
        };
        return (parameters, format!("{asserts}{subject}{is}"));
    }
    let result = checker.result(signature);
    (parameters, shown(checker, &result, depth + 1))
}
