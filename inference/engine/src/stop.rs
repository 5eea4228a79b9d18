//! Where a text ends before the model says so.

use crate::token::Token;

/// Where a text ends.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stop {
    /// Tokens that end it. Special tokens, which stand for no text, always do.
    pub tokens: Vec<Token>,
    /// Texts that end it; they are not part of it.
    pub strings: Vec<String>,
    /// The most lines that it has. Lines that are blank before the first word do not count.
    pub lines: Option<usize>,
}

impl Stop {
    /// Where `text` ends, if it does: a length in bytes. What stands before `checked` was looked at before and
    /// has no end.
    pub(crate) fn cut(&self, text: &str, checked: usize) -> Option<usize> {
        let strings = self.strings.iter().filter(|stop| !stop.is_empty()).filter_map(|stop| {
            // The stop may have begun in what was looked at before.
            let mut from = checked.saturating_sub(stop.len());
            while !text.is_char_boundary(from) {
                from -= 1;
            }
            Some(from + text[from..].find(stop.as_str())?)
        });
        strings.chain(self.line_end(text)).min()
    }

    fn line_end(&self, text: &str) -> Option<usize> {
        let most = self.lines?;
        let first = text.find(|character: char| !character.is_whitespace())?;
        let mut ends = text[first..].match_indices('\n');
        let end = first + ends.nth(most.checked_sub(1)?)?.0;
        Some(if text[..end].ends_with('\r') { end - 1 } else { end })
    }

    /// How much of `text` can be shown: what could be the beginning of a stop is kept back.
    pub(crate) fn shown(&self, text: &str) -> usize {
        let kept = self.strings.iter().map(|stop| {
            let lengths = (1..stop.len()).rev().filter(|&length| stop.is_char_boundary(length));
            lengths.into_iter().find(|&length| text.ends_with(&stop[..length])).unwrap_or(0)
        });
        // A line's end may be `\r\n`.
        let carriage = usize::from(self.lines.is_some() && text.ends_with('\r'));
        text.len() - kept.max().unwrap_or(0).max(carriage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_before_the_first_stop() {
        let stop = Stop { strings: vec!["\n\n".to_owned(), "é;".to_owned()], ..Stop::default() };
        assert_eq!(stop.cut("a\nb", 0), None);
        assert_eq!(stop.cut("aé\n\nb", 3), Some(3), "it began in what was looked at");
        assert_eq!(stop.cut("aé;\n\n", 0), Some(1));
        assert_eq!(stop.shown("a\n"), 1);
        assert_eq!(stop.shown("aé"), 1);
        assert_eq!(stop.shown("a\nb"), 3);
    }

    #[test]
    fn lines_count_from_the_first_word() {
        let lines = |most| Stop { lines: Some(most), ..Stop::default() };
        assert_eq!(lines(1).cut("\n  \n  return x\r\nmore", 0), Some(14));
        assert_eq!(lines(1).cut("\n \n", 0), None);
        assert_eq!(lines(2).cut("a\n\nb\n", 0), Some(2));
        assert_eq!(lines(3).cut("a\n\nb", 0), None);
    }
}
