//! What a selection is, for those who take it out: an expression, statements, a variable with its value.
//!
//! What a name means is not asked here: whoever restructures code asks the types.

mod kinds;
mod names;
mod selection;
mod variable;

pub use names::{NameUse, names_in};
pub use selection::{Expression, Statements, expression_at, statements_at};
pub use variable::{Use, Variable, use_at, variable_at};

use tree_sitter::Node;

use kinds::Kinds;

/// The nodes from one up to the root, itself first.
fn upwards<'tree>(node: Node<'tree>) -> impl Iterator<Item = Node<'tree>> {
    std::iter::successors(Some(node), Node::parent)
}

/// Whether a node runs by itself, apart from what it stands in: a function, a class.
fn is_boundary(kinds: &Kinds, node: Node<'_>) -> bool {
    kinds.functions.contains(&node.kind()) || kinds.classes.contains(&node.kind())
}

/// The white space that the line of an offset begins with, and where that line begins.
fn line_of(text: &str, offset: usize) -> (usize, &str) {
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let line = &text[start..];
    let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    (start, indent)
}

/// Whether nothing but white space stands before an offset on its line.
fn begins_line(text: &str, offset: usize) -> bool {
    let (start, indent) = line_of(text, offset);
    start + indent.len() >= offset
}

#[cfg(test)]
mod tests {
    use montuno_base::{Language, TextRange, TextSize};

    use super::*;
    use crate::SyntaxTree;

    /// The tree of a text and the range between its two marks.
    fn selected(text: &str, language: Language) -> (SyntaxTree, TextRange) {
        let parts: Vec<&str> = text.split('|').collect();
        let [before, inside, _] = parts.as_slice() else { panic!("{text}: two marks") };
        let (start, end) = (TextSize::of(*before), TextSize::of(*before) + TextSize::of(*inside));
        let tree = SyntaxTree::parse(&parts.concat().into(), language).unwrap();
        (tree, TextRange::new(start, end))
    }

    fn expression(text: &str, language: Language) -> Option<String> {
        let (tree, range) = selected(text, language);
        expression_at(&tree, range).map(|found| tree.text()[found.statement].to_owned())
    }

    #[test]
    fn an_expression_has_a_statement() {
        let found = expression("def f(a):\n    if a:\n        g(| a + 1 |)\n", Language::Python);
        assert_eq!(found.as_deref(), Some("g( a + 1 )"));
        assert_eq!(expression("x = lambda a: |a + 1|\n", Language::Python), None, "it would leave its function");
        assert_eq!(expression("|x| = 1\n", Language::Python), None, "it is written");
        assert_eq!(expression("while |f()|:\n    pass\n", Language::Python), None, "it is asked each time");
        assert_eq!(expression("x = a |+ b|\n", Language::Python), None, "it is no expression");
        let found = expression("function f() { return g(|a.b|); }", Language::TypeScript);
        assert_eq!(found, None, "the statement shares its line");
        let found = expression("func f() {\n\tg(|a.b|)\n}\n", Language::Go);
        assert_eq!(found.as_deref(), Some("g(a.b)"));
    }

    #[test]
    fn statements_know_what_keeps_them() {
        let (tree, range) = selected("def f(a):\n    |x = a\n    print(x)|\n    return x\n", Language::Python);
        let found = statements_at(&tree, range).unwrap();
        assert_eq!(&tree.text()[found.range], "x = a\n    print(x)");
        assert!(found.obstacle.is_none() && !found.ends_with_return && !found.is_async);
        let (tree, range) = selected("def f(a):\n    for x in a:\n        |if x: break|\n", Language::Python);
        assert!(statements_at(&tree, range).unwrap().obstacle.is_some());
        let (tree, range) = selected("async function f() {\n  |await g();\n  return 1;|\n}", Language::JavaScript);
        let found = statements_at(&tree, range).unwrap();
        assert!(found.is_async && found.ends_with_return && found.obstacle.is_none());
        let (tree, range) = selected("func f() {\n\t|x := 1\n\tg(x|)\n}\n", Language::Go);
        assert!(statements_at(&tree, range).is_none(), "half a statement");
    }

    #[test]
    fn names_say_whether_they_are_written() {
        let (tree, range) = selected("|a, b.c = d; e[0] = f(g=h); i += 1|\n", Language::Python);
        let found: Vec<_> = names_in(&tree, range)
            .into_iter()
            .map(|name| (tree.text()[name.range].to_owned(), name.is_written))
            .collect();
        let found: Vec<_> = found.iter().map(|(name, written)| (name.as_str(), *written)).collect();
        let wanted = [("a", true), ("b", false), ("d", false), ("e", false), ("f", false), ("h", false), ("i", true)];
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_variable_has_its_value() {
        let variable = |text: &str, language| {
            let offset = text.find('|').unwrap();
            let tree = SyntaxTree::parse(&text.replacen('|', "", 1).into(), language).unwrap();
            let found = variable_at(&tree, TextSize::try_from(offset).unwrap())?;
            Some((tree.text()[found.value].to_owned(), tree.text()[found.statement].to_owned()))
        };
        let found = variable("def f():\n    |x = 1 + 2\n", Language::Python).unwrap();
        assert_eq!(found, ("1 + 2".to_owned(), "x = 1 + 2".to_owned()));
        assert_eq!(variable("|x = 1\n", Language::Python), None, "others may import it");
        assert_eq!(variable("def f():\n    |x, y = 1, 2\n", Language::Python), None);
        assert!(variable("const |x = 1;\n", Language::TypeScript).is_some());
        assert_eq!(variable("export const |x = 1;\n", Language::TypeScript), None);
        assert!(variable("func f() {\n\t|x := 1\n}\n", Language::Go).is_some());
        assert_eq!(variable("func f() {\n\t|x, err := g()\n}\n", Language::Go), None);
    }
}
