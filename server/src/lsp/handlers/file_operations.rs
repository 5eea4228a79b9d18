//! Files that get other names: the edits that keep imports right.

use std::collections::BTreeSet;

use montuno_base::{Feature, Inputs, Language, Settings, Utf8Path, walk};
use montuno_semantic::{FileMove, Moves};
use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::Result;

use crate::engines;
use crate::lsp::session::Session;
use crate::lsp::uri;

/// Of a folder so many files are looked at, to find out which languages it holds.
const MOST_FILES: usize = 20_000;

/// What a client shall ask about before it gives it another name: folders, and whatever the languages that have the
/// feature may import. `None` if no language has it.
pub(crate) fn filters(settings: &Settings) -> Option<Value> {
    let languages = engines::languages_with(Feature::WillRenameFiles, settings);
    if languages.is_empty() {
        return None;
    }
    let mut endings: BTreeSet<&str> = languages.iter().flat_map(|language| language.extensions()).copied().collect();
    if languages.iter().any(|language| imports_anything(*language)) {
        endings.extend(["json", "css", "svg", "png"]);
    }
    let files = format!("**/*.{{{}}}", endings.into_iter().collect::<Vec<_>>().join(","));
    Some(json!([
        { "scheme": "file", "pattern": { "glob": files, "matches": "file" } },
        { "scheme": "file", "pattern": { "glob": "**", "matches": "folder" } },
    ]))
}

/// Whether files of a language import what is no code: data, styles, pictures.
fn imports_anything(language: Language) -> bool {
    matches!(language, Language::TypeScript | Language::JavaScript)
}

pub(crate) async fn will_rename(
    session: &Session,
    params: lsp::RenameFilesParams,
) -> Result<Option<lsp::WorkspaceEdit>> {
    let path = |text: &str| {
        let path = uri::to_path(&lsp::Uri::from(text.to_owned()))?;
        Some(montuno_base::files::normalize(&path).unwrap_or(path))
    };
    let moves = params
        .files
        .iter()
        .filter_map(|one| Some(FileMove { from: path(one.old_uri.as_ref())?, to: path(one.new_uri.as_ref())? }));
    let moves = Moves::new(moves);
    let languages = languages_of(&moves, &session.host().inputs());
    if moves.is_empty() || languages.is_empty() {
        return Ok(None);
    }
    let facts = session.facts().clone();
    let edits = session
        .ask_engines_of(languages, move |snapshot, convert| {
            let edit = snapshot.rename_files(&moves)?;
            Ok(if edit.is_empty() { Vec::new() } else { convert.workspace_edit(&facts, &edit).into_iter().collect() })
        })
        .await?;
    Ok(edits.into_iter().reduce(both))
}

/// The languages whose imports may have to follow.
fn languages_of(moves: &Moves, inputs: &Inputs) -> Vec<Language> {
    let wanted = engines::languages_with(Feature::WillRenameFiles, &inputs.settings);
    let mut found: BTreeSet<Language> = BTreeSet::new();
    let mut add = |path: &Utf8Path| match Language::of_path(path) {
        Some(language) if wanted.contains(&language) => _ = found.insert(language),
        _ => found.extend(wanted.iter().filter(|language| imports_anything(**language))),
    };
    for one in moves.iter() {
        if one.from.is_dir() {
            let files = walk::source_files(&one.from, &wanted, &inputs.settings.exclude);
            files.into_iter().take(MOST_FILES).for_each(|file| add(&file.path));
        } else {
            add(&one.from);
        }
    }
    found.into_iter().collect()
}

/// The edits of two engines, whose files are different ones.
fn both(mut first: lsp::WorkspaceEdit, second: lsp::WorkspaceEdit) -> lsp::WorkspaceEdit {
    if let Some(changes) = second.changes {
        first.changes.get_or_insert_default().extend(changes);
    }
    if let Some(changes) = second.document_changes {
        first.document_changes.get_or_insert_default().extend(changes);
    }
    first
}
