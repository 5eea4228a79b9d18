//! Statements.

use tree_sitter::Node;

use super::{DEEPEST, Lowering, children, in_field};
use crate::ir::body::{Expr, ExprId, LocalId, LocalKind, Stmt, UseOf};
use crate::ir::items::Place;

impl Lowering<'_> {
    /// The statements below a node, in the scope that is open.
    pub(super) fn statements(&mut self, node: Node<'_>) -> Box<[Stmt]> {
        let mut statements = Vec::new();
        if self.depth > DEEPEST {
            return statements.into();
        }
        self.depth += 1;
        for child in children(node) {
            match child.kind() {
                // Neither opens a scope.
                "statement_list" | "ERROR" => statements.extend(self.statements(child)),
                _ => statements.push(self.statement(child)),
            }
        }
        self.depth -= 1;
        statements.into()
    }

    fn statement(&mut self, node: Node<'_>) -> Stmt {
        match node.kind() {
            "expression_statement" | "go_statement" | "defer_statement" | "inc_statement" | "dec_statement" => {
                Stmt::Block(self.expressions_of(node))
            }
            "short_var_declaration" => self.define(node, "left", "right"),
            "var_declaration" => {
                let mut declared = Vec::new();
                self.variables_of(node, LocalKind::Variable, &mut declared);
                Stmt::Block(declared.into())
            }
            "const_declaration" => {
                let mut declared = Vec::new();
                self.constants_of(node, &mut declared);
                Stmt::Block(declared.into())
            }
            "type_declaration" => {
                self.type_declaration(node, None);
                Stmt::Block(Box::default())
            }
            "assignment_statement" => {
                let compound = node.child_by_field_name("operator").is_some_and(|operator| operator.kind() != "=");
                let targets = node.child_by_field_name("left").map(|left| self.expressions(left)).unwrap_or_default();
                let values = node.child_by_field_name("right").map(|right| self.expressions(right));
                Stmt::Assign { targets, values: values.unwrap_or_default(), compound }
            }
            "return_statement" => {
                let values = children(node).first().map(|values| self.expressions(*values));
                Stmt::Return(values.unwrap_or_default())
            }
            "send_statement" => {
                Stmt::Send { channel: self.expression_in(node, "channel"), value: self.expression_in(node, "value") }
            }
            "block" => Stmt::Block(self.statements_of(node)),
            "labeled_statement" => {
                let rest = children(node).into_iter().filter(|child| child.kind() != "label_name");
                let rest: Vec<_> = rest.collect();
                Stmt::Block(rest.into_iter().map(|child| self.statement(child)).collect())
            }
            "if_statement" => self.branches(node),
            "for_statement" => self.loop_over(node),
            "expression_switch_statement" => self.switch(node),
            "type_switch_statement" => self.type_switch(node),
            "select_statement" => self.select(node),
            "break_statement"
            | "continue_statement"
            | "goto_statement"
            | "fallthrough_statement"
            | "empty_statement" => Stmt::Block(Box::default()),
            // A function in a function is a defect: what is in it is read all the same.
            "function_declaration" | "method_declaration" => match node.child_by_field_name("body") {
                Some(block) => Stmt::Block(self.statements_of(block)),
                None => Stmt::Block(Box::default()),
            },
            "parameter_list"
            | "parameter_declaration"
            | "field_identifier"
            | "package_identifier"
            | "label_name"
            | "import_declaration"
            | "type_parameter_list" => Stmt::Block(Box::default()),
            _ => Stmt::Expr(self.expression(node)),
        }
    }

    fn expressions_of(&mut self, node: Node<'_>) -> Box<[Stmt]> {
        children(node).into_iter().map(|child| Stmt::Expr(self.expression(child))).collect()
    }

    /// `a, b := …`: what is new in this block is declared, the rest is assigned to.
    fn define(&mut self, node: Node<'_>, left: &str, right: &str) -> Stmt {
        let values = node.child_by_field_name(right).map(|right| self.expressions(right)).unwrap_or_default();
        let names = node.child_by_field_name(left).map(names_of).unwrap_or_default();
        let (targets, locals) = self.new_locals(&names, node.end_byte());
        Stmt::Define { targets, locals, values }
    }

    fn new_locals(&mut self, names: &[Node<'_>], from: usize) -> (Box<[ExprId]>, Box<[Option<LocalId>]>) {
        let mut targets = Vec::new();
        let mut locals = Vec::new();
        for &name in names {
            let text = self.name(name);
            let here = self.scopes.last().and_then(|scope| scope.names.get(&text));
            if name.kind() != "identifier" || matches!(here, Some(UseOf::Local(_))) {
                targets.push(self.expression(name));
                locals.push(None);
            } else {
                let local = self.local(name, LocalKind::Variable, from);
                targets.push(self.missing(name));
                locals.push(local);
            }
        }
        (targets.into(), locals.into())
    }

    fn variables_of(&mut self, node: Node<'_>, kind: LocalKind, declared: &mut Vec<Stmt>) {
        for spec in children(node) {
            match spec.kind() {
                "var_spec_list" => self.variables_of(spec, kind, declared),
                "var_spec" | "const_spec" => {
                    let ty = spec.child_by_field_name("type").map(|ty| self.type_ref(ty));
                    let values = spec.child_by_field_name("value").map(|value| self.expressions(value));
                    let names = in_field(spec, "name");
                    let locals = names.into_iter().map(|name| self.local(name, kind, spec.end_byte())).collect();
                    declared.push(Stmt::Declare { locals, ty, values: values.unwrap_or_default() });
                }
                _ => {}
            }
        }
    }

    /// Constants without a value repeat the one before.
    fn constants_of(&mut self, node: Node<'_>, declared: &mut Vec<Stmt>) {
        self.variables_of(node, LocalKind::Constant, declared);
        let mut last: Option<(Option<crate::ir::type_ref::TypeRef>, Box<[ExprId]>)> = None;
        for statement in declared {
            let Stmt::Declare { ty, values, .. } = statement else { continue };
            match &last {
                Some((last_ty, last_values)) if values.is_empty() => {
                    ty.clone_from(last_ty);
                    values.clone_from(last_values);
                }
                _ => last = Some((ty.clone(), values.clone())),
            }
        }
    }

    fn branches(&mut self, node: Node<'_>) -> Stmt {
        self.open(node.end_byte());
        let mut parts = Vec::new();
        self.simple(node.child_by_field_name("initializer"), &mut parts);
        if let Some(condition) = node.child_by_field_name("condition") {
            parts.push(Stmt::Condition(self.expression(condition)));
        }
        for branch in ["consequence", "alternative"] {
            match node.child_by_field_name(branch) {
                Some(block) if block.kind() == "block" => parts.push(Stmt::Block(self.statements_of(block))),
                Some(other) if self.depth < DEEPEST => {
                    self.depth += 1;
                    parts.push(self.statement(other));
                    self.depth -= 1;
                }
                _ => {}
            }
        }
        self.errors_of(node, &mut parts);
        self.close();
        Stmt::Block(parts.into())
    }

    /// What stands in defects of a node, so that it is not lost.
    fn errors_of(&mut self, node: Node<'_>, parts: &mut Vec<Stmt>) {
        for child in children(node) {
            if child.is_error() {
                parts.extend(self.statements(child));
            }
        }
    }

    fn simple(&mut self, node: Option<Node<'_>>, parts: &mut Vec<Stmt>) {
        if let Some(node) = node {
            parts.push(self.statement(node));
        }
    }

    fn loop_over(&mut self, node: Node<'_>) -> Stmt {
        self.open(node.end_byte());
        let block = node.child_by_field_name("body");
        let mut parts = Vec::new();
        for child in children(node) {
            match child.kind() {
                "for_clause" => {
                    self.simple(child.child_by_field_name("initializer"), &mut parts);
                    if let Some(condition) = child.child_by_field_name("condition") {
                        parts.push(Stmt::Condition(self.expression(condition)));
                    }
                    self.simple(child.child_by_field_name("update"), &mut parts);
                }
                "range_clause" => {
                    let subject = self.expression_in(child, "right");
                    let names = child.child_by_field_name("left").map(names_of).unwrap_or_default();
                    let mut cursor = child.walk();
                    let declares = child.children(&mut cursor).any(|token| token.kind() == ":=");
                    let (targets, locals) = if declares {
                        self.new_locals(&names, child.end_byte())
                    } else {
                        let targets: Box<[_]> = names.iter().map(|name| self.expression(*name)).collect();
                        let locals = vec![None; targets.len()].into();
                        (targets, locals)
                    };
                    let body = block.map(|block| self.statements_of(block)).unwrap_or_default();
                    parts.push(Stmt::Range { targets, locals, subject, body });
                    self.errors_of(node, &mut parts);
                    self.close();
                    return Stmt::Block(parts.into());
                }
                "block" => {}
                "ERROR" => parts.extend(self.statements(child)),
                _ => parts.push(Stmt::Condition(self.expression(child))),
            }
        }
        if let Some(block) = block {
            parts.push(Stmt::Block(self.statements_of(block)));
        }
        self.close();
        Stmt::Block(parts.into())
    }

    fn switch(&mut self, node: Node<'_>) -> Stmt {
        self.open(node.end_byte());
        let mut parts = Vec::new();
        self.simple(node.child_by_field_name("initializer"), &mut parts);
        let subject = node.child_by_field_name("value").map(|value| self.expression(value));
        let mut cases = Vec::new();
        for case in children(node) {
            if !matches!(case.kind(), "expression_case" | "default_case") {
                continue;
            }
            self.open(case.end_byte());
            let value = case.child_by_field_name("value");
            let values = value.map(|value| self.expressions(value)).unwrap_or_default();
            let statements = self.case_statements(case, &[value]);
            self.close();
            cases.push((values, statements));
        }
        parts.push(Stmt::Switch { subject, cases: cases.into() });
        self.errors_of(node, &mut parts);
        self.close();
        Stmt::Block(parts.into())
    }

    fn case_statements(&mut self, case: Node<'_>, heads: &[Option<Node<'_>>]) -> Box<[Stmt]> {
        let mut statements = Vec::new();
        for child in children(case) {
            if heads.contains(&Some(child)) {
                continue;
            }
            match child.kind() {
                "statement_list" | "ERROR" => statements.extend(self.statements(child)),
                _ => statements.push(self.statement(child)),
            }
        }
        statements.into()
    }

    fn type_switch(&mut self, node: Node<'_>) -> Stmt {
        self.open(node.end_byte());
        let mut parts = Vec::new();
        self.simple(node.child_by_field_name("initializer"), &mut parts);
        let operand = self.expression_in(node, "value");
        let range = self.body.expr_ranges[operand.0 as usize];
        let subject = self.expr(Expr::Assert { operand, ty: None }, range);
        let alias = node.child_by_field_name("alias").and_then(|list| names_of(list).first().copied());
        let mut first = None;
        let mut cases = Vec::new();
        for case in children(node) {
            if !matches!(case.kind(), "type_case" | "default_case") {
                continue;
            }
            let nodes = in_field(case, "type");
            let types = nodes.iter().map(|node| self.type_ref(*node)).collect();
            self.open(case.end_byte());
            // One variable for each case, all declared at the same place.
            let local = alias.and_then(|alias| {
                let from = nodes.last().map_or(case.start_byte(), Node::end_byte);
                let local = self.local(alias, LocalKind::Variable, from)?;
                self.body.locals[local.0 as usize].same_as = first;
                first.get_or_insert(local);
                Some(local)
            });
            let heads: Vec<_> = nodes.iter().copied().map(Some).collect();
            let statements = self.case_statements(case, &heads);
            self.close();
            cases.push((types, local, statements));
        }
        if let Some(alias) = alias.filter(|_| first.is_none()) {
            self.place(alias, Place::Parameter);
        }
        parts.push(Stmt::TypeSwitch { subject, cases: cases.into() });
        self.errors_of(node, &mut parts);
        self.close();
        Stmt::Block(parts.into())
    }

    fn select(&mut self, node: Node<'_>) -> Stmt {
        let mut parts = Vec::new();
        for case in children(node) {
            self.open(case.end_byte());
            let communication = case.child_by_field_name("communication");
            match communication {
                Some(receive) if receive.kind() == "receive_statement" => {
                    let mut cursor = receive.walk();
                    let declares = receive.children(&mut cursor).any(|token| token.kind() == ":=");
                    if declares {
                        parts.push(self.define(receive, "left", "right"));
                    } else {
                        let targets = receive.child_by_field_name("left").map(|left| self.expressions(left));
                        let values = receive.child_by_field_name("right").map(|right| self.expressions(right));
                        parts.push(Stmt::Assign {
                            targets: targets.unwrap_or_default(),
                            values: values.unwrap_or_default(),
                            compound: false,
                        });
                    }
                }
                other => self.simple(other, &mut parts),
            }
            parts.push(Stmt::Block(self.case_statements(case, &[communication])));
            self.close();
        }
        Stmt::Block(parts.into())
    }
}

/// The nodes of a list of names, or the one that there is.
fn names_of(list: Node<'_>) -> Vec<Node<'_>> {
    if list.kind() == "expression_list" { children(list) } else { vec![list] }
}
