//! Identifiers, each kept once.

use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};
use std::ops::Deref;
use std::sync::LazyLock;

use parking_lot::Mutex;
use rustc_hash::{FxBuildHasher, FxHashSet};

/// An identifier. The same text is the same address, so comparing is as cheap as for a number.
///
/// Names are kept until the process ends: there are few different ones, however often a file is edited.
#[derive(Clone, Copy)]
pub(crate) struct Name(&'static str);

/// More parts than there are threads, so that they seldom wait for each other.
const PARTS: usize = 32;

static TABLE: LazyLock<Vec<Mutex<FxHashSet<&'static str>>>> =
    LazyLock::new(|| (0..PARTS).map(|_| Mutex::default()).collect());

impl Name {
    /// The name with this text.
    pub(crate) fn new(text: &str) -> Self {
        let part = (FxBuildHasher.hash_one(text) >> 32) as usize % PARTS;
        let mut table = TABLE[part].lock();
        if let Some(&known) = table.get(text) {
            return Self(known);
        }
        let kept: &'static str = Box::leak(text.into());
        table.insert(kept);
        Self(kept)
    }

    /// Its text.
    pub(crate) fn as_str(self) -> &'static str {
        self.0
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Name {}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0.as_ptr() as usize).hash(state);
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(other.0)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_the_same_name() {
        assert_eq!(Name::new("alpha"), Name::new(&"alpha beta"[..5]));
        assert_ne!(Name::new("alpha"), Name::new("beta"));
        assert_eq!(Name::new(""), "");
        assert!(Name::new("a") < Name::new("b"));
    }
}
