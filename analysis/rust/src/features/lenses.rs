//! Lines above declarations.

use montuno_base::{FileId, FilePosition};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::presentation::{CodeLens, CodeLensKind};
use ra_ap_ide::AnnotationKind;

use crate::configuration;
use crate::load::database::to_engine;
use crate::snapshot::RustSnapshot;

impl RustSnapshot {
    pub(crate) fn lenses(&self, file: FileId) -> Cancellable<Vec<CodeLens>> {
        if self.engine_text(file)?.is_none() {
            return Ok(Vec::new());
        }
        let config = configuration::annotations(&self.context.inputs.settings);
        let found = self.ask(|analysis| analysis.annotations(&config, to_engine(file)))?;
        let position = |place: ra_ap_ide::FilePosition| FilePosition { file, offset: place.offset };
        let lenses = found.into_iter().filter_map(|found| {
            let kind = match found.kind {
                AnnotationKind::HasImpls { pos, .. } => CodeLensKind::Implementations(position(pos)),
                AnnotationKind::HasReferences { pos, .. } => CodeLensKind::References(position(pos)),
                AnnotationKind::Runnable(_) => return None,
            };
            Some(CodeLens { range: found.range, kind })
        });
        let mut lenses: Vec<_> = lenses.collect();
        lenses.sort_by_key(|lens| (lens.range.start(), matches!(lens.kind, CodeLensKind::Implementations(_))));
        Ok(lenses)
    }
}
