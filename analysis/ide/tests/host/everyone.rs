//! Questions to all engines.

use montuno_base::{FileId, Inputs, Language, Utf8PathBuf};
use montuno_ide::Refusal;
use montuno_semantic::cancel::CancelFlag;

use crate::support::{Fake, Step, World, beside, last, look, receive};

/// Asks every engine for the text of a file.
fn ask_all(world: &World, file: FileId) -> Result<Vec<String>, Refusal> {
    world.host.ask_all(&CancelFlag::default(), |snapshot| Ok(vec![look(file)(snapshot)?]))
}

#[test]
fn every_engine_that_has_a_file_open_is_asked() {
    let world = World::new([Fake::new(Language::Python), Fake::new(Language::Rust)]);
    let file = world.open("/a.py", "x = 1");
    assert_eq!(ask_all(&world, file).unwrap(), ["engine 1: x = 1"]);
    world.open("/a.rs", "");
    assert_eq!(ask_all(&world, file).unwrap(), ["engine 1: x = 1", "engine 1: x = 1"]);
}

#[test]
fn every_engine_that_has_a_file_in_the_workspace_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.py"), "x = 1").unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
    let inputs = Inputs { roots: vec![root.clone()].into(), ..Inputs::default() };
    let file = inputs.files.id(&root.join("a.py"));
    let world = World::with(inputs, [Fake::new(Language::Python), Fake::new(Language::Rust)]);
    assert_eq!(ask_all(&world, file).unwrap(), ["engine 1: x = 1"]);
}

#[test]
fn an_engine_that_breaks_is_left_out() {
    let python = Fake::new(Language::Python).script(|engine, step| {
        assert!(engine != 1 || !matches!(step, Step::Prepare(..)), "broken");
    });
    let world = World::new([python, Fake::new(Language::Rust)]);
    let file = world.open("/a.py", "x = 1");
    world.open("/a.rs", "");
    assert_eq!(ask_all(&world, file).unwrap(), ["engine 1: x = 1"], "Rust's");
    assert_eq!(ask_all(&world, file).unwrap(), ["engine 2: x = 1", "engine 1: x = 1"]);
}

#[test]
fn an_asker_that_gives_up_has_no_answer_of_any() {
    let world = World::new([Fake::new(Language::Python), Fake::new(Language::Rust)]);
    world.open("/a.py", "");
    world.open("/a.rs", "");
    let cancel = CancelFlag::default();
    let host = world.host.clone();
    let answer = beside(move || {
        host.ask_all(&cancel, |snapshot| {
            cancel.cancel();
            last::<Vec<()>>(snapshot)
        })
    });
    assert_eq!(receive(&answer), Err(Refusal::Cancelled));
}

#[test]
fn an_engine_is_not_left_out_because_somebody_types() {
    let world = World::new([Fake::new(Language::Python)]);
    let file = world.open("/a.py", "x = 1");
    let (begun, has_begun) = crossbeam_channel::unbounded();
    let answer = beside({
        let host = world.host.clone();
        move || {
            host.ask_all(&CancelFlag::default(), |snapshot| {
                begun.send(()).unwrap();
                let found = look(file)(snapshot)?;
                if found.ends_with("x = 1") { last(snapshot) } else { Ok(vec![found]) }
            })
        }
    });
    receive(&has_begun);
    world.write(file, "x = 2");
    assert_eq!(receive(&answer).unwrap(), ["engine 1: x = 2"]);
}

#[test]
fn engines_that_were_asked_something_report() {
    let world = World::new([Fake::new(Language::Python), Fake::new(Language::Rust)]);
    assert_eq!(world.host.report(), []);
    let file = world.open("/a.rs", "");
    assert_eq!(world.ask(file, look(file)).unwrap(), "engine 1: ");
    let names: Vec<_> = world.host.report().into_iter().map(|report| report.name).collect();
    assert_eq!(names, ["engine 1"]);
}
