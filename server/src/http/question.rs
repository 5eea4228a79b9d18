//! What is asked, and how it is answered.
//!
//! A request brings text, not a document. Where a session has a document open that holds this text, it is completed there,
//! with everything that the database knows; elsewhere from the text alone.

use std::hash::{Hash as _, Hasher as _};
use std::sync::{Arc, OnceLock};

use montuno_base::{FileId, Language};
use montuno_complete::completer::Outcome;
use montuno_complete::oracle::{Fault, Names, Oracle, Place, Related, Surroundings};

use crate::ai::Assistant;
use crate::ai::oracle::{DatabaseOracle, shown_path};
use crate::configuration::Configuration;
use crate::lsp::handlers::inline::WHILE_TYPING;
use crate::lsp::session::{Sessions, State};

/// The least text that tells a document from others, in bytes.
const ENOUGH: usize = 24;

/// A place in a text that is to be completed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Asked {
    /// The text before the cursor.
    pub before: String,
    /// The text behind it.
    pub behind: String,
    /// Pieces of other files: name and text.
    pub context: Vec<(String, String)>,
    /// The most tokens that are written.
    pub maximum_tokens: Option<usize>,
    /// Whether a later question takes the place of this one.
    pub is_typing: bool,
}

/// Answers questions with the sessions of this process.
pub(super) struct Answerer {
    sessions: Sessions,
    /// For questions while there is no session.
    own: OnceLock<Result<Assistant, String>>,
}

impl Answerer {
    pub(super) fn new(sessions: Sessions) -> Self {
        Self { sessions, own: OnceLock::new() }
    }

    /// Completes a place. When the future is dropped, because nobody listens any more, so is the work.
    pub(super) async fn complete(&self, asked: Asked) -> Outcome {
        let sessions = self.sessions.alive();
        let found = sessions.iter().find_map(|session| Some((session, document(session, &asked)?)));
        if let Some((session, (place, oracle))) = found {
            return session.assistant().complete_within(place, oracle, asked.is_typing, asked.maximum_tokens).await;
        }
        let (place, oracle) = alone(&asked);
        let (is_typing, most) = (asked.is_typing, asked.maximum_tokens);
        if let Some(session) = sessions.first() {
            return session.assistant().complete_within(place, oracle, is_typing, most).await;
        }
        match self.own() {
            Ok(assistant) => assistant.complete_within(place, oracle, is_typing, most).await,
            Err(reason) => Outcome::silent(montuno_complete::show::Silence::NoModel(reason.clone())),
        }
    }

    /// The name of the model that answers.
    pub(super) fn model(&self) -> Option<String> {
        let sessions = self.sessions.alive();
        let status = match sessions.first() {
            Some(session) => session.assistant().status(),
            None => self.own().as_ref().ok()?.status(),
        };
        if status.name.is_empty() { None } else { Some(status.name) }
    }

    fn own(&self) -> &Result<Assistant, String> {
        self.own.get_or_init(|| {
            // No workspace: the user's own settings.
            let (configuration, complaints) = Configuration::load(None, None);
            for complaint in complaints {
                tracing::warn!("{complaint}");
            }
            Assistant::start(&configuration.settings().ai, || {}).map_err(|error| error.to_string())
        })
    }
}

/// The open document of a session that holds the text of a question, if exactly one does, at one place.
fn document(session: &State, asked: &Asked) -> Option<(Place, Arc<dyn Oracle>)> {
    let arrival = session.host().arrival();
    let inputs = arrival.inputs();
    // What is asked may end with line ends that the document does not have.
    let wanted = format!("{}{}", asked.before, asked.behind.trim_end_matches(['\n', '\r']));
    if wanted.len() < ENOUGH {
        return None;
    }
    let mut found: Option<(FileId, usize)> = None;
    for (file, document) in inputs.documents.iter() {
        let mut places = memchr::memmem::find_iter(document.text.as_bytes(), wanted.as_bytes());
        if let Some(at) = places.next() {
            if found.is_some() || places.next().is_some() {
                return None;
            }
            found = Some((file, at));
        }
    }
    let (file, at) = found?;
    let document = inputs.documents.get(file)?;
    let path = inputs.files.path(file);
    let language = document.language.or_else(|| Language::of_path(&path));
    let place = Place {
        document: file.0.into(),
        path: shown_path(inputs, &path),
        language: language.map_or("plaintext", Language::id).to_owned(),
        text: document.text.clone(),
        offset: at + asked.before.len(),
    };
    let epoch = session.assistant().epoch();
    let oracle = DatabaseOracle::new(session.host().clone(), arrival.clone(), file, place.clone(), epoch, WHILE_TYPING);
    Some((place, Arc::new(oracle)))
}

/// A place that is nowhere but in the question.
fn alone(asked: &Asked) -> (Place, Arc<dyn Oracle>) {
    // The same text further typed is the same document.
    let mut hasher = rustc_hash::FxHasher::default();
    let beginning = asked.before.char_indices().nth(64).map_or(asked.before.len(), |(at, _)| at);
    (&asked.before[..beginning], &asked.context).hash(&mut hasher);
    let place = Place {
        document: hasher.finish() | 1 << 63,
        path: String::new(),
        language: "plaintext".to_owned(),
        text: format!("{}{}", asked.before, asked.behind).into(),
        offset: asked.before.len(),
    };
    (place, Arc::new(Told { context: asked.context.clone() }))
}

/// Knows what came with the question, and nothing else.
struct Told {
    context: Vec<(String, String)>,
}

impl Oracle for Told {
    fn names(&self, _written: &str) -> Option<Names> {
        None
    }

    fn surroundings(&self) -> Surroundings {
        // The last are the newest, and tell the most.
        let pieces = self.context.iter().rev().enumerate().map(|(distance, (name, text))| Related {
            name: name.clone(),
            path: if name.is_empty() { "context".to_owned() } else { name.clone() },
            text: text.clone(),
            start: distance,
            end: distance + text.len(),
            distance,
        });
        Surroundings { related: pieces.collect(), ..Surroundings::default() }
    }

    fn faults(&self, _written: &str) -> Option<Vec<Fault>> {
        None
    }

    fn fingerprint(&self) -> u64 {
        let mut hasher = rustc_hash::FxHasher::default();
        self.context.hash(&mut hasher);
        hasher.finish()
    }
}
