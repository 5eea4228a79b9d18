//! Questions about a text that nobody has written.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use montuno_base::{Change, Document, FileId};
use montuno_semantic::cancel::{CancelFlag, Cancellable, Cancelled};
use montuno_semantic::engine::Snapshot;

use crate::host::{Arrival, Host, Refusal, same_document};

impl Host {
    /// Asks about a file as if it had another text. Nobody else ever sees that text: the engine is held until it has
    /// the true one again, and reads that were in flight are put again afterwards. So the question has to be a short
    /// one; a `cancel` with a deadline makes sure of it.
    ///
    /// # Errors
    /// Every [`Refusal`]; [`Refusal::NotAnalysed`] as well while a project is still loaded, because that takes longer
    /// than such a question is worth. [`Refusal::Cancelled`] if it took too long.
    pub fn ask_as_if<T>(
        &self,
        arrival: &Arrival,
        file: FileId,
        text: &str,
        cancel: &CancelFlag,
        question: impl FnOnce(&dyn Snapshot) -> Cancellable<T>,
    ) -> Result<T, Refusal> {
        let language = self.language(file, arrival.inputs()).ok_or(Refusal::NotAnalysed)?;
        let slot = self.slot(language).ok_or(Refusal::NotAnalysed)?;
        if slot.is_loading() {
            return Err(Refusal::NotAnalysed);
        }
        let _open = slot.open_question();
        let broke = |panic: &(dyn Any + Send)| self.shared.broke(language, panic);
        let held = slot.hold(&self.shared.inputs, &|panic| _ = broke(panic));
        let mut held = held.map_err(|panic| Refusal::Fault(broke(&*panic)))?;
        if cancel.is_cancelled() {
            return Err(Refusal::Cancelled);
        }
        let inputs = held.inputs.clone();
        if !same_document(&inputs, arrival.inputs(), file) {
            return Err(Refusal::ContentModified);
        }
        let mut supposed = inputs.clone();
        let version = inputs.documents.get(file).map_or(0, |document| document.version);
        let change = supposed.set_document(file, Document::new(version, Some(language), Arc::from(text)));
        let answer = catch_unwind(AssertUnwindSafe(|| {
            let engine = held.engine();
            // The project is found by the true text.
            engine.prepare(&inputs, file, &mut ());
            engine.update(&supposed, &[change]);
            let snapshot = engine.snapshot(self.context(supposed, cancel));
            let answer = question(&*snapshot);
            drop(snapshot);
            engine.update(&inputs, &[Change::Document(file)]);
            answer
        }));
        match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(Cancelled)) => Err(Refusal::Cancelled),
            Err(panic) => {
                held.throw_away();
                Err(Refusal::Fault(broke(&*panic)))
            }
        }
    }
}
