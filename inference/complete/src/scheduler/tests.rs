use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;
use crate::acceptance::Acceptance;
use crate::completer::Options;
use crate::oracle::Ignorant;
use crate::secrets::Secrets;
use crate::testing::{Scripted, place};

fn made(script: &'static str) -> Completer {
    let acceptance = Arc::new(Acceptance::open(None));
    Completer::new(Box::new(Scripted::new(script)), Options::default(), Secrets::default(), acceptance)
}

/// A model that waits before each token until it is let go on, and says when it waits.
fn held() -> (Arc<dyn Fn() + Send + Sync>, Receiver<()>, Sender<()>) {
    let (waits, waiting) = channel();
    let (go_on, may_go_on) = channel();
    let (waits, may_go_on) = (Mutex::new(waits), Mutex::new(may_go_on));
    let before_run = move || {
        let _ = waits.lock().send(());
        let _ = may_go_on.lock().recv();
    };
    (Arc::new(before_run), waiting, go_on)
}

fn ask(scheduler: &Scheduler, text: &str) -> Receiver<Outcome> {
    let (reply, answer) = channel();
    let question = Question {
        place: place("python", text),
        oracle: Arc::new(Ignorant),
        cancel: Cancel::default(),
        is_typing: true,
        maximum_tokens: None,
    };
    scheduler.complete(question, Box::new(move |outcome| _ = reply.send(outcome)));
    answer
}

fn text(outcome: Outcome) -> Result<String, Silence> {
    outcome.shown.map(|shown| shown.text)
}

#[test]
fn the_latest_of_a_document_counts() {
    let (before_run, waiting, go_on) = held();
    let scheduler = Scheduler::start(Box::new(|| Ok(made("value"))), Duration::ZERO, Some(before_run)).unwrap();
    let first = ask(&scheduler, "x = |");
    waiting.recv().unwrap();
    // The model works on the first; the second never begins, the third is answered.
    let second = ask(&scheduler, "xy = |");
    let third = ask(&scheduler, "xyz = |");
    drop(go_on);
    assert_eq!(text(first.recv().unwrap()), Err(Silence::Cancelled));
    assert_eq!(text(second.recv().unwrap()), Err(Silence::Superseded));
    assert_eq!(text(third.recv().unwrap()), Ok("value".to_owned()));
}

#[test]
fn without_a_model_each_answer_says_so_and_a_new_one_is_taken() {
    let mut there = false;
    let make = move || if std::mem::replace(&mut there, true) { Ok(made("value")) } else { Err("get one".to_owned()) };
    let scheduler = Scheduler::start(Box::new(make), Duration::ZERO, None).unwrap();
    for _ in 0..2 {
        assert_eq!(text(ask(&scheduler, "x = |").recv().unwrap()), Err(Silence::NoModel("get one".to_owned())));
    }
    scheduler.renew(Duration::ZERO);
    assert_eq!(text(ask(&scheduler, "x = |").recv().unwrap()), Ok("value".to_owned()));
}

#[test]
fn every_question_is_answered_when_it_ends() {
    let (before_run, waiting, go_on) = held();
    let scheduler = Scheduler::start(Box::new(|| Ok(made("value"))), Duration::ZERO, Some(before_run)).unwrap();
    let running = ask(&scheduler, "x = |");
    waiting.recv().unwrap();
    let waits = {
        let (reply, answer) = channel();
        let question = Question {
            place: crate::oracle::Place { document: 2, ..place("python", "y = |") },
            oracle: Arc::new(Ignorant),
            cancel: Cancel::default(),
            is_typing: true,
            maximum_tokens: None,
        };
        scheduler.complete(question, Box::new(move |outcome| _ = reply.send(outcome)));
        answer
    };
    drop(scheduler);
    drop(go_on);
    assert_eq!(text(running.recv().unwrap()), Err(Silence::Cancelled));
    assert_eq!(text(waits.recv().unwrap()), Err(Silence::Cancelled));
}
