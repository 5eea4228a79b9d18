//! Types for clients, made from the schema of every message: JSON Schema as it is, TypeScript, and Lua in the form of
//! LuaCATS.

use std::fmt::Write as _;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::catalogue::{Direction, MESSAGES};
use crate::negotiation::{ClientExtension, ServerExtension, VERSION};

/// What is made: the path of each file, from the root of the repository, and its text. Clients of ours have their copies
/// in their own folders, which are installed without the rest.
pub fn files() -> Vec<(&'static str, String)> {
    let schema = schema();
    let (typescript, lua) = (typescript(&schema), lua(&schema));
    vec![
        (
            "protocol-ext/generated/montuno.schema.json",
            format!("{}\n", serde_json::to_string_pretty(&schema).unwrap_or_default()),
        ),
        ("protocol-ext/generated/montuno.ts", typescript.clone()),
        ("protocol-ext/generated/montuno.lua", lua.clone()),
        ("editors/nvim/lua/montuno/protocol.lua", lua),
        ("editors/vscode/src/protocol.ts", typescript),
    ]
}

/// The schema of every message, under one set of definitions.
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    generator.subschema_for::<ClientExtension>();
    generator.subschema_for::<ServerExtension>();
    let mut messages = Map::new();
    for message in MESSAGES {
        let mut said = json!({ "description": message.summary });
        said["direction"] = match message.direction {
            Direction::Request => "request",
            Direction::FromServer => "notification from the server",
        }
        .into();
        if let Some(params) = message.params {
            said["params"] = params(&mut generator).to_value();
        }
        if let Some(result) = message.result {
            said["result"] = result(&mut generator).to_value();
        }
        messages.insert(message.method.to_owned(), said);
    }
    let definitions: Map<_, _> = generator.take_definitions(true).into_iter().collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Montuno's own messages",
        "description": "Made by `cargo xtask protocol` from the types in protocol-ext.",
        "version": VERSION,
        "messages": messages,
        "$defs": definitions,
    })
}

/// The types in TypeScript.
fn typescript(schema: &Value) -> String {
    let mut text = format!(
        "// Montuno's own messages. Made by `cargo xtask protocol` from the types in protocol-ext.\n\n\
         /** The version of the messages. */\nexport const VERSION = {VERSION};\n"
    );
    for (name, definition) in objects(&schema["$defs"]) {
        let _ = write!(text, "\n{}", typescript_comment(definition, ""));
        if let Some(choices) = choices(definition) {
            let _ = writeln!(text, "export type {name} = {};", quoted(&choices).join(" | "));
            continue;
        }
        let _ = writeln!(text, "export interface {name} {{");
        for (field, property) in objects(&definition["properties"]) {
            let mark = if is_required(definition, field) { "" } else { "?" };
            text.push_str(&typescript_comment(property, "  "));
            let _ = writeln!(text, "  {field}{mark}: {};", typescript_type(property));
        }
        text.push_str("}\n");
    }
    text.push_str("\n/** Every message: parameters and result, by method. */\nexport interface Messages {\n");
    for (method, message) in objects(&schema["messages"]) {
        let part = |part: &str| message.get(part).map_or("undefined".to_owned(), typescript_type);
        let _ = write!(text, "{}", typescript_comment(message, "  "));
        let _ = writeln!(text, "  {method:?}: {{ params: {}; result: {} }};", part("params"), part("result"));
    }
    text.push_str("}\n");
    text
}

fn typescript_comment(value: &Value, indent: &str) -> String {
    let said = description(value);
    if said.is_empty() { String::new() } else { format!("{indent}/** {said} */\n") }
}

fn typescript_type(value: &Value) -> String {
    type_of(
        value,
        &Names { map: |inner| format!("Record<string, {inner}>"), any: "unknown", integer: "number", null: "null" },
    )
}

/// The types in Lua, as annotations that language servers of Lua read.
fn lua(schema: &Value) -> String {
    let mut text =
        "---@meta\n-- Montuno's own messages. Made by `cargo xtask protocol` from the types in protocol-ext.\n"
            .to_owned();
    for (name, definition) in objects(&schema["$defs"]) {
        let _ = writeln!(text, "\n---{}", description(definition));
        if let Some(choices) = choices(definition) {
            let _ = writeln!(text, "---@alias montuno.{name} {}", quoted(&choices).join(" | "));
            continue;
        }
        let _ = writeln!(text, "---@class montuno.{name}");
        for (field, property) in objects(&definition["properties"]) {
            let mark = if is_required(definition, field) { "" } else { "?" };
            let _ = writeln!(text, "---@field {field}{mark} {} {}", lua_type(property), description(property));
        }
    }
    text.push_str("\nreturn {\n  --- The version of the messages.\n");
    let _ = writeln!(text, "  version = {VERSION},\n  --- Every message, by method.\n  methods = {{");
    for (method, message) in objects(&schema["messages"]) {
        let _ = writeln!(text, "    -- {}", description(message));
        let _ = writeln!(text, "    {method:?},");
    }
    text.push_str("  },\n}\n");
    text
}

fn lua_type(value: &Value) -> String {
    let prefixed = prefix_references(value);
    type_of(
        &prefixed,
        &Names { map: |inner| format!("table<string, {inner}>"), any: "any", integer: "integer", null: "nil" },
    )
}

/// The names of all definitions, as Lua has them: under `montuno`.
fn prefix_references(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, inner)| match inner.as_str() {
                Some(reference) if key == "$ref" => {
                    (key.clone(), reference.replace("#/$defs/", "#/$defs/montuno.").into())
                }
                _ => (key.clone(), prefix_references(inner)),
            });
            Value::Object(fields.collect())
        }
        Value::Array(items) => items.iter().map(prefix_references).collect(),
        other => other.clone(),
    }
}

/// What a language calls the types of JSON.
struct Names {
    map: fn(&str) -> String,
    any: &'static str,
    integer: &'static str,
    null: &'static str,
}

fn type_of(value: &Value, names: &Names) -> String {
    if let Some(reference) = value["$ref"].as_str() {
        return reference.trim_start_matches("#/$defs/").to_owned();
    }
    if let Some(either) = value["anyOf"].as_array() {
        let parts: Vec<_> = either.iter().map(|one| type_of(one, names)).collect();
        return parts.join(" | ");
    }
    let single = |name: &str| match name {
        "string" => "string".to_owned(),
        "boolean" => "boolean".to_owned(),
        "integer" => names.integer.to_owned(),
        "number" => "number".to_owned(),
        "null" => names.null.to_owned(),
        "array" => {
            let inner = type_of(&value["items"], names);
            if inner.contains(' ') { format!("({inner})[]") } else { format!("{inner}[]") }
        }
        "object" if value.get("additionalProperties").is_some() => {
            (names.map)(&type_of(&value["additionalProperties"], names))
        }
        _ => names.any.to_owned(),
    };
    match &value["type"] {
        Value::String(name) => single(name),
        Value::Array(several) => several.iter().filter_map(Value::as_str).map(single).collect::<Vec<_>>().join(" | "),
        _ => names.any.to_owned(),
    }
}

fn objects(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The texts that a type is one of, if it is an enumeration.
fn choices(definition: &Value) -> Option<Vec<String>> {
    if let Some(plain) = definition["enum"].as_array() {
        return Some(plain.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    }
    let described = definition["oneOf"].as_array()?;
    described.iter().map(|choice| choice["const"].as_str().map(str::to_owned)).collect()
}

fn quoted(choices: &[String]) -> Vec<String> {
    choices.iter().map(|choice| format!("{choice:?}")).collect()
}

fn is_required(definition: &Value, field: &str) -> bool {
    definition["required"].as_array().is_some_and(|required| required.iter().any(|one| one == field))
}

/// What is said of it, in one line.
fn description(value: &Value) -> String {
    value["description"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_committed_is_current() {
        for (name, text) in files() {
            let path = format!("{}/../{name}", env!("CARGO_MANIFEST_DIR"));
            let committed = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(committed == text, "{path} is not current: run `cargo xtask protocol`");
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let schema = schema();
        let text = schema.to_string();
        let references = text.match_indices("\"#/$defs/");
        let mut count = 0;
        for (at, mark) in references {
            let name = text[at + mark.len()..].split('"').next().unwrap();
            assert!(schema["$defs"].get(name).is_some(), "{name}");
            count += 1;
        }
        assert!(count > 10);
    }

    #[test]
    fn types_are_written_as_each_language_has_them() {
        let list = json!({ "type": "array", "items": { "$ref": "#/$defs/Warning" } });
        assert_eq!(typescript_type(&list), "Warning[]");
        assert_eq!(lua_type(&list), "montuno.Warning[]");
        let optional = json!({ "anyOf": [{ "$ref": "#/$defs/Cut" }, { "type": "null" }] });
        assert_eq!(typescript_type(&optional), "Cut | null");
        assert_eq!(lua_type(&optional), "montuno.Cut | nil");
        let map = json!({ "type": "object", "additionalProperties": { "type": ["integer", "null"] } });
        assert_eq!(typescript_type(&map), "Record<string, number | null>");
        assert_eq!(lua_type(&map), "table<string, integer | nil>");
    }
}
