//! Arguments that a function does not take.

use montuno_semantic::Severity;
use montuno_semantic::diagnostic::rules as common;
use ruff_db::parsed::parsed_module;
use ruff_python_ast::find_node::CoveringNode;
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprRef};
use ruff_text_size::Ranged;
use ty_python_core::definition::DefinitionKind;
use ty_python_semantic::types::Type;
use ty_python_semantic::{HasType, ImportAliasResolution, ResolvedDefinition};

use super::{Check, Verdict};
use crate::cursor::{Cursor, Subject};
use crate::database::is_own;
use crate::navigation;

/// Words in decorators of tests that fail, or do not run.
const FAILING: [&str; 3] = ["xfail", "skip", "expectedfailure"];

impl Check<'_, '_> {
    /// A call that the engine does not accept. It is an error if a plain function of the workspace is
    /// called that has one definition and no decorator: then nothing else can be there when the call runs.
    pub(super) fn judge_call(&self, node: &CoveringNode<'_>) -> Verdict {
        let rule = common::INVALID_CALL;
        let place = node.node().range();
        let mut calls = node.ancestors().filter_map(AnyNodeRef::expr_call);
        // The callee, an argument, or the whole call is marked.
        let Some(call) = calls.find(|call| call.range().contains_range(place)) else {
            return Verdict::likely(rule, Severity::Hint);
        };
        if has_unpacking(call) || self.is_tried(node, &["TypeError"]) || self.is_expected_to_fail(node) {
            return Verdict::likely(rule, Severity::Hint);
        }
        if self.is_plain_function(call) {
            return Verdict::error(rule);
        }
        // A method may be another one in a class below; a class may be made otherwise.
        let is_known = match call.func.inferred_type(self.model) {
            Some(Type::FunctionLiteral(_)) if call.func.is_name_expr() => true,
            Some(Type::FunctionLiteral(_) | Type::BoundMethod(_)) => self.is_only_one(&call.func),
            Some(ty @ Type::ClassLiteral(_)) => self.view.lacks(self.model, ty, "__new__", None),
            _ => false,
        };
        Verdict::likely(rule, if is_known { Severity::Warning } else { Severity::Hint })
    }

    /// Whether a function is called that is certainly the one that stands there: a function of the
    /// workspace, defined once, without decorators, in no class.
    fn is_plain_function(&self, call: &ExprCall) -> bool {
        let db = self.view.db;
        if !matches!(call.func.inferred_type(self.model), Some(Type::FunctionLiteral(_))) {
            return false;
        }
        let definitions = self.definitions_of(&call.func);
        let [ResolvedDefinition::Definition(definition)] = definitions.as_slice() else { return false };
        let DefinitionKind::Function(node) = definition.kind(db) else { return false };
        let parsed = parsed_module(db, definition.python_file(db)).load(db);
        let function = node.node(&parsed);
        let is_in_class = definition.scope(db).node(db).as_class().is_some();
        function.decorator_list.is_empty() && !is_in_class && is_own(db, definition.file(db))
    }

    /// Whether a test says that what it runs fails: by a decorator, or because the call is handed to a function that
    /// waits for an error.
    fn is_expected_to_fail(&self, node: &CoveringNode<'_>) -> bool {
        let written = |expression: &Expr| self.text[expression.range().to_std_range()].to_lowercase();
        node.ancestors().any(|around| match around {
            AnyNodeRef::StmtFunctionDef(function) => function.decorator_list.iter().any(|one| {
                let decorator = written(&one.expression);
                FAILING.iter().any(|word| decorator.contains(word))
            }),
            AnyNodeRef::ExprCall(call) => written(&call.func).contains("raises"),
            AnyNodeRef::StmtWith(block) => {
                block.items.iter().any(|item| written(&item.context_expr).contains("raises"))
            }
            _ => false,
        })
    }

    /// Whether only one function of the program has the name of what is called.
    fn is_only_one(&self, callee: &Expr) -> bool {
        let Expr::Attribute(attribute) = callee else { return false };
        self.declared.times(&attribute.attr) == 1
    }

    fn definitions_of(&self, callee: &Expr) -> Vec<ResolvedDefinition<'_>> {
        let expression = match callee {
            Expr::Name(_) | Expr::Attribute(_) => ExprRef::from(callee),
            _ => return Vec::new(),
        };
        let cursor = Cursor { range: callee.range(), subject: Subject::Expression(expression), ancestors: Vec::new() };
        navigation::declarations(self.model, &cursor, ImportAliasResolution::ResolveAliases)
    }
}

/// Whether the number of arguments is not known.
fn has_unpacking(call: &ExprCall) -> bool {
    call.arguments.args.iter().any(Expr::is_starred_expr)
        || call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none())
}
