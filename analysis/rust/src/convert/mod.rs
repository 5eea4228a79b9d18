//! From the engine's own terms to those of the waist.

pub(crate) mod edit;
pub(crate) mod symbol;
pub(crate) mod target;
