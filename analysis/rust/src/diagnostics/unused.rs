//! Imports that nothing uses. The compiler warns of them; the engine does not.

use montuno_base::name_index;
use montuno_semantic::diagnostic::{DiagnosticTag, rules};
use montuno_semantic::{Confidence, Diagnostic, Severity};
use ra_ap_hir::{ModuleDef, PathResolution};
use ra_ap_syntax::ast::{self, HasAttrs, HasVisibility};
use ra_ap_syntax::{AstNode, SyntaxNode, TextRange};

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
        let trees = uses.iter().flat_map(|import| import.syntax().descendants().filter_map(ast::UseTree::cast));
        let unused = trees.filter_map(|tree| {
            let Imported::Name(name) = imported(&tree) else { return None };
            let is_used = name_index::occurrences(&text, &name)
                .any(|at| !places.iter().any(|place| place.contains(ra_ap_syntax::TextSize::new(at as u32))));
            (!is_used && name != "_" && name != "self" && self.is_only_named(&tree)).then(|| {
                let message = format!("`{name}` is imported and not used");
                let mut finding = Diagnostic::new(rules::UNUSED_IMPORT, Severity::Warning, range_of(tree), message);
                finding.confidence = Confidence::Likely;
                finding.tags.push(DiagnosticTag::Unnecessary);
                finding
            })
        });
        unused.collect()
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
