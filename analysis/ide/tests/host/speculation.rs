//! Questions about a text that nobody has written.

use montuno_base::Language;
use montuno_ide::Refusal;
use montuno_semantic::cancel::CancelFlag;

use crate::support::{Fake, World, look};

#[test]
fn what_is_supposed_is_seen_by_its_question_alone() {
    let world = World::new([Fake::new(Language::Python)]);
    let file = world.open("/a.py", "x = 1");
    let arrival = world.host.arrival();
    for _ in 0..2 {
        let supposed = world.host.ask_as_if(&arrival, file, "x = 2", &CancelFlag::default(), look(file));
        assert_eq!(supposed.as_deref(), Ok("engine 1: x = 2"));
        assert_eq!(world.ask(file, look(file)).as_deref(), Ok("engine 1: x = 1"));
    }
    assert_eq!(&*world.host.inputs().text(file).unwrap().text, "x = 1");
}

#[test]
fn a_document_that_changed_meanwhile_refuses_it() {
    let world = World::new([Fake::new(Language::Python)]);
    let file = world.open("/a.py", "x = 1");
    let arrival = world.host.arrival();
    world.write(file, "x = 3");
    let answer = world.host.ask_as_if(&arrival, file, "x = 2", &CancelFlag::default(), look(file));
    assert_eq!(answer, Err(Refusal::ContentModified));
}

#[test]
fn a_fault_in_it_leaves_nothing_behind() {
    let world = World::new([Fake::new(Language::Python)]);
    let file = world.open("/a.py", "x = 1");
    let arrival = world.host.arrival();
    let answer = world.host.ask_as_if::<()>(&arrival, file, "x = 2", &CancelFlag::default(), |_| panic!("broken"));
    assert_eq!(answer, Err(Refusal::Fault("broken".to_owned())));
    assert_eq!(world.ask(file, look(file)).as_deref(), Ok("engine 2: x = 1"));
}

#[test]
fn what_took_too_long_has_no_answer() {
    let world = World::new([Fake::new(Language::Python)]);
    let file = world.open("/a.py", "x = 1");
    let late = CancelFlag::until(std::time::Instant::now());
    let answer = world.host.ask_as_if(&world.host.arrival(), file, "x = 2", &late, look(file));
    assert_eq!(answer, Err(Refusal::Cancelled));
    assert_eq!(world.ask(file, look(file)).as_deref(), Ok("engine 1: x = 1"));
}

#[test]
fn nobody_waits_for_a_project_because_of_it() {
    let world = World::new([Fake::new(Language::Rust).loading_projects()]);
    let file = world.open("/a.rs", "");
    let answer = world.host.ask_as_if(&world.host.arrival(), file, "x", &CancelFlag::default(), look(file));
    assert_eq!(answer, Err(Refusal::NotAnalysed));
}
