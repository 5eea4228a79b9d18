//! The pages say what the code does.

use std::collections::BTreeSet;

use montuno_tests::documentation::{languages_page, settings_page, vscode_manifest};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
fn the_page_of_the_settings_is_current() {
    let page = std::fs::read_to_string(format!("{ROOT}/server/docs/settings.md")).unwrap_or_default();
    assert!(page == settings_page(), "run `cargo xtask docs`");
}

#[test]
fn the_settings_of_the_extension_for_vscode_are_current() {
    let manifest = std::fs::read_to_string(format!("{ROOT}/editors/vscode/package.json")).unwrap();
    assert!(manifest == vscode_manifest(&manifest), "run `cargo xtask docs`");
}

#[test]
fn the_page_of_the_languages_is_current() {
    let page = std::fs::read_to_string(format!("{ROOT}/server/docs/languages.md")).unwrap_or_default();
    assert!(page == languages_page(), "run `cargo xtask docs`");
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut pages = vec!["README.md".to_owned(), "CONTRIBUTING.md".to_owned(), "CHANGELOG.md".to_owned()];
    for folder in ["server/docs", "analysis/check/rules"] {
        for entry in std::fs::read_dir(format!("{ROOT}/{folder}")).unwrap().flatten() {
            pages.push(format!("{folder}/{}", entry.file_name().to_string_lossy()));
        }
    }
    let mut broken = BTreeSet::new();
    for page in &pages {
        let text = std::fs::read_to_string(format!("{ROOT}/{page}")).unwrap();
        let folder = std::path::Path::new(page).parent().unwrap();
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split([')', '#']).next().unwrap_or_default();
            let inside = !target.is_empty() && !target.contains("://");
            if inside && !std::path::Path::new(ROOT).join(folder).join(target).exists() {
                broken.insert(format!("{page}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
