//! Semantic tokens: whole, of a range, and what changed since the last time.

use std::sync::atomic::{AtomicU64, Ordering};

use montuno_base::{FileId, TextRange};
use montuno_semantic::tokens::Token;
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::Result;

use crate::lsp::convert::Converter;
use crate::lsp::session::Session;

/// Makes result ids that no earlier answer had.
static NEXT_RESULT: AtomicU64 = AtomicU64::new(1);

async fn ask(session: &Session, file: FileId) -> Result<Vec<lsp::SemanticToken>> {
    let parts = session.files_in(file);
    if !parts.is_empty() {
        return ask_with_parts(session, file, parts).await;
    }
    session
        .ask_or_syntax(
            file,
            move |snapshot| snapshot.semantic_tokens(file, None),
            |tree| montuno_syntax::tokens::tokens(tree, None),
            move |convert, tokens| encode(convert, file, &tokens),
        )
        .await
}

/// The tokens of a document, and of the code in it that other languages have.
async fn ask_with_parts(session: &Session, file: FileId, parts: Vec<FileId>) -> Result<Vec<lsp::SemanticToken>> {
    let mut inside: Vec<Token> = Vec::new();
    for part in parts {
        inside.extend(session.ask(part, move |snapshot, _| snapshot.semantic_tokens(part, None)).await?);
    }
    let mut tokens = session.ask(file, move |snapshot, _| snapshot.semantic_tokens(file, None)).await?;
    inside.sort_by_key(|token| token.range.start());
    tokens.retain(|token| {
        let next = inside.partition_point(|other| other.range.end() <= token.range.start());
        inside.get(next).is_none_or(|other| other.range.start() >= token.range.end())
    });
    tokens.extend(inside);
    tokens.sort_by_key(|token| token.range.start());
    session.ask(file, move |_, convert| Ok(encode(convert, file, &tokens))).await
}

pub(crate) async fn full(session: &Session, params: lsp::SemanticTokensParams) -> Result<Option<lsp::SemanticTokens>> {
    let file = session.file(&params.text_document.uri);
    let data = ask(session, file).await?;
    Ok(Some(lsp::SemanticTokens { result_id: Some(remember(session, file, &data)), data }))
}

pub(crate) async fn delta(
    session: &Session,
    params: lsp::SemanticTokensDeltaParams,
) -> Result<Option<lsp::SemanticTokensDeltaResponse>> {
    let file = session.file(&params.text_document.uri);
    let data = ask(session, file).await?;
    let last = session.tokens.lock().get(&file).cloned();
    let result_id = Some(remember(session, file, &data));
    Ok(Some(match last {
        Some((id, last)) if id == params.previous_result_id => {
            lsp::SemanticTokensDeltaResponse::SemanticTokensDelta(lsp::SemanticTokensDelta {
                result_id,
                edits: difference(&last, &data).into_iter().collect(),
            })
        }
        _ => lsp::SemanticTokensDeltaResponse::SemanticTokens(lsp::SemanticTokens { result_id, data }),
    }))
}

pub(crate) async fn range(
    session: &Session,
    params: lsp::SemanticTokensRangeParams,
) -> Result<Option<lsp::SemanticTokens>> {
    let data = session
        .ask_range(params.text_document, params.range, |snapshot, convert, file, range: TextRange| {
            let tokens = snapshot.semantic_tokens(file, Some(range))?;
            Ok(encode(convert, file, &tokens))
        })
        .await?;
    Ok(Some(lsp::SemanticTokens { result_id: None, data }))
}

fn remember(session: &Session, file: FileId, data: &[lsp::SemanticToken]) -> String {
    let id = NEXT_RESULT.fetch_add(1, Ordering::Relaxed).to_string();
    session.tokens.lock().insert(file, (id.clone(), data.to_vec()));
    id
}

/// Tokens as the protocol wants them: each relative to the one before, none over several lines.
fn encode(convert: &Converter<'_>, file: FileId, tokens: &[Token]) -> Vec<lsp::SemanticToken> {
    let mut data = Vec::with_capacity(tokens.len());
    let (mut line, mut start) = (0, 0);
    for token in tokens {
        for part in convert.split_lines(file, token.range) {
            let length = convert.width(file, part);
            let position = convert.position(file, part.start());
            // What begins before the last one ended cannot be said in this form.
            let Some(delta_line) = position.line.checked_sub(line) else { continue };
            let Some(delta_start) = position.character.checked_sub(if delta_line == 0 { start } else { 0 }) else {
                continue;
            };
            if length == 0 {
                continue;
            }
            data.push(lsp::SemanticToken {
                delta_line,
                delta_start,
                length,
                token_type: token.kind as u32,
                token_modifiers_bitset: token.modifiers.0,
            });
            (line, start) = (position.line, position.character);
        }
    }
    data
}

/// The one edit that turns `old` into `new`, if they differ.
fn difference(old: &[lsp::SemanticToken], new: &[lsp::SemanticToken]) -> Option<lsp::SemanticTokensEdit> {
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[prefix..], &new[prefix..]);
    let suffix = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[..old.len() - suffix], &new[..new.len() - suffix]);
    if old.is_empty() && new.is_empty() {
        return None;
    }
    // The protocol counts numbers, five of which are a token.
    let numbers = new.iter().flat_map(|token| {
        [token.delta_line, token.delta_start, token.length, token.token_type, token.token_modifiers_bitset]
    });
    Some(lsp::SemanticTokensEdit {
        start: 5 * prefix as u32,
        delete_count: 5 * old.len() as u32,
        data: Some(numbers.collect()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(number: u32) -> lsp::SemanticToken {
        lsp::SemanticToken { delta_line: number, delta_start: 0, length: 1, token_type: 0, token_modifiers_bitset: 0 }
    }

    fn tokens(numbers: &[u32]) -> Vec<lsp::SemanticToken> {
        numbers.iter().copied().map(token).collect()
    }

    #[test]
    fn a_difference_leads_from_old_to_new() {
        let cases: &[(&[u32], &[u32])] =
            &[(&[1, 2, 3], &[1, 4, 3]), (&[], &[1]), (&[1], &[]), (&[1, 1], &[1, 1, 1]), (&[1, 2], &[2])];
        for (old, new) in cases {
            let edit = difference(&tokens(old), &tokens(new)).unwrap();
            let (start, count) = (edit.start as usize / 5, edit.delete_count as usize / 5);
            let inserted: Vec<u32> = edit.data.unwrap().chunks(5).map(|token| token[0]).collect();
            let mut result = old.to_vec();
            result.splice(start..start + count, inserted);
            assert_eq!(result, *new);
        }
        assert!(difference(&tokens(&[1, 2]), &tokens(&[1, 2])).is_none());
    }
}
