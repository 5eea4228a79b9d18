//! What a module offers to others, by its text alone.

use montuno_base::{Language, nesting};
use montuno_semantic::SymbolKind;
use ruff_python_ast::{self as ast, Expr, Stmt};

use super::Export;
use crate::items::exported_names;
use crate::target::is_constant;

/// The public names of a module: what `__all__` lists, else what it defines itself and what it imports in
/// order to pass it on.
pub(super) fn exports(text: &str, is_stub: bool) -> Vec<Export> {
    // The parser recurses, as all parsers do.
    let text = nesting::bound(&text.into(), Language::Python).text;
    let source_type = if is_stub { ast::PySourceType::Stub } else { ast::PySourceType::Python };
    let parsed = ruff_python_parser::parse_unchecked_source(&text, source_type);
    let body = parsed.suite();
    let listed = exported_names(body);
    let mut found = Vec::new();
    collect(body, listed.is_some(), &mut found);
    match listed {
        Some(listed) => found.retain(|export| listed.iter().any(|name| **name == *export.name)),
        None => found.retain(|export| !export.name.starts_with('_')),
    }
    // A definition that is half written may have no name yet.
    found.retain(|export| !export.name.is_empty());
    found.sort();
    found.dedup_by(|a, b| a.name == b.name);
    found
}

fn collect(body: &[Stmt], with_imports: bool, found: &mut Vec<Export>) {
    for statement in body {
        match statement {
            Stmt::FunctionDef(function) => add(&function.name, SymbolKind::Function, found),
            Stmt::ClassDef(class) => add(&class.name, SymbolKind::Class, found),
            Stmt::TypeAlias(alias) => {
                if let Expr::Name(name) = &*alias.name {
                    add(&name.id, SymbolKind::TypeAlias, found);
                }
            }
            Stmt::Assign(assign) => assign.targets.iter().for_each(|target| add_variable(target, found)),
            Stmt::AnnAssign(assign) => add_variable(&assign.target, found),
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    let passes_on = alias.asname.as_ref().is_some_and(|bound| bound.id == alias.name.id);
                    if &alias.name != "*" && (with_imports || passes_on) {
                        let is_class = name.starts_with(|c: char| c.is_uppercase()) && !is_constant(name);
                        add(name, if is_class { SymbolKind::Class } else { SymbolKind::Variable }, found);
                    }
                }
            }
            Stmt::If(branches) => {
                collect(&branches.body, with_imports, found);
                branches.elif_else_clauses.iter().for_each(|clause| collect(&clause.body, with_imports, found));
            }
            Stmt::Try(guarded) => {
                collect(&guarded.body, with_imports, found);
                collect(&guarded.orelse, with_imports, found);
            }
            _ => {}
        }
    }
}

fn add(name: &str, kind: SymbolKind, found: &mut Vec<Export>) {
    found.push(Export { name: name.into(), kind });
}

fn add_variable(target: &Expr, found: &mut Vec<Export>) {
    match target {
        Expr::Name(name) if is_constant(&name.id) => add(&name.id, SymbolKind::Constant, found),
        Expr::Name(name) => add(&name.id, SymbolKind::Variable, found),
        Expr::Tuple(tuple) => tuple.elts.iter().for_each(|target| add_variable(target, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        exports(text, false).into_iter().map(|export| export.name.into()).collect()
    }

    #[test]
    fn own_public_names_are_offered() {
        let text = "import a\nfrom b import c\nx, y = 1, 2\ndef f(): ...\nclass C: ...\n_p = 1\nif x:\n    Z = 1\n";
        assert_eq!(names(text), ["C", "Z", "f", "x", "y"]);
    }

    #[test]
    fn what_is_listed_is_offered() {
        assert_eq!(names("from .b import c\n__all__ = ['c', '_d', 'lost']\n_d = 1\ne = 2\n"), ["_d", "c"]);
        assert_eq!(names("from .b import c as c\n"), ["c"]);
    }

    #[test]
    fn nonsense_offers_what_can_be_read() {
        assert_eq!(
            names("def f(\nclass C: ...\nx = = 1\ny = 2"),
            Vec::<String>::from(["C".into(), "f".into(), "x".into(), "y".into()])
        );
    }
}
