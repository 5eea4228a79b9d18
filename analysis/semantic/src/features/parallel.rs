//! Asking about many files at once.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use montuno_base::FileId;

use crate::cancel::{Cancellable, Cancelled};

/// The stack of a thread that runs an engine: type inference recurses.
const STACK: usize = 32 << 20;

/// More threads than this gain little and hold much memory.
const MOST_THREADS: usize = 8;

/// Fewer files than this for each thread are not worth a thread.
const FEWEST_FILES: usize = 4;

static POOL: LazyLock<Option<rayon::ThreadPool>> = LazyLock::new(|| {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK);
    let pool = pool.thread_name(|number| format!("analysis {number}")).build();
    pool.inspect_err(|error| tracing::warn!("files are searched one after the other: {error}")).ok()
});

/// Asks `question` about each file, on several threads, and collects the answers in the order of the
/// files. `fork` makes what each thread asks: a snapshot of its own.
///
/// # Errors
/// [`Cancelled`], as soon as one question is.
pub fn ask_files<S: Send, T: Send>(
    files: &[FileId],
    fork: impl Fn() -> S,
    question: impl Fn(&S, FileId) -> Cancellable<Vec<T>> + Sync,
) -> Cancellable<Vec<T>> {
    let threads = POOL.as_ref().map_or(1, rayon::ThreadPool::current_num_threads).min(files.len() / FEWEST_FILES);
    let Some(pool) = POOL.as_ref().filter(|_| threads > 1) else {
        let snapshot = fork();
        let mut answers = Vec::new();
        for &file in files {
            answers.extend(question(&snapshot, file)?);
        }
        return Ok(answers);
    };
    let work = Work { files, next: AtomicUsize::new(0), stopped: AtomicBool::new(false) };
    // Forked here: a snapshot may be sent to a thread, but not shared with it.
    let mut workers: Vec<(S, Part<T>)> = (0..threads).map(|_| (fork(), Ok(Vec::new()))).collect();
    pool.scope(|scope| {
        for (snapshot, part) in &mut workers {
            let (work, question) = (&work, &question);
            scope.spawn(move |_| *part = work.run(snapshot, question));
        }
    });
    let mut answers = Vec::new();
    for (_, part) in workers {
        answers.extend(part?);
    }
    answers.sort_by_key(|(index, _)| *index);
    Ok(answers.into_iter().flat_map(|(_, answers)| answers).collect())
}

/// The answers of one thread, each with the number of its file.
type Part<T> = Cancellable<Vec<(usize, Vec<T>)>>;

/// Files that several threads take one after the other.
struct Work<'a> {
    files: &'a [FileId],
    next: AtomicUsize,
    stopped: AtomicBool,
}

impl Work<'_> {
    fn run<S, T>(&self, snapshot: &S, question: &impl Fn(&S, FileId) -> Cancellable<Vec<T>>) -> Part<T> {
        let mut answers = Vec::new();
        while !self.stopped.load(Ordering::Relaxed) {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(&file) = self.files.get(index) else { return Ok(answers) };
            match question(snapshot, file) {
                Ok(found) if found.is_empty() => {}
                Ok(found) => answers.push((index, found)),
                Err(Cancelled) => self.stopped.store(true, Ordering::Relaxed),
            }
        }
        Err(Cancelled)
    }
}
