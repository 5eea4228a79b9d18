//! The command line.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use clap::{Args, Parser, Subcommand, ValueEnum};
use montuno_base::Utf8PathBuf;

/// Language intelligence for every editor and for CI, from one program.
#[derive(Parser, Debug)]
#[command(name = "montuno", version, propagate_version = true)]
pub(crate) struct CommandLine {
    /// Where the log goes: a file. Without it: standard error, and only what `RUST_LOG` asks for.
    #[arg(long, global = true, value_name = "FILE")]
    pub log: Option<Utf8PathBuf>,

    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Answers an editor by the Language Server Protocol, on standard input and output.
    Lsp(Lsp),
    /// Debugs a program for an editor by the Debug Adapter Protocol, on standard input and output.
    Dap(Dap),
    /// Debugs without an editor.
    Debug(Debug),
    /// Reports what is wrong in a repository.
    Check(Check),
    /// Answers one question about code.
    Query(Query),
    /// Says what Montuno found on this machine, and what is missing.
    Doctor(Doctor),
    /// Shows the settings.
    Config(Config),
    /// Lists the languages, and what each of them has.
    Languages(Languages),
    /// Lists or deletes what is kept of completions that were taken and left.
    Acceptance(Acceptance),
    /// Sets an editor up: says what goes where, or writes it.
    Setup(Setup),
    /// Lists, adds, checks and removes language models.
    Models(Models),
    /// Installs and removes the library of ONNX Runtime, which runs models faster.
    Runtime(Runtime),
}

#[derive(Args, Debug)]
pub(crate) struct Lsp {
    /// Standard input and output. This is the default; editors pass the flag by custom.
    #[arg(long, conflicts_with = "port")]
    pub stdio: bool,

    /// Listen on this TCP port instead; every connection is a session of its own. 0 takes a free one
    /// and prints it.
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,

    /// The address to listen on, with `--port`.
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), requires = "port")]
    pub host: IpAddr,

    /// Answer completion requests over HTTP as well, on this port of this machine: `/v1/completions` and `/infill`. 0
    /// takes a free one. The address is printed on standard error.
    #[arg(long, value_name = "PORT")]
    pub http: Option<u16>,

    /// Answer whoever can reach the port. Without it a request needs the token in `MONTUNO_HTTP_TOKEN`, else the one in
    /// the file that is printed with the address.
    #[arg(long, requires = "http")]
    pub http_without_token: bool,

    /// Trust the workspace, as an editor may: what it supplies may be run.
    #[arg(long)]
    pub trust: bool,

    /// The process that started this one; when it ends, so does this one. Editors say it in the
    /// protocol as well.
    #[arg(long = "clientProcessId", value_name = "PROCESS", hide = true)]
    pub client_process_id: Option<u32>,
}

#[derive(Args, Debug)]
pub(crate) struct Dap {
    /// Listen on this TCP port of this machine instead; every connection is a session of its own. 0 takes a free one
    /// and prints it.
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,

    /// Listen on this address instead, for example `127.0.0.1:4711`. Whoever can reach it can run programs here.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "port")]
    pub listen: Option<SocketAddr>,

    /// Standard input and output. This is the default; editors pass the flag by custom.
    #[arg(long, conflicts_with_all = ["port", "listen"])]
    pub stdio: bool,

    #[command(flatten)]
    pub workspace: Workspace,
}

#[derive(Args, Debug)]
pub(crate) struct Debug {
    #[command(subcommand)]
    pub action: DebugAction,
}

#[derive(Subcommand, Debug)]
pub(crate) enum DebugAction {
    /// Runs a test or a program under its debugger, and reports why it failed. The exit code is 0 if it succeeded, 1 if it
    /// failed, 2 if it could not be run.
    Run(DebugRun),
}

#[derive(Args, Debug)]
pub(crate) struct DebugRun {
    /// Write the report as Markdown to this file instead of to standard output.
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<Utf8PathBuf>,

    /// Write the report as JSON to this file; `-` is standard output, in the place of Markdown.
    #[arg(long, value_name = "FILE")]
    pub json: Option<Utf8PathBuf>,

    /// After how many seconds a program that runs on counts as hanging.
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub timeout: u64,

    /// Do not show what the program prints while it runs.
    #[arg(long)]
    pub quiet: bool,

    #[command(flatten)]
    pub workspace: Workspace,

    /// What is to be run: `FILE:LINE` of a test or a main function, or a command (`cargo test adds`, `pytest
    /// tests/test_a.py`, `go test -run TestA`, `node --test a.test.js`, any program) with its arguments.
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Files and folders to check. Without any: the current folder.
    #[arg(value_name = "PATH")]
    pub paths: Vec<Utf8PathBuf>,

    /// How findings are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Where findings are written, if not to standard output.
    #[arg(long, value_name = "FILE")]
    pub output: Option<Utf8PathBuf>,

    /// The mildest severity that is reported.
    #[arg(long, value_enum, default_value_t = Level::Warning)]
    pub severity: Level,

    /// The mildest severity that makes the exit code 1.
    #[arg(long, value_enum, default_value_t = Level::Warning, value_name = "SEVERITY")]
    pub fail_on: Level,

    /// Print lines, time, speed and memory at the end.
    #[arg(long)]
    pub statistics: bool,

    /// How many files are checked at the same time. Without it: as many as there are processors.
    #[arg(long, value_name = "COUNT")]
    pub jobs: Option<usize>,

    #[command(flatten)]
    pub workspace: Workspace,
}

/// How a report is written.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    /// For people: the message with the source line.
    Text,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0.
    Sarif,
}

/// A severity, as an option.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Level {
    /// Certainly wrong.
    Error,
    /// Probably wrong.
    Warning,
    /// Worth knowing.
    Information,
    /// Everything.
    Hint,
}

#[derive(Args, Debug)]
pub(crate) struct Query {
    #[command(subcommand)]
    pub question: Question,

    #[command(flatten)]
    pub workspace: Workspace,

    /// Print JSON.
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Question {
    /// Where the symbol is defined.
    Definition {
        /// FILE:LINE:COLUMN, both from 1.
        place: String,
    },
    /// Where the symbol is used.
    References {
        /// FILE:LINE:COLUMN, both from 1.
        place: String,
    },
    /// What is known of the symbol.
    Hover {
        /// FILE:LINE:COLUMN, both from 1.
        place: String,
    },
    /// What could be written at the place.
    Complete {
        /// FILE:LINE:COLUMN, both from 1.
        place: String,
        /// At most this many offers.
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// What the language model would write at the place.
    Inline {
        /// FILE:LINE:COLUMN, both from 1.
        place: String,
        /// How it comes about: the prompt, the names that were allowed, what was cut and why.
        #[arg(long)]
        explain: bool,
    },
    /// The declarations of a file, or those of the workspace with such a name.
    Symbols {
        /// A file, or a name.
        file_or_name: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub workspace: Workspace,

    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Languages {
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Acceptance {
    /// Delete all of it.
    #[arg(long)]
    pub delete: bool,

    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Setup {
    /// The editor.
    #[arg(value_enum)]
    pub editor: Editor,

    /// Write it, show what is different, and keep a copy of what was there.
    #[arg(long)]
    pub write: bool,
}

/// An editor that Montuno knows how to set up.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Editor {
    /// Emacs, with eglot and dape.
    Emacs,
    /// Helix.
    Helix,
    /// Kakoune, with kakoune-lsp.
    Kakoune,
    /// Neovim.
    Nvim,
    /// Sublime Text, with the package LSP.
    Sublime,
    /// Visual Studio Code, and what is made of it.
    Vscode,
    /// Zed.
    Zed,
}

#[derive(Args, Debug)]
pub(crate) struct Models {
    #[command(subcommand)]
    pub action: ModelsAction,

    #[command(flatten)]
    pub workspace: Workspace,
}

#[derive(Subcommand, Debug)]
pub(crate) enum ModelsAction {
    /// The models on this machine.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Copies the folder of a model, checks it and runs it once.
    Add {
        /// The folder: a graph (`*.onnx`) with `config.json` and `tokenizer.json`.
        folder: Utf8PathBuf,
        /// What it is called from now on.
        #[arg(long)]
        name: Option<String>,
    },
    /// Compares models with their checksums and runs each once.
    Verify {
        /// Their names. Without any: all.
        names: Vec<String>,
    },
    /// Removes a model.
    Remove {
        /// Its name.
        name: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Runtime {
    #[command(subcommand)]
    pub action: RuntimeAction,

    #[command(flatten)]
    pub workspace: Workspace,
}

#[derive(Subcommand, Debug)]
pub(crate) enum RuntimeAction {
    /// Gets the library by pip or npm, checks it, and keeps it in the user's folder for data.
    Install {
        /// What it computes with besides the processor.
        #[arg(value_enum, default_value_t = RuntimeFlavour::Cpu)]
        flavour: RuntimeFlavour,
        /// A file instead: the wheel of `onnxruntime`, the package of `onnxruntime-node`, or a library by itself.
        #[arg(long, value_name = "FILE")]
        from: Option<Utf8PathBuf>,
        /// Install it anew if it is there already.
        #[arg(long)]
        force: bool,
    },
    /// The libraries on this machine, and which one is used.
    Status {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Removes what was installed.
    Remove {
        /// The name of what was installed.
        name: Option<String>,
        /// All of it.
        #[arg(long, conflicts_with = "name")]
        all: bool,
    },
    /// Loads a library and says whether it works; it is run as a process of its own.
    #[command(hide = true)]
    Probe { library: Utf8PathBuf, provider: String },
}

/// What ONNX Runtime computes with.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RuntimeFlavour {
    /// The processor; on Apple's machines CoreML as well.
    Cpu,
    /// NVIDIA's graphics processors.
    Cuda,
    /// Graphics processors on Windows.
    #[value(name = "directml")]
    DirectMl,
    /// Graphics processors by WebGPU.
    #[value(name = "webgpu")]
    WebGpu,
}

impl RuntimeFlavour {
    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
            Self::DirectMl => "directml",
            Self::WebGpu => "webgpu",
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct Config {
    #[command(subcommand)]
    pub action: ConfigAction,

    #[command(flatten)]
    pub workspace: Workspace,
}

#[derive(Subcommand, Debug)]
pub(crate) enum ConfigAction {
    /// The settings in force.
    Show {
        /// Where each value comes from.
        #[arg(long)]
        origin: bool,
    },
    /// The JSON Schema of `montuno.toml`.
    Schema,
}

/// Which workspace a command is about.
#[derive(Args, Debug, Default)]
pub(crate) struct Workspace {
    /// The root of the workspace. Without it: the current folder.
    #[arg(long, global = true, value_name = "FOLDER")]
    pub root: Option<Utf8PathBuf>,

    /// A setting for this run, before all others, for example `--set python.version=3.12`.
    #[arg(long = "set", global = true, value_name = "NAME=VALUE")]
    pub settings: Vec<String>,
}
