//! What type parameters stand for, from what was given.

use std::sync::Arc;

use super::Checker;
use crate::typescript::tree::{Kind, NONE};
use crate::typescript::types::{Element, Place, Ty, Type, is_unknown, of, parts, union, widen};

/// What was found for each type parameter.
struct Search<'a> {
    parameters: &'a [Place],
    candidates: Vec<Vec<Ty>>,
    depth: u32,
}

impl Checker<'_> {
    /// What type parameters stand for, from pairs of a type that mentions them and one that is given.
    pub(crate) fn infer_all(&self, parameters: &[Place], pairs: &[(Ty, Ty)]) -> Vec<(Place, Ty)> {
        let mut search = Search { parameters, candidates: vec![Vec::new(); parameters.len()], depth: 0 };
        for (pattern, given) in pairs {
            self.unify(pattern, given, &mut search);
        }
        let found = parameters.iter().zip(search.candidates).filter(|(_, candidates)| !candidates.is_empty());
        found.map(|(&parameter, candidates)| (parameter, self.best(parameter, candidates))).collect()
    }

    fn best(&self, parameter: Place, candidates: Vec<Ty>) -> Ty {
        let known: Vec<Ty> = candidates.iter().filter(|ty| !is_unknown(ty)).cloned().collect();
        if known.is_empty() {
            return candidates.into_iter().next().unwrap_or_else(of::unknown);
        }
        let tree = self.tree(parameter.file);
        let keeps = tree.has(parameter.node, crate::typescript::tree::flags::CONST)
            || tree.kind(tree.parent(parameter.node)) == Kind::InferType
            || self.constraint(parameter).is_some_and(|constraint| self.wants_literals(&constraint));
        let all: Vec<Ty> = if keeps { known } else { known.iter().map(widen).collect() };
        // The widest of them, if there is one.
        if let Some(widest) = all.iter().find(|wide| all.iter().all(|ty| self.assignable(ty, wide))) {
            return widest.clone();
        }
        union(all)
    }

    fn wants_literals(&self, constraint: &Ty) -> bool {
        match &**constraint {
            Type::String
            | Type::Number
            | Type::Boolean
            | Type::StringLiteral(_)
            | Type::NumberLiteral(_)
            | Type::BooleanLiteral(_)
            | Type::Template(..)
            | Type::KeyOf(_)
            | Type::Symbol => true,
            Type::Union(list) => list.iter().any(|ty| self.wants_literals(ty)),
            Type::Parameter(_) => self.wants_literals(&self.simplify(constraint)),
            Type::Reference(place, _) => {
                matches!(self.tree(place.file).kind(place.node), Kind::Enum | Kind::EnumMember)
            }
            _ => false,
        }
    }

    fn unify(&self, pattern: &Ty, given: &Ty, search: &mut Search<'_>) {
        if search.depth > 12 || pattern == given && !matches!(**pattern, Type::Parameter(_)) {
            return;
        }
        self.spend(1);
        search.depth += 1;
        self.unify_now(pattern, given, search);
        search.depth -= 1;
    }

    fn unify_now(&self, pattern: &Ty, given: &Ty, search: &mut Search<'_>) {
        match (&**pattern, &**given) {
            (Type::Parameter(parameter), _) => {
                if let Some(index) = search.parameters.iter().position(|known| known == parameter) {
                    let candidates = &mut search.candidates[index];
                    if !candidates.contains(given) {
                        candidates.push(given.clone());
                    }
                }
            }
            (Type::Reference(a, wanted), Type::Reference(b, arguments)) if a == b => {
                for (wanted, given) in wanted.iter().zip(arguments) {
                    self.unify(wanted, given, search);
                }
            }
            (Type::Reference(a, wanted), Type::Tuple(elements)) => {
                let name = self.tree(a.file).name(a.node).text();
                if matches!(name, "Array" | "ReadonlyArray" | "Iterable" | "ArrayLike")
                    && let Some(wanted) = wanted.first()
                {
                    let all = union(elements.iter().map(|element| element.ty.clone()).collect());
                    self.unify(wanted, &all, search);
                }
            }
            (Type::Union(list), _) => {
                // What fits a part without parameters is taken by that part.
                let is_plain =
                    |ty: &Ty| matches!(&**ty, Type::Parameter(parameter) if search.parameters.contains(parameter));
                let (plain, others): (Vec<Ty>, Vec<Ty>) = list.iter().cloned().partition(is_plain);
                let mut left = Vec::new();
                for part in parts(given) {
                    if others.contains(&part) {
                        continue;
                    }
                    let before: usize = search.candidates.iter().map(Vec::len).sum();
                    let matching = others.iter().filter(|other| self.same_form(other, &part));
                    for other in matching.cloned().collect::<Vec<_>>() {
                        self.unify(&other, &part, search);
                    }
                    let after: usize = search.candidates.iter().map(Vec::len).sum();
                    if after == before {
                        left.push(part);
                    }
                }
                if !left.is_empty() {
                    let rest = union(left);
                    for plain in plain {
                        self.unify(&plain, &rest, search);
                    }
                }
            }
            (_, Type::Union(list)) if !matches!(**pattern, Type::Mapped(..)) => {
                for part in list {
                    self.unify(pattern, part, search);
                }
            }
            (Type::Intersection(list), _) => {
                for part in list {
                    self.unify(part, given, search);
                }
            }
            (Type::Tuple(wanted), Type::Tuple(elements)) => self.unify_tuples(wanted, elements, search),
            (Type::Tuple(wanted), _) => {
                if let Some(element) = self.element_type(given) {
                    for wanted in wanted {
                        self.unify(&wanted.ty, &element, search);
                    }
                }
            }
            (Type::Reference(a, wanted), _) => {
                if let Some(base) = self.as_instance_of(given, *a) {
                    return self.unify(pattern, &base, search);
                }
                if wanted.is_empty() {
                    return;
                }
                let name = self.tree(a.file).name(a.node).text();
                if matches!(name, "Iterable" | "ArrayLike" | "ReadonlyArray")
                    && let (Some(wanted), Some(element)) = (wanted.first(), self.element_type(given))
                {
                    return self.unify(wanted, &element, search);
                }
                self.unify_members(pattern, given, search);
            }
            (Type::Function(place, _), _) => {
                let is_new =
                    matches!(self.tree(place.file).kind(place.node), Kind::ConstructorType | Kind::ConstructSignature);
                self.unify_calls(pattern, given, is_new, search);
            }
            (Type::Overloads(list), _) => {
                if let Some(last) = list.last() {
                    self.unify(last, given, search);
                }
            }
            (Type::Mapped(place, env), _) => {
                let tree = self.tree(place.file);
                let parameter = tree.child(place.node, 0);
                let constraint = tree.child(parameter, 0);
                if tree.kind(constraint) == Kind::KeyOf {
                    let source = self.evaluate(place.file, tree.child(constraint, 0), env);
                    let value_node = tree.child(place.node, 2);
                    if value_node != NONE {
                        let value = self.evaluate(place.file, value_node, env);
                        // `{ [K in keyof T]: Box<T[K]> }`: what is in each box.
                        if !matches!(&*value, Type::Indexed(..))
                            && let Some(members) = self.unmapped(&value, &source, given)
                        {
                            return self.unify(&source, &members, search);
                        }
                    }
                    self.unify(&source, given, search);
                    return;
                }
                let keys = self.evaluate(place.file, constraint, env);
                let given_keys = self.key_of(given);
                self.unify(&keys, &given_keys, search);
                let value = self.evaluate(place.file, tree.child(place.node, 2), env);
                let all = self.names_of(given).into_iter().filter_map(|name| {
                    let member = self.member(given, name)?;
                    Some(self.member_type(&member))
                });
                let mut all: Vec<Ty> = all.collect();
                all.extend(self.index_type(given, &of::string()));
                if !all.is_empty() {
                    self.unify(&value, &union(all), search);
                }
            }
            (Type::Object(..) | Type::Members(_), _) => self.unify_members(pattern, given, search),
            (Type::KeyOf(inner), _) => {
                if let Type::StringLiteral(_) = &**given {
                    let _ = inner;
                }
            }
            (Type::Indexed(object, index), _) => {
                // `T[number]`, of an array that is given by an element: nothing to be had.
                let _ = (object, index);
            }
            (Type::Template(place, env), Type::StringLiteral(text)) => {
                self.unify_template(*place, env, text.text(), search);
            }
            (Type::Conditional(place, env), _) => {
                let tree = self.tree(place.file);
                for branch in [2, 3] {
                    let branch = self.evaluate(place.file, tree.child(place.node, branch), env);
                    if matches!(*branch, Type::Parameter(_)) {
                        self.unify(&branch, given, search);
                    }
                }
            }
            _ => {}
        }
    }

    /// Members of a mapped type's source, each found by undoing the mapping of one given member.
    fn unmapped(&self, value: &Ty, source: &Ty, given: &Ty) -> Option<Ty> {
        let names = self.names_of(given);
        if names.is_empty() || names.len() > 200 {
            return None;
        }
        let mut members = Vec::new();
        for name in names {
            let member = self.member(given, name)?;
            let ty = self.member_type(&member);
            let found = self.unmapped_one(value, source, &ty, 0)?;
            members.push(crate::typescript::types::Known {
                name,
                declarations: member.declarations.iter().copied().collect(),
                ty: found,
            });
        }
        Some(Arc::new(Type::Members(members)))
    }

    /// What stands in `given` where `T[K]` stands in `value`.
    fn unmapped_one(&self, value: &Ty, source: &Ty, given: &Ty, depth: u32) -> Option<Ty> {
        if depth > 6 {
            return None;
        }
        match (&**value, &**given) {
            (Type::Indexed(object, _), _) if object == source => Some(given.clone()),
            (Type::Reference(a, wanted), _) => {
                let given = self.as_instance_of(given, *a)?;
                let Type::Reference(_, arguments) = &*given else { return None };
                wanted
                    .iter()
                    .zip(arguments)
                    .find_map(|(wanted, given)| self.unmapped_one(wanted, source, given, depth + 1))
            }
            (Type::Function(..), _) => {
                let wanted = self.signatures(value, false).into_iter().next()?;
                let given = self.signatures(given, false).into_iter().next()?;
                self.unmapped_one(&self.result(&wanted), source, &self.result(&given), depth + 1)
            }
            (Type::Union(list), _) => list.iter().find_map(|part| self.unmapped_one(part, source, given, depth + 1)),
            _ => None,
        }
    }

    fn unify_tuples(&self, wanted: &[Element], given: &[Element], search: &mut Search<'_>) {
        let behind = wanted.iter().rev().take_while(|element| !element.rest).count();
        for (index, element) in wanted.iter().enumerate() {
            if element.rest {
                let end = given.len().saturating_sub(behind).max(index);
                let middle: Vec<Element> = given.get(index..end).unwrap_or_default().to_vec();
                if matches!(&*element.ty, Type::Parameter(_)) {
                    // `...T`, of a tuple: the rest of it.
                    let constraint = match &*element.ty {
                        Type::Parameter(parameter) => self.constraint(*parameter),
                        _ => None,
                    };
                    let takes_all = constraint.is_some_and(|constraint| self.element_type(&constraint).is_some());
                    let ty = if takes_all {
                        Arc::new(Type::Tuple(middle))
                    } else {
                        union(middle.iter().map(|element| element.ty.clone()).collect())
                    };
                    self.unify(&element.ty, &ty, search);
                } else {
                    for given in &middle {
                        self.unify(&element.ty, &given.ty, search);
                    }
                }
                for (back, element) in wanted[index + 1..].iter().rev().enumerate() {
                    if let Some(given) = given.len().checked_sub(back + 1).and_then(|at| given.get(at)) {
                        self.unify(&element.ty, &given.ty, search);
                    }
                }
                return;
            }
            if let Some(given) = given.get(index) {
                self.unify(&element.ty, &given.ty, search);
            }
        }
    }

    fn unify_calls(&self, pattern: &Ty, given: &Ty, is_new: bool, search: &mut Search<'_>) {
        let wanted = self.signatures(pattern, is_new).into_iter().next();
        let given = self.signatures(given, is_new).into_iter().next_back();
        let (Some(wanted), Some(given)) = (wanted, given) else { return };
        let parameters = self.parameters(&wanted);
        for (index, parameter) in parameters.iter().enumerate() {
            if parameter.rest {
                let whole = self.type_of_parameter(parameter.place, &wanted.env);
                if matches!(*whole, Type::Parameter(_)) {
                    let Type::Tuple(all) = &*self.parameter_tuple(&given) else { continue };
                    let rest: Ty = Arc::new(Type::Tuple(all.iter().skip(index).cloned().collect()));
                    self.unify(&whole, &rest, search);
                    continue;
                }
            }
            if let (Some(wanted), Some(given)) =
                (self.parameter_type(&wanted, index), self.parameter_type(&given, index))
                && !is_unknown(&given)
            {
                self.unify(&wanted, &given, search);
            }
        }
        let wanted = self.result(&wanted);
        let given = self.result(&given);
        self.unify(&wanted, &given, search);
        // `asserts value is T`, `value is T` are told apart by their places alone.
    }

    fn unify_members(&self, pattern: &Ty, given: &Ty, search: &mut Search<'_>) {
        if is_unknown(given) {
            return;
        }
        for name in self.names_of(pattern).into_iter().take(40) {
            let Some(wanted) = self.member(pattern, name) else { continue };
            let Some(found) = self.member(given, name) else { continue };
            self.unify(&self.member_type(&wanted), &self.member_type(&found), search);
        }
        if let (Some(wanted), Some(found)) =
            (self.index_type(pattern, &of::string()), self.index_type(given, &of::string()))
        {
            self.unify(&wanted, &found, search);
        } else if let Some(wanted) = self.index_type(pattern, &of::string()) {
            let all = self.names_of(given).into_iter().filter_map(|name| {
                let member = self.member(given, name)?;
                Some(self.member_type(&member))
            });
            let all: Vec<Ty> = all.collect();
            if !all.is_empty() {
                self.unify(&wanted, &union(all), search);
            }
        }
        for is_new in [false, true] {
            if !self.signatures(pattern, is_new).is_empty() {
                self.unify_calls(pattern, given, is_new, search);
            }
        }
    }

    fn unify_template(&self, place: Place, env: &crate::typescript::types::Env, text: &str, search: &mut Search<'_>) {
        let tree = self.tree(place.file);
        let children = tree.children(place.node);
        let mut rest = text;
        let mut index = 0;
        while index < children.len() {
            let fixed = tree.name(children[index]).text();
            let Some(behind) = rest.strip_prefix(fixed) else { return };
            rest = behind;
            let Some(&hole) = children.get(index + 1) else { return };
            let next = children.get(index + 2).map_or("", |&next| tree.name(next).text());
            let is_last = index + 3 >= children.len();
            let end = if next.is_empty() {
                if is_last { rest.len() } else { rest.chars().next().map_or(0, char::len_utf8) }
            } else if is_last {
                match rest.rfind(next) {
                    Some(at) if at + next.len() == rest.len() && !rest.contains(next) => at,
                    _ => match rest.find(next) {
                        Some(at) => at,
                        None => return,
                    },
                }
            } else {
                match rest.find(next) {
                    Some(at) => at,
                    None => return,
                }
            };
            let pattern = self.evaluate(place.file, hole, env);
            let part = Arc::new(Type::StringLiteral(crate::typescript::name::Name::new(&rest[..end])));
            self.unify(&pattern, &part, search);
            rest = &rest[end..];
            index += 2;
        }
    }

    fn same_form(&self, pattern: &Ty, given: &Ty) -> bool {
        match (&**pattern, &**given) {
            (Type::Reference(a, _), Type::Reference(b, _)) => a == b || self.as_instance_of(given, *a).is_some(),
            (Type::Reference(..), Type::Tuple(_)) => true,
            (Type::Function(..) | Type::Overloads(_), _) => !self.signatures(given, false).is_empty(),
            (Type::Object(..), Type::Object(..) | Type::Reference(..) | Type::Members(_)) => true,
            (Type::Tuple(_), Type::Tuple(_)) => true,
            (Type::Mapped(..), Type::Object(..) | Type::Reference(..) | Type::Members(_)) => true,
            (Type::Template(..), Type::StringLiteral(_)) => true,
            (Type::Conditional(..), _) => true,
            (Type::Intersection(list), _) => list.iter().any(|part| self.same_form(part, given)),
            (Type::Reference(..), Type::Object(..) | Type::Members(_)) => true,
            _ => false,
        }
    }
}
