//! Where names lead.

use super::fixture::Fixture;

fn definitions(text: &str) -> Vec<String> {
    Fixture::new(text).definitions()
}

#[test]
fn imports_are_followed() {
    let found = definitions(
        "
//- main.py
from package import thing
thi<|>ng()
//- package/__init__.py
from .inner import thing
//- package/inner.py

def thing(): ...
",
    );
    assert_eq!(found, ["package/inner.py:2 package.inner.thing"]);
}

#[test]
fn the_call_of_a_class_leads_to_the_class() {
    let found = definitions("class A:\n    def __init__(self, x): ...\n\n<|>A(1)\n");
    assert_eq!(found, ["main.py:1 main.A"]);
}

#[test]
fn members_are_found_by_type() {
    let found = definitions(
        "
class A:
    def __init__(self):
        self.value = 1

class B(A): ...

def f() -> B: ...

f().val<|>ue
",
    );
    assert_eq!(found, ["main.py:4 __init__.value"]);
}

#[test]
fn keyword_arguments_lead_to_parameters() {
    assert_eq!(definitions("def f(a, b=2): ...\nf(1, <|>b=3)\n"), ["main.py:1 f.b"]);
}

#[test]
fn class_patterns_lead_to_attributes() {
    let found = definitions(
        "
class P:
    x: int
def f(p: object):
    match p:
        case P(<|>x=1): ...
",
    );
    assert_eq!(found, ["main.py:3 P.x"]);
}

#[test]
fn annotations_in_quotes_are_names() {
    assert_eq!(definitions("def f(a: 'list[<|>C]'): ...\nclass C: ...\n"), ["main.py:2 main.C"]);
}

#[test]
fn exported_names_lead_to_what_they_export() {
    assert_eq!(definitions("__all__ = ['<|>f']\ndef f(): ...\n"), ["main.py:2 main.f"]);
    assert_eq!(definitions("__all__ = []\n__all__ += ['<|>f']\ndef f(): ...\n"), ["main.py:3 main.f"]);
    assert!(definitions("names = ['<|>f']\ndef f(): ...\n").is_empty(), "any other list");
}

#[test]
fn modules_lead_to_their_start() {
    let found = definitions("//- main.py\nimport a.<|>b\n//- a/__init__.py\n//- a/b.py\n");
    assert_eq!(found, ["a/b.py:1 a.b"]);
    let found = definitions("//- main.py\nimport <|>a.b\n//- a/__init__.py\n//- a/b.py\n");
    assert_eq!(found, ["a/__init__.py:1 a"]);
}

#[test]
fn the_standard_library_can_be_opened_and_asked() {
    let fixture = Fixture::new("import os\nos.path.jo<|>in('a')\n");
    let found = fixture.at_cursor(|snapshot, place| snapshot.definitions(place)).unwrap();
    let target = &found.targets[0];
    let path = fixture.inputs.files.path(target.file);
    assert_eq!(path.file_name(), Some("posixpath.pyi"));
    let text = std::fs::read_to_string(&*path).unwrap();
    assert!(text[usize::from(target.name_range.start())..].starts_with("join"));
    assert!(std::fs::metadata(&*path).unwrap().permissions().readonly());
    // From inside of the stub the way goes on.
    let at = text.find("StrPath").unwrap();
    let position =
        montuno_base::FilePosition { file: target.file, offset: montuno_base::TextSize::try_from(at).unwrap() };
    let found = fixture.ask(|snapshot| snapshot.definitions(position)).unwrap();
    assert!(fixture.inputs.files.path(found.targets[0].file).ends_with("_typeshed/__init__.pyi"));
}

#[test]
fn a_place_outside_of_the_text_means_nothing() {
    let fixture = Fixture::new("//- main.py\né = 1\n//- other.py\n");
    let file = fixture.file("main.py");
    for offset in [1, 7, 8, 1000, u32::MAX] {
        let position = montuno_base::FilePosition { file, offset: offset.into() };
        assert!(fixture.definitions_at(position).is_empty(), "{offset}");
    }
    let missing = montuno_base::FilePosition { file: fixture.file("missing.py"), offset: 0.into() };
    assert!(fixture.definitions_at(missing).is_empty());
}

#[test]
fn a_place_inside_of_a_name_has_the_signature_of_the_call_around_it() {
    let fixture = Fixture::new("def f(a, b): ...\nné = 1\nf(1, n<|>é)\n");
    let found = fixture.at_cursor(|snapshot, place| snapshot.signatures(place)).unwrap();
    assert_eq!(found.signatures[0].active_parameter, Some(1), "{found:?}");
}
