//! After any edits an answer is that of a fresh engine.

use montuno_base::{FilePosition, TextSize};

use super::fixture::Fixture;

/// Numbers that look like chance and are the same each time (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

const FILES: &str = r"//- work/go.mod
module example.com/app
//- work/inner/inner.go
package inner

// A Box holds one thing.
type Box[T any] struct {
	Item T
	next *Box[T]
}

func (b *Box[T]) Next() *Box[T] { return b.next }

func Make[T any](item T) *Box[T] { return &Box[T]{Item: item} }
//- work/main.go
package main

import in \u0022example.com/app/inner\u0022

type shape interface{ area() int }

type square struct{ side int }

func (s square) area() int { return s.side * s.side }

var shapes = []shape{square{side: 2}}

func main() {
	box := in.Make(shapes[0])
	for box != nil {
		total := box.Item.area()
		_ = total
		box = box.Next()
	}
	switch it := shapes[0].(type) {
	case square:
		_ = it.side
	}
}
";

/// Pieces that somebody may type.
const PIECES: &[&str] =
    &["x", "\n", "}", "{", "(", ")", ".", " := ", "func ", "box.", "type t struct{}\n", "\u{e9}", "\"", "// "];

/// Everything that is asked at a place, as text.
fn ask(snapshot: &dyn montuno_semantic::Snapshot, at: FilePosition) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?}",
        snapshot.definitions(at),
        snapshot.describe(at),
        snapshot.type_at(at),
        snapshot.members(at),
        snapshot.diagnostics(at.file),
    )
}

#[test]
fn answers_after_random_edits_are_those_of_a_fresh_engine() {
    let mut fixture = Fixture::new(&FILES.replace("\\u0022", "\""));
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    for round in 0..120 {
        let path = ["main.go", "inner/inner.go"][chance.below(2)];
        let mut text = fixture.text(path).to_string();
        let mut at = chance.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        if chance.below(3) == 0 {
            let mut end = (at + chance.below(6)).min(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.replace_range(at..end.max(at), "");
        } else {
            text.insert_str(at, PIECES[chance.below(PIECES.len())]);
        }
        fixture.edit(path, &text);
        if round % 17 == 16 {
            // Back to something that can be parsed.
            let whole = FILES.replace("\\u0022", "\"");
            let main = whole.split("main.go\n").nth(1).unwrap().to_owned();
            fixture.edit("main.go", &main);
        }
        let (kept, fresh) = (fixture.snapshot(), fixture.fresh());
        let mut places: Vec<FilePosition> = Vec::new();
        for path in ["main.go", "inner/inner.go"] {
            let length = fixture.text(path).len();
            places.extend((0..6).map(|_| FilePosition {
                file: fixture.file(path),
                offset: TextSize::try_from(chance.below(length + 1)).unwrap(),
            }));
        }
        let ours: Vec<String> = places.iter().map(|at| ask(&*kept, *at)).collect();
        // The fresh engine is asked in another order.
        let theirs: Vec<String> = places.iter().rev().map(|at| ask(&*fresh, *at)).collect();
        for ((at, ours), theirs) in places.iter().zip(&ours).zip(theirs.iter().rev()) {
            assert_eq!(ours, theirs, "round {round}, {at:?}");
        }
    }
}
