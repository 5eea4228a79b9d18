//! The waist's contract, on Go.

use montuno_base::Language;
use montuno_semantic::contract::{self, Program};

const PROGRAM: Program = Program {
    language: Language::Go,
    files: &[
        (
            "shapes/shapes.go",
            r"// Package shapes measures.
package shapes

// A «comment»shape has an area.
type «type»Shape interface {
	«method»Area() float64
}

// A Square has sides of one length.
type «subtype»Square struct {
	side float64
}

// Area is how large it is.
func (own Square) «override»Area() float64 {
	return own.side * own.side
}

// Measure says how large a square of this side is.
func «function»Measure(side float64) float64 {
	«local»square := Square{side: side}
	result := «local-use»square.«method-use»Area()
	return result
}
",
        ),
        (
            "main.go",
            r#"package main

import "example.com/figures/shapes"

var measure = shapes.«import»Measure

func main() {
	println(shapes.«function-use»Measure(«argument»2.0), measure(1), «unknown»zzyzx)
}
"#,
        ),
    ],
    manifests: &[("go.mod", "module example.com/figures\n\ngo 1.21\n")],
};

#[test]
fn the_contract_is_kept() {
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    let testing = thread.spawn(|| contract::run(&montuno_core::go(), &PROGRAM)).expect("a thread can be started");
    testing.join().expect("the contract is kept");
}
