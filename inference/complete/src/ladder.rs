//! A writer behind which others stand: where a server is down, or a graphics processor fails, the next one writes.

use std::time::{Duration, Instant};

use montuno_engine::constraint::Constraint;
use montuno_engine::control::Control;
use montuno_engine::template::FimParts;
use montuno_engine::vocabulary::Vocabulary;

use crate::writer::{WriteRequest, Writer, WriterFacts, Written};

/// Makes a writer when it is needed. The error says why there is none.
pub type MakeWriter = Box<dyn FnMut() -> Result<Box<dyn Writer>, String> + Send>;

/// One of several writers.
pub struct Rung {
    make: MakeWriter,
    writer: Option<Box<dyn Writer>>,
    /// After how long it is tried again once it failed; `None`: never.
    pause: Option<Duration>,
    failed: Option<Instant>,
}

impl Rung {
    /// A writer that is tried again some time after it failed.
    pub fn again_after(pause: Duration, make: MakeWriter) -> Self {
        Self { make, writer: None, pause: Some(pause), failed: None }
    }

    /// A writer that is not tried again once it failed.
    pub fn once(make: MakeWriter) -> Self {
        Self { make, writer: None, pause: None, failed: None }
    }

    fn may_write(&self, now: Instant) -> bool {
        match (self.failed, self.pause) {
            (None, _) => true,
            (Some(failed), Some(pause)) => now.saturating_duration_since(failed) >= pause,
            (Some(_), None) => false,
        }
    }
}

/// Several writers, the best first.
pub struct Ladder {
    rungs: Vec<Rung>,
    at: usize,
    /// Why the best does not write.
    reason: Option<String>,
}

impl Ladder {
    /// A ladder whose first writer that can be made writes.
    ///
    /// # Errors
    /// Why the first cannot be made, if none can.
    pub fn new(rungs: Vec<Rung>) -> Result<Self, String> {
        let mut made = Self { rungs, at: 0, reason: None };
        let first = made.climb_to(0);
        match first {
            Ok(()) => Ok(made),
            Err(reason) if made.step_down(&reason) => Ok(made),
            Err(reason) => Err(reason),
        }
    }

    /// Makes a rung the one that writes.
    fn climb_to(&mut self, at: usize) -> Result<(), String> {
        let rung = self.rungs.get_mut(at).ok_or("there is nothing to complete with")?;
        if rung.writer.is_none() {
            match (rung.make)() {
                Ok(writer) => rung.writer = Some(writer),
                Err(reason) => {
                    rung.failed = Some(Instant::now());
                    return Err(reason);
                }
            }
        }
        self.at = at;
        Ok(())
    }

    /// Goes to the next writer that can be made and is another one.
    fn step_down(&mut self, reason: &str) -> bool {
        let now = Instant::now();
        let made = self.rungs.get(self.at).and_then(|rung| rung.writer.as_ref());
        let failed = made.map(|writer| identity(&writer.facts()));
        if let Some(rung) = self.rungs.get_mut(self.at) {
            rung.failed = Some(now);
            // One that is never asked again need not stay in memory.
            if rung.pause.is_none() {
                rung.writer = None;
            }
        }
        for next in self.at + 1..self.rungs.len() {
            if !self.rungs[next].may_write(now) {
                continue;
            }
            match self.climb_to(next) {
                Ok(()) if failed.is_none() || failed != Some(identity(&self.current().facts())) => {
                    self.reason = Some(reason.to_owned());
                    return true;
                }
                Ok(()) => self.rungs[next].failed = Some(now),
                Err(why) => tracing::debug!("it cannot be fallen back on: {why}"),
            }
        }
        false
    }

    fn current(&self) -> &dyn Writer {
        let made = self.rungs[self.at].writer.as_deref();
        made.or_else(|| self.rungs.iter().find_map(|rung| rung.writer.as_deref())).unwrap_or(&NOTHING)
    }
}

/// What tells a writer from another.
fn identity(facts: &WriterFacts) -> (String, String, String) {
    (facts.name.clone(), facts.engine.clone(), facts.provider.clone())
}

impl Writer for Ladder {
    fn facts(&self) -> WriterFacts {
        let facts = self.current().facts();
        let fallback = self.reason.clone().or(facts.fallback);
        WriterFacts { fallback, ..facts }
    }

    fn prepare(&mut self) {
        let now = Instant::now();
        let better = (0..self.at).find(|&at| self.rungs[at].may_write(now));
        if let Some(better) = better
            && self.climb_to(better).is_ok()
        {
            self.reason = None;
        }
        if let Some(writer) = &mut self.rungs[self.at].writer {
            writer.prepare();
        }
    }

    fn fall_back(&mut self, reason: &str) -> bool {
        self.step_down(reason)
    }

    fn vocabulary(&self) -> &Vocabulary {
        self.current().vocabulary()
    }

    fn count(&self, text: &str) -> usize {
        self.current().count(text)
    }

    fn prompt(&self, parts: &FimParts) -> String {
        self.current().prompt(parts)
    }

    fn write(
        &mut self,
        request: &WriteRequest,
        constraint: &mut dyn Constraint,
        control: &Control,
        piece: &mut dyn FnMut(&str),
    ) -> Result<Written, String> {
        match &mut self.rungs[self.at].writer {
            Some(writer) => {
                let written = writer.write(request, constraint, control, piece);
                if written.is_ok() {
                    self.rungs[self.at].failed = None;
                }
                written
            }
            None => {
                let reason = self.reason.as_deref().unwrap_or("what completes has failed");
                Err(format!("{reason}; there is nothing else to complete with"))
            }
        }
    }
}

/// Stands where nothing writes any more.
static NOTHING: Nothing = Nothing;

struct Nothing;

impl Writer for Nothing {
    fn facts(&self) -> WriterFacts {
        WriterFacts { name: "none".to_owned(), context_length: 64, ..WriterFacts::default() }
    }

    fn vocabulary(&self) -> &Vocabulary {
        Vocabulary::bytes_alone()
    }

    fn count(&self, text: &str) -> usize {
        text.len()
    }

    fn prompt(&self, _parts: &FimParts) -> String {
        String::new()
    }

    fn write(
        &mut self,
        _request: &WriteRequest,
        _constraint: &mut dyn Constraint,
        _control: &Control,
        _piece: &mut dyn FnMut(&str),
    ) -> Result<Written, String> {
        Err("there is nothing to complete with".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::*;
    use crate::acceptance::Acceptance;
    use crate::completer::{Completer, Options};
    use crate::oracle::{Ignorant, Oracle};
    use crate::secrets::Secrets;
    use crate::show::Silence;
    use crate::testing::{Scripted, place};

    /// Writes by a script while it is not broken, as if on a provider of this name.
    struct Breaking {
        inner: Scripted,
        provider: &'static str,
        broken: Arc<AtomicBool>,
    }

    impl Writer for Breaking {
        fn facts(&self) -> WriterFacts {
            WriterFacts { provider: self.provider.to_owned(), ..self.inner.facts() }
        }

        fn vocabulary(&self) -> &Vocabulary {
            self.inner.vocabulary()
        }

        fn count(&self, text: &str) -> usize {
            self.inner.count(text)
        }

        fn prompt(&self, parts: &FimParts) -> String {
            self.inner.prompt(parts)
        }

        fn write(
            &mut self,
            request: &WriteRequest,
            constraint: &mut dyn Constraint,
            control: &Control,
            piece: &mut dyn FnMut(&str),
        ) -> Result<Written, String> {
            if self.broken.load(Ordering::SeqCst) {
                return Err(format!("{} is gone", self.provider));
            }
            self.inner.write(request, constraint, control, piece)
        }
    }

    fn making(provider: &'static str, script: &'static str, broken: &Arc<AtomicBool>) -> MakeWriter {
        let broken = broken.clone();
        Box::new(move || Ok(Box::new(Breaking { inner: Scripted::new(script), provider, broken: broken.clone() })))
    }

    fn completer(ladder: Ladder) -> Completer {
        Completer::new(Box::new(ladder), Options::default(), Secrets::default(), Arc::new(Acceptance::open(None)))
    }

    fn shown(completer: &mut Completer) -> Result<String, Silence> {
        let oracle: Arc<dyn Oracle> = Arc::new(Ignorant);
        let outcome = completer.complete(&place("python", "x = |\n"), &oracle, &Control::default());
        outcome.shown.map(|shown| shown.text)
    }

    #[test]
    fn a_provider_that_fails_at_run_time_is_replaced_in_the_same_question() {
        let (gone, fine) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let rungs = vec![Rung::once(making("CUDA", "first", &gone)), Rung::once(making("CPU", "second", &fine))];
        let mut completer = completer(Ladder::new(rungs).unwrap());
        assert_eq!(shown(&mut completer).unwrap(), "first");
        gone.store(true, Ordering::SeqCst);
        assert_eq!(shown(&mut completer).unwrap(), "second");
        let facts = completer.writer().facts();
        assert_eq!((facts.provider.as_str(), facts.fallback.as_deref()), ("CPU", Some("CUDA is gone")));
        gone.store(false, Ordering::SeqCst);
        assert_eq!(shown(&mut completer).unwrap(), "second", "it does not come back");
        fine.store(true, Ordering::SeqCst);
        assert_eq!(shown(&mut completer), Err(Silence::Failed("CPU is gone".to_owned())));
        assert!(matches!(shown(&mut completer), Err(Silence::Failed(_))), "and nothing breaks afterwards");
    }

    #[test]
    fn a_server_that_is_back_writes_again() {
        let (down, fine) = (Arc::new(AtomicBool::new(true)), Arc::default());
        let pause = Duration::ZERO;
        let rungs = vec![
            Rung::again_after(pause, making("server", "first", &down)),
            Rung::once(making("CPU", "second", &fine)),
        ];
        let mut completer = completer(Ladder::new(rungs).unwrap());
        assert_eq!(shown(&mut completer).unwrap(), "second");
        down.store(false, Ordering::SeqCst);
        assert_eq!(shown(&mut completer).unwrap(), "first");
        assert_eq!(completer.writer().facts().fallback, None);
    }

    #[test]
    fn the_same_writer_once_more_is_no_other_way() {
        let broken = Arc::new(AtomicBool::new(true));
        let made = Arc::new(AtomicUsize::new(0));
        let counting = |made: &Arc<AtomicUsize>| -> MakeWriter {
            let (made, mut make) = (made.clone(), making("CPU", "text", &broken));
            Box::new(move || {
                made.fetch_add(1, Ordering::SeqCst);
                make()
            })
        };
        let rungs = vec![Rung::once(counting(&made)), Rung::once(counting(&made))];
        let mut completer = completer(Ladder::new(rungs).unwrap());
        assert_eq!(shown(&mut completer), Err(Silence::Failed("CPU is gone".to_owned())));
        assert_eq!(made.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn where_nothing_can_be_made_the_first_reason_is_told() {
        let failing = |reason: &'static str| -> MakeWriter { Box::new(move || Err(reason.to_owned())) };
        let rungs = vec![Rung::once(failing("no library")), Rung::once(failing("no model"))];
        assert_eq!(Ladder::new(rungs).err().as_deref(), Some("no library"));
        assert!(Ladder::new(Vec::new()).is_err());
    }
}
