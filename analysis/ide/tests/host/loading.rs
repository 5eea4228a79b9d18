//! Engines that load a project before they can answer.

use std::sync::Arc;

use montuno_base::{FileId, Language};
use montuno_ide::{Event, Refusal};
use montuno_semantic::engine::Problem;

use crate::support::{Fake, Step, World, beside, gate, look, receive, until, wait_at};

/// The text as the syntax tree has it, if the tree is to be asked.
fn tree(world: &World, file: FileId) -> Result<Option<String>, Refusal> {
    world.host.ask_syntax(&world.host.arrival(), file, |tree, _| tree.text().to_string())
}

#[test]
fn the_syntax_tree_answers_as_long_as_a_project_is_loaded() {
    let (begun, has_begun) = crossbeam_channel::unbounded();
    let (key, gate) = gate();
    let rust = Fake::new(Language::Rust).loading_projects().script(move |_, step| {
        if let Step::Prepare(_, load) = step {
            load.step("reading manifests", None);
            begun.send(()).unwrap();
            wait_at(&gate);
        }
    });
    let world = World::new([rust]);
    let file = world.open("/a.rs", "fn f() {}");
    let from_tree = Ok(Some("fn f() {}".to_owned()));
    assert_eq!(tree(&world, file), from_tree, "nobody has asked yet");
    // The second time another project is loaded.
    for _ in 0..2 {
        let answer = world.asking(file, look(file));
        receive(&has_begun);
        assert_eq!(tree(&world, file), from_tree);
        assert!(answer.is_empty(), "the engine is still loading");
        key.send(()).unwrap();
        assert_eq!(receive(&answer).unwrap(), "engine 1: fn f() {}");
        assert_eq!(tree(&world, file), Ok(None));
    }
}

#[test]
fn an_engine_that_loads_no_project_is_asked_itself() {
    let world = World::new([Fake::new(Language::Rust)]);
    let file = world.open("/a.rs", "fn f() {}");
    assert_eq!(tree(&world, file), Ok(None));
}

#[test]
fn a_fault_while_a_project_is_loaded_ends_the_loading() {
    let rust = Fake::new(Language::Rust).loading_projects().script(|engine, step| {
        if let (1, Step::Prepare(_, load)) = (engine, step) {
            load.step("reading manifests", None);
            panic!("a manifest that nobody expected");
        }
    });
    let world = World::new([rust]);
    let file = world.open("/a.rs", "fn f() {}");
    world.ask(file, look(file)).unwrap_err();
    let is_loading = |event: &Event| matches!(event, Event::Loading(..) | Event::Loaded(_));
    let events: Vec<_> = world.events().into_iter().filter(is_loading).collect();
    let begin = Event::Loading(Language::Rust, "reading manifests".to_owned(), None);
    assert_eq!(events, [begin, Event::Loaded(Language::Rust)]);
    assert_eq!(tree(&world, file), Ok(None));
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 2: fn f() {}");
}

#[test]
fn a_document_that_changed_refuses_the_question_to_its_tree() {
    let world = World::new([Fake::new(Language::Rust).loading_projects()]);
    let file = world.open("/a.rs", "fn f() {}");
    let arrival = world.host.arrival();
    world.write(file, "fn g() {}");
    assert_eq!(world.host.ask_syntax(&arrival, file, |_, _| ()), Err(Refusal::ContentModified));
}

#[test]
fn what_is_loaded_is_told_from_the_first_step_to_the_last() {
    let problem = Problem { id: "lock".to_owned(), message: "there is no lock file".to_owned(), is_serious: true };
    let rust = Fake::new(Language::Rust).loading_projects().script({
        let problem = problem.clone();
        move |_, step| match step {
            Step::Prepare(_, load) => {
                load.step("reading manifests", None);
                load.step("reading sources", Some(0.5));
            }
            Step::Problems(problems) => problems.push(problem.clone()),
            _ => {}
        }
    });
    let world = World::new([rust, Fake::new(Language::Python)]);
    let file = world.open("/a.rs", "");
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 1: ");
    let loading = |what: &str, done| Event::Loading(Language::Rust, what.to_owned(), done);
    let expected = [
        loading("reading manifests", None),
        loading("reading sources", Some(0.5)),
        Event::Loaded(Language::Rust),
        Event::Problem(problem),
    ];
    assert_eq!(world.events(), expected);

    let file = world.open("/a.py", "");
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 1: ");
    assert_eq!(world.events(), [], "an engine that loads nothing tells nothing");
}

#[test]
fn a_project_is_loaded_ahead_also_while_somebody_types() {
    let (begun, has_begun) = crossbeam_channel::unbounded();
    let (key, gate) = gate();
    let rust = Fake::new(Language::Rust).script(move |_, step| {
        if let Step::Prepare(file, _) = step {
            begun.send(file).unwrap();
            wait_at(&gate);
        }
    });
    let world = World::new([rust]);
    let (other, file) = (world.open("/a.rs", ""), world.open("/b.rs", ""));
    let first = world.asking(other, look(other));
    receive(&has_begun);
    world.write(file, "fn f() {}");
    let warmed_up = beside({
        let host = world.host.clone();
        move || host.warm_up(file)
    });
    // The engine is busy with the other project: nobody but this call can hold a text of the past.
    until(|| {
        let text = Arc::downgrade(world.host.inputs().documents.get(file).unwrap());
        world.write(file, "fn f() {}");
        text.strong_count() > 0
    });
    drop(key);
    assert_eq!(receive(&first).unwrap(), "engine 1: ");
    receive(&warmed_up);
    assert!(has_begun.try_iter().any(|it| it == file), "its project was loaded");
}
