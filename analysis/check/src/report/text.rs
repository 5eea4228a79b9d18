//! For people: each finding with its source line.

use std::fmt::Write as _;

use montuno_semantic::Severity;

use crate::run::{Finding, Outcome};

/// How much of a long source line is shown on each side of a finding, in characters.
const MARGIN: usize = 60;

/// Escape sequences of a terminal, or nothing.
struct Style {
    bold: &'static str,
    red: &'static str,
    yellow: &'static str,
    blue: &'static str,
    off: &'static str,
}

const PLAIN: Style = Style { bold: "", red: "", yellow: "", blue: "", off: "" };
const COLOURED: Style =
    Style { bold: "\x1b[1m", red: "\x1b[1;31m", yellow: "\x1b[1;33m", blue: "\x1b[1;34m", off: "\x1b[0m" };

/// The outcome as text, in colours if it goes to a terminal.
pub fn text(outcome: &Outcome, coloured: bool) -> String {
    let style = if coloured { COLOURED } else { PLAIN };
    let mut text = String::new();
    for finding in &outcome.findings {
        write_finding(&mut text, finding, &style);
    }
    for (file, reason) in &outcome.faults {
        let _ = writeln!(text, "{}not checked{}: {file}: the engine broke: {reason}\n", style.red, style.off);
    }
    let _ = writeln!(text, "{}", summary(outcome));
    text
}

fn summary(outcome: &Outcome) -> String {
    let counted = |severity: Severity, one: &str, many: &str| match outcome.count(severity) {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    };
    let parts: Vec<_> = [
        counted(Severity::Error, "error", "errors"),
        counted(Severity::Warning, "warning", "warnings"),
        counted(Severity::Information, "note", "notes"),
        counted(Severity::Hint, "hint", "hints"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let files = if outcome.files == 1 { "1 file".to_owned() } else { format!("{} files", outcome.files) };
    if parts.is_empty() { format!("No findings in {files}.") } else { format!("{} in {files}.", parts.join(", ")) }
}

fn write_finding(text: &mut String, finding: &Finding, style: &Style) {
    let colour = match finding.severity {
        Severity::Error => style.red,
        Severity::Warning => style.yellow,
        Severity::Information | Severity::Hint => style.blue,
    };
    let Style { bold, blue, off, .. } = style;
    let place = &finding.place;
    let _ =
        writeln!(text, "{colour}{}[{}]{off}{bold}: {}{off}", finding.severity.name(), finding.rule, finding.message);
    let number = place.line.to_string();
    let pad = " ".repeat(number.len());
    let _ = writeln!(text, "{pad}{blue}-->{off} {}:{}:{}", place.file, place.line, place.column);
    let (shown, column, width) = cut(finding);
    let _ = writeln!(text, "{pad} {blue}|{off}");
    let _ = writeln!(text, "{blue}{number} |{off} {shown}");
    let _ = writeln!(text, "{pad} {blue}|{off} {}{colour}{}{off}", " ".repeat(column), "^".repeat(width));
    for note in &finding.notes {
        let _ = writeln!(text, "{pad} {blue}={off} {note}");
    }
    for related in &finding.related {
        let place = &related.place;
        let _ =
            writeln!(text, "{pad} {blue}={off} {}:{}:{}: {}", place.file, place.line, place.column, related.message);
    }
    text.push('\n');
}

/// The part of the source line that is shown, the column in it where the finding begins, and how wide
/// it is there. Tabs become spaces, what cannot be printed a dot: nothing moves the caret.
fn cut(finding: &Finding) -> (String, usize, usize) {
    let place = &finding.place;
    let printable = |c: char| {
        if c == '\t' {
            ' '
        } else if c.is_control() {
            '·'
        } else {
            c
        }
    };
    let line: Vec<char> = finding.source.chars().map(printable).collect();
    let start = (place.column as usize - 1).min(line.len());
    let end =
        if place.end_line == place.line { place.end_column as usize - 1 } else { line.len() }.clamp(start, line.len());
    let from = start.saturating_sub(MARGIN);
    let to = (end.min(start + MARGIN) + MARGIN).min(line.len());
    let mut shown: String = line[from..to].iter().collect();
    let mut column = start - from;
    if from > 0 {
        shown.insert(0, '…');
        column += 1;
    }
    if to < line.len() {
        shown.push('…');
    }
    (shown, column, (end.min(to) - start).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Place;

    fn finding(source: &str, column: u32, end_column: u32) -> Finding {
        Finding {
            place: Place { file: "a.py".to_owned(), line: 7, column, end_line: 7, end_column },
            severity: Severity::Error,
            rule: "unresolved-name".to_owned(),
            message: "`b` is not defined.".to_owned(),
            notes: vec!["a note".to_owned()],
            related: Vec::new(),
            unnecessary: false,
            source: source.to_owned(),
        }
    }

    #[test]
    fn a_finding_points_at_its_text() {
        let outcome = Outcome { findings: vec![finding("\ta = b", 6, 7)], files: 1, ..Outcome::default() };
        let expected = "\
error[unresolved-name]: `b` is not defined.
 --> a.py:7:6
  |
7 |  a = b
  |      ^
  = a note

1 error in 1 file.
";
        assert_eq!(text(&outcome, false), expected);
    }

    #[test]
    fn a_long_line_is_cut_around_the_finding() {
        let source = format!("{}b{}", "x".repeat(5_000_000), "y".repeat(5_000_000));
        let outcome =
            Outcome { findings: vec![finding(&source, 5_000_001, 5_000_002)], files: 1, ..Outcome::default() };
        let text = text(&outcome, false);
        assert!(text.len() < 1000);
        let lines: Vec<_> = text.lines().collect();
        let caret = lines[4].chars().position(|c| c == '^').unwrap();
        assert_eq!(lines[3].chars().nth(caret), Some('b'));
    }
}
