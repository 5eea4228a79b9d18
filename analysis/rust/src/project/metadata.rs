//! What cargo says about a workspace: `cargo metadata`.
//!
//! Cargo only reads here. It runs in a neutral directory, offline, with the lock file as it is or with
//! a copy of it, so that a checkout that cannot be written, or must not be, stays as it is.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use montuno_base::settings;
use serde::Deserialize;

use super::cargo_config::{self, CargoConfig};
use super::command::{self, Failure};
use super::discover;
use super::toolchain::{Description, Toolchain};

/// What is known of a workspace, in cargo's own terms. From cargo, or from our own reading of the
/// manifests.
#[derive(Deserialize, Clone, PartialEq, Debug, Default)]
pub(crate) struct Metadata {
    pub packages: Vec<PackageMetadata>,
    pub workspace_members: Vec<String>,
    pub workspace_root: Utf8PathBuf,
    /// Which package depends on which, and their features. `None` if nobody worked that out.
    pub resolve: Option<Resolve>,
}

/// A package.
#[derive(Deserialize, Clone, PartialEq, Debug, Default)]
#[serde(default)]
pub(crate) struct PackageMetadata {
    pub id: String,
    pub name: String,
    pub version: String,
    /// Where it was fetched from; `None` for what lies in the repository.
    pub source: Option<String>,
    pub manifest_path: Utf8PathBuf,
    pub edition: String,
    pub targets: Vec<TargetMetadata>,
    pub features: BTreeMap<String, Vec<String>>,
    pub dependencies: Vec<DependencyMetadata>,
    pub authors: Vec<String>,
    pub description: Option<String>,
    pub homepage: Option<String>,
    pub repository: Option<String>,
    pub license: Option<String>,
    pub license_file: Option<String>,
    pub readme: Option<String>,
    pub rust_version: Option<String>,
}

/// A crate of a package.
#[derive(Deserialize, Clone, PartialEq, Debug, Default)]
#[serde(default)]
pub(crate) struct TargetMetadata {
    pub name: String,
    pub kind: Vec<String>,
    pub src_path: Utf8PathBuf,
    pub edition: Option<String>,
}

/// A dependency as a manifest declares it.
#[derive(Deserialize, Clone, PartialEq, Debug, Default)]
#[serde(default)]
pub(crate) struct DependencyMetadata {
    pub name: String,
    /// The name in code, if it is another one.
    pub rename: Option<String>,
    pub optional: bool,
    pub uses_default_features: bool,
    pub features: Vec<String>,
    /// `None`, `dev` or `build`.
    pub kind: Option<String>,
    /// A triple or a `cfg(…)` that it is for.
    pub target: Option<String>,
    /// The folder that it is in.
    pub path: Option<Utf8PathBuf>,
    /// The version that is asked for.
    pub req: String,
}

/// Who depends on whom.
#[derive(Deserialize, Clone, PartialEq, Debug, Default)]
pub(crate) struct Resolve {
    pub nodes: Vec<Node>,
}

/// A package's dependencies and features.
#[derive(Deserialize, Clone, PartialEq, Debug, Default)]
pub(crate) struct Node {
    pub id: String,
    #[serde(default)]
    pub deps: Vec<NodeDependency>,
    #[serde(default)]
    pub features: Vec<String>,
}

/// A dependency that was found.
#[derive(Deserialize, Clone, PartialEq, Debug, Default)]
pub(crate) struct NodeDependency {
    /// The name in code.
    pub name: String,
    pub pkg: String,
    #[serde(default)]
    pub dep_kinds: Vec<DependencyKind>,
}

/// What a dependency is for.
#[derive(Deserialize, Clone, PartialEq, Debug, Default)]
pub(crate) struct DependencyKind {
    /// `None`, `dev` or `build`.
    pub kind: Option<String>,
}

impl DependencyMetadata {
    /// The name in code.
    pub(crate) fn code_name(&self) -> String {
        self.rename.as_ref().unwrap_or(&self.name).replace('-', "_")
    }
}

/// Asks cargo about the workspace of a manifest.
pub(crate) struct Request<'a> {
    pub toolchain: &'a Toolchain,
    pub description: &'a Description,
    pub manifest: &'a Utf8Path,
    pub config: &'a CargoConfig,
    pub settings: &'a settings::Rust,
}

impl Request<'_> {
    /// What cargo says, with all dependencies.
    ///
    /// # Errors
    /// If there is no cargo, or it fails: the lock file asks for what was never fetched, a manifest is
    /// broken, or names a target that cargo must not look at. The reason is the one of the last attempt.
    pub(crate) fn full(&self) -> Result<Metadata, Failure> {
        self.see_to_targets()?;
        let lock = self.manifest.with_file_name("Cargo.lock");
        let as_it_is = if lock.is_file() { self.run(&["--locked"], None) } else { Err(Failure("no lock file".into())) };
        // The lock file is out of date or missing: cargo would write it, so it gets a copy to write to.
        as_it_is.or_else(|_| {
            let folder = tempfile::tempdir().map_err(|error| Failure(format!("no temporary folder: {error}")))?;
            let failure = || Failure("the temporary folder's name is not UTF-8".to_owned());
            let copy = Utf8PathBuf::from_path_buf(folder.path().join("Cargo.lock")).map_err(|_| failure())?;
            // Without a lock file cargo makes one from what it finds.
            let _ = std::fs::copy(&lock, &copy);
            self.run(&[], Some(&copy))
        })
    }

    /// What cargo says about the packages of the repository alone.
    ///
    /// # Errors
    /// If there is no cargo, or a manifest is broken.
    pub(crate) fn without_dependencies(&self) -> Result<Metadata, Failure> {
        self.run(&["--no-deps"], None)
    }

    /// Sees to it that no package of the workspace names a target for itself but by a triple: to learn what
    /// depends on what, cargo has the compiler describe those targets too.
    fn see_to_targets(&self) -> Result<(), Failure> {
        for package in self.without_dependencies()?.packages {
            let manifest = &package.manifest_path;
            let table = discover::read(manifest).ok_or_else(|| Failure(format!("{manifest} cannot be read")))?;
            // `project` is the older name.
            let sections = ["package", "project"].into_iter().filter_map(|name| table.get(name));
            let named = sections.flat_map(|it| ["default-target", "forced-target"].map(|key| it.get(key)?.as_str()));
            if let Some(target) = named.flatten().find(|target| !cargo_config::is_triple(target)) {
                return Err(Failure(format!("{manifest} asks for the target `{target}`, which is no target triple")));
            }
        }
        Ok(())
    }

    fn run(&self, arguments: &[&str], lock: Option<&Utf8Path>) -> Result<Metadata, Failure> {
        let mut command = self.toolchain.command("cargo");
        command.args(["metadata", "--format-version", "1", "--offline", "--manifest-path"]).arg(self.manifest);
        command.args(["--filter-platform", self.target()]).args(arguments);
        let features = &self.settings.features;
        if features.iter().any(|feature| feature == "*") {
            command.arg("--all-features");
        } else if !features.is_empty() {
            command.args(["--features", &features.join(",")]);
        }
        if self.settings.no_default_features {
            command.arg("--no-default-features");
        }
        if let Some(lock) = lock {
            // How cargo is told about another lock file changed twice. Whatever it does not know, it
            // refuses, and that is the answer.
            match minor_version(&self.description.version) {
                ..82 => {
                    return Err(Failure("the lock file is out of date, and cargo is too old to use another".into()));
                }
                82..95 => _ = command.args(["-Zunstable-options", "--lockfile-path"]).arg(lock),
                95..97 => {
                    command.args(["-Zunstable-options", "-Zlockfile-path"]).env("CARGO_RESOLVER_LOCKFILE_PATH", lock);
                }
                97.. => _ = command.env("CARGO_RESOLVER_LOCKFILE_PATH", lock),
            }
            command.env("RUSTC_BOOTSTRAP", "1");
        }
        // Dependencies on programs name targets too, and the user may have switched them on for good.
        command.env("CARGO_UNSTABLE_BINDEPS", "false");
        // Held until cargo has read it.
        let told = self.config.for_cargo().map(|text| temporary(&text)).transpose()?;
        if let Some(file) = &told {
            command.arg("--config").arg(file.path());
        }
        let output = command::run(command)?;
        let metadata = serde_json::from_str::<Metadata>(&output.stdout);
        metadata.map_err(|error| Failure(format!("what cargo says cannot be understood: {error}")))
    }

    fn target(&self) -> &str {
        cargo_config::target(self.settings, self.config).unwrap_or(&self.description.host)
    }
}

/// A file with this text and an ending that cargo reads as TOML.
fn temporary(text: &str) -> Result<tempfile::NamedTempFile, Failure> {
    let file = tempfile::Builder::new().suffix(".toml").tempfile();
    let written = file.and_then(|file| std::fs::write(file.path(), text).map(|()| file));
    written.map_err(|error| Failure(format!("no temporary file: {error}")))
}

/// The second part of a version; 0 if it cannot be read.
fn minor_version(version: &str) -> u32 {
    version.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(0)
}
