//! Callers and callees.

use montuno_base::{FileId, FilePosition, TextRange};
use montuno_semantic::Target;
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::hierarchy::Call;
use ra_ap_ide::CallItem;

use crate::configuration;
use crate::convert::target;
use crate::snapshot::RustSnapshot;

impl RustSnapshot {
    pub(crate) fn called_at(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        let Some(position) = self.position(position)? else { return Ok(Vec::new()) };
        let found = self.ask(|analysis| analysis.call_hierarchy(position, &configuration::call_hierarchy()))?;
        Ok(found.map(|found| found.info.into_iter().map(target::target).collect()).unwrap_or_default())
    }

    pub(crate) fn callers(&self, position: FilePosition) -> Cancellable<Vec<Call>> {
        let Some(place) = self.position(position)? else { return Ok(Vec::new()) };
        self.load_for_search(position)?;
        let found = self.ask(|analysis| analysis.incoming_calls(&configuration::call_hierarchy(), place))?;
        // The calls are in the caller's file.
        Ok(found.unwrap_or_default().into_iter().map(|item| call(item, None)).collect())
    }

    pub(crate) fn callees(&self, position: FilePosition) -> Cancellable<Vec<Call>> {
        let Some(place) = self.position(position)? else { return Ok(Vec::new()) };
        let found = self.ask(|analysis| analysis.outgoing_calls(&configuration::call_hierarchy(), place))?;
        Ok(found.unwrap_or_default().into_iter().map(|item| call(item, Some(position.file))).collect())
    }
}

/// A call, with its places in `file`, or else in the file of the function that was found.
fn call(item: CallItem, file: Option<FileId>) -> Call {
    let target = target::target(item.target);
    let file = file.unwrap_or(target.file);
    let places = item.ranges.into_iter().filter(|place| FileId(place.file_id.index()) == file);
    let mut ranges: Vec<TextRange> = places.map(|place| place.range).collect();
    ranges.sort_by_key(|range| (range.start(), range.end()));
    ranges.dedup();
    Call { target, ranges }
}
