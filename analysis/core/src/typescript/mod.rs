//! TypeScript and JavaScript.
//!
//! ```text
//!  text ─oxc─▶ lower ▶ tree ▶ bind ▶ checker: names · exports · members · calls · narrowing ▶ the plug-in's answers
//! ```
//!
//! | module | subject |
//! | --- | --- |
//! | `parse` | parsing, also of what is half typed |
//! | `lower`, `tree`, `bind` | one compact tree for each file, with its scopes and exports; documentation comments are types |
//! | `project` | settings, modules, the platform's declarations |
//! | `types`, `checker` | what names lead to and what types values have, asked for lazily |
//! | `definitions`, `looking`, `offers`, `hierarchy`, `diagnostics` | what an editor asks |

mod bind;
mod checker;
mod definitions;
mod diagnostics;
mod display;
mod exports;
#[cfg(test)]
mod half_typed;
mod hierarchy;
mod importing;
mod looking;
mod lower;
mod missing_members;
mod moves;
mod name;
mod offers;
mod organize_imports;
mod parse;
mod plugin;
mod project;
mod target;
mod tree;
mod types;

use std::sync::Arc;

use montuno_base::Language;
use montuno_semantic::hierarchy::Item;
use montuno_syntax::{SyntaxTree, outline};

pub use plugin::factory;
use tree::Tree;

use crate::database::{Db, File, source};

/// The tree of a file. It holds what the text says and nothing of other files.
#[salsa::tracked(returns(ref), no_eq)]
pub(crate) fn tree_of(db: &dyn Db, file: File) -> Tree {
    let text = source(db, file).unwrap_or_default();
    parse::parse(&text, parse::Dialect::of_path(file.path(db).as_str()))
}

/// What a text declares.
fn items_of(text: &str, language: Language) -> Vec<Item> {
    let text: Arc<str> = Arc::from(text);
    SyntaxTree::parse(&text, language).map(|tree| outline::outline(&tree)).unwrap_or_default()
}

/// Whether an offset is in a comment or a string, by its line alone where that is enough.
fn is_in_comment_or_string(text: &str, offset: usize) -> bool {
    let mut quote: Option<u8> = None;
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut templates: Vec<u32> = Vec::new();
    while at < offset.min(bytes.len()) {
        let byte = bytes[at];
        match quote {
            Some(open) => {
                if byte == b'\\' {
                    at += 1;
                } else if open == b'`' && byte == b'$' && bytes.get(at + 1) == Some(&b'{') {
                    templates.push(0);
                    quote = None;
                    at += 1;
                } else if byte == open || (byte == b'\n' && open != b'`') {
                    quote = None;
                }
            }
            None => match byte {
                b'"' | b'\'' | b'`' => quote = Some(byte),
                b'{' => {
                    if let Some(depth) = templates.last_mut() {
                        *depth += 1;
                    }
                }
                b'}' => match templates.last_mut() {
                    Some(0) => {
                        templates.pop();
                        quote = Some(b'`');
                    }
                    Some(depth) => *depth -= 1,
                    None => {}
                },
                b'/' if bytes.get(at + 1) == Some(&b'/') => {
                    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
                    if offset <= end && offset > at + 1 {
                        return true;
                    }
                    at = end;
                    continue;
                }
                b'/' if bytes.get(at + 1) == Some(&b'*') => {
                    let end = text[at + 2..].find("*/").map_or(text.len(), |end| at + 2 + end + 2);
                    if offset < end && offset > at + 1 {
                        return true;
                    }
                    at = end;
                    continue;
                }
                _ => {}
            },
        }
        at += 1;
    }
    quote.is_some()
}
