//! Formatting by the formatter that the user has.

use std::collections::BTreeMap;
use std::time::Duration;

use montuno_base::settings::Formatting;
use montuno_base::{Language, TextRange, TextSize, Utf8Path, Utf8PathBuf};
use montuno_semantic::TextEdit;
use similar::{Algorithm, DiffOp, TextDiff};

use crate::programs::{self, Permission};

/// A formatter that is known.
struct Formatter {
    program: &'static str,
    /// `{file}` stands for the path of the file, `{edition}` for the edition of its package.
    arguments: &'static [&'static str],
    /// What is added where the workspace is not trusted, because its configuration is a program.
    untrusted: &'static [&'static str],
    /// The names of that configuration: where one is found, formatting waits for trust.
    configured_by: &'static [&'static str],
}

const fn formatter(program: &'static str, arguments: &'static [&'static str]) -> Formatter {
    Formatter { program, arguments, untrusted: &[], configured_by: &[] }
}

const RUSTFMT: Formatter = formatter("rustfmt", &["--emit", "stdout", "--edition", "{edition}"]);
const RUFF: Formatter = formatter("ruff", &["format", "--quiet", "--stdin-filename", "{file}", "-"]);
const BLACK: Formatter = formatter("black", &["--quiet", "--stdin-filename", "{file}", "-"]);
const GOFMT: Formatter = formatter("gofmt", &[]);
const BIOME: Formatter = formatter("biome", &["format", "--stdin-file-path={file}"]);
const PRETTIER: Formatter = Formatter {
    program: "prettier",
    arguments: &["--stdin-filepath", "{file}"],
    untrusted: &["--no-config", "--no-editorconfig"],
    configured_by: &[
        ".prettierrc",
        ".prettierrc.json",
        ".prettierrc.json5",
        ".prettierrc.yaml",
        ".prettierrc.yml",
        ".prettierrc.toml",
        ".prettierrc.js",
        ".prettierrc.mjs",
        ".prettierrc.cjs",
        ".prettierrc.ts",
        "prettier.config.js",
        "prettier.config.mjs",
        "prettier.config.cjs",
        "prettier.config.ts",
    ],
};
const CLANG_FORMAT: Formatter = formatter("clang-format", &["--assume-filename={file}"]);
const SHFMT: Formatter = formatter("shfmt", &["-filename", "{file}", "-"]);
const STYLUA: Formatter = formatter("stylua", &["--stdin-filepath", "{file}", "-"]);
const TAPLO: Formatter = formatter("taplo", &["format", "-"]);

/// The formatters of a language, the first choice first.
fn formatters(language: Language) -> &'static [&'static Formatter] {
    match language {
        Language::Rust => &[&RUSTFMT],
        Language::Python => &[&RUFF, &BLACK],
        Language::Go => &[&GOFMT],
        Language::TypeScript | Language::JavaScript | Language::Css | Language::Json => &[&PRETTIER, &BIOME],
        Language::Html | Language::Markdown | Language::Yaml => &[&PRETTIER],
        Language::C | Language::Cpp => &[&CLANG_FORMAT],
        Language::Bash => &[&SHFMT],
        Language::Lua => &[&STYLUA],
        Language::Toml => &[&TAPLO],
        Language::Java | Language::CSharp | Language::Ruby | Language::Php => &[],
    }
}

/// Whether a formatter of the language is known.
pub(crate) fn is_possible(language: Language) -> bool {
    !formatters(language).is_empty()
}

/// What is to be formatted.
pub(crate) struct Task<'a> {
    pub language: Language,
    pub path: &'a Utf8Path,
    pub text: &'a str,
    pub settings: &'a Formatting,
    pub permission: &'a Permission,
}

/// The edits that format a text; those that touch `range` alone, if it is given.
///
/// # Errors
/// Why the text stays as it is, in a sentence for the user.
pub(crate) fn format(task: &Task<'_>, range: Option<TextRange>) -> Result<Vec<TextEdit>, String> {
    if task.text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let (program, arguments) = command(task)?;
    let folder = programs::folder_for(task.path, task.permission);
    let patience = Duration::from_secs(u64::from(task.settings.timeout.max(1)));
    let output = programs::run(&program, &arguments, &folder, task.text, patience)?;
    let name = program.file_name().unwrap_or("the formatter");
    if !output.succeeded {
        let reason = output.stderr.lines().find(|line| !line.trim().is_empty()).unwrap_or("it gives no reason").trim();
        return Err(format!("{name} does not format this text: {reason}"));
    }
    let formatted = String::from_utf8(output.stdout)
        .map_err(|_| format!("{name} wrote something that is no text; nothing was changed"))?;
    if !is_the_same_text(task.text, &formatted) {
        return Err(format!("{name} wrote something else than the formatted text; nothing was changed"));
    }
    // An editor's line ends stay, whatever the formatter prefers.
    let formatted = if task.text.contains("\r\n") && !formatted.contains("\r\n") {
        formatted.replace('\n', "\r\n")
    } else {
        formatted
    };
    let mut edits = edits(task.text, &formatted);
    if let Some(range) = range {
        edits.retain(|edit| edit.range.intersect(range).is_some());
    }
    Ok(edits)
}

/// The program and its arguments.
fn command(task: &Task<'_>) -> Result<(Utf8PathBuf, Vec<String>), String> {
    if let Some(command) = by_language(&task.settings.commands, task.language) {
        let [program, arguments @ ..] = command else {
            return Err(format!("formatting {} is switched off", task.language.name()));
        };
        let found = programs::find(program, task.permission).ok_or_else(|| {
            format!(
                "the formatter `{program}` that the settings name is not on your PATH, or needs a trusted workspace"
            )
        })?;
        return Ok((found, arguments.iter().map(|argument| fill(argument, task.path)).collect()));
    }
    let known = formatters(task.language);
    let mut waits_for_trust = None;
    for formatter in known {
        let Some(program) = programs::find(formatter.program, task.permission) else { continue };
        if !task.permission.trusted
            && let Some(file) = configuration_of(formatter, task.path)
        {
            waits_for_trust = Some((formatter.program, file));
            continue;
        }
        let untrusted: &[&str] = if task.permission.trusted { &[] } else { formatter.untrusted };
        let mut arguments: Vec<_> =
            formatter.arguments.iter().chain(untrusted).map(|argument| fill(argument, task.path)).collect();
        if formatter.program == "rustfmt"
            && let Some(file) = above(task.path, &["rustfmt.toml", ".rustfmt.toml"])
        {
            arguments.extend(["--config-path".to_owned(), file.into_string()]);
        }
        return Ok((program, arguments));
    }
    if let Some((program, file)) = waits_for_trust {
        return Err(format!("{program} would run what {file} says: trust the workspace to format with it"));
    }
    let names: Vec<_> = known.iter().map(|formatter| formatter.program).collect();
    Err(format!("no formatter for {} was found on your PATH: install {}", task.language.name(), names.join(" or ")))
}

/// The value of a setting by language, by whichever of the language's ids it is set.
pub(crate) fn by_language(commands: &BTreeMap<String, Vec<String>>, language: Language) -> Option<&[String]> {
    language.ids().iter().find_map(|id| commands.get(*id)).map(Vec::as_slice)
}

fn fill(argument: &str, path: &Utf8Path) -> String {
    if argument == "{edition}" {
        return edition(path);
    }
    argument.replace("{file}", path.as_str())
}

/// A configuration of the formatter that is a program, or may name one.
fn configuration_of(formatter: &Formatter, path: &Utf8Path) -> Option<Utf8PathBuf> {
    if formatter.configured_by.is_empty() {
        return None;
    }
    above(path, formatter.configured_by).or_else(|| {
        let package = above(path, &["package.json"])?;
        let text = montuno_base::text::read(&package).ok()?.text;
        let value: serde_json::Value = serde_json::from_str(&text).ok()?;
        value.get(formatter.program).map(|_| package)
    })
}

/// The nearest file with one of these names in a folder above.
fn above(path: &Utf8Path, names: &[&str]) -> Option<Utf8PathBuf> {
    path.ancestors().skip(1).find_map(|folder| names.iter().map(|name| folder.join(name)).find(|file| file.is_file()))
}

/// The edition of the package that a file of Rust belongs to.
fn edition(path: &Utf8Path) -> String {
    const NEWEST: &str = "2024";
    let mut folder = path.to_owned();
    // A member may leave it to its workspace.
    while let Some(manifest) = above(&folder, &["Cargo.toml"]) {
        let text = montuno_base::text::read(&manifest).map(|source| source.text).unwrap_or_default();
        let table: toml::Table = toml::from_str(&text).unwrap_or_default();
        let of = |table: Option<&toml::Value>| Some(table?.get("edition")?.as_str()?.to_owned());
        let found = of(table.get("package")).or_else(|| of(table.get("workspace").and_then(|it| it.get("package"))));
        let inherits = table.get("package").and_then(|it| it.get("edition")).is_some_and(toml::Value::is_table);
        match found {
            Some(edition) => return edition,
            None if inherits => folder = manifest.parent().map(Utf8Path::to_owned).unwrap_or_default(),
            // Cargo's own default.
            None => return "2015".to_owned(),
        }
    }
    NEWEST.to_owned()
}

/// Whether what a formatter wrote can be the text that it read: formatting moves words, and hardly changes them.
fn is_the_same_text(before: &str, after: &str) -> bool {
    let words = |text: &str| {
        let mut counted: BTreeMap<String, i64> = BTreeMap::new();
        for word in text.split(|c: char| !montuno_base::name_index::is_word(c)).filter(|word| !word.is_empty()) {
            *counted.entry(word.to_ascii_lowercase()).or_default() += 1;
        }
        counted
    };
    let (before, after) = (words(before), words(after));
    let total: i64 = before.values().sum();
    let missing: i64 = before.iter().map(|(word, count)| (count - after.get(word).copied().unwrap_or(0)).max(0)).sum();
    let added: i64 = after.iter().map(|(word, count)| (count - before.get(word).copied().unwrap_or(0)).max(0)).sum();
    // Quotes, escapes, numbers and empty statements may change a few.
    let few = (total / 4).min(3) + total / 20;
    missing <= few && added <= few
}

/// The lines that differ, as edits.
fn edits(before: &str, after: &str) -> Vec<TextEdit> {
    let diff =
        TextDiff::configure().algorithm(Algorithm::Myers).timeout(Duration::from_secs(1)).diff_lines(before, after);
    let starts = |text: &str| {
        let mut at = 0;
        let mut starts = vec![0];
        starts.extend(text.split_inclusive('\n').map(|line| {
            at += line.len();
            at
        }));
        starts
    };
    let (old, new) = (starts(before), starts(after));
    let size = |at: usize| TextSize::try_from(at).expect("files are below 4 GB");
    let changed = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed
        .map(|op| {
            let (was, is) = (op.old_range(), op.new_range());
            TextEdit::replace(
                TextRange::new(size(old[was.start]), size(old[was.end])),
                &after[new[is.start]..new[is.end]],
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_that_differ_are_replaced() {
        let before = "a\n  b\nc\n  d";
        let after = "a\nb\nc\nd\n";
        let found = edits(before, after);
        assert_eq!(found.len(), 2);
        assert_eq!(montuno_semantic::edit::apply(before, &found), after);
        assert!(edits(after, after).is_empty());
        assert_eq!(montuno_semantic::edit::apply("", &edits("", "x\n")), "x\n");
    }

    #[test]
    fn nonsense_is_no_formatted_text() {
        assert!(is_the_same_text("def f(a,b):\n  return 'x'", "def f(a, b):\n    return \"x\"\n"));
        assert!(!is_the_same_text("def f(a,b):\n  return a + b + c", ""));
        assert!(!is_the_same_text("def f(a,b):\n  return a + b + c", "usage: fmt [options] and much more of this"));
    }

    #[test]
    fn an_edition_is_read_where_cargo_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        std::fs::create_dir_all(root.join("a/src")).unwrap();
        std::fs::write(root.join("Cargo.toml"), "[workspace.package]\nedition = \"2018\"\n").unwrap();
        std::fs::write(root.join("a/Cargo.toml"), "[package]\nedition.workspace = true\n").unwrap();
        assert_eq!(edition(&root.join("a/src/lib.rs")), "2018");
        std::fs::write(root.join("a/Cargo.toml"), "[package]\nname = \"a\"\n").unwrap();
        assert_eq!(edition(&root.join("a/src/lib.rs")), "2015");
    }
}
