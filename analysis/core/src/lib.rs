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
//! | `database` | files and folders as inputs, open buffers over the disk |
//! | `name` | identifiers: compared by address |
//! | `program` | what a file means depends on its project: one file may be part of several |
//! | `plugin` | what a language supplies |
//! | [`syntax_level`] | languages of which only the syntax is known: an engine of its own |
//! | `snapshot`, `completion`, `uses` | the waist's answers, for every language alike |
//!
//! What holds in every plug-in, and is tested:
//!
//! - What is told of a file for others (its summary) has no offsets: typing in a body changes nothing
//!   that another file depends on.
//! - Trees are dropped once they are read.
//! - What depends on a project says so by taking a `Unit`, never a file alone.

#![allow(dead_code, reason = "the first language comes with the next change")]

mod completion;
mod database;
mod engine;
mod name;
mod plugin;
mod program;
mod snapshot;
pub mod syntax_level;
mod uses;
mod view;
