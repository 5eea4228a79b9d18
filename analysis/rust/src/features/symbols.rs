//! Declarations, of a file and of the workspace.

use montuno_base::{FileId, TextRange};
use montuno_semantic::SymbolKind;
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::hierarchy::{Item, WorkspaceSymbol};
use ra_ap_ide::{FileStructureConfig, Query, StructureNode, StructureNodeKind};

use crate::convert::{symbol, target};
use crate::snapshot::RustSnapshot;
use crate::threads;

/// How many symbols are looked at for each that is wanted, so that the best are among them.
const CHOICE: usize = 32;

impl RustSnapshot {
    /// What a file declares, as a tree.
    pub(crate) fn outline(&self, file: FileId) -> Cancellable<Vec<Item>> {
        let Some(text) = self.engine_text(file)? else { return Ok(Vec::new()) };
        let config = FileStructureConfig { exclude_locals: true };
        let nodes = self.ask(|analysis| analysis.file_structure(&config, crate::load::database::to_engine(file)))?;
        // Children come after their parents, so the last ones are complete when they are put in.
        let mut items: Vec<Option<Item>> = nodes.iter().map(|node| Some(item(node, &text))).collect();
        let mut roots = Vec::new();
        for (index, node) in nodes.iter().enumerate().rev() {
            let Some(mut item) = items[index].take() else { continue };
            item.children.reverse();
            match node.parent.and_then(|parent| items[parent].as_mut()) {
                Some(parent) => {
                    if item.kind == SymbolKind::Function && parent.kind == SymbolKind::Implementation {
                        item.kind = SymbolKind::Method;
                    }
                    parent.children.push(item);
                }
                None => roots.push(item),
            }
        }
        roots.reverse();
        Ok(roots)
    }

    /// Declarations of the user's own packages whose names fit a query, best first.
    pub(crate) fn symbols_like(&self, query: &str, limit: usize) -> Cancellable<Vec<WorkspaceSymbol>> {
        self.load_all()?;
        let mut asked = Query::new(query.to_owned());
        asked.exclude_imports();
        let wanted = limit.saturating_mul(CHOICE);
        let found = self.ask(|analysis| threads::share(move || analysis.symbol_search(asked, wanted)))?;
        let mut symbols: Vec<_> = found
            .into_iter()
            .map(|found| {
                let found = target::target(found);
                WorkspaceSymbol {
                    name: found.name,
                    kind: found.kind,
                    file: found.file,
                    name_range: found.name_range,
                    name_start: None,
                    container: found.container,
                }
            })
            .collect();
        let name = query.rsplit("::").next().unwrap_or(query);
        symbols.sort_by_cached_key(|symbol| (distance(&symbol.name, name), symbol.file, symbol.name_range.start()));
        symbols.dedup();
        symbols.truncate(limit);
        Ok(symbols)
    }
}

/// How far a name is from what was asked for: the same, the same but for case, beginning with it,
/// holding it; then by length.
fn distance(name: &str, query: &str) -> (u8, usize) {
    let (lower_name, lower_query) = (name.to_lowercase(), query.to_lowercase());
    let class = if name == query {
        0
    } else if lower_name == lower_query {
        1
    } else if lower_name.starts_with(&lower_query) {
        2
    } else if lower_name.contains(&lower_query) {
        3
    } else {
        4
    };
    (class, name.len())
}

fn item(node: &StructureNode, text: &str) -> Item {
    let kind = match node.kind {
        StructureNodeKind::SymbolKind(kind) => symbol::kind(kind),
        StructureNodeKind::ExternBlock | StructureNodeKind::Region => SymbolKind::Module,
    };
    let before_name =
        TextRange::new(node.node_range.start(), node.navigation_range.start().max(node.node_range.start()));
    let before_name = text.get(std::ops::Range::<usize>::from(before_name)).unwrap_or_default();
    Item {
        name: node.label.clone(),
        kind,
        full_range: node.node_range,
        name_range: node.navigation_range,
        detail: node.detail.clone(),
        deprecated: node.deprecated,
        public: kind == SymbolKind::EnumMember || is_public(before_name),
        children: Vec::new(),
    }
}

/// Whether what stands before a name makes it visible outside: `pub`, in whatever part of the crate.
fn is_public(before_name: &str) -> bool {
    let code = before_name.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
    code.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_')).any(|word| word == "pub")
}
