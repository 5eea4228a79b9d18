//! Where the source of the standard library is.

use camino::{Utf8Path, Utf8PathBuf};

use super::documentation;
use super::toolchain::Toolchain;

/// The source of the standard library.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct LibrarySource {
    /// The folder that holds `core`, `alloc` and `std`.
    pub folder: Utf8PathBuf,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where the source of the standard library comes from, in the order of preference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Origin {
    /// The setting `rust.library-source`.
    Setting,
    /// `RUST_SRC_PATH`.
    Environment,
    /// The toolchain's component `rust-src`.
    Component,
    /// A package of the system's distribution.
    Distribution,
    /// Recovered from the toolchain's documentation.
    Documentation,
}

impl Origin {
    /// As a user is told.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Setting => "the setting `rust.library-source`",
            Self::Environment => "RUST_SRC_PATH",
            Self::Component => "the toolchain's rust-src",
            Self::Distribution => "the distribution's package",
            Self::Documentation => "the toolchain's documentation",
        }
    }
}

/// What decides where it is looked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Search<'a> {
    pub setting: Option<&'a Utf8Path>,
    /// The value of `RUST_SRC_PATH`.
    pub environment: Option<&'a Utf8Path>,
    pub toolchain: Option<&'a Toolchain>,
    /// The version of the toolchain, which its documentation must have.
    pub version: Option<&'a str>,
    /// Where distributions put sources; `/usr` except in tests.
    pub system: Option<&'a Utf8Path>,
    pub cache_folder: Option<&'a Utf8Path>,
}

impl Search<'_> {
    /// The source, by the first way that leads to one. May take half a second at the first time that
    /// it is recovered from the documentation.
    pub(crate) fn find(&self) -> Option<LibrarySource> {
        let sysroot = self.toolchain.map(|toolchain| toolchain.sysroot.as_path());
        let component = sysroot.map(|sysroot| sysroot.join("lib/rustlib/src/rust/library"));
        let known = [
            (self.setting.map(Utf8Path::to_owned), Origin::Setting),
            (self.environment.map(Utf8Path::to_owned), Origin::Environment),
            (component, Origin::Component),
        ];
        let known = known.into_iter().filter_map(|(folder, origin)| Some((folder?, origin)));
        let packaged = self.packaged().into_iter().map(|folder| (folder, Origin::Distribution));
        let found = known.chain(packaged).find(|(folder, _)| is_library(folder));
        if let Some((folder, origin)) = found {
            return Some(LibrarySource { folder, origin });
        }
        let folder = documentation::recover(sysroot?, self.version?, self.cache_folder?)?;
        Some(LibrarySource { folder, origin: Origin::Documentation })
    }

    /// Where distributions put it: Debian below `src/rustc-1.85.0`, Fedora and Arch below `lib/rustlib`.
    fn packaged(&self) -> Vec<Utf8PathBuf> {
        let Some(system) = self.system else { return Vec::new() };
        let mut folders = vec![system.join("lib/rustlib/src/rust/library")];
        let mut sources: Vec<_> = system.join("src").read_dir_utf8().into_iter().flatten().flatten().collect();
        sources.retain(|entry| entry.file_name().starts_with("rustc-"));
        sources.sort_by_key(|entry| std::cmp::Reverse(entry.file_name().to_owned()));
        folders.extend(sources.iter().map(|entry| entry.path().join("library")));
        folders
    }
}

/// Whether a folder holds the standard library.
fn is_library(folder: &Utf8Path) -> bool {
    folder.is_absolute() && folder.join("core/src/lib.rs").is_file()
}
