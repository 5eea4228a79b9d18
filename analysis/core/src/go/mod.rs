//! Go.
//!
//! | module | subject |
//! | --- | --- |
//! | [`environment`], [`modules`], [`constraint`] | where sources are, and which of them a build takes |
//! | [`lower`] | from syntax to plain data |
//! | [`package`], [`item`], [`scope`] | what packages declare, and what a name means |
//! | [`types`], [`lookup`], [`infer`] | what types mean, their members, the types of expressions |
//! | [`place`], [`def`] | what stands at a place, and where it leads |
//! | `navigation`, `hover`, `offers`, `signatures`, `hierarchy`, `diagnostics`, `outline` | the answers |

mod constraint;
pub(crate) mod def;
mod diagnostics;
mod display;
mod environment;
mod hierarchy;
mod hover;
mod importing;
mod infer;
pub(crate) mod item;
mod lookup;
mod lower;
mod missing_methods;
mod modules;
mod moves;
mod navigation;
mod offers;
mod organize_imports;
mod outline;
pub(crate) mod package;
mod place;
mod reach;
mod scan;
mod scope;
mod signatures;
#[cfg(test)]
mod tests;
mod types;

use std::sync::Arc;

use montuno_base::{FileId, FilePosition, FileRange, Language};
use montuno_semantic::completion::{Candidates, CompletionItem};
use montuno_semantic::engine::Problem;
use montuno_semantic::hierarchy::{Call, Item};
use montuno_semantic::presentation::{CodeAction, CodeActionKind, Hover, InlayHint, SignatureHelp};
use montuno_semantic::symbol::Symbol;
use montuno_semantic::{Cancellable, Diagnostic, Moves, Resolution, Target, TextEdit};

use crate::database::Database;
use crate::plugin::{LanguagePlugin, Mention};
use crate::view::View;

/// Go as a plug-in of the core.
pub(crate) struct Go;

impl LanguagePlugin for Go {
    fn name(&self) -> &'static str {
        "Montuno's own, for Go"
    }

    fn languages(&self) -> &'static [Language] {
        &[Language::Go]
    }

    fn problems(&self, db: &Database) -> Vec<Problem> {
        if environment::environment(db).goroot.is_some() {
            return Vec::new();
        }
        let message = "Go's standard library was not found: what comes from it is not known. Install Go, or name the \
                       folder that holds its `src` in the environment variable GOROOT.";
        vec![Problem { id: "go-without-goroot".to_owned(), message: message.to_owned(), is_serious: false }]
    }

    fn facts(&self, db: &Database) -> Vec<(String, String)> {
        let environment = environment::environment(db);
        let goroot = environment.goroot.as_ref().map_or("none found".to_owned(), ToString::to_string);
        vec![
            ("GOROOT".to_owned(), goroot),
            ("target".to_owned(), format!("{}/{}", environment.system, environment.architecture)),
        ]
    }

    fn definitions(&self, view: &View<'_>, position: FilePosition) -> Option<Resolution> {
        navigation::definitions(view, position)
    }

    fn declarations(&self, view: &View<'_>, position: FilePosition) -> Option<Resolution> {
        navigation::definitions(view, position)
    }

    fn type_definitions(&self, view: &View<'_>, position: FilePosition) -> Option<Resolution> {
        navigation::type_definitions(view, position)
    }

    fn implementations(&self, view: &View<'_>, position: FilePosition) -> Cancellable<Option<Resolution>> {
        hierarchy::implementations(view, position)
    }

    fn supertypes(&self, view: &View<'_>, position: FilePosition) -> Cancellable<Vec<Target>> {
        hierarchy::supertypes(view, position)
    }

    fn subtypes(&self, view: &View<'_>, position: FilePosition) -> Cancellable<Vec<Target>> {
        hierarchy::subtypes(view, position)
    }

    fn symbol(&self, view: &View<'_>, position: FilePosition, keep_aliases: bool) -> Option<Symbol> {
        let reach = if keep_aliases { navigation::Reach::Alone } else { navigation::Reach::Related };
        navigation::symbol(view, position, reach)
    }

    fn symbol_to_rename(&self, view: &View<'_>, position: FilePosition) -> Option<Symbol> {
        navigation::symbol(view, position, navigation::Reach::All)
    }

    fn mentions(&self, view: &View<'_>, symbol: &Symbol, file: FileId, offsets: &[u32]) -> Cancellable<Vec<Mention>> {
        navigation::mentions(view, symbol, file, offsets)
    }

    fn narrow(&self, view: &View<'_>, symbol: &Symbol, files: &mut Vec<FileId>, for_rename: bool) -> Cancellable<()> {
        reach::narrow(view, symbol, files, for_rename)
    }

    fn describe(&self, view: &View<'_>, position: FilePosition) -> Option<Hover> {
        hover::describe(view, position)
    }

    fn type_at(&self, view: &View<'_>, position: FilePosition) -> Option<String> {
        hover::type_at(view, position)
    }

    fn expected_type(&self, view: &View<'_>, position: FilePosition) -> Option<String> {
        hover::expected_type(view, position)
    }

    fn members(&self, view: &View<'_>, position: FilePosition) -> Option<Candidates> {
        offers::members(view, position)
    }

    fn scope(&self, view: &View<'_>, position: FilePosition) -> Candidates {
        offers::scope(view, position)
    }

    fn signatures(&self, view: &View<'_>, position: FilePosition) -> Option<SignatureHelp> {
        signatures::signatures(view, position)
    }

    fn items(&self, view: &View<'_>, file: FileId) -> Arc<[Item]> {
        outline::items(view, file)
    }

    fn outline(&self, text: &str) -> Vec<Item> {
        outline::of_text(text)
    }

    fn calls(&self, view: &View<'_>, body: FileRange) -> Vec<Call> {
        hierarchy::calls(view, body)
    }

    fn diagnostics(&self, view: &View<'_>, file: FileId) -> Vec<Diagnostic> {
        diagnostics::diagnostics(view, file)
    }

    fn inlay_hints(&self, view: &View<'_>, range: FileRange) -> Vec<InlayHint> {
        hover::inlay_hints(view, range)
    }

    fn is_name(&self, text: &str) -> bool {
        let mut letters = text.chars();
        letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
            && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
            && !offers::KEYWORDS.contains(&text)
    }

    fn objection(&self, view: &View<'_>, symbol: &Symbol, new_name: &str, users: &[FileId]) -> Option<String> {
        reach::objection(view, symbol, new_name, users)
    }

    fn offers_nothing(&self, view: &View<'_>, position: FilePosition) -> bool {
        offers::offers_nothing(view, position)
    }

    fn importable(&self, view: &View<'_>, position: FilePosition) -> Option<Vec<CompletionItem>> {
        importing::offers(view, position)
    }

    fn imports_for(&self, view: &View<'_>, file: FileId, finding: &Diagnostic) -> Vec<(String, TextEdit)> {
        importing::fixes(view, file, finding)
    }

    fn organize_imports(&self, view: &View<'_>, file: FileId) -> Vec<TextEdit> {
        organize_imports::edits(view, file)
    }

    fn code_actions(&self, view: &View<'_>, range: FileRange, kinds: &[CodeActionKind]) -> Vec<CodeAction> {
        let is_wanted = kinds.is_empty() || kinds.contains(&CodeActionKind::QuickFix);
        if is_wanted { missing_methods::action(view, range).into_iter().collect() } else { Vec::new() }
    }

    fn edits_for_moves(&self, view: &View<'_>, file: FileId, moves: &Moves) -> Vec<TextEdit> {
        moves::edits(view, file, moves)
    }

    fn more_offers(&self, view: &View<'_>, position: FilePosition) -> Vec<CompletionItem> {
        offers::more(view, position)
    }
}
