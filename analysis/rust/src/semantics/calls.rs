//! What a piece of code calls.

use montuno_base::{FileRange, TextRange};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::hierarchy::Call;
use ra_ap_hir::Semantics;
use ra_ap_ide::TryToNav;
use ra_ap_ide_db::defs::{Definition, NameRefClass};
use ra_ap_ide_db::{FxIndexMap, RootDatabase};
use ra_ap_syntax::{AstNode, NodeOrToken, SyntaxKind, SyntaxToken, ast};

use crate::convert::target;
use crate::snapshot::RustSnapshot;

impl RustSnapshot {
    /// The functions that the code of a range calls, in the order of their first calls. Calls inside the
    /// arguments of macros are among them.
    pub(crate) fn calls_in(&self, body: FileRange) -> Cancellable<Vec<Call>> {
        let Some(place) = self.range(body.file, body.range)? else { return Ok(Vec::new()) };
        self.read(|database| {
            let sema = Semantics::new(database);
            let file = sema.parse_guess_edition(place.file_id);
            let mut found: FxIndexMap<Definition<'_>, Vec<TextRange>> = FxIndexMap::default();
            let around = match file.syntax().covering_element(place.range) {
                NodeOrToken::Node(node) => Some(node),
                NodeOrToken::Token(token) => token.parent(),
            };
            let words = around.into_iter().flat_map(|node| node.descendants_with_tokens());
            for word in words.filter_map(NodeOrToken::into_token) {
                let is_inside = place.range.contains_range(word.text_range());
                if !is_inside || word.kind() != SyntaxKind::IDENT {
                    continue;
                }
                if let Some(called) = called_by(&sema, word.clone()) {
                    found.entry(called).or_default().push(word.text_range());
                }
            }
            let calls = found.into_iter().filter_map(|(called, ranges)| {
                let target = target::target(called.try_to_nav(&sema)?.call_site);
                Some(Call { target, ranges })
            });
            calls.collect()
        })
    }
}

/// The function that is called by its name at a word.
fn called_by<'db>(sema: &Semantics<'db, RootDatabase>, word: SyntaxToken) -> Option<Definition<'db>> {
    let word = sema.descend_into_macros_single_exact(word);
    let name = ast::NameRef::cast(word.parent()?)?;
    let parent = name.syntax().parent()?;
    let is_call = ast::MethodCallExpr::can_cast(parent.kind())
        || ast::PathSegment::cast(parent)
            .and_then(|segment| segment.parent_path().syntax().parent())
            .and_then(ast::PathExpr::cast)
            .and_then(|path| path.syntax().parent())
            .is_some_and(|call| ast::CallExpr::can_cast(call.kind()));
    if !is_call {
        return None;
    }
    match NameRefClass::classify(sema, &name)? {
        NameRefClass::Definition(found @ Definition::Function(_), _) => Some(found),
        _ => None,
    }
}
