//! What a launch means, and everything up to a debugger that can be given the program.
//!
//! A launch says what it knows: a program and a debugger, or only a file and a line. Nothing of a repository runs
//! before it is asked for, and what then runs is what the user would have run by hand: cargo, go, cmake, pytest.
//!
//! | module | subject |
//! | --- | --- |
//! | [`plan`] | which debugger, with which arguments |
//! | [`build`] | running a build, and telling its messages |
//! | [`cargo`] | Rust: from a file to cargo's target to its program |
//! | [`python`] | Python: scripts and pytest |
//! | [`go`] | Go: packages, tests and subtests |
//! | [`javascript`] | JavaScript and TypeScript: scripts and test tools |
//! | [`native`] | C and C++: CMake, or a single file |
//! | [`attach`] | attaching, and why it would fail |

pub mod attach;
pub mod build;
pub mod cargo;
pub mod go;
pub mod javascript;
pub mod native;
pub mod plan;
pub mod python;

use std::future::Future;
use std::pin::Pin;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use crate::backend::process::Mark;
use crate::backend::start::{self, Connection};
use crate::backend::{Backend, discovery};
use crate::message::Message;
use crate::session::Options;
use crate::settings::DebugSettings;

/// What a client asks for.
#[derive(Debug)]
pub struct Asked {
    /// Whether to attach to what runs already.
    pub is_attach: bool,
    /// The request.
    pub raw: Message,
    /// Its arguments.
    pub arguments: Value,
    /// What the session's processes are marked with.
    pub mark: Mark,
    /// Whether the client can run a program in its terminal.
    pub can_run_in_terminal: bool,
}

/// What the client is told on the way.
#[derive(Debug)]
pub enum Note {
    /// A line for the console.
    Print {
        /// DAP's category of output.
        category: &'static str,
        /// The line.
        text: String,
        /// The file that it speaks of.
        source: Option<Utf8PathBuf>,
        /// The line that it speaks of, from 1.
        line: Option<i64>,
    },
    /// A build begins.
    Building(String),
    /// How far it is.
    Progress {
        /// What is being done.
        message: String,
        /// How much is done, of 100.
        percentage: Option<u32>,
    },
    /// The build is done.
    Built,
    /// The debugger is there, or why not.
    Prepared(Result<Box<Prepared>, String>),
}

/// A debugger that can be given its program.
#[derive(Debug)]
pub struct Prepared {
    /// Its kind.
    pub backend: Backend,
    /// The connection to it.
    pub connection: Connection,
    /// `launch` or `attach`.
    pub command: String,
    /// A message with the arguments of that.
    pub arguments: Message,
    /// A line for the console that says what is run.
    pub says: Option<String>,
}

/// A debugger that is wanted.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// Its kind.
    pub backend: Backend,
    /// The folder that it runs in.
    pub folder: Option<Utf8PathBuf>,
    /// Interpreters that may have it, the best first.
    pub interpreters: Vec<Utf8PathBuf>,
    /// What its processes are marked with.
    pub mark: &'a Mark,
    /// The settings.
    pub settings: &'a DebugSettings,
}

/// An answer that comes later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where debuggers come from.
pub trait Debuggers: Send + Sync + std::fmt::Debug {
    /// Starts a debugger, or says why there is none.
    fn start<'a>(&'a self, wanted: Wanted<'a>) -> Later<'a, Result<Connection, String>>;
}

/// The debuggers that the user has installed.
#[derive(Debug, Default)]
pub struct Installed;

impl Debuggers for Installed {
    fn start<'a>(&'a self, wanted: Wanted<'a>) -> Later<'a, Result<Connection, String>> {
        Box::pin(async move {
            let Wanted { backend, folder, interpreters, mark, settings } = wanted;
            let settings = settings.clone();
            // Looking may run an interpreter or two.
            let found = tokio::task::spawn_blocking(move || match backend {
                Backend::Debugpy => discovery::find_debugpy(&interpreters, &settings),
                _ => discovery::find(backend, &settings),
            });
            let found = found.await.map_err(|error| format!("looking for {backend} failed: {error}"))??;
            start::start(&found, folder.as_ref(), mark).await
        })
    }
}

/// Does everything up to a debugger that can be given its program.
///
/// # Errors
/// A sentence for the user: why that cannot be done, and what to do.
pub async fn prepare(asked: Asked, options: &Options, notes: &UnboundedSender<Note>) -> Result<Box<Prepared>, String> {
    if let Some(remote) = attach::remote(&asked)? {
        let stream = start::connect(&remote.host, remote.port).await?;
        let (reader, writer) = stream.into_split();
        return Ok(Box::new(Prepared {
            backend: remote.backend,
            connection: Connection::over(Box::new(reader), Box::new(writer)),
            command: asked.raw.command(),
            arguments: asked.raw,
            says: None,
        }));
    }
    let reporter = build::Reporter { notes: notes.clone(), mark: asked.mark.clone() };
    let plan = if asked.is_attach {
        attach::plan(&asked, &options.settings)?
    } else {
        plan::plan(&asked, &options.settings, &reporter).await?
    };
    let wanted = Wanted {
        backend: plan.backend,
        folder: plan.folder.clone(),
        interpreters: plan.interpreters.clone(),
        mark: &asked.mark,
        settings: &options.settings,
    };
    let connection = options.debuggers.start(wanted).await?;
    let mut arguments = asked.raw;
    if let Some(changed) = plan.arguments {
        arguments.set("arguments", changed);
    }
    if matches!(plan.backend, Backend::LldbDap | Backend::Gdb | Backend::JsDebug)
        && arguments.raw("arguments").is_some_and(|text| text.contains("noDebug"))
    {
        // They run it and never say that it has ended; under the debugger without breakpoints they do.
        let mut changed = arguments.value("arguments");
        if let Some(changed) = changed.as_object_mut() {
            changed.remove("noDebug");
        }
        arguments.set("arguments", changed);
    }
    if plan.backend == Backend::LldbDap {
        with_formatters(&mut arguments);
    }
    let command = arguments.command();
    Ok(Box::new(Prepared { backend: plan.backend, connection, command, arguments, says: plan.says }))
}

/// Gives LLDB our formatters, if the program is one of Rust's.
fn with_formatters(arguments: &mut Message) {
    let mut changed = arguments.value("arguments");
    let process = changed["pid"].as_u64().map(|process| Utf8PathBuf::from(format!("/proc/{process}/exe")));
    let program = changed["program"].as_str().map(Utf8PathBuf::from).or(process);
    if program.is_some_and(|program| crate::values::is_of_rust(&program)) {
        changed["initCommands"] = crate::values::init_commands(&changed["initCommands"]);
        arguments.set("arguments", changed);
    }
}

/// The nearest folder above a file that has one of these.
pub(crate) fn nearest_with(file: &Utf8Path, names: &[&str]) -> Option<Utf8PathBuf> {
    file.ancestors().skip(1).find(|folder| names.iter().any(|name| folder.join(name).exists())).map(Utf8Path::to_owned)
}
