//! The waist's contract, kept by the Python engine.

use montuno_base::Language;
use montuno_semantic::contract::{self, Program};

const PROGRAM: Program = Program {
    language: Language::Python,
    files: &[
        (
            "shapes.py",
            r#"
# A «comment»comment about area and square.


class «type»Shape:
    """A shape."""

    def «method»area(self) -> float:
        """How large it is."""
        return 0.0


class «subtype»Square(Shape):
    def __init__(self, side: float) -> None:
        self.side = side

    def «override»area(self) -> float:
        return self.side * self.side


def «function»measure(side: float) -> float:
    """How large a square of this side is."""
    «local»square = Square(side)
    result = «local-use»square.«method-use»area()
    return result
"#,
        ),
        (
            "main.py",
            r"
from shapes import «import»measure

print(«function-use»measure(«argument»2.0), «unknown»zzyzx)
",
        ),
    ],
    manifests: &[],
};

#[test]
fn the_contract_is_kept() {
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    let testing =
        thread.spawn(|| contract::run(&montuno_python::factory(), &PROGRAM)).expect("a thread can be started");
    testing.join().expect("the contract is kept");
}
