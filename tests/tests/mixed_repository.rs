//! One command, one report: a repository in which four languages lie beside each other.

use montuno_tests::binary;
use montuno_tests::fixture::Folder;
use serde_json::Value;

/// A defect in each language, and a file beside it that is right.
fn repository() -> Folder {
    Folder::new(&[
        ("rust/Cargo.toml", "[package]\nname = \"part\"\nversion = \"0.0.0\"\nedition = \"2024\"\n"),
        ("rust/src/lib.rs", "pub fn half(number: u32) -> u32 {\n    missing_in_rust(number)\n}\n"),
        ("rust/src/main.rs", "fn main() {\n    println!(\"{}\", part::half(2));\n}\n"),
        ("python/helpers.py", "def double(number: int) -> int:\n    return number * 2\n"),
        ("python/main.py", "from helpers import double, missing_in_python\n\nprint(double(1), missing_in_python)\n"),
        ("web/tsconfig.json", "{}"),
        ("web/shapes.ts", "export class Square {}\n"),
        (
            "web/main.ts",
            "import { Square, missing_in_typescript } from \"./shapes\";\n\nexport const all = [Square, missing_in_typescript];\n",
        ),
        ("go/go.mod", "module example.com/part\n\ngo 1.19\n"),
        ("go/half/half.go", "package half\n\nfunc Of(number int) int { return number / 2 }\n"),
        (
            "go/main.go",
            "package main\n\nimport \"example.com/part/half\"\n\nfunc main() {\n\tprintln(half.Of(2), missing_in_go)\n}\n",
        ),
    ])
}

fn check(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = binary::command(&folder.root(), folder.home());
    let output = command.arg("check").args(arguments).output().expect("the binary runs");
    (output.status.code(), String::from_utf8(output.stdout).expect("reports are UTF-8"))
}

#[test]
fn one_report_holds_the_findings_of_every_language() {
    let folder = repository();
    let (code, report) = check(&folder, &[]);
    assert_eq!(code, Some(1), "there are errors: {report}");
    for (language, file) in
        [("rust", "rust/src/lib.rs"), ("python", "python/main.py"), ("typescript", "web/main.ts"), ("go", "go/main.go")]
    {
        assert!(report.contains(&format!("missing_in_{language}")), "{language}: {report}");
        assert!(report.contains(file), "{language}: {report}");
    }
    for right in ["rust/src/main.rs", "python/helpers.py", "web/shapes.ts", "go/half/half.go"] {
        assert!(!report.contains(right), "{right} is right: {report}");
    }
}

#[test]
fn the_report_for_other_programs_is_one_as_well() {
    let folder = repository();
    let (code, report) = check(&folder, &["--format", "sarif"]);
    assert_eq!(code, Some(1), "{report}");
    let sarif: Value = serde_json::from_str(&report).expect("it is JSON");
    let runs = sarif["runs"].as_array().expect("there is a run");
    assert_eq!(runs.len(), 1, "one run for all languages");
    let results = runs[0]["results"].as_array().expect("it has results");
    let files: Vec<String> = results
        .iter()
        .map(|result| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].to_string())
        .collect();
    for file in ["lib.rs", "main.py", "main.ts", "main.go"] {
        assert!(files.iter().any(|found| found.contains(file)), "{file}: {files:?}");
    }
}

#[test]
fn a_right_repository_has_nothing_to_report() {
    let folder = repository();
    for (file, text) in [
        ("rust/src/lib.rs", "pub fn half(number: u32) -> u32 {\n    number / 2\n}\n"),
        ("python/main.py", "from helpers import double\n\nprint(double(1))\n"),
        ("web/main.ts", "import { Square } from \"./shapes\";\n\nexport const all = [Square];\n"),
        ("go/main.go", "package main\n\nimport \"example.com/part/half\"\n\nfunc main() {\n\tprintln(half.Of(2))\n}\n"),
    ] {
        folder.write(file, text);
    }
    let (code, report) = check(&folder, &[]);
    assert_eq!(code, Some(0), "{report}");
}
