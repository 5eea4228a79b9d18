//! Adding an import to a file.

use montuno_base::{TextRange, TextSize, Utf8Path};
use montuno_semantic::completion::CompletionItem;
use montuno_semantic::features::completions::typed;
use montuno_semantic::features::ranking::Usage;
use montuno_semantic::moving::relative;
use montuno_semantic::{Diagnostic, TextEdit};

use super::checker::Checker;
use super::exports::{self, Export, Offer};
use super::name::Name;
use super::plugin::checker;
use super::project::resolve::{package, split};
use super::target;
use super::tree::{Kind, NodeId, Tree, flags};
use crate::database::File;
use crate::view::View;

/// More than these help nobody; typing on brings others.
const MOST_OFFERS: usize = 60;

/// More modules than this offer nobody a choice.
const MOST_FIXES: usize = 8;

/// Endings that are left out of a module's name.
const ENDINGS: [&str; 8] = [".d.ts", ".tsx", ".ts", ".jsx", ".js", ".mts", ".mjs", ".cjs"];

/// Names that an import would bring. `None` while they are being collected.
pub(super) fn offers(view: &View<'_>, position: montuno_base::FilePosition) -> Option<Vec<CompletionItem>> {
    let (file, offset) = view.place(position)?;
    let text = view.text(position.file)?;
    let word = typed(&text, offset);
    let prefix = &text[word];
    // With the first letter they come.
    let table = exports::table(view)?;
    if prefix.is_empty() {
        return None;
    }
    let usage = Usage::around(&text, offset);
    let checker = checker(view);
    let tree = checker.tree(file);
    let own = file.path(view.db);
    let is_wanted = |offer: &&Offer| is_near(view, own, offer) && !(tree.is_script && offer.export.is_type);
    let mut found: Vec<&Offer> = table.starting_with(prefix).filter(is_wanted).collect();
    let depth = |offer: &Offer| own.parent().map_or(0, |folder| relative(folder, &offer.path).matches('/').count());
    found.sort_by_cached_key(|offer| (std::cmp::Reverse(usage.weight(&offer.export.name)), depth(offer)));
    found.truncate(MOST_OFFERS);
    let items = found.into_iter().filter_map(|offer| {
        let module = module_name(&checker, file, &offer.path)?;
        let edit = import(&checker, file, &text, &module, &offer.export)?;
        Some(CompletionItem {
            origin: Some(module),
            relevance: 1000 + usage.weight(&offer.export.name) / 2 - (depth(offer) as u32).min(10) * 20,
            additional_edits: vec![edit],
            ..CompletionItem::new(&*offer.export.name, offer.export.kind, word)
        })
    });
    Some(items.collect())
}

/// The imports that make a missing name known: title and edit, the likeliest first.
pub(super) fn fixes(view: &View<'_>, id: montuno_base::FileId, finding: &Diagnostic) -> Vec<(String, TextEdit)> {
    let file = view.file(id);
    let Some(text) = view.text(id) else { return Vec::new() };
    let Some(name) = text.get(finding.range.start().into()..finding.range.end().into()) else { return Vec::new() };
    let checker = checker(view);
    let own = file.path(view.db);
    let mut found: Vec<(usize, String, Export)> = Vec::new();
    for offer in exports::table_now(view).named(name).filter(|offer| is_near(view, own, offer)) {
        if let Some(module) = module_name(&checker, file, &offer.path) {
            found.push((module.matches('/').count(), module, offer.export.clone()));
        }
    }
    found.extend(from_packages(&checker, file, name));
    found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    found.dedup_by(|a, b| a.1 == b.1);
    found.truncate(MOST_FIXES);
    let edits = found.into_iter().filter_map(|(_, module, export)| {
        let edit = import(&checker, file, &text, &module, &export)?;
        Some((format!("Import `{name}` from \"{module}\""), edit))
    });
    edits.collect()
}

/// Whether another file of the same workspace folder exports it: from one to the other a path says nothing.
fn is_near(view: &View<'_>, own: &Utf8Path, offer: &Offer) -> bool {
    let inputs = &view.context.inputs;
    *offer.path != *own && inputs.root_of(&offer.path) == inputs.root_of(own)
}

/// The packages that the project says it needs and that export a name.
fn from_packages(checker: &Checker<'_>, file: File, name: &str) -> Vec<(usize, String, Export)> {
    let db = checker.db;
    let mut found = Vec::new();
    let path = file.path(db);
    let Some(manifest) = path.ancestors().skip(1).find_map(|at| package(db, db.folder(at)).as_ref()) else {
        return found;
    };
    let needed = ["dependencies", "devDependencies", "peerDependencies"];
    let names = needed.iter().filter_map(|key| manifest.value[*key].as_object()).flat_map(|table| table.keys());
    for dependency in names {
        if split(dependency).0.starts_with("@types/") {
            continue;
        }
        let Some(module) = checker.module(file, Name::new(dependency), false) else { continue };
        if let Some(place) = checker.exported(module, Name::new(name)).first() {
            let declared = checker.tree(place.file);
            let export = Export {
                name: name.into(),
                kind: target::kind(declared, place.node),
                is_default: false,
                is_type: matches!(declared.kind(place.node), Kind::Interface | Kind::Alias),
            };
            // Behind what the project itself has.
            found.push((100, dependency.clone(), export));
        }
    }
    found
}

/// How a file would name the module in another one: as its other imports do.
fn module_name(checker: &Checker<'_>, file: File, path: &Utf8Path) -> Option<String> {
    let own = file.path(checker.db);
    let tree = checker.tree(file);
    let written_out = tree.requests.iter().map(|(name, _)| name.text()).filter(|name| name.starts_with('.'));
    let with_ending = written_out.clone().any(|name| name.ends_with(".js") || name.ends_with(".mjs"))
        || own.extension() == Some("mjs");
    let text = path.as_str();
    let ending = ENDINGS.iter().find(|ending| text.ends_with(**ending))?;
    let plain = text.strip_suffix(ending)?;
    let target = if with_ending {
        let made = match *ending {
            ".mts" | ".mjs" => ".mjs",
            ".cjs" => ".cjs",
            _ => ".js",
        };
        format!("{plain}{made}")
    } else {
        plain.strip_suffix("/index").unwrap_or(plain).to_owned()
    };
    let relative = relative(own.parent()?, Utf8Path::new(&target));
    Some(match relative.as_str() {
        "" => ".".to_owned(),
        path if path.starts_with("..") => relative,
        _ => format!("./{relative}"),
    })
}

/// The edit that imports a name from a module; none, if that is done already.
fn import(checker: &Checker<'_>, file: File, text: &str, module: &str, export: &Export) -> Option<TextEdit> {
    let tree = checker.tree(file);
    let imports: Vec<NodeId> =
        tree.present(Tree::ROOT).filter(|&statement| tree.kind(statement) == Kind::Import).collect();
    let same =
        imports.iter().copied().filter(|&one| tree.name(one).text() == module && !tree.has(one, flags::TYPE_ONLY));
    if !export.is_default {
        for statement in same {
            let names: Vec<NodeId> =
                tree.present(statement).filter(|&one| tree.kind(one) == Kind::ImportName).collect();
            let written = |one: NodeId| tree.name(tree.child(one, 0)).text();
            if names.iter().any(|&one| written(one) == &*export.name) {
                return None;
            }
            let at = names.iter().copied().find(|&one| written(one).to_lowercase() > export.name.to_lowercase());
            if let Some(next) = at {
                return Some(TextEdit::insert(tree.range(next).start(), format!("{}, ", export.name)));
            }
            if let Some(&last) = names.last() {
                return Some(TextEdit::insert(tree.range(last).end(), format!(", {}", export.name)));
            }
        }
    }
    let first = imports.first().map(|&statement| &text[tree.range(statement)]);
    let quote = if first.is_some_and(|text| text.contains('\'')) { '\'' } else { '"' };
    let end = if first.is_some_and(|text| !text.trim_end().ends_with(';')) { "" } else { ";" };
    let line = if tree.is_common_js && imports.is_empty() {
        let name = if export.is_default { export.name.to_string() } else { format!("{{ {} }}", export.name) };
        format!("const {name} = require({quote}{module}{quote}){end}")
    } else if export.is_default {
        format!("import {} from {quote}{module}{quote}{end}", export.name)
    } else {
        format!("import {{ {} }} from {quote}{module}{quote}{end}", export.name)
    };
    if let Some(&last) = imports.last() {
        let at = line_end(text, tree.range(last));
        return Some(TextEdit::insert(at, format!("\n{line}")));
    }
    let at = behind_head(text);
    let gap = if text[at.into()..].trim_start_matches([' ', '\t']).starts_with(['\n', '\r']) { "" } else { "\n" };
    Some(TextEdit::insert(at, format!("{line}\n{gap}")))
}

fn line_end(text: &str, range: TextRange) -> TextSize {
    let at = usize::from(range.end());
    let rest = text[at..].split('\n').next().unwrap_or_default();
    TextSize::of(text[..at + rest.len()].trim_end_matches('\r'))
}

/// Behind what has to come first: `#!`, comments at the very start that an empty line follows, directives.
fn behind_head(text: &str) -> TextSize {
    let mut at = 0;
    let mut is_comment = false;
    let mut behind = 0;
    for line in text.split_inclusive('\n') {
        let code = line.trim();
        let is_directive = (code.starts_with("\"use ") || code.starts_with("'use ")) && !is_comment;
        let begins_comment = code.starts_with("/*") && !code.starts_with("/**")
            || (at == 0 && code.starts_with("/**") && code.contains("@license"));
        if code.starts_with("#!") || is_directive || (code.starts_with("//") && at == behind) {
            behind = at + line.len();
        } else if begins_comment || is_comment {
            is_comment = !code.contains("*/");
            if !is_comment {
                behind = at + line.len();
            }
        } else if !code.is_empty() || behind < at {
            break;
        }
        at += line.len();
    }
    TextSize::of(&text[..behind])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_stands_behind_the_head_of_a_file() {
        let head = |text: &str| text[..behind_head(text).into()].to_owned();
        assert_eq!(head("let x;\n"), "");
        assert_eq!(head("#!/usr/bin/env node\n\"use strict\";\nlet x;\n"), "#!/usr/bin/env node\n\"use strict\";\n");
        assert_eq!(head("// of the file\n\nlet x;\n"), "// of the file\n");
        assert_eq!(head("/* licence */\nlet x;\n"), "/* licence */\n");
    }
}
