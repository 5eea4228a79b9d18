//! What an editor shows: hovers, signatures, hints, folds, lenses, links.

use montuno_base::{FileId, FilePosition, TextRange, TextSize, Utf8PathBuf};
pub use montuno_syntax::folding::{FoldingKind, FoldingRange};

use crate::{TextEdit, WorkspaceEdit};

/// What is known of a symbol.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// The text it speaks of.
    pub range: TextRange,
    /// In Markdown: its declaration or type as code, then its documentation.
    pub markdown: String,
}

/// The signatures that a call may have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignatureHelp {
    /// All of them.
    pub signatures: Vec<Signature>,
    /// The one that fits what was typed best.
    pub active_signature: usize,
}

/// One signature of a function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// All of it, in one line.
    pub label: String,
    /// Its documentation, in Markdown.
    pub documentation: Option<String>,
    /// Its parameters.
    pub parameters: Vec<SignatureParameter>,
    /// The parameter that the cursor is at.
    pub active_parameter: Option<usize>,
}

/// One parameter of a signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignatureParameter {
    /// Where it stands in the label, in bytes.
    pub label_range: TextRange,
    /// Its documentation, in Markdown.
    pub documentation: Option<String>,
}

/// A hint shown inside the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InlayHint {
    /// Where it is shown.
    pub offset: TextSize,
    /// What it says.
    pub label: Vec<InlayHintPart>,
    /// What sort of hint it is.
    pub kind: InlayHintKind,
    /// Whether a space is shown before it.
    pub padding_left: bool,
    /// Whether a space is shown after it.
    pub padding_right: bool,
    /// The edits that write it into the text.
    pub edits: Vec<TextEdit>,
}

impl InlayHint {
    /// The whole label as text.
    pub fn text(&self) -> String {
        self.label.iter().map(|part| part.text.as_str()).collect()
    }
}

/// A part of a hint's label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InlayHintPart {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub target: Option<(FileId, TextRange)>,
}

/// What sort of hint it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InlayHintKind {
    /// A type.
    Type,
    /// The name of a parameter.
    Parameter,
    /// Anything else that the language leaves unsaid.
    Other,
}

/// A line above a declaration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeLens {
    /// The name that it belongs to.
    pub range: TextRange,
    /// What it offers.
    pub kind: CodeLensKind,
}

/// What a lens offers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CodeLensKind {
    /// How often the symbol at this place is used.
    References(FilePosition),
    /// How many implementations or subclasses it has.
    Implementations(FilePosition),
}

/// A range that leads to another document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentLink {
    /// The range.
    pub range: TextRange,
    /// Where it leads.
    pub target: LinkTarget,
}

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkTarget {
    /// A file.
    File(Utf8PathBuf),
    /// An address.
    Url(String),
}

/// A range whose value a debugger can show while it stands there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InlineValue {
    /// The variable or expression.
    pub range: TextRange,
    /// Whether it is a plain variable: then the debugger looks it up by name. Otherwise it evaluates it.
    pub is_variable: bool,
    /// The name, or the expression.
    pub text: String,
}

/// A name for a symbol that is the same in every repository.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moniker {
    /// How the identifier is made: the package system.
    pub scheme: String,
    /// The name.
    pub identifier: String,
    /// Where the symbol is declared.
    pub kind: MonikerKind,
}

/// Where a symbol is declared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MonikerKind {
    /// Elsewhere.
    Import,
    /// Here, for others to use.
    Export,
    /// Here, for nobody else.
    Local,
}

/// A change that can be made at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeAction {
    /// Tells it from the others at the same place. The same at every call.
    pub id: String,
    /// What it does, in a few words.
    pub title: String,
    /// What sort of change it is.
    pub kind: CodeActionKind,
    /// The rule whose finding it mends.
    pub mends: Option<String>,
    /// Whether it is the obvious one.
    pub is_preferred: bool,
    /// What it changes; `None` until it is resolved.
    pub edit: Option<WorkspaceEdit>,
}

/// What sort of change an action makes. LSP's names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CodeActionKind {
    /// Mends a finding.
    QuickFix,
    /// Any restructuring.
    Refactor,
    /// Makes something of its own out of a part.
    RefactorExtract,
    /// Puts something back where it is used.
    RefactorInline,
    /// Writes the same otherwise.
    RefactorRewrite,
    /// Works on the whole file.
    Source,
    /// Sorts and cleans imports.
    SourceOrganizeImports,
}

/// What a rename would begin with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenameStart {
    /// The name at the cursor.
    pub range: TextRange,
    /// What it is called now.
    pub name: String,
}
