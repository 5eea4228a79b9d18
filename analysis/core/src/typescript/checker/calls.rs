//! Which signature a call means, and what its type parameters stand for.

use std::sync::Arc;

use super::{Checker, Signature};
use crate::typescript::tree::{Kind, NONE, slot};
use crate::typescript::types::{Place, Ty, Type, is_unknown, of};

/// What a call means.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    /// The signature, with what type parameters stand for.
    pub(crate) signature: Signature,
    /// Whether it is the only one that fits.
    pub(crate) is_certain: bool,
}

impl Checker<'_> {
    /// The signature that a call means. `partly`: from the arguments that need no expectation, for telling the others
    /// what is expected.
    pub(crate) fn resolve_call(&self, call: Place, partly: bool) -> Option<Arc<Resolved>> {
        let key = (call, partly);
        if let Some(known) = self.found.calls.lock().get(&key) {
            return known.clone();
        }
        if self.open_calls.borrow().contains(&key) || self.fuel.get() == 0 {
            self.lowest.set(0);
            return None;
        }
        self.open_calls.borrow_mut().push(key);
        let before = self.lowest.replace(usize::MAX);
        let found = self.resolve_call_anew(call, partly).map(Arc::new);
        self.open_calls.borrow_mut().pop();
        if self.lowest.get() == usize::MAX {
            self.found.calls.lock().insert(key, found.clone());
        }
        self.lowest.set(before.min(self.lowest.get()));
        found
    }

    fn resolve_call_anew(&self, call: Place, partly: bool) -> Option<Resolved> {
        let tree = self.tree(call.file);
        let is_new = tree.kind(call.node) == Kind::New;
        let callee = self.at(call.file, tree.child(call.node, 0));
        if tree.kind(callee.node) == Kind::Super {
            return self.resolve_super(call, partly);
        }
        let ty = self.expression(callee);
        let ty = crate::typescript::types::non_null(&ty);
        let signatures = self.signatures(&ty, is_new);
        self.choose(call, signatures, partly)
    }

    fn resolve_super(&self, call: Place, partly: bool) -> Option<Resolved> {
        let tree = self.tree(call.file);
        let class = tree.ancestors(call.node).find(|&at| tree.kind(at) == Kind::Class)?;
        let heritage = tree.get(class, slot::HERITAGE)?;
        let base = self.expression(self.at(call.file, heritage));
        self.choose(call, self.signatures(&base, true), partly)
    }

    fn choose(&self, call: Place, signatures: Vec<Signature>, partly: bool) -> Option<Resolved> {
        let tree = self.tree(call.file);
        let arguments: Vec<u32> = if tree.kind(call.node) == Kind::TaggedTemplate {
            let template = tree.child(call.node, 2);
            std::iter::once(template).chain(tree.present(template)).collect()
        } else {
            tree.children(tree.child(call.node, 2)).to_vec()
        };
        let given: Vec<Ty> = tree
            .children(tree.child(call.node, 1))
            .iter()
            .map(|&argument| self.evaluate(call.file, argument, &Default::default()))
            .collect();
        let spread = arguments.iter().any(|&argument| tree.kind(argument) == Kind::Spread);
        let fits: Vec<&Signature> = signatures
            .iter()
            .filter(|signature| {
                let parameters = self.parameters(signature);
                let required = parameters.iter().filter(|parameter| !parameter.optional && !parameter.rest).count();
                let has_rest = parameters.iter().any(|parameter| parameter.rest);
                let count = arguments.len();
                (spread || (count >= required && (count <= parameters.len() || has_rest)))
                    && (given.is_empty() || given.len() <= self.all_type_parameters(signature).len())
            })
            .collect();
        if fits.is_empty() {
            let signature = signatures.first()?;
            let signature = self.instantiate(call, signature, &arguments, &given, partly);
            return Some(Resolved { signature, is_certain: signatures.len() == 1 });
        }
        if let [only] = fits[..] {
            let signature = self.instantiate(call, only, &arguments, &given, partly);
            return Some(Resolved { signature, is_certain: true });
        }
        for candidate in &fits {
            let signature = self.instantiate(call, candidate, &arguments, &given, true);
            if self.accepts(call, &signature, &arguments) {
                let signature =
                    if partly { signature } else { self.instantiate(call, candidate, &arguments, &given, false) };
                return Some(Resolved { signature, is_certain: true });
            }
        }
        let signature = self.instantiate(call, fits[0], &arguments, &given, partly);
        Some(Resolved { signature, is_certain: false })
    }

    /// Whether the arguments that need no expectation can stand where they stand.
    fn accepts(&self, call: Place, signature: &Signature, arguments: &[u32]) -> bool {
        let tree = self.tree(call.file);
        for (index, &argument) in arguments.iter().enumerate() {
            if tree.kind(argument) == Kind::Spread {
                return true;
            }
            let Some(wanted) = self.parameter_type(signature, index) else { return false };
            let place = self.at(call.file, argument);
            if self.is_sensitive(place) {
                // A function fits where one is wanted that gives as many arguments.
                if tree.kind(argument) == Kind::Function && !is_unknown(&wanted) {
                    let wanted = crate::typescript::types::non_null(&wanted);
                    if matches!(*wanted, Type::Parameter(_)) {
                        continue;
                    }
                    let signatures = self.signatures(&wanted, false);
                    let count = tree.parameters(argument).len();
                    let takes = |signature: &Signature| {
                        let parameters = self.parameters(signature);
                        parameters.len() >= count || parameters.iter().any(|parameter| parameter.rest)
                    };
                    if signatures.is_empty() || !signatures.iter().any(takes) {
                        return false;
                    }
                }
                continue;
            }
            let given = self.expression(place);
            if !self.assignable(&given, &wanted) {
                // What may be left out may be given as undefined.
                let non_null = crate::typescript::types::non_null(&given);
                let is_optional = self.parameters(signature).get(index).is_some_and(|parameter| parameter.optional);
                if !(is_optional && self.assignable(&non_null, &wanted)) {
                    return false;
                }
            }
        }
        true
    }

    /// The type parameters that a call decides.
    pub(crate) fn all_type_parameters(&self, signature: &Signature) -> Vec<Place> {
        let mut parameters = self.type_parameters(signature.place);
        if let Some(instance) = &signature.instance
            && let Type::Reference(symbol, arguments) = &**instance
        {
            let tree = self.tree(signature.place.file);
            if tree.kind(signature.place.node) != Kind::Class || parameters.is_empty() {
                let own = arguments.iter().filter_map(|argument| match &**argument {
                    Type::Parameter(place) => Some(*place),
                    _ => None,
                });
                let _ = symbol;
                let own: Vec<Place> = own.collect();
                parameters.retain(|known| !own.contains(known));
                parameters.extend(own);
            }
        }
        parameters
    }

    /// A signature with what its type parameters stand for in a call.
    fn instantiate(
        &self,
        call: Place,
        signature: &Signature,
        arguments: &[u32],
        given: &[Ty],
        partly: bool,
    ) -> Signature {
        let parameters = self.all_type_parameters(signature);
        if parameters.is_empty() {
            return signature.clone();
        }
        if !given.is_empty() {
            let env = self.fill(&parameters, given.to_vec(), None);
            return Signature { env: signature.env.with(env.parameters().to_vec()), ..signature.clone() };
        }
        let tree = self.tree(call.file);
        let mut pairs = Vec::new();
        let list = self.parameters(signature);
        for (index, &argument) in arguments.iter().enumerate() {
            if tree.kind(argument) == Kind::Spread {
                let spread = self.expression(self.at(call.file, tree.child(argument, 0)));
                if let Some(last) = list.last().filter(|last| last.rest) {
                    let whole = self.type_of_parameter(last.place, &signature.env);
                    pairs.push((whole, spread));
                }
                break;
            }
            let Some(wanted) = self.parameter_type(signature, index) else { continue };
            let place = self.at(call.file, argument);
            if partly && self.is_sensitive(place) {
                if tree.kind(argument) == Kind::Object {
                    // What of it needs no expectation says something already.
                    pairs.push((wanted, self.insensitive_part(place)));
                }
                continue;
            }
            // `...args: T` takes all that follow.
            if matches!(*wanted, Type::Parameter(_))
                && index + 1 >= list.len()
                && list.last().is_some_and(|last| last.rest)
            {
                let elements = arguments[index..].iter().map(|&argument| crate::typescript::types::Element {
                    ty: self.expression(self.at(call.file, argument)),
                    optional: false,
                    rest: false,
                });
                pairs.push((wanted, Arc::new(Type::Tuple(elements.collect())) as Ty));
                break;
            }
            pairs.push((wanted, self.expression(place)));
        }
        let mut found = self.infer_all(&parameters, &pairs);
        // What is expected of the result says what the arguments left open.
        if found.len() < parameters.len()
            && let Some(expected) = self.expected(call)
            && !is_unknown(&expected)
        {
            let result = self.result(signature);
            let more = self.infer_all(&parameters, &[(result, expected)]);
            for (parameter, ty) in more {
                if !found.iter().any(|(known, _)| *known == parameter) && !is_unknown(&ty) {
                    found.push((parameter, ty));
                }
            }
        }
        let mut bound: Vec<(Place, Ty)> = Vec::with_capacity(parameters.len());
        for &parameter in &parameters {
            let ty = match found.iter().find(|(known, _)| *known == parameter) {
                Some((_, ty)) => {
                    // What does not fit the constraint is no answer.
                    match self.constraint(parameter) {
                        Some(constraint) if is_unknown(ty) => {
                            self.substitute(&constraint, &crate::typescript::types::Env::new(bound.clone(), None))
                        }
                        _ => ty.clone(),
                    }
                }
                None => {
                    let tree = self.tree(parameter.file);
                    let default = tree.child(parameter.node, 1);
                    let env = signature.env.with(bound.clone());
                    if default != NONE {
                        self.evaluate(parameter.file, default, &env)
                    } else {
                        match self.constraint(parameter) {
                            Some(constraint) => self.substitute(&constraint, &env),
                            None => of::unknown(),
                        }
                    }
                }
            };
            bound.push((parameter, ty));
        }
        Signature { env: signature.env.with(bound), ..signature.clone() }
    }

    /// Whether the type of an expression depends on what is expected of it: a function whose parameters have no types.
    pub(crate) fn is_sensitive(&self, place: Place) -> bool {
        let tree = self.tree(place.file);
        match tree.kind(place.node) {
            Kind::Function => {
                let untyped = |&parameter: &u32| {
                    tree.child(parameter, 1) == NONE
                        && self.documented_parameter(self.at(place.file, parameter)).is_none()
                };
                tree.parameters(place.node).iter().any(untyped)
            }
            Kind::Object => tree.children(place.node).iter().any(|&property| {
                tree.kind(property) == Kind::ObjectProperty
                    && self.is_sensitive(self.at(place.file, tree.child(property, 0)))
            }),
            Kind::Array => tree.present(place.node).any(|element| self.is_sensitive(self.at(place.file, element))),
            Kind::Conditional => {
                [1, 2].into_iter().any(|branch| self.is_sensitive(self.at(place.file, tree.child(place.node, branch))))
            }
            _ => false,
        }
    }

    /// The members of an object that need no expectation.
    fn insensitive_part(&self, place: Place) -> Ty {
        let tree = self.tree(place.file);
        let members = tree.children(place.node).iter().filter_map(|&property| {
            if tree.kind(property) != Kind::ObjectProperty {
                return None;
            }
            let value = self.at(place.file, tree.child(property, 0));
            if self.is_sensitive(value) {
                return None;
            }
            Some(crate::typescript::types::Known {
                name: self.member_name(place.file, property),
                declarations: vec![self.at(place.file, property)],
                ty: crate::typescript::types::widen(&self.expression(value)),
            })
        });
        Arc::new(Type::Members(members.collect()))
    }

    /// What a call results in.
    pub(crate) fn call_result(&self, call: Place) -> Ty {
        let tree = self.tree(call.file);
        if let Some(module) = self.required(call) {
            return self.module_value(module);
        }
        let Some(resolved) = self.resolve_call(call, false) else {
            let is_new = tree.kind(call.node) == Kind::New;
            if is_new {
                let callee = self.expression(self.at(call.file, tree.child(call.node, 0)));
                return self.instance_of(&callee, &[]);
            }
            return of::any();
        };
        let result = self.result(&resolved.signature);
        // A method that returns `this` returns what it is called on.
        if matches!(*result, Type::This(_)) {
            let callee = tree.child(call.node, 0);
            if matches!(tree.kind(callee), Kind::Member | Kind::Index) {
                return self.expression(self.at(call.file, tree.child(callee, 0)));
            }
        }
        result
    }

    /// The value that `require` has for a module.
    pub(crate) fn module_value(&self, module: Place) -> Ty {
        let whole = self.exported(module, crate::typescript::name::Name::new("export="));
        let targets: Vec<Place> = whole.iter().flat_map(|&place| self.follow(place)).collect();
        match targets.first() {
            Some(&target) if target != module => self.declared(self.value_symbol(target)),
            _ => Arc::new(Type::Module(module)),
        }
    }
}
