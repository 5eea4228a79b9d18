//! Whether a value of one type can stand where another is wanted.
//!
//! It decides overloads, conditions and narrowing. What is not known fits.

use super::Checker;
use crate::typescript::tree::{Kind, flags};
use crate::typescript::types::{Place, Ty, Type};

impl Checker<'_> {
    /// Whether `from` can stand where `to` is wanted.
    pub(crate) fn assignable(&self, from: &Ty, to: &Ty) -> bool {
        if from == to {
            return true;
        }
        self.deeper(true, || self.assignable_now(from, to))
    }

    fn assignable_now(&self, from: &Ty, to: &Ty) -> bool {
        match (&**from, &**to) {
            (Type::Any | Type::Unresolved | Type::Never, _) | (_, Type::Any | Type::Unresolved | Type::Unknown) => true,
            (_, Type::Never) => false,
            (Type::Union(list), _) => list.iter().all(|from| self.assignable(from, to)),
            (_, Type::Union(list)) => {
                if matches!(**from, Type::Boolean) {
                    let literal = |value| std::sync::Arc::new(Type::BooleanLiteral(value));
                    return list.iter().any(|to| matches!(**to, Type::Boolean))
                        || [true, false]
                            .into_iter()
                            .all(|value| list.iter().any(|to| self.assignable(&literal(value), to)))
                        || list.iter().any(|to| self.assignable(from, to));
                }
                list.iter().any(|to| self.assignable(from, to))
            }
            (_, Type::Intersection(list)) => list.iter().all(|to| self.assignable(from, to)),
            (Type::Intersection(list), _) => {
                list.iter().any(|from| self.assignable(from, to)) || self.has_members_of(from, to)
            }
            (Type::Parameter(_), Type::Parameter(_)) => from == to,
            (Type::Parameter(_) | Type::This(_) | Type::Conditional(..) | Type::Indexed(..) | Type::KeyOf(_), _) => {
                let simple = self.simplify(from);
                if *simple == **from || crate::typescript::types::is_unknown(&simple) {
                    return self.is_empty_object(to);
                }
                self.assignable(&simple, to)
            }
            (_, Type::Parameter(_) | Type::This(_) | Type::Conditional(..) | Type::Indexed(..) | Type::KeyOf(_)) => {
                let simple = self.simplify(to);
                if *simple == **to { true } else { self.assignable(from, &simple) }
            }
            (Type::Null | Type::Undefined | Type::Void, Type::Null | Type::Undefined | Type::Void) => {
                matches!(**to, Type::Void) && matches!(**from, Type::Undefined)
            }
            (Type::Null | Type::Undefined | Type::Void | Type::Unknown, _) => false,
            (_, Type::Null | Type::Undefined | Type::Void) => false,
            (Type::StringLiteral(_), Type::String)
            | (Type::NumberLiteral(_), Type::Number)
            | (Type::BooleanLiteral(_), Type::Boolean)
            | (Type::Template(..), Type::String) => true,
            (Type::StringLiteral(text), Type::Template(place, env)) => self.template_fits(text.text(), *place, env),
            (
                Type::String
                | Type::Number
                | Type::Boolean
                | Type::BigInt
                | Type::Symbol
                | Type::StringLiteral(_)
                | Type::NumberLiteral(_)
                | Type::BooleanLiteral(_)
                | Type::Template(..),
                _,
            ) => match &**to {
                Type::Reference(symbol, _) => {
                    let tree = self.tree(symbol.file);
                    match tree.kind(symbol.node) {
                        Kind::Enum | Kind::EnumMember => {
                            matches!(**from, Type::Number | Type::NumberLiteral(_))
                        }
                        _ => {
                            let apparent = self.apparent(from);
                            apparent == *to
                                || tree.name(symbol.node).text() == "Object"
                                || (apparent != *from && self.has_members_of(&apparent, to))
                        }
                    }
                }
                Type::Object(..) | Type::Members(_) | Type::Mapped(..) => {
                    self.is_empty_object(to) || self.has_members_of(from, to)
                }
                _ => false,
            },
            (
                _,
                Type::String
                | Type::Number
                | Type::Boolean
                | Type::BigInt
                | Type::Symbol
                | Type::StringLiteral(_)
                | Type::NumberLiteral(_)
                | Type::BooleanLiteral(_)
                | Type::Template(..),
            ) => match &**from {
                Type::Reference(symbol, _) => {
                    let tree = self.tree(symbol.file);
                    let member = match tree.kind(symbol.node) {
                        Kind::EnumMember => Some(symbol.node),
                        Kind::Enum => tree.get(symbol.node, 0),
                        _ => None,
                    };
                    let Some(member) = member else { return false };
                    let value = tree.child(member, 0);
                    let is_text = value != crate::typescript::tree::NONE && tree.kind(value) == Kind::String;
                    matches!((&**to, is_text), (Type::String, true) | (Type::Number, false))
                }
                _ => false,
            },
            (_, Type::NonPrimitive) => true,
            (Type::NonPrimitive, _) => self.is_empty_object(to),
            (Type::Reference(a, a_arguments), Type::Reference(b, b_arguments)) => {
                if a == b {
                    return a_arguments.iter().zip(b_arguments).all(|(a, b)| self.assignable(a, b) || self.is_open(b));
                }
                let (a_kind, b_kind) = (self.tree(a.file).kind(a.node), self.tree(b.file).kind(b.node));
                if a_kind == Kind::EnumMember {
                    let owner = self.at(a.file, self.tree(a.file).parent(a.node));
                    return self.type_symbol(owner) == *b;
                }
                if matches!(b_kind, Kind::Enum | Kind::EnumMember) || a_kind == Kind::Enum {
                    return false;
                }
                if let Some(base) = self.as_instance_of(from, *b) {
                    return self.assignable(&base, to);
                }
                self.has_members_of(from, to)
            }
            (Type::Tuple(a), Type::Tuple(b)) => {
                let required = b.iter().filter(|element| !element.optional && !element.rest).count();
                let has_rest = b.iter().any(|element| element.rest);
                let a_rest = a.iter().any(|element| element.rest);
                if (a.len() < required && !a_rest) || (a.len() > b.len() && !has_rest) || (a_rest && !has_rest) {
                    return false;
                }
                a.iter().enumerate().all(|(index, element)| {
                    let to = b.get(index).or(b.last());
                    to.is_none_or(|to| self.assignable(&element.ty, &to.ty))
                })
            }
            (Type::Tuple(elements), Type::Reference(symbol, arguments)) => {
                let name = self.tree(symbol.file).name(symbol.node).text();
                match (name, arguments.first()) {
                    ("Array" | "ReadonlyArray" | "Iterable", Some(wanted)) => {
                        elements.iter().all(|element| self.assignable(&element.ty, wanted))
                    }
                    _ => self.has_members_of(from, to),
                }
            }
            (_, Type::Tuple(_)) => false,
            (_, Type::Function(place, _)) => {
                let is_new =
                    matches!(self.tree(place.file).kind(place.node), Kind::ConstructorType | Kind::ConstructSignature);
                self.callable_as(from, to, is_new)
            }
            (_, Type::Overloads(_)) => !self.signatures(from, false).is_empty(),
            (_, Type::Value(_)) => self.has_members_of(from, to),
            _ => self.has_members_of(from, to),
        }
    }

    /// Whether a function can stand for another.
    fn callable_as(&self, from: &Ty, to: &Ty, is_new: bool) -> bool {
        let given = self.signatures(from, is_new);
        let Some(wanted) = self.signatures(to, is_new).into_iter().next() else { return !given.is_empty() };
        given.iter().any(|given| {
            let parameters = self.parameters(given);
            let required = parameters.iter().filter(|parameter| !parameter.optional && !parameter.rest).count();
            let available = self.parameters(&wanted);
            if required > available.len() && !available.iter().any(|parameter| parameter.rest) {
                return false;
            }
            for index in 0..parameters.len().min(available.len()) {
                let (Some(a), Some(b)) = (self.parameter_type(given, index), self.parameter_type(&wanted, index))
                else {
                    continue;
                };
                if !self.assignable(&b, &a) && !self.assignable(&a, &b) {
                    return false;
                }
            }
            let result = self.result(&wanted);
            matches!(*result, Type::Void | Type::Any | Type::Unknown) || self.assignable(&self.result(given), &result)
        })
    }

    fn is_empty_object(&self, ty: &Ty) -> bool {
        match &**ty {
            Type::Object(place, _) => self.tree(place.file).children(place.node).is_empty(),
            Type::Members(members) => members.is_empty(),
            _ => false,
        }
    }

    /// Whether a type has all members that another one demands.
    fn has_members_of(&self, from: &Ty, to: &Ty) -> bool {
        let names = self.names_of(to);
        for name in names {
            let Some(wanted) = self.member(to, name) else { continue };
            let is_optional = wanted.declarations.iter().any(|&place| self.is_optional(place));
            match self.member(from, name) {
                None if is_optional => {}
                None => return self.index_type(from, &crate::typescript::types::of::string()).is_some() && is_optional,
                Some(found) => {
                    let (found, wanted) = (self.member_type(&found), self.member_type(&wanted));
                    let wanted_is_deep = self.depth.get() > 24;
                    if !wanted_is_deep && !self.assignable(&crate::typescript::types::non_null(&found), &wanted) {
                        return false;
                    }
                }
            }
        }
        for is_new in [false, true] {
            if let Some(wanted) = self.signatures(to, is_new).first() {
                let wanted_ty = std::sync::Arc::new(Type::Function(wanted.place, wanted.env.clone()));
                if !self.callable_as(from, &wanted_ty, is_new) {
                    return false;
                }
            }
        }
        true
    }

    /// Whether a member may be absent.
    pub(crate) fn is_optional(&self, place: Place) -> bool {
        let tree = self.tree(place.file);
        let node = tree.node(place.node);
        match node.kind {
            Kind::Binding => tree.has(node.parent, flags::OPTIONAL),
            _ => node.flags & flags::OPTIONAL != 0,
        }
    }

    /// A type as an instance of one of the types that it stands on.
    pub(crate) fn as_instance_of(&self, ty: &Ty, wanted: Place) -> Option<Ty> {
        self.as_instance(ty, wanted, 0)
    }

    fn as_instance(&self, ty: &Ty, wanted: Place, depth: u32) -> Option<Ty> {
        if depth > 24 {
            return None;
        }
        match &**ty {
            Type::Reference(symbol, arguments) => {
                if *symbol == wanted {
                    return Some(ty.clone());
                }
                for part in self.merged(*symbol) {
                    let parameters = self.type_parameters(part);
                    let bound = parameters.into_iter().zip(arguments.iter().cloned()).collect();
                    let env = crate::typescript::types::Env::new(bound, Some(ty.clone()));
                    for base in self.bases(part) {
                        let base = self.substitute(&base, &env);
                        if let Some(found) = self.as_instance(&base, wanted, depth + 1) {
                            return Some(found);
                        }
                    }
                }
                None
            }
            Type::Intersection(list) => list.iter().find_map(|ty| self.as_instance(ty, wanted, depth + 1)),
            Type::Tuple(elements) => {
                let all = elements.iter().map(|element| element.ty.clone()).collect();
                let array = self.array_of(wanted.file, crate::typescript::types::union(all));
                if matches!(*array, Type::Tuple(_)) { None } else { self.as_instance(&array, wanted, depth + 1) }
            }
            _ => None,
        }
    }

    /// Whether a text is one that a template describes.
    fn template_fits(&self, text: &str, place: Place, env: &crate::typescript::types::Env) -> bool {
        let tree = self.tree(place.file);
        let mut rest = text;
        let children = tree.children(place.node);
        for (index, &part) in children.iter().enumerate() {
            if tree.kind(part) == Kind::String {
                let wanted = tree.name(part).text();
                if index == 0 {
                    match rest.strip_prefix(wanted) {
                        Some(behind) => rest = behind,
                        None => return false,
                    }
                } else if wanted.is_empty() {
                    continue;
                } else {
                    match rest.find(wanted) {
                        Some(at) => rest = &rest[at + wanted.len()..],
                        None => return false,
                    }
                }
            } else if matches!(*self.evaluate(place.file, part, env), Type::Number)
                && !rest.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            {
                return false;
            }
        }
        true
    }
}
