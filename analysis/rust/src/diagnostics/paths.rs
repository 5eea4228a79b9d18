//! Paths that begin with a name which is not there. The engine takes the type for unknown and says nothing.

use montuno_base::TextRange;
use ra_ap_syntax::ast::{self, HasAttrs};
use ra_ap_syntax::{AstNode, SyntaxNode};

use super::certainty::Judge;
use super::gaps::is_harmless;

/// A path that leads nowhere.
pub(super) struct Missing {
    /// Where the name stands that is not there.
    pub range: TextRange,
    /// The name.
    pub name: String,
    /// Whether the path goes on behind it.
    pub is_longer: bool,
}

impl Missing {
    /// What is wrong.
    pub(super) fn message(&self) -> String {
        let what = if self.is_longer { "type or module" } else { "type" };
        format!("no {what} `{}` in this scope", self.name)
    }
}

impl Judge<'_> {
    /// The names at the start of paths to types and modules that are not there. Code that is turned off is
    /// passed over, as is all that a macro is given.
    pub(super) fn missing_paths(&self, inactive: &[TextRange]) -> Vec<Missing> {
        let paths = self.root.descendants().filter_map(ast::Path::cast).filter(|path| path.qualifier().is_none());
        paths.filter_map(|path| self.missing_path(&path, inactive)).collect()
    }

    fn missing_path(&self, path: &ast::Path, inactive: &[TextRange]) -> Option<Missing> {
        let segment = path.segment()?;
        // `<T as Trait>::…`, `crate::…`, `Self` and the like are no names to look for.
        let name = segment.name_ref().filter(|name| name.ident_token().is_some())?;
        if segment.coloncolon_token().is_some() {
            return None;
        }
        let range = name.syntax().text_range();
        if inactive.iter().any(|inactive| inactive.contains_range(range)) || !self.is_looked_at(path) {
            return None;
        }
        if self.sema.resolve_path(path).is_some() || self.sema.scope(path.syntax()).is_none() {
            return None;
        }
        Some(Missing { range, name: name.text().to_string(), is_longer: path.parent_path().is_some() })
    }

    /// Whether the engine itself says nothing of a path with one name, or of the first name of a longer one.
    fn is_looked_at(&self, path: &ast::Path) -> bool {
        let mut outermost = path.clone();
        while let Some(longer) = outermost.parent_path() {
            outermost = longer;
        }
        let is_longer = outermost.syntax() != path.syntax();
        let Some(parent) = outermost.syntax().parent() else { return false };
        let is_of_interest = ast::PathType::can_cast(parent.kind())
            || ast::RecordExpr::can_cast(parent.kind())
            || (is_longer && (ast::PathExpr::can_cast(parent.kind()) || ast::PathPat::can_cast(parent.kind())));
        is_of_interest && !parent.ancestors().any(|node| self.is_rewritten(&node))
    }

    /// Whether an attribute may make something else of an item.
    fn is_rewritten(&self, node: &SyntaxNode) -> bool {
        let Some(item) = ast::AnyHasAttrs::cast(node.clone()).filter(|_| ast::Item::can_cast(node.kind())) else {
            return false;
        };
        let options = self.krate.cfg(self.sema.db);
        let is_derive = |attribute: &ast::Attr| attribute.simple_name().is_some_and(|name| name == "derive");
        item.attrs().any(|attribute| !is_harmless(&attribute, options) && !is_derive(&attribute))
    }
}
