//! Resolving the names of crates before anyone asks.
//!
//! The first question about a crate has the engine resolve the names of all crates below it: it takes up a file,
//! parses it, makes its item tree, and goes on to the next. The order of that is fixed, but the trees do not depend
//! on it. So a second thread makes them, in the order in which they are going to be asked for, and the first finds
//! them made.
//!
//! What is needed on the way and never again, syntax trees above all, the engine drops between two revisions alone.
//! So crates are done in groups, with a new revision behind each.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use montuno_base::memory;
use montuno_semantic::engine::Load;
use ra_ap_base_db::{Crate, EditionedFileId, all_crates, salsa};
use ra_ap_hir_def::item_tree::file_item_tree;
use ra_ap_hir_def::nameres::crate_def_map;
use ra_ap_hir_expand::HirFileId;
use ra_ap_ide::FileId;
use ra_ap_ide_db::RootDatabase;
use rustc_hash::FxHashMap;

use super::database::Database;
use crate::threads;

/// How many files are worked on between two clearings. Fewer take less memory and more time, as some of what is
/// dropped is worked out again. The standard library alone has more.
const FILES_OF_A_GROUP: usize = 1000;

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
        made += resolve(database.host.raw_database(), group, &all[made..]);
        database.clear();
        resolved += group.iter().map(|(_, files)| files.len()).sum::<usize>();
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

/// Resolves the names of a group on this thread. Meanwhile another makes the item trees of `next`, also those of
/// later groups; returns of how many.
fn resolve(database: &RootDatabase, group: &[Member<'_>], next: &[(Crate, FileId)]) -> usize {
    let (is_resolved, made) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let ahead = database.clone();
        let make_trees = || {
            let ahead = ahead;
            for &(krate, file) in next.iter().take_while(|_| !is_resolved.load(Ordering::Relaxed)) {
                contained(|| make_item_tree(&ahead, krate, file));
                made.fetch_add(1, Ordering::Relaxed);
            }
        };
        let thread = std::thread::Builder::new().name("rust-ahead".to_owned()).stack_size(threads::STACK_SIZE);
        if let Err(error) = thread.spawn_scoped(scope, make_trees) {
            tracing::info!("item trees are not made ahead: {error}");
        }
        contained(|| group.iter().for_each(|&(krate, _)| _ = crate_def_map(database, krate)));
        is_resolved.store(true, Ordering::Relaxed);
    });
    made.into_inner()
}

fn make_item_tree(database: &RootDatabase, krate: Crate, file: FileId) {
    let file = EditionedFileId::new(database, file, krate.data(database).edition);
    file_item_tree(database, HirFileId::from(file), krate);
}

/// A fault costs what is left of the work: whoever needs it does it again, and meets the fault as one of its own.
fn contained(work: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(|| salsa::Cancelled::catch(AssertUnwindSafe(work))));
}
