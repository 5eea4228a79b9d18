//! `montuno setup EDITOR`: what an editor needs to know, and where it goes. It is written on `--write` alone, beside a copy
//! of what was there.
//!
//! | module | subject |
//! | --- | --- |
//! | [`change`] | a file as it is and as it would be; the difference, the copy, the writing |
//! | [`block`] | lines of ours in a file of the user's |
//! | [`json`] | settings of ours in a file of the user's |
//! | the others | one editor each |

mod block;
mod change;
mod emacs;
mod helix;
mod json;
mod kakoune;
mod nvim;
mod sublime;
mod vscode;
mod zed;

use std::process::ExitCode;

use anyhow::Context as _;
use montuno_base::Utf8PathBuf;

use super::{COULD_NOT_RUN, note, say};
use crate::cli::{Editor, Setup};
use change::Change;

/// What an editor needs.
#[derive(Debug, Default)]
struct Plan {
    /// The files.
    changes: Vec<Change>,
    /// What else is to be known or done.
    notes: Vec<String>,
}

/// Where editors keep what is the user's.
#[derive(Clone, Debug)]
struct Places {
    home: Utf8PathBuf,
    config: Utf8PathBuf,
    data: Utf8PathBuf,
    /// How the program is started: by its name where that finds it, else by its path.
    program: String,
}

impl Places {
    fn of_this_machine() -> anyhow::Result<Self> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty()).map(Utf8PathBuf::from);
        let home =
            variable("HOME").or_else(|| variable("USERPROFILE")).context("HOME is not set: whose editor is it?")?;
        let config =
            variable("XDG_CONFIG_HOME").or_else(|| variable("APPDATA")).unwrap_or_else(|| home.join(".config"));
        let data = variable("XDG_DATA_HOME").or_else(|| variable("LOCALAPPDATA"));
        let data = data.unwrap_or_else(|| home.join(".local/share"));
        let own = std::env::current_exe().ok().and_then(|path| Utf8PathBuf::from_path_buf(path).ok());
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let found = std::env::split_paths(&folders).map(|folder| folder.join("montuno")).find(|path| path.is_file());
        let program = match own {
            Some(own) if found.is_none() => own.into_string(),
            _ => "montuno".to_owned(),
        };
        Ok(Self { home, config, data, program })
    }
}

pub(crate) fn run(options: &Setup) -> anyhow::Result<ExitCode> {
    let places = Places::of_this_machine()?;
    let plan = match options.editor {
        Editor::Emacs => emacs::plan(&places),
        Editor::Helix => helix::plan(&places),
        Editor::Kakoune => kakoune::plan(&places),
        Editor::Nvim => nvim::plan(&places),
        Editor::Sublime => sublime::plan(&places),
        Editor::Vscode => Ok(vscode::plan()),
        Editor::Zed => zed::plan(&places),
    }?;
    if options.write {
        if plan.changes.is_empty() {
            for line in &plan.notes {
                note(line);
            }
            note("montuno: nothing was written: this editor is set up in another way");
            return Ok(ExitCode::from(COULD_NOT_RUN));
        }
        write(&plan)?;
    } else {
        show(&plan, options.editor);
    }
    for line in &plan.notes {
        say(line);
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what goes where.
fn show(plan: &Plan, editor: Editor) {
    for change in &plan.changes {
        match &change.shown {
            Some(text) => say(&format!("{}:\n\n{}\n", change.path, text.trim_end())),
            None => say(&format!("{} (all of it)", change.path)),
        }
    }
    if !plan.changes.is_empty() {
        let editor = clap::ValueEnum::to_possible_value(&editor).map(|value| value.get_name().to_owned());
        say(&format!(
            "`montuno setup {} --write` does this, and keeps a copy of what is there.",
            editor.unwrap_or_default()
        ));
    }
}

/// Writes it, and says what is different from before.
fn write(plan: &Plan) -> anyhow::Result<()> {
    // All or nothing: what can only be changed by hand is said before anything is written.
    for change in &plan.changes {
        change.after()?;
    }
    for change in &plan.changes {
        if !change.is_needed() {
            say(&format!("{} is as it has to be", change.path));
            continue;
        }
        if change.shown.is_some() {
            say(&change.difference()?);
        }
        if let Some(copy) = change.write()? {
            say(&format!("what was there is kept as {copy}"));
        }
        say(&format!("wrote {}", change.path));
    }
    Ok(())
}
