//! What each language calls its nodes. A language is one file here.

mod bash;
mod c;
mod cpp;
mod csharp;
mod css;
mod go;
mod html;
mod java;
mod javascript;
mod json;
mod lua;
mod markdown;
mod php;
mod python;
mod ruby;
mod rust;
mod table;
mod toml;
mod typescript;
mod yaml;

use montuno_base::Language;
use tree_sitter::Node;

use crate::folding::FoldingKind;
use crate::scopes::Scopes;
use crate::symbol::SymbolKind;
use crate::tokens::{TokenKind, TokenModifiers};

/// The grammar of a language.
pub(crate) fn grammar(language: Language) -> &'static dyn Grammar {
    match language {
        Language::Python => &python::Python,
        Language::Rust => &rust::Rust,
        Language::TypeScript => &typescript::TYPESCRIPT,
        Language::JavaScript => &javascript::JAVASCRIPT,
        Language::Go => &go::GO,
        Language::C => &c::C,
        Language::Cpp => &cpp::CPP,
        Language::Java => &java::JAVA,
        Language::CSharp => &csharp::CSHARP,
        Language::Ruby => &ruby::RUBY,
        Language::Php => &php::PHP,
        Language::Bash => &bash::BASH,
        Language::Lua => &lua::LUA,
        Language::Json => &json::JSON,
        Language::Toml => &toml::TOML,
        Language::Yaml => &yaml::YAML,
        Language::Html => &html::HTML,
        Language::Css => &css::CSS,
        Language::Markdown => &markdown::MARKDOWN,
    }
}

/// What is told of a grammar's nodes.
pub(crate) trait Grammar: Sync {
    /// tree-sitter's tables for a text.
    fn language(&self, text: &str) -> tree_sitter::Language;

    /// tree-sitter's tables for what else a text could be, if it does not fit those.
    fn dialect(&self, _text: &str) -> Option<tree_sitter::Language> {
        None
    }

    /// What a node declares.
    fn declaration<'tree>(&self, node: Node<'tree>) -> Option<Declared<'tree>>;

    /// Whether code elsewhere is meant to use a declaration.
    fn is_public(&self, node: Node<'_>, text: &str) -> bool;

    /// What a node holds that can be folded.
    fn fold(&self, node: Node<'_>) -> Option<FoldingKind>;

    /// What a node is that folds together with its neighbours: a comment, an import.
    fn fold_run(&self, node: Node<'_>) -> Option<FoldingKind>;

    /// Whether blocks begin without a bracket, on the line before.
    fn folds_from_line_before(&self) -> bool {
        false
    }

    /// What binds names in scopes, where that is known.
    fn scopes(&self) -> Option<&'static Scopes> {
        None
    }

    /// What a node is when it is coloured.
    fn token(&self, node: Node<'_>) -> Option<(TokenKind, TokenModifiers)>;
}

/// A declaration.
pub(crate) struct Declared<'tree> {
    /// What it declares.
    pub kind: SymbolKind,
    /// Its name.
    pub name: Option<Node<'tree>>,
    /// What it is listed as, if not by its name.
    pub label: Option<String>,
    /// What says its type or parameters.
    pub detail: Option<Node<'tree>>,
    /// All of it, if that is more than the node.
    pub whole: Option<Node<'tree>>,
}

impl Declared<'_> {
    /// Whether a list of declarations shows it, below one of kind `parent`.
    pub(crate) fn is_listed(&self, parent: Option<SymbolKind>) -> bool {
        let in_function = parent.is_some_and(SymbolKind::is_callable);
        !(in_function && matches!(self.kind, SymbolKind::Variable | SymbolKind::Constant | SymbolKind::Field))
    }
}
