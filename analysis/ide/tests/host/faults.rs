//! Engines that panic.

use montuno_base::Language;
use montuno_ide::{Event, Refusal};
use montuno_semantic::cancel::Cancellable;

use crate::support::{Fake, Step, World, gate, last, look, receive, wait_at};

/// What is said of a question whose engine panicked with these words.
fn fault<T>(words: &str) -> Result<T, Refusal> {
    Err(Refusal::Fault(words.to_owned()))
}

fn told(language: Language, words: &str) -> Event {
    Event::Fault(language, words.to_owned())
}

#[test]
fn a_question_that_breaks_its_engine_is_refused_and_the_next_has_a_new_one() {
    let world = World::new([Fake::new(Language::Python)]);
    let file = world.open("/a.py", "x = 1");
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 1: x = 1");
    assert_eq!(world.ask(file, |_| -> Cancellable<()> { panic!("no such scope") }), fault("no such scope"));
    assert_eq!(world.events(), [told(Language::Python, "no such scope")]);
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 2: x = 1");
    assert_eq!(world.events(), []);
}

#[test]
fn words_that_are_put_together_at_the_panic_are_told_too() {
    let world = World::new([Fake::new(Language::Python)]);
    let file = world.open("/a.py", "");
    assert_eq!(world.ask(file, |_| -> Cancellable<()> { panic!("{} scopes", 2) }), fault("2 scopes"));
    assert_eq!(world.ask(file, |_| -> Cancellable<()> { std::panic::panic_any(2) }), fault("no message"));
}

#[test]
fn an_engine_that_breaks_before_the_question_is_put_is_made_anew_too() {
    for breaks_at in ["made", "prepare", "problems"] {
        let python = Fake::new(Language::Python).script(move |engine, step| {
            let step = match step {
                Step::Made(_) => "made",
                Step::Prepare(_, load) => {
                    // Its problems are asked for after it loaded something.
                    if breaks_at == "problems" {
                        load.step("reading", None);
                    }
                    "prepare"
                }
                Step::Problems(_) => "problems",
                Step::Update(..) | Step::ReleaseMemory => return,
            };
            assert!(engine != 1 || step != breaks_at, "broken at {step}");
        });
        let world = World::new([python]);
        let file = world.open("/a.py", "x = 1");
        let words = format!("broken at {breaks_at}");
        assert_eq!(world.ask(file, look(file)), fault(&words));
        assert!(world.events().contains(&told(Language::Python, &words)));
        assert_eq!(world.ask(file, look(file)).unwrap(), "engine 2: x = 1");
    }
}

#[test]
fn an_engine_that_breaks_at_a_change_is_made_anew_with_the_change() {
    let python = Fake::new(Language::Python).script(|engine, step| {
        assert!(engine != 1 || !matches!(step, Step::Update(..)), "broken at a change");
    });
    let world = World::new([python]);
    let file = world.open("/a.py", "x = 1");
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 1: x = 1");
    world.write(file, "x = 2");
    assert_eq!(world.event(), told(Language::Python, "broken at a change"));
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 2: x = 2");
    world.write(file, "x = 3");
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 2: x = 3");
    assert_eq!(world.events(), []);
}

#[test]
fn an_engine_that_breaks_at_a_change_is_not_asked_again_if_no_new_one_can_be_made() {
    let python = Fake::new(Language::Python).script(|engine, step| match step {
        Step::Update(..) if engine == 1 => panic!("broken at a change"),
        Step::Made(_) if engine == 2 => panic!("broken from the start"),
        _ => {}
    });
    let world = World::new([python]);
    let file = world.open("/a.py", "x = 1");
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 1: x = 1");
    world.write(file, "x = 2");
    assert_eq!(world.event(), told(Language::Python, "broken at a change"));
    assert_eq!(world.event(), told(Language::Python, "broken from the start"));
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 3: x = 2");
}

#[test]
fn a_fault_of_one_engine_disturbs_no_other() {
    let world = World::new([Fake::new(Language::Python), Fake::new(Language::Rust)]);
    let (python, rust) = (world.open("/a.py", ""), world.open("/a.rs", "fn f() {}"));
    let (begun, has_begun) = crossbeam_channel::unbounded();
    let (key, gate) = gate();
    let answer = world.asking(rust, move |snapshot| {
        begun.send(()).unwrap();
        wait_at(&gate);
        look(rust)(snapshot)
    });
    receive(&has_begun);
    assert_eq!(world.ask(python, |_| -> Cancellable<()> { panic!("broken") }), fault("broken"));
    drop(key);
    assert_eq!(receive(&answer).unwrap(), "engine 1: fn f() {}");
    assert!(has_begun.is_empty(), "the question was put once");
    assert_eq!(world.ask(rust, look(rust)).unwrap(), "engine 1: fn f() {}");
    assert_eq!(world.ask(python, look(python)).unwrap(), "engine 2: ");
}

#[test]
fn a_fault_of_an_engine_that_was_replaced_leaves_the_new_one_alone() {
    let world = World::new([Fake::new(Language::Python)]);
    let file = world.open("/a.py", "");
    let (begun, has_begun) = crossbeam_channel::unbounded();
    let (key, gate) = gate();
    let late = world.asking(file, move |_| -> Cancellable<()> {
        begun.send(()).unwrap();
        wait_at(&gate);
        panic!("broken late")
    });
    receive(&has_begun);
    assert_eq!(world.ask(file, |_| -> Cancellable<()> { panic!("broken") }), fault("broken"));
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 2: ");
    drop(key);
    assert_eq!(receive(&late), fault("broken late"));
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 2: ");
}

#[test]
fn a_question_that_breaks_lets_the_change_in_that_waits_for_it() {
    let world = World::new([Fake::new(Language::Python)]);
    let (file, other) = (world.open("/a.py", ""), world.open("/b.py", "x = 1"));
    let (begun, has_begun) = crossbeam_channel::unbounded();
    let answer = world.asking(file, move |snapshot| -> Cancellable<()> {
        begun.send(()).unwrap();
        // Once it is cancelled, the change has the engine and waits.
        let cancelled = last::<()>(snapshot);
        panic!("broken: {cancelled:?}")
    });
    receive(&has_begun);
    world.write(other, "x = 2");
    assert_eq!(receive(&answer), fault("broken: Err(Cancelled)"));
    assert_eq!(world.ask(file, look(other)).unwrap(), "engine 2: x = 2");
}

#[test]
fn one_fault_costs_one_question_however_many_wait() {
    let (begun, has_begun) = crossbeam_channel::unbounded();
    let (key, gate) = gate();
    let python = Fake::new(Language::Python).script(move |engine, step| {
        if let (1, Step::Prepare(..)) = (engine, step) {
            begun.send(()).unwrap();
            wait_at(&gate);
            panic!("broken");
        }
    });
    let world = World::new([python]);
    let file = world.open("/a.py", "");
    let first = world.asking(file, look(file));
    receive(&has_begun);
    let waiting: Vec<_> = (0..8).map(|_| world.asking(file, look(file))).collect();
    drop(key);
    assert_eq!(receive(&first), fault("broken"));
    for answer in waiting {
        assert_eq!(receive(&answer).unwrap(), "engine 2: ");
    }
    assert!(has_begun.is_empty(), "the broken engine was asked again");
}

/// This test and the next wait for the host's own clock: quiet is a matter of time.
#[test]
fn memory_is_given_back_in_quiet_and_a_fault_there_ends_nothing() {
    let (released, has_released) = crossbeam_channel::unbounded();
    let python = Fake::new(Language::Python).script(|engine, step| {
        assert!(engine != 1 || !matches!(step, Step::ReleaseMemory), "broken in quiet");
    });
    let rust = Fake::new(Language::Rust).script(move |_, step| {
        if matches!(step, Step::ReleaseMemory) {
            released.send(()).unwrap();
        }
    });
    let world = World::new([python, rust]);
    let (file, other, rust) = (world.open("/a.py", ""), world.open("/b.py", "x = 1"), world.open("/a.rs", ""));
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 1: ");
    assert_eq!(world.ask(rust, look(rust)).unwrap(), "engine 1: ");
    receive(&has_released);
    assert_eq!(world.event(), told(Language::Python, "broken in quiet"));

    // Changes are followed as before.
    let (begun, has_begun) = crossbeam_channel::unbounded();
    let answer = world.asking(file, move |snapshot| {
        let found = look(other)(snapshot)?;
        begun.send(()).unwrap();
        if found.ends_with("x = 1") { last(snapshot) } else { Ok(found) }
    });
    receive(&has_begun);
    world.write(other, "x = 2");
    assert_eq!(receive(&answer).unwrap(), "engine 2: x = 2");
    assert_eq!(world.ask(rust, look(rust)).unwrap(), "engine 1: ", "the other engine is the same");
}

#[test]
fn memory_is_not_given_back_under_a_question() {
    let (released, has_released) = crossbeam_channel::unbounded();
    let [python, rust] = [Language::Python, Language::Rust].map(|language| {
        let released = released.clone();
        Fake::new(language).script(move |_, step| {
            if matches!(step, Step::ReleaseMemory) {
                released.send(language).unwrap();
            }
        })
    });
    let world = World::new([python, rust]);
    let (file, other) = (world.open("/a.py", ""), world.open("/a.rs", ""));
    let (end, is_ended) = crossbeam_channel::bounded::<()>(0);
    let (begun, has_begun) = crossbeam_channel::unbounded();
    let answer = world.asking(file, move |snapshot| {
        begun.send(()).unwrap();
        is_ended.recv().unwrap();
        look(file)(snapshot)
    });
    receive(&has_begun);
    world.ask(other, look(other)).unwrap();
    assert_eq!(receive(&has_released), Language::Rust, "the first to be quiet");
    assert_eq!(has_released.try_recv().ok(), None, "the other is asked");
    end.send(()).unwrap();
    receive(&answer).unwrap();
    assert_eq!(receive(&has_released), Language::Python);
}
