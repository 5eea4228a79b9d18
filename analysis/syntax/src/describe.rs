//! A syntax tree as people read it, for contributors.

use std::fmt::Write as _;

use montuno_base::{TextRange, TextSize};

use crate::SyntaxTree;

/// How many nodes are written at most.
const MOST_NODES: usize = 20_000;

/// How much of a leaf's text is written, in characters.
const MOST_TEXT: usize = 60;

impl SyntaxTree {
    /// The length of the text.
    pub fn length(&self) -> TextSize {
        TextSize::of(&**self.text())
    }

    /// The nodes that touch a range, a line each, indented as they are nested: the field and the kind, where it stands
    /// in bytes, and the text of what has no nodes inside it.
    pub fn describe(&self, range: TextRange) -> String {
        let mut said = String::new();
        let mut cursor = self.root().walk();
        let mut depth = 0;
        let mut count = 0;
        loop {
            let node = cursor.node();
            let place = crate::tree::range_of(node);
            let is_shown = place.end() >= range.start() && place.start() <= range.end();
            if is_shown {
                count += 1;
                if count > MOST_NODES {
                    said.push_str("…\n");
                    return said;
                }
                let field = cursor.field_name().map(|name| format!("{name}: ")).unwrap_or_default();
                let mark = if node.is_missing() { " missing" } else { "" };
                let (start, end) = (u32::from(place.start()), u32::from(place.end()));
                let _ = write!(said, "{}{field}{}{mark} {start}..{end}", "  ".repeat(depth), node.kind());
                if node.child_count() == 0 && node.is_named() {
                    let text: String = self.node_text(node).chars().take(MOST_TEXT).collect();
                    let _ = write!(said, " {text:?}");
                }
                said.push('\n');
            }
            if is_shown && cursor.goto_first_child() {
                depth += 1;
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return said;
                }
                depth -= 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use montuno_base::Language;

    use super::*;

    #[test]
    fn a_tree_is_written_node_by_node() {
        let tree = SyntaxTree::parse(&"x = 1\ny = 2\n".into(), Language::Python).unwrap();
        let all = tree.describe(TextRange::up_to(tree.length()));
        assert!(all.starts_with("module 0..12\n  expression_statement 0..5\n    assignment 0..5\n"), "{all}");
        assert!(all.contains("      left: identifier 0..1 \"x\"\n"), "{all}");
        let second = tree.describe(TextRange::new(7.into(), 8.into()));
        assert!(second.contains("\"y\"") && !second.contains("\"x\""), "{second}");
    }
}
