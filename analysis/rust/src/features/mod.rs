//! What an editor asks, one file for each subject.

mod actions;
pub(crate) mod completion;
mod hierarchy;
mod hints;
mod hover;
mod lenses;
mod links;
mod monikers;
mod moves;
mod ranges;
mod references;
mod renaming;
mod symbols;
mod tokens;
mod typing;
mod values;

use montuno_base::{FileId, FilePosition, FileRange, Language, TextRange, TextSize};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::completion::{CompletionItem, Completions};
use montuno_semantic::engine::Context;
use montuno_semantic::features::Features;
use montuno_semantic::hierarchy::{Call, Reference, WorkspaceSymbol};
use montuno_semantic::presentation::{
    CodeAction, CodeActionKind, CodeLens, DocumentLink, FoldingRange, InlayHint, InlineValue, Moniker, RenameStart,
};
use montuno_semantic::semantics::Semantics;
use montuno_semantic::tokens::Token;
use montuno_semantic::{Moves, Target, WorkspaceEdit};

use crate::snapshot::RustSnapshot;

impl Features for RustSnapshot {
    fn semantics(&self) -> &dyn Semantics {
        self
    }

    fn context(&self) -> &Context {
        &self.context
    }

    fn languages(&self) -> &'static [Language] {
        &[Language::Rust]
    }

    fn checkpoint(&self) -> Cancellable<()> {
        self.context.cancel.check()?;
        self.core().map(|_| ())
    }

    fn references(&self, position: FilePosition) -> Cancellable<Vec<Reference>> {
        self.all_references(position)
    }

    fn highlights(&self, position: FilePosition) -> Cancellable<Vec<Reference>> {
        self.file_highlights(position)
    }

    fn document_links(&self, file: FileId) -> Cancellable<Vec<DocumentLink>> {
        self.links(file)
    }

    fn workspace_symbols(&self, query: &str, limit: usize) -> Cancellable<Vec<WorkspaceSymbol>> {
        self.symbols_like(query, limit)
    }

    fn semantic_tokens(&self, file: FileId, range: Option<TextRange>) -> Cancellable<Vec<Token>> {
        self.tokens(file, range)
    }

    fn inlay_hints(&self, range: FileRange) -> Cancellable<Vec<InlayHint>> {
        self.hints(range)
    }

    fn inline_values(&self, range: FileRange, stopped: TextSize) -> Cancellable<Vec<InlineValue>> {
        self.values(range, stopped)
    }

    fn folding_ranges(&self, file: FileId) -> Cancellable<Vec<FoldingRange>> {
        self.folds(file)
    }

    fn selection_ranges(&self, position: FilePosition) -> Cancellable<Vec<TextRange>> {
        self.selections(position)
    }

    fn code_lenses(&self, file: FileId) -> Cancellable<Vec<CodeLens>> {
        self.lenses(file)
    }

    fn monikers(&self, position: FilePosition) -> Cancellable<Vec<Moniker>> {
        self.monikers_at(position)
    }

    fn prepare_call_hierarchy(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        self.called_at(position)
    }

    fn incoming_calls(&self, position: FilePosition) -> Cancellable<Vec<Call>> {
        self.callers(position)
    }

    fn outgoing_calls(&self, position: FilePosition) -> Cancellable<Vec<Call>> {
        self.callees(position)
    }

    fn prepare_type_hierarchy(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        self.type_named_at(position)
    }

    fn completions(&self, position: FilePosition, trigger: Option<char>) -> Cancellable<Completions> {
        self.offers(position, trigger)
    }

    fn resolve_completion(&self, position: FilePosition, item: CompletionItem) -> Cancellable<CompletionItem> {
        self.complete_offer(position, item)
    }

    fn prepare_rename(&self, position: FilePosition) -> Cancellable<Result<RenameStart, String>> {
        self.rename_start(position)
    }

    fn rename(&self, position: FilePosition, new_name: &str) -> Cancellable<Result<WorkspaceEdit, String>> {
        self.rename_to(position, new_name)
    }

    fn rename_files(&self, moves: &Moves) -> Cancellable<WorkspaceEdit> {
        self.edits_of_moves(moves)
    }

    fn code_actions(&self, range: FileRange, kinds: &[CodeActionKind]) -> Cancellable<Vec<CodeAction>> {
        self.actions(range, kinds)
    }

    fn resolve_code_action(&self, range: FileRange, id: &str) -> Cancellable<Option<CodeAction>> {
        self.complete_action(range, id)
    }

    fn on_type_triggers(&self) -> &'static [char] {
        typing::TRIGGERS
    }

    fn on_type(&self, position: FilePosition, typed: char) -> Cancellable<Option<WorkspaceEdit>> {
        self.after_typing(position, typed)
    }
}
