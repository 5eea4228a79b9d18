//! Where settings come from: the defaults, the user's file, the workspace's `montuno.toml`, the editor,
//! the environment, the command line. What comes later counts more.
//!
//! A layer that cannot be read, or a value in it that does not fit, is left out with a message that
//! says where it stands and what is expected. The rest counts.

use montuno_base::{Settings, Utf8Path, Utf8PathBuf};
use serde_json::{Map, Value};

/// Where a value comes from, the weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Origin {
    /// Nobody set it.
    Default,
    /// `montuno/montuno.toml` in the user's configuration folder.
    User,
    /// `montuno.toml` at the root of the workspace.
    Workspace,
    /// The editor.
    Editor,
    /// A variable `MONTUNO_…`.
    Environment,
    /// `--set`.
    CommandLine,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::User => "user file",
            Self::Workspace => "montuno.toml",
            Self::Editor => "editor",
            Self::Environment => "environment",
            Self::CommandLine => "command line",
        })
    }
}

/// All layers, and what they come to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Configuration {
    root: Option<Utf8PathBuf>,
    layers: Vec<(Origin, Value)>,
    settings: Settings,
}

impl Configuration {
    /// The settings of a workspace, with whatever the editor brought. Also what is wrong with them.
    pub(crate) fn load(root: Option<&Utf8Path>, editor: Option<Value>) -> (Self, Vec<String>) {
        let mut configuration = Self { root: root.map(Utf8Path::to_owned), ..Self::default() };
        let mut complaints = configuration.reload();
        if let Some(editor) = editor {
            complaints.extend(configuration.set(Origin::Editor, editor));
        }
        (configuration, complaints)
    }

    /// What the layers come to.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Reads the files and the environment again.
    pub(crate) fn reload(&mut self) -> Vec<String> {
        let mut complaints = Vec::new();
        let user = user_file();
        let workspace = self.root.as_ref().map(|root| root.join("montuno.toml"));
        for (origin, file) in [(Origin::User, user), (Origin::Workspace, workspace)] {
            let (value, complaint) = file.map_or((None, None), |file| read_file(&file));
            complaints.extend(complaint);
            complaints.extend(self.set(origin, value.unwrap_or(Value::Null)));
        }
        complaints.extend(self.set(Origin::Environment, from_environment(std::env::vars())));
        complaints
    }

    /// Replaces one layer. Values that do not fit are left out, and what is wrong with them is said.
    pub(crate) fn set(&mut self, origin: Origin, value: Value) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut value = fitting(value, origin, &mut complaints);
        if origin == Origin::Workspace {
            complaints.extend(without_what_is_the_users(&mut value));
        }
        self.layers.retain(|(other, _)| *other != origin);
        self.layers.push((origin, value));
        self.layers.sort_by_key(|(origin, _)| *origin);
        let mut merged = Value::Object(Map::new());
        for (_, layer) in &self.layers {
            merge(&mut merged, layer);
        }
        match serde_json::from_value(merged) {
            Ok(settings) => self.settings = settings,
            Err(error) => complaints.push(format!("the settings do not fit together: {error}")),
        }
        complaints
    }

    /// Takes the values of `--set NAME=VALUE`.
    pub(crate) fn set_command_line(&mut self, assignments: &[String]) -> anyhow::Result<()> {
        let mut layer = Value::Object(Map::new());
        for assignment in assignments {
            let (name, text) = assignment.split_once('=').ok_or_else(|| {
                anyhow::anyhow!("`--set {assignment}`: expected NAME=VALUE, for example python.version=3.12")
            })?;
            put(&mut layer, &name.split('.').collect::<Vec<_>>(), parse_value(text));
        }
        let complaints = self.set(Origin::CommandLine, layer);
        anyhow::ensure!(complaints.is_empty(), "{}", complaints.join("\n"));
        Ok(())
    }

    /// Every setting with its value and where that comes from, in the order of the names.
    pub(crate) fn explain(&self) -> Vec<(String, Value, Origin)> {
        let all = serde_json::to_value(&self.settings).unwrap_or_default();
        let mut found = Vec::new();
        leaves(&all, &mut Vec::new(), &mut |path, value| {
            let strongest = self.layers.iter().rev().find(|(_, layer)| {
                let mut at = layer;
                path.iter().all(|part| {
                    at.get(*part).is_some_and(|inner| {
                        at = inner;
                        true
                    })
                })
            });
            found.push((path.join("."), value.clone(), strongest.map_or(Origin::Default, |(origin, _)| *origin)));
        });
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found
    }
}

/// The user's own file.
fn user_file() -> Option<Utf8PathBuf> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty()).map(Utf8PathBuf::from);
    let folder = if cfg!(windows) {
        variable("APPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        variable("XDG_CONFIG_HOME").or_else(|| variable("HOME").map(|home| home.join(".config")))
    };
    Some(folder?.join("montuno").join("montuno.toml"))
}

fn read_file(path: &Utf8Path) -> (Option<Value>, Option<String>) {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return (None, None),
        Err(error) => return (None, Some(format!("{path} cannot be read and is left out: {error}"))),
    };
    match toml::from_str::<toml::Table>(&text) {
        Ok(table) => (serde_json::to_value(table).ok(), None),
        Err(error) => (None, Some(format!("{path} is no valid TOML and is left out: {error}"))),
    }
}

/// The parts of a layer that fit. Tries the whole first, then each value by itself.
fn fitting(value: Value, origin: Origin, complaints: &mut Vec<String>) -> Value {
    let Value::Object(_) = value else { return Value::Object(Map::new()) };
    if serde_json::from_value::<Settings>(value.clone()).is_ok() {
        return value;
    }
    let mut fit = Value::Object(Map::new());
    leaves(&value, &mut Vec::new(), &mut |path, leaf| {
        let mut alone = Value::Object(Map::new());
        put(&mut alone, path, leaf.clone());
        match serde_json::from_value::<Settings>(alone.clone()) {
            Ok(_) => merge(&mut fit, &alone),
            Err(error) => {
                complaints.push(format!("the setting `{}` ({origin}) is left out: {error}", path.join(".")));
            }
        }
    });
    fit
}

/// Settings whose keys are the user's own words: their tables are values, not groups.
const TABLES: &[&str] = &["diagnostics.rules", "formatting.commands", "linting.on-save", "debug.backends"];

/// What a repository's own file cannot set, and why: it names programs that are run, or decides about what is the
/// user's.
const THE_USERS: &[(&[&str], &str)] = &[
    (&["formatting", "commands"], "it names programs"),
    (&["linting", "on-save"], "it names programs that are run"),
    (&["debug", "backends"], "it names programs"),
    (&["ai", "model"], "it names what is loaded"),
    (&["ai", "library"], "it names what is loaded"),
    (&["ai", "remote"], "it decides where your code is sent"),
    (&["ai", "instruct"], "it decides where your code is sent"),
    (&["ai", "secrets"], "it decides what is kept secret"),
    (&["ai", "keep-acceptance"], "it decides what is kept of the user's work"),
];

/// Takes out what a repository must not set. Says what was taken out.
fn without_what_is_the_users(value: &mut Value) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, why) in THE_USERS {
        let Some((last, groups)) = path.split_last() else { continue };
        let mut group = Some(&mut *value);
        for name in groups {
            group = group.and_then(|group| group.get_mut(*name));
        }
        if group.and_then(Value::as_object_mut).is_some_and(|group| group.remove(*last).is_some()) {
            complaints.push(format!(
                "the setting `{}` (montuno.toml) is left out: {why}, which a repository must not; set it in \
                 your own file or your editor",
                path.join(".")
            ));
        }
    }
    complaints
}

/// Calls `visit` with every value that is no group of settings.
fn leaves<'a>(value: &'a Value, path: &mut Vec<&'a str>, visit: &mut dyn FnMut(&[&str], &Value)) {
    match value {
        Value::Object(map) if !TABLES.contains(&path.join(".").as_str()) => {
            for (key, inner) in map {
                path.push(key);
                leaves(inner, path, visit);
                path.pop();
            }
        }
        other => visit(path, other),
    }
}

/// Puts the values of `over` over those of `under`, group by group.
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

fn put(value: &mut Value, path: &[&str], leaf: Value) {
    let Some((first, rest)) = path.split_first() else {
        *value = leaf;
        return;
    };
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    put(&mut value[*first], rest, leaf);
}

/// A value as it is written on a command line: TOML, or a bare string.
fn parse_value(text: &str) -> Value {
    let table = toml::from_str::<toml::Table>(&format!("value = {text}"));
    let parsed = table.ok().and_then(|table| serde_json::to_value(table.get("value")?).ok());
    // `3.12` is a version here, not a number.
    parsed.filter(|value| !value.is_f64()).unwrap_or_else(|| Value::String(text.to_owned()))
}

/// `MONTUNO_PYTHON_VERSION=3.12` sets `python.version`: the names of all settings are known, so it is
/// clear where a group ends.
fn from_environment(variables: impl Iterator<Item = (String, String)>) -> Value {
    let names = names();
    let mut layer = Value::Object(Map::new());
    for (variable, text) in variables {
        let Some(rest) = variable.strip_prefix("MONTUNO_") else { continue };
        let written = |name: &str| name.to_ascii_uppercase().replace(['.', '-'], "_");
        if let Some(name) = names.iter().find(|name| written(name) == rest) {
            put(&mut layer, &name.split('.').collect::<Vec<_>>(), parse_value(&text));
        }
    }
    layer
}

/// The names of all settings.
fn names() -> Vec<String> {
    let all = serde_json::to_value(Settings::default()).unwrap_or_default();
    let mut names = Vec::new();
    leaves(&all, &mut Vec::new(), &mut |path, _| names.push(path.join(".")));
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_comes_later_counts_more() {
        let mut configuration = Configuration::default();
        configuration.set(Origin::Editor, json!({ "python": { "version": "3.11" } }));
        configuration.set(Origin::User, json!({ "python": { "version": "3.9", "platform": "all" } }));
        assert_eq!(configuration.settings().python.version.as_deref(), Some("3.11"));
        assert_eq!(configuration.settings().python.platform.as_deref(), Some("all"));
        let origins = configuration.explain();
        let origin = |name: &str| origins.iter().find(|(other, ..)| other == name).unwrap().2;
        assert_eq!(origin("python.version"), Origin::Editor);
        assert_eq!(origin("python.platform"), Origin::User);
        assert_eq!(origin("completion.auto-import"), Origin::Default);
    }

    #[test]
    fn one_wrong_value_costs_only_itself() {
        let mut configuration = Configuration::default();
        let layer = json!({ "python": { "version": 3, "platform": "linux" }, "colour": "red" });
        let complaints = configuration.set(Origin::Workspace, layer);
        assert_eq!(complaints.len(), 2, "{complaints:?}");
        assert!(complaints[0].contains("`python.version` (montuno.toml)"), "{complaints:?}");
        assert_eq!(configuration.settings().python.platform.as_deref(), Some("linux"));
    }

    #[test]
    fn the_environment_and_the_command_line() {
        let variables = [
            ("MONTUNO_PYTHON_VERSION", "3.12"),
            ("MONTUNO_INLAY_HINTS_VARIABLE_TYPES", "false"),
            ("MONTUNO_CACHE_DIR", "/x"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut configuration = Configuration::default();
        assert!(configuration.set(Origin::Environment, from_environment(variables.into_iter())).is_empty());
        assert_eq!(configuration.settings().python.version.as_deref(), Some("3.12"));
        assert!(!configuration.settings().inlay_hints.variable_types);
        configuration
            .set_command_line(&["rust.features=[\"a\"]".to_owned(), "python.version=3.13".to_owned()])
            .unwrap();
        assert_eq!(configuration.settings().rust.features, ["a"]);
        assert_eq!(configuration.settings().python.version.as_deref(), Some("3.13"));
        assert!(configuration.set_command_line(&["python.version".to_owned()]).is_err());
    }

    #[test]
    fn a_repository_names_no_programs() {
        let mut configuration = Configuration::default();
        let layer = json!({ "formatting": { "commands": { "python": ["evil"] }, "timeout": 9 } });
        let complaints = configuration.set(Origin::Workspace, layer.clone());
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(configuration.settings().formatting.commands.is_empty());
        assert_eq!(configuration.settings().formatting.timeout, 9);
        assert!(configuration.set(Origin::User, layer).is_empty());
        assert_eq!(configuration.settings().formatting.commands["python"], ["evil"]);
    }

    #[test]
    fn rule_names_are_the_users_own() {
        let mut configuration = Configuration::default();
        configuration.set(Origin::Editor, json!({ "diagnostics": { "rules": { "unused-import": "off" } } }));
        configuration.set(Origin::CommandLine, json!({ "diagnostics": { "rules": { "import-cycle": "error" } } }));
        assert_eq!(configuration.settings().diagnostics.rules.len(), 2);
    }
}
