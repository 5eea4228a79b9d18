//! What binds names, and what is assigned to.

use oxc_ast::ast;
use oxc_span::GetSpan;

use super::super::tree::{Kind, NONE, NodeId, flags};
use super::Lowering;

impl<'a> Lowering<'_, 'a> {
    pub(super) fn pattern(&mut self, pattern: &'a ast::BindingPattern<'a>) -> NodeId {
        match pattern {
            ast::BindingPattern::BindingIdentifier(name) => {
                self.named(Kind::Binding, name.span, name.name.as_str(), name.span, &[])
            }
            ast::BindingPattern::ObjectPattern(object) => {
                let mut parts = Vec::with_capacity(object.properties.len() + 1);
                for property in &object.properties {
                    let (name, at, key) = self.key(&property.key, property.computed);
                    let value = self.pattern(&property.value);
                    let id = self.named(Kind::PatternProperty, property.span, &name, at, &[value, key]);
                    self.flag(id, flags::SHORTHAND, property.shorthand);
                    parts.push(id);
                }
                parts.extend(self.rest(object.rest.as_deref()));
                self.add(Kind::ObjectPattern, object.span, &parts)
            }
            ast::BindingPattern::ArrayPattern(array) => {
                let mut parts = Vec::with_capacity(array.elements.len() + 1);
                for element in &array.elements {
                    let part = element.as_ref().map_or(NONE, |element| self.pattern(element));
                    parts.push(part);
                }
                parts.extend(self.rest(array.rest.as_deref()));
                self.add(Kind::ArrayPattern, array.span, &parts)
            }
            ast::BindingPattern::AssignmentPattern(with_default) => {
                let pattern = self.pattern(&with_default.left);
                let value = self.expression(&with_default.right);
                self.add(Kind::DefaultPattern, with_default.span, &[pattern, value])
            }
        }
    }

    fn rest(&mut self, rest: Option<&'a ast::BindingRestElement<'a>>) -> Option<NodeId> {
        let rest = rest?;
        let pattern = self.pattern(&rest.argument);
        Some(self.add(Kind::RestPattern, rest.span, &[pattern]))
    }

    /// What is assigned to. Destructuring has the nodes of patterns, with references for bindings.
    pub(super) fn target(&mut self, target: &'a ast::AssignmentTarget<'a>) -> NodeId {
        if let Some(simple) = target.as_simple_assignment_target() {
            return self.simple_target(simple);
        }
        match target {
            ast::AssignmentTarget::ArrayAssignmentTarget(array) => {
                let mut parts = Vec::with_capacity(array.elements.len() + 1);
                for element in &array.elements {
                    let part = element.as_ref().map_or(NONE, |element| self.target_with_default(element));
                    parts.push(part);
                }
                parts.extend(self.target_rest(array.rest.as_deref()));
                self.add(Kind::ArrayPattern, array.span, &parts)
            }
            ast::AssignmentTarget::ObjectAssignmentTarget(object) => {
                let mut parts = Vec::with_capacity(object.properties.len() + 1);
                for property in &object.properties {
                    let id = match property {
                        ast::AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(property) => {
                            let name = &property.binding;
                            let mut value = self.named(Kind::Identifier, name.span, name.name.as_str(), name.span, &[]);
                            if let Some(default) = &property.init {
                                let default = self.expression(default);
                                value = self.add(Kind::DefaultPattern, property.span, &[value, default]);
                            }
                            let id = self.named(
                                Kind::PatternProperty,
                                property.span,
                                name.name.as_str(),
                                name.span,
                                &[value, NONE],
                            );
                            self.flag(id, flags::SHORTHAND, true);
                            id
                        }
                        ast::AssignmentTargetProperty::AssignmentTargetPropertyProperty(property) => {
                            let (name, at, key) = self.key(&property.name, property.computed);
                            let value = self.target_with_default(&property.binding);
                            self.named(Kind::PatternProperty, property.span, &name, at, &[value, key])
                        }
                    };
                    parts.push(id);
                }
                parts.extend(self.target_rest(object.rest.as_deref()));
                self.add(Kind::ObjectPattern, object.span, &parts)
            }
            _ => self.add(Kind::Empty, target.span(), &[]),
        }
    }

    fn target_rest(&mut self, rest: Option<&'a ast::AssignmentTargetRest<'a>>) -> Option<NodeId> {
        let rest = rest?;
        let target = self.target(&rest.target);
        Some(self.add(Kind::RestPattern, rest.span, &[target]))
    }

    fn target_with_default(&mut self, target: &'a ast::AssignmentTargetMaybeDefault<'a>) -> NodeId {
        match target {
            ast::AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(target) => {
                let binding = self.target(&target.binding);
                let value = self.expression(&target.init);
                self.add(Kind::DefaultPattern, target.span, &[binding, value])
            }
            other => match other.as_assignment_target() {
                Some(target) => self.target(target),
                None => self.add(Kind::Empty, other.span(), &[]),
            },
        }
    }

    pub(super) fn simple_target(&mut self, target: &'a ast::SimpleAssignmentTarget<'a>) -> NodeId {
        match target {
            ast::SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => {
                self.named(Kind::Identifier, name.span, name.name.as_str(), name.span, &[])
            }
            ast::SimpleAssignmentTarget::TSAsExpression(cast) => {
                let expression = self.expression(&cast.expression);
                let annotation = self.type_(&cast.type_annotation);
                self.add(Kind::As, cast.span, &[expression, annotation])
            }
            ast::SimpleAssignmentTarget::TSSatisfiesExpression(cast) => {
                let expression = self.expression(&cast.expression);
                let annotation = self.type_(&cast.type_annotation);
                self.add(Kind::Satisfies, cast.span, &[expression, annotation])
            }
            ast::SimpleAssignmentTarget::TSTypeAssertion(cast) => {
                let expression = self.expression(&cast.expression);
                let annotation = self.type_(&cast.type_annotation);
                self.add(Kind::As, cast.span, &[expression, annotation])
            }
            ast::SimpleAssignmentTarget::TSNonNullExpression(inner) => {
                let expression = self.expression(&inner.expression);
                self.add(Kind::NonNull, inner.span, &[expression])
            }
            other => match other.as_member_expression() {
                Some(member) => self.member(member),
                None => self.add(Kind::Empty, other.span(), &[]),
            },
        }
    }
}
