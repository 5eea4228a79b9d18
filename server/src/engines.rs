//! Which engines there are. No other module names one.

use montuno_ide::EngineSpec;

/// Every engine.
pub(crate) fn all() -> Vec<EngineSpec> {
    vec![
        #[cfg(feature = "python")]
        EngineSpec {
            languages: vec![montuno_base::Language::Python],
            factory: montuno_python::factory(),
            loads_projects: false,
        },
        #[cfg(feature = "rust")]
        EngineSpec {
            languages: vec![montuno_base::Language::Rust],
            factory: montuno_rust::factory(),
            loads_projects: true,
        },
    ]
}
