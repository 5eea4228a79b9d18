//! The members of types.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::{Checker, Meaning, Question};
use crate::typescript::bind;
use crate::typescript::name::Name;
use crate::typescript::tree::{Kind, NONE, Table, flags, slot};
use crate::typescript::types::{Env, Place, Ty, Type, intersection, of, parts, union};

/// A member that was found.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Where it is declared: every overload, both accessors, in every part of a union.
    pub(crate) declarations: SmallVec<[Place; 2]>,
    kind: Source,
}

#[derive(Clone, Debug)]
enum Source {
    /// As it is declared, with what type parameters stand for.
    Declared(Env),
    Known(Ty),
}

impl Checker<'_> {
    /// The member of a value that has a name.
    pub(crate) fn member(&self, ty: &Ty, name: Name) -> Option<Member> {
        self.deeper(None, || self.member_now(ty, name))
    }

    fn member_now(&self, ty: &Ty, name: Name) -> Option<Member> {
        match &**ty {
            Type::Any | Type::Unresolved | Type::Unknown | Type::Never | Type::Void | Type::Null | Type::Undefined => {
                None
            }
            Type::String | Type::StringLiteral(_) | Type::Template(..) => self.member_of_global("String", name),
            Type::Number | Type::NumberLiteral(_) => self.member_of_global("Number", name),
            Type::Boolean | Type::BooleanLiteral(_) => self.member_of_global("Boolean", name),
            Type::BigInt => self.member_of_global("BigInt", name),
            Type::Symbol => self.member_of_global("Symbol", name),
            Type::NonPrimitive => self.member_of_global("Object", name),
            Type::Parameter(_) | Type::This(_) | Type::Conditional(..) | Type::Indexed(..) | Type::KeyOf(_) => {
                let simple = self.simplify(ty);
                if *simple == **ty {
                    return None;
                }
                let found = self.member(&simple, name)?;
                // `this` stays what it was.
                Some(match (&found.kind, &**ty) {
                    (Source::Declared(env), Type::Parameter(_) | Type::This(_)) => {
                        Member { kind: Source::Declared(env.with_this(ty.clone())), ..found }
                    }
                    _ => found,
                })
            }
            Type::Reference(symbol, arguments) => self
                .member_of_instance(*symbol, arguments, name, ty, 0)
                .or_else(|| self.member_of_apparent(*symbol, name)),
            Type::Value(symbol) => self.member_of_value(*symbol, name, 0),
            Type::Module(module) => {
                let found = self.exported(*module, name);
                let declarations: SmallVec<[Place; 2]> = found.iter().flat_map(|&place| self.follow(place)).collect();
                if declarations.is_empty() {
                    return None;
                }
                Some(Member { declarations, kind: Source::Declared(Env::default()) })
            }
            Type::Function(..) | Type::Overloads(_) => self.member_of_global("Function", name),
            Type::Object(place, env) => self
                .member_of_object(*place, env, name)
                .or_else(
                    || if self.is_callable_object(*place) { self.member_of_global("Function", name) } else { None },
                )
                .or_else(|| self.member_of_global("Object", name)),
            Type::Mapped(place, env) => self.member_of_mapped(*place, env, name),
            Type::Tuple(elements) => {
                if let Ok(index) = name.text().parse::<usize>()
                    && let Some(element) = elements.get(index)
                {
                    return Some(Member { declarations: smallvec![], kind: Source::Known(element.ty.clone()) });
                }
                let all = union(elements.iter().map(|element| element.ty.clone()).collect());
                let array = self.array_anywhere(all)?;
                self.member(&array, name)
            }
            Type::Union(list) => {
                let mut declarations: SmallVec<[Place; 2]> = SmallVec::new();
                let mut types = Vec::new();
                for part in list {
                    if matches!(**part, Type::Null | Type::Undefined | Type::Void) {
                        continue;
                    }
                    let found = self.member(part, name)?;
                    types.push(self.member_type(&found));
                    for place in found.declarations {
                        if !declarations.contains(&place) {
                            declarations.push(place);
                        }
                    }
                }
                if types.is_empty() {
                    return None;
                }
                Some(Member { declarations, kind: Source::Known(union(types)) })
            }
            Type::Intersection(list) => {
                let simple = self.simplify(ty);
                if let Type::Union(_) = &*simple {
                    return self.member(&simple, name);
                }
                let mut declarations: SmallVec<[Place; 2]> = SmallVec::new();
                let mut types = Vec::new();
                let mut only = None;
                for part in list {
                    let Some(found) = self.member(part, name) else { continue };
                    // What every object has is no member of its own.
                    let is_general = found.declarations.iter().all(|place| self.is_general(*place));
                    if is_general && list.len() > 1 {
                        only = only.or(Some(found));
                        continue;
                    }
                    types.push(self.member_type(&found));
                    for place in found.declarations {
                        if !declarations.contains(&place) {
                            declarations.push(place);
                        }
                    }
                }
                if types.is_empty() {
                    return only;
                }
                Some(Member { declarations, kind: Source::Known(intersection(types)) })
            }
            Type::Members(members) => {
                let found = members.iter().find(|member| member.name == name);
                match found {
                    Some(found) => Some(Member {
                        declarations: found.declarations.iter().copied().collect(),
                        kind: Source::Known(found.ty.clone()),
                    }),
                    None => self.member_of_global("Object", name),
                }
            }
        }
    }

    fn is_general(&self, place: Place) -> bool {
        let tree = self.tree(place.file);
        let owner = tree.ancestors(place.node).find(|&at| tree.kind(at) == Kind::Interface);
        owner.is_some_and(|owner| matches!(tree.name(owner).text(), "Object" | "Function"))
    }

    fn anchor(&self) -> Option<crate::database::File> {
        self.trees.borrow().keys().next().copied()
    }

    fn array_anywhere(&self, element: Ty) -> Option<Ty> {
        let file = self.question_file.get().or_else(|| self.anchor())?;
        let array = self.global_type(file, "Array")?;
        Some(Arc::new(Type::Reference(self.type_symbol(array), vec![element])))
    }

    /// A member of one of the platform's interfaces.
    fn member_of_global(&self, interface: &str, name: Name) -> Option<Member> {
        let file = self.question_file.get().or_else(|| self.anchor())?;
        let symbol = self.type_symbol(self.global_type(file, interface)?);
        let ty = Arc::new(Type::Reference(symbol, Vec::new()));
        self.member_of_instance(symbol, &[], name, &ty, 0)
            .or_else(|| if interface == "Object" { None } else { self.member_of_global("Object", name) })
    }

    fn member_of_apparent(&self, symbol: Place, name: Name) -> Option<Member> {
        let tree = self.tree(symbol.file);
        let kind = tree.kind(symbol.node);
        if matches!(kind, Kind::Enum | Kind::EnumMember) {
            let member = if kind == Kind::EnumMember { Some(symbol.node) } else { tree.get(symbol.node, 0) };
            let is_text = member.is_some_and(|member| {
                let value = tree.child(member, 0);
                value != NONE && tree.kind(value) == Kind::String
            });
            return self.member_of_global(if is_text { "String" } else { "Number" }, name);
        }
        if self.tree(symbol.file).name(symbol.node).text() == "Object" {
            return None;
        }
        let is_callable = self.merged(symbol).iter().any(|part| {
            let tree = self.tree(part.file);
            bind::members(tree, part.node).iter().any(|&id| tree.kind(id) == Kind::CallSignature)
        });
        if is_callable && let Some(found) = self.member_of_global("Function", name) {
            return Some(found);
        }
        self.member_of_global("Object", name)
    }

    fn is_callable_object(&self, place: Place) -> bool {
        let tree = self.tree(place.file);
        let is_one = |&id: &u32| matches!(tree.kind(id), Kind::CallSignature | Kind::ConstructSignature);
        tree.kind(place.node) == Kind::ObjectType && tree.children(place.node).iter().any(is_one)
    }

    /// The members that a declaration has itself: those of instances, or the static ones.
    pub(crate) fn table(&self, place: Place, is_static: bool) -> Arc<Table> {
        if let Some(known) = self.found.tables.lock().get(&(place, is_static)) {
            return known.clone();
        }
        let tree = self.tree(place.file);
        let mut table = Table::default();
        let mut put = |name: Name, id: u32| {
            if !name.is_none() {
                table.entry(name).or_default().push(id);
            }
        };
        let kind = tree.kind(place.node);
        for &id in bind::members(tree, place.node) {
            let node = tree.node(id);
            match node.kind {
                Kind::Property | Kind::Method if kind == Kind::Class => {
                    let is_constructor = node.flags & flags::CONSTRUCTOR != 0;
                    if is_constructor && !is_static {
                        for &parameter in tree.parameters(id) {
                            if tree.has(parameter, flags::PARAMETER_PROPERTY) {
                                let binding = tree.bare_binding(parameter);
                                put(tree.name(binding), binding);
                            }
                        }
                    }
                    if !is_constructor && (node.flags & flags::STATIC != 0) == is_static {
                        put(self.member_name(place.file, id), id);
                    }
                }
                Kind::Property | Kind::Method | Kind::ObjectProperty | Kind::EnumMember => {
                    put(self.member_name(place.file, id), id);
                }
                _ => {}
            }
        }
        for (name, id) in self.assigned_members(place, is_static) {
            let known =
                table.get(&name).is_some_and(|known| known.iter().any(|&known| tree.kind(known) != Kind::Assign));
            if !known {
                table.entry(name).or_default().push(id);
            }
        }
        let table = Arc::new(table);
        self.found.tables.lock().insert((place, is_static), table.clone());
        table
    }

    /// The name of a member; of a computed one, if its key is a literal or a constant.
    pub(crate) fn member_name(&self, file: crate::database::File, id: u32) -> Name {
        let tree = self.tree(file);
        let name = tree.name(id);
        if !name.is_none() {
            return name;
        }
        let key = match tree.kind(id) {
            Kind::Method => tree.child(id, slot::FUNCTION_KEY),
            Kind::Property => tree.child(id, 2),
            Kind::ObjectProperty => tree.child(id, 1),
            _ => NONE,
        };
        if key == NONE {
            return Name::NONE;
        }
        match &*self.expression(self.at(file, key)) {
            Type::StringLiteral(name) | Type::NumberLiteral(name) => *name,
            Type::Reference(place, _) if self.tree(place.file).kind(place.node) == Kind::EnumMember => {
                self.enum_key(*place)
            }
            _ => Name::NONE,
        }
    }

    /// What the type parameters of each part of a class or interface stand for.
    fn instance_env(&self, symbol: Place, part: Place, arguments: &[Ty], this: &Ty) -> Env {
        let _ = symbol;
        let parameters = self.type_parameters(part);
        let bound = parameters
            .into_iter()
            .enumerate()
            .map(|(index, parameter)| (parameter, arguments.get(index).cloned().unwrap_or_else(of::any)));
        Env::new(bound.collect(), Some(this.clone()))
    }

    fn member_of_instance(&self, symbol: Place, arguments: &[Ty], name: Name, this: &Ty, depth: u32) -> Option<Member> {
        if depth > 24 {
            return None;
        }
        let mut declarations: SmallVec<[Place; 2]> = SmallVec::new();
        let mut found_env = None;
        let merged = self.merged(symbol);
        for &part in &merged {
            let tree = self.tree(part.file);
            if !matches!(tree.kind(part.node), Kind::Class | Kind::Interface | Kind::Function) {
                continue;
            }
            if let Some(found) = self.table(part, false).get(&name) {
                let env = self.instance_env(symbol, part, arguments, this);
                // Each part of an interface has its own parameters.
                let all = found_env.get_or_insert_with(Env::default);
                *all = all.with(env.parameters().to_vec()).with_this(this.clone());
                declarations.extend(found.iter().map(|&id| self.at(part.file, id)));
            }
        }
        if let Some(env) = found_env {
            return Some(Member { declarations, kind: Source::Declared(env) });
        }
        for &part in &merged {
            let env = self.instance_env(symbol, part, arguments, this);
            for base in self.bases(part) {
                let base = self.substitute(&base, &env);
                let found = match &*base {
                    Type::Reference(symbol, arguments) => {
                        self.member_of_instance(*symbol, arguments, name, this, depth + 1)
                    }
                    Type::Any | Type::Unresolved | Type::Unknown => None,
                    Type::Intersection(list) => list.iter().find_map(|base| match &**base {
                        Type::Reference(symbol, arguments) => {
                            self.member_of_instance(*symbol, arguments, name, this, depth + 1)
                        }
                        _ => self.member(base, name),
                    }),
                    Type::Object(place, env) => self.member_of_object(*place, &env.with_this(this.clone()), name),
                    _ => self.member(&base, name),
                };
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    /// The types that a class or interface stands on, in terms of its own parameters.
    pub(crate) fn bases(&self, part: Place) -> Vec<Ty> {
        let tree = self.tree(part.file);
        match tree.kind(part.node) {
            Kind::Interface => {
                let list = tree.child(part.node, 1);
                tree.children(list).iter().map(|&base| self.evaluate(part.file, base, &Env::default())).collect()
            }
            Kind::Class => {
                let heritage = tree.child(part.node, slot::HERITAGE);
                if heritage == NONE {
                    return Vec::new();
                }
                if tree.is_script
                    && let Some(tag) = crate::typescript::lower::doc_tag(tree, part.node, Kind::DocExtends)
                {
                    let ty = self.evaluate(part.file, tree.child(tag, 0), &Env::default());
                    if matches!(*ty, Type::Reference(..)) {
                        return vec![ty];
                    }
                }
                let place = self.at(part.file, heritage);
                let list = tree.child(part.node, slot::HERITAGE_ARGUMENTS);
                let arguments: Vec<Ty> = tree
                    .children(list)
                    .iter()
                    .map(|&argument| self.evaluate(part.file, argument, &Env::default()))
                    .collect();
                vec![self.instance_of(&self.expression(place), &arguments)]
            }
            _ => Vec::new(),
        }
    }

    /// What `new value` makes.
    pub(crate) fn instance_of(&self, value: &Ty, arguments: &[Ty]) -> Ty {
        match &**value {
            Type::Value(symbol) => {
                let tree = self.tree(symbol.file);
                match tree.kind(symbol.node) {
                    Kind::Class => self.named_type(*symbol, arguments.to_vec(), &Env::default(), *symbol),
                    Kind::Function => Arc::new(Type::Reference(*symbol, Vec::new())),
                    _ => of::any(),
                }
            }
            _ => {
                let signatures = self.signatures(value, true);
                let fits = |count: usize| count == arguments.len();
                let signature = signatures
                    .iter()
                    .find(|signature| fits(self.type_parameters(signature.place).len()))
                    .or(signatures.first());
                match signature {
                    Some(signature) => {
                        let parameters = self.type_parameters(signature.place);
                        let env = self.fill(&parameters, arguments.to_vec(), None);
                        self.substitute(&self.result(signature), &env)
                    }
                    None => of::any(),
                }
            }
        }
    }

    fn member_of_value(&self, symbol: Place, name: Name, depth: u32) -> Option<Member> {
        if depth > 24 {
            return None;
        }
        let mut declarations: SmallVec<[Place; 2]> = SmallVec::new();
        let merged = self.merged(symbol);
        for &part in &merged {
            let tree = self.tree(part.file);
            match tree.kind(part.node) {
                Kind::Class | Kind::Function => {
                    if let Some(found) = self.table(part, true).get(&name) {
                        declarations.extend(found.iter().map(|&id| self.at(part.file, id)));
                    }
                }
                Kind::Namespace | Kind::Enum => {
                    let found = tree.exports.get(&part.node).and_then(|table| table.get(&name));
                    for &id in found.into_iter().flatten() {
                        let place = self.at(part.file, id);
                        for target in self.follow(place) {
                            if super::names::meaning(self.tree(target.file), target.node) != Meaning::TYPE
                                && !declarations.contains(&target)
                            {
                                declarations.push(target);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        if !declarations.is_empty() {
            return Some(Member { declarations, kind: Source::Declared(Env::default()) });
        }
        let tree = self.tree(symbol.file);
        match tree.kind(symbol.node) {
            Kind::Class => {
                if name.text() == "prototype" {
                    return Some(Member { declarations: smallvec![], kind: Source::Known(self.own_instance(symbol)) });
                }
                let heritage = tree.child(symbol.node, slot::HERITAGE);
                if heritage != NONE {
                    let base = self.expression(self.at(symbol.file, heritage));
                    let found = match &*base {
                        Type::Value(symbol) => self.member_of_value(*symbol, name, depth + 1),
                        _ => self.member(&base, name),
                    };
                    if found.is_some() {
                        return found;
                    }
                }
                self.member_of_global("Function", name)
            }
            Kind::Function => {
                if name.text() == "prototype" {
                    let instance = Arc::new(Type::Reference(symbol, Vec::new()));
                    return Some(Member { declarations: smallvec![], kind: Source::Known(instance) });
                }
                self.member_of_global("Function", name)
            }
            _ => self.member_of_global("Object", name),
        }
    }

    fn member_of_object(&self, place: Place, env: &Env, name: Name) -> Option<Member> {
        let tree = self.tree(place.file);
        if let Some(found) = self.table(place, false).get(&name) {
            let declarations = found.iter().map(|&id| self.at(place.file, id)).collect();
            return Some(Member { declarations, kind: Source::Declared(env.clone()) });
        }
        if tree.kind(place.node) == Kind::Object {
            for &part in tree.children(place.node).iter().rev() {
                if tree.kind(part) == Kind::Spread {
                    let spread = self.expression(self.at(place.file, tree.child(part, 0)));
                    let spread = crate::typescript::types::non_null(&spread);
                    let found = self.member(&spread, name);
                    if let Some(found) = found
                        && !found.declarations.iter().all(|place| self.is_general(*place))
                    {
                        return Some(found);
                    }
                }
            }
        }
        None
    }

    fn member_of_mapped(&self, place: Place, env: &Env, name: Name) -> Option<Member> {
        let tree = self.tree(place.file);
        let parameter = self.at(place.file, tree.child(place.node, 0));
        let constraint_node = tree.child(parameter.node, 0);
        let constraint = self.evaluate(place.file, constraint_node, env);
        let source = self.mapped_source(place, env);
        let renames = tree.child(place.node, 1) != NONE;
        let keys = self.simplify(&constraint);
        let key = if renames {
            let name_node = tree.child(place.node, 1);
            let fits = |key: &Ty| {
                let renamed = self.evaluate(place.file, name_node, &env.with(vec![(parameter, key.clone())]));
                parts(&renamed).iter().any(|part| **part == Type::StringLiteral(name))
            };
            parts(&keys).into_iter().find(fits)?
        } else {
            let literal: Ty = Arc::new(Type::StringLiteral(name));
            let number: Ty = Arc::new(Type::NumberLiteral(name));
            let all = parts(&keys);
            let enum_member = all.iter().find(|key| match &***key {
                Type::Reference(place, _) if self.tree(place.file).kind(place.node) == Kind::EnumMember => {
                    self.enum_key(*place) == name
                }
                _ => false,
            });
            if all.contains(&literal)
                || all.iter().any(|key| matches!(**key, Type::String | Type::Any | Type::Unresolved))
            {
                literal
            } else if all.contains(&number) {
                number
            } else if let Some(member) = enum_member {
                member.clone()
            } else if let Some(source) = &source
                && self
                    .member(source, name)
                    .is_some_and(|found| !found.declarations.iter().all(|place| self.is_general(*place)))
                && matches!(&*constraint, Type::KeyOf(_))
            {
                literal
            } else {
                return self.member_of_global("Object", name);
            }
        };
        let mut declarations: SmallVec<[Place; 2]> = SmallVec::new();
        if let Some(source) = &source
            && let Type::StringLiteral(original) | Type::NumberLiteral(original) = &*key
            && let Some(found) = self.member(source, *original)
        {
            declarations = found.declarations;
        }
        let value = tree.child(place.node, 2);
        let ty = self.evaluate(place.file, value, &env.with(vec![(parameter, key)]));
        Some(Member { declarations, kind: Source::Known(ty) })
    }

    /// The type whose properties a mapped type maps: `T` of `{ [K in keyof T]: … }`.
    pub(crate) fn mapped_source(&self, place: Place, env: &Env) -> Option<Ty> {
        let tree = self.tree(place.file);
        let constraint = tree.child(tree.child(place.node, 0), 0);
        if tree.kind(constraint) == Kind::KeyOf {
            return Some(self.simplify(&self.evaluate(place.file, tree.child(constraint, 0), env)));
        }
        // `[K in Keys]` where `Keys extends keyof T`.
        if tree.kind(constraint) == Kind::TypeReference {
            let path = self.at(place.file, tree.child(constraint, 0));
            let found = self.path(path, Meaning::TYPE);
            let parameter = found.first().copied()?;
            let other = self.tree(parameter.file);
            if other.kind(parameter.node) == Kind::TypeParameter {
                let bound = other.child(parameter.node, 0);
                if bound != NONE && other.kind(bound) == Kind::KeyOf {
                    return Some(self.simplify(&self.evaluate(parameter.file, other.child(bound, 0), env)));
                }
            }
            // `[K in Exclude<keyof T, …>]`
            for &argument in other.children(tree.child(constraint, 1)) {
                if tree.kind(argument) == Kind::KeyOf {
                    return Some(self.simplify(&self.evaluate(place.file, tree.child(argument, 0), env)));
                }
            }
        }
        None
    }

    /// The type of a member.
    pub(crate) fn member_type(&self, member: &Member) -> Ty {
        match &member.kind {
            Source::Known(ty) => ty.clone(),
            Source::Declared(env) => self.type_of_declarations(&member.declarations, env),
        }
    }

    fn type_of_declarations(&self, declarations: &[Place], env: &Env) -> Ty {
        let Some(&first) = declarations.first() else { return of::any() };
        if declarations.len() == 1 {
            return self.type_of_member(first, env);
        }
        let tree = self.tree(first.file);
        let is_method = |place: &Place| {
            let tree = self.tree(place.file);
            matches!(tree.kind(place.node), Kind::Method | Kind::Function)
                && !tree.has(place.node, flags::GETTER | flags::SETTER)
        };
        if declarations.iter().all(is_method) {
            if tree.kind(first.node) == Kind::Function {
                return self.declared(first);
            }
            let each =
                declarations.iter().map(|&place| Arc::new(Type::Function(place, self.restrict(place, env))) as Ty);
            return Arc::new(Type::Overloads(each.collect()));
        }
        let getter = declarations.iter().find(|place| self.tree(place.file).has(place.node, flags::GETTER));
        if let Some(&getter) = getter {
            return self.type_of_member(getter, env);
        }
        if declarations.iter().all(|place| self.tree(place.file).kind(place.node) == Kind::Assign) {
            return union(declarations.iter().map(|&place| self.type_of_member(place, env)).collect());
        }
        self.type_of_member(first, env)
    }

    fn type_of_member(&self, place: Place, env: &Env) -> Ty {
        let tree = self.tree(place.file);
        match tree.kind(place.node) {
            Kind::Property => {
                let annotation = tree.child(place.node, 0);
                if annotation != NONE {
                    return self.evaluate(place.file, annotation, env);
                }
                self.substitute(&self.declared(place), env)
            }
            Kind::Method => {
                if tree.has(place.node, flags::GETTER) {
                    let result = tree.child(place.node, slot::RESULT);
                    if result != NONE {
                        return self.evaluate(place.file, result, env);
                    }
                    return self.substitute(&self.memo_result(place), env);
                }
                if tree.has(place.node, flags::SETTER) {
                    let parameter = tree.parameters(place.node).first().copied();
                    let annotation = parameter.map_or(NONE, |parameter| tree.child(parameter, 1));
                    return self.evaluate(place.file, annotation, env);
                }
                Arc::new(Type::Function(place, self.restrict(place, env)))
            }
            _ => self.substitute(&self.declared(place), env),
        }
    }

    /// What a function's body returns.
    pub(super) fn memo_result(&self, function: Place) -> Ty {
        self.memo(Question::Result, function, || self.returned(function))
    }

    /// What is had by an index of this type, if there is no member of that name.
    pub(crate) fn index_type(&self, ty: &Ty, key: &Ty) -> Option<Ty> {
        self.deeper(None, || self.index_type_now(ty, key, 0))
    }

    fn index_type_now(&self, ty: &Ty, key: &Ty, depth: u32) -> Option<Ty> {
        if depth > 16 {
            return None;
        }
        let wants_number = matches!(**key, Type::Number | Type::NumberLiteral(_));
        let of_node = |place: Place, env: &Env| -> Option<Ty> {
            let tree = self.tree(place.file);
            bind::members(tree, place.node).iter().find_map(|&id| {
                if tree.kind(id) != Kind::IndexSignature {
                    return None;
                }
                let index = self.evaluate(place.file, tree.child(id, 0), env);
                let fits = parts(&index).iter().any(|index| match &**index {
                    Type::Number => wants_number,
                    Type::Symbol => matches!(**key, Type::Symbol),
                    Type::Template(..) => false,
                    _ => !matches!(**key, Type::Symbol),
                });
                fits.then(|| self.evaluate(place.file, tree.child(id, 1), env))
            })
        };
        match &**ty {
            Type::Tuple(elements) if wants_number => {
                Some(union(elements.iter().map(|element| element.ty.clone()).collect()))
            }
            Type::String | Type::StringLiteral(_) if wants_number => Some(of::string()),
            Type::Object(place, env) => of_node(*place, env),
            Type::Reference(symbol, arguments) => {
                for &part in &self.merged(*symbol) {
                    let env = self.instance_env(*symbol, part, arguments, ty);
                    if let Some(found) = of_node(part, &env) {
                        return Some(found);
                    }
                }
                for &part in &self.merged(*symbol) {
                    let env = self.instance_env(*symbol, part, arguments, ty);
                    for base in self.bases(part) {
                        let base = self.substitute(&base, &env);
                        if let Some(found) = self.index_type_now(&base, key, depth + 1) {
                            return Some(found);
                        }
                    }
                }
                None
            }
            Type::Mapped(place, env) => {
                let tree = self.tree(place.file);
                let parameter = self.at(place.file, tree.child(place.node, 0));
                let constraint = self.simplify(&self.evaluate(place.file, tree.child(parameter.node, 0), env));
                let fits = parts(&constraint).iter().any(|part| match &**part {
                    Type::String | Type::Any | Type::Unresolved => !matches!(**key, Type::Symbol),
                    Type::Number => wants_number,
                    Type::Symbol => matches!(**key, Type::Symbol),
                    _ => false,
                });
                if !fits {
                    // All of them: whatever the key is.
                    if matches!(**key, Type::String) && !parts(&constraint).is_empty() {
                        let value = tree.child(place.node, 2);
                        return Some(self.evaluate(place.file, value, &env.with(vec![(parameter, constraint)])));
                    }
                    return None;
                }
                let value = tree.child(place.node, 2);
                Some(self.evaluate(place.file, value, &env.with(vec![(parameter, key.clone())])))
            }
            Type::Union(list) => {
                let each: Option<Vec<Ty>> = list.iter().map(|part| self.index_type_now(part, key, depth + 1)).collect();
                each.map(union)
            }
            Type::Intersection(list) => list.iter().find_map(|part| self.index_type_now(part, key, depth + 1)),
            Type::Parameter(_) | Type::This(_) | Type::Conditional(..) | Type::Indexed(..) => {
                let simple = self.simplify(ty);
                if *simple == **ty { None } else { self.index_type_now(&simple, key, depth + 1) }
            }
            _ => None,
        }
    }

    /// The names of all members of a type that are its own, in the order of their declaration.
    pub(crate) fn names_of(&self, ty: &Ty) -> Vec<Name> {
        let mut names = Vec::new();
        self.deeper((), || self.collect_names(ty, &mut names, 0));
        names
    }

    fn collect_names(&self, ty: &Ty, names: &mut Vec<Name>, depth: u32) {
        if depth > 24 {
            return;
        }
        let mut add = |name: Name| {
            if !name.is_none() && !names.contains(&name) {
                names.push(name);
            }
        };
        match &**ty {
            Type::Reference(symbol, arguments) => {
                let merged = self.merged(*symbol);
                for &part in &merged {
                    let tree = self.tree(part.file);
                    if !matches!(tree.kind(part.node), Kind::Class | Kind::Interface | Kind::Function) {
                        continue;
                    }
                    let table = self.table(part, false);
                    let mut own: Vec<_> = table.iter().map(|(name, ids)| (ids[0], *name)).collect();
                    own.sort_unstable();
                    own.into_iter().for_each(|(_, name)| add(name));
                }
                for &part in &merged {
                    let env = self.instance_env(*symbol, part, arguments, ty);
                    for base in self.bases(part) {
                        self.collect_names(&self.substitute(&base, &env), names, depth + 1);
                    }
                }
            }
            Type::Object(place, _) => {
                let tree = self.tree(place.file);
                let table = self.table(*place, false);
                let mut own: Vec<_> = table.iter().map(|(name, ids)| (ids[0], *name)).collect();
                own.sort_unstable();
                own.into_iter().for_each(|(_, name)| add(name));
                if tree.kind(place.node) == Kind::Object {
                    for &part in tree.children(place.node) {
                        if tree.kind(part) == Kind::Spread {
                            let spread = self.expression(self.at(place.file, tree.child(part, 0)));
                            self.collect_names(&spread, names, depth + 1);
                        }
                    }
                }
            }
            Type::Value(symbol) => {
                for &part in &self.merged(*symbol) {
                    let tree = self.tree(part.file);
                    match tree.kind(part.node) {
                        Kind::Class | Kind::Function => {
                            let table = self.table(part, true);
                            let mut own: Vec<_> = table.iter().map(|(name, ids)| (ids[0], *name)).collect();
                            own.sort_unstable();
                            own.into_iter().for_each(|(_, name)| add(name));
                        }
                        _ => {
                            for &name in tree.exports.get(&part.node).into_iter().flat_map(|table| table.keys()) {
                                add(name);
                            }
                        }
                    }
                }
            }
            Type::Module(module) => {
                for name in self.exported_names(*module) {
                    add(name);
                }
            }
            Type::Mapped(place, env) => {
                let tree = self.tree(place.file);
                let parameter = self.at(place.file, tree.child(place.node, 0));
                let keys = self.simplify(&self.evaluate(place.file, tree.child(parameter.node, 0), env));
                let renamed = tree.child(place.node, 1);
                for key in parts(&keys) {
                    let key = if renamed == NONE {
                        key
                    } else {
                        self.evaluate(place.file, renamed, &env.with(vec![(parameter, key)]))
                    };
                    for key in parts(&key) {
                        if let Type::StringLiteral(name) | Type::NumberLiteral(name) = &*key {
                            add(*name);
                        }
                    }
                }
            }
            Type::Members(members) => members.iter().for_each(|member| add(member.name)),
            Type::Intersection(list) => list.iter().for_each(|part| self.collect_names(part, names, depth + 1)),
            Type::Union(list) => {
                let mut each =
                    list.iter().filter(|part| !matches!(***part, Type::Null | Type::Undefined)).map(|part| {
                        let mut own = Vec::new();
                        self.collect_names(part, &mut own, depth + 1);
                        own
                    });
                let first = each.next().unwrap_or_default();
                let rest: Vec<Vec<Name>> = each.collect();
                first.into_iter().filter(|name| rest.iter().all(|names| names.contains(name))).for_each(add);
            }
            Type::Tuple(elements) => {
                let all = union(elements.iter().map(|element| element.ty.clone()).collect());
                if let Some(array) = self.array_anywhere(all) {
                    self.collect_names(&array, names, depth + 1);
                }
            }
            Type::Parameter(_) | Type::This(_) | Type::Conditional(..) | Type::Indexed(..) | Type::KeyOf(_) => {
                let simple = self.simplify(ty);
                if *simple != **ty {
                    self.collect_names(&simple, names, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// The platform's interface behind a primitive, for offering its members.
    pub(crate) fn apparent(&self, ty: &Ty) -> Ty {
        let Some(file) = self.question_file.get() else { return ty.clone() };
        let name = match &**ty {
            Type::String | Type::StringLiteral(_) | Type::Template(..) => "String",
            Type::Number | Type::NumberLiteral(_) => "Number",
            Type::Boolean | Type::BooleanLiteral(_) => "Boolean",
            Type::BigInt => "BigInt",
            Type::Symbol => "Symbol",
            Type::Function(..) | Type::Overloads(_) => "Function",
            _ => return ty.clone(),
        };
        self.global_reference(file, name, Vec::new())
    }
}
