//! What completion is told of the code: its `Oracle`, over the waist. Each answer takes a snapshot of its own and drops
//! it, so that no snapshot lives while a model runs.

use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use montuno_base::{FileId, FilePosition, TextSize, Utf8Path};
use montuno_complete::language;
use montuno_complete::oracle::{Fault, Member, NameKind, Names, Oracle, Place, Related, Surroundings};
use montuno_ide::{Arrival, Host};
use montuno_semantic::cancel::{CancelFlag, Cancellable};
use montuno_semantic::engine::Snapshot;
use montuno_semantic::symbol::Target;
use montuno_semantic::{Confidence, Severity};

/// How many lines above the cursor names are looked up in, and below it.
const LINES_ABOVE: usize = 16;
const LINES_BELOW: usize = 3;

/// How many names are looked up.
const MOST_NAMES: usize = 16;

/// How much of a declaration is told, in bytes and in lines.
const MOST_TEXT: usize = 480;
const MOST_LINES: usize = 10;

/// Knows the code around one place, as it is in a host.
pub(crate) struct DatabaseOracle {
    host: Host,
    arrival: Arrival,
    file: FileId,
    place: Place,
    /// Changes with what is on disk and with the settings.
    epoch: u64,
    /// How long one question may take.
    patience: Duration,
}

impl DatabaseOracle {
    /// The oracle of a place in a file, as the file was when the question arrived. `place` may have another text than
    /// the file: then that is supposed.
    pub(crate) fn new(
        host: Host,
        arrival: Arrival,
        file: FileId,
        place: Place,
        epoch: u64,
        patience: Duration,
    ) -> Self {
        Self { host, arrival, file, place, epoch, patience }
    }

    /// Asks about the place with something written at it. `None` if that is not known in time.
    fn ask<T>(&self, written: &str, question: impl Fn(&dyn Snapshot, FilePosition) -> Cancellable<T>) -> Option<T> {
        let offset = TextSize::try_from(self.place.offset + written.len()).ok()?;
        let position = FilePosition { file: self.file, offset };
        let cancel = CancelFlag::until(Instant::now() + self.patience);
        let true_text = self.arrival.inputs().text(self.file).ok()?.text;
        let answer = if written.is_empty() && true_text == self.place.text {
            self.host.ask(&self.arrival, self.file, &cancel, |snapshot| question(snapshot, position))
        } else {
            let text = format!("{}{written}{}", self.place.before(), self.place.behind());
            self.host.ask_as_if(&self.arrival, self.file, &text, &cancel, |snapshot| question(snapshot, position))
        };
        match answer {
            Ok(answer) => Some(answer),
            Err(refusal) => {
                tracing::debug!("the oracle has no answer: {refusal:?}");
                None
            }
        }
    }

    /// The names in a text written at the place that have to be there already: behind a receiver, or where an
    /// expression certainly begins. Where each begins, in bytes of the text.
    fn held_names<'a>(&self, written: &'a str) -> Vec<(usize, &'a str)> {
        let facts = language::facts(&self.place.language);
        let line = self.place.line_before();
        // The name at the cursor may have begun before it.
        let mut at = written.find(|c| !facts.is_word(c)).filter(|_| facts.word_start(line) < line.len()).unwrap_or(0);
        let mut found = Vec::new();
        while let Some(from) = written[at..].find(|c| facts.is_word(c)) {
            let start = at + from;
            let end = start + written[start..].find(|c| !facts.is_word(c)).unwrap_or(written.len() - start);
            let own = &written[written[..start].rfind('\n').map_or(0, |at| at + 1)..start];
            let before = if written[..start].contains('\n') { own.to_owned() } else { format!("{line}{own}") };
            let name = &written[start..end];
            let is_member = facts.ends_with_trigger(&before);
            let words = if is_member { facts.member_keywords } else { facts.expression_keywords };
            let is_name = !name.starts_with(|c: char| c.is_ascii_digit()) && !words.contains(&name);
            let is_held = is_member || facts.expects_known_name(&before);
            if is_name && is_held && !facts.is_in_text(&before) {
                found.push((start, name));
            }
            at = end;
        }
        found
    }

    /// Words near the cursor, each with where it stands last and how many lines away that is; the nearest first.
    fn words(&self) -> Vec<(TextSize, usize)> {
        let facts = language::facts(&self.place.language);
        let (before, behind) = (self.place.before(), self.place.behind());
        let mut lines = Vec::new();
        let mut end = before.len();
        for distance in 0..=LINES_ABOVE {
            let start = before[..end].rfind('\n').map_or(0, |at| at + 1);
            lines.push((start, &before[start..end], distance));
            if start == 0 {
                break;
            }
            end = start - 1;
        }
        let mut start = before.len();
        for (distance, line) in behind.split('\n').take(LINES_BELOW + 1).enumerate() {
            lines.push((start, line, distance + 1));
            start += line.len() + 1;
        }
        lines.sort_by_key(|(_, _, distance)| *distance);
        let mut seen = rustc_hash::FxHashSet::default();
        let mut found = Vec::new();
        for (start, line, distance) in lines {
            let mut at = 0;
            while let Some(from) = line[at..].find(|c| facts.is_word(c)) {
                let from = at + from;
                let end = from + line[from..].find(|c| !facts.is_word(c)).unwrap_or(line.len() - from);
                let word = &line[from..end];
                let is_name = word.len() > 1 && !word.starts_with(|c: char| c.is_ascii_digit());
                if is_name && !facts.is_in_text(&line[..from]) && seen.insert(word) {
                    found.extend(TextSize::try_from(start + from).ok().map(|offset| (offset, distance)));
                }
                at = end;
            }
        }
        found.truncate(MOST_NAMES * 2);
        found
    }
}

impl Oracle for DatabaseOracle {
    fn names(&self, written: &str) -> Option<Names> {
        self.ask(written, |snapshot, position| {
            let (kind, found) = match snapshot.members(position)? {
                Some(members) => (NameKind::Member, members),
                None => (NameKind::Scope, snapshot.scope(position)?),
            };
            let names = found.names.into_iter().map(|candidate| candidate.name).collect();
            Ok(Names { kind, names, exhaustive: found.exhaustive })
        })
    }

    fn surroundings(&self) -> Surroundings {
        let words = self.words();
        let found = self.ask("", |snapshot, position| {
            let signature = snapshot.signatures(position)?.and_then(|help| {
                let active = help.signatures.get(help.active_signature).or(help.signatures.first())?;
                Some(active.label.clone())
            });
            let mut members = snapshot.members(position)?.map(|found| found.names).unwrap_or_default();
            members.sort_by_key(|candidate| candidate.distance);
            let members = members.into_iter().map(|it| Member { name: it.name, detail: it.detail }).collect();
            let mut known = Surroundings {
                expected_type: snapshot.expected_type(position)?,
                signature,
                members,
                related: Vec::new(),
            };
            for &(offset, distance) in &words {
                // What is known by now is worth more than all of it too late.
                let Ok(found) = snapshot.definitions(FilePosition { file: self.file, offset }) else { break };
                let found = found.filter(|found| found.confidence != Confidence::Unknown);
                let Some(target) = found.and_then(|found| found.targets.into_iter().next()) else { continue };
                if target.file == self.file || known.related.len() >= MOST_NAMES {
                    continue;
                }
                known.related.extend(related(snapshot, &target, distance));
            }
            Ok(known)
        });
        found.unwrap_or_default()
    }

    fn faults(&self, written: &str) -> Option<Vec<Fault>> {
        let start = self.place.offset;
        let end = start + written.len();
        self.ask(written, |snapshot, _| {
            let errors = snapshot.diagnostics(self.file)?.into_iter().filter(|finding| {
                let range = finding.range;
                let is_inside = usize::from(range.start()) < end && usize::from(range.end()) > start;
                // What begins before it was begun by the user; what is not certain is no reason.
                finding.severity == Severity::Error && is_inside && usize::from(range.end()) <= end
            });
            let faults = errors.map(|finding| Fault {
                offset: usize::from(finding.range.start()).saturating_sub(start),
                reason: finding.message,
            });
            let mut faults: Vec<_> = faults.collect();
            // Not every engine reports every name that is not there as an error; each says which names there are.
            for (at, name) in self.held_names(written) {
                let Ok(offset) = TextSize::try_from(start + at) else { break };
                let position = FilePosition { file: self.file, offset };
                let known = match snapshot.members(position)? {
                    Some(members) => members,
                    None => snapshot.scope(position)?,
                };
                let is_there = known.names.iter().any(|candidate| candidate.name.trim_end_matches('!') == name);
                if known.exhaustive && !known.names.is_empty() && !is_there {
                    faults.push(Fault { offset: at, reason: format!("there is no `{name}` here") });
                }
            }
            faults.sort_by_key(|fault| fault.offset);
            faults.dedup_by_key(|fault| fault.offset);
            Ok(faults)
        })
    }

    fn fingerprint(&self) -> u64 {
        let inputs = self.arrival.inputs();
        let mut others: Vec<_> = inputs
            .documents
            .iter()
            .filter(|(file, _)| *file != self.file)
            // Another version of it is another allocation.
            .map(|(file, document)| (file, Arc::as_ptr(document) as usize, document.version))
            .collect();
        others.sort_unstable();
        let mut hasher = rustc_hash::FxHasher::default();
        (others, self.epoch, inputs.trusted).hash(&mut hasher);
        hasher.finish()
    }
}

/// A declaration as a model is told of it: its beginning.
fn related(snapshot: &dyn Snapshot, target: &Target, distance: usize) -> Option<Related> {
    let context = snapshot.context();
    let source = context.text(target.file).ok()?;
    let (start, end) = (usize::from(target.full_range.start()), usize::from(target.full_range.end()));
    let whole = source.text.get(start..end)?;
    let text = if target.kind.is_callable() { head(whole) } else { shortened(whole) };
    if text.trim().is_empty() {
        return None;
    }
    let path = context.inputs.files.path(target.file);
    Some(Related {
        name: target.name.clone(),
        path: shown_path(&context.inputs, &path),
        text: text.to_owned(),
        start,
        end,
        distance,
    })
}

/// A path as it is told: in the repository, else the last of its folders.
pub(crate) fn shown_path(inputs: &montuno_base::Inputs, path: &Utf8Path) -> String {
    let shown = match inputs.root_of(path).and_then(|root| path.strip_prefix(root).ok()) {
        Some(inside) => inside.to_string(),
        None => {
            let parts: Vec<_> = path.components().map(|part| part.as_str()).collect();
            parts[parts.len().saturating_sub(2)..].join("/")
        }
    };
    shown.replace('\\', "/")
}

/// A function without its body: up to the line that opens it.
fn head(text: &str) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n').take(MOST_LINES) {
        end += line.len();
        if line.trim_end().ends_with(['{', ':', ';']) {
            break;
        }
    }
    shortened(text[..end].trim_end())
}

/// The first lines of a text.
fn shortened(text: &str) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n').take(MOST_LINES) {
        if end > 0 && end + line.len() > MOST_TEXT {
            break;
        }
        end += line.len();
    }
    let mut end = end.min(MOST_TEXT * 2).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_told_without_its_body() {
        assert_eq!(head("def f(a,\n      b):\n    return 1\n"), "def f(a,\n      b):");
        assert_eq!(head("fn f() -> u8 {\n    1\n}"), "fn f() -> u8 {");
        assert_eq!(head("const f = 1"), "const f = 1");
    }

    #[test]
    fn long_declarations_are_shortened_at_lines() {
        let long = "field: int\n".repeat(100);
        let text = shortened(&long);
        assert!(text.len() <= MOST_TEXT && text.ends_with("int"), "{text}");
        assert!(shortened(&"é".repeat(2000)).len() <= MOST_TEXT * 2);
    }
}
