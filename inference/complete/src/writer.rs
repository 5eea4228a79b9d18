//! What writes: a model with its tokenizer and its template, behind a trait so that tests can write by a rule.

use montuno_engine::constraint::Constraint;
use montuno_engine::control::Control;
use montuno_engine::template::FimParts;
use montuno_engine::vocabulary::Vocabulary;

/// What a writer is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WriterFacts {
    /// The model's name.
    pub name: String,
    /// What runs it, with its version.
    pub engine: String,
    /// The execution provider that is really used.
    pub provider: String,
    /// Why that is not what was asked for, if it is not.
    pub fallback: Option<String>,
    /// How many tokens prompt and answer may have together.
    pub context_length: usize,
}

/// A text to be written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WriteRequest {
    /// What the prompt is made of. The text before the cursor ends where a word begins.
    pub parts: FimParts,
    /// What was typed of that word: the text begins with it, and it is no part of the answer.
    pub typed: String,
    /// The most tokens.
    pub maximum_tokens: usize,
}

/// Why a text ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum End {
    /// The model or the constraint ended it.
    #[default]
    Whole,
    /// It could have gone on.
    Limit,
    /// It was cancelled.
    Cancelled,
}

/// A written text.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Written {
    /// The text.
    pub text: String,
    /// Where each token ends in it, and how likely the model found it.
    pub tokens: Vec<(usize, f32)>,
    /// Why it ended.
    pub end: End,
    /// Tokens of the prompt.
    pub prompt_tokens: usize,
    /// Those of them that were there from the request before.
    pub reused_tokens: usize,
    /// Tokens a second, if there were enough to tell.
    pub tokens_per_second: Option<f32>,
}

impl Written {
    /// How likely the model found the first `length` bytes: the mean over their tokens.
    pub fn confidence(&self, length: usize) -> f32 {
        let counted: Vec<f32> =
            self.tokens.iter().take_while(|(end, _)| *end <= length.max(1)).map(|(_, likely)| *likely).collect();
        let counted =
            if counted.is_empty() { self.tokens.iter().take(1).map(|(_, likely)| *likely).collect() } else { counted };
        if counted.is_empty() { 0.0 } else { counted.iter().sum::<f32>() / counted.len() as f32 }
    }
}

/// Writes texts, one at a time.
pub trait Writer: Send {
    /// What it is.
    fn facts(&self) -> WriterFacts;

    /// Called before each text: one that had fallen back may go back to what is better.
    fn prepare(&mut self) {}

    /// Takes another way after a text failed for this reason. False if there is none.
    fn fall_back(&mut self, _reason: &str) -> bool {
        false
    }

    /// The bytes of each token.
    fn vocabulary(&self) -> &Vocabulary;

    /// How many tokens a text has.
    fn count(&self, text: &str) -> usize;

    /// The prompt of these parts, as people can read it.
    fn prompt(&self, parts: &FimParts) -> String;

    /// Writes a text. `piece` is given each part of it as it comes.
    ///
    /// # Errors
    /// Why the model could not write, in a sentence.
    fn write(
        &mut self,
        request: &WriteRequest,
        constraint: &mut dyn Constraint,
        control: &Control,
        piece: &mut dyn FnMut(&str),
    ) -> Result<Written, String>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_confidence_is_that_of_what_is_left() {
        let written = Written { tokens: vec![(3, 0.9), (5, 0.7), (9, 0.1)], ..Written::default() };
        assert!((written.confidence(5) - 0.8).abs() < 1e-6);
        assert!((written.confidence(4) - 0.9).abs() < 1e-6);
        assert!((written.confidence(1) - 0.9).abs() < 1e-6, "at least the first token counts");
        assert_eq!(Written::default().confidence(3), 0.0);
    }
}
