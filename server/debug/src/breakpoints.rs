//! Where breakpoints land.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use montuno_base::Language;
use montuno_syntax::SyntaxTree;
use montuno_syntax::statements::{breakpoint_line, statement_lines};
use serde_json::{Value, json};

/// The longest source that is read for breakpoints, in bytes.
const LONGEST_SOURCE: u64 = 16 << 20;

/// The tree of a file on the disk. `None` if it is in no language that is known, or cannot be read.
pub(crate) fn tree(path: &Utf8Path) -> Option<SyntaxTree> {
    let language = Language::of_path(path)?;
    let size = std::fs::metadata(path).ok()?.len();
    if size > LONGEST_SOURCE {
        return None;
    }
    let bytes = std::fs::read(path).ok()?;
    let text: Arc<str> = String::from_utf8_lossy(&bytes).into();
    SyntaxTree::parse(&text, language)
}

/// The file of a `source`: a path, or a URI for clients that send these.
fn path_of(source: &Value) -> Option<Utf8PathBuf> {
    let path = source["path"].as_str()?;
    Some(Utf8PathBuf::from(path.strip_prefix("file://").unwrap_or(path)))
}

/// The arguments of `setBreakpoints` with breakpoints on lines without code moved to where they are meant. `None`
/// if all stay: then the message need not be touched. `first` is the number of the first line.
pub fn moved(arguments: &Value, first: i64) -> Option<Value> {
    let tree = tree(&path_of(&arguments["source"])?)?;
    let place = |line: &Value| -> Option<i64> {
        let line = usize::try_from(line.as_i64()? - first).ok()?;
        Some(breakpoint_line(&tree, line)? as i64 + first)
    };
    let mut changed = arguments.clone();
    let mut any = false;
    for breakpoint in changed["breakpoints"].as_array_mut().into_iter().flatten() {
        if let Some(line) = place(&breakpoint["line"]) {
            any = true;
            breakpoint["line"] = line.into();
            if let Some(breakpoint) = breakpoint.as_object_mut() {
                breakpoint.remove("column");
            }
        }
    }
    // The same once more for clients from before breakpoints had conditions.
    for line in changed["lines"].as_array_mut().into_iter().flatten() {
        if let Some(moved) = place(line) {
            any = true;
            *line = moved.into();
        }
    }
    any.then_some(changed)
}

/// The body of an answer to `setBreakpoints`, where something in it has to change: every breakpoint has a line, and
/// one that is bound in another file is not taken for set.
pub(crate) fn checked(arguments: &Value, mut body: Value) -> Option<Value> {
    let wanted = path_of(&arguments["source"]);
    let real = |path: &Utf8Path| path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    let lines: Vec<Value> = match arguments["breakpoints"].as_array() {
        Some(breakpoints) => breakpoints.iter().map(|breakpoint| breakpoint["line"].clone()).collect(),
        None => arguments["lines"].as_array().cloned().unwrap_or_default(),
    };
    let mut any = false;
    for (breakpoint, line) in body["breakpoints"].as_array_mut()?.iter_mut().zip(lines) {
        if breakpoint["line"].is_null() && breakpoint.is_object() {
            breakpoint["line"] = line;
            any = true;
        }
        let bound = path_of(&breakpoint["source"]).filter(|_| breakpoint["verified"] == true);
        if let (Some(wanted), Some(bound)) = (&wanted, bound)
            && bound.is_absolute()
            && bound.is_file()
            && wanted.is_file()
            && real(wanted) != real(&bound)
        {
            breakpoint["verified"] = false.into();
            breakpoint["message"] = format!("the debugger would stop in another file, {bound}").into();
            any = true;
        }
    }
    any.then_some(body)
}

/// The places of a range of lines where breakpoints can be. `None` if the file is in no language that is known.
pub(crate) fn locations(arguments: &Value, first: i64) -> Option<Vec<Value>> {
    let tree = tree(&path_of(&arguments["source"])?)?;
    let from = arguments["line"].as_i64()? - first;
    let to = arguments["endLine"].as_i64().map_or(from, |line| line - first);
    let lines = statement_lines(&tree, usize::try_from(from).ok()?, usize::try_from(to).ok()?);
    Some(lines.into_iter().map(|line| json!({ "line": line as i64 + first })).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breakpoints_are_moved_and_the_rest_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a b.py");
        std::fs::write(&path, "def f():\n    a = 1\n\n    return a\n").unwrap();
        let arguments = json!({
            "source": { "path": path },
            "breakpoints": [{ "line": 3, "column": 1, "condition": "a" }, { "line": 2, "column": 5 }],
            "lines": [3, 2],
            "unknown": 1,
        });
        let moved = moved(&arguments, 1).unwrap();
        assert_eq!(moved["breakpoints"], json!([{ "line": 4, "condition": "a" }, { "line": 2, "column": 5 }]));
        assert_eq!(moved["lines"], json!([4, 2]));
        assert_eq!(moved["unknown"], 1);
        let from_zero = json!({ "source": { "path": path }, "breakpoints": [{ "line": 2 }] });
        assert_eq!(super::moved(&from_zero, 0).unwrap()["breakpoints"], json!([{ "line": 3 }]));
        let right = json!({ "source": { "path": path }, "breakpoints": [{ "line": 2 }] });
        assert_eq!(super::moved(&right, 1), None);
    }

    #[test]
    fn a_breakpoint_in_another_file_is_not_set() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one.rs"), folder.path().join("other.rs"));
        std::fs::write(&one, "").unwrap();
        std::fs::write(&other, "").unwrap();
        let arguments = json!({ "source": { "path": one }, "breakpoints": [{ "line": 3 }, { "line": 4 }] });
        let body = json!({ "breakpoints": [
            { "verified": true, "line": 3, "source": { "path": other } },
            { "verified": true },
        ] });
        let checked = checked(&arguments, body).unwrap();
        assert_eq!(checked["breakpoints"][0]["verified"], false);
        assert_eq!(checked["breakpoints"][1], json!({ "verified": true, "line": 4 }));
    }
}
