//! JSON as people write it in settings: with comments and commas at the end.

use serde_json::Value;

/// The value of a text; `Null` if it is none.
pub(crate) fn parse(text: &str) -> Value {
    if let Ok(value) = serde_json::from_str(text) {
        return value;
    }
    serde_json::from_str(&strict(text)).unwrap_or(Value::Null)
}

/// The text without comments and without commas before closing brackets.
fn strict(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut in_string = false;
    while let Some(c) = rest.next() {
        if in_string {
            plain.push(c);
            match c {
                '\\' => plain.extend(rest.next()),
                '"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match (c, rest.peek()) {
            ('"', _) => {
                in_string = true;
                plain.push(c);
            }
            ('/', Some('/')) => {
                while rest.peek().is_some_and(|&c| c != '\n') {
                    rest.next();
                }
            }
            ('/', Some('*')) => {
                rest.next();
                let mut before = ' ';
                for c in rest.by_ref() {
                    if before == '*' && c == '/' {
                        break;
                    }
                    before = c;
                }
            }
            (']' | '}', _) => {
                let kept = plain.trim_end();
                if kept.ends_with(',') {
                    plain.truncate(kept.len() - 1);
                }
                plain.push(c);
            }
            _ => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_last_commas_are_read_over() {
        let value = parse("{ // a\n \"a\": [1, 2,], /* b */ \"b\": \"//\", }");
        assert_eq!(value, serde_json::json!({ "a": [1, 2], "b": "//" }));
    }

    #[test]
    fn what_is_no_json_is_null() {
        assert_eq!(parse("{ a"), Value::Null);
    }
}
