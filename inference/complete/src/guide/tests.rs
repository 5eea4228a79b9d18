use super::*;
use crate::language::facts;
use crate::testing::{Listed, Scripted, place, vocabulary};
use crate::writer::{WriteRequest, Writer as _, Written};

/// What a script comes to at a place, with what the guide found.
fn guided(language: &'static str, text: &str, oracle: Listed, script: &str) -> (String, Findings, Vec<String>) {
    let place = place(language, text);
    let oracle = Arc::new(Listed { language, line: place.line_before().to_owned(), ..oracle });
    let mut guide = Guide::new(&place, oracle.clone(), facts(language), Extent::Line, true);
    let findings = guide.findings();
    let typed = place.line_before()[facts(language).word_start(place.line_before())..].to_owned();
    let request = WriteRequest { typed, maximum_tokens: 40, ..WriteRequest::default() };
    let Written { text, .. } =
        Scripted::new(script).write(&request, &mut guide, &Default::default(), &mut |_| {}).unwrap();
    let found = findings.lock().clone();
    let asked = oracle.asked.lock().clone();
    (text, found, asked)
}

fn members(members: &[&'static str]) -> Listed {
    Listed { members: members.to_vec(), ..Listed::default() }
}

#[test]
fn behind_a_receiver_only_members_are_written() {
    let (text, found, _) = guided("python", "x.|", members(&["alpha", "beta"]), "gamma(1)");
    assert_eq!(text, "alpha(1)", "the first that there is, and then on as it was");
    assert_eq!(found.places.len(), 1);
}

#[test]
fn a_member_that_there_is_stays() {
    assert_eq!(guided("python", "x.|", members(&["gamma", "alpha"]), "gamma(1)").0, "gamma(1)");
    assert_eq!(guided("python", "x.ga|", members(&["gamma", "gate"]), "mma(1)").0, "mma(1)");
}

#[test]
fn a_name_is_not_left_half() {
    let (text, ..) = guided("python", "x.|", members(&["gammas"]), "gamma(1)");
    assert_eq!(text, "gammas(1)");
    let (text, ..) = guided("python", "x.ga|", members(&["gammas"]), "(1)");
    assert_eq!(text, "mmas(1)", "what was typed is only a part");
}

#[test]
fn a_token_may_go_beyond_the_name() {
    let place = place("python", "x.|");
    let oracle = Arc::new(Listed { language: "python", line: "x.".to_owned(), ..members(&["name"]) });
    let mut guide = Guide::new(&place, oracle, facts("python"), Extent::Line, true);
    let words = vocabulary(&["name", "name(", "names", "na", "nam1", "(", "other"]);
    let mut mask = TokenMask::none(words.length());
    assert_eq!(Constraint::allow(&mut guide, b"", &words, &mut mask), Allowed::Masked);
    let allowed: Vec<_> = mask.iter().map(|token| String::from_utf8_lossy(words.bytes(token)).into_owned()).collect();
    assert_eq!(allowed, ["n", "name", "name(", "na"]);
    mask.clear();
    assert_eq!(Constraint::allow(&mut guide, b"name", &words, &mut mask), Allowed::MaskedOrEnd);
    assert!(mask.allows(u32::from(b'(')) && mask.allows(u32::from(b' ')) && !mask.allows(u32::from(b's')));
    mask.clear();
    assert_eq!(Constraint::allow(&mut guide, b"name(", &words, &mut mask), Allowed::Everything);
}

#[test]
fn later_receivers_are_asked_about_once() {
    let (text, found, asked) = guided("python", "x.|", members(&["alpha"]), "alpha().beta + y.gamma");
    assert_eq!(text, "alpha().alpha + y.alpha");
    assert_eq!(found.places.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [0, 8, 18]);
    assert_eq!(asked, ["", "alpha().", "alpha().alpha + y."]);
}

#[test]
fn a_dot_and_a_wrong_name_in_one_token_end_the_text() {
    let (text, found, _) = guided("python", "x = |", members(&["alpha"]), "foo().append(1)");
    assert_eq!(text, "foo().append");
    assert_eq!(found.dead_end, Some(6));
}

#[test]
fn who_is_not_sure_is_not_asked_to_decide() {
    let unsure = Listed { is_unsure: true, ..members(&["alpha"]) };
    assert_eq!(guided("python", "x.|", unsure, "gamma(1)").0, "gamma(1)");
    assert_eq!(guided("python", "x.|", members(&[]), "gamma(1)").0, "gamma(1)", "no names are no knowledge");
    assert_eq!(guided("markdown", "x.|", members(&["alpha"]), "gamma").0, "gamma");
}

#[test]
fn texts_comments_numbers_and_ranges_are_no_receivers() {
    for (text, script) in [
        ("s = 'x.|'", "gamma"),
        ("# see x.|", "gamma"),
        ("y = |", "'x.gamma' # y.gamma"),
        ("y = |", "1.5"),
        ("for i in |", "0..gamma"),
    ] {
        assert_eq!(guided("python", text, members(&["alpha"]), script).0, script, "{text}");
    }
}

#[test]
fn a_known_name_is_held_to_the_scope() {
    let scope = || Listed { scope: vec!["total", "other"], ..Listed::default() };
    assert_eq!(guided("python", "    return |", scope(), "missing + 1").0, "False + 1", "a keyword comes first");
    assert_eq!(guided("python", "    return |", scope(), "total + 1").0, "total + 1");
    assert_eq!(guided("python", "    return |", scope(), "(nothing)").0, "(nothing)", "the gate sees to that");
    assert_eq!(guided("python", "    return |", scope(), "42").0, "42");
    assert_eq!(guided("python", "    return|", scope(), " other").0, " other");
    assert_eq!(guided("python", "name = |", scope(), "nothing").0, "nothing", "it may begin anything");
    assert_eq!(guided("typescript", "const f = |", scope(), "x => x").0, "x => x");
}

#[test]
fn the_answer_depends_on_the_text_alone() {
    let place = place("python", "x.|");
    let make = || {
        let oracle = Arc::new(Listed { language: "python", line: "x.".to_owned(), ..members(&["alpha", "beta"]) });
        Guide::new(&place, oracle, facts("python"), Extent::Line, true)
    };
    let words = vocabulary(&["alpha", "alpha.", ".beta"]);
    let texts = ["alpha.be", "", "al", "alpha", "alpha.", "alpha.beta + ", "al", ""];
    let mut old = make();
    for text in texts {
        let (mut first, mut second) = (TokenMask::none(words.length()), TokenMask::none(words.length()));
        let said = Constraint::allow(&mut old, text.as_bytes(), &words, &mut first);
        assert_eq!(Constraint::allow(&mut make(), text.as_bytes(), &words, &mut second), said, "{text}");
        assert_eq!(first, second, "{text}");
    }
}
