//! The waist: two traits between the engines below and everything that asks them.
//!
//! ```text
//!   editor features · check · the oracle of completion · SCIP · impact
//!                 │ Features            │ Semantics
//!   ──────────────┴─────── the waist ───┴────────────
//!        python (ty)      rust (rust-analyzer)      core (our own)
//! ```
//!
//! [`Semantics`] is what only types can answer. [`Features`] is what an editor asks, one method for
//! each; its default implementations stand on `Semantics`, the name index and the syntax tree, and
//! serve every engine that does not know better.
//!
//! What holds here, and is tested by the module `contract` on every engine:
//!
//! - **Plain data.** Owned structs in UTF-8 offsets. No type of an engine, a grammar or a protocol.
//! - **Every read can be cancelled.** [`Cancelled`] means that the inputs changed; ask again.
//! - **Say what you know.** Each resolution carries a [`Confidence`].
//! - **No panic for a bad question.** An offset outside the file has an empty answer.

pub mod cancel;
pub mod completion;
#[cfg(feature = "contract")]
pub mod contract;
pub mod diagnostic;
pub mod edit;
pub mod engine;
pub mod features;
pub mod hierarchy;
pub mod moving;
pub mod presentation;
pub mod semantics;
pub mod symbol;

pub use montuno_syntax::tokens;

pub use cancel::{Cancellable, Cancelled};
pub use diagnostic::{Diagnostic, Severity};
pub use edit::{TextEdit, WorkspaceEdit};
pub use engine::{Context, Engine, Load, Snapshot};
pub use features::Features;
pub use moving::{FileMove, Moves};
pub use semantics::Semantics;
pub use symbol::{Confidence, Resolution, SymbolKind, Target};
