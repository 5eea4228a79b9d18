//! Imports that nothing uses. The compiler warns of them; the engine does not.

use montuno_base::name_index;
use montuno_semantic::diagnostic::{DiagnosticTag, rules};
use montuno_semantic::{Confidence, Diagnostic, Severity};
use ra_ap_hir::{ModuleDef, PathResolution};
use ra_ap_syntax::ast::{self, HasAttrs, HasVisibility};
use ra_ap_syntax::{AstNode, SyntaxKind, SyntaxNode, TextRange};
use rustc_hash::FxHashSet;

use super::certainty::Judge;
use super::gaps::{Imported, imported};

impl Judge<'_> {
    /// Imports whose name stands nowhere else in the file. Of traits the name need not stand anywhere, and what
    /// is imported for modules in other files is looked for there by nobody: neither is reported.
    pub(super) fn unused_imports(&self, inactive: &[TextRange]) -> Vec<Diagnostic> {
        let text = self.root.text().to_string();
        let uses = self.root.descendants().filter_map(ast::Use::cast).filter(is_private);
        let uses: Vec<_> = uses.filter(|import| !is_passed_on(import) && !is_off(import.syntax(), inactive)).collect();
        let places: Vec<TextRange> = self.root.descendants().filter_map(ast::Use::cast).map(range_of).collect();
        let imports = self.root.descendants().filter_map(ast::Use::cast);
        let trees = imports.flat_map(|import| import.syntax().descendants()).filter_map(ast::UseTree::cast);
        let mut named: FxHashSet<String> = trees.filter_map(|tree| begins_with(&tree)).collect();
        if uses.is_empty() || !self.name_in_macros(&mut named) {
            return Vec::new();
        }
        let trees = uses.iter().flat_map(|import| import.syntax().descendants().filter_map(ast::UseTree::cast));
        let unused = trees.filter_map(|tree| {
            let Imported::Name(name) = imported(&tree) else { return None };
            let is_used = name_index::occurrences(&text, &name)
                .any(|at| !places.iter().any(|place| place.contains(ra_ap_syntax::TextSize::new(at as u32))));
            (!is_used && !named.contains(&name) && name != "_" && name != "self" && self.is_only_named(&tree)).then(
                || {
                    let message = format!("`{name}` is imported and not used");
                    let mut finding = Diagnostic::new(rules::UNUSED_IMPORT, Severity::Warning, range_of(tree), message);
                    finding.confidence = Confidence::Likely;
                    finding.tags.push(DiagnosticTag::Unnecessary);
                    finding
                },
            )
        });
        unused.collect()
    }

    /// Adds the names that macros write which the file calls: they mean what is imported where the call stands.
    /// `false` if a macro cannot be seen through.
    fn name_in_macros(&self, named: &mut FxHashSet<String>) -> bool {
        let mut pending: Vec<_> = self.root.descendants().filter_map(ast::MacroCall::cast).collect();
        while let Some(call) = pending.pop() {
            let Some(expanded) = self.sema.expand_allowed_builtins(&call) else { continue };
            if expanded.err.is_some() {
                return false;
            }
            let tokens = expanded.value.descendants_with_tokens().filter_map(|it| it.into_token());
            let names = tokens.filter(|token| token.kind() == SyntaxKind::IDENT);
            named.extend(names.map(|token| token.text().to_owned()));
            pending.extend(expanded.value.descendants().filter_map(ast::MacroCall::cast));
        }
        true
    }

    /// Whether what is imported has an effect only where its name stands.
    fn is_only_named(&self, tree: &ast::UseTree) -> bool {
        let Some(path) = tree.path() else { return false };
        match self.sema.resolve_path(&path) {
            Some(PathResolution::Def(ModuleDef::Trait(_) | ModuleDef::Macro(_) | ModuleDef::TypeAlias(_))) | None => {
                false
            }
            Some(_) => true,
        }
    }
}

/// The name that a whole `use` begins with, if this tree is its outermost and the name stands before another one.
fn begins_with(tree: &ast::UseTree) -> Option<String> {
    let is_outermost = tree.syntax().parent().is_some_and(|parent| ast::Use::can_cast(parent.kind()));
    let path = tree.path().filter(|_| is_outermost)?;
    let is_longer = path.qualifier().is_some() || tree.use_tree_list().is_some() || tree.star_token().is_some();
    let first = path.first_segment().filter(|_| is_longer)?;
    Some(first.name_ref()?.text().to_string())
}

fn range_of(node: impl AstNode) -> TextRange {
    node.syntax().text_range()
}

/// Whether an import is for its own module alone, and nobody said that it may be unused.
fn is_private(import: &ast::Use) -> bool {
    let allows = |node: SyntaxNode| {
        ast::AnyHasAttrs::cast(node).is_some_and(|item| {
            item.attrs().any(|attribute| {
                let text = attribute.to_string();
                text.contains("unused") || text.contains("macro_use") || text.contains("cfg")
            })
        })
    };
    import.visibility().is_none() && !import.syntax().ancestors().any(allows)
}

/// Whether modules in other files may see what is imported: they are declared beside it.
fn is_passed_on(import: &ast::Use) -> bool {
    let around = import.syntax().parent();
    let beside = around.into_iter().flat_map(|around| around.children()).filter_map(ast::Module::cast);
    beside.into_iter().any(|module| module.item_list().is_none())
}

fn is_off(node: &SyntaxNode, inactive: &[TextRange]) -> bool {
    inactive.iter().any(|range| range.contains_range(node.text_range()))
}
