//! Completions that were made before, and that still hold: typing along one, deleting part of it, taking it by word
//! or by line.

use std::sync::Arc;

use crate::oracle::Place;
use crate::show::Silence;

/// How many completions are kept.
const MOST: usize = 64;

/// How many bytes may be deleted before a completion, and it still holds.
const MOST_DELETED: usize = 40;

/// What decides about a completion besides the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// The model.
    pub model: String,
    /// Of what the Oracle's answers depend on.
    pub fingerprint: u64,
}

/// What was made for a place.
#[derive(Clone, PartialEq, Debug)]
pub enum Made {
    /// This text, with how likely the model found it.
    Text(String, f32),
    /// Nothing, for a reason that still holds.
    Nothing(Silence),
}

#[derive(Debug)]
struct Entry {
    document: u64,
    key: Key,
    text: Arc<str>,
    offset: usize,
    made: Made,
}

/// Completions that were made before.
#[derive(Debug, Default)]
pub struct Cache {
    /// The newest last.
    entries: Vec<Entry>,
}

impl Cache {
    /// Keeps what was made for a place.
    pub fn put(&mut self, place: &Place, key: Key, made: Made) {
        self.entries
            .retain(|entry| !(entry.is_of(place, &key) && entry.offset == place.offset && entry.text == place.text));
        if self.entries.len() >= MOST {
            self.entries.remove(0);
        }
        let (document, offset, text) = (place.document, place.offset, place.text.clone());
        self.entries.push(Entry { document, key, text, offset, made });
    }

    /// What was made for this place, or for one from which typing led here.
    pub fn get(&self, place: &Place, key: &Key) -> Option<Made> {
        self.entries.iter().rev().filter(|entry| entry.is_of(place, key)).find_map(|entry| entry.at(place))
    }

    /// Forgets what was made for a document.
    pub fn forget(&mut self, document: u64) {
        self.entries.retain(|entry| entry.document != document);
    }
}

impl Entry {
    fn is_of(&self, place: &Place, key: &Key) -> bool {
        self.document == place.document && self.key == *key
    }

    fn at(&self, place: &Place) -> Option<Made> {
        if self.text[self.offset..] != *place.behind() {
            return None;
        }
        let (then, now) = (&self.text[..self.offset], place.before());
        match &self.made {
            Made::Nothing(silence) => (then == now).then(|| Made::Nothing(silence.clone())),
            Made::Text(text, confidence) => {
                if let Some(typed) = now.strip_prefix(then) {
                    let rest = text.strip_prefix(typed).filter(|rest| !rest.is_empty())?;
                    return Some(Made::Text(rest.to_owned(), *confidence));
                }
                let deleted = then.strip_prefix(now)?;
                let is_small = deleted.len() <= MOST_DELETED && !deleted.contains('\n');
                is_small.then(|| Made::Text(format!("{deleted}{text}"), *confidence))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Place {
        let offset = text.find('|').expect("a cursor");
        Place { text: text.replacen('|', "", 1).into(), offset, ..Place::default() }
    }

    fn key() -> Key {
        Key { model: "m".to_owned(), fingerprint: 7 }
    }

    fn cache() -> Cache {
        let mut cache = Cache::default();
        cache.put(&place("x = |\ny"), key(), Made::Text("foo.bar(1)\nz".to_owned(), 0.5));
        cache
    }

    fn text(made: Option<Made>) -> Option<String> {
        match made? {
            Made::Text(text, _) => Some(text),
            Made::Nothing(_) => None,
        }
    }

    #[test]
    fn typing_along_and_deleting_hit() {
        let at = |here: &str| text(cache().get(&place(here), &key()));
        assert_eq!(at("x = |\ny").as_deref(), Some("foo.bar(1)\nz"));
        assert_eq!(at("x = fo|\ny").as_deref(), Some("o.bar(1)\nz"));
        assert_eq!(at("x = foo.|\ny").as_deref(), Some("bar(1)\nz"), "taken by word");
        assert_eq!(at("x = foo.bar(1)\n|\ny").as_deref(), Some("z"), "taken by line");
        assert_eq!(at("x |\ny").as_deref(), Some("= foo.bar(1)\nz"), "deleted");
    }

    #[test]
    fn whatever_else_changes_misses() {
        let at = |here: &str| text(cache().get(&place(here), &key()));
        assert_eq!(at("x = fa|\ny"), None);
        assert_eq!(at("x = |\nyy"), None);
        assert_eq!(at("z = |\ny"), None);
        assert_eq!(at("x = foo.bar(1)\nz|\ny"), None, "nothing is left");
        assert_eq!(cache().get(&place("x = |\ny"), &Key { fingerprint: 8, ..key() }), None);
        assert_eq!(cache().get(&Place { document: 2, ..place("x = |\ny") }, &key()), None);
    }

    #[test]
    fn silence_holds_for_its_own_place_alone() {
        let mut cache = Cache::default();
        cache.put(&place("a|"), key(), Made::Nothing(Silence::Empty));
        assert_eq!(cache.get(&place("a|"), &key()), Some(Made::Nothing(Silence::Empty)));
        assert_eq!(cache.get(&place("ab|"), &key()), None);
    }

    #[test]
    fn old_ones_make_room() {
        let mut cache = Cache::default();
        for turn in 0..MOST + 3 {
            cache.put(&place(&format!("{turn}|")), key(), Made::Text("x".to_owned(), 1.0));
        }
        assert_eq!(cache.entries.len(), MOST);
        assert!(cache.get(&place("0|"), &key()).is_none());
    }
}
