//! Links to other documents: addresses in a text.

use montuno_base::{FileId, TextRange, TextSize};

use crate::engine::Context;
use crate::presentation::{DocumentLink, LinkTarget};

/// What an address begins with.
const SCHEMES: [&str; 2] = ["https://", "http://"];

/// The addresses that a file mentions.
pub fn addresses(context: &Context, file: FileId) -> Vec<DocumentLink> {
    let Ok(source) = context.text(file) else { return Vec::new() };
    addresses_in(&source.text)
}

fn addresses_in(text: &str) -> Vec<DocumentLink> {
    let mut links = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find("http") {
        let start = at + found;
        let rest = &text[start..];
        let Some(scheme) = SCHEMES.iter().find(|scheme| rest.starts_with(**scheme)) else {
            at = start + 4;
            continue;
        };
        let length = address_length(rest);
        if length > scheme.len() {
            let offset = |at: usize| TextSize::try_from(at).expect("files are below 4 GB");
            links.push(DocumentLink {
                range: TextRange::new(offset(start), offset(start + length)),
                target: LinkTarget::Url(rest[..length].to_owned()),
            });
        }
        at = start + length.max(4);
    }
    links
}

/// How much of a text is an address: up to what cannot be in one, without the punctuation of the
/// sentence that it stands in.
fn address_length(text: &str) -> usize {
    let is_end = |c: char| c.is_whitespace() || c.is_control() || "\"'`<>\\^{}|".contains(c);
    let address = &text[..text.find(is_end).unwrap_or(text.len())];
    let mut address = address.trim_end_matches(['.', ',', ';', ':', '!', '?']);
    for (open, close) in [('(', ')'), ('[', ']')] {
        while address.ends_with(close) && address.matches(close).count() > address.matches(open).count() {
            address = address[..address.len() - 1].trim_end_matches(['.', ',', ';', ':', '!', '?']);
        }
    }
    address.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let links = addresses_in(text).into_iter();
        links
            .map(|link| match link.target {
                LinkTarget::Url(address) => address,
                LinkTarget::File(path) => path.into_string(),
            })
            .collect()
    }

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        assert_eq!(found("see https://a.org/b. And (https://a.org/c)"), ["https://a.org/b", "https://a.org/c"]);
        assert_eq!(found("https://en.wikipedia.org/wiki/A_(b), http"), ["https://en.wikipedia.org/wiki/A_(b)"]);
        assert_eq!(found("x = 'http://\u{e9}.org/ä'"), ["http://\u{e9}.org/ä"]);
        assert!(found("https:// http http:/").is_empty());
    }
}
