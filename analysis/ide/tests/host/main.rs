//! The host of all engines, with engines whose every step a test decides.

mod changes;
mod everyone;
mod faults;
mod loading;
mod refusals;
mod speculation;
mod support;
