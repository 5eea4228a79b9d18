//! Sorting imports as gofmt does: by path, where no empty line parts them; what nothing uses is taken out.

use montuno_base::{FileId, TextRange};
use montuno_semantic::TextEdit;
use montuno_semantic::diagnostic::rules;
use montuno_semantic::features::organize_imports::{Import, blocks, sort};

use super::item::{spans, summary};
use crate::view::View;

/// The edits that sort the imports of a file.
pub(super) fn edits(view: &View<'_>, id: FileId) -> Vec<TextEdit> {
    let file = view.file(id);
    let Some(text) = view.text(id) else { return Vec::new() };
    let (summary, spans) = (summary(view.db, file), spans(view.db, file));
    let findings = super::diagnostics::diagnostics(view, id);
    let unused: Vec<TextRange> =
        findings.iter().filter(|finding| finding.rule == rules::UNUSED_IMPORT).map(|finding| finding.range).collect();
    let imports: Vec<Import> = summary
        .imports
        .iter()
        .zip(&spans.imports)
        .map(|(import, span)| Import {
            range: span.full,
            group: 0,
            key: format!("{} {}", import.path, import.alias.map_or("", |alias| alias.as_str())),
            text: (!unused.contains(&span.full)).then(|| text[span.full].to_owned()),
        })
        .collect();
    // `import "a"` by itself begins with its keyword: it is a declaration of its own.
    let is_alone = |import: &Import| {
        let start = usize::from(import.range.start());
        text[start..].starts_with("import") || text[..start].trim_end_matches([' ', '\t']).ends_with("import")
    };
    let is_comment = |line: &str| line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
    let mut edits = Vec::new();
    for block in blocks(&text, imports, |import| import.range, is_comment) {
        if block.iter().any(is_alone) {
            let gone = block.iter().filter(|import| import.text.is_none());
            edits.extend(gone.flat_map(|import| fix_of(&findings, import.range)));
        } else {
            edits.extend(sort(&text, &block, true));
        }
    }
    edits
}

fn fix_of(findings: &[montuno_semantic::Diagnostic], range: TextRange) -> Vec<TextEdit> {
    let finding = findings.iter().find(|finding| finding.range == range && finding.rule == rules::UNUSED_IMPORT);
    finding.and_then(|finding| finding.fix.clone()).map(|fix| fix.edits).unwrap_or_default()
}
