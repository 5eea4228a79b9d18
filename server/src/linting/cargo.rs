//! Cargo's `check` and Clippy. Both run build scripts and procedural macros.

use montuno_base::{Language, Utf8Path};
use montuno_semantic::Severity;
use serde_json::Value;

use super::{Command, Finding, Linter, Place, Unit, complaint, folder_with, number};
use crate::programs::Output;

const WHY: &str = "runs the build scripts and macros of the project";

pub(super) const CHECK: Linter = Linter {
    name: "cargo-check",
    languages: &[Language::Rust],
    needs_trust: Some(WHY),
    command: |path| command("check", path),
    reads_text: false,
    read,
};

pub(super) const CLIPPY: Linter = Linter { name: "clippy", command: |path| command("clippy", path), ..CHECK };

fn command(verb: &str, path: &Utf8Path) -> Option<Command> {
    let folder = folder_with(path, "Cargo.toml")?;
    let arguments = [verb, "--message-format=json", "--all-targets", "--keep-going"].map(str::to_owned).to_vec();
    Some(Command { program: "cargo", arguments, folder: Some(folder) })
}

fn read(output: &Output, folder: &Utf8Path) -> Result<Vec<Finding>, String> {
    let text = String::from_utf8_lossy(&output.stdout);
    let messages: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    if messages.is_empty() {
        return Err(complaint(output));
    }
    let mut findings: Vec<Finding> = Vec::new();
    for message in messages.iter().filter(|message| message["reason"] == "compiler-message") {
        let said = &message["message"];
        let severity = match said["level"].as_str() {
            Some("error") => Severity::Error,
            Some("warning") => Severity::Warning,
            _ => continue,
        };
        // Paths are told from the folder of the workspace, which is above the package's.
        let manifest =
            message["manifest_path"].as_str().map_or(folder, |path| Utf8Path::new(path).parent().unwrap_or(folder));
        let primary = said["spans"].as_array().into_iter().flatten().find(|span| span["is_primary"] == true);
        let Some(span) = primary else { continue };
        let Some(file) = span["file_name"].as_str() else { continue };
        let path = manifest.ancestors().map(|above| above.join(file)).find(|path| path.is_file());
        let place = |line: &str, column: &str| Place {
            line: number(&span[line]),
            column: number(&span[column]),
            unit: Unit::Character,
        };
        let mut text = said["message"].as_str().unwrap_or_default().to_owned();
        if let Some(label) = span["label"].as_str().filter(|label| !label.is_empty()) {
            text.push('\n');
            text.push_str(label);
        }
        let finding = Finding {
            path: path.unwrap_or_else(|| folder.join(file)),
            start: place("line_start", "column_start"),
            end: place("line_end", "column_end"),
            severity,
            rule: said["code"]["code"].as_str().map(str::to_owned),
            message: text,
        };
        // A library is compiled once more for its tests.
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        std::fs::create_dir_all(root.join("member/src")).unwrap();
        std::fs::write(root.join("member/src/lib.rs"), "").unwrap();
        let line = serde_json::json!({
            "reason": "compiler-message",
            "manifest_path": root.join("member/Cargo.toml"),
            "message": {
                "level": "error", "message": "mismatched types", "code": { "code": "E0308" },
                "spans": [{ "file_name": "member/src/lib.rs", "is_primary": true, "label": "expected `u8`",
                    "line_start": 2, "column_start": 5, "line_end": 2, "column_end": 9 }],
            },
        });
        let stdout = format!("{line}\n{line}\n{}\n", serde_json::json!({ "reason": "build-finished" }));
        let output = Output { succeeded: false, stdout: stdout.into(), stderr: String::new() };
        let found = read(&output, &root.join("member")).unwrap();
        assert_eq!(found.len(), 1, "once is enough");
        assert_eq!(found[0].path, root.join("member/src/lib.rs"));
        assert_eq!((found[0].message.as_str(), found[0].end.column), ("mismatched types\nexpected `u8`", 9));
        let output = Output { succeeded: false, stdout: Vec::new(), stderr: "error: no such command".to_owned() };
        assert!(read(&output, root).is_err());
    }
}
