//! The stack of a program that is stopped, and the values in it.

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

use super::client::Client;
use super::report::{Exception, Frame, SourceLine, Thread, Variable};

/// How many frames are listed.
const FRAMES: usize = 40;

/// In how many of the user's frames values are looked at.
const USER_FRAMES: usize = 6;

/// How many variables of a frame, and of a value, are listed.
const VARIABLES: usize = 40;

/// How long a value may be, in bytes.
const LONGEST_VALUE: usize = 400;

/// How many lines of source before and after the line.
const AROUND: i64 = 3;

/// What is known of a stop.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) reason: String,
    pub(super) description: String,
    pub(super) exception: Option<Exception>,
    /// Whether somebody would have caught the exception, as far as the debugger says.
    pub(super) is_caught: bool,
    pub(super) frames: Vec<Frame>,
    /// The debugger's number of the first frame.
    pub(super) top_frame: i64,
    pub(super) threads: Vec<Thread>,
}

impl Seen {
    /// The innermost frame of the user's own code.
    pub(super) fn user_frame(&self) -> Option<&Frame> {
        self.frames.iter().find(|frame| frame.is_user)
    }
}

/// Looks at everything at a stop. What a debugger does not answer is left out.
pub(super) async fn look(client: &mut Client, stop: &Value, root: &Utf8Path) -> Seen {
    let threads = client.ask("threads", &Value::Null).await.unwrap_or_default();
    let threads: Vec<Thread> = threads["threads"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|thread| Thread {
            id: thread["id"].as_i64().unwrap_or(0),
            name: thread["name"].as_str().unwrap_or_default().to_owned(),
        })
        .collect();
    let thread = stop["threadId"].as_i64().or_else(|| Some(threads.first()?.id)).unwrap_or(0);
    let mut seen = Seen {
        reason: stop["reason"].as_str().unwrap_or_default().to_owned(),
        description: stop["text"].as_str().or(stop["description"].as_str()).unwrap_or_default().to_owned(),
        threads,
        ..Seen::default()
    };
    if seen.reason == "exception"
        && let Ok(info) = client.ask("exceptionInfo", &json!({ "threadId": thread })).await
    {
        seen.is_caught = matches!(info["breakMode"].as_str(), Some("always" | "all"));
        seen.exception = Some(exception(&info));
    }
    let asked = json!({ "threadId": thread, "startFrame": 0, "levels": FRAMES });
    let stack = client.ask("stackTrace", &asked).await.unwrap_or_default();
    seen.top_frame = stack["stackFrames"][0]["id"].as_i64().unwrap_or(0);
    let mut looked_at = 0;
    for frame in stack["stackFrames"].as_array().into_iter().flatten().take(FRAMES) {
        let file = frame["source"]["path"].as_str().map(Utf8PathBuf::from);
        let line = frame["line"].as_i64().filter(|line| *line > 0);
        let name = frame["name"].as_str().unwrap_or_default();
        let is_user = file.as_ref().is_some_and(|file| is_of_user(file, root))
            && frame["presentationHint"] != "label"
            && !is_of_a_library(name);
        let mut said = Frame { function: readable(name), file, line, is_user, ..Frame::default() };
        if is_user && looked_at < USER_FRAMES {
            looked_at += 1;
            said.source = source(said.file.as_deref(), line);
            said.locals = locals(client, frame["id"].as_i64().unwrap_or(0)).await;
        }
        seen.frames.push(said);
    }
    seen
}

fn exception(info: &Value) -> Exception {
    let kind = info["details"]["typeName"].as_str().or(info["exceptionId"].as_str()).unwrap_or_default();
    let details = info["details"]["message"].as_str();
    let message = details.or(info["description"].as_str()).unwrap_or_default();
    // debugpy explains itself behind the type.
    let kind = kind.split_once("(note:").map_or(kind, |(kind, _)| kind).trim();
    let noted = |text: &str| match text.split_once("(note: full exception trace") {
        Some((before, after)) => {
            let said = after.split_once("): ").map_or("", |(_, said)| said);
            format!("{}: {said}", before.trim()).trim_end_matches(": ").to_owned()
        }
        None => text.trim_end().to_owned(),
    };
    // js-debug says it all in the type.
    let (kind, message) = match kind.split_once(": ") {
        Some((kind, said)) if message.is_empty() => (kind, said),
        _ => (kind, message),
    };
    Exception { kind: kind.to_owned(), message: noted(message) }
}

/// The name of a function without what a compiler or a debugger has added to it: `::h0123456789abcdef`, ` (Current frame)`.
fn readable(name: &str) -> String {
    let name = name.strip_suffix(" (Current frame)").unwrap_or(name);
    match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => path.to_owned(),
        _ => name.to_owned(),
    }
}

/// Whether a file is the user's own rather than one of a library, a tool or the system.
fn is_of_user(file: &Utf8Path, root: &Utf8Path) -> bool {
    let text = file.as_str().replace('\\', "/");
    let foreign = [
        "/node_modules/",
        "/site-packages/",
        "/dist-packages/",
        "/.cargo/registry/",
        "/.cargo/git/",
        "/rustlib/src/",
        "/rustc/",
        "/pkg/mod/",
        "/.venv/",
        "/venv/lib/",
        "node:internal",
        "<node_internals>",
    ];
    if foreign.iter().any(|part| text.contains(part)) || !file.is_file() {
        return false;
    }
    let real = |path: &Utf8Path| path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    // The standard libraries of Python and Go are wherever they are installed.
    let is_standard = text.contains("/lib/python3") || text.contains("/go/src/") || text.contains("/usr/lib/go-");
    !is_standard || real(file).starts_with(real(root))
}

fn is_of_a_library(function: &str) -> bool {
    ["core::", "std::", "alloc::", "<core::", "<std::", "<alloc::", "runtime.", "testing."]
        .iter()
        .any(|start| function.starts_with(start))
}

/// The lines around a line.
fn source(file: Option<&Utf8Path>, line: Option<i64>) -> Vec<SourceLine> {
    let (Some(file), Some(line)) = (file, line) else { return Vec::new() };
    let Ok(text) = std::fs::read(file) else { return Vec::new() };
    let text = String::from_utf8_lossy(&text);
    let first = (line - AROUND).max(1);
    let skipped = usize::try_from(first - 1).unwrap_or(0);
    let wanted = usize::try_from(line + AROUND - first + 1).unwrap_or(0);
    let lines = text.lines().skip(skipped).take(wanted);
    lines.zip(first..).map(|(text, number)| SourceLine { number, text: clipped(text) }).collect()
}

/// The variables of a frame.
async fn locals(client: &mut Client, frame: i64) -> Vec<Variable> {
    let scopes = client.ask("scopes", &json!({ "frameId": frame })).await.unwrap_or_default();
    let mut found: Vec<Variable> = Vec::new();
    for scope in scopes["scopes"].as_array().into_iter().flatten() {
        let name = scope["name"].as_str().unwrap_or_default().to_ascii_lowercase();
        // Globals of Python and of a C program, registers: long, and the same in every frame.
        if scope["expensive"] == true || ["global", "registers", "statics", "module"].iter().any(|it| name.contains(it))
        {
            continue;
        }
        for (variable, reference) in variables(client, &scope["variablesReference"]).await {
            if found.len() >= VARIABLES || found.iter().any(|other| other.name == variable.name) {
                continue;
            }
            let mut variable = variable;
            if reference > 0 {
                let fields = variables(client, &reference.into()).await;
                variable.fields = fields.into_iter().map(|(field, _)| field).take(VARIABLES / 2).collect();
            }
            found.push(variable);
        }
    }
    found
}

async fn variables(client: &mut Client, reference: &Value) -> Vec<(Variable, i64)> {
    let asked = json!({ "variablesReference": reference, "start": 0, "count": VARIABLES });
    let body = client.ask("variables", &asked).await.unwrap_or_default();
    let all = body["variables"].as_array().into_iter().flatten();
    all.filter(|variable| {
        // Groups that a debugger makes of what nobody wrote.
        let name = variable["name"].as_str().unwrap_or_default();
        let is_group = ["special variables", "function variables", "class variables", "[raw]", "[[Prototype]]"];
        // pytest's rewritten assertions have variables of their own.
        let is_made = name.starts_with("@py_") || name == "<null>";
        !name.is_empty()
            && !is_made
            && !is_group.contains(&name)
            && variable["presentationHint"]["visibility"] != "internal"
    })
    .take(VARIABLES)
    .map(|variable| {
        let text = |name: &str| variable[name].as_str().unwrap_or_default();
        let said = Variable {
            name: text("name").to_owned(),
            kind: variable["type"].as_str().filter(|kind| !kind.is_empty()).map(clipped),
            value: clipped(text("value")),
            fields: Vec::new(),
        };
        let is_text = said.value.starts_with(['"', '\'']);
        (said, if is_text { 0 } else { variable["variablesReference"].as_i64().unwrap_or(0) })
    })
    .collect()
}

/// A text that is not too long.
fn clipped(text: &str) -> String {
    if text.len() <= LONGEST_VALUE {
        return text.to_owned();
    }
    let mut end = LONGEST_VALUE;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_not_the_users() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        for (path, is_users) in [
            ("src/a.rs", true),
            ("node_modules/x/a.js", false),
            (".venv/lib/python3.11/site-packages/x.py", false),
            ("lib/python3.11/own.py", true),
        ] {
            let file = root.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, "").unwrap();
            assert_eq!(is_of_user(&file, root), is_users, "{path}");
        }
        assert!(!is_of_user(&root.join("not there.rs"), root));
    }

    #[test]
    fn names_and_messages_are_those_that_a_person_wrote() {
        assert_eq!(readable("demo::tests::adds::hefd13d61431eef20"), "demo::tests::adds");
        assert_eq!(readable("test_add (Current frame)"), "test_add");
        assert_eq!(readable("a::hash"), "a::hash");
        let info = json!({
            "exceptionId": "AssertionError",
            "description": "AssertionError       (note: full exception trace is shown but execution is paused at: test_add): assert 3 == 9",
        });
        assert_eq!(exception(&info).message, "AssertionError: assert 3 == 9");
    }

    #[test]
    fn lines_around_are_numbered() {
        let folder = tempfile::tempdir().unwrap();
        let file = Utf8PathBuf::from_path_buf(folder.path().join("a.py")).unwrap();
        std::fs::write(&file, "1\n2\n3\n4\n5\n6\n7\n8\n9\n").unwrap();
        let numbers = |line| source(Some(&file), Some(line)).iter().map(|line| line.number).collect::<Vec<_>>();
        assert_eq!(numbers(5), [2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(numbers(1), [1, 2, 3, 4]);
        assert_eq!(numbers(9), [6, 7, 8, 9]);
    }
}
