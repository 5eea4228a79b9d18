//! Resolving the names of crates before anyone asks.
//!
//! The first question about a crate has the engine resolve the names of all crates below it: it takes up a file,
//! parses it, makes its item tree, and goes on to the next. The order of that is fixed, but the trees do not depend
//! on it. So a second thread makes them, in the order in which they are going to be asked for, and the first finds
//! them made.
//!
//! The first question about a type has it gather the implementations of all crates, for which it parses most files once
//! more. So they are gathered while the syntax trees are still there: by the second thread as soon as the names of a crate
//! are resolved, and by both when they all are.
//!
//! What is needed on the way and never again, syntax trees above all, the engine drops between two revisions alone.
//! So crates are done in groups, with a new revision behind each.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use montuno_base::memory;
use montuno_semantic::engine::Load;
use ra_ap_base_db::{Crate, EditionedFileId, all_crates, salsa};
use ra_ap_hir::attach_db;
use ra_ap_hir_def::ImplId;
use ra_ap_hir_def::attrs::AttrFlags;
use ra_ap_hir_def::item_scope::ItemScope;
use ra_ap_hir_def::item_tree::file_item_tree;
use ra_ap_hir_def::lang_item::lang_items;
use ra_ap_hir_def::nameres::crate_def_map;
use ra_ap_hir_expand::HirFileId;
use ra_ap_hir_ty::db::HirDatabase as _;
use ra_ap_hir_ty::method_resolution::{InherentImpls, TraitImpls};
use ra_ap_ide::FileId;
use ra_ap_ide_db::RootDatabase;
use rustc_hash::FxHashMap;

use super::database::Database;
use crate::threads;

/// How many files are worked on between two clearings. Fewer take less memory and more time, as some of what is
/// dropped is worked out again. The standard library alone has more.
const FILES_OF_A_GROUP: usize = 1000;

/// How long the second thread waits for the first when there is nothing else to do.
const PAUSE: Duration = Duration::from_millis(1);

/// The files of crates, by the file that the crate begins with, each in the order in which the engine asks for
/// them.
pub(crate) type FilesOfCrates = FxHashMap<FileId, Vec<FileId>>;

/// A crate with those of its files that were read for it.
type Member<'a> = (Crate, &'a [FileId]);

/// Resolves the names of the crates that `files` belong to.
pub(crate) fn prime(database: &mut Database, files: &FilesOfCrates, load: &mut dyn Load) {
    let members: Vec<Member<'_>> = {
        let database = database.host.raw_database();
        // They come behind those that they depend on.
        let crates = all_crates(database);
        let with_files = |&krate: &Crate| Some((krate, files.get(&krate.data(database).root_file_id)?.as_slice()));
        crates.iter().filter_map(with_files).collect()
    };
    let all: Vec<(Crate, FileId)> =
        members.iter().flat_map(|&(krate, files)| files.iter().map(move |&file| (krate, file))).collect();
    let (mut resolved, mut made) = (0, 0);
    for group in groups(&members) {
        load.step("resolving names", Some(resolved as f32 / all.len() as f32));
        resolved += group.iter().map(|(_, files)| files.len()).sum::<usize>();
        let (now, later) = (&all[made.min(resolved)..resolved], &all[made.max(resolved)..]);
        made += resolve(database.host.raw_database(), &Work { group, now, later });
        database.clear();
    }
    memory::give_back();
}

/// Neighbours together, until they have enough files.
fn groups<'a, 'b>(members: &'b [Member<'a>]) -> impl Iterator<Item = &'b [Member<'a>]> {
    let mut files = 0;
    members.chunk_by(move |(_, before), _| {
        files += before.len();
        let goes_on = files < FILES_OF_A_GROUP;
        if !goes_on {
            files = 0;
        }
        goes_on
    })
}

/// What two threads share.
struct Work<'a> {
    group: &'a [Member<'a>],
    /// The files of the group of which no item tree was made yet.
    now: &'a [(Crate, FileId)],
    /// Those of later groups.
    later: &'a [(Crate, FileId)],
}

/// Resolves the names of a group on this thread and gathers its implementations, while another works ahead. Returns of how many files that made the item
/// trees.
fn resolve(database: &RootDatabase, work: &Work<'_>) -> usize {
    let progress = Progress::default();
    std::thread::scope(|scope| {
        let other = database.clone();
        let thread = std::thread::Builder::new().name("rust-ahead".to_owned()).stack_size(threads::STACK_SIZE);
        let progress = &progress;
        let run_ahead = move || {
            let other = other;
            work_ahead(&other, work, progress);
        };
        if let Err(error) = thread.spawn_scoped(scope, run_ahead) {
            tracing::info!("nothing is made ahead: {error}");
        }
        contained(|| {
            for &(krate, _) in work.group {
                crate_def_map(database, krate);
                progress.resolved.fetch_add(1, Ordering::Release);
            }
        });
        contained(|| attach_db(database, || gather(database, work.group)));
        progress.is_over.store(true, Ordering::Relaxed);
    });
    progress.made.into_inner()
}

/// How far the two threads are.
#[derive(Default)]
struct Progress {
    /// How many crates of the group are resolved.
    resolved: AtomicUsize,
    /// Whether there is nothing left to do for the group.
    is_over: AtomicBool,
    /// Of how many files there are item trees.
    made: AtomicUsize,
}

impl Progress {
    fn goes_on(&self) -> bool {
        !self.is_over.load(Ordering::Relaxed)
    }
}

/// Makes the trees that the other thread is about to ask for. Then it reads the implementations in the crates whose names
/// are resolved, and where there is none, makes trees of later groups.
fn work_ahead(database: &RootDatabase, work: &Work<'_>, progress: &Progress) {
    let make_tree = |krate, file| {
        contained(|| make_item_tree(database, krate, file));
        progress.made.fetch_add(1, Ordering::Relaxed);
    };
    for &(krate, file) in work.now.iter().take_while(|_| progress.goes_on()) {
        make_tree(krate, file);
    }
    let mut later = work.later.iter();
    let mut read = 0;
    while progress.goes_on() {
        if read < progress.resolved.load(Ordering::Acquire) {
            let all = implementations(database, work.group[read].0);
            let in_time = all.into_iter().take_while(|_| progress.goes_on());
            contained(|| attach_db(database, || in_time.for_each(|each| read_implementation(database, each))));
            read += 1;
        } else if let Some(&(krate, file)) = later.next() {
            make_tree(krate, file);
        } else {
            std::thread::sleep(PAUSE);
        }
    }
}

/// Gathers the implementations in a group, by trait and by type. They are read from the last to the first, as the other
/// thread reads them from the first to the last.
fn gather(database: &RootDatabase, group: &[Member<'_>]) {
    for &(krate, _) in group.iter().rev() {
        implementations(database, krate).into_iter().rev().for_each(|each| read_implementation(database, each));
    }
    for &(krate, _) in group {
        lang_items(database, krate);
        InherentImpls::for_crate(database, krate);
        TraitImpls::for_crate(database, krate);
    }
}

/// The implementations in a crate: each with whether it is one of a trait.
fn implementations(database: &RootDatabase, krate: Crate) -> Vec<(ImplId, bool)> {
    let modules = crate_def_map(database, krate).modules();
    let in_module = |scope: &ItemScope| {
        let inherent: Vec<_> = scope.inherent_impls().map(|each| (each, false)).collect();
        inherent.into_iter().chain(scope.trait_impls().map(|each| (each, true))).collect::<Vec<_>>()
    };
    modules.flat_map(|(_, module)| in_module(&module.scope)).collect()
}

fn read_implementation(database: &RootDatabase, (implementation, is_of_trait): (ImplId, bool)) {
    if is_of_trait {
        database.impl_trait(implementation);
        AttrFlags::query(database, implementation.into());
    } else {
        database.impl_self_ty(implementation);
    }
}

fn make_item_tree(database: &RootDatabase, krate: Crate, file: FileId) {
    let file = EditionedFileId::new(database, file, krate.data(database).edition);
    file_item_tree(database, HirFileId::from(file), krate);
}

/// A fault costs what is left of the work: whoever needs it does it again, and meets the fault as one of its own.
fn contained(work: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(|| salsa::Cancelled::catch(AssertUnwindSafe(work))));
}
