//! `montuno models`: the models on this machine.

use std::process::ExitCode;

use anyhow::Context as _;
use montuno_base::settings::Ai;
use montuno_base::{Utf8PathBuf, files};
use montuno_engine::model::Store;
use montuno_engine::{Model, SessionFacts};
use serde_json::json;

use super::{note, progress, say, workspace};
use crate::ai::models;
use crate::cli::{Models, ModelsAction};

pub(crate) fn run(options: &Models) -> anyhow::Result<ExitCode> {
    let root = workspace::root_of(&options.workspace)?;
    let settings = workspace::configuration(&root, &options.workspace)?.settings().ai.clone();
    let store = models::store().context("this system names no folder for data; set MONTUNO_DATA_DIR, or HOME")?;
    match &options.action {
        ModelsAction::List { json } => list(&store, &settings, *json),
        ModelsAction::Add { folder, name } => {
            let folder = files::normalize(folder).with_context(|| format!("{folder} cannot be found"))?;
            let model = Model::open(&folder)?;
            let bar = progress::bytes("copying", Store::size_of(&model));
            let added =
                store.add(&folder, name.as_deref(), &models::load_options(&settings), &mut |bytes| bar.inc(bytes));
            bar.finish_and_clear();
            let (kept, facts) = added?;
            say(&format!("{kept} is added; it ran on {}", told(&facts)));
            if model.template.is_none() {
                note(
                    "montuno: it was not taught to fill in text at a cursor, so it completes nothing; it can be used for \
                     instructions, with `ai.instruct.model`",
                );
            }
            Ok(ExitCode::SUCCESS)
        }
        ModelsAction::Verify { names } => verify(&store, &settings, names),
        ModelsAction::Remove { name } => {
            store.remove(name)?;
            say(&format!("{name} is removed"));
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn list(store: &Store, settings: &Ai, as_json: bool) -> anyhow::Result<ExitCode> {
    let chosen = models::chosen(settings).ok();
    let mut folders = store.models();
    // One that lies elsewhere is used all the same.
    folders.extend(chosen.clone().filter(|chosen| !folders.contains(chosen)));
    let mut shown = Vec::new();
    for folder in &folders {
        let name = folder.file_name().unwrap_or_default();
        let is_used = chosen.as_ref() == Some(folder);
        let value = match Model::open(folder) {
            Ok(model) => json!({
                "name": name,
                "folder": folder,
                "used": is_used,
                "architecture": model.config.architecture,
                "megabytes": model.size() >> 20,
                "contextLength": model.context_length(),
                "template": model.template.as_ref().map(|template| &template.name),
                "license": model.manifest.license,
                "languages": model.manifest.languages,
            }),
            Err(error) => json!({ "name": name, "folder": folder, "used": is_used, "problem": error.to_string() }),
        };
        shown.push(value);
    }
    if as_json {
        say(&serde_json::to_string_pretty(&shown)?);
        return Ok(ExitCode::SUCCESS);
    }
    if shown.is_empty() {
        say("no model is installed; add one with `montuno models add FOLDER`");
    }
    for value in &shown {
        let text = |name: &str| value[name].as_str().unwrap_or("none").to_owned();
        let mark = if value["used"] == true { "*" } else { " " };
        let name = text("name");
        if value.get("problem").is_some() {
            say(&format!("! {name:<28} {}", text("problem")));
        } else {
            let (size, context) = (&value["megabytes"], &value["contextLength"]);
            let (kind, template, licence) = (text("architecture"), text("template"), text("license"));
            say(&format!(
                "{mark} {name:<28} {size:>5} MB  {context:>6} tokens  {kind}, fills in as {template}, licence {licence}"
            ));
        }
    }
    if let Err(reason) = models::chosen(settings)
        && !shown.is_empty()
    {
        note(&format!("montuno: {reason}"));
    }
    Ok(ExitCode::SUCCESS)
}

fn verify(store: &Store, settings: &Ai, names: &[String]) -> anyhow::Result<ExitCode> {
    let folders: Vec<Utf8PathBuf> = match names {
        [] => store.models(),
        names => names.iter().map(|name| store.find(name)).collect::<Result<_, _>>()?,
    };
    anyhow::ensure!(!folders.is_empty(), "no model is installed; add one with `montuno models add FOLDER`");
    let mut failed = false;
    for folder in &folders {
        let name = folder.file_name().unwrap_or_default();
        let size = Model::open(folder).map_or(0, |model| Store::size_of(&model));
        let bar = progress::bytes("reading", size);
        let verdict = Store::verify(folder, &models::load_options(settings), &mut |bytes| bar.inc(bytes));
        bar.finish_and_clear();
        match verdict {
            Ok(facts) => say(&format!("{name}: whole, and it ran on {}", told(&facts))),
            Err(error) => {
                failed = true;
                say(&format!("{name}: {error}"));
            }
        }
    }
    Ok(ExitCode::from(u8::from(failed)))
}

/// What ran a model, for people.
pub(super) fn told(facts: &SessionFacts) -> String {
    let SessionFacts { engine, version, provider, fallback, .. } = facts;
    let reason = fallback.as_ref().map(|reason| format!(" (not as asked for: {reason})")).unwrap_or_default();
    format!("{engine} {version}, {provider}{reason}")
}
