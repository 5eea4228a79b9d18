//! Changes: in which order engines hear of them, and what becomes of the questions that they overtake.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use montuno_base::{Change, Document, FileId, Language, Revision};
use montuno_ide::{Host, Refusal};
use montuno_semantic::cancel::CancelFlag;

use crate::support::{Fake, Step, World, beside, gate, last, look, receive, wait_at, write};

/// Changes of a file's own buffer: each moves the place that a question speaks of.
const OWN_CHANGES: [fn(&World, FileId); 2] = [
    |world, file| {
        world.write(file, "x = 2");
    },
    |world, file| world.close(file),
];

#[test]
fn a_document_that_changed_before_its_question_was_put_refuses_it() {
    for change in OWN_CHANGES {
        let world = World::new([Fake::new(Language::Python)]);
        let file = world.open("/a.py", "x = 1");
        let arrival = world.host.arrival();
        change(&world, file);
        let answer = receive(&world.asking_since(arrival, &CancelFlag::default(), file, look(file)));
        assert_eq!(answer, Err(Refusal::ContentModified));
    }
    let world = World::new([Fake::new(Language::Python)]);
    let file = world.file("/a.py");
    let arrival = world.host.arrival();
    world.write(file, "x = 1");
    let answer = receive(&world.asking_since(arrival, &CancelFlag::default(), file, look(file)));
    assert_eq!(answer, Err(Refusal::ContentModified), "opened meanwhile");
}

#[test]
fn a_document_that_changes_under_its_question_refuses_it() {
    for change in OWN_CHANGES {
        let world = World::new([Fake::new(Language::Python)]);
        let file = world.open("/a.py", "x = 1");
        let (begun, has_begun) = crossbeam_channel::unbounded();
        let answer = world.asking(file, move |snapshot| {
            begun.send(()).unwrap();
            last::<()>(snapshot)
        });
        receive(&has_begun);
        change(&world, file);
        assert_eq!(receive(&answer), Err(Refusal::ContentModified));
        assert!(has_begun.is_empty(), "the question was put once");
    }
}

#[test]
fn a_change_elsewhere_has_the_question_put_again() {
    let world = World::new([Fake::new(Language::Python)]);
    let (file, other) = (world.open("/a.py", ""), world.open("/b.py", "x = 1"));
    let (found, finds) = crossbeam_channel::unbounded();
    let answer = world.asking(file, move |snapshot| {
        let text = look(other)(snapshot)?;
        found.send(text.clone()).unwrap();
        if text.ends_with("x = 1") { last(snapshot) } else { Ok(text) }
    });
    assert_eq!(receive(&finds), "engine 1: x = 1");
    world.write(other, "x = 2");
    assert_eq!(receive(&answer).unwrap(), "engine 1: x = 2");
    assert_eq!(receive(&finds), "engine 1: x = 2");
    assert!(finds.is_empty(), "it was put twice");
}

#[test]
fn a_change_waits_for_no_question() {
    let world = World::new([Fake::new(Language::Python)]);
    let (file, other) = (world.open("/a.py", ""), world.open("/b.py", "x = 1"));
    let (begun, has_begun) = crossbeam_channel::unbounded();
    let (key, gate) = gate();
    let answer = world.asking(file, move |snapshot| {
        begun.send(()).unwrap();
        // Until the gate opens nothing can end this question.
        wait_at(&gate);
        let text = look(other)(snapshot)?;
        if text.ends_with("x = 1") { last(snapshot) } else { Ok(text) }
    });
    receive(&has_begun);
    for text in ["x = 2", "x = 3"] {
        let host = world.host.clone();
        receive(&beside(move || write(&host, other, text)));
    }
    let inputs = world.host.inputs();
    assert_eq!(&*inputs.text(other).unwrap().text, "x = 3", "it is in the inputs at once");
    assert!(answer.is_empty() && has_begun.is_empty(), "the question still runs");

    drop(key);
    assert_eq!(receive(&answer).unwrap(), "engine 1: x = 3");
    assert_eq!(has_begun.len(), 1, "the question was put twice");
}

#[test]
fn a_change_waits_for_no_project() {
    let (begun, has_begun) = crossbeam_channel::unbounded();
    let (key, gate) = gate();
    let python = Fake::new(Language::Python).script(move |_, step| {
        if matches!(step, Step::Prepare(..)) {
            begun.send(()).unwrap();
            wait_at(&gate);
        }
    });
    let world = World::new([python]);
    let file = world.open("/a.py", "x = 1");
    let other = world.open("/b.py", "x = 1");
    let answer = world.asking(file, move |snapshot| {
        let text = look(other)(snapshot)?;
        if text.ends_with("x = 1") { last(snapshot) } else { Ok(text) }
    });
    receive(&has_begun);
    let host = world.host.clone();
    receive(&beside(move || write(&host, other, "x = 2")));
    assert!(answer.is_empty(), "the project is not loaded yet");
    drop(key);
    assert_eq!(receive(&answer).unwrap(), "engine 1: x = 2");
}

#[test]
fn an_engine_that_is_busy_keeps_no_other_from_its_changes() {
    let (begun, has_begun) = crossbeam_channel::unbounded();
    let (key, gate) = gate();
    let python = Fake::new(Language::Python).script({
        let begun = begun.clone();
        move |_, step| {
            if matches!(step, Step::Prepare(..)) {
                begun.send(()).unwrap();
                wait_at(&gate);
            }
        }
    });
    let world = World::new([python, Fake::new(Language::Rust)]);
    let (file, rust, other) = (world.open("/a.py", ""), world.open("/a.rs", ""), world.open("/b.rs", "1"));
    let busy = world.asking(file, look(file));
    receive(&has_begun);
    let answer = world.asking(rust, move |snapshot| {
        begun.send(()).unwrap();
        let found = look(other)(snapshot)?;
        if found.ends_with('1') { last(snapshot) } else { Ok(found) }
    });
    receive(&has_begun);
    world.write(other, "2");
    assert_eq!(receive(&answer).unwrap(), "engine 1: 2");
    assert!(busy.is_empty(), "the other engine is still busy");
    drop(key);
    assert_eq!(receive(&busy).unwrap(), "engine 1: ");
}

#[test]
fn changes_before_the_first_question_are_what_an_engine_begins_with() {
    let (heard, changes) = crossbeam_channel::unbounded();
    let python = Fake::new(Language::Python).script(move |_, step| match step {
        Step::Made(inputs) => heard.send((inputs.revision, Vec::new())).unwrap(),
        Step::Update(inputs, changes) => heard.send((inputs.revision, changes.to_vec())).unwrap(),
        _ => {}
    });
    let world = World::new([python]);
    let file = world.open("/a.py", "x = 1");
    let before = world.write(file, "x = 2");
    assert!(changes.is_empty(), "no engine is made before somebody asks");
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 1: x = 2");
    let after = world.write(file, "x = 3");
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 1: x = 3");
    let expected = [(before, vec![]), (after, vec![Change::Document(file)])];
    assert_eq!(changes.try_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn a_change_that_comes_while_an_engine_is_made_is_not_half_known() {
    let (begun, has_begun) = crossbeam_channel::unbounded();
    let (key, gate) = gate();
    let python = Fake::new(Language::Python).script(move |_, step| {
        if matches!(step, Step::Made(_)) {
            begun.send(()).unwrap();
            wait_at(&gate);
        }
    });
    let world = World::new([python]);
    let (file, other) = (world.open("/a.py", ""), world.open("/b.py", "x = 1"));
    let answer = world.asking(file, move |snapshot| {
        let known = snapshot.context().text(other).unwrap().text;
        Ok((look(other)(snapshot)?, format!("engine 1: {known}")))
    });
    receive(&has_begun);
    world.write(other, "x = 2");
    drop(key);
    let (engine, context) = receive(&answer).unwrap();
    assert_eq!(engine, context, "the engine and the inputs beside it are of one moment");
    assert_eq!(world.ask(file, look(other)).unwrap(), "engine 1: x = 2");
}

/// Makes two changes at once, many times. Gives what they were, and the revision after each pair.
fn push(host: &Host, name: usize) -> Vec<(Revision, [Change; 2])> {
    let push_pair = |turn: usize| {
        let mut pair = None;
        let revision = host.change(|inputs| {
            let changes = ["left", "right"].map(|side| {
                let file = inputs.files.id(format!("/{side}/{name}/{turn}.py").as_str().into());
                inputs.set_document(file, Document::new(1, None, Arc::from("x = 1")))
            });
            pair = Some(changes.clone());
            // Others get a turn where it would hurt most: when half of what changed is told.
            changes.into_iter().inspect(|_| std::thread::yield_now())
        });
        (revision, pair.unwrap())
    };
    (0..100).map(push_pair).collect()
}

#[test]
fn changes_are_taken_in_in_the_order_of_the_calls_none_lost_and_none_twice() {
    let (heard, updates) = crossbeam_channel::unbounded();
    let python = Fake::new(Language::Python).script(move |engine, step| match step {
        Step::Made(inputs) => heard.send((engine, inputs.revision, Vec::new())).unwrap(),
        Step::Update(inputs, changes) => heard.send((engine, inputs.revision, changes.to_vec())).unwrap(),
        _ => {}
    });
    let world = World::new([python]);
    let file = world.open("/a.py", "x = 1");
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 1: x = 1");
    let (_, mut known, _) = receive(&updates);

    let is_over = Arc::new(AtomicBool::new(false));
    let askers = [(); 2].map(|()| {
        let (host, is_over) = (world.host.clone(), is_over.clone());
        beside(move || {
            while !is_over.load(Ordering::Relaxed) {
                let answer = host.ask(&host.arrival(), file, &CancelFlag::default(), look(file));
                assert_eq!(answer.unwrap(), "engine 1: x = 1");
            }
        })
    });
    let pushers = [0, 1, 2, 3].map(|name| {
        let host = world.host.clone();
        beside(move || push(&host, name))
    });
    let mut calls: Vec<_> = pushers.iter().flat_map(receive).collect();
    is_over.store(true, Ordering::Relaxed);
    askers.iter().for_each(receive);
    // Whatever was pushed before a question is taken in before it is answered.
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 1: x = 1");

    let mut taken_in = Vec::new();
    for (engine, revision, changes) in updates.try_iter() {
        assert_eq!(engine, 1);
        assert_eq!(revision.0 - known.0, changes.len() as u64, "the inputs hold what is told with them and no more");
        known = revision;
        taken_in.extend(changes);
    }
    calls.sort_by_key(|&(revision, _)| revision);
    let pushed: Vec<_> = calls.into_iter().flat_map(|(_, pair)| pair).collect();
    assert_eq!(taken_in, pushed);
    assert_eq!(world.events(), []);
}

#[test]
fn engines_go_with_their_host() {
    let (held, is_held) = crossbeam_channel::bounded::<()>(0);
    let python = Fake::new(Language::Python).script(move |_, _| _ = &held);
    let world = World::new([python]);
    let file = world.open("/a.py", "");
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 1: ");
    drop(world);
    // Nothing is ever sent: the wait ends when the last engine and whatever could make one are gone.
    receive(&beside(move || is_held.recv())).unwrap_err();
}
