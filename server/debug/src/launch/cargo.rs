//! Rust: from a file to cargo's target, and from there to the program that cargo builds of it.

use camino::{Utf8Path, Utf8PathBuf};
use montuno_syntax::runnables::RunnableKind;
use serde_json::Value;

use super::build::{Reporter, Step};
use super::plan::{Extra, Given, Place, Plan, native_arguments};
use crate::backend::{Backend, discovery};

/// A target of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Target {
    package: String,
    version: String,
    name: String,
    kind: String,
    source: Utf8PathBuf,
    manifest: Utf8PathBuf,
    has_harness: bool,
}

impl Target {
    /// The option by which cargo builds this target alone.
    fn selection(&self) -> Vec<String> {
        match self.kind.as_str() {
            "bin" | "test" | "example" | "bench" => vec![format!("--{}", self.kind), self.name.clone()],
            _ => vec!["--lib".to_owned()],
        }
    }
}

/// A launch by a place in a Rust file.
///
/// # Errors
/// A sentence for the user: no cargo, no package, nothing to run there, or that the build failed.
pub async fn plan(place: &Place, extra: &Extra<'_>, backend: Backend, reporter: &Reporter) -> Result<Plan, String> {
    let cargo =
        discovery::which("cargo").ok_or("there is no `cargo` on PATH: install Rust, or name a built `program`")?;
    let manifest_folder = super::nearest_with(&place.file, &["Cargo.toml"])
        .ok_or_else(|| format!("{} is in no package: there is no Cargo.toml above it", place.file))?;
    let metadata = Step::new(&cargo, &["metadata", "--no-deps", "--format-version", "1"], &manifest_folder);
    let metadata: Value = serde_json::from_str(&metadata.output(&reporter.mark).await?)
        .map_err(|error| format!("cargo's description of the packages cannot be read: {error}"))?;
    let targets = targets(&metadata);
    let target = target_of(&place.file, &targets)
        .ok_or_else(|| format!("no target of the packages at {manifest_folder} has the file {}", place.file))?;
    let run = what_to_run(place, &target, &targets)?;

    let mut arguments: Vec<String> = run.command.iter().map(|word| (*word).to_owned()).collect();
    arguments.extend(["--message-format=json".to_owned(), "--package".to_owned()]);
    arguments.push(format!("{}@{}", run.target.package, run.target.version));
    arguments.extend(run.target.selection());
    for (option, name) in [("--features", "features"), ("--profile", "profile"), ("--target", "target")] {
        if let Some(value) = extra.arguments[name].as_str() {
            arguments.extend([option.to_owned(), value.to_owned()]);
        }
    }
    let step = Step { program: cargo, arguments, folder: manifest_folder };
    let executable = build(&step, &run, reporter).await?;

    let package_folder = run.target.manifest.parent().unwrap_or(&run.target.manifest).to_owned();
    let args: Vec<String> = run.args.iter().cloned().chain(extra.args()).collect();
    let environment = environment(&executable, &package_folder);
    let says = format!("Running {executable} {}", args.join(" "));
    let arguments = native_arguments(extra, backend, &executable, &args, &package_folder, &environment);
    let given =
        Given { arguments: Some(arguments), folder: Some(package_folder), says: Some(says), ..Given::default() };
    Ok(given.to(backend))
}

/// What is built, and how it is run.
#[derive(Debug)]
struct Run {
    target: Target,
    command: &'static [&'static str],
    /// Whether cargo builds its harness for tests.
    is_test: bool,
    args: Vec<String>,
}

const BUILD: &[&str] = &["build"];
const TEST: &[&str] = &["test", "--no-run"];

fn what_to_run(place: &Place, target: &Target, targets: &[Target]) -> Result<Run, String> {
    let target = target.clone();
    let program = |target: Target| Run { target, command: BUILD, is_test: false, args: Vec::new() };
    let Some(runnable) = &place.runnable else {
        // A place outside of all: the program that the file belongs to.
        return match target.kind.as_str() {
            "bin" | "example" => Ok(program(target)),
            "test" => Ok(Run { target, command: TEST, is_test: true, args: vec!["--nocapture".to_owned()] }),
            "bench" => Ok(bench(target, Vec::new())),
            _ => {
                let mut programs =
                    targets.iter().filter(|other| other.kind == "bin" && other.package == target.package);
                match (programs.next(), programs.next()) {
                    (Some(only), None) => Ok(program(only.clone())),
                    _ => Err(format!(
                        "there is no test and no main function at line {} of {}: put the cursor into one",
                        place.line.unwrap_or(1),
                        place.file
                    )),
                }
            }
        };
    };
    let mut path = module_path(&place.file, &target.source);
    path.extend(runnable.path.iter().cloned());
    let name = path.join("::");
    match runnable.kind {
        RunnableKind::Main if target.kind == "bench" => Ok(bench(target, Vec::new())),
        RunnableKind::Main => Ok(program(target)),
        RunnableKind::Benchmark => Ok(bench(target, vec![name, "--exact".to_owned()])),
        _ if !target.has_harness => {
            // Its own main function does what it likes with a name.
            Ok(Run { target, command: TEST, is_test: true, args: vec![name] })
        }
        RunnableKind::Group => {
            let args = vec![format!("{name}::"), "--nocapture".to_owned()];
            Ok(Run { target, command: TEST, is_test: true, args })
        }
        RunnableKind::Test | RunnableKind::Example => {
            let args = [name.as_str(), "--exact", "--nocapture", "--include-ignored"].map(str::to_owned).to_vec();
            Ok(Run { target, command: TEST, is_test: true, args })
        }
    }
}

fn bench(target: Target, mut args: Vec<String>) -> Run {
    args.push("--bench".to_owned());
    let is_test = target.has_harness;
    Run { target, command: BUILD, is_test, args }
}

fn targets(metadata: &Value) -> Vec<Target> {
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        for target in package["targets"].as_array().into_iter().flatten() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let kind = text(&target["kind"][0]);
            if kind == "custom-build" {
                continue;
            }
            let manifest = Utf8PathBuf::from(text(&package["manifest_path"]));
            // Cargo says whether a target is tested, not whether it has a harness; the manifest does.
            let has_harness = has_harness(&manifest, &kind, &text(&target["name"]));
            found.push(Target {
                package: text(&package["name"]),
                version: text(&package["version"]),
                name: text(&target["name"]),
                kind,
                source: text(&target["src_path"]).into(),
                manifest,
                has_harness,
            });
        }
    }
    found
}

fn has_harness(manifest: &Utf8Path, kind: &str, name: &str) -> bool {
    let Some(table) = std::fs::read_to_string(manifest).ok().and_then(|text| text.parse::<toml::Table>().ok()) else {
        return true;
    };
    let says_no = |target: &toml::Value| target.get("harness").and_then(toml::Value::as_bool) == Some(false);
    match table.get(kind) {
        Some(toml::Value::Array(all)) => {
            !all.iter().any(|one| one.get("name").and_then(toml::Value::as_str) == Some(name) && says_no(one))
        }
        Some(one) => !says_no(one),
        None => true,
    }
}

/// The target that a file belongs to: the one whose root it is, else the one whose root is nearest above it. A module
/// that both a library and a program could have is the library's.
fn target_of(file: &Utf8Path, targets: &[Target]) -> Option<Target> {
    let real = file.canonicalize_utf8().unwrap_or_else(|_| file.to_owned());
    let is_root = |target: &&Target| target.source == file || target.source == real;
    if let Some(target) = targets.iter().find(is_root) {
        return Some(target.clone());
    }
    let rank = |target: &Target| match target.kind.as_str() {
        "test" | "example" | "bench" => 0,
        "bin" => 1,
        _ => 2,
    };
    let above = targets.iter().filter(|target| {
        target.source.parent().is_some_and(|folder| file.starts_with(folder) || real.starts_with(folder))
    });
    above.max_by_key(|target| (target.source.components().count(), rank(target))).cloned()
}

/// The modules that a file is in, by its place below the root of its target.
fn module_path(file: &Utf8Path, root: &Utf8Path) -> Vec<String> {
    let real = file.canonicalize_utf8().unwrap_or_else(|_| file.to_owned());
    if file == root || real == root {
        return Vec::new();
    }
    let folder = root.parent().unwrap_or(root);
    let Ok(inside) = file.strip_prefix(folder).or_else(|_| real.strip_prefix(folder)) else { return Vec::new() };
    let mut parts: Vec<String> = inside.with_extension("").components().map(|part| part.to_string()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// Builds, and returns the program: cargo says which of its artifacts that is.
async fn build(step: &Step, run: &Run, reporter: &Reporter) -> Result<Utf8PathBuf, String> {
    reporter.building(format!("$ {}", step.text()));
    let mut executable = None;
    let mut errors = 0;
    let mut last_words = Vec::new();
    let mut done = 0;
    let succeeded = step
        .run(&reporter.mark, |is_out, line| {
            let message: Value = if is_out { serde_json::from_str(&line).unwrap_or_default() } else { Value::Null };
            match message["reason"].as_str() {
                Some("compiler-artifact") => {
                    done += 1;
                    let name = message["target"]["name"].as_str().unwrap_or_default();
                    reporter.progress(format!("{name} ({done} done)"), None);
                    let kinds = message["target"]["kind"].as_array();
                    let is_kind = kinds.is_some_and(|kinds| kinds.iter().any(|kind| *kind == run.target.kind.as_str()));
                    let is_it = message["target"]["name"] == run.target.name.as_str()
                        && message["target"]["src_path"] == run.target.source.as_str()
                        && (is_kind || run.target.kind != "bin")
                        && message["profile"]["test"] == run.is_test;
                    if let Some(path) = message["executable"].as_str().filter(|_| is_it) {
                        executable = Some(Utf8PathBuf::from(path));
                    }
                }
                Some("compiler-message") => {
                    let diagnostic = &message["message"];
                    let text = diagnostic["rendered"].as_str().or(diagnostic["message"].as_str()).unwrap_or_default();
                    let is_error = diagnostic["level"] == "error";
                    errors += usize::from(is_error);
                    let spans = diagnostic["spans"].as_array();
                    let span = spans.and_then(|spans| spans.iter().find(|span| span["is_primary"] == true));
                    let source = span.and_then(|span| Some(step.folder.join(span["file_name"].as_str()?)));
                    let source = source.filter(|source| source.is_file());
                    let at = span.and_then(|span| span["line_start"].as_i64());
                    reporter.print_at(if is_error { "stderr" } else { "console" }, text, source, at);
                }
                Some(_) => {}
                None if !is_out => {
                    reporter.print("console", line.clone());
                    if last_words.len() == 12 {
                        last_words.remove(0);
                    }
                    last_words.push(line);
                }
                None => {}
            }
        })
        .await?;
    reporter.built();
    if !succeeded {
        let why = match errors {
            0 => format!(":\n{}", last_words.join("\n")),
            1 => " with an error, see above".to_owned(),
            many => format!(" with {many} errors, see above"),
        };
        return Err(format!("the build failed{why}"));
    }
    executable.ok_or_else(|| format!("`{}` succeeded and made no program of {}", step.text(), run.target.name))
}

/// What cargo sets for a program that it runs.
fn environment(executable: &Utf8Path, package: &Utf8Path) -> Vec<(String, String)> {
    let mut found = vec![("CARGO_MANIFEST_DIR".to_owned(), package.to_string())];
    // Where dynamic libraries of dependencies are.
    let name = if cfg!(target_os = "macos") { "DYLD_FALLBACK_LIBRARY_PATH" } else { "LD_LIBRARY_PATH" };
    let folder = executable.parent().unwrap_or(executable);
    let mut folders = vec![folder.to_string(), folder.join("deps").to_string()];
    folders.extend(std::env::var(name).ok().filter(|own| !own.is_empty()));
    if !cfg!(windows) {
        found.push((name.to_owned(), folders.join(":")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(kind: &str, source: &str) -> Target {
        Target {
            package: "p".into(),
            version: "1.0.0".into(),
            name: "p".into(),
            kind: kind.into(),
            source: source.into(),
            manifest: "/p/Cargo.toml".into(),
            has_harness: true,
        }
    }

    #[test]
    fn a_file_belongs_to_the_target_whose_root_is_nearest() {
        let targets = [
            target("lib", "/p/src/lib.rs"),
            target("bin", "/p/src/main.rs"),
            target("bin", "/p/src/bin/tool/main.rs"),
            target("test", "/p/tests/it.rs"),
            target("test", "/p/tests/suite/main.rs"),
        ];
        for (file, source) in [
            ("/p/src/main.rs", "/p/src/main.rs"),
            ("/p/src/a/b.rs", "/p/src/lib.rs"),
            ("/p/src/bin/tool/x.rs", "/p/src/bin/tool/main.rs"),
            ("/p/tests/it.rs", "/p/tests/it.rs"),
            ("/p/tests/suite/a.rs", "/p/tests/suite/main.rs"),
        ] {
            assert_eq!(target_of(Utf8Path::new(file), &targets).unwrap().source, source, "{file}");
        }
        assert_eq!(target_of(Utf8Path::new("/q/src/lib.rs"), &targets), None);
    }

    #[test]
    fn modules_are_read_from_the_path() {
        for (file, modules) in [
            ("/p/src/lib.rs", vec![]),
            ("/p/src/a.rs", vec!["a"]),
            ("/p/src/a/mod.rs", vec!["a"]),
            ("/p/src/a/b.rs", vec!["a", "b"]),
        ] {
            assert_eq!(module_path(Utf8Path::new(file), Utf8Path::new("/p/src/lib.rs")), modules, "{file}");
        }
    }
}
