//! One host for all engines: changes go in, answers come out.
//!
//! ```text
//!   change ──▶ inputs (at once) ──▶ each engine's queue ──▶ engine (as soon as its readers have left)
//!   question ──▶ engine: queue emptied, snapshot taken ──▶ answer, or cancelled and asked again
//! ```
//!
//! What the host promises:
//!
//! - A change is in the inputs when [`Host::change`] returns, whatever the engines are doing.
//! - A question is answered from the inputs as they were when it was asked, or from later ones if its
//!   document did not change meanwhile; never from earlier ones.
//! - An engine that panics fails that one question. It is made anew for the next; the others go on.

mod host;
mod slot;
mod speculation;

pub use host::{Arrival, EngineReport, Event, Host, Options, Refusal};
pub use slot::EngineSpec;
