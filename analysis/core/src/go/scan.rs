//! What stands at several places of a file that nobody looks at: answered without keeping more than the file's summary.
//!
//! A search goes through thousands of files. What it learns of their functions' insides nobody asks for again, and all
//! of it together is many times the room of their texts.

use std::sync::Arc;

use montuno_base::{TextRange, TextSize};
use montuno_semantic::hierarchy::Access;

use super::infer::{Inference, infer_body};
use super::item::{Item, file_table, functions};
use super::lower::{self, Parsed};
use super::place::{self, Found};
use crate::database::{Db, read};
use crate::ir::body::{Body, ExprId};
use crate::program::Unit;

/// One pass over a file.
pub(super) struct Scan<'db> {
    db: &'db dyn Db,
    unit: Unit,
    text: Arc<str>,
    /// The whole text's tree, once it is needed.
    parsed: Option<Arc<Parsed>>,
    /// The declaration whose inside was asked about last.
    last: Option<Inside>,
}

/// The inside of a declaration.
struct Inside {
    owner: Item,
    base: TextSize,
    body: Body,
    /// Once it is needed.
    found: std::cell::OnceCell<Inference>,
}

impl<'db> Scan<'db> {
    /// A pass over a file. `None` if it cannot be read.
    pub(super) fn new(db: &'db dyn Db, unit: Unit) -> Option<Self> {
        let text = read(db, unit.file(db))?;
        Some(Self { db, unit, text, parsed: None, last: None })
    }

    /// What stands at an offset: the same as [`place::at`] says.
    pub(super) fn at(&mut self, offset: TextSize) -> Option<Found> {
        let (db, unit) = (self.db, self.unit);
        let functions = functions(db, unit.file(db));
        let before = functions.of.partition_point(|(_, _, body)| body.start() <= offset);
        let around = before.checked_sub(1).map(|index| functions.of[index]);
        match around.filter(|(_, _, body)| body.contains(offset) && !functions.is_broken) {
            Some((item, full, _)) => self.enter_function(item, full),
            None => {
                let parsed = self.parsed.take().or_else(|| lower::parsed_once(db, unit.file(db)))?;
                let parsed = self.parsed.insert(parsed).clone();
                if let Some(found) = place::outside(db, unit, parsed.spans(), offset) {
                    return found;
                }
                self.enter(&parsed, offset)?;
            }
        }
        self.in_last(offset)
    }

    fn in_last(&self, offset: TextSize) -> Option<Found> {
        let Inside { owner, base, body, found } = self.last.as_ref()?;
        let def_of = |expr: ExprId| {
            let found = found.get_or_init(|| infer_body(self.db, *owner, body));
            found.defs.get(&expr).copied()
        };
        place::inside(self.db, self.unit, (*owner, *base, body), &def_of, offset)
    }

    /// Reads a function by itself.
    fn enter_function(&mut self, item: u32, full: TextRange) {
        let owner = file_table(self.db, self.unit).items.get(item as usize).copied();
        if self.last.as_ref().map(|last| last.owner) == owner {
            return;
        }
        let body = self.text.get(full.start().into()..full.end().into()).and_then(lower::function_body);
        let inside = |(owner, body)| Inside { owner, base: full.start(), body, found: std::cell::OnceCell::new() };
        self.last = owner.zip(body).map(inside);
    }

    /// Reads the declaration around an offset, as a part of the whole text.
    fn enter(&mut self, parsed: &Parsed, offset: TextSize) -> Option<()> {
        let spans = &parsed.spans().items;
        let index = spans.iter().position(|span| span.body.is_some() && span.full.contains_inclusive(offset))?;
        let owner = *file_table(self.db, self.unit).items.get(index)?;
        if self.last.as_ref().is_none_or(|last| last.owner != owner) {
            let (base, body) = (spans[index].full.start(), lower::body(parsed, &spans[index]));
            self.last = Some(Inside { owner, base, body, found: std::cell::OnceCell::new() });
        }
        Some(())
    }

    /// What happens to an expression that was found just now.
    pub(super) fn access(&self, expr: ExprId) -> Access {
        self.last.as_ref().map_or(Access::Mention, |last| place::access(&last.body, expr))
    }
}
