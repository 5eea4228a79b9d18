//! One model in memory that can be run: the seam between decoding and the engines that compute.
//!
//! A session holds the keys and values of several texts, each in a *slot*. Decoding says at which position of
//! which slot tokens are to be computed; what lies behind that position in the slot is overwritten. So going
//! back to a common prefix costs nothing.

pub mod fake;
mod layout;
#[cfg(feature = "onnxruntime")]
pub(crate) mod onnxruntime;
#[cfg(feature = "rten")]
pub(crate) mod rten;

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

use crate::token::Token;

/// What a session runs on, for people: `doctor`, the status line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SessionFacts {
    /// The engine: `ONNX Runtime`, `rten`.
    pub engine: String,
    /// The engine's version.
    pub version: String,
    /// The execution provider that is really used: `CPU`, `CUDA`, `CoreML`, `DirectML`.
    pub provider: String,
    /// The library that was loaded, if one was.
    pub library: Option<String>,
    /// Why it is not what was asked for, if it is not.
    pub fallback: Option<String>,
}

/// The sizes of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionShape {
    /// Logits in a row: tokens in the vocabulary, padding included.
    pub vocabulary: usize,
    /// The most tokens that a slot holds.
    pub capacity: usize,
    /// How many texts are held at the same time.
    pub slots: usize,
    /// Which rows of logits a run can give.
    pub rows: LogitRows,
}

/// Which rows of logits a run can give.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogitRows {
    /// Of any number of its last tokens.
    Any,
    /// Of its last token alone: drafts cannot be checked in one run.
    Last,
}

/// Rows of logits, one for each token that was asked about.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Logits {
    values: Vec<f32>,
    vocabulary: usize,
}

impl Logits {
    /// Makes room for `rows` rows over `vocabulary` tokens, and gives it for writing.
    pub fn reset(&mut self, rows: usize, vocabulary: usize) -> &mut [f32] {
        self.vocabulary = vocabulary;
        self.values.clear();
        self.values.resize(rows * vocabulary, 0.0);
        &mut self.values
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.vocabulary).unwrap_or(0)
    }

    /// The logits of one row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.vocabulary..(row + 1) * self.vocabulary]
    }
}

/// Why there is no session of a model.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The engine cannot read the graph.
    #[error("{engine} cannot use {path}: {reason}")]
    Graph {
        /// The engine's name.
        engine: &'static str,
        /// The graph.
        path: Utf8PathBuf,
        /// What it said.
        reason: String,
    },
    /// The provider that was asked for is not there.
    #[error("{provider} cannot be used: {reason}")]
    Provider {
        /// The provider.
        provider: String,
        /// What was said.
        reason: String,
    },
}

/// Why a session could not run.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The engine reports a fault: out of memory, a device that is gone.
    #[error("{engine} could not run the model: {reason}")]
    Engine {
        /// The engine's name.
        engine: &'static str,
        /// What it said.
        reason: String,
    },
    /// The graph gave something that no model of its shape gives.
    #[error("the model answered with {found} where {expected} was expected: its graph does not fit its configuration")]
    Answer {
        /// What was expected.
        expected: String,
        /// What came.
        found: String,
    },
    /// Tokens were to be computed behind the end of a slot, or behind a hole in it.
    #[error("{tokens} tokens at position {start} do not fit a slot of {capacity} tokens that holds {held}")]
    Place {
        /// Where they were to be put.
        start: usize,
        /// How many they are.
        tokens: usize,
        /// How many tokens the slot can hold.
        capacity: usize,
        /// How many it holds.
        held: usize,
    },
}

/// One model in memory that can be run.
pub trait Session: Send {
    /// What it runs on.
    fn facts(&self) -> &SessionFacts;

    /// Its sizes.
    fn shape(&self) -> SessionShape;

    /// Notes that runs give the logits of the last token alone.
    fn limit_to_last_row(&mut self);

    /// Notes why it is not what was asked for.
    fn set_fallback(&mut self, reason: String);

    /// Computes `tokens` at the positions from `start` of a slot, which must hold at least `start` tokens, and
    /// writes the logits of the last `wanted` of them. Afterwards the slot holds `start + tokens.len()` tokens.
    ///
    /// # Errors
    /// See [`SessionError`]. The slot counts as empty afterwards.
    fn run(
        &mut self,
        slot: usize,
        start: usize,
        tokens: &[Token],
        wanted: usize,
        logits: &mut Logits,
    ) -> Result<(), SessionError>;
}

/// What the implementations have in common: whether a run is possible.
///
/// # Errors
/// [`SessionError::Place`], [`SessionError::Answer`].
pub(crate) fn check_place(
    shape: SessionShape,
    held: usize,
    start: usize,
    tokens: usize,
    wanted: usize,
) -> Result<(), SessionError> {
    if start > held || start + tokens > shape.capacity || tokens == 0 {
        return Err(SessionError::Place { start, tokens, capacity: shape.capacity, held });
    }
    if wanted > tokens || (shape.rows == LogitRows::Last && wanted > 1) {
        return Err(SessionError::Answer {
            expected: format!("{wanted} rows of logits"),
            found: format!("a run of {tokens} tokens that gives {:?}", shape.rows),
        });
    }
    Ok(())
}
