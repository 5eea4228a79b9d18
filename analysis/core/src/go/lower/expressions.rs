//! Expressions.

use tree_sitter::Node;

use super::{DEEPEST, Lowering, children};
use crate::ir::body::{Element, Expr, ExprId, Literal, LocalKind, Operator, UseOf};
use crate::ir::items::Place;
use crate::ir::type_ref::TypeRef;

impl Lowering<'_> {
    /// The expressions of a list, or the one that there is.
    pub(super) fn expressions(&mut self, node: Node<'_>) -> Box<[ExprId]> {
        match node.kind() {
            "expression_list" | "literal_value" | "ERROR" => {
                children(node).into_iter().map(|node| self.expression(node)).collect()
            }
            _ => Box::new([self.expression(node)]),
        }
    }

    pub(super) fn expression_in(&mut self, node: Node<'_>, field: &str) -> ExprId {
        match node.child_by_field_name(field) {
            Some(child) => self.expression(child),
            None => self.missing(node),
        }
    }

    pub(super) fn missing(&mut self, node: Node<'_>) -> ExprId {
        let range = self.range(node);
        self.expr(Expr::Missing, range)
    }

    pub(super) fn expression(&mut self, node: Node<'_>) -> ExprId {
        if self.depth > DEEPEST {
            return self.missing(node);
        }
        self.depth += 1;
        let expr = self.expression_inside(node);
        self.depth -= 1;
        let range = self.range(node);
        let is_name = matches!(expr, Expr::Name(_) | Expr::Local(_));
        let id = self.expr(expr, range);
        if is_name {
            self.place(node, Place::Expr(id));
        } else if let Expr::Member { range, .. } = self.body.exprs[id.0 as usize]
            && !range.is_empty()
        {
            self.places.push((range, Place::Expr(id)));
        }
        id
    }

    fn expression_inside(&mut self, node: Node<'_>) -> Expr {
        match node.kind() {
            "identifier" | "type_identifier" | "nil" | "true" | "false" | "iota" => {
                let name = self.name(node);
                match self.lookup(name) {
                    Some(UseOf::Local(local)) => Expr::Local(local),
                    Some(UseOf::Item(item)) => {
                        self.use_name(node, None, Some(UseOf::Item(item)));
                        Expr::Type(TypeRef::Local(item, Box::default()))
                    }
                    None => Expr::Name(name),
                }
            }
            "int_literal" => Expr::Literal(Literal::Integer),
            "float_literal" => Expr::Literal(Literal::Float),
            "imaginary_literal" => Expr::Literal(Literal::Imaginary),
            "rune_literal" => Expr::Literal(Literal::Character),
            "interpreted_string_literal" | "raw_string_literal" => Expr::Literal(Literal::String),
            "parenthesized_expression" => match children(node).first() {
                Some(inner) => Expr::Parenthesized(self.expression(*inner)),
                None => Expr::Missing,
            },
            "selector_expression" | "qualified_type" => {
                let (base, field) =
                    if node.kind() == "qualified_type" { ("package", "name") } else { ("operand", "field") };
                let base = match node.child_by_field_name(base) {
                    Some(package) if package.kind() == "package_identifier" => self.package(package),
                    Some(base) => self.expression(base),
                    None => self.missing(node),
                };
                let Some(field) = node.child_by_field_name(field) else { return Expr::Missing };
                Expr::Member { base, name: self.name(field), range: self.range(field) }
            }
            "call_expression" => self.call(node),
            "type_conversion_expression" => {
                let ty = self.type_in(node, "type");
                let range = node.child_by_field_name("type").map(|ty| self.range(ty)).unwrap_or_default();
                let callee = self.expr(Expr::Type(ty), range);
                let argument = self.expression_in(node, "operand");
                Expr::Call { callee, arguments: Box::new([argument]), spread: false }
            }
            "index_expression" => {
                let base = self.expression_in(node, "operand");
                let index = self.expression_in(node, "index");
                Expr::Index { base, indices: Box::new([index]) }
            }
            "type_instantiation_expression" | "generic_type" => {
                let base = node.child_by_field_name("type");
                let base_expr = base.map(|base| self.expression(base)).unwrap_or_else(|| self.missing(node));
                let arguments: Vec<_> = match node.child_by_field_name("type_arguments") {
                    Some(list) => children(list),
                    None => children(node).into_iter().filter(|child| Some(*child) != base).collect(),
                };
                let indices = arguments.into_iter().map(|node| self.expression(node)).collect();
                Expr::Index { base: base_expr, indices }
            }
            "type_elem" => match children(node).as_slice() {
                [one] => self.expression_inside_of(*one),
                _ => Expr::Type(self.type_ref(node)),
            },
            "slice_expression" => {
                let base = self.expression_in(node, "operand");
                let parts = ["start", "end", "capacity"].into_iter().filter_map(|part| node.child_by_field_name(part));
                let parts: Vec<_> = parts.collect();
                Expr::Slice { base, parts: parts.into_iter().map(|part| self.expression(part)).collect() }
            }
            "type_assertion_expression" => {
                let operand = self.expression_in(node, "operand");
                Expr::Assert { operand, ty: Some(self.type_in(node, "type")) }
            }
            "unary_expression" => {
                let operator = match node.child_by_field_name("operator").map(|operator| operator.kind()) {
                    Some("&") => Operator::Address,
                    Some("*") => Operator::Dereference,
                    Some("<-") => Operator::Receive,
                    Some("!") => Operator::Not,
                    _ => Operator::Arithmetic,
                };
                Expr::Unary { operator, operand: self.expression_in(node, "operand") }
            }
            "binary_expression" => {
                let operator = match node.child_by_field_name("operator").map(|operator| operator.kind()) {
                    Some("==" | "!=" | "<" | "<=" | ">" | ">=") => Operator::Compare,
                    Some("&&" | "||") => Operator::Logic,
                    Some("<<" | ">>") => Operator::Shift,
                    _ => Operator::Arithmetic,
                };
                let left = self.expression_in(node, "left");
                Expr::Binary { operator, left, right: self.expression_in(node, "right") }
            }
            "composite_literal" => {
                let ty = node.child_by_field_name("type").map(|ty| self.type_ref(ty));
                let elements = node.child_by_field_name("body").map(|body| self.elements(body)).unwrap_or_default();
                Expr::Composite { ty, elements }
            }
            "literal_value" => Expr::Composite { ty: None, elements: self.elements(node) },
            "literal_element" | "variadic_argument" => match children(node).first() {
                Some(inner) => self.expression_inside_of(*inner),
                None => Expr::Missing,
            },
            "func_literal" => self.function_literal(node),
            "pointer_type"
            | "array_type"
            | "slice_type"
            | "map_type"
            | "channel_type"
            | "function_type"
            | "struct_type"
            | "interface_type"
            | "implicit_length_array_type"
            | "negated_type"
            | "parenthesized_type" => Expr::Type(self.type_ref(node)),
            "ERROR" => {
                // The first expression in a defect is what was meant so far.
                let mut found = None;
                for child in children(node) {
                    let expr = self.expression(child);
                    found.get_or_insert(expr);
                }
                found.map_or(Expr::Missing, Expr::Parenthesized)
            }
            _ => Expr::Missing,
        }
    }

    /// An expression that has no node of its own: what is inside stands for it.
    fn expression_inside_of(&mut self, node: Node<'_>) -> Expr {
        let inner = self.expression(node);
        Expr::Parenthesized(inner)
    }

    fn package(&mut self, node: Node<'_>) -> ExprId {
        let name = self.name(node);
        let expr = match self.lookup(name) {
            Some(UseOf::Local(local)) => Expr::Local(local),
            _ => Expr::Name(name),
        };
        let range = self.range(node);
        let id = self.expr(expr, range);
        self.place(node, Place::Expr(id));
        id
    }

    fn call(&mut self, node: Node<'_>) -> Expr {
        let mut callee = self.expression_in(node, "function");
        if let Some(list) = node.child_by_field_name("type_arguments") {
            let indices = children(list).into_iter().map(|node| self.expression(node)).collect();
            let range = node.child_by_field_name("function").map(|callee| self.range(callee)).unwrap_or_default();
            callee = self.expr(Expr::Index { base: callee, indices }, range);
        }
        let nodes = node.child_by_field_name("arguments").map(children).unwrap_or_default();
        let spread = nodes.last().is_some_and(|last| last.kind() == "variadic_argument");
        let arguments = nodes.into_iter().map(|node| self.expression(node)).collect();
        Expr::Call { callee, arguments, spread }
    }

    fn elements(&mut self, body: Node<'_>) -> Box<[Element]> {
        let mut elements = Vec::new();
        for child in children(body) {
            if child.kind() == "keyed_element" {
                let key = child.child_by_field_name("key").map(|key| self.element(key));
                let value = match child.child_by_field_name("value") {
                    Some(value) => self.element(value),
                    None => self.missing(child),
                };
                elements.push(Element { key, value });
            } else {
                elements.push(Element { key: None, value: self.element(child) });
            }
        }
        elements.into()
    }

    fn element(&mut self, node: Node<'_>) -> ExprId {
        match (node.kind(), children(node).first()) {
            ("literal_element", Some(inner)) => self.expression(*inner),
            _ => self.expression(node),
        }
    }

    fn function_literal(&mut self, node: Node<'_>) -> Expr {
        let signature = Box::new(self.signature(node, false));
        self.open(node.end_byte());
        let parameters = node.child_by_field_name("parameters");
        let parameters = parameters.map(|list| self.parameter_locals(list, LocalKind::Parameter)).unwrap_or_default();
        let results = node.child_by_field_name("result");
        let results = results.map(|list| self.parameter_locals(list, LocalKind::Result)).unwrap_or_default();
        // The body is in the scope of the parameters: a result is known there, not declared anew.
        let body = node.child_by_field_name("body").map(|block| self.statements(block)).unwrap_or_default();
        self.close();
        Expr::Function { signature, parameters: parameters.into(), results: results.into(), body }
    }
}
