//! A session without a model, for tests: its logits are a hash of the whole text that its slot holds. So a
//! token that was kept wrongly, or forgotten, changes everything that follows.

use super::{LogitRows, Logits, Session, SessionError, SessionFacts, SessionShape, check_place};
use crate::token::Token;

/// A deterministic session. See the module.
#[derive(Clone, Debug)]
pub struct FakeSession {
    facts: SessionFacts,
    shape: SessionShape,
    slots: Vec<Vec<Token>>,
    /// How many of the last tokens decide what comes next. A small number makes texts that repeat.
    memory: usize,
    runs: Vec<usize>,
}

impl FakeSession {
    /// A session over `vocabulary` tokens with `slots` slots of `capacity` tokens.
    pub fn new(vocabulary: usize, capacity: usize, slots: usize) -> Self {
        let facts = SessionFacts {
            engine: "fake".to_owned(),
            version: "1".to_owned(),
            provider: "none".to_owned(),
            library: None,
            fallback: None,
        };
        let shape = SessionShape { vocabulary, capacity, slots, rows: LogitRows::Any };
        Self { facts, shape, slots: vec![Vec::new(); slots], memory: usize::MAX, runs: Vec::new() }
    }

    /// Lets only the last `tokens` tokens decide what comes next.
    #[must_use]
    pub fn with_memory(mut self, tokens: usize) -> Self {
        self.memory = tokens;
        self
    }

    /// Gives the logits of the last token alone.
    #[must_use]
    pub fn with_last_row_only(mut self) -> Self {
        self.shape.rows = LogitRows::Last;
        self
    }

    /// How many tokens each run computed.
    pub fn runs(&self) -> &[usize] {
        &self.runs
    }

    /// The logits after a text.
    fn answer(&self, text: &[Token], row: &mut [f32]) {
        let text = &text[text.len().saturating_sub(self.memory)..];
        let seed = text.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &token| mix(hash ^ u64::from(token)));
        for (index, value) in row.iter_mut().enumerate() {
            // 24 bits, so that the number is exact, spread over −8 to 8.
            *value = (mix(seed.wrapping_add(index as u64)) >> 40) as f32 / (1 << 20) as f32 - 8.0;
        }
    }
}

/// The finalizer of SplitMix64.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

impl Session for FakeSession {
    fn facts(&self) -> &SessionFacts {
        &self.facts
    }

    fn limit_to_last_row(&mut self) {
        self.shape.rows = LogitRows::Last;
    }

    fn set_fallback(&mut self, reason: String) {
        self.facts.fallback = Some(reason);
    }

    fn shape(&self) -> SessionShape {
        self.shape
    }

    fn run(
        &mut self,
        slot: usize,
        start: usize,
        tokens: &[Token],
        wanted: usize,
        logits: &mut Logits,
    ) -> Result<(), SessionError> {
        check_place(self.shape, self.slots[slot].len(), start, tokens.len(), wanted)?;
        self.runs.push(tokens.len());
        self.slots[slot].truncate(start);
        self.slots[slot].extend_from_slice(tokens);
        let held = self.slots[slot].len();
        let vocabulary = self.shape.vocabulary;
        let rows = logits.reset(wanted, vocabulary);
        for (index, row) in rows.chunks_exact_mut(vocabulary).enumerate() {
            self.answer(&self.slots[slot][..=held - wanted + index], row);
        }
        Ok(())
    }
}
