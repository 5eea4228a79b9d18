//! Replaced soon.
use crate::view::View;
use montuno_base::*;
use montuno_semantic::presentation::*;
use montuno_semantic::tokens::Token;
use montuno_semantic::*;
impl View<'_> {
    pub(crate) fn semantic_tokens(&self, file: FileId, range: Option<TextRange>) -> Vec<Token> {
        montuno_semantic::features::syntax::syntax_tokens(self.context, file, range)
    }
    pub(crate) fn inlay_hints(&self, _: FileRange) -> Vec<InlayHint> {
        Vec::new()
    }
    pub(crate) fn monikers(&self, _: FilePosition) -> Vec<Moniker> {
        Vec::new()
    }
    pub(crate) fn code_actions(&self, _: FileRange, _: &[CodeActionKind]) -> Vec<CodeAction> {
        Vec::new()
    }
    pub(crate) fn on_type(&self, _: FilePosition, _: char) -> Option<WorkspaceEdit> {
        None
    }
}
