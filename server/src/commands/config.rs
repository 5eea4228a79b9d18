//! `montuno config`.

use std::process::ExitCode;

use montuno_base::Settings;

use super::{say, workspace};
use crate::cli::{Config, ConfigAction};

pub(crate) fn run(options: &Config) -> anyhow::Result<ExitCode> {
    match options.action {
        ConfigAction::Schema => say(&serde_json::to_string_pretty(&schemars::schema_for!(Settings))?),
        ConfigAction::Show { origin } => {
            let root = workspace::root_of(&options.workspace)?;
            let configuration = workspace::configuration(&root, &options.workspace)?;
            for (name, value, from) in configuration.explain() {
                let line = format!("{name} = {value}");
                say(&if origin { format!("{line:<50} # {from}") } else { line });
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
