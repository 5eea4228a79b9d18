//! The waist's contract, kept by the Rust engine.

use montuno_base::Language;
use montuno_semantic::contract::{self, Program};

const PROGRAM: Program = Program {
    language: Language::Rust,
    files: &[
        (
            "src/shapes.rs",
            r"
// A «comment»comment about area and square.

/// A shape.
pub trait «type»Shape {
    /// How large it is.
    fn «method»area(&self) -> f64;
}

/// A square.
pub struct «subtype»Square {
    side: f64,
}

impl Shape for Square {
    fn «override»area(&self) -> f64 {
        self.side * self.side
    }
}

/// How large a square of this side is.
pub fn «function»measure(side: f64) -> f64 {
    let «local»square = Square { side };
    let result = «local-use»square.«method-use»area();
    result
}
",
        ),
        (
            "src/main.rs",
            r"
mod shapes;

use shapes::«import»measure;

fn main() {
    let _ = «function-use»measure(«argument»2.0);
    let _ = «unknown»zzyzx;
}
",
        ),
    ],
    manifests: &[("Cargo.toml", "[package]\nname = \"contract\"\nversion = \"0.0.0\"\nedition = \"2024\"\n")],
};

#[test]
fn the_contract_is_kept() {
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    let testing = thread.spawn(|| contract::run(&montuno_rust::factory(), &PROGRAM)).expect("a thread can be started");
    testing.join().expect("the contract is kept");
}
