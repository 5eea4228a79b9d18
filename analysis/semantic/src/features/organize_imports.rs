//! Sorting imports: what is common to all languages. Which imports there are, to which group each belongs and how it
//! is written is each language's own.

use montuno_base::{FileId, TextRange, TextSize};

use crate::edit::{TextEdit, WorkspaceEdit};
use crate::presentation::{CodeAction, CodeActionKind};

/// One import of a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Import {
    /// The statement.
    pub range: TextRange,
    /// Groups stand in their order, with an empty line between them.
    pub group: u32,
    /// By this they are sorted within their group.
    pub key: String,
    /// How it is written from now on; `None` if it is taken out.
    pub text: Option<String>,
}

/// The imports that stand together: nothing but comments and empty lines is between them.
///
/// `statements` are all imports of a list of statements, in the order of the text. Where two share a line nothing is
/// together: they are left as they are.
pub fn blocks<T>(
    text: &str,
    statements: Vec<T>,
    range_of: impl Fn(&T) -> TextRange,
    is_comment: impl Fn(&str) -> bool,
) -> Vec<Vec<T>> {
    let mut found: Vec<Vec<T>> = Vec::new();
    for statement in statements {
        let start = range_of(&statement).start();
        let joins = found.last().and_then(|block| block.last()).is_some_and(|last| {
            let between = &text[TextRange::new(range_of(last).end().min(start), start)];
            let (rest, lines) = between.split_once('\n').unwrap_or((between, ""));
            let rest = rest.trim().trim_start_matches(';').trim();
            between.contains('\n')
                && (rest.is_empty() || is_comment(rest))
                && lines.lines().all(|line| line.trim().is_empty() || is_comment(line.trim()))
        });
        match found.last_mut() {
            Some(block) if joins => block.push(statement),
            _ => found.push(vec![statement]),
        }
    }
    found
}

/// The edit that sorts a block; none if it is sorted already.
///
/// A comment at the end of a line stays behind its import, comments above one stay above it. `keeps_gaps` says that empty
/// lines part what is sorted by itself; else there is one between groups, and no other.
pub fn sort(text: &str, block: &[Import], keeps_gaps: bool) -> Option<TextEdit> {
    let (first, last) = (block.first()?, block.last()?);
    let whole = TextRange::new(first.range.start(), line_end(text, last.range.end()));
    let start_of_line = text[..usize::from(whole.start())].rfind('\n').map_or(0, |at| at + 1);
    let indent = &text[start_of_line..usize::from(whole.start())];
    let mut at = whole.start();
    let mut part = 0_u32;
    let mut pieces: Vec<(u32, u32, &str, String)> = Vec::new();
    for import in block {
        let lead =
            text[TextRange::new(at.min(import.range.start()), import.range.start())].trim_start_matches(['\r', '\n']);
        let above = &text[TextRange::new(at.min(import.range.start()), import.range.start())];
        let end = line_end(text, import.range.end());
        let between: Vec<&str> = above.split('\n').collect();
        // The first and the last are the ends of the lines of imports.
        let gap = between.len() > 2 && between[1..between.len() - 1].iter().any(|line| line.trim().is_empty());
        if keeps_gaps && gap {
            part += 1;
        }
        let comments: Vec<&str> = lead.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if let Some(written) = &import.text {
            let behind = text[TextRange::new(import.range.end(), end)].trim_end();
            let mut piece = String::new();
            for comment in comments {
                piece.push_str(comment);
                piece.push('\n');
                piece.push_str(indent);
            }
            piece.push_str(written);
            piece.push_str(behind);
            pieces.push((part, import.group, &import.key, piece));
        }
        at = end;
    }
    pieces.sort_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)));
    pieces.dedup_by(|a, b| (a.0, a.1, &a.3) == (b.0, b.1, &b.3));
    let mut sorted = String::new();
    let mut before: Option<(u32, u32)> = None;
    for (part, group, _, piece) in &pieces {
        if let Some(before) = before {
            sorted.push('\n');
            if before != (*part, *group) {
                sorted.push('\n');
            }
            sorted.push_str(indent);
        }
        sorted.push_str(piece);
        before = Some((*part, *group));
    }
    if text[..].contains("\r\n") {
        sorted = sorted.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    if sorted == text[whole] {
        return None;
    }
    if !sorted.is_empty() {
        return Some(TextEdit::replace(whole, sorted));
    }
    // Nothing is left: neither is its line.
    let size = |at: usize| TextSize::try_from(at).expect("files are below 4 GB");
    let end = usize::from(whole.end());
    let next = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    Some(TextEdit::delete(TextRange::new(size(start_of_line), size(next))))
}

/// The end of the line that an offset is on, without what ends it.
fn line_end(text: &str, offset: TextSize) -> TextSize {
    let at = usize::from(offset);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    TextSize::of(text[..end].trim_end_matches('\r'))
}

/// The action that sorts the imports of a file. `None` if all of them are sorted.
pub fn action(file: FileId, edits: Vec<TextEdit>) -> Option<CodeAction> {
    (!edits.is_empty()).then(|| CodeAction {
        id: "organize-imports".to_owned(),
        title: "Organize imports".to_owned(),
        kind: CodeActionKind::SourceOrganizeImports,
        mends: None,
        is_preferred: false,
        edit: Some(WorkspaceEdit::of_file(file, edits)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line is an import; capitals are a group of their own, `-` takes one out.
    fn after(text: &str, keeps_gaps: bool) -> String {
        let mut statements = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let code = line.split('#').next().unwrap_or_default().trim_end();
            if !code.is_empty() {
                let start = TextSize::try_from(at).unwrap();
                statements.push((TextRange::at(start, TextSize::of(code)), code.to_owned()));
            }
            at += line.len();
        }
        let mut result = text.to_owned();
        for block in blocks(text, statements, |(range, _)| *range, |line| line.starts_with('#')).iter().rev() {
            let imports: Vec<Import> = block
                .iter()
                .map(|(range, code)| Import {
                    range: *range,
                    group: u32::from(code.starts_with(char::is_uppercase)),
                    key: code.clone(),
                    text: (!code.starts_with('-')).then(|| code.clone()),
                })
                .collect();
            if let Some(edit) = sort(text, &imports, keeps_gaps) {
                result = crate::edit::apply(&result, &[edit]);
            }
        }
        result
    }

    #[test]
    fn imports_are_sorted_in_groups() {
        assert_eq!(after("b\nZ\na\n", false), "a\nb\n\nZ\n");
        assert_eq!(after("b\n\na\n", false), "a\nb\n");
        assert_eq!(after("b\n\na\n", true), "b\n\na\n");
        assert_eq!(after("a\nb\n", false), "a\nb\n");
        assert_eq!(after("b\na\na\n", false), "a\nb\n", "once is enough");
    }

    #[test]
    fn comments_stay_with_their_imports() {
        assert_eq!(after("# of the file\n\nb # of b\n# of a\na\n", false), "# of the file\n\n# of a\na\nb # of b\n");
    }

    #[test]
    fn what_is_taken_out_leaves_no_line() {
        assert_eq!(after("b\n-x\na\n", false), "a\nb\n");
        assert_eq!(after("# c\n-x\ny", false), "# c\ny");
        assert_eq!(after("-x\n", false), "");
    }
}
