//! Which engines there are. No other module names one.

use montuno_base::{Language, Settings};
use montuno_ide::EngineSpec;

/// Every engine.
pub(crate) fn all() -> Vec<EngineSpec> {
    vec![
        #[cfg(feature = "python")]
        EngineSpec { languages: vec![Language::Python], factory: montuno_python::factory(), loads_projects: false },
        #[cfg(feature = "rust")]
        EngineSpec { languages: vec![Language::Rust], factory: montuno_rust::factory(), loads_projects: true },
    ]
}

/// The languages that some engine answers for and that the user left on, in the order in which they are listed.
pub(crate) fn languages(settings: &Settings) -> Vec<Language> {
    let answered: Vec<_> = all().into_iter().flat_map(|engine| engine.languages).collect();
    let wanted = |language: &Language| answered.contains(language) && settings.is_enabled(*language);
    Language::ALL.into_iter().filter(wanted).collect()
}
