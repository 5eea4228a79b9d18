//! The type that the language expects of what is written at a place.

use montuno_base::FilePosition;
use montuno_semantic::cancel::Cancellable;
use ra_ap_hir::{Semantics, Type};
use ra_ap_ide_db::RootDatabase;
use ra_ap_ide_db::active_parameter::ActiveParameter;
use ra_ap_syntax::{AstNode, Direction, SyntaxNode, SyntaxToken, TextSize, algo, ast};

use super::types::written;
use crate::snapshot::RustSnapshot;

impl RustSnapshot {
    pub(crate) fn type_expected_at(&self, position: FilePosition) -> Cancellable<Option<String>> {
        let Some(place) = self.position(position)? else { return Ok(None) };
        self.read(|database| {
            let sema = Semantics::new(database);
            let file = sema.parse_guess_edition(place.file_id);
            let token = file.syntax().token_at_offset(place.offset).left_biased()?;
            let token = sema.descend_into_macros_single_exact(token);
            let node = token.parent()?;
            let ty = expected(&sema, &token, place.offset)?;
            written(&sema, &node, &ty)
        })
    }
}

/// The type that is expected of what begins or stands at an offset behind or in `token`.
fn expected<'db>(sema: &Semantics<'db, RootDatabase>, token: &SyntaxToken, offset: TextSize) -> Option<Type<'db>> {
    // What is written already does not count: `f(a|)` expects what `f(|)` does.
    let code = algo::skip_trivia_token(token.clone(), Direction::Prev)?;
    for node in code.parent_ancestors() {
        if ast::ArgList::can_cast(node.kind()) {
            return ActiveParameter::at_token(sema, code.clone()).map(|parameter| parameter.ty);
        }
        if let Some(ty) = expected_in(sema, &node, offset) {
            return Some(ty);
        }
        // Whatever is outside a block or closure expects something of the whole of it.
        if ast::BlockExpr::can_cast(node.kind())
            || ast::ClosureExpr::can_cast(node.kind())
            || ast::Item::can_cast(node.kind())
        {
            return None;
        }
    }
    None
}

/// What a node expects of the part of it at an offset.
fn expected_in<'db>(sema: &Semantics<'db, RootDatabase>, node: &SyntaxNode, offset: TextSize) -> Option<Type<'db>> {
    let behind = |token: Option<SyntaxToken>| token.is_some_and(|token| token.text_range().end() <= offset);
    if let Some(binding) = ast::LetStmt::cast(node.clone()) {
        if !behind(binding.eq_token()) {
            return None;
        }
        let annotated = binding.ty().and_then(|ty| sema.resolve_type(&ty));
        return annotated.or_else(|| sema.type_of_pat(&binding.pat()?).map(|info| info.original));
    }
    if let Some(constant) = ast::Const::cast(node.clone()) {
        return sema.resolve_type(&constant.ty()?).filter(|_| behind(constant.eq_token()));
    }
    if let Some(field) = ast::RecordExprField::cast(node.clone()) {
        return behind(field.colon_token()).then(|| sema.resolve_record_field(&field))?.map(|(_, _, ty)| ty);
    }
    if let Some(operation) = ast::BinExpr::cast(node.clone()) {
        let left = operation.lhs()?;
        return behind(operation.op_token()).then(|| sema.type_of_expr(&left))?.map(|info| info.original);
    }
    if let Some(result) = ast::ReturnExpr::cast(node.clone()) {
        return result_of_function(sema, result.syntax());
    }
    if let Some(condition) = ast::IfExpr::cast(node.clone()).map(|it| (it.condition(), it.then_branch()))
        && condition.1.is_none_or(|branch| offset <= branch.syntax().text_range().start())
    {
        return condition
            .0
            .filter(|it| !matches!(it, ast::Expr::LetExpr(_)))
            .and_then(|it| sema.type_of_expr(&it))
            .map(|it| it.original);
    }
    if let Some(list) = ast::StmtList::cast(node.clone()) {
        // The last expression of a body is its result.
        let is_last = list.tail_expr().is_none_or(|tail| tail.syntax().text_range().contains_inclusive(offset))
            && list.statements().all(|statement| statement.syntax().text_range().end() <= offset);
        let block = list.syntax().parent()?;
        let function = block.parent().and_then(ast::Fn::cast).filter(|_| is_last)?;
        return Some(sema.to_def(&function)?.ret_type(sema.db));
    }
    None
}

/// The result of the function around a node; of a closure nothing is known.
fn result_of_function<'db>(sema: &Semantics<'db, RootDatabase>, node: &SyntaxNode) -> Option<Type<'db>> {
    let around = node.ancestors().find(|it| ast::Fn::can_cast(it.kind()) || ast::ClosureExpr::can_cast(it.kind()))?;
    Some(sema.to_def(&ast::Fn::cast(around)?)?.ret_type(sema.db))
}
