//! The names that could stand at a place.

use montuno_base::FilePosition;
use montuno_semantic::SymbolKind;
use montuno_semantic::completion::{Candidate, Candidates, CompletionItem};
use montuno_semantic::features::completions::typed;
use rustc_hash::FxHashSet;

use super::checker::{Checker, Meaning};
use super::name::Name;
use super::plugin::checker;
use super::tree::{Kind, NONE, NodeId, Tree, flags};
use super::types::{Place, Ty, Type, is_unknown, non_null};
use super::{display, target};
use crate::view::View;

/// Words that are no names.
const RESERVED: &[&str] = &[
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "new",
    "null",
    "return",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
];

/// Words that begin statements and types.
const KEYWORDS: &[&str] = &[
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "default",
    "delete",
    "do",
    "else",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "let",
    "new",
    "null",
    "of",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "yield",
];

const TYPE_KEYWORDS: &[&str] = &[
    "abstract",
    "any",
    "as",
    "bigint",
    "boolean",
    "declare",
    "enum",
    "implements",
    "infer",
    "interface",
    "is",
    "keyof",
    "namespace",
    "never",
    "number",
    "object",
    "private",
    "protected",
    "public",
    "readonly",
    "satisfies",
    "string",
    "symbol",
    "type",
    "unknown",
];

/// Whether a word is no name.
pub(crate) fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}

/// The names that can follow the receiver before a place.
pub(crate) fn members(view: &View<'_>, position: FilePosition) -> Option<Candidates> {
    let (file, offset) = view.place(position)?;
    let text = crate::database::source(view.db, file)?;
    let word = typed(&text, offset);
    let before = text.get(..usize::from(word.start()))?;
    let dot = before.trim_end().strip_suffix('.')?;
    if dot.ends_with("..") {
        return None;
    }
    let dot_at = dot.len() as u32;
    let checker = checker(view);
    checker.question_file.set(Some(file));
    let tree = checker.tree(file);
    if super::is_in_comment_or_string(&text, offset.into()) {
        return None;
    }
    let receiver = receiver(tree, dot_at)?;
    let place = checker.at(file, receiver);
    let holder = tree.parent(receiver);
    if holder != NONE && tree.kind(holder) == Kind::QualifiedName {
        return Some(namespace_members(&checker, place));
    }
    let ty = non_null(&checker.expression(place));
    Some(of_type(&checker, &ty, place))
}

/// The expression that ends at a dot.
fn receiver(tree: &Tree, dot: u32) -> Option<NodeId> {
    let mut best: Option<NodeId> = None;
    for id in 0..tree.len() {
        let node = tree.node(id);
        if matches!(node.kind, Kind::Member | Kind::QualifiedName) {
            let object = tree.child(id, 0);
            let word = tree.node(tree.child(id, 1));
            let end = tree.node(object).end;
            if end <= dot && word.start > dot && dot - end < 64 {
                return Some(object);
            }
        }
        // The longest that ends there: `a.b` rather than `b`.
        let is_one = matches!(
            node.kind,
            Kind::Identifier
                | Kind::This
                | Kind::Super
                | Kind::Call
                | Kind::New
                | Kind::Member
                | Kind::Index
                | Kind::String
                | Kind::Template
                | Kind::Array
                | Kind::Object
                | Kind::NonNull
                | Kind::Regex
                | Kind::ImportMeta
                | Kind::TaggedTemplate
        );
        if is_one && node.end <= dot && dot - node.end <= 1 {
            let longer = best.is_none_or(|known| {
                let known = tree.node(known);
                node.end > known.end || (node.end == known.end && node.start <= known.start)
            });
            if longer {
                best = Some(id);
            }
        }
    }
    best
}

fn of_type(checker: &Checker<'_>, ty: &Ty, place: Place) -> Candidates {
    let exhaustive = !is_unknown(ty) && !matches!(**ty, Type::Never);
    let apparent = checker.apparent(ty);
    let mut names = checker.names_of(ty);
    if apparent != *ty {
        for name in checker.names_of(&apparent) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let tree = checker.tree(place.file);
    let class = tree.ancestors(place.node).find(|&at| tree.kind(at) == Kind::Class);
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let text = name.text();
        if text.is_empty() || text.starts_with("@@") || !is_plain(text) {
            continue;
        }
        let Some(member) = checker.member(ty, name) else { continue };
        let Some(&first) = member.declarations.first() else {
            found.push(candidate(text, SymbolKind::Field, None, None));
            continue;
        };
        let declared = checker.tree(first.file);
        // What is private is offered in its class alone.
        if declared.has(first.node, flags::PRIVATE) || text.starts_with('#') {
            let owner = declared.ancestors(first.node).find(|&at| declared.kind(at) == Kind::Class);
            if first.file != place.file || owner != class {
                continue;
            }
        }
        let kind = target::kind(declared, first.node);
        let detail =
            matches!(kind, SymbolKind::Field | SymbolKind::Property).then(|| written_type(checker, first)).flatten();
        let takes = takes_arguments(declared, first.node);
        found.push(candidate(text, kind, detail, takes));
    }
    Candidates { names: found, exhaustive }
}

/// The type of a declaration as its text says it, if it is short.
fn written_type(checker: &Checker<'_>, place: Place) -> Option<String> {
    let tree = checker.tree(place.file);
    let annotation = match tree.kind(place.node) {
        Kind::Property => tree.get(place.node, 0)?,
        _ => return None,
    };
    let text = crate::database::source(checker.db, place.file)?;
    let range = tree.range(annotation);
    let shown = text.get(usize::from(range.start())..usize::from(range.end()))?;
    (shown.len() <= 60 && !shown.contains('\n')).then(|| shown.to_owned())
}

fn takes_arguments(tree: &Tree, node: NodeId) -> Option<bool> {
    let function = match tree.kind(node) {
        Kind::Function | Kind::Method if !tree.has(node, flags::GETTER | flags::SETTER) => node,
        Kind::ObjectProperty => tree.child(node, 0),
        Kind::Assign => tree.child(node, 1),
        _ => return None,
    };
    if !tree.is_function(function) {
        return None;
    }
    Some(!tree.parameters(function).is_empty())
}

fn is_plain(text: &str) -> bool {
    let text = text.strip_prefix('#').unwrap_or(text);
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_' || c == '$')
        && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}

fn candidate(name: &str, kind: SymbolKind, detail: Option<String>, takes_arguments: Option<bool>) -> Candidate {
    Candidate { name: name.to_owned(), kind, detail, distance: 0, deprecated: false, takes_arguments }
}

/// What stands behind a dot in a type: the parts of a namespace.
fn namespace_members(checker: &Checker<'_>, path: Place) -> Candidates {
    let mut names: Vec<Candidate> = Vec::new();
    for owner in checker.path(path, Meaning::NAMESPACE) {
        let tree = checker.tree(owner.file);
        let all: Vec<Name> = if tree.kind(owner.node) == Kind::Module {
            checker.exported_names(owner)
        } else {
            let parts = checker.merged(owner);
            let names = parts.iter().flat_map(|part| {
                let tree = checker.tree(part.file);
                tree.exports.get(&part.node).into_iter().flat_map(|table| table.keys().copied())
            });
            names.collect()
        };
        for name in all {
            let found = checker.part(owner, name, Meaning::ANY);
            let Some(first) = found.first() else { continue };
            if is_plain(name.text()) && !names.iter().any(|known| known.name == name.text()) {
                let kind = target::kind(checker.tree(first.file), first.node);
                names.push(candidate(name.text(), kind, None, None));
            }
        }
    }
    names.sort_by(|a, b| a.name.cmp(&b.name));
    Candidates { names, exhaustive: true }
}

/// The names that can stand at a place by themselves.
pub(crate) fn scope(view: &View<'_>, position: FilePosition) -> Candidates {
    let Some((file, offset)) = view.place(position) else { return Candidates::default() };
    let checker = checker(view);
    checker.question_file.set(Some(file));
    let tree = checker.tree(file);
    let offset = u32::from(offset);
    let mut seen: FxHashSet<Name> = FxHashSet::default();
    let mut names = Vec::new();
    let mut distance = 0;
    let innermost = super::looking::innermost(tree, offset, |_| true).unwrap_or(Tree::ROOT);
    let scopes = std::iter::once(innermost).chain(tree.ancestors(innermost));
    for at in scopes {
        let Some(table) = tree.scopes.get(&at) else { continue };
        let mut own: Vec<_> = table.iter().collect();
        own.sort_by_key(|(_, ids)| ids[0]);
        for (&name, ids) in own {
            if seen.insert(name) && is_plain(name.text()) {
                let id = ids[0];
                let place = checker.at(file, id);
                let shown = match tree.kind(id) {
                    Kind::ImportName | Kind::ImportDefault | Kind::ImportNamespace | Kind::ImportEquals => {
                        checker.follow(place).first().copied().unwrap_or(place)
                    }
                    _ => place,
                };
                let declared = checker.tree(shown.file);
                let mut found = candidate(
                    name.text(),
                    target::kind(declared, shown.node),
                    None,
                    takes_arguments(declared, shown.node),
                );
                found.distance = distance;
                names.push(found);
            }
        }
        distance += 1;
    }
    for &file in checker.global_files(file) {
        let tree = checker.tree(file);
        let scopes = tree.global_blocks.iter().copied().chain((!tree.is_module).then_some(Tree::ROOT));
        for scope in scopes {
            let Some(table) = tree.scopes.get(&scope) else { continue };
            let mut own: Vec<_> = table.iter().collect();
            own.sort_by_key(|(_, ids)| ids[0]);
            for (&name, ids) in own {
                if seen.insert(name) && is_plain(name.text()) {
                    let mut found =
                        candidate(name.text(), target::kind(tree, ids[0]), None, takes_arguments(tree, ids[0]));
                    found.distance = distance + 2;
                    names.push(found);
                }
            }
        }
    }
    Candidates { names, exhaustive: false }
}

/// Whether nothing is offered at a place.
pub(crate) fn offers_nothing(view: &View<'_>, position: FilePosition) -> bool {
    let Some((file, offset)) = view.place(position) else { return true };
    let Some(text) = crate::database::source(view.db, file) else { return true };
    if super::is_in_comment_or_string(&text, offset.into()) {
        return true;
    }
    // Where a new name is given.
    let word = typed(&text, offset);
    let before = text.get(..usize::from(word.start())).unwrap_or_default().trim_end();
    let new_name = ["const", "let", "var", "function", "class", "interface", "type", "enum", "namespace"];
    let gives = new_name.iter().any(|keyword| {
        before
            .strip_suffix(keyword)
            .is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == '.'))
    });
    if gives {
        return true;
    }
    // In a number.
    text[word].starts_with(|c: char| c.is_ascii_digit())
}

/// Keywords, and properties that an object is expected to have.
pub(crate) fn more(view: &View<'_>, position: FilePosition) -> Vec<CompletionItem> {
    let Some((file, offset)) = view.place(position) else { return Vec::new() };
    let Some(text) = crate::database::source(view.db, file) else { return Vec::new() };
    let word = typed(&text, offset);
    let before = text.get(..usize::from(word.start())).unwrap_or_default().trim_end();
    if before.ends_with('.') && !before.ends_with("...") {
        return Vec::new();
    }
    let checker = checker(view);
    checker.question_file.set(Some(file));
    let tree = checker.tree(file);
    let mut found = Vec::new();
    // Properties of the object around.
    if before.ends_with('{') || before.ends_with(',') {
        let object = super::looking::innermost(tree, offset.into(), |kind| {
            matches!(kind, Kind::Object | Kind::Block | Kind::ObjectPattern | Kind::Array | Kind::Call)
        });
        if let Some(object) = object {
            let expected = match tree.kind(object) {
                Kind::Object => checker.expected(checker.at(file, object)).map(|ty| non_null(&checker.simplify(&ty))),
                Kind::ObjectPattern => checker.type_of_pattern(checker.at(file, object)).map(|ty| non_null(&ty)),
                _ => None,
            };
            if let Some(expected) = expected {
                let place = checker.at(file, object);
                let parts = if tree.kind(object) == Kind::Object {
                    checker.fitting_parts(&expected, place)
                } else {
                    vec![expected]
                };
                for part in parts {
                    for name in checker.names_of(&part) {
                        if !is_plain(name.text()) || found.iter().any(|item: &CompletionItem| item.label == name.text())
                        {
                            continue;
                        }
                        let mut item = CompletionItem::new(name.text(), SymbolKind::Field, word);
                        item.relevance = 1000;
                        if let Some(member) = checker.member(&part, name) {
                            let ty = display::show(&checker, &checker.member_type(&member));
                            item.detail = (ty.len() < 80).then_some(ty);
                        }
                        found.push(item);
                    }
                }
            }
        }
    }
    let types: &[&str] = if tree.is_script { &[] } else { TYPE_KEYWORDS };
    for keyword in KEYWORDS.iter().chain(types) {
        found.push(CompletionItem::new(*keyword, SymbolKind::Keyword, word));
    }
    found
}
