//! The types of declarations.

use std::sync::Arc;

use super::{Checker, Meaning, Question};
use crate::typescript::lower::doc_tag;
use crate::typescript::name::Name;
use crate::typescript::tree::{Kind, NONE, Operator, flags, slot};
use crate::typescript::types::{Element, Env, Known, Place, Ty, Type, is_unknown, non_null, of, union, widen};

impl Checker<'_> {
    /// The type of what a declaration declares.
    pub(crate) fn declared(&self, place: Place) -> Ty {
        self.memo(Question::Declaration, place, || self.declared_anew(place))
    }

    fn declared_anew(&self, place: Place) -> Ty {
        let tree = self.tree(place.file);
        let node = tree.node(place.node);
        match node.kind {
            Kind::Module => Arc::new(Type::Module(place)),
            Kind::Class | Kind::Enum => Arc::new(Type::Value(self.value_symbol(place))),
            Kind::Namespace if node.flags & flags::EXTERNAL != 0 => Arc::new(Type::Module(place)),
            Kind::Namespace => Arc::new(Type::Value(self.value_symbol(place))),
            Kind::Function if node.flags & flags::STATEMENT != 0 => Arc::new(Type::Value(self.value_symbol(place))),
            Kind::Function => {
                // A function that has members of its own, or makes instances, is more than a function.
                if tree.is_script && node.flags & flags::ARROW == 0 && self.has_assigned(place) {
                    return Arc::new(Type::Value(place));
                }
                Arc::new(Type::Function(place, Env::default()))
            }
            Kind::EnumMember => Arc::new(Type::Reference(place, Vec::new())),
            Kind::ImportName
            | Kind::ImportDefault
            | Kind::ImportNamespace
            | Kind::ImportEquals
            | Kind::ExportName
            | Kind::ExportAll => {
                let targets = self.follow(place);
                let value = targets.iter().find(|target| self.has_value(**target)).or(targets.first());
                match value {
                    Some(&target) if target != place => self.declared(target),
                    _ => of::unresolved(),
                }
            }
            Kind::ExportDefault | Kind::ExportAssignment => {
                self.expression(self.at(place.file, tree.child(place.node, 0)))
            }
            Kind::Binding => self.declared_of_pattern(place).unwrap_or_else(of::any),
            Kind::Parameter => self.type_of_plain_parameter(place),
            Kind::Property => {
                let annotation = tree.child(place.node, 0);
                if annotation != NONE {
                    return self.evaluate(place.file, annotation, &Env::default());
                }
                if let Some(tag) = doc_tag(tree, place.node, Kind::DocType) {
                    return self.evaluate(place.file, tree.child(tag, 0), &Env::default());
                }
                let value = tree.child(place.node, 1);
                if value == NONE {
                    return self.assigned_type(place).unwrap_or_else(of::any);
                }
                let ty = self.expression(self.at(place.file, value));
                let ty = if node.flags & flags::READONLY != 0 { ty } else { widen(&ty) };
                self.or_assigned(place, value, ty)
            }
            Kind::Method => Arc::new(Type::Function(place, Env::default())),
            Kind::ObjectProperty => {
                if let Some(tag) = doc_tag(tree, place.node, Kind::DocType) {
                    return self.evaluate(place.file, tree.child(tag, 0), &Env::default());
                }
                let value = self.at(place.file, tree.child(place.node, 0));
                if node.flags & flags::GETTER != 0 {
                    return self.result_of(value, &Env::default());
                }
                let ty = self.expression(value);
                if self.keeps_literals(place) { ty } else { widen(&ty) }
            }
            Kind::JsxAttribute => {
                let value = tree.child(place.node, 0);
                if value == NONE { of::boolean() } else { self.expression(self.at(place.file, value)) }
            }
            Kind::Assign => {
                if let Some(tag) = doc_tag(tree, place.node, Kind::DocType) {
                    return self.evaluate(place.file, tree.child(tag, 0), &Env::default());
                }
                let value = tree.child(place.node, 1);
                let ty = widen(&self.expression(self.at(place.file, value)));
                if matches!(tree.kind(value), Kind::Null) || matches!(*ty, Type::Null | Type::Undefined) {
                    of::any()
                } else {
                    ty
                }
            }
            Kind::Member | Kind::Index | Kind::Identifier => self.expression(place),
            Kind::TypeParameter | Kind::Interface | Kind::Alias => of::unresolved(),
            _ => of::any(),
        }
    }

    /// A property that begins with nothing is what is assigned to it elsewhere.
    fn or_assigned(&self, place: Place, value: u32, ty: Ty) -> Ty {
        let tree = self.tree(place.file);
        let is_nothing = matches!(tree.kind(value), Kind::Null)
            || matches!(*ty, Type::Null | Type::Undefined)
            || (tree.kind(value) == Kind::Array && tree.children(value).is_empty());
        if tree.is_script
            && is_nothing
            && let Some(assigned) = self.assigned_type(place)
        {
            return assigned;
        }
        if matches!(*ty, Type::Null | Type::Undefined) { of::any() } else { ty }
    }

    fn has_value(&self, place: Place) -> bool {
        !matches!(self.tree(place.file).kind(place.node), Kind::Interface | Kind::Alias | Kind::TypeParameter)
    }

    /// Whether literals in an object keep their types: in `as const`, or where such ones are expected.
    pub(crate) fn keeps_literals(&self, property: Place) -> bool {
        let tree = self.tree(property.file);
        if self.is_const(property) {
            return true;
        }
        let value = self.at(property.file, tree.child(property.node, 0));
        if !matches!(tree.kind(value.node), Kind::String | Kind::Number | Kind::Boolean | Kind::Template) {
            return false;
        }
        match self.expected(value) {
            Some(expected) => {
                let simple = self.simplify(&expected);
                let literal = |ty: &Ty| {
                    matches!(
                        **ty,
                        Type::StringLiteral(_) | Type::NumberLiteral(_) | Type::BooleanLiteral(_) | Type::Template(..)
                    )
                };
                literal(&simple) || matches!(&*simple, Type::Union(list) if list.iter().any(literal))
            }
            None => false,
        }
    }

    /// Whether an expression is in one that ends with `as const`.
    fn is_const(&self, place: Place) -> bool {
        let tree = self.tree(place.file);
        for at in tree.ancestors(place.node) {
            match tree.kind(at) {
                Kind::Object | Kind::Array | Kind::ObjectProperty => {}
                Kind::As => {
                    let annotation = tree.child(at, 1);
                    return tree.kind(annotation) == Kind::TypeReference
                        && tree.name(tree.child(annotation, 0)).text() == "const";
                }
                _ => return false,
            }
        }
        false
    }

    /// The type of a parameter as a whole, from annotation, documentation, expectation or default.
    fn type_of_plain_parameter(&self, place: Place) -> Ty {
        let tree = self.tree(place.file);
        let annotation = tree.child(place.node, 1);
        if annotation != NONE {
            return self.evaluate(place.file, annotation, &Env::default());
        }
        if let Some(tag) = self.documented_parameter(place) {
            let node = tree.child(tag, 0);
            if node != NONE {
                let ty = self.evaluate(place.file, node, &Env::default());
                if tree.has(place.node, flags::REST) && self.element_type(&ty).is_none() {
                    return self.array_of(place.file, ty);
                }
                return ty;
            }
        }
        if let Some(tag) = doc_tag(tree, place.node, Kind::DocType) {
            return self.evaluate(place.file, tree.child(tag, 0), &Env::default());
        }
        if let Some(expected) = self.expected_parameter(place) {
            return expected;
        }
        // A setter takes what the getter gives.
        let function = tree.parent(tree.parent(place.node));
        if tree.has(function, flags::SETTER)
            && let Some(class) = tree.ancestors(function).find(|&at| tree.kind(at) == Kind::Class)
        {
            let table = self.table(self.at(place.file, class), tree.has(function, flags::STATIC));
            let getter = table.get(&tree.name(function)).into_iter().flatten().find(|&&id| tree.has(id, flags::GETTER));
            if let Some(&getter) = getter {
                return self.result_of(self.at(place.file, getter), &Env::default());
            }
        }
        let default = tree.child(place.node, 2);
        if default != NONE {
            let ty = widen(&self.expression(self.at(place.file, default)));
            if matches!(*ty, Type::Null | Type::Undefined) {
                return of::any();
            }
            return ty;
        }
        if tree.has(place.node, flags::REST) {
            return self.array_of(place.file, of::any());
        }
        of::any()
    }

    /// The type of what a pattern takes apart.
    pub(crate) fn type_of_pattern(&self, pattern: Place) -> Option<Ty> {
        self.declared_of_pattern(pattern)
    }

    /// The type of a name that a pattern binds.
    pub(super) fn declared_of_pattern(&self, place: Place) -> Option<Ty> {
        let tree = self.tree(place.file);
        let parent = tree.parent(place.node);
        let at = |node: u32| self.at(place.file, node);
        match tree.kind(parent) {
            Kind::Declarator => {
                let name = self.annotated(at(parent));
                if let Some(ty) = name {
                    return Some(ty);
                }
                let value = tree.child(parent, 2);
                if value == NONE {
                    return Some(self.type_of_loop_variable(at(parent)).unwrap_or_else(|| {
                        if tree.kind(place.node) == Kind::Binding { self.auto_type(place) } else { of::any() }
                    }));
                }
                let ty = self.expression(at(value));
                if tree.kind(place.node) != Kind::Binding {
                    return Some(ty);
                }
                let is_const = tree.has(parent, flags::CONST);
                let ty = if is_const { ty } else { widen(&ty) };
                if matches!(*ty, Type::Null | Type::Undefined)
                    || (!is_const && tree.kind(value) == Kind::Array && tree.children(value).is_empty())
                {
                    return Some(self.auto_type(place));
                }
                Some(ty)
            }
            Kind::Parameter => Some(self.declared(at(parent))),
            Kind::DefaultPattern => {
                let ty = self.declared_of_pattern(at(parent))?;
                let default = self.at(place.file, tree.child(parent, 1));
                if is_unknown(&ty) {
                    return Some(widen(&self.expression(default)));
                }
                Some(non_null(&ty))
            }
            Kind::PatternProperty => {
                let pattern = tree.parent(parent);
                let whole = non_null(&self.declared_of_pattern(at(pattern))?);
                let name = self.pattern_key(at(parent));
                let member = self.member(&whole, name);
                Some(match member {
                    Some(member) => self.member_type(&member),
                    None => self
                        .index_type(&whole, &(Arc::new(Type::StringLiteral(name)) as Ty))
                        .unwrap_or_else(of::unresolved),
                })
            }
            Kind::ArrayPattern => {
                let whole = non_null(&self.declared_of_pattern(at(parent))?);
                let index = tree.children(parent).iter().position(|&part| part == place.node)?;
                let simple = self.simplify(&whole);
                if let Type::Tuple(elements) = &*simple {
                    return Some(match elements.get(index) {
                        Some(element) => element.ty.clone(),
                        None => {
                            elements.last().filter(|last| last.rest).map_or_else(of::undefined, |last| last.ty.clone())
                        }
                    });
                }
                if let Type::Union(list) = &*simple {
                    let each: Vec<Ty> = list
                        .iter()
                        .filter_map(|part| match &**part {
                            Type::Tuple(elements) => elements.get(index).map(|element| element.ty.clone()),
                            _ => self.element_type(part),
                        })
                        .collect();
                    return Some(union(each));
                }
                Some(self.element_type(&simple).unwrap_or_else(of::any))
            }
            Kind::RestPattern => {
                let pattern = tree.parent(parent);
                let whole = self.declared_of_pattern(at(pattern))?;
                if tree.kind(pattern) == Kind::ArrayPattern {
                    let skipped = tree.children(pattern).len() - 1;
                    if let Type::Tuple(elements) = &*self.simplify(&whole) {
                        let rest: Vec<Element> = elements.iter().skip(skipped).cloned().collect();
                        return Some(Arc::new(Type::Tuple(rest)));
                    }
                    let element = self.element_type(&whole).unwrap_or_else(of::any);
                    return Some(self.array_of(place.file, element));
                }
                let taken: Vec<Name> = tree
                    .children(pattern)
                    .iter()
                    .filter(|&&part| tree.kind(part) == Kind::PatternProperty)
                    .map(|&part| self.pattern_key(at(part)))
                    .collect();
                if is_unknown(&whole) {
                    return Some(of::any());
                }
                let members = self.names_of(&whole).into_iter().filter(|name| !taken.contains(name));
                let members = members.filter_map(|name| {
                    let member = self.member(&whole, name)?;
                    let declarations = member.declarations.iter().copied().collect();
                    Some(Known { name, declarations, ty: self.member_type(&member) })
                });
                Some(Arc::new(Type::Members(members.take(400).collect())))
            }
            Kind::Assign => Some(self.expression(at(tree.child(parent, 1)))),
            Kind::Catch => {
                let annotation = tree.child(parent, 1);
                Some(if annotation == NONE {
                    of::any()
                } else {
                    self.evaluate(place.file, annotation, &Env::default())
                })
            }
            Kind::ForOf => {
                let right = self.expression(at(tree.child(parent, 1)));
                Some(self.element_type(&right).unwrap_or_else(of::any))
            }
            Kind::ForIn => Some(of::string()),
            _ => None,
        }
    }

    /// The key that a part of a pattern takes.
    pub(crate) fn pattern_key(&self, property: Place) -> Name {
        let tree = self.tree(property.file);
        let name = tree.name(property.node);
        if !name.is_none() {
            return name;
        }
        let key = tree.child(property.node, 1);
        if key == NONE {
            return Name::NONE;
        }
        match &*self.expression(self.at(property.file, key)) {
            Type::StringLiteral(name) | Type::NumberLiteral(name) => *name,
            _ => Name::NONE,
        }
    }

    fn type_of_loop_variable(&self, declarator: Place) -> Option<Ty> {
        let tree = self.tree(declarator.file);
        let loop_ = tree.parent(tree.parent(declarator.node));
        match tree.kind(loop_) {
            Kind::ForOf => {
                let right = self.expression(self.at(declarator.file, tree.child(loop_, 1)));
                let ty = self.element_type(&right).unwrap_or_else(of::any);
                Some(if tree.has(loop_, flags::TRUE) { self.awaited(&ty) } else { ty })
            }
            Kind::ForIn => Some(of::string()),
            _ => None,
        }
    }

    /// The type of a variable without one: all that is assigned to it.
    fn auto_type(&self, binding: Place) -> Ty {
        let tree = self.tree(binding.file);
        let name = tree.name(binding.node);
        let scope = tree.ancestors(binding.node).find(|&at| {
            tree.scopes.get(&at).and_then(|table| table.get(&name)).is_some_and(|found| found.contains(&binding.node))
        });
        let Some(scope) = scope else { return of::any() };
        let range = tree.node(scope);
        let (start, end) = (range.start, range.end);
        let mut assigned = Vec::new();
        for &id in &self.assignments_to(binding.file, name) {
            let node = tree.node(id);
            if node.start < start || node.end > end {
                continue;
            }
            let target = tree.child(id, 0);
            if self.lookup(self.at(binding.file, target), name, Meaning::VALUE).first() != Some(&binding) {
                continue;
            }
            if !matches!(node.operator, Operator::Assign | Operator::Or | Operator::Coalesce) {
                continue;
            }
            let value = tree.child(id, 1);
            if matches!(tree.kind(value), Kind::Null)
                || (tree.kind(value) == Kind::Identifier && tree.name(value).text() == "undefined")
            {
                continue;
            }
            let ty = widen(&self.expression(self.at(binding.file, value)));
            if !matches!(*ty, Type::Any | Type::Unresolved) {
                assigned.push(ty);
            } else {
                return of::any();
            }
            if assigned.len() > 12 {
                break;
            }
        }
        if assigned.is_empty() { of::any() } else { union(assigned) }
    }

    /// The assignments to a plain name in a file.
    fn assignments_to(&self, file: crate::database::File, name: Name) -> Vec<u32> {
        let tree = self.tree(file);
        tree.plain_assignments.get(&name).map(|found| found.to_vec()).unwrap_or_default()
    }

    /// The type that stands behind a path of values: of `typeof a.b`.
    pub(crate) fn value_of_path(&self, path: Place) -> Ty {
        let tree = self.tree(path.file);
        match tree.kind(path.node) {
            Kind::Identifier => {
                let name = tree.name(path.node);
                let found = self.lookup(path, name, Meaning::VALUE);
                match found.first() {
                    Some(&decl) => {
                        let ty = self.declared(self.value_symbol(decl));
                        self.narrow(path, &ty)
                    }
                    None if name.text() == "globalThis" => of::any(),
                    None => of::unresolved(),
                }
            }
            Kind::QualifiedName => {
                let left = self.value_of_path(self.at(path.file, tree.child(path.node, 0)));
                match self.member(&left, tree.name(path.node)) {
                    Some(member) => self.member_type(&member),
                    None => of::unresolved(),
                }
            }
            Kind::This => self.expression(path),
            _ => of::any(),
        }
    }

    /// The properties that an element takes.
    pub(crate) fn jsx_properties(&self, element: Place) -> Option<Ty> {
        let tree = self.tree(element.file);
        let name = tree.get(element.node, 0)?;
        if tree.kind(name) == Kind::Word {
            let elements = self.jsx_elements(element)?;
            let member = self.member(&elements, tree.name(name))?;
            return Some(self.member_type(&member));
        }
        let component = self.expression(self.at(element.file, name));
        if let Some(signature) = self.signatures(&component, false).first() {
            return self.parameter_type(signature, 0);
        }
        let signature = self.signatures(&component, true).into_iter().next()?;
        let instance = self.result(&signature);
        let properties = self.member(&instance, Name::new("props"))?;
        Some(self.member_type(&properties))
    }

    /// `JSX.IntrinsicElements`
    pub(crate) fn jsx_elements(&self, element: Place) -> Option<Ty> {
        let jsx = Name::new("JSX");
        let mut namespaces = self.globals(element.file, jsx, Meaning::NAMESPACE);
        if namespaces.is_empty() {
            let config = self.config(element.file);
            let source = config.jsx_import_source.clone().unwrap_or_else(|| "react".to_owned());
            let runtime = Name::new(&format!("{source}/jsx-runtime"));
            let modules =
                [self.module(element.file, runtime, false), self.module(element.file, Name::new(&source), false)];
            for module in modules.into_iter().flatten() {
                namespaces.extend(self.part(module, jsx, Meaning::NAMESPACE));
                let whole = self.exported(module, Name::new("export="));
                for target in whole.iter().flat_map(|&place| self.follow(place)) {
                    namespaces.extend(self.part(target, jsx, Meaning::NAMESPACE));
                }
            }
        }
        let wanted = Name::new("IntrinsicElements");
        let decl = namespaces.iter().find_map(|&place| self.part(place, wanted, Meaning::TYPE).into_iter().next())?;
        Some(Arc::new(Type::Reference(self.type_symbol(decl), Vec::new())))
    }

    /// The function that a value is bound to as `this` in scripts: the class or constructor around.
    pub(crate) fn this_of(&self, place: Place) -> Ty {
        let tree = self.tree(place.file);
        let mut at = place.node;
        for up in tree.ancestors(place.node) {
            match tree.kind(up) {
                Kind::Function if !tree.has(up, flags::ARROW) => return self.this_in_function(self.at(place.file, up)),
                Kind::Method => {
                    let written = tree.child(up, slot::THIS);
                    if written != NONE {
                        return self.evaluate(place.file, written, &Env::default());
                    }
                    let class = tree.parent(tree.parent(up));
                    return self.this_in_class(self.at(place.file, class), tree.has(up, flags::STATIC));
                }
                Kind::Property => {
                    let class = tree.parent(tree.parent(up));
                    if tree.kind(class) == Kind::Class {
                        return self.this_in_class(self.at(place.file, class), tree.has(up, flags::STATIC));
                    }
                }
                Kind::StaticBlock => {
                    let class = tree.parent(tree.parent(up));
                    return self.this_in_class(self.at(place.file, class), true);
                }
                Kind::Module if tree.is_common_js => return Arc::new(Type::Module(self.at(place.file, up))),
                _ => {}
            }
            at = up;
        }
        let _ = at;
        of::any()
    }

    fn this_in_class(&self, class: Place, is_static: bool) -> Ty {
        let symbol = if is_static { self.value_symbol(class) } else { self.type_symbol(class) };
        if is_static { Arc::new(Type::Value(symbol)) } else { Arc::new(Type::This(symbol)) }
    }

    fn this_in_function(&self, function: Place) -> Ty {
        let tree = self.tree(function.file);
        let written = tree.child(function.node, slot::THIS);
        if written != NONE {
            return self.evaluate(function.file, written, &Env::default());
        }
        if let Some(tag) = doc_tag(tree, self.documented_node(function), Kind::DocThis) {
            return self.evaluate(function.file, tree.child(tag, 0), &Env::default());
        }
        let parent = tree.parent(function.node);
        // A method of an object: the object, or what is expected of it.
        if tree.kind(parent) == Kind::ObjectProperty {
            let object = self.at(function.file, tree.parent(parent));
            if let Some(expected) = self.expected(object) {
                return expected;
            }
            return self.expression(object);
        }
        // `F.prototype.m = function () { this }`, `object.m = function () { this }`
        if tree.kind(parent) == Kind::Assign {
            let target = tree.child(parent, 0);
            if tree.kind(target) == Kind::Member {
                let object = tree.child(target, 0);
                if tree.kind(object) == Kind::Member && tree.name(object).text() == "prototype" {
                    let constructor = self.expression(self.at(function.file, tree.child(object, 0)));
                    if let Type::Value(symbol) = &*constructor {
                        return Arc::new(Type::Reference(*symbol, Vec::new()));
                    }
                }
                if tree.is_script {
                    let is_exports = tree.kind(object) == Kind::Identifier && tree.name(object).text() == "exports";
                    if is_exports {
                        return Arc::new(Type::Module(self.at(function.file, crate::typescript::tree::Tree::ROOT)));
                    }
                    return self.expression(self.at(function.file, object));
                }
            }
        }
        if let Some(expected) = self.expected(function) {
            for signature in self.signatures(&non_null(&expected), false).into_iter().take(1) {
                let other = self.tree(signature.place.file);
                let this = other.child(signature.place.node, slot::THIS);
                if this != NONE {
                    return self.evaluate(signature.place.file, this, &signature.env);
                }
            }
        }
        if tree.is_script && self.has_assigned(function) {
            return Arc::new(Type::Reference(self.value_symbol(function), Vec::new()));
        }
        of::any()
    }
}
