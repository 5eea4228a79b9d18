//! Python: ty's engine behind the waist.
//!
//! Nothing of ty, ruff or salsa leaves this crate. The engine reads files; it never runs anything.
//!
//! | module | subject |
//! | --- | --- |
//! | [`engine`] | changes in, snapshots out |
//! | `database`, `system` | ty's engine over the disk and the open buffers |
//! | `project` | manifests, environments, search paths: one program for each project |
//! | `vendored` | the stubs of the standard library, as files that an editor can open |
//! | `snapshot` | the answers at one revision: one function of a module below for each |
//! | `cursor` | what stands at a place |
//! | `navigation` | where it leads |
//! | `diagnostics` | what is wrong, and how sure that is |

mod code_actions;
mod completion;
mod convert;
mod cursor;
mod database;
mod definitions;
mod diagnostics;
mod docstring;
pub mod engine;
mod exports;
mod hierarchy;
mod hover;
mod importing;
mod inlay_hints;
mod items;
mod monikers;
mod moves;
mod navigation;
mod on_type;
mod organize_imports;
mod project;
mod semantic_tokens;
mod signatures;
mod snapshot;
mod system;
mod target;
#[cfg(test)]
mod tests;
mod uses;
mod variables;
mod vendored;
mod view;
mod workspace_symbols;

pub use engine::factory;
