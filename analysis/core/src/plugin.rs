//! What a language supplies.

use std::sync::Arc;

use montuno_base::{FileId, FilePosition, FileRange, Language, TextRange};
use montuno_semantic::completion::{Candidates, CompletionItem};
use montuno_semantic::engine::Problem;
use montuno_semantic::features::syntax;
use montuno_semantic::hierarchy::{Access, Call, Item};
use montuno_semantic::presentation::{
    CodeAction, CodeActionKind, DocumentLink, Hover, InlayHint, Moniker, SignatureHelp,
};
use montuno_semantic::symbol::Symbol;
use montuno_semantic::tokens::Token;
use montuno_semantic::{Cancellable, Diagnostic, Moves, Resolution, Target, TextEdit, WorkspaceEdit};

use crate::database::Database;
use crate::view::View;

/// A place where a file mentions a symbol.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mention {
    /// The name.
    pub(crate) range: TextRange,
    /// What it leads to.
    pub(crate) targets: Vec<Target>,
    /// What happens to it there.
    pub(crate) access: Access,
}

/// A language of the core: its answers, each from the database at one revision. Their meaning is that of the waist's
/// methods of the same names; what all languages have in common is done for them ([`crate::snapshot`]).
///
/// A question that takes long asks [`View::checkpoint`] between files.
#[allow(clippy::missing_errors_doc, reason = "all of them are `Cancelled`: the asker gave up")]
pub(crate) trait LanguagePlugin: Send + Sync {
    /// Its name and what it stands on, for `doctor`.
    fn name(&self) -> &'static str;

    /// The languages that it answers for.
    fn languages(&self) -> &'static [Language];

    /// Called after every change of the inputs: for what a language keeps beside queries.
    fn updated(&self, _db: &mut Database) {}

    /// What keeps it from answering as well as it could.
    fn problems(&self, _db: &Database) -> Vec<Problem> {
        Vec::new()
    }

    /// What it found out about the workspace. Label and value.
    fn facts(&self, _db: &Database) -> Vec<(String, String)> {
        Vec::new()
    }

    // -- going somewhere ---------------------------------------------------------------

    /// Where the name at a place is defined. Imports are followed.
    fn definitions(&self, view: &View<'_>, position: FilePosition) -> Option<Resolution>;

    /// Where it is declared: the import rather than what it imports.
    fn declarations(&self, view: &View<'_>, position: FilePosition) -> Option<Resolution> {
        self.definitions(view, position)
    }

    /// Where the type of the expression is defined.
    fn type_definitions(&self, view: &View<'_>, position: FilePosition) -> Option<Resolution>;

    /// What implements or overrides the symbol.
    fn implementations(&self, view: &View<'_>, position: FilePosition) -> Cancellable<Option<Resolution>>;

    /// The types that the one at a place stands directly on.
    fn supertypes(&self, view: &View<'_>, position: FilePosition) -> Cancellable<Vec<Target>>;

    /// The types that stand directly on the one at a place.
    fn subtypes(&self, view: &View<'_>, position: FilePosition) -> Cancellable<Vec<Target>>;

    /// The symbol whose name stands at a place; with `keep_aliases` a name that an import gives is one of its own.
    fn symbol(&self, view: &View<'_>, position: FilePosition, keep_aliases: bool) -> Option<Symbol>;

    /// The symbol with all that must be renamed with it: a method, and those of the same name that it stands for.
    fn symbol_to_rename(&self, view: &View<'_>, position: FilePosition) -> Option<Symbol> {
        self.symbol(view, position, true)
    }

    /// The places among `offsets` where a file mentions something that may be the symbol, in their order: each offset is
    /// the first byte of an identifier. A mention leads to the declarations of its symbol; names that imports give are
    /// symbols of their own if the one that is asked about [keeps aliases](Symbol::keeps_aliases).
    fn mentions(&self, view: &View<'_>, symbol: &Symbol, file: FileId, offsets: &[u32]) -> Cancellable<Vec<Mention>>;

    /// Takes out of `files` those that cannot mention a symbol, as far as that can be told without parsing them.
    fn narrow(
        &self,
        _view: &View<'_>,
        _symbol: &Symbol,
        _files: &mut Vec<FileId>,
        _for_rename: bool,
    ) -> Cancellable<()> {
        Ok(())
    }

    // -- looking at something ----------------------------------------------------------

    /// What is known of the symbol: declaration, type, documentation.
    fn describe(&self, view: &View<'_>, position: FilePosition) -> Option<Hover>;

    /// The type of the expression at a place.
    fn type_at(&self, view: &View<'_>, position: FilePosition) -> Option<String>;

    /// The type that is expected at a place.
    fn expected_type(&self, view: &View<'_>, position: FilePosition) -> Option<String>;

    /// The names that can follow the receiver before a place.
    fn members(&self, view: &View<'_>, position: FilePosition) -> Option<Candidates>;

    /// The names that can stand at a place by themselves.
    fn scope(&self, view: &View<'_>, position: FilePosition) -> Candidates;

    /// The signatures of the call around a place.
    fn signatures(&self, view: &View<'_>, position: FilePosition) -> Option<SignatureHelp>;

    /// What a file declares.
    fn items(&self, view: &View<'_>, file: FileId) -> Arc<[Item]>;

    /// What a text declares, without a database: for searches over the whole workspace.
    fn outline(&self, text: &str) -> Vec<Item>;

    /// The functions that a piece of code calls.
    fn calls(&self, view: &View<'_>, body: FileRange) -> Vec<Call>;

    /// What is wrong in a file, sorted by place.
    fn diagnostics(&self, view: &View<'_>, file: FileId) -> Vec<Diagnostic>;

    /// What each word is.
    fn semantic_tokens(&self, view: &View<'_>, file: FileId, range: Option<TextRange>) -> Vec<Token> {
        syntax::syntax_tokens(view.context, file, range)
    }

    /// Hints inside the text.
    fn inlay_hints(&self, _view: &View<'_>, _range: FileRange) -> Vec<InlayHint> {
        Vec::new()
    }

    /// Links to other documents, besides addresses in comments.
    fn document_links(&self, _view: &View<'_>, _file: FileId) -> Vec<DocumentLink> {
        Vec::new()
    }

    /// Names for the symbol that are the same in every repository.
    fn monikers(&self, _view: &View<'_>, _position: FilePosition) -> Vec<Moniker> {
        Vec::new()
    }

    // -- changing something ------------------------------------------------------------

    /// Whether a text can be a name.
    fn is_name(&self, text: &str) -> bool;

    /// Why a symbol that is mentioned in `users` cannot have another name that the language takes for one.
    fn objection(&self, _view: &View<'_>, _symbol: &Symbol, _new_name: &str, _users: &[FileId]) -> Option<String> {
        None
    }

    /// Whether nothing at all is offered at a place: in a comment, in a string, where a new name is given.
    fn offers_nothing(&self, view: &View<'_>, position: FilePosition) -> bool;

    /// Offers besides the names in scope or the members: keywords, paths of imports, names that an import would bring.
    fn more_offers(&self, _view: &View<'_>, _position: FilePosition) -> Vec<CompletionItem> {
        Vec::new()
    }

    /// The same offer with all that is known of it.
    fn resolve_completion(&self, _view: &View<'_>, _position: FilePosition, item: CompletionItem) -> CompletionItem {
        item
    }

    /// The edits of one file that keep its imports right when files and folders move.
    fn edits_for_moves(&self, _view: &View<'_>, _file: FileId, _moves: &Moves) -> Vec<TextEdit> {
        Vec::new()
    }

    /// Names that an import would have to be added for. `None` while they are being collected, or as long as nothing is
    /// typed that they could begin with.
    fn importable(&self, _view: &View<'_>, _position: FilePosition) -> Option<Vec<CompletionItem>> {
        Some(Vec::new())
    }

    /// The imports that make the name known that a finding misses: title and edit, the likeliest first.
    fn imports_for(&self, _view: &View<'_>, _file: FileId, _finding: &Diagnostic) -> Vec<(String, TextEdit)> {
        Vec::new()
    }

    /// The edits that sort the imports of a file and take out what nothing uses.
    fn organize_imports(&self, _view: &View<'_>, _file: FileId) -> Vec<TextEdit> {
        Vec::new()
    }

    /// Changes that can be made in a range, besides mending findings and sorting imports.
    fn code_actions(&self, _view: &View<'_>, _range: FileRange, _kinds: &[CodeActionKind]) -> Vec<CodeAction> {
        Vec::new()
    }

    /// The characters after which [`LanguagePlugin::on_type`] has something to do.
    fn on_type_triggers(&self) -> &'static [char] {
        &[]
    }

    /// What follows from a character that was just typed.
    fn on_type(&self, _view: &View<'_>, _position: FilePosition, _typed: char) -> Option<WorkspaceEdit> {
        None
    }
}
