//! Hints inside the text.

use montuno_base::{FileId, FileRange};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::presentation::{InlayHint, InlayHintKind, InlayHintPart};
use ra_ap_ide::{InlayHintPosition, InlayKind};

use crate::configuration;
use crate::convert::edit;
use crate::snapshot::RustSnapshot;

impl RustSnapshot {
    pub(crate) fn hints(&self, range: FileRange) -> Cancellable<Vec<InlayHint>> {
        let Some(place) = self.range(range.file, range.range)? else { return Ok(Vec::new()) };
        let config = configuration::inlay_hints(&self.context.inputs.settings);
        let found = self.ask(|analysis| analysis.inlay_hints(&config, place.file_id, Some(place.range)))?;
        let mut hints: Vec<_> = found.into_iter().map(hint).collect();
        hints.sort_by_key(|hint| hint.offset);
        Ok(hints)
    }
}

fn hint(found: ra_ap_ide::InlayHint) -> InlayHint {
    let parts = found.label.parts.into_iter().map(|part| InlayHintPart {
        text: part.text,
        target: part
            .linked_location
            .and_then(|location| location.computed())
            .map(|location| (FileId(location.file_id.index()), location.range)),
    });
    InlayHint {
        offset: match found.position {
            InlayHintPosition::Before => found.range.start(),
            InlayHintPosition::After => found.range.end(),
        },
        label: parts.collect(),
        kind: match found.kind {
            InlayKind::Type | InlayKind::Chaining => InlayHintKind::Type,
            InlayKind::Parameter | InlayKind::GenericParameter => InlayHintKind::Parameter,
            _ => InlayHintKind::Other,
        },
        padding_left: found.pad_left,
        padding_right: found.pad_right,
        edits: found.text_edit.and_then(|edit| edit.computed()).map(edit::text_edits).unwrap_or_default(),
    }
}
