//! Findings of other programs that the user has: compilers and linters, run when a file is saved.
//!
//! None is run unless the settings name it. Those that run what a repository says (a configuration that is a program,
//! build scripts) wait until the workspace is trusted.

mod cargo;
mod eslint;
mod go_vet;
mod ruff;

use std::time::Duration;

use montuno_base::{Language, TextRange, TextSize, Utf8Path, Utf8PathBuf};
use montuno_semantic::Severity;

use crate::programs::{self, Output, Permission};

/// A program whose findings can be shown.
pub(crate) struct Linter {
    /// Its name in settings.
    pub name: &'static str,
    /// The languages that it is for.
    pub languages: &'static [Language],
    /// Why it runs in a trusted workspace alone; `None` for one that only reads.
    pub needs_trust: Option<&'static str>,
    /// What is started for a file: the program, its arguments, and the folder that it runs in. `None` where it has
    /// nothing to say.
    command: fn(&Utf8Path) -> Option<Command>,
    /// Whether it reads the text of the file from its standard input.
    reads_text: bool,
    /// What it says.
    read: fn(&Output, &Utf8Path) -> Result<Vec<Finding>, String>,
}

/// What is started.
struct Command {
    program: &'static str,
    arguments: Vec<String>,
    /// The folder that it runs in, if not the file's own.
    folder: Option<Utf8PathBuf>,
}

impl Linter {
    /// Whether it looks at more than the file that was saved: then what it said before is over.
    pub(crate) fn is_about_all(&self) -> bool {
        !self.reads_text
    }
}

/// Every program that is known.
pub(crate) const ALL: [&Linter; 5] = [&ruff::RUFF, &eslint::ESLINT, &cargo::CHECK, &cargo::CLIPPY, &go_vet::GO_VET];

/// What a program found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Finding {
    /// The file, absolute.
    pub path: Utf8PathBuf,
    pub start: Place,
    pub end: Place,
    pub severity: Severity,
    /// The rule's name, if it has one.
    pub rule: Option<String>,
    pub message: String,
}

/// A line and a column, both from 1, as the program counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Place {
    pub line: usize,
    pub column: usize,
    pub unit: Unit,
}

/// What a column is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Unit {
    Byte,
    Utf16,
    Character,
}

impl Finding {
    /// Where it is in a text; what is outside is at the nearest place inside. A finding without a length is about the
    /// word at its place.
    pub(crate) fn range(&self, text: &str) -> TextRange {
        let (start, end) = (self.start.offset(text), self.end.offset(text));
        if end > start {
            return TextRange::new(start, end);
        }
        let rest = &text[usize::from(start)..];
        let word = rest.find(|c: char| !montuno_base::name_index::is_word(c)).unwrap_or(rest.len());
        TextRange::at(start, TextSize::of(&rest[..word]))
    }
}

impl Place {
    fn offset(self, text: &str) -> TextSize {
        let start: usize = text.split_inclusive('\n').take(self.line.saturating_sub(1)).map(str::len).sum();
        let line = text[start..].split('\n').next().unwrap_or_default();
        let mut columns = 1;
        let before = line.chars().take_while(|character| {
            let is_before = columns < self.column;
            columns += match self.unit {
                Unit::Byte => character.len_utf8(),
                Unit::Utf16 => character.len_utf16(),
                Unit::Character => 1,
            };
            is_before
        });
        TextSize::of(&text[..start]) + before.map(TextSize::of).sum::<TextSize>()
    }
}

/// The linter of this name for a language.
///
/// # Errors
/// What is wrong with the name, and which there are.
pub(crate) fn named(name: &str, language: Language) -> Result<&'static Linter, String> {
    let of_language = ALL.iter().filter(|linter| linter.languages.contains(&language));
    ALL.into_iter().find(|linter| linter.name == name && linter.languages.contains(&language)).ok_or_else(|| {
        let names: Vec<_> = of_language.map(|linter| linter.name).collect();
        let known =
            if names.is_empty() { "none is known".to_owned() } else { format!("there are {}", names.join(", ")) };
        format!("`{name}` in the setting `linting.on-save` is no linter for {}: {known}", language.name())
    })
}

/// What a linter finds for a file whose text on disk is `text`.
///
/// # Errors
/// Why it finds nothing out, in a sentence for the user.
pub(crate) fn run(
    linter: &Linter,
    path: &Utf8Path,
    text: &str,
    permission: &Permission,
    patience: Duration,
) -> Result<Vec<Finding>, String> {
    if let Some(why) = linter.needs_trust.filter(|_| !permission.trusted) {
        return Err(format!("{} is not run: it {why}. Trust the workspace to run it", linter.name));
    }
    let Some(command) = (linter.command)(path) else { return Ok(Vec::new()) };
    let program = programs::find(command.program, permission)
        .ok_or_else(|| format!("{} is not run: `{}` is not on your PATH", linter.name, command.program))?;
    let own = programs::folder_for(path, permission);
    let folder = command.folder.filter(|_| permission.trusted).unwrap_or(own);
    let input = if linter.reads_text { text } else { "" };
    let output = programs::run(&program, &command.arguments, &folder, input, patience)?;
    (linter.read)(&output, &folder)
        .map_err(|reason| format!("{} says nothing that can be shown: {reason}", linter.name))
}

/// Why the output is not what was expected: what the program complains of, else that it is none.
fn complaint(output: &Output) -> String {
    let line = output.stderr.lines().find(|line| !line.trim().is_empty());
    line.map_or_else(|| "it wrote something that is no list of findings".to_owned(), |line| line.trim().to_owned())
}

/// A number of the output as a line or a column.
fn number(value: &serde_json::Value) -> usize {
    value.as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(1)
}

/// The nearest folder above a file that holds a file of this name.
fn folder_with(path: &Utf8Path, name: &str) -> Option<Utf8PathBuf> {
    path.ancestors().skip(1).find(|folder| folder.join(name).is_file()).map(Utf8Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_the_program_counts() {
        let text = "a\né🎺x yz\n";
        let at = |column, unit| u32::from(Place { line: 2, column, unit }.offset(text));
        assert_eq!(at(7, Unit::Byte), 8);
        assert_eq!(at(4, Unit::Utf16), 8);
        assert_eq!(at(3, Unit::Character), 8);
        assert_eq!(at(99, Unit::Character), 12, "the end of the line");
        let place = Place { line: 2, column: 5, unit: Unit::Character };
        let finding = Finding {
            path: "/a".into(),
            start: place,
            end: place,
            severity: Severity::Warning,
            rule: None,
            message: String::new(),
        };
        assert_eq!(&text[finding.range(text)], "yz");
        assert_eq!(Place { line: 99, column: 1, unit: Unit::Byte }.offset(text), TextSize::of(text));
    }

    #[test]
    fn a_linter_is_for_its_languages() {
        assert!(named("ruff", Language::Python).is_ok());
        let error = named("ruff", Language::Rust).err().unwrap();
        assert!(error.contains("cargo-check"), "{error}");
        assert!(named("x", Language::Lua).err().unwrap().contains("none is known"));
    }

    #[test]
    fn what_runs_code_of_the_repository_waits_for_trust() {
        let untrusted = Permission { roots: vec!["/r".into()], trusted: false };
        for linter in ALL.iter().filter(|linter| linter.name != "ruff") {
            let answer = run(linter, Utf8Path::new("/r/a"), "", &untrusted, Duration::from_secs(1));
            assert!(answer.unwrap_err().contains("Trust the workspace"), "{}", linter.name);
        }
    }
}
