//! What a selection is.

use montuno_base::{TextRange, TextSize};
use tree_sitter::Node;

use super::kinds::{Kinds, kinds};
use super::names::is_written;
use super::{begins_line, is_boundary, line_of, upwards};
use crate::tree::{Descend, SyntaxTree, range_of, walk};

/// An expression that can be taken out of its statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expression {
    /// The expression.
    pub range: TextRange,
    /// The statement that it is evaluated in, which begins its line.
    pub statement: TextRange,
    /// What that line begins with.
    pub indent: String,
    /// Whether the statement is nothing but the expression.
    pub is_statement: bool,
    /// The last name in it: `c` of `a.b.c(d)`.
    pub last_name: Option<TextRange>,
}

/// Statements of one block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statements {
    /// From the first to the last.
    pub range: TextRange,
    /// What their lines begin with.
    pub indent: String,
    /// The function that they are in.
    pub function: TextRange,
    /// The declaration at the top of the file that they are in.
    pub outermost: TextRange,
    /// The loop around them in that function, if there is one.
    pub in_loop: bool,
    /// Whether they wait for something.
    pub is_async: bool,
    /// Whether the last of them leaves the function, and none before it does.
    pub ends_with_return: bool,
    /// The value that the last of them returns.
    pub returned: Option<TextRange>,
    /// What keeps them in their function.
    pub obstacle: Option<String>,
}

/// A range without the white space around it.
fn trimmed(text: &str, range: TextRange) -> Option<TextRange> {
    let part = text.get(usize::from(range.start())..usize::from(range.end()))?;
    let start = range.start() + TextSize::of(&part[..part.len() - part.trim_start().len()]);
    let end = range.end() - TextSize::of(&part[part.trim_end().len()..]);
    (start < end).then(|| TextRange::new(start, end))
}

/// The expression that is selected, without the white space around it. `None` if the selection is no expression, or
/// one that means something else before its statement.
pub fn expression_at(tree: &SyntaxTree, range: TextRange) -> Option<Expression> {
    let kinds = kinds(tree.language())?;
    let range = trimmed(tree.text(), range)?;
    let mut node = tree.covering(range);
    // Of nodes with the same range the outermost.
    while let Some(parent) = node.parent().filter(|parent| range_of(*parent) == range) {
        if !kinds.expressions.contains(&parent.kind()) {
            break;
        }
        node = parent;
    }
    let is_one = range_of(node) == range && kinds.expressions.contains(&node.kind());
    let is_name = kinds.names.contains(&node.kind());
    if !is_one || is_written(kinds, node) || (is_name && is_part_of_type(node)) {
        return None;
    }
    let (statement, _) = statement_around(kinds, tree.text(), node)?;
    let (_, indent) = line_of(tree.text(), statement.start_byte());
    let is_statement = range_of(statement) == range
        || statement.kind() == "expression_statement" && statement.named_child(0) == Some(node);
    Some(Expression {
        range,
        statement: range_of(statement),
        indent: indent.to_owned(),
        is_statement,
        last_name: last_name(node),
    })
}

/// Whether a name stands in a type, a declaration or an import: there it is no value.
fn is_part_of_type(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| {
        let kind = parent.kind();
        kind.contains("type") || kind.contains("import") || kind.contains("parameter") || kind.ends_with("_declaration")
    })
}

/// The statement that a node is evaluated in, and its block. It begins its line.
fn statement_around<'tree>(kinds: &Kinds, text: &str, node: Node<'tree>) -> Option<(Node<'tree>, Node<'tree>)> {
    let mut at = node;
    loop {
        let parent = at.parent()?;
        let is_asked_again = |(kind, field): &(&str, &str)| {
            let is_there = match *field {
                "" => kinds.expressions.contains(&at.kind()),
                field => parent.child_by_field_name(field) == Some(at),
            };
            parent.kind() == *kind && is_there
        };
        if kinds.asked_again.iter().any(is_asked_again) {
            return None;
        }
        if kinds.blocks.contains(&parent.kind()) {
            // In one line with what it belongs to, nothing can stand before it.
            if begins_line(text, at.start_byte()) {
                return Some((at, parent));
            }
            if parent.kind() == "program" || parent.kind() == "module" {
                return None;
            }
        } else if is_boundary(kinds, parent) {
            return None;
        }
        at = parent;
        if is_boundary(kinds, at) {
            return None;
        }
    }
}

fn last_name(node: Node<'_>) -> Option<TextRange> {
    let fields = ["function", "constructor", "property", "attribute", "field"];
    let mut at = node;
    loop {
        match fields.iter().find_map(|field| at.child_by_field_name(field)) {
            Some(inner) => at = inner,
            None => return at.kind().contains("identifier").then(|| range_of(at)),
        }
    }
}

/// The statements that are selected, if these are whole statements of one block of a function.
pub fn statements_at(tree: &SyntaxTree, range: TextRange) -> Option<Statements> {
    let kinds = kinds(tree.language())?;
    let range = trimmed(tree.text(), range)?;
    let mut block = tree.covering(range);
    while !kinds.blocks.contains(&block.kind()) {
        block = block.parent()?;
    }
    if block.kind() == "block" && block.named_child(0).is_some_and(|only| only.kind() == "statement_list") {
        block = block.named_child(0)?;
    }
    let mut cursor = block.walk();
    let inside: Vec<Node<'_>> = block
        .named_children(&mut cursor)
        .filter(|child| range_of(*child).intersect(range).is_some_and(|common| !common.is_empty()))
        .collect();
    let (first, last) = (*inside.first()?, *inside.last()?);
    // Whoever selects statements may leave out what ends the last of them.
    let rest = tree.text().get(usize::from(range.end())..usize::from(range_of(last).end())).unwrap_or_default();
    let covers = range_of(first).start() >= range.start() && matches!(rest, "" | ";");
    if !covers || !begins_line(tree.text(), first.start_byte()) || inside.iter().all(|it| it.kind() == "comment") {
        return None;
    }
    let function = upwards(block).find(|node| kinds.functions.contains(&node.kind()))?;
    let outermost = upwards(block).take_while(|node| node.parent().is_some()).last()?;
    let range = TextRange::new(range_of(first).start(), range_of(last).end());
    let facts = Facts::of(kinds, tree, range, function);
    let (_, indent) = line_of(tree.text(), first.start_byte());
    let ends_with_return = last.kind() == "return_statement" && facts.returns == 1;
    let obstacle = if facts.returns > usize::from(ends_with_return) {
        Some("it leaves the function in its middle".to_owned())
    } else {
        facts.obstacle
    };
    Some(Statements {
        range,
        indent: indent.to_owned(),
        function: range_of(function),
        outermost: range_of(outermost),
        in_loop: upwards(block).take_while(|node| *node != function).any(|node| kinds.loops.contains(&node.kind())),
        is_async: facts.waits,
        ends_with_return,
        returned: last.named_child(0).filter(|_| ends_with_return).map(range_of),
        obstacle,
    })
}

/// What is in a piece of code, inner functions left out.
#[derive(Default)]
struct Facts {
    returns: usize,
    waits: bool,
    obstacle: Option<String>,
}

impl Facts {
    fn of(kinds: &Kinds, tree: &SyntaxTree, range: TextRange, function: Node<'_>) -> Self {
        let mut facts = Self::default();
        walk(function, |node| {
            let of = range_of(node);
            if of.intersect(range).is_none() {
                return Descend::Over;
            }
            if !range.contains_range(of) {
                return Descend::Into;
            }
            let kind = node.kind();
            if kinds.functions.contains(&kind) && kind != "arrow_function" && kind != "lambda" && kind != "func_literal"
            {
                return Descend::Over;
            }
            let in_inner = upwards(node)
                .take_while(|above| *above != function)
                .any(|above| kinds.functions.contains(&above.kind()));
            match kind {
                "return_statement" if !in_inner => facts.returns += 1,
                "break_statement" | "continue_statement" if node.named_child_count() > 0 => {
                    facts.obstacle = Some("it goes to a label".to_owned());
                }
                "break_statement" | "continue_statement" => {
                    let holds = |above: &Node<'_>| {
                        kinds.loops.contains(&above.kind())
                            || kind == "break_statement" && kinds.switches.contains(&above.kind())
                    };
                    let target = upwards(node).find(holds);
                    if target.is_none_or(|target| !range.contains_range(range_of(target))) {
                        facts.obstacle = Some("it leaves a loop that goes on around it".to_owned());
                    }
                }
                // Without arguments it finds out by itself where it stands.
                "identifier" if tree.node_text(node) == "super" && kinds.blocks.contains(&"module") => {
                    facts.obstacle = Some("it speaks of `super()`".to_owned());
                }
                _ => {}
            }
            facts.waits |= kinds.awaits.contains(&kind) && !in_inner;
            if let Some((_, why)) = kinds.obstacles.iter().find(|(obstacle, _)| *obstacle == kind) {
                facts.obstacle = Some((*why).to_owned());
            }
            Descend::Into
        });
        facts
    }
}
