//! Members that assignments declare: how scripts do it.

use super::Checker;
use crate::typescript::name::Name;
use crate::typescript::tree::{Kind, NONE, Operator, flags};
use crate::typescript::types::{Place, Ty, Type, of, union, widen};

impl Checker<'_> {
    /// Whether an assignment is a declaration of what it assigns to.
    pub(crate) fn declares(&self, assign: Place) -> bool {
        let tree = self.tree(assign.file);
        if !tree.is_script {
            return false;
        }
        let target = tree.child(assign.node, 0);
        if !matches!(tree.kind(target), Kind::Member | Kind::Index) {
            return false;
        }
        let object = tree.child(target, 0);
        match tree.kind(object) {
            Kind::This => true,
            Kind::Identifier => {
                let name = tree.name(object).text();
                if name == "exports" || name == "module" {
                    return true;
                }
                let found = self.lookup(self.at(assign.file, object), tree.name(object), super::Meaning::VALUE);
                found.iter().any(|place| {
                    let tree = self.tree(place.file);
                    match tree.kind(place.node) {
                        Kind::Function | Kind::Class => true,
                        Kind::Binding => {
                            let value = tree.child(tree.parent(place.node), 2);
                            tree.kind(tree.parent(place.node)) == Kind::Declarator
                                && value != NONE
                                && matches!(tree.kind(value), Kind::Function | Kind::Class | Kind::Object)
                        }
                        _ => false,
                    }
                })
            }
            Kind::Member => {
                let name = tree.name(object).text();
                name == "prototype" || name == "exports"
            }
            _ => false,
        }
    }

    /// Whether members are assigned to a function, or to what it makes.
    pub(crate) fn has_assigned(&self, function: Place) -> bool {
        !self.assigned_members(function, false).is_empty() || !self.assigned_members(function, true).is_empty()
    }

    /// The members that assignments give a class, a function or an object: to instances, or to itself.
    pub(crate) fn assigned_members(&self, owner: Place, is_static: bool) -> Vec<(Name, u32)> {
        let tree = self.tree(owner.file);
        let kind = tree.kind(owner.node);
        let mut found = Vec::new();
        let expando = !tree.is_script;
        if expando && !(matches!(kind, Kind::Function) && is_static) {
            return found;
        }
        if !matches!(kind, Kind::Class | Kind::Function | Kind::Object) {
            return found;
        }
        let own_name = self.name_of_owner(owner);
        for &assign in &tree.assigned {
            let target = tree.child(assign, 0);
            let object = tree.child(target, 0);
            let name = tree.name(target);
            if name.is_none() || tree.node(assign).operator != Operator::Assign && tree.kind(object) != Kind::This {
                continue;
            }
            let belongs = match tree.kind(object) {
                Kind::This if !expando => {
                    let around = tree.ancestors(assign).find(|&at| {
                        matches!(tree.kind(at), Kind::Method | Kind::StaticBlock)
                            || (tree.kind(at) == Kind::Function && !tree.has(at, flags::ARROW))
                            || tree.kind(at) == Kind::Property
                    });
                    match around {
                        Some(around) if kind == Kind::Class => {
                            let class = tree.parent(tree.parent(around));
                            let in_static = tree.has(around, flags::STATIC) || tree.kind(around) == Kind::StaticBlock;
                            class == owner.node && in_static == is_static && tree.kind(around) != Kind::Function
                        }
                        Some(around) if kind == Kind::Function => {
                            !is_static && (around == owner.node || self.is_method_of(owner, around, own_name))
                        }
                        _ => false,
                    }
                }
                Kind::Identifier if (is_static || kind == Kind::Object) && !own_name.is_none() => {
                    tree.name(object) == own_name
                        && name.text() != "prototype"
                        && self.means(self.at(owner.file, object), owner)
                }
                Kind::Member if !is_static && !expando && kind != Kind::Object => {
                    let constructor = tree.child(object, 0);
                    tree.name(object).text() == "prototype"
                        && tree.kind(constructor) == Kind::Identifier
                        && tree.name(constructor) == own_name
                        && self.means(self.at(owner.file, constructor), owner)
                }
                _ => false,
            };
            if belongs {
                found.push((name, assign));
            }
        }
        // `F.prototype = { … }`
        if !is_static && kind == Kind::Function && !expando && !own_name.is_none() {
            for &assign in &tree.assigned {
                let target = tree.child(assign, 0);
                let object = tree.child(target, 0);
                let value = tree.child(assign, 1);
                if tree.name(target).text() == "prototype"
                    && tree.kind(object) == Kind::Identifier
                    && tree.name(object) == own_name
                    && tree.kind(value) == Kind::Object
                {
                    for &property in tree.children(value) {
                        let name = tree.name(property);
                        if !name.is_none() {
                            found.push((name, property));
                        }
                    }
                }
            }
        }
        found
    }

    /// The name by which a function or an object is known: its own, or the variable's.
    fn name_of_owner(&self, owner: Place) -> Name {
        let tree = self.tree(owner.file);
        let name = tree.name(owner.node);
        if !name.is_none() && tree.kind(owner.node) != Kind::Object {
            return name;
        }
        let parent = tree.parent(owner.node);
        if parent == NONE {
            return Name::NONE;
        }
        match tree.kind(parent) {
            Kind::Declarator => tree.name(tree.child(parent, 0)),
            // `var app = exports = module.exports = {}`
            Kind::Assign => {
                let mut at = parent;
                while at != NONE && tree.kind(at) == Kind::Assign {
                    let target = tree.child(at, 0);
                    if tree.kind(target) == Kind::Identifier {
                        return tree.name(target);
                    }
                    at = tree.parent(at);
                }
                if at != NONE && tree.kind(at) == Kind::Declarator { tree.name(tree.child(at, 0)) } else { Name::NONE }
            }
            _ => Name::NONE,
        }
    }

    fn means(&self, reference: Place, owner: Place) -> bool {
        let tree = self.tree(reference.file);
        let found = self.lookup(reference, tree.name(reference.node), super::Meaning::VALUE);
        let Some(&decl) = found.first() else { return false };
        if decl == owner || self.merged(decl).contains(&owner) {
            return true;
        }
        let mut at = tree.parent(owner.node);
        while at != NONE && tree.kind(at) == Kind::Assign {
            if tree.child(at, 0) == reference.node {
                return false;
            }
            at = tree.parent(at);
        }
        at != NONE && tree.kind(at) == Kind::Declarator && tree.child(at, 0) == decl.node
    }

    /// Whether a function is assigned to the prototype of another.
    fn is_method_of(&self, owner: Place, function: u32, own_name: Name) -> bool {
        let tree = self.tree(owner.file);
        let parent = tree.parent(function);
        if parent == NONE || own_name.is_none() || tree.kind(parent) != Kind::Assign {
            return false;
        }
        let object = tree.child(tree.child(parent, 0), 0);
        object != NONE
            && tree.kind(object) == Kind::Member
            && tree.name(object).text() == "prototype"
            && tree.name(tree.child(object, 0)) == own_name
    }

    /// The type of a property by what its class assigns to it.
    pub(super) fn assigned_type(&self, property: Place) -> Option<Ty> {
        let tree = self.tree(property.file);
        let name = tree.name(property.node);
        let class = tree.ancestors(property.node).find(|&at| tree.kind(at) == Kind::Class)?;
        let mut each = Vec::new();
        for &assign in &tree.assigned {
            let target = tree.child(assign, 0);
            if tree.name(target) != name || tree.kind(tree.child(target, 0)) != Kind::This {
                continue;
            }
            let around = tree.ancestors(assign).find(|&at| matches!(tree.kind(at), Kind::Class))?;
            let in_constructor =
                tree.ancestors(assign).any(|at| tree.has(at, flags::CONSTRUCTOR) && tree.kind(at) == Kind::Method);
            if around != class || !(in_constructor || tree.is_script) {
                continue;
            }
            let value = tree.child(assign, 1);
            if tree.kind(value) == Kind::Null {
                continue;
            }
            let ty = widen(&self.expression(self.at(property.file, value)));
            if !matches!(*ty, Type::Null | Type::Undefined) {
                each.push(ty);
            }
        }
        if each.is_empty() {
            return None;
        }
        if each.iter().any(|ty| matches!(**ty, Type::Any)) {
            return Some(of::any());
        }
        Some(union(each))
    }
}
