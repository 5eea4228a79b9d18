//! What an editor asks: one method for each of its features.
//!
//! The default implementations are written once, each in a file of its name, and stand on
//! [`Semantics`], the name index and the syntax tree. An engine that knows better overrides.

pub mod call_hierarchy;
pub mod code_lenses;
pub mod completions;
pub mod document_links;
pub mod file_renames;
pub mod inline_values;
pub mod matching;
pub mod organize_imports;
pub mod parallel;
pub mod postfix;
pub mod ranking;
pub mod refactoring;
pub mod references;
pub mod rename;
pub mod syntax;
pub mod type_hierarchy;
pub mod workspace_symbols;

use montuno_base::{FileId, FilePosition, FileRange, Language, TextRange, TextSize};

use crate::cancel::Cancellable;
use crate::completion::{CompletionItem, Completions};
use crate::engine::Context;
use crate::hierarchy::{Call, Item, Reference, WorkspaceSymbol};
use crate::moving::Moves;
use crate::presentation::{
    CodeAction, CodeActionKind, CodeLens, DocumentLink, FoldingRange, Hover, InlayHint, InlineValue, Moniker,
    RenameStart, SignatureHelp,
};
use crate::semantics::Semantics;
use crate::symbol::{Resolution, Target};
use crate::tokens::Token;
use crate::{Diagnostic, TextEdit, WorkspaceEdit};

/// What an editor asks, in one language.
///
/// Every method gives up with [`Cancelled`](crate::Cancelled) when the inputs change under it, and has
/// an empty answer for a place that means nothing.
#[allow(clippy::missing_errors_doc, reason = "all of them are `Cancelled`, as said above")]
pub trait Features: Semantics {
    /// This as the trait below.
    fn semantics(&self) -> &dyn Semantics;

    /// What stands behind this snapshot besides its engine.
    fn context(&self) -> &Context;

    /// The languages that this snapshot answers for.
    fn languages(&self) -> &'static [Language];

    /// Gives up if the inputs have changed or the asker lost interest: for loops that ask nothing.
    fn checkpoint(&self) -> Cancellable<()>;

    // -- going somewhere ---------------------------------------------------------------

    /// Go to definition.
    fn definition(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        self.definitions(position)
    }

    /// Go to declaration.
    fn declaration(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        self.declarations(position)
    }

    /// Go to type definition.
    fn type_definition(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        self.type_definitions(position)
    }

    /// Go to implementations.
    fn implementation(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        self.implementations(position)
    }

    /// All uses of the symbol in the workspace, sorted. Declarations are among them.
    fn references(&self, position: FilePosition) -> Cancellable<Vec<Reference>>;

    /// All uses of the symbol in this file, sorted.
    fn highlights(&self, position: FilePosition) -> Cancellable<Vec<Reference>>;

    /// Links to other documents.
    fn document_links(&self, file: FileId) -> Cancellable<Vec<DocumentLink>>;

    // -- looking at something ----------------------------------------------------------

    /// What is known of the symbol.
    fn hover(&self, position: FilePosition) -> Cancellable<Option<Hover>> {
        self.describe(position)
    }

    /// The signatures of the call around the place.
    fn signature_help(&self, position: FilePosition) -> Cancellable<Option<SignatureHelp>> {
        self.signatures(position)
    }

    /// The declarations of the file, as a tree.
    fn document_symbols(&self, file: FileId) -> Cancellable<Vec<Item>> {
        Ok(self.items(file)?.to_vec())
    }

    /// Declarations of the workspace whose names fit the query, best first, at most `limit`.
    fn workspace_symbols(&self, query: &str, limit: usize) -> Cancellable<Vec<WorkspaceSymbol>>;

    /// What each word is; in `range` alone, if it is given.
    fn semantic_tokens(&self, file: FileId, range: Option<TextRange>) -> Cancellable<Vec<Token>>;

    /// Hints inside the text of a range.
    fn inlay_hints(&self, range: FileRange) -> Cancellable<Vec<InlayHint>>;

    /// Variables whose values a debugger stopped at `stopped` can show in a range.
    fn inline_values(&self, range: FileRange, stopped: TextSize) -> Cancellable<Vec<InlineValue>>;

    /// What can be folded.
    fn folding_ranges(&self, file: FileId) -> Cancellable<Vec<FoldingRange>>;

    /// The ranges around a place, from the smallest to the whole file.
    fn selection_ranges(&self, position: FilePosition) -> Cancellable<Vec<TextRange>>;

    /// Lines above declarations.
    fn code_lenses(&self, file: FileId) -> Cancellable<Vec<CodeLens>>;

    /// Names for the symbol that are the same in every repository.
    fn monikers(&self, position: FilePosition) -> Cancellable<Vec<Moniker>>;

    // -- hierarchies -------------------------------------------------------------------

    /// The functions that a call hierarchy at a place begins with.
    fn prepare_call_hierarchy(&self, position: FilePosition) -> Cancellable<Vec<Target>>;

    /// Who calls the function whose name stands at a place.
    fn incoming_calls(&self, position: FilePosition) -> Cancellable<Vec<Call>>;

    /// Whom the function whose name stands at a place calls.
    fn outgoing_calls(&self, position: FilePosition) -> Cancellable<Vec<Call>>;

    /// The types that a type hierarchy at a place begins with.
    fn prepare_type_hierarchy(&self, position: FilePosition) -> Cancellable<Vec<Target>>;

    // -- changing something ------------------------------------------------------------

    /// What could be written at a place. `trigger` is the character that was just typed, if it is
    /// one that asks for offers.
    fn completions(&self, position: FilePosition, trigger: Option<char>) -> Cancellable<Completions>;

    /// The same item with all that is known of it. `position` is where it was offered.
    fn resolve_completion(&self, position: FilePosition, item: CompletionItem) -> Cancellable<CompletionItem>;

    /// What a rename would begin with, or why it cannot be done.
    fn prepare_rename(&self, position: FilePosition) -> Cancellable<Result<RenameStart, String>>;

    /// The edits that give the symbol another name, or why it cannot be done.
    fn rename(&self, position: FilePosition, new_name: &str) -> Cancellable<Result<WorkspaceEdit, String>>;

    /// The edits, of files at the paths that they have now, that keep imports right when files and folders move.
    fn rename_files(&self, _moves: &Moves) -> Cancellable<WorkspaceEdit> {
        Ok(WorkspaceEdit::default())
    }

    /// Of these the edits of one file, for [`file_renames`]. An engine that answers
    /// [`Features::rename_files`] by itself has none.
    fn edits_for_moves(&self, _file: FileId, _moves: &Moves) -> Cancellable<Vec<TextEdit>> {
        Ok(Vec::new())
    }

    /// Changes that can be made in a range; only those of `kinds`, if any are named. Their edits may
    /// be left to [`Features::resolve_code_action`].
    fn code_actions(&self, range: FileRange, kinds: &[CodeActionKind]) -> Cancellable<Vec<CodeAction>>;

    /// The action with this id in the same range, with its edit.
    fn resolve_code_action(&self, range: FileRange, id: &str) -> Cancellable<Option<CodeAction>>;

    /// The characters after which [`Features::on_type`] has something to do.
    fn on_type_triggers(&self) -> &'static [char];

    /// What follows from a character that was just typed before a place.
    fn on_type(&self, position: FilePosition, typed: char) -> Cancellable<Option<WorkspaceEdit>>;

    // -- findings ----------------------------------------------------------------------

    /// Findings of a file, as an editor shows them.
    fn diagnose(&self, file: FileId) -> Cancellable<Vec<Diagnostic>> {
        self.diagnostics(file)
    }
}
