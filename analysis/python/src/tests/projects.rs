//! What imports lead to: environments, path files, stubs, source folders, files that are not saved yet.

use montuno_base::Settings;

use super::fixture::Fixture;

/// A virtual environment in the workspace, without an interpreter.
const ENVIRONMENT: &str = "//- .venv/pyvenv.cfg\nhome = /nowhere/bin\nversion = 3.12.1\n";

/// Its folder of packages.
const PACKAGES: &str = ".venv/lib/python3.12/site-packages";

fn leads_to(files: &str) -> Vec<String> {
    Fixture::new(&format!("{ENVIRONMENT}{}", files.replace("PACKAGES", PACKAGES))).definitions()
}

#[test]
fn packages_of_the_virtual_environment_are_imported() {
    let found = leads_to("//- PACKAGES/lib/__init__.py\ndef f(): ...\n//- main.py\nimport lib\nlib.<|>f()\n");
    assert_eq!(found, [format!("{PACKAGES}/lib/__init__.py:1 lib.f")]);
}

#[test]
fn path_files_add_folders() {
    let found = leads_to(
        "//- PACKAGES/editable.pth\n{root}/elsewhere\n//- elsewhere/lib.py\ndef f(): ...\n\
         //- main.py\nfrom lib import f\n<|>f()\n",
    );
    assert_eq!(found, ["elsewhere/lib.py:1 elsewhere.lib.f"]);
}

#[test]
fn lines_of_path_files_that_are_code_are_not_run() {
    let found = leads_to(
        "//- PACKAGES/evil.pth\nimport sys; sys.path.append('{root}/hidden')\n//- hidden/lib.py\ndef f(): ...\n\
         //- main.py\nimport lib\nlib.<|>f()\n",
    );
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn namespace_packages_are_joined() {
    let found = leads_to(
        "//- PACKAGES/space/one.py\na = 1\n//- src/space/two.py\nb = 2\n//- pyproject.toml\n[project]\nname = 'x'\n\
         //- src/main.py\nfrom space.two import b\n<|>b\n",
    );
    assert_eq!(found, ["src/space/two.py:1 space.two.b"]);
}

#[test]
fn a_declaration_is_in_the_stub_and_a_definition_in_the_source() {
    let files = "//- PACKAGES/lib/__init__.py\n\ndef f(a): return a\n\
                 //- PACKAGES/lib-stubs/__init__.pyi\ndef f(a: int) -> int: ...\n\
                 //- main.py\nimport lib\nlib.<|>f(1)\n";
    let fixture = Fixture::new(&format!("{ENVIRONMENT}{}", files.replace("PACKAGES", PACKAGES)));
    assert_eq!(fixture.definitions(), [format!("{PACKAGES}/lib/__init__.py:2 lib.f")]);
    let declared = fixture.at_cursor(|snapshot, place| snapshot.declarations(place)).unwrap();
    assert_eq!(fixture.show(&declared.targets), [format!("{PACKAGES}/lib-stubs/__init__.pyi:1 lib.f")]);
}

#[test]
fn an_environment_that_a_variable_names_comes_before_the_customary_one() {
    let text = format!(
        "{ENVIRONMENT}//- {PACKAGES}/lib.py\na = 1\n//- other/pyvenv.cfg\nhome = /nowhere/bin\nversion = 3.11.2\n\
         //- other/lib/python3.11/site-packages/lib.py\n\na = 2\n//- main.py\nfrom lib import a\n<|>a\n"
    );
    let fixture = Fixture::with(&text, &[("VIRTUAL_ENV", "{root}/other")], Settings::default(), None);
    assert_eq!(fixture.definitions(), ["other/lib/python3.11/site-packages/lib.py:2 lib.a"]);
}

#[test]
fn each_project_of_a_repository_has_its_own_environment() {
    let project = |name: &str, line: &str| {
        format!(
            "//- {name}/pyproject.toml\n[project]\nname = '{name}'\n\
             //- {name}/.venv/pyvenv.cfg\nhome = /nowhere/bin\nversion = 3.12.1\n\
             //- {name}/.venv/lib/python3.12/site-packages/lib.py\n{line}a = 1\n//- {name}/main.py\nfrom lib import a\na\n"
        )
    };
    let fixture = Fixture::new(&format!("{}{}", project("one", ""), project("two", "\n")));
    for (name, line) in [("one", 1), ("two", 2)] {
        let mut place = fixture.find(&format!("{name}/main.py"), "\na\n");
        place.offset += montuno_base::TextSize::from(1);
        let lib = format!("{name}/.venv/lib/python3.12/site-packages/lib.py:{line} lib.a");
        assert_eq!(fixture.definitions_at(place), [lib]);
    }
}

#[test]
fn a_file_that_is_not_saved_yet_can_be_imported() {
    let mut fixture = Fixture::new("//- main.py\nfrom package.new import f\n<|>f()\n");
    let import = ["main.py:1 main.f"];
    assert_eq!(fixture.definitions(), import, "no further than the import");
    fixture.edit("package/new.py", "def f(): ...\n");
    assert_eq!(fixture.definitions(), ["package/new.py:1 package.new.f"]);
    fixture.close("package/new.py");
    assert_eq!(fixture.definitions(), import, "it was never written");
}

#[test]
fn files_that_come_and_go_on_disk_are_noticed() {
    let mut fixture = Fixture::new("//- main.py\nimport lib\nlib.<|>f()\n");
    assert!(fixture.definitions().is_empty());
    fixture.write("lib/__init__.py", "def f(): ...\n");
    assert_eq!(fixture.definitions(), ["lib/__init__.py:1 lib.f"]);
    fixture.write("lib/__init__.py", "\n\ndef f(): ...\n");
    assert_eq!(fixture.definitions(), ["lib/__init__.py:3 lib.f"]);
    fixture.remove("lib");
    assert!(fixture.definitions().is_empty());
}

#[test]
fn a_package_that_is_installed_while_an_editor_runs_is_found() {
    let mut fixture = Fixture::new("//- main.py\nimport lib\nlib.<|>f()\n");
    assert!(fixture.definitions().is_empty());
    fixture.write(".venv/pyvenv.cfg", "home = /nowhere/bin\nversion = 3.12.1\n");
    fixture.write(&format!("{PACKAGES}/lib.py"), "def f(): ...\n");
    assert_eq!(fixture.definitions(), [format!("{PACKAGES}/lib.py:1 lib.f")]);
}
