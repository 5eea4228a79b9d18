//! Reading answers.

use serde_json::Value;

/// A list of an answer; an empty one for an answer that is none.
pub fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// The names of symbols, and of those inside them.
pub fn names_in(symbols: &[Value]) -> Vec<String> {
    let mut names = Vec::new();
    for symbol in symbols {
        names.push(symbol["name"].as_str().unwrap_or_default().to_owned());
        names.extend(names_in(&list(&symbol["children"])));
    }
    names
}
