//! Who is completed when: one place at a time, the latest one of each document, and nobody else waits for a model.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use montuno_engine::control::{Cancel, Control};
use parking_lot::{Condvar, Mutex};

use crate::completer::{Completer, Outcome};
use crate::oracle::{Oracle, Place};
use crate::show::Silence;

/// Takes an answer, once.
pub type Reply = Box<dyn FnOnce(Outcome) + Send>;

/// Work with the completer that is no completion of a document.
pub type Other = Box<dyn FnOnce(Result<&mut Completer, &str>, &Control) + Send>;

/// Makes a completer when it is first needed. The error says what to do.
pub type Make = Box<dyn FnMut() -> Result<Completer, String> + Send>;

/// A place that is to be completed.
pub struct Question {
    /// The place.
    pub place: Place,
    /// Who knows the code around it.
    pub oracle: Arc<dyn Oracle>,
    /// By which the asker gives up.
    pub cancel: Cancel,
    /// Whether it takes the place of earlier questions about the document, and waits for a pause in typing.
    pub is_typing: bool,
    /// The most tokens that are written, if fewer than the user's settings say.
    pub maximum_tokens: Option<usize>,
}

enum Work {
    Complete(Question, Reply),
    Other(Other, Cancel),
}

impl Work {
    fn cancel(&self) -> &Cancel {
        match self {
            Self::Complete(question, _) => &question.cancel,
            Self::Other(_, cancel) => cancel,
        }
    }
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Work>,
    /// The document that is being completed, and how to stop that.
    running: Option<(u64, Cancel)>,
    /// Whether the completer is to be made anew.
    renew: bool,
    closed: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
    debounce: Mutex<Duration>,
    /// Called before each run of the model: may wait until others have had the processor.
    before_run: Option<Arc<dyn Fn() + Send + Sync>>,
}

/// Completes places on a thread of its own.
pub struct Scheduler {
    shared: Arc<Shared>,
}

impl Scheduler {
    /// A scheduler whose completer is made at the first question, and made anew after [`Scheduler::renew`].
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(
        make: Make,
        debounce: Duration,
        before_run: Option<Arc<dyn Fn() + Send + Sync>>,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            changed: Condvar::new(),
            debounce: Mutex::new(debounce),
            before_run,
        });
        let thread = std::thread::Builder::new().name("completion".to_owned()).stack_size(16 << 20);
        let of_thread = shared.clone();
        thread.spawn(move || work(&of_thread, make))?;
        Ok(Self { shared })
    }

    /// Completes a place. `reply` is called in any case, on some thread.
    pub fn complete(&self, question: Question, reply: Reply) {
        let mut superseded = Vec::new();
        {
            let mut queue = self.shared.queue.lock();
            if question.is_typing {
                let document = question.place.document;
                let (old, rest): (VecDeque<_>, VecDeque<_>) = queue.waiting.drain(..).partition(
                    |work| matches!(work, Work::Complete(old, _) if old.is_typing && old.place.document == document),
                );
                queue.waiting = rest;
                superseded.extend(old);
                if let Some((running, cancel)) = &queue.running
                    && *running == document
                {
                    cancel.cancel();
                }
            }
            queue.waiting.push_back(Work::Complete(question, reply));
        }
        self.shared.changed.notify_all();
        for work in superseded {
            if let Work::Complete(_, reply) = work {
                reply(Outcome::silent(Silence::Superseded));
            }
        }
    }

    /// Does something else with the completer, in its turn.
    pub fn other(&self, cancel: Cancel, work: Other) {
        self.shared.queue.lock().waiting.push_back(Work::Other(work, cancel));
        self.shared.changed.notify_all();
    }

    /// Makes the completer anew before the next question: another model, other settings.
    pub fn renew(&self, debounce: Duration) {
        *self.shared.debounce.lock() = debounce;
        self.shared.queue.lock().renew = true;
        self.shared.changed.notify_all();
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        let waiting = {
            let mut queue = self.shared.queue.lock();
            queue.closed = true;
            if let Some((_, cancel)) = &queue.running {
                cancel.cancel();
            }
            std::mem::take(&mut queue.waiting)
        };
        self.shared.changed.notify_all();
        for work in waiting {
            if let Work::Complete(_, reply) = work {
                reply(Outcome::silent(Silence::Cancelled));
            }
        }
    }
}

fn work(shared: &Shared, mut make: Make) {
    let mut completer: Option<Result<Completer, String>> = None;
    loop {
        let next = {
            let mut queue = shared.queue.lock();
            loop {
                if queue.closed {
                    return;
                }
                if std::mem::take(&mut queue.renew) {
                    completer = None;
                }
                if let Some(work) = queue.waiting.pop_front() {
                    if let Work::Complete(question, _) = &work {
                        queue.running = Some((question.place.document, question.cancel.clone()));
                    }
                    break work;
                }
                shared.changed.wait(&mut queue);
            }
        };
        if next.cancel().is_cancelled() {
            if let Work::Complete(_, reply) = next {
                reply(Outcome::silent(Silence::Superseded));
            }
        } else {
            let ready = completer.get_or_insert_with(&mut make);
            answer(shared, ready, next);
        }
        shared.queue.lock().running = None;
    }
}

fn answer(shared: &Shared, completer: &mut Result<Completer, String>, work: Work) {
    let control =
        |cancel: &Cancel| Control { cancel: cancel.clone(), deadline: None, before_run: shared.before_run.clone() };
    match work {
        Work::Other(other, cancel) => other(completer.as_mut().map_err(|reason| reason.as_str()), &control(&cancel)),
        Work::Complete(question, reply) => {
            let completer = match completer {
                Ok(completer) => completer,
                Err(reason) => return reply(Outcome::silent(Silence::NoModel(reason.clone()))),
            };
            if question.is_typing {
                if let Some(outcome) = completer.without_model(&question.place, &*question.oracle) {
                    return reply(outcome);
                }
                wait_for_pause(shared, &question.cancel);
                if question.cancel.is_cancelled() {
                    return reply(Outcome::silent(Silence::Superseded));
                }
            }
            let Question { place, oracle, cancel, maximum_tokens, .. } = question;
            reply(completer.complete_within(&place, &oracle, &control(&cancel), maximum_tokens));
        }
    }
}

/// Waits as long as the next key may still come.
fn wait_for_pause(shared: &Shared, cancel: &Cancel) {
    let until = Instant::now() + *shared.debounce.lock();
    let mut queue = shared.queue.lock();
    while !cancel.is_cancelled() && !queue.closed {
        if shared.changed.wait_until(&mut queue, until).timed_out() {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
