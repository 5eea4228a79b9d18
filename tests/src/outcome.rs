//! What becomes of a file, on a page of tests: a block that is named by what is done.
//!
//! | the line before the block | what is done |
//! | --- | --- |
//! | `` `main.py` after `TITLE`: `` | the action with such a title, at the mark or between the two marks of the file |
//! | `` `main.py` after completing `LABEL`: `` | what is offered by this label at the mark is taken |
//! | `` `main.py` after moving `a.py` to `b.py`: `` | a file or folder is given another path |

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

use crate::client::Client;
use crate::fixture;

/// A file, and what becomes of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The file.
    pub(crate) file: Utf8PathBuf,
    deed: Deed,
    /// What it says afterwards.
    pub(crate) text: String,
    /// The line of the page, from 1.
    pub(crate) page_line: usize,
}

#[derive(Debug)]
enum Deed {
    Action(String),
    Complete(String),
    Move(Utf8PathBuf, Utf8PathBuf),
}

impl Outcome {
    /// The outcome that a line before a block names, without its text.
    pub(crate) fn named(line: &str, page_line: usize) -> Option<Self> {
        let (file, deed) = line.strip_prefix('`')?.strip_suffix("`:")?.split_once("` after ")?;
        let deed = if let Some(title) = deed.strip_prefix('`') {
            Deed::Action(title.to_owned())
        } else if let Some(label) = deed.strip_prefix("completing `") {
            Deed::Complete(label.to_owned())
        } else {
            let (from, to) = deed.strip_prefix("moving `")?.split_once("` to `")?;
            Deed::Move(from.into(), to.into())
        };
        Some(Self { file: file.into(), deed, text: String::new(), page_line })
    }

    /// Whether something is typed at the mark.
    pub(crate) fn completes(&self) -> bool {
        matches!(self.deed, Deed::Complete(_))
    }

    /// Does it, and compares. `marks` are those of the file.
    ///
    /// # Errors
    /// What became of the file instead.
    pub(crate) fn check(&self, client: &mut Client, root: &Utf8Path, marks: &[usize]) -> Result<(), String> {
        let path = root.join(&self.file);
        let before = match &self.deed {
            Deed::Move(..) => std::fs::read_to_string(&path).map_err(|error| error.to_string())?,
            _ => client.text(&path).to_owned(),
        };
        let edits = match &self.deed {
            Deed::Action(title) => action(client, &path, marks, title)?,
            Deed::Complete(label) => completion(client, &path, marks, label)?,
            Deed::Move(from, to) => {
                let files =
                    [json!({ "oldUri": fixture::uri(&root.join(from)), "newUri": fixture::uri(&root.join(to)) })];
                edits_of(&client.request("workspace/willRenameFiles", json!({ "files": files })), &path)
            }
        };
        let after = fixture::apply(&before, &edits);
        if after == self.text { Ok(()) } else { Err(format!("it becomes:\n{after}")) }
    }
}

fn action(client: &mut Client, path: &Utf8Path, marks: &[usize], title: &str) -> Result<Value, String> {
    let (Some(&start), Some(&end)) = (marks.first(), marks.last()) else {
        return Err("the file has no mark".to_owned());
    };
    let text = client.text(path);
    let params = json!({
        "textDocument": { "uri": fixture::uri(path) },
        "range": { "start": fixture::position(text, start), "end": fixture::position(text, end) },
        "context": { "diagnostics": [] },
    });
    let offered = client.request("textDocument/codeAction", params).as_array().cloned().unwrap_or_default();
    let titles: Vec<_> = offered.iter().filter_map(|action| action["title"].as_str()).collect();
    let position =
        titles.iter().position(|known| *known == title).or_else(|| titles.iter().position(|it| it.contains(title)));
    let Some(position) = position else { return Err(format!("offered are: {}", titles.join(", "))) };
    let chosen = offered[position].clone();
    let whole = if chosen["edit"].is_object() { chosen } else { client.request("codeAction/resolve", chosen) };
    Ok(edits_of(&whole["edit"], path))
}

fn completion(client: &mut Client, path: &Utf8Path, marks: &[usize], label: &str) -> Result<Value, String> {
    let &at = marks.first().ok_or("the file has no mark")?;
    let params = client.at(path, at);
    // As an editor does, which asks again as long as not everything is there.
    for turn in 0.. {
        let answer = client.request("textDocument/completion", params.clone());
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        if let Some(item) = items.iter().find(|item| item["label"] == label) {
            let item = client.request("completionItem/resolve", item.clone());
            let mut edits = item["additionalTextEdits"].as_array().cloned().unwrap_or_default();
            edits.push(item["textEdit"].clone());
            return Ok(edits.into());
        }
        if turn == 50 || answer["isIncomplete"] != true {
            let labels: Vec<_> = items.iter().filter_map(|item| item["label"].as_str()).take(20).collect();
            return Err(format!("of {} these are offered: {}", items.len(), labels.join(", ")));
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    unreachable!("the loop ends by itself")
}

/// The edits of one file in an edit of a workspace.
fn edits_of(edit: &Value, path: &Utf8Path) -> Value {
    let changes = edit["documentChanges"].as_array().cloned().unwrap_or_default();
    let of_file = changes.into_iter().filter(|change| change["textDocument"]["uri"] == fixture::uri(path));
    let edits: Vec<_> = of_file.flat_map(|change| change["edits"].as_array().cloned().unwrap_or_default()).collect();
    edits.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deed_is_read() {
        let deed = |line: &str| Outcome::named(line, 1).map(|outcome| format!("{} {:?}", outcome.file, outcome.deed));
        assert_eq!(deed("`a.py` after `Extract`:").as_deref(), Some("a.py Action(\"Extract\")"));
        assert_eq!(deed("`a.py` after completing `b`:").as_deref(), Some("a.py Complete(\"b\")"));
        assert_eq!(deed("`a.py` after moving `b` to `c`:").as_deref(), Some("a.py Move(\"b\", \"c\")"));
        assert_eq!(deed("`a.py`:"), None);
    }
}
