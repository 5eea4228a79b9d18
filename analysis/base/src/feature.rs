//! What an editor can ask for, as users switch it on and off.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Language;

macro_rules! features {
    ($($(#[$doc:meta])* $feature:ident = $name:literal [$($method:literal),*],)*) => {
        /// A feature of an editor. The names in settings are LSP's, in lower case with dashes.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema)]
        pub enum Feature {
            $($(#[$doc])* #[serde(rename = $name)] $feature,)*
        }

        impl Feature {
            /// Every feature, in the order in which they are listed to users.
            pub const ALL: &'static [Self] = &[$(Self::$feature),*];

            /// The name in settings.
            pub fn name(self) -> &'static str {
                match self { $(Self::$feature => $name,)* }
            }

            /// The requests that belong to it, by LSP's method.
            pub fn methods(self) -> &'static [&'static str] {
                match self { $(Self::$feature => &[$($method),*],)* }
            }

            /// The feature that a request belongs to.
            pub fn of_method(method: &str) -> Option<Self> {
                match method {
                    $($($method => Some(Self::$feature),)*)*
                    _ => None,
                }
            }
        }
    };
}

features! {
    /// Go to definition.
    Definition = "definition" ["textDocument/definition"],
    /// Go to declaration.
    Declaration = "declaration" ["textDocument/declaration"],
    /// Go to the definition of the type.
    TypeDefinition = "type-definition" ["textDocument/typeDefinition"],
    /// Go to implementations.
    Implementation = "implementation" ["textDocument/implementation"],
    /// Find all uses.
    References = "references" ["textDocument/references"],
    /// The other uses in the same file, drawn.
    DocumentHighlight = "document-highlight" ["textDocument/documentHighlight"],
    /// Links in the text.
    DocumentLink = "document-link" ["textDocument/documentLink"],
    /// What is known of a symbol.
    Hover = "hover" ["textDocument/hover"],
    /// Completion by a language model.
    InlineCompletion = "inline-completion" ["textDocument/inlineCompletion"],
    /// The signatures of a call.
    SignatureHelp = "signature-help" ["textDocument/signatureHelp"],
    /// Names that are the same in every repository.
    Moniker = "moniker" ["textDocument/moniker"],
    /// Completion.
    Completion = "completion" ["textDocument/completion", "completionItem/resolve"],
    /// The declarations of a file.
    DocumentSymbol = "document-symbol" ["textDocument/documentSymbol"],
    /// Declarations of the workspace by name.
    WorkspaceSymbol = "workspace-symbol" ["workspace/symbol"],
    /// Rename a symbol.
    Rename = "rename" ["textDocument/rename", "textDocument/prepareRename"],
    /// Changes that can be made at a place.
    CodeAction = "code-action" ["textDocument/codeAction", "codeAction/resolve"],
    /// Lines above declarations.
    CodeLens = "code-lens" ["textDocument/codeLens", "codeLens/resolve"],
    /// Hints inside the text.
    InlayHint = "inlay-hint" ["textDocument/inlayHint"],
    /// Values while a debugger stands still.
    InlineValue = "inline-value" ["textDocument/inlineValue"],
    /// Colours by meaning.
    SemanticTokens = "semantic-tokens" [
        "textDocument/semanticTokens/full", "textDocument/semanticTokens/full/delta", "textDocument/semanticTokens/range"
    ],
    /// What can be folded.
    FoldingRange = "folding-range" ["textDocument/foldingRange"],
    /// Growing a selection.
    SelectionRange = "selection-range" ["textDocument/selectionRange"],
    /// Callers and callees.
    CallHierarchy = "call-hierarchy" [
        "textDocument/prepareCallHierarchy", "callHierarchy/incomingCalls", "callHierarchy/outgoingCalls"
    ],
    /// Types above and below.
    TypeHierarchy = "type-hierarchy" [
        "textDocument/prepareTypeHierarchy", "typeHierarchy/supertypes", "typeHierarchy/subtypes"
    ],
    /// Edits that follow from what was just typed.
    OnTypeFormatting = "on-type-formatting" ["textDocument/onTypeFormatting"],
    /// Formatting a document or a part of it, by the formatter that the user has.
    Formatting = "formatting" ["textDocument/formatting", "textDocument/rangeFormatting"],
    /// Edits that keep imports right when a file gets another name.
    WillRenameFiles = "will-rename-files" ["workspace/willRenameFiles"],
    /// Findings.
    Diagnostics = "diagnostics" ["textDocument/diagnostic", "textDocument/publishDiagnostics"],
}

/// A feature that is switched off, in one language or in all: `hover`, `python.hover`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct FeatureSwitch {
    /// The language; `None` is all of them.
    pub language: Option<Language>,
    /// The feature.
    pub feature: Feature,
}

impl TryFrom<String> for FeatureSwitch {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (language, feature) = match text.split_once('.') {
            Some((language, feature)) => {
                let known = Language::of_id(language).ok_or_else(|| format!("`{language}` is no language"))?;
                (Some(known), feature)
            }
            None => (None, text.as_str()),
        };
        let known = Feature::ALL.iter().copied().find(|known| known.name() == feature);
        let feature = known.ok_or_else(|| {
            let names: Vec<_> = Feature::ALL.iter().map(|feature| feature.name()).collect();
            format!("`{feature}` is no feature; there are {}", names.join(", "))
        })?;
        Ok(Self { language, feature })
    }
}

impl From<FeatureSwitch> for String {
    fn from(switch: FeatureSwitch) -> Self {
        switch.to_string()
    }
}

impl fmt::Display for FeatureSwitch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.language {
            Some(language) => write!(f, "{}.{}", language.id(), self.feature.name()),
            None => f.write_str(self.feature.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_is_written_as_it_is_read() {
        for text in ["hover", "python.inlay-hint", "shellscript.completion"] {
            assert_eq!(FeatureSwitch::try_from(text.to_owned()).unwrap().to_string(), text);
        }
        assert!(FeatureSwitch::try_from("cobol.hover".to_owned()).is_err());
        assert!(FeatureSwitch::try_from("hovering".to_owned()).unwrap_err().contains("hover"));
    }

    #[test]
    fn every_method_belongs_to_one_feature() {
        for &feature in Feature::ALL {
            for method in feature.methods() {
                assert_eq!(Feature::of_method(method), Some(feature));
            }
        }
    }
}
