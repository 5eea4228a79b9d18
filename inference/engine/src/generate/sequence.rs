//! One text while it is generated: what is known of it, and one run of the model after the other.

use std::ops::ControlFlow;
use std::time::Instant;

use super::request::{Figures, Finish, GeneratedToken, Generation, Piece, Request, Sink};
use super::{Core, GenerateError};
use crate::constraint::{Allowed, Constraint};
use crate::control::Control;
use crate::sampling::{Choice, Sampler};
use crate::session::{LogitRows, SessionError};
use crate::speculation::Drafter;
use crate::token::Token;
use crate::tokenizer::TextStream;

/// A text while it is generated.
pub(super) struct Sequence {
    request: Request,
    slot: usize,
    /// Prompt and generated tokens.
    context: Vec<Token>,
    /// How many tokens of the context the slot holds.
    held: usize,
    sampler: Sampler,
    drafter: Drafter,
    /// All bytes generated, with those of the required start.
    bytes: Vec<u8>,
    stream: TextStream,
    /// How much of the text the sink was given.
    shown: usize,
    tokens: Vec<GeneratedToken>,
    figures: Figures,
    began: Instant,
    first: Option<Instant>,
    last: Instant,
}

/// What one step came to: go on, or the end.
type Step = ControlFlow<Finish>;

impl Sequence {
    /// A text that begins with the request's prompt, of which a slot holds `held`.
    pub(super) fn new(request: Request, slot: usize, held: Vec<Token>) -> Self {
        let now = Instant::now();
        Self {
            slot,
            context: request.prompt.clone(),
            held: held.len(),
            sampler: Sampler::new(request.sampling.clone()),
            drafter: Drafter::new(request.speculation),
            bytes: Vec::new(),
            stream: TextStream::default(),
            shown: 0,
            tokens: Vec::new(),
            figures: Figures { prompt: request.prompt.len(), reused: held.len(), ..Figures::default() },
            began: now,
            first: None,
            last: now,
            request,
        }
    }

    /// Whether it goes before others.
    pub(super) fn priority(&self) -> super::Priority {
        self.request.priority
    }

    /// Gives its slot away: returns it, with what it holds.
    pub(super) fn park(&mut self) -> (usize, Vec<Token>) {
        (self.slot, self.context[..self.held].to_vec())
    }

    /// All tokens so far.
    pub(super) fn context(&self) -> &[Token] {
        &self.context
    }

    /// Goes on in another slot, which holds some of its tokens.
    pub(super) fn resume(&mut self, slot: usize, held: &[Token]) {
        self.slot = slot;
        self.held = held.len();
    }

    /// Runs the model once.
    pub(super) fn step(
        &mut self,
        core: &mut Core,
        constraint: &mut dyn Constraint,
        control: &Control,
        sink: &mut dyn Sink,
    ) -> Result<Step, SessionError> {
        if control.cancel.is_cancelled() {
            return Ok(Step::Break(Finish::Cancelled));
        }
        if control.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Ok(Step::Break(Finish::Deadline));
        }
        if self.request.maximum_tokens == 0 {
            return Ok(Step::Break(Finish::Length));
        }
        if let Some(wait) = &control.before_run {
            wait();
        }
        if self.held + 1 < self.context.len() || self.tokens.is_empty() {
            self.prefill(core, constraint, sink)
        } else {
            self.decode(core, constraint, sink)
        }
    }

    fn prefill(
        &mut self,
        core: &mut Core,
        constraint: &mut dyn Constraint,
        sink: &mut dyn Sink,
    ) -> Result<Step, SessionError> {
        // A text that had to give its slot away has tokens already: all but the last are computed again.
        let is_new = self.tokens.is_empty();
        let target = self.context.len() - usize::from(!is_new);
        let end = target.min(self.held + core.chunk);
        let is_last = is_new && end == target;
        let tokens = &self.context[self.held..end];
        core.session.run(self.slot, self.held, tokens, usize::from(is_last), &mut core.logits)?;
        self.figures.prefilled += tokens.len();
        self.held = end;
        if !is_last {
            return Ok(Step::Continue(()));
        }
        Ok(match self.choose(core, 0, constraint) {
            Chosen::Token(choice) => self.accept(core, choice, sink),
            Chosen::End(finish) => Step::Break(finish),
        })
    }

    fn decode(
        &mut self,
        core: &mut Core,
        constraint: &mut dyn Constraint,
        sink: &mut dyn Sink,
    ) -> Result<Step, SessionError> {
        let shape = core.session.shape();
        let room = shape.capacity - self.held;
        if room == 0 {
            return Ok(Step::Break(Finish::ContextFull));
        }
        let wanted = self.request.maximum_tokens - self.tokens.len();
        let most = if shape.rows == LogitRows::Any { (room - 1).min(wanted.saturating_sub(1)) } else { 0 };
        let draft = self.drafter.draft(&self.context, most).to_vec();
        let mut tokens = vec![self.context[self.held]];
        tokens.extend(&draft);
        core.session.run(self.slot, self.held, &tokens, tokens.len(), &mut core.logits)?;
        self.figures.runs += 1;
        self.figures.drafted += draft.len();
        self.held += 1;
        let mut agreed = 0;
        let outcome = loop {
            let choice = match self.choose(core, agreed, constraint) {
                Chosen::Token(choice) => choice,
                Chosen::End(finish) => break Step::Break(finish),
            };
            let as_drafted = draft.get(agreed) == Some(&choice.token);
            if as_drafted {
                // What the run put behind the last token is this token's: the slot holds it.
                agreed += 1;
            }
            let step = self.accept(core, choice, sink);
            if step.is_break() || !as_drafted {
                break step;
            }
            self.held += 1;
        };
        self.figures.accepted += agreed;
        self.drafter.learn(draft.len(), agreed);
        Ok(outcome)
    }

    /// Chooses the token after the tokens of a row.
    fn choose(&mut self, core: &mut Core, row: usize, constraint: &mut dyn Constraint) -> Chosen {
        let Core { tokenizer, mask, start_mask, logits, .. } = core;
        let vocabulary = tokenizer.vocabulary();
        mask.clear();
        let allowed = constraint.allow(&self.bytes, vocabulary, mask);
        match allowed {
            Allowed::End => return Chosen::End(Finish::Constraint),
            Allowed::Everything => mask.allow_all(),
            Allowed::Masked => {}
            Allowed::MaskedOrEnd => {
                vocabulary
                    .special()
                    .chain(self.request.stop.tokens.iter().copied())
                    .for_each(|token| mask.allow(token));
            }
        }
        let required = self.request.required_start.get(self.bytes.len()..).unwrap_or_default();
        let is_masked = allowed != Allowed::Everything || !required.is_empty();
        if !required.is_empty() {
            start_mask.clear();
            vocabulary.allow_start(required, start_mask);
            mask.intersect(start_mask);
        }
        match self.sampler.choose(logits.row(row), is_masked.then_some(&*mask)) {
            Some(choice) => Chosen::Token(choice),
            None => Chosen::End(Finish::Constraint),
        }
    }

    /// Takes a token into the text.
    fn accept(&mut self, core: &Core, choice: Choice, sink: &mut dyn Sink) -> Step {
        let bytes = core.tokenizer.vocabulary().bytes(choice.token);
        self.last = Instant::now();
        self.first.get_or_insert(self.last);
        self.figures.decoded += 1;
        if bytes.is_empty() || self.request.stop.tokens.contains(&choice.token) {
            return Step::Break(Finish::EndOfText);
        }
        let before = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.context.push(choice.token);
        let beyond = bytes.len().min(self.bytes.len().saturating_sub(self.request.required_start.len().max(before)));
        let checked = self.stream.push(&bytes[bytes.len() - beyond..]);
        let text = self.stream.text();
        let cut = self.request.stop.cut(text, checked);
        let shown = cut.unwrap_or_else(|| self.request.stop.shown(text)).max(self.shown);
        self.tokens.push(GeneratedToken {
            token: choice.token,
            confidence: choice.confidence,
            end: cut.unwrap_or(text.len()),
        });
        let piece = Piece {
            token: choice.token,
            confidence: choice.confidence,
            text: &text[self.shown..shown],
            so_far: &text[..shown],
        };
        self.shown = shown;
        let flow = sink.piece(&piece);
        if cut.is_some() {
            Step::Break(Finish::Stop)
        } else if flow.is_break() {
            Step::Break(Finish::Sink)
        } else if self.tokens.len() >= self.request.maximum_tokens {
            Step::Break(Finish::Length)
        } else {
            Step::Continue(())
        }
    }

    /// What came of it: the slot, what the slot holds, and the text.
    pub(super) fn end(
        mut self,
        finish: Result<Finish, SessionError>,
    ) -> (usize, Vec<Token>, Result<Generation, GenerateError>) {
        self.context.truncate(self.held);
        let finish = match finish {
            Ok(finish) => finish,
            Err(error) => return (self.slot, Vec::new(), Err(error.into())),
        };
        let text = self.stream.text();
        let length = if finish == Finish::Stop { self.tokens.last().map_or(0, |last| last.end) } else { text.len() };
        self.figures.first_token = self.first.map_or(self.last, |first| first).duration_since(self.began);
        self.figures.decoding = self.last.duration_since(self.first.unwrap_or(self.last));
        let generation =
            Generation { text: text[..length].to_owned(), tokens: self.tokens, finish, figures: self.figures };
        (self.slot, self.context, Ok(generation))
    }
}

/// A choice, or why there is none.
enum Chosen {
    Token(Choice),
    End(Finish),
}
