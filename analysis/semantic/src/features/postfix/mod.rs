//! Postfix completion: what stands before a dot is put into what is offered behind it. `found.if` becomes
//! `if found: …`.
//!
//! One table for each language. Rust's engine brings its own.

mod c;
mod csharp;
mod go;
mod java;
mod javascript;
mod lua;
mod python;

use montuno_base::{FilePosition, Language, TextRange, TextSize};

use crate::completion::CompletionItem;
use crate::edit::TextEdit;
use crate::engine::Context;
use crate::features::completions::typed;
use crate::symbol::SymbolKind;

/// Behind every member of the receiver.
const RELEVANCE: u32 = 20;

/// What can stand behind a dot.
struct Template {
    /// What is typed.
    name: &'static str,
    /// What becomes of it, in LSP's snippet syntax; `{}` is what stood before the dot.
    text: &'static str,
    /// Whether it is a statement: what stands before the dot must begin one.
    is_statement: bool,
}

const fn statement(name: &'static str, text: &'static str) -> Template {
    Template { name, text, is_statement: true }
}

const fn expression(name: &'static str, text: &'static str) -> Template {
    Template { name, text, is_statement: false }
}

fn templates(language: Language) -> &'static [&'static [Template]] {
    match language {
        Language::Python => &[python::TEMPLATES],
        Language::JavaScript | Language::TypeScript => &[javascript::TEMPLATES],
        Language::Go => &[go::TEMPLATES],
        Language::Java => &[java::TEMPLATES],
        Language::CSharp => &[csharp::TEMPLATES],
        Language::C => &[c::TEMPLATES],
        Language::Cpp => &[c::TEMPLATES, c::CPP],
        Language::Lua => &[lua::TEMPLATES],
        _ => &[],
    }
}

/// Whether a language has any.
pub fn is_there(language: Language) -> bool {
    !templates(language).is_empty()
}

/// As [`items`], in a file, unless the user wants none.
pub fn offers(context: &Context, position: FilePosition, text: &str) -> Vec<CompletionItem> {
    let language = context.language(position.file).filter(|_| context.inputs.settings.completion.postfix);
    language.map(|language| items(text, position.offset, language)).unwrap_or_default()
}

/// What can be made of the expression before the dot that an offset stands behind. Nothing where no dot is.
pub fn items(text: &str, offset: TextSize, language: Language) -> Vec<CompletionItem> {
    let word = typed(text, offset);
    let Some(before) = text.get(..usize::from(word.start())).and_then(|before| before.strip_suffix('.')) else {
        return Vec::new();
    };
    let Some(start) = receiver_start(before) else { return Vec::new() };
    let receiver = &before[start..];
    if receiver.chars().all(|c| c.is_ascii_digit()) {
        // A number that goes on behind its point.
        return Vec::new();
    }
    let begins_statement = begins_statement(&before[..start]);
    let size = |at: usize| TextSize::try_from(at).expect("files are below 4 GB");
    let in_front = TextRange::new(size(start), word.start());
    let all = templates(language).iter().copied().flatten();
    let fitting = all.filter(|template| begins_statement || !template.is_statement);
    fitting
        .map(|template| {
            let shown = template.text.replace("{}", receiver);
            CompletionItem {
                detail: Some(first_line(&plain(&shown)).to_owned()),
                edit: TextEdit::replace(word, template.text.replace("{}", &escaped(receiver))),
                is_snippet: true,
                additional_edits: vec![TextEdit::delete(in_front)],
                relevance: RELEVANCE,
                ..CompletionItem::new(template.name, SymbolKind::Snippet, word)
            }
        })
        .collect()
}

/// Where the expression that ends a text begins: names with dots between them, with calls, indexes and texts.
fn receiver_start(text: &str) -> Option<usize> {
    let mut at = text.len();
    loop {
        let part = part_start(&text[..at])?;
        let before = &text[..part];
        // What is in front of a bracket belongs to it: `f(x)`.
        let is_bracket = text[part..].starts_with(['(', '[']);
        if is_bracket && before.ends_with(|c: char| is_word(c) || c == ')' || c == ']') {
            at = part;
            continue;
        }
        match before.strip_suffix("?.").or_else(|| before.strip_suffix("->")).or_else(|| before.strip_suffix('.')) {
            Some(rest) if !rest.ends_with('.') => at = rest.len(),
            _ => return Some(part),
        }
    }
}

/// Where the last name, bracket or text begins.
fn part_start(text: &str) -> Option<usize> {
    let last = text.chars().next_back()?;
    match last {
        ')' | ']' => open_bracket(text),
        '"' | '\'' | '`' => {
            let inside = &text[..text.len() - 1];
            let open = inside.rfind(last)?;
            (!inside[open..].contains('\n')).then_some(open)
        }
        _ if is_word(last) => {
            Some(text.len() - text.chars().rev().take_while(|&c| is_word(c)).map(char::len_utf8).sum::<usize>())
        }
        _ => None,
    }
}

/// Where the bracket that ends a text is opened.
fn open_bracket(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote: Option<char> = None;
    for (at, character) in text.char_indices().rev() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some(_), '\n') => return None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(character),
            (None, ')' | ']' | '}') => depth += 1,
            (None, '(' | '[' | '{') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

fn is_word(character: char) -> bool {
    montuno_base::name_index::is_word(character) || character == '$'
}

/// Whether a statement begins behind a text.
fn begins_statement(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default().trim();
    line.is_empty() || line.ends_with([';', '{', '}']) || line == "else" || line.ends_with("then")
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// A snippet without its tab stops: what is shown.
fn plain(snippet: &str) -> String {
    let mut text = String::new();
    let mut rest = snippet;
    while let Some(at) = rest.find('$') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(inside) = rest.strip_prefix('{') {
            let (stop, after) = inside.split_once('}').unwrap_or((inside, ""));
            text.push_str(stop.split_once(':').map_or("", |(_, name)| name));
            rest = after;
        } else {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    text.push_str(rest);
    text
}

/// Plain text in a snippet.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '$' | '}') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receiver(text: &str) -> Option<&str> {
        receiver_start(text).map(|start| &text[start..])
    }

    #[test]
    fn the_expression_before_the_dot_is_found() {
        assert_eq!(receiver("x = a + b.c(d, \")\")[0]"), Some("b.c(d, \")\")[0]"));
        assert_eq!(receiver("f(x)"), Some("f(x)"));
        assert_eq!(receiver("return (a + b)"), Some("(a + b)"));
        assert_eq!(receiver("a?.b"), Some("a?.b"));
        assert_eq!(receiver("x = \"text\""), Some("\"text\""));
        assert_eq!(receiver("a + "), None);
        assert_eq!(receiver("a)"), None);
        assert_eq!(receiver("..b"), Some("b"), "a spread");
    }

    #[test]
    fn statements_are_offered_where_one_begins() {
        let labels = |text: &str| {
            let offset = TextSize::of(text);
            items(text, offset, Language::Python).into_iter().map(|item| item.label).collect::<Vec<_>>()
        };
        assert!(labels("    done.").contains(&"if".to_owned()));
        let inside = labels("print(done.no");
        assert!(!inside.contains(&"if".to_owned()) && inside.contains(&"not".to_owned()), "{inside:?}");
        assert!(labels("done").is_empty() && labels("1 + .").is_empty());
        assert!(labels("1.").is_empty(), "a number");
    }

    #[test]
    fn what_is_offered_is_put_around_the_expression() {
        let text = "x\n  names[\"a\"].fo";
        let item =
            items(text, TextSize::of(text), Language::Python).into_iter().find(|item| item.label == "for").unwrap();
        assert_eq!(item.edit.new_text, "for ${1:item} in names[\"a\"]:\n    $0");
        assert_eq!(item.detail.as_deref(), Some("for item in names[\"a\"]:"));
        let mut edits = item.additional_edits.clone();
        edits.push(item.edit.clone());
        assert_eq!(crate::edit::apply(text, &edits), "x\n  for ${1:item} in names[\"a\"]:\n    $0");
    }

    #[test]
    fn every_template_is_a_snippet_around_something() {
        for language in Language::ALL {
            let mut names = Vec::new();
            for template in templates(language).iter().copied().flatten() {
                assert!(template.text.contains("{}"), "{language:?} {}", template.name);
                assert!(!names.contains(&template.name), "{language:?} has {} twice", template.name);
                names.push(template.name);
            }
        }
    }
}
