//! What the client can do, and what the server says that it can.

use montuno_base::{Feature, Settings, WideEncoding};
use montuno_protocol::negotiation::ClientExtension;
use montuno_semantic::tokens::{TokenKind, TokenModifiers};
use montuno_syntax::embedded;
use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types as lsp;

use super::handlers::{extension, file_operations};
use crate::engines;

/// How the client counts columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Encoding {
    /// In bytes of UTF-8.
    Utf8,
    /// In units of UTF-16, or in characters.
    Wide(WideEncoding),
}

impl Encoding {
    /// How many columns a character takes.
    pub(crate) fn width(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Wide(WideEncoding::Utf32) => 1,
            Self::Wide(_) => character.len_utf16(),
        }
    }
}

/// What is known of the client.
#[derive(Clone, Debug)]
pub(crate) struct ClientFacts {
    pub encoding: Encoding,
    /// Definitions may be answered with the range that was asked about.
    pub links: bool,
    pub snippets: bool,
    pub hierarchical_symbols: bool,
    pub markdown_hover: bool,
    pub pulls_diagnostics: bool,
    pub shows_progress: bool,
    pub asks_configuration: bool,
    pub refreshes_tokens: bool,
    pub registers_watchers: bool,
    pub registers_configuration: bool,
    pub versioned_edits: bool,
    pub file_operations: bool,
    /// It asks before it moves files.
    pub asks_before_renames: bool,
    pub snippet_edits: bool,
    pub resolves_code_actions: bool,
    pub folds_lines_only: bool,
    /// `window/showMessage` is for people; some clients interrupt their user with it.
    pub label_details: bool,
    /// Commands that the client has for lenses.
    pub commands: Vec<String>,
    /// What the client was started with for us.
    pub settings: Option<serde_json::Value>,
    pub trusts_workspace: bool,
    /// It shows inline completions, so they are not put into lists.
    pub inline_completion: bool,
    /// What it says of our own messages; a client that says nothing is sent none.
    pub extension: Option<ClientExtension>,
    /// The features that the client lets us register, for some languages and not for others.
    pub registers: Vec<Feature>,
}

impl ClientFacts {
    pub(crate) fn of(params: &lsp::InitializeParams) -> Self {
        // Capabilities are read as JSON: a client that spells one of them in an unexpected way loses that
        // one, not its session.
        let all = serde_json::to_value(&params.capabilities).unwrap_or_default();
        let has = |pointer: &str| all.pointer(pointer).and_then(serde_json::Value::as_bool).unwrap_or(false);
        let lists = |pointer: &str, value: &str| {
            let list = all.pointer(pointer).and_then(serde_json::Value::as_array);
            list.is_some_and(|list| list.iter().any(|one| one == value))
        };
        let encodings = "/general/positionEncodings";
        let encoding = if lists(encodings, "utf-8") {
            Encoding::Utf8
        } else if lists(encodings, "utf-32") && !lists(encodings, "utf-16") {
            Encoding::Wide(WideEncoding::Utf32)
        } else {
            Encoding::Wide(WideEncoding::Utf16)
        };
        let options = params.initialization_options.as_ref();
        let settings = options.map(|options| options.get("settings").unwrap_or(options).clone());
        let registers = PROVIDERS.iter().filter(|provider| {
            !provider.client.is_empty() && has(&format!("/textDocument/{}/dynamicRegistration", provider.client))
        });
        Self {
            encoding,
            registers: registers.map(|provider| provider.feature).collect(),
            links: has("/textDocument/definition/linkSupport"),
            snippets: has("/textDocument/completion/completionItem/snippetSupport"),
            hierarchical_symbols: has("/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            markdown_hover: lists("/textDocument/hover/contentFormat", "markdown")
                || all.pointer("/textDocument/hover/contentFormat").is_none(),
            pulls_diagnostics: all.pointer("/textDocument/diagnostic").is_some_and(|value| !value.is_null()),
            shows_progress: has("/window/workDoneProgress"),
            asks_configuration: has("/workspace/configuration"),
            refreshes_tokens: has("/workspace/semanticTokens/refreshSupport"),
            registers_watchers: has("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            registers_configuration: has("/workspace/didChangeConfiguration/dynamicRegistration"),
            versioned_edits: has("/workspace/workspaceEdit/documentChanges"),
            file_operations: lists("/workspace/workspaceEdit/resourceOperations", "rename"),
            asks_before_renames: has("/workspace/fileOperations/willRename"),
            snippet_edits: has("/workspace/workspaceEdit/snippetEditSupport"),
            resolves_code_actions: lists("/textDocument/codeAction/resolveSupport/properties", "edit"),
            folds_lines_only: has("/textDocument/foldingRange/lineFoldingOnly"),
            label_details: has("/textDocument/completion/completionItem/labelDetailsSupport"),
            commands: serde_json::from_value(
                all.pointer("/experimental/commands/commands").cloned().unwrap_or_default(),
            )
            .unwrap_or_default(),
            settings: settings.filter(serde_json::Value::is_object),
            inline_completion: all.pointer("/textDocument/inlineCompletion").is_some_and(|value| !value.is_null()),
            extension: ClientExtension::of_capabilities(&all),
            trusts_workspace: options
                .and_then(|options| options.get("trusted"))
                .and_then(serde_json::Value::as_bool)
                .unwrap_or(false),
        }
    }
}

/// How a feature is advertised.
struct Provider {
    feature: Feature,
    /// Its name among the client's capabilities for documents; empty if it cannot be registered later.
    client: &'static str,
    /// Its name among the server's capabilities.
    server: &'static str,
    /// The method that it is registered by.
    method: &'static str,
    /// What is said of it.
    options: fn() -> Value,
}

const fn provider(feature: Feature, client: &'static str, server: &'static str, method: &'static str) -> Provider {
    Provider { feature, client, server, method, options: || json!({}) }
}

/// Every feature that is advertised by itself; the others come with one of these.
const PROVIDERS: &[Provider] = &[
    provider(Feature::Definition, "definition", "definitionProvider", "textDocument/definition"),
    provider(Feature::Declaration, "declaration", "declarationProvider", "textDocument/declaration"),
    provider(Feature::TypeDefinition, "typeDefinition", "typeDefinitionProvider", "textDocument/typeDefinition"),
    provider(Feature::Implementation, "implementation", "implementationProvider", "textDocument/implementation"),
    provider(Feature::References, "references", "referencesProvider", "textDocument/references"),
    provider(
        Feature::DocumentHighlight,
        "documentHighlight",
        "documentHighlightProvider",
        "textDocument/documentHighlight",
    ),
    provider(Feature::Hover, "hover", "hoverProvider", "textDocument/hover"),
    Provider {
        options: || {
            json!({
                "triggerCharacters": [".", ":", "'", "\"", "(", "@"],
                "resolveProvider": true,
                "completionItem": { "labelDetailsSupport": true },
            })
        },
        ..provider(Feature::Completion, "completion", "completionProvider", "textDocument/completion")
    },
    Provider {
        options: || json!({ "triggerCharacters": ["(", ",", "<"], "retriggerCharacters": [")"] }),
        ..provider(Feature::SignatureHelp, "signatureHelp", "signatureHelpProvider", "textDocument/signatureHelp")
    },
    provider(
        Feature::InlineCompletion,
        "inlineCompletion",
        "inlineCompletionProvider",
        "textDocument/inlineCompletion",
    ),
    provider(Feature::DocumentSymbol, "documentSymbol", "documentSymbolProvider", "textDocument/documentSymbol"),
    provider(Feature::WorkspaceSymbol, "", "workspaceSymbolProvider", "workspace/symbol"),
    Provider {
        options: || json!({ "prepareProvider": true }),
        ..provider(Feature::Rename, "rename", "renameProvider", "textDocument/rename")
    },
    Provider {
        options: || {
            json!({
                "codeActionKinds": [
                    "quickfix", "refactor", "refactor.extract", "refactor.inline", "refactor.rewrite", "source",
                    "source.organizeImports",
                ],
                "resolveProvider": true,
            })
        },
        ..provider(Feature::CodeAction, "codeAction", "codeActionProvider", "textDocument/codeAction")
    },
    Provider {
        options: || json!({ "resolveProvider": true }),
        ..provider(Feature::CodeLens, "codeLens", "codeLensProvider", "textDocument/codeLens")
    },
    provider(Feature::InlayHint, "inlayHint", "inlayHintProvider", "textDocument/inlayHint"),
    Provider {
        options: || {
            json!({
                "legend": {
                    "tokenTypes": TokenKind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
                    "tokenModifiers": TokenModifiers::NAMES,
                },
                "full": { "delta": true },
                "range": true,
            })
        },
        ..provider(Feature::SemanticTokens, "semanticTokens", "semanticTokensProvider", "textDocument/semanticTokens")
    },
    provider(Feature::FoldingRange, "foldingRange", "foldingRangeProvider", "textDocument/foldingRange"),
    provider(Feature::SelectionRange, "selectionRange", "selectionRangeProvider", "textDocument/selectionRange"),
    provider(Feature::CallHierarchy, "callHierarchy", "callHierarchyProvider", "textDocument/prepareCallHierarchy"),
    provider(Feature::TypeHierarchy, "typeHierarchy", "typeHierarchyProvider", "textDocument/prepareTypeHierarchy"),
    Provider {
        options: || {
            json!({
                "firstTriggerCharacter": "\n",
                "moreTriggerCharacter": ["=", ".", ">", "{", "(", "<", "|", "+", ":"],
            })
        },
        ..provider(
            Feature::OnTypeFormatting,
            "onTypeFormatting",
            "documentOnTypeFormattingProvider",
            "textDocument/onTypeFormatting",
        )
    },
    provider(Feature::Formatting, "formatting", "documentFormattingProvider", "textDocument/formatting"),
    provider(Feature::Formatting, "rangeFormatting", "documentRangeFormattingProvider", "textDocument/rangeFormatting"),
    provider(Feature::DocumentLink, "documentLink", "documentLinkProvider", "textDocument/documentLink"),
    provider(Feature::InlineValue, "inlineValue", "inlineValueProvider", "textDocument/inlineValue"),
    provider(Feature::Moniker, "moniker", "monikerProvider", "textDocument/moniker"),
    Provider {
        options: || json!({ "identifier": "montuno", "interFileDependencies": true, "workspaceDiagnostics": false }),
        ..provider(Feature::Diagnostics, "diagnostic", "diagnosticProvider", "textDocument/diagnostic")
    },
];

/// Whether a feature means anything to this client.
fn is_wanted(feature: Feature, client: &ClientFacts, settings: &Settings) -> bool {
    match feature {
        Feature::Diagnostics => client.pulls_diagnostics,
        Feature::InlineCompletion => settings.ai.enabled,
        _ => true,
    }
}

/// What the server can do for this client, apart from what is registered later ([`registrations`]).
pub(crate) fn of_server(client: &ClientFacts, settings: &Settings) -> lsp::ServerCapabilities {
    let encoding = match client.encoding {
        Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
        Encoding::Wide(WideEncoding::Utf32) => lsp::PositionEncodingKind::UTF32,
        Encoding::Wide(_) => lsp::PositionEncodingKind::UTF16,
    };
    let mut capabilities = json!({
        "positionEncoding": encoding,
        "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
        "workspace": {
            "workspaceFolders": { "supported": true, "changeNotifications": true },
        },
    });
    if client.asks_before_renames
        && let Some(filters) = file_operations::filters(settings)
    {
        capabilities["workspace"]["fileOperations"] = json!({ "willRename": { "filters": filters } });
    }
    if let Some(extension) = &client.extension {
        capabilities["experimental"] = json!({ "montuno": extension::answer(extension) });
    }
    for provider in PROVIDERS {
        let is_wanted = is_wanted(provider.feature, client, settings);
        let is_there = !engines::languages_with(provider.feature, settings).is_empty();
        if is_wanted && is_there && !client.registers.contains(&provider.feature) {
            let options = (provider.options)();
            let is_plain = options.as_object().is_some_and(serde_json::Map::is_empty);
            // Links have no plain form.
            let said = is_plain && provider.feature != Feature::DocumentLink;
            capabilities[provider.server] = if said { Value::Bool(true) } else { options };
        }
    }
    serde_json::from_value(capabilities).expect("the capabilities are written as the protocol has them")
}

/// Whether a feature is asked for at a place in a document, rather than for all of it.
fn is_about_a_place(feature: Feature) -> bool {
    matches!(
        feature,
        Feature::Definition
            | Feature::Declaration
            | Feature::TypeDefinition
            | Feature::Implementation
            | Feature::References
            | Feature::DocumentHighlight
            | Feature::Hover
            | Feature::Completion
            | Feature::SignatureHelp
            | Feature::Rename
            | Feature::CallHierarchy
            | Feature::TypeHierarchy
    )
}

/// The features that are registered for the languages that have them, with the ids by which they are taken back.
pub(crate) fn registrations(client: &ClientFacts, settings: &Settings) -> Vec<lsp::Registration> {
    let wanted = PROVIDERS.iter().filter(|provider| client.registers.contains(&provider.feature));
    let found = wanted.filter_map(|provider| {
        if !is_wanted(provider.feature, client, settings) {
            return None;
        }
        let mut languages = engines::languages_with(provider.feature, settings);
        // Where one asks about a place, it may be one in the code that a document holds.
        if !languages.is_empty() && is_about_a_place(provider.feature) {
            let hosts = engines::languages(settings).into_iter().filter(|language| embedded::is_host(*language));
            let hosts: Vec<_> =
                hosts.filter(|&host| settings.has(host, provider.feature) && !languages.contains(&host)).collect();
            languages.extend(hosts);
        }
        let ids = languages.iter().flat_map(|language| language.ids());
        let selector: Vec<_> = ids.map(|id| json!({ "language": id })).collect();
        if selector.is_empty() {
            return None;
        }
        let mut options = (provider.options)();
        options["documentSelector"] = selector.into();
        Some(lsp::Registration {
            id: format!("montuno/{}", provider.method),
            method: provider.method.to_owned(),
            register_options: Some(options),
        })
    });
    found.collect()
}
