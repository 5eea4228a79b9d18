//! What Go is on this machine: found by reading files and variables, without running anything.

use std::sync::Arc;

use montuno_base::{Utf8Path, Utf8PathBuf};

use super::constraint::{ARCHITECTURES, SYSTEMS, UNIX};
use crate::database::Db;
use crate::name::Name;

/// What Go is on this machine.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Environment {
    /// Where the standard library is: the folder that holds `src`.
    pub goroot: Option<Utf8PathBuf>,
    /// Where modules are kept that were downloaded.
    pub module_cache: Option<Utf8PathBuf>,
    /// The folders of the time before modules, each holding `src`.
    pub gopath: Vec<Utf8PathBuf>,
    /// The system that is built for.
    pub system: &'static str,
    /// The architecture that is built for.
    pub architecture: &'static str,
    /// Further tags that are set.
    pub tags: Vec<Name>,
    /// The version of the standard library, as `1.19`'s 19; a large number if it is not known.
    pub minor_version: u32,
}

/// What Go is on this machine and in this workspace.
#[salsa::tracked(returns(clone))]
pub(crate) fn environment(db: &dyn Db) -> Arc<Environment> {
    let workspace = db.workspace();
    let roots = workspace.roots(db);
    let _ = workspace.revision(db);
    let home = db.variable("HOME").or_else(|| db.variable("USERPROFILE")).map(Utf8PathBuf::from);
    let gopath: Vec<Utf8PathBuf> = match db.variable("GOPATH") {
        Some(list) => std::env::split_paths(&list).filter_map(|path| Utf8PathBuf::from_path_buf(path).ok()).collect(),
        None => home.iter().map(|home| home.join("go")).collect(),
    };
    let module_cache = db.variable("GOMODCACHE").map(Utf8PathBuf::from);
    let module_cache = module_cache.or_else(|| gopath.first().map(|path| path.join("pkg/mod")));
    let goroot = find_goroot(db, roots, home.as_deref(), module_cache.as_deref());
    let known = |list: &'static [&'static str], name: &str| list.iter().find(|known| **known == name).copied();
    let system = db.variable("GOOS").and_then(|name| known(SYSTEMS, &name));
    let architecture = db.variable("GOARCH").and_then(|name| known(ARCHITECTURES, &name));
    let tags = db.variable("GOFLAGS").map(|flags| tags_of(&flags)).unwrap_or_default();
    let minor_version = goroot.as_deref().and_then(version_of).unwrap_or(u32::MAX);
    Arc::new(Environment {
        goroot,
        module_cache,
        gopath,
        system: system.unwrap_or(host_system()),
        architecture: architecture.unwrap_or(host_architecture()),
        tags,
        minor_version,
    })
}

impl Environment {
    /// Whether a build for a system and an architecture sets a tag.
    pub(crate) fn sets(&self, tag: Name, system: &str, architecture: &str) -> bool {
        let text = tag.as_str();
        if let Some(minor) = text.strip_prefix("go1.").and_then(|minor| minor.parse::<u32>().ok()) {
            return minor <= self.minor_version;
        }
        text == system
            || text == architecture
            || (text == "unix" && UNIX.contains(&system))
            || (text == "linux" && system == "android")
            || (text == "darwin" && system == "ios")
            || (text == "solaris" && system == "illumos")
            || matches!(text, "gc" | "cgo")
            || self.tags.contains(&tag)
    }
}

fn tags_of(flags: &str) -> Vec<Name> {
    let lists = flags
        .split_whitespace()
        .filter_map(|flag| flag.strip_prefix("-tags=").or_else(|| flag.strip_prefix("--tags=")));
    lists.flat_map(|list| list.split(',')).filter(|tag| !tag.is_empty()).map(Name::new).collect()
}

fn host_system() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        other => SYSTEMS.iter().find(|known| **known == other).copied().unwrap_or("linux"),
    }
}

fn host_architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "x86" => "386",
        "aarch64" => "arm64",
        "loongarch64" => "loong64",
        "powerpc64" => "ppc64le",
        other => ARCHITECTURES.iter().find(|known| **known == other).copied().unwrap_or("amd64"),
    }
}

/// Whether a folder holds a standard library's sources.
fn is_goroot(path: &Utf8Path) -> bool {
    path.join("src/builtin/builtin.go").is_file() && path.join("src/runtime").is_dir()
}

fn find_goroot(
    db: &dyn Db,
    roots: &[Utf8PathBuf],
    home: Option<&Utf8Path>,
    module_cache: Option<&Utf8Path>,
) -> Option<Utf8PathBuf> {
    // The workspace may itself be one: then it is the one that is meant.
    let own = roots.iter().flat_map(|root| root.ancestors().take(6)).find(|path| is_goroot(path));
    if let Some(own) = own {
        return Some(own.to_owned());
    }
    if let Some(named) = db.variable("GOROOT").map(Utf8PathBuf::from).filter(|path| is_goroot(path)) {
        return Some(named);
    }
    let on_path = db.variable("PATH").and_then(|list| {
        std::env::split_paths(&list).find_map(|folder| {
            // The command may be a link to where it really is.
            let command = folder.join(if cfg!(windows) { "go.exe" } else { "go" }).canonicalize().ok()?;
            let root = Utf8PathBuf::from_path_buf(command.parent()?.parent()?.to_owned()).ok()?;
            is_goroot(&root).then_some(root)
        })
    });
    if on_path.is_some() {
        return on_path;
    }
    let usual = [
        "/usr/local/go",
        "/usr/lib/go",
        "/usr/lib/golang",
        "/usr/share/golang",
        "/usr/local/opt/go/libexec",
        "/opt/homebrew/opt/go/libexec",
        "C:\\Program Files\\Go",
    ];
    if let Some(found) = usual.iter().map(Utf8Path::new).find(|path| is_goroot(path)) {
        return Some(found.to_owned());
    }
    // Toolchains that were downloaded, the newest first; distributions name theirs by version.
    let mut folders: Vec<Utf8PathBuf> = Vec::new();
    for (parent, prefix) in [
        (home.map(|home| home.join("sdk")), "go1"),
        (module_cache.map(|cache| cache.join("golang.org")), "toolchain@"),
        (Some(Utf8PathBuf::from("/usr/lib")), "go-1"),
    ] {
        for entry in parent.into_iter().filter_map(|parent| parent.read_dir_utf8().ok()).flatten().flatten() {
            if entry.file_name().starts_with(prefix) && is_goroot(entry.path()) {
                folders.push(entry.path().to_owned());
            }
        }
    }
    folders.sort_by_key(|path| version_of(path));
    folders.pop()
}

/// The minor version of a standard library: of `go1.19.8`, 19.
fn version_of(goroot: &Utf8Path) -> Option<u32> {
    let text = std::fs::read_to_string(goroot.join("VERSION")).ok()?;
    let rest = text.trim().strip_prefix("go1.")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
