//! Settings of ours in a file of the user's that holds JSON.

use serde_json::{Map, Value};

/// Puts `ours` over what a text has, group by group. A text with comments cannot be written without losing them.
pub(super) fn put(text: &str, ours: &Value) -> anyhow::Result<String> {
    let mut value = if text.trim().is_empty() {
        Value::Object(Map::new())
    } else {
        serde_json::from_str(text).map_err(|error| {
            anyhow::anyhow!(
                "it is not plain JSON ({error}): with comments or trailing commas in it, it can only be changed by hand"
            )
        })?
    };
    anyhow::ensure!(value.is_object(), "it holds no settings: an object is expected");
    merge(&mut value, ours);
    Ok(format!("{}\n", serde_json::to_string_pretty(&value)?))
}

fn merge(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                merge(under.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn other_settings_stay() {
        let text = put("{ \"theme\": \"One\", \"lsp\": { \"a\": 1 } }", &json!({ "lsp": { "b": 2 } })).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value, json!({ "theme": "One", "lsp": { "a": 1, "b": 2 } }));
        assert_eq!(put(&text, &json!({ "lsp": { "b": 2 } })).unwrap(), text);
        assert!(put("", &json!({})).is_ok());
        for bad in ["// mine\n{}", "[1]", "{,}"] {
            assert!(put(bad, &json!({})).is_err(), "{bad}");
        }
    }
}
