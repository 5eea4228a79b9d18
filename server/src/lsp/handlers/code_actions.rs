//! Code actions.

use montuno_base::FileRange;
use montuno_semantic::presentation::{CodeAction, CodeActionKind};
use serde::{Deserialize, Serialize};
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::Result;

use crate::lsp::capabilities::ClientFacts;
use crate::lsp::convert::Converter;
use crate::lsp::session::Session;

/// What comes back with an action that is to be resolved.
#[derive(Serialize, Deserialize)]
struct ResolveData {
    uri: lsp::Uri,
    range: lsp::Range,
    id: String,
}

pub(crate) async fn code_action(
    session: &Session,
    params: lsp::CodeActionParams,
) -> Result<Option<Vec<lsp::CodeActionResponse>>> {
    let facts = session.facts().clone();
    let only = params.context.only.unwrap_or_default();
    let kinds: Vec<CodeActionKind> = only.iter().flat_map(kinds_of).collect();
    if !only.is_empty() && kinds.is_empty() {
        return Ok(None);
    }
    let (uri, shown_range) = (params.text_document.uri.clone(), params.range);
    let reported = params.context.diagnostics;
    session
        .ask_range(params.text_document, params.range, move |snapshot, convert, file, range| {
            let place = FileRange { file, range };
            let mut shown = Vec::new();
            for mut action in snapshot.code_actions(place, &kinds)? {
                if !kinds.is_empty() && !kinds.contains(&action.kind) {
                    continue;
                }
                if action.edit.is_none() && !facts.resolves_code_actions {
                    let Some(resolved) = snapshot.resolve_code_action(place, &action.id)? else { continue };
                    action = resolved;
                }
                let data = ResolveData { uri: uri.clone(), range: shown_range, id: action.id.clone() };
                shown.extend(to_lsp(&facts, convert, &action, data, &reported));
            }
            Ok(Some(shown.into_iter().map(lsp::CodeActionResponse::CodeAction).collect()))
        })
        .await
}

fn to_lsp(
    facts: &ClientFacts,
    convert: &Converter<'_>,
    action: &CodeAction,
    data: ResolveData,
    reported: &[lsp::Diagnostic],
) -> Option<lsp::CodeAction> {
    let edit = match &action.edit {
        Some(edit) => Some(convert.workspace_edit(facts, edit)?),
        None => None,
    };
    let mended = action.mends.as_ref().map(|rule| {
        let code = lsp::Code::String(rule.clone());
        reported.iter().filter(|finding| finding.code.as_ref() == Some(&code)).cloned().collect::<Vec<_>>()
    });
    Some(lsp::CodeAction {
        title: action.title.clone(),
        kind: Some(kind_to_lsp(action.kind)),
        diagnostics: mended.filter(|mended| !mended.is_empty()),
        is_preferred: action.is_preferred.then_some(true),
        data: if edit.is_none() { serde_json::to_value(data).ok() } else { None },
        edit,
        ..lsp::CodeAction::default()
    })
}

pub(crate) async fn resolve(session: &Session, shown: lsp::CodeAction) -> Result<lsp::CodeAction> {
    let Some(data) = shown.data.as_ref().and_then(|data| ResolveData::deserialize(data).ok()) else { return Ok(shown) };
    let facts = session.facts().clone();
    let document = lsp::TextDocumentIdentifier { uri: data.uri };
    let id = data.id;
    let edit = session
        .ask_range(document, data.range, move |snapshot, convert, file, range| {
            let action = snapshot.resolve_code_action(FileRange { file, range }, &id)?;
            Ok(action.and_then(|action| action.edit).and_then(|edit| convert.workspace_edit(&facts, &edit)))
        })
        .await?;
    Ok(lsp::CodeAction { edit, ..shown })
}

/// Kinds are a hierarchy: `refactor` asks for everything below it.
fn kinds_of(kind: &lsp::CodeActionKind) -> Vec<CodeActionKind> {
    let asked = String::from(kind.clone());
    let below = |name: String| asked.is_empty() || name == asked || name.starts_with(&format!("{asked}."));
    ALL.iter().copied().filter(|&kind| below(String::from(kind_to_lsp(kind)))).collect()
}

const ALL: [CodeActionKind; 7] = [
    CodeActionKind::QuickFix,
    CodeActionKind::Refactor,
    CodeActionKind::RefactorExtract,
    CodeActionKind::RefactorInline,
    CodeActionKind::RefactorRewrite,
    CodeActionKind::Source,
    CodeActionKind::SourceOrganizeImports,
];

fn kind_to_lsp(kind: CodeActionKind) -> lsp::CodeActionKind {
    match kind {
        CodeActionKind::QuickFix => lsp::CodeActionKind::QuickFix,
        CodeActionKind::Refactor => lsp::CodeActionKind::Refactor,
        CodeActionKind::RefactorExtract => lsp::CodeActionKind::RefactorExtract,
        CodeActionKind::RefactorInline => lsp::CodeActionKind::RefactorInline,
        CodeActionKind::RefactorRewrite => lsp::CodeActionKind::RefactorRewrite,
        CodeActionKind::Source => lsp::CodeActionKind::Source,
        CodeActionKind::SourceOrganizeImports => lsp::CodeActionKind::SourceOrganizeImports,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_a_hierarchy() {
        let asked = |kind: &str| kinds_of(&lsp::CodeActionKind::from(kind.to_owned()));
        assert_eq!(asked("refactor").len(), 4);
        assert_eq!(asked("refactor.extract"), [CodeActionKind::RefactorExtract]);
        assert_eq!(asked("").len(), ALL.len());
        assert!(asked("notebook").is_empty());
    }
}
