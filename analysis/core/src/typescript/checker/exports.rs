//! What modules export, and where imports lead.

use std::sync::Arc;

use smallvec::SmallVec;

use super::{Checker, Meaning};
use crate::database::File;
use crate::typescript::name::Name;
use crate::typescript::project::resolve::Request;
use crate::typescript::tree::{Kind, NodeId, Tree, flags};
use crate::typescript::types::{Place, Type};

/// How many imports may lead from one to the next.
const LONGEST_WAY: u32 = 40;

impl Checker<'_> {
    /// The file that a module's name leads to.
    pub(crate) fn module_file(&self, from: File, name: Name, is_require: bool) -> Option<File> {
        if let Some(known) = self.found.modules.lock().get(&(from, name, is_require)) {
            return *known;
        }
        let request = Request { db: self.db, config: self.config(from), is_require };
        let found = request.resolve(from.path(self.db), name.text());
        self.found.modules.lock().insert((from, name, is_require), found);
        found
    }

    /// The module that a name leads to: a file's root, or a `declare module`.
    pub(crate) fn module(&self, from: File, name: Name, is_require: bool) -> Option<Place> {
        let is_relative = name.text().starts_with('.');
        if !is_relative && let Some(found) = self.ambient_module(from, name) {
            return Some(found);
        }
        self.module_file(from, name, is_require).map(|file| self.at(file, Tree::ROOT))
    }

    fn ambient_module(&self, from: File, name: Name) -> Option<Place> {
        let own = std::iter::once(from);
        let others = self.global_files(from).iter().copied();
        let runtime = self.runtime_files(from).iter().copied();
        for file in own.chain(others).chain(runtime) {
            let tree = self.tree(file);
            if let Some(&(_, node)) = tree.ambient.iter().find(|(known, _)| *known == name)
                && !tree.is_module
            {
                return Some(self.at(file, node));
            }
        }
        None
    }

    /// Where an import or a renaming export leads in the end; of anything else, itself. Empty if it leads nowhere.
    pub(crate) fn follow(&self, place: Place) -> SmallVec<[Place; 2]> {
        self.follow_at(place, 0)
    }

    fn follow_at(&self, place: Place, way: u32) -> SmallVec<[Place; 2]> {
        if way > LONGEST_WAY {
            return SmallVec::new();
        }
        let tree = self.tree(place.file);
        let node = tree.node(place.node);
        let all = |places: SmallVec<[Place; 2]>| -> SmallVec<[Place; 2]> {
            places.into_iter().flat_map(|place| self.follow_at(place, way + 1)).collect()
        };
        match node.kind {
            Kind::ImportName => {
                let import = node.parent;
                let imported = tree.name(tree.child(place.node, 0));
                match self.module(place.file, tree.name(import), false) {
                    Some(module) => all(self.exported(module, imported)),
                    None => SmallVec::new(),
                }
            }
            Kind::ImportDefault => match self.module(place.file, tree.name(node.parent), false) {
                Some(module) => all(self.exported(module, Name::new("default"))),
                None => SmallVec::new(),
            },
            Kind::ImportNamespace => self.module(place.file, tree.name(node.parent), false).into_iter().collect(),
            Kind::ImportEquals => {
                let target = tree.child(place.node, 0);
                if tree.kind(target) == Kind::String {
                    let Some(module) = self.module(place.file, tree.name(target), true) else {
                        return SmallVec::new();
                    };
                    let whole = self.exported(module, Name::new("export="));
                    return if whole.is_empty() { SmallVec::from_slice(&[module]) } else { all(whole) };
                }
                self.path(self.at(place.file, target), Meaning::ANY)
            }
            Kind::ExportName => {
                let list = node.parent;
                let inner = tree.child(place.node, 0);
                let name = tree.name(inner);
                if tree.has(list, flags::FROM) {
                    return match self.module(place.file, tree.name(list), false) {
                        Some(module) => all(self.exported(module, name)),
                        None => SmallVec::new(),
                    };
                }
                all(self.lookup(self.at(place.file, list), name, Meaning::ANY))
            }
            Kind::ExportAll => self.module(place.file, node.name, false).into_iter().collect(),
            Kind::Binding => match self.required_by(place) {
                // A package that says no types is not looked into: its variable is all that is known.
                Some((module, _)) if self.is_untyped_package(place.file, module) => SmallVec::from_slice(&[place]),
                Some((module, None)) => {
                    let whole = self.exported(module, Name::new("export="));
                    let whole = all(whole);
                    if whole.is_empty() { SmallVec::from_slice(&[module]) } else { whole }
                }
                Some((module, Some(key))) => {
                    let found = all(self.exported(module, key));
                    if found.is_empty() { SmallVec::from_slice(&[place]) } else { found }
                }
                None => SmallVec::from_slice(&[place]),
            },
            Kind::ExportDefault | Kind::ExportAssignment => {
                let inner = tree.child(place.node, 0);
                match tree.kind(inner) {
                    Kind::Identifier => {
                        let found = all(self.lookup(self.at(place.file, inner), tree.name(inner), Meaning::ANY));
                        if found.is_empty() { SmallVec::from_slice(&[place]) } else { found }
                    }
                    Kind::Class | Kind::Function => SmallVec::from_slice(&[self.at(place.file, inner)]),
                    _ => SmallVec::from_slice(&[place]),
                }
            }
            Kind::Assign => {
                // `module.exports = Name`
                let value = tree.child(place.node, 1);
                let target = tree.child(place.node, 0);
                let whole = tree.kind(target) == Kind::Member
                    && tree.name(target).text() == "exports"
                    && tree.kind(tree.child(target, 0)) == Kind::Identifier;
                if whole && matches!(tree.kind(value), Kind::Identifier) {
                    let found = all(self.lookup(self.at(place.file, value), tree.name(value), Meaning::ANY));
                    if !found.is_empty() {
                        return found;
                    }
                }
                if !whole && tree.kind(value) == Kind::Identifier && self.exports_by(place) {
                    let found = all(self.lookup(self.at(place.file, value), tree.name(value), Meaning::ANY));
                    if !found.is_empty() {
                        return found;
                    }
                }
                if whole && let Some(module) = self.required(self.at(place.file, value)) {
                    let found = self.exported(module, Name::new("export="));
                    return if found.is_empty() { SmallVec::from_slice(&[module]) } else { all(found) };
                }
                if whole && matches!(tree.kind(value), Kind::Class | Kind::Function) {
                    return SmallVec::from_slice(&[self.at(place.file, value)]);
                }
                SmallVec::from_slice(&[place])
            }
            _ => SmallVec::from_slice(&[place]),
        }
    }

    /// The module of `require("name")`.
    pub(crate) fn required(&self, call: Place) -> Option<Place> {
        let tree = self.tree(call.file);
        if tree.kind(call.node) != Kind::Call || !tree.is_script {
            return None;
        }
        let callee = tree.child(call.node, 0);
        if tree.kind(callee) != Kind::Identifier || tree.name(callee).text() != "require" {
            return None;
        }
        if tree.has_own_require(call.node) {
            return None;
        }
        let argument = tree.get(tree.child(call.node, 2), 0)?;
        if tree.kind(argument) != Kind::String {
            return None;
        }
        self.module(call.file, tree.name(argument), true)
    }

    /// Whether a module is a script of a package other than the file's.
    fn is_untyped_package(&self, from: File, module: Place) -> bool {
        const PACKAGES: &str = "/node_modules/";
        let path = module.file.path(self.db).as_str();
        let Some(at) = path.rfind(PACKAGES) else { return false };
        if !self.tree(module.file).is_script {
            return false;
        }
        let (name, _) = crate::typescript::project::resolve::split(&path[at + PACKAGES.len()..]);
        let package = &path[..at + PACKAGES.len() + name.len()];
        !from.path(self.db).starts_with(package)
    }

    /// Whether an assignment is `exports.name = …` or `module.exports.name = …`.
    fn exports_by(&self, assign: Place) -> bool {
        let tree = self.tree(assign.file);
        let target = tree.child(assign.node, 0);
        if tree.kind(target) != Kind::Member {
            return false;
        }
        let object = tree.child(target, 0);
        tree.is_common_js
            && matches!(tree.kind(object), Kind::Identifier | Kind::Member)
            && tree.name(object).text() == "exports"
    }

    /// The module that a variable of a script stands for, or has a part of: `const a = require("m")`,
    /// `const { a } = require("m")`, `const a = require("m").a`.
    pub(crate) fn required_by(&self, binding: Place) -> Option<(Place, Option<Name>)> {
        let tree = self.tree(binding.file);
        if !tree.is_script || tree.kind(binding.node) != Kind::Binding {
            return None;
        }
        let parent = tree.parent(binding.node);
        let (declarator, key) = match tree.kind(parent) {
            Kind::Declarator => (parent, None),
            Kind::PatternProperty => {
                let pattern = tree.parent(parent);
                let owner = tree.parent(pattern);
                if tree.kind(owner) != Kind::Declarator {
                    return None;
                }
                (owner, Some(tree.name(parent)))
            }
            _ => return None,
        };
        let value = tree.get(declarator, 2)?;
        match tree.kind(value) {
            Kind::Call => Some((self.required(self.at(binding.file, value))?, key)),
            Kind::Member if key.is_none() => {
                let call = self.at(binding.file, tree.child(value, 0));
                Some((self.required(call)?, Some(tree.name(value))))
            }
            _ => None,
        }
    }

    /// The declarations that a module exports under a name, not followed.
    pub(crate) fn exported(&self, module: Place, name: Name) -> SmallVec<[Place; 2]> {
        if let Some(known) = self.found.exports.lock().get(&(module, name)) {
            return SmallVec::from_slice(known);
        }
        let found = self.exported_in(module, name, &mut Vec::new());
        self.found.exports.lock().insert((module, name), Arc::from(&found[..]));
        found
    }

    fn exported_in(&self, module: Place, name: Name, seen: &mut Vec<Place>) -> SmallVec<[Place; 2]> {
        if seen.contains(&module) {
            return SmallVec::new();
        }
        seen.push(module);
        let tree = self.tree(module.file);
        let table = tree.exports.get(&module.node);
        if let Some(found) = table.and_then(|table| table.get(&name))
            && !found.is_empty()
        {
            return found.iter().map(|&id| self.at(module.file, id)).collect();
        }
        let statements: &[NodeId] = if module.node == Tree::ROOT {
            tree.children(module.node)
        } else {
            tree.children(tree.child(module.node, 0))
        };
        let is_default = name.text() == "default";
        let whole = table.and_then(|table| table.get(&Name::new("export=")));
        if let Some(whole) = whole
            && name.text() != "export="
        {
            if is_default {
                return whole.iter().map(|&id| self.at(module.file, id)).collect();
            }
            for &id in whole {
                for target in self.follow(self.at(module.file, id)) {
                    let found = self.member_of_whole(target, name);
                    if !found.is_empty() {
                        return found;
                    }
                }
            }
        }
        if !is_default {
            let mut all: SmallVec<[Place; 2]> = SmallVec::new();
            for &statement in statements {
                if tree.kind(statement) == Kind::ExportAll
                    && tree.child(statement, 0) == crate::typescript::tree::NONE
                    && let Some(other) = self.module(module.file, tree.name(statement), false)
                {
                    for place in self.exported_in(other, name, seen) {
                        if !all.contains(&place) {
                            all.push(place);
                        }
                    }
                    if !all.is_empty() {
                        return all;
                    }
                }
            }
        } else if module.node == Tree::ROOT && (tree.is_common_js || path_is_data(module.file.path(self.db).as_str())) {
            return SmallVec::from_slice(&[module]);
        }
        if module.node == Tree::ROOT && !tree.is_module && tree.is_declaration {
            // A file of declarations that only declares modules by name.
            return SmallVec::new();
        }
        SmallVec::new()
    }

    /// A member of what `export =` exports.
    fn member_of_whole(&self, target: Place, name: Name) -> SmallVec<[Place; 2]> {
        let tree = self.tree(target.file);
        match tree.kind(target.node) {
            Kind::Module => self.exported(target, name),
            Kind::Namespace | Kind::Class | Kind::Function => {
                let found = self.namespace_exports(target, name, Meaning::ANY);
                if !found.is_empty() {
                    return found;
                }
                self.members_as_exports(target, name)
            }
            _ => self.members_as_exports(target, name),
        }
    }

    fn members_as_exports(&self, target: Place, name: Name) -> SmallVec<[Place; 2]> {
        let ty = self.declared(target);
        match self.member(&ty, name) {
            Some(member) => member.declarations.iter().copied().collect(),
            None => SmallVec::new(),
        }
    }

    /// Every name that a module exports.
    pub(crate) fn exported_names(&self, module: Place) -> Vec<Name> {
        let mut found = Vec::new();
        self.exported_names_in(module, &mut found, &mut Vec::new());
        found
    }

    fn exported_names_in(&self, module: Place, found: &mut Vec<Name>, seen: &mut Vec<Place>) {
        if seen.contains(&module) {
            return;
        }
        seen.push(module);
        let tree = self.tree(module.file);
        for &name in tree.exports.get(&module.node).into_iter().flat_map(|table| table.keys()) {
            if !found.contains(&name) {
                found.push(name);
            }
        }
        for &statement in tree.children(module.node) {
            if tree.kind(statement) == Kind::ExportAll
                && tree.child(statement, 0) == crate::typescript::tree::NONE
                && let Some(other) = self.module(module.file, tree.name(statement), false)
            {
                self.exported_names_in(other, found, seen);
            }
        }
    }

    /// What a path of names leads to: `a.b.C`. The last name is looked for as `wanted`.
    pub(crate) fn path(&self, path: Place, wanted: Meaning) -> SmallVec<[Place; 2]> {
        let tree = self.tree(path.file);
        let node = tree.node(path.node);
        match node.kind {
            Kind::Identifier | Kind::Word => {
                let found = self.lookup(path, node.name, wanted);
                found.into_iter().flat_map(|place| self.follow(place)).collect()
            }
            Kind::QualifiedName => {
                let left = self.at(path.file, tree.child(path.node, 0));
                let mut found = SmallVec::new();
                for owner in self.path(left, Meaning::NAMESPACE) {
                    for place in self.part(owner, node.name, wanted) {
                        found.push(place);
                    }
                }
                if found.is_empty() && wanted == Meaning::VALUE {
                    for owner in self.path(left, Meaning::VALUE) {
                        let ty = self.declared(owner);
                        if let Some(member) = self.member(&ty, node.name) {
                            found.extend(member.declarations.iter().copied());
                        }
                    }
                }
                found
            }
            _ => SmallVec::new(),
        }
    }

    /// What a module, namespace or enum has under a name.
    pub(crate) fn part(&self, owner: Place, name: Name, wanted: Meaning) -> SmallVec<[Place; 2]> {
        let tree = self.tree(owner.file);
        let found: SmallVec<[Place; 2]> = match tree.kind(owner.node) {
            Kind::Module => self.exported(owner, name),
            Kind::Namespace if tree.has(owner.node, flags::EXTERNAL) => self.exported(owner, name),
            Kind::Namespace | Kind::Class | Kind::Function => self.namespace_exports(owner, name, wanted),
            Kind::Enum => {
                let members = self.merged(owner).into_iter().filter_map(|part| {
                    let tree = self.tree(part.file);
                    let found = tree.exports.get(&part.node)?.get(&name)?.first()?;
                    Some(self.at(part.file, *found))
                });
                members.collect()
            }
            Kind::Binding => {
                // `const ns = require("module")`
                match &*self.declared(owner) {
                    Type::Module(module) => self.exported(*module, name),
                    _ => SmallVec::new(),
                }
            }
            _ => SmallVec::new(),
        };
        found.into_iter().flat_map(|place| self.follow(place)).collect()
    }
}

fn path_is_data(path: &str) -> bool {
    path.ends_with(".json")
}
