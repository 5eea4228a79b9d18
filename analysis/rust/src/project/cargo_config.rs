//! What a repository may say to cargo.
//!
//! Cargo's `config.toml` can name programs to run: a compiler, a wrapper of it, a linker, a runner.
//! Cargo is therefore run where it does not find the repository's, and is given back only the parts
//! that name no program: where sources are replaced by copies (vendoring), which packages are patched.
//! For the analysis itself, `--cfg` flags, the target and the environment of the compiler are read.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use montuno_base::settings;
use toml::{Table, Value};

use super::graph::Cfg;

/// The harmless parts of the `config.toml` files that cargo would read for a folder.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct CargoConfig {
    /// `[source]` and `[patch]`, with absolute paths.
    sources: Table,
    /// `build.target`, if it is a triple.
    pub target: Option<String>,
    /// From `build.rustflags` and `target.….rustflags`.
    pub cfgs: Vec<Cfg>,
    /// `[env]`.
    pub environment: BTreeMap<String, String>,
    /// The files that were read, or looked for: when one of them changes, so may this.
    pub files: Vec<Utf8PathBuf>,
}

impl CargoConfig {
    /// Reads the files for `folder`, the nearest first: what it says counts.
    pub(crate) fn read(folder: &Utf8Path) -> Self {
        let mut config = Self::default();
        for ancestor in folder.ancestors() {
            // The name without an extension is the older one, and cargo prefers it.
            let names = ["config", "config.toml"].map(|name| ancestor.join(".cargo").join(name));
            let text = names.iter().find_map(|path| std::fs::read_to_string(path).ok());
            config.files.extend(names);
            let Some(text) = text else { continue };
            match text.parse::<Table>() {
                Ok(table) => config.take(&table, ancestor),
                Err(error) => tracing::info!("{ancestor}/.cargo/config.toml cannot be read: {error}"),
            }
        }
        config
    }

    /// Takes in one file, which stands in `.cargo` below `base`, without overriding what is there.
    fn take(&mut self, file: &Table, base: &Utf8Path) {
        if let Some(Value::Table(sources)) = file.get("source") {
            let kept = sources.iter().filter_map(|(name, source)| {
                Some((name.clone(), Value::Table(harmless_source(source.as_table()?, base))))
            });
            merge(&mut self.sources, "source", kept.collect());
        }
        if let Some(Value::Table(patches)) = file.get("patch") {
            let mut patches = patches.clone();
            for (_, registry) in &mut patches {
                for (_, package) in registry.as_table_mut().into_iter().flatten() {
                    if let Some(package) = package.as_table_mut() {
                        make_absolute(package, "path", base);
                    }
                }
            }
            merge(&mut self.sources, "patch", patches);
        }
        let build = file.get("build").and_then(Value::as_table);
        if self.target.is_none() {
            let target = build.and_then(|build| build.get("target")).and_then(Value::as_str);
            self.target = target.filter(|target| is_triple(target)).map(str::to_owned);
        }
        let mut flags = build.and_then(|build| build.get("rustflags")).map(words).unwrap_or_default();
        for target in file.get("target").and_then(Value::as_table).into_iter().flat_map(|it| it.values()) {
            flags.extend(target.get("rustflags").map(words).unwrap_or_default());
        }
        self.cfgs.extend(cfgs_of_flags(&flags));
        for (name, value) in file.get("env").and_then(Value::as_table).into_iter().flatten() {
            let Some(value) = environment_value(value, base) else { continue };
            self.environment.entry(name.clone()).or_insert(value);
        }
    }

    /// What cargo is told, as the text of a configuration file. `None` if there is nothing to tell.
    pub(crate) fn for_cargo(&self) -> Option<String> {
        (!self.sources.is_empty()).then(|| self.sources.to_string())
    }
}

/// A source with its known keys alone, its paths absolute.
fn harmless_source(source: &Table, base: &Utf8Path) -> Table {
    const KEYS: [&str; 8] = ["replace-with", "directory", "local-registry", "registry", "git", "branch", "tag", "rev"];
    let kept = source.iter().filter(|(key, value)| KEYS.contains(&key.as_str()) && value.is_str());
    let mut kept: Table = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
    make_absolute(&mut kept, "directory", base);
    make_absolute(&mut kept, "local-registry", base);
    kept
}

fn make_absolute(table: &mut Table, key: &str, base: &Utf8Path) {
    if let Some(Value::String(path)) = table.get_mut(key) {
        *path = base.join(&*path).into_string();
    }
}

/// Puts `new` into the table `key`, except for what is there already.
fn merge(into: &mut Table, key: &str, new: Table) {
    let Value::Table(present) = into.entry(key).or_insert_with(|| Value::Table(Table::new())) else { return };
    for (name, value) in new {
        present.entry(name).or_insert(value);
    }
}

/// The target that code is built for, if somebody says: the user, else what cargo is told.
pub(crate) fn target<'a>(settings: &'a settings::Rust, config: &'a CargoConfig) -> Option<&'a str> {
    settings.target.as_deref().filter(|target| is_triple(target)).or(config.target.as_deref())
}

/// Whether this is a target's name. Anything else would have the compiler read a specification, and that
/// may name a library which the compiler loads: no such target may reach it, whoever asks for it. What an
/// editor sets may come from the repository as well.
pub(crate) fn is_triple(target: &str) -> bool {
    let mut characters = target.chars();
    target.contains('-')
        && !target.starts_with('-')
        && !target.ends_with(".json")
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// A list of words, or a text of words.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        Value::Array(items) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

/// The options that flags of the compiler set.
fn cfgs_of_flags(flags: &[String]) -> Vec<Cfg> {
    let mut found = Vec::new();
    let mut flags = flags.iter();
    while let Some(flag) = flags.next() {
        let option = match flag.as_str() {
            "--cfg" => flags.next().map(String::as_str),
            other => other.strip_prefix("--cfg="),
        };
        found.extend(option.and_then(Cfg::parse));
    }
    found
}

/// The value of an entry of `[env]`: a text, or a table with `value` and perhaps `relative`.
fn environment_value(value: &Value, base: &Utf8Path) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Table(table) => {
            let text = table.get("value")?.as_str()?;
            let is_relative = table.get("relative").and_then(Value::as_bool).unwrap_or(false);
            Some(if is_relative { base.join(text).into_string() } else { text.to_owned() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &[(&str, &str)], folder: &str) -> (CargoConfig, Utf8PathBuf) {
        let temporary = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(temporary.path().to_owned()).unwrap();
        for (path, text) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        (CargoConfig::read(&root.join(folder)), root)
    }

    #[test]
    fn only_what_names_no_program_is_kept() {
        let text = r#"
            [build]
            rustc-wrapper = "./evil"
            rustflags = ["--cfg", "tokio_unstable", "-Clinker=evil", "--cfg=loom"]
            target = "x86_64-pc-windows-msvc"
            [target.x86_64-unknown-linux-gnu]
            linker = "./evil"
            runner = "./evil"
            [alias]
            metadata = "evil"
            [credential-alias]
            a = ["./evil"]
            [source.crates-io]
            replace-with = "vendored"
            command = "./evil"
            [source.vendored]
            directory = "vendor"
            [env]
            A = "1"
            B = { value = "b", relative = true }
        "#;
        let (config, root) = read(&[("repo/.cargo/config.toml", text)], "repo/crates/a");
        let told: Table = config.for_cargo().unwrap().parse().unwrap();
        assert_eq!(told.keys().collect::<Vec<_>>(), ["source"]);
        assert!(!config.for_cargo().unwrap().contains("evil"));
        assert_eq!(told["source"]["vendored"]["directory"].as_str(), Some(root.join("repo/vendor").as_str()));
        assert_eq!(config.cfgs, [Cfg::flag("tokio_unstable"), Cfg::flag("loom")]);
        assert_eq!(config.target.as_deref(), Some("x86_64-pc-windows-msvc"));
        assert_eq!(config.environment["B"], root.join("repo/b").as_str());
    }

    #[test]
    fn the_nearest_file_counts() {
        let outer = "[env]\nA = 'outer'\nB = 'outer'\n[build]\ntarget = 'a-b'\n";
        let inner = "[env]\nA = 'inner'\n[build]\ntarget = './own.json'\n";
        let files = [("repo/.cargo/config", outer), ("repo/a/.cargo/config.toml", inner)];
        let (config, _) = read(&files, "repo/a");
        assert_eq!((config.environment["A"].as_str(), config.environment["B"].as_str()), ("inner", "outer"));
        assert_eq!(config.target.as_deref(), Some("a-b"), "a target file of the repository's is left alone");
        assert_eq!(config.for_cargo(), None);
    }

    #[test]
    fn a_target_is_known_by_its_name() {
        for name in ["x86_64-pc-windows-msvc", "thumbv8m.main-none-eabi"] {
            assert!(is_triple(name), "{name}");
        }
        for other in ["own.json", "/repo/own-target.json", "../../repo/own-target", "..\\own-target", "--print-x", ""] {
            assert!(!is_triple(other), "{other}");
        }
        let config = CargoConfig { target: Some("a-b".to_owned()), ..CargoConfig::default() };
        let set = |target: &str| settings::Rust { target: Some(target.to_owned()), ..settings::Rust::default() };
        assert_eq!(target(&set("c-d"), &config), Some("c-d"));
        assert_eq!(target(&set("/repo/c-d.json"), &config), Some("a-b"));
    }
}
