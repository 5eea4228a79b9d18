//! Answers to requests: a file for each group of them.

mod code_actions;
mod code_lens;
mod completion;
mod editing;
pub(crate) mod extension;
pub(crate) mod file_operations;
mod formatting;
mod hierarchy;
mod hints;
pub(crate) mod inline;
mod instruct;
mod looking;
mod navigation;
mod next_edit;
mod ranges;
mod rename;
mod report;
mod runnables;
mod symbols;
mod tokens;
pub(crate) mod workspace;

use tower_lsp_server::LspServiceBuilder;

use super::diagnostics;
use super::session::Session;

/// Every request that is answered, by its method. What is listed here is advertised in
/// [`super::capabilities`], and nothing else.
pub(crate) fn register(builder: LspServiceBuilder<Session>) -> LspServiceBuilder<Session> {
    builder
        .custom_method("textDocument/definition", navigation::definition)
        .custom_method("textDocument/declaration", navigation::declaration)
        .custom_method("textDocument/typeDefinition", navigation::type_definition)
        .custom_method("textDocument/implementation", navigation::implementation)
        .custom_method("textDocument/references", navigation::references)
        .custom_method("textDocument/documentHighlight", navigation::document_highlight)
        .custom_method("textDocument/documentLink", navigation::document_link)
        .custom_method("textDocument/hover", looking::hover)
        .custom_method("textDocument/signatureHelp", looking::signature_help)
        .custom_method("textDocument/moniker", looking::moniker)
        .custom_method("textDocument/completion", completion::completion)
        .custom_method("completionItem/resolve", completion::resolve)
        .custom_method("textDocument/inlineCompletion", inline::inline_completion)
        .custom_method("textDocument/didShowCompletion", inline::did_show)
        .custom_method("textDocument/didPartiallyAcceptCompletion", inline::did_partially_accept)
        .custom_method("textDocument/copilotInlineEdit", next_edit::copilot_inline_edit)
        .custom_method("montuno/nextEdit", next_edit::next_edit)
        .custom_method("montuno/context", extension::context)
        .custom_method("montuno/debugConfiguration", runnables::debug_configuration)
        .custom_method("montuno/explainCompletion", extension::explain_completion)
        .custom_method("montuno/health", extension::health)
        .custom_method("montuno/instruct", instruct::instruct)
        .custom_method("montuno/models", extension::models)
        .custom_method("montuno/runnables", runnables::runnables)
        .custom_method("montuno/syntaxTree", extension::syntax_tree)
        .custom_method("textDocument/documentSymbol", symbols::document_symbol)
        .custom_method("workspace/symbol", symbols::workspace_symbol)
        .custom_method("textDocument/prepareRename", rename::prepare)
        .custom_method("textDocument/rename", rename::rename)
        .custom_method("workspace/willRenameFiles", file_operations::will_rename)
        .custom_method("textDocument/codeAction", code_actions::code_action)
        .custom_method("codeAction/resolve", code_actions::resolve)
        .custom_method("textDocument/codeLens", code_lens::code_lens)
        .custom_method("codeLens/resolve", code_lens::resolve)
        .custom_method("textDocument/inlayHint", hints::inlay_hint)
        .custom_method("textDocument/inlineValue", hints::inline_value)
        .custom_method("textDocument/semanticTokens/full", tokens::full)
        .custom_method("textDocument/semanticTokens/full/delta", tokens::delta)
        .custom_method("textDocument/semanticTokens/range", tokens::range)
        .custom_method("textDocument/foldingRange", ranges::folding_range)
        .custom_method("textDocument/selectionRange", ranges::selection_range)
        .custom_method("textDocument/prepareCallHierarchy", hierarchy::prepare_calls)
        .custom_method("callHierarchy/incomingCalls", hierarchy::incoming_calls)
        .custom_method("callHierarchy/outgoingCalls", hierarchy::outgoing_calls)
        .custom_method("textDocument/prepareTypeHierarchy", hierarchy::prepare_types)
        .custom_method("typeHierarchy/supertypes", hierarchy::supertypes)
        .custom_method("typeHierarchy/subtypes", hierarchy::subtypes)
        .custom_method("textDocument/onTypeFormatting", editing::on_type)
        .custom_method("textDocument/formatting", formatting::document)
        .custom_method("textDocument/rangeFormatting", formatting::range)
        .custom_method("textDocument/diagnostic", diagnostics::pull)
}
