//! `go vet`. It may fetch the toolchain that a module names, and run a C compiler with the module's flags.

use montuno_base::{Language, Utf8Path, Utf8PathBuf};
use montuno_semantic::Severity;
use serde_json::Value;

use super::{Command, Finding, Linter, Place, Unit};
use crate::programs::Output;

pub(super) const GO_VET: Linter = Linter {
    name: "go-vet",
    languages: &[Language::Go],
    needs_trust: Some("runs the toolchain and the C compiler that the module asks for"),
    command: |path| {
        let arguments = ["vet", "-json", "."].map(str::to_owned).to_vec();
        Some(Command { program: "go", arguments, folder: path.parent().map(Utf8Path::to_owned) })
    },
    reads_text: false,
    read,
};

fn read(output: &Output, folder: &Utf8Path) -> Result<Vec<Finding>, String> {
    // Packages are told apart by comments; what a package has is one object. Newer versions write it to standard output.
    let said = format!("{}\n{}", String::from_utf8_lossy(&output.stdout), output.stderr);
    let mut json = String::new();
    let mut findings = Vec::new();
    for line in said.lines().filter(|line| !line.starts_with('#')) {
        match compiler_error(line, folder) {
            Some(finding) => findings.push(finding),
            None => {
                json.push_str(line);
                json.push('\n');
            }
        }
    }
    let mut is_readable = !findings.is_empty() || json.trim().is_empty();
    for package in serde_json::Deserializer::from_str(&json).into_iter::<Value>() {
        let Ok(package) = package else { break };
        is_readable = true;
        let analyses =
            package.as_object().into_iter().flat_map(|packages| packages.values()).filter_map(Value::as_object);
        for (name, found) in analyses.flatten() {
            for one in found.as_array().into_iter().flatten() {
                let Some((path, place)) = one["posn"].as_str().and_then(|posn| place_of(posn, folder)) else {
                    continue;
                };
                findings.push(Finding {
                    path,
                    start: place,
                    end: place,
                    severity: Severity::Warning,
                    rule: Some(name.clone()),
                    message: one["message"].as_str().unwrap_or_default().to_owned(),
                });
            }
        }
    }
    if is_readable { Ok(findings) } else { Err(super::complaint(output)) }
}

/// `vet: ./a.go:3:5: undefined: x`
fn compiler_error(line: &str, folder: &Utf8Path) -> Option<Finding> {
    let line = line.strip_prefix("vet: ")?;
    let (place, message) = line.split_once(": ")?;
    let (path, place) = place_of(place, folder)?;
    Some(Finding { path, start: place, end: place, severity: Severity::Error, rule: None, message: message.to_owned() })
}

/// `file:line:column`
fn place_of(text: &str, folder: &Utf8Path) -> Option<(Utf8PathBuf, Place)> {
    let (rest, column) = text.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    let place = Place { line: line.parse().ok()?, column: column.parse().ok()?, unit: Unit::Byte };
    let path = folder.join(file.strip_prefix("./").unwrap_or(file));
    Some((path, place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_read() {
        let said = "# example.com/a\n{\n\t\"example.com/a\": {\n\t\t\"printf\": [\n\t\t\t{\n\t\t\t\t\"posn\": \"/r/a.go:6:2\",\n\
                    \t\t\t\t\"message\": \"wrong verb\"\n\t\t\t}\n\t\t]\n\t}\n}\n";
        let output = |stderr: &str| Output { succeeded: false, stdout: Vec::new(), stderr: stderr.to_owned() };
        let found = read(&output(said), Utf8Path::new("/r")).unwrap();
        assert_eq!((found[0].rule.as_deref(), found[0].start.line), (Some("printf"), 6));
        assert_eq!(found[0].path, "/r/a.go");
        let found = read(&output("# example.com/a\nvet: ./b.go:3:5: undefined: x\n"), Utf8Path::new("/r")).unwrap();
        assert_eq!((found[0].path.as_str(), found[0].severity), ("/r/b.go", Severity::Error));
        assert!(read(&output("go: no such tool"), Utf8Path::new("/r")).is_err());
        assert!(read(&output(""), Utf8Path::new("/r")).unwrap().is_empty());
    }
}
