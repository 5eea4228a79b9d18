//! The completion of one session: settings, model, what was offered, what is told of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use montuno_base::settings::Ai;
use montuno_base::{FileId, Utf8PathBuf};
use montuno_complete::acceptance::Acceptance;
use montuno_complete::completer::{Completer, Options, Outcome};
use montuno_complete::instruct::{self, Told};
use montuno_complete::next_edit::History;
use montuno_complete::oracle::{Oracle, Place};
use montuno_complete::remote::Message;
use montuno_complete::scheduler::{Question, Scheduler};
use montuno_complete::secrets::Secrets;
use montuno_complete::show::Silence;
use montuno_complete::writer::WriterFacts;
use montuno_engine::control::{Cancel, Control};
use montuno_protocol::status::{ModelState, ModelStatus};
use parking_lot::Mutex;

use super::instructor::Instructor;
use super::models;

/// For how long a step of the model waits for others that want to answer.
const COURTESY: Duration = Duration::from_millis(8);

/// Called when the status is another one.
type OnStatus = Arc<dyn Fn() + Send + Sync>;

/// The completion of one session.
pub(crate) struct Assistant {
    settings: Arc<Mutex<Ai>>,
    scheduler: Scheduler,
    acceptance: Mutex<Arc<Acceptance>>,
    status: Arc<Mutex<ModelStatus>>,
    on_status: OnStatus,
    /// Changes with what is on disk and with the settings.
    epoch: AtomicU64,
    /// Requests of the session that are being answered.
    busy: Arc<AtomicUsize>,
    was_told: AtomicBool,
    /// What was edited lately.
    history: Mutex<History>,
    /// Follows instructions, one after the other.
    instructor: Arc<Mutex<Instructor>>,
    let_others_go_first: Arc<dyn Fn() + Send + Sync>,
}

/// A request that is being answered; the model lets it go first.
pub(crate) struct Busy(Arc<AtomicUsize>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Assistant {
    /// The completion of a session. No model is loaded before somebody asks.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn start(settings: &Ai, on_status: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        let on_status: OnStatus = Arc::new(on_status);
        let settings = Arc::new(Mutex::new(settings.clone()));
        let status = Arc::<Mutex<ModelStatus>>::default();
        let acceptance = Arc::new(open_acceptance(&settings.lock()));
        let current = Arc::new(Mutex::new(acceptance.clone()));
        let make = {
            let (settings, status, acceptance) = (settings.clone(), status.clone(), current.clone());
            let on_status = on_status.clone();
            move || {
                let settings = settings.lock().clone();
                let acceptance = acceptance.lock().clone();
                set(&status, |status| status.state = ModelState::Loading);
                on_status();
                let made = complete_with(&settings, acceptance);
                set(&status, |status| match &made {
                    Ok(completer) => *status = status_of(completer.writer().facts()),
                    Err(_) => status.state = ModelState::Failed,
                });
                on_status();
                made
            }
        };
        let busy = Arc::<AtomicUsize>::default();
        let others = busy.clone();
        let let_others_go_first: Arc<dyn Fn() + Send + Sync> = Arc::new(move || {
            let until = std::time::Instant::now() + COURTESY;
            while others.load(Ordering::Acquire) > 0 && std::time::Instant::now() < until {
                std::thread::sleep(Duration::from_micros(500));
            }
        });
        let pause = Duration::from_millis(settings.lock().pause.into());
        let scheduler = Scheduler::start(Box::new(make), pause, Some(let_others_go_first.clone()))?;
        Ok(Self {
            settings,
            scheduler,
            acceptance: Mutex::new(acceptance),
            status,
            on_status,
            epoch: AtomicU64::new(0),
            busy,
            was_told: AtomicBool::new(false),
            history: Mutex::default(),
            instructor: Arc::default(),
            let_others_go_first,
        })
    }

    /// Whether anything is completed at all.
    pub(crate) fn is_on(&self) -> bool {
        self.settings.lock().enabled
    }

    /// Takes other settings; the model is loaded anew at the next question.
    pub(crate) fn configure(&self, settings: &Ai) {
        self.world_changed();
        if *self.settings.lock() == *settings {
            return;
        }
        *self.settings.lock() = settings.clone();
        self.was_told.store(false, Ordering::Release);
        set(&self.status, |status| *status = ModelStatus::default());
        self.scheduler.renew(Duration::from_millis(settings.pause.into()));
    }

    /// Completes with another model until the session ends or the settings change.
    pub(crate) fn use_model(&self, name: &str) {
        let mut settings = self.settings.lock().clone();
        settings.model = Some(name.to_owned());
        self.configure(&settings);
    }

    /// Takes the model out of memory until somebody asks again.
    pub(crate) fn unload(&self) {
        set(&self.status, |status| status.state = ModelState::Idle);
        if let Some(mut instructor) = self.instructor.try_lock() {
            instructor.unload();
        }
        let pause = self.settings.lock().pause;
        self.scheduler.renew(Duration::from_millis(pause.into()));
    }

    /// The model that the settings name.
    pub(crate) fn model_setting(&self) -> Option<String> {
        self.settings.lock().model.clone()
    }

    /// What is on disk has changed, or what the answers depend on otherwise.
    pub(crate) fn world_changed(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }

    /// Changes with what is on disk and with the settings.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// A request that the model lets go first, for as long as the value is held.
    pub(crate) fn busy(&self) -> Busy {
        self.busy.fetch_add(1, Ordering::AcqRel);
        Busy(self.busy.clone())
    }

    /// What the model is doing.
    pub(crate) fn status(&self) -> ModelStatus {
        self.status.lock().clone()
    }

    /// Completes a place. When the future is dropped, so is the work.
    pub(crate) async fn complete(&self, place: Place, oracle: Arc<dyn Oracle>, is_typing: bool) -> Outcome {
        self.complete_within(place, oracle, is_typing, None).await
    }

    /// The same with at most so many tokens, if that is fewer than the settings say.
    pub(crate) async fn complete_within(
        &self,
        place: Place,
        oracle: Arc<dyn Oracle>,
        is_typing: bool,
        maximum_tokens: Option<usize>,
    ) -> Outcome {
        if !self.is_on() {
            return Outcome::silent(Silence::Off);
        }
        let cancel = Cancel::default();
        let guard = CancelOnDrop(cancel.clone());
        let (reply, answer) = tokio::sync::oneshot::channel();
        let question = Question { place, oracle, cancel, is_typing, maximum_tokens };
        let (status, on_status) = (self.status.clone(), self.on_status.clone());
        self.scheduler.complete(
            question,
            Box::new(move |outcome| {
                if let Some(facts) = &outcome.writer {
                    let now = ModelStatus { tokens_per_second: None, ..status_of(facts.clone()) };
                    let before = status.lock().clone();
                    let speed = outcome.figures.tokens_per_second.or(before.tokens_per_second);
                    set(&status, |status| *status = ModelStatus { tokens_per_second: speed, ..now.clone() });
                    // Another one writes by now: whoever shows it has to know.
                    if (ModelStatus { tokens_per_second: None, ..before }) != now {
                        on_status();
                    }
                }
                // Whoever asked may be gone.
                let _ = reply.send(outcome);
            }),
        );
        let outcome = answer.await.unwrap_or_else(|_| Outcome::silent(Silence::Cancelled));
        drop(guard);
        outcome
    }

    /// What a model is told of an instruction about a selection.
    pub(crate) fn tell(&self, place: &Place, selection: std::ops::Range<usize>, instruction: &str) -> Told {
        let (_, secrets) = options(&self.settings.lock());
        instruct::tell(place, selection, instruction, &secrets)
    }

    /// Lets the model for instructions answer; `piece` is given each part as it comes. When the future is dropped, so is
    /// the work. The error says what to do.
    pub(crate) async fn instruct(
        &self,
        messages: Vec<Message>,
        mut piece: impl FnMut(&str) + Send + 'static,
    ) -> Result<(String, bool), String> {
        let settings = self.settings.lock().clone();
        if !settings.enabled {
            return Err(Silence::Off.to_string());
        }
        let cancel = Cancel::default();
        let guard = CancelOnDrop(cancel.clone());
        let control = Control { cancel, deadline: None, before_run: Some(self.let_others_go_first.clone()) };
        let instructor = self.instructor.clone();
        let working =
            tokio::task::spawn_blocking(move || instructor.lock().answer(&settings, &messages, &control, &mut piece));
        let answer = working.await.map_err(|error| error.to_string())?;
        drop(guard);
        answer
    }

    /// Notes that an editor shows what was answered.
    pub(crate) fn offered(&self, place: &Place, text: &str, model: &str, confidence: f32) {
        self.acceptance.lock().offered(place, text, model, confidence);
    }

    /// Notes that a document has a new text.
    pub(crate) fn document_changed(&self, file: FileId, before: &Arc<str>, after: &Arc<str>) {
        self.acceptance.lock().changed(file.0.into(), after);
        self.history.lock().changed(file.0.into(), before, after);
    }

    /// Notes that a document is closed.
    pub(crate) fn document_closed(&self, file: FileId) {
        self.acceptance.lock().closed(file.0.into());
        self.history.lock().closed(file.0.into());
    }

    /// What was edited lately.
    pub(crate) fn history(&self) -> History {
        self.history.lock().clone()
    }

    /// The editor says that so many bytes of a text that it shows were taken.
    pub(crate) fn taken(&self, text: &str, length: usize) {
        self.acceptance.lock().taken(text, length);
    }

    /// What there is no model for is said once: true for whoever has to say it.
    pub(crate) fn tells_of_missing_model(&self) -> bool {
        !self.was_told.swap(true, Ordering::AcqRel)
    }
}

/// Tells work to stop when nobody waits for it any more.
struct CancelOnDrop(Cancel);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

fn set(status: &Mutex<ModelStatus>, change: impl FnOnce(&mut ModelStatus)) {
    change(&mut status.lock());
}

fn status_of(facts: WriterFacts) -> ModelStatus {
    ModelStatus {
        name: facts.name,
        state: ModelState::Ready,
        engine: Some(facts.engine),
        provider: Some(facts.provider),
        fallback: facts.fallback,
        tokens_per_second: None,
    }
}

/// A completer as the settings want it. The error says what to do.
pub(crate) fn complete_with(settings: &Ai, acceptance: Arc<Acceptance>) -> Result<Completer, String> {
    let (options, secrets) = options(settings);
    let writer = models::open(settings)?;
    Ok(Completer::new(writer, options, secrets, acceptance))
}

fn options(settings: &Ai) -> (Options, Secrets) {
    let (secrets, complaints) = Secrets::new(&settings.secrets);
    for complaint in complaints {
        tracing::warn!("{complaint}");
    }
    let options = Options {
        prompt_tokens: settings.prompt_tokens as usize,
        maximum_tokens: (settings.maximum_tokens as usize).clamp(1, 1024),
        lines: (settings.lines as usize).clamp(1, 100),
        guidance: settings.guidance,
        gate: settings.check,
        threshold: settings.threshold,
    };
    (options, secrets)
}

/// Where it is kept what became of what was shown. `None` where the system has no folder for that.
pub(crate) fn acceptance_file() -> Option<Utf8PathBuf> {
    Some(models::data_folder()?.join("acceptance.jsonl"))
}

/// What became of what was shown, kept if the settings let us.
pub(crate) fn open_acceptance(settings: &Ai) -> Acceptance {
    Acceptance::open(settings.keep_acceptance.then(acceptance_file).flatten())
}
