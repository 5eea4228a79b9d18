//! What every file of the workspace exports: for imports that are added on the way.

use std::sync::Arc;

use montuno_base::walk::Stamp;
use montuno_base::{Language, NameIndex, Utf8Path, Utf8PathBuf, text};
use montuno_semantic::SymbolKind;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use super::parse::{Dialect, parse};
use super::target;
use super::tree::{Kind, Tree};
use crate::aside::Aside;
use crate::view::View;

/// Files that are larger are made by programs, and nobody imports from them by name.
const LARGEST: u64 = 1 << 20;

/// A name that a file exports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Export {
    /// The name; of a default export the one that it would be given.
    pub(super) name: Box<str>,
    /// What it is.
    pub(super) kind: SymbolKind,
    /// Whether it is imported without braces.
    pub(super) is_default: bool,
    /// Whether it is there only for types.
    pub(super) is_type: bool,
}

/// A file with a name that it exports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Offer {
    pub(super) export: Export,
    pub(super) path: Arc<Utf8Path>,
}

/// All offers, sorted by their names in lower case.
#[derive(Debug, Default)]
pub(super) struct Table {
    offers: Vec<(Box<str>, Offer)>,
}

/// What was read from each file, and its stamp then.
#[derive(Default)]
struct ReadFiles(Mutex<FxHashMap<Utf8PathBuf, Read>>);

type Read = (Stamp, Arc<[Export]>);

impl Table {
    /// The names that begin with a text, upper or lower case.
    pub(super) fn starting_with(&self, prefix: &str) -> impl Iterator<Item = &Offer> {
        let prefix = prefix.to_lowercase();
        let start = self.offers.partition_point(|(lower, _)| **lower < *prefix);
        self.offers[start..].iter().take_while(move |(lower, _)| lower.starts_with(&prefix)).map(|(_, offer)| offer)
    }

    /// The files that export exactly this name.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Offer> {
        let wanted = name.to_owned();
        self.starting_with(name).filter(move |offer| *offer.export.name == *wanted)
    }
}

/// The table, if it is there; else it is being made.
pub(super) fn table(view: &View<'_>) -> Option<Arc<Table>> {
    let aside = view.db.shared::<Aside<Table>>();
    aside.get(collector(view))
}

/// The table, made now if it is not there.
pub(super) fn table_now(view: &View<'_>) -> Arc<Table> {
    let aside = view.db.shared::<Aside<Table>>();
    aside.wait(collector(view))
}

fn collector(view: &View<'_>) -> impl FnOnce() -> Table + Send + 'static {
    let read = view.db.shared::<ReadFiles>();
    let (inputs, names) = (view.context.inputs.clone(), view.context.names.clone());
    let cache = view.context.cache_folder.clone();
    move || {
        for root in &*inputs.roots {
            names.ensure(root, &inputs.settings.exclude, cache.as_deref(), &|| true);
        }
        let mut offers = Vec::new();
        let mut add = |path: &Utf8Path, exports: &[Export]| {
            let path: Arc<Utf8Path> = Arc::from(path);
            offers.extend(exports.iter().map(|export| {
                (export.name.to_lowercase().into_boxed_str(), Offer { export: export.clone(), path: path.clone() })
            }));
        };
        let open: FxHashMap<Utf8PathBuf, Arc<str>> = inputs
            .documents
            .iter()
            .map(|(file, document)| (inputs.files.path(file).to_path_buf(), document.text.clone()))
            .filter(|(path, _)| is_ours(path))
            .collect();
        for path in files(&names) {
            if !open.contains_key(&path) {
                add(&path, &read.exports(&path));
            }
        }
        for (path, text) in &open {
            add(path, &exports_of(text, path));
        }
        offers.sort_by(|a, b| (&a.0, &a.1.path).cmp(&(&b.0, &b.1.path)));
        Table { offers }
    }
}

fn is_ours(path: &Utf8Path) -> bool {
    matches!(Language::of_path(path), Some(Language::TypeScript | Language::JavaScript))
}

fn files(names: &NameIndex) -> Vec<Utf8PathBuf> {
    let mut files = names.files(&[Language::TypeScript, Language::JavaScript]);
    files.retain(|path| !path.as_str().contains("/node_modules/"));
    files
}

impl ReadFiles {
    fn exports(&self, path: &Utf8Path) -> Arc<[Export]> {
        let Ok(metadata) = std::fs::metadata(path) else { return Arc::default() };
        if metadata.len() > LARGEST {
            return Arc::default();
        }
        let stamp = Stamp::of(&metadata);
        if let Some((known, exports)) = self.0.lock().get(path)
            && *known == stamp
        {
            return exports.clone();
        }
        let exports: Arc<[Export]> = match text::read(path) {
            Ok(source) => exports_of(&source.text, path).into(),
            Err(_) => Arc::default(),
        };
        self.0.lock().insert(path.to_owned(), (stamp, exports.clone()));
        exports
    }
}

/// What a text exports by itself: what it only passes on is found where it is declared.
fn exports_of(text: &str, path: &Utf8Path) -> Vec<Export> {
    if !text.contains("export") {
        return Vec::new();
    }
    let text = montuno_base::nesting::bound(&Arc::from(text), Language::TypeScript).text;
    let tree = parse(&text, Dialect::of_path(path.as_str()));
    if !tree.is_module && !tree.is_common_js {
        return Vec::new();
    }
    let Some(table) = tree.exports.get(&Tree::ROOT) else { return Vec::new() };
    let mut found = Vec::new();
    for (name, nodes) in table {
        let Some(&node) = nodes.first() else { continue };
        let is_default = name.text() == "default";
        let shown = if is_default {
            let own = tree.name(node);
            if own.is_none() || own.text() == "default" { name_of_file(path) } else { own.text().to_owned() }
        } else {
            name.text().to_owned()
        };
        let is_name = shown.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$')
            && shown.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
        if is_name {
            found.push(Export {
                name: shown.into(),
                kind: target::kind(&tree, node),
                is_default,
                is_type: nodes.iter().all(|&node| matches!(tree.kind(node), Kind::Interface | Kind::Alias)),
            });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The name that a default export is given: that of its file, as a name.
fn name_of_file(path: &Utf8Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    let stem = if stem == "index" { path.parent().and_then(Utf8Path::file_name).unwrap_or_default() } else { stem };
    let mut name = String::new();
    let mut upper = false;
    for character in stem.chars() {
        if character.is_alphanumeric() || character == '_' || character == '$' {
            name.extend(if upper { character.to_uppercase().collect::<Vec<_>>() } else { vec![character] });
            upper = false;
        } else {
            upper = !name.is_empty();
        }
    }
    name
}
