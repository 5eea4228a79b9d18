//! What is being written at a place.

use ruff_python_ast::find_node::covering_node;
use ruff_python_ast::token::{Token, TokenKind, Tokens};
use ruff_python_ast::{self as ast, AnyNodeRef};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// What is being written at a place.
#[derive(Debug)]
pub(crate) enum Place<'a> {
    /// Nothing that exists already: a comment, a number, the name of something new.
    Nothing,
    /// A member of an expression.
    Member(&'a ast::ExprAttribute),
    /// A module in an import: the dotted name before the last dot, and the dots before it.
    Module { parent: String, level: u32 },
    /// A name that is imported from a module.
    Imported { module: String, level: u32, taken: Vec<String> },
    /// The word `import` that follows `from module`.
    ImportKeyword,
    /// A string.
    String(&'a ast::ExprStringLiteral),
    /// A name by itself.
    Name,
}

impl<'a> Place<'a> {
    /// What is written at `offset`, of which `typed` stands there already.
    pub(crate) fn at(root: AnyNodeRef<'a>, tokens: &Tokens, text: &str, typed: TextRange, offset: TextSize) -> Self {
        let around = tokens.at_offset(offset);
        if around
            .clone()
            .any(|token| token.kind() == TokenKind::Comment && token.end() >= offset && token.start() < offset)
        {
            return Self::Nothing;
        }
        if let Some(token) = around.clone().find(|token| is_inside(*token, offset)) {
            match token.kind() {
                TokenKind::String => return Self::in_string(root, token),
                // A string without an end.
                TokenKind::Unknown if text[token.range().to_std_range()].contains(['\'', '"']) => return Self::Nothing,
                TokenKind::Int | TokenKind::Float | TokenKind::Complex => return Self::Nothing,
                // The text of an f-string; what stands in its braces has tokens of its own.
                TokenKind::FStringMiddle | TokenKind::TStringMiddle => return Self::Nothing,
                _ => {}
            }
        }
        // A number that a name cannot follow directly, as in `1e`.
        if text[typed.to_std_range()].starts_with(|c: char| c.is_ascii_digit()) {
            return Self::Nothing;
        }
        let before: Vec<Token> = statement_before(tokens, typed.start());
        if let Some(place) = Self::in_import(&before, text) {
            return place;
        }
        let Some(last) = before.last() else { return Self::Name };
        match last.kind() {
            TokenKind::Dot => member(root, last.range()).map_or(Self::Nothing, Self::Member),
            TokenKind::Def | TokenKind::Class => Self::Nothing,
            TokenKind::As if !before.iter().any(|token| token.kind() == TokenKind::Case) => Self::Nothing,
            TokenKind::Comma | TokenKind::Lpar | TokenKind::Star | TokenKind::DoubleStar
                if is_new_parameter(root, typed) =>
            {
                Self::Nothing
            }
            _ => Self::Name,
        }
    }

    fn in_string(root: AnyNodeRef<'a>, token: Token) -> Self {
        let covering = covering_node(root, token.range());
        let string = covering.ancestors().find_map(|node| match node {
            AnyNodeRef::ExprStringLiteral(string) => Some(string),
            _ => None,
        });
        string.map_or(Self::Nothing, Self::String)
    }

    /// What is written in an import, if the statement is one. `before` is the statement up to the word
    /// that is being typed.
    fn in_import(before: &[Token], text: &str) -> Option<Self> {
        let source =
            |tokens: &[Token]| -> String { tokens.iter().map(|token| &text[token.range().to_std_range()]).collect() };
        let is = |token: &Token, kind| token.kind() == kind;
        let rest = match before.first()? {
            first if is(first, TokenKind::Import) => {
                let item = before[1..].rsplit(|token| is(token, TokenKind::Comma)).next().unwrap_or_default();
                if item.iter().any(|token| is(token, TokenKind::As)) {
                    return Some(Self::Nothing);
                }
                return Some(Self::module(&source(item)));
            }
            first if is(first, TokenKind::From) => &before[1..],
            _ => return None,
        };
        let Some(import) = rest.iter().position(|token| is(token, TokenKind::Import)) else {
            let is_complete =
                rest.last().is_some_and(|last| !matches!(last.kind(), TokenKind::Dot | TokenKind::Ellipsis));
            return Some(if is_complete { Self::ImportKeyword } else { Self::module(&source(rest)) });
        };
        if rest.last().is_some_and(|last| is(last, TokenKind::As)) {
            return Some(Self::Nothing);
        }
        let module = source(&rest[..import]);
        let name = module.trim_start_matches('.');
        let taken = rest[import + 1..].iter().filter(|token| is(token, TokenKind::Name));
        Some(Self::Imported {
            level: u32::try_from(module.len() - name.len()).unwrap_or(0),
            module: name.to_owned(),
            taken: taken.map(|token| text[token.range().to_std_range()].to_owned()).collect(),
        })
    }

    fn module(written: &str) -> Self {
        let name = written.trim_start_matches('.');
        let level = u32::try_from(written.len() - name.len()).unwrap_or(0);
        Self::Module { parent: name.trim_end_matches('.').to_owned(), level }
    }
}

fn is_inside(token: Token, offset: TextSize) -> bool {
    match token.kind() {
        TokenKind::String => token.start() < offset && offset < token.end(),
        _ => token.start() < offset && offset <= token.end(),
    }
}

/// The tokens of the logical line up to `end`.
fn statement_before(tokens: &Tokens, end: TextSize) -> Vec<Token> {
    let mut before: Vec<Token> = Vec::new();
    let length = tokens.partition_point(|token| token.end() <= end);
    for token in tokens[..length].iter().rev() {
        match token.kind() {
            TokenKind::Newline | TokenKind::Semi | TokenKind::Indent | TokenKind::Dedent => break,
            // Behind a colon a statement may follow on the same line; an import has none.
            TokenKind::NonLogicalNewline | TokenKind::Comment => {}
            _ => before.push(*token),
        }
    }
    before.reverse();
    // `if x: import a`, `class A: import b`
    if let Some(colon) = before.iter().rposition(|token| token.kind() == TokenKind::Colon)
        && matches!(before.get(colon + 1).map(|token| token.kind()), Some(TokenKind::Import | TokenKind::From))
    {
        before.drain(..=colon);
    }
    before
}

/// The member access whose dot stands at `dot`.
fn member(root: AnyNodeRef<'_>, dot: TextRange) -> Option<&ast::ExprAttribute> {
    if !root.range().contains_range(dot) {
        return None;
    }
    let covering = covering_node(root, dot);
    covering.ancestors().find_map(|node| match node {
        AnyNodeRef::ExprAttribute(attribute) if attribute.value.end() <= dot.start() => Some(attribute),
        _ => None,
    })
}

/// Whether a word is the name of a parameter of a function that is being defined.
fn is_new_parameter(root: AnyNodeRef<'_>, word: TextRange) -> bool {
    let covering = covering_node(root, TextRange::empty(word.start().min(root.end())));
    covering
        .ancestors()
        .take_while(|node| !node.is_expression() && !node.is_statement())
        .any(|node| matches!(node, AnyNodeRef::Parameters(_) | AnyNodeRef::Parameter(_)))
}
