//! From types as they are written to types.

use std::sync::Arc;

use super::{Checker, Meaning, Question};
use crate::typescript::name::Name;
use crate::typescript::tree::{Kind, NONE, NodeId, flags, slot};
use crate::typescript::types::{Element, Env, Known, Place, Ty, Type, intersection, is_unknown, of, parts, union};

impl Checker<'_> {
    /// What a type that is written down means, where type parameters stand for what `env` says.
    pub(crate) fn evaluate(&self, file: crate::database::File, node: NodeId, env: &Env) -> Ty {
        if node == NONE {
            return of::any();
        }
        let place = self.at(file, node);
        if env.is_empty() {
            return self.memo(Question::Written, place, || self.evaluate_anew(place, env));
        }
        self.deeper(of::any(), || self.evaluate_anew(place, env))
    }

    #[allow(clippy::too_many_lines, reason = "one arm for each form of type")]
    fn evaluate_anew(&self, place: Place, env: &Env) -> Ty {
        let tree = self.tree(place.file);
        let node = tree.node(place.node);
        let child = |index: usize| tree.child(place.node, index);
        let inner = |index: usize| self.evaluate(place.file, child(index), env);
        match node.kind {
            Kind::Keyword => keyword(node.name.text()),
            Kind::LiteralType => {
                let literal = tree.node(child(0));
                match literal.kind {
                    Kind::String => Arc::new(Type::StringLiteral(literal.name)),
                    Kind::Number => Arc::new(Type::NumberLiteral(literal.name)),
                    Kind::Boolean => Arc::new(Type::BooleanLiteral(literal.flags & flags::TRUE != 0)),
                    Kind::BigInt => of::big_int(),
                    _ => of::any(),
                }
            }
            Kind::TypeReference => self.reference(place, env),
            Kind::ArrayType => self.array_of(place.file, inner(0)),
            Kind::ReadonlyType => {
                let inner_node = child(0);
                if tree.kind(inner_node) == Kind::ArrayType {
                    let element = self.evaluate(place.file, tree.child(inner_node, 0), env);
                    return match self.global_type(place.file, "ReadonlyArray") {
                        Some(array) => Arc::new(Type::Reference(self.type_symbol(array), vec![element])),
                        None => self.array_of(place.file, element),
                    };
                }
                inner(0)
            }
            Kind::UniqueType => inner(0),
            Kind::TupleType => {
                let mut elements = Vec::new();
                for &part in tree.children(place.node) {
                    if tree.kind(part) != Kind::TupleMember {
                        let ty = self.evaluate(place.file, part, env);
                        elements.push(Element { ty, optional: false, rest: false });
                        continue;
                    }
                    let ty = self.evaluate(place.file, tree.child(part, 0), env);
                    if tree.has(part, flags::REST) {
                        match &*ty {
                            Type::Tuple(spread) => elements.extend(spread.iter().cloned()),
                            _ => {
                                let ty = self.element_type(&ty).unwrap_or(ty);
                                elements.push(Element { ty, optional: false, rest: true });
                            }
                        }
                    } else {
                        elements.push(Element { ty, optional: tree.has(part, flags::OPTIONAL), rest: false });
                    }
                }
                Arc::new(Type::Tuple(elements))
            }
            Kind::UnionType => {
                union(tree.children(place.node).iter().map(|&part| self.evaluate(place.file, part, env)).collect())
            }
            Kind::IntersectionType => intersection(
                tree.children(place.node).iter().map(|&part| self.evaluate(place.file, part, env)).collect(),
            ),
            Kind::FunctionType | Kind::ConstructorType => Arc::new(Type::Function(place, self.restrict(place, env))),
            Kind::ObjectType => Arc::new(Type::Object(place, self.restrict(place, env))),
            Kind::MappedType => Arc::new(Type::Mapped(place, self.restrict(place, env))),
            Kind::ConditionalType => self.conditional(place, env),
            Kind::IndexedType => {
                let object = inner(0);
                let index = inner(1);
                self.indexed(&object, &index)
            }
            Kind::KeyOf => self.key_of(&inner(0)),
            Kind::Predicate => of::boolean(),
            Kind::TypeQuery => {
                let path = child(0);
                if tree.kind(path) == Kind::ImportType {
                    return self.imported(self.at(place.file, path), Meaning::VALUE, env);
                }
                self.value_of_path(self.at(place.file, path))
            }
            Kind::ImportType => self.imported(place, Meaning::TYPE, env),
            Kind::TemplateType => {
                let strings = tree.children(place.node).iter().map(|&part| self.evaluate_part(place.file, part, env));
                match join(strings.collect()) {
                    Some(ty) => ty,
                    None => Arc::new(Type::Template(place, self.restrict(place, env))),
                }
            }
            Kind::ThisType => self.this_type(place, env),
            Kind::InferType => {
                let parameter = self.at(place.file, child(0));
                env.get(parameter).cloned().unwrap_or_else(|| Arc::new(Type::Parameter(parameter)))
            }
            // A value where a type is wanted: what `extends` names.
            _ => of::any(),
        }
    }

    fn evaluate_part(&self, file: crate::database::File, part: NodeId, env: &Env) -> Ty {
        let tree = self.tree(file);
        if tree.kind(part) == Kind::String {
            return Arc::new(Type::StringLiteral(tree.name(part)));
        }
        self.evaluate(file, part, env)
    }

    fn this_type(&self, place: Place, env: &Env) -> Ty {
        if let Some(this) = env.this() {
            return this.clone();
        }
        let tree = self.tree(place.file);
        let owner = tree.ancestors(place.node).find(|&at| matches!(tree.kind(at), Kind::Class | Kind::Interface));
        match owner {
            Some(owner) => Arc::new(Type::This(self.type_symbol(self.at(place.file, owner)))),
            None => of::any(),
        }
    }

    /// The part of an environment that a node can see.
    pub(super) fn restrict(&self, place: Place, env: &Env) -> Env {
        if env.is_empty() {
            return env.clone();
        }
        let tree = self.tree(place.file);
        let sees = |parameter: Place| {
            if parameter.file != place.file {
                return false;
            }
            let owner = self.owner_of_parameter(parameter);
            owner == place.node || tree.ancestors(place.node).any(|at| at == owner) || tree.kind(owner) == Kind::Doc
        };
        let seen: Vec<_> = env.parameters().iter().filter(|(parameter, _)| sees(*parameter)).cloned().collect();
        Env::new(seen, env.this().cloned())
    }

    fn owner_of_parameter(&self, parameter: Place) -> NodeId {
        let tree = self.tree(parameter.file);
        let parent = tree.parent(parameter.node);
        match tree.kind(parent) {
            Kind::List => tree.parent(parent),
            Kind::DocTemplate => {
                let doc = tree.parent(parent);
                tree.parent(doc)
            }
            Kind::InferType => {
                tree.ancestors(parameter.node).find(|&at| tree.kind(at) == Kind::ConditionalType).unwrap_or(parent)
            }
            _ => parent,
        }
    }

    /// `Array<element>`
    pub(crate) fn array_of(&self, file: crate::database::File, element: Ty) -> Ty {
        match self.global_type(file, "Array") {
            Some(array) => Arc::new(Type::Reference(self.type_symbol(array), vec![element])),
            None => Arc::new(Type::Tuple(vec![Element { ty: element, optional: false, rest: true }])),
        }
    }

    /// A global generic type with its arguments.
    pub(crate) fn global_reference(&self, file: crate::database::File, name: &str, arguments: Vec<Ty>) -> Ty {
        match self.global_type(file, name) {
            Some(place) => Arc::new(Type::Reference(self.type_symbol(place), arguments)),
            None => of::unresolved(),
        }
    }

    fn reference(&self, place: Place, env: &Env) -> Ty {
        let tree = self.tree(place.file);
        let path = self.at(place.file, tree.child(place.node, 0));
        let list = tree.child(place.node, 1);
        let arguments: Vec<Ty> =
            tree.children(list).iter().map(|&argument| self.evaluate(place.file, argument, env)).collect();
        let name = tree.name(path.node).text();
        if name == "const" && tree.kind(path.node) == Kind::Identifier {
            return of::any();
        }
        let found = self.path(path, Meaning::TYPE);
        let decl = found.iter().copied().find(|&place| self.is_type(place)).or_else(|| found.first().copied());
        match decl {
            Some(decl) => self.named_type(decl, arguments, env, place),
            None if tree.is_script => self.old_name(place, name, &arguments),
            None => of::unresolved(),
        }
    }

    fn is_type(&self, place: Place) -> bool {
        matches!(
            self.tree(place.file).kind(place.node),
            Kind::Class | Kind::Interface | Kind::Alias | Kind::Enum | Kind::EnumMember | Kind::TypeParameter
        )
    }

    /// Names that documentation comments use for types.
    fn old_name(&self, place: Place, name: &str, arguments: &[Ty]) -> Ty {
        match name {
            "String" => of::string(),
            "Number" => of::number(),
            "Boolean" => of::boolean(),
            "array" => self.array_of(place.file, arguments.first().cloned().unwrap_or_else(of::any)),
            _ => of::unresolved(),
        }
    }

    fn imported(&self, place: Place, wanted: Meaning, env: &Env) -> Ty {
        let tree = self.tree(place.file);
        let Some(module) = self.module(place.file, tree.name(place.node), false) else { return of::unresolved() };
        let path = tree.child(place.node, 0);
        let list = tree.child(place.node, 1);
        let arguments: Vec<Ty> =
            tree.children(list).iter().map(|&argument| self.evaluate(place.file, argument, env)).collect();
        let mut names = Vec::new();
        let mut at = path;
        while at != NONE {
            names.push(tree.name(at));
            at = if tree.kind(at) == Kind::QualifiedName { tree.child(at, 0) } else { NONE };
        }
        names.reverse();
        let mut owners = vec![module];
        if names.is_empty() {
            let whole = self.exported(module, Name::new("export="));
            owners = whole.into_iter().flat_map(|place| self.follow(place)).collect();
            if owners.is_empty() {
                owners.push(module);
            }
        }
        for (index, &name) in names.iter().enumerate() {
            let last = index + 1 == names.len();
            let meaning = if last { wanted } else { Meaning::NAMESPACE };
            owners = owners.iter().flat_map(|&owner| self.part(owner, name, meaning)).collect();
        }
        let Some(&decl) = owners.iter().find(|&&place| self.is_type(place)).or(owners.first()) else {
            return of::unresolved();
        };
        if wanted == Meaning::VALUE { self.declared(decl) } else { self.named_type(decl, arguments, env, place) }
    }

    /// The type parameters of a declaration.
    pub(crate) fn type_parameters(&self, place: Place) -> Vec<Place> {
        let tree = self.tree(place.file);
        let list = match tree.kind(place.node) {
            Kind::Class
            | Kind::Interface
            | Kind::Alias
            | Kind::Function
            | Kind::Method
            | Kind::CallSignature
            | Kind::ConstructSignature
            | Kind::FunctionType
            | Kind::ConstructorType => tree.child(place.node, slot::TYPE_PARAMETERS),
            _ => NONE,
        };
        let mut found: Vec<Place> = tree.children(list).iter().map(|&id| self.at(place.file, id)).collect();
        if found.is_empty()
            && tree.is_script
            && let Some(tag) = crate::typescript::lower::doc_tag(tree, place.node, Kind::DocTemplate)
        {
            found.extend(tree.children(tag).iter().map(|&id| self.at(place.file, id)));
        }
        found
    }

    /// Arguments for all type parameters: those that are given, else defaults, else constraints.
    pub(crate) fn fill(&self, parameters: &[Place], mut arguments: Vec<Ty>, this: Option<Ty>) -> Env {
        let mut bound: Vec<(Place, Ty)> = Vec::with_capacity(parameters.len());
        arguments.truncate(parameters.len());
        for (index, &parameter) in parameters.iter().enumerate() {
            let ty = match arguments.get(index) {
                Some(ty) => ty.clone(),
                None => {
                    let tree = self.tree(parameter.file);
                    let default = tree.child(parameter.node, 1);
                    if default == NONE {
                        if tree.is_script { of::any() } else { self.constraint(parameter).unwrap_or_else(of::unknown) }
                    } else {
                        self.evaluate(parameter.file, default, &Env::new(bound.clone(), None))
                    }
                }
            };
            bound.push((parameter, ty));
        }
        Env::new(bound, this)
    }

    /// What a type parameter extends.
    pub(crate) fn constraint(&self, parameter: Place) -> Option<Ty> {
        let tree = self.tree(parameter.file);
        let node = tree.child(parameter.node, 0);
        if node == NONE {
            return None;
        }
        let constraint = self.evaluate(parameter.file, node, &Env::default());
        if tree.kind(tree.parent(parameter.node)) == Kind::MappedType {
            Some(self.simplify(&constraint))
        } else {
            Some(constraint)
        }
    }

    /// The type that a declaration names, with arguments.
    pub(crate) fn named_type(&self, decl: Place, arguments: Vec<Ty>, env: &Env, at: Place) -> Ty {
        let tree = self.tree(decl.file);
        match tree.kind(decl.node) {
            Kind::TypeParameter => env.get(decl).cloned().unwrap_or_else(|| Arc::new(Type::Parameter(decl))),
            Kind::Alias => {
                let text = tree.name(decl.node).text();
                let body = tree.child(decl.node, 1);
                if tree.kind(body) == Kind::Keyword && tree.name(body).text() == "intrinsic" {
                    return intrinsic(text, &arguments);
                }
                let parameters = self.type_parameters(decl);
                let env = self.fill(&parameters, arguments, None);
                self.evaluate(decl.file, body, &env)
            }
            Kind::Class | Kind::Interface => {
                let symbol = self.type_symbol(decl);
                let parameters = self.type_parameters(symbol);
                let env = self.fill(&parameters, arguments, None);
                let arguments = env.parameters().iter().map(|(_, ty)| ty.clone()).collect();
                Arc::new(Type::Reference(symbol, arguments))
            }
            Kind::Enum => Arc::new(Type::Reference(self.type_symbol(decl), Vec::new())),
            Kind::EnumMember => Arc::new(Type::Reference(decl, Vec::new())),
            Kind::Function => Arc::new(Type::Reference(self.value_symbol(decl), Vec::new())),
            Kind::Module | Kind::Namespace => of::unresolved(),
            _ => {
                // A value in place of a type: documentation comments name classes that are values.
                let ty = self.declared(decl);
                match &*ty {
                    Type::Value(symbol) => {
                        let symbol = *symbol;
                        if symbol == decl || symbol == at {
                            of::unresolved()
                        } else {
                            self.named_type(symbol, arguments, env, at)
                        }
                    }
                    _ if tree.is_script => ty,
                    _ => of::unresolved(),
                }
            }
        }
    }

    /// What type parameters stand for, put into a type.
    pub(crate) fn substitute(&self, ty: &Ty, env: &Env) -> Ty {
        if env.is_empty() {
            return ty.clone();
        }
        self.deeper(ty.clone(), || self.substitute_in(ty, env))
    }

    fn substitute_in(&self, ty: &Ty, env: &Env) -> Ty {
        let all = |types: &[Ty]| -> Vec<Ty> { types.iter().map(|ty| self.substitute(ty, env)).collect() };
        match &**ty {
            Type::Parameter(parameter) => env.get(*parameter).cloned().unwrap_or_else(|| ty.clone()),
            Type::This(_) => env.this().cloned().unwrap_or_else(|| ty.clone()),
            Type::Reference(symbol, arguments) if !arguments.is_empty() => {
                Arc::new(Type::Reference(*symbol, all(arguments)))
            }
            Type::Function(place, own) => Arc::new(Type::Function(*place, self.extend(*place, own, env))),
            Type::Object(place, own) => Arc::new(Type::Object(*place, self.extend(*place, own, env))),
            Type::Mapped(place, own) => Arc::new(Type::Mapped(*place, self.extend(*place, own, env))),
            Type::Template(place, own) => self.evaluate(place.file, place.node, &self.extend(*place, own, env)),
            Type::Conditional(place, own) => self.conditional(*place, &self.extend(*place, own, env)),
            Type::Indexed(object, index) => self.indexed(&self.substitute(object, env), &self.substitute(index, env)),
            Type::KeyOf(inner) => self.key_of(&self.substitute(inner, env)),
            Type::Overloads(list) => Arc::new(Type::Overloads(all(list))),
            Type::Union(list) => union(all(list)),
            Type::Intersection(list) => intersection(all(list)),
            Type::Tuple(elements) => {
                let element = |element: &Element| Element { ty: self.substitute(&element.ty, env), ..element.clone() };
                Arc::new(Type::Tuple(elements.iter().map(element).collect()))
            }
            Type::Members(members) => {
                let member = |member: &Known| Known { ty: self.substitute(&member.ty, env), ..member.clone() };
                Arc::new(Type::Members(members.iter().map(member).collect()))
            }
            _ => ty.clone(),
        }
    }

    /// A suspended node's environment under another one around it.
    fn extend(&self, place: Place, own: &Env, env: &Env) -> Env {
        let mut bound: Vec<(Place, Ty)> =
            own.parameters().iter().map(|(parameter, ty)| (*parameter, self.substitute(ty, env))).collect();
        let seen = self.restrict(place, env);
        for (parameter, ty) in seen.parameters() {
            if !bound.iter().any(|(known, _)| known == parameter) {
                bound.push((*parameter, ty.clone()));
            }
        }
        let this = own.this().map(|this| self.substitute(this, env)).or_else(|| seen.this().cloned());
        Env::new(bound, this)
    }

    /// Whether a type still depends on type parameters at its top.
    pub(super) fn is_open(&self, ty: &Ty) -> bool {
        match &**ty {
            Type::Parameter(_) | Type::Conditional(..) | Type::Indexed(..) | Type::KeyOf(_) | Type::This(_) => true,
            Type::Union(list) | Type::Intersection(list) => list.iter().any(|ty| self.is_open(ty)),
            _ => false,
        }
    }

    fn conditional(&self, place: Place, env: &Env) -> Ty {
        self.deeper(of::any(), || {
            let tree = self.tree(place.file);
            let tested_node = tree.child(place.node, 0);
            let tested = self.evaluate(place.file, tested_node, env);
            // A plain type parameter distributes over unions.
            let parameter = self.naked_parameter(place, tested_node);
            if let Some(parameter) = parameter
                && let Type::Union(list) = &*tested
            {
                let each = list.iter().map(|ty| self.conditional(place, &env.with(vec![(parameter, ty.clone())])));
                return union(each.collect());
            }
            if parameter.is_some() && *tested == Type::Never {
                return of::never();
            }
            if self.is_open(&tested) {
                let resolved = self.simplify(&tested);
                if self.is_open(&resolved) || is_unknown(&resolved) || *tested != *resolved {
                    return Arc::new(Type::Conditional(place, self.restrict(place, env)));
                }
            }
            self.decide(place, &tested, env)
        })
    }

    fn naked_parameter(&self, place: Place, node: NodeId) -> Option<Place> {
        let tree = self.tree(place.file);
        if tree.kind(node) != Kind::TypeReference {
            return None;
        }
        let path = tree.child(node, 0);
        if tree.kind(path) != Kind::Identifier {
            return None;
        }
        let found = self.lookup(self.at(place.file, path), tree.name(path), Meaning::TYPE);
        found.first().copied().filter(|found| self.tree(found.file).kind(found.node) == Kind::TypeParameter)
    }

    /// The branch of a condition on types.
    fn decide(&self, place: Place, tested: &Ty, env: &Env) -> Ty {
        let tree = self.tree(place.file);
        let [_, extends, then, otherwise] = [0, 1, 2, 3].map(|index| tree.child(place.node, index));
        let inferred: Vec<Place> = tree
            .scopes
            .get(&place.node)
            .into_iter()
            .flat_map(|table| table.values().flatten())
            .map(|&id| self.at(place.file, id))
            .collect();
        if matches!(**tested, Type::Any | Type::Unresolved) {
            let env = env.with(inferred.iter().map(|&parameter| (parameter, of::any())).collect());
            return union(vec![self.evaluate(place.file, then, &env), self.evaluate(place.file, otherwise, &env)]);
        }
        let pattern = self.evaluate(place.file, extends, env);
        let mut bound = Vec::new();
        if !inferred.is_empty() {
            let found = self.infer_all(&inferred, &[(pattern.clone(), tested.clone())]);
            for &parameter in &inferred {
                let ty = found.iter().find(|(known, _)| *known == parameter).map(|(_, ty)| ty.clone());
                bound.push((parameter, ty.unwrap_or_else(of::unknown)));
            }
        }
        let with_inferred = env.with(bound);
        let pattern = if inferred.is_empty() { pattern } else { self.evaluate(place.file, extends, &with_inferred) };
        if self.assignable(tested, &pattern) {
            self.evaluate(place.file, then, &with_inferred)
        } else {
            self.evaluate(place.file, otherwise, env)
        }
    }

    /// A type that has members: what a parameter extends, what an operator yields.
    pub(crate) fn simplify(&self, ty: &Ty) -> Ty {
        match &**ty {
            Type::Parameter(parameter) => self.deeper(of::unknown(), || match self.constraint(*parameter) {
                Some(constraint) => self.simplify(&constraint),
                None => of::unknown(),
            }),
            Type::This(symbol) => self.own_instance(*symbol),
            Type::Conditional(place, env) => self.deeper(of::unknown(), || {
                // Of an undecided condition: what its tested type extends decides, or it is one of both.
                let tree = self.tree(place.file);
                let tested = self.evaluate(place.file, tree.child(place.node, 0), env);
                let known = self.simplify(&tested);
                if is_unknown(&known) || self.is_open(&known) {
                    let then = self.evaluate(place.file, tree.child(place.node, 2), env);
                    let otherwise = self.evaluate(place.file, tree.child(place.node, 3), env);
                    return self.simplify(&union(vec![then, otherwise]));
                }
                let decided = self.decide(*place, &known, env);
                self.simplify(&decided)
            }),
            Type::Indexed(object, index) => self.deeper(of::unknown(), || {
                let object = self.simplify(object);
                let index = self.simplify(index);
                let found = self.indexed_now(&object, &index);
                if self.is_open(&found) { self.simplify(&found) } else { found }
            }),
            Type::KeyOf(inner) => self.deeper(of::unknown(), || {
                let inner = self.simplify(inner);
                self.keys_now(&inner)
            }),
            Type::Union(list) if list.iter().any(|ty| self.is_open(ty)) => {
                union(list.iter().map(|ty| self.simplify(ty)).collect())
            }
            Type::Intersection(list) if list.iter().any(|ty| self.is_open(ty)) => {
                intersection(list.iter().map(|ty| self.simplify(ty)).collect())
            }
            Type::Intersection(list) if list.iter().any(|ty| matches!(**ty, Type::Union(_))) => self.distribute(list),
            _ => ty.clone(),
        }
    }

    /// `(A | B) & C` is `(A & C) | (B & C)`.
    fn distribute(&self, list: &[Ty]) -> Ty {
        let mut products: Vec<Vec<Ty>> = vec![Vec::new()];
        for ty in list {
            let options = if let Type::Union(options) = &**ty { options.clone() } else { vec![ty.clone()] };
            if products.len() * options.len() > 64 {
                return Arc::new(Type::Intersection(list.to_vec()));
            }
            products = products
                .into_iter()
                .flat_map(|product| {
                    options.iter().map(move |option| {
                        let mut product = product.clone();
                        product.push(option.clone());
                        product
                    })
                })
                .collect();
        }
        union(products.into_iter().map(intersection).collect())
    }

    /// A class's or interface's type inside of itself.
    pub(crate) fn own_instance(&self, symbol: Place) -> Ty {
        let parameters = self.type_parameters(symbol);
        let arguments = parameters.into_iter().map(|parameter| Arc::new(Type::Parameter(parameter))).collect();
        Arc::new(Type::Reference(symbol, arguments))
    }

    /// `object[index]`
    pub(crate) fn indexed(&self, object: &Ty, index: &Ty) -> Ty {
        if self.is_open(object) || self.is_open(index) {
            // A property that is there whatever the parameter is.
            return Arc::new(Type::Indexed(object.clone(), index.clone()));
        }
        self.deeper(of::any(), || self.indexed_now(object, index))
    }

    fn indexed_now(&self, object: &Ty, index: &Ty) -> Ty {
        if is_unknown(object) {
            return of::any();
        }
        let each = parts(index).into_iter().map(|key| self.indexed_by(object, &key));
        union(each.collect())
    }

    fn indexed_by(&self, object: &Ty, key: &Ty) -> Ty {
        match &**key {
            Type::StringLiteral(name) | Type::NumberLiteral(name) => match self.member(object, *name) {
                Some(member) => self.member_type(&member),
                None => self.index_type(object, key).unwrap_or_else(of::unresolved),
            },
            Type::Reference(place, _) if self.tree(place.file).kind(place.node) == Kind::EnumMember => {
                let name = self.enum_key(*place);
                match self.member(object, name) {
                    Some(member) => self.member_type(&member),
                    None => of::unresolved(),
                }
            }
            Type::Number | Type::String | Type::Symbol | Type::Template(..) => {
                self.index_type(object, key).unwrap_or_else(of::unresolved)
            }
            _ => of::any(),
        }
    }

    /// The value of an enum's member as a key.
    pub(crate) fn enum_key(&self, member: Place) -> Name {
        let tree = self.tree(member.file);
        let value = tree.child(member.node, 0);
        if value != NONE && matches!(tree.kind(value), Kind::String | Kind::Number) {
            return tree.name(value);
        }
        tree.name(member.node)
    }

    /// `keyof inner`
    pub(crate) fn key_of(&self, inner: &Ty) -> Ty {
        if self.is_open(inner) {
            return Arc::new(Type::KeyOf(inner.clone()));
        }
        self.deeper(of::any(), || self.keys_now(inner))
    }

    fn keys_now(&self, inner: &Ty) -> Ty {
        match &**inner {
            Type::Any | Type::Unresolved => union(vec![of::string(), of::number(), of::symbol()]),
            Type::Unknown | Type::Never => of::never(),
            Type::Union(list) => {
                let mut each = list.iter().map(|ty| parts(&self.keys_now(ty)));
                let first = each.next().unwrap_or_default();
                let rest: Vec<Vec<Ty>> = each.collect();
                union(first.into_iter().filter(|key| rest.iter().all(|keys| keys.contains(key))).collect())
            }
            Type::Mapped(place, env) => {
                let tree = self.tree(place.file);
                let parameter = tree.child(place.node, 0);
                if tree.child(place.node, 1) != NONE {
                    let names = self.names_of(inner).into_iter().map(|name| Arc::new(Type::StringLiteral(name)));
                    return union(names.collect());
                }
                self.evaluate(place.file, tree.child(parameter, 0), env)
            }
            _ => {
                let mut keys: Vec<Ty> =
                    self.names_of(inner).into_iter().map(|name| Arc::new(Type::StringLiteral(name))).collect();
                if self.index_type(inner, &of::string()).is_some() {
                    keys.push(of::string());
                    keys.push(of::number());
                } else if self.index_type(inner, &of::number()).is_some() {
                    keys.push(of::number());
                }
                union(keys)
            }
        }
    }

    /// What is iterated over: the elements of an array or anything else that has an iterator.
    pub(crate) fn element_type(&self, ty: &Ty) -> Option<Ty> {
        let ty = self.simplify(ty);
        match &*ty {
            Type::Tuple(elements) => Some(union(elements.iter().map(|element| element.ty.clone()).collect())),
            Type::Union(list) => {
                let each: Vec<Ty> = list.iter().filter_map(|ty| self.element_type(ty)).collect();
                (!each.is_empty()).then(|| union(each))
            }
            Type::String | Type::StringLiteral(_) => Some(of::string()),
            Type::Reference(symbol, arguments) => {
                let name = self.tree(symbol.file).name(symbol.node).text();
                let first = arguments.first().cloned();
                match name {
                    "Array"
                    | "ReadonlyArray"
                    | "Set"
                    | "ReadonlySet"
                    | "Iterable"
                    | "IterableIterator"
                    | "Generator"
                    | "Iterator"
                    | "ArrayIterator"
                    | "SetIterator"
                    | "MapIterator"
                    | "IteratorObject"
                    | "AsyncIterable"
                    | "AsyncIterableIterator"
                    | "AsyncGenerator"
                    | "AsyncIterator"
                    | "ReadableStream"
                    | "NodeListOf"
                    | "HTMLCollectionOf" => first,
                    "Map" | "ReadonlyMap" => {
                        let second = arguments.get(1).cloned()?;
                        Some(Arc::new(Type::Tuple(vec![
                            Element { ty: first?, optional: false, rest: false },
                            Element { ty: second, optional: false, rest: false },
                        ])))
                    }
                    _ => self.iterated(&ty).or_else(|| self.index_type(&ty, &of::number())),
                }
            }
            Type::Intersection(list) => list.iter().find_map(|ty| self.element_type(ty)),
            Type::Any | Type::Unresolved | Type::Unknown => None,
            _ => self.iterated(&ty).or_else(|| self.index_type(&ty, &of::number())),
        }
    }

    /// What the iterator of a value yields.
    fn iterated(&self, ty: &Ty) -> Option<Ty> {
        self.deeper(None, || {
            let member = ["@@iterator", "@@asyncIterator"].iter().find_map(|name| self.member(ty, Name::new(name)))?;
            let signature = self.signatures(&self.member_type(&member), false).into_iter().next()?;
            let iterator = self.result(&signature);
            let Type::Reference(_, arguments) = &*iterator else { return None };
            arguments.first().cloned()
        })
    }

    /// What `await` makes of a value.
    pub(crate) fn awaited(&self, ty: &Ty) -> Ty {
        match &**ty {
            Type::Union(list) => union(list.iter().map(|ty| self.awaited(ty)).collect()),
            Type::Reference(symbol, arguments) => {
                let name = self.tree(symbol.file).name(symbol.node).text();
                match (name, arguments.first()) {
                    ("Promise" | "PromiseLike", Some(value)) => self.deeper(of::any(), || self.awaited(value)),
                    _ => ty.clone(),
                }
            }
            _ => ty.clone(),
        }
    }
}

fn keyword(word: &str) -> Ty {
    match word {
        "string" => of::string(),
        "number" => of::number(),
        "boolean" => of::boolean(),
        "bigint" => of::big_int(),
        "symbol" => of::symbol(),
        "object" => of::object(),
        "null" => of::null(),
        "undefined" => of::undefined(),
        "void" => of::void(),
        "never" => of::never(),
        "unknown" => of::unknown(),
        _ => of::any(),
    }
}

/// Strings one behind the other, in all combinations. `None` if one is not known.
fn join(strings: Vec<Ty>) -> Option<Ty> {
    let mut all = vec![String::new()];
    for ty in strings {
        let mut options = Vec::new();
        for part in parts(&ty) {
            match &*part {
                Type::StringLiteral(name) | Type::NumberLiteral(name) => options.push(name.text()),
                Type::BooleanLiteral(value) => options.push(if *value { "true" } else { "false" }),
                _ => return None,
            }
        }
        if all.len() * options.len() > 256 {
            return None;
        }
        all = all.iter().flat_map(|start| options.iter().map(move |option| format!("{start}{option}"))).collect();
    }
    Some(union(all.iter().map(|text| Arc::new(Type::StringLiteral(Name::new(text)))).collect()))
}

/// The types that the compiler makes: `Uppercase<T>`.
fn intrinsic(name: &str, arguments: &[Ty]) -> Ty {
    let Some(argument) = arguments.first() else { return of::string() };
    let change = |text: &str| -> Option<String> {
        let mut chars = text.chars();
        Some(match name {
            "Uppercase" => text.to_uppercase(),
            "Lowercase" => text.to_lowercase(),
            "Capitalize" => chars.next().map_or(String::new(), |c| c.to_uppercase().chain(chars).collect()),
            "Uncapitalize" => chars.next().map_or(String::new(), |c| c.to_lowercase().chain(chars).collect()),
            _ => return None,
        })
    };
    if name == "NoInfer" {
        return argument.clone();
    }
    let each = parts(argument).into_iter().map(|part| match &*part {
        Type::StringLiteral(text) => match change(text.text()) {
            Some(text) => Arc::new(Type::StringLiteral(Name::new(&text))),
            None => of::string(),
        },
        _ => of::string(),
    });
    union(each.collect())
}
