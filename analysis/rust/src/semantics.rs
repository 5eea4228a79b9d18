//! What only types can answer.

use std::sync::Arc;

use montuno_base::{FileId, FilePosition, FileRange};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::completion::Candidates;
use montuno_semantic::hierarchy::{Call, Item};
use montuno_semantic::presentation::{Hover, SignatureHelp};
use montuno_semantic::semantics::Semantics;
use montuno_semantic::{Diagnostic, Resolution, Target};

use crate::convert::target::resolution;
use crate::snapshot::RustSnapshot;

impl Semantics for RustSnapshot {
    fn definitions(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        let Some(position) = self.position(position)? else { return Ok(None) };
        let config = ra_ap_ide::GotoDefinitionConfig { ra_fixture: crate::configuration::fixtures() };
        Ok(resolution(self.ask(|analysis| analysis.goto_definition(position, &config))?))
    }

    fn declarations(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        let Some(position) = self.position(position)? else { return Ok(None) };
        let config = ra_ap_ide::GotoDefinitionConfig { ra_fixture: crate::configuration::fixtures() };
        Ok(resolution(self.ask(|analysis| analysis.goto_declaration(position, &config))?))
    }

    fn type_definitions(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        let Some(position) = self.position(position)? else { return Ok(None) };
        Ok(resolution(self.ask(|analysis| analysis.goto_type_definition(position))?))
    }

    fn implementations(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        let Some(position) = self.position(position)? else { return Ok(None) };
        let config = ra_ap_ide::GotoImplementationConfig { filter_adjacent_derive_implementations: false };
        Ok(resolution(self.ask(|analysis| analysis.goto_implementation(&config, position))?))
    }

    fn describe(&self, position: FilePosition) -> Cancellable<Option<Hover>> {
        Ok(None)
    }

    fn type_at(&self, position: FilePosition) -> Cancellable<Option<String>> {
        Ok(None)
    }

    fn expected_type(&self, position: FilePosition) -> Cancellable<Option<String>> {
        Ok(None)
    }

    fn members(&self, position: FilePosition) -> Cancellable<Option<Candidates>> {
        Ok(None)
    }

    fn scope(&self, position: FilePosition) -> Cancellable<Candidates> {
        Ok(Candidates::default())
    }

    fn signatures(&self, position: FilePosition) -> Cancellable<Option<SignatureHelp>> {
        Ok(None)
    }

    fn supertypes(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        Ok(Vec::new())
    }

    fn subtypes(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        Ok(Vec::new())
    }

    fn items(&self, file: FileId) -> Cancellable<Arc<[Item]>> {
        Ok(Arc::new([]))
    }

    fn calls(&self, body: FileRange) -> Cancellable<Vec<Call>> {
        Ok(Vec::new())
    }

    fn diagnostics(&self, file: FileId) -> Cancellable<Vec<Diagnostic>> {
        Ok(Vec::new())
    }
}
