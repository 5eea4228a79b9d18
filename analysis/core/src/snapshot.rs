//! The answers at one revision: the waist, for every language of the core.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use montuno_base::{FileId, FilePosition, FileRange, Language, TextRange, TextSize};
use montuno_semantic::cancel::{Cancellable, Cancelled};
use montuno_semantic::completion::{Candidates, CompletionItem, Completions};
use montuno_semantic::engine::Snapshot;
use montuno_semantic::features::workspace_symbols::SymbolIndex;
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

use crate::database::Database;
use crate::plugin::LanguagePlugin;
use crate::view::View;
use crate::{actions, completion, uses};

/// The answers at one revision.
pub(crate) struct CoreSnapshot {
    db: Database,
    context: Context,
    symbols: SymbolIndex,
    /// Whether the symbols that are asked for are going to be renamed.
    renames: bool,
}

/// A snapshot for the defaults of the waist, while a question is answered.
pub(crate) fn handle(view: &View<'_>) -> CoreSnapshot {
    CoreSnapshot::new(view.db.clone(), view.context.clone(), SymbolIndex::default())
}

impl CoreSnapshot {
    pub(crate) fn new(db: Database, context: Context, symbols: SymbolIndex) -> Self {
        Self { db, context, symbols, renames: false }
    }

    /// The same, for a rename.
    fn for_rename(&self) -> Self {
        Self { renames: true, ..Self::new(self.db.clone(), self.context.clone(), self.symbols.clone()) }
    }

    /// Answers a question, unless a change or the asker cancels it.
    fn ask<T>(&self, question: impl FnOnce(&'static dyn LanguagePlugin, &View<'_>) -> T) -> Cancellable<T> {
        self.context.cancel.check()?;
        let view = View { db: &self.db, context: &self.context };
        // What a cancelled question leaves behind is in the database, which expects it.
        salsa::Cancelled::catch(AssertUnwindSafe(|| question(self.db.plugin(), &view))).map_err(|_| Cancelled)
    }
}

impl Snapshot for CoreSnapshot {
    fn fork(&self) -> Box<dyn Snapshot> {
        Box::new(Self::new(self.db.clone(), self.context.clone(), self.symbols.clone()))
    }
}

impl Semantics for CoreSnapshot {
    fn definitions(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        self.ask(|plugin, view| plugin.definitions(view, position))
    }

    fn declarations(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        self.ask(|plugin, view| plugin.declarations(view, position))
    }

    fn type_definitions(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        self.ask(|plugin, view| plugin.type_definitions(view, position))
    }

    fn implementations(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        self.ask(|plugin, view| plugin.implementations(view, position))?
    }

    fn describe(&self, position: FilePosition) -> Cancellable<Option<Hover>> {
        self.ask(|plugin, view| plugin.describe(view, position))
    }

    fn type_at(&self, position: FilePosition) -> Cancellable<Option<String>> {
        self.ask(|plugin, view| plugin.type_at(view, position))
    }

    fn expected_type(&self, position: FilePosition) -> Cancellable<Option<String>> {
        self.ask(|plugin, view| plugin.expected_type(view, position))
    }

    fn members(&self, position: FilePosition) -> Cancellable<Option<Candidates>> {
        self.ask(|plugin, view| plugin.members(view, position))
    }

    fn scope(&self, position: FilePosition) -> Cancellable<Candidates> {
        self.ask(|plugin, view| plugin.scope(view, position))
    }

    fn signatures(&self, position: FilePosition) -> Cancellable<Option<SignatureHelp>> {
        self.ask(|plugin, view| plugin.signatures(view, position))
    }

    fn supertypes(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        self.ask(|plugin, view| plugin.supertypes(view, position))?
    }

    fn subtypes(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        self.ask(|plugin, view| plugin.subtypes(view, position))?
    }

    fn items(&self, file: FileId) -> Cancellable<Arc<[Item]>> {
        self.ask(|plugin, view| plugin.items(view, file))
    }

    fn symbol(&self, position: FilePosition, keep_aliases: bool) -> Cancellable<Option<Symbol>> {
        self.ask(|plugin, view| {
            if self.renames {
                plugin.symbol_to_rename(view, position)
            } else {
                plugin.symbol(view, position, keep_aliases)
            }
        })
    }

    fn uses(&self, symbol: &Symbol, file: FileId) -> Cancellable<Vec<Reference>> {
        self.ask(|_, view| uses::uses(view, symbol, file))?
    }

    fn narrow(&self, symbol: &Symbol, files: &mut Vec<FileId>) -> Cancellable<()> {
        self.ask(|plugin, view| plugin.narrow(view, symbol, files, self.renames))?
    }

    fn calls(&self, body: FileRange) -> Cancellable<Vec<Call>> {
        self.ask(|plugin, view| plugin.calls(view, body))
    }

    fn diagnostics(&self, file: FileId) -> Cancellable<Vec<Diagnostic>> {
        self.ask(|plugin, view| plugin.diagnostics(view, file))
    }
}

impl Features for CoreSnapshot {
    fn semantics(&self) -> &dyn Semantics {
        self
    }

    fn context(&self) -> &Context {
        &self.context
    }

    fn languages(&self) -> &'static [Language] {
        self.db.plugin().languages()
    }

    fn checkpoint(&self) -> Cancellable<()> {
        self.ask(|_, view| view.checkpoint())?
    }

    fn references(&self, position: FilePosition) -> Cancellable<Vec<Reference>> {
        references::references(self, position)
    }

    fn highlights(&self, position: FilePosition) -> Cancellable<Vec<Reference>> {
        references::highlights(self, position)
    }

    fn document_links(&self, file: FileId) -> Cancellable<Vec<DocumentLink>> {
        let mut links = document_links::addresses(&self.context, file);
        links.extend(self.ask(|plugin, view| plugin.document_links(view, file))?);
        links.sort_by_key(|link| link.range.start());
        Ok(links)
    }

    fn workspace_symbols(&self, query: &str, limit: usize) -> Cancellable<Vec<WorkspaceSymbol>> {
        let plugin = self.db.plugin();
        self.symbols.search(self, query, limit, |text| plugin.outline(text))
    }

    fn semantic_tokens(&self, file: FileId, range: Option<TextRange>) -> Cancellable<Vec<Token>> {
        self.ask(|plugin, view| plugin.semantic_tokens(view, file, range))
    }

    fn inlay_hints(&self, range: FileRange) -> Cancellable<Vec<InlayHint>> {
        self.ask(|plugin, view| plugin.inlay_hints(view, range))
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
        self.ask(|plugin, view| plugin.monikers(view, position))
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

    fn completions(&self, position: FilePosition, _trigger: Option<char>) -> Cancellable<Completions> {
        self.ask(|_, view| completion::completions(view, position))
    }

    fn resolve_completion(&self, position: FilePosition, item: CompletionItem) -> Cancellable<CompletionItem> {
        self.ask(|plugin, view| plugin.resolve_completion(view, position, item))
    }

    fn prepare_rename(&self, position: FilePosition) -> Cancellable<Result<RenameStart, String>> {
        rename::prepare(self, position)
    }

    fn rename(&self, position: FilePosition, new_name: &str) -> Cancellable<Result<WorkspaceEdit, String>> {
        let plugin = self.db.plugin();
        let snapshot = self.for_rename();
        let edit = match rename::rename(&snapshot, position, new_name, |name| plugin.is_name(name))? {
            Ok(edit) => edit,
            Err(reason) => return Ok(Err(reason)),
        };
        let Some(symbol) = snapshot.symbol(position, true)? else { return Ok(Ok(edit)) };
        let users: Vec<FileId> = edit.edits.keys().copied().collect();
        let objection = self.ask(|plugin, view| plugin.objection(view, &symbol, new_name, &users))?;
        Ok(objection.map_or(Ok(edit), Err))
    }

    fn rename_files(&self, moves: &Moves) -> Cancellable<WorkspaceEdit> {
        file_renames::edits(self, moves)
    }

    fn edits_for_moves(&self, file: FileId, moves: &Moves) -> Cancellable<Vec<TextEdit>> {
        self.ask(|plugin, view| plugin.edits_for_moves(view, file, moves))
    }

    fn code_actions(&self, range: FileRange, kinds: &[CodeActionKind]) -> Cancellable<Vec<CodeAction>> {
        let mut actions = self.ask(|_, view| actions::actions(view, range, kinds))?;
        actions.extend(refactoring::actions(self, range, kinds)?);
        actions.retain(|action| kinds.is_empty() || kinds.contains(&action.kind));
        Ok(actions)
    }

    fn resolve_code_action(&self, range: FileRange, id: &str) -> Cancellable<Option<CodeAction>> {
        Ok(self.code_actions(range, &[])?.into_iter().find(|action| action.id == id))
    }

    fn on_type_triggers(&self) -> &'static [char] {
        self.db.plugin().on_type_triggers()
    }

    fn on_type(&self, position: FilePosition, typed: char) -> Cancellable<Option<WorkspaceEdit>> {
        self.ask(|plugin, view| plugin.on_type(view, position, typed))
    }
}
