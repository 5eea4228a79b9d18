//! Our own engine: one incremental core, and a plug-in for each language.
//!
//! ```text
//!   snapshot (the waist) ──▶ LanguagePlugin ──▶ the language's queries ──▶ summaries · bodies · types
//!                                                        │
//!                                          database: files, folders, programs
//! ```
//!
//! | module | subject |
//! | --- | --- |
//! | `engine` | changes in, snapshots out |
//! | `aside` | what is worked out on a thread of its own |
//! | `database` | files and folders as inputs, open buffers over the disk |
//! | `name` | identifiers: compared by address |
//! | `program` | what a file means depends on its project: one file may be part of several |
//! | `plugin` | what a language supplies |
//! | `ir`, `types` | what languages are lowered to, and types, each kept once |
//! | `go` | Go |
//! | [`syntax_level`] | languages of which only the syntax is known: an engine of its own |
//! | `snapshot`, `completion`, `uses`, `actions` | the waist's answers, for every language alike |
//!
//! What holds in every plug-in, and is tested:
//!
//! - What is told of a file for others (its summary) has no offsets: typing in a body changes nothing
//!   that another file depends on.
//! - Trees are dropped once they are read.
//! - What depends on a project says so by taking a `Unit`, never a file alone.

mod actions;
mod aside;
mod completion;
mod database;
mod engine;
mod go;
mod ir;
mod name;
mod plugin;
mod program;
mod snapshot;
pub mod syntax_level;
mod types;
pub mod typescript;
mod uses;
mod view;

use montuno_semantic::engine::EngineFactory;

/// Makes the engine for Go.
pub fn go() -> EngineFactory {
    engine::factory(&go::Go)
}
