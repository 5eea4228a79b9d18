//! Code of other languages in an open document, answered for by its own engine.
//!
//! For each such language the engines are given a document of their own: the text of the document that holds it, with
//! blanks in place of everything else. So every offset is the same in both, and an answer is shown where it was asked.

use montuno_base::{Change, Document, FileId, Inputs, Language, TextSize, Utf8Path, Utf8PathBuf};
use montuno_syntax::embedded;

use super::convert::Names;

/// Larger documents are made by programs, and are looked at as a whole.
const LARGEST: usize = 2 << 20;

/// Gives the engines what an open document holds of other languages, after the document changed or was closed.
pub(crate) fn follow(inputs: &mut Inputs, names: &mut Names, host: FileId) -> Vec<Change> {
    let path = inputs.files.path(host);
    let document = inputs.documents.get(host).cloned();
    let parts = document.as_ref().and_then(|document| {
        let language = document.language.or_else(|| Language::of_path(&path))?;
        let is_looked_at = embedded::is_host(language) && document.text.len() <= LARGEST;
        is_looked_at.then(|| embedded::embedded(&document.text, language))
    });
    let parts = parts.unwrap_or_default();
    let mut changes = Vec::new();
    let mut kept = Vec::new();
    for part in &parts {
        let Some(document) = &document else { break };
        let file = inputs.files.id(&path_of(&path, part.language));
        let text = embedded::masked(&document.text, &part.ranges);
        changes.push(inputs.set_document(file, Document::new(document.version, Some(part.language), text.into())));
        names.hosts.insert(file, host);
        kept.push(file);
    }
    let gone: Vec<FileId> =
        names.hosts.iter().filter(|&(file, of)| *of == host && !kept.contains(file)).map(|(&file, _)| file).collect();
    for file in gone {
        names.hosts.remove(&file);
        changes.extend(inputs.close_document(file));
    }
    changes
}

/// The file that stands for the code at an offset of an open document: the document itself, where its own language is
/// spoken.
pub(crate) fn file_at(inputs: &Inputs, names: &Names, host: FileId, offset: TextSize) -> FileId {
    let Some(document) = inputs.documents.get(host) else { return host };
    let path = inputs.files.path(host);
    let language = document.language.or_else(|| Language::of_path(&path));
    let Some(language) = language.filter(|&language| embedded::is_host(language)) else { return host };
    let inside = embedded::language_at(&document.text, language, offset);
    let file = inside.and_then(|inside| inputs.files.known(&path_of(&path, inside)));
    file.filter(|file| names.hosts.get(file) == Some(&host)).unwrap_or(host)
}

/// The files that stand for what a document holds of other languages.
pub(crate) fn files_in(names: &Names, host: FileId) -> Vec<FileId> {
    let mut files: Vec<FileId> = names.hosts.iter().filter(|&(_, of)| *of == host).map(|(&file, _)| file).collect();
    files.sort_unstable();
    files
}

/// Where the code of a language in a document is taken to be: beside it, hidden, so that no build would take it.
fn path_of(host: &Utf8Path, language: Language) -> Utf8PathBuf {
    let name = host.file_name().unwrap_or("document");
    host.with_file_name(format!(".{name}.{}", language.extensions()[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(inputs: &mut Inputs, names: &mut Names, file: FileId, text: &str) -> Vec<Change> {
        inputs.set_document(file, Document::new(1, Some(Language::Html), text.into()));
        follow(inputs, names, file)
    }

    #[test]
    fn each_language_is_a_document_while_it_is_there() {
        let (mut inputs, mut names) = (Inputs::default(), Names::default());
        let page = inputs.files.id(Utf8Path::new("/r/a.html"));
        let text = "<script>let é</script><style>a {}</style>";
        assert_eq!(open(&mut inputs, &mut names, page, text).len(), 2);
        let at = |inputs: &Inputs, names: &Names, word: &str| {
            let offset = TextSize::try_from(text.find(word).unwrap()).unwrap();
            inputs.files.path(file_at(inputs, names, page, offset)).to_string()
        };
        assert_eq!(at(&inputs, &names, "let"), "/r/.a.html.js");
        assert_eq!(at(&inputs, &names, "a {"), "/r/.a.html.css");
        assert_eq!(at(&inputs, &names, "<style"), "/r/a.html");
        let script = files_in(&names, page)[0];
        assert_eq!(inputs.documents.get(script).unwrap().text.len(), text.len());
        assert_eq!(open(&mut inputs, &mut names, page, "<p>").len(), 2, "both are closed");
        assert!(names.hosts.is_empty() && inputs.documents.get(script).is_none());
        open(&mut inputs, &mut names, page, text);
        inputs.close_document(page);
        assert_eq!(follow(&mut inputs, &mut names, page).len(), 2);
        assert_eq!(inputs.documents.iter().count(), 0);
    }
}
