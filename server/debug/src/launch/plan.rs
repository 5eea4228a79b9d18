//! Which debugger gets a program, with which arguments.

use camino::{Utf8Path, Utf8PathBuf};
use montuno_base::Language;
use montuno_base::TextSize;
use montuno_syntax::runnables::{Runnable, runnable_at};
use serde_json::{Map, Value, json};

use super::build::Reporter;
use super::{Asked, cargo, go, javascript, native, python};
use crate::backend::{Backend, discovery};
use crate::breakpoints;
use crate::settings::DebugSettings;

/// What is given to a debugger.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The arguments of the launch, where they are not those that the client sent.
    pub arguments: Option<Value>,
    /// The folder that the debugger runs in.
    pub folder: Option<Utf8PathBuf>,
    /// Interpreters that may have the debugger.
    pub interpreters: Vec<Utf8PathBuf>,
    /// A line for the console that says what is run.
    pub says: Option<String>,
}

/// A debugger, and what it is given.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The debugger.
    pub backend: Backend,
    /// See [`Given::arguments`].
    pub arguments: Option<Value>,
    /// See [`Given::folder`].
    pub folder: Option<Utf8PathBuf>,
    /// See [`Given::interpreters`].
    pub interpreters: Vec<Utf8PathBuf>,
    /// See [`Given::says`].
    pub says: Option<String>,
}

impl Given {
    /// With the debugger that gets it.
    pub fn to(self, backend: Backend) -> Plan {
        let Self { arguments, folder, interpreters, says } = self;
        Plan { backend, arguments, folder, interpreters, says }
    }
}

/// A place that a launch names instead of a program.
#[derive(Clone, Debug)]
pub struct Place {
    /// The file.
    pub file: Utf8PathBuf,
    /// The line, from 1, if one was named.
    pub line: Option<usize>,
    /// What can be run there.
    pub runnable: Option<Runnable>,
}

/// What a launch says beside its program.
#[derive(Clone, Debug)]
pub struct Extra<'a> {
    /// The arguments of the launch.
    pub arguments: &'a Value,
    /// The settings.
    pub settings: &'a DebugSettings,
}

impl Extra<'_> {
    /// Arguments for the program.
    pub fn args(&self) -> Vec<String> {
        match &self.arguments["args"] {
            Value::Array(words) => {
                words.iter().map(|word| word.as_str().map_or_else(|| word.to_string(), str::to_owned)).collect()
            }
            Value::String(words) => words.split_whitespace().map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    }

    /// The launch's own arguments with what is added where it says nothing. What a launch names a place by is
    /// nothing that a debugger knows.
    pub fn with(&self, added: Value) -> Value {
        let mut all: Map<String, Value> = self.arguments.as_object().cloned().unwrap_or_default();
        for ours in ["file", "line", "backend"] {
            all.remove(ours);
        }
        if let Value::Object(added) = added {
            for (name, value) in added {
                // What was found out for a place replaces what the client said of it.
                if matches!(name.as_str(), "program" | "args" | "type" | "module" | "mode") || !all.contains_key(&name)
                {
                    all.insert(name, value);
                }
            }
        }
        Value::Object(all)
    }
}

/// Finds out what a launch means, and builds it.
///
/// # Errors
/// A sentence for the user.
pub async fn plan(asked: &Asked, settings: &DebugSettings, reporter: &Reporter) -> Result<Plan, String> {
    let arguments = &asked.arguments;
    let extra = Extra { arguments, settings };
    let named = backend_of(arguments)?;
    let program = arguments["program"].as_str().map(Utf8PathBuf::from);
    let has_other =
        ["module", "code", "coreFile", "launchCommands", "runtimeExecutable", "runtimeArgs", "__pendingTargetId"]
            .iter()
            .any(|name| !arguments[*name].is_null());
    if let Some(program) = program {
        let program = absolute(&program, arguments);
        return with_program(asked, &extra, named, &program).await;
    }
    if let (Some(backend), true) = (named, has_other) {
        return Ok(passed_on(asked, &extra, backend, None));
    }
    let Some(file) = arguments["file"].as_str().map(Utf8PathBuf::from) else {
        return Err("the launch names nothing to debug: give it `program`, or `file` and `line` of a test or a main \
                    function"
            .to_owned());
    };
    let place = place(&absolute(&file, arguments), arguments["line"].as_u64())?;
    at_place(&place, &extra, named, reporter).await
}

fn absolute(path: &Utf8Path, arguments: &Value) -> Utf8PathBuf {
    let folder = arguments["cwd"].as_str().map(Utf8PathBuf::from);
    let folder = folder
        .filter(|folder| folder.is_absolute())
        .or_else(|| std::env::current_dir().ok().and_then(|folder| Utf8PathBuf::from_path_buf(folder).ok()));
    folder.map_or_else(|| path.to_owned(), |folder| folder.join(path))
}

/// The debugger that a launch names.
fn backend_of(arguments: &Value) -> Result<Option<Backend>, String> {
    if let Some(name) = arguments["backend"].as_str() {
        let known = Backend::ALL.map(Backend::name).join(", ");
        return Backend::of_name(name).map(Some).ok_or_else(|| {
            format!("the launch names the debugger `{name}`, and there is none of that name; there are {known}")
        });
    }
    Ok(arguments["type"].as_str().and_then(Backend::of_name))
}

/// What stands at a line (from 1) of a file, or what the file is.
///
/// # Errors
/// If there is no such file.
pub fn place(file: &Utf8Path, line: Option<u64>) -> Result<Place, String> {
    if !file.is_file() {
        return Err(format!("there is no file {file}"));
    }
    let line = line.and_then(|line| usize::try_from(line).ok()).filter(|line| *line > 0);
    let runnable = breakpoints::tree(file).and_then(|tree| {
        let line = line?;
        let text = tree.text().clone();
        let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let content = text[start.min(text.len())..].lines().next().unwrap_or_default();
        let at = start + content.len() - content.trim_start().len();
        runnable_at(&tree, TextSize::try_from(at.min(text.len())).ok()?)
    });
    Ok(Place { file: file.to_owned(), line, runnable })
}

/// A launch by a place.
///
/// # Errors
/// A sentence for the user.
pub async fn at_place(
    place: &Place,
    extra: &Extra<'_>,
    named: Option<Backend>,
    reporter: &Reporter,
) -> Result<Plan, String> {
    let native = || named.unwrap_or_else(|| installed_native(extra.settings));
    match Language::of_path(&place.file) {
        Some(Language::Rust) => cargo::plan(place, extra, native(), reporter).await,
        Some(Language::Python) => python::plan(place, extra, reporter).await,
        Some(Language::Go) => go::plan(place, extra, reporter),
        Some(Language::JavaScript | Language::TypeScript) => javascript::plan(place, extra, reporter).await,
        Some(Language::C | Language::Cpp) => native::plan(place, extra, native(), reporter).await,
        Some(other) => {
            Err(format!("{} is written in {}, for which there is no debugger yet", place.file, other.name()))
        }
        None => Err(format!("{} is in no language that can be debugged; name a `program` to debug", place.file)),
    }
}

/// The debugger for Rust, C and C++: the preferred one if it is there, else the other.
pub fn installed_native(settings: &DebugSettings) -> Backend {
    let [first, second] = settings.native();
    if discovery::find(first, settings).is_err() && discovery::find(second, settings).is_ok() { second } else { first }
}

/// A launch that names its program.
async fn with_program(
    asked: &Asked,
    extra: &Extra<'_>,
    named: Option<Backend>,
    program: &Utf8Path,
) -> Result<Plan, String> {
    let kind = if program.is_dir() && program.join("go.mod").exists() {
        Some(Backend::Delve)
    } else {
        match Language::of_path(program) {
            Some(Language::Python) => Some(Backend::Debugpy),
            Some(Language::Go) => Some(Backend::Delve),
            Some(Language::JavaScript | Language::TypeScript) => Some(Backend::JsDebug),
            _ if is_script_of(program, "python") => Some(Backend::Debugpy),
            _ if is_script_of(program, "node") => Some(Backend::JsDebug),
            _ => None,
        }
    };
    let is_go = kind == Some(Backend::Delve) || named == Some(Backend::Delve);
    if !program.exists() && !is_go && asked.arguments["launchCommands"].is_null() {
        return Err(format!("there is no program {program}; build it, or correct `program` in the launch"));
    }
    if let Some(language) = Language::of_path(program)
        && matches!(language, Language::Rust | Language::C | Language::Cpp)
    {
        return Err(format!(
            "{program} is a source file; give it as `file`, with the `line` of a test or a main function"
        ));
    }
    let backend = named.or(kind).unwrap_or_else(|| installed_native(extra.settings));
    Ok(passed_on(asked, extra, backend, Some(program)))
}

/// Whether a file begins with a line that names an interpreter.
fn is_script_of(path: &Utf8Path, interpreter: &str) -> bool {
    use std::io::Read as _;
    let mut start = [0; 128];
    let read = std::fs::File::open(path).and_then(|mut file| file.read(&mut start)).unwrap_or(0);
    let line = String::from_utf8_lossy(&start[..read]);
    line.starts_with("#!") && line.lines().next().is_some_and(|line| line.contains(interpreter))
}

/// The client's own launch, with what the debugger needs and the launch does not say.
fn passed_on(asked: &Asked, extra: &Extra<'_>, backend: Backend, program: Option<&Utf8Path>) -> Plan {
    let mut given = Given::default();
    let folder = program.and_then(Utf8Path::parent).map(Utf8Path::to_owned);
    let added = match backend {
        Backend::LldbDap | Backend::Gdb => Value::Null,
        Backend::Debugpy => {
            let interpreters = python::interpreters(program, extra);
            let added = python::defaults(interpreters.first(), extra);
            given.interpreters = interpreters;
            added
        }
        Backend::Delve => {
            let mut added = go::defaults(program);
            if let Some(mode) = extra.arguments["mode"].as_str() {
                added["mode"] = mode.into();
            }
            if added["mode"] != "exec" {
                added["output"] = go::output(&asked.mark);
            }
            given.folder = program.map(|program| {
                if program.is_dir() { program.to_owned() } else { folder.clone().unwrap_or_else(|| program.to_owned()) }
            });
            added
        }
        Backend::JsDebug => javascript::defaults(program, extra),
    };
    let mut changed = extra.with(added);
    if backend == Backend::Delve
        && let Some(program) = extra.arguments["program"].as_str()
    {
        // Delve takes paths as relative to the folder that it runs in.
        changed["program"] = absolute(Utf8Path::new(program), extra.arguments).as_str().into();
    }
    if changed != *extra.arguments {
        given.arguments = Some(changed);
    }
    given.to(backend)
}

/// What LLDB and GDB are told of a program.
pub fn native_arguments(
    extra: &Extra<'_>,
    backend: Backend,
    program: &Utf8Path,
    args: &[String],
    folder: &Utf8Path,
    environment: &[(String, String)],
) -> Value {
    let mut variables: Map<String, Value> =
        environment.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    match &extra.arguments["env"] {
        Value::Object(own) => variables.extend(own.clone()),
        Value::Array(own) => {
            let own = own.iter().filter_map(|one| one.as_str()?.split_once('='));
            variables.extend(own.map(|(name, value)| (name.to_owned(), value.into())));
        }
        _ => {}
    }
    let mut all = extra.with(json!({
        "type": backend.adapter_id(),
        "program": program,
        "args": args,
        "cwd": folder,
    }));
    all["env"] = match backend {
        // LLDB before 20 takes a list only.
        Backend::LldbDap => {
            variables.iter().map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default())).collect()
        }
        _ => Value::Object(variables),
    };
    if backend == Backend::Gdb && extra.arguments["stopOnEntry"] == true {
        all["stopAtBeginningOfMainSubprogram"] = true.into();
    }
    all
}
