//! Members that a class promises and does not have.

use montuno_base::{FileRange, TextRange, TextSize};
use montuno_semantic::presentation::{CodeAction, CodeActionKind};
use montuno_semantic::{TextEdit, WorkspaceEdit};

use super::checker::Checker;
use super::display;
use super::name::Name;
use super::plugin::checker;
use super::tree::{Kind, NONE, NodeId, Tree, flags, slot};
use super::types::Ty;
use crate::view::View;

/// A member that is missing, as it would be declared.
struct Missing {
    name: Name,
    ty: Ty,
    is_protected: bool,
}

/// Declares what the class at a place promises: the members of the interfaces that it implements, the abstract ones of
/// the class that it extends. Not offered inside of its body, where nobody thinks of it.
pub(super) fn action(view: &View<'_>, range: FileRange) -> Option<CodeAction> {
    let file = view.file(range.file);
    let text = view.text(range.file)?;
    let checker = checker(view);
    checker.question_file.set(Some(file));
    let tree = checker.tree(file);
    let offset = range.range.start();
    let class = super::looking::innermost(tree, offset.into(), |kind| kind == Kind::Class)?;
    let body = body_start(&text, tree, class)?;
    if offset > body || tree.is_script || tree.has(class, flags::DECLARE) {
        return None;
    }
    // Half a class has no end that something could stand before.
    let whole = text.get(..usize::from(tree.range(class).end()))?;
    if !whole.ends_with('}') || usize::from(body) >= whole.len() {
        return None;
    }
    let missing = missing(&checker, file, class);
    if missing.is_empty() {
        return None;
    }
    let members = bodies(&text, tree, class, &checker, &missing);
    let end = tree.range(class).end() - TextSize::from(1);
    let before = &text[TextRange::new(body, end)];
    let behind = body + TextSize::of(before.trim_end());
    let start = usize::from(tree.range(class).start());
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let indent: String = text[line..].chars().take_while(|c| c.is_whitespace() && *c != '\n').collect();
    let gap = if before.trim().is_empty() { "\n" } else { "\n\n" };
    let edit = TextEdit::replace(TextRange::new(behind, end), format!("{gap}{members}\n{indent}"));
    let count = missing.len();
    Some(CodeAction {
        id: "missing-members".to_owned(),
        title: format!("Declare {count} missing {}", if count == 1 { "member" } else { "members" }),
        kind: CodeActionKind::QuickFix,
        mends: None,
        is_preferred: false,
        edit: Some(WorkspaceEdit::of_file(range.file, vec![edit])),
    })
}

/// Where the inside of a class begins.
fn body_start(text: &str, tree: &Tree, class: NodeId) -> Option<TextSize> {
    // Behind the last part of its head. Lists have the range of what they are in; their parts say where they are.
    let lists = [tree.child(class, slot::HERITAGE_ARGUMENTS), tree.child(class, slot::IMPLEMENTS)];
    let in_lists = lists.iter().flat_map(|&list| tree.present(list));
    let parts = tree.get(class, slot::HERITAGE).into_iter().chain(in_lists).map(|node| tree.range(node).end());
    let range = tree.range(class);
    let from = parts
        .filter(|end| range.contains_inclusive(*end))
        .max()
        .unwrap_or(tree.name_range(class).end())
        .max(range.start());
    let members = tree.present(tree.child(class, slot::CLASS_MEMBERS)).map(|member| tree.range(member).start()).min();
    // A type in braces may end the head.
    let from = members.map_or(from, |member| from.min(member));
    let at = text[usize::from(from)..usize::from(range.end())].find('{')?;
    Some(from + TextSize::try_from(at + 1).ok()?)
}

fn missing(checker: &Checker<'_>, file: crate::database::File, class: NodeId) -> Vec<Missing> {
    let tree = checker.tree(file);
    let place = checker.at(file, class);
    let own = checker.own_instance(checker.type_symbol(place));
    let mut found: Vec<Missing> = Vec::new();
    let mut add = |name: Name, of: &Ty, is_protected: bool| {
        if found.iter().any(|known| known.name == name) {
            return;
        }
        if let Some(member) = checker.member(of, name) {
            found.push(Missing { name, ty: checker.member_type(&member), is_protected });
        }
    };
    let interfaces = tree.children(tree.child(class, slot::IMPLEMENTS)).iter();
    for &implemented in interfaces.filter(|&&node| node != NONE) {
        let ty = checker.evaluate(file, implemented, &Default::default());
        for name in checker.names_of(&ty) {
            let is_optional = checker.member(&ty, name).and_then(|member| member.declarations.first().copied());
            let is_optional = is_optional.is_some_and(|of| checker.tree(of.file).has(of.node, flags::OPTIONAL));
            if !is_optional && checker.member(&own, name).is_none() {
                add(name, &ty, false);
            }
        }
    }
    if !tree.has(class, flags::ABSTRACT) {
        for base in checker.bases(place) {
            for name in checker.names_of(&base) {
                let Some(member) = checker.member(&own, name) else { continue };
                let Some(first) = member.declarations.first() else { continue };
                let declared = checker.tree(first.file);
                if declared.has(first.node, flags::ABSTRACT) && declared.kind(first.node) != Kind::Class {
                    add(name, &base, declared.has(first.node, flags::PROTECTED));
                }
            }
        }
    }
    found
}

/// The declarations of members, indented as those are that the class has.
fn bodies(text: &str, tree: &Tree, class: NodeId, checker: &Checker<'_>, missing: &[Missing]) -> String {
    let indent_at = |offset: TextSize| {
        let at = usize::from(offset);
        let line = text[..at].rfind('\n').map_or(0, |start| start + 1);
        text[line..at].to_owned()
    };
    let first = tree.present(tree.child(class, slot::CLASS_MEMBERS)).next();
    let own =
        first.map(|member| indent_at(tree.range(member).start())).filter(|it| it.trim().is_empty() && !it.is_empty());
    let line = indent_at(tree.range(class).start());
    let of_class: String = line.chars().take_while(|c| c.is_whitespace()).collect();
    let step = if text.contains("\n\t") {
        "\t"
    } else if text.contains("\n    ") || !text.contains("\n  ") {
        "    "
    } else {
        "  "
    };
    let indent = own.unwrap_or_else(|| format!("{of_class}{step}"));
    let written = missing.iter().map(|member| {
        let name = member.name.text();
        let protected = if member.is_protected { "protected " } else { "" };
        let ty = display::show(checker, &member.ty);
        match parameters_and_result(&ty) {
            Some((parameters, result)) => format!(
                "{indent}{protected}{name}{parameters}: {result} {{\n{indent}{step}throw new Error(\"Method not implemented.\");\n{indent}}}"
            ),
            None => format!("{indent}{protected}{name}: {ty};"),
        }
    });
    written.collect::<Vec<_>>().join("\n\n")
}

/// Both parts of a function's type: `(a: number) => string`.
fn parameters_and_result(ty: &str) -> Option<(&str, &str)> {
    if !ty.starts_with(['(', '<']) {
        return None;
    }
    let mut depth = 0_usize;
    let mut last = ' ';
    for (at, character) in ty.char_indices() {
        match character {
            '(' | '[' | '{' | '<' => depth += 1,
            // An arrow is no bracket.
            '>' if last == '=' && depth == 0 => {
                return Some((ty[..at - 1].trim_end(), ty[at + 1..].trim_start()));
            }
            '>' if last == '=' => {}
            ')' | ']' | '}' | '>' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        last = character;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_functions_type_has_two_parts() {
        assert_eq!(parameters_and_result("(a: number) => string"), Some(("(a: number)", "string")));
        assert_eq!(
            parameters_and_result("<T>(f: (x: T) => T) => Map<T, T>"),
            Some(("<T>(f: (x: T) => T)", "Map<T, T>"))
        );
        assert_eq!(parameters_and_result("(A | B)[]"), None);
        assert_eq!(parameters_and_result("string"), None);
    }
}
