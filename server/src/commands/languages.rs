//! `montuno languages`: which language has which feature.

use std::process::ExitCode;

use montuno_base::{Feature, Language};
use serde_json::{Map, Value, json};

use super::say;
use crate::cli::Languages;
use crate::engines;

pub(crate) fn run(options: &Languages) -> anyhow::Result<ExitCode> {
    let languages = engines::of_the_program();
    let has = |language: Language| {
        let features = Feature::ALL.iter().copied().filter(move |&feature| engines::answers(language, feature));
        features.collect::<Vec<_>>()
    };
    if options.json {
        let listed = languages.iter().map(|&language| {
            let methods = has(language).into_iter().flat_map(Feature::methods).collect::<Vec<_>>();
            let level = engines::level(language).name();
            json!({ "id": language.id(), "name": language.name(), "level": level, "methods": methods })
        });
        let features = Feature::ALL.iter().map(|feature| (feature.name().to_owned(), json!(feature.methods())));
        let document = json!({
            "languages": listed.collect::<Vec<_>>(),
            "features": Value::Object(features.collect::<Map<_, _>>()),
        });
        say(&serde_json::to_string_pretty(&document)?);
        return Ok(ExitCode::SUCCESS);
    }
    for language in languages {
        let names: Vec<_> = has(language).into_iter().map(Feature::name).collect();
        say(&format!("{:<11} {:<6} {}", language.name(), engines::level(language).name(), names.join(" ")));
    }
    Ok(ExitCode::SUCCESS)
}
