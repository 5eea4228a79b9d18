//! How values can be called.

use std::sync::Arc;

use super::{Checker, Question};
use crate::typescript::bind;
use crate::typescript::lower::doc_tag;
use crate::typescript::tree::{Kind, NONE, flags, slot};
use crate::typescript::types::{Element, Env, Place, Ty, Type, of, union};

/// One way to call a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Signature {
    /// The function, or the class whose constructor is not written down.
    pub(crate) place: Place,
    /// What type parameters around it stand for.
    pub(crate) env: Env,
    /// What it makes, if it is called with `new`: for the constructors of classes.
    pub(crate) instance: Option<Ty>,
}

/// One parameter of a signature.
#[derive(Clone, Debug)]
pub(crate) struct ParameterOf {
    pub(crate) place: Place,
    pub(crate) optional: bool,
    pub(crate) rest: bool,
}

impl Checker<'_> {
    /// The ways in which a value can be called, or made with `new`.
    pub(crate) fn signatures(&self, ty: &Ty, is_new: bool) -> Vec<Signature> {
        self.deeper(Vec::new(), || self.signatures_now(ty, is_new))
    }

    fn signatures_now(&self, ty: &Ty, is_new: bool) -> Vec<Signature> {
        match &**ty {
            Type::Function(place, env) => {
                let tree = self.tree(place.file);
                let makes = matches!(tree.kind(place.node), Kind::ConstructorType | Kind::ConstructSignature);
                // In scripts every function can be made with `new`.
                let fits = makes == is_new || (is_new && tree.is_script && !tree.has(place.node, flags::ARROW));
                if fits { vec![Signature { place: *place, env: env.clone(), instance: None }] } else { Vec::new() }
            }
            Type::Overloads(list) => {
                let mut found: Vec<Signature> = list.iter().flat_map(|ty| self.signatures_now(ty, is_new)).collect();
                // What is behind overloads is not called itself.
                let has_body = |signature: &Signature| {
                    self.tree(signature.place.file).child(signature.place.node, slot::BODY) != NONE
                };
                if found.iter().any(|signature| !has_body(signature)) {
                    found.retain(|signature| !has_body(signature));
                }
                found
            }
            Type::Value(symbol) => self.signatures_of_value(*symbol, is_new, 0),
            Type::Object(place, env) => {
                let tree = self.tree(place.file);
                let wanted = if is_new { Kind::ConstructSignature } else { Kind::CallSignature };
                let own = bind::members(tree, place.node).iter().filter(|&&id| tree.kind(id) == wanted);
                own.map(|&id| Signature { place: self.at(place.file, id), env: env.clone(), instance: None }).collect()
            }
            Type::Reference(symbol, arguments) => self.signatures_of_instance(*symbol, arguments, ty, is_new, 0),
            Type::Parameter(_) | Type::This(_) | Type::Conditional(..) | Type::Indexed(..) => {
                let simple = self.simplify(ty);
                if *simple == **ty { Vec::new() } else { self.signatures(&simple, is_new) }
            }
            Type::Intersection(list) => list.iter().flat_map(|ty| self.signatures(ty, is_new)).collect(),
            Type::Union(list) => {
                // Good enough where all parts are called alike.
                list.iter().map(|ty| self.signatures(ty, is_new)).find(|found| !found.is_empty()).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    fn signatures_of_instance(
        &self,
        symbol: Place,
        arguments: &[Ty],
        this: &Ty,
        is_new: bool,
        depth: u32,
    ) -> Vec<Signature> {
        let wanted = if is_new { Kind::ConstructSignature } else { Kind::CallSignature };
        let mut found = Vec::new();
        if depth > 16 {
            return found;
        }
        let merged = self.merged(symbol);
        let env_of = |part: Place| {
            let parameters = self.type_parameters(part);
            let bound = parameters
                .into_iter()
                .enumerate()
                .map(|(index, parameter)| (parameter, arguments.get(index).cloned().unwrap_or_else(of::any)));
            Env::new(bound.collect(), Some(this.clone()))
        };
        for &part in &merged {
            let tree = self.tree(part.file);
            if tree.kind(part.node) != Kind::Interface {
                continue;
            }
            let env = env_of(part);
            for &id in bind::members(tree, part.node) {
                if tree.kind(id) == wanted {
                    found.push(Signature { place: self.at(part.file, id), env: env.clone(), instance: None });
                }
            }
        }
        if found.is_empty() {
            for &part in &merged {
                let env = env_of(part);
                for base in self.bases(part) {
                    let base = self.substitute(&base, &env);
                    match &*base {
                        Type::Reference(symbol, arguments) => {
                            found.extend(self.signatures_of_instance(*symbol, arguments, this, is_new, depth + 1));
                        }
                        _ => found.extend(self.signatures(&base, is_new)),
                    }
                }
            }
        }
        found
    }

    fn signatures_of_value(&self, symbol: Place, is_new: bool, depth: u32) -> Vec<Signature> {
        if depth > 16 {
            return Vec::new();
        }
        let tree = self.tree(symbol.file);
        match tree.kind(symbol.node) {
            Kind::Function if !is_new => {
                let mut all: Vec<Place> = self.merged(symbol).into_iter().collect();
                all.retain(|place| self.tree(place.file).kind(place.node) == Kind::Function);
                let is_bare = |place: &Place| self.tree(place.file).child(place.node, slot::BODY) == NONE;
                if all.iter().any(is_bare) {
                    all.retain(is_bare);
                }
                all.into_iter().map(|place| Signature { place, env: Env::default(), instance: None }).collect()
            }
            Kind::Function => {
                let instance = Arc::new(Type::Reference(symbol, Vec::new()));
                vec![Signature { place: symbol, env: Env::default(), instance: Some(instance) }]
            }
            Kind::Class if is_new => {
                let instance = self.own_instance(symbol);
                let members = bind::members(tree, symbol.node);
                let mut constructors: Vec<u32> =
                    members.iter().copied().filter(|&id| tree.has(id, flags::CONSTRUCTOR)).collect();
                let is_bare = |&id: &u32| tree.child(id, slot::BODY) == NONE;
                if constructors.iter().any(is_bare) {
                    constructors.retain(is_bare);
                }
                if !constructors.is_empty() {
                    let make = |id| Signature {
                        place: self.at(symbol.file, id),
                        env: Env::default(),
                        instance: Some(instance.clone()),
                    };
                    return constructors.into_iter().map(make).collect();
                }
                let heritage = tree.child(symbol.node, slot::HERITAGE);
                if heritage != NONE {
                    let base = self.expression(self.at(symbol.file, heritage));
                    let inherited = match &*base {
                        Type::Value(symbol) => self.signatures_of_value(*symbol, true, depth + 1),
                        _ => self.signatures(&base, true),
                    };
                    let base_type = self.bases(symbol).into_iter().next();
                    let made = inherited.into_iter().map(|signature| {
                        let mut env = signature.env.clone();
                        if let Some(Type::Reference(base, arguments)) = base_type.as_deref() {
                            let parameters = self.type_parameters(*base);
                            env = env.with(parameters.into_iter().zip(arguments.iter().cloned()).collect());
                        }
                        Signature { env, instance: Some(instance.clone()), ..signature }
                    });
                    let made: Vec<_> = made.collect();
                    if !made.is_empty() {
                        return made;
                    }
                }
                vec![Signature { place: symbol, env: Env::default(), instance: Some(instance) }]
            }
            _ => Vec::new(),
        }
    }

    /// The parameters of a signature.
    pub(crate) fn parameters(&self, signature: &Signature) -> Vec<ParameterOf> {
        let tree = self.tree(signature.place.file);
        if tree.kind(signature.place.node) == Kind::Class {
            return Vec::new();
        }
        let all = tree.parameters(signature.place.node).iter().map(|&id| {
            let place = self.at(signature.place.file, id);
            let mut optional = tree.has(id, flags::OPTIONAL) || tree.child(id, 2) != NONE;
            let mut rest = tree.has(id, flags::REST);
            if tree.is_script {
                // Whatever a script does not say may be left out.
                match self.documented_parameter(place) {
                    Some(tag) => {
                        optional |= tree.has(tag, flags::OPTIONAL);
                        rest |= tree.has(tag, flags::REST);
                    }
                    None => optional = true,
                }
            }
            ParameterOf { place, optional, rest }
        });
        all.collect()
    }

    /// The type of the argument at a position.
    pub(crate) fn parameter_type(&self, signature: &Signature, index: usize) -> Option<Ty> {
        let parameters = self.parameters(signature);
        let last = parameters.last()?;
        if index >= parameters.len() && !last.rest {
            return None;
        }
        let parameter = parameters.get(index).filter(|parameter| !parameter.rest).unwrap_or(last);
        let ty = self.type_of_parameter(parameter.place, &signature.env);
        if !parameter.rest {
            return Some(ty);
        }
        let from = parameters.len() - 1;
        Some(match &*self.simplify(&ty) {
            Type::Tuple(elements) => match elements.get(index - from) {
                Some(element) => element.ty.clone(),
                None => elements.last().map_or_else(of::any, |element| element.ty.clone()),
            },
            _ => match &*ty {
                // Of `...args: T` the whole is inferred, not each.
                Type::Parameter(_) => ty,
                _ => self.element_type(&ty).unwrap_or_else(of::any),
            },
        })
    }

    /// The type that a parameter says it has.
    pub(crate) fn type_of_parameter(&self, parameter: Place, env: &Env) -> Ty {
        let tree = self.tree(parameter.file);
        let annotation = tree.child(parameter.node, 1);
        if annotation != NONE {
            return self.evaluate(parameter.file, annotation, env);
        }
        self.substitute(&self.declared(parameter), env)
    }

    /// The documentation of a parameter.
    pub(crate) fn documented_parameter(&self, parameter: Place) -> Option<u32> {
        let tree = self.tree(parameter.file);
        if !tree.is_script {
            return None;
        }
        let list = tree.parent(parameter.node);
        let function = tree.parent(list);
        let doc = *tree.docs.get(&self.documented_node(self.at(parameter.file, function)))?;
        let binding = tree.bare_binding(parameter.node);
        let name = tree.name(binding);
        let mut tags = tree.present(doc).filter(|&tag| tree.kind(tag) == Kind::DocParameter);
        if name.is_none() {
            // A pattern has no name: it is the tag at its position.
            let index = tree.children(list).iter().position(|&id| id == parameter.node)?;
            return tags.nth(index);
        }
        tags.find(|&tag| tree.name(tag) == name)
    }

    /// The node whose documentation speaks of a function: itself, or what it is the value of.
    pub(crate) fn documented_node(&self, function: Place) -> u32 {
        let tree = self.tree(function.file);
        if tree.docs.contains_key(&function.node) {
            return function.node;
        }
        let parent = tree.parent(function.node);
        if parent != NONE
            && matches!(
                tree.kind(parent),
                Kind::Declarator | Kind::ObjectProperty | Kind::Property | Kind::Assign | Kind::ExportDefault
            )
        {
            return parent;
        }
        function.node
    }

    /// What a call of a signature results in.
    pub(crate) fn result(&self, signature: &Signature) -> Ty {
        if let Some(instance) = &signature.instance {
            return self.substitute(instance, &signature.env);
        }
        self.result_of(signature.place, &signature.env)
    }

    pub(crate) fn result_of(&self, function: Place, env: &Env) -> Ty {
        let tree = self.tree(function.file);
        let written = tree.child(function.node, slot::RESULT);
        if written != NONE {
            return self.evaluate(function.file, written, env);
        }
        if tree.is_script {
            let documented = self.documented_node(function);
            if let Some(tag) = doc_tag(tree, documented, Kind::DocReturns) {
                return self.evaluate(function.file, tree.child(tag, 0), env);
            }
            if let Some(tag) = doc_tag(tree, documented, Kind::DocType) {
                let ty = self.evaluate(function.file, tree.child(tag, 0), env);
                if let Some(signature) = self.signatures(&ty, false).first()
                    && signature.place != function
                {
                    return self.result(signature);
                }
            }
        }
        if tree.child(function.node, slot::BODY) == NONE {
            return of::any();
        }
        let result = self.memo_result(function);
        self.substitute(&result, env)
    }

    /// What the body of a function returns, as its callers see it.
    pub(super) fn returned(&self, function: Place) -> Ty {
        let tree = self.tree(function.file);
        let body = tree.child(function.node, slot::BODY);
        if body == NONE {
            return of::any();
        }
        let is_async = tree.has(function.node, flags::ASYNC);
        if tree.has(function.node, flags::GENERATOR) {
            let mut yielded = Vec::new();
            self.each_in_body(self.at(function.file, body), &mut |id| {
                if tree.kind(id) == Kind::Yield {
                    let value = tree.child(id, 0);
                    if value != NONE {
                        let ty = self.expression(self.at(function.file, value));
                        let ty =
                            if tree.has(id, flags::REST) { self.element_type(&ty).unwrap_or_else(of::any) } else { ty };
                        yielded.push(crate::typescript::types::widen(&ty));
                    }
                }
            });
            let name = if is_async { "AsyncGenerator" } else { "Generator" };
            return self.global_reference(function.file, name, vec![union(yielded), of::any(), of::any()]);
        }
        let mut results = Vec::new();
        if tree.has(function.node, flags::EXPRESSION) {
            results.push(self.expression(self.at(function.file, body)));
        } else {
            let mut any_value = false;
            self.each_in_body(self.at(function.file, body), &mut |id| {
                if tree.kind(id) == Kind::Return {
                    let value = tree.child(id, 0);
                    if value == NONE {
                        results.push(of::undefined());
                    } else {
                        any_value = true;
                        results.push(self.expression(self.at(function.file, value)));
                    }
                }
            });
            if !any_value {
                results = vec![of::void()];
            }
        }
        let mut ty = union(results);
        // A single literal that is returned is widened, a choice of several is not.
        if !matches!(*ty, Type::Union(_)) {
            let expected = self.memo(Question::Expected, function, || self.expected_anew(function));
            if crate::typescript::types::is_unknown(&expected) {
                ty = crate::typescript::types::widen(&ty);
            }
        }
        if is_async {
            ty = self.global_reference(function.file, "Promise", vec![self.awaited(&ty)]);
        }
        ty
    }

    /// Visits what is in a body, but not in functions in it.
    pub(crate) fn each_in_body(&self, body: Place, visit: &mut dyn FnMut(u32)) {
        let tree = self.tree(body.file);
        let mut pending = vec![body.node];
        while let Some(at) = pending.pop() {
            visit(at);
            for child in tree.present(at).rev() {
                if !tree.is_function(child) && !matches!(tree.kind(child), Kind::Class) {
                    pending.push(child);
                }
            }
        }
    }

    /// All arguments of a signature as a tuple.
    pub(crate) fn parameter_tuple(&self, signature: &Signature) -> Ty {
        let elements = self.parameters(signature).into_iter().map(|parameter| {
            let ty = self.type_of_parameter(parameter.place, &signature.env);
            let ty = if parameter.rest { self.element_type(&ty).unwrap_or(ty) } else { ty };
            Element { ty, optional: parameter.optional, rest: parameter.rest }
        });
        Arc::new(Type::Tuple(elements.collect()))
    }
}
