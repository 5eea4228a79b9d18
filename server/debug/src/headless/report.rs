//! What is said about a run.

use std::fmt::Write as _;

use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;

/// The version of the report's form. Within it there are only additions.
pub const VERSION: u32 = 1;

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The program ended with success.
    Passed,
    /// An assertion failed, or an exception that nobody caught was thrown, or the program panicked.
    Failed,
    /// The system ended the program: a signal, a fault.
    Crashed,
    /// The program ended with an exit code that is not 0, and stopped nowhere before.
    Exited,
    /// The program did not end in time.
    Hung,
}

impl Outcome {
    /// Whether there is nothing to report.
    pub fn is_success(self) -> bool {
        self == Self::Passed
    }
}

/// The report of a run.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// See [`VERSION`].
    pub version: u32,
    /// What was run, as a user would type it.
    pub command: String,
    /// The folder that it ran in.
    pub folder: Utf8PathBuf,
    /// The debugger.
    pub debugger: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, in a sentence.
    pub sentence: String,
    /// The exit code, where the program came to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i64>,
    /// The exception, where one was thrown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<Exception>,
    /// The stack of the thread that stopped, from where it stopped.
    pub frames: Vec<Frame>,
    /// The threads that there were.
    pub threads: Vec<Thread>,
    /// The end of what the program printed.
    pub output: String,
}

/// An exception, a panic, a failed assertion.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Exception {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it says.
    pub message: String,
}

/// A frame of a stack.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Frame {
    /// The function.
    pub function: String,
    /// Its file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<Utf8PathBuf>,
    /// The line that it is at, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<i64>,
    /// Whether it is of the user's own code.
    pub is_user: bool,
    /// The lines around, for frames of the user's own code.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<SourceLine>,
    /// The variables, for frames of the user's own code.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locals: Vec<Variable>,
}

/// A line of a source.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct SourceLine {
    /// Its number, from 1.
    pub number: i64,
    /// Its text.
    pub text: String,
}

/// A variable.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its type, where the debugger says it.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its value.
    pub value: String,
    /// What is in it, as far as that is of use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Variable>,
}

/// A thread.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Thread {
    /// The debugger's number of it.
    pub id: i64,
    /// Its name.
    pub name: String,
}

impl Report {
    /// Changes every text that comes out of the program, to take secrets out of it.
    pub fn map_texts(&mut self, mask: &dyn Fn(&str) -> String) {
        self.command = mask(&self.command);
        self.sentence = mask(&self.sentence);
        self.output = mask(&self.output);
        if let Some(exception) = &mut self.exception {
            exception.message = mask(&exception.message);
        }
        for frame in &mut self.frames {
            for line in &mut frame.source {
                line.text = mask(&line.text);
            }
            for local in &mut frame.locals {
                mask_variable(local, mask);
            }
        }
    }

    /// The report for people.
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n\n", self.sentence);
        let _ = writeln!(text, "```console\n$ {}\n```\n", self.command);
        let user: Vec<&Frame> = self.frames.iter().filter(|frame| frame.is_user).collect();
        for (at, frame) in user.iter().enumerate() {
            let place = frame.place(&self.folder);
            let _ = writeln!(text, "## {}`{}` at {place}\n", if at == 0 { "" } else { "called by " }, frame.function);
            if !frame.source.is_empty() {
                text.push_str("```text\n");
                for line in &frame.source {
                    let mark = if Some(line.number) == frame.line { ">" } else { " " };
                    let _ = writeln!(text, "{mark}{:>5} {}", line.number, line.text);
                }
                text.push_str("```\n\n");
            }
            if !frame.locals.is_empty() {
                text.push_str("| variable | value |\n| --- | --- |\n");
                for local in &frame.locals {
                    let _ = writeln!(text, "| `{}` | {} |", local.name, code(&local.shown()));
                }
                text.push('\n');
            }
        }
        if !self.frames.is_empty() {
            text.push_str("## Stack\n\n```text\n");
            for frame in &self.frames {
                let _ = writeln!(text, "{} at {}", frame.function, frame.place(&self.folder));
            }
            text.push_str("```\n\n");
        }
        if self.threads.len() > 1 {
            let names: Vec<String> =
                self.threads.iter().map(|thread| format!("{} {}", thread.id, thread.name)).collect();
            let _ = writeln!(text, "Threads: {}\n", names.join(", "));
        }
        if !self.output.trim().is_empty() {
            let _ = writeln!(text, "## What it printed last\n\n````text\n{}\n````\n", self.output.trim_end());
        }
        let _ = writeln!(text, "By {}.", self.debugger);
        text
    }
}

impl Frame {
    /// Where it is, in as few words as possible.
    pub fn place(&self, folder: &Utf8Path) -> String {
        let Some(file) = &self.file else { return "a place without source".to_owned() };
        let file = file.strip_prefix(folder).unwrap_or(file);
        self.line.map_or_else(|| file.to_string(), |line| format!("{file}:{line}"))
    }
}

impl Variable {
    /// The value in one line, with what is in it where the value itself says nothing.
    fn shown(&self) -> String {
        if self.fields.is_empty() {
            return self.value.clone();
        }
        let fields: Vec<String> = self.fields.iter().map(|field| format!("{}: {}", field.name, field.value)).collect();
        let fields = fields.join(", ");
        // Many debuggers say it all in the value already.
        if self.value.contains(&fields) || self.value.len() > 60 || self.value.contains('[') {
            return self.value.clone();
        }
        if self.value.is_empty() { format!("{{{fields}}}") } else { format!("{} {{{fields}}}", self.value) }
    }
}

fn mask_variable(variable: &mut Variable, mask: &dyn Fn(&str) -> String) {
    // What a secret is can be told by the name of its variable: both together are looked at.
    let quoted = variable.value.trim_matches(['"', '\'']);
    let named = format!("{} = \"{quoted}\"", variable.name);
    if mask(&named) != named && !quoted.is_empty() {
        variable.value = mask(&named).split_once(" = ").map_or_else(String::new, |(_, value)| value.to_owned());
    } else {
        variable.value = mask(&variable.value);
    }
    for field in &mut variable.fields {
        mask_variable(field, mask);
    }
}

/// A text as code in a cell of a table.
fn code(text: &str) -> String {
    let line = text.replace(['\n', '\r'], "⏎").replace('|', "\\|");
    let ticks = "`".repeat(if line.contains('`') { 2 } else { 1 });
    let space = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{ticks}{space}{line}{space}{ticks}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let local =
            |name: &str, value: &str| Variable { name: name.into(), value: value.into(), ..Variable::default() };
        Report {
            version: VERSION,
            command: "cargo test adds".into(),
            folder: "/p".into(),
            debugger: "lldb-dap".into(),
            outcome: Outcome::Failed,
            sentence: "`tests::adds` panicked at src/lib.rs:3: no".into(),
            exit_code: None,
            exception: Some(Exception { kind: "panic".into(), message: "no".into() }),
            frames: vec![Frame {
                function: "tests::adds".into(),
                file: Some("/p/src/lib.rs".into()),
                line: Some(3),
                is_user: true,
                source: vec![SourceLine { number: 3, text: "    panic!(\"no\");".into() }],
                locals: vec![local("total", "3"), local("api_key", "\"abcdefgh12345\""), local("a|b", "x`y")],
            }],
            threads: Vec::new(),
            output: "running 1 test\n".into(),
        }
    }

    #[test]
    fn markdown_has_the_sentence_the_line_and_the_values() {
        let text = report().markdown();
        for part in [
            "# `tests::adds` panicked at src/lib.rs:3: no",
            ">    3     panic!",
            "| `total` | `3` |",
            "``x`y``",
            "running 1 test",
        ] {
            assert!(text.contains(part), "{part} is in\n{text}");
        }
    }

    #[test]
    fn a_secret_is_told_by_the_name_of_its_variable() {
        let mut report = report();
        report.map_texts(&|text| text.replace("api_key = \"abcdefgh12345\"", "api_key = \"REDACTED\""));
        assert_eq!(report.frames[0].locals[1].value, "\"REDACTED\"");
        assert_eq!(report.frames[0].locals[0].value, "3");
    }

    #[test]
    fn json_has_names_as_javascript_writes_them() {
        let json = serde_json::to_value(report()).unwrap();
        assert_eq!(json["outcome"], "failed");
        assert_eq!(json["frames"][0]["isUser"], true);
        assert_eq!(json["exception"]["type"], "panic");
    }
}
