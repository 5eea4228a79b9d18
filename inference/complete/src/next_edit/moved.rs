//! A declaration that went to another file: what imports it, imports it from there.

use super::{Code, History, NextEdit, is_name};

/// The words that a declaration begins with.
const DECLARING: &[&str] = &[
    "def ",
    "class ",
    "async def ",
    "function ",
    "const ",
    "let ",
    "var ",
    "interface ",
    "type ",
    "enum ",
    "fn ",
    "struct ",
    "trait ",
    "static ",
    "abstract class ",
    "async function ",
    "async fn ",
    "unsafe fn ",
    "const fn ",
];

/// The edits that follow from a declaration that was cut in one file and pasted in another.
pub(super) fn follow(history: &History, index: usize, code: &dyn Code) -> Vec<NextEdit> {
    let edits = history.edits();
    let pasted = &edits[index];
    let declared = declarations(&pasted.new);
    if declared.is_empty() || pasted.new.len() < pasted.old.len() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (_, name) in declared {
        let cut = edits.iter().enumerate().rev().find_map(|(index, edit)| {
            let here = declarations(&edit.old).into_iter().find(|(_, other)| *other == name)?;
            let is_gone =
                edit.document != pasted.document && !declarations(&edit.new).iter().any(|(_, it)| *it == name);
            is_gone.then_some((index, here.0))
        });
        let Some((cut, inside)) = cut else { continue };
        let cut = &edits[cut];
        let Some(uses) = code.uses(cut.document, &cut.before, cut.start + inside) else { continue };
        let (from, to) = (code.path(cut.document), code.path(pasted.document));
        let mut lines = std::collections::BTreeSet::new();
        for place in uses.iter().filter(|place| place.document != cut.document && !place.is_declaration) {
            let Some(text) = code.text(place.document) else { continue };
            let Some(line) = line_at(&text, place.range.start) else { continue };
            if !lines.insert((place.document, line.start)) || place.document == pasted.document {
                continue;
            }
            let path = code.path(place.document);
            if let Some(new) = imported(&text[line.clone()], &name, &path, &from, &to, &code.language(place.document)) {
                found.push(NextEdit {
                    document: place.document,
                    range: line,
                    text: new,
                    reason: format!("`{name}` is in {to} now"),
                });
            }
        }
    }
    found
}

/// What a text declares at its outermost level: where each name stands, and the name.
fn declarations(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let bare = ["export default ", "export ", "pub(crate) ", "pub "]
            .iter()
            .fold(line, |line, word| line.strip_prefix(word).unwrap_or(line));
        if let Some(rest) = DECLARING.iter().find_map(|word| bare.strip_prefix(word)) {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
            if is_name(&rest[..end]) {
                found.push((start + line.len() - rest.len(), rest[..end].to_owned()));
            }
        }
        start += line.len();
    }
    found
}

/// The line of an offset, without its end.
fn line_at(text: &str, offset: usize) -> Option<std::ops::Range<usize>> {
    let start = text.get(..offset)?.rfind('\n').map_or(0, |at| at + 1);
    let end = text[offset..].find(['\n', '\r']).map_or(text.len(), |at| offset + at);
    Some(start..end)
}

/// A line that imports a name, importing it from another file. `None` if it is no such line, or not one of one line.
fn imported(line: &str, name: &str, own: &str, from: &str, to: &str, language: &str) -> Option<String> {
    match language {
        "python" => {
            let rest = line.trim_start().strip_prefix("from ")?;
            let indentation = &line[..line.len() - line.trim_start().len()];
            let (module, names) = rest.split_once(" import ")?;
            let other = module_after(module, '.', &without_extension(from), &without_extension(to))?;
            split(names, name).map(|(it, others)| match others.is_empty() {
                true => format!("{indentation}from {other} import {it}"),
                false => format!("{indentation}from {module} import {others}\n{indentation}from {other} import {it}"),
            })
        }
        "typescript" | "typescriptreact" | "javascript" | "javascriptreact" => {
            let quote = if line.contains('"') { '"' } else { '\'' };
            let mut parts = line.splitn(3, quote);
            let (head, module, tail) = (parts.next()?, parts.next()?, parts.next()?);
            let (before, names) = head.split_once('{')?;
            let (names, after) = names.split_once('}')?;
            if !before.trim_start().starts_with("import") && !before.trim_start().starts_with("export") {
                return None;
            }
            let other = relative(own, module, from, to)?;
            split(names, name).map(|(it, others)| {
                let moved = format!("{before}{{ {it} }}{after}{quote}{other}{quote}{tail}");
                match others.is_empty() {
                    true => moved,
                    false => format!("{before}{{ {others} }}{after}{quote}{module}{quote}{tail}\n{moved}"),
                }
            })
        }
        "rust" => {
            let (head, path) = line.split_once("use ")?;
            let path = path.trim_end().strip_suffix(';')?;
            let (module, names) = path.rsplit_once("::")?;
            let inner = names.strip_prefix('{').and_then(|names| names.strip_suffix('}')).unwrap_or(names);
            let other = module_after(module, ':', &rust_path(from), &rust_path(to))?;
            split(inner, name).map(|(it, others)| match others.is_empty() {
                true => format!("{head}use {other}::{it};"),
                false => {
                    let kept = if others.contains(',') { format!("{{{others}}}") } else { others };
                    format!("{head}use {module}::{kept};\n{head}use {other}::{it};")
                }
            })
        }
        _ => None,
    }
}

/// The item of a list of names that is this name, as it is written, and the others.
fn split(names: &str, name: &str) -> Option<(String, String)> {
    if names.contains(['(', '\\', '#']) {
        return None;
    }
    let all: Vec<&str> = names.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
    let is_it =
        |it: &&str| it.split_whitespace().next() == Some(name) || it.strip_prefix("type ").is_some_and(|it| it == name);
    let it = all.iter().find(|it| is_it(it))?;
    let others: Vec<&str> = all.iter().copied().filter(|it| !is_it(it)).collect();
    Some(((*it).to_owned(), others.join(", ")))
}

fn without_extension(path: &str) -> Vec<String> {
    let bare =
        path.rsplit_once('.').map_or(path, |(bare, extension)| if extension.contains('/') { path } else { bare });
    let bare = bare.strip_suffix("/__init__").unwrap_or(bare);
    bare.split('/').map(str::to_owned).collect()
}

fn rust_path(path: &str) -> Vec<String> {
    let mut parts = without_extension(path);
    parts.retain(|part| part != "src" && part != "lib" && part != "main" && part != "mod");
    parts
}

/// A module's name after what it names went from one path to another: the end of the name that is the end of the path is
/// exchanged.
fn module_after(module: &str, separator: char, from: &[String], to: &[String]) -> Option<String> {
    let common = from.iter().zip(to).take_while(|(left, right)| left == right).count();
    let (from, to) = (&from[common..], &to[common..]);
    let joined = if separator == ':' { "::" } else { "." };
    let (from, to) = (from.join(joined), to.join(joined));
    let start = module.strip_suffix(from.as_str())?;
    let is_whole = start.is_empty() || start.ends_with(separator);
    (is_whole && !from.is_empty() && !to.is_empty()).then(|| format!("{start}{to}"))
}

/// A relative import of a file, after what it names went to another: `./b`, `../c/d`. Of one that is not relative, or not of
/// that file: none.
fn relative(own: &str, module: &str, from: &str, to: &str) -> Option<String> {
    let extension = [".js", ".ts", ".tsx", ".jsx", ".mjs"].into_iter().find(|end| module.ends_with(end)).unwrap_or("");
    let bare = module.strip_suffix(extension)?;
    if !bare.starts_with('.') {
        return None;
    }
    let folder: Vec<&str> = own.rsplit_once('/').map_or(Vec::new(), |(folder, _)| folder.split('/').collect());
    let mut reached = folder.clone();
    for part in bare.split('/') {
        match part {
            "." | "" => {}
            ".." => _ = reached.pop()?,
            part => reached.push(part),
        }
    }
    if reached != without_extension(from) {
        return None;
    }
    let target = without_extension(to);
    let common = folder.iter().zip(&target).take_while(|(left, right)| *left == right).count();
    let up = "../".repeat(folder.len() - common);
    let up = if up.is_empty() { "./".to_owned() } else { up };
    Some(format!("{up}{}{extension}", target[common..].join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_declared_is_found() {
        let names = |text: &str| declarations(text).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(names("def f(a):\n    def g(): ...\n\nclass A:\n"), ["f", "A"]);
        assert_eq!(names("export function total() {}\nexport const x = 1;\n"), ["total", "x"]);
        assert_eq!(names("pub(crate) struct Basket {\n"), ["Basket"]);
        let text = "# x\ndef f(): ...\n";
        assert_eq!(&text[declarations(text)[0].0..][..1], "f");
    }

    #[test]
    fn imports_of_each_language_follow() {
        let python = |line: &str| imported(line, "f", "c.py", "shop/a.py", "shop/b.py", "python");
        assert_eq!(python("from shop.a import f").as_deref(), Some("from shop.b import f"));
        assert_eq!(python("    from .a import f as g").as_deref(), Some("    from .b import f as g"));
        assert_eq!(
            python("from shop.a import e, f, g").as_deref(),
            Some("from shop.a import e, g\nfrom shop.b import f")
        );
        assert_eq!(python("from other import f"), None);
        assert_eq!(python("from shop.data import f"), None, "it only ends the same way");
        assert_eq!(python("x = f(1)"), None);
        let typescript = |own: &str, line: &str| imported(line, "f", own, "lib/a.ts", "util/b.ts", "typescript");
        assert_eq!(
            typescript("main.ts", "import { f } from './lib/a';").as_deref(),
            Some("import { f } from './util/b';")
        );
        assert_eq!(
            typescript("lib/c.ts", "import { f } from \"./a.js\";").as_deref(),
            Some("import { f } from \"../util/b.js\";")
        );
        assert_eq!(
            typescript("app/x.ts", "import { e, type f } from '../lib/a'").as_deref(),
            Some("import { e } from '../lib/a'\nimport { type f } from '../util/b'")
        );
        assert_eq!(typescript("main.ts", "import { f } from 'a';"), None);
        let rust = |line: &str| imported(line, "f", "src/main.rs", "src/a.rs", "src/b.rs", "rust");
        assert_eq!(rust("use crate::a::f;").as_deref(), Some("use crate::b::f;"));
        assert_eq!(rust("use crate::a::{e, f};").as_deref(), Some("use crate::a::e;\nuse crate::b::f;"));
    }
}
