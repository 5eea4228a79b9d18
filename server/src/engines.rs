//! Which engines there are. No other module names one.

use montuno_base::Language;
use montuno_ide::EngineSpec;

/// Every engine.
pub(crate) fn all() -> Vec<EngineSpec> {
    vec![
        EngineSpec { languages: vec![Language::Python], factory: montuno_python::factory(), loads_projects: false },
        EngineSpec { languages: vec![Language::Rust], factory: montuno_rust::factory(), loads_projects: true },
    ]
}
