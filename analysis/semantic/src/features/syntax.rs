//! What the syntax tree alone answers.

use montuno_base::{FileId, FilePosition, TextRange};
use montuno_syntax::folding::FoldingRange;
use montuno_syntax::{SyntaxTree, folding, selection, tokens};

use crate::engine::Context;
use crate::tokens::Token;

/// What can be folded in a file.
pub fn folding_ranges(context: &Context, file: FileId) -> Vec<FoldingRange> {
    tree(context, file).map(|tree| folding::folding_ranges(&tree)).unwrap_or_default()
}

/// The ranges around a place, from the smallest to the whole file. Empty outside of the file.
pub fn selection_ranges(context: &Context, position: FilePosition) -> Vec<TextRange> {
    let Some(tree) = tree(context, position.file) else { return Vec::new() };
    if usize::from(position.offset) > tree.text().len() {
        return Vec::new();
    }
    selection::selection_ranges(&tree, position.offset)
}

/// The words of a file by their syntax alone; in `range` alone, if it is given.
pub fn syntax_tokens(context: &Context, file: FileId, range: Option<TextRange>) -> Vec<Token> {
    tree(context, file).map(|tree| tokens::tokens(&tree, range)).unwrap_or_default()
}

fn tree(context: &Context, file: FileId) -> Option<SyntaxTree> {
    let source = context.text(file).ok()?;
    SyntaxTree::parse(&source.text, context.language(file)?)
}
