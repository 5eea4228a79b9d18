//! Adding an import to a file.

use montuno_semantic::TextEdit;
use ruff_python_ast::{self as ast, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::convert::ToOurs;

/// The edit that makes `name` of `module` known in a file; none, if it is already. Without a name the
/// module itself is imported.
pub(crate) fn import(text: &str, body: &[Stmt], module: &str, name: Option<&str>) -> Option<TextEdit> {
    let imports: Vec<&Stmt> = head(body);
    if let Some(name) = name {
        for statement in &imports {
            let Stmt::ImportFrom(import) = statement else { continue };
            if import.level != 0 || import.module.as_deref() != Some(module) {
                continue;
            }
            if import.names.iter().any(|alias| alias.name == *name && alias.asname.is_none()) {
                return None;
            }
            if let Some(edit) = extend(import, name) {
                return Some(edit);
            }
        }
    }
    let line = match name {
        Some(name) => format!("from {module} import {name}"),
        None => format!("import {module}"),
    };
    Some(add_line(text, body, &imports, module, &line))
}

/// The imports at the start of a file, where all of them are expected.
fn head(body: &[Stmt]) -> Vec<&Stmt> {
    let is_prelude = |statement: &&Stmt| match statement {
        Stmt::Import(_) | Stmt::ImportFrom(_) | Stmt::Try(_) | Stmt::If(_) => true,
        Stmt::Expr(expression) => expression.value.is_string_literal_expr(),
        // `__version__ = "1"`, `logger = …` between imports.
        Stmt::Assign(_) | Stmt::AnnAssign(_) => true,
        _ => false,
    };
    let is_import = |statement: &&Stmt| matches!(statement, Stmt::Import(_) | Stmt::ImportFrom(_));
    body.iter().take_while(is_prelude).filter(is_import).collect()
}

/// Puts a name into the list of an import: before the first that is greater, if the list is sorted.
fn extend(import: &ast::StmtImportFrom, name: &str) -> Option<TextEdit> {
    let names: Vec<&str> = import.names.iter().map(|alias| alias.name.as_str()).collect();
    if names.contains(&"*") {
        return None;
    }
    let position = if names.is_sorted() { names.partition_point(|known| *known < name) } else { names.len() };
    Some(match import.names.get(position) {
        Some(next) => TextEdit::insert(next.start().ours(), format!("{name}, ")),
        None => TextEdit::insert(import.names.last()?.end().ours(), format!(", {name}")),
    })
}

/// A line of its own: behind the last import of the same package, else behind the last that is smaller in
/// the last block of imports, else in front of everything but documentation.
fn add_line(text: &str, body: &[Stmt], imports: &[&Stmt], module: &str, line: &str) -> TextEdit {
    let package = |module: &str| module.split('.').next().unwrap_or_default().to_owned();
    let absolute: Vec<(&Stmt, String)> =
        imports.iter().filter_map(|statement| Some((*statement, module_of(statement)?))).collect();
    let is_future = |name: &str| name == "__future__";
    let mut siblings = absolute.iter().filter(|(_, name)| package(name) == package(module));
    let before = siblings.rfind(|(_, name)| name.as_str() <= module);
    let first_sibling = absolute.iter().find(|(_, name)| package(name) == package(module));
    if before.is_none()
        && let Some((sibling, _)) = first_sibling
    {
        return TextEdit::insert(line_start(text, sibling.start()).ours(), format!("{line}\n"));
    }
    let after = before.or_else(|| absolute.iter().rfind(|(_, name)| name.as_str() <= module && !is_future(name)));
    let after = after.or_else(|| absolute.iter().rfind(|(_, name)| is_future(name)));
    if let Some((statement, _)) = after {
        return behind(text, statement.range(), line);
    }
    if let Some(first) = imports.first() {
        return TextEdit::insert(line_start(text, first.start()).ours(), format!("{line}\n"));
    }
    match body.first() {
        Some(Stmt::Expr(expression)) if expression.value.is_string_literal_expr() => {
            let edit = behind(text, expression.range, line);
            TextEdit { new_text: format!("\n{}", edit.new_text), ..edit }
        }
        Some(first) => TextEdit::insert(line_start(text, first.start()).ours(), format!("{line}\n\n")),
        None => TextEdit::insert(TextSize::of(text).ours(), format!("{line}\n")),
    }
}

fn module_of(statement: &Stmt) -> Option<String> {
    match statement {
        Stmt::Import(import) => Some(import.names.first()?.name.to_string()),
        Stmt::ImportFrom(import) if import.level == 0 => Some(import.module.as_ref()?.to_string()),
        _ => None,
    }
}

/// A line behind the one that a statement ends on.
fn behind(text: &str, statement: TextRange, line: &str) -> TextEdit {
    let end = statement.end().to_usize();
    match text[end..].find('\n') {
        Some(at) => {
            let next = TextSize::try_from(end + at + 1).expect("files are below 4 GB");
            TextEdit::insert(next.ours(), format!("{line}\n"))
        }
        None => TextEdit::insert(TextSize::of(text).ours(), format!("\n{line}\n")),
    }
}

fn line_start(text: &str, offset: TextSize) -> TextSize {
    let start = text[..offset.to_usize()].rfind('\n').map_or(0, |at| at + 1);
    TextSize::try_from(start).expect("files are below 4 GB")
}

/// The edit that takes names out of an import; none, if there is nothing to take out, or if it would leave
/// a block without a statement. `is_unwanted` says which, by the order of the names.
pub(crate) fn without(text: &str, statement: &Stmt, aliases: &[ast::Alias], is_unwanted: &[bool]) -> Option<TextEdit> {
    let kept: Vec<&ast::Alias> =
        aliases.iter().zip(is_unwanted).filter(|(_, out)| !**out).map(|(alias, _)| alias).collect();
    if kept.len() == aliases.len() {
        return None;
    }
    let (first, last) = (aliases.first()?, aliases.last()?);
    if !kept.is_empty() {
        // With one name gone the others stay as they are written; of several the list is written anew.
        let gone = is_unwanted.iter().position(|out| *out)?;
        if kept.len() + 1 == aliases.len() {
            let range = match aliases.get(gone + 1) {
                Some(next) => TextRange::new(aliases[gone].start(), next.start()),
                None => TextRange::new(aliases[gone - 1].end(), aliases[gone].end()),
            };
            return Some(TextEdit::delete(range.ours()));
        }
        let names: Vec<&str> = kept.iter().map(|alias| &text[alias.range.to_std_range()]).collect();
        return Some(TextEdit::replace(TextRange::new(first.start(), last.end()).ours(), names.join(", ")));
    }
    let start = line_start(text, statement.start());
    let rest = &text[statement.end().to_usize()..];
    let end = statement.end().to_usize() + rest.find('\n').map_or(rest.len(), |at| at + 1);
    // The line must hold nothing else, and the block must not need the statement.
    let before = &text[TextRange::new(start, statement.start()).to_std_range()];
    let after = rest.lines().next().unwrap_or_default().trim();
    let end = TextSize::try_from(end).expect("files are below 4 GB");
    let is_alone = before.is_empty() && (after.is_empty() || after.starts_with('#'));
    is_alone.then(|| TextEdit::delete(TextRange::new(start, end).ours()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str, module: &str, name: Option<&str>) -> String {
        let parsed = ruff_python_parser::parse_unchecked_source(text, ast::PySourceType::Python);
        let edit = import(text, parsed.suite(), module, name);
        edit.map_or_else(|| text.to_owned(), |edit| montuno_semantic::edit::apply(text, &[edit]))
    }

    #[test]
    fn a_list_is_extended_in_its_order() {
        assert_eq!(after("from a import b, d\n", "a", Some("c")), "from a import b, c, d\n");
        assert_eq!(
            after("from a import (\n    d,\n    b,\n)\n", "a", Some("c")),
            "from a import (\n    d,\n    b, c,\n)\n"
        );
        assert_eq!(after("from a import b\n", "a", Some("b")), "from a import b\n");
    }

    #[test]
    fn a_line_stands_beside_its_like() {
        assert_eq!(after("import os\nimport sys\n\nx\n", "re", None), "import os\nimport re\nimport sys\n\nx\n");
        assert_eq!(
            after("import os\n\nfrom p.b import c\n\nx\n", "p.a", Some("d")),
            "import os\n\nfrom p.a import d\nfrom p.b import c\n\nx\n"
        );
        assert_eq!(after("from __future__ import a\n", "b", None), "from __future__ import a\nimport b\n");
    }

    #[test]
    fn a_file_without_imports_gets_one() {
        assert_eq!(after("", "a", None), "import a\n");
        assert_eq!(after("\"\"\"Doc.\"\"\"\nx = 1\n", "a", None), "\"\"\"Doc.\"\"\"\n\nimport a\nx = 1\n");
        assert_eq!(after("\"\"\"Doc.\"\"\"", "a", None), "\"\"\"Doc.\"\"\"\n\nimport a\n");
        assert_eq!(after("# c\nx = 1\n", "a", None), "# c\nimport a\n\nx = 1\n");
    }
}
