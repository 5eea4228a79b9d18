//! How much is completed: the rest of the line, or a block.

use crate::language::LanguageFacts;
use crate::oracle::Place;

/// How much is completed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// To the end of the line.
    Line,
    /// Whole lines, as long as they are indented at least this far, and at most so many.
    Block {
        /// In columns, a tab counts as one.
        indentation: usize,
        /// The most lines.
        lines: usize,
    },
}

impl Extent {
    /// How much fits a place: a block where the line is empty or opens one, else the line.
    pub fn of(place: &Place, facts: &LanguageFacts, lines: usize) -> Self {
        let line = place.line_before();
        let own = indentation(line);
        if lines < 2 || !place.line_behind().trim().is_empty() {
            return Self::Line;
        }
        if line.trim().is_empty() {
            return Self::Block { indentation: own, lines };
        }
        let opener: &[char] = if facts.by_indentation { &[':'] } else { &['{', '(', '['] };
        if line.trim_end().ends_with(opener) {
            return Self::Block { indentation: own + 1, lines };
        }
        Self::Line
    }

    /// Where a text ends that is written at the place, if it goes on behind that.
    pub fn end(self, written: &str) -> Option<usize> {
        match self {
            // A line end that is written first is passed over: the line was whole already.
            Self::Line => {
                let start = written.len() - written.trim_start_matches(['\n', '\r']).len();
                written[start..].find(['\n', '\r']).map(|at| start + at)
            }
            Self::Block { indentation: least, lines } => {
                let mut start = 0;
                for (turn, line) in written.split_inclusive('\n').enumerate() {
                    let is_whole = line.ends_with('\n');
                    let is_outside = turn > 0 && !line.trim().is_empty() && indentation(line) < least;
                    if is_outside && !closes(line) {
                        return Some(start);
                    }
                    if is_outside && is_whole {
                        // What closes the block belongs to it.
                        return Some(start + line.trim_end().len());
                    }
                    if turn + 1 >= lines && is_whole {
                        return Some(start + line.trim_end().len());
                    }
                    start += line.len();
                }
                None
            }
        }
    }
}

/// Whether a line does nothing but close what was opened.
fn closes(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.chars().all(|character| matches!(character, '}' | ')' | ']' | ';' | ','))
}

/// How far a line is indented, in columns.
fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::facts;

    fn place(text: &str) -> Place {
        let offset = text.find('|').expect("a cursor");
        Place { text: text.replacen('|', "", 1).into(), offset, ..Place::default() }
    }

    #[test]
    fn a_block_where_one_begins() {
        let of = |text: &str, language: &str| Extent::of(&place(text), facts(language), 8);
        assert_eq!(of("def f():\n    |\n", "python"), Extent::Block { indentation: 4, lines: 8 });
        assert_eq!(of("def f():|\n", "python"), Extent::Block { indentation: 1, lines: 8 });
        assert_eq!(of("fn f() {|\n", "rust"), Extent::Block { indentation: 1, lines: 8 });
        assert_eq!(of("x = |\n", "python"), Extent::Line);
        assert_eq!(of("    |)\n", "python"), Extent::Line);
    }

    #[test]
    fn a_line_ends_at_its_end() {
        assert_eq!(Extent::Line.end("a + b"), None);
        assert_eq!(Extent::Line.end("a + b\nc"), Some(5));
        assert_eq!(Extent::Line.end("\n    a\nc"), Some(6));
    }

    #[test]
    fn a_block_ends_where_less_is_indented() {
        let block = Extent::Block { indentation: 4, lines: 4 };
        assert_eq!(block.end("a = 1\n    b = 2\n"), None);
        assert_eq!(block.end("a = 1\n    b = 2\ndef"), Some(16));
        assert_eq!(block.end("a\n    b\n    c\n    d\n    e"), Some("a\n    b\n    c\n    d".len()));
        let braces = Extent::Block { indentation: 5, lines: 9 };
        assert_eq!(braces.end("\n        a;\n    }\n"), Some("\n        a;\n    }".len()));
    }
}
