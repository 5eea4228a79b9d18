//! Which names mean the same symbol.

use montuno_base::{FileId, FilePosition, name_index};
use montuno_semantic::hierarchy::{Access, FilePlace, Reference};
use montuno_semantic::symbol::Symbol;
use ruff_db::parsed::parsed_module;
use ruff_python_ast::{AnyNodeRef, ExprContext, ExprRef};
use ruff_text_size::{Ranged, TextSize};
use ty_python_core::definition::DefinitionKind;
use ty_python_core::scope::{NodeWithScopeKind, ScopeKind};
use ty_python_core::{ProgramFile, semantic_index};
use ty_python_semantic::{ImportAliasResolution, ResolvedDefinition, SemanticModel};

use crate::convert::ToOurs;
use crate::cursor::{self, Cursor, Subject};
use crate::navigation;
use crate::view::View;

impl<'db> View<'db> {
    /// The symbol whose name stands at a place.
    pub(crate) fn symbol(&self, position: FilePosition, keep_aliases: bool) -> Option<Symbol> {
        let (model, offset) = self.place(position)?;
        cursor::at(&model, &self.parsed(&model), offset, |model, cursor| {
            let name = cursor.name()?.to_owned();
            let found = navigation::declarations(model, cursor, resolution(keep_aliases));
            let only_in = found.iter().all(|definition| is_local(self, definition)).then_some(position.file);
            let declarations = self.targets(found);
            let origin = cursor.range.ours();
            (!declarations.is_empty()).then_some(Symbol {
                name,
                origin,
                declarations,
                only_in,
                keeps_aliases: keep_aliases,
            })
        })
    }

    /// Where a file uses a symbol.
    pub(crate) fn uses(&self, symbol: &Symbol, file: FileId) -> Vec<Reference> {
        let mut uses = Vec::new();
        self.each_use(symbol, file, |_, cursor| uses.push(self.reference(symbol, file, cursor)));
        uses
    }

    /// Visits each place where a file uses a symbol, in the order of the text.
    pub(crate) fn each_use(
        &self,
        symbol: &Symbol,
        file: FileId,
        mut visit: impl FnMut(&SemanticModel<'db>, &Cursor<'_>),
    ) {
        let model = self.model(file);
        let text = self.text(&model);
        let parsed = self.parsed(&model);
        for start in name_index::occurrences(&text, &symbol.name) {
            let offset = TextSize::try_from(start).expect("files are below 4 GB");
            cursor::at(&model, &parsed, offset, |model, cursor| {
                if cursor.range.start() != offset || cursor.name() != Some(&symbol.name) {
                    return None;
                }
                let found = navigation::declarations(model, cursor, resolution(symbol.keeps_aliases));
                if found.iter().any(|definition| self.is_declaration_of(symbol, definition)) {
                    visit(model, cursor);
                }
                Some(())
            });
        }
        drop(parsed);
        if self.context.inputs.documents.get(file).is_none() {
            // Trees are large, and made anew in no time.
            parsed_module(self.db, model.python_file()).clear();
        }
    }

    /// Whether a definition is one of a symbol's declarations.
    fn is_declaration_of(&self, symbol: &Symbol, definition: &ResolvedDefinition<'db>) -> bool {
        let place = definition.focus_range(self.db);
        let Some(file) = self.known_file_id(place.file()) else { return false };
        symbol
            .declarations
            .iter()
            .any(|target| target.file == file && (place.range().ours().contains_range(target.name_range)))
    }

    fn reference(&self, symbol: &Symbol, file: FileId, cursor: &Cursor<'_>) -> Reference {
        let range = cursor.range.ours();
        let is_declaration = symbol.declarations.iter().any(|target| target.file == file && target.name_range == range);
        Reference { place: FilePlace::new(file, range), access: access(cursor), is_declaration }
    }
}

fn resolution(keep_aliases: bool) -> ImportAliasResolution {
    if keep_aliases { ImportAliasResolution::PreserveAliases } else { ImportAliasResolution::ResolveAliases }
}

/// What happens to the name at the cursor.
fn access(cursor: &Cursor<'_>) -> Access {
    let of_context = |context| match context {
        ExprContext::Load | ExprContext::Invalid => Access::Read,
        ExprContext::Store | ExprContext::Del => Access::Write,
    };
    match cursor.subject {
        Subject::Expression(ExprRef::Name(name)) => of_context(name.ctx),
        Subject::Expression(ExprRef::Attribute(attribute)) => of_context(attribute.ctx),
        Subject::Expression(_) | Subject::Callee(..) => Access::Read,
        Subject::Function(_) | Subject::Class(_) | Subject::Parameter(_) | Subject::Alias(..) => Access::Write,
        Subject::Word(_) => match cursor.ancestors.iter().rev().nth(1) {
            Some(AnyNodeRef::StmtGlobal(_) | AnyNodeRef::StmtNonlocal(_)) => Access::Mention,
            _ => Access::Write,
        },
        _ => Access::Mention,
    }
}

/// Whether only the file that a definition is in can use it: locals, and parameters of functions that
/// others cannot call.
fn is_local(view: &View<'_>, definition: &ResolvedDefinition<'_>) -> bool {
    let Some(definition) = definition.definition() else { return false };
    let db = view.db;
    let scope = definition.scope(db);
    let is_parameter = matches!(definition.kind(db), DefinitionKind::Parameter(_));
    match scope.scope(db).kind() {
        ScopeKind::Module | ScopeKind::Class => false,
        ScopeKind::Function if is_parameter => {
            !is_reachable_from_outside(view, definition.program_file(db), definition.file_scope(db))
        }
        // A walrus in a comprehension binds in the scope around it.
        ScopeKind::Comprehension => !matches!(definition.kind(db), DefinitionKind::NamedExpression(_)),
        // Attributes of `self` are set in functions.
        _ => !definition.place(db).is_member(),
    }
}

/// Whether the function of a scope is called by name from elsewhere: it lies in a module or in classes.
fn is_reachable_from_outside(
    view: &View<'_>,
    file: ProgramFile<'_>,
    scope: ty_python_core::scope::FileScopeId,
) -> bool {
    let index = semantic_index(view.db, file);
    index
        .ancestor_scopes(scope)
        .skip(1)
        .all(|(_, scope)| !matches!(scope.node(), NodeWithScopeKind::Function(_) | NodeWithScopeKind::Lambda(_)))
}
