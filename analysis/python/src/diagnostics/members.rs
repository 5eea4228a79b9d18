//! Members that a type does not have.

use montuno_semantic::Severity;
use montuno_semantic::diagnostic::rules as common;
use ruff_python_ast::find_node::CoveringNode;
use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprContext};
use ty_python_semantic::types::Type;
use ty_python_semantic::{HasDefinition, HasType};

use super::{Check, Verdict};

/// What the first parameter of a method is called by custom. Under another name it may be something else,
/// that a decorator or a metaclass hands over.
const CUSTOMARY: [&str; 5] = ["self", "cls", "mcs", "mcls", "metacls"];

impl Check<'_, '_> {
    /// A member that the engine does not find. It is an error if everything is known of the receiver, and
    /// nothing in the program ever declares such a member; if the standard library does, it may have found its
    /// way there, and if the program itself does, it is likely to have. `None` if it says nothing.
    pub(super) fn judge_member(&self, node: &CoveringNode<'_>) -> Option<Verdict> {
        let attribute = node.ancestors().find_map(AnyNodeRef::expr_attribute)?;
        let rule = common::UNRESOLVED_MEMBER;
        let receiver = attribute.value.inferred_type(self.model);
        if attribute.ctx != ExprContext::Load || receiver.is_none_or(|ty| self.may_be_anything(ty)) {
            return Some(Verdict::likely(rule, Severity::Hint));
        }
        if self.is_tried(node, &["AttributeError"]) || self.declared.in_workspace(&attribute.attr) {
            return Some(Verdict::likely(rule, Severity::Hint));
        }
        let is_declared = self.declared.anywhere(&attribute.attr);
        let class = node.ancestors().find_map(AnyNodeRef::stmt_class_def).map(|class| class.definition(self.model));
        let is_closed = receiver.is_some_and(|ty| self.view.lacks(self.model, ty, &attribute.attr, class));
        Some(match (is_closed && !self.is_handed_over(attribute, node), is_declared) {
            (true, false) => Verdict::error(rule),
            (true, true) | (false, false) => Verdict::likely(rule, Severity::Warning),
            (false, true) => Verdict::likely(rule, Severity::Hint),
        })
    }

    /// Whether something of the type is not known: what comes from a package that is not there, for one.
    fn may_be_anything(&self, ty: Type<'_>) -> bool {
        match ty {
            Type::Dynamic(_) | Type::Divergent(_) => true,
            Type::Union(union) => union.elements(self.view.db).iter().any(|&ty| self.may_be_anything(ty)),
            Type::Intersection(intersection) => {
                intersection.iter_positive(self.view.db).any(|ty| self.may_be_anything(ty))
            }
            _ => false,
        }
    }

    /// Whether the receiver is the first parameter of a function in a class that is not called as customary.
    fn is_handed_over(&self, attribute: &ExprAttribute, node: &CoveringNode<'_>) -> bool {
        let Expr::Name(receiver) = &*attribute.value else { return false };
        let mut functions = node.ancestors().filter_map(AnyNodeRef::stmt_function_def);
        functions.any(|function| {
            let first = function.parameters.iter_non_variadic_params().next();
            first.is_some_and(|first| {
                first.parameter.annotation.is_none()
                    && first.parameter.name.as_str() == receiver.id.as_str()
                    && !CUSTOMARY.contains(&receiver.id.as_str())
            })
        })
    }

    /// Whether a node stands in the body of a `try` that expects one of these errors.
    pub(super) fn is_tried(&self, node: &CoveringNode<'_>, errors: &[&str]) -> bool {
        let expected = |expression: &Expr| {
            let written = self.text.get(ruff_text_size::Ranged::range(expression).to_std_range()).unwrap_or_default();
            errors
                .iter()
                .chain(&["Exception", "BaseException"])
                .any(|error| written.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == *error))
        };
        let place = ruff_text_size::Ranged::range(&node.node());
        node.ancestors().any(|around| match around {
            AnyNodeRef::StmtTry(guarded) => {
                let is_in_body =
                    guarded.body.iter().any(|statement| ruff_text_size::Ranged::range(statement).contains_range(place));
                let handlers = guarded.handlers.iter().filter_map(|handler| handler.as_except_handler());
                is_in_body && handlers.into_iter().any(|handler| handler.type_.as_deref().is_none_or(expected))
            }
            // `with suppress(AttributeError):`
            AnyNodeRef::StmtWith(block) => block.items.iter().any(|item| expected(&item.context_expr)),
            _ => false,
        })
    }
}
