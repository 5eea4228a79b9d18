//! Links to other documents.

use montuno_base::{FileId, TextRange, TextSize};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::presentation::{DocumentLink, LinkTarget};
use ra_ap_syntax::ast::IsString;
use ra_ap_syntax::{AstNode, AstToken, SyntaxKind, ast};

use crate::load::database::to_engine;
use crate::load::source::lexical;
use crate::snapshot::RustSnapshot;

/// The macros that take in another file.
const INCLUDING: [&str; 3] = ["include", "include_str", "include_bytes"];

impl RustSnapshot {
    /// The addresses in comments and the files that are taken in.
    pub(crate) fn links(&self, file: FileId) -> Cancellable<Vec<DocumentLink>> {
        if self.engine_text(file)?.is_none() {
            return Ok(Vec::new());
        }
        let Some(source) = self.ask(|analysis| analysis.parse(to_engine(file)).map(Some))? else {
            return Ok(Vec::new());
        };
        let path = self.context.inputs.files.path(file);
        let mut links = Vec::new();
        for token in source.syntax().descendants_with_tokens().filter_map(|element| element.into_token()) {
            match token.kind() {
                SyntaxKind::COMMENT => {
                    links.extend(addresses(token.text()).map(|(range, address)| DocumentLink {
                        range: range + token.text_range().start(),
                        target: LinkTarget::Url(address.to_owned()),
                    }));
                }
                SyntaxKind::STRING if names_a_file(&token) => {
                    let Some(string) = ast::String::cast(token) else { continue };
                    let (Ok(name), Some(range)) = (string.value(), string.text_range_between_quotes()) else {
                        continue;
                    };
                    let folder = path.parent().unwrap_or(&path);
                    let target = lexical(&folder.join(&*name));
                    if target.is_file() {
                        links.push(DocumentLink { range, target: LinkTarget::File(target) });
                    }
                }
                _ => {}
            }
        }
        Ok(links)
    }
}

/// Whether a string is what `include!` takes in, or the value of `#[path]`.
fn names_a_file(token: &ra_ap_syntax::SyntaxToken) -> bool {
    let Some(parent) = token.parent() else { return false };
    let called = ast::TokenTree::cast(parent.clone())
        .and_then(|tree| tree.syntax().parent())
        .and_then(ast::MacroCall::cast)
        .and_then(|call| call.path()?.segment()?.name_ref());
    if let Some(name) = called {
        return INCLUDING.iter().any(|including| name.text() == *including);
    }
    let key = parent.ancestors().find_map(ast::KeyValueMeta::cast).and_then(|meta| meta.path());
    key.is_some_and(|path| path.syntax().text() == "path")
}

/// The addresses in a text.
fn addresses(text: &str) -> impl Iterator<Item = (TextRange, &str)> {
    let starts = memchr::memmem::find_iter(text.as_bytes(), "://");
    starts.filter_map(move |at| {
        let start = text[..at].rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |before| before + 1);
        if !matches!(&text[start..at], "http" | "https") {
            return None;
        }
        let end = text[at..].find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | ']' | '|' | '\\'));
        let end = end.map_or(text.len(), |end| at + end);
        // What ends a sentence or a bracket around it is no part of it, unless the bracket began inside.
        let mut address = &text[start..end];
        while let Some(last) = address.chars().next_back() {
            let closes = last == ')' && address.matches('(').count() < address.matches(')').count();
            if !closes && !matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '}') {
                break;
            }
            address = &address[..address.len() - last.len_utf8()];
        }
        let range = TextRange::at(TextSize::try_from(start).ok()?, TextSize::of(address));
        (address.len() > at + 3 - start).then_some((range, address))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_where_people_see_them_end() {
        let found = |text| addresses(text).map(|(_, address)| address.to_owned()).collect::<Vec<_>>();
        assert_eq!(
            found("/// See <https://a.b/c>, (http://d.e/f_(g)) and [h](https://i.j)."),
            ["https://a.b/c", "http://d.e/f_(g)", "https://i.j"]
        );
        assert!(found("// ftp://x http:// a://b").is_empty());
    }
}
