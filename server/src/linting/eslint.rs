//! ESLint. Its configuration is a program.

use montuno_base::{Language, Utf8Path, Utf8PathBuf};
use montuno_semantic::Severity;
use serde_json::Value;

use super::{Command, Finding, Linter, Place, Unit, complaint, folder_with, number};
use crate::programs::Output;

pub(super) const ESLINT: Linter = Linter {
    name: "eslint",
    languages: &[Language::TypeScript, Language::JavaScript],
    needs_trust: Some("runs the project's own configuration and plugins"),
    command: |path| {
        let arguments = ["--format", "json", "--stdin", "--stdin-filename", path.as_str()];
        let arguments = arguments.map(str::to_owned).to_vec();
        Some(Command { program: "eslint", arguments, folder: folder_with(path, "package.json") })
    },
    reads_text: true,
    read,
};

fn read(output: &Output, _folder: &Utf8Path) -> Result<Vec<Finding>, String> {
    let files: Vec<Value> = serde_json::from_slice(&output.stdout).map_err(|_| complaint(output))?;
    let mut findings = Vec::new();
    for file in &files {
        let path = Utf8PathBuf::from(file["filePath"].as_str().unwrap_or_default());
        for found in file["messages"].as_array().into_iter().flatten() {
            let place = |line: &str, column: &str| {
                let (line, column) = (&found[line], &found[column]);
                line.is_u64().then(|| Place { line: number(line), column: number(column), unit: Unit::Utf16 })
            };
            let start = place("line", "column").unwrap_or(Place { line: 1, column: 1, unit: Unit::Utf16 });
            findings.push(Finding {
                path: path.clone(),
                start,
                end: place("endLine", "endColumn").unwrap_or(start),
                severity: if found["severity"] == 2 { Severity::Error } else { Severity::Warning },
                rule: found["ruleId"].as_str().map(str::to_owned),
                message: found["message"].as_str().unwrap_or_default().to_owned(),
            });
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_read() {
        let json = r#"[{"filePath":"/r/a.ts","messages":[{"ruleId":"eqeqeq","severity":2,"message":"Expected '==='.",
            "line":3,"column":7,"endLine":3,"endColumn":9},{"ruleId":null,"severity":1,"message":"Ignored."}]}]"#;
        let output = Output { succeeded: false, stdout: json.into(), stderr: String::new() };
        let found = read(&output, Utf8Path::new("/")).unwrap();
        assert_eq!((found[0].severity, found[0].start.line, found[0].end.column), (Severity::Error, 3, 9));
        assert_eq!(
            (found[1].severity, found[1].start, found[1].start),
            (Severity::Warning, found[1].end, found[1].end)
        );
    }
}
