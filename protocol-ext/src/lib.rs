//! Montuno's own messages: what LSP and DAP cannot say.
//!
//! Each message is a type here, and nowhere else: the JSON Schema, the TypeScript types and the Lua types in
//! `protocol-ext/generated` are made from it by `cargo xtask protocol`, and a test fails while they are not current.
//!
//! | module | subject |
//! | --- | --- |
//! | [`negotiation`] | who speaks of these messages first, and in which version |
//! | [`place`] | positions and ranges, as LSP has them |
//! | [`status`] | `montuno/status`, `montuno/health` |
//! | [`completion`] | `montuno/explainCompletion` |
//! | [`context`] | `montuno/context` |
//! | [`instruct`] | `montuno/instruct` |
//! | [`models`] | `montuno/models` |
//! | [`next_edit`] | `montuno/nextEdit` |
//! | [`debugging`] | `montuno/runnables`, `montuno/debugConfiguration` |
//! | [`syntax_tree`] | `montuno/syntaxTree` |
//! | [`catalogue`] | every message, with an example |
//! | [`generate`] | types for clients |
//!
//! Within a version there are only additions: a field that is new is optional, a field that is unknown is no error.

pub mod catalogue;
pub mod completion;
pub mod context;
pub mod debugging;
pub mod generate;
pub mod instruct;
pub mod models;
pub mod negotiation;
pub mod next_edit;
pub mod place;
pub mod status;
pub mod syntax_tree;
