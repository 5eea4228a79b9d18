//! What a text declares, for searching the workspace.

use montuno_base::{Language, nesting};
use montuno_semantic::hierarchy::Item;
use ruff_python_ast::PySourceType;

use crate::items;

/// What a text declares, without the database.
pub(crate) fn outline(text: &str) -> Vec<Item> {
    // The parser recurses, as all parsers do.
    let text = nesting::bound(&text.into(), Language::Python).text;
    let parsed = ruff_python_parser::parse_unchecked_source(&text, PySourceType::Python);
    items::of_module(parsed.suite(), &text)
}
