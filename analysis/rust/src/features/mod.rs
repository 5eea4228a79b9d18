//! What an editor asks.
use montuno_base::*;
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::completion::*;
use montuno_semantic::engine::Context;
use montuno_semantic::features::Features;
use montuno_semantic::hierarchy::*;
use montuno_semantic::presentation::*;
use montuno_semantic::semantics::Semantics;
use montuno_semantic::tokens::Token;
use montuno_semantic::*;

use crate::snapshot::RustSnapshot;

impl Features for RustSnapshot {
    fn semantics(&self) -> &dyn Semantics { self }
    fn context(&self) -> &Context { &self.context }
    fn languages(&self) -> &'static [Language] { &[Language::Rust] }
    fn checkpoint(&self) -> Cancellable<()> { self.context.cancel.check()?; self.core().map(|_| ()) }
    fn references(&self, position: FilePosition) -> Cancellable<Vec<Reference>> { Ok(vec![]) }
    fn highlights(&self, position: FilePosition) -> Cancellable<Vec<Reference>> { Ok(vec![]) }
    fn document_links(&self, file: FileId) -> Cancellable<Vec<DocumentLink>> { Ok(vec![]) }
    fn workspace_symbols(&self, query: &str, limit: usize) -> Cancellable<Vec<WorkspaceSymbol>> { Ok(vec![]) }
    fn semantic_tokens(&self, file: FileId, range: Option<TextRange>) -> Cancellable<Vec<Token>> { Ok(vec![]) }
    fn inlay_hints(&self, range: FileRange) -> Cancellable<Vec<InlayHint>> { Ok(vec![]) }
    fn inline_values(&self, range: FileRange, stopped: TextSize) -> Cancellable<Vec<InlineValue>> { Ok(vec![]) }
    fn folding_ranges(&self, file: FileId) -> Cancellable<Vec<FoldingRange>> { Ok(vec![]) }
    fn selection_ranges(&self, position: FilePosition) -> Cancellable<Vec<TextRange>> { Ok(vec![]) }
    fn code_lenses(&self, file: FileId) -> Cancellable<Vec<CodeLens>> { Ok(vec![]) }
    fn monikers(&self, position: FilePosition) -> Cancellable<Vec<Moniker>> { Ok(vec![]) }
    fn prepare_call_hierarchy(&self, position: FilePosition) -> Cancellable<Vec<Target>> { Ok(vec![]) }
    fn incoming_calls(&self, position: FilePosition) -> Cancellable<Vec<Call>> { Ok(vec![]) }
    fn outgoing_calls(&self, position: FilePosition) -> Cancellable<Vec<Call>> { Ok(vec![]) }
    fn prepare_type_hierarchy(&self, position: FilePosition) -> Cancellable<Vec<Target>> { Ok(vec![]) }
    fn completions(&self, position: FilePosition, trigger: Option<char>) -> Cancellable<Completions> { Ok(Default::default()) }
    fn resolve_completion(&self, position: FilePosition, item: CompletionItem) -> Cancellable<CompletionItem> { Ok(item) }
    fn prepare_rename(&self, position: FilePosition) -> Cancellable<Result<RenameStart, String>> { Ok(Err(String::new())) }
    fn rename(&self, position: FilePosition, new_name: &str) -> Cancellable<Result<WorkspaceEdit, String>> { Ok(Err(String::new())) }
    fn code_actions(&self, range: FileRange, kinds: &[CodeActionKind]) -> Cancellable<Vec<CodeAction>> { Ok(vec![]) }
    fn resolve_code_action(&self, range: FileRange, id: &str) -> Cancellable<Option<CodeAction>> { Ok(None) }
    fn on_type_triggers(&self) -> &'static [char] { &[] }
    fn on_type(&self, position: FilePosition, typed: char) -> Cancellable<Option<WorkspaceEdit>> { Ok(None) }
}
