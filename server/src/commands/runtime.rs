//! `montuno runtime`: the library of ONNX Runtime, which runs models faster than the engine in Rust.

use std::process::ExitCode;

use anyhow::Context as _;
use montuno_base::{Utf8PathBuf, files};
use montuno_engine::Provider;
use montuno_engine::runtime::install::{self, Client, ClientKind, Flavour, InstallError, Installed, Package, Step};
use montuno_engine::runtime::{self, Checked, places, probe};
use serde_json::json;

use super::{note, progress, say, workspace};
use crate::ai::models;
use crate::cli::{Runtime, RuntimeAction};
use crate::programs::{self, Permission};

pub(crate) fn run(options: &Runtime) -> anyhow::Result<ExitCode> {
    match &options.action {
        RuntimeAction::Install { flavour, from, force } => {
            let flavour = Flavour::named(flavour.name()).expect("each has its name");
            install(flavour, from.as_ref(), *force)
        }
        RuntimeAction::Status { json } => status(options, *json),
        RuntimeAction::Remove { name, all } => remove(name.as_deref(), *all),
        RuntimeAction::Probe { library, provider } => {
            // What is loaded here may end this process at once: that is what it is for.
            say(&probe::answer(library, provider));
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn install(flavour: Flavour, from: Option<&Utf8PathBuf>, force: bool) -> anyhow::Result<ExitCode> {
    let data = data_folder()?;
    let mut bar = None;
    let mut show = |step: Step| match step {
        Step::Fetching { done, of } => {
            bar.get_or_insert_with(|| progress::bytes("fetching", of)).set_position(done);
        }
        Step::Checking => note("montuno: comparing it with its checksum"),
        Step::Unpacking => note("montuno: unpacking"),
        Step::Trying => note("montuno: trying it in another process"),
    };
    let installed = match from {
        Some(file) => {
            let file = files::normalize(file).with_context(|| format!("{file} cannot be found"))?;
            install::install_file(&file, &data, &mut show)?
        }
        None => {
            let (package, client) = package_and_client(flavour)?;
            let folder = install::folder(&data).join(format!("{}-{}", package.name, package.version));
            let there = places::libraries(&folder).into_iter().next();
            if let Some(library) = there.filter(|library| !force && runtime::check(library, Provider::Cpu).is_ok()) {
                say(&format!("{library} is installed already; `--force` installs it anew"));
                return Ok(ExitCode::SUCCESS);
            }
            let by = match client.kind {
                ClientKind::Pip => "pip",
                ClientKind::Npm => "npm",
            };
            let (name, version, size) = (package.name, package.version, package.size >> 20);
            note(&format!("montuno: getting {name} {version} ({size} MB) by {by}, {}", client.program));
            install::install(package, &client, &data, &mut show)?
        }
    };
    let Installed { library, version, problem } = installed;
    say(&format!("ONNX Runtime {version} is installed: {library}"));
    if let Some(problem) = problem {
        note(&format!(
            "montuno: {} cannot be used on this machine, so the processor computes: {problem}",
            flavour.provider().title()
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// The package for this machine, and a client that gets it.
fn package_and_client(flavour: Flavour) -> anyhow::Result<(&'static Package, Client)> {
    let packages: Vec<_> = Package::for_this_machine(flavour).collect();
    let Some(first) = packages.first() else {
        let machine = format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH);
        return Err(InstallError::NoPackage { flavour: flavour.name(), machine }.into());
    };
    // Nothing that a repository brings is run: not the Python of its environment either.
    let folder = files::normalize(&Utf8PathBuf::from(".")).ok();
    let permission = Permission { roots: folder.into_iter().collect(), trusted: false };
    let mut looked_for = Vec::new();
    for kind in [ClientKind::Pip, ClientKind::Npm] {
        let Some(package) = packages.iter().find(|package| kind.gets(package.source)) else { continue };
        for name in kind.programs() {
            let Some(program) = programs::find(name, &permission) else {
                looked_for.push(format!("no `{name}` on the PATH"));
                continue;
            };
            let client = Client { kind, program };
            if client.works() {
                return Ok((package, client));
            }
            let what = if kind == ClientKind::Pip { "has no pip" } else { "does not work" };
            looked_for.push(format!("{} {what}", client.program));
        }
    }
    let looked_for = looked_for.join(", ");
    Err(InstallError::NoClient { looked_for, package: first.name, version: first.version }.into())
}

fn status(options: &Runtime, as_json: bool) -> anyhow::Result<ExitCode> {
    let root = workspace::root_of(&options.workspace)?;
    let settings = workspace::configuration(&root, &options.workspace)?.settings().clone();
    let load = models::load_options(&settings.ai);
    let found = runtime::list(load.library.as_deref(), load.provider);
    let used = found.iter().position(|checked| checked.verdict.is_ok());
    if as_json {
        let all = found.iter().enumerate().map(|(index, Checked { path, place, verdict })| {
            json!({
                "path": path,
                "place": place,
                "version": verdict.as_ref().ok(),
                "problem": verdict.as_ref().err(),
                "used": Some(index) == used,
            })
        });
        let provider = load.provider.name();
        say(&serde_json::to_string_pretty(&json!({ "provider": provider, "libraries": all.collect::<Vec<_>>() }))?);
        return Ok(ExitCode::SUCCESS);
    }
    if found.is_empty() {
        say("no library of ONNX Runtime was found: models are run by the engine in Rust");
        say("`montuno runtime install` gets one, which runs them faster");
    }
    for (index, Checked { path, place, verdict }) in found.iter().enumerate() {
        let mark = if Some(index) == used { "*" } else { " " };
        match verdict {
            Ok(version) => say(&format!("{mark} {version:<10} {path} ({place})")),
            Err(reason) => say(&format!("! {:<10} {path} ({place}): {reason}", "unusable")),
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn remove(name: Option<&str>, all: bool) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        name.is_some() || all,
        "name what is to be removed, or give `--all`; `montuno runtime status` lists it"
    );
    let removed = install::remove(&data_folder()?, name)?;
    if let (Some(name), true) = (name, removed.is_empty()) {
        anyhow::bail!("`{name}` is not installed; `montuno runtime status` lists what is");
    }
    for name in &removed {
        say(&format!("{name} is removed"));
    }
    if removed.is_empty() {
        say("nothing is installed");
    }
    Ok(ExitCode::SUCCESS)
}

fn data_folder() -> anyhow::Result<Utf8PathBuf> {
    places::data_folder().context("this system names no folder for data; set MONTUNO_DATA_DIR, or HOME")
}
