//! Which engines there are. No other module names one.

use montuno_base::{Feature, Language, Settings};
use montuno_ide::EngineSpec;

use crate::formatting;

/// Every engine.
pub(crate) fn all() -> Vec<EngineSpec> {
    vec![
        #[cfg(feature = "python")]
        EngineSpec { languages: vec![Language::Python], factory: montuno_python::factory(), loads_projects: false },
        #[cfg(feature = "rust")]
        EngineSpec { languages: vec![Language::Rust], factory: montuno_rust::factory(), loads_projects: true },
        #[cfg(feature = "syntax")]
        EngineSpec {
            languages: montuno_core::syntax_level::LANGUAGES.to_vec(),
            factory: montuno_core::syntax_level::factory(),
            loads_projects: false,
        },
        #[cfg(feature = "core")]
        EngineSpec { languages: vec![Language::Go], factory: montuno_core::go(), loads_projects: false },
        #[cfg(feature = "typescript")]
        EngineSpec {
            languages: vec![Language::TypeScript, Language::JavaScript],
            factory: montuno_core::typescript::factory(),
            loads_projects: false,
        },
    ]
}

/// The languages that some engine answers for and that the user left on, in the order in which they are listed.
pub(crate) fn languages(settings: &Settings) -> Vec<Language> {
    let answered: Vec<_> = all().into_iter().flat_map(|engine| engine.languages).collect();
    let wanted = |language: &Language| answered.contains(language) && settings.is_enabled(*language);
    Language::ALL.into_iter().filter(wanted).collect()
}

/// Whether a feature is there for a language: what is not is neither advertised nor answered.
pub(crate) fn answers(language: Language, feature: Feature) -> bool {
    if feature == Feature::Formatting {
        // Another program does it, whatever the engine knows.
        return formatting::is_possible(language);
    }
    if feature == Feature::InlineCompletion {
        // A model does it, whatever the engine knows.
        return true;
    }
    if feature == Feature::Diagnostics && language == Language::Html {
        // Of the scripts in it, by the engine of their language.
        return true;
    }
    #[cfg(feature = "syntax")]
    if montuno_core::syntax_level::LANGUAGES.contains(&language) {
        return montuno_core::syntax_level::answers(language, feature);
    }
    // The engines with types have everything but this.
    match feature {
        Feature::Moniker | Feature::OnTypeFormatting => {
            !matches!(language, Language::Go | Language::TypeScript | Language::JavaScript)
        }
        Feature::InlayHint => !matches!(language, Language::TypeScript | Language::JavaScript),
        _ => true,
    }
}

/// The languages that have a feature and in which the user left it on.
pub(crate) fn languages_with(feature: Feature, settings: &Settings) -> Vec<Language> {
    let mut found = languages(settings);
    found.retain(|&language| answers(language, feature) && settings.has(language, feature));
    found
}

/// How well a language is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Level {
    /// By its types: what a name leads to follows from the language's rules.
    Types,
    /// By its syntax: what a name leads to is likely, and says so.
    Syntax,
}

impl Level {
    /// In a word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Types => "types",
            Self::Syntax => "syntax",
        }
    }
}

/// How well a language is known.
pub(crate) fn level(language: Language) -> Level {
    #[cfg(feature = "syntax")]
    if montuno_core::syntax_level::LANGUAGES.contains(&language) {
        return Level::Syntax;
    }
    let _ = language;
    Level::Types
}

/// The languages of the whole program, those included whose engines this build was made without.
pub(crate) fn of_the_program() -> Vec<Language> {
    let built = languages(&Settings::default());
    let is_typed = |language: &Language| {
        use Language::{Go, JavaScript, Python, Rust, TypeScript};
        matches!(language, Python | Rust | TypeScript | JavaScript | Go)
    };
    let is_known = |language: &Language| built.contains(language) || is_typed(language);
    Language::ALL.into_iter().filter(is_known).collect()
}
