//! A parameter that came, went or moved: the arguments of each call follow.

use std::ops::Range;

use super::lists::List;
use super::{Code, History, NextEdit, is_name, word_at};

/// What became of the parameters of a function.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Change {
    /// For each parameter that there is now: where it was, or that it is new.
    from: Vec<Option<usize>>,
    /// The names of those that there were.
    old: Vec<String>,
    /// Those that there are now.
    new: Vec<Parameter>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Parameter {
    name: String,
    /// Whether a call may leave it out.
    is_optional: bool,
    /// Whether the receiver stands for it: `self`.
    is_receiver: bool,
}

/// The edits that follow from a change of parameters.
pub(super) fn follow(history: &History, index: usize, code: &dyn Code) -> Vec<NextEdit> {
    let edit = &history.edits()[index];
    let language = code.language(edit.document);
    let Some((open, list)) = List::around(&edit.before, edit.start) else { return Vec::new() };
    // All of the change lies between the brackets, which are those that there were.
    if edit.start + edit.old.len() > list.inside.end || open >= edit.start {
        return Vec::new();
    }
    let Some(now) = List::at(&edit.after, open).filter(|now| edit.range().end <= now.inside.end) else {
        return Vec::new();
    };
    let Some(name) = function_name(&edit.before, open) else { return Vec::new() };
    let Some(change) = change(&list.texts(&edit.before), &now.texts(&edit.after), &language) else {
        return Vec::new();
    };
    let Some(uses) = code.uses(edit.document, &edit.before, name.start) else { return Vec::new() };
    let is_own = |place: &super::Use| place.document == edit.document && place.range == name;
    if !uses.iter().any(|place| is_own(place) && place.is_declaration) {
        return Vec::new();
    }
    let function = edit.before[name.clone()].to_owned();
    let mut found = Vec::new();
    for place in uses.iter().filter(|place| !is_own(place) && !place.is_declaration) {
        let end = match place.document == edit.document {
            true => history.now(index, place.range.end),
            false => Some(place.range.end),
        };
        let Some((end, text)) = end.zip(code.text(place.document)) else { continue };
        let Some(open) = call_bracket(&text, end) else { continue };
        let Some(call) = List::at(&text, open) else { continue };
        // A call that was changed since may be as it should be.
        if history.was_touched_since(index, place.document, &call.inside) {
            continue;
        }
        let start = end - place.range.len();
        let by_receiver = text.get(..start).is_some_and(|before| before.ends_with('.'));
        let known = |name: &str| code.is_known(place.document, start, name) == Some(true);
        if let Some(arguments) = arguments(&change, &call.texts(&text), by_receiver, &language, &known) {
            let next = whole_or_part(&text, &call, &arguments);
            found.push(NextEdit {
                document: place.document,
                range: next.0,
                text: next.1,
                reason: format!("the parameters of `{function}` have changed"),
            });
        }
    }
    found
}

/// The name of the function whose parameters begin at a bracket.
fn function_name(text: &str, open: usize) -> Option<Range<usize>> {
    let mut end = text[..open].trim_end().len();
    if text[..end].ends_with('>') {
        // Its own type parameters.
        end = text[..end].rfind('<')?;
    }
    let word = word_at(text, end);
    (word.end == end && is_name(text.get(word.clone())?)).then_some(word)
}

/// Where the arguments of a call begin whose name ends here.
fn call_bracket(text: &str, end: usize) -> Option<usize> {
    let rest = text.get(end..)?;
    let rest_trimmed = rest.strip_prefix("::").unwrap_or(rest);
    let generic = match rest_trimmed.starts_with('<') {
        true => rest_trimmed.find('>')? + 1,
        false => 0,
    };
    let at = end + (rest.len() - rest_trimmed.len()) + generic;
    text[at..].starts_with('(').then_some(at)
}

fn parameter(text: &str, language: &str) -> Option<Parameter> {
    let is_receiver = match language {
        "python" => text == "self" || text == "cls",
        "rust" => text.trim_start_matches(['&', ' ']).trim_start_matches("mut ").starts_with("self"),
        "typescript" => text.starts_with("this:"),
        _ => false,
    };
    // `*` and `/` stand for no argument, and what collects the rest has no place of its own.
    if text.starts_with(['*', '/', '.']) || text.contains("...") {
        return None;
    }
    let bare = text.trim_start_matches(['&', ' ']).trim_start_matches("mut ");
    let words = ["public ", "private ", "protected ", "readonly "];
    let bare = words.iter().fold(bare, |bare, word| bare.strip_prefix(word).unwrap_or(bare));
    let end = bare.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(bare.len());
    let is_optional = text.contains('=') && !text.contains("=>") || bare[end..].starts_with('?');
    Some(Parameter { name: bare[..end].to_owned(), is_optional, is_receiver })
}

/// What became of the parameters. `None` if the calls stay as they are, or if it cannot be told.
fn change(old: &[&str], new: &[&str], language: &str) -> Option<Change> {
    let read = |texts: &[&str]| -> Option<Vec<Parameter>> {
        texts.iter().map(|text| parameter(text, language).filter(|it| is_name(&it.name))).collect()
    };
    let (old, new) = (read(old)?, read(new)?);
    let receivers = |all: &[Parameter]| all.iter().filter(|it| it.is_receiver).count();
    if receivers(&old) != receivers(&new) {
        return None;
    }
    let without = |all: Vec<Parameter>| all.into_iter().filter(|it| !it.is_receiver).collect::<Vec<_>>();
    let (old, new) = (without(old), without(new));
    let from: Vec<Option<usize>> = new.iter().map(|it| old.iter().position(|other| other.name == it.name)).collect();
    let is_same = from.len() == old.len() && from.iter().enumerate().all(|(at, from)| *from == Some(at));
    let mut kept: Vec<usize> = from.iter().flatten().copied().collect();
    kept.sort_unstable();
    kept.dedup();
    // As many as there were, and one with another name: it was renamed.
    let is_renaming = new.len() == old.len() && kept.len() + 1 == old.len();
    let is_twice = kept.len() != from.iter().flatten().count();
    let old = old.into_iter().map(|it| it.name).collect();
    (!is_same && !is_renaming && !is_twice).then_some(Change { from, old, new })
}

/// The arguments of a call after a change. `None` if they stay as they are, or if it cannot be told what they are.
fn arguments(
    change: &Change,
    given: &[&str],
    _by_receiver: bool,
    language: &str,
    is_known: &dyn Fn(&str) -> bool,
) -> Option<Vec<String>> {
    // What is spread stands for nobody knows how many.
    if given.iter().any(|it| it.starts_with(['*']) || it.starts_with("...") || it.ends_with("...")) {
        return None;
    }
    let keyword = |text: &str| -> Option<String> {
        if language != "python" {
            return None;
        }
        let (name, rest) = text.split_once('=')?;
        (is_name(name.trim()) && !rest.starts_with('=')).then(|| name.trim().to_owned())
    };
    let by_place: Vec<&str> = given.iter().copied().take_while(|it| keyword(it).is_none()).collect();
    let by_name: Vec<&str> = given[by_place.len()..].to_vec();
    if by_place.len() > change.old.len() || by_name.iter().any(|it| keyword(it).is_none()) {
        return None;
    }
    let named = |name: &str| by_name.iter().find(|it| keyword(it).as_deref() == Some(name)).copied();
    let mut arguments: Vec<String> = Vec::new();
    let mut later: Vec<String> = Vec::new();
    // Once one is left out, those behind it can only be given by name.
    let mut has_gap = false;
    for (parameter, from) in change.new.iter().zip(&change.from) {
        match from {
            Some(from) => match by_place.get(*from) {
                Some(argument) if !has_gap => arguments.push((*argument).to_owned()),
                Some(argument) if language == "python" => later.push(format!("{}={argument}", parameter.name)),
                Some(_) => return None,
                None => has_gap = true,
            },
            None if named(&parameter.name).is_some() => has_gap = true,
            None if parameter.is_optional => has_gap = true,
            // Nobody knows what stands there, unless there is something of its name.
            None if is_known(&parameter.name) => match has_gap {
                false => arguments.push(parameter.name.clone()),
                true if language == "python" => later.push(format!("{0}={0}", parameter.name)),
                true => return None,
            },
            None => return None,
        }
    }
    let stays = |name: &str| change.new.iter().any(|parameter| parameter.name == name);
    let kept = by_name.iter().filter(|it| keyword(it).is_some_and(|name| stays(&name)));
    arguments.extend(kept.map(|it| (*it).to_owned()));
    arguments.extend(later);
    let is_same = arguments.len() == given.len() && arguments.iter().zip(given).all(|(left, right)| left == right);
    (!is_same).then_some(arguments)
}

/// The least that has to be replaced: only what differs, where the rest stays as it is written.
fn whole_or_part(text: &str, call: &List, arguments: &[String]) -> (Range<usize>, String) {
    let given = call.texts(text);
    if arguments.is_empty() {
        return (call.inside.clone(), String::new());
    }
    if given.is_empty() {
        return (call.inside.clone(), arguments.join(", "));
    }
    let inside = &text[call.inside.clone()];
    let separator = match inside.contains('\n') {
        true => format!(",{}", &inside[..inside.len() - inside.trim_start().len()]),
        false => ", ".to_owned(),
    };
    let first = call.items.first().map_or(call.inside.start, |item| item.start);
    let last = call.items.last().map_or(call.inside.end, |item| item.end);
    (first..last, arguments.join(&separator))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(language: &str, old: &[&str], new: &[&str], given: &[&str]) -> Option<String> {
        let change = change(old, new, language)?;
        arguments(&change, given, false, language, &|name| name == "known").map(|arguments| arguments.join(", "))
    }

    #[test]
    fn one_that_went_goes_from_the_calls() {
        let python = |given: &[&str]| called("python", &["self", "a", "b=1"], &["self", "b=1"], given);
        assert_eq!(python(&["1", "2"]).as_deref(), Some("2"));
        assert_eq!(python(&["1"]).as_deref(), Some(""));
        assert_eq!(python(&["a=1", "b=2"]).as_deref(), Some("b=2"));
        assert_eq!(python(&["b=2"]), None, "nothing was given for it");
        assert_eq!(
            called("rust", &["&self", "a: u8", "b: u8"], &["&self", "a: u8"], &["1", "2"]).as_deref(),
            Some("1")
        );
        assert_eq!(called("go", &["a int", "b string"], &["b string"], &["1", "\"x\""]).as_deref(), Some("\"x\""));
    }

    #[test]
    fn one_that_moved_moves() {
        assert_eq!(called("typescript", &["a: A", "b?: B"], &["b: B", "a: A"], &["1", "2"]).as_deref(), Some("2, 1"));
        assert_eq!(called("python", &["a", "b"], &["b", "a"], &["a=1", "b=2"]), None, "given by name, they stay");
    }

    #[test]
    fn one_that_came_is_given_where_something_has_its_name() {
        assert_eq!(called("rust", &["a: u8"], &["a: u8", "known: u8"], &["1"]).as_deref(), Some("1, known"));
        assert_eq!(called("rust", &["a: u8"], &["a: u8", "other: u8"], &["1"]), None, "nobody knows what to give");
        assert_eq!(called("python", &["a"], &["a", "b=2"], &["1"]), None, "it can be left out");
        assert_eq!(called("python", &["a"], &["c=2", "a"], &["1"]).as_deref(), Some("a=1"));
    }

    #[test]
    fn renaming_and_what_cannot_be_told_change_no_call() {
        assert_eq!(called("python", &["a", "b"], &["a", "c"], &["1", "2"]), None);
        assert_eq!(called("python", &["a", "b"], &["a"], &["*all"]), None);
        assert_eq!(called("python", &["*all"], &["a"], &["1"]), None);
        assert_eq!(called("python", &["a: int"], &["a: str"], &["1"]), None);
    }

    #[test]
    fn the_way_a_call_is_written_stays() {
        let text = "f(\n    a,\n    b,\n)";
        let call = List::at(text, 1).unwrap();
        let (range, new) = whole_or_part(text, &call, &["b".to_owned(), "a".to_owned()]);
        assert_eq!((&text[range], new.as_str()), ("a,\n    b", "b,\n    a"));
    }

    #[test]
    fn a_function_is_named_before_its_parameters() {
        let name = |text: &str| function_name(text, text.rfind('(').unwrap()).map(|range| text[range].to_owned());
        assert_eq!(name("fn total<T>(").as_deref(), Some("total"));
        assert_eq!(name("def total (").as_deref(), Some("total"));
        assert_eq!(name("= ("), None);
    }
}
