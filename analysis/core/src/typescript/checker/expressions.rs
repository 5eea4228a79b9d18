//! The types of expressions.

use std::sync::Arc;

use super::{Checker, Meaning, Question};
use crate::typescript::name::Name;
use crate::typescript::tree::{Kind, NONE, Operator, flags, slot};
use crate::typescript::types::{Element, Env, Place, Ty, Type, is_unknown, non_null, of, union, widen};

impl Checker<'_> {
    /// The type of an expression.
    pub(crate) fn expression(&self, place: Place) -> Ty {
        self.memo(Question::Expression, place, || self.expression_anew(place))
    }

    #[allow(clippy::too_many_lines, reason = "one arm for each form of expression")]
    fn expression_anew(&self, place: Place) -> Ty {
        let tree = self.tree(place.file);
        let node = tree.node(place.node);
        let child = |index: usize| self.at(place.file, tree.child(place.node, index));
        match node.kind {
            Kind::Identifier => {
                let name = node.name;
                let found = self.lookup(place, name, Meaning::VALUE);
                if tree.is_common_js && name.text() == "exports" && found.iter().all(|found| found.file != place.file) {
                    return Arc::new(Type::Module(self.at(place.file, 0)));
                }
                let Some(&first) = found.first() else {
                    return match name.text() {
                        "undefined" => of::undefined(),
                        "exports" if tree.is_common_js => Arc::new(Type::Module(self.at(place.file, 0))),
                        _ => of::unresolved(),
                    };
                };
                if name.text() == "undefined" {
                    return of::undefined();
                }
                let ty = self.declared(self.value_of(&found).unwrap_or(first));
                self.narrow(place, &ty)
            }
            Kind::This => {
                let ty = self.this_of(place);
                self.narrow(place, &ty)
            }
            Kind::Super => {
                let class = tree.ancestors(place.node).find(|&at| tree.kind(at) == Kind::Class);
                let Some(class) = class else { return of::any() };
                let in_static = tree.ancestors(place.node).any(|at| tree.has(at, flags::STATIC));
                let heritage = tree.child(class, slot::HERITAGE);
                if heritage == NONE {
                    return of::any();
                }
                if in_static {
                    return self.expression(self.at(place.file, heritage));
                }
                self.bases(self.at(place.file, class)).into_iter().next().unwrap_or_else(of::any)
            }
            Kind::String => Arc::new(Type::StringLiteral(node.name)),
            Kind::Number => Arc::new(Type::NumberLiteral(node.name)),
            Kind::BigInt => of::big_int(),
            Kind::Boolean => Arc::new(Type::BooleanLiteral(node.flags & flags::TRUE != 0)),
            Kind::Null => of::null(),
            Kind::Regex => self.global_reference(place.file, "RegExp", Vec::new()),
            Kind::Template => {
                if tree.children(place.node).is_empty() {
                    Arc::new(Type::StringLiteral(node.name))
                } else {
                    of::string()
                }
            }
            Kind::Array => self.array(place),
            Kind::Object => {
                if tree.is_script
                    && let Type::Value(owner) = &*self.object_as_value(place)
                {
                    return Arc::new(Type::Value(*owner));
                }
                Arc::new(Type::Object(place, Env::default()))
            }
            Kind::Function => {
                if tree.is_script && node.flags & flags::ARROW == 0 && self.has_assigned(place) {
                    return Arc::new(Type::Value(place));
                }
                if node.flags & flags::STATEMENT != 0 {
                    return self.declared(place);
                }
                Arc::new(Type::Function(place, Env::default()))
            }
            Kind::Class => Arc::new(Type::Value(self.value_symbol(place))),
            Kind::Call | Kind::New => {
                let ty = self.call_result(place);
                if node.flags & flags::OPTIONAL != 0 { union(vec![ty, of::undefined()]) } else { ty }
            }
            Kind::TaggedTemplate => match self.resolve_call(place, false) {
                Some(resolved) => self.result(&resolved.signature),
                None => of::any(),
            },
            Kind::Member => {
                if tree.is_common_js
                    && node.name.text() == "exports"
                    && tree.kind(tree.child(place.node, 0)) == Kind::Identifier
                    && tree.name(tree.child(place.node, 0)).text() == "module"
                {
                    return self.module_value(self.at(place.file, 0));
                }
                let object = self.expression(child(0));
                let object = non_null(&object);
                let ty = match self.member(&object, node.name) {
                    Some(member) => {
                        let ty = self.member_type(&member);
                        self.substitute_this(&ty, &object)
                    }
                    None => match self.index_type(&object, &(Arc::new(Type::StringLiteral(node.name)) as Ty)) {
                        Some(ty) => ty,
                        None if matches!(*object, Type::Any) => of::any(),
                        None => of::unresolved(),
                    },
                };
                self.narrow(place, &ty)
            }
            Kind::Index => {
                let object = non_null(&self.expression(child(0)));
                let index = self.expression(child(1));
                let ty = match &*index {
                    Type::StringLiteral(name) | Type::NumberLiteral(name) => match self.member(&object, *name) {
                        Some(member) => self.member_type(&member),
                        None => self.index_type(&object, &index).unwrap_or_else(of::unresolved),
                    },
                    _ if is_unknown(&object) || is_unknown(&index) => self
                        .index_type(&object, &of::number())
                        .or_else(|| self.index_type(&object, &of::string()))
                        .unwrap_or_else(of::any),
                    _ => self.indexed(&object, &index),
                };
                self.narrow(place, &ty)
            }
            Kind::Unary => match node.operator {
                Operator::Not | Operator::Delete => of::boolean(),
                Operator::TypeOf => of::string(),
                Operator::Void => of::undefined(),
                Operator::Minus => match &*self.expression(child(0)) {
                    Type::NumberLiteral(name) => Arc::new(Type::NumberLiteral(Name::new(&format!("-{}", name.text())))),
                    Type::BigInt => of::big_int(),
                    _ => of::number(),
                },
                _ => of::number(),
            },
            Kind::Update => of::number(),
            Kind::Binary => match node.operator {
                Operator::Add => {
                    let left = self.expression(child(0));
                    let right = self.expression(child(1));
                    let is_text = |ty: &Ty| {
                        let ty = self.simplify(ty);
                        matches!(*ty, Type::String | Type::StringLiteral(_) | Type::Template(..))
                            || matches!(&*ty, Type::Union(list) if list.iter().all(|ty| matches!(**ty, Type::String | Type::StringLiteral(_))))
                    };
                    let is_number = |ty: &Ty| matches!(**ty, Type::Number | Type::NumberLiteral(_));
                    if is_text(&left) || is_text(&right) {
                        of::string()
                    } else if is_number(&left) && is_number(&right) {
                        of::number()
                    } else {
                        of::any()
                    }
                }
                Operator::Arithmetic | Operator::Bits => match &*self.expression(child(0)) {
                    Type::BigInt => of::big_int(),
                    _ => of::number(),
                },
                _ => of::boolean(),
            },
            Kind::Logical => {
                let left = self.expression(child(0));
                let right = self.expression(child(1));
                self.logical(node.operator, left, right, place)
            }
            Kind::Assign => match node.operator {
                Operator::Assign => self.expression(child(1)),
                Operator::Or | Operator::Coalesce => {
                    union(vec![non_null(&self.expression(child(0))), self.expression(child(1))])
                }
                Operator::Add => {
                    let left = self.expression(child(0));
                    if matches!(*left, Type::String | Type::StringLiteral(_)) { of::string() } else { widen(&left) }
                }
                _ => of::number(),
            },
            Kind::Conditional => {
                let (then, otherwise) = (self.expression(child(1)), self.expression(child(2)));
                self.either(then, otherwise, place)
            }
            Kind::Sequence => match tree.children(place.node).last() {
                Some(&last) => self.expression(self.at(place.file, last)),
                None => of::any(),
            },
            Kind::Await => self.awaited(&self.expression(child(0))),
            Kind::Yield => of::any(),
            Kind::As => {
                let annotation = tree.child(place.node, 1);
                if tree.kind(annotation) == Kind::TypeReference
                    && tree.name(tree.child(annotation, 0)).text() == "const"
                {
                    return self.expression(child(0));
                }
                self.evaluate(place.file, annotation, &Env::default())
            }
            Kind::Satisfies => self.expression(child(0)),
            Kind::Instantiation => {
                let ty = self.expression(child(0));
                let list = tree.child(place.node, 1);
                let arguments: Vec<Ty> = tree
                    .children(list)
                    .iter()
                    .map(|&argument| self.evaluate(place.file, argument, &Env::default()))
                    .collect();
                let signature = self.signatures(&ty, false).into_iter().next();
                match signature {
                    Some(signature) => {
                        let parameters = self.type_parameters(signature.place);
                        let env = self.fill(&parameters, arguments, None);
                        self.substitute(&ty, &env)
                    }
                    None => ty,
                }
            }
            Kind::NonNull => non_null(&self.expression(child(0))),
            Kind::ImportCall => {
                let module = tree.child(place.node, 0);
                if tree.kind(module) != Kind::String {
                    return of::any();
                }
                let Some(module) = self.module(place.file, tree.name(module), false) else { return of::unresolved() };
                self.global_reference(place.file, "Promise", vec![Arc::new(Type::Module(module))])
            }
            Kind::ImportMeta => self.global_reference(place.file, "ImportMeta", Vec::new()),
            Kind::NewTarget => of::any(),
            Kind::JsxElement => {
                let jsx = self.jsx_elements(place);
                let _ = jsx;
                of::any()
            }
            Kind::Spread => self.expression(child(0)),
            // Patterns that are assigned to have the type of the value.
            Kind::ObjectPattern | Kind::ArrayPattern => self.declared_of_pattern(place).unwrap_or_else(of::any),
            Kind::Binding | Kind::ObjectProperty | Kind::Property | Kind::Method | Kind::Parameter => {
                self.declared(place)
            }
            _ => of::any(),
        }
    }

    /// Of several declarations, the one whose type the value has.
    fn value_of(&self, found: &[Place]) -> Option<Place> {
        let is_value = |place: &&Place| {
            matches!(self.tree(place.file).kind(place.node), Kind::Class | Kind::Function | Kind::Enum | Kind::Binding)
        };
        found.iter().find(is_value).copied()
    }

    /// An object that members are assigned to is more than what is written down.
    fn object_as_value(&self, _place: Place) -> Ty {
        of::any()
    }

    fn substitute_this(&self, ty: &Ty, object: &Ty) -> Ty {
        if matches!(**ty, Type::This(_)) && !matches!(**object, Type::This(_)) { object.clone() } else { ty.clone() }
    }

    fn array(&self, place: Place) -> Ty {
        let tree = self.tree(place.file);
        let expected = self.expected(place).map(|expected| non_null(&self.simplify(&expected)));
        let wants_tuple = expected.as_ref().is_some_and(|expected| match &**expected {
            Type::Tuple(_) => true,
            Type::Union(list) => list.iter().any(|part| matches!(**part, Type::Tuple(_))),
            _ => false,
        });
        let is_const = tree
            .ancestors(place.node)
            .take_while(|&at| matches!(tree.kind(at), Kind::Object | Kind::Array | Kind::ObjectProperty | Kind::As));
        let is_const = is_const.filter(|&at| tree.kind(at) == Kind::As).any(|at| {
            tree.name(tree.child(tree.child(at, 1), 0)).text() == "const"
                && tree.kind(tree.child(at, 1)) == Kind::TypeReference
        });
        let mut elements = Vec::new();
        for element in tree.present(place.node) {
            if tree.kind(element) == Kind::Spread {
                let spread = self.expression(self.at(place.file, tree.child(element, 0)));
                match &*spread {
                    Type::Tuple(inner) => elements.extend(inner.iter().cloned()),
                    _ => {
                        let ty = self.element_type(&spread).unwrap_or_else(of::any);
                        elements.push(Element { ty, optional: false, rest: true });
                    }
                }
            } else {
                let ty = self.expression(self.at(place.file, element));
                elements.push(Element { ty, optional: false, rest: false });
            }
            if elements.len() > 200 {
                break;
            }
        }
        if wants_tuple || is_const {
            return Arc::new(Type::Tuple(elements));
        }
        if elements.is_empty() {
            let element = expected.and_then(|expected| self.element_type(&expected)).unwrap_or_else(of::any);
            return self.array_of(place.file, element);
        }
        let keeps = expected.as_ref().and_then(|expected| self.element_type(expected));
        let each = elements.into_iter().map(|element| if keeps.is_some() { element.ty } else { widen(&element.ty) });
        let each: Vec<Ty> = each.collect();
        // Objects that are written alike are one type, as far as members are concerned.
        let mut kinds: Vec<Ty> = Vec::new();
        for ty in each {
            if kinds.len() < 24 {
                kinds.push(ty);
            }
        }
        self.array_of(place.file, union(kinds))
    }

    fn logical(&self, operator: Operator, left: Ty, right: Ty, place: Place) -> Ty {
        match operator {
            Operator::Or => {
                let left = self.truthy(&left);
                if matches!(*left, Type::Any | Type::Unresolved) {
                    // The default says what it is.
                    return if matches!(*right, Type::Any | Type::Unresolved) {
                        left
                    } else {
                        self.defaulted(left, right)
                    };
                }
                self.either(left, right, place)
            }
            Operator::Coalesce => {
                let left = non_null(&left);
                if matches!(*left, Type::Any | Type::Unresolved) {
                    return if matches!(*right, Type::Any | Type::Unresolved) {
                        left
                    } else {
                        self.defaulted(left, right)
                    };
                }
                self.either(left, right, place)
            }
            _ => {
                let falsy = self.falsy(&left);
                union(vec![falsy, right])
            }
        }
    }

    fn defaulted(&self, _left: Ty, _right: Ty) -> Ty {
        of::any()
    }

    /// One of two types; an empty object or array adds nothing to one that is known better.
    fn either(&self, then: Ty, otherwise: Ty, _place: Place) -> Ty {
        let is_empty = |ty: &Ty| match &**ty {
            Type::Object(place, _) => {
                let tree = self.tree(place.file);
                tree.kind(place.node) == Kind::Object && tree.children(place.node).is_empty()
            }
            _ => false,
        };
        if is_empty(&otherwise) && !is_empty(&then) && !matches!(*then, Type::Never) {
            return then;
        }
        if is_empty(&then) && !is_empty(&otherwise) && !matches!(*otherwise, Type::Never) {
            return otherwise;
        }
        union(vec![then, otherwise])
    }

    /// What is left of a type where a value is true.
    pub(crate) fn truthy(&self, ty: &Ty) -> Ty {
        match &**ty {
            Type::Null | Type::Undefined | Type::Void | Type::BooleanLiteral(false) => of::never(),
            Type::StringLiteral(text) if text.text().is_empty() => of::never(),
            Type::NumberLiteral(text) if text.text() == "0" => of::never(),
            Type::Boolean => Arc::new(Type::BooleanLiteral(true)),
            Type::Union(list) => union(list.iter().map(|ty| self.truthy(ty)).collect()),
            _ => ty.clone(),
        }
    }

    /// What is left of a type where a value is false.
    pub(crate) fn falsy(&self, ty: &Ty) -> Ty {
        match &**ty {
            Type::Null | Type::Undefined | Type::Void | Type::BooleanLiteral(false) => ty.clone(),
            Type::Boolean => Arc::new(Type::BooleanLiteral(false)),
            Type::String | Type::Number | Type::Any | Type::Unresolved | Type::Unknown | Type::BigInt => ty.clone(),
            Type::StringLiteral(text) if text.text().is_empty() => ty.clone(),
            Type::NumberLiteral(text) if text.text() == "0" => ty.clone(),
            Type::Union(list) => union(list.iter().map(|ty| self.falsy(ty)).collect()),
            Type::Parameter(_) => ty.clone(),
            _ => of::never(),
        }
    }
}
