//! Changes of text.

use montuno_base::{FileId, FileTable, Utf8Path};
use montuno_semantic::edit::FileOperation;
use montuno_semantic::{TextEdit, WorkspaceEdit};
use ra_ap_base_db::AnchoredPathBuf;
use ra_ap_ide::{FileSystemEdit, SnippetEdit, SourceChange};

use crate::load::source::lexical;

/// The edits of one file.
pub(crate) fn text_edits(edit: ra_ap_ide::TextEdit) -> Vec<TextEdit> {
    edit.into_iter().map(|indel| TextEdit::replace(indel.delete, indel.insert)).collect()
}

/// A change of several files.
pub(crate) fn workspace_edit(change: SourceChange, table: &FileTable) -> WorkspaceEdit {
    let mut result = WorkspaceEdit { is_snippet: change.is_snippet, ..WorkspaceEdit::default() };
    for (file, (edit, stops)) in change.source_file_edits {
        // Some changes have their stops beside the text, older ones in it, and most files none.
        let edits = match stops {
            Some(stops) => with_stops(edit, stops),
            None => {
                let mut edits = text_edits(edit);
                for edit in edits.iter_mut().filter(|edit| change.is_snippet && !edit.new_text.contains('$')) {
                    edit.new_text = escaped(&edit.new_text);
                }
                edits
            }
        };
        result.edits.insert(FileId(file.index()), edits);
    }
    for operation in change.file_system_edits {
        result.operations.extend(file_operation(operation, table));
    }
    result
}

/// The edits with tab stops written into them.
///
/// The engine gives the stops as ranges of the text after the edits, so each edit is followed to where
/// it ends up. Stops outside every edit become edits of their own.
fn with_stops(edit: ra_ap_ide::TextEdit, stops: SnippetEdit) -> Vec<TextEdit> {
    let mut stops = stops.into_edit_ranges().into_iter().peekable();
    let mut edits = Vec::new();
    // How much longer the text is by the edits so far.
    let mut growth: i64 = 0;
    let offset = |at: i64| montuno_base::TextSize::from(u32::try_from(at.max(0)).unwrap_or(u32::MAX));
    for indel in edit {
        let start = i64::from(u32::from(indel.delete.start())) + growth;
        let length = indel.insert.len() as i64;
        while let Some((number, range)) = stops.peek().filter(|(_, range)| i64::from(u32::from(range.end())) < start) {
            let at = i64::from(u32::from(range.start())) - growth;
            edits.push(TextEdit::insert(offset(at), format!("${number}")));
            stops.next();
        }
        let mut text = String::new();
        let mut copied = 0_usize;
        while let Some((number, range)) =
            stops.peek().filter(|(_, range)| i64::from(u32::from(range.end())) <= start + length)
        {
            let inside = |at: montuno_base::TextSize| (i64::from(u32::from(at)) - start).clamp(0, length) as usize;
            let (from, to) = (inside(range.start()), inside(range.end()));
            escape_into(&mut text, indel.insert.get(copied..from).unwrap_or_default());
            if from == to {
                text.push_str(&format!("${number}"));
            } else {
                text.push_str(&format!("${{{number}:"));
                escape_into(&mut text, indel.insert.get(from..to).unwrap_or_default());
                text.push('}');
            }
            copied = to;
            stops.next();
        }
        escape_into(&mut text, indel.insert.get(copied..).unwrap_or_default());
        growth += length - i64::from(u32::from(indel.delete.len()));
        edits.push(TextEdit::replace(indel.delete, text));
    }
    for (number, range) in stops {
        let at = i64::from(u32::from(range.start())) - growth;
        edits.push(TextEdit::insert(offset(at), format!("${number}")));
    }
    edits
}

fn escape_into(text: &mut String, plain: &str) {
    for character in plain.chars() {
        if matches!(character, '\\' | '$' | '}') {
            text.push('\\');
        }
        text.push(character);
    }
}

/// Plain text as a snippet.
fn escaped(plain: &str) -> String {
    let mut text = String::with_capacity(plain.len());
    escape_into(&mut text, plain);
    text
}

fn file_operation(edit: FileSystemEdit, table: &FileTable) -> Option<FileOperation> {
    let absolute = |path: &AnchoredPathBuf| {
        let anchor = table.path(FileId(path.anchor.index()));
        let folder = anchor.parent().map(Utf8Path::to_owned)?;
        Some(lexical(&folder.join(&path.path)))
    };
    Some(match edit {
        FileSystemEdit::CreateFile { dst, initial_contents } => {
            FileOperation::Create(absolute(&dst)?, initial_contents)
        }
        FileSystemEdit::MoveFile { src, dst } => {
            FileOperation::Move(table.path(FileId(src.index())).to_path_buf(), absolute(&dst)?)
        }
        FileSystemEdit::MoveDir { src, dst, .. } => FileOperation::Move(absolute(&src)?, absolute(&dst)?),
    })
}

#[cfg(test)]
mod tests {
    use montuno_base::{TextRange, TextSize};
    use ra_ap_ide_db::source_change::Snippet;

    use super::*;

    #[test]
    fn stops_are_written_into_the_edits() {
        // `fn f() {}` becomes `fn name() { body }`, with the name and the end of the body to be typed.
        let text = "fn f() {}";
        let mut edit = ra_ap_ide::TextEdit::builder();
        edit.replace(TextRange::new(3.into(), 4.into()), "name".to_owned());
        edit.insert(8.into(), " $body ".to_owned());
        let stops = SnippetEdit::new(vec![
            Snippet::Placeholder(TextRange::new(3.into(), 7.into())),
            Snippet::Tabstop(TextSize::from(17)),
        ]);
        let edits = with_stops(edit.finish(), stops);
        assert_eq!(montuno_semantic::edit::apply(text, &edits), "fn ${1:name}() { \\$body$0 }");
    }

    #[test]
    fn a_stop_outside_the_edits_is_an_edit() {
        let mut edit = ra_ap_ide::TextEdit::builder();
        edit.insert(0.into(), "ab".to_owned());
        let edits = with_stops(edit.finish(), SnippetEdit::new(vec![Snippet::Tabstop(TextSize::from(4))]));
        assert_eq!(montuno_semantic::edit::apply("xyz", &edits), "abxy$0z");
    }
}
