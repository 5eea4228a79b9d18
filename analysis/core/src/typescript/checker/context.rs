//! What is expected of an expression, from where it stands.

use std::sync::Arc;

use super::{Checker, Question};
use crate::typescript::lower::doc_tag;
use crate::typescript::name::Name;
use crate::typescript::tree::{Kind, NONE, Operator, flags, slot};
use crate::typescript::types::{Env, Place, Ty, Type, is_unknown, non_null, of, parts, union};

impl Checker<'_> {
    /// The type that is expected of an expression. `None` if there is none.
    pub(crate) fn expected(&self, place: Place) -> Option<Ty> {
        let ty = self.memo(Question::Expected, place, || self.expected_anew(place));
        (!matches!(*ty, Type::Unresolved | Type::Any)).then_some(ty)
    }

    /// As [`Checker::expected`]; [`Type::Unresolved`] for none.
    pub(super) fn expected_anew(&self, place: Place) -> Ty {
        self.expectation(place).unwrap_or_else(of::unresolved)
    }

    fn expectation(&self, place: Place) -> Option<Ty> {
        let tree = self.tree(place.file);
        let parent = tree.parent(place.node);
        if parent == NONE {
            return None;
        }
        let at = |node: u32| self.at(place.file, node);
        match tree.kind(parent) {
            Kind::Declarator => self.annotated(at(parent)),
            Kind::Property => {
                let annotation = tree.child(parent, 0);
                if annotation != NONE {
                    return Some(self.evaluate(place.file, annotation, &Env::default()));
                }
                self.annotated(at(parent))
            }
            Kind::Parameter => {
                let annotation = tree.child(parent, 1);
                (annotation != NONE).then(|| self.evaluate(place.file, annotation, &Env::default()))
            }
            Kind::Assign if tree.child(parent, 1) == place.node => {
                if let Some(ty) = self.annotated(at(parent)) {
                    return Some(ty);
                }
                let target = tree.child(parent, 0);
                match tree.kind(target) {
                    Kind::Identifier | Kind::Member | Kind::Index => {
                        // An assignment that declares expects nothing of itself.
                        if tree.is_script && self.declares(at(parent)) {
                            return None;
                        }
                        Some(self.declared_of_target(at(target)))
                    }
                    _ => None,
                }
            }
            Kind::Return => {
                let function = tree.function_around(parent)?;
                self.expected_result(at(function))
            }
            Kind::Function if tree.child(parent, slot::BODY) == place.node => self.expected_result(at(parent)),
            Kind::List => {
                let call = tree.parent(parent);
                if !matches!(tree.kind(call), Kind::Call | Kind::New) || tree.child(call, 2) != parent {
                    return None;
                }
                let index = tree.children(parent).iter().position(|&argument| argument == place.node)?;
                let resolved = self.resolve_call(at(call), true)?;
                let ty = self.parameter_type(&resolved.signature, index)?;
                Some(self.substitute(&ty, &resolved.signature.env))
            }
            Kind::ObjectProperty => {
                let object = tree.parent(parent);
                let expected = self.expected(at(object))?;
                let name = self.member_name(place.file, parent);
                self.expected_member(&expected, name, at(object))
            }
            Kind::Array => {
                let expected = non_null(&self.simplify(&self.expected(at(parent))?));
                let index = tree.children(parent).iter().position(|&element| element == place.node)?;
                let each: Vec<Ty> = parts(&expected)
                    .iter()
                    .filter_map(|part| match &**part {
                        Type::Tuple(elements) => {
                            elements.get(index).or(elements.last()).map(|element| element.ty.clone())
                        }
                        _ => self.element_type(part),
                    })
                    .collect();
                (!each.is_empty()).then(|| union(each))
            }
            Kind::Conditional if tree.child(parent, 0) != place.node => self.expected(at(parent)),
            Kind::Logical => {
                let operator = tree.node(parent).operator;
                if operator == Operator::And && tree.child(parent, 0) == place.node {
                    return None;
                }
                self.expected(at(parent)).or_else(|| {
                    let left = tree.child(parent, 0);
                    (left != place.node).then(|| non_null(&self.expression(at(left)))).filter(|ty| !is_unknown(ty))
                })
            }
            Kind::As => {
                let annotation = tree.child(parent, 1);
                let is_const = tree.kind(annotation) == Kind::TypeReference
                    && tree.name(tree.child(annotation, 0)).text() == "const";
                if is_const {
                    self.expected(at(parent))
                } else {
                    Some(self.evaluate(place.file, annotation, &Env::default()))
                }
            }
            Kind::Satisfies => Some(self.evaluate(place.file, tree.child(parent, 1), &Env::default())),
            Kind::NonNull => self.expected(at(parent)),
            Kind::Await => {
                let expected = self.expected(at(parent))?;
                Some(union(vec![expected.clone(), self.global_reference(place.file, "Promise", vec![expected])]))
            }
            Kind::DefaultPattern => {
                let pattern = tree.child(parent, 0);
                matches!(tree.kind(pattern), Kind::Binding).then(|| self.declared_of_pattern(at(pattern))).flatten()
            }
            Kind::Yield => {
                let function = tree.function_around(parent)?;
                let expected = self.expected_result(at(function))?;
                match &*expected {
                    Type::Reference(_, arguments) => arguments.first().cloned(),
                    _ => None,
                }
            }
            Kind::JsxAttribute => {
                let element = tree.parent(tree.parent(parent));
                let properties = self.jsx_properties(at(element))?;
                let member = self.member(&properties, tree.name(parent))?;
                Some(self.member_type(&member))
            }
            Kind::Sequence if tree.children(parent).last() == Some(&place.node) => self.expected(at(parent)),
            _ => None,
        }
    }

    /// The type that a declaration's annotation or documentation says.
    pub(super) fn annotated(&self, place: Place) -> Option<Ty> {
        let tree = self.tree(place.file);
        if tree.kind(place.node) == Kind::Declarator {
            let annotation = tree.child(place.node, 1);
            if annotation != NONE {
                return Some(self.evaluate(place.file, annotation, &Env::default()));
            }
        }
        let tag = doc_tag(tree, place.node, Kind::DocType)?;
        let ty = self.evaluate(place.file, tree.child(tag, 0), &Env::default());
        Some(ty)
    }

    /// What a member of an object is expected to be.
    fn expected_member(&self, expected: &Ty, name: Name, object: Place) -> Option<Ty> {
        let expected = non_null(&self.simplify(expected));
        let mut each = Vec::new();
        for part in self.fitting_parts(&expected, object) {
            if let Some(member) = self.member(&part, name) {
                each.push(self.member_type(&member));
            } else if let Some(ty) = self.index_type(&part, &Arc::new(Type::StringLiteral(name))) {
                each.push(ty);
            }
        }
        (!each.is_empty()).then(|| union(each))
    }

    /// The parts of a union that an object can be meant as: by the literals in it.
    pub(crate) fn fitting_parts(&self, expected: &Ty, object: Place) -> Vec<Ty> {
        let Type::Union(list) = &**expected else { return vec![expected.clone()] };
        let tree = self.tree(object.file);
        let mut left: Vec<Ty> = list.clone();
        if tree.kind(object.node) == Kind::Object {
            for &property in tree.children(object.node) {
                if tree.kind(property) != Kind::ObjectProperty {
                    continue;
                }
                let value = tree.child(property, 0);
                let literal: Ty = match tree.kind(value) {
                    Kind::String => Arc::new(Type::StringLiteral(tree.name(value))),
                    Kind::Number => Arc::new(Type::NumberLiteral(tree.name(value))),
                    Kind::Boolean => Arc::new(Type::BooleanLiteral(tree.has(value, flags::TRUE))),
                    _ => continue,
                };
                let name = self.member_name(object.file, property);
                let fits: Vec<Ty> = left
                    .iter()
                    .filter(|part| match self.member(part, name) {
                        Some(member) => self.assignable(&literal, &self.member_type(&member)),
                        None => false,
                    })
                    .cloned()
                    .collect();
                if !fits.is_empty() {
                    left = fits;
                }
            }
        }
        left
    }

    /// What a function is expected to return, inside of it.
    pub(crate) fn expected_result(&self, function: Place) -> Option<Ty> {
        let tree = self.tree(function.file);
        let written = tree.child(function.node, slot::RESULT);
        let result = if written != NONE {
            self.evaluate(function.file, written, &Env::default())
        } else if let Some(tag) = doc_tag(tree, self.documented_node(function), Kind::DocReturns) {
            self.evaluate(function.file, tree.child(tag, 0), &Env::default())
        } else {
            let expected = non_null(&self.expected(function)?);
            let signature = self.signatures(&expected, false).into_iter().next()?;
            self.result(&signature)
        };
        if tree.has(function.node, flags::ASYNC) {
            let inner = self.awaited(&result);
            return Some(inner);
        }
        Some(result)
    }

    /// The declared type of what is assigned to, not narrowed.
    pub(super) fn declared_of_target(&self, target: Place) -> Ty {
        let tree = self.tree(target.file);
        match tree.kind(target.node) {
            Kind::Identifier => {
                let found = self.lookup(target, tree.name(target.node), super::Meaning::VALUE);
                match found.first() {
                    Some(&decl) => self.declared(decl),
                    None => of::unresolved(),
                }
            }
            Kind::Member => {
                let object = self.expression(self.at(target.file, tree.child(target.node, 0)));
                match self.member(&non_null(&object), tree.name(target.node)) {
                    Some(member) => self.member_type(&member),
                    None => of::unresolved(),
                }
            }
            _ => self.expression(target),
        }
    }

    /// What is expected of a function's parameter that says no type.
    pub(super) fn expected_parameter(&self, parameter: Place) -> Option<Ty> {
        let tree = self.tree(parameter.file);
        let list = tree.parent(parameter.node);
        let function = self.at(parameter.file, tree.parent(list));
        let index = tree.children(list).iter().position(|&id| id == parameter.node)?;
        // A method of an object is expected as the property's value.
        let mut expected = self.expected(function);
        if expected.is_none() && tree.kind(function.node) == Kind::Method {
            return None;
        }
        if expected.is_none()
            && let Some(tag) = doc_tag(tree, self.documented_node(function), Kind::DocType)
        {
            expected = Some(self.evaluate(function.file, tree.child(tag, 0), &Env::default()));
        }
        let expected = non_null(&expected?);
        let mut each = Vec::new();
        for part in parts(&self.simplify(&expected)) {
            for signature in self.signatures(&part, false).into_iter().take(1) {
                if tree.has(parameter.node, flags::REST) {
                    let Type::Tuple(all) = &*self.parameter_tuple(&signature) else { continue };
                    each.push(Arc::new(Type::Tuple(all.iter().skip(index).cloned().collect())) as Ty);
                } else if let Some(ty) = self.parameter_type(&signature, index) {
                    each.push(ty);
                }
            }
        }
        (!each.is_empty()).then(|| union(each))
    }
}
