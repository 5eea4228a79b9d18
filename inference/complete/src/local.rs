//! A writer with a model of this process.

use std::ops::ControlFlow;

use montuno_engine::constraint::Constraint;
use montuno_engine::control::Control;
use montuno_engine::generate::{Finish, Generator, Piece, Priority, Request};
use montuno_engine::template::{FimParts, FimTemplate, Segment};
use montuno_engine::vocabulary::Vocabulary;

use crate::writer::{End, WriteRequest, Writer, WriterFacts, Written};

/// A model with its tokenizer and its template.
pub struct LocalWriter {
    generator: Generator,
    template: FimTemplate,
    name: String,
}

impl LocalWriter {
    /// A writer by a generator whose model was taught this template.
    pub fn new(generator: Generator, template: FimTemplate, name: impl Into<String>) -> Self {
        Self { generator, template, name: name.into() }
    }
}

impl Writer for LocalWriter {
    fn facts(&self) -> WriterFacts {
        let facts = self.generator.facts();
        WriterFacts {
            name: self.name.clone(),
            engine: format!("{} {}", facts.engine, facts.version).trim_end().to_owned(),
            provider: facts.provider.clone(),
            fallback: facts.fallback.clone(),
            context_length: self.generator.shape().capacity,
        }
    }

    fn vocabulary(&self) -> &Vocabulary {
        self.generator.tokenizer().vocabulary()
    }

    fn count(&self, text: &str) -> usize {
        // A text that cannot be split is refused when it is written.
        self.generator.tokenizer().encode(text).map_or(usize::MAX, |tokens| tokens.len())
    }

    fn prompt(&self, parts: &FimParts) -> String {
        let segments = self.template.segments(parts, self.template.order());
        segments
            .iter()
            .map(|segment| match segment {
                Segment::Special(name) => *name,
                Segment::Text(text) => text,
            })
            .collect()
    }

    fn write(
        &mut self,
        request: &WriteRequest,
        constraint: &mut dyn Constraint,
        control: &Control,
        piece: &mut dyn FnMut(&str),
    ) -> Result<Written, String> {
        let tokenizer = self.generator.tokenizer().clone();
        let prompt = self.template.prompt(&*tokenizer, &request.parts, self.template.order());
        let prompt = prompt.map_err(|error| error.to_string())?;
        let mut wanted = Request::new(prompt, request.maximum_tokens);
        wanted.required_start = request.typed.clone().into_bytes();
        wanted.stop.tokens = self.template.end_tokens(&*tokenizer);
        wanted.priority = Priority::Interactive;
        let mut sink = |part: &Piece<'_>| {
            if !part.text.is_empty() {
                piece(part.text);
            }
            ControlFlow::Continue(())
        };
        let made = self.generator.generate(&wanted, constraint, control, &mut sink);
        let made = made.map_err(|error| error.to_string())?;
        Ok(Written {
            end: match made.finish {
                Finish::Cancelled => End::Cancelled,
                Finish::Length | Finish::ContextFull | Finish::Deadline => End::Limit,
                Finish::EndOfText | Finish::Stop | Finish::Constraint | Finish::Sink => End::Whole,
            },
            tokens: made.tokens.iter().map(|token| (token.end, token.confidence)).collect(),
            prompt_tokens: made.figures.prompt,
            reused_tokens: made.figures.reused,
            tokens_per_second: made.figures.tokens_per_second().map(|speed| speed as f32),
            text: made.text,
        })
    }
}
