//! Who speaks of these messages first, and in which version.
//!
//! The client sends [`ClientExtension`] in `initialize` as `capabilities.experimental.montuno`; the server answers
//! [`ServerExtension`] in the same place. A client that sends nothing is sent nothing of ours, and may still ask.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the messages. It changes when one of them changes in a way that old clients do not understand.
pub const VERSION: u32 = 1;

/// The oldest version that is still spoken.
pub const OLDEST: u32 = 1;

/// What a client says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ClientExtension {
    /// The newest version that it understands.
    pub version: u32,
}

/// What the server says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ServerExtension {
    /// The version that is spoken: the older of both.
    pub version: u32,
    /// The oldest version that it still speaks: a client of an older one has to be updated.
    #[serde(default = "first")]
    pub oldest: u32,
    /// The methods that it answers or sends.
    pub methods: Vec<String>,
}

/// The version of whoever says none.
fn first() -> u32 {
    1
}

impl ClientExtension {
    /// What a client's capabilities say, as JSON. `None` if they do not speak of Montuno, or not in a way that is
    /// understood.
    pub fn of_capabilities(capabilities: &Value) -> Option<Self> {
        let said = capabilities.pointer("/experimental/montuno")?;
        let said = Self::deserialize(said).ok()?;
        (said.version > 0).then_some(said)
    }

    /// The server's answer to it, with these methods.
    pub fn answer(&self, methods: impl IntoIterator<Item = &'static str>) -> ServerExtension {
        ServerExtension {
            version: self.version.min(VERSION),
            oldest: OLDEST,
            methods: methods.into_iter().map(str::to_owned).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_older_version_is_spoken() {
        let client = |version| ClientExtension::of_capabilities(&json!({ "experimental": { "montuno": version } }));
        let newer = client(json!({ "version": VERSION + 3, "more": true })).expect("unknown fields are no error");
        assert_eq!(newer.answer(["montuno/health"]).version, VERSION);
        assert_eq!(client(json!({ "version": 1 })).unwrap().answer([]).version, 1);
        for nonsense in [json!({}), json!({ "version": 0 }), json!({ "version": "1" }), json!(true), Value::Null] {
            assert_eq!(client(nonsense.clone()), None, "{nonsense}");
        }
        assert_eq!(ClientExtension::of_capabilities(&json!({})), None);
    }
}
