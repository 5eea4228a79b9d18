//! Where the uses of a symbol are looked for, and that closed files are read like open ones.

use super::fixture::Fixture;

/// The uses of the first `needle`: paths below `work` with the line, from 1.
fn references(fixture: &Fixture, path: &str, needle: &str) -> Vec<String> {
    let found = fixture.snapshot().references(fixture.find(path, needle)).unwrap();
    let mut places: Vec<String> =
        found.iter().map(|reference| fixture.line_of(reference.place.file, reference.place.range())).collect();
    places.sort();
    places
}

/// The places that a rename changes.
fn renamed(fixture: &Fixture, path: &str, needle: &str) -> Vec<String> {
    let edit = fixture.snapshot().rename(fixture.find(path, needle), "Renamed").unwrap().unwrap();
    let edits = edit.edits.iter().flat_map(|(file, edits)| edits.iter().map(|edit| (*file, edit.range)));
    let mut places: Vec<_> = edits.map(|(file, range)| fixture.line_of(file, range)).collect();
    places.sort();
    places
}

/// A name has the same uses whether the files are open or closed, and wherever in them it stands.
#[test]
fn closed_files_are_read_like_open_ones() {
    let uses = "package b\n\nimport \"example.com/m/a\"\n\nvar table = []struct{ of a.T }{{a.T{Field: 1}}}\n\n\
                // Run does.\nfunc Run(t *a.T) (found int) {\n\ttype local struct{ a.T }\n\tvar l local\n\tl.Field, found = 1, t.Field\n\
                \tf := func(T int) int { return T + (&a.T{}).Field }\n\treturn f(table[0].of.Field) + t.Field\n}\n";
    let text = format!(
        "//- work/go.mod\nmodule example.com/m\n//- work/a/a.go\npackage a\n\ntype T struct{{ Field int }}\n\
         //- work/b/b.go\n{uses}//- work/c/c.go\npackage c\n\nfunc Field() {{ var T int; _ = T }}\n\
         //- work/d/d.go\npackage d\n\nimport \"example.com/m/a\"\n\nvar D = a.T{{Field: 2}}\n\nfunc broken( {{\n"
    );
    let mut fixture = Fixture::new(&text);
    let field = ["a/a.go:3", "b/b.go:11", "b/b.go:11", "b/b.go:12", "b/b.go:13", "b/b.go:13", "b/b.go:5", "d/d.go:5"];
    let closed = (references(&fixture, "a/a.go", "Field"), references(&fixture, "a/a.go", "T struct"));
    assert_eq!(closed.0, field);
    assert_eq!(closed.1.len(), 7, "{:?}", closed.1);
    for path in ["a/a.go", "b/b.go", "c/c.go", "d/d.go"] {
        let text = fixture.text(path);
        fixture.edit(path, &text);
    }
    let open = (references(&fixture, "a/a.go", "Field"), references(&fixture, "a/a.go", "T struct"));
    assert_eq!(closed, open);
}

#[test]
fn files_are_told_apart_by_what_they_import() {
    let text = "//- work/go.mod\nmodule example.com/m\n\
                //- work/a/a.go\npackage a\n\ntype T struct{ Member, hidden int }\n\nfunc New() T { return T{} }\n\
                //- work/a/more.go\npackage a\n\nvar _ = New().hidden\n\
                //- work/b/b.go\npackage b\n\nimport \"example.com/m/a\"\n\nvar B = a.New()\n\
                //- work/c/c.go\npackage c\n\nimport \"example.com/m/b\"\n\nvar _ = b.B.Member // New hidden\n\
                //- work/d/d.go\npackage d\n\nvar New, Member, hidden int\n";
    let fixture = Fixture::new(text);
    assert_eq!(references(&fixture, "a/a.go", "Member"), ["a/a.go:3", "c/c.go:5"]);
    let candidates = |needle: &str| {
        let snapshot = fixture.snapshot();
        let symbol = snapshot.symbol(fixture.find("a/a.go", needle), false).unwrap().unwrap();
        let mut files = ["a/a.go", "a/more.go", "b/b.go", "c/c.go", "d/d.go"].map(|path| fixture.file(path)).to_vec();
        snapshot.narrow(&symbol, &mut files).unwrap();
        files.len()
    };
    // A member is used without its package's name, below what imports it; a name only where that is imported; what is
    // not exported only beside it.
    assert_eq!([candidates("Member"), candidates("New"), candidates("hidden")], [4, 3, 2]);
}

#[test]
fn the_uses_are_those_of_one_build_and_a_rename_changes_all() {
    let text = "//- work/go.mod\nmodule example.com/m\n\
                //- work/common.go\npackage m\n\nfunc Common() { platform() }\n\
                //- work/m_linux.go\npackage m\n\nfunc platform() { Common() }\n\
                //- work/m_windows.go\npackage m\n\nfunc platform() { Common() }\n\
                //- work/tools/go.mod\nmodule example.com/tools\n\nrequire example.com/m v1.0.0\n\
                //- work/tools/tools.go\npackage tools\n\nimport \"example.com/m\"\n\nvar _ = m.Common\n\
                //- work/near/go.mod\nmodule example.com/near\n\nrequire example.com/m v1.0.0\nreplace example.com/m => ../\n\
                //- work/near/near.go\npackage near\n\nimport \"example.com/m\"\n\nvar _ = m.Common\n\
                //- work/testdata/t.go\npackage testdata\n\nimport \"example.com/m\"\n\nvar _ = m.Common\n";
    let mut fixture = Fixture::with(text, &[("GOOS", "linux"), ("GOARCH", "amd64")], None);
    assert_eq!(references(&fixture, "common.go", "Common"), ["common.go:3", "m_linux.go:3", "near/near.go:5"]);
    assert_eq!(references(&fixture, "m_windows.go", "platform"), ["common.go:3", "m_windows.go:3"]);
    let all = ["common.go:3", "m_linux.go:3", "m_windows.go:3", "near/near.go:5", "testdata/t.go:5"];
    assert_eq!(renamed(&fixture, "common.go", "Common"), all);
    // What is open is looked at as well.
    let open = fixture.text("m_windows.go");
    fixture.edit("m_windows.go", &open);
    assert_eq!(references(&fixture, "common.go", "Common").len(), 4);
}

#[test]
fn uses_of_related_methods_count_and_their_declarations_do_not() {
    let text = "//- work/go.mod\nmodule example.com/m\n\
                //- work/a/a.go\npackage a\n\ntype Doer interface {\n\tDo() error // as an interface\n}\n\nfunc Use(d Doer) { d.Do() }\n\
                //- work/b/b.go\npackage b\n\ntype impl struct{}\n\nfunc (impl) Do() error { return nil }\n\nfunc own() { impl{}.Do() }\n";
    for system in ["linux", "windows"] {
        let text = format!(
            "{text}//- work/b/other_windows.go\npackage b\n\ntype other int\n\nfunc (other) Do() error {{ return nil }}\n"
        );
        let fixture = Fixture::with(&text, &[("GOOS", system), ("GOARCH", "amd64")], None);
        assert_eq!(references(&fixture, "b/b.go", "Do"), ["a/a.go:7", "b/b.go:5", "b/b.go:7"]);
        assert_eq!(references(&fixture, "a/a.go", "Do()"), ["a/a.go:4", "a/a.go:7", "b/b.go:7"]);
        // A method of another system implements what is common to all of them.
        assert_eq!(references(&fixture, "b/other_windows.go", "Do"), ["a/a.go:7", "b/other_windows.go:5"]);
        assert!(renamed(&fixture, "b/b.go", "Do").starts_with(&["a/a.go:4".to_owned(), "a/a.go:7".to_owned()]));
    }
}

#[test]
fn what_other_packages_use_keeps_its_capital_letter() {
    let text = "//- work/go.mod\nmodule example.com/m\n\
                //- work/a/a.go\npackage a\n\nfunc Used() {}\n\nfunc Own() { Used() }\n\
                //- work/a/a_test.go\npackage a_test\n\nimport \"example.com/m/a\"\n\nvar _ = a.Tested\n\
                //- work/a/more.go\npackage a\n\nfunc Tested() { Own() }\n\
                //- work/b/b.go\npackage b\n\nimport \"example.com/m/a\"\n\nvar _ = a.Used\n";
    let fixture = Fixture::new(text);
    let rename = |path, needle, name| fixture.snapshot().rename(fixture.find(path, needle), name).unwrap();
    for (path, needle, user) in
        [("a/a.go", "Used", "b/b.go"), ("b/b.go", "Used", "b/b.go"), ("a/more.go", "Tested", "a/a_test.go")]
    {
        let reason = rename(path, needle, "hidden").expect_err("another package uses it");
        assert!(reason.contains("`hidden`") && reason.contains(user), "{reason}");
        assert!(rename(path, needle, "Shown").is_ok(), "{needle}");
    }
    assert!(rename("a/a.go", "Own", "hidden").is_ok(), "only its own package uses it");
}
