//! The waist's answers.

use std::sync::Arc;

use montuno_base::{FileId, FilePosition, FileRange, Language, TextRange, TextSize};
use montuno_semantic::completion::{Candidate, Candidates, CompletionItem, Completions};
use montuno_semantic::engine::Snapshot;
use montuno_semantic::features::workspace_symbols::SymbolIndex;
use montuno_semantic::features::{completions, document_links, postfix, ranking};
use montuno_semantic::hierarchy::{Call, Item, Reference, WorkspaceSymbol};
use montuno_semantic::presentation::{
    CodeAction, CodeActionKind, CodeLens, DocumentLink, FoldingRange, Hover, InlayHint, InlineValue, Moniker,
    RenameStart, SignatureHelp,
};
use montuno_semantic::tokens::{Token, TokenKind};
use montuno_semantic::{
    Cancellable, Context, Diagnostic, Features, Resolution, Semantics, SymbolKind, Target, TextEdit, WorkspaceEdit,
};
use montuno_syntax::{SyntaxTree, folding, outline, selection, tokens};
use rustc_hash::FxHashMap;

use super::engine::Trees;
use super::{LANGUAGES, findings, names, shown};

/// The answers at one revision.
pub(super) struct SyntaxSnapshot {
    pub(super) context: Context,
    pub(super) symbols: SymbolIndex,
    pub(super) trees: Trees,
}

impl SyntaxSnapshot {
    pub(super) fn copy(&self) -> Self {
        Self { context: self.context.clone(), symbols: self.symbols.clone(), trees: self.trees.clone() }
    }

    /// The tree of a file, which is likely to be asked about again.
    pub(super) fn tree(&self, file: FileId) -> Option<SyntaxTree> {
        self.trees.of(&self.context, file)
    }

    /// The tree of a file, for one look.
    pub(super) fn fresh_tree(&self, file: FileId) -> Option<SyntaxTree> {
        SyntaxTree::parse(&self.context.text(file).ok()?.text, self.context.language(file)?)
    }

    /// What a rename gives a new name to, or why it cannot.
    fn renamable(&self, position: FilePosition) -> Result<RenameStart, String> {
        let name = self.name_at(position).ok_or("There is no name here that could be changed.")?;
        match self.binding(&name) {
            Some(_) => Ok(RenameStart { range: name.token.range, name: name.text }),
            None => Err(format!(
                "`{}` is known by its name alone in {}: a rename could change what only looks the same.",
                name.text,
                name.tree.language().name()
            )),
        }
    }
}

impl Snapshot for SyntaxSnapshot {
    fn fork(&self) -> Box<dyn Snapshot> {
        Box::new(self.copy())
    }
}

impl Semantics for SyntaxSnapshot {
    fn definitions(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        self.resolve(position)
    }

    fn declarations(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        self.resolve(position)
    }

    fn type_definitions(&self, _position: FilePosition) -> Cancellable<Option<Resolution>> {
        Ok(None)
    }

    fn implementations(&self, _position: FilePosition) -> Cancellable<Option<Resolution>> {
        Ok(None)
    }

    fn describe(&self, position: FilePosition) -> Cancellable<Option<Hover>> {
        let Some(found) = self.resolve(position)? else { return Ok(None) };
        let markdown = found.targets.first().and_then(|target| shown::markdown(&self.context, target));
        Ok(markdown.map(|markdown| Hover { range: found.origin, markdown }))
    }

    fn type_at(&self, _position: FilePosition) -> Cancellable<Option<String>> {
        Ok(None)
    }

    fn expected_type(&self, _position: FilePosition) -> Cancellable<Option<String>> {
        Ok(None)
    }

    fn members(&self, _position: FilePosition) -> Cancellable<Option<Candidates>> {
        Ok(None)
    }

    fn scope(&self, position: FilePosition) -> Cancellable<Candidates> {
        let Some(tree) = self.tree(position.file) else { return Ok(Candidates::default()) };
        let mut kinds: FxHashMap<&str, SymbolKind> = FxHashMap::default();
        let all = tokens::tokens(&tree, None);
        for token in &all {
            let text = &tree.text()[token.range];
            let is_typed_now = token.range.contains_inclusive(position.offset);
            if names::is_name(token.kind) && !is_typed_now && text.chars().all(montuno_base::name_index::is_word) {
                kinds.entry(text).or_insert_with(|| kind_of(token.kind));
            }
        }
        for item in outline::outline(&tree) {
            item.walk(None, &mut |item: &Item, _| {
                if let Some(kind) = kinds.get_mut(item.name.as_str()) {
                    *kind = item.kind;
                }
            });
        }
        let mut names: Vec<_> = kinds
            .into_iter()
            .map(|(name, kind)| Candidate {
                name: name.to_owned(),
                kind,
                detail: None,
                distance: 0,
                deprecated: false,
                takes_arguments: None,
            })
            .collect();
        names.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Candidates { names, exhaustive: false })
    }

    fn signatures(&self, _position: FilePosition) -> Cancellable<Option<SignatureHelp>> {
        Ok(None)
    }

    fn supertypes(&self, _position: FilePosition) -> Cancellable<Vec<Target>> {
        Ok(Vec::new())
    }

    fn subtypes(&self, _position: FilePosition) -> Cancellable<Vec<Target>> {
        Ok(Vec::new())
    }

    fn items(&self, file: FileId) -> Cancellable<Arc<[Item]>> {
        Ok(self.tree(file).map(|tree| outline::outline(&tree).into()).unwrap_or_default())
    }

    fn calls(&self, _body: FileRange) -> Cancellable<Vec<Call>> {
        Ok(Vec::new())
    }

    fn diagnostics(&self, file: FileId) -> Cancellable<Vec<Diagnostic>> {
        let Some(tree) = self.tree(file) else { return Ok(Vec::new()) };
        if !super::has_diagnostics(tree.language()) {
            return Ok(Vec::new());
        }
        let path = self.context.inputs.files.path(file);
        Ok(findings::syntax_errors(&tree, path.file_name().unwrap_or_default()))
    }
}

impl Features for SyntaxSnapshot {
    fn semantics(&self) -> &dyn Semantics {
        self
    }

    fn context(&self) -> &Context {
        &self.context
    }

    fn languages(&self) -> &'static [Language] {
        LANGUAGES
    }

    fn checkpoint(&self) -> Cancellable<()> {
        self.context.cancel.check()
    }

    fn references(&self, position: FilePosition) -> Cancellable<Vec<Reference>> {
        self.mentions(position, false)
    }

    fn highlights(&self, position: FilePosition) -> Cancellable<Vec<Reference>> {
        self.mentions(position, true)
    }

    fn document_links(&self, file: FileId) -> Cancellable<Vec<DocumentLink>> {
        Ok(document_links::addresses(&self.context, file))
    }

    fn workspace_symbols(&self, query: &str, limit: usize) -> Cancellable<Vec<WorkspaceSymbol>> {
        self.symbols.search_files(self, query, limit, |file, text| {
            let language = self.context.language(file);
            let tree = language.and_then(|language| SyntaxTree::parse(text, language));
            tree.map(|tree| outline::outline(&tree)).unwrap_or_default()
        })
    }

    fn semantic_tokens(&self, file: FileId, range: Option<TextRange>) -> Cancellable<Vec<Token>> {
        Ok(self.tree(file).map(|tree| tokens::tokens(&tree, range)).unwrap_or_default())
    }

    fn inlay_hints(&self, _range: FileRange) -> Cancellable<Vec<InlayHint>> {
        Ok(Vec::new())
    }

    fn inline_values(&self, _range: FileRange, _stopped: TextSize) -> Cancellable<Vec<InlineValue>> {
        Ok(Vec::new())
    }

    fn folding_ranges(&self, file: FileId) -> Cancellable<Vec<FoldingRange>> {
        Ok(self.tree(file).map(|tree| folding::folding_ranges(&tree)).unwrap_or_default())
    }

    fn selection_ranges(&self, position: FilePosition) -> Cancellable<Vec<TextRange>> {
        let Some(tree) = self.tree(position.file) else { return Ok(Vec::new()) };
        let is_inside = usize::from(position.offset) <= tree.text().len();
        Ok(if is_inside { selection::selection_ranges(&tree, position.offset) } else { Vec::new() })
    }

    fn code_lenses(&self, _file: FileId) -> Cancellable<Vec<CodeLens>> {
        Ok(Vec::new())
    }

    fn monikers(&self, _position: FilePosition) -> Cancellable<Vec<Moniker>> {
        Ok(Vec::new())
    }

    fn prepare_call_hierarchy(&self, _position: FilePosition) -> Cancellable<Vec<Target>> {
        Ok(Vec::new())
    }

    fn incoming_calls(&self, _position: FilePosition) -> Cancellable<Vec<Call>> {
        Ok(Vec::new())
    }

    fn outgoing_calls(&self, _position: FilePosition) -> Cancellable<Vec<Call>> {
        Ok(Vec::new())
    }

    fn prepare_type_hierarchy(&self, _position: FilePosition) -> Cancellable<Vec<Target>> {
        Ok(Vec::new())
    }

    fn completions(&self, position: FilePosition, _trigger: Option<char>) -> Cancellable<Completions> {
        let Some(tree) = self.tree(position.file) else { return Ok(Completions::default()) };
        if !tree.language().has_names() || usize::from(position.offset) > tree.text().len() {
            return Ok(Completions::default());
        }
        let around = TextRange::empty(position.offset);
        let is_text = tokens::tokens(&tree, Some(around)).into_iter().any(|token| {
            matches!(token.kind, TokenKind::Comment | TokenKind::String)
                && token.range.start() < position.offset
                && position.offset <= token.range.end()
        });
        if is_text {
            return Ok(Completions::default());
        }
        let usage = ranking::Usage::around(tree.text(), position.offset);
        let replace = completions::typed(tree.text(), position.offset);
        let mut items = completions::items(&self.scope(position)?, replace, &usage);
        items.extend(postfix::offers(&self.context, position, tree.text()));
        completions::sort(&mut items);
        Ok(Completions { items, is_incomplete: false })
    }

    fn resolve_completion(&self, _position: FilePosition, item: CompletionItem) -> Cancellable<CompletionItem> {
        Ok(item)
    }

    fn prepare_rename(&self, position: FilePosition) -> Cancellable<Result<RenameStart, String>> {
        Ok(self.renamable(position))
    }

    fn rename(&self, position: FilePosition, new_name: &str) -> Cancellable<Result<WorkspaceEdit, String>> {
        if let Err(reason) = self.renamable(position) {
            return Ok(Err(reason));
        }
        let is_name = new_name.starts_with(|c: char| c == '_' || c.is_alphabetic())
            && new_name.chars().all(montuno_base::name_index::is_word);
        if !is_name {
            return Ok(Err(format!("`{new_name}` is not a name.")));
        }
        let edits = self.mentions(position, true)?.into_iter();
        let edits = edits.map(|reference| TextEdit::replace(reference.place.range(), new_name)).collect();
        Ok(Ok(WorkspaceEdit::of_file(position.file, edits)))
    }

    fn code_actions(&self, _range: FileRange, _kinds: &[CodeActionKind]) -> Cancellable<Vec<CodeAction>> {
        Ok(Vec::new())
    }

    fn resolve_code_action(&self, _range: FileRange, _id: &str) -> Cancellable<Option<CodeAction>> {
        Ok(None)
    }

    fn on_type_triggers(&self) -> &'static [char] {
        &[]
    }

    fn on_type(&self, _position: FilePosition, _typed: char) -> Cancellable<Option<WorkspaceEdit>> {
        Ok(None)
    }
}

/// What a word is, as an offer says it.
fn kind_of(kind: TokenKind) -> SymbolKind {
    match kind {
        TokenKind::Namespace => SymbolKind::Module,
        TokenKind::Class => SymbolKind::Class,
        TokenKind::Type => SymbolKind::Class,
        TokenKind::Enum => SymbolKind::Enum,
        TokenKind::Interface => SymbolKind::Interface,
        TokenKind::Struct => SymbolKind::Struct,
        TokenKind::TypeParameter => SymbolKind::TypeParameter,
        TokenKind::Parameter => SymbolKind::Parameter,
        TokenKind::Property => SymbolKind::Field,
        TokenKind::EnumMember => SymbolKind::EnumMember,
        TokenKind::Function => SymbolKind::Function,
        TokenKind::Method => SymbolKind::Method,
        TokenKind::Macro => SymbolKind::Macro,
        TokenKind::Decorator => SymbolKind::Attribute,
        TokenKind::Label => SymbolKind::Label,
        _ => SymbolKind::Variable,
    }
}
