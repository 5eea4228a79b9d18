//! Lists in brackets: parameters and arguments, as text. What stands in inner brackets and in texts is passed over.

use std::ops::Range;

/// A list in brackets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct List {
    /// What stands between the brackets.
    pub inside: Range<usize>,
    /// Its items, without the room around them.
    pub items: Vec<Range<usize>>,
}

impl List {
    /// The list whose bracket opens at an offset. `None` if it is not closed.
    pub(super) fn at(text: &str, open: usize) -> Option<Self> {
        if text.as_bytes().get(open) != Some(&b'(') {
            return None;
        }
        let mut depth = 0_usize;
        let mut quote = None;
        let mut starts = vec![open + 1];
        let mut angle = 0_usize;
        let mut skips = false;
        for (at, byte) in text.bytes().enumerate().skip(open) {
            if skips {
                skips = false;
                continue;
            }
            if let Some(mark) = quote {
                match byte {
                    b'\\' => skips = true,
                    b'\n' if mark != b'`' => quote = None,
                    _ if byte == mark => quote = None,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' | b'`' => quote = Some(byte),
                b'\'' if opens_text(text, at) => quote = Some(byte),
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(Self::of(text, open + 1..at, &starts));
                    }
                }
                // Types with arguments, told from comparing by the name before them.
                b'<' if depth == 1 && at > 0 && text.as_bytes()[at - 1].is_ascii_alphanumeric() => angle += 1,
                b'>' if angle > 0 && text.as_bytes()[at - 1] != b'-' && text.as_bytes()[at - 1] != b'=' => angle -= 1,
                b',' if depth == 1 && angle == 0 => starts.push(at + 1),
                _ => {}
            }
        }
        None
    }

    fn of(text: &str, inside: Range<usize>, starts: &[usize]) -> Self {
        let ends = starts.iter().skip(1).map(|start| start - 1).chain([inside.end]);
        let items = starts.iter().zip(ends).map(|(&start, end)| {
            let item = &text[start..end];
            let lead = item.len() - item.trim_start().len();
            start + lead..start + lead + item.trim().len()
        });
        // A comma at the end begins no item.
        let items: Vec<_> = items.filter(|item| !item.is_empty()).collect();
        Self { inside, items }
    }

    /// The innermost list that an offset lies in, with where its bracket opens.
    pub(super) fn around(text: &str, offset: usize) -> Option<(usize, Self)> {
        let opens = text[..offset].bytes().enumerate().filter(|(_, byte)| *byte == b'(').map(|(at, _)| at);
        let nearest: Vec<usize> = opens.collect();
        nearest.into_iter().rev().take(8).find_map(|open| {
            let list = Self::at(text, open)?;
            (list.inside.start <= offset && offset <= list.inside.end).then_some((open, list))
        })
    }

    /// Its items as text.
    pub(super) fn texts<'a>(&self, text: &'a str) -> Vec<&'a str> {
        self.items.iter().map(|item| &text[item.clone()]).collect()
    }
}

/// Whether an apostrophe begins a text: elsewhere it is a lifetime.
fn opens_text(text: &str, at: usize) -> bool {
    let before = text.as_bytes()[..at].last();
    let is_lifetime = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"&<".contains(byte));
    !is_lifetime && text[at + 1..].bytes().take_while(|&byte| byte != b'\n').any(|byte| byte == b'\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Vec<&str> {
        let open = text.find('(').unwrap();
        List::at(text, open).map(|list| list.texts(text)).unwrap_or_default()
    }

    #[test]
    fn inner_brackets_and_texts_are_passed_over() {
        assert_eq!(items("f(a, g(b, c), [1, 2], \"x, y)\", 'p,q')"), ["a", "g(b, c)", "[1, 2]", "\"x, y)\"", "'p,q'"]);
        assert_eq!(items("f<T>(a: Map<K, V>, b: &'a str, c: u8)"), ["a: Map<K, V>", "b: &'a str", "c: u8"]);
        assert_eq!(items("f(\n    a,\n    b,\n)"), ["a", "b"]);
        assert_eq!(items("f(a -> b, c)"), ["a -> b", "c"]);
        assert_eq!(items("f()"), Vec::<&str>::new());
        assert_eq!(items("f(a, (b"), Vec::<&str>::new());
    }

    #[test]
    fn the_innermost_list_is_found() {
        let text = "f(a, g(b, c), d)";
        assert_eq!(List::around(text, 8).unwrap().0, 6);
        assert_eq!(List::around(text, 15).unwrap().0, 1);
        assert_eq!(List::around("no list", 3), None);
    }
}
