//! For tests: a writer that writes by a rule, and an oracle with a list of names.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use montuno_engine::constraint::{Allowed, Constraint};
use montuno_engine::control::Control;
use montuno_engine::template::FimParts;
use montuno_engine::token::{Token, TokenMask};
use montuno_engine::vocabulary::Vocabulary;
use parking_lot::Mutex;

use crate::oracle::{Fault, NameKind, Names, Oracle, Place, Surroundings};
use crate::writer::{End, WriteRequest, Writer, WriterFacts, Written};

/// A place at the mark `|`.
pub(crate) fn place(language: &str, text: &str) -> Place {
    let offset = text.find('|').expect("a cursor");
    let path = "main.x".to_owned();
    Place { document: 1, path, language: language.to_owned(), text: text.replacen('|', "", 1).into(), offset }
}

/// Tokens of a byte each, and some words as models have them.
pub(crate) fn vocabulary(words: &[&str]) -> Vocabulary {
    let bytes = (0..=255_u8).map(|byte| Box::from([byte]));
    Vocabulary::new(bytes.chain(words.iter().map(|word| word.as_bytes().into())).collect())
}

/// Writes a text as far as it is allowed to. Where it is not, it takes the first token that is allowed and goes on
/// behind the name.
pub(crate) struct Scripted {
    pub vocabulary: Vocabulary,
    pub script: String,
    pub confidence: f32,
    pub asked: Arc<AtomicUsize>,
    pub prompts: Arc<Mutex<Vec<FimParts>>>,
}

impl Scripted {
    pub(crate) fn new(script: &str) -> Self {
        Self {
            vocabulary: vocabulary(&[".append", ".remove", " foo", "return", ".foo", "()", "name", " other"]),
            script: script.to_owned(),
            confidence: 0.9,
            asked: Arc::default(),
            prompts: Arc::default(),
        }
    }

    /// The longest token that a text begins with, and that is allowed.
    fn best(&self, rest: &str, allowed: &dyn Fn(Token) -> bool) -> Option<Token> {
        let lengths = (1..=rest.len().min(self.vocabulary.longest())).rev();
        lengths
            .flat_map(|length| {
                let bytes = &rest.as_bytes()[..length];
                let found = self.vocabulary.starting_with(bytes).iter();
                found.filter(move |&&token| self.vocabulary.bytes(token).len() == length).copied()
            })
            .find(|&token| allowed(token))
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

impl Writer for Scripted {
    fn facts(&self) -> WriterFacts {
        WriterFacts { name: "scripted".to_owned(), context_length: 4096, ..WriterFacts::default() }
    }

    fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    fn count(&self, text: &str) -> usize {
        text.len() / 3
    }

    fn prompt(&self, parts: &FimParts) -> String {
        format!("{}<here>{}", parts.before, parts.behind)
    }

    fn write(
        &mut self,
        request: &WriteRequest,
        constraint: &mut dyn Constraint,
        control: &Control,
        piece: &mut dyn FnMut(&str),
    ) -> Result<Written, String> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.prompts.lock().push(request.parts.clone());
        let mut mask = TokenMask::none(self.vocabulary.length());
        let mut text = request.typed.clone().into_bytes();
        let typed = text.len();
        let mut tokens = Vec::new();
        // What is written already after a restart is not written again; what replaced it leads nowhere.
        let stands = request.parts.before.clone() + &request.typed;
        let done = (0..=self.script.len()).rev().filter(|&at| self.script.is_char_boundary(at));
        let mut at = done.into_iter().find(|&at| stands.ends_with(&self.script[..at])).unwrap_or(0);
        let mut end = End::Whole;
        // Whether another name is written than the one that was meant.
        let mut is_elsewhere = false;
        while at < self.script.len() || is_elsewhere {
            if control.cancel.is_cancelled() {
                end = End::Cancelled;
                break;
            }
            if tokens.len() >= request.maximum_tokens {
                end = End::Limit;
                break;
            }
            if let Some(before_run) = &control.before_run {
                before_run();
            }
            mask.clear();
            let allowed = constraint.allow(&text, &self.vocabulary, &mut mask);
            is_elsewhere &= allowed == Allowed::Masked;
            let token = match allowed {
                Allowed::End => break,
                Allowed::Masked if is_elsewhere => None,
                Allowed::Everything => self.best(&self.script[at..], &|_| true),
                Allowed::Masked | Allowed::MaskedOrEnd => self.best(&self.script[at..], &|token| mask.allows(token)),
            };
            let token = match token {
                Some(token) => {
                    at += self.vocabulary.bytes(token).len();
                    token
                }
                None => {
                    if !is_elsewhere {
                        let rest = &self.script[at..];
                        at += rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                        is_elsewhere = true;
                    }
                    let mut words = mask.iter().filter(|&token| self.vocabulary.bytes(token)[0].is_ascii_alphabetic());
                    let Some(token) = words.next() else { break };
                    token
                }
            };
            text.extend_from_slice(self.vocabulary.bytes(token));
            tokens.push((text.len() - typed, self.confidence));
        }
        let text = String::from_utf8(text.split_off(typed)).expect("scripts are text");
        piece(&text);
        let prompt_tokens = self.count(&self.prompt(&request.parts));
        Ok(Written { text, tokens, end, prompt_tokens, reused_tokens: 0, tokens_per_second: None })
    }
}

/// Knows the members of everything, and which words are wrong.
#[derive(Default)]
pub(crate) struct Listed {
    pub members: Vec<&'static str>,
    pub scope: Vec<&'static str>,
    pub is_unsure: bool,
    pub wrong: Vec<&'static str>,
    pub language: &'static str,
    pub line: String,
    pub asked: Mutex<Vec<String>>,
}

impl Oracle for Listed {
    fn names(&self, written: &str) -> Option<Names> {
        self.asked.lock().push(written.to_owned());
        let full = format!("{}{written}", self.line);
        let before = &full[..crate::language::facts(self.language).word_start(&full)];
        let (kind, names) = if before.ends_with(['.', ':']) {
            (NameKind::Member, &self.members)
        } else {
            (NameKind::Scope, &self.scope)
        };
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Some(Names { kind, names, exhaustive: !self.is_unsure })
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings::default()
    }

    fn faults(&self, written: &str) -> Option<Vec<Fault>> {
        let mut found: Vec<_> = self
            .wrong
            .iter()
            .flat_map(|word| written.match_indices(word))
            .map(|(offset, word)| Fault { offset, reason: format!("`{word}` is not there") })
            .collect();
        found.sort_by_key(|fault| fault.offset);
        Some(found)
    }

    fn fingerprint(&self) -> u64 {
        0
    }
}
