//! Which engines there are. No other module names one.
//!
//! An engine that lands adds its own line here:
//! `EngineSpec { languages: vec![Language::Python], factory: montuno_python::factory(), loads_projects: false },`
//! `EngineSpec { languages: vec![Language::Rust], factory: montuno_rust::factory(), loads_projects: true },`

use montuno_ide::EngineSpec;

/// Every engine.
pub(crate) fn all() -> Vec<EngineSpec> {
    vec![]
}
