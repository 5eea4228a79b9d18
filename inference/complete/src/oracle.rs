//! What completion asks of whoever knows the code. It sees no more of the analysis than this.

use std::sync::Arc;

/// The place that is to be completed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// Tells the document from others.
    pub document: u64,
    /// Its path in the repository, with `/`.
    pub path: String,
    /// Its language, by LSP's id.
    pub language: String,
    /// Its whole text.
    pub text: Arc<str>,
    /// Where the cursor is, in bytes.
    pub offset: usize,
}

impl Place {
    /// The text before the cursor.
    pub fn before(&self) -> &str {
        &self.text[..self.offset]
    }

    /// The text behind the cursor.
    pub fn behind(&self) -> &str {
        &self.text[self.offset..]
    }

    /// The part of the cursor's line before it.
    pub fn line_before(&self) -> &str {
        let before = self.before();
        &before[before.rfind('\n').map_or(0, |at| at + 1)..]
    }

    /// The part of the cursor's line behind it.
    pub fn line_behind(&self) -> &str {
        self.behind().split(['\n', '\r']).next().unwrap_or_default()
    }
}

/// What kind of name stands at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameKind {
    /// A member of what stands before it.
    Member,
    /// A name by itself.
    Scope,
}

/// The names that can stand at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Names {
    /// What kind of name stands there.
    pub kind: NameKind,
    /// The names.
    pub names: Vec<String>,
    /// Whether no other name is legal there.
    pub exhaustive: bool,
}

/// A declaration that has to do with the place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    /// Its name.
    pub name: String,
    /// The path of its file in the repository, with `/`.
    pub path: String,
    /// The beginning of it, as it is written: its signature, or all of it where it is short.
    pub text: String,
    /// Where it is declared, in bytes of its file.
    pub start: usize,
    /// Where the declaration ends.
    pub end: usize,
    /// How far from the cursor its name is used, in lines.
    pub distance: usize,
}

/// A member of the receiver before the cursor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its type, if that is known.
    pub detail: Option<String>,
}

/// What is known around a place. What is not known is left out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Surroundings {
    /// The type that is expected at the cursor.
    pub expected_type: Option<String>,
    /// The signature of the call that the cursor is in.
    pub signature: Option<String>,
    /// The members of the receiver before the cursor.
    pub members: Vec<Member>,
    /// Declarations in other files of names that are used near the cursor.
    pub related: Vec<Related>,
}

/// What is wrong with a text that would be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Where it begins, in bytes of the text that would be written.
    pub offset: usize,
    /// What is wrong, in a sentence.
    pub reason: String,
}

/// Knows the code around one place. Every question may take a few milliseconds; none is answered by guessing.
///
/// No answer holds on to the database: each looks at it anew, so that an edit never waits for a model.
pub trait Oracle: Send + Sync {
    /// The names that can stand at the end of `written`, if that stood at the cursor. `None` if that is not known.
    fn names(&self, written: &str) -> Option<Names>;

    /// What is known around the cursor.
    fn surroundings(&self) -> Surroundings;

    /// What would be wrong in `written`, if that stood at the cursor, and is not wrong without it; sorted by place.
    /// `None` if that is not known.
    fn faults(&self, written: &str) -> Option<Vec<Fault>>;

    /// A number that changes with whatever the answers depend on, the document itself excepted.
    fn fingerprint(&self) -> u64;
}

/// Knows nothing: for a text that is in no workspace.
#[derive(Clone, Copy, Default, Debug)]
pub struct Ignorant;

impl Oracle for Ignorant {
    fn names(&self, _written: &str) -> Option<Names> {
        None
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings::default()
    }

    fn faults(&self, _written: &str) -> Option<Vec<Fault>> {
        None
    }

    fn fingerprint(&self) -> u64 {
        0
    }
}
