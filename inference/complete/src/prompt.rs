//! What the model is told: the text around the cursor, and what the database knows of it.
//!
//! What a model was told in the request before, it need not read again, as far as the beginning is the same. So what
//! stands first changes least: declarations of other files, then the text behind the cursor (where the model's template
//! allows), then the text before it. While somebody types without a pause, the pieces of context stay as they were, and
//! the text before the cursor begins where it began.

use std::time::{Duration, Instant};

use montuno_engine::template::{ContextFile, FimParts};
use montuno_protocol::context::{ContextItem, ContextKind};

use crate::language::LanguageFacts;
use crate::oracle::{Place, Surroundings};
use crate::secrets::{Secrets, mask_part};

/// After how long a pause the context is looked up again.
const PAUSE: Duration = Duration::from_secs(4);

/// How much room there is, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// For context.
    pub context: usize,
    /// For the text before the cursor.
    pub before: usize,
    /// For the text behind it.
    pub behind: usize,
}

impl Budget {
    /// The room in a prompt of so many tokens. Code has three to four bytes a token; what is too long after all is
    /// cut when the tokens are counted.
    pub fn of_tokens(tokens: usize) -> Self {
        let bytes = tokens * 3;
        Self { context: bytes * 3 / 10, before: bytes / 2, behind: bytes / 5 }
    }

    /// The same with less room.
    pub fn smaller(self) -> Self {
        Self { context: self.context / 2, before: self.before * 2 / 3, behind: self.behind * 2 / 3 }
    }
}

/// A prompt, and what it is made of.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Prompt {
    /// Its parts. The text before the cursor ends where the word at the cursor begins.
    pub parts: FimParts,
    /// What is typed of that word.
    pub typed: String,
    /// The pieces of context, with those for which there was no room.
    pub items: Vec<ContextItem>,
    /// The kinds of secrets that were taken out.
    pub secrets: Vec<String>,
    /// Whether the cursor is inside a secret: then nobody is asked.
    pub is_inside_secret: bool,
}

/// What stays as it is while somebody types without a pause.
#[derive(Debug)]
struct Burst {
    document: u64,
    last: Instant,
    budget: Budget,
    /// Where the text before the cursor begins, and the line that stands there.
    start: usize,
    first_line: String,
    context: Vec<ContextFile>,
    items: Vec<ContextItem>,
}

/// Makes prompts.
#[derive(Debug, Default)]
pub struct Prompter {
    burst: Option<Burst>,
}

impl Prompter {
    /// The prompt for a place. `surroundings` is only called if the context has to be looked up.
    pub fn prompt(
        &mut self,
        place: &Place,
        facts: &LanguageFacts,
        budget: Budget,
        secrets: &Secrets,
        now: Instant,
        surroundings: impl FnOnce() -> Surroundings,
    ) -> Prompt {
        let before = place.before();
        let goes_on = self.burst.as_ref().is_some_and(|burst| {
            burst.document == place.document
                && burst.budget == budget
                && now.saturating_duration_since(burst.last) < PAUSE
                && burst.start <= before.len()
                && before.len() - burst.start <= budget.before * 5 / 4
                && before
                    .get(burst.start..)
                    .and_then(|rest| rest.lines().next())
                    .is_some_and(|line| line.starts_with(&burst.first_line))
        });
        if !goes_on {
            let start = window_start(before, budget.before);
            let mut items = rank(place, facts, &surroundings());
            let context = choose(&mut items, budget.context);
            let first_line = before[start..].split_once('\n').map_or("", |(line, _)| line).to_owned();
            self.burst = Some(Burst { document: place.document, last: now, budget, start, first_line, context, items });
        }
        let burst = self.burst.as_mut().expect("it was made if it was not there");
        burst.last = now;

        let word = facts.word_start(before);
        let mut kinds = Vec::new();
        let start = burst.start.min(word);
        let end = before.len() + window_end(place.behind(), budget.behind).len();
        // What is a secret may only be seen from what stands around the window.
        let seen = around(&place.text, start, end);
        let found: Vec<_> = secrets
            .find(&place.text[seen.clone()])
            .into_iter()
            .map(|(range, kind)| (range.start + seen.start..range.end + seen.start, kind))
            .collect();
        let is_inside_secret =
            found.iter().any(|(range, _)| range.start < place.offset && range.end > word && range.end >= place.offset);
        let mut part = |range: std::ops::Range<usize>| mask_part(&place.text, range, &found, &mut kinds);
        let (told_before, told_behind) = (part(start..word), part(place.offset..end));
        let mut mask = |text: &str| secrets.mask(text, &mut kinds);
        let parts = FimParts {
            repository: String::new(),
            context: burst
                .context
                .iter()
                .map(|file| ContextFile { path: file.path.clone(), text: mask(&file.text) })
                .collect(),
            path: place.path.clone(),
            comment: facts.comment.to_owned(),
            before: told_before,
            behind: told_behind,
        };
        kinds.sort();
        kinds.dedup();
        let typed = before[word..].to_owned();
        Prompt { parts, typed, items: burst.items.clone(), secrets: kinds, is_inside_secret }
    }
}

/// How far around a window it is looked for secrets that reach into it.
const AROUND: usize = 32 << 10;

/// A range of a text, and what stands around it.
fn around(text: &str, start: usize, end: usize) -> std::ops::Range<usize> {
    let (mut start, mut end) = (start.saturating_sub(AROUND), (end + AROUND).min(text.len()));
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// Where the last `room` bytes of a text begin: at the beginning of a line, if there is one.
fn window_start(text: &str, room: usize) -> usize {
    if text.len() <= room {
        return 0;
    }
    let mut start = text.len() - room;
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text[start..].find('\n').map_or(start, |at| start + at + 1)
}

/// The first `room` bytes of a text: to the end of a line, if there is one.
fn window_end(text: &str, room: usize) -> &str {
    if text.len() <= room {
        return text;
    }
    let mut end = room;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let end = text[..end].rfind('\n').filter(|&at| at > 0).unwrap_or(end);
    &text[..end]
}

/// The pieces of context, the most useful first.
pub fn rank(place: &Place, facts: &LanguageFacts, known: &Surroundings) -> Vec<ContextItem> {
    let mut items = Vec::new();
    let mut push = |kind, name: &str, text: String, score: f32, uri: Option<String>| {
        items.push(ContextItem { kind, name: name.to_owned(), text, score, included: false, uri, range: None });
    };
    if let Some(signature) = &known.signature {
        push(ContextKind::Signature, "", format!("{} {signature}", facts.comment), 0.9, None);
    }
    if let Some(expected) = known.expected_type.as_deref().filter(|it| !it.is_empty()) {
        push(ContextKind::ExpectedType, "", format!("{} expected here: {expected}", facts.comment), 0.85, None);
    }
    if !known.members.is_empty() {
        let members = known.members.iter().take(24).map(|member| match &member.detail {
            Some(detail) => format!("{}: {detail}", member.name),
            None => member.name.clone(),
        });
        let text = format!("{} members: {}", facts.comment, members.collect::<Vec<_>>().join(", "));
        push(ContextKind::Members, "", text, 0.8, None);
    }
    let mut seen = rustc_hash::FxHashSet::default();
    for related in &known.related {
        if related.path == place.path || !seen.insert((&related.path, related.start)) {
            continue;
        }
        // Near uses count more; so do short declarations, of which more have room.
        let nearness = 1.0 / (1.0 + related.distance as f32 / 8.0);
        let size = 1.0 / (1.0 + related.text.len() as f32 / 600.0);
        push(
            ContextKind::Definition,
            &related.name,
            related.text.clone(),
            0.7 * nearness * (0.5 + 0.5 * size),
            Some(related.path.clone()),
        );
    }
    items.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.uri.cmp(&b.uri)).then_with(|| a.name.cmp(&b.name)));
    items
}

/// Takes the best pieces for which there is room, and puts them in the order in which they change least: declarations
/// by file, then what is about the cursor alone.
fn choose(items: &mut [ContextItem], room: usize) -> Vec<ContextFile> {
    let mut left = room;
    for item in items.iter_mut() {
        let size = item.text.len() + 1;
        if size <= left {
            item.included = true;
            left -= size;
        }
    }
    let mut files: Vec<ContextFile> = Vec::new();
    let included: Vec<&ContextItem> = items.iter().filter(|item| item.included).collect();
    let mut of_files: Vec<&&ContextItem> = included.iter().filter(|item| item.uri.is_some()).collect();
    of_files.sort_by(|a, b| a.uri.cmp(&b.uri).then_with(|| a.name.cmp(&b.name)));
    for item in of_files {
        let path = item.uri.clone().unwrap_or_default();
        match files.last_mut().filter(|file| file.path == path) {
            Some(file) => {
                file.text.push('\n');
                file.text.push_str(&item.text);
            }
            None => files.push(ContextFile { path, text: item.text.clone() }),
        }
    }
    let here: Vec<&str> = included.iter().filter(|item| item.uri.is_none()).map(|item| item.text.as_str()).collect();
    if !here.is_empty() {
        files.push(ContextFile { path: "notes".to_owned(), text: here.join("\n") });
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language;
    use crate::oracle::Related;

    fn place(text: &str) -> Place {
        let offset = text.find('|').expect("a cursor");
        Place { path: "a.py".to_owned(), text: text.replacen('|', "", 1).into(), offset, ..Place::default() }
    }

    fn related(name: &str, path: &str, distance: usize) -> Related {
        Related {
            name: name.to_owned(),
            path: path.to_owned(),
            text: format!("def {name}(): ..."),
            start: distance,
            end: distance + 10,
            distance,
        }
    }

    fn prompt(prompter: &mut Prompter, text: &str, now: Instant, known: Surroundings) -> Prompt {
        let budget = Budget { context: 200, before: 60, behind: 20 };
        prompter.prompt(&place(text), language::facts("python"), budget, &Secrets::default(), now, || known)
    }

    #[test]
    fn a_prompt_ends_where_the_word_begins() {
        let made = prompt(&mut Prompter::default(), "x = va|\ny = 2\n", Instant::now(), Surroundings::default());
        assert_eq!(
            (made.parts.before.as_str(), made.typed.as_str(), made.parts.behind.as_str()),
            ("x = ", "va", "\ny = 2\n")
        );
    }

    #[test]
    fn windows_begin_and_end_at_lines() {
        let long: String = (0..20).map(|turn| format!("line_{turn:02} = 1\n")).collect();
        let made = prompt(&mut Prompter::default(), &format!("{long}|{long}"), Instant::now(), Surroundings::default());
        assert!(made.parts.before.starts_with("line_") && made.parts.before.len() <= 60, "{:?}", made.parts.before);
        assert_eq!(made.parts.behind, "line_00 = 1");
        assert_eq!(window_end("ééééé", 3), "é", "never inside a character");
        assert_eq!(window_start("ééééé", 3), 8);
    }

    #[test]
    fn while_somebody_types_the_beginning_stays() {
        let mut prompter = Prompter::default();
        let now = Instant::now();
        let long: String = (0..20).map(|turn| format!("line_{turn:02} = 1\n")).collect();
        let known = |name: &str| Surroundings { related: vec![related(name, "b.py", 1)], ..Surroundings::default() };
        let first = prompt(&mut prompter, &format!("{long}x|"), now, known("one"));
        let second = prompt(&mut prompter, &format!("{long}x = y|"), now + Duration::from_secs(1), known("two"));
        assert_eq!(first.parts.context, second.parts.context);
        assert!(second.parts.before.starts_with(&first.parts.before), "{:?} {:?}", first.parts, second.parts);
        let later = prompt(&mut prompter, &format!("{long}x = y|"), now + Duration::from_secs(60), known("two"));
        assert_ne!(later.parts.context, first.parts.context, "after a pause it is looked up again");
        let elsewhere =
            prompt(&mut prompter, &format!("other = 1\n{long}x = y|"), now + Duration::from_secs(61), known("three"));
        assert_ne!(elsewhere.parts.context, later.parts.context, "after an edit above it, too");
    }

    #[test]
    fn near_names_come_first_and_files_stay_together() {
        let known = Surroundings {
            expected_type: Some("int".to_owned()),
            related: vec![
                related("far", "b.py", 90),
                related("near", "c.py", 0),
                related("own", "a.py", 0),
                related("mid", "b.py", 9),
            ],
            ..Surroundings::default()
        };
        let mut items = rank(&place("|"), language::facts("python"), &known);
        let names: Vec<_> = items.iter().map(|item| item.name.as_str()).collect();
        assert_eq!(names, ["", "near", "mid", "far"], "what this file declares is in the prompt anyway");
        let files = choose(&mut items, 60);
        assert_eq!(files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["b.py", "c.py", "notes"]);
        assert!(!items[3].included, "there was no room for it");
    }

    #[test]
    fn no_secret_is_told() {
        let text = format!("API_KEY = \"{}\"\nx = |", "c0ffee00c0ffee00");
        let made = prompt(&mut Prompter::default(), &text, Instant::now(), Surroundings::default());
        assert!(!made.parts.before.contains("c0ffee"), "{:?}", made.parts.before);
        assert_eq!(made.secrets, ["named secret"]);
    }

    #[test]
    fn a_secret_that_the_window_cuts_is_not_told_either() {
        let key = format!("-----BEGIN {} KEY-----\n{}-----END", "PRIVATE", "MIIEMIIEMIIEMIIE\n".repeat(20));
        let text = format!("{key} {} KEY-----\nx = |", "PRIVATE");
        let made = prompt(&mut Prompter::default(), &text, Instant::now(), Surroundings::default());
        assert!(!made.parts.before.contains("MIIE") && !made.is_inside_secret, "{:?}", made.parts.before);
    }

    #[test]
    fn inside_a_secret_nobody_is_asked() {
        for text in ["API_KEY = \"c0ffee00|c0ffee00\"\n", "API_KEY = \"c0ffee00c0ff|\"\n"] {
            let made = prompt(&mut Prompter::default(), text, Instant::now(), Surroundings::default());
            assert!(made.is_inside_secret, "{text}");
            assert!(!format!("{:?}", made.parts).contains("c0ff"), "{:?}", made.parts);
        }
        let made = prompt(
            &mut Prompter::default(),
            "API_KEY = \"c0ffee00c0ffee00\"|\n",
            Instant::now(),
            Surroundings::default(),
        );
        assert!(!made.is_inside_secret, "behind it is not inside it");
    }
}
