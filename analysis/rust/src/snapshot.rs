//! The answers at one revision.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use montuno_base::{FileId, FilePosition, Revision, TextRange, TextSize};
use montuno_semantic::Target;
use montuno_semantic::cancel::{Cancellable, Cancelled};
use montuno_semantic::engine::{Context, Snapshot};
use parking_lot::Mutex;
use ra_ap_base_db::{SourceDatabase, salsa};
use ra_ap_ide::Analysis;
use ra_ap_ide_db::RootDatabase;

use crate::core::Core;
use crate::load::database::to_engine;

/// The answers of the engine at one revision.
///
/// It holds no handle on the engine's database: each answer takes one and gives it back, so that
/// between two answers nothing keeps a change waiting. Once the engine has moved on, every question is
/// cancelled.
pub(crate) struct RustSnapshot {
    core: Arc<Mutex<Core>>,
    revision: Revision,
    pub(crate) context: Context,
}

impl RustSnapshot {
    pub(crate) fn new(core: Arc<Mutex<Core>>, context: Context) -> Self {
        Self { core, revision: context.inputs.revision, context }
    }

    /// Asks the engine.
    ///
    /// A fault inside the engine costs this answer: it is logged, and the answer is empty. The engine
    /// goes on, as its database only keeps what was worked out to the end.
    ///
    /// # Errors
    /// [`Cancelled`] if the inputs changed, before or meanwhile, or the asker gave up.
    pub(crate) fn ask<T: Default>(
        &self,
        question: impl FnOnce(Analysis) -> Result<T, salsa::Cancelled>,
    ) -> Cancellable<T> {
        self.context.cancel.check()?;
        let analysis = self.core()?.database.host.analysis();
        let answer = catch_unwind(AssertUnwindSafe(move || question(analysis)));
        self.sort_out(answer)
    }

    /// Asks the engine's database, for what it has no ready question for.
    ///
    /// # Errors
    /// As [`RustSnapshot::ask`].
    pub(crate) fn read<T: Default>(&self, question: impl FnOnce(&RootDatabase) -> T) -> Cancellable<T> {
        self.context.cancel.check()?;
        let database = self.core()?.database.host.raw_database().clone();
        let answer = catch_unwind(AssertUnwindSafe(|| {
            ra_ap_hir::attach_db(&database, || salsa::Cancelled::catch(AssertUnwindSafe(|| question(&database))))
        }));
        drop(database);
        self.sort_out(answer)
    }

    /// The answer, or why there is none.
    fn sort_out<T: Default>(&self, answer: std::thread::Result<Result<T, salsa::Cancelled>>) -> Cancellable<T> {
        match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(Cancelled),
            Err(panic) if panic.is::<salsa::Cancelled>() => Err(Cancelled),
            Err(panic) => {
                tracing::error!("rust-analyzer's engine broke at a question: {}", message(&*panic));
                // A new revision clears what the fault may have left half done.
                self.core.lock().database.host.trigger_cancellation();
                Ok(T::default())
            }
        }
    }

    /// The engine's state, if it is still at this revision. Nobody else can ask or change anything
    /// while it is held.
    pub(crate) fn core(&self) -> Cancellable<parking_lot::MutexGuard<'_, Core>> {
        let core = self.core.lock();
        if core.changed_at <= self.revision { Ok(core) } else { Err(Cancelled) }
    }

    /// The place as the engine writes it; `None` if it is in no file of the engine's, outside its text or
    /// inside a character.
    pub(crate) fn position(&self, position: FilePosition) -> Cancellable<Option<ra_ap_ide::FilePosition>> {
        let text = self.engine_text(position.file)?;
        let is_inside = text.is_some_and(|text| text.is_char_boundary(position.offset.into()));
        Ok(is_inside.then(|| ra_ap_ide::FilePosition { file_id: to_engine(position.file), offset: position.offset }))
    }

    /// The range as the engine writes it, cut to what the text has. `None` as in
    /// [`RustSnapshot::position`].
    pub(crate) fn range(&self, file: FileId, range: TextRange) -> Cancellable<Option<ra_ap_ide::FileRange>> {
        let Some(text) = self.engine_text(file)? else { return Ok(None) };
        let end = range.end().min(TextSize::of(&*text));
        let start = range.start().min(end);
        let is_inside = text.is_char_boundary(start.into()) && text.is_char_boundary(end.into());
        let range = TextRange::new(start, end);
        Ok(is_inside.then(|| ra_ap_ide::FileRange { file_id: to_engine(file), range }))
    }

    /// Loads what a search for the uses of the symbol at a place has to look at.
    ///
    /// # Errors
    /// As [`RustSnapshot::ask`].
    pub(crate) fn load_for_search(&self, position: FilePosition) -> Cancellable<()> {
        self.context.cancel.check()?;
        self.core()?.load_for_search(position);
        Ok(())
    }

    /// Loads all packages of the projects that are known.
    ///
    /// # Errors
    /// As [`RustSnapshot::ask`].
    pub(crate) fn load_all(&self) -> Cancellable<()> {
        self.context.cancel.check()?;
        self.core()?.activate_all();
        Ok(())
    }

    /// Puts targets in an order that does not depend on what was loaded first.
    pub(crate) fn sort(&self, targets: &mut [Target]) {
        let files = &self.context.inputs.files;
        targets.sort_by_cached_key(|target| (files.path(target.file), target.name_range.start()));
    }

    /// Whether a file is the user's own.
    pub(crate) fn is_local(&self, file: FileId) -> bool {
        self.core.lock().database.is_local(file)
    }

    /// A file's text as the engine has it; `None` if the engine does not have the file.
    pub(crate) fn engine_text(&self, file: FileId) -> Cancellable<Option<triomphe::Arc<str>>> {
        let core = self.core()?;
        let is_there = core.database.file(file).is_some();
        let database = core.database.host.raw_database();
        Ok(is_there.then(|| database.file_text(to_engine(file)).text(database).clone()))
    }
}

impl Snapshot for RustSnapshot {
    fn fork(&self) -> Box<dyn Snapshot> {
        Box::new(Self { core: self.core.clone(), revision: self.revision, context: self.context.clone() })
    }
}

/// What a panic says.
fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
