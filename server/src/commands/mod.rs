//! One file for each command.

mod acceptance;
mod check;
mod config;
mod dap;
mod debug;
mod doctor;
mod inline;
mod languages;
mod models;
mod progress;
mod query;
mod runtime;
mod setup;
mod workspace;

use std::io::Write as _;
use std::process::ExitCode;

use crate::cli::{Command, CommandLine};
use crate::{http, lsp};

/// The exit code when a command could not do its work. 1 means that it found something.
pub(crate) const COULD_NOT_RUN: u8 = 2;

/// Runs what the command line asks for.
pub(crate) fn run(command_line: CommandLine) -> anyhow::Result<ExitCode> {
    match command_line.command {
        Command::Lsp(options) => {
            let http = options.http.map(|port| http::Options { port, needs_token: !options.http_without_token });
            match options.port {
                Some(port) => lsp::serve_tcp(options.host, port, options.trust, http.as_ref()),
                None => lsp::serve_stdio(options.trust, http.as_ref()),
            }
        }
        Command::Dap(options) => dap::run(&options),
        Command::Debug(options) => debug::run(&options),
        Command::Check(options) => check::run(&options),
        Command::Query(options) => query::run(&options),
        Command::Doctor(options) => doctor::run(&options),
        Command::Config(options) => config::run(&options),
        Command::Languages(options) => languages::run(&options),
        Command::Acceptance(options) => acceptance::run(&options),
        Command::Setup(options) => setup::run(&options),
        Command::Models(options) => models::run(&options),
        Command::Runtime(options) => runtime::run(&options),
    }
}

/// Prints a line of the answer. When nobody reads it any more (`montuno … | head`), that is no error.
pub(crate) fn say(text: &str) {
    let mut output = std::io::stdout().lock();
    let _ = writeln!(output, "{text}");
    let _ = output.flush();
}

/// Prints a line for people, beside the answer.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Says why a command could not do its work.
pub(crate) fn complain(error: &anyhow::Error) {
    note(&format!("montuno: {error:#}"));
}
