//! Opening or checking a repository executes nothing that it supplies.
//!
//! In each place from which a repository could get something run stands a canary: a program that sings,
//! which is to say that it makes a file outside of the workspace. A new place is one more line below.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};
use montuno_tests::binary;
use montuno_tests::client::{Client, full_capabilities};
use montuno_tests::fixture::{self, Folder};
use serde_json::{Value, json};

/// A path in the workspace, and what is put there. Contents of the same path follow each other.
type File = (&'static str, &'static str);

/// A program in a place from which a repository could get it run.
///
/// Words in braces stand for something: `{file}` for the path of the first file, `{root}` for the
/// workspace, `{packages}` for where the environment has its packages, `{host}` for the triple of this
/// machine, `{song}` for the file that is made when the canary sings. What follows is made where it is
/// named, in a `{folder}` of the canary's own: `{script}` is a program that sings, `{library}` a dynamic
/// library that sings as it is loaded, `{target}` the specification of a target that names such a library
/// to the compiler.
struct Canary {
    name: &'static str,
    files: &'static [File],
    /// What a careless tool would run in the workspace.
    careless: &'static str,
}

const fn canary(name: &'static str, files: &'static [File], careless: &'static str) -> Canary {
    Canary { name, files, careless }
}

/// A workspace with canaries that do not get in each other's way, beside those of [`EVERYWHERE`].
struct Workspace {
    name: &'static str,
    canaries: &'static [&'static [Canary]],
    /// What the user has set.
    environment: &'static [(&'static str, &'static str)],
    /// Whether cargo says what it depends on: silence says nothing where cargo does not get that far.
    is_whole: bool,
}

// -- songs -----------------------------------------------------------------------------

const SHELL: &str = "#!/bin/sh\n: > '{song}'\n";
const PYTHON: &str = "open('{song}', 'w').close()\n";
const BUILD_SCRIPT: &str = "fn main() { std::fs::write(\"{song}\", \"\").unwrap(); }\n";
const MACROS: &str = "
use proc_macro::TokenStream;
fn sing() { std::fs::write(\"{song}\", \"\").unwrap(); }
#[proc_macro] pub fn called(input: TokenStream) -> TokenStream { sing(); input }
#[proc_macro_derive(Derived)] pub fn derived(_: TokenStream) -> TokenStream { sing(); TokenStream::new() }
#[proc_macro_attribute] pub fn attached(_: TokenStream, item: TokenStream) -> TokenStream { sing(); item }
";
const LIBRARY: &str = r#"
#[used]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(not(target_os = "macos"), unsafe(link_section = ".init_array"))]
static SING: extern "C" fn() = sing;
extern "C" fn sing() { std::fs::write(env!("SONG"), "").unwrap(); }
"#;

// -- what a careless tool does ---------------------------------------------------------

const RUN: &str = "./{file}";
const RUN_SCRIPT: &str = "{script}";
/// Python canaries are only heard where there is a Python.
const RUN_PYTHON: &str = "python3 {file}";
const CHECK: &str = "cargo check --offline";
const BUILD: &str = "cargo build --offline";
const LOAD: &str = "RUSTC_BOOTSTRAP=1 rustc -Zcodegen-backend={library} --print cfg";
const LOAD_FILE: &str = "RUSTC_BOOTSTRAP=1 rustc -Zcodegen-backend=./{file} --print cfg";
const COMPILE_FOR: &str = "RUSTC_BOOTSTRAP=1 rustc -Zunstable-options --target {target} --print cfg";

// -- places ----------------------------------------------------------------------------

const CONFIG: &str = ".cargo/config.toml";
const PACKAGES: &str = ".venv/lib/python3.12/site-packages";

/// Where packages of registries are.
const SOURCES: &str = "source.crates-io.replace-with = 'vendored'\nsource.vendored.directory = 'vendor'\n\
    patch.crates-io.extra.path = 'patched'\n";

/// A program in Rust and one in Python, as a repository has them.
const PROJECT: &[File] = &[
    (
        "Cargo.toml",
        "[package]\nname = 'nest'\nversion = '0.1.0'\nedition = '2021'\n\
         [dependencies]\nmacros = { path = 'macros' }\nhelper = '1'\nextra = '1'\n[workspace]\n",
    ),
    (
        "src/lib.rs",
        "//! Whatever a macro or a build script makes is needed here.\n\
         pub const OUT: Option<&str> = option_env!(\"OUT_DIR\");\n\
         #[derive(macros::Derived, Default)]\npub struct Nest { pub eggs: u8 }\n\
         impl Nest {\n    #[macros::attached]\n    pub fn count(&self) -> u8 {\n        \
         let more = macros::called!(1);\n        self.eggs + more + helper::help() + extra::more()\n    }\n}\n",
    ),
    ("src/main.rs", "fn main() {\n    println!(\"{}\", nest::Nest::default().count());\n}\n"),
    (
        "macros/Cargo.toml",
        "[package]\nname = 'macros'\nversion = '0.1.0'\nedition = '2021'\n[lib]\nproc-macro = true\n",
    ),
    ("vendor/helper/Cargo.toml", "[package]\nname = 'helper'\nversion = '1.0.0'\nedition = '2021'\n"),
    ("vendor/helper/.cargo-checksum.json", "{\"files\":{},\"package\":null}"),
    ("vendor/helper/src/lib.rs", "pub fn help() -> u8 {\n    1\n}\n"),
    ("patched/Cargo.toml", "[package]\nname = 'extra'\nversion = '1.0.0'\nedition = '2021'\n"),
    ("patched/src/lib.rs", "pub fn more() -> u8 {\n    2\n}\n"),
    (CONFIG, SOURCES),
    ("app.py", "import package\nimport installed\n\n\nclass App(package.Base):\n    egg = installed.lay()\n"),
    ("package/__init__.py", "class Base:\n    def run(self):\n        return 1\n"),
    (".venv/lib/python3.12/site-packages/installed/__init__.py", "def lay():\n    return 2\n"),
    (".git/HEAD", "ref: refs/heads/main\n"),
    (".git/objects/info/packs", ""),
    (".git/refs/none", ""),
];

/// What stands in every workspace.
const EVERYWHERE: &[Canary] = &[
    canary("build script", &[("build.rs", BUILD_SCRIPT)], CHECK),
    canary("build script of a vendored package", &[("vendor/helper/build.rs", BUILD_SCRIPT)], CHECK),
    canary("build script of a patched package", &[("patched/build.rs", BUILD_SCRIPT)], CHECK),
    canary("procedural macro", &[("macros/src/lib.rs", MACROS)], CHECK),
    canary("module that is imported", &[("package/__init__.py", PYTHON)], "python3 app.py"),
    canary(
        "home of pyvenv.cfg",
        &[
            ("home/python3", SHELL),
            ("home/python3.12", SHELL),
            (".venv/pyvenv.cfg", "home = {root}/home\nexecutable = {root}/home/python3\nversion = 3.12.1\n"),
        ],
        RUN,
    ),
];

/// The settings of cargo that name a program, or lead to one, and what else a repository of Rust has.
const RUST: &[Canary] = &[
    canary("build.rustc", &[(CONFIG, "build.rustc = '{script}'\n")], CHECK),
    canary("build.rustc-wrapper", &[(CONFIG, "build.rustc-wrapper = '{script}'\n")], CHECK),
    canary("build.rustc-workspace-wrapper", &[(CONFIG, "build.rustc-workspace-wrapper = '{script}'\n")], CHECK),
    canary("build.rustdoc", &[(CONFIG, "build.rustdoc = '{script}'\n")], "cargo doc --offline"),
    canary("build.rustflags", &[(CONFIG, "build.rustflags = ['-Clinker={script}']\n")], BUILD),
    canary("build.target", &[(CONFIG, "build.target = '{target}'\n")], COMPILE_FOR),
    canary("target.….linker", &[(CONFIG, "target.{host}.linker = '{script}'\n")], BUILD),
    canary(
        "target.….rustflags",
        &[(CONFIG, "target.{host}.rustflags = ['-Zcodegen-backend={library}']\n")],
        "RUSTC_BOOTSTRAP=1 cargo check --offline",
    ),
    canary("target.….runner", &[(CONFIG, "target.'cfg(all())'.runner = '{script}'\n")], "cargo run --offline"),
    canary(
        "alias",
        &[(
            CONFIG,
            "alias.metadata = ['metadata', '--config', \"build.rustc-wrapper='{script}'\"]\n\
             alias.careless = ['check', '--config', \"build.rustc-wrapper='{script}'\"]\n",
        )],
        "cargo careless --offline",
    ),
    canary(
        "credential-provider",
        &[(
            CONFIG,
            "registry.credential-provider = ['{script}']\nregistry.global-credential-providers = ['{script}']\n",
        )],
        "cargo logout --registry crates-io",
    ),
    canary("doc.browser", &[(CONFIG, "doc.browser = '{script}'\n")], "cargo doc --offline --open"),
    canary("env.RUSTC", &[(CONFIG, "env.RUSTC = { value = '{script}', force = true }\n")], RUN_SCRIPT),
    canary("env.RUSTC_WRAPPER", &[(CONFIG, "env.RUSTC_WRAPPER = { value = '{script}', force = true }\n")], RUN_SCRIPT),
    canary(
        "env.PATH",
        &[
            ("tools/cc", SHELL),
            ("tools/rustc", SHELL),
            (CONFIG, "env.PATH = { value = '{root}/tools', force = true }\n"),
        ],
        BUILD,
    ),
    canary("env.LD_PRELOAD", &[(CONFIG, "env.LD_PRELOAD = { value = '{library}', force = true }\n")], LOAD),
    canary(
        "env.RUSTFLAGS",
        &[(CONFIG, "env.RUSTFLAGS = { value = '-Zcodegen-backend={library}', force = true }\n")],
        LOAD,
    ),
    canary(
        "include",
        &[(CONFIG, "include = ['more.toml']\n"), (".cargo/more.toml", "build.rustc-wrapper = '{script}'\n")],
        CHECK,
    ),
    canary("compiled procedural macro", &[("target/debug/deps/libmacros-0.so", "{library}")], LOAD_FILE),
    canary("rust-analyzer.toml", &[("rust-analyzer.toml", RUST_ANALYZER)], RUN_SCRIPT),
    canary("rustfmt.toml", &[("rustfmt.toml", "required_version = '{script}'\n")], RUN_SCRIPT),
    canary("cargo at the root", &[("cargo", SHELL)], RUN),
    canary("rustc at the root", &[("rustc", SHELL)], RUN),
    canary("rustup at the root", &[("rustup", SHELL)], RUN),
    canary("rustfmt at the root", &[("rustfmt", SHELL)], RUN),
    canary("cargo-metadata at the root", &[("cargo-metadata", SHELL)], RUN),
    canary("cc at the root", &[("cc", SHELL)], RUN),
    canary("bin/rustc", &[("bin/rustc", SHELL)], RUN),
    canary("bin/cargo", &[("bin/cargo", SHELL)], RUN),
];

const RUST_ANALYZER: &str = "procMacro.server = '{script}'\ncheck.overrideCommand = ['{script}']\n\
    cargo.buildScripts.overrideCommand = ['{script}']\nrustfmt.overrideCommand = ['{script}']\n";

const PYTHON_PLACES: &[Canary] = &[
    canary(".venv/bin/python", &[(".venv/bin/python", SHELL)], RUN),
    canary(".venv/bin/python3", &[(".venv/bin/python3", SHELL)], RUN),
    canary(".venv/bin/pip", &[(".venv/bin/pip", SHELL)], RUN),
    canary(".venv/bin/activate", &[(".venv/bin/activate", SHELL)], RUN),
    canary("installed module", &[("{packages}/installed/__init__.py", PYTHON)], RUN_PYTHON),
    canary(
        "line of a .pth file",
        &[("{packages}/evil.pth", "import os; open('{song}', 'w').close()\n")],
        "python3 -c \"import site; site.addsitedir('{packages}')\"",
    ),
    canary("sitecustomize.py", &[("sitecustomize.py", PYTHON)], "PYTHONPATH=. python3 -c pass"),
    canary("sitecustomize.py of the environment", &[("{packages}/sitecustomize.py", PYTHON)], RUN_PYTHON),
    canary("usercustomize.py", &[("usercustomize.py", PYTHON)], RUN_PYTHON),
    canary("setup.py", &[("setup.py", PYTHON)], RUN_PYTHON),
    canary("conftest.py", &[("conftest.py", PYTHON)], RUN_PYTHON),
    canary(
        "build backend",
        &[
            ("backend/backend.py", PYTHON),
            (
                "pyproject.toml",
                "[build-system]\nbuild-backend = 'backend'\nbackend-path = ['backend']\nrequires = []\n",
            ),
        ],
        RUN_PYTHON,
    ),
    canary(
        "plugin of a checker",
        &[
            ("plugin.py", PYTHON),
            ("mypy.ini", "[mypy]\nplugins = plugin.py\npython_executable = {script}\n"),
            (".pylintrc", "[MAIN]\nload-plugins=plugin\ninit-hook=import plugin\n"),
        ],
        RUN_PYTHON,
    ),
    canary("ty.toml", &[("ty.toml", "environment.python = '{script}'\n")], RUN_SCRIPT),
    canary("pyrightconfig.json", &[("pyrightconfig.json", "{ \"pythonPath\": \"{script}\" }")], RUN_SCRIPT),
    canary("python at the root", &[("python", SHELL)], RUN),
    canary("python3 at the root", &[("python3", SHELL)], RUN),
    canary("uv at the root", &[("uv", SHELL)], RUN),
    canary("conda at the root", &[("conda", SHELL)], RUN),
    canary("black at the root", &[("black", SHELL)], RUN),
    canary("ruff at the root", &[("ruff", SHELL)], RUN),
];

/// What other tools run: version control, editors, formatters.
const OTHERS: &[Canary] = &[
    canary("core.fsmonitor", &[(".git/config", "[core]\nfsmonitor = {script}\n")], "git status"),
    canary(
        "core.hooksPath",
        &[("hooks/post-index-change", SHELL), (".git/config", "[core]\nhooksPath = {root}/hooks\n")],
        "git add app.py",
    ),
    canary("git hook", &[(".git/hooks/post-index-change", SHELL)], "git add app.py"),
    canary(
        "filter of git",
        &[(".git/config", "[filter \"f\"]\nclean = {script}\nsmudge = {script}\n"), (".gitattributes", "* filter=f\n")],
        "git add app.py",
    ),
    canary("git at the root", &[("git", SHELL)], RUN),
    canary("prettier", &[("node_modules/.bin/prettier", SHELL)], RUN),
    canary("pyright", &[("node_modules/.bin/pyright", SHELL)], RUN),
    canary("node at the root", &[("node", SHELL)], RUN),
    canary("sh at the root", &[("sh", SHELL)], RUN),
    canary("settings of an editor", &[(".vscode/settings.json", EDITOR)], RUN_SCRIPT),
    canary("tasks of an editor", &[(".vscode/tasks.json", TASKS)], RUN_SCRIPT),
    canary(
        "montuno.toml",
        &[(
            "montuno.toml",
            "python.environment = '{script}'\npython.extra-paths = ['package', '{script}']\n\
             rust.library-source = '{script}'\nrust.cfgs = ['-Zcodegen-backend={library}']\n",
        )],
        RUN_SCRIPT,
    ),
];

const EDITOR: &str = r#"{
    "python.defaultInterpreterPath": "{script}",
    "rust-analyzer.server.path": "{script}",
    "rust-analyzer.procMacro.server": "{script}",
    "rust-analyzer.check.overrideCommand": ["{script}"],
    "montuno.path": "{script}",
    "montuno": { "python": { "environment": "{script}" }, "rust": { "library-source": "{script}" } }
}"#;
const TASKS: &str = r#"{ "tasks": [{ "command": "{script}", "runOptions": { "runOn": "folderOpen" } }] }"#;

/// The workspace that is asked about thoroughly.
const MOST: Workspace =
    Workspace { name: "most of it", canaries: &[RUST, PYTHON_PLACES, OTHERS], environment: &[], is_whole: true };

/// Workspaces that differ in how they are loaded.
const OTHER_WORKSPACES: &[Workspace] = &[
    Workspace { name: "a toolchain on the search path", canaries: &[RUST], environment: NO_RUSTUP, is_whole: true },
    Workspace { name: "the folder of cargo", canaries: &[RUST], environment: CARGO_HOME, is_whole: false },
    Workspace { name: "a toolchain in the repository", canaries: &[TOOLCHAIN], environment: &[], is_whole: true },
    Workspace { name: "a toolchain by a path", canaries: &[TOOLCHAIN_NAME], environment: &[], is_whole: true },
    Workspace { name: "a target", canaries: &[TARGET], environment: &[], is_whole: true },
    Workspace { name: "a target from the editor", canaries: &[EDITOR_TARGET], environment: &[], is_whole: true },
    Workspace { name: "a feature", canaries: &[FEATURES], environment: &[], is_whole: false },
    Workspace { name: "a dependency", canaries: &[DEPENDENCY], environment: GIT, is_whole: false },
    Workspace { name: "targets of packages", canaries: &[PACKAGE_TARGETS], environment: &[], is_whole: false },
    Workspace { name: "a target by a path", canaries: &[PACKAGE_TARGET_PATH], environment: &[], is_whole: false },
];

/// The toolchain is then the one on the search path.
const NO_RUSTUP: &[(&str, &str)] = &[("RUSTUP_HOME", "/nowhere")];
/// As it is done where only the workspace is kept from one run to the next.
const CARGO_HOME: &[(&str, &str)] = &[("CARGO_HOME", "{root}/.cargo")];
/// Cargo then runs the program for what comes from repositories.
const GIT: &[(&str, &str)] = &[("CARGO_NET_GIT_FETCH_WITH_CLI", "true")];

const TOOLCHAIN: &[Canary] = &[
    canary(
        "rust-toolchain.toml",
        &[
            ("toolchain/bin/rustc", SHELL),
            ("toolchain/bin/cargo", SHELL),
            ("toolchain/lib/rustlib/components", ""),
            ("rust-toolchain.toml", "[toolchain]\npath = './toolchain'\n"),
        ],
        RUN,
    ),
    canary(
        ".cargo/config",
        &[(".cargo/config", SOURCES), (".cargo/config", "build.rustc-wrapper = '{script}'\n")],
        CHECK,
    ),
];
/// It leads from rustup's folder to the workspace.
const TOOLCHAIN_NAME: &[Canary] = &[canary(
    "rust-toolchain",
    &[("toolchain/bin/rustc", SHELL), ("toolchain/bin/cargo", SHELL), ("rust-toolchain", "../../work/toolchain\n")],
    RUN,
)];
const TARGET: &[Canary] = &[canary("rust.target", &[("montuno.toml", "rust.target = '{target}'\n")], COMPILE_FOR)];
const EDITOR_TARGET: &[Canary] = &[canary(
    "rust.target of an editor",
    &[(".vscode/settings.json", "{ \"montuno\": { \"rust\": { \"target\": \"{target}\" } } }")],
    COMPILE_FOR,
)];
/// A feature that cargo could take for an option.
const FEATURES: &[Canary] = &[canary(
    "rust.features",
    &[("montuno.toml", "rust.features = [\"--config=build.rustc-wrapper='{script}'\"]\n")],
    RUN_SCRIPT,
)];
const DEPENDENCY: &[Canary] = &[canary(
    "git that cargo runs",
    &[("git", SHELL), ("Cargo.toml", "[dependencies.far]\ngit = 'file://{root}/far'\n")],
    "CARGO_NET_GIT_FETCH_WITH_CLI=true PATH={root}:$PATH cargo fetch",
)];
const PACKAGE_TARGETS: &[Canary] = &[
    canary(
        "forced-target",
        &[
            ("Cargo.toml", "members = ['members/*']\n"),
            ("members/forced/Cargo.toml", "cargo-features = ['per-package-target']\npackage.name = 'forced'\n"),
            ("members/forced/Cargo.toml", "package.forced-target = '{target}'\n"),
            ("members/forced/src/lib.rs", ""),
        ],
        COMPILE_FOR,
    ),
    canary(
        "default-target",
        &[
            ("members/default/Cargo.toml", "cargo-features = ['per-package-target']\npackage.name = 'default'\n"),
            ("members/default/Cargo.toml", "package.default-target = '{target}'\n"),
            ("members/default/src/lib.rs", ""),
        ],
        COMPILE_FOR,
    ),
];
/// It leads from where the compiler has the descriptions of its own targets to the workspace.
const PACKAGE_TARGET_PATH: &[Canary] = &[canary(
    "forced-target by a path",
    &[
        ("Cargo.toml", "members = ['members/*']\n"),
        ("members/forced/Cargo.toml", "cargo-features = ['per-package-target']\npackage.name = 'forced'\n"),
        ("members/forced/Cargo.toml", "package.forced-target = '../../../../../../../../../..{folder}'\n"),
        ("members/forced/src/lib.rs", "// {target}"),
    ],
    COMPILE_FOR,
)];

// -- what the words stand for ----------------------------------------------------------

/// A workspace with these canaries, beside those of [`EVERYWHERE`].
fn make(canaries: &[&[Canary]]) -> Folder {
    let folder = Folder::new(&[]);
    std::fs::create_dir(songs(&folder)).unwrap();
    install(&folder);
    for (path, content) in PROJECT {
        add(&folder, path, content.as_bytes());
    }
    for canary in EVERYWHERE.iter().chain(canaries.iter().copied().flatten()) {
        for (path, content) in canary.files {
            let filled = fill(&folder, canary, content);
            let content = if *content == "{library}" { std::fs::read(filled).unwrap() } else { filled.into_bytes() };
            add(&folder, &fill(&folder, canary, path), &content);
        }
    }
    folder
}

/// Installs the toolchain of these tests, and no other, as rustup does. Its programs note down where they are
/// run and what they are told.
fn install(folder: &Folder) {
    let installed = folder.home().join("rustup/toolchains/installed");
    std::fs::create_dir_all(installed.join("bin")).unwrap();
    std::fs::write(folder.home().join("rustup/settings.toml"), "default_toolchain = 'installed'\n").unwrap();
    let sysroot = &toolchain().sysroot;
    for part in ["lib", "share"] {
        std::os::unix::fs::symlink(sysroot.join(part), installed.join(part)).unwrap();
    }
    for program in ["cargo", "rustc"] {
        let (path, notes) = (installed.join("bin").join(program), notes(folder));
        let run =
            format!("#!/bin/sh\necho \"$PWD: {program} $*\" >> '{notes}'\nexec '{sysroot}/bin/{program}' \"$@\"\n");
        std::fs::write(&path, run).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// Adds to the end of a file. What begins as a script can be run.
fn add(folder: &Folder, path: &str, content: &[u8]) {
    let mut whole = std::fs::read(folder.path(path)).unwrap_or_default();
    whole.extend(content);
    let mode = if whole.starts_with(b"#!") { 0o755 } else { 0o644 };
    folder.write(path, whole);
    std::fs::set_permissions(folder.path(path), std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A text of a canary without words in braces. What they stand for is there afterwards.
fn fill(folder: &Folder, canary: &Canary, text: &str) -> String {
    let own = format!("canaries/{}", plain(canary.name));
    let [script, library, target] = ["script", "library.so", "target.json"].map(|file| format!("{own}/{file}"));
    let song = songs(folder).join(plain(canary.name));
    let text = text.replace("{file}", canary.files[0].0);
    if text.contains("{script}") && !folder.path(&script).exists() {
        add(folder, &script, SHELL.replace("{song}", song.as_str()).as_bytes());
    }
    if (text.contains("{library}") || text.contains("{target}")) && !folder.path(&library).exists() {
        compile(folder, &library, &song);
    }
    if text.contains("{target}") {
        let mut specification = toolchain().specification.clone();
        specification["default-codegen-backend"] = json!(folder.path(&library));
        folder.write(&target, specification.to_string());
    }
    let words = [
        ("{script}", folder.path(&script)),
        ("{library}", folder.path(&library)),
        ("{target}", folder.path(&target)),
        ("{folder}", folder.path(&own)),
        ("{song}", song),
        ("{packages}", PACKAGES.into()),
        ("{root}", folder.root()),
        ("{host}", toolchain().host.as_str().into()),
    ];
    words.iter().fold(text, |text, (word, meaning)| text.replace(word, meaning.as_str()))
}

/// A name as a file's.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

/// Where the files are made that tell of songs.
fn songs(folder: &Folder) -> Utf8PathBuf {
    folder.home().join("songs")
}

/// Where the toolchain notes down what it is told.
fn notes(folder: &Folder) -> Utf8PathBuf {
    folder.home().join("notes")
}

/// What the toolchain was told so far.
fn told(folder: &Folder) -> Vec<String> {
    let notes = std::fs::read_to_string(notes(folder)).unwrap_or_default();
    let _ = std::fs::remove_file(self::notes(folder));
    notes.lines().map(str::to_owned).collect()
}

/// The names of the files that tell of songs. They are removed.
fn heard(folder: &Folder) -> BTreeSet<String> {
    let entries = songs(folder).read_dir_utf8().unwrap();
    let names = entries.map(|entry| {
        let entry = entry.unwrap();
        std::fs::remove_file(entry.path()).unwrap();
        entry.file_name().to_owned()
    });
    names.collect()
}

/// A dynamic library that sings.
fn compile(folder: &Folder, library: &str, song: &Utf8Path) {
    folder.write(library, "");
    let source = folder.home().join("library.rs");
    std::fs::write(&source, LIBRARY).unwrap();
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition", "2024", "--crate-type", "cdylib", "-o"]).arg(folder.path(library));
    let output = rustc.arg(&source).env("SONG", song).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

/// What the compiler of these tests says of itself.
struct Toolchain {
    sysroot: Utf8PathBuf,
    host: String,
    /// Its description of this machine.
    specification: Value,
}

fn toolchain() -> &'static Toolchain {
    static TOOLCHAIN: OnceLock<Toolchain> = OnceLock::new();
    TOOLCHAIN.get_or_init(|| {
        let ask = |arguments: &[&str]| {
            let output = Command::new("rustc").args(arguments).env("RUSTC_BOOTSTRAP", "1").output().unwrap();
            assert!(output.status.success(), "{}", said(&output));
            String::from_utf8(output.stdout).unwrap()
        };
        let version = ask(&["-vV"]);
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        let specification = ask(&["-Zunstable-options", "--print", "target-spec-json", "--target", host]);
        let mut specification: Value = serde_json::from_str(&specification).unwrap();
        specification.as_object_mut().unwrap().remove("is-builtin");
        Toolchain { sysroot: ask(&["--print", "sysroot"]).trim().into(), host: host.to_owned(), specification }
    })
}

/// Both outputs of a program.
fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).join("\n")
}

/// Takes away what the surroundings of these tests tell cargo and git.
fn cleaned(mut command: Command, folder: &Folder) -> Command {
    for (name, _) in std::env::vars() {
        if ["CARGO_", "RUSTC", "RUSTDOC", "RUSTFLAGS", "GIT_"].iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command.env("CARGO_HOME", folder.home().join("cargo"));
    command
}

/// A command that runs the binary in the workspace, as a user might who takes little care: the workspace
/// is searched for programs before anything else.
fn montuno(folder: &Folder, environment: &[(&str, &str)]) -> Command {
    let mut command = cleaned(binary::command(&folder.root(), folder.home()), folder);
    command.env("RUSTUP_HOME", folder.home().join("rustup")).env_remove("RUSTUP_TOOLCHAIN");
    let own = [".".into(), "".into(), folder.path("bin"), folder.path(".venv/bin"), folder.root()];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let others = std::env::split_paths(&path).filter_map(|folder| Utf8PathBuf::from_path_buf(folder).ok());
    let all = own.into_iter().chain([folder.home().join("rustup/toolchains/installed/bin")]).chain(others);
    command.env("PATH", std::env::join_paths(all).unwrap());
    command.envs(environment.iter().map(|(name, value)| (name, value.replace("{root}", folder.root().as_str()))));
    command
}

// -- questions -------------------------------------------------------------------------

/// The features that are asked for, by the names that the server has for them.
const ASKED: [&str; 28] = [
    "definitionProvider",
    "declarationProvider",
    "typeDefinitionProvider",
    "implementationProvider",
    "referencesProvider",
    "documentHighlightProvider",
    "hoverProvider",
    "completionProvider",
    "signatureHelpProvider",
    "documentSymbolProvider",
    "workspaceSymbolProvider",
    "renameProvider",
    "codeActionProvider",
    "codeLensProvider",
    "inlayHintProvider",
    "semanticTokensProvider",
    "foldingRangeProvider",
    "selectionRangeProvider",
    "callHierarchyProvider",
    "typeHierarchyProvider",
    "documentOnTypeFormattingProvider",
    "documentFormattingProvider",
    "documentRangeFormattingProvider",
    "documentLinkProvider",
    "inlineValueProvider",
    "monikerProvider",
    "diagnosticProvider",
    "inlineCompletionProvider",
];

/// A server that was not initialized.
fn start(folder: &Folder, environment: &[(&str, &str)]) -> Client {
    let mut command = montuno(folder, environment);
    command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped());
    Client::of(command.spawn().unwrap())
}

/// A session that opens each file and has everything read again. If `is_thorough`, it asks for every feature.
fn session(folder: &Folder, workspace: &Workspace, is_thorough: bool) {
    let mut client = start(folder, workspace.environment);
    // An editor passes on what its settings in the workspace say of us.
    let settings = std::fs::read_to_string(folder.path(".vscode/settings.json")).unwrap_or_else(|_| "{}".to_owned());
    let settings: Value = serde_json::from_str(&settings).unwrap();
    client.initialize(&[&folder.root()], full_capabilities(), json!({ "settings": settings["montuno"] }));
    for (name, _) in client.capabilities.as_object().unwrap() {
        assert!(!name.ends_with("Provider") || ASKED.contains(&name.as_str()), "{name} is not asked for");
    }
    let files = sources(&folder.root());
    let mut seen = BTreeSet::new();
    for file in &files {
        let text = client.open_file(file);
        client.request("textDocument/documentSymbol", with(file, json!({})));
        if is_thorough {
            ask_about_file(&mut client, file, &text);
            for offset in words(&text).into_iter().filter(|&offset| seen.insert(word(&text, offset).to_owned())) {
                ask_about_word(&mut client, file, offset);
            }
        }
    }
    if is_thorough {
        client.answer_to("workspace/symbol", json!({ "query": "e" }));
        for file in &files {
            let moved =
                json!([{ "oldUri": fixture::uri(file), "newUri": fixture::uri(&file.with_file_name("moved")) }]);
            client.answer_to("workspace/willRenameFiles", json!({ "files": moved }));
        }
    }
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
    let changes = ["Cargo.toml", "montuno.toml", "pyproject.toml", CONFIG, "rust-toolchain.toml", "rust-toolchain"];
    let changes = changes.map(|file| json!({ "uri": fixture::uri(&folder.path(file)), "type": 2 }));
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    for file in &files {
        client.notify("textDocument/didSave", with(file, json!({})));
        client.request("textDocument/documentSymbol", with(file, json!({})));
    }
    assert!(client.shut_down().success());
}

/// All files of Rust and Python.
fn sources(root: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![root.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in folder.read_dir_utf8().unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                pending.push(entry.into_path());
            } else if matches!(entry.path().extension(), Some("rs" | "py")) {
                found.push(entry.into_path());
            }
        }
    }
    found.sort();
    found
}

/// Parameters about a document, with more of them.
fn with(file: &Utf8Path, more: Value) -> Value {
    let mut params = json!({ "textDocument": { "uri": fixture::uri(file) } });
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    params
}

/// Asks for what is asked about whole documents.
fn ask_about_file(client: &mut Client, file: &Utf8Path, text: &str) {
    let range = json!({ "start": fixture::position(text, 0), "end": fixture::position(text, text.len()) });
    for (feature, params) in [
        ("documentSymbol", json!({})),
        ("foldingRange", json!({})),
        ("documentLink", json!({})),
        ("diagnostic", json!({})),
        ("semanticTokens/full", json!({})),
        ("semanticTokens/full/delta", json!({ "previousResultId": "0" })),
        ("semanticTokens/range", json!({ "range": range })),
        ("inlayHint", json!({ "range": range })),
        ("formatting", json!({ "options": { "tabSize": 4, "insertSpaces": true } })),
        ("rangeFormatting", json!({ "range": range, "options": { "tabSize": 4, "insertSpaces": true } })),
        ("inlineValue", json!({ "range": range, "context": { "frameId": 1, "stoppedLocation": range } })),
    ] {
        client.answer_to(&format!("textDocument/{feature}"), with(file, params));
    }
    ask_further(client, "codeLens", with(file, json!({})), &["codeLens/resolve"]);
    let actions = json!({ "range": range, "context": { "diagnostics": [] } });
    ask_further(client, "codeAction", with(file, actions), &["codeAction/resolve"]);
}

/// Asks for what is asked about places.
fn ask_about_word(client: &mut Client, file: &Utf8Path, offset: usize) {
    let at = client.at(file, offset);
    let position = at["position"].clone();
    for (feature, more) in [
        ("definition", json!({})),
        ("declaration", json!({})),
        ("typeDefinition", json!({})),
        ("implementation", json!({})),
        ("references", json!({ "context": { "includeDeclaration": true } })),
        ("documentHighlight", json!({})),
        ("hover", json!({})),
        ("signatureHelp", json!({})),
        ("moniker", json!({})),
        ("prepareRename", json!({})),
        ("inlineCompletion", json!({ "context": { "triggerKind": 1 } })),
        ("rename", json!({ "newName": "renamed" })),
        ("selectionRange", json!({ "positions": [position] })),
        ("onTypeFormatting", json!({ "ch": "\n", "options": { "tabSize": 4, "insertSpaces": true } })),
    ] {
        let mut params = with(file, more);
        params["position"] = position.clone();
        client.answer_to(&format!("textDocument/{feature}"), params);
    }
    ask_further(client, "completion", at.clone(), &["completionItem/resolve"]);
    let actions = json!({ "range": { "start": position, "end": position }, "context": { "diagnostics": [] } });
    ask_further(client, "codeAction", with(file, actions), &["codeAction/resolve"]);
    let calls = ["callHierarchy/incomingCalls", "callHierarchy/outgoingCalls"];
    ask_further(client, "prepareCallHierarchy", at.clone(), &calls);
    let types = ["typeHierarchy/supertypes", "typeHierarchy/subtypes"];
    ask_further(client, "prepareTypeHierarchy", at, &types);
}

/// Asks, and asks on about the first things of the answer.
fn ask_further(client: &mut Client, feature: &str, params: Value, further: &[&str]) {
    let answer = client.answer_to(&format!("textDocument/{feature}"), params);
    let found = answer["result"].as_array().or_else(|| answer["result"]["items"].as_array());
    for item in found.into_iter().flatten().take(5) {
        for method in further {
            let is_hierarchy = method.contains("Hierarchy");
            client.answer_to(method, if is_hierarchy { json!({ "item": item }) } else { item.clone() });
        }
    }
}

/// Where words begin.
fn words(text: &str) -> Vec<usize> {
    let starts = text.char_indices().filter(|&(at, c)| is_part(c) && !text[..at].ends_with(is_part));
    starts.map(|(at, _)| at).collect()
}

fn word(text: &str, start: usize) -> &str {
    text[start..].split(|c| !is_part(c)).next().unwrap_or_default()
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

// -- tests -----------------------------------------------------------------------------

/// Adds to `wrong` what was run since the last time and should not have been, each with what was done. False
/// if not even the user's toolchain was asked.
fn listen(folder: &Folder, done: &str, wrong: &mut BTreeSet<String>) -> bool {
    wrong.extend(heard(folder).into_iter().map(|song| format!("{done}: the canary {song} sang")));
    // What cannot be heard with this toolchain may be with another: the compiler has no business with a
    // repository, and neither of its programs in one.
    let told = told(folder);
    let is_harmless = |line: &str| {
        line.starts_with("/: cargo ") || (line.starts_with("/: rustc ") && !line.contains(folder.root().as_str()))
    };
    wrong.extend(told.iter().filter(|line| !is_harmless(line)).map(|line| format!("{done}: {line}")));
    !told.is_empty()
}

/// Listens for the last time.
fn listen_at_last(folder: &Folder, done: &str, mut wrong: BTreeSet<String>) {
    if !listen(folder, done, &mut wrong) {
        wrong.insert(format!("{done}: silence says nothing, for no toolchain was asked"));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_canary_sings() {
    let mut wrong = BTreeSet::new();
    let folder = make(MOST.canaries);
    let text = std::fs::read_to_string(folder.path("src/lib.rs")).unwrap();
    let position = fixture::position(&text, text.find("help()").unwrap());
    let from_one = |number: &Value| number.as_u64().unwrap() + 1;
    let place = format!("src/lib.rs:{}:{}", from_one(&position["line"]), from_one(&position["character"]));
    for arguments in [
        ["check", "--format", "text"],
        ["check", "--format", "json"],
        ["config", "show", "--origin"],
        ["query", "definition", &place],
        ["query", "complete", &place],
        ["query", "symbols", "src/lib.rs"],
        ["query", "symbols", "help"],
    ] {
        let output = montuno(&folder, MOST.environment).args(arguments).output().unwrap();
        let said = said(&output);
        assert!(output.status.code().is_some_and(|code| code < 2), "{arguments:?}: {said}");
        if arguments[1] == "definition" {
            assert!(said.contains("vendor/helper/src/lib.rs"), "what cargo says is not known: {said}");
        }
        listen(&folder, &arguments.join(" "), &mut wrong);
        forget(&folder);
    }
    session(&folder, &MOST, true);
    listen_at_last(&folder, "a session", wrong);
}

#[test]
fn no_canary_sings_when_a_workspace_is_loaded() {
    let mut wrong = BTreeSet::new();
    for workspace in [&MOST].into_iter().chain(OTHER_WORKSPACES) {
        let folder = make(workspace.canaries);
        let output = montuno(&folder, workspace.environment).arg("doctor").output().unwrap();
        let said = said(&output);
        let place = |what: &str| format!("{what} in the workspace `{}`", workspace.name);
        listen(&folder, &place("doctor"), &mut wrong);
        if said.contains("are not known") == workspace.is_whole {
            wrong.insert(format!("{}: cargo said something else than it should: {said}", place("doctor")));
        }
        forget(&folder);
        session(&folder, workspace, false);
        if !listen(&folder, &place("a session"), &mut wrong) {
            wrong.insert(format!("{}: no toolchain was asked", place("a session")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Nobody is to rely on what was found out before.
fn forget(folder: &Folder) {
    for kept in ["projects", "toolchains"] {
        let _ = std::fs::remove_dir_all(folder.home().join("cache/rust").join(kept));
    }
}

/// A workspace is one by any name: no program is taken from it, although it is on the search path.
#[test]
fn a_workspace_behind_a_link() {
    let folder = make(&[RUST]);
    let link = folder.home().join("link");
    std::os::unix::fs::symlink(folder.root(), &link).unwrap();
    montuno(&folder, NO_RUSTUP).args(["doctor", "--root", link.as_str()]).output().unwrap();
    listen_at_last(&folder, "doctor", BTreeSet::new());
}

#[test]
fn a_workspace_folder_that_is_added_later() {
    let folder = make(&[RUST]);
    let other = folder.home().join("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("first.rs"), "fn first() {}\n").unwrap();
    let mut client = start(&folder, NO_RUSTUP);
    client.initialize(&[&other], full_capabilities(), Value::Null);
    client.open_file(&other.join("first.rs"));
    client.diagnostics(&other.join("first.rs"));
    // So far it is a folder on the search path like any other: whatever is in it is the user's.
    listen(&folder, "before it is added", &mut BTreeSet::new());
    let added = json!({ "uri": fixture::uri(&folder.root()), "name": "added" });
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": { "added": [added], "removed": [] } }));
    client.open_file(&folder.path("src/lib.rs"));
    client.diagnostics(&folder.path("src/lib.rs"));
    listen_at_last(&folder, "after it was added", BTreeSet::new());
}

/// The other half: silence says something only where a song would be heard.
#[test]
fn canaries_can_sing() {
    let has_python = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    let mut mute = Vec::new();
    let mut names = BTreeSet::new();
    let added = [&MOST].into_iter().chain(OTHER_WORKSPACES).flat_map(|workspace| workspace.canaries).copied().flatten();
    let added = added.map(|canary| (canary, std::slice::from_ref(canary)));
    let everywhere = EVERYWHERE.iter().map(|canary| (canary, Default::default()));
    for (canary, added) in everywhere.chain(added) {
        if !names.insert(plain(canary.name)) || (canary.careless.contains("python3 ") && !has_python) {
            continue;
        }
        let folder = make(&[added]);
        let careless = fill(&folder, canary, canary.careless);
        let mut command = cleaned(Command::new("sh"), &folder);
        let output = command.current_dir(folder.root()).args(["-c", &careless]).output().unwrap();
        if !heard(&folder).contains(&plain(canary.name)) {
            mute.push(format!("{}, by `{careless}`: {}", canary.name, said(&output)));
        }
    }
    assert!(mute.is_empty(), "canaries that did not sing:\n{}", mute.join("\n"));
}
