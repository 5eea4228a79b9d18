//! What follows from a character that was just typed.

use montuno_base::FilePosition;
use montuno_semantic::{TextEdit, WorkspaceEdit};
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{AnyNodeRef, find_node::covering_node};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::convert::ToOurs;
use crate::view::View;

/// The characters after which something may follow.
pub(crate) const TRIGGERS: &[char] = &['\n', ':', '{'];

/// Words before which the block that they continue ends.
const CONTINUATIONS: [&str; 5] = ["else", "elif", "except", "finally", "case"];

/// Words after which a block is over.
const ENDS: [TokenKind; 5] =
    [TokenKind::Return, TokenKind::Raise, TokenKind::Pass, TokenKind::Break, TokenKind::Continue];

impl View<'_> {
    /// What follows from a character that was just typed before a place: the indentation of a new line, that
    /// of `else:` and its like, the `f` before a string in which a brace was typed.
    pub(crate) fn on_type(&self, position: FilePosition, typed: char) -> Option<WorkspaceEdit> {
        let (model, offset) = self.place(position)?;
        let parsed = self.parsed(&model);
        let text = self.text(&model);
        let edit = match typed {
            '\n' => indent_line(&text, parsed.tokens(), offset),
            ':' => dedent_continuation(&text, offset),
            '{' => format_string(&text, parsed.syntax().into(), offset),
            _ => None,
        }?;
        Some(WorkspaceEdit::of_file(position.file, vec![edit]))
    }
}

/// The indentation of a line that was just begun: deeper after a colon, less deep after what ends a block.
fn indent_line(text: &str, tokens: &ruff_python_ast::token::Tokens, offset: TextSize) -> Option<TextEdit> {
    let at = offset.to_usize();
    let start = text[..at].rfind('\n')? + 1;
    let rest = text[start..].lines().next().unwrap_or_default();
    // Only a line with nothing on it, and not inside of brackets or strings.
    if !rest.trim().is_empty() {
        return None;
    }
    let code = tokens.iter().take_while(|token| token.end().to_usize() <= start);
    let last = code.clone().filter(|token| !token.kind().is_trivia() && token.kind() != TokenKind::Newline).last()?;
    let depth = code.clone().fold(0i32, |depth, token| match token.kind() {
        TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth + 1,
        TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth - 1,
        _ => depth,
    });
    let is_in_string = tokens.at_offset(offset).any(|token| token.kind() == TokenKind::String && token.end() > offset);
    if depth > 0 || is_in_string {
        return None;
    }
    let line_start = text[..last.start().to_usize()].rfind('\n').map_or(0, |at| at + 1);
    // Only directly below the line that says so.
    if !text[last.end().to_usize()..start].trim().is_empty()
        || text[last.end().to_usize()..start].matches('\n').count() > 1
    {
        return None;
    }
    let line = &text[line_start..last.end().to_usize()];
    let indent = &line[..line.len() - line.trim_start().len()];
    let first = tokens.iter().find(|token| token.start().to_usize() >= line_start + indent.len())?;
    let unit = unit_of(text);
    let wanted = if last.kind() == TokenKind::Colon {
        format!("{indent}{unit}")
    } else if ENDS.contains(&first.kind()) {
        indent.strip_suffix(unit)?.to_owned()
    } else {
        indent.to_owned()
    };
    replace_indent(text, start, &wanted)
}

/// `else:` and its like, indented as the block that they continue.
fn dedent_continuation(text: &str, offset: TextSize) -> Option<TextEdit> {
    let at = offset.to_usize();
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = &text[start..at];
    let word = line.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next()?;
    if !CONTINUATIONS.contains(&word) || word == "case" {
        return None;
    }
    let indent = line.len() - line.trim_start().len();
    let opens: &[&str] = match word {
        "else" => &["if", "elif", "for", "while", "try", "except", "async"],
        "elif" => &["if", "elif"],
        _ => &["try", "except"],
    };
    let mut deepest = indent + 1;
    for above in text[..start].lines().rev().filter(|line| !line.trim().is_empty()) {
        let depth = above.len() - above.trim_start().len();
        if depth >= deepest {
            continue;
        }
        let opener = above.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        if opens.contains(&opener) {
            // Where it stands right already, nothing follows.
            return (depth < indent).then(|| replace_indent(text, start, &above[..depth])).flatten();
        }
        if depth == 0 {
            return None;
        }
        deepest = depth + usize::from(depth >= indent);
    }
    None
}

/// The `f` before a string in which a brace with a name behind it was typed.
fn format_string(text: &str, root: AnyNodeRef<'_>, offset: TextSize) -> Option<TextEdit> {
    if offset > root.end() {
        return None;
    }
    let covering = covering_node(root, TextRange::empty(offset));
    let literal = covering.ancestors().find_map(|node| match node {
        AnyNodeRef::StringLiteral(literal) => Some(literal),
        _ => None,
    })?;
    let is_plain = !literal.flags.prefix().is_raw() && text[literal.range.to_std_range()].starts_with(['"', '\'']);
    // A string with other braces is a template, or means them.
    let braces = text[literal.range.to_std_range()].matches(['{', '}']).count();
    let is_closed_by_editor = braces == 2 && text[offset.to_usize()..].starts_with('}');
    let is_documentation = covering.ancestors().any(|node| match node {
        AnyNodeRef::StmtExpr(statement) => statement.value.range() == literal.range,
        _ => false,
    });
    let is_formatted_later = text[literal.end().to_usize()..].starts_with(".format")
        || text[literal.end().to_usize()..].trim_start().starts_with('%');
    let fits = is_plain && is_closed_by_editor && !is_documentation && !is_formatted_later;
    fits.then(|| TextEdit::insert(literal.start().ours(), "f"))
}

/// By what lines are indented in a text.
fn unit_of(text: &str) -> &str {
    let indented = text.lines().find(|line| line.starts_with([' ', '\t']) && !line.trim().is_empty());
    match indented {
        Some(line) if line.starts_with('\t') => "\t",
        Some(line) => {
            let width = line.len() - line.trim_start_matches(' ').len();
            // The first line that is indented may be indented twice, or aligned with something.
            if matches!(width, 2 | 3) { &line[..width] } else { "    " }
        }
        None => "    ",
    }
}

fn replace_indent(text: &str, start: usize, wanted: &str) -> Option<TextEdit> {
    let line = text[start..].lines().next().unwrap_or_default();
    let present = &line[..line.len() - line.trim_start().len()];
    let size = |at: usize| TextSize::try_from(at).expect("files are below 4 GB");
    let range = TextRange::new(size(start), size(start + present.len()));
    (present != wanted).then(|| TextEdit::replace(range.ours(), wanted))
}
