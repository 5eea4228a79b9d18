//! Bodies: the inside of a function, the value of a variable.

use montuno_base::{TextRange, TextSize};
use tree_sitter::Node;

use super::{Lowering, ParameterGroup, Parsed, Scope, parameter_groups};
use crate::ir::body::{Body, Expr, ExprId, Local, LocalId, LocalKind, Stmt, UseOf};
use crate::ir::items::{ItemSpan, Place};
use crate::name::Name;

/// The body of the declaration that stands at a span.
pub(crate) fn body(parsed: &Parsed, span: &ItemSpan) -> Body {
    let (start, end) = (usize::from(span.name.start()), usize::from(span.name.end()));
    let mut node = parsed.tree.root_node().named_descendant_for_byte_range(start, end);
    while let Some(current) = node {
        if matches!(current.kind(), "function_declaration" | "method_declaration" | "var_spec" | "const_spec") {
            break;
        }
        node = current.parent();
    }
    node.map(|node| lower(&parsed.text, node, span.full.start().into())).unwrap_or_default()
}

/// The body of a function, from its text alone. `None` if there is no function in it.
pub(crate) fn function_body(text: &str) -> Option<Body> {
    let parsed = super::parse(&text.into())?;
    let mut functions = super::children(parsed.tree.root_node()).into_iter();
    let function = functions.rfind(|node| matches!(node.kind(), "function_declaration" | "method_declaration"))?;
    Some(lower(&parsed.text, function, 0))
}

/// The body of a declaration. Its offsets count from `base`.
fn lower(text: &str, node: Node<'_>, base: u32) -> Body {
    let mut lowering = Lowering::new(text, base);
    match node.kind() {
        "var_spec" | "const_spec" => {
            let values = node.child_by_field_name("value").map(|value| lowering.expressions(value));
            lowering.body.values = values.unwrap_or_default();
        }
        _ => {
            lowering.open(node.end_byte());
            for (list, kind) in [
                (node.child_by_field_name("receiver"), LocalKind::Receiver),
                (node.child_by_field_name("parameters"), LocalKind::Parameter),
                (node.child_by_field_name("result"), LocalKind::Result),
            ] {
                if let Some(list) = list {
                    lowering.parameter_locals(list, kind);
                }
            }
            if let Some(block) = node.child_by_field_name("body") {
                lowering.labels(block);
                lowering.body.statements = lowering.statements(block);
            }
            lowering.close();
        }
    }
    lowering.finish()
}

impl Lowering<'_> {
    fn finish(mut self) -> Body {
        self.body.items = self.items;
        self.body.item_spans = self.spans;
        self.body.uses = self.uses;
        self.body.places = self.places;
        self.body.places.sort_by_key(|(range, _)| range.start());
        self.body
    }

    pub(super) fn open(&mut self, end: usize) {
        let end = u32::try_from(end).unwrap_or(u32::MAX).saturating_sub(self.base);
        self.scopes.push(Scope { end, ..Scope::default() });
    }

    pub(super) fn close(&mut self) {
        self.scopes.pop();
    }

    pub(super) fn expr(&mut self, expr: Expr, range: TextRange) -> ExprId {
        let id = ExprId(u32::try_from(self.body.exprs.len()).expect("files are below 4 GB"));
        self.body.exprs.push(expr);
        self.body.expr_ranges.push(range);
        id
    }

    /// Declares a local at a name. Known from `from` on.
    pub(super) fn local(&mut self, node: Node<'_>, kind: LocalKind, from: usize) -> Option<LocalId> {
        let name = self.name(node);
        if name == "_" {
            self.place(node, Place::Parameter);
            return None;
        }
        let id = LocalId(u32::try_from(self.body.locals.len()).expect("files are below 4 GB"));
        let from = TextSize::from(u32::try_from(from).unwrap_or(u32::MAX).saturating_sub(self.base));
        let end = TextSize::from(self.scopes.last().map_or(0, |scope| scope.end)).max(from);
        let range = self.range(node);
        self.body.locals.push(Local { name, range, scope: TextRange::new(from, end), same_as: None, kind });
        if let Some(scope) = self.scopes.last_mut() {
            scope.names.insert(name, UseOf::Local(id));
        }
        self.place(node, Place::Local(id));
        Some(id)
    }

    /// Makes a type that was declared in the body known there.
    pub(super) fn declare_type(&mut self, name: Node<'_>, item: u32) {
        let text = self.name(name);
        let start = self.range(name).start();
        let Some(scope) = self.scopes.last_mut() else { return };
        scope.names.insert(text, UseOf::Item(item));
        let end = TextSize::from(scope.end).max(start);
        self.body.item_scopes.resize(item as usize + 1, TextRange::default());
        self.body.item_scopes[item as usize] = TextRange::new(start, end);
    }

    /// The locals that parameters are. The receiver, parameters and results of a function share a scope.
    pub(super) fn parameter_locals(&mut self, list: Node<'_>, kind: LocalKind) -> Vec<LocalId> {
        let mut locals = Vec::new();
        if list.kind() != "parameter_list" {
            return locals;
        }
        for ParameterGroup { names, .. } in parameter_groups(list) {
            if names.is_empty() {
                locals.push(self.unnamed(kind));
            }
            for name in names {
                // The place of each parameter counts, also of one without a name.
                match self.local(name, kind, name.start_byte()) {
                    Some(local) => locals.push(local),
                    None => locals.push(self.unnamed(kind)),
                }
            }
        }
        locals
    }

    fn unnamed(&mut self, kind: LocalKind) -> LocalId {
        let id = LocalId(u32::try_from(self.body.locals.len()).expect("files are below 4 GB"));
        let empty = TextRange::default();
        self.body.locals.push(Local { name: Name::new("_"), range: empty, scope: empty, same_as: None, kind });
        id
    }

    /// Labels are known in the whole function.
    pub(super) fn labels(&mut self, block: Node<'_>) {
        let mut declared: Vec<(Name, u32)> = Vec::new();
        let mut used = Vec::new();
        let mut cursor = block.walk();
        loop {
            let node = cursor.node();
            if node.kind() == "label_name" {
                if node.parent().is_some_and(|parent| parent.kind() == "labeled_statement") {
                    let index = u32::try_from(self.body.labels.len()).unwrap_or(u32::MAX);
                    self.body.labels.push(self.range(node));
                    declared.push((self.name(node), index));
                    self.place(node, Place::Label(index));
                } else {
                    used.push(node);
                }
            }
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    for node in used {
                        let name = self.name(node);
                        if let Some((_, index)) = declared.iter().find(|(label, _)| *label == name) {
                            self.place(node, Place::Label(*index));
                        }
                    }
                    return;
                }
            }
        }
    }

    pub(super) fn statements_of(&mut self, block: Node<'_>) -> Box<[Stmt]> {
        self.open(block.end_byte());
        let statements = self.statements(block);
        self.close();
        statements
    }
}
