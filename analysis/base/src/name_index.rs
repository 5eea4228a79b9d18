//! Which files mention a name.
//!
//! A lexical scan at memory speed: every word of a file goes into a small Bloom filter. The filter
//! never forgets a word; now and then it claims one that is not there, which costs its asker a look
//! at that file. Twelve bits a word with four probes: about one claim in 300 is wrong.
//! (B. H. Bloom, Space/Time Trade-offs in Hash Coding with Allowable Errors, 1970.)

use std::collections::BTreeMap;
use std::hash::Hasher;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use parking_lot::{Mutex, RwLock};
use rustc_hash::{FxHashSet, FxHasher};
use serde::{Deserialize, Serialize};

use crate::walk::{self, Stamp};
use crate::{Language, cache, text};

const BITS_PER_WORD: usize = 12;
const PROBES: u64 = 4;
const CACHE_VERSION: u32 = 1;

/// The words of one file, as a Bloom filter.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NameFilter {
    bits: Box<[u64]>,
}

impl NameFilter {
    /// The filter of a text.
    pub fn of(text: &str) -> Self {
        let words: FxHashSet<u64> = words(text).map(hash).collect();
        let length = (words.len() * BITS_PER_WORD).div_ceil(64).max(1);
        let mut bits = vec![0; length].into_boxed_slice();
        for word in words {
            for bit in probes(word, length) {
                bits[bit / 64] |= 1 << (bit % 64);
            }
        }
        Self { bits }
    }

    /// False if the text certainly does not hold the word.
    pub fn may_contain(&self, name: &str) -> bool {
        probes(hash(name), self.bits.len()).all(|bit| self.bits[bit / 64] & (1 << (bit % 64)) != 0)
    }
}

/// The bits that stand for a word, in a filter of `length` 64-bit units (double hashing).
fn probes(word: u64, length: usize) -> impl Iterator<Item = usize> {
    let (first, step) = (word, (word >> 32) | 1);
    (0..PROBES).map(move |turn| (first.wrapping_add(turn.wrapping_mul(step)) % (length as u64 * 64)) as usize)
}

fn hash(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(word.as_bytes());
    // FxHasher leaves the low bits weak; mix them (the finaliser of MurmurHash3).
    let mut value = hasher.finish();
    value = (value ^ (value >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    value = (value ^ (value >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    value ^ (value >> 33)
}

/// The words of a text: runs of letters, digits and `_`, whatever they stand in.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !is_word(character))
        .filter(|word| word.starts_with(|first: char| !first.is_ascii_digit()))
}

/// Whether a character can be part of an identifier.
pub fn is_word(character: char) -> bool {
    character == '_'
        || if character.is_ascii() { character.is_ascii_alphanumeric() } else { character.is_alphanumeric() }
}

/// Every place in `text` where `name` stands as a whole word, by its first byte. An empty name stands nowhere.
pub fn occurrences<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    let text = if name.is_empty() { "" } else { text };
    let found = memchr::memmem::find_iter(text.as_bytes(), name.as_bytes()).filter(|_| !name.is_empty());
    found.filter(move |&start| {
        let before = text[..start].chars().next_back();
        let after = text[start + name.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

/// The name index of all workspace folders. Clones share it.
#[derive(Clone, Default, Debug)]
pub struct NameIndex {
    folders: Arc<RwLock<BTreeMap<Utf8PathBuf, Folder>>>,
    /// Held while a folder is walked: who comes second waits for the first.
    walking: Arc<Mutex<()>>,
}

/// The filters of one workspace folder, by path relative to it.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
struct Folder {
    files: BTreeMap<Utf8PathBuf, Entry>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    stamp: Stamp,
    filter: NameFilter,
}

impl NameIndex {
    /// Makes the index of a folder if it is not there. Waits for whoever is making it.
    pub fn ensure(
        &self,
        root: &Utf8Path,
        exclude: &[String],
        cache_folder: Option<&Utf8Path>,
        go_on: &dyn Fn() -> bool,
    ) {
        if !self.is_ready(root) {
            let walking = self.walking.lock();
            if !self.is_ready(root) {
                self.refresh_alone(root, exclude, cache_folder, go_on);
            }
            drop(walking);
        }
    }

    /// Makes or refreshes the index of one folder: walks it, and reads the files whose stamp is not
    /// the one that was seen last (also by an earlier process, if `cache_folder` is given).
    ///
    /// `go_on` is asked between files; when it says false, the index stays as it was.
    /// Returns how many files are indexed.
    pub fn refresh(
        &self,
        root: &Utf8Path,
        exclude: &[String],
        cache_folder: Option<&Utf8Path>,
        go_on: &dyn Fn() -> bool,
    ) -> Option<usize> {
        let _walking = self.walking.lock();
        self.refresh_alone(root, exclude, cache_folder, go_on)
    }

    fn refresh_alone(
        &self,
        root: &Utf8Path,
        exclude: &[String],
        cache_folder: Option<&Utf8Path>,
        go_on: &dyn Fn() -> bool,
    ) -> Option<usize> {
        let cache_file = cache_folder.map(|folder| folder.join("names").join(cache::key(&[root.as_str()])));
        let mut known = self.folders.read().get(root).cloned().unwrap_or_default();
        if known.files.is_empty()
            && let Some(stored) = cache_file.as_deref().and_then(|file| cache::read(file, CACHE_VERSION))
        {
            known = stored;
        }
        let mut fresh = Folder::default();
        let mut changed = 0;
        for found in walk::source_files(root, &Language::with_names(), exclude) {
            if !go_on() {
                return None;
            }
            let Ok(relative) = found.path.strip_prefix(root) else { continue };
            let entry = match known.files.remove(relative) {
                Some(entry) if entry.stamp == found.stamp => entry,
                _ => {
                    changed += 1;
                    let Ok(source) = text::read(&found.path) else { continue };
                    Entry { stamp: found.stamp, filter: NameFilter::of(&source.text) }
                }
            };
            fresh.files.insert(relative.to_owned(), entry);
        }
        let count = fresh.files.len();
        if let Some(file) = cache_file
            && changed + known.files.len() > 0
            && let Err(error) = cache::write(&file, CACHE_VERSION, &fresh)
        {
            tracing::info!("the name index is not kept on disk: {error}");
        }
        self.folders.write().insert(root.to_owned(), fresh);
        Some(count)
    }

    /// Whether a folder's index is there.
    pub fn is_ready(&self, root: &Utf8Path) -> bool {
        self.folders.read().contains_key(root)
    }

    /// Forgets a folder that is no longer part of the workspace.
    pub fn remove(&self, root: &Utf8Path) {
        self.folders.write().remove(root);
    }

    /// Takes in one file that changed on disk, or vanished from it.
    pub fn update(&self, path: &Utf8Path) {
        if !Language::of_path(path).is_some_and(Language::has_names) {
            return;
        }
        let entry = std::fs::metadata(path).ok().and_then(|metadata| {
            let source = text::read(path).ok()?;
            Some((Stamp::of(&metadata), NameFilter::of(&source.text)))
        });
        let mut folders = self.folders.write();
        for (root, folder) in folders.iter_mut() {
            let Ok(relative) = path.strip_prefix(root) else { continue };
            match &entry {
                Some((stamp, filter)) => {
                    folder.files.insert(relative.to_owned(), Entry { stamp: *stamp, filter: filter.clone() });
                }
                None => {
                    folder.files.remove(relative);
                }
            }
        }
    }

    /// The indexed files of these languages that may mention `name`, sorted by path.
    pub fn files_with(&self, name: &str, languages: &[Language]) -> Vec<Utf8PathBuf> {
        self.matching(languages, |entry| entry.filter.may_contain(name))
    }

    /// All indexed files of these languages, sorted by path.
    pub fn files(&self, languages: &[Language]) -> Vec<Utf8PathBuf> {
        self.matching(languages, |_| true)
    }

    fn matching(&self, languages: &[Language], wanted: impl Fn(&Entry) -> bool) -> Vec<Utf8PathBuf> {
        let folders = self.folders.read();
        let mut found: Vec<_> = folders
            .iter()
            .flat_map(|(root, folder)| folder.files.iter().map(move |(path, entry)| (root, path, entry)))
            .filter(|(_, path, entry)| {
                Language::of_path(path).is_some_and(|language| languages.contains(&language)) && wanted(entry)
            })
            .map(|(root, path, _)| root.join(path))
            .collect();
        found.sort();
        // Workspace folders may be nested.
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_never_forgets() {
        let text: String = (0..5000).map(|number| format!("name_{number} ")).collect();
        let filter = NameFilter::of(&text);
        assert!((0..5000).all(|number| filter.may_contain(&format!("name_{number}"))));
        let wrong = (0..5000).filter(|number| filter.may_contain(&format!("other_{number}"))).count();
        assert!(wrong < 50, "{wrong} of 5000 wrong claims");
    }

    #[test]
    fn occurrences_are_whole_words() {
        let text = "ab abc ab(ab) éab ab";
        assert_eq!(occurrences(text, "ab").collect::<Vec<_>>(), [0, 7, 10, 19]);
        assert_eq!(occurrences("é", "").count(), 0);
    }

    #[test]
    fn a_changed_file_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        std::fs::write(root.join("a.py"), "first = 1").unwrap();
        std::fs::write(root.join("b.py"), "second = first").unwrap();
        let index = NameIndex::default();
        assert_eq!(index.refresh(&root, &[], None, &|| true), Some(2));
        assert_eq!(index.files_with("first", &[Language::Python]), [root.join("a.py"), root.join("b.py")]);
        std::fs::write(root.join("b.py"), "third").unwrap();
        index.update(&root.join("b.py"));
        assert_eq!(index.files_with("first", &[Language::Python]), [root.join("a.py")]);
        std::fs::remove_file(root.join("a.py")).unwrap();
        index.update(&root.join("a.py"));
        assert_eq!(index.files(&[Language::Python]), [root.join("b.py")]);
    }

    #[test]
    fn the_index_is_kept_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        let kept = root.join("cache");
        std::fs::create_dir(root.join("src")).unwrap();
        std::fs::write(root.join("src/a.py"), "alpha").unwrap();
        NameIndex::default().refresh(&root.join("src"), &[], Some(&kept), &|| true);
        let cached = kept.join("names").join(cache::key(&[root.join("src").as_str()]));
        assert!(cached.exists());
        std::fs::write(&cached, "damaged").unwrap();
        let index = NameIndex::default();
        index.refresh(&root.join("src"), &[], Some(&kept), &|| true);
        assert_eq!(index.files_with("alpha", &[Language::Python]).len(), 1);
    }
}
