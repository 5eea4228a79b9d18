//! The waist's contract, kept for TypeScript and JavaScript.

use montuno_base::Language;
use montuno_semantic::contract::{self, Program};

/// As much of a standard library as the programs need.
const LIBRARY: (&str, &str) = (
    "node_modules/typescript/lib/lib.esnext.full.d.ts",
    "interface Array<T> { length: number; }\ninterface Number { toFixed(digits?: number): string; }\n",
);
const LIBRARY_BASE: (&str, &str) = ("node_modules/typescript/lib/lib.es5.d.ts", "");

const TYPESCRIPT: Program = Program {
    language: Language::TypeScript,
    files: &[
        (
            "shapes.ts",
            r"
// A «comment»comment about area and square.

/** A shape. */
export class «type»Shape {
    /** How large it is. */
    «method»area(): number {
        return 0;
    }
}

export class «subtype»Square extends Shape {
    constructor(private readonly side: number) {
        super();
    }

    «override»area(): number {
        return this.side * this.side;
    }
}

/** How large a square of this side is. */
export function «function»measure(side: number): number {
    const «local»square = new Square(side);
    const result = «local-use»square.«method-use»area();
    return result;
}
",
        ),
        (
            "main.ts",
            r#"
import { «import»measure } from "./shapes";

export const size = [«function-use»measure(«argument»2.0), «unknown»zzyzx];
"#,
        ),
    ],
    manifests: &[("tsconfig.json", "{}"), LIBRARY, LIBRARY_BASE],
};

#[test]
fn the_contract_is_kept_for_typescript() {
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    let testing = thread
        .spawn(|| contract::run(&montuno_core::typescript::factory(), &TYPESCRIPT))
        .expect("a thread can be started");
    testing.join().expect("the contract is kept");
}
