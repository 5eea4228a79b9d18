//! Tests of the engine through the waist.

mod definitions;
pub(crate) mod fixture;
mod invalidation;
mod projects;
