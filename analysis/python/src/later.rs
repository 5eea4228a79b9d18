//! Replaced soon.
use crate::view::View;
use montuno_base::*;
use montuno_semantic::completion::*;
use montuno_semantic::presentation::*;
use montuno_semantic::tokens::Token;
use montuno_semantic::*;
impl View<'_> {
    pub(crate) fn members(&self, _: FilePosition) -> Option<Candidates> {
        None
    }
    pub(crate) fn scope(&self, _: FilePosition) -> Candidates {
        Candidates::default()
    }
    pub(crate) fn diagnostics(&self, _: FileId) -> Vec<Diagnostic> {
        Vec::new()
    }
    pub(crate) fn semantic_tokens(&self, file: FileId, range: Option<TextRange>) -> Vec<Token> {
        montuno_semantic::features::syntax::syntax_tokens(self.context, file, range)
    }
    pub(crate) fn inlay_hints(&self, _: FileRange) -> Vec<InlayHint> {
        Vec::new()
    }
    pub(crate) fn monikers(&self, _: FilePosition) -> Vec<Moniker> {
        Vec::new()
    }
    pub(crate) fn completions(&self, _: FilePosition, _: Option<char>) -> Completions {
        Completions::default()
    }
    pub(crate) fn resolve_completion(&self, _: FilePosition, item: CompletionItem) -> CompletionItem {
        item
    }
    pub(crate) fn code_actions(&self, _: FileRange, _: &[CodeActionKind]) -> Vec<CodeAction> {
        Vec::new()
    }
    pub(crate) fn on_type(&self, _: FilePosition, _: char) -> Option<WorkspaceEdit> {
        None
    }
}
