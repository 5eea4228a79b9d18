//! Go: programs, tests and subtests. Delve builds them itself.

use camino::Utf8Path;
use montuno_syntax::runnables::RunnableKind;
use serde_json::{Value, json};

use super::build::Reporter;
use super::plan::{Extra, Given, Place, Plan};
use crate::backend::Backend;
use crate::backend::process::Mark;

/// A launch by a place in a Go file.
///
/// # Errors
/// A sentence for the user.
pub fn plan(place: &Place, extra: &Extra<'_>, reporter: &Reporter) -> Result<Plan, String> {
    let folder = place.file.parent().unwrap_or(&place.file).to_owned();
    if super::nearest_with(&place.file, &["go.mod"]).is_none() {
        return Err(format!("{} is in no module: there is no go.mod above it; run `go mod init`", place.file));
    }
    let is_test_file = place.file.as_str().ends_with("_test.go");
    let kind = place.runnable.as_ref().map(|runnable| runnable.kind);
    let path = place.runnable.as_ref().map(|runnable| runnable.path.as_slice()).unwrap_or_default();
    let (mode, args) = match kind {
        Some(RunnableKind::Benchmark) => {
            ("test", vec!["-test.run=^$".to_owned(), format!("-test.bench={}", pattern(path))])
        }
        Some(RunnableKind::Test | RunnableKind::Example | RunnableKind::Group) => {
            ("test", vec![format!("-test.run={}", pattern(path)), "-test.v".to_owned()])
        }
        None if is_test_file => ("test", vec!["-test.v".to_owned()]),
        _ => ("debug", Vec::new()),
    };
    let mut added = defaults(Some(&folder));
    let all: Vec<String> = args.into_iter().chain(extra.args()).collect();
    let says = format!("go {} {folder} {}", if mode == "test" { "test" } else { "run" }, all.join(" "));
    reporter.building(format!("$ {says}"));
    added["mode"] = mode.into();
    added["program"] = folder.as_str().into();
    added["args"] = all.into();
    added["cwd"] = folder.as_str().into();
    added["output"] = output(&reporter.mark);
    let arguments = extra.with(added);
    reporter.built();
    Ok(Given { arguments: Some(arguments), folder: Some(folder), ..Given::default() }.to(Backend::Delve))
}

/// Where Delve puts what it builds: without it, into the folder of the source.
pub fn output(mark: &Mark) -> Value {
    std::env::temp_dir().join(format!("montuno-{}", mark.as_str())).to_string_lossy().into()
}

/// What a launch by Delve says where the user says nothing.
pub fn defaults(program: Option<&Utf8Path>) -> Value {
    let is_source = program.is_some_and(|program| program.is_dir() || program.extension() == Some("go"));
    json!({
        "type": "go",
        "mode": if is_source { "debug" } else { "exec" },
        "outputMode": "remote",
        "hideSystemGoroutines": true,
    })
}

/// The regular expression by which `go test` selects one test and its subtests.
fn pattern(path: &[String]) -> String {
    path.iter().map(|name| format!("^{}$", escaped(&name.replace(' ', "_")))).collect::<Vec<_>>().join("/")
}

fn escaped(name: &str) -> String {
    let special = |letter: char| r"\.+*?()|[]{}^$".contains(letter);
    name.chars().flat_map(|letter| special(letter).then_some('\\').into_iter().chain([letter])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subtest_is_selected_by_its_whole_name() {
        assert_eq!(pattern(&["TestA".into(), "one two (3)".into()]), r"^TestA$/^one_two_\(3\)$");
    }
}
