//! Addresses: https://one.example/a https://two.example/b https://three.example/c

pub trait Base {
    fn run(&self) -> i32;
}

pub struct One;

impl Base for One {
    fn run(&self) -> i32 {
        1
    }
}

pub struct Two;

impl Base for Two {
    fn run(&self) -> i32 {
        2
    }
}

pub struct Three;

impl Base for Three {
    fn run(&self) -> i32 {
        3
    }
}

/// Doc of Alpha.
pub fn alpha(first: i32) -> One {
    let _ = first;
    One
}

/// Doc of Beta.
pub fn beta(first: i32) -> Two {
    alpha(first);
    Two
}

/// Doc of Gamma.
pub fn gamma(first: i32) -> Three {
    beta(first);
    Three
}
