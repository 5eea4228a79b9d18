//! What follows from a character that was just typed.

use montuno_base::{FilePosition, TextSize};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::{TextEdit, WorkspaceEdit};

use crate::convert::edit;
use crate::snapshot::RustSnapshot;

/// The characters after which there may be something to do. The engine knows more; the others get in
/// the way of typing as often as they help.
pub(crate) const TRIGGERS: &[char] = &['\n', '=', '.', '>', '{'];

impl RustSnapshot {
    pub(crate) fn after_typing(&self, position: FilePosition, typed: char) -> Cancellable<Option<WorkspaceEdit>> {
        if !TRIGGERS.contains(&typed) {
            return Ok(None);
        }
        if typed == '\n' {
            let text = self.engine_text(position.file)?;
            let edit = text.as_deref().and_then(|text| continued_comment(text, position.offset));
            return Ok(edit.map(|edit| WorkspaceEdit::of_file(position.file, vec![edit])));
        }
        // The engine counts from before the character.
        let Some(offset) = position.offset.checked_sub(TextSize::of(typed)) else { return Ok(None) };
        let Some(place) = self.position(FilePosition { offset, ..position })? else { return Ok(None) };
        let is_typed = self.engine_text(position.file)?.is_some_and(|text| text[offset.into()..].starts_with(typed));
        if !is_typed {
            return Ok(None);
        }
        let change = self.ask(|analysis| analysis.on_char_typed(place, typed))?;
        Ok(change.map(|change| edit::workspace_edit(change, &self.context.inputs.files)))
    }
}

/// The marks that make the line of a place go on with the comment of the line above it.
fn continued_comment(text: &str, offset: TextSize) -> Option<TextEdit> {
    let before = text.get(..usize::from(offset))?;
    let after = text.get(usize::from(offset)..)?.lines().next().unwrap_or_default();
    let (above, indent) = before.rsplit_once('\n')?;
    let above = above.rsplit('\n').next()?.trim_end_matches('\r');
    if !indent.trim().is_empty() {
        return None;
    }
    let comment = above.trim_start();
    let mark = ["///", "//!", "//"].into_iter().find(|mark| comment.starts_with(mark))?;
    // A plain comment goes on only if it was broken in two.
    if mark == "//" && after.trim().is_empty() || comment.starts_with("////") {
        return None;
    }
    let space = if after.starts_with(' ') { "" } else { " " };
    let missing = above.len() - comment.len();
    let indent = if indent.is_empty() { &above[..missing] } else { "" };
    Some(TextEdit::insert(offset, format!("{indent}{mark}{space}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(marked: &str) -> Option<String> {
        let offset = TextSize::try_from(marked.find('|').unwrap()).unwrap();
        let text = marked.replace('|', "");
        continued_comment(&text, offset).map(|edit| montuno_semantic::edit::apply(&text, &[edit]))
    }

    #[test]
    fn documentation_goes_on() {
        assert_eq!(typed("/// a\n|\nfn f() {}").as_deref(), Some("/// a\n/// \nfn f() {}"));
        assert_eq!(typed("    //! a\n    |").as_deref(), Some("    //! a\n    //! "));
        assert_eq!(typed("    /// a\n|").as_deref(), Some("    /// a\n    /// "));
    }

    #[test]
    fn a_plain_comment_goes_on_only_if_it_was_broken() {
        assert_eq!(typed("// a\n|"), None);
        assert_eq!(typed("// a\n|b").as_deref(), Some("// a\n// b"));
        assert_eq!(typed("////////\n|"), None);
        assert_eq!(typed("let a = 1;\n|"), None);
    }
}
