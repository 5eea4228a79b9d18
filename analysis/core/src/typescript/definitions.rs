//! What the names of a file lead to.

use smallvec::SmallVec;

use super::checker::{Checker, Meaning, Resolved};
use super::name::Name;
use super::tree::{Kind, NONE, NodeId, Tree, flags};
use super::types::{Place, Type, non_null};
use crate::database::File;

/// A name at a place, and where it leads.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// The node that has the name.
    pub(crate) node: NodeId,
    /// Where it leads.
    pub(crate) targets: Vec<Place>,
    /// Whether this follows from the language's rules.
    pub(crate) is_exact: bool,
}

/// The nodes whose names stand at an offset, the one that matters most first.
pub(crate) fn nodes_at(tree: &Tree, offset: u32) -> SmallVec<[NodeId; 4]> {
    let behind = tree.names.partition_point(|&(start, _)| start <= offset);
    let mut found: SmallVec<[NodeId; 4]> = SmallVec::new();
    let mut best = 0;
    for &(start, id) in tree.names[..behind].iter().rev() {
        let node = tree.node(id);
        if offset > node.name_end {
            if start + 4096 < offset {
                break;
            }
            continue;
        }
        if found.is_empty() {
            best = start;
        }
        if start == best {
            found.push(id);
        } else {
            break;
        }
    }
    let rank = |&id: &NodeId| match tree.kind(id) {
        Kind::Identifier => 0,
        Kind::Binding => 1,
        Kind::Word => 2,
        _ => 3,
    };
    found.sort_by_key(rank);
    found
}

impl Checker<'_> {
    /// Where the name at a place leads.
    pub(crate) fn definition(&self, file: File, offset: u32) -> Option<Found> {
        self.question_file.set(Some(file));
        let tree = self.tree(file);
        let nodes = nodes_at(tree, offset);
        if nodes.is_empty() {
            return self.keyword(file, offset);
        }
        nodes.iter().find_map(|&node| {
            let targets = self.targets(self.at(file, node));
            (!targets.is_empty()).then_some(Found { node, targets, is_exact: true })
        })
    }

    /// `this`, `super`.
    fn keyword(&self, file: File, offset: u32) -> Option<Found> {
        let tree = self.tree(file);
        let node = (0..tree.len()).find(|&id| {
            let node = tree.node(id);
            matches!(node.kind, Kind::This | Kind::Super) && node.start <= offset && offset <= node.end
        })?;
        let ty = self.expression(self.at(file, node));
        let targets = match &*ty {
            Type::Reference(place, _) | Type::Value(place) | Type::This(place) => vec![*place],
            _ => Vec::new(),
        };
        if tree.kind(node) == Kind::Super && tree.kind(tree.parent(node)) == Kind::Call {
            let called = self.resolve_call(self.at(file, tree.parent(node)), false)?;
            return Some(Found { node, targets: vec![called.signature.place], is_exact: true });
        }
        (!targets.is_empty()).then_some(Found { node, targets, is_exact: true })
    }

    /// Where a node with a name leads.
    pub(crate) fn targets(&self, place: Place) -> Vec<Place> {
        let tree = self.tree(place.file);
        let node = tree.node(place.node);
        match node.kind {
            Kind::Identifier => self.identifier_targets(place),
            Kind::Word => self.word_targets(place),
            Kind::Binding => {
                let parent = tree.parent(place.node);
                let part = if tree.kind(parent) == Kind::DefaultPattern { tree.parent(parent) } else { parent };
                if tree.kind(part) == Kind::PatternProperty && tree.has(part, flags::SHORTHAND) {
                    let found = self.pattern_targets(self.at(place.file, part));
                    if !found.is_empty() {
                        return found;
                    }
                }
                if self.required_by(place).is_some() {
                    let followed = self.follow_whole(place);
                    if !followed.is_empty() {
                        return followed;
                    }
                }
                self.same_symbol(place)
            }
            Kind::PatternProperty => self.pattern_targets(place),
            Kind::ImportName | Kind::ImportDefault | Kind::ImportNamespace | Kind::ImportEquals | Kind::ExportName => {
                let followed = self.follow_whole(place);
                if followed.is_empty() { vec![place] } else { followed }
            }
            Kind::String => self.string_targets(place),
            Kind::ObjectProperty => {
                let expected = self.expected_properties(place);
                if expected.is_empty() { vec![place] } else { expected }
            }
            Kind::JsxAttribute => {
                let element = tree.parent(tree.parent(place.node));
                let properties = self.jsx_properties(self.at(place.file, element));
                let member = properties.and_then(|properties| self.member(&properties, node.name));
                member.map_or_else(Vec::new, |member| member.declarations.to_vec())
            }
            Kind::Predicate => {
                let function = tree.ancestors(place.node).find(|&at| tree.is_function(at));
                let parameters = function.map_or(&[][..], |function| tree.parameters(function));
                let found = parameters.iter().map(|&parameter| tree.bare_binding(parameter));
                found.filter(|&binding| tree.name(binding) == node.name).map(|id| self.at(place.file, id)).collect()
            }
            Kind::Method | Kind::Property => self.same_member(place),
            Kind::Namespace if node.flags & (flags::EXTERNAL | flags::GLOBAL) != 0 => vec![place],
            _ => self.same_symbol(place),
        }
    }

    /// Where an import leads; all declarations of the symbol there.
    fn follow_whole(&self, place: Place) -> Vec<Place> {
        let mut found: Vec<Place> = Vec::new();
        for target in self.follow(place) {
            for decl in self.same_symbol(target) {
                if !found.contains(&decl) {
                    found.push(decl);
                }
            }
        }
        found
    }

    /// All declarations that have one name in one scope: values and types are one symbol.
    pub(crate) fn same_symbol(&self, place: Place) -> Vec<Place> {
        let tree = self.tree(place.file);
        let kind = tree.kind(place.node);
        let is_statement = match kind {
            Kind::Function | Kind::Class => tree.has(place.node, flags::STATEMENT),
            Kind::Interface | Kind::Alias | Kind::Enum => true,
            Kind::Namespace => !tree.has(place.node, flags::EXTERNAL | flags::GLOBAL),
            Kind::Binding => true,
            _ => false,
        };
        let name = tree.name(place.node);
        if !is_statement || name.is_none() {
            return vec![place];
        }
        let scope = tree.ancestors(place.node).find(|&at| {
            tree.scopes.get(&at).and_then(|table| table.get(&name)).is_some_and(|found| found.contains(&place.node))
        });
        let Some(scope) = scope else { return vec![place] };
        let is_global = (scope == Tree::ROOT && !tree.is_module) || tree.has(scope, flags::GLOBAL);
        let mut found: Vec<Place> = if is_global {
            self.globals(place.file, name, Meaning::ANY).to_vec()
        } else if tree.kind(scope) == Kind::Namespace {
            self.merged(place).to_vec()
        } else {
            tree.scopes[&scope][&name].iter().map(|&id| self.at(place.file, id)).collect()
        };
        found.retain(|place| {
            !matches!(
                self.tree(place.file).kind(place.node),
                Kind::ImportName | Kind::ImportDefault | Kind::ImportNamespace | Kind::ImportEquals
            )
        });
        if !found.contains(&place) {
            found.push(place);
        }
        // A function's overloads and its body are one symbol as well.
        found
    }

    fn same_member(&self, place: Place) -> Vec<Place> {
        let tree = self.tree(place.file);
        let name = tree.name(place.node);
        let owner = tree
            .ancestors(place.node)
            .find(|&at| matches!(tree.kind(at), Kind::Class | Kind::Interface | Kind::ObjectType));
        let Some(owner) = owner else { return vec![place] };
        let table = self.table(self.at(place.file, owner), tree.has(place.node, flags::STATIC));
        let found: Vec<Place> = table.get(&name).into_iter().flatten().map(|&id| self.at(place.file, id)).collect();
        if found.contains(&place) { found } else { vec![place] }
    }

    fn identifier_targets(&self, place: Place) -> Vec<Place> {
        let tree = self.tree(place.file);
        let parent = tree.parent(place.node);
        let name = tree.name(place.node);
        let meaning = self.meaning_of(place);
        let found = self.lookup(place, name, meaning);
        if tree.is_common_js && matches!(name.text(), "exports" | "module") && self.is_global(&found, place.file) {
            return vec![self.first_statement(place.file)];
        }
        let mut targets: Vec<Place> = Vec::new();
        for decl in found {
            for target in self.follow(decl) {
                for decl in self.same_symbol(target) {
                    if !targets.contains(&decl) {
                        targets.push(decl);
                    }
                }
            }
            if targets.is_empty() {
                // An import that leads nowhere is all that is known.
                targets.push(decl);
            }
        }
        if tree.kind(parent) == Kind::ObjectProperty && tree.has(parent, flags::SHORTHAND) {
            for target in self.expected_properties(self.at(place.file, parent)) {
                if !targets.contains(&target) {
                    targets.push(target);
                }
            }
        }
        self.with_call(place, place.node, targets)
    }

    /// Replaces a function that is called by the signature that is meant.
    fn with_call(&self, place: Place, callee: NodeId, targets: Vec<Place>) -> Vec<Place> {
        let tree = self.tree(place.file);
        let call = tree.parent(callee);
        if call == NONE
            || !matches!(tree.kind(call), Kind::Call | Kind::New | Kind::TaggedTemplate)
            || tree.child(call, 0) != callee
        {
            return targets;
        }
        let Some(resolved) = self.resolve_call(self.at(place.file, call), false) else { return targets };
        self.with_signature(targets, &resolved)
    }

    fn with_signature(&self, mut targets: Vec<Place>, resolved: &Resolved) -> Vec<Place> {
        let called = resolved.signature.place;
        let tree = self.tree(called.file);
        let kind = tree.kind(called.node);
        // What has a function's type leads to itself, not to the type.
        if matches!(kind, Kind::FunctionType | Kind::ConstructorType | Kind::Class) {
            return targets;
        }
        if !resolved.is_certain && targets.contains(&called) {
            return targets;
        }
        let parent = tree.parent(called.node);
        let is_own = targets.contains(&called)
            || (tree.has(called.node, flags::CONSTRUCTOR) && {
                let class = tree.parent(parent);
                targets.iter().any(|target| *target == self.at(called.file, class))
            })
            || tree.kind(parent) == Kind::Assign
            || (kind == Kind::Function
                && targets.iter().any(|target| {
                    target.file == called.file && (target.node == parent || tree.parent(target.node) == parent)
                }));
        if is_own {
            if kind == Kind::Function && !tree.has(called.node, flags::STATEMENT) {
                // The function is the value of what was found.
                return targets;
            }
            return vec![called];
        }
        if !targets.contains(&called) {
            targets.push(called);
        }
        targets
    }

    /// What a name is looked for as, from where it stands.
    pub(crate) fn meaning_of(&self, place: Place) -> Meaning {
        let tree = self.tree(place.file);
        let mut at = place.node;
        let mut is_first = true;
        loop {
            let parent = tree.parent(at);
            if parent == NONE {
                return Meaning::VALUE;
            }
            match tree.kind(parent) {
                Kind::QualifiedName => is_first = false,
                Kind::TypeReference if tree.child(parent, 0) == at => {
                    return if is_first { Meaning::TYPE } else { Meaning::NAMESPACE };
                }
                Kind::TypeQuery => return Meaning::VALUE,
                Kind::ImportEquals => return if is_first { Meaning::ANY } else { Meaning::NAMESPACE },
                Kind::ExportName => return Meaning::ANY,
                Kind::ExportDefault | Kind::ExportAssignment => return Meaning::ANY,
                _ => return Meaning::VALUE,
            }
            at = parent;
        }
    }

    fn word_targets(&self, place: Place) -> Vec<Place> {
        let tree = self.tree(place.file);
        let parent = tree.parent(place.node);
        let name = tree.name(place.node);
        if parent == NONE {
            return Vec::new();
        }
        match tree.kind(parent) {
            Kind::Member => {
                let targets = self.member_targets(self.at(place.file, parent));
                self.with_call(place, parent, targets)
            }
            Kind::QualifiedName => {
                let owner = self.at(place.file, tree.child(parent, 0));
                let mut at = parent;
                while tree.kind(tree.parent(at)) == Kind::QualifiedName {
                    at = tree.parent(at);
                }
                let is_last = at == parent;
                let holder = tree.parent(at);
                let wanted = match tree.kind(holder) {
                    Kind::TypeQuery => Meaning::VALUE,
                    Kind::TypeReference if is_last => Meaning::TYPE,
                    Kind::TypeReference => Meaning::NAMESPACE,
                    _ => Meaning::ANY,
                };
                if tree.kind(holder) == Kind::ImportType {
                    return self.import_type_targets(place, holder);
                }
                let mut found = Vec::new();
                for owner in self.path(owner, Meaning::NAMESPACE) {
                    for target in self.part(owner, name, wanted) {
                        found.extend(self.same_symbol(target));
                    }
                }
                if found.is_empty() && wanted == Meaning::VALUE {
                    let ty = self.value_of_path(owner);
                    if let Some(member) = self.member(&ty, name) {
                        found.extend(member.declarations);
                    }
                }
                found
            }
            Kind::ImportName => self.follow_whole(self.at(place.file, parent)),
            Kind::ExportName => self.follow_whole(self.at(place.file, parent)),
            Kind::ExportAll => self.follow_whole(self.at(place.file, parent)),
            Kind::ImportType => self.import_type_targets(place, parent),
            Kind::JsxElement => {
                let elements = self.jsx_elements(self.at(place.file, parent));
                let member = elements.and_then(|elements| self.member(&elements, name));
                member.map_or_else(Vec::new, |member| member.declarations.to_vec())
            }
            Kind::Binary => {
                // `#name in value`
                let class = tree.ancestors(place.node).find(|&at| tree.kind(at) == Kind::Class);
                class.map_or_else(Vec::new, |class| {
                    let table = self.table(self.at(place.file, class), false);
                    table.get(&name).into_iter().flatten().map(|&id| self.at(place.file, id)).collect()
                })
            }
            _ => Vec::new(),
        }
    }

    fn import_type_targets(&self, place: Place, import: NodeId) -> Vec<Place> {
        let tree = self.tree(place.file);
        let Some(module) = self.module(place.file, tree.name(import), false) else { return Vec::new() };
        // The names up to this one.
        let mut names = vec![tree.name(place.node)];
        let mut at = tree.parent(place.node);
        if tree.kind(at) == Kind::QualifiedName && tree.child(at, 1) == place.node {
            let mut left = tree.child(at, 0);
            loop {
                names.push(tree.name(left));
                if tree.kind(left) != Kind::QualifiedName {
                    break;
                }
                left = tree.child(left, 0);
            }
        }
        while tree.kind(at) == Kind::QualifiedName {
            at = tree.parent(at);
        }
        names.reverse();
        let mut owners = vec![module];
        for name in names {
            owners = owners.iter().flat_map(|&owner| self.part(owner, name, Meaning::ANY)).collect();
        }
        owners.into_iter().flat_map(|owner| self.same_symbol(owner)).collect()
    }

    /// Where the last part of `object.name` leads.
    pub(crate) fn member_targets(&self, member: Place) -> Vec<Place> {
        let tree = self.tree(member.file);
        let name = tree.name(member.node);
        let object_node = tree.child(member.node, 0);
        let names_module = tree.is_common_js
            && tree.kind(object_node) == Kind::Identifier
            && tree.name(object_node).text() == "module"
            && name.text() == "exports";
        if names_module && self.is_global(&self.lookup(member, tree.name(object_node), Meaning::VALUE), member.file) {
            return vec![self.first_statement(member.file)];
        }
        let object = self.expression(self.at(member.file, object_node));
        let object = non_null(&object);
        self.members_of(&object, name, member)
    }

    fn members_of(&self, object: &super::types::Ty, name: Name, member: Place) -> Vec<Place> {
        if let Some(found) = self.member(object, name) {
            let mut targets: Vec<Place> = Vec::new();
            for place in found.declarations {
                let all = match self.tree(place.file).kind(place.node) {
                    Kind::Property | Kind::Method | Kind::Assign | Kind::ObjectProperty => vec![place],
                    _ => self.same_symbol(place),
                };
                for place in all {
                    if !targets.contains(&place) {
                        targets.push(place);
                    }
                }
            }
            return targets;
        }
        self.members_without_type(object, name, member)
    }

    /// Where the text of a module begins, behind the comments at its start.
    fn first_statement(&self, file: File) -> Place {
        let tree = self.tree(file);
        let first = tree.present(Tree::ROOT).min_by_key(|&id| tree.node(id).start);
        self.at(file, first.filter(|&id| tree.name(id).is_none()).unwrap_or(Tree::ROOT))
    }

    /// Whether these are declarations of the platform, not of the file.
    fn is_global(&self, found: &[Place], file: File) -> bool {
        found.iter().all(|place| place.file != file)
    }

    fn members_without_type(&self, object: &super::types::Ty, name: Name, member: Place) -> Vec<Place> {
        let tree = self.tree(member.file);
        // `exports.name`, `module.exports`
        let object_node = tree.child(member.node, 0);
        if tree.is_script && tree.kind(object_node) == Kind::Identifier && tree.name(object_node).text() == "exports" {
            return self.exported(self.at(member.file, Tree::ROOT), name).to_vec();
        }
        if let Type::Union(list) = &**object {
            // Some parts have it.
            let mut targets: Vec<Place> = Vec::new();
            for part in list {
                if let Some(found) = self.member(part, name) {
                    for place in found.declarations {
                        if !targets.contains(&place) {
                            targets.push(place);
                        }
                    }
                }
            }
            return targets;
        }
        Vec::new()
    }

    fn pattern_targets(&self, property: Place) -> Vec<Place> {
        let tree = self.tree(property.file);
        let pattern = self.at(property.file, tree.parent(property.node));
        let Some(whole) = self.type_of_pattern(pattern) else { return Vec::new() };
        let name = self.pattern_key(property);
        let whole = non_null(&whole);
        let mut targets: Vec<Place> = Vec::new();
        let parts = if let Type::Union(list) = &*whole { list.clone() } else { vec![whole.clone()] };
        for part in parts {
            if let Some(member) = self.member(&part, name) {
                for place in member.declarations {
                    let all = match self.tree(place.file).kind(place.node) {
                        Kind::Property | Kind::Method | Kind::Assign | Kind::ObjectProperty => vec![place],
                        _ => self.same_symbol(place),
                    };
                    for place in all {
                        if !targets.contains(&place) {
                            targets.push(place);
                        }
                    }
                }
            }
        }
        targets
    }

    /// The properties that are expected where an object has one.
    fn expected_properties(&self, property: Place) -> Vec<Place> {
        let tree = self.tree(property.file);
        let object = self.at(property.file, tree.parent(property.node));
        let Some(expected) = self.expected(object) else { return Vec::new() };
        let expected = non_null(&self.simplify(&expected));
        let name = self.member_name(property.file, property.node);
        let mut targets: Vec<Place> = Vec::new();
        for part in self.fitting_parts(&expected, object) {
            if let Some(member) = self.member(&part, name) {
                for place in member.declarations {
                    let is_general = {
                        let tree = self.tree(place.file);
                        let owner = tree.ancestors(place.node).find(|&at| tree.kind(at) == Kind::Interface);
                        owner.is_some_and(|owner| tree.name(owner).text() == "Object")
                    };
                    if !is_general && !targets.contains(&place) {
                        targets.push(place);
                    }
                }
            }
        }
        targets
    }

    fn string_targets(&self, place: Place) -> Vec<Place> {
        let tree = self.tree(place.file);
        let name = tree.name(place.node);
        if tree.requests.iter().any(|&(_, node)| node == place.node) {
            let call = tree.parent(tree.parent(place.node));
            let is_require = call != NONE && tree.kind(call) == Kind::Call;
            return self.module(place.file, name, is_require).into_iter().collect();
        }
        let parent = tree.parent(place.node);
        if parent != NONE && tree.kind(parent) == Kind::Index && tree.child(parent, 1) == place.node {
            return self.member_targets(self.at(place.file, parent));
        }
        Vec::new()
    }
}

impl Checker<'_> {
    /// The declarations of the symbol that a name stands for: all of them, whatever is called there. With `keep_aliases` a
    /// name that an import gives is a symbol of its own.
    pub(crate) fn symbol_places(&self, place: Place, keep_aliases: bool) -> Vec<Place> {
        let tree = self.tree(place.file);
        let node = tree.node(place.node);
        match node.kind {
            Kind::Identifier => {
                let mut found: Vec<Place> = Vec::new();
                for decl in self.lookup(place, node.name, self.meaning_of(place)) {
                    if keep_aliases && self.is_renaming(decl) {
                        return vec![decl];
                    }
                    let followed = self.follow_whole(decl);
                    let followed = if followed.is_empty() { vec![decl] } else { followed };
                    for place in followed {
                        if !found.contains(&place) {
                            found.push(place);
                        }
                    }
                }
                found
            }
            Kind::Word => {
                let parent = tree.parent(place.node);
                if parent != NONE && tree.kind(parent) == Kind::Member {
                    return self.member_targets(self.at(place.file, parent));
                }
                self.word_targets(place)
            }
            Kind::Binding => self.same_symbol(place),
            Kind::PatternProperty => self.pattern_targets(place),
            Kind::ImportName | Kind::ImportDefault | Kind::ImportNamespace | Kind::ImportEquals | Kind::ExportName => {
                if keep_aliases && self.is_renaming(place) {
                    return vec![place];
                }
                let followed = self.follow_whole(place);
                if followed.is_empty() { vec![place] } else { followed }
            }
            Kind::String => {
                let parent = tree.parent(place.node);
                if parent != NONE && tree.kind(parent) == Kind::Index { self.string_targets(place) } else { Vec::new() }
            }
            _ => self.targets(place),
        }
    }

    /// Whether an import or export gives a name that what it leads to does not have.
    fn is_renaming(&self, place: Place) -> bool {
        let tree = self.tree(place.file);
        match tree.kind(place.node) {
            Kind::ImportName => !tree.has(place.node, flags::SHORTHAND),
            Kind::ImportDefault | Kind::ImportNamespace | Kind::ImportEquals => true,
            Kind::Binding => self.required_by(place).is_some(),
            _ => false,
        }
    }
}
