//! Giving an expression a name.

use montuno_syntax::refactoring::{expression_at, names_in};

use super::{Code, writing};
use crate::cancel::Cancellable;
use crate::edit::TextEdit;
use crate::presentation::{CodeAction, CodeActionKind};

/// Puts the selected expression into a variable of its own, in front of the statement that it is evaluated in.
pub(super) fn action(code: &Code<'_>) -> Cancellable<Option<CodeAction>> {
    let Some(found) = expression_at(code.tree, code.range.range) else { return Ok(None) };
    // What is declared in the statement itself is not known in front of it: the variable of a comprehension.
    for name in names_in(code.tree, found.range) {
        let is_bound = |range: montuno_base::TextRange| {
            found.statement.contains_range(range) && !found.range.contains_range(range)
        };
        let declared = code.declared(name.range)?;
        if declared.iter().any(|target| target.file == code.range.file && is_bound(target.name_range)) {
            return Ok(None);
        }
    }
    let writing = writing::of(code.tree.language());
    let wish = found.last_name.filter(|name| *name != found.range).map(|name| writing.name_for(code.text(name)));
    let name = code.free_name(
        wish.as_deref().unwrap_or("value"),
        montuno_base::TextRange::up_to(montuno_base::TextSize::of(&**code.tree.text())),
    );
    let declaration = writing.declaration(&name, code.text(found.range));
    let edits = if found.is_statement {
        vec![TextEdit::replace(found.statement, declaration)]
    } else {
        let before = format!("{declaration}\n{}", found.indent);
        vec![TextEdit::insert(found.statement.start(), before), TextEdit::replace(found.range, name)]
    };
    Ok(Some(code.action("extract-variable", "Extract variable", CodeActionKind::RefactorExtract, edits)))
}
