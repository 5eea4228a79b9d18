//! Ranges of a document: what can be folded, what can be selected.

use montuno_base::{FilePosition, LineIndex, TextRange};
use montuno_semantic::Cancellable;
use montuno_semantic::presentation::FoldingKind;
use montuno_syntax::{folding, selection};
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::Result;

use crate::lsp::convert;
use crate::lsp::session::Session;

pub(crate) async fn folding_range(
    session: &Session,
    params: lsp::FoldingRangeParams,
) -> Result<Option<Vec<lsp::FoldingRange>>> {
    let lines_only = session.facts().folds_lines_only;
    let file = session.file(&params.text_document.uri);
    session
        .ask_or_syntax(
            file,
            move |snapshot| snapshot.folding_ranges(file),
            folding::folding_ranges,
            move |convert, folds| {
                let text = convert.text(file);
                let folds = folds.into_iter().filter_map(|fold| {
                    let range = convert.range(file, fold.range);
                    let mut end_line = range.end.line;
                    let closing = text[usize::from(fold.range.end())..].lines().next().unwrap_or_default();
                    if lines_only && !closing.trim().is_empty() && closing.trim() != "}" && end_line > range.start.line
                    {
                        // The last line holds more than the end of the fold: `} else {` stays visible.
                        end_line -= 1;
                    }
                    (end_line > range.start.line).then_some(lsp::FoldingRange {
                        start_line: range.start.line,
                        start_character: (!lines_only).then_some(range.start.character),
                        end_line,
                        end_character: (!lines_only).then_some(range.end.character),
                        kind: match fold.kind {
                            FoldingKind::Code => None,
                            FoldingKind::Comment => Some(lsp::FoldingRangeKind::Comment),
                            FoldingKind::Imports => Some(lsp::FoldingRangeKind::Imports),
                            FoldingKind::Region => Some(lsp::FoldingRangeKind::Region),
                        },
                        collapsed_text: None,
                    })
                });
                Some(folds.collect())
            },
        )
        .await
}

pub(crate) async fn selection_range(
    session: &Session,
    params: lsp::SelectionRangeParams,
) -> Result<Option<Vec<lsp::SelectionRange>>> {
    let file = session.file(&params.text_document.uri);
    let encoding = session.facts().encoding;
    let text = session.text(file);
    let lines = LineIndex::new(&text);
    let offset = |position| convert::offset(&lines, encoding, &text, position);
    let offsets: Vec<_> = params.positions.into_iter().map(|position| (position, offset(position))).collect();
    let asked = offsets.clone();
    session
        .ask_or_syntax(
            file,
            move |snapshot| {
                let places = asked.iter().map(|&(_, offset)| FilePosition { file, offset });
                places.map(|place| snapshot.selection_ranges(place)).collect::<Cancellable<Vec<_>>>()
            },
            {
                let offsets = offsets.clone();
                move |tree| offsets.iter().map(|&(_, offset)| selection::selection_ranges(tree, offset)).collect()
            },
            move |convert, answers: Vec<Vec<TextRange>>| {
                let answers = offsets.iter().zip(answers).map(|(&(position, _), ranges)| {
                    let nested = ranges.into_iter().rev().fold(None, |parent, range| {
                        Some(lsp::SelectionRange { range: convert.range(file, range), parent: parent.map(Box::new) })
                    });
                    // The protocol wants an answer for each position.
                    let itself = lsp::Range { start: position, end: position };
                    nested.unwrap_or(lsp::SelectionRange { range: itself, parent: None })
                });
                Some(answers.collect())
            },
        )
        .await
}
