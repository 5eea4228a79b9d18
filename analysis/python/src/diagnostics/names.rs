//! Names that nothing declares.

use montuno_semantic::Severity;
use montuno_semantic::diagnostic::rules as common;
use ruff_python_ast::AnyNodeRef;
use ruff_python_ast::find_node::CoveringNode;
use ruff_text_size::Ranged;
use ty_python_core::scope::FileScopeId;
use ty_python_core::semantic_index;

use super::{Check, Verdict};

/// Names that surroundings put into every module: `gettext.install`, IPython.
const FROM_AROUND: [&str; 6] = ["_", "ngettext", "get_ipython", "display", "In", "Out"];

/// Words by which a module is one for Python 2: what every module has there and none in Python 3.
const OF_PYTHON_2: [&str; 8] =
    ["basestring", "cmp(", "execfile(", "raw_input(", "unichr(", "unicode(", "xrange(", ".has_key("];

/// Words by which a module gets names that stand nowhere.
const DYNAMIC: [&str; 5] = ["globals()", "exec(", "locals()", "vars(", "execfile("];

impl Check<'_, '_> {
    /// A name that the engine does not find. It is an error unless the module may have got it otherwise, or
    /// expects that it is missing.
    pub(super) fn judge_name(&self, node: &CoveringNode<'_>) -> Verdict {
        let rule = common::UNRESOLVED_NAME;
        let name = &self.text[node.node().range().to_std_range()];
        if FROM_AROUND.contains(&name) || self.is_tried(node, &["NameError"]) {
            return Verdict::likely(rule, Severity::Hint);
        }
        let has_one_of = |words: &[&str]| words.iter().any(|word| self.text.contains(word));
        if has_one_of(&DYNAMIC)
            || has_one_of(&OF_PYTHON_2)
            || self.imports_unknown_names()
            || self.is_bound_around(node, name)
        {
            return Verdict::likely(rule, Severity::Warning);
        }
        // What stands in an annotation need not be there when the program runs.
        if self.is_in_annotation(node) {
            return Verdict::likely(rule, Severity::Warning);
        }
        Verdict::error(rule)
    }

    /// Whether a scope around a name binds it after all: where the engine thinks that the code never runs, as
    /// under `if not TYPE_CHECKING`, or not before the name is used.
    fn is_bound_around(&self, node: &CoveringNode<'_>, name: &str) -> bool {
        let index = semantic_index(self.view.db, self.model.program_file());
        let scope = node.node().as_expr_ref().and_then(|expression| index.try_expression_scope_id(&expression));
        index.ancestor_scopes(scope.unwrap_or_else(FileScopeId::global)).any(|(scope, _)| {
            let table = index.place_table(scope);
            table.symbol_id(name).is_some_and(|symbol| table.symbol(symbol).is_bound())
        })
    }

    /// Whether a `*` is imported from a module that is not there.
    fn imports_unknown_names(&self) -> bool {
        let AnyNodeRef::ModModule(module) = self.root else { return false };
        let imports = module.body.iter().filter_map(|statement| statement.as_import_from_stmt());
        imports
            .into_iter()
            .filter(|import| import.names.iter().any(|alias| &alias.name == "*"))
            .any(|import| self.model.resolve_module(import.module.as_deref(), import.level).is_none())
    }

    fn is_in_annotation(&self, node: &CoveringNode<'_>) -> bool {
        let place = node.node().range();
        let is_string = node.ancestors().any(|around| around.is_expr_string_literal());
        let in_annotation = node.ancestors().any(|around| {
            let annotation = match around {
                AnyNodeRef::Parameter(parameter) => parameter.annotation.as_deref(),
                AnyNodeRef::StmtFunctionDef(function) => function.returns.as_deref(),
                AnyNodeRef::StmtAnnAssign(assign) => Some(&*assign.annotation),
                _ => None,
            };
            annotation.is_some_and(|annotation| annotation.range().contains_range(place))
        });
        let is_deferred = self.text.contains("from __future__ import annotations")
            || self.model.program_environment().program(self.view.db).python_version(self.view.db).defers_annotations()
            || self.model.file().is_stub(self.view.db);
        in_annotation && (is_string || is_deferred)
    }
}
