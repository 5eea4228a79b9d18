//! `montuno acceptance`: what is kept of completions that were taken and left.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::Context as _;
use montuno_base::settings::Ai;
use montuno_complete::acceptance;

use super::say;
use crate::ai::assistant;
use crate::cli::Acceptance;

pub(crate) fn run(options: &Acceptance) -> anyhow::Result<ExitCode> {
    let file = assistant::acceptance_file()
        .context("this system names no folder for data; set MONTUNO_DATA_DIR, or HOME, if something is to be kept")?;
    if options.delete {
        acceptance::Acceptance::delete(&file).with_context(|| format!("{file} cannot be deleted"))?;
        say(&format!("{file} is deleted"));
        return Ok(ExitCode::SUCCESS);
    }
    let kept = assistant::open_acceptance(&Ai::default());
    let records = kept.records();
    if options.json {
        say(&serde_json::to_string_pretty(&records)?);
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!("kept in {file}, without any code; `montuno acceptance --delete` deletes it"));
    if records.is_empty() {
        say("nothing is kept");
        return Ok(ExitCode::SUCCESS);
    }
    let mut by_language: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for record in &records {
        let (shown, taken, bytes) = by_language.entry(&record.language).or_default();
        *shown += 1;
        *taken += usize::from(record.accepted > 0);
        *bytes += record.accepted;
    }
    say(&format!("{:<16} {:>7} {:>7} {:>7}", "language", "shown", "taken", "bytes"));
    for (language, (shown, taken, bytes)) in by_language {
        say(&format!("{language:<16} {shown:>7} {taken:>7} {bytes:>7}"));
    }
    say(&format!("a model has to be {:.0} % sure for something to be shown", kept.threshold() * 100.0));
    Ok(ExitCode::SUCCESS)
}
