//! What imports name: modules, and what is in them.

use montuno_base::TextRange;
use montuno_semantic::SymbolKind;
use montuno_semantic::completion::CompletionItem;
use ruff_python_ast::{self as ast, name::Name};
use ty_module_resolver::{ImportingFile, ModuleName};
use ty_python_semantic::{Completion, SemanticModel};

use super::candidates::kind_of;
use crate::view::View;

impl<'db> View<'db> {
    /// The modules below a module; all that can be imported, if it is none.
    pub(super) fn modules(
        &self,
        model: &SemanticModel<'db>,
        parent: &str,
        level: u32,
        replace: TextRange,
    ) -> Vec<CompletionItem> {
        let found = if parent.is_empty() && level == 0 {
            model.import_completions()
        } else {
            let environment = model.program_environment().resolver_environment(self.db);
            let file = ImportingFile::File(model.file(), environment);
            let parent = (!parent.is_empty()).then_some(parent);
            match ModuleName::from_identifier_parts(self.db, file, parent, level) {
                Ok(name) => model.import_submodule_completions_for_name(&name),
                Err(_) => Vec::new(),
            }
        };
        imports(&found, &[], replace)
    }

    /// The names in a module, those aside that are imported already.
    pub(super) fn imported(
        &self,
        model: &SemanticModel<'db>,
        module: &str,
        level: u32,
        taken: &[String],
        replace: TextRange,
    ) -> Vec<CompletionItem> {
        let import = ast::StmtImportFrom {
            node_index: ast::AtomicNodeIndex::NONE,
            range: ruff_text_size::TextRange::default(),
            module: (!module.is_empty())
                .then(|| ast::Identifier::new(Name::new(module), ruff_text_size::TextRange::default())),
            names: Vec::new(),
            level,
            is_lazy: false,
        };
        let mut found = imports(&model.from_import_completions(&import), taken, replace);
        found.push(CompletionItem::new("*", SymbolKind::Keyword, replace));
        found
    }
}

fn imports(found: &[Completion<'_>], taken: &[String], replace: TextRange) -> Vec<CompletionItem> {
    let mut items: Vec<CompletionItem> = Vec::with_capacity(found.len());
    for completion in found {
        if taken.iter().any(|name| *name == completion.name) || completion.is_type_check_only {
            continue;
        }
        let name = completion.name.as_str();
        let relevance = match name {
            name if name.starts_with("__") => 100,
            name if name.starts_with('_') => 500,
            _ => 1000,
        };
        items.push(CompletionItem { relevance, ..CompletionItem::new(name, kind_of(completion.ty, name, 1), replace) });
    }
    items.sort_by(|a, b| a.label.cmp(&b.label));
    items.dedup_by(|a, b| a.label == b.label);
    items
}
