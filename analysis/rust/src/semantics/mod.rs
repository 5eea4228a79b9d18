//! What only types can answer.
//!
//! | module | subject |
//! | --- | --- |
//! | [`types`] | the type of what is written, and the type that is expected |
//! | [`candidates`] | the names that can stand at a place |
//! | [`hierarchy`] | traits and what implements them |
//! | [`calls`] | what a piece of code calls |

mod calls;
mod candidates;
mod expected;
mod hierarchy;
mod types;

use std::sync::Arc;

use montuno_base::{FileId, FilePosition, FileRange};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::completion::Candidates;
use montuno_semantic::hierarchy::{Call, Item};
use montuno_semantic::presentation::{Hover, SignatureHelp};
use montuno_semantic::semantics::Semantics;
use montuno_semantic::{Diagnostic, Resolution, Target};

use crate::configuration;
use crate::convert::target::resolution;
use crate::snapshot::RustSnapshot;

impl Semantics for RustSnapshot {
    fn definitions(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        let Some(position) = self.position(position)? else { return Ok(None) };
        Ok(resolution(self.ask(|analysis| analysis.goto_definition(position, &configuration::definition()))?))
    }

    fn declarations(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        let Some(position) = self.position(position)? else { return Ok(None) };
        Ok(resolution(self.ask(|analysis| analysis.goto_declaration(position, &configuration::definition()))?))
    }

    fn type_definitions(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        let Some(position) = self.position(position)? else { return Ok(None) };
        Ok(resolution(self.ask(|analysis| analysis.goto_type_definition(position))?))
    }

    fn implementations(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        let Some(place) = self.position(position)? else { return Ok(None) };
        self.load_for_search(position)?;
        let found = self.ask(|analysis| analysis.goto_implementation(&configuration::implementation(), place))?;
        let mut found = resolution(found);
        if let Some(found) = &mut found {
            self.sort(&mut found.targets);
        }
        Ok(found)
    }

    fn describe(&self, position: FilePosition) -> Cancellable<Option<Hover>> {
        self.hover_at(position)
    }

    fn type_at(&self, position: FilePosition) -> Cancellable<Option<String>> {
        self.type_of(position)
    }

    fn expected_type(&self, position: FilePosition) -> Cancellable<Option<String>> {
        self.type_expected_at(position)
    }

    fn members(&self, position: FilePosition) -> Cancellable<Option<Candidates>> {
        self.member_candidates(position)
    }

    fn scope(&self, position: FilePosition) -> Cancellable<Candidates> {
        self.scope_candidates(position)
    }

    fn signatures(&self, position: FilePosition) -> Cancellable<Option<SignatureHelp>> {
        self.signature_at(position)
    }

    fn supertypes(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        self.types_above(position)
    }

    fn subtypes(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        self.load_for_search(position)?;
        self.types_below(position)
    }

    fn items(&self, file: FileId) -> Cancellable<Arc<[Item]>> {
        Ok(self.outline(file)?.into())
    }

    fn calls(&self, body: FileRange) -> Cancellable<Vec<Call>> {
        self.calls_in(body)
    }

    fn diagnostics(&self, file: FileId) -> Cancellable<Vec<Diagnostic>> {
        self.findings(file)
    }
}
