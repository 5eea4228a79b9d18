//! Where a breakpoint can be: lines on which a statement begins.
//!
//! Debuggers move a breakpoint that is on a line without code to the next line with some, and that may be in
//! another function. By the tree it stays in the function that the user meant.

use montuno_base::Language;
use tree_sitter::Node;

use crate::tree::{Descend, SyntaxTree, walk};

/// What a language calls the nodes that matter here.
struct Kinds {
    /// What has a body that runs when it is called.
    functions: &'static [&'static str],
    /// What has statements for children.
    blocks: &'static [&'static str],
    /// What is in a block and does not run.
    declarations: &'static [&'static str],
    /// What stands before a function's body and does not run when it is called.
    heads: &'static [&'static str],
    /// What is around a function together with its heads.
    wrappers: &'static [&'static str],
}

const RUST: Kinds = Kinds {
    functions: &["function_item", "closure_expression"],
    blocks: &["block"],
    declarations: &[
        "function_item",
        "struct_item",
        "enum_item",
        "impl_item",
        "trait_item",
        "mod_item",
        "use_declaration",
        "const_item",
        "static_item",
        "type_item",
        "macro_definition",
        "attribute_item",
        "inner_attribute_item",
        "empty_statement",
        "label",
    ],
    heads: &["where_clause", "attribute_item"],
    wrappers: &[],
};

const PYTHON: Kinds = Kinds {
    functions: &["function_definition", "lambda"],
    blocks: &["block", "module"],
    declarations: &[],
    heads: &["decorator"],
    wrappers: &["decorated_definition"],
};

const GO: Kinds = Kinds {
    functions: &["function_declaration", "method_declaration", "func_literal"],
    blocks: &["block", "statement_list", "expression_case", "default_case", "communication_case", "type_case"],
    declarations: &["statement_list", "type_declaration", "const_declaration", "import_declaration", "empty_statement"],
    heads: &[],
    wrappers: &[],
};

const JAVASCRIPT: Kinds = Kinds {
    functions: &[
        "function_declaration",
        "function_expression",
        "arrow_function",
        "method_definition",
        "generator_function",
        "generator_function_declaration",
    ],
    blocks: &["statement_block", "program", "switch_case", "switch_default"],
    declarations: &[
        "interface_declaration",
        "type_alias_declaration",
        "import_statement",
        "ambient_declaration",
        "function_declaration",
        "empty_statement",
        "abstract_class_declaration",
    ],
    heads: &["decorator"],
    wrappers: &["class_body", "class_declaration"],
};

const C: Kinds = Kinds {
    functions: &["function_definition", "lambda_expression"],
    blocks: &["compound_statement", "case_statement"],
    declarations: &[
        "function_definition",
        "type_definition",
        "struct_specifier",
        "preproc_include",
        "preproc_def",
        "using_declaration",
        "namespace_definition",
        "template_declaration",
        "alias_declaration",
    ],
    heads: &["attribute_declaration", "requires_clause"],
    wrappers: &["template_declaration"],
};

fn kinds(language: Language) -> Option<&'static Kinds> {
    Some(match language {
        Language::Rust => &RUST,
        Language::Python => &PYTHON,
        Language::Go => &GO,
        Language::JavaScript | Language::TypeScript => &JAVASCRIPT,
        Language::C | Language::Cpp => &C,
        _ => return None,
    })
}

/// The line on which a breakpoint is meant that somebody sets on `line`; both count from 0.
///
/// A line without code (blank, a comment) means the next statement of the same function; a decorator, an attribute
/// and a `where` clause mean the first statement of their function. `None`: the line is right as it is, or nothing
/// better is known.
pub fn breakpoint_line(tree: &SyntaxTree, line: usize) -> Option<usize> {
    let kinds = kinds(tree.language())?;
    let text = tree.text();
    let content = text.lines().nth(line)?;
    let start = line_start(text, line)?;
    let at = start + content.len() - content.trim_start().len();
    if content.trim().is_empty() {
        return next_statement(tree, kinds, innermost_function(tree.root(), kinds, start), line);
    }
    let leaf = tree.root().descendant_for_byte_range(at, at + 1)?;
    if std::iter::successors(Some(leaf), Node::parent).any(|node| is_comment(node)) {
        // Unless code follows the comment.
        let comment = std::iter::successors(Some(leaf), Node::parent).find(|node| is_comment(*node))?;
        if content[(comment.end_byte().saturating_sub(start)).min(content.len())..].trim().is_empty() {
            return next_statement(tree, kinds, innermost_function(tree.root(), kinds, at), line);
        }
        return None;
    }
    // Before a body: what belongs to the function around it, or after it.
    let head = std::iter::successors(Some(leaf), Node::parent).find(|node| kinds.heads.contains(&node.kind()))?;
    let function = function_of_head(head, kinds)?;
    next_statement(tree, kinds, Some(function), line)
}

/// The lines from `first` to `last` on which statements begin, from 0.
pub fn statement_lines(tree: &SyntaxTree, first: usize, last: usize) -> Vec<usize> {
    let Some(kinds) = kinds(tree.language()) else { return Vec::new() };
    let mut lines = Vec::new();
    walk(tree.root(), |node| {
        let (start, end) = (node.start_position().row, node.end_position().row);
        if end < first || start > last {
            return Descend::Over;
        }
        if start >= first && is_statement(tree, node, kinds) {
            lines.push(start);
        }
        Descend::Into
    });
    lines.sort_unstable();
    lines.dedup();
    lines
}

fn line_start(text: &str, line: usize) -> Option<usize> {
    if line == 0 {
        return Some(0);
    }
    text.match_indices('\n').nth(line - 1).map(|(at, _)| at + 1)
}

fn is_comment(node: Node<'_>) -> bool {
    node.kind().contains("comment")
}

/// The innermost function whose body holds a place. `None`: the file itself.
fn innermost_function<'t>(root: Node<'t>, kinds: &Kinds, at: usize) -> Option<Node<'t>> {
    let covering = root.descendant_for_byte_range(at, at)?;
    std::iter::successors(Some(covering), Node::parent)
        .find(|node| kinds.functions.contains(&node.kind()) && node.start_byte() < at)
}

/// The function that a decorator, an attribute or a clause belongs to.
fn function_of_head<'t>(head: Node<'t>, kinds: &Kinds) -> Option<Node<'t>> {
    let parent = head.parent()?;
    if kinds.functions.contains(&parent.kind()) {
        return Some(parent);
    }
    let mut next = head.next_named_sibling();
    while let Some(sibling) = next {
        if kinds.functions.contains(&sibling.kind()) {
            return Some(sibling);
        }
        if !kinds.heads.contains(&sibling.kind()) && !is_comment(sibling) && !kinds.wrappers.contains(&parent.kind()) {
            return None;
        }
        next = sibling.next_named_sibling();
    }
    None
}

/// The line of the first statement after a line, in a function or, without one, in the file outside of functions.
fn next_statement(tree: &SyntaxTree, kinds: &Kinds, function: Option<Node<'_>>, line: usize) -> Option<usize> {
    let within = function.unwrap_or_else(|| tree.root());
    let mut best: Option<usize> = None;
    walk(within, |node| {
        let is_inner = node.id() != within.id() && kinds.functions.contains(&node.kind());
        let row = node.start_position().row;
        if node.end_position().row <= line && node.id() != within.id() {
            return Descend::Over;
        }
        if row > line && is_statement(tree, node, kinds) && best.is_none_or(|best| row < best) {
            best = Some(row);
        }
        if is_inner || best.is_some_and(|best| row > best) { Descend::Over } else { Descend::Into }
    });
    // Between the functions of a file nothing is known to be meant, unless the file itself runs.
    let file_runs = matches!(tree.language(), Language::Python | Language::JavaScript | Language::TypeScript);
    best.filter(|_| function.is_some() || file_runs)
}

fn is_statement(tree: &SyntaxTree, node: Node<'_>, kinds: &Kinds) -> bool {
    let Some(parent) = node.parent() else { return false };
    let runs = kinds.blocks.contains(&parent.kind()) && !kinds.declarations.contains(&node.kind());
    let is_documentation = tree.language() == Language::Python && is_string_alone(node);
    runs && node.is_named() && !node.is_extra() && !is_comment(node) && !is_documentation
}

/// A documentation string: CPython makes no code of it.
fn is_string_alone(node: Node<'_>) -> bool {
    node.kind() == "expression_statement"
        && node.named_child_count() == 1
        && node.named_child(0).is_some_and(|child| child.kind() == "string")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text with `//>` or `#>` behind the line that a breakpoint is set on, and `//<` or `#<` behind the line
    /// where it has to land. Without the latter it stays.
    fn check(language: Language, text: &str) {
        let line_with =
            |marks: [&str; 2]| text.lines().position(|line| marks.iter().any(|mark| line.trim_end().ends_with(mark)));
        let set = line_with(["//>", "#>"]).expect("a line is marked");
        let lands = line_with(["//<", "#<"]);
        let clean: Vec<String> = text
            .lines()
            .map(|line| {
                let mut line = line.trim_end().to_owned();
                for mark in ["//>", "#>", "//<", "#<"] {
                    line = line.strip_suffix(mark).unwrap_or(&line).to_owned();
                }
                line
            })
            .collect();
        let tree = SyntaxTree::parse(&clean.join("\n").into(), language).unwrap();
        assert_eq!(breakpoint_line(&tree, set), lands, "{text}");
    }

    #[test]
    fn a_blank_line_means_the_next_statement_of_its_function() {
        check(Language::Rust, "fn f() {\n    let a = 1;\n //>\n    // why\n    let b = a; //<\n}\nfn g() { 1; }\n");
        check(Language::Rust, "fn f() {\n    let a = 1;\n //>\n}\nfn g() {\n    let b = 1;\n}\n");
        check(Language::Python, "def f():\n    a = 1\n#>\n    # why\n    return a #<\n\ndef g():\n    pass\n");
        check(Language::Go, "package p\nfunc f() int {\n\ta := 1\n //>\n\treturn a //<\n}\n");
        check(Language::TypeScript, "function f() {\n  const a = 1;\n //>\n  return a; //<\n}\n");
        check(Language::Cpp, "int f() {\n  int a = 1;\n //>\n  return a; //<\n}\n");
    }

    #[test]
    fn a_comment_means_the_next_statement_of_its_function() {
        check(Language::Rust, "fn f() {\n    /* a\n       comment //>\n     */\n    let b = 1; //<\n}\n");
        check(Language::Python, "def f():\n    # why #>\n    return 1 #<\n");
        check(Language::Python, "def f():\n    def g():\n        return 2\n    # why #>\n    return g() #<\n");
        check(Language::Python, "def f():\n    # why #>\n    \"\"\"Says.\"\"\"\n    return 1 #<\n");
    }

    #[test]
    fn what_stands_before_a_body_means_its_first_statement() {
        check(Language::Rust, "fn f<T>(t: T) -> T\nwhere\n    T: Copy, //>\n{\n    let a = t; //<\n    a\n}\n");
        check(Language::Rust, "#[test] //>\n#[ignore]\nfn f() {\n    let a = 1; //<\n}\n");
        check(Language::Python, "@cache\n@other #>\ndef f():\n    return 1 #<\n");
        check(Language::TypeScript, "class A {\n  @log //>\n  f() {\n    return 1; //<\n  }\n}\n");
    }

    #[test]
    fn a_line_with_code_stays() {
        check(Language::Rust, "fn f() {\n    let a = g() //>\n        .h();\n}\n");
        check(Language::Rust, "fn f() {\n    let a = g()\n        .h(); //>\n}\n");
        check(Language::Rust, "fn f() { //>\n    let a = 1;\n}\n");
        check(Language::Python, "x = 1 #>\ny = 2\n");
        check(Language::Rust, "fn f() {\n    /* why */ let a = 1; //>\n    let b = 1;\n}\n");
    }

    #[test]
    fn between_functions_only_a_file_that_runs_has_statements() {
        check(Language::Rust, "fn f() {\n    1;\n}\n //>\nfn g() {\n    2;\n}\n");
        check(Language::Python, "x = 1\n#>\ny = 2 #<\n");
    }

    #[test]
    fn statements_are_listed_by_line() {
        let text = "fn f() {\n    let a = 1;\n\n    if a > 0 {\n        g();\n    }\n}\n";
        let tree = SyntaxTree::parse(&text.into(), Language::Rust).unwrap();
        assert_eq!(statement_lines(&tree, 0, 10), [1, 3, 4]);
        assert_eq!(statement_lines(&tree, 2, 3), [3]);
    }
}
