//! When to show, and when silence is better.

use crate::language::LanguageFacts;
use crate::oracle::Place;

/// Why nothing is shown.
#[derive(Clone, PartialEq, Debug)]
pub enum Silence {
    /// The user switched it off.
    Off,
    /// There is no model, with what to do.
    NoModel(String),
    /// The file is made of secrets.
    SecretFile,
    /// The cursor is inside a secret.
    InsideSecret,
    /// The cursor is inside a word.
    InsideWord,
    /// A later request for the same document took its place.
    Superseded,
    /// The client wants it no more.
    Cancelled,
    /// The model wrote nothing.
    Empty,
    /// What it wrote is not worth reading.
    Trivial,
    /// It says again what stands before it.
    Repetition,
    /// What it wrote stands behind the cursor already.
    Duplicate,
    /// The model is not sure enough: how sure it is, and how sure it would have to be.
    LowConfidence(f32, f32),
    /// What the database says is wrong, and nothing is left before it.
    Wrong(String),
    /// The model could not write.
    Failed(String),
}

impl std::fmt::Display for Silence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Off => f.write_str("it is switched off"),
            Self::NoModel(what) => write!(f, "there is no model: {what}"),
            Self::SecretFile => f.write_str("the file is made of secrets"),
            Self::InsideSecret => f.write_str("the cursor is inside a secret"),
            Self::InsideWord => f.write_str("the cursor is inside a word"),
            Self::Superseded => f.write_str("a later request took its place"),
            Self::Cancelled => f.write_str("it was cancelled"),
            Self::Empty => f.write_str("the model wrote nothing"),
            Self::Trivial => f.write_str("what is left is not worth reading"),
            Self::Repetition => f.write_str("it repeats what stands before it"),
            Self::Duplicate => f.write_str("it stands behind the cursor already"),
            Self::LowConfidence(is, wanted) => write!(f, "the model is too unsure: {is:.2}, and {wanted:.2} is wanted"),
            Self::Wrong(reason) => write!(f, "nothing is left before what is wrong: {reason}"),
            Self::Failed(reason) => write!(f, "the model could not write: {reason}"),
        }
    }
}

/// Whether a place can be completed at all.
pub fn admits(place: &Place, facts: &LanguageFacts) -> Result<(), Silence> {
    if place.behind().chars().next().is_some_and(|next| facts.is_word(next)) {
        return Err(Silence::InsideWord);
    }
    Ok(())
}

/// What is left of a text that would be shown at a place, or why it should not be.
pub fn judge(place: &Place, facts: &LanguageFacts, text: &str) -> Result<String, Silence> {
    let text = text.trim_end();
    if text.trim().is_empty() {
        return Err(Silence::Empty);
    }
    let text = without_repetition(text).ok_or(Silence::Repetition)?;
    let text = without_what_follows(place, text).ok_or(Silence::Duplicate)?;
    if repeats_lines_before(place, text) {
        return Err(Silence::Repetition);
    }
    if is_trivial(place, facts, text) {
        return Err(Silence::Trivial);
    }
    Ok(text.to_owned())
}

/// Nothing but signs, or less than a glance is worth.
fn is_trivial(place: &Place, facts: &LanguageFacts, text: &str) -> bool {
    let words = text.chars().filter(|&character| facts.is_word(character)).count();
    let is_in_word = place.line_before().chars().next_back().is_some_and(|last| facts.is_word(last));
    // The rest of a name is worth more than a letter of its own.
    words == 0 || (words < 2 && text.trim().len() < 3 && !is_in_word)
}

/// The text before it says the same line again and again. `None` if that is all it does.
fn without_repetition(text: &str) -> Option<&str> {
    let mut seen: Vec<&str> = Vec::new();
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let said = line.trim();
        let is_worth_saying = said.len() > 2;
        if is_worth_saying && seen.iter().filter(|&&other| other == said).count() >= 2 {
            let kept = text[..end].trim_end();
            return (!kept.is_empty() && seen.iter().any(|other| *other != said)).then_some(kept);
        }
        seen.push(said);
        end += line.len();
    }
    if has_loop(text) { None } else { Some(text) }
}

/// Whether a text ends with the same piece four times or more.
fn has_loop(text: &str) -> bool {
    let bytes = text.trim_end().as_bytes();
    (2..=bytes.len() / 4).any(|length| {
        let piece = &bytes[bytes.len() - length..];
        let repeats = bytes.rchunks_exact(length).take_while(|chunk| *chunk == piece).count();
        repeats >= 4 && length * repeats >= 16 && !piece.iter().all(|byte| *byte == piece[0])
    })
}

/// A text without what stands behind the cursor already. `None` if nothing is left.
fn without_what_follows<'a>(place: &Place, text: &'a str) -> Option<&'a str> {
    let behind = place.line_behind();
    let mut kept = text;
    if !behind.trim().is_empty() {
        // What closes is often there already: the longest end of the text that the rest of the line begins with.
        let first = kept.lines().next().unwrap_or_default();
        let overlap = (1..=first.len().min(behind.len()))
            .rev()
            .filter(|&length| first.is_char_boundary(first.len() - length))
            .find(|&length| behind.starts_with(&first[first.len() - length..]));
        if let Some(overlap) = overlap {
            kept = &first[..first.len() - overlap];
        }
    }
    // Whole lines that follow.
    let mut following = place.behind()[behind.len()..].lines().map(str::trim).filter(|line| !line.is_empty());
    if let Some(next) = following.next()
        && next.len() > 2
    {
        let mut at = 0;
        for line in kept.split_inclusive('\n') {
            let first = if at == 0 { format!("{}{}", place.line_before(), line) } else { line.to_owned() };
            if first.trim() == next {
                kept = kept[..at].trim_end();
                break;
            }
            at += line.len();
        }
    }
    (!kept.trim().is_empty()).then_some(kept)
}

/// Whether it says the last lines before the cursor once more.
fn repeats_lines_before(place: &Place, text: &str) -> bool {
    let first = format!("{}{}", place.line_before(), text.lines().next().unwrap_or_default());
    let said = first.trim();
    if said.len() < 6 {
        return false;
    }
    let before = place.before();
    let lines_before = before[..before.len() - place.line_before().len()].lines().rev();
    lines_before.filter(|line| !line.trim().is_empty()).take(2).filter(|line| line.trim() == said).count() > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language;

    fn judged(text: &str, written: &str) -> Result<String, Silence> {
        let offset = text.find('|').expect("a cursor");
        let place = Place { text: text.replacen('|', "", 1).into(), offset, ..Place::default() };
        judge(&place, language::facts("python"), written)
    }

    #[test]
    fn what_follows_is_not_said_again() {
        assert_eq!(judged("f(|)", "a, b)"), Ok("a, b".to_owned()));
        assert_eq!(judged("f(|) + 1", "ab) + 1"), Ok("ab".to_owned()));
        assert_eq!(judged("f(|)", ")"), Err(Silence::Duplicate));
        assert_eq!(judged("def f():\n    |\n    return value\n", "return value"), Err(Silence::Duplicate));
        let two = judged("def f():\n    |\n    return value\n", "value = 1\n    return value");
        assert_eq!(two, Ok("value = 1".to_owned()));
    }

    #[test]
    fn what_stands_before_is_not_said_again() {
        assert_eq!(judged("total = total + 1\n|", "total = total + 1"), Err(Silence::Repetition));
        assert_eq!(judged("a\n|", "value = 1\nb\nvalue = 1\nvalue = 1\n"), Ok("value = 1\nb\nvalue = 1".to_owned()));
        assert_eq!(judged("|", "x = 1\nx = 1\nx = 1"), Err(Silence::Repetition));
        assert_eq!(judged("|", "abab-abab-abab-abab-"), Err(Silence::Repetition));
        assert!(judged("|", "# ==================").is_err(), "signs alone");
    }

    #[test]
    fn what_says_nothing_is_not_shown() {
        assert_eq!(judged("x = |", "   "), Err(Silence::Empty));
        assert_eq!(judged("x = f(|", ")"), Err(Silence::Trivial));
        assert_eq!(judged("x = |", "1"), Err(Silence::Trivial));
        assert_eq!(judged("nam|", "e"), Ok("e".to_owned()));
    }

    #[test]
    fn nothing_inside_a_word() {
        let place = Place { text: "foobar".into(), offset: 3, ..Place::default() };
        assert_eq!(admits(&place, language::facts("python")), Err(Silence::InsideWord));
    }
}
