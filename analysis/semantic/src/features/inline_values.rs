//! Variables whose values a debugger can show while it stands still.

use montuno_base::{FileRange, TextRange, TextSize};
use montuno_syntax::{SyntaxTree, tokens};

use crate::engine::Context;
use crate::presentation::InlineValue;
use crate::tokens::TokenKind;

/// The local variables in a range, up to the line that the debugger stopped at: what stands below has
/// not happened yet. Each is shown once a line.
pub fn inline_values(context: &Context, range: FileRange, stopped: TextSize) -> Vec<InlineValue> {
    let Ok(source) = context.text(range.file) else { return Vec::new() };
    let text = &source.text;
    let length = TextSize::try_from(text.len()).expect("files are below 4 GB");
    let Some(tree) = context.language(range.file).and_then(|language| SyntaxTree::parse(text, language)) else {
        return Vec::new();
    };
    let Some(from) = text.get(..usize::from(stopped.min(length))) else { return Vec::new() };
    // Of nested functions the innermost is the one that is being run.
    let function = tree.enclosing_names(stopped.min(length)).into_iter().map(|(whole, _)| whole).next();
    let end_of_line = text[from.len()..].find('\n').map_or(text.len(), |at| from.len() + at);
    let end = TextSize::try_from(end_of_line).expect("files are below 4 GB").min(range.range.end());
    let start = function.map_or(range.range.start(), |function| function.start().max(range.range.start()));
    if start >= end {
        return Vec::new();
    }
    let mut values: Vec<InlineValue> = Vec::new();
    let mut line_start = 0;
    for token in tokens::tokens(&tree, Some(TextRange::new(start, end))) {
        let is_variable = matches!(token.kind, TokenKind::Variable | TokenKind::Parameter);
        if !is_variable || token.range.start() < start || token.range.end() > end {
            continue;
        }
        let name = &text[usize::from(token.range.start())..usize::from(token.range.end())];
        let this_line = text[..usize::from(token.range.start())].rfind('\n').map_or(0, |at| at + 1);
        let is_repeated = this_line == line_start
            && values
                .iter()
                .rev()
                .take_while(|value| usize::from(value.range.start()) >= line_start)
                .any(|value| value.text == name);
        line_start = this_line;
        if !is_repeated {
            values.push(InlineValue { range: token.range, is_variable: true, text: name.to_owned() });
        }
    }
    values
}
