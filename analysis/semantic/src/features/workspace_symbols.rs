//! Declarations of the workspace by name.
//!
//! What each file declares is read once and kept by the file's stamp: names and places, no trees.

use std::sync::Arc;

use montuno_base::walk::Stamp;
use montuno_base::{FileId, LineCol, LineIndex, TextRange, Utf8PathBuf, text};
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
    /// As in [`WorkspaceSymbol`].
    name_start: Option<LineCol>,
    container: Option<Arc<str>>,
}

/// A declaration that fits a query.
struct Fit {
    score: u32,
    file: FileId,
    declarations: Declarations,
    index: usize,
}

impl Fit {
    fn declaration(&self) -> &Declaration {
        &self.declarations[self.index]
    }
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
                let fitting = declarations.iter().enumerate().filter_map(|(index, declaration)| {
                    let score = score(query, &declaration.name)?;
                    Some(Fit { score, file, declarations: declarations.clone(), index })
                });
                Ok(fitting.collect())
            },
        )?;
        // Types are what most people look for; of equal ones the order of the files stays.
        found.sort_by_key(|fit| (std::cmp::Reverse(fit.score), !fit.declaration().kind.is_type()));
        found.truncate(limit);
        Ok(found.iter().map(|fit| symbol(fit.file, fit.declaration())).collect())
    }

    fn declarations(
        &self,
        snapshot: &dyn Snapshot,
        file: FileId,
        outline: &impl Fn(FileId, &Arc<str>) -> Vec<Item>,
    ) -> Declarations {
        let inputs = &snapshot.context().inputs;
        if let Some(document) = inputs.documents.get(file) {
            return flatten(&outline(file, &document.text), &document.text, document.line_index());
        }
        let path = inputs.files.path(file);
        let Ok(metadata) = std::fs::metadata(&*path) else { return Arc::default() };
        let stamp = Stamp::of(&metadata);
        if let Some((known, declarations)) = self.files.lock().get(&*path)
            && *known == stamp
        {
            return declarations.clone();
        }
        let read = |source: text::SourceText| {
            flatten(&outline(file, &source.text), &source.text, &LineIndex::new(&source.text))
        };
        let declarations = text::read(&path).map(read).unwrap_or_default();
        self.files.lock().insert(path.to_path_buf(), (stamp, declarations.clone()));
        declarations
    }
}

fn flatten(items: &[Item], text: &str, lines: &LineIndex) -> Declarations {
    let mut found = Vec::new();
    add(items, None, &|range| start(range, text, lines), &mut found);
    found.into()
}

fn add(
    items: &[Item],
    container: Option<&Arc<str>>,
    start: &impl Fn(TextRange) -> Option<LineCol>,
    found: &mut Vec<Declaration>,
) {
    for item in items {
        found.push(Declaration {
            name: item.name.as_str().into(),
            kind: item.kind,
            name_range: item.name_range,
            name_start: start(item.name_range),
            container: container.cloned(),
        });
        if !item.children.is_empty() {
            add(&item.children, Some(&item.name.as_str().into()), start, found);
        }
    }
}

/// Where a name begins, as [`WorkspaceSymbol::name_start`] has it.
fn start(name: TextRange, text: &str, lines: &LineIndex) -> Option<LineCol> {
    let start = lines.try_line_col(name.start())?;
    let line = lines.line(start.line)?;
    let is_ascii = line.contains_range(name) && text.get(std::ops::Range::<usize>::from(line))?.is_ascii();
    is_ascii.then_some(start)
}

fn symbol(file: FileId, declaration: &Declaration) -> WorkspaceSymbol {
    WorkspaceSymbol {
        name: declaration.name.to_string(),
        kind: declaration.kind,
        file,
        name_range: declaration.name_range,
        name_start: declaration.name_start,
        container: declaration.container.as_deref().map(str::to_owned),
    }
}
