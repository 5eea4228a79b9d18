//! The words of the language itself.

use montuno_base::TextRange;
use montuno_semantic::SymbolKind;
use montuno_semantic::completion::CompletionItem;
use montuno_semantic::features::ranking::Usage;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::Ranged;

use crate::convert::ToTheirs;

/// Words that begin a statement.
const STATEMENTS: [&str; 30] = [
    "return", "if", "for", "def", "import", "from", "class", "with", "raise", "try", "except", "else", "elif", "while",
    "finally", "pass", "continue", "break", "yield", "assert", "del", "global", "nonlocal", "async", "await", "lambda",
    "not", "match", "case", "type",
];

/// Words that stand inside of one.
const EXPRESSIONS: [&str; 14] =
    ["None", "True", "False", "not", "in", "is", "and", "or", "if", "else", "for", "lambda", "await", "yield"];

/// How relevant a keyword is that nobody used nearby: behind what the file itself declares, before the
/// builtins.
const RELEVANCE: u32 = 3100;

/// The words that can stand where `replace` does.
pub(super) fn items<'a>(
    tokens: &'a Tokens,
    replace: TextRange,
    usage: &'a Usage<'_>,
) -> impl Iterator<Item = CompletionItem> + use<'a> {
    let start = replace.start().theirs();
    let before = tokens.iter().take_while(|token| token.end() <= start).last().map(|token| token.kind());
    let begins = matches!(
        before,
        None | Some(TokenKind::Newline | TokenKind::NonLogicalNewline | TokenKind::Indent | TokenKind::Dedent)
            | Some(TokenKind::Semi | TokenKind::Comment)
    );
    let words: &[&str] = if begins { &STATEMENTS } else { &EXPRESSIONS };
    words.iter().map(move |word| CompletionItem {
        relevance: RELEVANCE + usage.weight(word),
        ..CompletionItem::new(*word, SymbolKind::Keyword, replace)
    })
}
