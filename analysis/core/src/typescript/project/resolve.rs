//! Which file a module's name leads to.

use camino::Utf8Component;
use montuno_base::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use super::config::Config;
use super::json;
use crate::database::{Db, File, Folder, existing_file, is_folder, listing, source};

/// Joins a path with one that may begin with dots.
pub(crate) fn join(folder: &Utf8Path, path: &str) -> Utf8PathBuf {
    let mut joined = folder.to_path_buf();
    for part in Utf8Path::new(path).components() {
        match part {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => {
                joined.pop();
            }
            Utf8Component::RootDir | Utf8Component::Prefix(_) => joined = Utf8PathBuf::from(part.as_str()),
            Utf8Component::Normal(name) => joined.push(name),
        }
    }
    joined
}

/// A `package.json`, as far as modules depend on it.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Package {
    pub(crate) value: Value,
}

// JSON numbers are compared by value, and there are none that differ from themselves.
impl Eq for Package {}

/// The manifest of a folder, if it has one.
#[salsa::tracked(returns(ref))]
pub(crate) fn package(db: &dyn Db, folder: Folder) -> Option<Package> {
    if !listing(db, folder).has_file("package.json") {
        return None;
    }
    let text = source(db, db.file(&folder.path(db).join("package.json")))?;
    Some(Package { value: json::parse(&text) })
}

/// How a name is looked for.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) db: &'a dyn Db,
    pub(crate) config: &'a Config,
    /// Whether `require` asks, rather than `import`.
    pub(crate) is_require: bool,
}

/// Endings that declare types, in the order in which they are tried.
const TYPED: &[&str] = &["ts", "tsx", "d.ts"];
/// Endings of scripts.
const SCRIPTS: &[&str] = &["js", "jsx"];

impl Request<'_> {
    /// The file that a module's name leads to from a file.
    pub(crate) fn resolve(&self, from: &Utf8Path, name: &str) -> Option<File> {
        let folder = from.parent()?;
        if name.is_empty() {
            return None;
        }
        if name.starts_with("./") || name.starts_with("../") || name == "." || name == ".." || name.starts_with('/') {
            let path = join(folder, name);
            return self.file_or_folder(&path, true, name.ends_with('/') || name.ends_with('.'));
        }
        if name.starts_with('#') {
            return self.own_import(folder, name);
        }
        if let Some(found) = self.mapped(name) {
            return Some(found);
        }
        if let Some(found) =
            self.config.base_url.as_ref().and_then(|base| self.file_or_folder(&join(base, name), true, false))
        {
            return Some(found);
        }
        let (package_name, below) = split(name);
        if let Some(found) = self.own_package(folder, package_name, below) {
            return Some(found);
        }
        for scripts in [false, true] {
            for at in folder.ancestors() {
                if at.file_name() == Some("node_modules") {
                    continue;
                }
                let modules = at.join("node_modules");
                if !is_folder(self.db, &modules) {
                    continue;
                }
                if let Some(found) = self.in_package(&modules.join(package_name), below, scripts) {
                    return Some(found);
                }
                if !scripts {
                    let typed = package_name
                        .strip_prefix('@')
                        .map_or_else(|| package_name.to_owned(), |scoped| scoped.replacen('/', "__", 1));
                    let folder = modules.join("@types").join(typed);
                    if let Some(found) = self.in_package(&folder, below, false) {
                        return Some(found);
                    }
                }
            }
        }
        None
    }

    /// The patterns of the settings.
    fn mapped(&self, name: &str) -> Option<File> {
        let base = self.config.base_url.as_ref().or(self.config.paths_base.as_ref())?;
        let mut best: Option<(usize, &Vec<String>, &str)> = None;
        for (pattern, targets) in &self.config.paths {
            let (length, middle) = match pattern.split_once('*') {
                None if pattern == name => (usize::MAX, ""),
                None => continue,
                Some((start, end)) => {
                    let fits = name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end);
                    if !fits {
                        continue;
                    }
                    (start.len(), &name[start.len()..name.len() - end.len()])
                }
            };
            if best.is_none_or(|(known, ..)| length > known) {
                best = Some((length, targets, middle));
            }
        }
        let (_, targets, middle) = best?;
        targets
            .iter()
            .find_map(|target| self.file_or_folder(&join(base, &target.replacen('*', middle, 1)), true, false))
    }

    fn package_above(&self, folder: &Utf8Path) -> Option<(Utf8PathBuf, &Package)> {
        folder.ancestors().find_map(|at| {
            let found = package(self.db, self.db.folder(at)).as_ref()?;
            Some((at.to_path_buf(), found))
        })
    }

    fn own_import(&self, folder: &Utf8Path, name: &str) -> Option<File> {
        let (at, package) = self.package_above(folder)?;
        let target = self.target_of(&package.value["imports"], name)?;
        if target.starts_with('.') {
            return self.exact(&join(&at, &target), true);
        }
        if target.starts_with('#') {
            // An import of its own stands for no other one: they could go round.
            return None;
        }
        self.resolve(&at.join("package.json"), &target)
    }

    fn own_package(&self, folder: &Utf8Path, name: &str, below: &str) -> Option<File> {
        let (at, package) = self.package_above(folder)?;
        if package.value["name"].as_str() != Some(name) || package.value["exports"].is_null() {
            return None;
        }
        self.in_package(&at, below, false).or_else(|| self.in_package(&at, below, true))
    }

    /// A module of the package in a folder: the package itself, or what is `below`.
    fn in_package(&self, folder: &Utf8Path, below: &str, scripts: bool) -> Option<File> {
        if !is_folder(self.db, folder) {
            return None;
        }
        let package = package(self.db, self.db.folder(folder)).as_ref();
        let value = package.map(|package| &package.value);
        let old_resolution = matches!(self.config.module.as_str(), "node" | "node10" | "classic");
        if let Some(exports) = value.map(|value| &value["exports"])
            && !exports.is_null()
            && !old_resolution
        {
            let key = if below.is_empty() { ".".to_owned() } else { format!("./{below}") };
            let targets = self.targets_of_exports(exports, &key);
            return targets.iter().find_map(|target| self.exact(&join(folder, target), scripts));
        }
        if below.is_empty() {
            return self.folder(folder, scripts);
        }
        let versioned = value.and_then(|value| versioned(value, below));
        if let Some(path) = versioned
            && let Some(found) = self.file_or_folder(&join(folder, &path), scripts, false)
        {
            return Some(found);
        }
        self.file_or_folder(&folder.join(below), scripts, false)
    }

    /// The target of a key in a table of exports or imports.
    fn target_of(&self, table: &Value, key: &str) -> Option<String> {
        self.all_targets(table, key).into_iter().next()
    }

    fn targets_of_exports(&self, exports: &Value, key: &str) -> Vec<String> {
        let is_table = exports.as_object().is_some_and(|table| table.keys().any(|key| key.starts_with('.')));
        if is_table {
            self.all_targets(exports, key)
        } else if key == "." {
            let mut found = Vec::new();
            self.conditions(exports, "", &mut found);
            found
        } else {
            Vec::new()
        }
    }

    fn all_targets(&self, table: &Value, key: &str) -> Vec<String> {
        let mut found = Vec::new();
        let Some(entries) = table.as_object() else { return found };
        if let Some(value) = entries.get(key) {
            self.conditions(value, "", &mut found);
            return found;
        }
        let mut best: Option<(usize, &Value, &str)> = None;
        for (pattern, value) in entries {
            let Some((start, end)) = pattern.split_once('*') else { continue };
            let fits = key.len() >= start.len() + end.len() && key.starts_with(start) && key.ends_with(end);
            if fits && best.is_none_or(|(known, ..)| start.len() > known) {
                best = Some((start.len(), value, &key[start.len()..key.len() - end.len()]));
            }
        }
        if let Some((_, value, middle)) = best {
            self.conditions(value, middle, &mut found);
        }
        found
    }

    /// The paths under the conditions that hold here, the first the one that counts.
    fn conditions(&self, value: &Value, middle: &str, found: &mut Vec<String>) {
        match value {
            Value::String(path) => found.push(path.replace('*', middle)),
            Value::Array(list) => list.iter().for_each(|value| self.conditions(value, middle, found)),
            Value::Object(table) => {
                for (condition, value) in table {
                    let holds = match condition.as_str() {
                        "types" | "default" => true,
                        "node" => self.config.module != "bundler",
                        "import" => !self.is_require,
                        "require" => self.is_require,
                        other => {
                            other.starts_with("types@") || self.config.conditions.iter().any(|known| known == other)
                        }
                    };
                    if holds {
                        self.conditions(value, middle, found);
                        if !found.is_empty() {
                            return;
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// The file at a path that is named whole; its declarations, if it is a script that has some.
    fn exact(&self, path: &Utf8Path, scripts: bool) -> Option<File> {
        self.file(path, scripts)
    }

    fn file_or_folder(&self, path: &Utf8Path, scripts: bool, only_folder: bool) -> Option<File> {
        if !only_folder && let Some(found) = self.file(path, scripts) {
            return Some(found);
        }
        self.folder(path, scripts)
    }

    /// The file that a path without an ending, or with that of what is made from it, stands for.
    fn file(&self, path: &Utf8Path, scripts: bool) -> Option<File> {
        let at = |ending: &str, base: &str| existing_file(self.db, Utf8Path::new(&format!("{base}.{ending}")));
        let text = path.as_str();
        if let Some(folder) = path.parent()
            && !is_folder(self.db, folder)
        {
            return None;
        }
        let made: [(&str, &[&str]); 5] = [
            (".js", &["ts", "tsx", "d.ts"]),
            (".mjs", &["mts", "d.mts"]),
            (".cjs", &["cts", "d.cts"]),
            (".jsx", &["tsx", "d.ts"]),
            (".json", &["d.json.ts"]),
        ];
        for (ending, sources) in made {
            if let Some(base) = text.strip_suffix(ending) {
                if let Some(found) = sources.iter().find_map(|source| at(source, base)) {
                    return Some(found);
                }
                if scripts && let Some(found) = existing_file(self.db, path) {
                    return Some(found);
                }
            }
        }
        let named = [".ts", ".tsx", ".mts", ".cts"].iter().any(|ending| text.ends_with(ending));
        if named && let Some(found) = existing_file(self.db, path) {
            return Some(found);
        }
        if let Some(found) = TYPED.iter().find_map(|ending| at(ending, text)) {
            return Some(found);
        }
        if scripts {
            return SCRIPTS.iter().find_map(|ending| at(ending, text));
        }
        None
    }

    /// The module that a folder is.
    fn folder(&self, path: &Utf8Path, scripts: bool) -> Option<File> {
        if !is_folder(self.db, path) {
            return None;
        }
        if let Some(package) = package(self.db, self.db.folder(path)) {
            let value = &package.value;
            if let Some(target) = versioned(value, "index")
                && let Some(found) = self.file_or_index(&join(path, &target), scripts)
            {
                return Some(found);
            }
            for key in ["types", "typings", "main"] {
                if let Some(target) = value[key].as_str()
                    && let Some(found) = self.file_or_index(&join(path, target), scripts)
                {
                    return Some(found);
                }
            }
        }
        self.file(&path.join("index"), scripts)
    }

    fn file_or_index(&self, path: &Utf8Path, scripts: bool) -> Option<File> {
        self.file(path, scripts)
            .or_else(|| if is_folder(self.db, path) { self.file(&path.join("index"), scripts) } else { None })
    }
}

/// Where a package's `typesVersions` lead a path.
fn versioned(value: &Value, below: &str) -> Option<String> {
    let versions = value["typesVersions"].as_object()?;
    let table = versions.values().next()?.as_object()?;
    for (pattern, targets) in table {
        let target = targets.as_array().and_then(|list| list.first()).and_then(Value::as_str)?;
        match pattern.split_once('*') {
            None if pattern == below => return Some(target.to_owned()),
            Some((start, end))
                if below.len() >= start.len() + end.len() && below.starts_with(start) && below.ends_with(end) =>
            {
                return Some(target.replacen('*', &below[start.len()..below.len() - end.len()], 1));
            }
            _ => {}
        }
    }
    None
}

/// A module's name as the package's and what is below.
pub(crate) fn split(name: &str) -> (&str, &str) {
    let slashes = if name.starts_with('@') { 1 } else { 0 };
    match name.match_indices('/').nth(slashes) {
        Some((at, _)) => (&name[..at], &name[at + 1..]),
        None => (name, ""),
    }
}
