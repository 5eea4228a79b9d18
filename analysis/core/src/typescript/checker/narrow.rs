//! What the conditions around a reference say about its type.

use std::sync::Arc;

use super::{Checker, Meaning};
use crate::typescript::tree::{Kind, NONE, Operator, Tree, flags, slot};
use crate::typescript::types::{Place, Ty, Type, intersection, is_unknown, non_null, of, parts, union, widen};

/// How far up conditions are looked for.
const FARTHEST: usize = 200;

impl Checker<'_> {
    /// The type of a reference where it stands, from its declared one.
    pub(crate) fn narrow(&self, reference: Place, declared: &Ty) -> Ty {
        let narrows = matches!(
            &**declared,
            Type::Union(_)
                | Type::Unknown
                | Type::Any
                | Type::Unresolved
                | Type::Parameter(_)
                | Type::Reference(..)
                | Type::Object(..)
                | Type::Boolean
                | Type::NonPrimitive
                | Type::Intersection(_)
                | Type::Indexed(..)
                | Type::Conditional(..)
                | Type::This(_)
                | Type::Mapped(..)
                | Type::String
                | Type::Number
        );
        if !narrows {
            return declared.clone();
        }
        let tree = self.tree(reference.file);
        let mut conditions: Vec<Condition> = Vec::new();
        let mut assigned = None;
        let mut from = reference.node;
        let root = root_of(tree, reference.node);
        let variable = (tree.kind(root) == Kind::Identifier)
            .then(|| self.lookup(self.at(reference.file, root), tree.name(root), Meaning::VALUE).first().copied())
            .flatten();
        let is_const = variable.is_none_or(|place| self.is_constant(place));
        for (steps, at) in tree.ancestors(reference.node).enumerate() {
            if steps > FARTHEST {
                break;
            }
            match tree.kind(at) {
                Kind::If if tree.child(at, 0) != from => {
                    conditions.push(Condition { test: tree.child(at, 0), holds: tree.child(at, 1) == from });
                }
                Kind::Conditional if tree.child(at, 0) != from => {
                    conditions.push(Condition { test: tree.child(at, 0), holds: tree.child(at, 1) == from });
                }
                Kind::While if tree.child(at, 1) == from => {
                    conditions.push(Condition { test: tree.child(at, 0), holds: true });
                }
                Kind::For if tree.child(at, 3) == from && tree.child(at, 1) != NONE => {
                    conditions.push(Condition { test: tree.child(at, 1), holds: true });
                }
                Kind::Logical if tree.child(at, 1) == from => match tree.node(at).operator {
                    Operator::And => conditions.push(Condition { test: tree.child(at, 0), holds: true }),
                    Operator::Or => conditions.push(Condition { test: tree.child(at, 0), holds: false }),
                    _ => {}
                },
                Kind::Case if tree.child(at, 0) != from => {
                    conditions.push(Condition { test: at, holds: true });
                }
                _ => {}
            }
            // Statements before this one.
            if matches!(tree.kind(at), Kind::Block | Kind::Module | Kind::Case | Kind::List | Kind::StaticBlock) {
                let children = tree.children(at);
                if let Some(index) = children.iter().position(|&child| child == from)
                    && (tree.kind(at) != Kind::List || tree.kind(tree.parent(at)) == Kind::Namespace)
                {
                    for &before in children[..index].iter().rev() {
                        if before == NONE {
                            continue;
                        }
                        if assigned.is_none() {
                            assigned = self.assignment_in(reference, before);
                            if assigned.is_some() {
                                break;
                            }
                        }
                        self.conditions_of_statement(reference.file, before, &mut conditions);
                    }
                }
            }
            if assigned.is_some() {
                break;
            }
            if tree.is_function(at) || tree.kind(at) == Kind::Class {
                // What is not changed any more is still so in a function that is called later.
                if !is_const {
                    break;
                }
                let scope = variable
                    .is_some_and(|place| place.file == reference.file && tree.ancestors(place.node).any(|up| up == at));
                if scope {
                    break;
                }
            }
            from = at;
        }
        let mut ty = match assigned {
            Some(value) => {
                let given = self.expression(self.at(reference.file, value));
                self.assigned_narrowing(declared, &given)
            }
            None => declared.clone(),
        };
        for condition in conditions.into_iter().rev() {
            ty = self.apply(reference, ty, condition, 0);
        }
        ty
    }

    /// Whether a variable always has the value that it begins with.
    fn is_constant(&self, place: Place) -> bool {
        let tree = self.tree(place.file);
        match tree.kind(place.node) {
            Kind::Binding => {
                let owner = tree
                    .ancestors(place.node)
                    .find(|&at| matches!(tree.kind(at), Kind::Declarator | Kind::Parameter | Kind::Catch));
                let is_const = owner.is_some_and(|owner| tree.has(owner, flags::CONST));
                is_const || !tree.plain_assignments.contains_key(&tree.name(place.node))
            }
            _ => true,
        }
    }

    fn assigned_narrowing(&self, declared: &Ty, given: &Ty) -> Ty {
        if is_unknown(given) {
            return declared.clone();
        }
        match &**declared {
            Type::Union(list) => {
                let kept: Vec<Ty> = list
                    .iter()
                    .filter(|part| parts(given).iter().any(|given| self.assignable(given, part)))
                    .cloned()
                    .collect();
                if kept.is_empty() { declared.clone() } else { union(kept) }
            }
            Type::Any | Type::Unresolved | Type::Unknown => widen(given),
            _ => declared.clone(),
        }
    }

    /// The value that a statement gives the reference, if it surely does.
    fn assignment_in(&self, reference: Place, statement: u32) -> Option<u32> {
        let tree = self.tree(reference.file);
        if tree.kind(statement) != Kind::Expression {
            return None;
        }
        let expression = tree.child(statement, 0);
        if tree.kind(expression) != Kind::Assign || tree.node(expression).operator != Operator::Assign {
            return None;
        }
        let target = tree.child(expression, 0);
        if !same_reference(tree, target, reference.node) {
            return None;
        }
        // What declares a member says nothing new about it.
        if tree.kind(target) != Kind::Identifier && tree.is_script {
            return None;
        }
        let value = tree.child(expression, 1);
        (!matches!(tree.kind(value), Kind::Null)).then_some(value)
    }

    /// What holds behind a statement.
    fn conditions_of_statement(&self, file: crate::database::File, statement: u32, conditions: &mut Vec<Condition>) {
        let tree = self.tree(file);
        match tree.kind(statement) {
            Kind::If => {
                let then = tree.child(statement, 1);
                let otherwise = tree.child(statement, 2);
                if self.leaves(file, then) {
                    conditions.push(Condition { test: tree.child(statement, 0), holds: false });
                } else if otherwise != NONE && self.leaves(file, otherwise) {
                    conditions.push(Condition { test: tree.child(statement, 0), holds: true });
                }
            }
            Kind::Expression => {
                let call = tree.child(statement, 0);
                if tree.kind(call) == Kind::Call {
                    conditions.push(Condition { test: statement, holds: true });
                }
            }
            _ => {}
        }
    }

    /// Whether nothing behind a statement is reached through it.
    pub(crate) fn leaves(&self, file: crate::database::File, statement: u32) -> bool {
        let tree = self.tree(file);
        match tree.kind(statement) {
            Kind::Return | Kind::Throw | Kind::Break | Kind::Continue => true,
            Kind::Block => tree.children(statement).last().is_some_and(|&last| self.leaves(file, last)),
            Kind::If => {
                let otherwise = tree.child(statement, 2);
                otherwise != NONE && self.leaves(file, tree.child(statement, 1)) && self.leaves(file, otherwise)
            }
            Kind::Expression => {
                let call = tree.child(statement, 0);
                if tree.kind(call) != Kind::Call {
                    return false;
                }
                // A function that says so never returns.
                let callee = tree.child(call, 0);
                if tree.kind(callee) != Kind::Identifier {
                    return false;
                }
                let found = self.lookup(self.at(file, callee), tree.name(callee), Meaning::VALUE);
                found.iter().flat_map(|&place| self.follow(place)).any(|place| {
                    let tree = self.tree(place.file);
                    let result = if tree.kind(place.node) == Kind::Function {
                        tree.child(place.node, slot::RESULT)
                    } else {
                        NONE
                    };
                    result != NONE && tree.kind(result) == Kind::Keyword && tree.name(result).text() == "never"
                })
            }
            _ => false,
        }
    }

    /// The type under one more condition.
    fn apply(&self, reference: Place, ty: Ty, condition: Condition, depth: u32) -> Ty {
        if depth > 16 {
            return ty;
        }
        let tree = self.tree(reference.file);
        let Condition { test, holds } = condition;
        let child = |index: usize| tree.child(test, index);
        let again = |ty: Ty, test: u32, holds: bool| self.apply(reference, ty, Condition { test, holds }, depth + 1);
        if same_reference(tree, test, reference.node) {
            return if holds { self.truthy(&ty) } else { self.not_true(&ty) };
        }
        match tree.kind(test) {
            Kind::Unary if tree.node(test).operator == Operator::Not => again(ty, child(0), !holds),
            Kind::Logical => match (tree.node(test).operator, holds) {
                (Operator::And, true) => {
                    let ty = again(ty, child(0), true);
                    again(ty, child(1), true)
                }
                (Operator::Or, false) => {
                    let ty = again(ty, child(0), false);
                    again(ty, child(1), false)
                }
                (Operator::Or, true) => {
                    let left = again(ty.clone(), child(0), true);
                    let right = again(again(ty, child(0), false), child(1), true);
                    union(vec![left, right])
                }
                (Operator::And, false) => {
                    let left = again(ty.clone(), child(0), false);
                    let right = again(again(ty, child(0), true), child(1), false);
                    union(vec![left, right])
                }
                _ => ty,
            },
            Kind::Assign => again(ty, child(0), holds),
            Kind::Sequence => match tree.children(test).last() {
                Some(&last) => again(ty, last, holds),
                None => ty,
            },
            Kind::Binary => self.apply_comparison(reference, ty, condition),
            Kind::Call => self.apply_call(reference, ty, test, holds, false),
            Kind::Expression => self.apply_call(reference, ty, child(0), true, true),
            Kind::Case => self.apply_case(reference, ty, test),
            // `value.member` is true: the value is there.
            Kind::Member | Kind::Index => self.apply_member(reference, ty, test, holds),
            Kind::Identifier => {
                // A condition that has a name.
                let found = self.lookup(self.at(reference.file, test), tree.name(test), Meaning::VALUE);
                let Some(&decl) = found.first() else { return ty };
                if decl.file != reference.file || tree.kind(decl.node) != Kind::Binding {
                    return ty;
                }
                let owner = tree.parent(decl.node);
                if tree.kind(owner) != Kind::Declarator || !tree.has(owner, flags::CONST) {
                    return ty;
                }
                let value = tree.child(owner, 2);
                if value != NONE && matches!(tree.kind(value), Kind::Binary | Kind::Logical | Kind::Call | Kind::Unary)
                {
                    return again(ty, value, holds);
                }
                ty
            }
            _ => ty,
        }
    }

    /// What is left where a value is not true.
    fn not_true(&self, ty: &Ty) -> Ty {
        match &**ty {
            Type::Union(list) => {
                let kept = union(list.iter().map(|ty| self.falsy(ty)).collect());
                if matches!(*kept, Type::Never) { ty.clone() } else { kept }
            }
            _ => ty.clone(),
        }
    }

    /// `value.member`, `value?.member` as conditions.
    fn apply_member(&self, reference: Place, ty: Ty, test: u32, holds: bool) -> Ty {
        let tree = self.tree(reference.file);
        let object = tree.child(test, 0);
        if !same_reference(tree, object, reference.node) {
            // `value?.a.b`
            if holds && contains_optional(tree, object, reference.node) {
                return non_null(&ty);
            }
            return ty;
        }
        let name = tree.name(test);
        let ty = if holds { non_null(&ty) } else { ty };
        let Type::Union(list) = &*self.simplify(&ty) else { return ty };
        let kept: Vec<Ty> = list
            .iter()
            .filter(|part| match self.member(part, name) {
                Some(member) => {
                    let member = self.member_type(&member);
                    let left = if holds { self.truthy(&member) } else { self.falsy(&member) };
                    !matches!(*left, Type::Never) || is_unknown(&member)
                }
                None => !holds,
            })
            .cloned()
            .collect();
        if kept.is_empty() { ty } else { union(kept) }
    }

    fn apply_comparison(&self, reference: Place, ty: Ty, condition: Condition) -> Ty {
        let tree = self.tree(reference.file);
        let Condition { test, holds } = condition;
        let (mut left, mut right) = (tree.child(test, 0), tree.child(test, 1));
        let operator = tree.node(test).operator;
        match operator {
            Operator::InstanceOf => {
                if !same_reference(tree, left, reference.node) {
                    return ty;
                }
                let class = self.expression(self.at(reference.file, right));
                let instance = self.instance_for_test(&class);
                return self.by_type(&ty, &instance, holds);
            }
            Operator::In => {
                if !same_reference(tree, right, reference.node) {
                    return ty;
                }
                let name = match tree.kind(left) {
                    Kind::String | Kind::Word => tree.name(left),
                    _ => return ty,
                };
                let Type::Union(list) = &*self.simplify(&ty) else { return ty };
                let kept: Vec<Ty> = list
                    .iter()
                    .filter(|part| {
                        self.own_member(part, name) == holds || (!holds && self.member_is_optional(part, name))
                    })
                    .cloned()
                    .collect();
                return if kept.is_empty() { ty } else { union(kept) };
            }
            Operator::Equal | Operator::LooseEqual | Operator::NotEqual | Operator::LooseNotEqual => {}
            _ => return ty,
        }
        let holds = holds == matches!(operator, Operator::Equal | Operator::LooseEqual);
        let is_loose = matches!(operator, Operator::LooseEqual | Operator::LooseNotEqual);
        for _ in 0..2 {
            // `typeof value === "string"`
            if tree.kind(left) == Kind::Unary
                && tree.node(left).operator == Operator::TypeOf
                && tree.kind(right) == Kind::String
            {
                let operand = tree.child(left, 0);
                if same_reference(tree, operand, reference.node) {
                    return self.by_type_of(reference, &ty, tree.name(right).text(), holds);
                }
            }
            if same_reference(tree, left, reference.node) {
                let value = self.expression(self.at(reference.file, right));
                return self.by_value(&ty, &value, holds, is_loose);
            }
            // `value.kind === "a"`, `value?.kind === "a"`
            if matches!(tree.kind(left), Kind::Member | Kind::Index) {
                let object = tree.child(left, 0);
                if same_reference(tree, object, reference.node) {
                    let value = self.expression(self.at(reference.file, right));
                    return self.by_member(&ty, tree.name(left), &value, holds, is_loose);
                }
            }
            std::mem::swap(&mut left, &mut right);
        }
        ty
    }

    fn own_member(&self, ty: &Ty, name: crate::typescript::name::Name) -> bool {
        self.names_of(ty).contains(&name)
    }

    fn member_is_optional(&self, ty: &Ty, name: crate::typescript::name::Name) -> bool {
        self.member(ty, name).is_some_and(|member| member.declarations.iter().any(|&place| self.is_optional(place)))
    }

    /// What `instanceof` tests for.
    fn instance_for_test(&self, class: &Ty) -> Ty {
        match &**class {
            Type::Value(_) => {
                let instance = self.instance_of(class, &[]);
                match &*instance {
                    Type::Reference(symbol, arguments) => {
                        let any = arguments.iter().map(|_| of::any()).collect();
                        Arc::new(Type::Reference(*symbol, any))
                    }
                    _ => instance,
                }
            }
            _ => {
                if let Some(member) = self.member(class, crate::typescript::name::Name::new("prototype")) {
                    let ty = self.member_type(&member);
                    if !is_unknown(&ty) {
                        return ty;
                    }
                }
                self.instance_of(class, &[])
            }
        }
    }

    /// What is left of a type where a value is of another one, or is not.
    fn by_type(&self, ty: &Ty, wanted: &Ty, holds: bool) -> Ty {
        if is_unknown(wanted) {
            return ty.clone();
        }
        let simple = self.simplify(ty);
        if !holds {
            let Type::Union(list) = &*simple else { return ty.clone() };
            let kept: Vec<Ty> = list.iter().filter(|part| !self.is_subtype(part, wanted)).cloned().collect();
            return if kept.is_empty() { of::never() } else { union(kept) };
        }
        match &*simple {
            Type::Any | Type::Unresolved | Type::Unknown | Type::NonPrimitive => wanted.clone(),
            Type::Union(list) => {
                let mut kept: Vec<Ty> = Vec::new();
                for part in list {
                    if self.is_subtype(part, wanted) {
                        kept.push(part.clone());
                    } else {
                        for option in parts(wanted) {
                            if self.is_subtype(&option, part) && !kept.contains(&option) {
                                kept.push(option);
                            }
                        }
                    }
                }
                if kept.is_empty() { wanted.clone() } else { union(kept) }
            }
            _ => {
                if self.is_subtype(ty, wanted) {
                    ty.clone()
                } else if self.is_subtype(wanted, &simple) {
                    wanted.clone()
                } else {
                    intersection(vec![ty.clone(), wanted.clone()])
                }
            }
        }
    }

    fn is_subtype(&self, from: &Ty, to: &Ty) -> bool {
        if let (Type::Reference(_, _), Type::Reference(wanted, _)) = (&**from, &**to)
            && self.tree(wanted.file).kind(wanted.node) == Kind::Class
        {
            return self.as_instance_of(from, *wanted).is_some();
        }
        !is_unknown(from) && self.assignable(from, to)
    }

    fn by_type_of(&self, reference: Place, ty: &Ty, word: &str, holds: bool) -> Ty {
        let fits = |part: &Ty| -> bool {
            let simple = self.simplify(part);
            match (&*simple, word) {
                (Type::String | Type::StringLiteral(_) | Type::Template(..), "string")
                | (Type::Number | Type::NumberLiteral(_), "number")
                | (Type::Boolean | Type::BooleanLiteral(_), "boolean")
                | (Type::BigInt, "bigint")
                | (Type::Symbol, "symbol")
                | (Type::Undefined | Type::Void, "undefined")
                | (Type::Null, "object") => true,
                (Type::Function(..) | Type::Overloads(_), "function") => true,
                (Type::Value(symbol), "function") => {
                    matches!(self.tree(symbol.file).kind(symbol.node), Kind::Class | Kind::Function)
                }
                (Type::Object(..) | Type::Reference(..) | Type::Mapped(..) | Type::Intersection(_), "function") => {
                    !self.signatures(&simple, false).is_empty() || !self.signatures(&simple, true).is_empty()
                }
                (
                    Type::Object(..)
                    | Type::Mapped(..)
                    | Type::Tuple(_)
                    | Type::Members(_)
                    | Type::NonPrimitive
                    | Type::Module(_)
                    | Type::Intersection(_),
                    "object",
                ) => self.signatures(&simple, false).is_empty(),
                (Type::Reference(symbol, _), "object") => {
                    !matches!(self.tree(symbol.file).kind(symbol.node), Kind::Enum | Kind::EnumMember)
                        && self.signatures(&simple, false).is_empty()
                }
                (Type::Reference(symbol, _), "string" | "number") => {
                    matches!(self.tree(symbol.file).kind(symbol.node), Kind::Enum | Kind::EnumMember)
                }
                _ => false,
            }
        };
        let plain = || match word {
            "string" => Some(of::string()),
            "number" => Some(of::number()),
            "boolean" => Some(of::boolean()),
            "bigint" => Some(of::big_int()),
            "symbol" => Some(of::symbol()),
            "undefined" => Some(of::undefined()),
            "function" => Some(self.global_reference(reference.file, "Function", Vec::new())),
            _ => None,
        };
        let simple = self.simplify(ty);
        if is_unknown(&simple) {
            let keeps = matches!(**ty, Type::Parameter(_));
            return match (holds, plain()) {
                (true, Some(plain)) if keeps => intersection(vec![ty.clone(), plain]),
                (true, Some(plain)) => plain,
                (true, None) if matches!(*simple, Type::Unknown) => of::object(),
                _ => ty.clone(),
            };
        }
        let kept: Vec<Ty> = parts_not_boolean(&simple).into_iter().filter(|part| fits(part) == holds).collect();
        if kept.is_empty() {
            return match plain() {
                Some(plain) if holds => intersection(vec![ty.clone(), plain]),
                _ if holds => ty.clone(),
                _ => of::never(),
            };
        }
        let stays = !matches!(**ty, Type::Union(_)) && *simple != **ty;
        if stays { ty.clone() } else { union(kept) }
    }

    fn by_value(&self, ty: &Ty, value: &Ty, holds: bool, is_loose: bool) -> Ty {
        if is_loose && matches!(**value, Type::Null | Type::Undefined) {
            return if holds { ty.clone() } else { non_null(ty) };
        }
        let is_single = matches!(
            **value,
            Type::Null | Type::Undefined | Type::StringLiteral(_) | Type::NumberLiteral(_) | Type::BooleanLiteral(_)
        ) || matches!(&**value, Type::Reference(place, _) if self.tree(place.file).kind(place.node) == Kind::EnumMember);
        if holds {
            if is_single {
                return match &**ty {
                    Type::Union(list) => {
                        let kept: Vec<Ty> = list.iter().filter(|part| self.assignable(value, part)).cloned().collect();
                        if kept.is_empty() {
                            ty.clone()
                        } else if kept.len() == 1 && matches!(*kept[0], Type::String | Type::Number) {
                            value.clone()
                        } else {
                            union(kept)
                        }
                    }
                    Type::Any | Type::Unresolved | Type::Unknown
                        if !matches!(**value, Type::Null | Type::Undefined) =>
                    {
                        if matches!(**ty, Type::Unknown) {
                            value.clone()
                        } else {
                            ty.clone()
                        }
                    }
                    Type::String | Type::Number => value.clone(),
                    _ => ty.clone(),
                };
            }
            if let Type::Union(list) = &**ty
                && !is_unknown(value)
            {
                let kept: Vec<Ty> = list
                    .iter()
                    .filter(|part| self.assignable(part, value) || self.assignable(value, part))
                    .cloned()
                    .collect();
                return if kept.is_empty() { ty.clone() } else { union(kept) };
            }
            return ty.clone();
        }
        if !is_single {
            return ty.clone();
        }
        match &**ty {
            Type::Union(_) | Type::Boolean => union(parts(ty).into_iter().filter(|part| part != value).collect()),
            _ => ty.clone(),
        }
    }

    fn by_member(&self, ty: &Ty, name: crate::typescript::name::Name, value: &Ty, holds: bool, is_loose: bool) -> Ty {
        let base = self.simplify(ty);
        let Type::Union(list) = &*base else { return ty.clone() };
        let is_nothing = matches!(**value, Type::Undefined | Type::Null);
        let kept: Vec<Ty> = list
            .iter()
            .filter(|part| {
                if matches!(***part, Type::Null | Type::Undefined) {
                    return is_nothing == holds;
                }
                let Some(member) = self.member(part, name) else { return is_nothing == holds };
                let is_optional = member.declarations.iter().any(|&place| self.is_optional(place));
                let member = self.member_type(&member);
                if is_unknown(&member) {
                    return true;
                }
                if holds {
                    (is_nothing && is_optional)
                        || parts(&member)
                            .iter()
                            .any(|member| self.assignable(value, member) || self.assignable(member, value))
                } else {
                    // A member that has this one value alone is told by it.
                    let all_same = parts(&member).iter().all(|member| {
                        member == value || (is_loose && is_nothing && matches!(**member, Type::Null | Type::Undefined))
                    });
                    !all_same || is_optional
                }
            })
            .cloned()
            .collect();
        if kept.is_empty() { ty.clone() } else { union(kept) }
    }

    /// `switch (value)`, `switch (value.kind)`, `switch (typeof value)`: in one of its cases.
    fn apply_case(&self, reference: Place, ty: Ty, case: u32) -> Ty {
        let tree = self.tree(reference.file);
        let switch = tree.parent(case);
        let subject = tree.child(switch, 0);
        let cases = &tree.children(switch)[1..];
        let Some(mut index) = cases.iter().position(|&known| known == case) else { return ty };
        // Cases above that fall through count as well.
        let mut values = Vec::new();
        let mut is_default = false;
        loop {
            let test = tree.child(cases[index], 0);
            if test == NONE {
                is_default = true;
            } else {
                values.push(test);
            }
            if index == 0 {
                break;
            }
            let above = tree.children(cases[index - 1]);
            let falls = above.len() < 2 || !above[1..].iter().any(|&statement| self.leaves(reference.file, statement));
            if !falls {
                break;
            }
            index -= 1;
        }
        if is_default {
            let mut ty = ty;
            for &other in cases {
                let test = tree.child(other, 0);
                if test != NONE && !values.contains(&test) {
                    ty = self.apply_one_case(reference, ty, subject, test, false);
                }
            }
            return ty;
        }
        let each = values.iter().map(|&test| self.apply_one_case(reference, ty.clone(), subject, test, true));
        union(each.collect())
    }

    fn apply_one_case(&self, reference: Place, ty: Ty, subject: u32, test: u32, holds: bool) -> Ty {
        let tree = self.tree(reference.file);
        if tree.kind(subject) == Kind::Boolean {
            // `switch (true)`: the cases are conditions.
            return self.apply(reference, ty, Condition { test, holds: holds == tree.has(subject, flags::TRUE) }, 1);
        }
        if tree.kind(subject) == Kind::Unary
            && tree.node(subject).operator == Operator::TypeOf
            && same_reference(tree, tree.child(subject, 0), reference.node)
            && tree.kind(test) == Kind::String
        {
            return self.by_type_of(reference, &ty, tree.name(test).text(), holds);
        }
        let value = self.expression(self.at(reference.file, test));
        if same_reference(tree, subject, reference.node) {
            return self.by_value(&ty, &value, holds, false);
        }
        if matches!(tree.kind(subject), Kind::Member | Kind::Index)
            && same_reference(tree, tree.child(subject, 0), reference.node)
        {
            return self.by_member(&ty, tree.name(subject), &value, holds, false);
        }
        ty
    }

    /// A call of a function that tells types apart.
    fn apply_call(&self, reference: Place, ty: Ty, call: u32, holds: bool, is_statement: bool) -> Ty {
        let tree = self.tree(reference.file);
        let arguments = tree.children(tree.child(call, 2));
        let callee = tree.child(call, 0);
        let about_this =
            matches!(tree.kind(callee), Kind::Member) && same_reference(tree, tree.child(callee, 0), reference.node);
        let index = arguments.iter().position(|&argument| same_reference(tree, argument, reference.node));
        let in_argument = is_statement && arguments.iter().any(|&argument| mentions(tree, argument, reference.node));
        if index.is_none() && !about_this && !in_argument {
            if holds && !is_statement && contains_optional(tree, callee, reference.node) {
                return non_null(&ty);
            }
            return ty;
        }
        // The name of what is called is enough to see that it asserts nothing.
        let Some(resolved) = self.resolve_call(self.at(reference.file, call), true) else { return ty };
        let signature = &resolved.signature;
        let other = self.tree(signature.place.file);
        let result = match other.kind(signature.place.node) {
            Kind::Class => NONE,
            _ => other.child(signature.place.node, slot::RESULT),
        };
        if result == NONE || other.kind(result) != Kind::Predicate {
            return ty;
        }
        let asserts = other.has(result, flags::ASSERTS);
        if asserts != is_statement {
            return ty;
        }
        let subject = other.name(result);
        let annotation = other.child(result, 0);
        if subject.text() == "this" {
            if !about_this || annotation == NONE {
                return ty;
            }
        } else {
            let parameters = self.parameters(signature);
            let position = parameters.iter().position(|parameter| {
                let tree = self.tree(parameter.place.file);
                tree.name(tree.bare_binding(parameter.place.node)) == subject
            });
            let Some(position) = position else { return ty };
            if annotation == NONE {
                // `asserts condition`
                let Some(&argument) = arguments.get(position) else { return ty };
                return self.apply(reference, ty, Condition { test: argument, holds: true }, 1);
            }
            if index != Some(position) {
                return ty;
            }
        }
        let wanted = self.evaluate(signature.place.file, annotation, &signature.env);
        self.by_type(&ty, &wanted, holds)
    }
}

/// The parts of a union; booleans stay whole.
fn parts_not_boolean(ty: &Ty) -> Vec<Ty> {
    match &**ty {
        Type::Union(list) => list.clone(),
        _ => vec![ty.clone()],
    }
}

/// An expression that is known to be true, or false.
#[derive(Clone, Copy)]
struct Condition {
    test: u32,
    holds: bool,
}

/// The name that a chain of members begins with.
fn root_of(tree: &Tree, mut node: u32) -> u32 {
    while matches!(tree.kind(node), Kind::Member | Kind::Index | Kind::NonNull) {
        node = tree.child(node, 0);
    }
    node
}

/// Whether two expressions name the same thing: `a.b` and `a.b`.
fn same_reference(tree: &Tree, a: u32, b: u32) -> bool {
    if a == NONE || b == NONE {
        return false;
    }
    let (a, b) = (bare(tree, a), bare(tree, b));
    match (tree.kind(a), tree.kind(b)) {
        (Kind::Identifier, Kind::Identifier) => tree.name(a) == tree.name(b),
        (Kind::This, Kind::This) => true,
        (Kind::Member, Kind::Member) => {
            tree.name(a) == tree.name(b) && same_reference(tree, tree.child(a, 0), tree.child(b, 0))
        }
        (Kind::Index, Kind::Index) => {
            let (x, y) = (tree.child(a, 1), tree.child(b, 1));
            let same_key = tree.kind(x) == tree.kind(y)
                && matches!(tree.kind(x), Kind::String | Kind::Number | Kind::Identifier)
                && tree.name(x) == tree.name(y);
            same_key && same_reference(tree, tree.child(a, 0), tree.child(b, 0))
        }
        (Kind::Assign, _) => same_reference(tree, tree.child(a, 0), b),
        _ => false,
    }
}

fn bare(tree: &Tree, mut node: u32) -> u32 {
    while tree.kind(node) == Kind::NonNull {
        node = tree.child(node, 0);
    }
    node
}

/// Whether a chain looks into the reference only where it is there.
fn contains_optional(tree: &Tree, mut chain: u32, reference: u32) -> bool {
    let mut optional = false;
    loop {
        if same_reference(tree, chain, reference) {
            return optional;
        }
        match tree.kind(chain) {
            Kind::Member | Kind::Index | Kind::Call => {
                optional |= tree.has(chain, flags::OPTIONAL);
                chain = tree.child(chain, 0);
            }
            _ => return false,
        }
    }
}

/// Whether an expression mentions the reference anywhere.
fn mentions(tree: &Tree, expression: u32, reference: u32) -> bool {
    let mut pending = vec![expression];
    let mut steps = 0;
    while let Some(at) = pending.pop() {
        steps += 1;
        if steps > 200 {
            return false;
        }
        if same_reference(tree, at, reference) {
            return true;
        }
        pending.extend(tree.present(at));
    }
    false
}
