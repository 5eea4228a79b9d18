//! Generating a text: prompt in, text out, token by token.

mod request;
mod sequence;
mod slots;
#[cfg(test)]
mod tests;
mod worker;

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::constraint::Constraint;
use crate::control::Control;
use crate::session::{Logits, Session, SessionError, SessionFacts, SessionShape};
use crate::token::TokenMask;
use crate::tokenizer::Tokenizer;

pub use request::{Figures, Finish, GeneratedToken, Generation, Piece, Priority, Request, Sink};
pub use worker::{Job, Worker};

use sequence::Sequence;
use slots::Slots;

/// Why nothing was generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The prompt has no token.
    #[error("the prompt is empty")]
    EmptyPrompt,
    /// The prompt leaves no room for a token.
    #[error("the prompt has {tokens} tokens, and the model's context holds {capacity}")]
    PromptTooLong {
        /// The tokens of the prompt.
        tokens: usize,
        /// The tokens that the context holds.
        capacity: usize,
    },
    /// A token of the prompt is none of the model's.
    #[error("the prompt has token {token}, and the model knows {vocabulary}: its tokenizer does not belong to it")]
    UnknownToken {
        /// The token.
        token: crate::Token,
        /// How many the model knows.
        vocabulary: usize,
    },
    /// The model could not be run.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The thread that runs the model has ended.
    #[error("the thread that runs the model has ended")]
    Ended,
}

/// Generates texts with one session, one at a time. [`Worker`] does so with several at the same time.
pub struct Generator {
    core: Core,
    slots: Slots,
}

/// What every sequence works with.
pub(crate) struct Core {
    pub(crate) session: Box<dyn Session>,
    pub(crate) tokenizer: Arc<dyn Tokenizer>,
    pub(crate) logits: Logits,
    pub(crate) mask: TokenMask,
    pub(crate) start_mask: TokenMask,
    pub(crate) chunk: usize,
}

/// The most tokens of a prompt that are computed in one run: between two runs a request can be cancelled.
const CHUNK: usize = 128;

impl Generator {
    /// A generator over a session and the tokenizer that belongs to its model.
    pub fn new(session: Box<dyn Session>, tokenizer: Arc<dyn Tokenizer>) -> Self {
        let shape = session.shape();
        let mask = TokenMask::none(shape.vocabulary);
        let core = Core { session, tokenizer, logits: Logits::default(), start_mask: mask.clone(), mask, chunk: CHUNK };
        Self { core, slots: Slots::new(shape.slots) }
    }

    /// Sets the most tokens of a prompt that are computed in one run.
    #[must_use]
    pub fn with_chunk(mut self, tokens: usize) -> Self {
        self.core.chunk = tokens.max(1);
        self
    }

    /// What the session runs on.
    pub fn facts(&self) -> &SessionFacts {
        self.core.session.facts()
    }

    /// The sizes of the session.
    pub fn shape(&self) -> SessionShape {
        self.core.session.shape()
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &Arc<dyn Tokenizer> {
        &self.core.tokenizer
    }

    /// Generates a text. `sink` is given each token as it comes. What was computed is kept for requests that begin
    /// in the same way, also when this one is cancelled.
    ///
    /// # Errors
    /// See [`GenerateError`]. A cancelled request is no error: see [`Finish`].
    pub fn generate(
        &mut self,
        request: &Request,
        constraint: &mut dyn Constraint,
        control: &Control,
        sink: &mut dyn Sink,
    ) -> Result<Generation, GenerateError> {
        let mut sequence = self.begin(request.clone())?.ok_or(GenerateError::Ended)?;
        let finish = loop {
            match sequence.step(&mut self.core, constraint, control, sink) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(finish)) => break Ok(finish),
                Err(error) => break Err(error),
            }
        };
        self.end(sequence, finish)
    }

    /// Gives a request a slot. `None` if all of them are taken.
    fn begin(&mut self, request: Request) -> Result<Option<Sequence>, GenerateError> {
        let shape = self.shape();
        if request.prompt.is_empty() {
            return Err(GenerateError::EmptyPrompt);
        }
        if request.prompt.len() >= shape.capacity {
            return Err(GenerateError::PromptTooLong { tokens: request.prompt.len(), capacity: shape.capacity });
        }
        if let Some(&token) = request.prompt.iter().find(|&&token| token as usize >= shape.vocabulary) {
            return Err(GenerateError::UnknownToken { token, vocabulary: shape.vocabulary });
        }
        Ok(self.slots.take(&request.prompt).map(|(slot, held)| Sequence::new(request, slot, held)))
    }

    fn end(&mut self, sequence: Sequence, finish: Result<Finish, SessionError>) -> Result<Generation, GenerateError> {
        let (slot, held, generation) = sequence.end(finish);
        self.slots.give_back(slot, held);
        generation
    }
}

impl std::fmt::Debug for Generator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Generator").field("facts", self.facts()).field("shape", &self.shape()).finish_non_exhaustive()
    }
}
