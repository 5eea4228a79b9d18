//! What an edit costs: which queries run again.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::fixture::Fixture;
use crate::database::Observer;

/// Counts the queries that run.
#[derive(Clone, Default)]
struct Counter(Arc<AtomicUsize>);

impl Counter {
    fn observer(&self) -> Observer {
        let count = self.0.clone();
        Box::new(move |event| {
            if matches!(event.kind, salsa::EventKind::WillExecute { .. }) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        })
    }

    /// How many ran since the last call.
    fn take(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// Forty packages: each uses functions and types of the one before.
fn chain() -> String {
    let mut text = String::from("//- work/go.mod\nmodule example.com/chain\n");
    text += "//- work/p0/p.go\npackage p0\n\ntype Base struct{ Value int }\n\nfunc Make() *Base { return &Base{} }\n";
    for number in 1..40 {
        let before = number - 1;
        let _ = write!(
            text,
            "//- work/p{number}/p.go\npackage p{number}\n\nimport \"example.com/chain/p{before}\"\n\n\
             type Base struct{{ Value int }}\n\nfunc Make() *Base {{\n\tlocal := p{before}.Make().Value\n\treturn \
             &Base{{Value: local}}\n}}\n"
        );
    }
    text
}

fn visit(fixture: &Fixture, numbers: impl Iterator<Item = usize>) {
    for number in numbers {
        let file = fixture.file(&format!("p{number}/p.go"));
        let snapshot = fixture.snapshot();
        assert!(snapshot.diagnostics(file).unwrap().is_empty(), "p{number}");
        snapshot.items(file).unwrap();
    }
}

#[test]
fn an_edit_inside_of_a_body_runs_nothing_of_other_files_again() {
    let counter = Counter::default();
    let mut fixture = Fixture::with(&chain(), &[], Some(counter.observer()));
    visit(&fixture, 0..40);
    assert!(counter.take() > 40, "the visit runs queries");
    visit(&fixture, 0..40);
    assert_eq!(counter.take(), 0, "a second visit runs none");

    let text = fixture.text("p20/p.go");
    fixture.edit("p20/p.go", &text);
    visit(&fixture, 0..40);
    counter.take();
    fixture.edit("p20/p.go", &text.replace("\tlocal :=", "\tother := 1\n\t_ = other\n\tlocal :="));
    visit(&fixture, 20..21);
    let of_its_own = counter.take();
    assert!(of_its_own > 0, "the edit is seen");
    visit(&fixture, (0..40).filter(|number| *number != 20));
    assert_eq!(counter.take(), 0, "nothing of another file runs again");
}

#[test]
fn a_line_above_a_function_leaves_what_is_known_of_its_inside() {
    let counter = Counter::default();
    let mut text = String::from("//- work/main.go\npackage main\n");
    for number in 0..50 {
        let _ = write!(text, "\nfunc f{number}() int {{\n\tvalue := {number}\n\treturn value\n}}\n");
    }
    let mut fixture = Fixture::with(&text, &[], Some(counter.observer()));
    let file = fixture.file("main.go");
    fixture.snapshot().diagnostics(file).unwrap();
    let all = counter.take();
    let text = fixture.text("main.go");
    fixture.edit("main.go", &text.replace("package main\n", "package main\n\n// A comment.\n\n"));
    fixture.snapshot().diagnostics(file).unwrap();
    // Bodies are read again, for their place; types are not inferred again.
    let again = counter.take();
    assert!(again * 3 < all * 2, "{again} of {all} ran again");
}
