mod parts;

use parts::{Base, alpha, beta, gamma};

fn start() -> i32 {
    let one = alpha(1);
    let two = beta(2);
    let three = gamma(3);
    let total = one.run() + two.run() + three.run();
    total
}

fn main() {
    start();
}
