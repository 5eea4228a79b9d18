//! What every module that can be imported offers: for imports that are added on the way.
//!
//! The index is made from texts alone, on a thread of its own, beside the database: it neither waits
//! for changes nor holds them up, and keeps names, not trees. Until it is there nothing is offered.

mod modules;
mod outline;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use montuno_base::walk::Stamp;
use montuno_base::{Utf8Path, Utf8PathBuf, text};
use montuno_semantic::SymbolKind;
use parking_lot::{Mutex, RwLock};
use rustc_hash::FxHashMap;

use modules::ModuleFile;
pub(crate) use modules::SearchPath;

/// A name that a module offers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Export {
    /// The name; none for the module itself.
    pub name: Box<str>,
    /// What it is.
    pub kind: SymbolKind,
}

/// A name that could be imported, and from where.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Offer {
    /// The name.
    pub name: Box<str>,
    /// The module that offers it.
    pub module: Arc<str>,
    /// What it is.
    pub kind: SymbolKind,
    /// Whether the module is the workspace's own.
    pub is_own: bool,
}

/// What the modules of one project's search paths offer. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exports {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// By search paths: projects with the same ones share a table.
    tables: RwLock<FxHashMap<Vec<SearchPath>, Arc<Table>>>,
    /// What was read from each file, so that only what changed is read again.
    files: Mutex<FxHashMap<Utf8PathBuf, Read>>,
    is_building: AtomicBool,
    /// Set when files changed: the tables are made anew at the next question.
    is_stale: AtomicBool,
}

/// What was read from a file, and its stamp then.
type Read = (Stamp, Arc<[Export]>);

/// Offers, sorted by their names in lower case.
#[derive(Debug, Default)]
struct Table {
    offers: Vec<(Box<str>, Offer)>,
}

impl Exports {
    /// The names that begin with `prefix`, upper or lower case, from the modules of `paths`. `None` as
    /// long as they are not known; they are being gathered then.
    pub(crate) fn starting_with(&self, paths: &[SearchPath], prefix: &str) -> Option<Vec<Offer>> {
        let table = self.table(paths)?;
        let prefix = prefix.to_lowercase();
        let start = table.offers.partition_point(|(lower, _)| **lower < *prefix);
        let found = table.offers[start..].iter().take_while(|(lower, _)| lower.starts_with(&prefix));
        Some(found.map(|(_, offer)| offer.clone()).collect())
    }

    /// The modules that offer exactly this name. `None` as above.
    pub(crate) fn named(&self, paths: &[SearchPath], name: &str) -> Option<Vec<Offer>> {
        let mut found = self.starting_with(paths, name)?;
        found.retain(|offer| &*offer.name == name);
        Some(found)
    }

    /// Files changed on disk: what is known may be out of date.
    pub(crate) fn invalidate(&self) {
        self.shared.is_stale.store(true, Ordering::Release);
    }

    /// Gathers now, on this thread: for commands and tests that cannot wait.
    pub(crate) fn gather(&self, paths: &[SearchPath]) {
        self.shared.gather(paths);
    }

    fn table(&self, paths: &[SearchPath]) -> Option<Arc<Table>> {
        let table = self.shared.tables.read().get(paths).cloned();
        if table.is_none() || self.shared.is_stale.load(Ordering::Acquire) {
            self.gather_aside(paths);
        }
        // What is out of date is better than nothing while it is made anew.
        table
    }

    fn gather_aside(&self, paths: &[SearchPath]) {
        if self.shared.is_building.swap(true, Ordering::AcqRel) {
            return;
        }
        let (shared, paths) = (self.shared.clone(), paths.to_vec());
        let begun = std::thread::Builder::new().name("exports".to_owned()).stack_size(16 << 20).spawn(move || {
            shared.gather(&paths);
            shared.is_building.store(false, Ordering::Release);
        });
        if let Err(error) = begun {
            self.shared.is_building.store(false, Ordering::Release);
            tracing::warn!("nothing is offered for import: {error}");
        }
    }
}

impl Shared {
    fn gather(&self, paths: &[SearchPath]) {
        self.is_stale.store(false, Ordering::Release);
        // Of modules of one name the first search path has the one that is imported.
        let mut modules: BTreeMap<String, ModuleFile> = BTreeMap::new();
        for path in paths {
            for module in modules::below(path) {
                modules.entry(module.name.clone()).or_insert(module);
            }
        }
        let mut offers = Vec::new();
        for module in modules.into_values() {
            let exports = self.exports_of(&module);
            let name: Arc<str> = module.name.as_str().into();
            let offer = |export: &Export| Offer {
                name: export.name.clone(),
                module: name.clone(),
                kind: export.kind,
                is_own: module.is_own,
            };
            offers.extend(exports.iter().map(|export| (export.name.to_lowercase().into_boxed_str(), offer(export))));
        }
        offers.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.module.cmp(&b.1.module)));
        self.tables.write().insert(paths.to_vec(), Arc::new(Table { offers }));
    }

    fn exports_of(&self, module: &ModuleFile) -> Arc<[Export]> {
        let path = match &module.source {
            modules::Source::Vendored(path) => {
                let text = ty_vendored::file_system().read_to_string(path).unwrap_or_default();
                return outline::exports(&text, true).into();
            }
            modules::Source::Disk(path) => path,
        };
        let Ok(metadata) = std::fs::metadata(path) else { return Arc::default() };
        let stamp = Stamp::of(&metadata);
        if let Some((known, exports)) = self.files.lock().get(path)
            && *known == stamp
        {
            return exports.clone();
        }
        let exports: Arc<[Export]> = match text::read(path) {
            Ok(source) => outline::exports(&source.text, is_stub(path)).into(),
            Err(_) => Arc::default(),
        };
        self.files.lock().insert(path.clone(), (stamp, exports.clone()));
        exports
    }
}

fn is_stub(path: &Utf8Path) -> bool {
    path.extension() == Some("pyi")
}
