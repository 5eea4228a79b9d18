//! Declarations of the workspace by name.
//!
//! What each file declares is read once and kept by the file's stamp: names and places, no trees.

use std::sync::Arc;

use montuno_base::walk::Stamp;
use montuno_base::{FileId, TextRange, Utf8PathBuf, text};
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use crate::cancel::Cancellable;
use crate::engine::Snapshot;
use crate::features::matching::score;
use crate::features::parallel::ask_files;
use crate::features::references::ensure_index;
use crate::hierarchy::{Item, WorkspaceSymbol};
use crate::symbol::SymbolKind;

/// What the files of the workspace declare, as far as somebody asked. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct SymbolIndex {
    files: Arc<Mutex<FxHashMap<Utf8PathBuf, (Stamp, Declarations)>>>,
}

type Declarations = Arc<[Declaration]>;

#[derive(Debug)]
struct Declaration {
    name: Box<str>,
    kind: SymbolKind,
    name_range: TextRange,
    container: Option<Arc<str>>,
}

impl SymbolIndex {
    /// The declarations whose names fit the query, best first, at most `limit`. `outline` reads a text.
    ///
    /// # Errors
    /// [`Cancelled`](crate::Cancelled).
    pub fn search(
        &self,
        snapshot: &dyn Snapshot,
        query: &str,
        limit: usize,
        outline: impl Fn(&str) -> Vec<Item> + Sync,
    ) -> Cancellable<Vec<WorkspaceSymbol>> {
        self.search_files(snapshot, query, limit, |_, text| outline(text))
    }

    /// As [`SymbolIndex::search`], where what a text declares depends on which file it is.
    ///
    /// # Errors
    /// [`Cancelled`](crate::Cancelled).
    pub fn search_files(
        &self,
        snapshot: &dyn Snapshot,
        query: &str,
        limit: usize,
        outline: impl Fn(FileId, &Arc<str>) -> Vec<Item> + Sync,
    ) -> Cancellable<Vec<WorkspaceSymbol>> {
        ensure_index(snapshot)?;
        let context = snapshot.context();
        let mut files: Vec<FileId> =
            context.names.files(snapshot.languages()).iter().map(|path| context.inputs.files.id(path)).collect();
        files.extend(
            context.inputs.documents.iter().map(|(file, _)| file).filter(|&file| {
                context.language(file).is_some_and(|language| snapshot.languages().contains(&language))
            }),
        );
        files.sort_unstable();
        files.dedup();
        let mut found = ask_files(
            &files,
            || snapshot.fork(),
            |snapshot, file| {
                snapshot.checkpoint()?;
                let declarations = self.declarations(&**snapshot, file, &outline);
                let fitting = declarations.iter().filter_map(|declaration| {
                    let score = score(query, &declaration.name)?;
                    Some((score, symbol(file, declaration)))
                });
                Ok(fitting.collect())
            },
        )?;
        // Types are what most people look for; of equal ones the order of the files stays.
        found.sort_by_key(|(score, symbol)| (std::cmp::Reverse(*score), !symbol.kind.is_type()));
        found.truncate(limit);
        Ok(found.into_iter().map(|(_, symbol)| symbol).collect())
    }

    fn declarations(
        &self,
        snapshot: &dyn Snapshot,
        file: FileId,
        outline: &impl Fn(FileId, &Arc<str>) -> Vec<Item>,
    ) -> Declarations {
        let inputs = &snapshot.context().inputs;
        if let Some(document) = inputs.documents.get(file) {
            return flatten(&outline(file, &document.text));
        }
        let path = inputs.files.path(file);
        let Ok(metadata) = std::fs::metadata(&*path) else { return Arc::default() };
        let stamp = Stamp::of(&metadata);
        if let Some((known, declarations)) = self.files.lock().get(&*path)
            && *known == stamp
        {
            return declarations.clone();
        }
        let declarations = text::read(&path).map(|source| flatten(&outline(file, &source.text))).unwrap_or_default();
        self.files.lock().insert(path.to_path_buf(), (stamp, declarations.clone()));
        declarations
    }
}

fn flatten(items: &[Item]) -> Declarations {
    fn add(items: &[Item], container: Option<&Arc<str>>, found: &mut Vec<Declaration>) {
        for item in items {
            found.push(Declaration {
                name: item.name.as_str().into(),
                kind: item.kind,
                name_range: item.name_range,
                container: container.cloned(),
            });
            if !item.children.is_empty() {
                add(&item.children, Some(&item.name.as_str().into()), found);
            }
        }
    }
    let mut found = Vec::new();
    add(items, None, &mut found);
    found.into()
}

fn symbol(file: FileId, declaration: &Declaration) -> WorkspaceSymbol {
    WorkspaceSymbol {
        name: declaration.name.to_string(),
        kind: declaration.kind,
        file,
        name_range: declaration.name_range,
        container: declaration.container.as_deref().map(str::to_owned),
    }
}
