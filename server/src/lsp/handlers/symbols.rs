//! Symbols of a document and of the workspace.

use montuno_base::{FileId, FileRange};
use montuno_semantic::hierarchy::Item;
use montuno_syntax::outline;
use tower_lsp_server::gen_lsp_types as lsp;
use tower_lsp_server::jsonrpc::Result;

use crate::lsp::convert::{Converter, symbol_kind};
use crate::lsp::session::Session;

/// At most this many symbols are found by name: nobody reads more.
const MOST_SYMBOLS: usize = 256;

pub(crate) async fn document_symbol(
    session: &Session,
    params: lsp::DocumentSymbolParams,
) -> Result<Option<lsp::DocumentSymbolResponse>> {
    let hierarchical = session.facts().hierarchical_symbols;
    let file = session.file(&params.text_document.uri);
    session
        .ask_or_syntax(
            file,
            move |snapshot| snapshot.document_symbols(file),
            outline::outline,
            move |convert, items| {
                Some(if hierarchical {
                    let symbols = items.iter().map(|item| nested(convert, file, item)).collect();
                    lsp::DocumentSymbolResponse::DocumentSymbolList(symbols)
                } else {
                    let mut flat = Vec::new();
                    for item in &items {
                        item.walk(None, &mut |item, container| flat.push(information(convert, file, item, container)));
                    }
                    lsp::DocumentSymbolResponse::SymbolInformationList(flat)
                })
            },
        )
        .await
}

#[allow(deprecated, reason = "a field of the structure is, and has to be named")]
fn nested(convert: &Converter<'_>, file: FileId, item: &Item) -> lsp::DocumentSymbol {
    let children: Vec<_> = item.children.iter().map(|child| nested(convert, file, child)).collect();
    lsp::DocumentSymbol {
        name: shown_name(&item.name),
        detail: item.detail.clone(),
        kind: symbol_kind(item.kind),
        tags: tags(item.deprecated),
        range: convert.range(file, item.full_range.cover(item.name_range)),
        selection_range: convert.range(file, item.name_range),
        children: (!children.is_empty()).then_some(children),
        deprecated: None,
    }
}

#[allow(deprecated, reason = "a field of the structure is, and has to be named")]
fn information(convert: &Converter<'_>, file: FileId, item: &Item, container: Option<&str>) -> lsp::SymbolInformation {
    lsp::SymbolInformation {
        location: convert.location(FileRange { file, range: item.full_range }),
        base_symbol_information: lsp::BaseSymbolInformation {
            name: shown_name(&item.name),
            kind: symbol_kind(item.kind),
            tags: tags(item.deprecated),
            container_name: container.map(str::to_owned),
        },
        deprecated: None,
    }
}

/// Clients refuse symbols without a name, which half-typed code has.
fn shown_name(name: &str) -> String {
    if name.trim().is_empty() { "<unnamed>".to_owned() } else { name.to_owned() }
}

fn tags(deprecated: bool) -> Option<Vec<lsp::SymbolTag>> {
    deprecated.then(|| vec![lsp::SymbolTag::Deprecated])
}

pub(crate) async fn workspace_symbol(
    session: &Session,
    params: lsp::WorkspaceSymbolParams,
) -> Result<Option<lsp::WorkspaceSymbolResponse>> {
    let query = params.query;
    let symbols = session
        .ask_all(move |snapshot, convert| {
            let found = snapshot.workspace_symbols(&query, MOST_SYMBOLS)?;
            let symbols = found.into_iter().map(|symbol| lsp::WorkspaceSymbol {
                location: convert.symbol(&symbol).into(),
                data: None,
                base_symbol_information: lsp::BaseSymbolInformation {
                    name: symbol.name,
                    kind: symbol_kind(symbol.kind),
                    tags: None,
                    container_name: symbol.container,
                },
            });
            Ok(symbols.collect())
        })
        .await?;
    Ok(Some(lsp::WorkspaceSymbolResponse::WorkspaceSymbolList(symbols)))
}
