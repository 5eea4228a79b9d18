//! Making a function of its own out of statements.

use std::collections::hash_map::Entry;

use montuno_base::{FilePosition, TextRange, TextSize};
use montuno_syntax::refactoring::{NameUse, Statements, names_in, statements_at};

use super::writing::{self, NewFunction};
use super::{Code, Known};
use crate::cancel::Cancellable;
use crate::edit::TextEdit;
use crate::presentation::{CodeAction, CodeActionKind};

/// A variable that goes in or comes out.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Variable {
    name: String,
    /// A place where it stands.
    place: TextRange,
}

/// What a new function is given and gives back.
#[derive(Debug, Default)]
struct Flow {
    parameters: Vec<Variable>,
    results: Vec<Variable>,
    /// Whether the results are declared in the selection, or were there before. `None` if some are, and some were.
    are_new: Option<bool>,
}

/// Puts the selected statements into a function of their own: what they read of the function around them are its
/// parameters, what is read of them afterwards are its results.
pub(super) fn action(code: &Code<'_>) -> Cancellable<Option<CodeAction>> {
    let Some(found) = statements_at(code.tree, code.range.range) else { return Ok(None) };
    if found.obstacle.is_some() {
        return Ok(None);
    }
    let flow = flow(code, &found)?;
    let Some(are_new) = flow.are_new else { return Ok(None) };
    if found.ends_with_return && !flow.results.is_empty() {
        return Ok(None);
    }
    let writing = writing::of(code.tree.language());
    let parameters = with_types(code, &flow.parameters)?;
    let results = with_types(code, &flow.results)?;
    let returned = match found.returned {
        Some(value) => code.snapshot.type_at(FilePosition { file: code.range.file, offset: value.end() })?,
        None => None,
    };
    let is_typed = parameters.iter().chain(&results).all(|(_, ty)| ty.is_some());
    if writing.needs_types() && (!is_typed || (found.returned.is_some() && returned.is_none())) {
        return Ok(None);
    }
    let whole = TextRange::up_to(TextSize::of(&**code.tree.text()));
    let name = code.free_name("extracted", whole);
    let step = step_of(code.tree.text());
    let body = indented(code.text(found.range), &found.indent, &step);
    let new = NewFunction {
        name: &name,
        parameters: &parameters,
        results: &results,
        returned: returned.as_deref(),
        is_async: found.is_async,
        body: &body,
        step: &step,
    };
    let declaration = writing.function(&new);
    // In Python a function must be there before it is called; elsewhere it stands behind what it was taken out of.
    let place = if matches!(writing, writing::Writing::Python) {
        TextEdit::insert(found.outermost.start(), format!("{declaration}\n\n"))
    } else {
        TextEdit::insert(found.outermost.end(), format!("\n\n{}", declaration.trim_end()))
    };
    let call = TextEdit::replace(found.range, writing.call(&new, are_new, found.ends_with_return));
    Ok(Some(code.action("extract-function", "Extract function", CodeActionKind::RefactorExtract, vec![place, call])))
}

/// What goes into the statements, and what comes out.
fn flow(code: &Code<'_>, found: &Statements) -> Cancellable<Flow> {
    let mut known = Known::default();
    let mut declared = |name: TextRange| -> Cancellable<Vec<TextRange>> {
        let targets = match known.entry(name) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(code.declared(name)?),
        };
        let targets = targets.iter().filter(|target| target.file == code.range.file);
        Ok(targets.map(|target| target.name_range).collect())
    };
    let inside: Vec<NameUse> = names_in(code.tree, found.range);
    let is_outside = |range: &TextRange| found.function.contains_range(*range) && !found.range.contains_range(*range);
    let mut flow = Flow { are_new: Some(true), ..Flow::default() };
    for name in &inside {
        let text = code.text(name.range);
        let is_known = flow.parameters.iter().any(|known| known.name == text);
        if !is_known && !name.is_written && declared(name.range)?.iter().any(is_outside) {
            flow.parameters.push(Variable { name: text.to_owned(), place: name.range });
        }
    }
    // What is read afterwards; in a loop that is also what stands before.
    let around: Vec<NameUse> = names_in(code.tree, found.function)
        .into_iter()
        .filter(|name| !found.range.contains_range(name.range))
        .filter(|name| found.in_loop || name.range.start() >= found.range.end())
        .collect();
    let mut are_new: Vec<bool> = Vec::new();
    for name in inside.iter().filter(|name| name.is_written) {
        let text = code.text(name.range);
        if flow.results.iter().any(|known| known.name == text) {
            continue;
        }
        let mut own = declared(name.range)?;
        own.push(name.range);
        let mut is_read = false;
        let mut is_older = own.iter().any(is_outside);
        for other in around.iter().filter(|other| code.text(other.range) == text) {
            let of_other = declared(other.range)?;
            if of_other.iter().any(|target| own.contains(target)) {
                is_read = true;
                // Here it may also have another value: the one from before.
                is_older |= of_other.iter().any(|target| is_outside(target) && target.end() <= found.range.start());
            }
        }
        if is_read {
            let variable = Variable { name: text.to_owned(), place: name.range };
            if is_older && !flow.parameters.iter().any(|known| known.name == text) {
                flow.parameters.push(variable.clone());
            }
            are_new.push(!is_older);
            flow.results.push(variable);
        } else if is_older && !flow.parameters.iter().any(|known| known.name == text) {
            // Nobody reads it, but the function that it is written in no longer declares it.
            flow.parameters.push(Variable { name: text.to_owned(), place: name.range });
        }
    }
    if are_new.windows(2).any(|pair| pair[0] != pair[1])
        && !matches!(code.tree.language(), montuno_base::Language::Python)
    {
        flow.are_new = None;
    } else if let Some(&first) = are_new.first() {
        flow.are_new = Some(first);
    }
    Ok(flow)
}

fn with_types(code: &Code<'_>, variables: &[Variable]) -> Cancellable<Vec<(String, Option<String>)>> {
    let mut found = Vec::with_capacity(variables.len());
    for variable in variables {
        let position = FilePosition { file: code.range.file, offset: variable.place.end() };
        let ty = code.snapshot.type_at(position)?;
        // What a type is called only in an editor is no type to be written.
        let ty = ty.filter(|ty| !ty.is_empty() && !ty.contains(['\n', '…']) && ty != "unknown");
        found.push((variable.name.clone(), ty));
    }
    Ok(found)
}

/// One step of indentation, as the file has it.
fn step_of(text: &str) -> String {
    let indents = text.lines().filter_map(|line| {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        (!indent.is_empty() && !line.trim().is_empty()).then_some(indent)
    });
    match indents.min_by_key(|indent| indent.len()) {
        Some(indent) if indent.starts_with('\t') => "\t".to_owned(),
        Some(indent) => indent.to_owned(),
        None => "    ".to_owned(),
    }
}

/// Statements with another indentation. Lines that are indented less, as in a text that goes over several, stay.
fn indented(text: &str, old: &str, new: &str) -> String {
    let mut lines = text.split('\n');
    let mut written = format!("{new}{}", lines.next().unwrap_or_default());
    for line in lines {
        written.push('\n');
        match line.strip_prefix(old) {
            Some(rest) if !rest.trim().is_empty() => written.extend([new, rest]),
            Some(_) => {}
            None => written.push_str(line),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_indented_anew() {
        assert_eq!(indented("a\n        b\n\n          c", "        ", "\t"), "\ta\n\tb\n\n\t  c");
        assert_eq!(step_of("def f():\n  x\n    y\n"), "  ");
        assert_eq!(step_of("func f() {\n\tx\n}\n"), "\t");
    }
}
