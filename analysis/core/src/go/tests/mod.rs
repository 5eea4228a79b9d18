//! Tests of Go's engine through the waist.

mod fixture;
mod incremental;
mod invalidation;
mod projects;
mod references;
