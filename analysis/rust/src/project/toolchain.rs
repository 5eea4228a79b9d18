//! Which cargo and rustc are the user's, and what they say of themselves.
//!
//! The toolchain is found by reading rustup's settings and the repository's toolchain file, never by
//! running rustup in the repository: a toolchain file can name a folder of programs of its own, and
//! rustup would install what it asks for. A repository may choose among the toolchains that the user
//! has installed, and nothing else.

use std::path::PathBuf;

use camino::{Utf8Path, Utf8PathBuf};
use montuno_base::cache;
use montuno_base::walk::Stamp;
use serde::{Deserialize, Serialize};

use super::command::{self, Failure};
use super::graph::Cfg;

/// A toolchain of the user's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Toolchain {
    /// The folder that holds `bin` and `lib`.
    pub sysroot: Utf8PathBuf,
    /// Its name, if rustup manages it.
    pub name: Option<String>,
}

/// What rustc says of itself and of a target.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Description {
    /// For example `1.95.0` or `1.97.0-nightly`.
    pub version: String,
    /// The target triple that it runs on.
    pub host: String,
    /// The options that are set for the target.
    pub cfgs: Vec<Cfg>,
    /// LLVM's description of the target, which sizes follow from.
    pub data_layout: Option<String>,
}

/// What was found, and what to tell the user about it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Found {
    pub toolchain: Option<Toolchain>,
    /// The toolchain that the repository asks for and that is not there.
    pub missing: Option<String>,
}

impl Toolchain {
    /// One of its programs.
    pub(crate) fn program(&self, name: &str) -> Utf8PathBuf {
        self.sysroot.join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// One of its programs, ready to be run where no repository can influence it.
    pub(crate) fn command(&self, name: &str) -> std::process::Command {
        let mut command = command::command(&self.program(name));
        command.env("RUSTC", self.program("rustc"));
        if let Some(name) = &self.name {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
        command
    }

    /// What its compiler says of `target` (without one: of this machine). Kept in `cache_folder`
    /// for as long as the compiler is the same file.
    ///
    /// # Errors
    /// If there is no compiler, or it cannot be run.
    pub(crate) fn describe(
        &self,
        target: Option<&str>,
        cache_folder: Option<&Utf8Path>,
    ) -> Result<Description, Failure> {
        const CACHE_VERSION: u32 = 1;
        let rustc = self.program("rustc");
        let metadata =
            std::fs::metadata(&rustc).map_err(|error| Failure(format!("`{rustc}` cannot be run: {error}")))?;
        let stamp = Stamp::of(&metadata);
        let kept = cache_folder.map(|folder| {
            let key = cache::key(&[rustc.as_str(), target.unwrap_or_default()]);
            folder.join("rust").join("toolchains").join(key)
        });
        if let Some((seen, description)) =
            kept.as_deref().and_then(|path| cache::read::<(Stamp, Description)>(path, CACHE_VERSION))
            && seen == stamp
        {
            return Ok(description);
        }
        let description = self.ask(target)?;
        if let Some(path) = kept
            && let Err(error) = cache::write(&path, CACHE_VERSION, &(stamp, &description))
        {
            tracing::info!("what rustc says is not kept on disk: {error}");
        }
        Ok(description)
    }

    fn ask(&self, target: Option<&str>) -> Result<Description, Failure> {
        let ask = |arguments: &[&str]| {
            let mut command = self.command("rustc");
            // The description of a target is not a stable output yet.
            command.args(arguments).env("RUSTC_BOOTSTRAP", "1");
            if let Some(target) = target {
                command.args(["--target", target]);
            }
            command::run(command)
        };
        // Three questions at a time: each takes some 40 ms, nearly all of it waiting.
        let (version, cfgs, layout) = std::thread::scope(|scope| {
            let cfgs = scope.spawn(|| ask(&["--print", "cfg"]));
            let layout = scope.spawn(|| ask(&["-Zunstable-options", "--print", "target-spec-json"]));
            (ask(&["-vV"]), cfgs.join(), layout.join())
        });
        let broken = |_| Err(Failure("rustc could not be asked".to_owned()));
        let (version, cfgs) = (version?.stdout, cfgs.unwrap_or_else(broken)?.stdout);
        let field =
            |name: &str| version.lines().find_map(|line| line.strip_prefix(name)).map(|it| it.trim().to_owned());
        let layout = layout.unwrap_or_else(broken).ok().and_then(|output| {
            let target: serde_json::Value = serde_json::from_str(&output.stdout).ok()?;
            Some(target.get("data-layout")?.as_str()?.to_owned())
        });
        Ok(Description {
            version: field("release:").ok_or_else(|| Failure("rustc does not say its version".to_owned()))?,
            host: field("host:").ok_or_else(|| Failure("rustc does not say its host".to_owned()))?,
            cfgs: cfgs.lines().filter_map(Cfg::parse).collect(),
            data_layout: layout,
        })
    }
}

/// Where toolchains are looked for. A structure of its own so that tests can make one.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    /// rustup's folder.
    pub rustup_home: Option<Utf8PathBuf>,
    /// `RUSTUP_TOOLCHAIN`.
    pub rustup_toolchain: Option<String>,
    /// `CARGO_HOME`.
    pub cargo_home: Option<Utf8PathBuf>,
    /// The folders of `PATH`, in order.
    pub path: Vec<Utf8PathBuf>,
    /// Folders that programs are never taken from: they belong to repositories.
    pub foreign: Vec<Utf8PathBuf>,
}

impl Surroundings {
    /// Those of this process. `foreign` are the workspace folders.
    pub(crate) fn of_process(foreign: &[Utf8PathBuf]) -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let home = variable(if cfg!(windows) { "USERPROFILE" } else { "HOME" });
        let rustup_home = variable("RUSTUP_HOME").map(Utf8PathBuf::from);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let behind_links = foreign.iter().filter_map(|folder| folder.canonicalize_utf8().ok());
        Self {
            rustup_home: rustup_home.or_else(|| Some(Utf8PathBuf::from(home?).join(".rustup"))),
            rustup_toolchain: variable("RUSTUP_TOOLCHAIN"),
            cargo_home: variable("CARGO_HOME").map(Utf8PathBuf::from),
            path: std::env::split_paths(&path).filter_map(|folder| Utf8PathBuf::from_path_buf(folder).ok()).collect(),
            foreign: foreign.iter().cloned().chain(behind_links).collect(),
        }
    }

    /// The toolchain for code in `folder`.
    pub(crate) fn find(&self, folder: &Utf8Path) -> Found {
        let mut found = Found::default();
        if let Some(rustup) = &self.rustup_home {
            let settings = RustupSettings::read(rustup);
            let wanted = match &self.rustup_toolchain {
                Some(name) => Some(name.clone()),
                None => settings.choice_for(folder),
            };
            found.toolchain = wanted.as_deref().and_then(|name| settings.toolchain(rustup, name));
            if found.toolchain.is_none() {
                found.missing = wanted;
                found.toolchain = settings.default_toolchain(rustup);
            }
        }
        found.toolchain = found.toolchain.or_else(|| self.on_path());
        found
    }

    /// The configuration in a repository that cargo would follow wherever it is run, because the user has
    /// cargo's folder there.
    pub(crate) fn foreign_config(&self) -> Option<Utf8PathBuf> {
        let home = self.cargo_home.as_ref()?.canonicalize_utf8().ok()?;
        let mut files = ["config", "config.toml"].map(|name| home.join(name)).into_iter();
        files.find(|file| file.is_file() && self.is_foreign(&home))
    }

    fn is_foreign(&self, path: &Utf8Path) -> bool {
        self.foreign.iter().any(|foreign| path.starts_with(foreign))
    }

    /// The toolchain whose programs are on `PATH`.
    fn on_path(&self) -> Option<Toolchain> {
        let program = format!("rustc{}", std::env::consts::EXE_SUFFIX);
        let folders = self.path.iter().filter(|folder| {
            // `.` and its like mean whatever repository is being looked at.
            folder.is_absolute() && !self.is_foreign(folder)
        });
        for folder in folders {
            // Distributions link the program from where the toolchain is.
            let Ok(real) = folder.join(&program).canonicalize_utf8() else { continue };
            let is_proxy = real.file_stem().is_some_and(|stem| stem.starts_with("rustup"));
            let Some(sysroot) = real.parent().and_then(Utf8Path::parent) else { continue };
            if !is_proxy && !self.is_foreign(sysroot) {
                return Some(Toolchain { sysroot: sysroot.to_owned(), name: None });
            }
        }
        None
    }
}

/// What rustup keeps in `settings.toml`.
#[derive(Deserialize, Default)]
struct RustupSettings {
    default_toolchain: Option<String>,
    default_host_triple: Option<String>,
    #[serde(default)]
    overrides: std::collections::BTreeMap<String, String>,
}

impl RustupSettings {
    fn read(rustup_home: &Utf8Path) -> Self {
        let text = std::fs::read_to_string(rustup_home.join("settings.toml")).unwrap_or_default();
        toml::from_str(&text).unwrap_or_default()
    }

    /// What the user set for a folder, or the repository asks for: whichever is nearest.
    fn choice_for(&self, folder: &Utf8Path) -> Option<String> {
        folder.ancestors().find_map(|folder| {
            let set = self.overrides.get(folder.as_str());
            set.cloned().or_else(|| toolchain_file(folder))
        })
    }

    /// An installed toolchain by its name or channel.
    fn toolchain(&self, rustup_home: &Utf8Path, name: &str) -> Option<Toolchain> {
        // A name is one part of a path; anything else would lead out of the folder of toolchains.
        let is_plain = !name.is_empty()
            && !name.starts_with('.')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
        if !is_plain {
            return None;
        }
        let folder = rustup_home.join("toolchains");
        let exact = folder.join(name);
        if exact.join("bin").is_dir() {
            return Some(Toolchain { sysroot: exact, name: Some(name.to_owned()) });
        }
        let full = match &self.default_host_triple {
            Some(host) => format!("{name}-{host}"),
            None => installed(&folder).into_iter().find(|it| it.starts_with(&format!("{name}-")))?,
        };
        let sysroot = folder.join(&full);
        sysroot.join("bin").is_dir().then_some(Toolchain { sysroot, name: Some(full) })
    }

    fn default_toolchain(&self, rustup_home: &Utf8Path) -> Option<Toolchain> {
        let default = self.default_toolchain.as_deref().and_then(|name| self.toolchain(rustup_home, name));
        default.or_else(|| {
            let names = installed(&rustup_home.join("toolchains"));
            names.iter().find_map(|name| self.toolchain(rustup_home, name))
        })
    }
}

/// The names of the toolchains in a folder, sorted, those of the stable channel first.
fn installed(folder: &Utf8Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_by_key(|name| (!name.starts_with("stable"), name.clone()));
    names
}

/// The channel that a folder's `rust-toolchain.toml` or `rust-toolchain` asks for. A `path` is left
/// alone: it would make the repository's own programs the compiler.
fn toolchain_file(folder: &Utf8Path) -> Option<String> {
    #[derive(Deserialize)]
    struct File {
        toolchain: Section,
    }
    #[derive(Deserialize)]
    struct Section {
        channel: Option<String>,
    }
    let read = |name: &str| std::fs::read_to_string(PathBuf::from(folder.join(name))).ok();
    let text = read("rust-toolchain").or_else(|| read("rust-toolchain.toml"))?;
    match toml::from_str::<File>(&text) {
        Ok(file) => file.toolchain.channel,
        // The old form of `rust-toolchain` is the bare name.
        Err(_) if text.trim().lines().count() == 1 => Some(text.trim().to_owned()),
        Err(_) => None,
    }
}

/// The options of this machine, for when no compiler can be asked.
pub(crate) fn assumed_cfgs() -> Vec<Cfg> {
    let mut lines = vec![
        format!("target_os=\"{}\"", std::env::consts::OS),
        format!("target_family=\"{}\"", std::env::consts::FAMILY),
        format!("target_arch=\"{}\"", std::env::consts::ARCH),
        format!("target_pointer_width=\"{}\"", usize::BITS),
        format!("target_endian=\"{}\"", if cfg!(target_endian = "little") { "little" } else { "big" }),
        "panic=\"unwind\"".to_owned(),
        std::env::consts::FAMILY.to_owned(),
    ];
    lines.extend(["8", "16", "32", "64", "ptr"].map(|width| format!("target_has_atomic=\"{width}\"")));
    lines.iter().filter_map(|line| Cfg::parse(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Home {
        _folder: tempfile::TempDir,
        root: Utf8PathBuf,
    }

    impl Home {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
            Self { _folder: folder, root }
        }

        fn write(&self, path: &str, text: &str) -> &Self {
            let path = self.root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
            self
        }

        fn surroundings(&self) -> Surroundings {
            Surroundings {
                rustup_home: Some(self.root.join("rustup")),
                rustup_toolchain: None,
                cargo_home: None,
                path: vec![Utf8PathBuf::from("."), self.root.join("repo/bin"), self.root.join("usr/bin")],
                foreign: vec![self.root.join("repo")],
            }
        }

        fn with_rustup(self) -> Self {
            self.write(
                "rustup/settings.toml",
                "default_toolchain = 'stable-t'\ndefault_host_triple = 't'\n[overrides]\n",
            );
            for name in ["stable-t", "1.80.0-t", "mine"] {
                self.write(&format!("rustup/toolchains/{name}/bin/rustc"), "");
            }
            self
        }

        fn found(&self, folder: &str) -> (Option<String>, Option<String>) {
            let found = self.surroundings().find(&self.root.join(folder));
            (found.toolchain.and_then(|it| it.name), found.missing)
        }
    }

    fn named(name: &str) -> (Option<String>, Option<String>) {
        (Some(name.to_owned()), None)
    }

    #[test]
    fn the_default_is_taken_where_nothing_else_is_asked_for() {
        assert_eq!(Home::new().with_rustup().found("repo"), named("stable-t"));
    }

    #[test]
    fn a_repository_chooses_among_what_is_installed() {
        let home = Home::new().with_rustup();
        home.write("repo/rust-toolchain.toml", "[toolchain]\nchannel = '1.80.0'\n");
        assert_eq!(home.found("repo/crates/a"), named("1.80.0-t"));
        home.write("repo/crates/a/rust-toolchain", "mine\n");
        assert_eq!(home.found("repo/crates/a"), named("mine"));
        home.write("repo/rust-toolchain.toml", "[toolchain]\nchannel = 'nightly-2020-01-01'\n");
        let fallback = (Some("stable-t".to_owned()), Some("nightly-2020-01-01".to_owned()));
        assert_eq!(home.found("repo"), fallback);
    }

    #[test]
    fn a_repository_cannot_bring_its_own() {
        let home = Home::new().with_rustup();
        home.write("repo/evil/bin/rustc", "");
        home.write("repo/rust-toolchain.toml", "[toolchain]\npath = 'evil'\n");
        assert_eq!(home.found("repo"), named("stable-t"));
        home.write("repo/rust-toolchain.toml", "[toolchain]\nchannel = '../../repo/evil'\n");
        assert_eq!(home.found("repo").0, Some("stable-t".to_owned()));
    }

    #[test]
    fn a_configuration_in_a_repository_is_seen() {
        let home = Home::new();
        home.write("repo/.cargo/config.toml", "").write("cargo/config.toml", "");
        let found = |folder: &str| {
            let cargo_home = Some(home.root.join(folder));
            Surroundings { cargo_home, ..home.surroundings() }.foreign_config()
        };
        assert_eq!(found("repo/.cargo"), Some(home.root.join("repo/.cargo/config.toml")));
        assert_eq!(found("cargo"), None);
        std::fs::remove_file(home.root.join("repo/.cargo/config.toml")).unwrap();
        assert_eq!(found("repo/.cargo"), None, "packages may be kept there");
    }

    #[test]
    fn without_rustup_the_path_is_searched_but_not_the_repository() {
        let home = Home::new();
        home.write("repo/bin/rustc", "").write("usr/bin/rustc", "");
        let found = home.surroundings().find(&home.root.join("repo"));
        assert_eq!(found.toolchain.unwrap().sysroot, home.root.join("usr"));
        std::fs::remove_file(home.root.join("usr/bin/rustc")).unwrap();
        assert_eq!(home.surroundings().find(&home.root.join("repo")), Found::default());
    }
}
