//! What a project says of itself: `pyproject.toml`, `setup.cfg`, `requirements*.txt`, `Pipfile`.
//!
//! All of it is read leniently. What cannot be understood counts as unsaid.

use std::collections::BTreeSet;

use ruff_db::system::{System, SystemPath, SystemPathBuf};
use ruff_python_ast::PythonVersion;
use toml::{Table, Value};

/// Files that make a folder a project.
pub(crate) const MARKERS: [&str; 4] = ["pyproject.toml", "setup.py", "setup.cfg", "Pipfile"];

/// What a project says of itself.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Manifest {
    /// The oldest version of Python that it is written for.
    pub oldest_python: Option<PythonVersion>,
    /// Its own name, and where its packages lie in it.
    pub name: Option<String>,
    /// Folders of its packages, relative to it, if it names any.
    pub source_folders: Vec<String>,
    /// The packages that it depends on, by their normalised names, whatever they are needed for.
    pub dependencies: BTreeSet<String>,
    /// Why its `pyproject.toml` cannot be read.
    pub error: Option<String>,
}

impl Manifest {
    /// Reads what lies in a folder.
    pub(crate) fn read(system: &dyn System, folder: &SystemPath) -> Self {
        let mut manifest = Self::default();
        if let Some(text) = read(system, &folder.join("pyproject.toml")) {
            match text.parse::<Table>() {
                Ok(table) => manifest.pyproject(&table),
                Err(error) => manifest.error = Some(error.message().to_owned()),
            }
        }
        if let Some(table) = read(system, &folder.join("Pipfile")).and_then(|text| text.parse::<Table>().ok()) {
            manifest.depend_on_keys(table.get("packages"));
            manifest.depend_on_keys(table.get("dev-packages"));
        }
        if let Some(text) = read(system, &folder.join("setup.cfg")) {
            manifest.setup_cfg(&text);
        }
        manifest.requirement_files(system, folder);
        manifest.requirement_files(system, &folder.join("requirements"));
        manifest
    }

    fn pyproject(&mut self, table: &Table) {
        let at = |path: &[&str]| path.iter().try_fold(table, |table, key| table.get(*key)?.as_table());
        if let Some(project) = at(&["project"]) {
            self.name = text(project.get("name"));
            self.oldest_python = text(project.get("requires-python")).as_deref().and_then(oldest);
            self.depend_on_all(project.get("dependencies"));
            for group in values(project.get("optional-dependencies")) {
                self.depend_on_all(Some(group));
            }
        }
        for group in values(table.get("dependency-groups")) {
            self.depend_on_all(Some(group));
        }
        self.depend_on_all(at(&["build-system"]).and_then(|build| build.get("requires")));
        self.depend_on_all(at(&["tool", "uv"]).and_then(|uv| uv.get("dev-dependencies")));
        if let Some(poetry) = at(&["tool", "poetry"]) {
            self.name = self.name.take().or_else(|| text(poetry.get("name")));
            self.depend_on_keys(poetry.get("dependencies"));
            self.depend_on_keys(poetry.get("dev-dependencies"));
            for group in values(poetry.get("group")) {
                self.depend_on_keys(group.get("dependencies"));
            }
            let python = poetry.get("dependencies").and_then(|table| table.get("python"));
            self.oldest_python = self.oldest_python.or_else(|| text(python).as_deref().and_then(oldest));
            for package in poetry.get("packages").and_then(Value::as_array).into_iter().flatten() {
                self.source_folders.extend(text(package.get("from")));
            }
        }
        let found = at(&["tool", "setuptools", "packages", "find"]).and_then(|find| find.get("where"));
        self.source_folders.extend(texts(found));
        self.source_folders.extend(at(&["tool", "setuptools", "package-dir"]).and_then(|dirs| text(dirs.get(""))));
    }

    /// `setup.cfg`: only the lists of `install_requires` and its like, and `package_dir`.
    fn setup_cfg(&mut self, text: &str) {
        let (mut section, mut key) = ("", String::new());
        for line in text.lines() {
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end().trim_end_matches(']');
                key.clear();
                continue;
            }
            let value = if line.starts_with([' ', '\t']) {
                line
            } else {
                let Some((name, value)) = line.split_once('=') else { continue };
                key = name.trim().replace('-', "_");
                value
            };
            match (section, key.as_str()) {
                ("options", "install_requires" | "tests_require" | "setup_requires") => self.depend_on(value),
                ("options.extras_require", _) => self.depend_on(value),
                ("options", "python_requires") => self.oldest_python = self.oldest_python.or_else(|| oldest(value)),
                ("options.packages.find", "where") => self.source_folders.push(value.trim().to_owned()),
                ("metadata", "name") => self.name = self.name.take().or_else(|| Some(value.trim().to_owned())),
                _ => {}
            }
        }
    }

    /// Every `*requirements*.txt` of a folder, and every `*.txt` of a folder `requirements`.
    fn requirement_files(&mut self, system: &dyn System, folder: &SystemPath) {
        let Ok(entries) = system.read_directory(folder) else { return };
        let in_own_folder = folder.file_name() == Some("requirements");
        let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.into_path()));
        let is_list = |path: &SystemPathBuf| {
            matches!(path.extension(), Some("txt" | "in"))
                && (in_own_folder || path.file_name().is_some_and(|name| name.contains("requirements")))
        };
        for path in paths.filter(is_list) {
            for line in read(system, &path).unwrap_or_default().lines() {
                self.depend_on(line);
            }
        }
    }

    fn depend_on_all(&mut self, list: Option<&Value>) {
        for requirement in texts(list) {
            self.depend_on(&requirement);
        }
    }

    fn depend_on_keys(&mut self, table: Option<&Value>) {
        for (name, _) in table.and_then(Value::as_table).into_iter().flatten() {
            self.depend_on(name);
        }
    }

    /// One requirement: a name, and whatever follows it.
    fn depend_on(&mut self, requirement: &str) {
        let requirement = requirement.trim();
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let name = requirement.split(|c| !is_part(c)).next().unwrap_or_default();
        if name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            self.dependencies.insert(normalized(name));
        }
    }
}

/// The name of a distribution as all spellings of it have it (PEP 503).
pub(crate) fn normalized(name: &str) -> String {
    let mut normalized = String::with_capacity(name.len());
    for character in name.chars() {
        if !matches!(character, '-' | '_' | '.') {
            normalized.push(character.to_ascii_lowercase());
        } else if !normalized.ends_with('-') {
            normalized.push('-');
        }
    }
    normalized
}

/// The oldest version of Python that satisfies a specifier such as `>=3.9,<4` or `^3.9`.
fn oldest(specifier: &str) -> Option<PythonVersion> {
    let bounds = specifier.split([',', '|']).filter_map(|part| {
        let part = part.trim();
        let version = part.trim_start_matches(['>', '=', '~', '^', ' ']);
        let is_lower_bound = part.starts_with(['>', '~', '^', '=']) || version.len() == part.len();
        is_lower_bound.then(|| version_of(version)).flatten()
    });
    let oldest = bounds.max()?;
    // The engine knows no older ones, and no newer ones.
    Some(oldest.clamp(PythonVersion::lowest(), PythonVersion::latest_preview()))
}

/// A version such as `3.12`, `3.12.1` or `3.12.*`. A lone `3` says nothing.
pub(crate) fn version_of(version: &str) -> Option<PythonVersion> {
    let mut parts = version.trim().split('.');
    let major = parts.next()?.parse().ok()?;
    let minor: String = parts.next()?.chars().take_while(char::is_ascii_digit).collect();
    Some(PythonVersion { major, minor: minor.parse().ok()? })
}

fn read(system: &dyn System, path: &SystemPath) -> Option<String> {
    system.read_to_string(path).ok()
}

fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(ToOwned::to_owned)
}

fn texts(value: Option<&Value>) -> Vec<String> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(|value| text(Some(value))).collect()
}

fn values(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_table).into_iter().flat_map(|table| table.values())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_python_is_the_lower_bound() {
        let version = |minor| Some(PythonVersion { major: 3, minor });
        assert_eq!(oldest(">=3.9"), version(9));
        assert_eq!(oldest(">= 3.10, <4"), version(10));
        assert_eq!(oldest("~=3.11.2"), version(11));
        assert_eq!(oldest("^3.8"), version(8));
        assert_eq!(oldest("==3.12.*"), version(12));
        assert_eq!(oldest("<4"), None);
        assert_eq!(oldest(">=2.7, !=3.0.*"), version(7), "older than the engine knows");
        assert_eq!(oldest("nonsense"), None);
    }

    #[test]
    fn names_of_distributions_have_many_spellings() {
        assert_eq!(normalized("Zope.Interface"), normalized("zope__interface"));
    }

    #[test]
    fn dependencies_are_gathered_from_everywhere() {
        let mut manifest = Manifest::default();
        let table = r#"
            [project]
            name = "a"
            dependencies = ["requests[socks]>=2; python_version < '4'"]
            optional-dependencies = { test = ["pytest"] }
            [dependency-groups]
            dev = ["ruff", { include-group = "other" }]
            [tool.poetry.group.docs.dependencies]
            sphinx = "*"
        "#;
        manifest.pyproject(&table.parse().unwrap());
        manifest.setup_cfg("[options]\ninstall_requires =\n    attrs\n    Py_Yaml >= 3\nzip_safe = no\n");
        let found: Vec<_> = manifest.dependencies.iter().map(String::as_str).collect();
        assert_eq!(found, ["attrs", "py-yaml", "pytest", "requests", "ruff", "sphinx"]);
    }
}
