//! Ruff. Its configuration is data, and it only reads.

use montuno_base::{Language, Utf8Path, Utf8PathBuf};
use montuno_semantic::Severity;
use serde_json::Value;

use super::{Command, Finding, Linter, Place, Unit, complaint, number};
use crate::programs::Output;

pub(super) const RUFF: Linter = Linter {
    name: "ruff",
    languages: &[Language::Python],
    needs_trust: None,
    command: |path| {
        let arguments = ["check", "--quiet", "--output-format=json", "--stdin-filename", path.as_str(), "-"];
        Some(Command { program: "ruff", arguments: arguments.map(str::to_owned).to_vec(), folder: None })
    },
    reads_text: true,
    read,
};

fn read(output: &Output, _folder: &Utf8Path) -> Result<Vec<Finding>, String> {
    let all: Vec<Value> = serde_json::from_slice(&output.stdout).map_err(|_| complaint(output))?;
    let place =
        |value: &Value| Place { line: number(&value["row"]), column: number(&value["column"]), unit: Unit::Character };
    let findings = all.iter().map(|found| {
        let rule = found["code"].as_str().map(str::to_owned);
        Finding {
            path: Utf8PathBuf::from(found["filename"].as_str().unwrap_or_default()),
            start: place(&found["location"]),
            end: place(&found["end_location"]),
            // Without a rule it is the text that cannot be parsed.
            severity: if rule.is_none() { Severity::Error } else { Severity::Warning },
            rule,
            message: found["message"].as_str().unwrap_or_default().to_owned(),
        }
    });
    Ok(findings.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_read() {
        let json = r#"[{"code":"F401","filename":"/r/a.py","message":"`os` imported but unused",
            "location":{"row":1,"column":8},"end_location":{"row":1,"column":10}}]"#;
        let output = |stdout: &str| Output { succeeded: false, stdout: stdout.into(), stderr: "error: no".to_owned() };
        let found = read(&output(json), Utf8Path::new("/")).unwrap();
        assert_eq!((found[0].rule.as_deref(), found[0].start.column), (Some("F401"), 8));
        assert_eq!(read(&output("usage"), Utf8Path::new("/")).unwrap_err(), "error: no");
    }
}
