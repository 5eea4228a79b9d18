//! Names as small numbers, the same in all files.

use std::sync::LazyLock;

use parking_lot::RwLock;
use rustc_hash::FxHashMap;

/// A name. Equal names have equal numbers, for as long as the process lives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Name(pub(crate) u32);

#[derive(Default)]
struct Table {
    numbers: FxHashMap<&'static str, u32>,
    texts: Vec<&'static str>,
}

static TABLE: LazyLock<RwLock<Table>> = LazyLock::new(|| {
    let mut table = Table::default();
    table.texts.push("");
    table.numbers.insert("", 0);
    RwLock::new(table)
});

impl Name {
    /// No name.
    pub(crate) const NONE: Self = Self(0);

    /// The name that is written so.
    pub(crate) fn new(text: &str) -> Self {
        if let Some(&number) = TABLE.read().numbers.get(text) {
            return Self(number);
        }
        let mut table = TABLE.write();
        if let Some(&number) = table.numbers.get(text) {
            return Self(number);
        }
        let number = table.texts.len() as u32;
        // Names are few and are wanted until the end.
        let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
        table.texts.push(text);
        table.numbers.insert(text, number);
        Self(number)
    }

    /// How it is written.
    pub(crate) fn text(self) -> &'static str {
        TABLE.read().texts[self.0 as usize]
    }

    /// Whether it is none.
    pub(crate) fn is_none(self) -> bool {
        self == Self::NONE
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_have_equal_numbers() {
        assert_eq!(Name::new("a name"), Name::new("a name"));
        assert_ne!(Name::new("a name"), Name::new("another"));
        assert_eq!(Name::new("a name").text(), "a name");
        assert!(Name::new("").is_none());
    }
}
