//! Sorting imports as TypeScript's own server does: packages before paths, names without regard to case, in each part
//! between empty lines by itself. What nothing mentions is taken out; what is imported for what it does stays where it is.

use std::cmp::Ordering;

use montuno_base::{FileId, TextRange, name_index};
use montuno_semantic::TextEdit;
use montuno_semantic::features::organize_imports::{Import, blocks, sort};

use super::plugin::checker;
use super::tree::{Kind, NodeId, Tree, flags};
use crate::view::View;

/// The edits that sort the imports of a file.
pub(super) fn edits(view: &View<'_>, id: FileId) -> Vec<TextEdit> {
    let file = view.file(id);
    let Some(text) = view.text(id) else { return Vec::new() };
    let checker = checker(view);
    let tree = checker.tree(file);
    if !tree.errors.is_empty() {
        // Half a statement is not moved.
        return Vec::new();
    }
    let statements: Vec<NodeId> =
        tree.present(Tree::ROOT).filter(|&statement| tree.kind(statement) == Kind::Import).collect();
    let imports_at: Vec<TextRange> = statements.iter().map(|&statement| tree.range(statement)).collect();
    let has_elements = (0..tree.len()).any(|node| tree.kind(node) == Kind::JsxElement);
    let is_used = |name: &str| {
        // Elements are made by it, without its name.
        (name == "React" && has_elements)
            || name_index::occurrences(&text, name)
                .any(|at| !imports_at.iter().any(|range| range.contains((at as u32).into())))
    };
    let is_comment = |line: &str| line.starts_with("//") || line.starts_with("/*") || line.starts_with('*');
    let mut edits = Vec::new();
    for block in blocks(&text, statements, |&statement| tree.range(statement), is_comment) {
        // What is imported for what it does may have to come before or after another.
        let for_effect =
            |&statement: &NodeId| specifiers(tree, statement).is_empty() && !text[tree.range(statement)].contains('{');
        for part in block.split(for_effect) {
            let imports = Sorting { text: &text, tree, is_used: &is_used }.imports(part);
            edits.extend(sort(&text, &imports, true));
        }
    }
    edits
}

fn specifiers(tree: &Tree, statement: NodeId) -> Vec<NodeId> {
    let of = |kind: Kind| matches!(kind, Kind::ImportName | Kind::ImportDefault | Kind::ImportNamespace);
    tree.present(statement).filter(|&child| of(tree.kind(child))).collect()
}

struct Sorting<'a> {
    text: &'a str,
    tree: &'a Tree,
    is_used: &'a dyn Fn(&str) -> bool,
}

impl Sorting<'_> {
    fn imports(&self, block: &[NodeId]) -> Vec<Import> {
        let tree = self.tree;
        let mut found: Vec<Import> = Vec::new();
        // Lists of names from one module, which become one.
        let mut lists: Vec<(String, usize, Vec<NodeId>)> = Vec::new();
        for &statement in block {
            let range = tree.range(statement);
            let module = tree.name(statement).text();
            let is_path = module.starts_with('.') || module.starts_with('/');
            let key = format!("{} {}", u8::from(is_path), folded(module));
            let all = specifiers(tree, statement);
            let used: Vec<NodeId> = all.iter().copied().filter(|&one| (self.is_used)(tree.name(one).text())).collect();
            let mut import = Import { range, group: 0, key, text: None };
            if !used.is_empty() {
                let is_list = used.iter().all(|&one| tree.kind(one) == Kind::ImportName);
                let has_comment =
                    self.text[range].contains("//") && !module.contains("//") || self.text[range].contains("/*");
                let of_types = tree.has(statement, flags::TYPE_ONLY);
                let same = format!("{of_types} {module}");
                if has_comment {
                    import.text = Some(self.text[range].to_owned());
                } else if let Some((_, first, names)) = lists.iter_mut().find(|(known, ..)| *known == same && is_list) {
                    names.extend(used);
                    let (first, names) = (*first, names.clone());
                    found[first].text = Some(self.written(block[first], &names));
                } else {
                    if is_list {
                        lists.push((same, found.len(), used.clone()));
                    }
                    import.text = Some(self.written(statement, &used));
                }
            }
            found.push(import);
        }
        found
    }

    /// A statement with these of its names, and those of others from the same module.
    fn written(&self, statement: NodeId, used: &[NodeId]) -> String {
        let tree = self.tree;
        let text = &self.text[tree.range(statement)];
        let mut names: Vec<&str> = Vec::new();
        let mut others: Vec<String> = Vec::new();
        for &one in used {
            let written = &self.text[tree.range(one)];
            match tree.kind(one) {
                Kind::ImportName => names.push(written),
                Kind::ImportNamespace if !written.starts_with('*') => others.push(format!("* as {written}")),
                _ => others.push(written.to_owned()),
            }
        }
        names.sort_by(|a, b| by_name(a, b));
        names.dedup();
        if !names.is_empty() {
            let open = text.find('{').map_or(0, |at| at + 1);
            let several_lines = text[open..].find('}').is_some_and(|end| text[open..open + end].contains('\n'));
            let spaced = !text[open..].starts_with(|c: char| !c.is_whitespace()) || open == 0;
            others.push(if several_lines && names.len() > 1 {
                let line = text[open..].lines().nth(1).unwrap_or_default();
                let indent = &line[..line.len() - line.trim_start().len()];
                let comma = if text[open..].split('}').next().is_some_and(|list| list.trim_end().ends_with(',')) {
                    ","
                } else {
                    ""
                };
                format!("{{\n{indent}{}{comma}\n}}", names.join(&format!(",\n{indent}")))
            } else if spaced {
                format!("{{ {} }}", names.join(", "))
            } else {
                format!("{{{}}}", names.join(", "))
            });
        }
        let types = if tree.has(statement, flags::TYPE_ONLY) { "type " } else { "" };
        // From the module's name on everything stays: quotes, attributes, the semicolon.
        let rest =
            text.rfind(" from").or_else(|| text.rfind("}from")).map_or("", |at| text[at..].trim_start_matches('}'));
        format!("import {types}{} {}", others.join(", "), rest.trim_start())
    }
}

fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// Without regard to case; `type` in front does not count.
fn by_name(a: &str, b: &str) -> Ordering {
    let plain = |name: &str| folded(name.strip_prefix("type ").unwrap_or(name));
    plain(a).cmp(&plain(b)).then_with(|| a.cmp(b))
}
