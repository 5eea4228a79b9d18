//! What can be folded and selected.

use montuno_base::{FileId, FilePosition, TextRange};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::presentation::{FoldingKind, FoldingRange};
use ra_ap_ide::FoldKind;

use crate::load::database::to_engine;
use crate::snapshot::RustSnapshot;

impl RustSnapshot {
    pub(crate) fn folds(&self, file: FileId) -> Cancellable<Vec<FoldingRange>> {
        if self.engine_text(file)?.is_none() {
            return Ok(Vec::new());
        }
        let folds = self.ask(|analysis| analysis.folding_ranges(to_engine(file), false))?;
        let mut folds: Vec<_> = folds
            .into_iter()
            .map(|fold| {
                let kind = match fold.kind {
                    FoldKind::Comment => FoldingKind::Comment,
                    FoldKind::Imports => FoldingKind::Imports,
                    FoldKind::Region => FoldingKind::Region,
                    _ => FoldingKind::Code,
                };
                FoldingRange { range: fold.range, kind }
            })
            .collect();
        folds.sort_by_key(|fold| (fold.range.start(), fold.range.end()));
        Ok(folds)
    }

    pub(crate) fn selections(&self, position: FilePosition) -> Cancellable<Vec<TextRange>> {
        let Some(text) = self.engine_text(position.file)? else { return Ok(Vec::new()) };
        let mut selections: Vec<TextRange> = Vec::new();
        let mut selected = TextRange::empty(position.offset);
        let whole = TextRange::up_to(montuno_base::TextSize::of(&*text));
        while selected != whole {
            let Some(range) = self.range(position.file, selected)? else { break };
            let larger = self.ask(|analysis| analysis.extend_selection(range).map(Some))?.unwrap_or(whole);
            if larger == selected {
                break;
            }
            selections.push(larger);
            selected = larger;
        }
        Ok(selections)
    }
}
