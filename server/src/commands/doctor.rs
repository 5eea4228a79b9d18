//! `montuno doctor`: what was found on this machine, and what is missing.

use std::process::ExitCode;

use montuno_base::settings::Ai;
use montuno_base::{Language, walk};
use montuno_debug::backend::{Backend, discovery};
use montuno_debug::settings::DebugSettings;
use montuno_engine::SessionFacts;
use montuno_engine::runtime::{self, Checked};
use montuno_semantic::cancel::CancelFlag;
use serde_json::json;

use super::{models as models_command, say, workspace};
use crate::ai::models;
use crate::cli::Doctor;
use crate::{engines, threads};

pub(crate) fn run(options: &Doctor) -> anyhow::Result<ExitCode> {
    let opened = workspace::open(&options.workspace, |_| {})?;
    let languages = engines::languages(&opened.settings);
    let files = walk::source_files(&opened.root, &languages, &opened.settings.exclude);
    let host = opened.host.clone();
    // One question to each language that the workspace has: then its engine knows what there is.
    std::thread::scope(|scope| {
        let asking = std::thread::Builder::new().stack_size(threads::ENGINE_STACK).spawn_scoped(scope, || {
            for &language in &languages {
                let first = files.iter().find(|file| Language::of_path(&file.path) == Some(language));
                if let Some(found) = first {
                    let file = host.inputs().files.id(&found.path);
                    let _ = host.ask(&host.arrival(), file, &CancelFlag::default(), |snapshot| snapshot.items(file));
                }
            }
        });
        drop(asking);
    });
    let report = opened.host.report();
    let cache = montuno_base::cache::folder().map_or_else(|| "none".to_owned(), camino::Utf8PathBuf::into_string);
    // To look at a workspace must run nothing of it, also where an environment of it stands on `PATH`.
    let real = opened.root.canonicalize_utf8().unwrap_or_else(|_| opened.root.clone());
    let debugging =
        DebugSettings { untrusted: vec![opened.root.clone(), real], ..opened.settings.debug.clone().into() };
    let debuggers = debuggers(&debugging);
    let completion = Completion::found(&opened.settings.ai);
    if options.json {
        let engines = report.iter().map(|engine| {
            let facts: serde_json::Map<_, _> =
                engine.facts.iter().map(|(label, value)| (label.clone(), json!(value))).collect();
            let problems: Vec<_> = engine
                .problems
                .iter()
                .map(|problem| json!({ "message": problem.message, "serious": problem.is_serious }))
                .collect();
            json!({ "name": engine.name, "facts": facts, "problems": problems })
        });
        let document = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "root": opened.root,
            "cache": cache,
            "files": files.len(),
            "engines": engines.collect::<Vec<_>>(),
            "debuggers": debuggers.iter().map(Debugger::json).collect::<Vec<_>>(),
            "completion": completion.json(),
        });
        say(&serde_json::to_string_pretty(&document)?);
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!("montuno {}", env!("CARGO_PKG_VERSION")));
    say(&format!("workspace   {} ({} source files)", opened.root, files.len()));
    say(&format!("cache       {cache}"));
    let mut serious = false;
    for engine in &report {
        say("");
        say(&engine.name);
        for (label, value) in &engine.facts {
            say(&format!("  {label:<18} {value}"));
        }
        for problem in &engine.problems {
            serious |= problem.is_serious;
            say(&format!("  {} {}", if problem.is_serious { "!" } else { "-" }, problem.message));
        }
        if engine.problems.is_empty() {
            say("  everything that it needs is there");
        }
    }
    say("");
    say("debuggers");
    for Debugger { backend, found } in &debuggers {
        let label = format!("{} ({})", backend.name(), backend.languages());
        match found {
            Ok((found, version)) => {
                let version = version.as_deref().unwrap_or("of a version that it does not say");
                say(&format!("  {label:<38} {version}, {} ({})", found.program.path, found.origin));
            }
            // A language that nobody here debugs is no fault.
            Err(reason) => say(&format!("  {label:<38} - {reason}")),
        }
    }
    say("");
    say("completion by a language model");
    for line in completion.lines() {
        say(&format!("  {line}"));
    }
    Ok(ExitCode::from(u8::from(serious)))
}

/// The model that completes, and what really runs it: it was loaded to find that out.
struct Completion {
    is_on: bool,
    remote: Option<String>,
    /// The model's name and what runs it, or why there is none.
    model: Result<(String, SessionFacts), String>,
    libraries: Vec<Checked>,
}

impl Completion {
    fn found(settings: &Ai) -> Self {
        let options = models::load_options(settings);
        let model = match settings.enabled {
            true => {
                models::load(settings).map(|(model, generator)| (model.name().to_owned(), generator.facts().clone()))
            }
            false => Err("it is switched off by `ai.enabled`".to_owned()),
        };
        Self {
            is_on: settings.enabled,
            remote: settings.remote.url.clone(),
            model,
            libraries: runtime::list(options.library.as_deref(), options.provider),
        }
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        lines.extend(self.remote.iter().map(|url| format!("{:<18} {url}, which your code is sent to", "server")));
        match &self.model {
            Ok((name, facts)) => {
                lines.push(format!("{:<18} {name}", "model"));
                lines.push(format!("{:<18} {}", "runs on", models_command::told(facts)));
                lines.extend(facts.library.iter().map(|library| format!("{:<18} {library}", "library")));
            }
            // Who wants none misses nothing.
            Err(reason) => lines.push(format!("- {reason}")),
        }
        for Checked { path, place, verdict } in &self.libraries {
            if let Err(reason) = verdict {
                lines.push(format!("- {path} ({place}) cannot be used: {reason}"));
            }
        }
        if self.is_on && self.libraries.iter().all(|library| library.verdict.is_err()) {
            lines.push("- `montuno runtime install` gets ONNX Runtime, which runs models faster".to_owned());
        }
        lines
    }

    fn json(&self) -> serde_json::Value {
        let libraries = self.libraries.iter().map(|Checked { path, place, verdict }| {
            json!({ "path": path, "place": place, "version": verdict.as_ref().ok(), "problem": verdict.as_ref().err() })
        });
        let (model, problem) = match &self.model {
            Ok((name, facts)) => (json!({ "name": name, "session": facts }), None),
            Err(reason) => (serde_json::Value::Null, Some(reason)),
        };
        json!({
            "enabled": self.is_on,
            "remote": self.remote,
            "model": model,
            "problem": problem,
            "libraries": libraries.collect::<Vec<_>>(),
        })
    }
}

/// A debugger, and what was found of it.
struct Debugger {
    backend: Backend,
    found: Result<(discovery::Found, Option<String>), String>,
}

impl Debugger {
    fn json(&self) -> serde_json::Value {
        let Self { backend, found } = self;
        match found {
            Ok((found, version)) => json!({
                "name": backend.name(),
                "languages": backend.languages(),
                "program": found.program.path,
                "origin": found.origin,
                "version": version,
            }),
            Err(reason) => json!({
                "name": backend.name(),
                "languages": backend.languages(),
                "missing": reason,
                "install": backend.how_to_install(),
            }),
        }
    }
}

/// What is there of each debugger. They are looked for at the same time: each may have to be asked.
fn debuggers(settings: &DebugSettings) -> Vec<Debugger> {
    std::thread::scope(|scope| {
        let looking = Backend::ALL.map(|backend| {
            scope.spawn(move || {
                let found = match backend {
                    // In other messages this stands beside what is to be debugged.
                    _ if settings.command(backend).is_some() => discovery::find(backend, settings),
                    _ => discovery::find(backend, settings).map_err(|_| backend.how_to_install().to_owned()),
                };
                Debugger { backend, found: found.map(|found| (found.clone(), discovery::version(&found))) }
            })
        });
        looking.into_iter().filter_map(|one| one.join().ok()).collect()
    })
}
