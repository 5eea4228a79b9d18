//! The standard library's source, recovered from a toolchain's own documentation.
//!
//! A default toolchain brings no source, but it brings the documentation, and that holds a page for
//! every source file with its whole text in it. Each page says which file it shows.

use std::borrow::Cow;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use montuno_base::cache;
use rayon::prelude::*;

/// The crates whose source is recovered.
const CRATES: [&str; 6] = ["alloc", "core", "proc_macro", "std", "std_detect", "test"];

/// What a page says before the path of the file that it shows.
const SHOWS: &str = "Source of the Rust file `";

/// Names the layout of what is written. To be changed with it.
const LAYOUT: &str = "2";

/// The folder with the recovered source, as in a `library` folder of the compiler's repository. It
/// is written at the first call, read-only and in one step, and kept for each version.
///
/// `None` without documentation, or where nothing can be written.
pub(crate) fn recover(sysroot: &Utf8Path, version: &str, cache_folder: &Utf8Path) -> Option<Utf8PathBuf> {
    let kept = cache_folder.join("rust").join("library");
    let folder = kept.join(format!("{version}-{}", cache::key(&[LAYOUT, sysroot.as_str()])));
    if folder.join("core/src/lib.rs").is_file() {
        return Some(folder);
    }
    let pages = pages(&sysroot.join("share/doc/rust/html/src"));
    if pages.is_empty() {
        return None;
    }
    match write(&pages, &kept, &folder) {
        Ok(()) => folder.join("core/src/lib.rs").is_file().then_some(folder),
        Err(error) => {
            tracing::warn!("the standard library's source cannot be kept in {folder}: {error}");
            None
        }
    }
}

/// Writes the sources beside `folder` and puts them there in one step, so that whoever finds the
/// folder finds all of it.
fn write(pages: &[Utf8PathBuf], kept: &Utf8Path, folder: &Utf8Path) -> std::io::Result<()> {
    std::fs::create_dir_all(kept)?;
    let unfinished = tempfile::Builder::new().prefix("unfinished-").tempdir_in(kept)?;
    let root = Utf8Path::from_path(unfinished.path()).ok_or(std::io::ErrorKind::InvalidData)?;
    pages.par_iter().try_for_each(|page| {
        // A page that cannot be understood costs its file, not the library.
        let Some((path, text)) = std::fs::read_to_string(page).ok().as_deref().and_then(source) else { return Ok(()) };
        cache::write_source(&root.join(path), text.as_bytes())
    })?;
    match std::fs::rename(root, folder) {
        Ok(()) => Ok(()),
        // Another process was faster.
        Err(_) if folder.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
}

/// All pages below the folder, by crate.
fn pages(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    let mut pending: Vec<_> = CRATES.iter().map(|name| folder.join(name)).collect();
    while let Some(folder) = pending.pop() {
        for entry in folder.read_dir_utf8().into_iter().flatten().flatten() {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder {
                pending.push(entry.into_path());
            } else if entry.file_name().ends_with(".rs.html") {
                found.push(entry.into_path());
            }
        }
    }
    found
}

/// The path of the file that a page shows, below `library`, and its text.
fn source(page: &str) -> Option<(Utf8PathBuf, String)> {
    let start = page.find(SHOWS)? + SHOWS.len();
    let path = page[start..].split('`').next()?.strip_prefix("library/")?;
    let path = inside(Utf8Path::new(path))?;
    let code = &page[page.find("<pre class=\"rust\">")?..];
    let start = code.find("<code>")? + "<code>".len();
    let end = code.rfind("</code>")?;
    Some((path, text(code.get(start..end)?)))
}

/// A path without `..`; `None` if it leads out of where it begins.
fn inside(path: &Utf8Path) -> Option<Utf8PathBuf> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Utf8Component::Normal(part) => parts.push(part),
            Utf8Component::ParentDir => {
                parts.pop()?;
            }
            _ => return None,
        }
    }
    Some(parts.iter().collect())
}

/// The text of a piece of HTML: without its tags, and without the line numbers, which are links.
fn text(html: &str) -> String {
    let mut text = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let skipped = if rest.starts_with("<a ") && rest.contains("</a>") {
            let end = rest.find("</a>").map_or(rest.len(), |end| end + "</a>".len());
            let is_line_number = rest[..end].contains("data-nosnippet");
            if is_line_number { end } else { tag(rest) }
        } else if rest.starts_with('<') {
            tag(rest)
        } else {
            let (character, length) = entity(rest);
            text.push_str(&character);
            length
        };
        rest = &rest[skipped..];
    }
    text.push_str(rest);
    text
}

/// The length of the tag at the start of `rest`.
fn tag(rest: &str) -> usize {
    rest.find('>').map_or(rest.len(), |end| end + 1)
}

/// The character that the entity at the start of `rest` stands for, and how long the entity is.
fn entity(rest: &str) -> (Cow<'static, str>, usize) {
    let end = rest.bytes().take(10).position(|byte| byte == b';');
    let Some(end) = end else { return ("&".into(), 1) };
    let character: Cow<'static, str> = match &rest[1..end] {
        "lt" => "<".into(),
        "gt" => ">".into(),
        "amp" => "&".into(),
        "quot" => "\"".into(),
        "apos" => "'".into(),
        name => {
            let code = name.strip_prefix('#').and_then(|code| match code.strip_prefix('x') {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok(),
                None => code.parse().ok(),
            });
            match code.and_then(char::from_u32) {
                Some(character) => character.to_string().into(),
                None => return ("&".into(), 1),
            }
        }
    };
    (character, end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str, code: &str) -> String {
        format!(
            "<html><meta name=\"description\" content=\"Source of the Rust file `library/{path}`.\">\
             <code>not this</code><pre class=\"rust\"><code>{code}</code></pre></html>"
        )
    }

    #[test]
    fn tags_and_line_numbers_go() {
        let html = "<a href=#1 id=1 data-nosnippet>1</a><span class=\"kw\">fn </span>f() -&gt; &amp;str {\n\
                    <a href=#2 id=2 data-nosnippet>2</a>    <a class=\"d\" href=\"x\">g</a>() &#39;&lt;&#x27;\n}\n";
        assert_eq!(text(html), "fn f() -> &str {\n    g() '<'\n}\n");
    }

    #[test]
    fn a_page_names_its_file() {
        let (path, text) = source(&page("core/src/../../stdarch/a.rs", "x &lt; y\n")).unwrap();
        assert_eq!((path.as_str(), text.as_str()), ("stdarch/a.rs", "x < y\n"));
        assert_eq!(source(&page("core/../../../evil.rs", "")), None);
        assert_eq!(source("<html>something else</html>"), None);
    }

    #[test]
    fn the_library_is_written_once_and_read_only() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let html = root.join("share/doc/rust/html/src");
        for (name, path) in [("core/lib.rs.html", "core/src/lib.rs"), ("std/io/mod.rs.html", "std/src/io/mod.rs")] {
            let file = html.join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, page(path, "pub mod a;\n")).unwrap();
        }
        let cache = root.join("cache");
        let library = recover(root, "1.95.0", &cache).unwrap();
        let file = library.join("std/src/io/mod.rs");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "pub mod a;\n");
        assert!(std::fs::metadata(&file).unwrap().permissions().readonly());
        std::fs::remove_dir_all(&html).unwrap();
        assert_eq!(recover(root, "1.95.0", &cache), Some(library));
        assert_eq!(recover(root, "1.96.0", &cache), None);
    }
}
