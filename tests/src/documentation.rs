//! Pages that are made from the code.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::binary;

/// The schema of all settings, as the binary prints it.
fn settings_schema() -> Value {
    let output = std::process::Command::new(binary::path()).args(["config", "schema"]).output();
    serde_json::from_slice(&output.expect("the binary runs").stdout).expect("it prints a schema")
}

/// The page of all settings, made from the schema that the binary prints.
///
/// # Panics
/// If the binary prints none.
pub fn settings_page() -> String {
    let schema = settings_schema();
    let mut page = String::from(
        "# Settings\n\n\
         <!-- Made by `cargo xtask docs` from the code. -->\n\n\
         Settings are read from, the later over the earlier: the defaults, the user's own file \
         (`montuno/montuno.toml` in the configuration folder of the system), `montuno.toml` at the root of the \
         workspace, the editor, the environment (`MONTUNO_PYTHON_VERSION` for `python.version`), and the command \
         line (`--set python.version=3.12`). `montuno config show --origin` prints all of them with where each comes \
         from. A value that does not fit is left out with a message; the others count.\n",
    );
    write_group(&mut page, &schema, &schema, "", &Value::Null);
    page
}

fn write_group(page: &mut String, schema: &Value, group: &Value, prefix: &str, defaults: &Value) {
    let Some(properties) = group["properties"].as_object() else { return };
    // First what belongs to the group itself, then the groups in it.
    for (name, property) in properties {
        let resolved = resolve(schema, property);
        if resolved.get("properties").is_some() {
            continue;
        }
        let default = property.get("default").or_else(|| defaults.get(name)).cloned().unwrap_or(Value::Null);
        let _ = write!(page, "\n### `{prefix}{name}`\n\n{}\n\n", text(property, resolved));
        let _ = writeln!(page, "Type: {}. Default: `{default}`.", kind(schema, resolved));
    }
    for (name, property) in properties {
        let resolved = resolve(schema, property);
        if resolved.get("properties").is_some() {
            let _ = write!(page, "\n## `{prefix}{name}`\n\n{}\n", text(property, resolved));
            write_group(page, schema, resolved, &format!("{prefix}{name}."), &property["default"]);
        }
    }
}

fn resolve<'a>(schema: &'a Value, value: &'a Value) -> &'a Value {
    let reference = value["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/"));
    reference.map_or(value, |name| &schema["$defs"][name])
}

fn text(property: &Value, resolved: &Value) -> String {
    let text = property["description"].as_str().or(resolved["description"].as_str()).unwrap_or_default();
    text.replace('\n', " ")
}

fn kind(schema: &Value, value: &Value) -> String {
    if let Some(choices) = value["oneOf"].as_array() {
        let names: Vec<_> =
            choices.iter().filter_map(|choice| choice["const"].as_str()).map(|name| format!("`\"{name}\"`")).collect();
        return names.join(", ");
    }
    let names: Vec<_> = match &value["type"] {
        Value::String(name) => vec![name.as_str()],
        Value::Array(names) => names.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect(),
        _ => vec!["any"],
    };
    match names.as_slice() {
        ["array"] => format!("list of {}", kind(schema, resolve(schema, &value["items"]))),
        ["object"] => format!("table of {}", kind(schema, resolve(schema, &value["additionalProperties"]))),
        names => names.join(" or "),
    }
}

/// What the binary says of its languages.
///
/// # Panics
/// If it says nothing.
pub fn languages() -> Value {
    let output = std::process::Command::new(binary::path()).args(["languages", "--json"]).output();
    serde_json::from_slice(&output.expect("the binary runs").stdout).expect("it prints JSON")
}

/// The page of all languages and requests, made from what the binary says.
///
/// # Panics
/// If it says nothing.
pub fn languages_page() -> String {
    let all = languages();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let languages = list(&all["languages"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut page = String::from(
        "# Languages\n\n\
         <!-- Made by `cargo xtask docs` from the code. -->\n\n\
         Which language answers which request. What is empty is neither advertised nor answered; `montuno languages` \
         prints the same. Any of it is left to another server by the setting `disabled-languages` or \
         `disabled-features`.\n\n\
         - **●** from the language's types and rules.\n\
         - **○** from its syntax: structure and colours are exact, what a name leads to is likely and says so.\n\
         - **▷** by another program that you have: the language's formatter.\n",
    );
    // As many columns as fit a page.
    for part in languages.chunks(10) {
        let names: Vec<_> = part.iter().map(|language| text(&language["name"])).collect();
        let _ = writeln!(page, "\n| request | {} |", names.join(" | "));
        let _ = writeln!(page, "| --- |{}", " :-: |".repeat(names.len()));
        for methods in all["features"].as_object().into_iter().flat_map(|features| features.values()) {
            for method in list(methods) {
                let cells = part.iter().map(|language| {
                    let has = list(&language["methods"]).contains(&method);
                    let by_program = text(&method).ends_with("ormatting") && method != "textDocument/onTypeFormatting";
                    match has {
                        false => "",
                        true if by_program => "▷",
                        true if language["level"] == "types" => "●",
                        true => "○",
                    }
                });
                let _ = writeln!(page, "| `{}` | {} |", text(&method), cells.collect::<Vec<_>>().join(" | "));
            }
        }
    }
    page
}

/// What a workspace that is not trusted cannot set, group or setting: what names programs, what is loaded, where code is
/// sent, what is kept.
const THE_USERS: &[&str] = &[
    "montuno.server",
    "montuno.formatting.commands",
    "montuno.linting.on-save",
    "montuno.debug.backends",
    "montuno.ai.model",
    "montuno.ai.library",
    "montuno.ai.remote",
    "montuno.ai.instruct",
    "montuno.ai.secrets",
    "montuno.ai.keep-acceptance",
];

/// The manifest of the extension for VS Code with all settings in it, made from the schema that the binary prints.
/// `manifest` is the text as it is.
///
/// # Panics
/// If the manifest is none, or the binary prints no schema.
pub fn vscode_manifest(manifest: &str) -> String {
    let mut manifest: Value = serde_json::from_str(manifest).expect("package.json is JSON");
    let schema = settings_schema();
    let mut properties = Map::new();
    properties.insert(
        "montuno.server.path".to_owned(),
        json!({
            "type": ["string", "null"],
            "default": null,
            "scope": "machine",
            "markdownDescription": "The program. Without it: the one that comes with the extension.",
        }),
    );
    properties.insert(
        "montuno.answers".to_owned(),
        json!({
            "type": "object",
            "default": {},
            "additionalProperties": { "enum": ["montuno", "other", "both"] },
            "markdownDescription": "Who answers for a language that another extension knows, too: `montuno`, `other` \
                or `both`, for example `{ \"python\": \"montuno\" }`. You are asked once; until then it is the other.",
        }),
    );
    add_properties(&mut properties, &schema, &schema, "montuno.", &Value::Null);
    let is_the_users =
        |name: &&String| THE_USERS.iter().any(|user| *name == user || name.starts_with(&format!("{user}.")));
    let restricted: Vec<_> = properties.keys().filter(is_the_users).collect();
    manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"] = json!(restricted);
    manifest["contributes"]["configuration"]["properties"] = Value::Object(properties);
    format!("{}\n", serde_json::to_string_pretty(&manifest).expect("it was JSON"))
}

fn add_properties(found: &mut Map<String, Value>, schema: &Value, group: &Value, prefix: &str, defaults: &Value) {
    for (name, property) in group["properties"].as_object().into_iter().flatten() {
        let resolved = resolve(schema, property);
        if resolved.get("properties").is_some() {
            add_properties(found, schema, resolved, &format!("{prefix}{name}."), &property["default"]);
            continue;
        }
        let mut setting = plain(schema, resolved);
        setting["default"] = property.get("default").or_else(|| defaults.get(name)).cloned().unwrap_or(Value::Null);
        setting["markdownDescription"] = text(property, resolved).into();
        found.insert(format!("{prefix}{name}"), setting);
    }
}

/// A schema without references, in the words that VS Code's settings have.
fn plain(schema: &Value, value: &Value) -> Value {
    let value = resolve(schema, value);
    if let Some(choices) = value["oneOf"].as_array() {
        let names: Vec<_> = choices.iter().map(|choice| &choice["const"]).collect();
        let said: Vec<_> = choices.iter().map(|choice| &choice["description"]).collect();
        return json!({ "type": "string", "enum": names, "markdownEnumDescriptions": said });
    }
    let mut made = json!({ "type": value["type"] });
    for inner in ["items", "additionalProperties"] {
        if value[inner].is_object() {
            made[inner] = plain(schema, &value[inner]);
        }
    }
    for limit in ["minimum", "maximum"] {
        if !value[limit].is_null() {
            made[limit] = value[limit].clone();
        }
    }
    made
}
