//! Which scope declares which names, and what a module exports.

use super::name::Name;
use super::tree::{Kind, NONE, NodeId, Reference, Tree, flags, slot};

/// Fills in the tables of a tree.
pub(crate) fn bind(tree: &mut Tree, text: &str) {
    references(tree, text);
    let count = tree.len();
    for id in 0..count {
        declare(tree, id);
    }
    common_js(tree);
    tree.names.sort_unstable();
    if tree.is_script && tree.is_common_js && !tree.is_module {
        tree.is_module = true;
    } else {
        tree.is_common_js = tree.is_common_js && !has_exports(tree);
    }
}

fn has_exports(tree: &Tree) -> bool {
    tree.children(Tree::ROOT).iter().any(|&id| {
        matches!(tree.kind(id), Kind::ExportList | Kind::ExportDefault | Kind::ExportAll | Kind::Import)
            || tree.has(id, flags::EXPORTED)
    })
}

fn references(tree: &mut Tree, text: &str) {
    for line in text.lines() {
        let line = line.trim_start();
        let Some(comment) = line.strip_prefix("///") else {
            if line.is_empty() || line.starts_with("//") || line.starts_with("/*") || line.starts_with('*') {
                continue;
            }
            break;
        };
        let value = |key: &str| {
            let rest = comment.split_once(key)?.1.trim_start().strip_prefix('=')?.trim_start();
            let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            rest[1..].split(quote).next().map(str::to_owned)
        };
        if !comment.trim_start().starts_with("<reference") {
            continue;
        }
        if let Some(path) = value(" path") {
            tree.references.push(Reference::Path(path));
        } else if let Some(name) = value(" types") {
            tree.references.push(Reference::Types(name));
        } else if let Some(name) = value(" lib") {
            tree.references.push(Reference::Library(name));
        } else if comment.contains("no-default-lib") {
            tree.references.push(Reference::NoDefaultLibrary);
        }
    }
}

fn put(tree: &mut Tree, scope: NodeId, name: Name, id: NodeId) {
    if !name.is_none() {
        tree.scopes.entry(scope).or_default().entry(name).or_default().push(id);
    }
}

fn export(tree: &mut Tree, scope: NodeId, name: Name, id: NodeId) {
    if !name.is_none() {
        tree.exports.entry(scope).or_default().entry(name).or_default().push(id);
    }
}

/// Whether a node has a scope of its own for what is declared right in it.
fn is_block_scope(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Module
            | Kind::Namespace
            | Kind::Block
            | Kind::For
            | Kind::ForIn
            | Kind::ForOf
            | Kind::Switch
            | Kind::Catch
            | Kind::StaticBlock
            | Kind::Function
            | Kind::Method
    )
}

fn block_around(tree: &Tree, id: NodeId) -> NodeId {
    tree.ancestors(id).find(|&at| is_block_scope(tree.kind(at))).unwrap_or(Tree::ROOT)
}

fn function_around(tree: &Tree, id: NodeId) -> NodeId {
    let is_one = |&at: &NodeId| {
        matches!(tree.kind(at), Kind::Module | Kind::Namespace | Kind::StaticBlock | Kind::Function | Kind::Method)
    };
    tree.ancestors(id).find(is_one).unwrap_or(Tree::ROOT)
}

/// The module or namespace that a statement stands right in.
fn container(tree: &Tree, statement: NodeId) -> Option<NodeId> {
    let parent = tree.parent(statement);
    if parent == NONE {
        return None;
    }
    match tree.kind(parent) {
        Kind::Module => Some(parent),
        Kind::List if tree.kind(tree.parent(parent)) == Kind::Namespace => Some(tree.parent(parent)),
        _ => None,
    }
}

fn declare(tree: &mut Tree, id: NodeId) {
    let node = *tree.node(id);
    match node.kind {
        Kind::Binding => {
            let owner = tree.ancestors(id).find(|&at| {
                matches!(tree.kind(at), Kind::Declarator | Kind::Parameter | Kind::Catch)
                    || is_block_scope(tree.kind(at))
            });
            let Some(owner) = owner else { return };
            match tree.kind(owner) {
                Kind::Declarator => {
                    let is_var = tree.has(owner, flags::VAR);
                    let scope = if is_var { function_around(tree, owner) } else { block_around(tree, owner) };
                    put(tree, scope, node.name, id);
                    let variables = tree.parent(owner);
                    if let Some(container) = container(tree, variables)
                        && exports_all(tree, container, variables)
                    {
                        export(tree, container, node.name, id);
                    }
                }
                Kind::Parameter => {
                    let function = tree.ancestors(owner).find(|&at| tree.is_function(at));
                    if let Some(function) = function {
                        put(tree, function, node.name, id);
                    }
                }
                _ => put(tree, owner, node.name, id),
            }
        }
        Kind::Function if tree.has(id, flags::STATEMENT) => {
            let scope = block_around(tree, id);
            put(tree, scope, node.name, id);
            export_statement(tree, id);
        }
        // The name of a function or class expression is known inside of it alone.
        Kind::Function => put(tree, id, node.name, id),
        Kind::Class => {
            if tree.has(id, flags::STATEMENT) {
                let scope = block_around(tree, id);
                put(tree, scope, node.name, id);
                export_statement(tree, id);
            } else {
                put(tree, id, node.name, id);
            }
        }
        Kind::Interface | Kind::Alias | Kind::Enum | Kind::ImportEquals => {
            let scope = block_around(tree, id);
            put(tree, scope, node.name, id);
            export_statement(tree, id);
        }
        Kind::EnumMember => {
            let owner = tree.parent(id);
            export(tree, owner, node.name, id);
            put(tree, owner, node.name, id);
        }
        Kind::Namespace if !tree.has(id, flags::EXTERNAL | flags::GLOBAL) => {
            let scope = block_around(tree, id);
            put(tree, scope, node.name, id);
            export_statement(tree, id);
        }
        Kind::ImportName | Kind::ImportDefault | Kind::ImportNamespace => {
            let scope = block_around(tree, id);
            put(tree, scope, node.name, id);
        }
        Kind::ExportName => {
            if let Some(container) = container(tree, node.parent) {
                export(tree, container, node.name, id);
            }
        }
        Kind::ExportAll => {
            if let (Some(word), Some(container)) = (tree.get(id, 0), container(tree, id)) {
                let name = tree.name(word);
                export(tree, container, name, id);
            }
        }
        Kind::ExportDefault => {
            if let Some(container) = container(tree, id) {
                let inner = tree.child(id, 0);
                let is_declaration = tree.has(inner, flags::STATEMENT) || tree.kind(inner) == Kind::Interface;
                export(tree, container, Name::new("default"), if is_declaration { inner } else { id });
            }
        }
        Kind::ExportAssignment => {
            if let Some(container) = container(tree, id) {
                export(tree, container, Name::new("export="), id);
            }
        }
        Kind::TypeParameter => {
            let owner = match tree.kind(node.parent) {
                Kind::List => tree.parent(node.parent),
                Kind::MappedType => node.parent,
                // In force where the condition holds.
                Kind::InferType => {
                    let found = tree.ancestors(id).find(|&at| tree.kind(at) == Kind::ConditionalType);
                    found.unwrap_or(node.parent)
                }
                Kind::DocTemplate => {
                    let doc = tree.parent(node.parent);
                    tree.parent(doc)
                }
                _ => node.parent,
            };
            if owner == NONE {
                return;
            }
            put(tree, owner, node.name, id);
            if tree.kind(node.parent) == Kind::DocTemplate {
                // Documentation before a variable or an export belongs to the function in it.
                let doc = tree.parent(node.parent);
                put(tree, doc, node.name, id);
                let documented: Vec<_> = tree
                    .docs
                    .iter()
                    .filter(|&(&at, &known)| known == doc && at < tree.len())
                    .map(|(&at, _)| at)
                    .collect();
                for at in documented {
                    if at != owner {
                        put(tree, at, node.name, id);
                    }
                }
            }
        }
        _ => {}
    }
}

/// Whether all that a namespace declares is exported: in declarations, unless it says what is.
fn exports_all(tree: &Tree, container: NodeId, statement: NodeId) -> bool {
    if tree.has(statement, flags::EXPORTED) {
        return true;
    }
    let ambient = tree.kind(container) == Kind::Namespace;
    ambient && tree.ancestors(container).all(|at| at == Tree::ROOT || tree.kind(at) != Kind::Function)
}

fn export_statement(tree: &mut Tree, id: NodeId) {
    let Some(container) = container(tree, id) else { return };
    if exports_all(tree, container, id) {
        let name = tree.name(id);
        export(tree, container, name, id);
    }
}

/// Finds assignments that declare.
fn common_js(tree: &mut Tree) {
    let word_exports = Name::new("exports");
    let word_module = Name::new("module");
    let word_require = Name::new("require");
    for id in 0..tree.len() {
        if tree.kind(id) == Kind::Call {
            let callee = tree.child(id, 0);
            if tree.kind(callee) == Kind::Identifier && tree.name(callee) == word_require {
                tree.is_common_js |= tree.is_script;
            }
        }
        if tree.kind(id) != Kind::Assign {
            continue;
        }
        let target = tree.child(id, 0);
        if tree.kind(target) == Kind::Identifier {
            let name = tree.name(target);
            tree.plain_assignments.entry(name).or_default().push(id);
        }
        if !matches!(tree.kind(target), Kind::Member | Kind::Index) {
            continue;
        }
        let object = tree.child(target, 0);
        let is_exports = tree.kind(object) == Kind::Identifier && tree.name(object) == word_exports;
        let is_module_exports = |at: NodeId| {
            tree.kind(at) == Kind::Member
                && tree.name(at) == word_exports
                && tree.kind(tree.child(at, 0)) == Kind::Identifier
                && tree.name(tree.child(at, 0)) == word_module
        };
        let through_module = is_module_exports(object);
        let whole = is_module_exports(target);
        let name = tree.name(target);
        if tree.is_script {
            if whole {
                export(tree, Tree::ROOT, Name::new("export="), id);
                tree.is_common_js = true;
            } else if is_exports || through_module {
                export(tree, Tree::ROOT, name, id);
                tree.is_common_js = true;
            }
        }
        tree.assigned.push(id);
    }
}

/// Where a class keeps its members.
pub(crate) fn members(tree: &Tree, id: NodeId) -> &[NodeId] {
    match tree.kind(id) {
        Kind::Class => tree.children(tree.child(id, slot::CLASS_MEMBERS)),
        Kind::Interface => tree.children(tree.child(id, 2)),
        Kind::ObjectType | Kind::Object | Kind::Enum => tree.children(id),
        _ => &[],
    }
}
