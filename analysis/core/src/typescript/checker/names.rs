//! Which declarations a name means at a place.

use std::sync::Arc;

use smallvec::SmallVec;

use super::Checker;
use crate::database::File;
use crate::typescript::name::Name;
use crate::typescript::project::library::{global_files, runtime_files};
use crate::typescript::tree::{Kind, NodeId, Tree, flags};
use crate::typescript::types::Place;

/// What a name is looked for as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Meaning(u8);

impl Meaning {
    pub(crate) const VALUE: Self = Self(1);
    pub(crate) const TYPE: Self = Self(2);
    pub(crate) const NAMESPACE: Self = Self(4);
    pub(crate) const ANY: Self = Self(7);

    fn fits(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What a declaration can be meant as.
pub(crate) fn meaning(tree: &Tree, id: NodeId) -> Meaning {
    match tree.kind(id) {
        Kind::Binding | Kind::Function | Kind::Assign => Meaning::VALUE,
        Kind::Class | Kind::EnumMember => Meaning(3),
        Kind::Interface | Kind::Alias | Kind::TypeParameter => Meaning::TYPE,
        Kind::Namespace => Meaning(5),
        _ => Meaning::ANY,
    }
}

impl Checker<'_> {
    /// The declarations that a name means at a place, in the innermost scope that has any. Imports are among them.
    pub(crate) fn lookup(&self, place: Place, name: Name, wanted: Meaning) -> SmallVec<[Place; 2]> {
        let tree = self.tree(place.file);
        let mut at = place.node;
        let mut from = place.node;
        loop {
            if let Some(found) = tree.scopes.get(&at).and_then(|table| table.get(&name)) {
                let fits: SmallVec<[Place; 2]> = found
                    .iter()
                    .filter(|&&id| meaning(tree, id).fits(wanted))
                    // A parameter of a type condition holds in its branches alone.
                    .filter(|&&id| {
                        !(tree.kind(at) == Kind::ConditionalType
                            && tree.child(at, 3) == from
                            && tree.kind(id) == Kind::TypeParameter)
                    })
                    .map(|&id| self.at(place.file, id))
                    .collect();
                if !fits.is_empty() {
                    if at == Tree::ROOT && !tree.is_module {
                        return self.globals(place.file, name, wanted);
                    }
                    return fits;
                }
            }
            if matches!(tree.kind(at), Kind::Namespace) && !tree.has(at, flags::EXTERNAL) {
                // Other parts of the same namespace.
                let found = self.namespace_exports(self.at(place.file, at), name, wanted);
                if !found.is_empty() {
                    return found;
                }
            } else if tree.kind(at) == Kind::Enum {
                for part in self.merged(self.at(place.file, at)) {
                    let tree = self.tree(part.file);
                    if let Some(found) = tree.exports.get(&part.node).and_then(|table| table.get(&name)) {
                        return found.iter().map(|&id| self.at(part.file, id)).collect();
                    }
                }
            }
            let parent = tree.parent(at);
            if at == Tree::ROOT || parent == crate::typescript::tree::NONE {
                break;
            }
            from = at;
            at = parent;
        }
        self.globals(place.file, name, wanted)
    }

    /// What the parts of a namespace export under a name.
    pub(crate) fn namespace_exports(&self, namespace: Place, name: Name, wanted: Meaning) -> SmallVec<[Place; 2]> {
        let mut found = SmallVec::new();
        for part in self.merged(namespace) {
            let tree = self.tree(part.file);
            if tree.kind(part.node) != Kind::Namespace {
                continue;
            }
            for &id in tree.exports.get(&part.node).and_then(|table| table.get(&name)).into_iter().flatten() {
                if meaning(tree, id).fits(wanted) {
                    found.push(self.at(part.file, id));
                }
            }
        }
        found
    }

    /// The global declarations of a name, as they are for a file.
    pub(crate) fn globals(&self, file: File, name: Name, wanted: Meaning) -> SmallVec<[Place; 2]> {
        let all = self.all_globals(file, name);
        all.iter().copied().filter(|place| meaning(self.tree(place.file), place.node).fits(wanted)).collect()
    }

    fn all_globals(&self, file: File, name: Name) -> Arc<[Place]> {
        if let Some(known) = self.found.globals.lock().get(&(file, name)) {
            return known.clone();
        }
        let mut found = Vec::new();
        let mut add = |file: File| {
            let tree = self.tree(file);
            let mut scopes: SmallVec<[NodeId; 2]> = SmallVec::from_slice(&tree.global_blocks);
            if !tree.is_module {
                scopes.push(Tree::ROOT);
            }
            for scope in scopes {
                for &id in tree.scopes.get(&scope).and_then(|table| table.get(&name)).into_iter().flatten() {
                    let place = self.at(file, id);
                    if !found.contains(&place) {
                        found.push(place);
                    }
                }
            }
        };
        let files = self.global_files(file);
        files.iter().copied().for_each(&mut add);
        if !files.contains(&file) {
            add(file);
        }
        if found.is_empty() {
            let mut add = |file: File| {
                let tree = self.tree(file);
                let scopes = tree.global_blocks.iter().copied().chain((!tree.is_module).then_some(Tree::ROOT));
                for scope in scopes {
                    for &id in tree.scopes.get(&scope).and_then(|table| table.get(&name)).into_iter().flatten() {
                        found.push(self.at(file, id));
                    }
                }
            };
            self.runtime_files(file).iter().copied().for_each(&mut add);
        }
        let found: Arc<[Place]> = found.into();
        self.found.globals.lock().insert((file, name), found.clone());
        found
    }

    /// The files whose declarations everybody sees.
    pub(crate) fn global_files(&self, file: File) -> &[File] {
        let path = file.path(self.db);
        // Of the library and of packages: as the workspace has it.
        let root = self.db.workspace().roots(self.db).first();
        let config = self.config(file);
        let folder = match (&config.path, root) {
            (Some(config), _) => config.parent().unwrap_or(path).to_path_buf(),
            (None, Some(root)) if path.as_str().contains("/node_modules/") => root.clone(),
            _ => path.parent().unwrap_or(path).to_path_buf(),
        };
        global_files(self.db, self.db.folder(&folder))
    }

    /// The declarations of the runtime, where nothing names them.
    pub(crate) fn runtime_files(&self, file: File) -> &[File] {
        let path = file.path(self.db);
        runtime_files(self.db, self.db.folder(path.parent().unwrap_or(path)))
    }

    /// A global class or interface.
    pub(crate) fn global_type(&self, file: File, name: &str) -> Option<Place> {
        let found = self.globals(file, Name::new(name), Meaning::TYPE);
        let is_one = |place: &&Place| matches!(self.tree(place.file).kind(place.node), Kind::Interface | Kind::Class);
        found.iter().find(is_one).copied()
    }

    /// All declarations that make one symbol with this one: the parts of an interface, overloads, a class and its
    /// namespace. In the order of the program.
    pub(crate) fn merged(&self, place: Place) -> SmallVec<[Place; 4]> {
        let tree = self.tree(place.file);
        let kind = tree.kind(place.node);
        let mergeable = matches!(
            kind,
            Kind::Interface | Kind::Class | Kind::Function | Kind::Enum | Kind::Namespace | Kind::Binding
        );
        let name = tree.name(place.node);
        if !mergeable || name.is_none() {
            return SmallVec::from_slice(&[place]);
        }
        if kind == Kind::Namespace && tree.has(place.node, flags::EXTERNAL | flags::GLOBAL) {
            return SmallVec::from_slice(&[place]);
        }
        if matches!(kind, Kind::Function | Kind::Class) && !tree.has(place.node, flags::STATEMENT) {
            return SmallVec::from_slice(&[place]);
        }
        let scope = tree.ancestors(place.node).find(|&at| {
            let table = tree.scopes.get(&at).and_then(|table| table.get(&name));
            table.is_some_and(|found| found.contains(&place.node))
        });
        let Some(scope) = scope else { return SmallVec::from_slice(&[place]) };
        let is_global = (scope == Tree::ROOT && !tree.is_module) || tree.has(scope, flags::GLOBAL);
        let candidates: SmallVec<[Place; 4]> = if is_global {
            self.all_globals(place.file, name).iter().copied().collect()
        } else if tree.kind(scope) == Kind::Namespace && !tree.has(scope, flags::EXTERNAL) {
            let mut all: SmallVec<[Place; 4]> = SmallVec::new();
            for part in self.merged(self.at(place.file, scope)) {
                let tree = self.tree(part.file);
                for &id in tree.scopes.get(&part.node).and_then(|table| table.get(&name)).into_iter().flatten() {
                    all.push(self.at(part.file, id));
                }
            }
            all
        } else {
            tree.scopes[&scope][&name].iter().map(|&id| self.at(place.file, id)).collect()
        };
        let fits = |other: &Place| {
            let other_kind = self.tree(other.file).kind(other.node);
            match kind {
                Kind::Interface => matches!(other_kind, Kind::Interface | Kind::Class),
                Kind::Class => matches!(other_kind, Kind::Interface | Kind::Class | Kind::Namespace),
                Kind::Function => matches!(other_kind, Kind::Function | Kind::Namespace),
                Kind::Enum => matches!(other_kind, Kind::Enum | Kind::Namespace),
                Kind::Namespace => {
                    matches!(other_kind, Kind::Namespace | Kind::Class | Kind::Function | Kind::Enum)
                }
                _ => other_kind == Kind::Binding,
            }
        };
        let mut found: SmallVec<[Place; 4]> = candidates.into_iter().filter(fits).collect();
        if !found.contains(&place) {
            found.push(place);
        }
        found
    }

    /// The declaration that stands for all that make one type.
    pub(crate) fn type_symbol(&self, place: Place) -> Place {
        let is_type = |place: &&Place| {
            matches!(self.tree(place.file).kind(place.node), Kind::Interface | Kind::Class | Kind::Enum)
        };
        self.merged(place).iter().find(is_type).copied().unwrap_or(place)
    }

    /// The declaration that stands for all that make one value.
    pub(crate) fn value_symbol(&self, place: Place) -> Place {
        let rank = |place: &Place| match self.tree(place.file).kind(place.node) {
            Kind::Class | Kind::Function | Kind::Enum => 0,
            Kind::Namespace => 1,
            _ => 2,
        };
        self.merged(place).iter().min_by_key(|place| rank(place)).copied().unwrap_or(place)
    }
}
