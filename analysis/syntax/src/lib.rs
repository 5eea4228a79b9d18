//! Syntax trees by tree-sitter, and what can be told from them alone.
//!
//! Nothing here knows a project: a tree depends on text and language, nothing else. The nodes of
//! tree-sitter do not leave this crate; what leaves it is plain data.
//!
//! | module | subject |
//! | --- | --- |
//! | [`tree`] | parsing |
//! | [`outline`] | the declarations of a file |
//! | [`embedded`] | code in a text of another language |
//! | [`folding`] | what can be folded |
//! | [`scopes`] | names that are bound in a scope |
//! | [`refactoring`] | what a selection is, for whoever takes it out |
//! | [`runnables`] | tests and programs |
//! | [`selection`] | ranges around a place |
//! | [`statements`] | where a breakpoint can be |
//! | [`tokens`] | words by their syntax, for colouring |
//! | [`languages`] | what each language calls its nodes |

pub mod describe;
pub mod embedded;
pub mod folding;
pub mod languages;
pub mod outline;
pub mod refactoring;
pub mod runnables;
pub mod scopes;
pub mod selection;
pub mod statements;
pub mod symbol;
pub mod tokens;
pub mod tree;

pub use symbol::SymbolKind;
pub use tree::SyntaxTree;
