//! A project as plain data: its crates, and what each depends on. Made from manifests, kept on disk.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

/// The crates of one project: of a Cargo workspace, a package, a single file, or the standard library.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Graph {
    /// The folder that holds the manifest of the whole; for a single file, the file's.
    pub root: Utf8PathBuf,
    /// The crates. Their dependencies name them by their place here.
    pub crates: Vec<CrateNode>,
    /// The packages that the crates come from.
    pub packages: Vec<Package>,
    /// The options that are set in all of them: those of the target, and what the user adds.
    pub cfgs: Vec<Cfg>,
}

/// A package: what a manifest describes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Package {
    /// Its name in the manifest, with dashes.
    pub name: String,
    /// The folder of its manifest. Its source files are below.
    pub folder: Utf8PathBuf,
    /// Further folders with source files of it, none below the first.
    pub more_folders: Vec<Utf8PathBuf>,
    /// Whether it is the user's own: a member of the workspace, or reached by a path.
    pub is_local: bool,
    /// The names, as used in code, of all dependencies that the manifest declares, also of those that
    /// are off or not there.
    pub declared: Vec<String>,
    /// Whether it has a build script, which may set options and write sources that nobody knows here.
    pub has_build_script: bool,
}

/// A crate: what the compiler compiles at once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct CrateNode {
    /// Its name as the manifest writes it.
    pub name: String,
    pub version: Option<String>,
    /// The file that it begins with.
    pub root: Utf8PathBuf,
    pub edition: Edition,
    /// What sort of crate it is.
    pub kind: CrateKind,
    pub origin: Origin,
    /// The options that are set in it besides those of the [`Graph`].
    pub cfgs: Vec<Cfg>,
    /// The features that it has, set or not.
    pub features: Vec<String>,
    /// What `env!` finds.
    pub environment: BTreeMap<String, String>,
    /// By name, in the order in which names hide each other: a later one hides an earlier one.
    pub dependencies: Vec<Dependency>,
    /// The place of its package.
    pub package: usize,
}

/// A crate that another one can name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Dependency {
    /// The name in code.
    pub name: String,
    /// Its place in [`Graph::crates`].
    pub target: usize,
    /// Whether it is for tests alone, between packages of the user's own. Only such dependencies can
    /// run in a circle; the engine cannot have that, so they give way.
    pub is_for_tests: bool,
}

/// What sort of crate it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum CrateKind {
    Library,
    /// A library whose macros run in the compiler.
    ProcMacro,
    Binary,
    Example,
    Test,
    Bench,
    BuildScript,
}

/// Where a crate comes from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Origin {
    /// The user's own.
    Local { repository: Option<String> },
    /// A package of others.
    Library { repository: Option<String> },
    /// The language's own.
    Language,
}

/// An edition of the language.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) enum Edition {
    #[default]
    #[serde(rename = "2015")]
    Edition2015,
    #[serde(rename = "2018")]
    Edition2018,
    #[serde(rename = "2021")]
    Edition2021,
    #[serde(rename = "2024")]
    Edition2024,
}

impl Edition {
    /// The newest one that the engine knows.
    pub(crate) const NEWEST: Self = Self::Edition2024;

    /// By its year. A year that is not known is a later one.
    pub(crate) fn of_year(year: &str) -> Self {
        match year {
            "2015" => Self::Edition2015,
            "2018" => Self::Edition2018,
            "2021" => Self::Edition2021,
            _ => Self::Edition2024,
        }
    }
}

/// An option of conditional compilation: `unix`, or `feature = "std"`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct Cfg {
    pub key: String,
    pub value: Option<String>,
}

impl Cfg {
    /// An option without a value.
    pub(crate) fn flag(key: &str) -> Self {
        Self { key: key.to_owned(), value: None }
    }

    /// An option with a value.
    pub(crate) fn pair(key: &str, value: &str) -> Self {
        Self { key: key.to_owned(), value: Some(value.to_owned()) }
    }

    /// Reads what `rustc --print cfg` writes and `--cfg` takes. `None` if it is neither form.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let is_name = |name: &str| {
            let mut characters = name.chars();
            characters.next().is_some_and(|first| first == '_' || first.is_alphabetic())
                && characters.all(|it| it == '_' || it.is_alphanumeric())
        };
        let (key, value) = match line.trim().split_once('=') {
            Some((key, value)) => {
                let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
                (key.trim(), Some(value.to_owned()))
            }
            None => (line.trim(), None),
        };
        is_name(key).then(|| Self { key: key.to_owned(), value })
    }
}

impl Graph {
    /// The crates that `wanted` need, themselves included, each after those that it depends on.
    pub(crate) fn closure(&self, wanted: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut ordered = Vec::new();
        let mut seen = vec![false; self.crates.len()];
        // A stack of its own: chains of dependencies can be long.
        let mut pending: Vec<(usize, bool)> = wanted.into_iter().map(|index| (index, false)).collect();
        pending.reverse();
        while let Some((index, is_done)) = pending.pop() {
            if is_done {
                ordered.push(index);
            } else if !std::mem::replace(&mut seen[index], true) {
                pending.push((index, true));
                let dependencies = self.crates[index].dependencies.iter().rev();
                pending.extend(dependencies.map(|dependency| (dependency.target, false)));
            }
        }
        ordered
    }

    /// The innermost package whose folder holds `path`.
    pub(crate) fn package_of(&self, path: &Utf8Path) -> Option<usize> {
        let folders = self.packages.iter().enumerate().flat_map(|(index, package)| {
            std::iter::once(&package.folder).chain(&package.more_folders).map(move |folder| (index, folder))
        });
        let holding = folders.filter(|(_, folder)| path.starts_with(folder));
        holding.max_by_key(|(_, folder)| folder.as_str().len()).map(|(index, _)| index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_as_rustc_writes_them() {
        assert_eq!(Cfg::parse("unix"), Some(Cfg::flag("unix")));
        assert_eq!(Cfg::parse("target_os=\"linux\""), Some(Cfg::pair("target_os", "linux")));
        assert_eq!(Cfg::parse("feature = \"a b\""), Some(Cfg::pair("feature", "a b")));
        assert_eq!(Cfg::parse("a=b"), None);
        assert_eq!(Cfg::parse(""), None);
    }

    #[test]
    fn a_closure_has_dependencies_first_and_bears_cycles() {
        let node = |name: &str, targets: &[usize]| CrateNode {
            name: name.to_owned(),
            version: None,
            root: Utf8PathBuf::from(name),
            edition: Edition::NEWEST,
            kind: CrateKind::Library,
            origin: Origin::Language,
            cfgs: Vec::new(),
            features: Vec::new(),
            environment: BTreeMap::new(),
            dependencies: targets
                .iter()
                .map(|&target| Dependency { name: String::new(), target, is_for_tests: false })
                .collect(),
            package: 0,
        };
        let crates = vec![node("a", &[1, 2]), node("b", &[2]), node("c", &[0]), node("d", &[])];
        let graph = Graph { crates, ..Graph::default() };
        assert_eq!(graph.closure([0]), [2, 1, 0]);
        assert_eq!(graph.closure([3, 1]), [3, 0, 2, 1]);
    }
}
