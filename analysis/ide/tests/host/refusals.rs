//! Questions that have no answer.

use montuno_base::{Document, Language, Settings, Utf8Path};
use montuno_ide::Refusal;
use montuno_semantic::cancel::CancelFlag;

use crate::support::{Fake, Step, World, last, look, receive};

#[test]
fn a_question_that_was_given_up_before_it_was_put_makes_no_engine() {
    let (made, is_made) = crossbeam_channel::unbounded();
    let python = Fake::new(Language::Python).script(move |engine, step| {
        if matches!(step, Step::Made(_)) {
            made.send(engine).unwrap();
        }
    });
    let world = World::new([python]);
    let file = world.open("/a.py", "");
    let cancel = CancelFlag::default();
    cancel.cancel();
    let answer = receive(&world.asking_since(world.host.arrival(), &cancel, file, look(file)));
    assert_eq!(answer, Err(Refusal::Cancelled));
    assert!(is_made.is_empty());
}

#[test]
fn a_question_that_is_given_up_is_not_put_again() {
    let world = World::new([Fake::new(Language::Python)]);
    let file = world.open("/a.py", "");
    let cancel = CancelFlag::default();
    let (begun, has_begun) = crossbeam_channel::unbounded();
    let answer = world.asking_since(world.host.arrival(), &cancel, file, move |snapshot| {
        begun.send(()).unwrap();
        last::<()>(snapshot)
    });
    receive(&has_begun);
    cancel.cancel();
    assert_eq!(receive(&answer), Err(Refusal::Cancelled));
    assert!(has_begun.is_empty());
}

#[test]
fn files_that_no_engine_answers_for_are_not_analysed() {
    let world = World::new([Fake::new(Language::Python)]);
    for path in ["/notes.txt", "/Makefile", "/a.rs"] {
        let file = world.open(path, "");
        assert_eq!(world.ask(file, look(file)), Err(Refusal::NotAnalysed), "{path}");
        let from_syntax = world.host.ask_syntax(&world.host.arrival(), file, |_, _| ());
        assert_eq!(from_syntax, Err(Refusal::NotAnalysed), "{path}");
    }
}

#[test]
fn files_of_a_language_that_is_disabled_are_not_analysed() {
    let world = World::new([Fake::new(Language::Python), Fake::new(Language::Rust)]);
    let (python, rust) = (world.open("/a.py", ""), world.open("/a.rs", ""));
    let settings = Settings { disabled_languages: vec![Language::Python], ..Settings::default() };
    world.host.change(|inputs| [inputs.set_settings(settings, false)]);
    assert_eq!(world.ask(python, look(python)), Err(Refusal::NotAnalysed));
    assert_eq!(world.ask(rust, look(rust)).unwrap(), "engine 1: ");
    world.host.change(|inputs| [inputs.set_settings(Settings::default(), false)]);
    assert_eq!(world.ask(python, look(python)).unwrap(), "engine 1: ");
}

#[test]
fn an_editor_that_names_the_language_is_believed() {
    let world = World::new([Fake::new(Language::Python)]);
    let file = world.host.inputs().files.id(Utf8Path::new("/SConstruct"));
    let document = Document::new(1, Some(Language::Python), "x = 1".into());
    world.host.change(|inputs| [inputs.set_document(file, document)]);
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 1: x = 1");
}
