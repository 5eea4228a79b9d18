use std::sync::atomic::Ordering;

use super::*;
use crate::testing::{Listed, Scripted, place};

fn completer(writer: Scripted) -> Completer {
    let acceptance = Arc::new(Acceptance::open(None));
    Completer::new(Box::new(writer), Options::default(), Secrets::default(), acceptance)
}

fn oracle(text: &str, oracle: Listed) -> Arc<dyn Oracle> {
    let line = place("python", text).line_before().to_owned();
    Arc::new(Listed { language: "python", line, ..oracle })
}

fn complete(text: &str, script: &str, knows: Listed) -> Outcome {
    completer(Scripted::new(script)).complete(&place("python", text), &oracle(text, knows), &Control::default())
}

fn shown(outcome: &Outcome) -> Result<&str, &Silence> {
    outcome.shown.as_ref().map(|shown| shown.text.as_str())
}

#[test]
fn a_line_is_completed() {
    let outcome = complete("x = |\n", "compute(1)\ny = 2", Listed::default());
    assert_eq!(shown(&outcome), Ok("compute(1)"));
    assert_eq!(outcome.explanation.generated, "compute(1)");
    assert!(outcome.explanation.prompt.contains("x = <here>"));
}

#[test]
fn a_block_is_completed_up_to_its_end() {
    let outcome = complete("def f():\n    |\n", "a = 1\n    return a\n\ndef g(): ...", Listed::default());
    assert_eq!(shown(&outcome), Ok("a = 1\n    return a"));
}

#[test]
fn a_wrong_name_behind_a_dot_is_written_anew() {
    let knows = Listed { members: vec!["push"], ..Listed::default() };
    let outcome = complete("x = |\n", "items.append(1)", knows);
    assert_eq!(shown(&outcome), Ok("items.push(1)"));
    assert_eq!(outcome.figures.restarts, 1);
    let place = &outcome.explanation.guided[0];
    assert_eq!((place.offset, place.names.as_slice(), place.corrected_tokens), (6, &["push".to_owned()][..], 1));
}

#[test]
fn what_is_wrong_is_cut_and_the_reason_is_said() {
    let knows = Listed { wrong: vec!["missing"], ..Listed::default() };
    let outcome = complete("x = |\n", "value + missing(1)", knows);
    assert_eq!(shown(&outcome), Ok("value"));
    assert_eq!(outcome.explanation.cut, Some(Cut { offset: 5, reason: "`missing` is not there".to_owned() }));
    let knows = Listed { wrong: vec!["missing"], ..Listed::default() };
    let outcome = complete("x = |\n", "missing(1)", knows);
    assert_eq!(shown(&outcome), Err(&Silence::Wrong("`missing` is not there".to_owned())));
    assert!(outcome.explanation.silence.unwrap().contains("`missing`"));
}

#[test]
fn an_unsure_model_is_silent() {
    let mut writer = Scripted::new("value");
    writer.confidence = 0.1;
    let text = "x = |\n";
    let outcome =
        completer(writer).complete(&place("python", text), &oracle(text, Listed::default()), &Control::default());
    assert!(matches!(outcome.shown, Err(Silence::LowConfidence(..))), "{:?}", outcome.shown);
}

#[test]
fn what_was_made_is_found_again_and_looked_at_again() {
    let writer = Scripted::new("value + other(1)");
    let asked = writer.asked.clone();
    let mut completer = completer(writer);
    let none = oracle("x = |\n", Listed::default());
    assert!(completer.without_model(&place("python", "x = |\n"), &*none).is_none());
    completer.complete(&place("python", "x = |\n"), &none, &Control::default());
    let again = completer.without_model(&place("python", "x = val|\n"), &*none).expect("it was made");
    assert_eq!(shown(&again), Ok("ue + other(1)"));
    assert!(again.figures.from_cache);
    // Somebody deleted `other` meanwhile, and the fingerprint does not show it.
    let stricter = oracle("x = val|\n", Listed { wrong: vec!["other"], ..Listed::default() });
    let again = completer.without_model(&place("python", "x = val|\n"), &*stricter).expect("it was made");
    assert_eq!(shown(&again), Ok("ue"));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[test]
fn no_model_is_asked_about_secrets_or_inside_words() {
    let mut completer = completer(Scripted::new("x"));
    let none = oracle("|", Listed::default());
    let secret = Place { path: "deploy/.env".to_owned(), ..place("python", "KEY=|") };
    assert_eq!(completer.without_model(&secret, &*none).unwrap().shown, Err(Silence::SecretFile));
    let inside = completer.without_model(&place("python", "fo|o"), &*none).unwrap();
    assert_eq!(inside.shown, Err(Silence::InsideWord));
}

#[test]
fn a_long_text_leaves_room_in_the_context() {
    let long = "value = 1  # and a comment of some length\n".repeat(2000);
    let writer = Scripted::new("value");
    let prompts = writer.prompts.clone();
    let text = format!("{long}x = |\n{long}");
    let outcome =
        completer(writer).complete(&place("python", &text), &oracle(&text, Listed::default()), &Control::default());
    assert_eq!(shown(&outcome), Ok("value"));
    let parts = prompts.lock()[0].clone();
    assert!((parts.before.len() + parts.behind.len()) / 3 <= Options::default().prompt_tokens);
    assert!(parts.before.len() > 1000 && parts.behind.len() > 300);
}

#[test]
fn a_cancelled_one_is_not_kept() {
    let text = "x = |\n";
    let mut completer = completer(Scripted::new("value"));
    let control = Control::default();
    control.cancel.cancel();
    let none = oracle(text, Listed::default());
    assert_eq!(completer.complete(&place("python", text), &none, &control).shown, Err(Silence::Cancelled));
    assert!(completer.without_model(&place("python", text), &*none).is_none());
}
