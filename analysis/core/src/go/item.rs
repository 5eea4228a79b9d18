//! Declarations, by what stays the same when something else is typed.

use std::sync::Arc;

use montuno_base::TextRange;
use rustc_hash::FxHashMap;

use super::lower;
use crate::database::{Db, File};
use crate::ir::body::Body;
use crate::ir::items::{ItemData, ItemKind, ItemSpan, Spans, Summary};
use crate::name::Name;
use crate::program::Unit;

/// A declaration.
#[salsa::interned(unsafe(no_lifetime), revisions = usize::MAX, debug)]
pub(crate) struct Item {
    /// Where it is declared.
    #[returns(copy)]
    pub(crate) unit: Unit,
    /// The declaration in whose body it is declared, if it is.
    #[returns(copy)]
    pub(crate) owner: Option<Item>,
    /// What it is declared in.
    #[returns(copy)]
    pub(crate) parent: Option<Item>,
    /// What it is.
    #[returns(copy)]
    pub(crate) kind: ItemKind,
    /// Its name.
    #[returns(copy)]
    pub(crate) name: Name,
    /// The type of a method, which tells it from others of its name.
    #[returns(copy)]
    pub(crate) of: Option<Name>,
    /// How many before it are called the same.
    #[returns(copy)]
    pub(crate) nth: u32,
}

/// What a file tells others. Stays the same when something is typed in a body.
#[salsa::tracked(returns(ref))]
pub(crate) fn summary(db: &dyn Db, file: File) -> Arc<Summary> {
    lower::parsed_once(db, file).map(|parsed| parsed.summary().clone()).unwrap_or_default()
}

/// Where it stands. Takes more room than the summary, and is asked for of few files.
#[salsa::tracked(returns(ref), lru = 256)]
pub(crate) fn spans(db: &dyn Db, file: File) -> Arc<Spans> {
    lower::parsed_once(db, file).map(|parsed| parsed.spans().clone()).unwrap_or_default()
}

/// Where the functions of a file stand.
#[derive(PartialEq, Eq, Debug, Default)]
pub(crate) struct Functions {
    /// In the order of the text: its item, all of it, and its body.
    pub of: Box<[(u32, TextRange, TextRange)]>,
    /// Whether the file cannot be parsed as a whole.
    pub is_broken: bool,
}

/// Where the functions of a file stand: the little that is kept of it for searches.
#[salsa::tracked(returns(ref))]
pub(crate) fn functions(db: &dyn Db, file: File) -> Functions {
    let Some(parsed) = lower::parsed_once(db, file) else { return Functions::default() };
    let items = parsed.summary().items.iter().zip(&parsed.spans().items).zip(0..);
    let of = items.filter(|((item, _), _)| item.signature.is_some());
    let of = of.filter_map(|((_, span), index)| Some((index, span.full, span.body?)));
    Functions { of: of.collect(), is_broken: !parsed.spans().errors.is_empty() }
}

/// The items of a file or a body, and where each stands in its list.
#[derive(PartialEq, Eq, Debug, Default)]
pub(crate) struct Table {
    /// By their place in the list.
    pub items: Vec<Item>,
    /// The children of each.
    pub children: Vec<Vec<u32>>,
    index: FxHashMap<Item, u32>,
}

impl Table {
    fn of(db: &dyn Db, unit: Unit, owner: Option<Item>, data: &[ItemData]) -> Self {
        let mut table = Self { children: vec![Vec::new(); data.len()], ..Self::default() };
        for (position, item) in data.iter().enumerate() {
            let parent = item.parent.and_then(|parent| table.items.get(parent as usize).copied());
            let of = item.receiver.as_ref().map(|receiver| receiver.ty);
            let made = Item::new(db, unit, owner, parent, item.kind, item.name, of, item.nth);
            let index = u32::try_from(position).unwrap_or(u32::MAX);
            table.items.push(made);
            table.index.insert(made, index);
            if let Some(parent) = item.parent {
                table.children[parent as usize].push(index);
            }
        }
        table
    }
}

/// The items of a file.
#[salsa::tracked(returns(ref))]
pub(crate) fn file_table(db: &dyn Db, unit: Unit) -> Table {
    Table::of(db, unit, None, &summary(db, unit.file(db)).items)
}

/// The body of a declaration.
#[salsa::tracked(returns(ref), lru = 2048)]
pub(crate) fn body(db: &dyn Db, item: Item) -> Arc<Body> {
    let Some(span) = item.span(db) else { return Arc::default() };
    let Some(parsed) = lower::parsed(db, item.unit(db).file(db)) else { return Arc::default() };
    Arc::new(lower::body(&parsed, &span))
}

/// The items of a body.
#[salsa::tracked(returns(ref))]
fn body_table(db: &dyn Db, item: Item) -> Table {
    Table::of(db, item.unit(db), Some(item), &body(db, item).items)
}

impl Item {
    /// The items of the file or the body that this one is declared in.
    pub(crate) fn table(self, db: &dyn Db) -> &Table {
        match self.owner(db) {
            Some(owner) => body_table(db, owner),
            None => file_table(db, self.unit(db)),
        }
    }

    /// What is known of it. `None` if it is no longer there.
    pub(crate) fn data(self, db: &dyn Db) -> Option<&ItemData> {
        let index = *self.table(db).index.get(&self)? as usize;
        match self.owner(db) {
            Some(owner) => body(db, owner).items.get(index),
            None => summary(db, self.unit(db).file(db)).items.get(index),
        }
    }

    /// Where it stands in its file.
    pub(crate) fn span(self, db: &dyn Db) -> Option<ItemSpan> {
        let index = *self.table(db).index.get(&self)? as usize;
        match self.owner(db) {
            Some(owner) => {
                let base = owner.span(db)?.full.start();
                let mut span = body(db, owner).item_spans.get(index)?.clone();
                for range in [&mut span.full, &mut span.name]
                    .into_iter()
                    .chain(&mut span.body)
                    .chain(&mut span.documentation)
                    .chain(span.generics.iter_mut())
                {
                    *range += base;
                }
                Some(span)
            }
            None => spans(db, self.unit(db).file(db)).items.get(index).cloned(),
        }
    }

    /// What is declared in it, in the order of the text.
    pub(crate) fn children(self, db: &dyn Db) -> impl Iterator<Item = Item> + '_ {
        let table = self.table(db);
        let children = table.index.get(&self).map(|&index| table.children[index as usize].as_slice());
        children.unwrap_or_default().iter().map(|&child| table.items[child as usize])
    }

    /// The item with this index in the same list.
    pub(crate) fn in_list(self, db: &dyn Db, index: u32) -> Option<Item> {
        self.table(db).items.get(index as usize).copied()
    }

    /// The item with this index in the body of this one.
    pub(crate) fn in_body(self, db: &dyn Db, index: u32) -> Option<Item> {
        body_table(db, self).items.get(index as usize).copied()
    }

    /// How many type parameters it has.
    pub(crate) fn generics(self, db: &dyn Db) -> usize {
        self.data(db).map_or(0, |data| match &data.receiver {
            Some(receiver) => receiver.generics.len(),
            None => data.generics.len(),
        })
    }
}
