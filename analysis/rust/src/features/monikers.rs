//! Names for symbols that are the same in every repository.

use montuno_base::FilePosition;
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::presentation::{Moniker, MonikerKind};
use ra_ap_ide::MonikerResult;

use crate::snapshot::RustSnapshot;

/// How the identifiers are made: `package::module::name`, as Cargo names packages.
const SCHEME: &str = "cargo";

impl RustSnapshot {
    pub(crate) fn monikers_at(&self, position: FilePosition) -> Cancellable<Vec<Moniker>> {
        let Some(position) = self.position(position)? else { return Ok(Vec::new()) };
        let found = self.ask(|analysis| analysis.moniker(position))?;
        let found = found.map(|found| found.info).unwrap_or_default();
        let monikers = found.into_iter().filter_map(|found| {
            let (moniker, kind) = match found {
                MonikerResult::Moniker(moniker) => {
                    let kind = match moniker.kind {
                        ra_ap_ide::MonikerKind::Import => MonikerKind::Import,
                        ra_ap_ide::MonikerKind::Export => MonikerKind::Export,
                    };
                    (moniker, kind)
                }
                MonikerResult::Local { enclosing_moniker } => (enclosing_moniker?, MonikerKind::Local),
            };
            Some(Moniker { scheme: SCHEME.to_owned(), identifier: moniker.identifier.to_string(), kind })
        });
        Ok(monikers.collect())
    }
}
