//! What cannot be parsed.

use montuno_base::{TextRange, TextSize};

use super::Parsed;
use crate::ir::items::SyntaxError;

/// More would be of no use to anybody.
const MOST: usize = 50;

/// The places where a text cannot be parsed, the outermost of each.
pub(super) fn syntax_errors(parsed: &Parsed) -> Vec<SyntaxError> {
    let mut errors = Vec::new();
    if !parsed.tree.root_node().has_error() {
        return errors;
    }
    let size = |at: usize| TextSize::try_from(at).unwrap_or_default();
    let mut cursor = parsed.tree.walk();
    loop {
        let node = cursor.node();
        let is_defect = node.is_error() || node.is_missing();
        if is_defect {
            let start = node.start_byte();
            // Of a large defect the first line: there it begins.
            let line = parsed.text[start..node.end_byte()].find('\n').map_or(node.end_byte(), |at| start + at);
            let end = line.max((start + 1).min(parsed.text.len()));
            let end = (end..=parsed.text.len()).find(|&end| parsed.text.is_char_boundary(end)).unwrap_or(start);
            let message = if node.is_missing() {
                format!("`{}` is missing.", node.kind())
            } else {
                "This is no valid Go.".to_owned()
            };
            errors.push(SyntaxError { range: TextRange::new(size(start), size(end)), message });
        }
        if errors.len() >= MOST {
            return errors;
        }
        if !is_defect && node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return errors;
            }
        }
    }
}
