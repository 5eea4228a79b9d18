//! Putting the value of a variable where it is used.

use montuno_base::{FilePosition, TextRange, TextSize};
use montuno_syntax::refactoring::{use_at, variable_at};

use super::Code;
use crate::cancel::Cancellable;
use crate::edit::TextEdit;
use crate::hierarchy::Access;
use crate::presentation::{CodeAction, CodeActionKind};

/// Replaces every use of the variable at the cursor by its value, and takes its declaration out.
///
/// Not offered where that could change what happens: of a variable that is written again, and of one whose value does
/// something and is used more than once.
pub(super) fn action(code: &Code<'_>) -> Cancellable<Option<CodeAction>> {
    let file = code.range.file;
    let position = FilePosition { file, offset: code.range.range.start() };
    if !is_at_name(code, position.offset) {
        return Ok(None);
    }
    let Some(resolution) = code.snapshot.definitions(position)? else { return Ok(None) };
    let [target] = resolution.targets.as_slice() else { return Ok(None) };
    if target.file != file || !resolution.origin.contains_range(code.range.range) {
        return Ok(None);
    }
    let Some(variable) = variable_at(code.tree, target.name_range.start()) else { return Ok(None) };
    if variable.name != target.name_range {
        return Ok(None);
    }
    let declared = FilePosition { file, offset: variable.name.start() };
    let uses = code.snapshot.highlights(declared)?;
    let is_use = |range: TextRange| range != variable.name;
    let (mut ranges, mut is_constant) = (Vec::new(), true);
    for reference in &uses {
        let range = reference.place.range();
        if is_use(range) {
            is_constant &= reference.access != Access::Write && !reference.is_declaration;
            is_constant &= !variable.statement.contains_range(range) && range.start() >= variable.statement.end();
            ranges.push(range);
        }
    }
    let value = code.text(variable.value);
    if !is_constant || ranges.is_empty() || (variable.is_call && ranges.len() > 1) {
        return Ok(None);
    }
    let mut edits = Vec::new();
    for range in ranges {
        let place = use_at(code.tree, range.start());
        if place.in_text && value.contains(['"', '\'', '\\', '\n']) {
            return Ok(None);
        }
        let written = if variable.is_atom || place.stands_alone || place.is_shorthand {
            value.to_owned()
        } else {
            format!("({value})")
        };
        let written = if place.is_shorthand { format!("{}: {written}", code.text(range)) } else { written };
        edits.push(TextEdit::replace(range, written));
    }
    edits.push(TextEdit::delete(whole_lines(code.tree.text(), variable.statement)));
    Ok(Some(code.action("inline-variable", "Inline variable", CodeActionKind::RefactorInline, edits)))
}

fn is_at_name(code: &Code<'_>, offset: TextSize) -> bool {
    let text = code.tree.text();
    let (before, after) = text.split_at(offset.into());
    let is_word = |c: char| montuno_base::name_index::is_word(c) || c == '$';
    after.starts_with(is_word) || before.ends_with(is_word)
}

/// A statement with its `;` and the rest of its last line, if nothing else stands there.
fn whole_lines(text: &str, statement: TextRange) -> TextRange {
    let (start, end) = (usize::from(statement.start()), usize::from(statement.end()));
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let next = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let rest = text[end..next].trim();
    let size = |at: usize| TextSize::try_from(at).expect("files are below 4 GB");
    if rest.is_empty() || rest == ";" { TextRange::new(size(line), size(next)) } else { statement }
}
