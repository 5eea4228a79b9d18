//! One completion from beginning to end.

use std::sync::Arc;
use std::time::Instant;

use montuno_engine::control::Control;
use montuno_protocol::completion::{CompletionExplanation, Cut, GuidedPlace, Timing};

use crate::acceptance::Acceptance;
use crate::cache::{Cache, Key, Made};
use crate::extent::Extent;
use crate::gate;
use crate::guide::{Findings, Guide, shown_names};
use crate::language::{self, LanguageFacts};
use crate::oracle::{Oracle, Place};
use crate::prompt::{Budget, Prompt, Prompter};
use crate::secrets::Secrets;
use crate::show::{self, Silence};
use crate::writer::{End, WriteRequest, Writer, WriterFacts, Written};

/// What the user decides.
#[derive(Clone, PartialEq, Debug)]
pub struct Options {
    /// The most tokens of a prompt.
    pub prompt_tokens: usize,
    /// The most tokens that are written.
    pub maximum_tokens: usize,
    /// The most lines that are written.
    pub lines: usize,
    /// Whether names are held to those that there are.
    pub guidance: bool,
    /// Whether what is wrong is cut.
    pub gate: bool,
    /// How sure the model has to be; `None`: as what the user takes says.
    pub threshold: Option<f32>,
}

impl Default for Options {
    fn default() -> Self {
        Self { prompt_tokens: 1024, maximum_tokens: 64, lines: 8, guidance: true, gate: true, threshold: None }
    }
}

/// How often writing goes on from where a name was that there is not.
const MOST_RESTARTS: usize = 3;

/// What came of a question.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// What is shown, or why nothing is.
    pub shown: Result<Shown, Silence>,
    /// How it came about.
    pub explanation: CompletionExplanation,
    /// What it cost.
    pub figures: Figures,
    /// What wrote it, if somebody did.
    pub writer: Option<WriterFacts>,
}

/// What a completion cost.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Figures {
    /// Whether it was there from a request before.
    pub from_cache: bool,
    /// Tokens of the prompt that had to be computed.
    pub prefilled: usize,
    /// Tokens that were written.
    pub written: usize,
    /// How often writing began anew because of a name that there is not.
    pub restarts: usize,
    /// Tokens a second, if there were enough to tell.
    pub tokens_per_second: Option<f32>,
}

/// What is shown.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    /// The text to be inserted at the cursor.
    pub text: String,
    /// How likely the model found it, from 0 to 1.
    pub confidence: f32,
    /// The model.
    pub model: String,
}

impl Outcome {
    /// Silence, before anything was done.
    pub fn silent(silence: Silence) -> Self {
        let explanation = CompletionExplanation { silence: Some(silence.to_string()), ..Default::default() };
        Self { shown: Err(silence), explanation, figures: Figures::default(), writer: None }
    }
}

/// Completes, one place at a time.
pub struct Completer {
    writer: Box<dyn Writer>,
    options: Options,
    secrets: Secrets,
    prompter: Prompter,
    cache: Cache,
    acceptance: Arc<Acceptance>,
}

/// The time of each step.
struct Clock {
    last: Instant,
    timings: Vec<Timing>,
}

impl Clock {
    fn step(&mut self, step: &str) {
        let now = Instant::now();
        let milliseconds = now.duration_since(self.last).as_secs_f32() * 1000.0;
        self.timings.push(Timing { step: step.to_owned(), milliseconds });
        self.last = now;
    }
}

impl Completer {
    /// A completer with a writer.
    pub fn new(writer: Box<dyn Writer>, options: Options, secrets: Secrets, acceptance: Arc<Acceptance>) -> Self {
        Self { writer, options, secrets, prompter: Prompter::default(), cache: Cache::default(), acceptance }
    }

    /// What writes.
    pub fn writer(&self) -> &dyn Writer {
        &*self.writer
    }

    /// What writes, to write something else than a completion.
    pub fn writer_mut(&mut self) -> &mut dyn Writer {
        &mut *self.writer
    }

    /// Takes other options and secrets; what was made with the old ones is forgotten.
    pub fn set_options(&mut self, options: Options, secrets: Secrets) {
        if options != self.options {
            self.cache = Cache::default();
        }
        self.options = options;
        self.secrets = secrets;
    }

    /// What decides about a completion besides the text.
    fn key(&self, oracle: &dyn Oracle) -> Key {
        Key { model: self.writer.facts().name, fingerprint: oracle.fingerprint() }
    }

    /// The completion of a place that was made before and still holds, or silence for a reason that needs no model.
    /// `None`: the model has to be asked.
    pub fn without_model(&mut self, place: &Place, oracle: &dyn Oracle) -> Option<Outcome> {
        let facts = language::facts(&place.language);
        if Secrets::is_secret_file(&place.path) {
            return Some(Outcome::silent(Silence::SecretFile));
        }
        if let Err(silence) = show::admits(place, facts) {
            return Some(Outcome::silent(silence));
        }
        let made = self.cache.get(place, &self.key(oracle))?;
        let mut clock = Clock { last: Instant::now(), timings: Vec::new() };
        let mut explanation =
            CompletionExplanation { model: Some(self.writer.facts().name), ..CompletionExplanation::default() };
        let shown = match made {
            Made::Nothing(silence) => Err(silence),
            Made::Text(text, confidence) => {
                explanation.generated.clone_from(&text);
                self.filter(place, oracle, facts, &text, &mut explanation, &mut clock, |_| confidence)
            }
        };
        let figures = Figures { from_cache: true, ..Figures::default() };
        Some(finish(shown, explanation, figures, clock))
    }

    /// The completion of a place, by the model. Where what writes fails and there is another, that one writes.
    pub fn complete(&mut self, place: &Place, oracle: &Arc<dyn Oracle>, control: &Control) -> Outcome {
        self.complete_within(place, oracle, control, None)
    }

    /// The same with at most so many tokens, if that is fewer than the options say.
    pub fn complete_within(
        &mut self,
        place: &Place,
        oracle: &Arc<dyn Oracle>,
        control: &Control,
        maximum_tokens: Option<usize>,
    ) -> Outcome {
        self.writer.prepare();
        let most = maximum_tokens.unwrap_or(usize::MAX).min(self.options.maximum_tokens).max(1);
        loop {
            let outcome = self.attempt(place, oracle, control, most);
            match &outcome.shown {
                Err(Silence::Failed(reason)) if self.writer.fall_back(reason) => {
                    tracing::warn!("{} could not complete, another does from now on: {reason}", place.path);
                }
                _ => return Outcome { writer: Some(self.writer.facts()), ..outcome },
            }
        }
    }

    fn attempt(&mut self, place: &Place, oracle: &Arc<dyn Oracle>, control: &Control, most: usize) -> Outcome {
        let facts = language::facts(&place.language);
        let mut clock = Clock { last: Instant::now(), timings: Vec::new() };
        let key = self.key(&**oracle);
        let mut explanation =
            CompletionExplanation { model: Some(key.model.clone()), ..CompletionExplanation::default() };
        let mut figures = Figures::default();

        let prompt = self.prompt(place, facts, &**oracle);
        explanation.context = prompt.items.clone();
        explanation.secrets = prompt.secrets.clone();
        clock.step("context");
        if prompt.is_inside_secret {
            return finish(Err(Silence::InsideSecret), explanation, figures, clock);
        }
        explanation.prompt = self.writer.prompt(&prompt.parts) + &prompt.typed;

        let written = self.write(place, facts, oracle, prompt, control, most, &mut explanation, &mut figures);
        clock.step("model");
        let written = match written {
            Ok(written) => written,
            Err(silence) => return finish(Err(silence), explanation, figures, clock),
        };
        explanation.prompt_tokens = written.prompt_tokens as u32;
        explanation.reused_tokens = written.reused_tokens as u32;
        explanation.generated.clone_from(&written.text);
        let text = tidy(&written, facts);
        let shown = self
            .filter(place, &**oracle, facts, &text, &mut explanation, &mut clock, |length| written.confidence(length));
        match &shown {
            // What was cut short for one asker is too short for the next.
            _ if most < self.options.maximum_tokens => {}
            Ok(shown) => self.cache.put(place, key, Made::Text(shown.text.clone(), shown.confidence)),
            Err(silence) => self.cache.put(place, key, Made::Nothing(silence.clone())),
        }
        finish(shown, explanation, figures, clock)
    }

    /// The prompt of a place, with as much as there is room for.
    fn prompt(&mut self, place: &Place, facts: &LanguageFacts, oracle: &dyn Oracle) -> Prompt {
        let facts_of_model = self.writer.facts();
        let room = facts_of_model.context_length.saturating_sub(self.options.maximum_tokens + 8);
        let most = self.options.prompt_tokens.min(room).max(16);
        let mut budget = Budget::of_tokens(most);
        loop {
            let prompt =
                self.prompter.prompt(place, facts, budget, &self.secrets, Instant::now(), || oracle.surroundings());
            let tokens = self.writer.count(&self.writer.prompt(&prompt.parts));
            if tokens <= most || budget.before < 64 {
                return prompt;
            }
            budget = budget.smaller();
        }
    }

    /// Lets the model write, and begins again from where it wrote a name that there is not.
    #[allow(clippy::too_many_arguments, reason = "the steps of one completion")]
    fn write(
        &mut self,
        place: &Place,
        facts: &'static LanguageFacts,
        oracle: &Arc<dyn Oracle>,
        prompt: Prompt,
        control: &Control,
        most: usize,
        explanation: &mut CompletionExplanation,
        figures: &mut Figures,
    ) -> Result<Written, Silence> {
        let extent = Extent::of(place, facts, self.options.lines);
        let mut request = WriteRequest { parts: prompt.parts, typed: prompt.typed, maximum_tokens: most };
        // What stands already from before a restart.
        let mut kept = Written::default();
        loop {
            let here = extended(place, &kept.text);
            let oracle: Arc<dyn Oracle> = if kept.text.is_empty() {
                oracle.clone()
            } else {
                Arc::new(Further { oracle: oracle.clone(), before: kept.text.clone() })
            };
            let extent = remaining(extent, &kept.text);
            let mut guide = Guide::new(&here, oracle, facts, extent, self.options.guidance);
            let findings = guide.findings();
            let written = self.writer.write(&request, &mut guide, control, &mut |_| {}).map_err(Silence::Failed)?;
            if written.end == End::Cancelled || control.cancel.is_cancelled() {
                return Err(Silence::Cancelled);
            }
            figures.written += written.tokens.len();
            figures.prefilled += written.prompt_tokens.saturating_sub(written.reused_tokens);
            figures.tokens_per_second = written.tokens_per_second.or(figures.tokens_per_second);
            let findings = findings.lock().clone();
            let length = kept.text.len();
            explain_places(explanation, &findings, length);
            let mut written = written;
            if let Some(end) = extent.end(&written.text) {
                written.text.truncate(end);
            }
            let dead_end = findings.dead_end.filter(|&at| at <= written.text.len());
            if let Some(at) = dead_end {
                written.text.truncate(at);
            }
            written.tokens.retain(|(end, _)| *end <= written.text.len());
            let goes_on = dead_end.is_some_and(|at| at > 0) && figures.restarts < MOST_RESTARTS;
            let added = written.text.clone();
            kept.tokens.extend(written.tokens.iter().map(|(end, likely)| (end + length, *likely)));
            kept.text.push_str(&added);
            if kept.prompt_tokens == 0 {
                kept.prompt_tokens = written.prompt_tokens;
                kept.reused_tokens = written.reused_tokens;
            }
            kept.end = written.end;
            if !goes_on {
                return Ok(kept);
            }
            figures.restarts += 1;
            if let Some(place) = explanation.guided.iter_mut().find(|place| place.offset as usize == kept.text.len()) {
                place.corrected_tokens += 1;
            }
            request.parts.before.push_str(&std::mem::take(&mut request.typed));
            request.parts.before.push_str(&added);
            request.maximum_tokens = most.saturating_sub(kept.tokens.len()).max(4);
        }
    }

    /// What is shown of a text: what passes the gate and is worth showing.
    #[allow(clippy::too_many_arguments, reason = "the steps of one completion")]
    fn filter(
        &self,
        place: &Place,
        oracle: &dyn Oracle,
        facts: &LanguageFacts,
        text: &str,
        explanation: &mut CompletionExplanation,
        clock: &mut Clock,
        confidence: impl Fn(usize) -> f32,
    ) -> Result<Shown, Silence> {
        let judged = show::judge(place, facts, text)?;
        let passed = if self.options.gate {
            gate::pass(oracle, facts, &judged)
        } else {
            gate::Passed { text: judged, reason: None, was_checked: false }
        };
        clock.step("gate");
        if let Some(reason) = &passed.reason {
            explanation.cut = Some(Cut { offset: passed.text.len() as u32, reason: reason.clone() });
            if passed.text.trim().is_empty() {
                return Err(Silence::Wrong(reason.clone()));
            }
        }
        let text = if passed.reason.is_some() { show::judge(place, facts, &passed.text)? } else { passed.text };
        let confidence = confidence(text.len());
        explanation.confidence = Some(confidence);
        let threshold = self.options.threshold.unwrap_or_else(|| self.acceptance.threshold());
        if confidence < threshold {
            return Err(Silence::LowConfidence(confidence, threshold));
        }
        Ok(Shown { text, confidence, model: self.writer.facts().name })
    }
}

/// An oracle of a place that is further along a text.
struct Further {
    oracle: Arc<dyn Oracle>,
    before: String,
}

impl Oracle for Further {
    fn names(&self, written: &str) -> Option<crate::oracle::Names> {
        self.oracle.names(&format!("{}{written}", self.before))
    }

    fn surroundings(&self) -> crate::oracle::Surroundings {
        self.oracle.surroundings()
    }

    fn faults(&self, written: &str) -> Option<Vec<crate::oracle::Fault>> {
        self.oracle.faults(&format!("{}{written}", self.before))
    }

    fn fingerprint(&self) -> u64 {
        self.oracle.fingerprint()
    }
}

/// A place, with a text written at its cursor.
fn extended(place: &Place, written: &str) -> Place {
    if written.is_empty() {
        return place.clone();
    }
    let text = format!("{}{written}{}", place.before(), place.behind());
    Place { text: text.into(), offset: place.offset + written.len(), ..place.clone() }
}

/// What is left of an extent.
fn remaining(extent: Extent, written: &str) -> Extent {
    match extent {
        Extent::Line => Extent::Line,
        Extent::Block { indentation, lines } => {
            Extent::Block { indentation, lines: lines.saturating_sub(written.matches('\n').count()).max(1) }
        }
    }
}

/// A text without what is only the beginning of something, where it ended for want of room.
fn tidy(written: &Written, facts: &LanguageFacts) -> String {
    let text = written.text.as_str();
    if written.end != End::Limit {
        return text.to_owned();
    }
    match text.trim_end().rfind('\n') {
        // Whole lines alone.
        Some(end) if !text[..end].trim().is_empty() => text[..end].to_owned(),
        // A word may not be whole.
        _ => text[..facts.word_start(text)].trim_end().to_owned(),
    }
}

fn explain_places(explanation: &mut CompletionExplanation, findings: &Findings, before: usize) {
    for (offset, names) in &findings.places {
        let offset = (before + offset) as u32;
        if explanation.guided.iter().all(|place| place.offset != offset) {
            explanation.guided.push(GuidedPlace { offset, names: shown_names(names), corrected_tokens: 0 });
        }
    }
}

fn finish(
    shown: Result<Shown, Silence>,
    mut explanation: CompletionExplanation,
    figures: Figures,
    clock: Clock,
) -> Outcome {
    explanation.timings = clock.timings;
    match &shown {
        Ok(shown) => explanation.shown = Some(shown.text.clone()),
        Err(silence) => explanation.silence = Some(silence.to_string()),
    }
    Outcome { shown, explanation, figures, writer: None }
}

#[cfg(test)]
mod tests;
