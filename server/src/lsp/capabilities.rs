//! What the client can do, and what the server says that it can.

use montuno_base::WideEncoding;
use montuno_semantic::tokens::{TokenKind, TokenModifiers};
use tower_lsp_server::gen_lsp_types as lsp;

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
        Self {
            encoding,
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
            snippet_edits: has("/workspace/workspaceEdit/snippetEditSupport"),
            resolves_code_actions: lists("/textDocument/codeAction/resolveSupport/properties", "edit"),
            folds_lines_only: has("/textDocument/foldingRange/lineFoldingOnly"),
            label_details: has("/textDocument/completion/completionItem/labelDetailsSupport"),
            commands: serde_json::from_value(
                all.pointer("/experimental/commands/commands").cloned().unwrap_or_default(),
            )
            .unwrap_or_default(),
            settings: settings.filter(serde_json::Value::is_object),
            trusts_workspace: options
                .and_then(|options| options.get("trusted"))
                .and_then(serde_json::Value::as_bool)
                .unwrap_or(false),
        }
    }
}

/// What the server can do for this client.
pub(crate) fn of_server(client: &ClientFacts) -> lsp::ServerCapabilities {
    let encoding = match client.encoding {
        Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
        Encoding::Wide(WideEncoding::Utf32) => lsp::PositionEncodingKind::UTF32,
        Encoding::Wide(_) => lsp::PositionEncodingKind::UTF16,
    };
    let characters = |list: &[&str]| Some(list.iter().map(ToString::to_string).collect());
    let capabilities = serde_json::json!({
        "positionEncoding": encoding,
        "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
        "definitionProvider": true,
        "declarationProvider": true,
        "typeDefinitionProvider": true,
        "implementationProvider": true,
        "referencesProvider": true,
        "documentHighlightProvider": true,
        "hoverProvider": true,
        "completionProvider": {
            "triggerCharacters": characters(&[".", ":", "'", "\"", "(", "@"]) as Option<Vec<String>>,
            "resolveProvider": true,
            "completionItem": { "labelDetailsSupport": true },
        },
        "signatureHelpProvider": { "triggerCharacters": ["(", ",", "<"], "retriggerCharacters": [")"] },
        "documentSymbolProvider": true,
        "workspaceSymbolProvider": true,
        "renameProvider": { "prepareProvider": true },
        "codeActionProvider": {
            "codeActionKinds": [
                "quickfix", "refactor", "refactor.extract", "refactor.inline", "refactor.rewrite", "source",
                "source.organizeImports",
            ],
            "resolveProvider": true,
        },
        "codeLensProvider": { "resolveProvider": true },
        "inlayHintProvider": true,
        "semanticTokensProvider": {
            "legend": {
                "tokenTypes": TokenKind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
                "tokenModifiers": TokenModifiers::NAMES,
            },
            "full": { "delta": true },
            "range": true,
        },
        "foldingRangeProvider": true,
        "selectionRangeProvider": true,
        "callHierarchyProvider": true,
        "typeHierarchyProvider": true,
        "documentOnTypeFormattingProvider": { "firstTriggerCharacter": "\n", "moreTriggerCharacter": ["=", ".", ">", "{", "(", "<", "|", "+", ":"] },
        "documentLinkProvider": {},
        "inlineValueProvider": true,
        "monikerProvider": true,
        "workspace": {
            "workspaceFolders": { "supported": true, "changeNotifications": true },
        },
    });
    let mut capabilities: lsp::ServerCapabilities =
        serde_json::from_value(capabilities).expect("the capabilities are written as the protocol has them");
    if client.pulls_diagnostics {
        capabilities.diagnostic_provider = Some(lsp::DiagnosticProvider::DiagnosticOptions(lsp::DiagnosticOptions {
            identifier: Some("montuno".to_owned()),
            inter_file_dependencies: true,
            workspace_diagnostics: false,
            work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
        }));
    }
    capabilities
}
