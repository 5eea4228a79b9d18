//! Code in a text of another language: scripts and styles in HTML, code blocks in Markdown.
//!
//! Found by a scan at memory speed, without a tree: it runs at every change of an open document. What a script or a
//! style is ends where HTML says that it does, at its end tag, whatever stands in it.

use montuno_base::{Language, TextRange, TextSize, Utf8Path};

/// The code of one language in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Embedded {
    /// Its language.
    pub language: Language,
    /// Where it stands, in the order of the text.
    pub ranges: Vec<TextRange>,
}

/// Whether texts of a language hold code of others.
pub fn is_host(language: Language) -> bool {
    matches!(language, Language::Html | Language::Markdown)
}

/// The code of other languages in a text. What is of one language belongs together: the scripts of a page know each
/// other, and a later block of a document builds on those before it.
pub fn embedded(text: &str, language: Language) -> Vec<Embedded> {
    let mut found: Vec<Embedded> = Vec::new();
    let mut add = |language: Language, range: TextRange| match found.iter_mut().find(|it| it.language == language) {
        Some(known) => known.ranges.push(range),
        None => found.push(Embedded { language, ranges: vec![range] }),
    };
    match language {
        Language::Html => in_html(text, &mut add),
        Language::Markdown => in_markdown(text, &mut add),
        _ => {}
    }
    found
}

/// The language of the code at an offset, if it is another one than the text's.
pub fn language_at(text: &str, language: Language, offset: TextSize) -> Option<Language> {
    let found = embedded(text, language).into_iter();
    let mut around = found.filter(|it| it.ranges.iter().any(|range| range.contains_inclusive(offset)));
    around.next().map(|it| it.language)
}

/// The text with blanks in place of everything outside of `ranges`: what is left is where it was.
pub fn masked(text: &str, ranges: &[TextRange]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    let blank = |bytes: &mut Vec<u8>, part: &str| {
        bytes.extend(part.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { byte } else { b' ' }));
    };
    for range in ranges {
        let (start, end) = (usize::from(range.start()), usize::from(range.end()));
        blank(&mut bytes, &text[at..start]);
        bytes.extend(text[start..end].bytes());
        at = end;
    }
    blank(&mut bytes, &text[at..]);
    String::from_utf8(bytes).expect("whole characters are blanked")
}

fn size(at: usize) -> TextSize {
    TextSize::try_from(at).expect("files are below 4 GB")
}

fn in_html(text: &str, add: &mut dyn FnMut(Language, TextRange)) {
    let mut at = 0;
    while let Some(found) = text[at..].find('<') {
        let start = at + found;
        let rest = &text[start..];
        if rest.starts_with("<!--") {
            at = rest.find("-->").map_or(text.len(), |end| start + end + 3);
            continue;
        }
        let element = ["script", "style"].into_iter().find(|name| begins_tag(&rest[1..], name));
        let Some(element) = element else {
            at = start + 1;
            continue;
        };
        let Some(length) = tag_length(rest) else { return };
        let (tag, inside) = (&rest[..length], start + length);
        let end = end_tag(&text[inside..], element).map_or(text.len(), |end| inside + end);
        at = end;
        let language = if element == "style" { style_language(tag) } else { script_language(tag) };
        if let Some(language) = language
            && !tag.ends_with("/>")
            && !text[inside..end].trim().is_empty()
        {
            add(language, TextRange::new(size(inside), size(end)));
        }
    }
}

/// Whether a text begins with the name of a tag, upper or lower case.
fn begins_tag(text: &str, name: &str) -> bool {
    text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        && text[name.len()..].starts_with(|c: char| c.is_whitespace() || c == '>' || c == '/')
}

/// How long a tag is: up to the first `>` that is in no quotes.
fn tag_length(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, character) in text.char_indices() {
        match quote {
            Some(open) if open == character => quote = None,
            Some(_) => {}
            None if character == '"' || character == '\'' => quote = Some(character),
            None if character == '>' => return Some(at + 1),
            None => {}
        }
    }
    None
}

/// Where the end tag of an element begins.
fn end_tag(text: &str, name: &str) -> Option<usize> {
    text.match_indices("</").map(|(at, _)| at).find(|at| begins_tag(&text[at + 2..], name))
}

/// The value of an attribute in a tag.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = tag;
    while let Some(at) = rest.find(name) {
        let before = rest[..at].ends_with(char::is_whitespace);
        rest = &rest[at + name.len()..];
        let Some(value) = rest.trim_start().strip_prefix('=').filter(|_| before) else { continue };
        let value = value.trim_start();
        return match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next(),
            _ => value.split(|c: char| c.is_whitespace() || c == '>').next(),
        };
    }
    None
}

fn script_language(tag: &str) -> Option<Language> {
    if let Some("ts" | "tsx" | "typescript") = attribute(tag, "lang") {
        return Some(Language::TypeScript);
    }
    let kind = attribute(tag, "type").unwrap_or_default().to_ascii_lowercase();
    match kind.split(';').next().unwrap_or_default().trim() {
        ""
        | "module"
        | "text/javascript"
        | "application/javascript"
        | "text/ecmascript"
        | "application/ecmascript"
        | "text/babel"
        | "text/jsx" => Some(Language::JavaScript),
        "text/typescript" | "application/typescript" => Some(Language::TypeScript),
        "application/json" | "application/ld+json" | "importmap" | "speculationrules" => Some(Language::Json),
        // A template, a shader: whatever the page makes of it.
        _ => None,
    }
}

fn style_language(tag: &str) -> Option<Language> {
    matches!(attribute(tag, "lang"), None | Some("css")).then_some(Language::Css)
}

fn in_markdown(text: &str, add: &mut dyn FnMut(Language, TextRange)) {
    let mut at = 0;
    // The fence that is open: its character, how many of it, the language, and where its code begins.
    let mut open: Option<(char, usize, Option<Language>, usize)> = None;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim_start_matches([' ', '\t', '>']);
        let Some(mark) = content.chars().next().filter(|c| matches!(c, '`' | '~')) else { continue };
        let count = content.chars().take_while(|&c| c == mark).count();
        let info = content[count..].trim();
        match open {
            None if count >= 3 && !(mark == '`' && info.contains('`')) => {
                open = Some((mark, count, language_of_block(info), at));
            }
            Some((character, least, language, from)) if character == mark && count >= least && info.is_empty() => {
                if let Some(language) = language.filter(|_| !text[from..start].trim().is_empty()) {
                    add(language, TextRange::new(size(from), size(start)));
                }
                open = None;
            }
            _ => {}
        }
    }
    // A block that is being written is not closed yet.
    if let Some((.., Some(language), from)) = open
        && !text[from..].trim().is_empty()
    {
        add(language, TextRange::new(size(from), size(text.len())));
    }
}

/// The language that the line of a fence names: by an id or by the ending of its files.
fn language_of_block(info: &str) -> Option<Language> {
    let word = info.split(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '{')).next().unwrap_or_default();
    let word = word.trim_start_matches('.').to_ascii_lowercase();
    if word.is_empty() || word == "markdown" || word == "md" {
        return None;
    }
    Language::of_id(&word)
        .or_else(|| Language::of_path(Utf8Path::new(&format!("file.{word}"))))
        .or_else(|| Language::ALL.into_iter().find(|language| language.name().eq_ignore_ascii_case(&word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, language: Language) -> Vec<(Language, Vec<String>)> {
        let texts = |it: &Embedded| it.ranges.iter().map(|range| text[*range].to_owned()).collect();
        embedded(text, language).iter().map(|it| (it.language, texts(it))).collect()
    }

    #[test]
    fn scripts_and_styles_are_found() {
        let text = "<!-- <script>no</script> --><style>a { }</style><SCRIPT type=\"module\">let a = \"<b>\";</script>\n\
                    <script type='application/json'>{}</script><script type=\"x-shader\">no</script>\
                    <script src=\"a.js\"></script><script data-x='>' lang=ts>let b</script >";
        assert_eq!(
            found(text, Language::Html),
            [
                (Language::Css, vec!["a { }".to_owned()]),
                (Language::JavaScript, vec!["let a = \"<b>\";".to_owned()]),
                (Language::Json, vec!["{}".to_owned()]),
                (Language::TypeScript, vec!["let b".to_owned()]),
            ]
        );
        assert_eq!(found("<script>half", Language::Html), [(Language::JavaScript, vec!["half".to_owned()])]);
        assert!(
            found("<script", Language::Html).is_empty() && found("<scripted>no</scripted>", Language::Html).is_empty()
        );
    }

    #[test]
    fn code_blocks_are_found() {
        let text = "# A\n\n```python\nx = 1\n```\n\n~~~~ts title=\"a\"\nlet a = `\n```\n`;\n~~~~\n\n```\nplain\n```\n\n````py\ny\n````\n";
        assert_eq!(
            found(text, Language::Markdown),
            [
                (Language::Python, vec!["x = 1\n".to_owned(), "y\n".to_owned()]),
                (Language::TypeScript, vec!["let a = `\n```\n`;\n".to_owned()]),
            ]
        );
        assert_eq!(found("```go\nfunc", Language::Markdown), [(Language::Go, vec!["func".to_owned()])]);
        assert!(found("```markdown\n# no\n```\n", Language::Markdown).is_empty());
    }

    #[test]
    fn what_is_left_is_where_it_was() {
        let text = "é\r\n<script>let ü</script>é";
        let parts = embedded(text, Language::Html);
        let masked = masked(text, &parts[0].ranges);
        assert_eq!(masked, "  \r\n        let ü           ");
        assert_eq!(masked.len(), text.len());
        let at = |word: &str| size(text.find(word).unwrap());
        assert_eq!(language_at(text, Language::Html, at("let")), Some(Language::JavaScript));
        assert_eq!(language_at(text, Language::Html, size(0)), None);
    }
}
