//! The type of what is written at a place.

use montuno_base::FilePosition;
use montuno_semantic::cancel::Cancellable;
use ra_ap_hir::{HirDisplay, Semantics, Type};
use ra_ap_ide_db::RootDatabase;
use ra_ap_ide_db::helpers::pick_best_token;
use ra_ap_syntax::{AstNode, SyntaxKind, SyntaxNode, SyntaxToken, ast};

use crate::snapshot::RustSnapshot;

impl RustSnapshot {
    /// The type of the innermost expression or pattern that ends or stands at a place.
    pub(crate) fn type_of(&self, position: FilePosition) -> Cancellable<Option<String>> {
        let Some(place) = self.position(position)? else { return Ok(None) };
        self.read(|database| {
            let sema = Semantics::new(database);
            let file = sema.parse_guess_edition(place.file_id);
            let token = pick_best_token(file.syntax().token_at_offset(place.offset), |kind| match kind {
                SyntaxKind::WHITESPACE | SyntaxKind::COMMENT => 0,
                kind if kind.is_punct() => 1,
                _ => 2,
            })?;
            let token = sema.descend_into_macros_single_exact(token);
            let (node, ty) =
                token.parent_ancestors().find_map(|node| Some((node.clone(), type_of_node(&sema, node)?)))?;
            written(&sema, &node, &ty)
        })
    }
}

/// The type of an expression or a pattern; `None` of any other node.
fn type_of_node<'db>(sema: &Semantics<'db, RootDatabase>, node: SyntaxNode) -> Option<Type<'db>> {
    if let Some(expression) = ast::Expr::cast(node.clone()) {
        return sema.type_of_expr(&expression).map(|info| info.original);
    }
    if let Some(pattern) = ast::Pat::cast(node.clone()) {
        return sema.type_of_pat(&pattern).map(|info| info.original);
    }
    ast::SelfParam::cast(node).and_then(|parameter| sema.type_of_self(&parameter))
}

/// A type as it would be written where `node` is; `None` if it is not known.
pub(super) fn written(sema: &Semantics<'_, RootDatabase>, node: &SyntaxNode, ty: &Type<'_>) -> Option<String> {
    if ty.is_unknown() {
        return None;
    }
    let scope = sema.scope(node)?;
    Some(ty.display(sema.db, scope.krate().to_display_target(sema.db)).to_string())
}

/// The token that a question about a place is about.
pub(super) fn token_at(sema: &Semantics<'_, RootDatabase>, place: ra_ap_ide::FilePosition) -> Option<SyntaxToken> {
    let file = sema.parse_guess_edition(place.file_id);
    pick_best_token(file.syntax().token_at_offset(place.offset), |kind| match kind {
        SyntaxKind::IDENT | SyntaxKind::SELF_KW | SyntaxKind::SELF_TYPE_KW => 2,
        kind if kind.is_trivia() => 0,
        _ => 1,
    })
}
