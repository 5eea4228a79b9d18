//! From the engine's definitions to the waist's targets.

use montuno_semantic::{SymbolKind, Target};
use ruff_db::parsed::{ParsedModuleRef, parsed_module};
use ruff_db::source::source_text;
use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange, TextSize};
use ty_module_resolver::file_to_module;
use ty_python_core::ProgramFile;
use ty_python_core::definition::{Definition, DefinitionKind};
use ty_python_core::scope::{NodeWithScopeKind, ScopeId};
use ty_python_core::semantic_index;
use ty_python_semantic::ResolvedDefinition;

use crate::convert::ToOurs;
use crate::view::View;

impl<'db> View<'db> {
    /// Definitions as targets, each place once.
    pub(crate) fn targets(&self, definitions: Vec<ResolvedDefinition<'db>>) -> Vec<Target> {
        let mut targets: Vec<Target> = Vec::new();
        for definition in definitions {
            if let Some(target) = self.target(&definition)
                && !targets.iter().any(|known| known.file == target.file && known.name_range == target.name_range)
            {
                targets.push(target);
            }
        }
        targets
    }

    /// A definition as a target.
    pub(crate) fn target(&self, definition: &ResolvedDefinition<'db>) -> Option<Target> {
        match definition {
            ResolvedDefinition::Definition(definition) => Some(self.target_of(*definition)),
            ResolvedDefinition::Module(module) => Some(self.module_target(*module)),
            ResolvedDefinition::FileWithRange(place) => {
                let text = source_text(self.db, place.file());
                Some(Target {
                    file: self.file_id(place.file()),
                    full_range: place.range().ours(),
                    name_range: place.range().ours(),
                    name: text.get(place.range().to_std_range())?.to_owned(),
                    kind: SymbolKind::Variable,
                    container: None,
                })
            }
        }
    }

    /// A definition as a target.
    pub(crate) fn target_of(&self, definition: Definition<'_>) -> Target {
        let db = self.db;
        let parsed = parsed_module(db, definition.python_file(db)).load(db);
        let (name, name_range) = name_of(definition.kind(db), &parsed).unwrap_or_else(|| {
            let range = definition.focus_range(db, &parsed).range();
            (source_text(db, definition.file(db))[range].to_owned(), range)
        });
        let full_range = full_range(definition.kind(db), &parsed).cover(name_range);
        Target {
            file: self.file_id(definition.file(db)),
            full_range: full_range.ours(),
            name_range: name_range.ours(),
            kind: kind_of(definition, &name, db),
            name,
            container: self.container(definition, &parsed),
        }
    }

    /// A module as a target: its start.
    pub(crate) fn module_target(&self, module: ProgramFile<'_>) -> Target {
        let file = module.file(self.db);
        let named = file_to_module(self.db, module.resolver_file(self.db));
        let name = named.map(|module| module.name(self.db).to_string());
        let length = source_text(self.db, file).len();
        Target {
            file: self.file_id(file),
            full_range: TextRange::up_to(TextSize::try_from(length).unwrap_or_default()).ours(),
            name_range: TextRange::default().ours(),
            name: name.unwrap_or_else(|| file.path(self.db).as_str().to_owned()),
            kind: SymbolKind::Module,
            container: None,
        }
    }

    /// The class, function or module that a definition is in.
    fn container(&self, definition: Definition<'_>, parsed: &ParsedModuleRef) -> Option<String> {
        let index = semantic_index(self.db, definition.program_file(self.db));
        for (_, scope) in index.ancestor_scopes(definition.file_scope(self.db)) {
            match scope.node() {
                NodeWithScopeKind::Class(class) => return Some(class.node(parsed).name.to_string()),
                NodeWithScopeKind::Function(function) => return Some(function.node(parsed).name.to_string()),
                _ => {}
            }
        }
        let module = file_to_module(self.db, definition.program_file(self.db).resolver_file(self.db))?;
        Some(module.name(self.db).to_string())
    }
}

/// The name that a definition gives, and where it stands.
pub(crate) fn name_of(kind: &DefinitionKind<'_>, parsed: &ParsedModuleRef) -> Option<(String, TextRange)> {
    let identifier = |name: &ast::Identifier| (name.to_string(), name.range);
    let expression = |target: &ast::Expr| match target {
        ast::Expr::Name(name) => Some((name.id.to_string(), name.range)),
        ast::Expr::Attribute(attribute) => Some(identifier(&attribute.attr)),
        _ => None,
    };
    let imported = |alias: &ast::Alias| alias.asname.as_ref().map_or_else(|| identifier(&alias.name), identifier);
    match kind {
        DefinitionKind::Import(import) => Some(imported(import.alias(parsed))),
        DefinitionKind::ImportFrom(import) => Some(imported(import.alias(parsed))),
        DefinitionKind::Function(function) => Some(identifier(&function.node(parsed).name)),
        DefinitionKind::Class(class) => Some(identifier(&class.node(parsed).name)),
        DefinitionKind::TypeAlias(alias) => expression(&alias.node(parsed).name),
        DefinitionKind::NamedExpression(named) => expression(&named.node(parsed).target),
        DefinitionKind::Assignment(assignment) => expression(assignment.target(parsed)),
        DefinitionKind::AnnotatedAssignment(assignment) => expression(assignment.target(parsed)),
        DefinitionKind::AugmentedAssignment(assignment) => expression(&assignment.node(parsed).target),
        DefinitionKind::For(statement) => expression(statement.target(parsed)),
        DefinitionKind::Comprehension(comprehension) => expression(comprehension.target(parsed)),
        DefinitionKind::WithItem(item) => expression(item.target(parsed)),
        DefinitionKind::ExceptHandler(handler) => handler.node(parsed).name.as_ref().map(identifier),
        DefinitionKind::TypeVar(parameter) => Some(identifier(&parameter.node(parsed).name)),
        DefinitionKind::ParamSpec(parameter) => Some(identifier(&parameter.node(parsed).name)),
        DefinitionKind::TypeVarTuple(parameter) => Some(identifier(&parameter.node(parsed).name)),
        _ => None,
    }
}

/// All of a definition: of a name that an import brings, the name alone; of an assignment, the statement.
fn full_range(kind: &DefinitionKind<'_>, parsed: &ParsedModuleRef) -> TextRange {
    match kind {
        DefinitionKind::StarImport(import) => import.alias(parsed).range(),
        kind => kind.full_range(parsed),
    }
}

/// What a definition defines.
pub(crate) fn kind_of(definition: Definition<'_>, name: &str, db: &dyn ty_python_semantic::Db) -> SymbolKind {
    match definition.kind(db) {
        DefinitionKind::Class(_) => SymbolKind::Class,
        DefinitionKind::Function(_) if is_in_class(definition.scope(db), db) => match name {
            "__init__" => SymbolKind::Constructor,
            _ => SymbolKind::Method,
        },
        DefinitionKind::Function(_) => SymbolKind::Function,
        DefinitionKind::Import(_)
        | DefinitionKind::ImportFrom(_)
        | DefinitionKind::ImportFromSubmodule(_)
        | DefinitionKind::StarImport(_) => SymbolKind::Module,
        DefinitionKind::TypeAlias(_) => SymbolKind::TypeAlias,
        DefinitionKind::TypeVar(_) | DefinitionKind::ParamSpec(_) | DefinitionKind::TypeVarTuple(_) => {
            SymbolKind::TypeParameter
        }
        DefinitionKind::Parameter(_) | DefinitionKind::LambdaParameter(_) => SymbolKind::Parameter,
        _ if definition.place(db).is_member() || is_in_class(definition.scope(db), db) => SymbolKind::Field,
        _ if !is_in_module(definition.scope(db), db) => SymbolKind::Local,
        _ if is_constant(name) => SymbolKind::Constant,
        _ => SymbolKind::Variable,
    }
}

fn is_in_class(scope: ScopeId<'_>, db: &dyn ty_python_semantic::Db) -> bool {
    matches!(scope.node(db), NodeWithScopeKind::Class(_))
}

fn is_in_module(scope: ScopeId<'_>, db: &dyn ty_python_semantic::Db) -> bool {
    matches!(scope.node(db), NodeWithScopeKind::Module)
}

/// Whether a name is written as constants are.
pub(crate) fn is_constant(name: &str) -> bool {
    name.contains(|c: char| c.is_ascii_uppercase()) && !name.contains(|c: char| c.is_lowercase())
}
