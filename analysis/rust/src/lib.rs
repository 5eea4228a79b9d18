//! Rust: rust-analyzer's engine behind the waist, with a loader of our own.
//!
//! ```text
//!   manifests ──▶ project (plain data, on disk) ──▶ load ──▶ rust-analyzer's database
//!                                                                 │
//!   waist ◀── convert ◀── semantics, features ◀── snapshot ◀──────┘
//! ```
//!
//! | module | subject |
//! | --- | --- |
//! | [`project`] | which crates there are |
//! | [`load`] | their files, into the engine's database |
//! | [`core`], [`update`] | what is loaded, and how changes come in |
//! | [`snapshot`] | asking the engine |
//! | [`semantics`], [`features`] | the answers |
//! | [`convert`] | from the engine's terms to those of the waist |

mod configuration;
mod convert;
mod core;
mod diagnostics;
mod engine;
mod features;
mod load;
mod project;
mod semantics;
mod snapshot;
mod threads;
mod update;

pub use engine::factory;
