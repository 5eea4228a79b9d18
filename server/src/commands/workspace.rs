//! The workspace that a command is about.

use anyhow::Context as _;
use montuno_base::{Inputs, Settings, Utf8Path, Utf8PathBuf, files};
use montuno_ide::{Event, Host, Options};

use super::note;
use crate::cli;
use crate::configuration::Configuration;
use crate::engines;

/// A workspace that is opened for one command.
pub(crate) struct Opened {
    pub host: Host,
    pub root: Utf8PathBuf,
    pub settings: Settings,
}

/// The root that the options name, else the current folder.
pub(crate) fn root_of(options: &cli::Workspace) -> anyhow::Result<Utf8PathBuf> {
    let root = options.root.clone().unwrap_or_else(|| Utf8PathBuf::from("."));
    let root = files::normalize(&root).context("the current folder cannot be found")?;
    anyhow::ensure!(root.is_dir(), "{root} is no folder");
    Ok(root)
}

/// The settings of a workspace. What is wrong with them is said, and does not stop the command; what is
/// wrong on the command line does.
pub(crate) fn configuration(root: &Utf8Path, options: &cli::Workspace) -> anyhow::Result<Configuration> {
    let (mut configuration, complaints) = Configuration::load(Some(root), None);
    for complaint in complaints {
        note(&format!("montuno: {complaint}"));
    }
    configuration.set_command_line(&options.settings)?;
    Ok(configuration)
}

/// Opens a workspace. `observer` is told what happens.
pub(crate) fn open(
    options: &cli::Workspace,
    observer: impl Fn(Event) + Send + Sync + 'static,
) -> anyhow::Result<Opened> {
    let root = root_of(options)?;
    let settings = configuration(&root, options)?.settings().clone();
    let mut inputs = Inputs::default();
    inputs.set_roots(vec![root.clone()]);
    inputs.set_settings(settings.clone(), false);
    let options =
        Options { engines: engines::all(), cache_folder: montuno_base::cache::folder(), observer: Box::new(observer) };
    Ok(Opened { host: Host::new(inputs, options), root, settings })
}
