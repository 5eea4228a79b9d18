//! Taking code out of a place and putting it into one: the same for every language whose syntax
//! [`montuno_syntax::refactoring`] knows.
//!
//! The syntax says what a selection is, the engine what the names in it mean.

mod extract_function;
mod extract_variable;
mod inline_variable;
mod writing;

use montuno_base::{FilePosition, FileRange, TextRange, name_index};
use montuno_syntax::SyntaxTree;
use rustc_hash::FxHashMap;

use crate::cancel::Cancellable;
use crate::engine::Snapshot;
use crate::presentation::{CodeAction, CodeActionKind};
use crate::symbol::Target;
use crate::{TextEdit, WorkspaceEdit};

/// The restructurings that are possible in a range, of these kinds if any are named.
///
/// # Errors
/// [`Cancelled`](crate::Cancelled).
pub fn actions(snapshot: &dyn Snapshot, range: FileRange, kinds: &[CodeActionKind]) -> Cancellable<Vec<CodeAction>> {
    let wants = |kind| kinds.is_empty() || kinds.contains(&kind);
    let (extracts, inlines) = (wants(CodeActionKind::RefactorExtract), wants(CodeActionKind::RefactorInline));
    let mut found = Vec::new();
    if !extracts && !inlines {
        return Ok(found);
    }
    let context = snapshot.context();
    let (Ok(source), Some(language)) = (context.text(range.file), context.language(range.file)) else {
        return Ok(found);
    };
    let is_place = |offset: montuno_base::TextSize| source.text.is_char_boundary(offset.into());
    if !is_place(range.range.start()) || !is_place(range.range.end()) {
        return Ok(found);
    }
    let Some(tree) = SyntaxTree::parse(&source.text, language) else { return Ok(found) };
    let code = Code { snapshot, tree: &tree, range };
    if extracts && !range.range.is_empty() {
        found.extend(extract_variable::action(&code)?);
        found.extend(extract_function::action(&code)?);
    }
    if inlines {
        found.extend(inline_variable::action(&code)?);
    }
    Ok(found)
}

/// A piece of code, and whoever knows what its names mean.
struct Code<'a> {
    snapshot: &'a dyn Snapshot,
    tree: &'a SyntaxTree,
    range: FileRange,
}

impl Code<'_> {
    fn text(&self, range: TextRange) -> &str {
        &self.tree.text()[range]
    }

    /// Where the name at a range is declared.
    fn declared(&self, name: TextRange) -> Cancellable<Vec<Target>> {
        let position = FilePosition { file: self.range.file, offset: name.start() };
        Ok(self.snapshot.definitions(position)?.map(|found| found.targets).unwrap_or_default())
    }

    /// A name that stands nowhere in a range: the wish, or the wish with a number.
    fn free_name(&self, wish: &str, within: TextRange) -> String {
        let text = self.text(within);
        let is_free = |name: &str| name_index::occurrences(text, name).next().is_none();
        let numbered = (2..).map(|number| format!("{wish}{number}"));
        std::iter::once(wish.to_owned()).chain(numbered).find(|name| is_free(name)).unwrap_or_default()
    }

    fn action(&self, id: &str, title: &str, kind: CodeActionKind, edits: Vec<TextEdit>) -> CodeAction {
        CodeAction {
            id: id.to_owned(),
            title: title.to_owned(),
            kind,
            mends: None,
            is_preferred: false,
            edit: Some(WorkspaceEdit::of_file(self.range.file, edits)),
        }
    }
}

/// The declarations of names, each asked for once.
type Known = FxHashMap<TextRange, Vec<Target>>;
