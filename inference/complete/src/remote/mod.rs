//! A writer that asks a server: an OpenAI-compatible one, or that of llama.cpp. Only where the user names one.
//!
//! What is sent is what a model of this machine would be told, without secrets. What comes back is text from elsewhere: it is
//! read up to limits, held to the names that there are byte by byte, and whatever is no completion is an error that says
//! so.

mod answer;
mod post;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use montuno_engine::constraint::{Allowed, Constraint};
use montuno_engine::control::Control;
use montuno_engine::template::{FimParts, FimTemplate, Segment};
use montuno_engine::token::TokenMask;
use montuno_engine::vocabulary::Vocabulary;
use serde_json::{Value, json};

use crate::writer::{End, WriteRequest, Writer, WriterFacts, Written};

pub use answer::Piece;
pub use post::{Chat, Message, chat};

/// What a server speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Speech {
    /// `/v1/completions`.
    #[default]
    OpenAi,
    /// `/infill`, as the server of llama.cpp has it.
    Infill,
}

/// A server, as the user names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Server {
    /// Its address.
    pub url: String,
    /// What it speaks.
    pub speech: Speech,
    /// The model that it is asked for.
    pub model: Option<String>,
    /// How its model fills in the middle, if it is given one prompt.
    pub template: Option<FimTemplate>,
    /// Its key.
    pub key: Option<String>,
    /// How long it may take.
    pub timeout: Duration,
}

impl Server {
    /// Whether it can be asked at all: the reason why not, for people.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        let rest = self.url.strip_prefix("https://").or_else(|| self.url.strip_prefix("http://"));
        let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
        let Some(host) = host.filter(|host| !host.is_empty()) else {
            return Err(format!("`{}` is no address: expected http://HOST:PORT or https://HOST", self.url));
        };
        if host.contains('@') {
            return Err("an address with a password in it is not taken: name the key's variable instead".to_owned());
        }
        if self.key.is_some() && self.url.starts_with("http://") && !post::is_this_machine(host) {
            return Err(format!("a key is not sent to {host} without encryption: use https"));
        }
        Ok(())
    }

    /// The address of one of its endpoints.
    fn endpoint(&self, path: &str) -> String {
        let base = self.url.trim_end_matches('/');
        // An address that names the endpoint, or its version, is taken as it is meant.
        let base = base.strip_suffix(path).unwrap_or(base);
        let base = if path.starts_with("/v1/") { base.strip_suffix("/v1").unwrap_or(base) } else { base };
        format!("{base}{path}")
    }
}

/// How many tokens a server is thought to take.
const CONTEXT: usize = 8192;

/// The most bytes of an answer that are taken for each token that was asked for.
const BYTES_OF_TOKEN: usize = 16;

/// A writer that asks a server.
pub struct RemoteWriter {
    server: Server,
    mask: TokenMask,
}

impl RemoteWriter {
    /// A writer that asks a server. Nothing is asked yet.
    ///
    /// # Errors
    /// Why it cannot be asked.
    pub fn new(server: Server) -> Result<Self, String> {
        server.check()?;
        let mask = TokenMask::none(Vocabulary::bytes_alone().length());
        Ok(Self { server, mask })
    }

    fn body(&self, request: &WriteRequest) -> (String, Value) {
        let parts = &request.parts;
        let before = format!("{}{}", parts.before, request.typed);
        match self.server.speech {
            Speech::Infill => {
                let extra = parts.context.iter().map(|file| json!({ "filename": file.path, "text": file.text }));
                let body = json!({
                    "input_extra": extra.collect::<Vec<_>>(),
                    "input_prefix": before,
                    "input_suffix": parts.behind,
                    "n_predict": request.maximum_tokens,
                    "temperature": 0,
                    "cache_prompt": true,
                    "stream": true,
                });
                (self.server.endpoint("/infill"), body)
            }
            Speech::OpenAi => {
                let mut body = json!({ "max_tokens": request.maximum_tokens, "temperature": 0, "stream": true });
                if let Some(model) = &self.server.model {
                    body["model"] = json!(model);
                }
                match &self.server.template {
                    Some(template) => {
                        let parts = FimParts { before, ..parts.clone() };
                        body["prompt"] = json!(text_of(template, &parts));
                        // More than four are refused by some servers.
                        body["stop"] = json!([&template.prefix, &template.suffix, &template.middle]);
                    }
                    None => {
                        body["prompt"] = json!(context(parts) + &before);
                        if !parts.behind.is_empty() {
                            body["suffix"] = json!(parts.behind);
                        }
                    }
                }
                (self.server.endpoint("/v1/completions"), body)
            }
        }
    }

    /// Looks at the bytes of a text that are new. `None` while it may go on, else where it ends.
    fn end(&mut self, text: &[u8], from: usize, constraint: &mut dyn Constraint) -> Option<usize> {
        let vocabulary = Vocabulary::bytes_alone();
        for at in from..text.len() {
            self.mask.clear();
            match constraint.allow(&text[..at], vocabulary, &mut self.mask) {
                Allowed::Everything => {}
                Allowed::End => return Some(at),
                Allowed::Masked | Allowed::MaskedOrEnd if self.mask.allows(text[at].into()) => {}
                Allowed::Masked | Allowed::MaskedOrEnd => return Some(name_start(&text[..at])),
            }
        }
        None
    }
}

/// Where the name begins that a text ends in.
fn name_start(text: &[u8]) -> usize {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    text.iter().rposition(|byte| !is_name(byte)).map_or(0, |at| at + 1)
}

/// The pieces of context as comments.
fn context(parts: &FimParts) -> String {
    let comment = if parts.comment.is_empty() { "#" } else { &parts.comment };
    let mut text = String::new();
    for file in &parts.context {
        text.push_str(&format!("{comment} {}\n{}\n", file.path, file.text.trim_end()));
    }
    if !parts.context.is_empty() && !parts.path.is_empty() {
        text.push_str(&format!("{comment} {}\n", parts.path));
    }
    text
}

/// A prompt as one text, with the names of special tokens in it.
fn text_of(template: &FimTemplate, parts: &FimParts) -> String {
    let segments = template.segments(parts, template.order());
    segments
        .iter()
        .map(|segment| match segment {
            Segment::Special(name) => *name,
            Segment::Text(text) => text,
        })
        .collect()
}

impl Writer for RemoteWriter {
    fn facts(&self) -> WriterFacts {
        WriterFacts {
            name: self.server.model.clone().unwrap_or_else(|| "remote".to_owned()),
            engine: self.server.url.clone(),
            provider: "remote".to_owned(),
            fallback: None,
            context_length: CONTEXT,
        }
    }

    fn vocabulary(&self) -> &Vocabulary {
        Vocabulary::bytes_alone()
    }

    fn count(&self, text: &str) -> usize {
        text.len() / 3
    }

    fn prompt(&self, parts: &FimParts) -> String {
        match &self.server.template {
            Some(template) => text_of(template, parts),
            None if parts.behind.is_empty() => context(parts) + &parts.before,
            None => format!("{}{}⟨cursor⟩{}", context(parts), parts.before, parts.behind),
        }
    }

    fn write(
        &mut self,
        request: &WriteRequest,
        constraint: &mut dyn Constraint,
        control: &Control,
        piece: &mut dyn FnMut(&str),
    ) -> Result<Written, String> {
        let (url, body) = self.body(request);
        let deadline = Instant::now() + self.server.timeout;
        let deadline = control.deadline.map_or(deadline, |other| other.min(deadline));
        let answer = post::post(&url, self.server.key.as_deref(), &body, self.server.timeout);
        let typed = request.typed.len();
        let mut text = request.typed.clone().into_bytes();
        let mut end = End::Whole;
        loop {
            if control.cancel.is_cancelled() {
                end = End::Cancelled;
                break;
            }
            let Some(next) = answer.next(deadline, &self.server.url)? else { continue };
            let Piece::Text(more) = next else {
                end = if next == Piece::Limit { End::Limit } else { End::Whole };
                break;
            };
            let looked = text.len();
            text.extend_from_slice(more.as_bytes());
            let limit = typed + request.maximum_tokens * BYTES_OF_TOKEN;
            let mut stop = self.end(&text, looked, constraint);
            if stop.is_none() && text.len() > limit {
                stop = Some(limit);
                end = End::Limit;
            }
            if let Some(stop) = stop {
                text.truncate(stop.max(typed));
                break;
            }
        }
        let text = text.split_off(typed);
        // What was cut may have been cut inside a character.
        let text = match String::from_utf8(text) {
            Ok(text) => text,
            Err(error) => {
                let whole = error.utf8_error().valid_up_to();
                let mut bytes = error.into_bytes();
                bytes.truncate(whole);
                String::from_utf8(bytes).unwrap_or_default()
            }
        };
        let text = self.without_special_tokens(text);
        piece(&text);
        // A server does not say how sure its model was.
        Ok(Written { tokens: vec![(text.len(), 1.0)], text, end, ..Written::default() })
    }
}

impl RemoteWriter {
    /// Some servers write the tokens that end a text out as text.
    fn without_special_tokens(&self, mut text: String) -> String {
        const USUAL: [&str; 4] = ["<|endoftext|>", "<|fim_", "<fim_", "</s>"];
        let own =
            self.server.template.iter().flat_map(|it| [&it.prefix, &it.suffix, &it.middle].into_iter().chain(&it.ends));
        let all = own.map(String::as_str).chain(USUAL).filter(|name| !name.is_empty());
        if let Some(at) = all.filter_map(|name| text.find(name)).min() {
            text.truncate(at);
        }
        text
    }
}
