//! Offsets to the client's positions, and back.
//!
//! Positions outside a text are moved to its nearest end, as the protocol wants it: a client may be a
//! keystroke behind.

use std::cell::RefCell;
use std::sync::Arc;

use montuno_base::{FileId, FileRange, LineCol, LineIndex, TextRange, TextSize, WideLineCol};
use montuno_check::rules;
use montuno_semantic::engine::Context;
use montuno_semantic::hierarchy::WorkspaceSymbol;
use montuno_semantic::symbol::{Resolution, SymbolKind, Target};
use montuno_semantic::{Diagnostic, Severity, TextEdit, WorkspaceEdit, diagnostic::DiagnosticTag, edit::FileOperation};
use rustc_hash::FxHashMap;
use tower_lsp_server::gen_lsp_types as lsp;

use super::capabilities::{ClientFacts, Encoding};
use super::uri;

/// The offset of a position. One inside a character is before it.
pub(crate) fn offset(index: &LineIndex, encoding: Encoding, text: &str, position: lsp::Position) -> TextSize {
    let Some(range) = index.line(position.line) else { return TextSize::of(text) };
    // The end of a line is before what ends it.
    let line = text[range].trim_end_matches(['\n', '\r']);
    let mut column = 0;
    let before = line.chars().take_while(|&character| {
        column += encoding.width(character);
        column <= position.character as usize
    });
    range.start() + before.map(TextSize::of).sum::<TextSize>()
}

/// The range between two positions. One that is the wrong way round is turned.
pub(crate) fn text_range(index: &LineIndex, encoding: Encoding, text: &str, range: lsp::Range) -> TextRange {
    let start = offset(index, encoding, text, range.start);
    let end = offset(index, encoding, text, range.end);
    TextRange::new(start.min(end), start.max(end))
}

/// The position of an offset.
pub(crate) fn position(index: &LineIndex, encoding: Encoding, offset: TextSize) -> lsp::Position {
    let column = index.try_line_col(offset.min(index.len())).unwrap_or(LineCol { line: 0, col: 0 });
    match encoding {
        Encoding::Utf8 => lsp::Position { line: column.line, character: column.col },
        Encoding::Wide(wide) => {
            let wide = index.to_wide(wide, column).unwrap_or(WideLineCol { line: column.line, col: column.col });
            lsp::Position { line: wide.line, character: wide.col }
        }
    }
}

/// How the client names open documents.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// The URIs of open documents, as the client spells them.
    pub uris: FxHashMap<FileId, lsp::Uri>,
    /// Files that stand for code in a document, with the document: the client knows that one alone.
    pub hosts: FxHashMap<FileId, FileId>,
}

impl Names {
    /// The document that the client knows of a file.
    fn host(&self, file: FileId) -> FileId {
        self.hosts.get(&file).copied().unwrap_or(file)
    }
}

/// Where a file's lines begin, and its text.
type Lines = (Arc<LineIndex>, Arc<str>);

/// Converts the answers of one snapshot.
pub(crate) struct Converter<'a> {
    context: &'a Context,
    encoding: Encoding,
    names: &'a Names,
    lines: RefCell<FxHashMap<FileId, Lines>>,
}

impl<'a> Converter<'a> {
    pub(crate) fn new(context: &'a Context, encoding: Encoding, names: &'a Names) -> Self {
        Self { context, encoding, names, lines: RefCell::default() }
    }

    /// A file's lines and text. Of a file without a text: of an empty one.
    fn lines(&self, file: FileId) -> Lines {
        let file = self.names.host(file);
        let known = self.lines.borrow().get(&file).cloned();
        known.unwrap_or_else(|| {
            let lines = match self.context.inputs.documents.get(file) {
                Some(document) => (document.line_index().clone(), document.text.clone()),
                None => {
                    let text = self.context.text(file).map(|source| source.text).unwrap_or_default();
                    (Arc::new(LineIndex::new(&text)), text)
                }
            };
            self.lines.borrow_mut().insert(file, lines.clone());
            lines
        })
    }

    pub(crate) fn text(&self, file: FileId) -> Arc<str> {
        self.lines(file).1
    }

    pub(crate) fn offset(&self, file: FileId, position: lsp::Position) -> TextSize {
        let (index, text) = self.lines(file);
        offset(&index, self.encoding, &text, position)
    }

    pub(crate) fn text_range(&self, file: FileId, range: lsp::Range) -> TextRange {
        let (index, text) = self.lines(file);
        text_range(&index, self.encoding, &text, range)
    }

    pub(crate) fn position(&self, file: FileId, offset: TextSize) -> lsp::Position {
        position(&self.lines(file).0, self.encoding, offset)
    }

    pub(crate) fn range(&self, file: FileId, range: TextRange) -> lsp::Range {
        let (index, _) = self.lines(file);
        lsp::Range {
            start: position(&index, self.encoding, range.start()),
            end: position(&index, self.encoding, range.end()),
        }
    }

    /// Parts of a range, one for each line that it goes over: what must not cross lines is cut there.
    pub(crate) fn split_lines(&self, file: FileId, range: TextRange) -> Vec<TextRange> {
        self.lines(file).0.lines(range).collect()
    }

    /// How many columns a range on one line is wide.
    pub(crate) fn width(&self, file: FileId, range: TextRange) -> u32 {
        let text = self.text(file);
        let text = &text[range];
        match self.encoding {
            Encoding::Utf8 => text.len() as u32,
            Encoding::Wide(wide) => wide.measure(text) as u32,
        }
    }

    pub(crate) fn uri(&self, file: FileId) -> lsp::Uri {
        let file = self.names.host(file);
        let spelled = self.names.uris.get(&file).cloned();
        spelled.unwrap_or_else(|| uri::from_path(&self.context.inputs.files.path(file)))
    }

    pub(crate) fn location(&self, place: FileRange) -> lsp::Location {
        lsp::Location { uri: self.uri(place.file), range: self.range(place.file, place.range) }
    }

    pub(crate) fn symbol(&self, symbol: &WorkspaceSymbol) -> lsp::Location {
        let Some(start) = symbol.name_start else {
            return self.location(FileRange { file: symbol.file, range: symbol.name_range });
        };
        let at = |character| lsp::Position { line: start.line, character };
        let range = lsp::Range { start: at(start.col), end: at(start.col + u32::from(symbol.name_range.len())) };
        lsp::Location { uri: self.uri(symbol.file), range }
    }

    pub(crate) fn target(&self, target: &Target) -> lsp::Location {
        self.location(FileRange { file: target.file, range: target.name_range })
    }

    /// An answer to "go to": links with the range that was asked about, where the client takes them.
    pub(crate) fn definition(
        &self,
        facts: &ClientFacts,
        asked: FileId,
        found: Option<Resolution>,
    ) -> Option<lsp::DefinitionResponse> {
        let found = found?;
        if !facts.links {
            let locations = found.targets.iter().map(|target| self.target(target)).collect();
            return Some(lsp::DefinitionResponse::Definition(lsp::Definition::LocationList(locations)));
        }
        let origin = self.range(asked, found.origin);
        let links = found.targets.iter().map(|target| lsp::LocationLink {
            origin_selection_range: Some(origin),
            target_uri: self.uri(target.file),
            target_range: self.range(target.file, target.full_range),
            target_selection_range: self.range(target.file, target.name_range),
        });
        Some(lsp::DefinitionResponse::DefinitionLinkList(links.collect()))
    }

    pub(crate) fn text_edit(&self, file: FileId, edit: &TextEdit) -> lsp::TextEdit {
        lsp::TextEdit { range: self.range(file, edit.range), new_text: edit.new_text.clone() }
    }

    pub(crate) fn text_edits(&self, file: FileId, edits: &[TextEdit]) -> Vec<lsp::TextEdit> {
        edits.iter().map(|edit| self.text_edit(file, edit)).collect()
    }

    /// An edit of the workspace. `None` if it moves files and the client cannot.
    pub(crate) fn workspace_edit(&self, facts: &ClientFacts, edit: &WorkspaceEdit) -> Option<lsp::WorkspaceEdit> {
        if !edit.operations.is_empty() && !facts.file_operations {
            return None;
        }
        let plain = |text_edit: &TextEdit| {
            if edit.is_snippet {
                TextEdit::replace(text_edit.range, without_tab_stops(&text_edit.new_text))
            } else {
                text_edit.clone()
            }
        };
        if !facts.versioned_edits {
            let changes = edit.edits.iter().map(|(&file, edits)| {
                let edits: Vec<_> = edits.iter().map(plain).collect();
                (self.uri(file), self.text_edits(file, &edits))
            });
            return Some(lsp::WorkspaceEdit { changes: Some(changes.collect()), ..lsp::WorkspaceEdit::default() });
        }
        let mut changes: Vec<lsp::DocumentChange> = Vec::new();
        for (&file, edits) in &edit.edits {
            let host = self.names.host(file);
            let version = self.context.inputs.documents.get(host).map(|document| document.version);
            let edits = edits.iter().map(|text_edit| {
                if edit.is_snippet && facts.snippet_edits {
                    lsp::Edit::SnippetTextEdit(lsp::SnippetTextEdit {
                        range: self.range(file, text_edit.range),
                        snippet: lsp::StringValue::new(text_edit.new_text.clone()),
                        annotation_id: None,
                    })
                } else {
                    lsp::Edit::TextEdit(self.text_edit(file, &plain(text_edit)))
                }
            });
            changes.push(lsp::DocumentChange::TextDocumentEdit(lsp::TextDocumentEdit {
                text_document: lsp::OptionalVersionedTextDocumentIdentifier {
                    version,
                    text_document_identifier: lsp::TextDocumentIdentifier { uri: self.uri(file) },
                },
                edits: edits.collect(),
            }));
        }
        for operation in &edit.operations {
            let operation = match operation {
                FileOperation::Move(from, to) => serde_json::json!({
                    "kind": "rename", "oldUri": uri::from_path(from), "newUri": uri::from_path(to),
                }),
                FileOperation::Create(path, text) => {
                    let position = lsp::Position::default();
                    let uri = uri::from_path(path);
                    let edit = serde_json::json!({
                        "textDocument": { "uri": uri, "version": null },
                        "edits": [{ "range": { "start": position, "end": position }, "newText": text }],
                    });
                    changes.extend(document_change(serde_json::json!({ "kind": "create", "uri": uri })));
                    edit
                }
            };
            changes.extend(document_change(operation));
        }
        Some(lsp::WorkspaceEdit { document_changes: Some(changes), ..lsp::WorkspaceEdit::default() })
    }

    pub(crate) fn diagnostic(&self, file: FileId, found: &Diagnostic) -> lsp::Diagnostic {
        let related = found.related.iter().map(|(place, message)| lsp::DiagnosticRelatedInformation {
            location: self.location(*place),
            message: message.clone(),
        });
        let related: Vec<_> = related.collect();
        let tags: Vec<_> = found
            .tags
            .iter()
            .map(|tag| match tag {
                DiagnosticTag::Unnecessary => lsp::DiagnosticTag::Unnecessary,
                DiagnosticTag::Deprecated => lsp::DiagnosticTag::Deprecated,
            })
            .collect();
        let message = std::iter::once(found.message.as_str()).chain(found.notes.iter().map(String::as_str));
        lsp::Diagnostic {
            range: self.range(file, found.range),
            severity: Some(severity(found.severity)),
            code: Some(lsp::Code::String(found.rule.clone())),
            code_description: rules::address(&found.rule)
                .map(|address| lsp::CodeDescription { href: lsp::Uri::from(address) }),
            source: Some("montuno".to_owned()),
            message: lsp::Message::String(message.collect::<Vec<_>>().join("\n")),
            tags: (!tags.is_empty()).then_some(tags),
            related_information: (!related.is_empty()).then_some(related),
            data: None,
        }
    }
}

fn document_change(value: serde_json::Value) -> Option<lsp::DocumentChange> {
    match serde_json::from_value(value) {
        Ok(change) => Some(change),
        Err(error) => {
            tracing::error!("a change of a document is left out: {error}");
            None
        }
    }
}

pub(crate) fn severity(severity: Severity) -> lsp::DiagnosticSeverity {
    match severity {
        Severity::Error => lsp::DiagnosticSeverity::Error,
        Severity::Warning => lsp::DiagnosticSeverity::Warning,
        Severity::Information => lsp::DiagnosticSeverity::Information,
        Severity::Hint => lsp::DiagnosticSeverity::Hint,
    }
}

/// What stands in a snippet, without its tab stops and escapes: for clients that know no snippets.
pub(crate) fn without_tab_stops(snippet: &str) -> String {
    let mut text = String::with_capacity(snippet.len());
    let mut rest = snippet.chars().peekable();
    let mut depth = 0_usize;
    while let Some(character) = rest.next() {
        match character {
            '\\' => text.extend(rest.next()),
            '}' if depth > 0 => depth -= 1,
            '$' if rest.peek().is_some_and(char::is_ascii_digit) => {
                while rest.next_if(char::is_ascii_digit).is_some() {}
            }
            '$' if rest.peek() == Some(&'{') => {
                rest.next();
                while rest.next_if(char::is_ascii_digit).is_some() {}
                match rest.next() {
                    Some(':') => depth += 1,
                    Some('|') => {
                        // Of several choices, the first.
                        let choices: String = rest.by_ref().take_while(|&c| c != '|').collect();
                        text.push_str(choices.split(',').next().unwrap_or_default());
                        rest.next_if_eq(&'}');
                    }
                    _ => {}
                }
            }
            other => text.push(other),
        }
    }
    text
}

pub(crate) fn symbol_kind(kind: SymbolKind) -> lsp::SymbolKind {
    match kind {
        SymbolKind::File => lsp::SymbolKind::File,
        SymbolKind::Module => lsp::SymbolKind::Module,
        SymbolKind::Class | SymbolKind::BuiltinType => lsp::SymbolKind::Class,
        SymbolKind::Struct => lsp::SymbolKind::Struct,
        SymbolKind::Enum => lsp::SymbolKind::Enum,
        SymbolKind::EnumMember => lsp::SymbolKind::EnumMember,
        SymbolKind::Interface => lsp::SymbolKind::Interface,
        SymbolKind::TypeAlias | SymbolKind::TypeParameter => lsp::SymbolKind::TypeParameter,
        SymbolKind::Implementation => lsp::SymbolKind::Object,
        SymbolKind::Function | SymbolKind::Macro | SymbolKind::Attribute => lsp::SymbolKind::Function,
        SymbolKind::Method => lsp::SymbolKind::Method,
        SymbolKind::Constructor => lsp::SymbolKind::Constructor,
        SymbolKind::Field => lsp::SymbolKind::Field,
        SymbolKind::Property => lsp::SymbolKind::Property,
        SymbolKind::Constant => lsp::SymbolKind::Constant,
        SymbolKind::Variable | SymbolKind::Local | SymbolKind::Parameter => lsp::SymbolKind::Variable,
        SymbolKind::Label | SymbolKind::Keyword | SymbolKind::Snippet => lsp::SymbolKind::Key,
    }
}

pub(crate) fn completion_kind(kind: SymbolKind) -> lsp::CompletionItemKind {
    match kind {
        SymbolKind::File => lsp::CompletionItemKind::File,
        SymbolKind::Module => lsp::CompletionItemKind::Module,
        SymbolKind::Class | SymbolKind::BuiltinType | SymbolKind::Implementation => lsp::CompletionItemKind::Class,
        SymbolKind::Struct => lsp::CompletionItemKind::Struct,
        SymbolKind::Enum => lsp::CompletionItemKind::Enum,
        SymbolKind::EnumMember => lsp::CompletionItemKind::EnumMember,
        SymbolKind::Interface => lsp::CompletionItemKind::Interface,
        SymbolKind::TypeAlias | SymbolKind::TypeParameter => lsp::CompletionItemKind::TypeParameter,
        SymbolKind::Function | SymbolKind::Macro | SymbolKind::Attribute => lsp::CompletionItemKind::Function,
        SymbolKind::Method => lsp::CompletionItemKind::Method,
        SymbolKind::Constructor => lsp::CompletionItemKind::Constructor,
        SymbolKind::Field => lsp::CompletionItemKind::Field,
        SymbolKind::Property => lsp::CompletionItemKind::Property,
        SymbolKind::Constant => lsp::CompletionItemKind::Constant,
        SymbolKind::Variable | SymbolKind::Local | SymbolKind::Parameter => lsp::CompletionItemKind::Variable,
        SymbolKind::Label => lsp::CompletionItemKind::Reference,
        SymbolKind::Keyword => lsp::CompletionItemKind::Keyword,
        SymbolKind::Snippet => lsp::CompletionItemKind::Snippet,
    }
}

#[cfg(test)]
mod tests {
    use montuno_base::WideEncoding;

    use super::*;

    const ENCODINGS: [Encoding; 3] =
        [Encoding::Utf8, Encoding::Wide(WideEncoding::Utf16), Encoding::Wide(WideEncoding::Utf32)];

    #[test]
    fn offsets_go_there_and_back() {
        let text = "a\nµ🎺x\r\n\nlast";
        let index = LineIndex::new(text);
        for encoding in ENCODINGS {
            for (at, character) in text.char_indices().filter(|&(_, c)| c != '\n' && c != '\r') {
                let offset_there = TextSize::try_from(at).unwrap();
                let there = position(&index, encoding, offset_there);
                assert_eq!(offset(&index, encoding, text, there), offset_there, "{character} in {encoding:?}");
            }
        }
        let trumpet = TextSize::try_from(text.find('x').unwrap()).unwrap();
        let columns = ENCODINGS.map(|encoding| position(&index, encoding, trumpet).character);
        assert_eq!(columns, [6, 3, 2]);
    }

    #[test]
    fn positions_outside_are_moved_to_the_nearest_end() {
        let text = "ab\r\ncd";
        let index = LineIndex::new(text);
        for encoding in ENCODINGS {
            let at = |line, character| u32::from(offset(&index, encoding, text, lsp::Position { line, character }));
            assert_eq!(at(0, 99), 2);
            assert_eq!(at(1, u32::MAX), 6);
            assert_eq!(at(9, 0), 6);
        }
    }

    #[test]
    fn a_position_inside_a_character_is_moved_before_it() {
        let text = "🎺";
        let index = LineIndex::new(text);
        let inside = lsp::Position { line: 0, character: 1 };
        for encoding in [Encoding::Utf8, Encoding::Wide(WideEncoding::Utf16)] {
            assert!(text.is_char_boundary(offset(&index, encoding, text, inside).into()));
        }
    }

    #[test]
    fn snippets_can_be_read_plain() {
        assert_eq!(without_tab_stops("f(${1:a}, ${2|x,y|})$0 \\$ \\}"), "f(a, x) $ }");
        assert_eq!(without_tab_stops("${1:outer ${2:inner}} end"), "outer inner end");
    }
}
