//! Where packages are found.

use super::fixture::Fixture;

const USES: &str = "package main\n\nimport \"github.com/Some/Module/part\"\n\nvar _ = part.Value\n";

#[test]
fn a_module_is_found_in_the_cache_by_its_version() {
    let text = format!(
        "//- work/go.mod\nmodule example.com/app\n\nrequire (\n\tgithub.com/Some/Module v1.2.3 // indirect\n)\n\
         //- cache/github.com/!some/!module@v1.2.2/part/part.go\npackage part\n\nvar Old, Value = 1, 2\n\
         //- cache/github.com/!some/!module@v1.2.3/part/part.go\npackage part\n\nvar Value = 1\n\
         //- work/main.go\n{USES}"
    );
    let fixture = Fixture::with(&text, &[("GOMODCACHE", "{root}/cache")], None);
    assert_eq!(fixture.leads("main.go", "Value"), ["cache/github.com/!some/!module@v1.2.3/part/part.go:3"]);
    assert_eq!(fixture.findings("main.go"), [""; 0]);
}

#[test]
fn vendor_counts_before_the_cache() {
    let text = format!(
        "//- work/go.mod\nmodule example.com/app\n//- work/vendor/github.com/Some/Module/part/part.go\npackage part\n\n\
         var Value = 1\n//- work/main.go\n{USES}"
    );
    let fixture = Fixture::new(&text);
    assert_eq!(fixture.leads("main.go", "Value"), ["work/vendor/github.com/Some/Module/part/part.go:3"]);
}

#[test]
fn without_modules_packages_lie_in_gopath() {
    let text = format!(
        "//- path/src/github.com/Some/Module/part/part.go\npackage part\n\nvar Value = 1\n//- work/main.go\n{USES}"
    );
    let fixture = Fixture::with(&text, &[("GOPATH", "{root}/path")], None);
    assert_eq!(fixture.leads("main.go", "Value"), ["path/src/github.com/Some/Module/part/part.go:3"]);
}

#[test]
fn modules_of_one_workspace_see_each_other() {
    let text = "//- work/go.work\ngo 1.21\n\nuse (\n\t./one\n\t./two\n)\n//- work/one/go.mod\nmodule example.com/one\n\
                //- work/one/one.go\npackage one\n\nimport \"example.com/two\"\n\nvar _ = two.Value\n\
                //- work/two/go.mod\nmodule example.com/two\n//- work/two/two.go\npackage two\n\nvar Value = 1\n";
    let fixture = Fixture::new(text);
    assert_eq!(fixture.leads("one/one.go", "Value"), ["work/two/two.go:3"]);
}

#[test]
fn without_a_standard_library_nothing_is_reported_but_a_hint() {
    let text = "//- work/main.go\npackage main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(len(\"a\"))\n\tvar e error\n\t\
                _ = e.Error()\n}\n";
    let fixture = Fixture::new(text);
    assert_eq!(fixture.findings("main.go"), [""; 0]);
}

#[test]
fn tests_see_what_only_tests_declare() {
    let text = "//- work/go.mod\nmodule example.com/app\n//- work/a.go\npackage app\n\ntype T struct{}\n\
                //- work/export_test.go\npackage app\n\nfunc (t T) Inside() {}\n\
                //- work/a_test.go\npackage app_test\n\nimport \"example.com/app\"\n\ntype own struct{}\n\nfunc (own) here() {}\n\nfunc test() {\n\tapp.T{}.Inside()\n\town{}.here()\n}\n";
    let fixture = Fixture::new(text);
    assert_eq!(fixture.leads("a_test.go", "Inside"), ["work/export_test.go:3"]);
    assert_eq!(fixture.findings("a_test.go"), [""; 0]);
}
