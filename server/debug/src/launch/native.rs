//! C and C++: the program of CMake that has a file, or a file that is a program of its own.

use camino::{Utf8Path, Utf8PathBuf};
use montuno_base::Language;
use montuno_syntax::runnables::RunnableKind;
use serde_json::Value;

use super::build::{Reporter, Step};
use super::plan::{Extra, Given, Place, Plan, native_arguments};
use crate::backend::{Backend, discovery};

/// A launch by a place in a C or C++ file.
///
/// # Errors
/// A sentence for the user.
pub async fn plan(place: &Place, extra: &Extra<'_>, backend: Backend, reporter: &Reporter) -> Result<Plan, String> {
    // The outermost, as long as each folder above has one too.
    let mut project = super::nearest_with(&place.file, &["CMakeLists.txt"]);
    while let Some(above) = project.as_ref().and_then(|folder| super::nearest_with(folder, &["CMakeLists.txt"])) {
        project = Some(above);
    }
    let (program, folder) = match project {
        Some(project) => (cmake(&place.file, &project, reporter).await?, project),
        None => {
            let is_main = place.runnable.as_ref().is_none_or(|runnable| runnable.kind == RunnableKind::Main);
            if !is_main {
                return Err(format!("there is no main function at this line of {}", place.file));
            }
            let folder = place.file.parent().unwrap_or(&place.file).to_owned();
            (single(&place.file, &folder, reporter).await?, folder)
        }
    };
    let args = extra.args();
    let says = format!("Running {program} {}", args.join(" "));
    let arguments = native_arguments(extra, backend, &program, &args, &folder, &[]);
    Ok(Given { arguments: Some(arguments), folder: Some(folder), says: Some(says), ..Given::default() }.to(backend))
}

/// Builds the program that has a file.
async fn cmake(file: &Utf8Path, project: &Utf8Path, reporter: &Reporter) -> Result<Utf8PathBuf, String> {
    let cmake = discovery::which("cmake")
        .ok_or("the project is built by CMake, and there is no `cmake` on PATH: install it")?;
    let folder = ["build", "build/debug", "build/Debug", "cmake-build-debug", "out/build"]
        .iter()
        .map(|name| project.join(name))
        .find(|folder| folder.join("CMakeCache.txt").is_file())
        .unwrap_or_else(|| project.join("build"));
    // CMake is asked in its own way which targets there are, and answers when it configures.
    let api = folder.join(".cmake/api/v1");
    std::fs::create_dir_all(api.join("query"))
        .and_then(|()| std::fs::write(api.join("query/codemodel-v2"), ""))
        .map_err(|error| format!("{api} cannot be written: {error}"))?;
    let mut configure = Step::new(&cmake, &["-S", project.as_str(), "-B", folder.as_str()], project);
    if !folder.join("CMakeCache.txt").is_file() {
        configure.arguments.push("-DCMAKE_BUILD_TYPE=Debug".to_owned());
    }
    reporter.building(format!("$ {}", configure.text()));
    if !configure.run(&reporter.mark, |_, line| reporter.print("console", line)).await? {
        reporter.built();
        return Err("the build failed: CMake cannot configure the project, see above".to_owned());
    }
    let (target, program) = target_of(file, project, &folder)?;
    let build = Step::new(&cmake, &["--build", folder.as_str(), "--target", &target, "--config", "Debug"], project);
    let succeeded = build
        .run(&reporter.mark, |_, line| {
            let percentage = line.strip_prefix('[').and_then(|rest| rest.split('%').next()?.trim().parse().ok());
            if percentage.is_some() {
                reporter.progress(line.clone(), percentage);
            }
            let (source, at) = place_in(&line).unzip();
            reporter.print_at("console", line, source, at);
        })
        .await?;
    reporter.built();
    if !succeeded {
        return Err(format!("the build of {target} failed, see above"));
    }
    if program.is_file() { Ok(program) } else { Err(format!("the build of {target} made no {program}")) }
}

/// The executable target that has a file, by CMake's own answer: else the only one, else one that links what has it.
fn target_of(file: &Utf8Path, project: &Utf8Path, folder: &Utf8Path) -> Result<(String, Utf8PathBuf), String> {
    let reply = folder.join(".cmake/api/v1/reply");
    let read = |path: &Utf8Path| -> Option<Value> { serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok() };
    let entries = reply.read_dir_utf8().map_err(|error| format!("CMake has not answered in {reply}: {error}"))?;
    let targets: Vec<Value> = entries
        .flatten()
        .filter(|entry| entry.file_name().starts_with("target-"))
        .filter_map(|entry| read(entry.path()))
        .collect();
    let real = file.canonicalize_utf8().unwrap_or_else(|_| file.to_owned());
    let has = |target: &Value| {
        target["sources"].as_array().into_iter().flatten().any(|source| {
            let path = project.join(source["path"].as_str().unwrap_or_default());
            path == file || path.canonicalize_utf8().is_ok_and(|path| path == real)
        })
    };
    let programs: Vec<&Value> = targets.iter().filter(|target| target["type"] == "EXECUTABLE").collect();
    let owners: Vec<&Value> = targets.iter().filter(|target| has(target)).collect();
    let depends = |program: &Value, owner: &Value| {
        program["dependencies"].as_array().into_iter().flatten().any(|dependency| dependency["id"] == owner["id"])
    };
    let chosen = programs
        .iter()
        .find(|program| has(program))
        .or_else(|| programs.iter().find(|program| owners.iter().any(|owner| depends(program, owner))))
        .or_else(|| programs.first().filter(|_| programs.len() == 1));
    let Some(chosen) = chosen else {
        let names: Vec<&str> = programs.iter().filter_map(|program| program["name"].as_str()).collect();
        return Err(format!("no program of the CMake project has {file}; its programs are: {}", names.join(", ")));
    };
    let artifact = chosen["artifacts"][0]["path"].as_str().unwrap_or_default();
    Ok((chosen["name"].as_str().unwrap_or_default().to_owned(), folder.join(artifact)))
}

/// The place that a compiler's line begins with: `path:line:column: error: …`.
fn place_in(line: &str) -> Option<(Utf8PathBuf, i64)> {
    let (path, rest) = line.split_once(':')?;
    let number = rest.split(':').next()?.parse().ok()?;
    let path = Utf8PathBuf::from(path);
    path.is_file().then_some((path, number))
}

/// Builds a file that is a program of its own.
async fn single(file: &Utf8Path, folder: &Utf8Path, reporter: &Reporter) -> Result<Utf8PathBuf, String> {
    let names: &[&str] =
        if Language::of_path(file) == Some(Language::C) { &["cc", "gcc", "clang"] } else { &["c++", "g++", "clang++"] };
    let compiler = names.iter().find_map(|name| discovery::which(name)).ok_or_else(|| {
        format!("there is no compiler for {file} on PATH (looked for {}): install one", names.join(", "))
    })?;
    // One place for each file, so that a second launch finds nothing else in its way.
    let name = format!("{}-{}", file.file_stem().unwrap_or("program"), reporter.mark.as_str());
    let program = Utf8PathBuf::from_path_buf(std::env::temp_dir())
        .map_err(|path| format!("the folder for temporary files is no text: {}", path.display()))?
        .join(name);
    let step = Step::new(compiler, &["-g", "-O0", "-o", program.as_str(), file.as_str()], folder);
    reporter.building(format!("$ {}", step.text()));
    let succeeded = step
        .run(&reporter.mark, |_, line| {
            let (source, at) = place_in(&line).unzip();
            reporter.print_at("stderr", line, source, at);
        })
        .await?;
    reporter.built();
    if succeeded { Ok(program) } else { Err("the build failed, see above".to_owned()) }
}
