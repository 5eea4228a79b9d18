//! One line of documentation as Markdown.

/// The line with reStructuredText's roles and literals as Markdown's code, and with everything escaped
/// that Markdown would take for its own though it is a name or a sign.
pub(crate) fn to_markdown(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut rest = line;
    let mut at_start = true;
    while let Some(character) = rest.chars().next() {
        if let Some((code, after)) = literal(rest) {
            out.push('`');
            out.push_str(code);
            out.push('`');
            rest = after;
        } else if let Some((word, after)) = word(rest) {
            escape_word(&mut out, word);
            rest = after;
        } else {
            match character {
                '<' => out.push_str("\\<"),
                // A comment sign is no title.
                '#' if at_start => out.push_str("\\#"),
                character => out.push(character),
            }
            rest = &rest[character.len_utf8()..];
        }
        at_start &= character.is_whitespace();
    }
    out
}

/// Code at the start of `text`: `` ``code`` ``, `` `code` ``, `` :role:`code` ``; and what follows it.
fn literal(text: &str) -> Option<(&str, &str)> {
    let (code, after) = if let Some(inner) = text.strip_prefix("``") {
        inner.split_once("``")?
    } else if let Some(inner) = text.strip_prefix('`') {
        inner.split_once('`')?
    } else {
        let role = text.strip_prefix(':')?;
        let end = role.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '-')))?;
        let inner = role[..end].strip_suffix(':').and_then(|_| role[end..].strip_prefix('`'))?;
        inner.split_once('`')?
    };
    // `title <target>` and `~package.name` show less than they say; a link ends with underscores.
    let code = code.split_once(" <").map_or(code, |(title, _)| title);
    let code = match code.strip_prefix('~') {
        Some(path) => path.rsplit('.').next().unwrap_or(path),
        None => code,
    };
    (!code.is_empty() && !code.contains('`')).then_some((code, after.trim_start_matches('_')))
}

/// A name at the start of `text`, with the stars of `*args` and `**kwargs` before it.
fn word(text: &str) -> Option<(&str, &str)> {
    let stars = text.len() - text.trim_start_matches('*').len();
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    let length = text[stars..].find(|c| !is_part(c)).unwrap_or(text.len() - stars);
    (stars <= 2 && length > 0).then(|| text.split_at(stars + length))
}

fn escape_word(out: &mut String, word: &str) {
    let name = word.trim_start_matches('*');
    let is_variadic = matches!(name, "args" | "kwargs" | "kwds" | "kw" | "options" | "params");
    if is_variadic {
        for _ in 0..word.len() - name.len() {
            out.push_str("\\*");
        }
    } else {
        out.push_str(&word[..word.len() - name.len()]);
    }
    // Inside of a word Markdown leaves single underscores alone.
    let outer = name.starts_with('_') || name.ends_with('_');
    if outer { out.push_str(&name.replace('_', "\\_")) } else { out.push_str(name) }
}
