//! Languages of which only the syntax is known.
//!
//! What a tree tells is exact: what is declared, what folds, what each word is. What a name leads to is a guess
//! from names alone, and says so ([`Likely`](montuno_semantic::Confidence::Likely)): the only declaration of that
//! name in the file, else the only one in the workspace. Where a language's table says what binds names in a
//! scope ([`montuno_syntax::scopes`]), names that are bound in the file are exact.
//!
//! | module | subject |
//! | --- | --- |
//! | `engine` | changes in, snapshots out; the trees that were made last |
//! | `snapshot` | the waist's answers |
//! | `names` | what a name leads to, and where else it stands |
//! | `shown` | a declaration with the comment above it |
//! | `findings` | what is wrong in a file, where the grammar is sure |

mod engine;
mod findings;
mod names;
mod shown;
mod snapshot;

pub use engine::factory;
use montuno_base::{Feature, Language};

/// The languages that are answered for here.
pub const LANGUAGES: &[Language] = &[
    Language::C,
    Language::Cpp,
    Language::Java,
    Language::CSharp,
    Language::Ruby,
    Language::Php,
    Language::Bash,
    Language::Lua,
    Language::Json,
    Language::Toml,
    Language::Yaml,
    Language::Html,
    Language::Css,
    Language::Markdown,
];

/// Whether a language has a feature.
pub fn answers(language: Language, feature: Feature) -> bool {
    match feature {
        Feature::DocumentSymbol
        | Feature::FoldingRange
        | Feature::SelectionRange
        | Feature::SemanticTokens
        | Feature::DocumentLink => true,
        // The names in its text are not in the tree of its blocks.
        Feature::DocumentHighlight => language != Language::Markdown,
        Feature::Definition | Feature::References | Feature::Hover => has_navigation(language),
        Feature::Completion | Feature::WorkspaceSymbol => language.has_names(),
        Feature::Rename => language == Language::Lua,
        Feature::Diagnostics => has_diagnostics(language),
        _ => false,
    }
}

/// Whether names of this language lead anywhere: those of data, of styles and of prose do not.
fn has_navigation(language: Language) -> bool {
    language.has_names() && language != Language::Css
}

/// Whether a text that does not fit the grammar is certainly wrong. Grammars of languages with macros, or with more
/// dialects than the grammar knows, are not asked.
fn has_diagnostics(language: Language) -> bool {
    matches!(language, Language::Json | Language::Toml)
}
