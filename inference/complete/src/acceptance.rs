//! What became of what was shown: kept on this machine alone, without a word of the code, for as long as the user
//! lets it. It decides how sure a model has to be.

use std::io::Write as _;

use camino::{Utf8Path, Utf8PathBuf};
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::oracle::Place;

/// How many records are kept.
const MOST: usize = 2000;

/// How sure a model has to be before anything is known of the user.
const FIRST_THRESHOLD: f32 = 0.2;

/// How many records it takes before they count.
const ENOUGH: usize = 60;

/// Below this share of what was taken, completions as unsure as that are not shown.
const WORTHWHILE: f32 = 0.08;

/// What became of one completion.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Record {
    /// When it was shown, in seconds since 1970.
    pub at: u64,
    /// The language, by LSP's id.
    pub language: String,
    /// The model.
    pub model: String,
    /// Its length in bytes.
    pub length: usize,
    /// Its lines.
    pub lines: usize,
    /// How likely the model found it, from 0 to 1.
    pub confidence: f32,
    /// How many bytes of it were taken.
    pub accepted: usize,
}

/// A completion that an editor shows, until it is known what becomes of it.
#[derive(Clone, Debug)]
struct Shown {
    place: Place,
    text: String,
    record: Record,
    /// How much of it stands in the document by now.
    typed: usize,
}

/// What became of what was shown.
#[derive(Debug)]
pub struct Acceptance {
    /// Where it is kept; `None` if it is not.
    file: Option<Utf8PathBuf>,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    records: Vec<Record>,
    shown: FxHashMap<u64, Shown>,
}

impl Acceptance {
    /// With what is kept in a file. Without a file nothing is kept beyond this process. Lines that cannot be read are
    /// left out.
    pub fn open(file: Option<Utf8PathBuf>) -> Self {
        let text = file.as_ref().and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
        let mut records: Vec<Record> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let superfluous = records.len().saturating_sub(MOST);
        records.drain(..superfluous);
        let made = Self { file, inner: Mutex::new(Inner { records, shown: FxHashMap::default() }) };
        if superfluous > MOST / 4 {
            made.rewrite();
        }
        made
    }

    /// What is kept, the oldest first.
    pub fn records(&self) -> Vec<Record> {
        self.inner.lock().records.clone()
    }

    /// Deletes what is kept in a file.
    ///
    /// # Errors
    /// If the system does not let us.
    pub fn delete(file: &Utf8Path) -> std::io::Result<()> {
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// An answer was given to an editor that shows it. What was shown in the document before it is decided by that.
    pub fn offered(&self, place: &Place, text: &str, model: &str, confidence: f32) {
        let record = Record {
            at: now(),
            language: place.language.clone(),
            model: model.to_owned(),
            length: text.len(),
            lines: text.lines().count(),
            confidence,
            accepted: 0,
        };
        let shown = Shown { place: place.clone(), text: text.to_owned(), record, typed: 0 };
        let mut inner = self.inner.lock();
        if let Some(old) = inner.shown.get(&place.document) {
            // The same text, seen from further along it, is the same completion.
            let end = |shown: &Shown| (shown.place.before().to_owned() + &shown.text, shown.place.behind().to_owned());
            if end(old) == end(&shown) {
                return;
            }
            let old = inner.shown.remove(&place.document).expect("it was there");
            self.decide(&mut inner, old);
        }
        inner.shown.insert(place.document, shown);
    }

    /// A document has a new text. Finds out whether what was shown was taken.
    pub fn changed(&self, document: u64, text: &str) {
        let mut inner = self.inner.lock();
        let Some(mut shown) = inner.shown.remove(&document) else { return };
        let written = text.strip_prefix(shown.place.before()).and_then(|rest| rest.strip_suffix(shown.place.behind()));
        let Some(written) = written else { return self.decide(&mut inner, shown) };
        let Some(length) = matching(&shown.text, written) else { return self.decide(&mut inner, shown) };
        // Keys come one by one; what comes at once was taken.
        let grown = length.saturating_sub(shown.typed);
        if grown >= 2 || (grown == 1 && length == shown.text.len() && shown.text.len() == 1) {
            shown.record.accepted += grown;
        }
        shown.typed = length;
        if length >= shown.text.len() {
            self.decide(&mut inner, shown);
        } else {
            inner.shown.insert(document, shown);
        }
    }

    /// The editor says that so many bytes of a text that it shows were taken.
    pub fn taken(&self, text: &str, length: usize) {
        let mut inner = self.inner.lock();
        if let Some(shown) = inner.shown.values_mut().find(|shown| shown.text == text) {
            shown.record.accepted = shown.record.accepted.max(length.min(shown.text.len()));
        }
    }

    /// A document is closed: what was shown in it was not taken.
    pub fn closed(&self, document: u64) {
        let mut inner = self.inner.lock();
        if let Some(shown) = inner.shown.remove(&document) {
            self.decide(&mut inner, shown);
        }
    }

    /// How sure a model has to be for something to be shown: as sure as what this user takes at times.
    pub fn threshold(&self) -> f32 {
        let inner = self.inner.lock();
        if inner.records.len() < ENOUGH {
            return FIRST_THRESHOLD;
        }
        let mut threshold = FIRST_THRESHOLD;
        for step in 2..7 {
            let lower = step as f32 / 10.0;
            let of_step: Vec<_> =
                inner.records.iter().filter(|it| it.confidence >= lower && it.confidence < lower + 0.1).collect();
            let taken = of_step.iter().filter(|it| it.accepted > 0).count();
            if of_step.len() < 10 || (taken as f32 + 0.5) / (of_step.len() as f32 + 1.0) >= WORTHWHILE {
                break;
            }
            threshold = lower + 0.1;
        }
        threshold
    }

    fn decide(&self, inner: &mut Inner, shown: Shown) {
        let record = shown.record;
        if let Some(file) = &self.file
            && let Err(error) = append(file, &record)
        {
            tracing::warn!("what became of a completion is not kept, {file}: {error}");
        }
        inner.records.push(record);
        if inner.records.len() > MOST {
            inner.records.remove(0);
        }
    }

    /// Writes all records anew, so that the file does not grow for ever.
    fn rewrite(&self) {
        let Some(file) = &self.file else { return };
        let lines: String = self
            .inner
            .lock()
            .records
            .iter()
            .filter_map(|record| serde_json::to_string(record).ok())
            .map(|line| line + "\n")
            .collect();
        let temporary = file.with_extension("new");
        let written = std::fs::write(&temporary, lines).and_then(|()| std::fs::rename(&temporary, file));
        if let Err(error) = written {
            tracing::warn!("{file} is not shortened: {error}");
        }
    }
}

/// How much of `text` has been written, if what was written is the beginning of it; editors may write line ends of
/// their own.
fn matching(text: &str, written: &str) -> Option<usize> {
    if text.starts_with(written) {
        return Some(written.len());
    }
    let plain = written.replace("\r\n", "\n");
    text.starts_with(&plain).then_some(plain.len())
}

fn append(file: &Utf8Path, record: &Record) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut line = serde_json::to_string(record)?;
    line.push('\n');
    // One write: several servers may keep the same file.
    std::fs::OpenOptions::new().create(true).append(true).open(file)?.write_all(line.as_bytes())
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Place {
        let offset = text.find('|').expect("a cursor");
        Place {
            document: 1,
            text: text.replacen('|', "", 1).into(),
            offset,
            language: "python".into(),
            ..Place::default()
        }
    }

    /// What is kept after `foo.bar` was shown behind `x = `, and the document had these texts.
    fn after(texts: &[&str]) -> Vec<usize> {
        let acceptance = Acceptance::open(None);
        acceptance.offered(&place("x = |\n"), "foo.bar", "m", 0.5);
        for text in texts {
            acceptance.changed(1, text);
        }
        acceptance.closed(1);
        acceptance.records().iter().map(|record| record.accepted).collect()
    }

    #[test]
    fn what_comes_at_once_was_taken() {
        assert_eq!(after(&["x = foo.bar\n"]), [7]);
        assert_eq!(after(&["x = foo\n", "x = foo.bar\n"]), [7], "by word");
        assert_eq!(after(&["x = f\n", "x = foo.bar\n"]), [6], "after a key");
    }

    #[test]
    fn what_is_typed_was_not_taken() {
        assert_eq!(after(&["x = f\n", "x = fo\n", "x = fo\n"]), [0]);
        assert_eq!(after(&["x = g\n"]), [0]);
        assert_eq!(after(&[]), [0]);
        assert_eq!(after(&["y\n"]), [0]);
    }

    #[test]
    fn the_same_completion_is_shown_once() {
        let acceptance = Acceptance::open(None);
        acceptance.offered(&place("x = |\n"), "foo.bar", "m", 0.5);
        acceptance.changed(1, "x = f\n");
        acceptance.offered(&place("x = f|\n"), "oo.bar", "m", 0.5);
        acceptance.changed(1, "x = foo.bar\n");
        let records = acceptance.records();
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].accepted, 6);
    }

    #[test]
    fn it_is_kept_and_deleted_and_holds_no_code() {
        let folder = tempfile::tempdir().unwrap();
        let file = Utf8PathBuf::from_path_buf(folder.path().join("a/acceptance.jsonl")).unwrap();
        let acceptance = Acceptance::open(Some(file.clone()));
        acceptance.offered(&place("secret_name = |\n"), "secret_value", "m", 0.5);
        acceptance.changed(1, "secret_name = secret_value\n");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains("secret"), "{text}");
        std::fs::write(&file, format!("nonsense\n{text}")).unwrap();
        assert_eq!(Acceptance::open(Some(file.clone())).records(), acceptance.records());
        Acceptance::delete(&file).unwrap();
        Acceptance::delete(&file).unwrap();
        assert!(Acceptance::open(Some(file)).records().is_empty());
    }

    #[test]
    fn what_is_never_taken_is_shown_no_more() {
        let acceptance = Acceptance::open(None);
        assert_eq!(acceptance.threshold(), FIRST_THRESHOLD);
        for turn in 0..200_u32 {
            let confidence = 0.2 + (turn % 8) as f32 / 10.0;
            acceptance.offered(&place("x = |\n"), &format!("value_{turn}"), "m", confidence);
            let taken = if confidence > 0.45 { format!("x = value_{turn}\n") } else { "x = 1\n".to_owned() };
            acceptance.changed(1, &taken);
        }
        let threshold = acceptance.threshold();
        assert!((0.35..=0.5).contains(&threshold), "{threshold}");
    }
}
