//! What is known of a symbol.

use montuno_base::{FilePosition, TextRange};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::presentation::{Hover, Signature, SignatureHelp, SignatureParameter};

use crate::configuration;
use crate::snapshot::RustSnapshot;

impl RustSnapshot {
    pub(crate) fn hover_at(&self, position: FilePosition) -> Cancellable<Option<Hover>> {
        let Some(range) = self.range(position.file, TextRange::empty(position.offset))? else { return Ok(None) };
        let found = self.ask(|analysis| analysis.hover(&configuration::hover(), range))?;
        Ok(found.map(|found| Hover { range: found.range, markdown: found.info.markup.into() }))
    }

    pub(crate) fn signature_at(&self, position: FilePosition) -> Cancellable<Option<SignatureHelp>> {
        let Some(position) = self.position(position)? else { return Ok(None) };
        let Some(found) = self.ask(|analysis| analysis.signature_help(position))? else { return Ok(None) };
        let ranges = found.parameter_ranges().iter();
        let parameters = ranges.map(|&label_range| SignatureParameter { label_range, documentation: None }).collect();
        let signature = Signature {
            parameters,
            documentation: found.doc.map(|documentation| documentation.as_str().to_owned()),
            active_parameter: found.active_parameter,
            label: found.signature,
        };
        Ok(Some(SignatureHelp { signatures: vec![signature], active_signature: 0 }))
    }
}
