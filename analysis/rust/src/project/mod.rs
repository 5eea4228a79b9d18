//! What there is to analyse: from a file's place on disk to the crates that it may belong to.
//!
//! Nothing that a repository supplies is run here. Its manifests are read, by the user's own cargo in
//! a place where it finds nothing else of the repository's.
//!
//! | module | subject |
//! | --- | --- |
//! | [`graph`] | crates and what they depend on, as plain data |
//! | [`toolchain`] | the user's cargo and rustc |
//! | [`library_source`], [`documentation`] | where the standard library's source is |
//! | [`standard_library`], [`stand_ins`] | the crates of the standard library |
//! | [`discover`] | which manifests a file may belong to |
//! | [`cargo_config`] | the harmless parts of `.cargo/config.toml` |
//! | [`metadata`], [`assemble`] | from manifests to crates, by cargo |
//! | [`kept`] | crates on disk between runs |
//! | [`command`] | running a tool |

pub(crate) mod assemble;
pub(crate) mod cargo_config;
pub(crate) mod command;
pub(crate) mod discover;
pub(crate) mod documentation;
pub(crate) mod graph;
pub(crate) mod kept;
pub(crate) mod library_source;
pub(crate) mod metadata;
pub(crate) mod stand_ins;
pub(crate) mod standard_library;
pub(crate) mod toolchain;

mod projects;

pub(crate) use projects::{Place, Project, Projects};
