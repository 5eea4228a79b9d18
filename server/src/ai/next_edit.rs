//! What next edits are told of the code: its `Code`, over the waist.

use std::sync::Arc;
use std::time::{Duration, Instant};

use montuno_base::{FileId, FilePosition, TextSize};
use montuno_complete::next_edit::{Code, Use};
use montuno_ide::{Arrival, Host, Refusal};
use montuno_semantic::cancel::{CancelFlag, Cancellable};
use montuno_semantic::engine::Snapshot;

use super::oracle::shown_path;

/// Knows the code of a workspace as it was when the question arrived.
pub(crate) struct DatabaseCode {
    host: Host,
    arrival: Arrival,
    /// How long one question may take: every use in a workspace is looked for.
    patience: Duration,
}

impl DatabaseCode {
    pub(crate) fn new(host: Host, arrival: Arrival, patience: Duration) -> Self {
        Self { host, arrival, patience }
    }

    fn ask<T>(
        &self,
        file: FileId,
        text: Option<&str>,
        question: impl Fn(&dyn Snapshot) -> Cancellable<T>,
    ) -> Option<T> {
        let cancel = CancelFlag::until(Instant::now() + self.patience);
        let now = self.arrival.inputs().text(file).ok()?.text;
        let answer = match text {
            Some(text) if *now != *text => self.host.ask_as_if(&self.arrival, file, text, &cancel, question),
            _ => self.host.ask(&self.arrival, file, &cancel, question),
        };
        match answer {
            Ok(answer) => Some(answer),
            Err(Refusal::NotAnalysed) => None,
            Err(refusal) => {
                tracing::debug!("what follows from an edit is not known: {refusal:?}");
                None
            }
        }
    }
}

fn file_of(document: u64) -> Option<FileId> {
    u32::try_from(document).ok().map(FileId)
}

impl Code for DatabaseCode {
    fn text(&self, document: u64) -> Option<Arc<str>> {
        Some(self.arrival.inputs().text(file_of(document)?).ok()?.text)
    }

    fn path(&self, document: u64) -> String {
        let inputs = self.arrival.inputs();
        file_of(document).map(|file| shown_path(inputs, &inputs.files.path(file))).unwrap_or_default()
    }

    fn language(&self, document: u64) -> String {
        let language = file_of(document).and_then(|file| self.host.language(file, self.arrival.inputs()));
        language.map_or("plaintext", montuno_base::Language::id).to_owned()
    }

    fn uses(&self, document: u64, text: &str, offset: usize) -> Option<Vec<Use>> {
        let file = file_of(document)?;
        let offset = TextSize::try_from(offset).ok()?;
        let found = self.ask(file, Some(text), |snapshot| {
            let position = FilePosition { file, offset };
            // What cannot be renamed for certain is not followed either.
            if snapshot.prepare_rename(position)?.is_err() {
                return Ok(None);
            }
            Ok(Some(snapshot.references(position)?))
        })??;
        let inputs = self.arrival.inputs();
        let is_the_users = |file: FileId| inputs.root_of(&inputs.files.path(file)).is_some();
        let uses = found.into_iter().map(|reference| Use {
            document: reference.place.file.0.into(),
            range: reference.place.start as usize..reference.place.end as usize,
            is_declaration: reference.is_declaration,
        });
        let uses: Vec<Use> = uses.collect();
        uses.iter().filter_map(|place| file_of(place.document)).all(is_the_users).then_some(uses)
    }

    fn is_known(&self, document: u64, offset: usize, name: &str) -> Option<bool> {
        let file = file_of(document)?;
        let offset = TextSize::try_from(offset).ok()?;
        self.ask(file, None, |snapshot| {
            let position = FilePosition { file, offset };
            let found = match snapshot.members(position)? {
                Some(members) => members,
                None => snapshot.scope(position)?,
            };
            let is_there = found.names.iter().any(|candidate| candidate.name == name);
            Ok((is_there || found.exhaustive).then_some(is_there))
        })?
    }
}
