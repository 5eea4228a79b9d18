//! A declaration with the comment above it.

use montuno_base::{Language, TextRange};
use montuno_semantic::{Context, Target};

/// The longest comment that is shown, in lines.
const MOST_LINES: usize = 40;

/// A declaration as Markdown: the line that it stands on, then the comment above it.
pub(super) fn markdown(context: &Context, target: &Target) -> Option<String> {
    let text = context.text(target.file).ok()?.text;
    let language = context.language(target.file)?;
    let line = line_around(&text, target.name_range)?;
    let code = text[line].trim().trim_end_matches(['{', ' ', '\t']);
    let mut shown = format!("```{}\n{code}\n```", language.id());
    let documentation = comment_above(&text[..usize::from(line.start())], language);
    if !documentation.is_empty() {
        shown.push_str("\n\n---\n\n");
        shown.push_str(&documentation);
    }
    Some(shown)
}

fn line_around(text: &str, name: TextRange) -> Option<TextRange> {
    let start = text.get(..usize::from(name.start()))?.rfind('\n').map_or(0, |at| at + 1);
    let rest = text.get(usize::from(name.end())..)?;
    let end = usize::from(name.end()) + rest.find('\n').unwrap_or(rest.len());
    let size = |at: usize| at.try_into().expect("files are below 4 GB");
    Some(TextRange::new(size(start), size(end)))
}

/// The comment that ends right above a place, without its marks.
fn comment_above(before: &str, language: Language) -> String {
    let mark = match language {
        Language::Ruby | Language::Bash | Language::Toml | Language::Yaml => "#",
        Language::Lua => "--",
        _ => "//",
    };
    let mut lines: Vec<&str> = Vec::new();
    let mut in_block = false;
    for line in before.lines().rev().take(MOST_LINES) {
        let line = line.trim();
        if in_block || line.ends_with("*/") && mark == "//" {
            in_block = !line.starts_with("/*");
            lines.push(strip_block(line));
        } else if line.starts_with(mark) && !line.starts_with("#!") {
            lines.push(line.trim_start_matches([mark.chars().next().unwrap_or('/'), '!']).trim());
        } else if !(line.starts_with('@') || line.starts_with('[') && line.ends_with(']')) {
            // Annotations may stand between a comment and what it speaks of.
            break;
        }
    }
    if in_block {
        return String::new();
    }
    lines.reverse();
    let trimmed: Vec<_> = lines.into_iter().skip_while(|line| line.is_empty()).collect();
    trimmed.join("\n").trim_end().to_owned()
}

fn strip_block(line: &str) -> &str {
    let line = line.strip_suffix("*/").unwrap_or(line);
    line.trim_start_matches('/').trim_start_matches('*').trim_end_matches('*').trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_lose_their_marks() {
        assert_eq!(comment_above("x;\n\n// One.\n// Two.\n", Language::C), "One.\nTwo.");
        assert_eq!(
            comment_above("/**\n * Says hello.\n * @return x\n */\n@Override\n", Language::Java),
            "Says hello.\n@return x"
        );
        assert_eq!(comment_above("#!/bin/sh\n# Greets.\n", Language::Bash), "Greets.");
        assert_eq!(comment_above("-- a\n--- b\n", Language::Lua), "a\nb");
        assert_eq!(comment_above("int x;\n", Language::C), "");
        assert_eq!(comment_above("text */\n", Language::C), "");
    }
}
