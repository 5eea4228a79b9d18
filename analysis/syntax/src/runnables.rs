//! Tests and programs of a file: what can be run at a place, by its syntax alone.

use montuno_base::{Language, TextRange, TextSize};
use tree_sitter::Node;

use crate::tree::{Descend, SyntaxTree, range_of, walk};

/// What a runnable is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RunnableKind {
    /// A test.
    Test,
    /// Several tests with a name of their own: a class, a module, a `describe`.
    Group,
    /// A benchmark of the language's own test tool.
    Benchmark,
    /// An example that the language's test tool runs.
    Example,
    /// The program itself.
    Main,
}

/// Something that can be run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Runnable {
    /// What it is.
    pub kind: RunnableKind,
    /// Its name with what it is in, outermost first: modules and function in Rust, class and method in Python, test
    /// and subtests in Go, the titles in JavaScript.
    pub path: Vec<String>,
    /// The whole of it.
    pub range: TextRange,
    /// Where its name stands.
    pub name_range: TextRange,
}

/// Everything in a file that can be run, in the order of the text.
pub fn runnables(tree: &SyntaxTree) -> Vec<Runnable> {
    let mut found = Vec::new();
    walk(tree.root(), |node| {
        let runnable = match tree.language() {
            Language::Rust => rust(tree, node),
            Language::Python => python(tree, node),
            Language::Go => go(tree, node),
            Language::JavaScript | Language::TypeScript => javascript(tree, node),
            Language::C | Language::Cpp => c(tree, node),
            _ => None,
        };
        found.extend(runnable);
        Descend::Into
    });
    found.sort_by_key(|runnable: &Runnable| (runnable.range.start(), std::cmp::Reverse(runnable.range.end())));
    found
}

/// The innermost runnable around a place. A line before it that belongs to it (an attribute, a decorator) counts.
pub fn runnable_at(tree: &SyntaxTree, offset: TextSize) -> Option<Runnable> {
    runnables(tree)
        .into_iter()
        .filter(|runnable| runnable.range.contains_inclusive(offset))
        .min_by_key(|it| it.range.len())
}

fn new(kind: RunnableKind, path: Vec<String>, whole: Node<'_>, name: Node<'_>) -> Runnable {
    Runnable { kind, path, range: range_of(whole), name_range: range_of(name) }
}

fn ancestors(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    std::iter::successors(node.parent(), Node::parent)
}

/// Names of the nodes of some kinds around a node, outermost first.
fn names_around(tree: &SyntaxTree, node: Node<'_>, kinds: &[&str]) -> Vec<String> {
    let around = ancestors(node).filter(|around| kinds.contains(&around.kind()));
    let names = around.filter_map(|around| Some(tree.node_text(around.child_by_field_name("name")?).to_owned()));
    let mut names: Vec<String> = names.collect();
    names.reverse();
    names
}

fn rust(tree: &SyntaxTree, node: Node<'_>) -> Option<Runnable> {
    if node.kind() == "mod_item" {
        let name = node.child_by_field_name("name")?;
        let body = node.child_by_field_name("body")?;
        let mut cursor = body.walk();
        let has_test = body
            .named_children(&mut cursor)
            .any(|child| child.kind() == "function_item" && attributes(tree, child).any(|one| is_test_attribute(&one)));
        let mut path = names_around(tree, node, &["mod_item"]);
        path.push(tree.node_text(name).to_owned());
        return has_test.then(|| new(RunnableKind::Group, path, node, name));
    }
    if node.kind() != "function_item" {
        return None;
    }
    let name = node.child_by_field_name("name")?;
    let mut path = names_around(tree, node, &["mod_item"]);
    let is_in_body =
        ancestors(node).any(|around| matches!(around.kind(), "function_item" | "impl_item" | "trait_item"));
    if is_in_body {
        return None;
    }
    let own = tree.node_text(name).to_owned();
    let kind = if attributes(tree, node).any(|one| is_test_attribute(&one)) {
        RunnableKind::Test
    } else if attributes(tree, node).any(|one| one == "bench") {
        RunnableKind::Benchmark
    } else if own == "main" && path.is_empty() {
        RunnableKind::Main
    } else {
        return None;
    };
    path.push(own);
    let mut runnable = new(kind, path, node, name);
    // Its attributes are before it in the tree.
    let mut first = node;
    while let Some(before) = first.prev_named_sibling().filter(|before| before.kind() == "attribute_item") {
        first = before;
    }
    runnable.range = TextRange::new(range_of(first).start(), runnable.range.end());
    Some(runnable)
}

/// The paths of the attributes of a Rust item.
fn attributes<'t>(tree: &'t SyntaxTree, item: Node<'t>) -> impl Iterator<Item = String> + 't {
    let is_before = |node: &Node<'t>| matches!(node.kind(), "attribute_item" | "line_comment" | "block_comment");
    std::iter::successors(item.prev_named_sibling().filter(is_before), move |node| {
        node.prev_named_sibling().filter(is_before)
    })
    .filter(|node| node.kind() == "attribute_item")
    .filter_map(|node| {
        let attribute = node.named_child(0)?;
        Some(tree.node_text(attribute.named_child(0)?).to_owned())
    })
}

/// `test`, `tokio::test`, `rstest`, `test_case`: the attributes of test tools end in their name.
fn is_test_attribute(path: &str) -> bool {
    let last = path.rsplit("::").next().unwrap_or(path);
    matches!(last, "test" | "rstest" | "test_case" | "test_log" | "quickcheck" | "wasm_bindgen_test")
}

fn python(tree: &SyntaxTree, node: Node<'_>) -> Option<Runnable> {
    let whole = node.parent().filter(|parent| parent.kind() == "decorated_definition").unwrap_or(node);
    match node.kind() {
        "function_definition" => {
            let name = node.child_by_field_name("name")?;
            let own = tree.node_text(name).to_owned();
            let mut path = names_around(tree, node, &["class_definition"]);
            let is_in_function = ancestors(node).any(|around| around.kind() == "function_definition");
            let in_test_class = path.iter().all(|class| class.starts_with("Test"))
                || ancestors(node).any(|around| is_test_case(tree, around));
            if !own.starts_with("test") || is_in_function || !in_test_class {
                return None;
            }
            path.push(own);
            Some(new(RunnableKind::Test, path, whole, name))
        }
        "class_definition" => {
            let name = node.child_by_field_name("name")?;
            let own = tree.node_text(name).to_owned();
            if !own.starts_with("Test") && !is_test_case(tree, node) {
                return None;
            }
            let mut path = names_around(tree, node, &["class_definition"]);
            path.push(own);
            Some(new(RunnableKind::Group, path, whole, name))
        }
        "if_statement" if node.parent().is_some_and(|parent| parent.kind() == "module") => {
            let condition = node.child_by_field_name("condition")?;
            let text = tree.node_text(condition);
            (text.contains("__name__") && text.contains("__main__"))
                .then(|| new(RunnableKind::Main, Vec::new(), node, condition))
        }
        _ => None,
    }
}

/// Whether a node is a class that names unittest's base class.
fn is_test_case(tree: &SyntaxTree, node: Node<'_>) -> bool {
    node.kind() == "class_definition"
        && node.child_by_field_name("superclasses").is_some_and(|bases| tree.node_text(bases).contains("TestCase"))
}

fn go(tree: &SyntaxTree, node: Node<'_>) -> Option<Runnable> {
    match node.kind() {
        "function_declaration" => {
            let name = node.child_by_field_name("name")?;
            let own = tree.node_text(name);
            let parameters = tree.node_text(node.child_by_field_name("parameters")?);
            let is = |prefix: &str| {
                own.strip_prefix(prefix).is_some_and(|rest| !rest.starts_with(|first: char| first.is_lowercase()))
            };
            let kind = if own == "main" && parameters == "()" {
                RunnableKind::Main
            } else if is("Test") && parameters.contains("testing.T") || is("Fuzz") && parameters.contains("testing.F") {
                RunnableKind::Test
            } else if is("Benchmark") && parameters.contains("testing.B") {
                RunnableKind::Benchmark
            } else if is("Example") && parameters == "()" {
                RunnableKind::Example
            } else {
                return None;
            };
            Some(new(kind, vec![own.to_owned()], node, name))
        }
        // `t.Run("name", func(t *testing.T) { … })`
        "call_expression" => {
            let mut path: Vec<String> =
                ancestors(node).filter_map(|around| go_subtest(tree, around).map(|(name, _)| name)).collect();
            let test = ancestors(node).find(|around| around.kind() == "function_declaration")?;
            let test = tree.node_text(test.child_by_field_name("name")?);
            if !test.starts_with("Test") {
                return None;
            }
            path.push(test.to_owned());
            path.reverse();
            let (name, at) = go_subtest(tree, node)?;
            path.push(name);
            Some(new(RunnableKind::Test, path, node, at))
        }
        _ => None,
    }
}

/// The name of a subtest of Go that is a literal.
fn go_subtest<'t>(tree: &SyntaxTree, node: Node<'t>) -> Option<(String, Node<'t>)> {
    if node.kind() != "call_expression" {
        return None;
    }
    let function = node.child_by_field_name("function")?;
    if function.kind() != "selector_expression" || tree.node_text(function.child_by_field_name("field")?) != "Run" {
        return None;
    }
    let name = node.child_by_field_name("arguments")?.named_child(0)?;
    let text = tree.node_text(name);
    matches!(name.kind(), "interpreted_string_literal" | "raw_string_literal")
        .then(|| (text[1..text.len().saturating_sub(1).max(1)].to_owned(), name))
}

/// `describe("…", …)`, `it("…", …)`, `test("…", …)`, with whatever modifier behind the first name.
fn javascript(tree: &SyntaxTree, node: Node<'_>) -> Option<Runnable> {
    let (kind, name, at) = javascript_test(tree, node)?;
    let mut path: Vec<String> =
        ancestors(node).filter_map(|around| javascript_test(tree, around).map(|(_, name, _)| name)).collect();
    path.reverse();
    path.push(name);
    Some(new(kind, path, node, at))
}

fn javascript_test<'t>(tree: &SyntaxTree, node: Node<'t>) -> Option<(RunnableKind, String, Node<'t>)> {
    if node.kind() != "call_expression" {
        return None;
    }
    let mut function = node.child_by_field_name("function")?;
    while function.kind() == "member_expression" {
        function = function.child_by_field_name("object")?;
    }
    let kind = match (function.kind(), tree.node_text(function)) {
        ("identifier", "describe" | "suite") => RunnableKind::Group,
        ("identifier", "it" | "test") => RunnableKind::Test,
        _ => return None,
    };
    let arguments = node.child_by_field_name("arguments")?;
    let name = arguments.named_child(0)?;
    let has_body = (1..u32::try_from(arguments.named_child_count()).ok()?)
        .filter_map(|index| arguments.named_child(index))
        .any(|argument| matches!(argument.kind(), "arrow_function" | "function_expression"));
    let text = tree.node_text(name);
    (has_body && name.kind() == "string").then(|| (kind, text[1..text.len().saturating_sub(1).max(1)].to_owned(), name))
}

fn c(tree: &SyntaxTree, node: Node<'_>) -> Option<Runnable> {
    if node.kind() != "function_definition"
        || node.parent()?.parent().is_some() && node.parent()?.kind() != "translation_unit"
    {
        return None;
    }
    let mut name = node.child_by_field_name("declarator")?;
    while let Some(inner) = name.child_by_field_name("declarator") {
        name = inner;
    }
    (tree.node_text(name) == "main").then(|| new(RunnableKind::Main, vec!["main".to_owned()], node, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The path of the runnable at `|`, behind its kind.
    fn at(language: Language, text: &str) -> Option<String> {
        let offset = text.find('|').expect("the text has a cursor");
        let tree = SyntaxTree::parse(&text.replacen('|', "", 1).into(), language).unwrap();
        let found = runnable_at(&tree, TextSize::try_from(offset).unwrap())?;
        Some(format!("{:?} {}", found.kind, found.path.join("::")))
    }

    fn is(language: Language, text: &str, expected: &str) {
        assert_eq!(at(language, text).as_deref(), Some(expected), "{text}");
    }

    #[test]
    fn rust_has_tests_in_modules_and_a_main() {
        let text = "fn main() { run(); }\n#[cfg(test)]\nmod tests {\n    use super::*;\n    #[test]\n    #[ignore]\n    fn adds() {\n        let a = 1;\n    }\n    #[tokio::test]\n    async fn waits() {}\n}\n";
        let with = |place: &str| text.replacen(place, &format!("|{place}"), 1);
        is(Language::Rust, &with("run()"), "Main main");
        is(Language::Rust, &with("let a"), "Test tests::adds");
        is(Language::Rust, &with("#[test]"), "Test tests::adds");
        is(Language::Rust, &with("async fn"), "Test tests::waits");
        is(Language::Rust, &with("use super"), "Group tests");
        assert_eq!(at(Language::Rust, "fn f() { | }"), None);
        assert_eq!(at(Language::Rust, "mod a { fn main() { | } }"), None);
    }

    #[test]
    fn python_has_functions_classes_and_a_main() {
        is(Language::Python, "@pytest.mark.parametrize('a', [1])\n@other|\ndef test_a(a):\n    pass\n", "Test test_a");
        is(Language::Python, "class TestA:\n    def test_b(self):\n        pass|\n", "Test TestA::test_b");
        is(Language::Python, "class A(unittest.TestCase):\n    def test_b(self):\n        |pass\n", "Test A::test_b");
        is(Language::Python, "class TestA:\n    x = 1|\n", "Group TestA");
        is(Language::Python, "if __name__ == '__main__':\n    main()|\n", "Main ");
        assert_eq!(at(Language::Python, "class A:\n    def test_b(self):\n        pass|\n"), None);
    }

    #[test]
    fn go_has_tests_subtests_and_a_main() {
        let text =
            "package p\nfunc TestA(t *testing.T) {\n\tt.Run(\"one two\", func(t *testing.T) {\n\t\tx := 1|\n\t})\n}\n";
        is(Language::Go, text, "Test TestA::one two");
        is(Language::Go, "package p\nfunc BenchmarkA(b *testing.B) { | }\n", "Benchmark BenchmarkA");
        is(Language::Go, "package main\nfunc main() { | }\n", "Main main");
        assert_eq!(at(Language::Go, "package p\nfunc Testing(t *testing.T) { | }\n"), None);
    }

    #[test]
    fn javascript_has_titles() {
        let text = "describe('a', () => {\n  it.only(\"b c\", async () => {\n    x();|\n  });\n});\n";
        is(Language::TypeScript, text, "Test a::b c");
        is(Language::JavaScript, "describe('a', function () {\n  |\n});\n", "Group a");
        assert_eq!(at(Language::JavaScript, "/a/.test('b|');\n"), None);
    }

    #[test]
    fn c_has_a_main() {
        is(Language::C, "int main(void) { return 0;| }\n", "Main main");
        is(Language::Cpp, "auto main() -> int { | }\n", "Main main");
    }
}
