//! Sorting imports as isort does by default: what comes from the future, the standard library, packages, the project
//! itself and its own package, each a group; modules before names from modules.

use montuno_base::{FileId, TextRange, Utf8PathBuf};
use montuno_semantic::TextEdit;
use montuno_semantic::features::organize_imports::{Import, blocks, sort};
use ruff_python_ast::{self as ast, Stmt};
use ruff_text_size::Ranged;

use crate::convert::ToOurs;
use crate::exports::SearchPath;
use crate::view::View;

/// Longer lines are broken.
const LONGEST_LINE: usize = 88;

/// The groups, in their order.
const FUTURE: u32 = 0;
const STANDARD: u32 = 1;
const PACKAGES: u32 = 2;
const OWN: u32 = 3;
const RELATIVE: u32 = 4;

impl View<'_> {
    /// The edits that sort the imports of a file, without those at the `unused` names.
    pub(crate) fn organize_imports(&self, file: FileId, unused: &[TextRange]) -> Vec<TextEdit> {
        let model = self.model(file);
        let (text, parsed) = (self.text(&model), self.parsed(&model));
        let minor = model.program().python_version(self.db).minor;
        let roots = self.search_paths(&model).into_iter().filter_map(|path| match path {
            SearchPath::Own(folder) => Some(folder),
            SearchPath::Packages(_) | SearchPath::StandardLibrary => None,
        });
        let sorting = Sorting { text: &text, minor, roots: roots.collect(), unused };
        let is_import = |statement: &&Stmt| matches!(statement, Stmt::Import(_) | Stmt::ImportFrom(_));
        let imports: Vec<&Stmt> = parsed.suite().iter().filter(is_import).collect();
        let is_comment = |line: &str| line.starts_with('#');
        let together = blocks(&text, imports, |statement| statement.range().ours(), is_comment);
        together.iter().filter_map(|block| sort(&text, &sorting.imports(block), false)).collect()
    }
}

struct Sorting<'a> {
    text: &'a str,
    /// The version of the language: what the standard library holds.
    minor: u8,
    roots: Vec<Utf8PathBuf>,
    unused: &'a [TextRange],
}

impl Sorting<'_> {
    fn imports(&self, block: &[&Stmt]) -> Vec<Import> {
        let mut found: Vec<Import> = Vec::new();
        // Names from one module, whose statements become one.
        let mut merged: Vec<(String, usize, Vec<String>, bool)> = Vec::new();
        for statement in block {
            let range = statement.range().ours();
            let has_comment = self.text[range].contains('#');
            match statement {
                Stmt::Import(import) => {
                    let names = self.used(&import.names);
                    let first = import.names.first().map_or("", |alias| alias.name.as_str());
                    let text = (!names.is_empty()).then(|| format!("import {}", names.join(", ")));
                    found.push(Import {
                        range,
                        group: self.group(first),
                        key: format!("0 {}", first.to_lowercase()),
                        text,
                    });
                }
                Stmt::ImportFrom(import) => {
                    let module = import.module.as_deref().unwrap_or_default();
                    let dots = ".".repeat(import.level as usize);
                    let from = format!("{dots}{module}");
                    let group = if import.level > 0 { RELATIVE } else { self.group(module) };
                    // Further dots first.
                    let key = format!("1 {:02} {}", 99 - import.level.min(99), module.to_lowercase());
                    let names = self.used(&import.names);
                    let is_star = import.names.iter().any(|alias| alias.name.as_str() == "*");
                    let several_lines = self.text[range].contains('\n');
                    let keeps = has_comment || is_star;
                    let index = found.len();
                    if !keeps && !names.is_empty() {
                        if let Some((_, at, known, lines)) = merged.iter_mut().find(|(known, ..)| *known == from) {
                            let first = *at;
                            known.extend(names);
                            *lines |= several_lines;
                            let text = written(&from, known.clone(), *lines);
                            found[first].text = Some(text);
                            found.push(Import { range, group, key, text: None });
                            continue;
                        }
                        merged.push((from.clone(), index, names.clone(), several_lines));
                    }
                    let text = match names.is_empty() {
                        true => None,
                        false if keeps => Some(self.text[range].to_owned()),
                        false => Some(written(&from, names, several_lines)),
                    };
                    found.push(Import { range, group, key, text });
                }
                _ => {}
            }
        }
        found
    }

    /// The names that something uses, as they are written.
    fn used(&self, aliases: &[ast::Alias]) -> Vec<String> {
        let used = aliases.iter().filter(|alias| !self.unused.contains(&alias.range().ours()));
        used.map(|alias| self.text[alias.range().ours()].to_owned()).collect()
    }

    fn group(&self, module: &str) -> u32 {
        let first = module.split('.').next().unwrap_or(module);
        let is_there = |root: &Utf8PathBuf| {
            root.join(first).is_dir()
                || ["py", "pyi"].iter().any(|ending| root.join(format!("{first}.{ending}")).is_file())
        };
        if first == "__future__" {
            FUTURE
        } else if ruff_python_stdlib::sys::is_known_standard_library(self.minor, first) {
            STANDARD
        } else if self.roots.iter().any(is_there) {
            OWN
        } else {
            PACKAGES
        }
    }
}

/// Names from a module: constants, then classes, then the rest, each sorted.
fn written(from: &str, mut names: Vec<String>, several_lines: bool) -> String {
    names.sort_by_cached_key(|name| {
        let plain = name.split_whitespace().next().unwrap_or(name);
        let is_constant = plain.chars().count() > 1 && plain.chars().all(|c| !c.is_lowercase());
        let class = plain.trim_start_matches('_').starts_with(char::is_uppercase);
        let kind = if is_constant {
            0
        } else if class {
            1
        } else {
            2
        };
        (kind, plain.to_lowercase(), name.clone())
    });
    names.dedup();
    let line = format!("from {from} import {}", names.join(", "));
    if line.chars().count() <= LONGEST_LINE && !(several_lines && names.len() > 1) {
        return line;
    }
    format!("from {from} import (\n    {},\n)", names.join(",\n    "))
}
