//! What only types can answer.

use std::sync::Arc;

use montuno_base::{FileId, FilePosition, FileRange};

use crate::Diagnostic;
use crate::cancel::Cancellable;
use crate::completion::Candidates;
use crate::hierarchy::{Call, Item, Reference};
use crate::presentation::{Hover, SignatureHelp};
use crate::symbol::{Resolution, Symbol, Target};

/// What only types can answer, in one language. What each answer means is tested by the module `contract`.
pub trait Semantics {
    /// Where the name at a place is defined. Imports are followed.
    ///
    /// # Errors
    /// [`Cancelled`](crate::Cancelled), as everywhere in this trait.
    fn definitions(&self, position: FilePosition) -> Cancellable<Option<Resolution>>;

    /// Where the name at a place is declared: the stub rather than the source, the import rather than
    /// what it imports, the trait's method rather than the implementation's.
    ///
    /// # Errors
    /// As above.
    fn declarations(&self, position: FilePosition) -> Cancellable<Option<Resolution>>;

    /// Where the type of the expression at a place is defined.
    ///
    /// # Errors
    /// As above.
    fn type_definitions(&self, position: FilePosition) -> Cancellable<Option<Resolution>>;

    /// What implements or overrides the symbol at a place, itself included where it has a body.
    ///
    /// # Errors
    /// As above.
    fn implementations(&self, position: FilePosition) -> Cancellable<Option<Resolution>>;

    /// What is known of the symbol at a place: declaration, type, documentation.
    ///
    /// # Errors
    /// As above.
    fn describe(&self, position: FilePosition) -> Cancellable<Option<Hover>>;

    /// The type of the expression that ends or stands at a place, as the language writes it.
    ///
    /// # Errors
    /// As above.
    fn type_at(&self, position: FilePosition) -> Cancellable<Option<String>>;

    /// The type that the language expects of what is written at a place: of an argument, of an
    /// assigned value, of a result.
    ///
    /// # Errors
    /// As above.
    fn expected_type(&self, position: FilePosition) -> Cancellable<Option<String>>;

    /// The names that can follow the receiver before a place (`receiver.HERE`). `None` if the place
    /// is no member access.
    ///
    /// # Errors
    /// As above.
    fn members(&self, position: FilePosition) -> Cancellable<Option<Candidates>>;

    /// The names that can stand at a place by themselves.
    ///
    /// # Errors
    /// As above.
    fn scope(&self, position: FilePosition) -> Cancellable<Candidates>;

    /// The signatures of the innermost call around a place.
    ///
    /// # Errors
    /// As above.
    fn signatures(&self, position: FilePosition) -> Cancellable<Option<SignatureHelp>>;

    /// The classes or traits that the type at a place stands directly on.
    ///
    /// # Errors
    /// As above.
    fn supertypes(&self, position: FilePosition) -> Cancellable<Vec<Target>>;

    /// The classes or types that stand directly on the one at a place.
    ///
    /// # Errors
    /// As above.
    fn subtypes(&self, position: FilePosition) -> Cancellable<Vec<Target>>;

    /// What a file declares.
    ///
    /// # Errors
    /// As above.
    fn items(&self, file: FileId) -> Cancellable<Arc<[Item]>>;

    /// The symbol whose name stands at a place. With `keep_aliases` a name that an import gives it anew is
    /// a symbol of its own, as a rename wants it.
    ///
    /// The default knows no symbol: for engines that find references by themselves.
    ///
    /// # Errors
    /// As above.
    fn symbol(&self, _position: FilePosition, _keep_aliases: bool) -> Cancellable<Option<Symbol>> {
        Ok(None)
    }

    /// Takes out of `files` those that cannot use a symbol, as far as that can be told without looking into them.
    ///
    /// # Errors
    /// As above.
    fn narrow(&self, _symbol: &Symbol, _files: &mut Vec<FileId>) -> Cancellable<()> {
        Ok(())
    }

    /// Where a file uses a symbol that [`Semantics::symbol`] found, declarations included, sorted.
    ///
    /// # Errors
    /// As above.
    fn uses(&self, _symbol: &Symbol, _file: FileId) -> Cancellable<Vec<Reference>> {
        Ok(Vec::new())
    }

    /// The functions that a piece of code calls, with the places of the calls.
    ///
    /// # Errors
    /// As above.
    fn calls(&self, body: FileRange) -> Cancellable<Vec<Call>>;

    /// What is wrong in a file, sorted by place.
    ///
    /// # Errors
    /// As above.
    fn diagnostics(&self, file: FileId) -> Cancellable<Vec<Diagnostic>>;
}
