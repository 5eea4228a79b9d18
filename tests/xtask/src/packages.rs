//! Tests on real packages, which are fetched by pip and npm and kept in the user's cache.

use std::process::Command;

use anyhow::Context as _;
use camino::{Utf8Path, Utf8PathBuf};

use crate::{cargo, run};

/// The package whose queries are counted, and its version.
const DJANGO: &str = "django==5.2.8";

/// The package that is half-typed, and its version.
const ZOD: &str = "zod@4.6.7";

/// Runs the tests that need a package: those that are ignored otherwise.
pub(crate) fn run_all() -> anyhow::Result<()> {
    let cache = cache()?;
    let folder = cache.join("django");
    if !folder.join("django/__init__.py").is_file() {
        unpack(DJANGO, &cache, &folder)?;
    }
    run(library_tests("in_django").env("MONTUNO_DJANGO", &folder))?;
    let zod = cache.join("node_modules/zod/src");
    if !zod.is_dir() {
        let install = ["install", "--silent", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefix"];
        run(Command::new("npm").args(install).arg(&cache).arg(ZOD))?;
    }
    run(library_tests("half_typed_zod").env("MONTUNO_ZOD", &zod))?;
    runtime(&cache)
}

/// ONNX Runtime, installed as a user installs it, and models of our own run by it.
fn runtime(cache: &Utf8Path) -> anyhow::Result<()> {
    let binary = match variable("MONTUNO_BINARY") {
        Some(binary) => binary,
        None => crate::clients::build()?,
    };
    let data = cache.join("runtime-data");
    let montuno = |arguments: &[&str]| {
        let mut command = Command::new(&binary);
        command.args(arguments).current_dir(cache).env("MONTUNO_DATA_DIR", &data);
        command
    };
    // What is there already is not got again.
    run(&mut montuno(&["runtime", "install"]))?;
    let status = montuno(&["runtime", "status", "--json"]).output()?;
    let status: serde_json::Value = serde_json::from_slice(&status.stdout)?;
    let used = status["libraries"].as_array().and_then(|all| all.iter().find(|library| library["used"] == true));
    let library =
        used.and_then(|library| library["path"].as_str()).context("a library that can be used is installed")?;
    let tests = ["test", "--workspace", "--test", "onnxruntime", "--", "--ignored"];
    run(cargo(&tests).env("MONTUNO_ONNXRUNTIME", library))?;
    let tests = ["test", "--workspace", "--test", "runtime", "--", "--ignored"];
    run(cargo(&tests).env("MONTUNO_ONNXRUNTIME", library).env("MONTUNO_BINARY", &binary))
}

/// Runs a test that is ignored otherwise. One crate alone would be built with other features of its dependencies, and so
/// would they all.
fn library_tests(name: &str) -> Command {
    cargo(&["test", "--workspace", "--lib", "--", "--ignored", "--nocapture", name])
}

/// Unpacks the wheel of a package, as a requirement names it, into a folder.
pub(crate) fn unpack(requirement: &str, cache: &Utf8Path, folder: &Utf8Path) -> anyhow::Result<()> {
    let wheels = cache.join("wheels").join(requirement);
    if !wheels.exists() {
        let download = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest"];
        run(Command::new("python3").args(download).arg(&wheels).arg(requirement))?;
    }
    for wheel in wheels.read_dir_utf8()?.flatten() {
        run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(wheel.path()).arg(folder))?;
    }
    Ok(())
}

/// The folder of what tests fetch.
pub(crate) fn cache() -> anyhow::Result<Utf8PathBuf> {
    let base = variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
    let cache = base.context("neither XDG_CACHE_HOME nor HOME is set")?.join("montuno-clients");
    std::fs::create_dir_all(&cache)?;
    Ok(cache)
}

/// A variable that holds a path.
pub(crate) fn variable(name: &str) -> Option<Utf8PathBuf> {
    std::env::var(name).ok().filter(|value| !value.is_empty()).map(Utf8PathBuf::from)
}
