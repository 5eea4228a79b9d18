//! One message of the Debug Adapter Protocol, with every byte that is not ours kept.
//!
//! A message is the list of its fields in the order in which they came; the value of each stays the text
//! that it was. Only `seq` and `request_seq` are replaced on the way through. So whatever a debugger or an
//! editor says that nobody here has heard of arrives as it was sent: unknown fields, numbers that no
//! floating point number holds, nesting of any depth, white space.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    fields: Vec<(String, Box<RawValue>)>,
}

/// What a message is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Asks for an answer.
    Request,
    /// Answers a request.
    Response,
    /// Says that something happened.
    Event,
}

/// Why bytes are no message.
#[derive(thiserror::Error, Debug)]
pub enum Malformed {
    /// They are no JSON object.
    #[error("not a JSON object: {0}")]
    Json(#[from] serde_json::Error),
    /// The object is no message of the protocol.
    #[error("not a message of the Debug Adapter Protocol: {0}")]
    Shape(&'static str),
}

impl Message {
    /// Reads a message.
    ///
    /// # Errors
    /// If the bytes are no JSON object with a known `type` and what goes with it.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let message: Self = serde_json::from_slice(bytes)?;
        match message.text("type").as_deref() {
            Some("request") if message.text("command").is_none() => Err(Malformed::Shape("a request has a command")),
            Some("request") if message.number("seq").is_none() => Err(Malformed::Shape("a request has a seq")),
            Some("response") if message.number("request_seq").is_none() => {
                Err(Malformed::Shape("a response has a request_seq"))
            }
            Some("event") if message.text("event").is_none() => Err(Malformed::Shape("an event has a name")),
            Some("request" | "response" | "event") => Ok(message),
            Some(_) => Err(Malformed::Shape("its type is none of request, response, event")),
            None => Err(Malformed::Shape("it has no type")),
        }
    }

    /// A request. Its `seq` is set when it is sent.
    pub fn request(command: &str, arguments: &Value) -> Self {
        let mut message = Self::of("request");
        message.set("command", command);
        if !arguments.is_null() {
            message.set("arguments", arguments);
        }
        message
    }

    /// The answer to a request that succeeded.
    pub fn response(request: &Self, body: &Value) -> Self {
        let mut message = Self::of("response");
        message.set("request_seq", request.number("seq").unwrap_or(0));
        message.set("success", true);
        message.set("command", request.command());
        if !body.is_null() {
            message.set("body", body);
        }
        message
    }

    /// The answer to a request that failed, with a sentence that the editor shows to the user.
    pub fn failure(request: &Self, reason: &str) -> Self {
        let mut message = Self::of("response");
        message.set("request_seq", request.number("seq").unwrap_or(0));
        message.set("success", false);
        message.set("command", request.command());
        message.set("message", reason);
        // Braces would be taken for variables of the format.
        let format = reason.replace('{', "(").replace('}', ")");
        message.set("body", serde_json::json!({ "error": { "id": 1, "format": format, "showUser": true } }));
        message
    }

    /// An event.
    pub fn event(name: &str, body: &Value) -> Self {
        let mut message = Self::of("event");
        message.set("event", name);
        if !body.is_null() {
            message.set("body", body);
        }
        message
    }

    fn of(kind: &str) -> Self {
        let mut message = Self { fields: Vec::with_capacity(6) };
        message.set("seq", 0);
        message.set("type", kind);
        message
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        match self.text("type").as_deref() {
            Some("request") => Kind::Request,
            Some("response") => Kind::Response,
            _ => Kind::Event,
        }
    }

    /// The text of a field as it was sent.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.get())
    }

    /// A field that is a whole number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.raw(name)?.parse().ok()
    }

    /// A field that is a text.
    pub fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// A field in a form that can be looked into. `Null` if it is absent, or nested deeper than anybody
    /// looks.
    pub fn value(&self, name: &str) -> Value {
        self.raw(name).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// The command of a request or a response; empty if it has none.
    pub fn command(&self) -> String {
        self.text("command").unwrap_or_default()
    }

    /// The name of an event; empty if it is none.
    pub fn event_name(&self) -> String {
        self.text("event").unwrap_or_default()
    }

    /// Whether a response says that its request succeeded.
    pub fn succeeded(&self) -> bool {
        self.raw("success") == Some("true")
    }

    /// The sentence with which a response says why its request failed: what it would show to the user, else
    /// its short form.
    pub fn reason(&self) -> String {
        let error = &self.value("body")["error"];
        let shown = error["format"].as_str().map(|format| with_variables(format, &error["variables"]));
        let message = self.text("message");
        let reason = shown.filter(|text| !text.trim().is_empty()).or(message).unwrap_or_default();
        if reason.is_empty() { "no reason was given".to_owned() } else { reason }
    }

    /// Sets a field: in its place if it is there, else at the end.
    pub fn set(&mut self, name: &str, value: impl Serialize) {
        let value = serde_json::value::to_raw_value(&value).expect("what is set has text for keys");
        match self.fields.iter_mut().find(|(field, _)| field == name) {
            Some((_, old)) => *old = value,
            None => self.fields.push((name.to_owned(), value)),
        }
    }

    /// The message as it is sent.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("the keys are texts")
    }
}

/// A message's format with its variables put in.
fn with_variables(format: &str, variables: &Value) -> String {
    let mut text = format.to_owned();
    for (name, value) in variables.as_object().into_iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text = text.replace(&format!("{{{name}}}"), &value);
    }
    text
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.fields.len()))?;
        for (name, value) in &self.fields {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Message;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Message, A::Error> {
                let mut fields = Vec::with_capacity(8);
                while let Some(entry) = map.next_entry::<String, Box<RawValue>>()? {
                    fields.push(entry);
                }
                Ok(Message { fields })
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_seq_changes() {
        let text = r#"{"type":"event","event":"x","seq":7,"body":{ "n": 1.0000000000000000000001e999, "a" : -0 },"more":[1, 2]}"#;
        let mut message = Message::parse(text.as_bytes()).unwrap();
        message.set("seq", 8);
        assert_eq!(String::from_utf8(message.to_bytes()).unwrap(), text.replace("\"seq\":7", "\"seq\":8"));
    }

    #[test]
    fn nesting_of_any_depth_passes() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let text = format!(r#"{{"seq":1,"type":"event","event":"x","body":{deep}}}"#);
        let message = Message::parse(text.as_bytes()).unwrap();
        assert_eq!(message.to_bytes(), text.as_bytes());
        assert_eq!(message.value("body"), Value::Null);
    }

    #[test]
    fn what_is_no_message_says_why() {
        for (text, reason) in [
            ("[]", "not a JSON object"),
            ("{", "not a JSON object"),
            ("{}", "it has no type"),
            (r#"{"type":"event"}"#, "an event has a name"),
            (r#"{"type":"request","seq":1}"#, "a request has a command"),
            (r#"{"type":"request","command":"x","seq":"1"}"#, "a request has a seq"),
            (r#"{"type":"response"}"#, "a response has a request_seq"),
            (r#"{"type":"other"}"#, "its type is none of"),
        ] {
            let error = Message::parse(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn a_failure_says_what_its_format_says() {
        let text = r#"{"type":"response","request_seq":1,"success":false,"command":"launch","message":"short",
            "body":{"error":{"id":1,"format":"cannot open {path}","variables":{"path":"a b"}}}}"#;
        assert_eq!(Message::parse(text.as_bytes()).unwrap().reason(), "cannot open a b");
    }
}
