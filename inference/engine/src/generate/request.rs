//! What is asked for, and what comes.

use std::ops::ControlFlow;
use std::time::Duration;

use crate::sampling::Sampling;
use crate::speculation::Speculation;
use crate::stop::Stop;
use crate::token::Token;

/// Who goes first while several texts are generated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Priority {
    /// What nobody waits for: the next completion, computed ahead.
    Background,
    /// What somebody reads as it comes: chat.
    #[default]
    Normal,
    /// What somebody waits for while typing.
    Interactive,
}

/// A text to be generated.
#[derive(Clone, PartialEq, Debug)]
pub struct Request {
    /// The prompt.
    pub prompt: Vec<Token>,
    /// Bytes that the text has to begin with. They are not part of the answer: see [`heal`](crate::heal).
    pub required_start: Vec<u8>,
    /// The most tokens that are generated.
    pub maximum_tokens: usize,
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// Where the text ends.
    pub stop: Stop,
    /// Whether drafts are made.
    pub speculation: Speculation,
    /// Whether it goes before others.
    pub priority: Priority,
}

impl Request {
    /// A greedy request with drafts.
    pub fn new(prompt: Vec<Token>, maximum_tokens: usize) -> Self {
        Self {
            prompt,
            required_start: Vec::new(),
            maximum_tokens,
            sampling: Sampling::Greedy,
            stop: Stop::default(),
            speculation: Speculation::default(),
            priority: Priority::default(),
        }
    }
}

/// A token as it comes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Piece<'a> {
    /// The token.
    pub token: Token,
    /// The model's probability of it.
    pub confidence: f32,
    /// The text that can be shown because of it: may be empty (a character that is not whole yet, what could be the
    /// beginning of a stop).
    pub text: &'a str,
    /// All text that can be shown so far, with `text`.
    pub so_far: &'a str,
}

/// Takes tokens as they come.
pub trait Sink {
    /// Takes one. `Break` ends the text after it.
    fn piece(&mut self, piece: &Piece<'_>) -> ControlFlow<()>;
}

impl<F: FnMut(&Piece<'_>) -> ControlFlow<()>> Sink for F {
    fn piece(&mut self, piece: &Piece<'_>) -> ControlFlow<()> {
        self(piece)
    }
}

/// Ignores tokens: for callers that want the whole text alone.
impl Sink for () {
    fn piece(&mut self, _piece: &Piece<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Why a text ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Finish {
    /// The model ended it.
    EndOfText,
    /// A rule of [`Stop`].
    Stop,
    /// It has as many tokens as were asked for.
    Length,
    /// The model's context is full.
    ContextFull,
    /// The constraint allowed nothing more, or the required start cannot be written.
    Constraint,
    /// The sink wanted no more.
    Sink,
    /// It was cancelled.
    Cancelled,
    /// Its time was over.
    Deadline,
}

/// A token of a text.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct GeneratedToken {
    /// The token.
    pub token: Token,
    /// The model's probability of it, without any mask.
    pub confidence: f32,
    /// The length of the text with it, in bytes. A token of the required start, or a part of a character, does not lengthen it.
    pub end: usize,
}

/// A generated text.
#[derive(Clone, PartialEq, Debug)]
pub struct Generation {
    /// The text.
    pub text: String,
    /// Its tokens. Those behind a stop are not among them.
    pub tokens: Vec<GeneratedToken>,
    /// Why it ended.
    pub finish: Finish,
    /// What it cost.
    pub figures: Figures,
}

impl Generation {
    /// What comes of a request that was cancelled before it began.
    pub(crate) fn cancelled(prompt: usize) -> Self {
        let figures = Figures { prompt, ..Figures::default() };
        Self { text: String::new(), tokens: Vec::new(), finish: Finish::Cancelled, figures }
    }
}

/// What a text cost.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Figures {
    /// Tokens of the prompt.
    pub prompt: usize,
    /// Those of them that were held from an earlier request.
    pub reused: usize,
    /// Those of them that were computed.
    pub prefilled: usize,
    /// Tokens generated.
    pub decoded: usize,
    /// Runs of the model after the first token.
    pub runs: usize,
    /// Tokens drafted.
    pub drafted: usize,
    /// Those of them that the model agreed with.
    pub accepted: usize,
    /// From the request to its first token.
    pub first_token: Duration,
    /// From the first token to the last.
    pub decoding: Duration,
}

impl Figures {
    /// Tokens in a second, without the first. `None` before there are two.
    pub fn tokens_per_second(&self) -> Option<f64> {
        let tokens = self.decoded.checked_sub(1).filter(|&tokens| tokens > 0)?;
        Some(tokens as f64 / self.decoding.as_secs_f64().max(1e-9))
    }
}
