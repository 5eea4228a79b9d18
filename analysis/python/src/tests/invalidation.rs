//! What an edit costs: which queries run again.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use montuno_base::{FileId, Settings, Utf8Path, Utf8PathBuf};

use super::fixture::Fixture;
use crate::database::Observer;

/// Counts the queries that run, by name.
#[derive(Clone, Default)]
struct Counter(Arc<Mutex<BTreeMap<String, usize>>>);

impl Counter {
    fn observer(&self) -> Observer {
        let counts = self.0.clone();
        Box::new(move |event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind {
                let key = format!("{database_key:?}");
                let name = key.split_once('(').map_or(key.as_str(), |(name, _)| name);
                *counts.lock().unwrap().entry(name.to_owned()).or_default() += 1;
            }
        })
    }

    /// Which ran since the last call, and how often.
    fn take_by_name(&self) -> BTreeMap<String, usize> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// How many ran since the last call.
    fn take(&self) -> usize {
        self.take_by_name().values().sum()
    }
}

/// Asks for everything that is to say about each file.
fn visit(fixture: &Fixture, files: &[FileId]) {
    for &file in files {
        fixture.ask(|snapshot| {
            snapshot.diagnostics(file)?;
            snapshot.items(file)?;
            Ok(())
        });
    }
}

/// Sixty modules: each uses functions and classes of the one before.
fn chain() -> String {
    let mut text = String::from(
        "//- m0.py\nclass Base:\n    def value(self) -> int:\n        return 0\n\ndef make(): return Base()\n",
    );
    for number in 1..60 {
        let before = number - 1;
        let _ = write!(
            text,
            "//- m{number}.py\nfrom m{before} import Base, make\n\nclass Own(Base):\n    def value(self) -> int:\n        \
             local = {number}\n        return local\n\ndef use():\n    return make().value() + Own().value()\n"
        );
    }
    text
}

#[test]
fn an_edit_inside_of_a_body_runs_nothing_of_other_files_again() {
    let counter = Counter::default();
    let mut fixture = Fixture::with(&chain(), &[], Settings::default(), Some(counter.observer()));
    let files: Vec<_> = (0..60).map(|number| fixture.file(&format!("m{number}.py"))).collect();
    visit(&fixture, &files);
    assert!(counter.take() > files.len(), "the visit runs queries");
    visit(&fixture, &files);
    assert_eq!(counter.take(), 0, "a second visit runs none");

    // Opening a buffer is a change of its own.
    let text = std::fs::read_to_string(fixture.root.join("m30.py")).unwrap();
    fixture.edit("m30.py", &text);
    visit(&fixture, &files);
    counter.take();
    fixture.edit("m30.py", &text.replace("local = 30", "local = 30\n        other = local * 2"));
    visit(&fixture, &files[30..31]);
    assert!(counter.take() > 0, "the edited file is looked at again");
    let others: Vec<_> = files.iter().copied().filter(|&file| file != files[30]).collect();
    visit(&fixture, &others);
    assert_eq!(counter.take(), 0, "and no other");
}

#[test]
fn an_edit_that_changes_a_type_runs_its_users_again() {
    let counter = Counter::default();
    let text = "//- a.py\ndef make() -> list[int]: ...\n//- b.py\nfrom a import make\nval<|>ue = make()\n";
    let mut fixture = Fixture::with(text, &[], Settings::default(), Some(counter.observer()));
    let type_of = |fixture: &Fixture| fixture.at_cursor(|snapshot, place| snapshot.type_at(place));
    assert_eq!(type_of(&fixture).as_deref(), Some("list[int]"));
    counter.take();
    fixture.edit("a.py", "def make() -> list[str]: ...\n");
    assert_eq!(type_of(&fixture).as_deref(), Some("list[str]"));
    assert!(counter.take() > 0);
    fixture.close("a.py");
    assert_eq!(type_of(&fixture).as_deref(), Some("list[int]"), "the file on disk counts again");
}

/// Of all queries that a visit runs, at most one in so many may run again because of a key in a body, for the sake of
/// other files: a signature or the type of a member of the edited file, which is found to be what it was.
const FEW: usize = 1000;

/// What runs again with no edit as its cause: the database keeps a bounded number of syntax trees, and parses anew what
/// it dropped.
const DROPPED: &str = "parsed_module";

/// What does depend on the bodies of an `__init__.py` in this engine: to resolve a module it reads the files of the
/// packages above it, for one may say that it is spread over several folders.
const RESOLUTION: [&str; 2] = ["desperately_resolve_module", "resolve_module_query"];

/// Visits 500 files of Django, types in bodies, and counts what runs again elsewhere.
///
/// `MONTUNO_DJANGO` names a folder with the package; `cargo xtask packages` fetches it.
#[test]
#[allow(clippy::print_stdout, reason = "the counts are what a person runs it for")]
#[ignore = "needs Django, which `cargo xtask packages` fetches; it runs this test"]
fn typing_in_django_disturbs_no_other_file() {
    let package = Utf8PathBuf::from(std::env::var("MONTUNO_DJANGO").expect("MONTUNO_DJANGO names a folder"));
    let counter = Counter::default();
    let mut fixture = Fixture::with("", &[], Settings::default(), Some(counter.observer()));
    copy(&package, &fixture.root);
    fixture.reload();
    let mut paths = Vec::new();
    sources(&fixture.root.join("django"), &mut paths);
    paths.sort();
    paths.truncate(500);
    assert_eq!(paths.len(), 500);
    let files: Vec<_> = paths.iter().map(|path| fixture.inputs.files.id(path)).collect();
    visit(&fixture, &files);
    let visited = counter.take();
    for name in ["django/apps/registry.py", "django/contrib/admin/options.py", "django/conf/__init__.py"] {
        let path = fixture.root.join(name);
        let edited = fixture.inputs.files.id(&path);
        let others: Vec<_> = files.iter().copied().filter(|&file| file != edited).collect();
        let text = std::fs::read_to_string(&path).unwrap();
        // As typed: a statement at the end of the first method that has a body of its own.
        let at = text.find("\n        self.").expect("a statement in a method") + 1;
        let typed = "        typed = 1\n";
        // The buffer is opened as it is on disk, which is a change of its own.
        fixture.edit(name, &text);
        visit(&fixture, &files);
        counter.take();
        fixture.edit(name, &format!("{}{typed}{}", &text[..at], &text[at..]));
        visit(&fixture, &[edited]);
        let own = counter.take();
        visit(&fixture, &others);
        let mut elsewhere = counter.take_by_name();
        println!("{name}: of {visited} queries {own} ran again in the file, in the 499 others {elsewhere:?}");
        assert!(own > 0, "{name}: the edited file is looked at again");
        elsewhere.remove(DROPPED);
        if name.ends_with("/__init__.py") {
            RESOLUTION.iter().for_each(|query| _ = elsewhere.remove(*query));
        }
        let count: usize = elsewhere.values().sum();
        assert!(count <= visited / FEW, "{name}: {count} queries ran again for other files: {elsewhere:?}");
    }
}

fn sources(folder: &Utf8Path, found: &mut Vec<Utf8PathBuf>) {
    for entry in folder.read_dir_utf8().unwrap().flatten() {
        let path = entry.into_path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension() == Some("py") {
            found.push(path);
        }
    }
}

fn copy(from: &Utf8Path, to: &Utf8Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in from.read_dir_utf8().unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
