//! The library of ONNX Runtime: where it is, whether it can be loaded, and how it gets there.
//!
//! A library that is cut off or foreign takes a process down when it is loaded, so one is loaded only after its file
//! was looked at ([`binary`]) and another process loaded it first ([`probe`]).

pub mod binary;
#[cfg(feature = "onnxruntime")]
pub(crate) mod environment;
#[cfg(feature = "onnxruntime")]
pub mod install;
pub mod places;
pub mod probe;
mod verdicts;

use camino::{Utf8Path, Utf8PathBuf};

use crate::load::Provider;

pub use probe::{Probe, set_probe};

/// Why there is no library.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LibraryError {
    /// None was found.
    #[error("no library of ONNX Runtime was found: `montuno runtime install` gets one")]
    NotFound,
    /// Those that were found cannot be used.
    #[error("{}", unusable(.0))]
    Unusable(Vec<Unusable>),
    /// Another one is loaded already, and a process can load one.
    #[error("{loaded} is loaded, and a process can load one library of ONNX Runtime: restart to use {wanted}")]
    Another {
        /// The one that is loaded.
        loaded: Utf8PathBuf,
        /// The other.
        wanted: Utf8PathBuf,
    },
}

/// A library that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unusable {
    /// Where it is.
    pub path: Utf8PathBuf,
    /// Why not.
    pub reason: String,
}

fn unusable(found: &[Unusable]) -> String {
    let one = |found: &Unusable| format!("{} cannot be used: {}", found.path, found.reason);
    let all: Vec<String> = found.iter().map(one).collect();
    format!("{}. `montuno runtime install` gets one that can", all.join("; "))
}

/// A library that was looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// Where it is.
    pub path: Utf8PathBuf,
    /// Why it is looked for there.
    pub place: places::Place,
    /// Its version, or why it cannot be used.
    pub verdict: Result<String, String>,
}

/// Looks at each library that is found, best place first. `wanted` is the setting of the user.
pub fn list(wanted: Option<&Utf8Path>, provider: Provider) -> Vec<Checked> {
    let found = places::candidates(wanted);
    found.into_iter().map(|(path, place)| Checked { verdict: check(&path, provider), path, place }).collect()
}

/// Whether a library can be used with a provider: its version, or why not. What was found out is remembered until the
/// file changes.
///
/// # Errors
/// The reason, for people.
pub fn check(path: &Utf8Path, provider: Provider) -> Result<String, String> {
    // Cheap, and the file may have been cut since it was last looked at.
    binary::check_file(path)?;
    let key = verdicts::key(path, provider);
    if let Some(known) = key.as_deref().and_then(verdicts::read) {
        return known;
    }
    match probe::run(path, provider) {
        probe::Answer::Verdict(verdict) => {
            if let Some(key) = &key {
                verdicts::write(key, &verdict);
            }
            verdict
        }
        probe::Answer::NotTried(reason) => Err(reason),
        probe::Answer::NoProbe => Ok("unknown".to_owned()),
    }
}

/// The first library that can be used with a provider.
///
/// # Errors
/// [`LibraryError::NotFound`], [`LibraryError::Unusable`].
pub fn find(wanted: Option<&Utf8Path>, provider: Provider) -> Result<Utf8PathBuf, LibraryError> {
    let mut bad = Vec::new();
    for (path, _) in places::candidates(wanted) {
        match check(&path, provider) {
            Ok(_) => return Ok(path),
            Err(reason) => bad.push(Unusable { path, reason }),
        }
    }
    Err(if bad.is_empty() { LibraryError::NotFound } else { LibraryError::Unusable(bad) })
}
