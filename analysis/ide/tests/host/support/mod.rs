//! A host with fake engines, and questions to it that end.

mod engine;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender};
use montuno_base::{Document, FileId, FilePosition, Inputs, Revision, TextSize, Utf8Path};
use montuno_ide::{Arrival, Event, Host, Options, Refusal};
use montuno_semantic::cancel::{CancelFlag, Cancellable, Cancelled};
use montuno_semantic::engine::Snapshot;

pub(crate) use engine::{Fake, Step};

/// How long anything may take before the test counts as hung. Nothing that passes waits for it.
const LIMIT: Duration = Duration::from_secs(60);

/// A host, and what it told its owner.
pub(crate) struct World {
    pub(crate) host: Host,
    events: Receiver<Event>,
}

impl World {
    pub(crate) fn new(engines: impl IntoIterator<Item = Fake>) -> Self {
        Self::with(Inputs::default(), engines)
    }

    pub(crate) fn with(inputs: Inputs, engines: impl IntoIterator<Item = Fake>) -> Self {
        let (event, events) = crossbeam_channel::unbounded();
        let observer = Box::new(move |it| event.send(it).unwrap_or_default());
        let engines = engines.into_iter().map(Fake::spec).collect();
        Self { host: Host::new(inputs, Options { engines, cache_folder: None, observer }), events }
    }

    pub(crate) fn file(&self, path: &str) -> FileId {
        self.host.inputs().files.id(Utf8Path::new(path))
    }

    /// Opens a buffer.
    pub(crate) fn open(&self, path: &str, text: &str) -> FileId {
        let file = self.file(path);
        self.write(file, text);
        file
    }

    /// Opens a buffer or gives it another text.
    pub(crate) fn write(&self, file: FileId, text: &str) -> Revision {
        write(&self.host, file, text)
    }

    pub(crate) fn close(&self, file: FileId) {
        self.host.change(|inputs| inputs.close_document(file));
    }

    /// Asks about a file, on a thread of its own.
    pub(crate) fn asking<T: Send + 'static>(
        &self,
        file: FileId,
        question: impl Fn(&dyn Snapshot) -> Cancellable<T> + Send + 'static,
    ) -> Receiver<Result<T, Refusal>> {
        self.asking_since(self.host.arrival(), &CancelFlag::default(), file, question)
    }

    /// Asks a question that arrived earlier, on a thread of its own.
    pub(crate) fn asking_since<T: Send + 'static>(
        &self,
        arrival: Arrival,
        cancel: &CancelFlag,
        file: FileId,
        question: impl Fn(&dyn Snapshot) -> Cancellable<T> + Send + 'static,
    ) -> Receiver<Result<T, Refusal>> {
        let (host, cancel) = (self.host.clone(), cancel.clone());
        beside(move || host.ask(&arrival, file, &cancel, question))
    }

    /// Asks about a file.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        file: FileId,
        question: impl Fn(&dyn Snapshot) -> Cancellable<T> + Send + 'static,
    ) -> Result<T, Refusal> {
        receive(&self.asking(file, question))
    }

    /// The next thing that the host tells, once it does.
    pub(crate) fn event(&self) -> Event {
        receive(&self.events)
    }

    /// What the host told that was not looked at yet.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.events.try_iter().collect()
    }
}

/// Opens a buffer or gives it another text.
pub(crate) fn write(host: &Host, file: FileId, text: &str) -> Revision {
    host.change(|inputs| [inputs.set_document(file, Document::new(1, None, Arc::from(text)))])
}

/// Does something on a thread of its own.
pub(crate) fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (done, result) = crossbeam_channel::bounded(1);
    std::thread::spawn(move || done.send(work()));
    result
}

/// A gate that is closed until its key is dropped.
pub(crate) fn gate() -> (Sender<()>, Receiver<()>) {
    crossbeam_channel::unbounded()
}

/// Waits until a gate is open, or its key lets one through.
pub(crate) fn wait_at(gate: &Receiver<()>) {
    // An error means that it is open.
    let _ = gate.recv_timeout(LIMIT);
}

/// What comes next. Fails the test if nothing does.
#[track_caller]
pub(crate) fn receive<T>(from: &Receiver<T>) -> T {
    from.recv_timeout(LIMIT).expect("something comes before the test counts as hung")
}

/// A question: which engine answers, and which text of the file it took in.
pub(crate) fn look(file: FileId) -> impl Fn(&dyn Snapshot) -> Cancellable<String> + Send + 'static {
    move |snapshot| {
        let answer = snapshot.type_at(FilePosition { file, offset: TextSize::new(0) })?;
        Ok(answer.expect("the fake engine answers at every place"))
    }
}

/// A question that lasts until a change or its asker ends it.
#[track_caller]
pub(crate) fn last<T>(snapshot: &dyn Snapshot) -> Cancellable<T> {
    until(|| snapshot.checkpoint().is_err());
    Err(Cancelled)
}

/// Waits for something that nobody tells of.
#[track_caller]
pub(crate) fn until(mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < LIMIT, "it is so before the test counts as hung");
        std::thread::yield_now();
    }
}
