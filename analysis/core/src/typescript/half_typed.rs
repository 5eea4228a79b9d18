//! How much of a text is left while somebody types in it: the experiment by which the parser was chosen.

use std::path::{Path, PathBuf};

use super::parse::{Dialect, parse};
use super::tree::{Kind, Tree, slot};

/// What is being typed, cut off after some of its characters.
const STATEMENT: &str = "const found = this.items.filter((item) => item.kind === \"a\" && item.parts[0].name)";

const STATES: usize = 500;

/// Counts function bodies that are left in texts of zod into which a statement is being typed, by our parser and by
/// tree-sitter's. Each is counted up to the number in the intact text, and what is in a body is not looked at.
///
/// `MONTUNO_ZOD` names a folder with the sources; `cargo xtask packages` fetches it.
#[test]
#[allow(clippy::print_stdout, reason = "the counts are what a person runs it for")]
#[ignore = "needs zod, which `cargo xtask packages` fetches; it runs this test"]
fn more_bodies_are_left_in_half_typed_zod_than_by_tree_sitter() {
    let folder = std::env::var("MONTUNO_ZOD").expect("MONTUNO_ZOD names a folder");
    let mut files = Vec::new();
    sources(Path::new(&folder), &mut files);
    files.sort();
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()).unwrap();
    let dialect = Dialect { is_script: false, is_declaration: false, jsx: false };
    let (mut states, mut all, mut ours, mut theirs) = (0, 0, 0, 0);
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let intact = parse(&text, dialect);
        let bodies = bodies(&intact);
        for (index, &body) in bodies.iter().enumerate().step_by(7).take(5).take(STATES - states) {
            states += 1;
            let typed = &STATEMENT[..1 + (index * 13 + states * 5) % (STATEMENT.len() - 1)];
            let at = usize::from(intact.range(body).start()) + 1;
            let edited = format!("{}\n    {typed}\n{}", &text[..at], &text[at..]);
            all += bodies.len();
            ours += self::bodies(&parse(&edited, dialect)).len().min(bodies.len());
            let parsed = parser.parse(&edited, None).unwrap();
            theirs += bodies_of_tree_sitter(parsed.root_node()).min(bodies.len());
        }
    }
    println!("{states} states, {all} bodies: oxc with mending {ours}, tree-sitter {theirs}");
    assert_eq!(states, STATES);
    assert!(ours * 100 >= all * 95, "{ours} of {all} are left");
    assert!(ours > theirs, "{ours} are left, by tree-sitter {theirs}");
}

/// The bodies of functions that are blocks.
fn bodies(tree: &Tree) -> Vec<u32> {
    let functions = (0..tree.len()).filter(|&id| tree.is_function(id));
    functions.filter_map(|id| tree.get(id, slot::BODY)).filter(|&body| tree.kind(body) == Kind::Block).collect()
}

/// How many bodies of functions there are outside of errors, in which nothing can be told.
fn bodies_of_tree_sitter(root: tree_sitter::Node<'_>) -> usize {
    let (mut count, mut pending) = (0, vec![root]);
    while let Some(node) = pending.pop() {
        let is_body = node.parent().is_some_and(|parent| {
            let is_function = ["function", "method", "arrow"].iter().any(|word| parent.kind().contains(word));
            is_function && parent.child_by_field_name("body") == Some(node)
        });
        count += usize::from(is_body && node.kind() == "statement_block");
        if node.kind() != "ERROR" {
            pending.extend(node.children(&mut node.walk()));
        }
    }
    count
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "ts") {
            found.push(path);
        }
    }
}
