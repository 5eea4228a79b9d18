//! Variables with their values.

use montuno_base::{TextRange, TextSize};
use tree_sitter::Node;

use super::kinds::kinds;
use super::{begins_line, upwards};
use crate::tree::{Descend, SyntaxTree, range_of, walk};

/// A variable that is declared with a value, and that nobody outside of the file can know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variable {
    /// Its name.
    pub name: TextRange,
    /// Its value.
    pub value: TextRange,
    /// The statement that declares it and nothing else; it begins its line.
    pub statement: TextRange,
    /// Whether the value can stand anywhere without parentheses.
    pub is_atom: bool,
    /// Whether getting the value does something, or takes long.
    pub is_call: bool,
}

/// The variable whose name stands at an offset where it is declared.
pub fn variable_at(tree: &SyntaxTree, offset: TextSize) -> Option<Variable> {
    let kinds = kinds(tree.language())?;
    let name = tree.covering(TextRange::at(offset, 1.into()));
    if !kinds.names.contains(&name.kind()) {
        return None;
    }
    let (declaration, row) = upwards(name).take(3).find_map(|node| {
        let row = kinds.variables.iter().find(|(kind, ..)| *kind == node.kind())?;
        Some((node, row))
    })?;
    let (_, name_field, value_field, statements) = row;
    let only = |node: Node<'_>| {
        // A list of one.
        if node.kind() == "expression_list" && node.named_child_count() == 1 {
            range_of(node) == range_of(name)
        } else {
            node == name
        }
    };
    if !declaration.child_by_field_name(name_field).is_some_and(only) {
        return None;
    }
    let mut value = declaration.child_by_field_name(value_field)?;
    if value.kind() == "expression_list" {
        value = value.named_child(0).filter(|_| value.named_child_count() == 1)?;
    }
    if !kinds.expressions.contains(&value.kind()) {
        return None;
    }
    let statement = match statements {
        [] => declaration,
        kinds => {
            declaration.parent().filter(|parent| kinds.contains(&parent.kind()) && parent.named_child_count() == 1)?
        }
    };
    let block = statement.parent().filter(|parent| kinds.blocks.contains(&parent.kind()))?;
    let is_local = upwards(block).any(|node| kinds.functions.contains(&node.kind()));
    // What is not exported, and in what is no script, is the module's own.
    let is_own = block.kind() == "program" && is_module(block);
    if !(is_local || is_own) || !begins_line(tree.text(), statement.start_byte()) {
        return None;
    }
    let mut is_call = false;
    walk(value, |node| {
        is_call |= node.kind().contains("call") || node.kind().contains("await") || node.kind() == "new_expression";
        Descend::Into
    });
    Some(Variable {
        name: range_of(name),
        value: range_of(value),
        statement: range_of(statement),
        is_atom: kinds.atoms.contains(&value.kind()),
        is_call,
    })
}

fn is_module(program: Node<'_>) -> bool {
    let mut cursor = program.walk();
    // A text without either is a script, whose names are everybody's; one statement alone is taken for a module's.
    program.named_children(&mut cursor).any(|child| matches!(child.kind(), "import_statement" | "export_statement"))
        || program.named_child_count() == 1
}

/// How a name is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Use {
    /// It stands for a property as well: `{ name }`.
    pub is_shorthand: bool,
    /// What stands there needs no parentheses: an argument, the whole value of something.
    pub stands_alone: bool,
    /// It is in a text, where quotes would end that.
    pub in_text: bool,
}

/// How the name at an offset is used.
pub fn use_at(tree: &SyntaxTree, offset: TextSize) -> Use {
    let node = tree.covering(TextRange::at(offset, 1.into()));
    let parent = node.parent();
    let alone = |parent: Node<'_>| {
        let kind = parent.kind();
        let is_value = ["right", "value"].iter().any(|field| parent.child_by_field_name(field) == Some(node));
        kind.contains("argument")
            || kind == "return_statement"
            || kind == "expression_list"
            || kind == "parenthesized_expression"
            || (is_value
                && (kind.contains("assignment") || kind.contains("declar") || kind == "pair" || kind == "var_spec"))
    };
    Use {
        is_shorthand: node.kind() == "shorthand_property_identifier",
        stands_alone: parent.is_some_and(alone),
        in_text: upwards(node).any(|node| node.kind() == "string"),
    }
}
