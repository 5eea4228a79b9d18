//! The answers at one revision.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use montuno_base::{FileId, FilePosition, FileRange, Language, TextRange, TextSize};
use montuno_semantic::cancel::{Cancellable, Cancelled};
use montuno_semantic::completion::{Candidates, CompletionItem, Completions};
use montuno_semantic::engine::Snapshot;
use montuno_semantic::features::{
    call_hierarchy, code_lenses, document_links, file_renames, inline_values, refactoring, references, rename, syntax,
    type_hierarchy,
};
use montuno_semantic::hierarchy::{Call, Item, Reference, WorkspaceSymbol};
use montuno_semantic::presentation::{
    CodeAction, CodeActionKind, CodeLens, DocumentLink, FoldingRange, Hover, InlayHint, InlineValue, Moniker,
    RenameStart, SignatureHelp,
};
use montuno_semantic::symbol::Symbol;
use montuno_semantic::tokens::Token;
use montuno_semantic::{Context, Diagnostic, Features, Moves, Resolution, Semantics, Target, TextEdit, WorkspaceEdit};
use salsa::Database as _;

use crate::database::Database;
use crate::view::View;

/// The answers at one revision.
pub(crate) struct PythonSnapshot {
    db: Database,
    context: Context,
}

impl PythonSnapshot {
    pub(crate) fn new(db: Database, context: Context) -> Self {
        Self { db, context }
    }

    /// Another handle on the same revision, for another thread.
    pub(crate) fn fork_handle(&self) -> Self {
        Self { db: self.db.clone(), context: self.context.clone() }
    }

    /// Answers a question, unless a change or the asker cancels it.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&View<'_>) -> T) -> Cancellable<T> {
        self.context.cancel.check()?;
        let view = View { db: &self.db, context: &self.context };
        // What a cancelled question leaves behind is in the database, which expects it.
        salsa::Cancelled::catch(AssertUnwindSafe(|| question(&view))).map_err(|_| Cancelled)
    }
}

impl Snapshot for PythonSnapshot {
    fn fork(&self) -> Box<dyn Snapshot> {
        Box::new(self.fork_handle())
    }
}

impl Semantics for PythonSnapshot {
    fn definitions(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        self.ask(|view| view.definitions(position))
    }

    fn declarations(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        self.ask(|view| view.declarations(position))
    }

    fn type_definitions(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        self.ask(|view| view.type_definitions(position))
    }

    fn implementations(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        crate::hierarchy::implementations(self, position)
    }

    fn describe(&self, position: FilePosition) -> Cancellable<Option<Hover>> {
        self.ask(|view| view.describe(position))
    }

    fn type_at(&self, position: FilePosition) -> Cancellable<Option<String>> {
        self.ask(|view| view.type_at(position))
    }

    fn expected_type(&self, position: FilePosition) -> Cancellable<Option<String>> {
        self.ask(|view| view.expected_type(position))
    }

    fn members(&self, position: FilePosition) -> Cancellable<Option<Candidates>> {
        self.ask(|view| view.members(position))
    }

    fn scope(&self, position: FilePosition) -> Cancellable<Candidates> {
        self.ask(|view| view.scope(position))
    }

    fn signatures(&self, position: FilePosition) -> Cancellable<Option<SignatureHelp>> {
        self.ask(|view| view.signatures(position))
    }

    fn supertypes(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        self.ask(|view| view.supertypes(position))
    }

    fn subtypes(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        crate::hierarchy::subtypes(self, position)
    }

    fn items(&self, file: FileId) -> Cancellable<Arc<[Item]>> {
        self.ask(|view| view.items(file))
    }

    fn symbol(&self, position: FilePosition, keep_aliases: bool) -> Cancellable<Option<Symbol>> {
        self.ask(|view| view.symbol(position, keep_aliases))
    }

    fn uses(&self, symbol: &Symbol, file: FileId) -> Cancellable<Vec<Reference>> {
        self.ask(|view| view.uses(symbol, file))
    }

    fn calls(&self, body: FileRange) -> Cancellable<Vec<Call>> {
        self.ask(|view| view.calls(body))
    }

    fn diagnostics(&self, file: FileId) -> Cancellable<Vec<Diagnostic>> {
        self.ask(|view| view.diagnostics(file))
    }
}

impl Features for PythonSnapshot {
    fn semantics(&self) -> &dyn Semantics {
        self
    }

    fn context(&self) -> &Context {
        &self.context
    }

    fn languages(&self) -> &'static [Language] {
        &[Language::Python]
    }

    fn checkpoint(&self) -> Cancellable<()> {
        self.ask(|view| view.db.unwind_if_revision_cancelled())
    }

    fn references(&self, position: FilePosition) -> Cancellable<Vec<Reference>> {
        references::references(self, position)
    }

    fn highlights(&self, position: FilePosition) -> Cancellable<Vec<Reference>> {
        references::highlights(self, position)
    }

    fn document_links(&self, file: FileId) -> Cancellable<Vec<DocumentLink>> {
        Ok(document_links::addresses(&self.context, file))
    }

    fn workspace_symbols(&self, query: &str, limit: usize) -> Cancellable<Vec<WorkspaceSymbol>> {
        self.db.symbols().search(self, query, limit, crate::workspace_symbols::outline)
    }

    fn semantic_tokens(&self, file: FileId, range: Option<TextRange>) -> Cancellable<Vec<Token>> {
        self.ask(|view| view.semantic_tokens(file, range))
    }

    fn inlay_hints(&self, range: FileRange) -> Cancellable<Vec<InlayHint>> {
        self.ask(|view| view.inlay_hints(range))
    }

    fn inline_values(&self, range: FileRange, stopped: TextSize) -> Cancellable<Vec<InlineValue>> {
        Ok(inline_values::inline_values(&self.context, range, stopped))
    }

    fn folding_ranges(&self, file: FileId) -> Cancellable<Vec<FoldingRange>> {
        Ok(syntax::folding_ranges(&self.context, file))
    }

    fn selection_ranges(&self, position: FilePosition) -> Cancellable<Vec<TextRange>> {
        Ok(syntax::selection_ranges(&self.context, position))
    }

    fn code_lenses(&self, file: FileId) -> Cancellable<Vec<CodeLens>> {
        code_lenses::code_lenses(self, file)
    }

    fn monikers(&self, position: FilePosition) -> Cancellable<Vec<Moniker>> {
        self.ask(|view| view.monikers(position))
    }

    fn prepare_call_hierarchy(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        call_hierarchy::prepare(self, position)
    }

    fn incoming_calls(&self, position: FilePosition) -> Cancellable<Vec<Call>> {
        call_hierarchy::incoming(self, position)
    }

    fn outgoing_calls(&self, position: FilePosition) -> Cancellable<Vec<Call>> {
        call_hierarchy::outgoing(self, position)
    }

    fn prepare_type_hierarchy(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        type_hierarchy::prepare(self, position)
    }

    fn completions(&self, position: FilePosition, trigger: Option<char>) -> Cancellable<Completions> {
        self.ask(|view| view.completions(position, trigger))
    }

    fn resolve_completion(&self, position: FilePosition, item: CompletionItem) -> Cancellable<CompletionItem> {
        self.ask(|view| view.resolve_completion(position, item))
    }

    fn prepare_rename(&self, position: FilePosition) -> Cancellable<Result<RenameStart, String>> {
        rename::prepare(self, position)
    }

    fn rename(&self, position: FilePosition, new_name: &str) -> Cancellable<Result<WorkspaceEdit, String>> {
        rename::rename(self, position, new_name, ruff_python_stdlib::identifiers::is_identifier)
    }

    fn rename_files(&self, moves: &Moves) -> Cancellable<WorkspaceEdit> {
        file_renames::edits(self, moves)
    }

    fn edits_for_moves(&self, file: FileId, moves: &Moves) -> Cancellable<Vec<TextEdit>> {
        self.ask(|view| view.edits_for_moves(file, moves))
    }

    fn code_actions(&self, range: FileRange, kinds: &[CodeActionKind]) -> Cancellable<Vec<CodeAction>> {
        let mut actions = self.ask(|view| view.code_actions(range, kinds))?;
        actions.extend(refactoring::actions(self, range, kinds)?);
        Ok(actions)
    }

    fn resolve_code_action(&self, range: FileRange, id: &str) -> Cancellable<Option<CodeAction>> {
        Ok(self.code_actions(range, &[])?.into_iter().find(|action| action.id == id))
    }

    fn on_type_triggers(&self) -> &'static [char] {
        crate::on_type::TRIGGERS
    }

    fn on_type(&self, position: FilePosition, typed: char) -> Cancellable<Option<WorkspaceEdit>> {
        self.ask(|view| view.on_type(position, typed))
    }
}
