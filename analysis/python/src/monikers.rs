//! Names for symbols that are the same in every repository.

use montuno_base::FilePosition;
use montuno_semantic::presentation::{Moniker, MonikerKind};
use ruff_db::parsed::parsed_module;
use ty_module_resolver::file_to_module;
use ty_python_core::definition::Definition;
use ty_python_core::scope::NodeWithScopeKind;
use ty_python_core::{ProgramFile, semantic_index};
use ty_python_semantic::{ImportAliasResolution, ResolvedDefinition};

use crate::cursor;
use crate::database::is_own;
use crate::navigation;
use crate::target::name_of;
use crate::view::View;

impl<'db> View<'db> {
    /// The names of the symbol at a place: `package.module:Class.method`.
    pub(crate) fn monikers(&self, position: FilePosition) -> Vec<Moniker> {
        let Some((model, offset)) = self.place(position) else { return Vec::new() };
        let found = cursor::at(&model, &self.parsed(&model), offset, |model, cursor| {
            let definitions = navigation::declarations(model, cursor, ImportAliasResolution::ResolveAliases);
            let mut monikers: Vec<Moniker> = definitions.iter().filter_map(|one| self.moniker(one)).collect();
            monikers.dedup();
            Some(monikers)
        });
        found.unwrap_or_default()
    }

    fn moniker(&self, definition: &ResolvedDefinition<'db>) -> Option<Moniker> {
        let (module, path, is_local) = match definition {
            ResolvedDefinition::Module(file) => (*file, String::new(), false),
            ResolvedDefinition::Definition(definition) => {
                let (path, is_local) = self.path_of(*definition)?;
                (definition.program_file(self.db), format!(":{path}"), is_local)
            }
            ResolvedDefinition::FileWithRange(_) => return None,
        };
        let kind = match () {
            () if is_local => MonikerKind::Local,
            () if is_own(self.db, module.file(self.db)) => MonikerKind::Export,
            () => MonikerKind::Import,
        };
        let identifier = format!("{}{path}", self.module_path(module)?);
        Some(Moniker { scheme: "python".to_owned(), identifier, kind })
    }

    fn module_path(&self, module: ProgramFile<'db>) -> Option<String> {
        let module = file_to_module(self.db, module.resolver_file(self.db))?;
        Some(module.name(self.db).to_string())
    }

    /// The names around a definition and its own, and whether only a function can see it.
    fn path_of(&self, definition: Definition<'db>) -> Option<(String, bool)> {
        let parsed = parsed_module(self.db, definition.python_file(self.db)).load(self.db);
        let (name, _) = name_of(definition.kind(self.db), &parsed)?;
        let index = semantic_index(self.db, definition.program_file(self.db));
        let mut parts = vec![name];
        let mut is_local = false;
        for (_, scope) in index.ancestor_scopes(definition.file_scope(self.db)) {
            match scope.node() {
                NodeWithScopeKind::Class(class) => parts.push(class.node(&parsed).name.to_string()),
                NodeWithScopeKind::Function(function) => {
                    // What is set on `self` in a method belongs to the class.
                    if definition.place(self.db).is_member() {
                        continue;
                    }
                    parts.push(function.node(&parsed).name.to_string());
                    is_local = true;
                }
                _ => {}
            }
        }
        parts.reverse();
        Some((parts.join("."), is_local))
    }
}
