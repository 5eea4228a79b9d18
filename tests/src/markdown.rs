//! Tests that read as documentation.
//!
//! A page has sections; a section's code blocks are files of a workspace of its own. A block is named by
//! a line before it (`` `models.py`: ``), else it is `main.py`, `src/lib.rs`, `main.go`, `main.ts` or `main.js`. What is expected stands in
//! comments at the place that it speaks of, or alone on the line below it:
//!
//! ```python
//! from models import User
//! name = User().name<|>     # type: str
//! User                      # def: models.py:3
//! nme                       # error: [unresolved-name]
//! User.<|>                  # complete: name, save
//! ```
//!
//! The place is the mark `<|>`, or without one the last name before the comment. Findings of severity
//! error and warning that nothing expects fail the test, but for those on a line that is completed.
//!
//! | assertion | holds if |
//! | --- | --- |
//! | `type: T`, `hover: TEXT` | the hover holds the text |
//! | `def: FILE:LINE`, `decl:`, `typedef:`, `impl:` | an answer leads there; `none`: nowhere; `outside FILE`: to a file of that name outside |
//! | `refs: N` | so many references, declarations among them |
//! | `error: [RULE] TEXT`, `warning:`, `information:`, `hint:` | there is such a finding on the line |
//! | `complete: A, B` | these are offered, in this order; `complete-not: A`: these are not |
//! | `signature: TEXT` | the active signature holds the text |
//! | `rename: NEW => N` | the rename changes so many places; `NEW => refused`: it is refused |
//! | `action: TITLE` | an action with such a title is offered |
//!
//! A block can also say what becomes of a file: see [`crate::outcome`].

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

use crate::client::{Client, full_capabilities};
use crate::fixture::{self, CURSOR, Folder};
use crate::offers::offers;
use crate::outcome::Outcome;

/// A page of tests.
#[derive(Debug)]
pub struct Page {
    sections: Vec<Section>,
}

/// A section: a workspace of its own.
#[derive(Debug)]
struct Section {
    title: String,
    files: Vec<SourceFile>,
    outcomes: Vec<Outcome>,
}

/// A code block.
#[derive(Debug)]
struct SourceFile {
    name: Utf8PathBuf,
    /// Without cursor marks.
    text: String,
    assertions: Vec<Assertion>,
    /// Where its marks are.
    marks: Vec<usize>,
}

/// What is expected at a place.
#[derive(Debug)]
struct Assertion {
    kind: String,
    expected: String,
    /// The line in its file, from 0.
    line: usize,
    /// The place in its file.
    offset: usize,
    /// The line of the page, from 1.
    page_line: usize,
}

const KINDS: &[&str] = &[
    "type",
    "hover",
    "def",
    "decl",
    "typedef",
    "impl",
    "refs",
    "error",
    "warning",
    "information",
    "hint",
    "complete",
    "complete-not",
    "signature",
    "rename",
    "action",
];

impl Page {
    /// Reads a page.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut titles: Vec<String> = Vec::new();
        let mut sections: Vec<Section> = Vec::new();
        let mut name: Option<Utf8PathBuf> = None;
        let mut outcome: Option<Outcome> = None;
        let mut lines = text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            if let Some(level) = line.find(|c| c != '#').filter(|&level| level > 0 && line[level..].starts_with(' ')) {
                titles.truncate(level - 1);
                titles.push(line[level..].trim().to_owned());
                sections.push(Section { title: titles.join(" › "), files: Vec::new(), outcomes: Vec::new() });
            } else if let Some(named) = Outcome::named(line, number + 1) {
                outcome = Some(named);
            } else if let Some(path) = line.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:")) {
                name = Some(path.into());
            } else if let Some(language) = line.strip_prefix("```") {
                let mut code = String::new();
                for (_, line) in lines.by_ref().take_while(|(_, line)| *line != "```") {
                    code.push_str(line);
                    code.push('\n');
                }
                if let Some(mut outcome) = outcome.take() {
                    outcome.text = code;
                    let section = sections.last_mut().ok_or("an outcome before any heading")?;
                    section.outcomes.push(outcome);
                    continue;
                }
                let default = match language.trim() {
                    "python" | "py" => Some("main.py"),
                    "rust" | "rs" => Some("src/lib.rs"),
                    "go" => Some("main.go"),
                    "typescript" | "ts" => Some("main.ts"),
                    "javascript" | "js" => Some("main.js"),
                    _ => None,
                };
                let Some(name) = name.take().or_else(|| default.map(Into::into)) else { continue };
                let section =
                    sections.last_mut().ok_or_else(|| format!("line {}: code before any heading", number + 1))?;
                if section.files.iter().any(|file| file.name == name) {
                    return Err(format!("line {}: a second block of {name}", number + 1));
                }
                section.files.push(SourceFile::parse(name, &code, number + 2)?);
            }
        }
        sections.retain(|section| !section.files.is_empty());
        Ok(Self { sections })
    }

    /// Runs the page. `only`, if given, picks sections by a part of their title.
    ///
    /// # Errors
    /// Everything that is not as expected, a line each.
    pub fn run(&self, only: Option<&str>) -> Result<(), String> {
        let folder = Folder::new(&[]);
        let mut members = Vec::new();
        for (index, section) in self.sections.iter().enumerate() {
            let home = format!("s{index}");
            for file in &section.files {
                folder.write(&format!("{home}/{}", file.name), &file.text);
            }
            let is_rust = section.files.iter().any(|file| file.name.extension() == Some("rs"));
            let has_manifest = section.files.iter().any(|file| file.name == "Cargo.toml");
            if is_rust && !has_manifest {
                let manifest = format!("[package]\nname = \"{home}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n");
                folder.write(&format!("{home}/Cargo.toml"), manifest);
                members.push(format!("{home:?}"));
            }
        }
        if !members.is_empty() {
            let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", "));
            folder.write("Cargo.toml", manifest);
        }
        let roots: Vec<_> = (0..self.sections.len()).map(|index| folder.path(&format!("s{index}"))).collect();
        let root_paths: Vec<_> = roots.iter().map(Utf8PathBuf::as_path).collect();
        let mut client = Client::with(&folder, &root_paths, full_capabilities(), Value::Null);
        let mut failures = Vec::new();
        for (section, root) in self.sections.iter().zip(&roots) {
            if only.is_none_or(|only| section.title.contains(only)) {
                section.run(&mut client, root, &mut failures);
            }
        }
        client.shut_down();
        if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
    }
}

impl SourceFile {
    fn parse(name: Utf8PathBuf, code: &str, first_line: usize) -> Result<Self, String> {
        let comment = if matches!(name.extension(), Some("py" | "pyi" | "toml")) { "#" } else { "//" };
        let mut text = String::new();
        let mut assertions = Vec::new();
        let mut all_marks = Vec::new();
        // What an assertion on a line of its own speaks of.
        let mut last_place = (0, 0);
        for (line_number, raw) in code.lines().enumerate() {
            let start = text.len();
            let (line, marks) = fixture::cursors(raw);
            all_marks.extend(marks.iter().map(|mark| start + mark));
            let found = split_assertion(&line, comment);
            let before = found.map_or(line.as_str(), |(at, ..)| &line[..at]);
            let alone = found.is_some() && before.trim().is_empty();
            if !alone {
                let inside = marks.first().copied().unwrap_or_else(|| last_name(before));
                last_place = (line_number, start + inside);
            }
            if let Some((_, kind, expected)) = found {
                assertions.push(Assertion {
                    kind: kind.to_owned(),
                    expected: expected.to_owned(),
                    line: last_place.0,
                    offset: last_place.1,
                    page_line: first_line + line_number,
                });
            }
            text.push_str(&line);
            text.push('\n');
        }
        debug_assert!(!text.contains(CURSOR));
        Ok(Self { name, text, assertions, marks: all_marks })
    }
}

/// The assertion at the end of a line: where its comment begins, its kind, and what is expected.
fn split_assertion<'a>(line: &'a str, comment: &str) -> Option<(usize, &'a str, &'a str)> {
    let mut search = line.len();
    while let Some(at) = line[..search].rfind(comment) {
        let rest = line[at + comment.len()..].trim_start();
        // `# type: ignore` speaks to type checkers.
        if let Some((kind, expected)) = rest.split_once(':')
            && KINDS.contains(&kind)
            && (kind, expected.trim()) != ("type", "ignore")
        {
            return Some((at, kind, expected.trim()));
        }
        search = at;
    }
    None
}

/// Where the last name of a piece of a line begins; names in strings do not count.
fn last_name(text: &str) -> usize {
    let mut found = 0;
    let mut quote = None;
    let mut in_word = false;
    for (at, character) in text.char_indices() {
        match quote {
            Some(open) if open == character => quote = None,
            Some(_) => {}
            None if character == '"' => quote = Some(character),
            None => {
                let is_word = character == '_' || character.is_alphanumeric();
                if is_word && !in_word && !character.is_numeric() {
                    found = at;
                }
                in_word = is_word;
            }
        }
    }
    found
}

impl Section {
    fn run(&self, client: &mut Client, root: &Utf8Path, failures: &mut Vec<String>) {
        self.findings_and_assertions(client, root, failures);
        for outcome in &self.outcomes {
            let marks = self.files.iter().find(|file| file.name == outcome.file).map(|file| file.marks.as_slice());
            if let Err(reason) = outcome.check(client, root, marks.unwrap_or_default()) {
                failures.push(format!("line {} ({}): {reason}", outcome.page_line, self.title));
            }
        }
    }

    fn findings_and_assertions(&self, client: &mut Client, root: &Utf8Path, failures: &mut Vec<String>) {
        for file in &self.files {
            let path = root.join(&file.name);
            let is_asked =
                matches!(path.extension(), Some("py" | "pyi" | "rs" | "go" | "ts" | "tsx" | "js" | "mjs" | "cjs"));
            if !is_asked || path.as_str().contains("/node_modules/") {
                continue;
            }
            client.did_open(&path, &file.text);
            let mut findings: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
            for finding in client.diagnostics(&path) {
                let line = finding["range"]["start"]["line"].as_u64().unwrap_or_default() as usize;
                findings.entry(line).or_default().push(finding);
            }
            for assertion in &file.assertions {
                let outcome = self.check(client, root, &path, assertion, &mut findings);
                if let Err(reason) = outcome {
                    let Assertion { kind, expected, page_line, .. } = assertion;
                    failures.push(format!("line {page_line} ({}): {kind}: {expected}\n    {reason}", self.title));
                }
            }
            // What is being typed has findings that mean nothing.
            let typing =
                |line: &usize| file.assertions.iter().any(|it| it.line == *line && it.kind.starts_with("complete"));
            let is_completed = self.outcomes.iter().any(|it| it.file == file.name && it.completes());
            let marked: Vec<usize> = file.marks.iter().map(|&mark| file.text[..mark].matches('\n').count()).collect();
            findings.retain(|line, _| !(typing(line) || is_completed && marked.contains(line)));
            for (line, rest) in findings {
                for finding in
                    rest.iter().filter(|finding| finding["severity"].as_u64().is_some_and(|severity| severity <= 2))
                {
                    failures.push(format!(
                        "{} ({}), line {}: not expected: [{}] {}",
                        file.name,
                        self.title,
                        line + 1,
                        finding["code"].as_str().unwrap_or_default(),
                        finding["message"].as_str().unwrap_or_default()
                    ));
                }
            }
        }
    }

    fn check(
        &self,
        client: &mut Client,
        root: &Utf8Path,
        path: &Utf8Path,
        assertion: &Assertion,
        findings: &mut BTreeMap<usize, Vec<Value>>,
    ) -> Result<(), String> {
        let at = client.at(path, assertion.offset);
        let expected = assertion.expected.as_str();
        match assertion.kind.as_str() {
            "type" | "hover" => {
                let answer = client.request("textDocument/hover", at);
                let shown = answer["contents"]["value"].as_str().unwrap_or("nothing");
                holds(shown, expected)
            }
            "def" => goes(root, expected, &client.request("textDocument/definition", at)),
            "decl" => goes(root, expected, &client.request("textDocument/declaration", at)),
            "typedef" => goes(root, expected, &client.request("textDocument/typeDefinition", at)),
            "impl" => goes(root, expected, &client.request("textDocument/implementation", at)),
            "refs" => {
                let mut params = at;
                params["context"] = json!({ "includeDeclaration": true });
                let answer = client.request("textDocument/references", params);
                let places = places(root, &answer);
                if expected == places.len().to_string() {
                    Ok(())
                } else {
                    Err(format!("{}: {}", places.len(), places.join(", ")))
                }
            }
            severity @ ("error" | "warning" | "information" | "hint") => {
                let number = ["error", "warning", "information", "hint"].iter().position(|name| *name == severity);
                let number = number.map_or(0, |index| index as u64 + 1);
                let (rule, message) =
                    expected.strip_prefix('[').and_then(|rest| rest.split_once(']')).unwrap_or(("", expected));
                let on_line = findings.entry(assertion.line).or_default();
                let found = on_line.iter().position(|finding| {
                    finding["severity"] == number
                        && (rule.is_empty() || finding["code"] == rule)
                        && finding["message"].as_str().is_some_and(|text| text.contains(message.trim()))
                });
                match found {
                    Some(found) => {
                        on_line.remove(found);
                        Ok(())
                    }
                    None => Err(format!("on the line there is {on_line:?}")),
                }
            }
            "complete" | "complete-not" => {
                let offered = offers(client, path, assertion.offset, at);
                let names: Vec<_> = expected.split(',').map(str::trim).collect();
                let ranks: Vec<_> = names.iter().map(|name| offered.iter().position(|label| label == name)).collect();
                let fits = if assertion.kind == "complete" {
                    ranks.iter().all(Option::is_some) && ranks.is_sorted()
                } else {
                    ranks.iter().all(Option::is_none)
                };
                let shown: Vec<_> = offered.iter().take(15).cloned().collect();
                if fits { Ok(()) } else { Err(format!("ranks {ranks:?} of {}: {}", offered.len(), shown.join(", "))) }
            }
            "signature" => {
                let answer = client.request("textDocument/signatureHelp", at);
                let active = answer["activeSignature"].as_u64().unwrap_or_default() as usize;
                holds(answer["signatures"][active]["label"].as_str().unwrap_or("nothing"), expected)
            }
            "rename" => {
                let (name, outcome) =
                    expected.split_once("=>").ok_or("write `rename: NEW => N` or `NEW => refused`")?;
                let mut params = at;
                params["newName"] = name.trim().into();
                let answer = client.answer_to("textDocument/rename", params);
                let changes = answer["result"]["documentChanges"].as_array();
                let count = changes.map(|changes| {
                    changes.iter().filter_map(|change| change["edits"].as_array()).map(Vec::len).sum::<usize>()
                });
                match (outcome.trim(), count) {
                    ("refused", None) => Ok(()),
                    (expected, Some(count)) if expected == count.to_string() => Ok(()),
                    _ => Err(answer.to_string()),
                }
            }
            "action" => {
                let params = json!({
                    "textDocument": at["textDocument"],
                    "range": { "start": at["position"], "end": at["position"] },
                    "context": { "diagnostics": [] },
                });
                let answer = client.request("textDocument/codeAction", params);
                let titles: Vec<_> =
                    answer.as_array().into_iter().flatten().filter_map(|action| action["title"].as_str()).collect();
                if titles.iter().any(|title| title.contains(expected)) { Ok(()) } else { Err(titles.join(", ")) }
            }
            other => Err(format!("there is no assertion `{other}`")),
        }
    }
}

fn holds(shown: &str, expected: &str) -> Result<(), String> {
    let condensed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if condensed(shown).contains(&condensed(expected)) { Ok(()) } else { Err(format!("it says: {shown}")) }
}

/// The places of an answer, as `FILE:LINE`.
fn places(root: &Utf8Path, answer: &Value) -> Vec<String> {
    let list = answer
        .as_array()
        .map_or_else(|| if answer.is_null() { Vec::new() } else { vec![answer] }, |list| list.iter().collect());
    list.into_iter()
        .map(|place| {
            let path = fixture::path_of(place["uri"].as_str().unwrap_or_default());
            let shown = path
                .strip_prefix(root)
                .map_or_else(|_| format!("outside {}", path.file_name().unwrap_or_default()), ToString::to_string);
            format!("{shown}:{}", place["range"]["start"]["line"].as_u64().unwrap_or_default() + 1)
        })
        .collect()
}

fn goes(root: &Utf8Path, expected: &str, answer: &Value) -> Result<(), String> {
    let found = places(root, answer);
    let fits = match expected {
        "none" => found.is_empty(),
        outside if outside.starts_with("outside ") => {
            found.iter().any(|place| place.starts_with(&format!("{outside}:")))
        }
        inside => inside.split(',').all(|inside| found.iter().any(|place| place == inside.trim())),
    };
    if fits {
        Ok(())
    } else {
        Err(format!("it leads to: {}", if found.is_empty() { "nowhere".to_owned() } else { found.join(", ") }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read() {
        let page = Page::parse(
            "# A\n\n## B\n\n`m.py`:\n\n```python\nx = 1\n```\n\n```python\nfrom m import x<|>  # type: int\n# def: m.py:1\n```\n",
        )
        .unwrap();
        let [section] = page.sections.as_slice() else { panic!("{page:?}") };
        assert_eq!(section.title, "A › B");
        assert_eq!(section.files[1].name, "main.py");
        let [first, second] = section.files[1].assertions.as_slice() else { panic!("{section:?}") };
        assert_eq!((first.kind.as_str(), first.expected.as_str(), first.offset), ("type", "int", 15));
        assert_eq!((second.kind.as_str(), second.line, second.offset), ("def", 0, 15));
        assert_eq!(second.page_line, 13);
    }

    #[test]
    fn the_last_name_counts() {
        assert_eq!(last_name("a = b.c(1) "), 6);
        assert_eq!(last_name("x = \"y\""), 0);
        assert_eq!(split_assertion("x # type: ignore  # error: [y] z", "#"), Some((18, "error", "[y] z")));
        assert_eq!(split_assertion("x  # a comment", "#"), None);
    }
}
