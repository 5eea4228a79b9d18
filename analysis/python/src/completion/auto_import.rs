//! Names that an import would have to be added for.

use montuno_base::TextRange;
use montuno_semantic::completion::{CompletionItem, Completions};
use montuno_semantic::features::ranking::Usage;
use ruff_python_ast::Stmt;
use rustc_hash::FxHashSet;
use ty_python_semantic::SemanticModel;

use crate::exports::{Offer, SearchPath};
use crate::importing::import;
use crate::project::PACKAGE_FOLDERS;
use crate::view::View;

/// More than these help nobody; typing on brings others.
const MOST: usize = 80;

impl<'db> View<'db> {
    /// Adds the names of other modules that begin with what was typed.
    pub(super) fn add_importable(
        &self,
        model: &SemanticModel<'db>,
        body: &[Stmt],
        replace: TextRange,
        usage: &Usage<'_>,
        found: &mut Completions,
    ) {
        let text = self.text(model);
        let typed = &text[usize::from(replace.start())..usize::from(replace.end())];
        if typed.is_empty() || !self.context.inputs.settings.completion.auto_import {
            // With the first letter they come.
            found.is_incomplete |= typed.is_empty();
            return;
        }
        let Some(mut offers) = self.db.exports().starting_with(&self.search_paths(model), typed) else {
            found.is_incomplete = true;
            return;
        };
        let known: FxHashSet<String> = found.items.iter().map(|item| item.label.clone()).collect();
        offers.retain(|offer| !known.contains(&*offer.name));
        offers.sort_by_key(|offer| std::cmp::Reverse(relevance(offer, usage)));
        found.is_incomplete |= offers.len() > MOST;
        for offer in offers.into_iter().take(MOST) {
            let edit = import(&text, body, &offer.module, Some(&offer.name));
            found.items.push(CompletionItem {
                origin: Some(offer.module.to_string()),
                relevance: relevance(&offer, usage),
                additional_edits: edit.into_iter().collect(),
                resolve_key: Some(offer.module.to_string()),
                ..CompletionItem::new(&*offer.name, offer.kind, replace)
            });
        }
    }

    /// Where modules are searched for a file, in a form that does not depend on the database.
    pub(crate) fn search_paths(&self, model: &SemanticModel<'db>) -> Vec<SearchPath> {
        let environment = model.program_environment().resolver_environment(self.db);
        let is_packages = |path: &str| PACKAGE_FOLDERS.iter().any(|name| path.ends_with(name));
        let paths = ty_module_resolver::system_module_search_paths(self.db, environment);
        let mut paths: Vec<SearchPath> = paths
            .map(|path| {
                let folder = montuno_base::Utf8PathBuf::from(path.as_str());
                let is_inside = self.context.inputs.root_of(&folder).is_some();
                if is_inside && !is_packages(path.as_str()) {
                    SearchPath::Own(folder)
                } else {
                    SearchPath::Packages(folder)
                }
            })
            .collect();
        paths.push(SearchPath::StandardLibrary);
        paths
    }
}

/// Behind everything that needs no import. Own modules and short paths first; what stands nearby already,
/// in a comment or in code that is not finished, is wanted more.
fn relevance(offer: &Offer, usage: &Usage<'_>) -> u32 {
    let depth = u32::try_from(offer.module.matches('.').count()).unwrap_or(u32::MAX).min(10);
    let own = if offer.is_own { 150 } else { 0 };
    1000 + own - depth * 50 + usage.weight(&offer.name) / 2
}
