//! Uses of a symbol.

use std::collections::BTreeSet;

use montuno_base::{FileId, FilePosition, TextRange};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::hierarchy::{Access, FilePlace, Reference};
use ra_ap_ide::ReferenceCategory;

use crate::configuration;
use crate::snapshot::RustSnapshot;

impl RustSnapshot {
    /// All uses of the symbol at a place, sorted.
    ///
    /// Asked in the user's own code, the engine leaves libraries out: they cannot use what is defined
    /// here, and of what they define themselves nobody wants their own uses. Asked in a library, it
    /// looks there too.
    pub(crate) fn all_references(&self, position: FilePosition) -> Cancellable<Vec<Reference>> {
        let Some(place) = self.position(position)? else { return Ok(Vec::new()) };
        self.load_for_search(position)?;
        let found = self.ask(|analysis| analysis.find_all_refs(place, &configuration::references(None)))?;
        let mut references = BTreeSet::new();
        for found in found.unwrap_or_default() {
            for (file, uses) in found.references {
                let file = FileId(file.index());
                references.extend(uses.into_iter().map(|(range, category)| reference(file, range, category)));
            }
            if let Some(declaration) = found.declaration {
                let file = FileId(declaration.nav.file_id.index());
                let range = declaration.nav.focus_or_full_range();
                // The engine lists some declarations among the uses as well.
                references.retain(|use_: &Reference| use_.place != FilePlace::new(file, range));
                references.insert(Reference {
                    place: FilePlace::new(file, range),
                    access: if declaration.is_mut { Access::Write } else { Access::Mention },
                    is_declaration: true,
                });
            }
        }
        Ok(references.into_iter().collect())
    }

    /// All uses of the symbol at a place in its file, and whatever else belongs together with what is
    /// there: the exits of a function, the ends of a loop.
    pub(crate) fn file_highlights(&self, position: FilePosition) -> Cancellable<Vec<Reference>> {
        let Some(place) = self.position(position)? else { return Ok(Vec::new()) };
        let found = self.ask(|analysis| analysis.highlight_related(configuration::highlights(), place))?;
        let found = found.unwrap_or_default();
        let references: BTreeSet<_> =
            found.into_iter().map(|found| reference(position.file, found.range, found.category)).collect();
        Ok(references.into_iter().collect())
    }
}

fn reference(file: FileId, range: TextRange, category: ReferenceCategory) -> Reference {
    let access = if category.contains(ReferenceCategory::WRITE) {
        Access::Write
    } else if category.contains(ReferenceCategory::READ) {
        Access::Read
    } else {
        Access::Mention
    };
    Reference { place: FilePlace::new(file, range), access, is_declaration: false }
}
