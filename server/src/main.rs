//! The binary `montuno`: composes the analysis into a language server, a checker for CI and a
//! command line.
//!
//! | module | subject |
//! | --- | --- |
//! | [`cli`] | the command line |
//! | [`commands`] | one file for each command |
//! | [`lsp`] | the language server |
//! | [`http`] | completion over HTTP, for editors that ask so |
//! | [`ai`] | completion by a language model |
//! | [`engines`] | which engines there are: the only place that names them |
//! | [`configuration`] | where settings come from |
//! | [`formatting`] | formatting by other programs |
//! | [`linting`] | findings of other programs |
//! | [`programs`] | where other programs are found, and how one is run |
//! | [`logging`] | what is logged where |

mod ai;
mod cli;
mod commands;
mod configuration;
mod engines;
mod formatting;
mod http;
mod linting;
mod logging;
mod lsp;
mod memory;
mod programs;
mod threads;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    montuno_base::memory::share_heaps();
    let command_line = cli::CommandLine::parse();
    logging::start(command_line.log.as_deref());
    ai::prepare();
    match commands::run(command_line) {
        Ok(code) => code,
        Err(error) => {
            commands::complain(&error);
            ExitCode::from(commands::COULD_NOT_RUN)
        }
    }
}
