//! URIs and paths.
//!
//! A path on Windows has a drive or a server; which of the two forms a URI has can be seen from the URI
//! itself, so both are understood, and tested, on every system.

use montuno_base::{Utf8Path, Utf8PathBuf};
use tower_lsp_server::gen_lsp_types::Uri;

/// The path of a `file:` URI. `None` for any other scheme, and for bytes that are not UTF-8.
pub(crate) fn to_path(uri: &Uri) -> Option<Utf8PathBuf> {
    let rest = strip_scheme(uri.as_ref())?;
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", rest),
    };
    let path = percent_decode(path.split(['?', '#']).next().unwrap_or_default())?;
    if !authority.is_empty() && !authority.eq_ignore_ascii_case("localhost") {
        // A share: \\server\share\…
        return Some(Utf8PathBuf::from(format!("\\\\{}{}", percent_decode(authority)?, path.replace('/', "\\"))));
    }
    match drive_of(&path) {
        // Editors disagree on the case of drives; one file must have one name.
        Some(drive) => Some(Utf8PathBuf::from(format!("{drive}:{}", path[3..].replace('/', "\\")))),
        None if path.starts_with('/') => Some(Utf8PathBuf::from(path)),
        None => None,
    }
}

/// The `file:` URI of an absolute path.
pub(crate) fn from_path(path: &Utf8Path) -> Uri {
    let text = path.as_str();
    let encoded = if let Some(share) = text.strip_prefix("\\\\") {
        format!("file://{}", percent_encode(&share.replace('\\', "/")))
    } else if text.as_bytes().get(1) == Some(&b':') {
        format!("file:///{}%3A{}", text[..1].to_ascii_lowercase(), percent_encode(&text[2..].replace('\\', "/")))
    } else {
        format!("file://{}", percent_encode(text))
    };
    Uri::from(encoded)
}

fn strip_scheme(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once(':')?;
    scheme.eq_ignore_ascii_case("file").then_some(rest)
}

/// The drive of `/c:/…`, as a capital letter.
fn drive_of(path: &str) -> Option<char> {
    match path.as_bytes() {
        [b'/', drive, b':', b'/', ..] | [b'/', drive, b':'] if drive.is_ascii_alphabetic() => {
            Some(drive.to_ascii_uppercase().into())
        }
        _ => None,
    }
}

fn percent_decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) if bytes[at] == b'%' => {
                decoded.push(byte);
                at += 3;
            }
            _ => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).ok()
}

/// Encodes all that VS Code encodes, so that both spell a file alike.
fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(byte.into());
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(uri: &str) -> Option<String> {
        to_path(&Uri::from(uri)).map(Utf8PathBuf::into_string)
    }

    #[test]
    fn paths_of_every_system() {
        assert_eq!(path("file:///home/a%20b/%C3%A9.py").unwrap(), "/home/a b/é.py");
        assert_eq!(path("file:///c%3A/a/b.py").unwrap(), "C:\\a\\b.py");
        assert_eq!(path("file:///C:/a/b.py").unwrap(), "C:\\a\\b.py");
        assert_eq!(path("file://server/share/b.py").unwrap(), "\\\\server\\share\\b.py");
        assert_eq!(path("FILE://localhost/a.py").unwrap(), "/a.py");
        assert_eq!(path("file:/a.py").unwrap(), "/a.py");
        assert_eq!(path("file:///100%.py").unwrap(), "/100%.py", "a percent sign that encodes nothing");
    }

    #[test]
    fn other_schemes_have_no_path() {
        assert_eq!(path("untitled:Untitled-1"), None);
        assert_eq!(path("file://"), None);
        assert_eq!(path("file:///%FF"), None);
        assert_eq!(path(""), None);
    }

    #[test]
    fn paths_go_there_and_back() {
        for text in ["/home/a b/é#?.py", "C:\\a\\b c.py", "\\\\server\\share\\b.py"] {
            assert_eq!(to_path(&from_path(Utf8Path::new(text))).unwrap(), text);
        }
        assert_eq!(from_path(Utf8Path::new("C:\\a.py")).as_ref(), "file:///c%3A/a.py");
    }
}
