//! `cargo xtask …`: one command for each thing that a contributor does.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it talks to a person")]

mod clients;
mod documentation;
mod packages;
mod protocol;

use std::process::Command;

use anyhow::{Context as _, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use clap::{Parser, Subcommand};

/// One command for each thing that a contributor does.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct CommandLine {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Every test that needs no other program. What follows `--` goes to `cargo test`.
    Test {
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Formatting and lints.
    Lint,
    /// Tests with real editors and client libraries, which are fetched by their ordinary clients. `MONTUNO_BINARY` names the
    /// binary; without it, it is built.
    Clients {
        /// Only these: `node`, `neovim`, `helix`, `vscode`. Without any: all.
        names: Vec<String>,
    },
    /// Tests on real packages, which are fetched by pip and npm.
    Packages,
    /// Writes the pages that are made from the code.
    Docs {
        /// Only says whether they are current.
        #[arg(long)]
        check: bool,
    },
    /// Writes the types of our own messages for clients: JSON Schema, TypeScript and Lua.
    Protocol,
    /// Everything that has to pass before a change lands.
    Ci,
}

fn main() -> anyhow::Result<()> {
    match CommandLine::parse().task {
        Task::Test { arguments } => test(&arguments),
        Task::Lint => lint(),
        Task::Clients { names } => clients::run_all(&names),
        Task::Packages => packages::run_all(),
        Task::Docs { check } => documentation::run(check),
        Task::Protocol => protocol::run(),
        Task::Ci => {
            lint()?;
            // Clients need the release binary, and tests of the whole binary are quicker with it.
            let binary = clients::build()?;
            run(cargo(&["test", "--workspace"]).env("MONTUNO_BINARY", &binary))?;
            packages::run_all()?;
            clients::run_all(&[])
        }
    }
}

fn test(arguments: &[String]) -> anyhow::Result<()> {
    run(cargo(&["test", "--workspace"]).args(arguments))
}

fn lint() -> anyhow::Result<()> {
    run(&mut cargo(&["fmt", "--all", "--check"]))?;
    run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// The root of the repository.
fn root() -> Utf8PathBuf {
    let here = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("the crate is two folders down").to_owned()
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(root());
    command
}

/// Runs a command and shows what it prints.
fn run(command: &mut Command) -> anyhow::Result<()> {
    eprintln!("$ {command:?}");
    let status = command.status().with_context(|| format!("{:?} cannot be started", command.get_program()))?;
    ensure!(status.success(), "{:?} failed: {status}", command.get_program());
    Ok(())
}
