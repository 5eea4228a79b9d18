//! JavaScript and TypeScript in Node: scripts, and tests by the test tool of the package.

use camino::{Utf8Path, Utf8PathBuf};
use montuno_syntax::runnables::RunnableKind;
use serde_json::{Value, json};

use super::build::{Reporter, Step};
use super::plan::{Extra, Given, Place, Plan};
use crate::backend::{Backend, discovery};

/// A launch by a place in a JavaScript or TypeScript file.
///
/// # Errors
/// A sentence for the user.
pub async fn plan(place: &Place, extra: &Extra<'_>, reporter: &Reporter) -> Result<Plan, String> {
    let file = &place.file;
    let root = super::nearest_with(file, &["package.json"]).unwrap_or_else(|| file.parent().unwrap_or(file).to_owned());
    let mut added = defaults(Some(file), extra);
    let title = place.runnable.as_ref().filter(|it| it.kind != RunnableKind::Main).map(|it| it.path.join(" "));
    let is_test_file = file
        .file_stem()
        .is_some_and(|stem| ["test", "spec"].iter().any(|word| stem == *word || stem.ends_with(&format!(".{word}"))));
    let says = if (title.is_some() || is_test_file)
        && let Some((program, args)) = test_tool(&root, file, title.as_deref())
    {
        added["program"] = program.as_str().into();
        added["args"] = args.iter().cloned().chain(extra.args()).collect();
        added["cwd"] = root.as_str().into();
        format!("$ node {program} {}", args.join(" "))
    } else {
        let program = if is_typescript(file) {
            match typescript(file, &root, reporter).await? {
                Runs::Itself => file.clone(),
                Runs::With(runtime) => {
                    added["runtimeExecutable"] = runtime.as_str().into();
                    file.clone()
                }
                Runs::As(script) => script,
            }
        } else {
            file.clone()
        };
        if title.is_some() && std::fs::read_to_string(file).is_ok_and(|text| text.contains("node:test")) {
            let name = place.runnable.as_ref().and_then(|it| it.path.last()).cloned().unwrap_or_default();
            added["runtimeArgs"] =
                json!(["--test", "--test-isolation=none", format!("--test-name-pattern={}", escaped(&name))]);
            if !has_isolation().await {
                // An older Node runs each file in a process of its own: without the tool, the file is its own test.
                added["runtimeArgs"] = json!([format!("--test-name-pattern={}", escaped(&name))]);
            }
        }
        added["program"] = program.as_str().into();
        added["cwd"] = root.as_str().into();
        format!("$ node {program}")
    };
    let arguments = extra.with(added);
    Ok(Given { arguments: Some(arguments), folder: Some(root), says: Some(says), ..Given::default() }
        .to(Backend::JsDebug))
}

/// What a launch by js-debug says where the user says nothing.
pub fn defaults(program: Option<&Utf8Path>, extra: &Extra<'_>) -> Value {
    let root = program
        .and_then(|program| super::nearest_with(program, &["package.json", "tsconfig.json", ".git"]))
        .or_else(|| program.and_then(Utf8Path::parent).map(Utf8Path::to_owned));
    let mut skipped = vec!["<node_internals>/**".to_owned()];
    if extra.settings.written.just_my_code {
        skipped.push("**/node_modules/**".to_owned());
    }
    let mut added = json!({
        "type": "pwa-node",
        "console": "internalConsole",
        "outputCapture": "std",
        "sourceMaps": true,
        "pauseForSourceMap": true,
        "skipFiles": skipped,
    });
    if let Some(root) = root {
        // Without it, breakpoints in sources of maps are not bound.
        added["__workspaceFolder"] = root.as_str().into();
        added["rootPath"] = root.as_str().into();
        added["outFiles"] = json!([format!("{root}/**/*.(m|c|)js"), "!**/node_modules/**"]);
        added["resolveSourceMapLocations"] = json!([format!("{root}/**"), "!**/node_modules/**"]);
        if extra.arguments["cwd"].is_null() {
            added["cwd"] = root.as_str().into();
        }
    }
    added
}

fn is_typescript(file: &Utf8Path) -> bool {
    matches!(file.extension(), Some("ts" | "mts" | "cts" | "tsx"))
}

/// The test tool that is installed for a package, with its arguments for one test.
fn test_tool(root: &Utf8Path, file: &Utf8Path, title: Option<&str>) -> Option<(Utf8PathBuf, Vec<String>)> {
    let tool =
        |path: &str| root.ancestors().map(|folder| folder.join("node_modules").join(path)).find(|path| path.is_file());
    let select = |option: &str| title.map(|title| [option.to_owned(), escaped(title)]).into_iter().flatten();
    if let Some(vitest) = tool("vitest/vitest.mjs") {
        let args = ["run", file.as_str(), "--no-file-parallelism", "--pool=forks"].map(str::to_owned);
        return Some((vitest, args.into_iter().chain(select("-t")).collect()));
    }
    if let Some(jest) = tool("jest/bin/jest.js") {
        let args = ["--runInBand", "--runTestsByPath", file.as_str()].map(str::to_owned);
        return Some((jest, args.into_iter().chain(select("-t")).collect()));
    }
    let mocha = tool("mocha/bin/mocha.js")?;
    let args = ["--no-timeouts", file.as_str()].map(str::to_owned);
    Some((mocha, args.into_iter().chain(select("-g")).collect()))
}

/// A title as a regular expression that means it alone.
fn escaped(title: &str) -> String {
    let special = |letter: char| r"\.+*?()|[]{}^$/".contains(letter);
    title.chars().flat_map(|letter| special(letter).then_some('\\').into_iter().chain([letter])).collect()
}

/// How a TypeScript file is run.
enum Runs {
    /// Node reads it.
    Itself,
    /// By another runtime.
    With(Utf8PathBuf),
    /// As the script that it was compiled to.
    As(Utf8PathBuf),
}

async fn typescript(file: &Utf8Path, root: &Utf8Path, reporter: &Reporter) -> Result<Runs, String> {
    let installed =
        |path: &str| root.ancestors().map(|folder| folder.join("node_modules").join(path)).find(|path| path.is_file());
    if let Some(tsx) = installed(".bin/tsx") {
        return Ok(Runs::With(tsx));
    }
    let project = super::nearest_with(file, &["tsconfig.json"]);
    if let Some(folder) = project {
        let script = compiled(file, &folder);
        if let (Some(compiler), Some(node)) = (installed("typescript/bin/tsc"), discovery::which("node")) {
            let step = Step::new(node, &[compiler.as_str(), "-p", folder.as_str(), "--sourceMap"], &folder);
            reporter.building(format!("$ tsc -p {folder} --sourceMap"));
            let succeeded = step.run(&reporter.mark, |_, line| reporter.print("stderr", line)).await?;
            reporter.built();
            // The compiler writes scripts of what has errors as well, unless it is told not to.
            if let Some(script) = script.as_ref().filter(|script| script.is_file()) {
                return Ok(Runs::As(script.clone()));
            }
            if !succeeded {
                return Err("the build failed: TypeScript's compiler has errors, see above".to_owned());
            }
        }
        if let Some(script) = script.filter(|script| script.is_file()) {
            return Ok(Runs::As(script));
        }
    }
    let beside = file.with_extension(match file.extension() {
        Some("mts") => "mjs",
        Some("cts") => "cjs",
        _ => "js",
    });
    if beside.is_file() {
        return Ok(Runs::As(beside));
    }
    let node = node_version().await;
    if node.is_some_and(|version| version >= (22, 18)) {
        return Ok(Runs::Itself);
    }
    Err(format!(
        "{file} has to be compiled first: there is no script of it, no tsx and no typescript in node_modules; install \
         one of them, or Node 22.18 or newer, which reads TypeScript itself"
    ))
}

/// The script that TypeScript's compiler writes for a file, by the project's `outDir` and `rootDir`.
fn compiled(file: &Utf8Path, folder: &Utf8Path) -> Option<Utf8PathBuf> {
    let text = std::fs::read_to_string(folder.join("tsconfig.json")).ok()?;
    let options = option_texts(&text);
    let get = |name: &str| options.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let out = get("outDir").map_or_else(|| folder.to_owned(), |out| folder.join(out.trim_start_matches("./")));
    let extension = match file.extension() {
        Some("mts") => "mjs",
        Some("cts") => "cjs",
        _ => "js",
    };
    let mut candidates = Vec::new();
    if let Some(source) = get("rootDir")
        && let Ok(inside) = file.strip_prefix(folder.join(source.trim_start_matches("./")))
    {
        candidates.push(out.join(inside));
    }
    let inside = file.strip_prefix(folder).ok()?;
    // Without `rootDir`, it is the folder that all sources have in common.
    let mut parts = inside.components();
    parts.next();
    candidates.push(out.join(parts.as_path()));
    candidates.push(out.join(inside));
    candidates.push(file.to_owned());
    let mut candidates = candidates.into_iter().map(|path| path.with_extension(extension));
    let all: Vec<_> = candidates.by_ref().collect();
    all.iter().find(|path| path.is_file()).or_else(|| all.first()).cloned()
}

/// The texts of `"name": "value"` in a file that is JSON with comments.
fn option_texts(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with("//") {
            continue;
        }
        for part in line.split(',') {
            if let Some((name, value)) = part.split_once(':') {
                let clean = |text: &str| text.trim().trim_matches(['"', '{', '}', ' ']).to_owned();
                found.push((clean(name.rsplit('{').next().unwrap_or(name)), clean(value)));
            }
        }
    }
    found
}

async fn node_version() -> Option<(u32, u32)> {
    let node = discovery::which("node")?;
    let output = tokio::process::Command::new(node).arg("--version").output().await.ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().trim_start_matches('v').to_owned();
    let mut parts = text.split('.').map_while(|part| part.parse().ok());
    Some((parts.next()?, parts.next()?))
}

/// Whether Node can run tests in its own process.
async fn has_isolation() -> bool {
    node_version().await.is_some_and(|version| version >= (22, 8))
}
