//! What is wrong in a file, from exact facts alone.

use montuno_base::{FileId, Utf8Path};
use montuno_semantic::diagnostic::rules;
use montuno_semantic::engine::Problem;
use montuno_semantic::{Confidence, Diagnostic, Severity};

use super::checker::{Checker, Meaning};
use super::name::Name;
use super::plugin::checker;
use super::project::config::config_of_folder;
use super::project::library::library_folder;
use super::project::resolve::{package, split};
use super::tree::{Kind, NONE, NodeId, Tree, flags};
use crate::database::{Database, Db, File, is_folder};
use crate::view::View;

/// Modules that the runtime brings.
const BUILT_IN: &[&str] = &[
    "assert",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "domain",
    "events",
    "fs",
    "http",
    "http2",
    "https",
    "inspector",
    "module",
    "net",
    "os",
    "path",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "repl",
    "stream",
    "string_decoder",
    "sys",
    "timers",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

/// Names that runtimes bring, whatever their declarations say.
const RUNTIME: &[&str] = &[
    "NodeJS",
    "React",
    "JSX",
    "Express",
    "Cypress",
    "chrome",
    "browser",
    "jQuery",
    "$",
    "arguments",
    "undefined",
    "globalThis",
    "require",
    "module",
    "exports",
    "__dirname",
    "__filename",
    "process",
    "Buffer",
    "global",
    "console",
    "setImmediate",
    "clearImmediate",
    "setTimeout",
    "clearTimeout",
    "setInterval",
    "clearInterval",
    "queueMicrotask",
    "structuredClone",
    "fetch",
    "URL",
    "URLSearchParams",
    "TextEncoder",
    "TextDecoder",
    "AbortController",
    "AbortSignal",
    "performance",
    "window",
    "self",
    "document",
    "navigator",
    "define",
    "describe",
    "it",
    "test",
    "expect",
    "beforeEach",
    "afterEach",
    "beforeAll",
    "afterAll",
    "before",
    "after",
    "jest",
    "vi",
    "suite",
    "Deno",
    "Bun",
    "importScripts",
    "WorkerGlobalScope",
    "NaN",
    "Infinity",
    "eval",
];

/// What keeps answers from being as good as they could be.
pub(crate) fn problems(db: &Database) -> Vec<Problem> {
    let mut found = Vec::new();
    for root in db.workspace().roots(db).iter() {
        let folder = db.folder(root);
        let config = config_of_folder(db, folder);
        for problem in &config.problems {
            found.push(Problem { id: format!("tsconfig {problem}"), message: problem.clone(), is_serious: true });
        }
        let is_project = config.path.is_some() || root.join("package.json").is_file();
        if is_project && library_folder(db, folder).is_none() {
            found.push(Problem {
                id: "typescript library".to_owned(),
                message:
                    "The types of JavaScript's standard library are not found. Add the package `typescript` to the \
                          project, or install it for everybody."
                        .to_owned(),
                is_serious: false,
            });
        }
    }
    found
}

/// What is wrong in a file, sorted by place.
pub(crate) fn diagnostics(view: &View<'_>, file: FileId) -> Vec<Diagnostic> {
    let id = file;
    let file = view.file(file);
    let Some(text) = crate::database::source(view.db, file) else { return Vec::new() };
    let checker = checker(view);
    checker.question_file.set(Some(file));
    let tree = checker.tree(file);
    let mut found = Vec::new();
    let path = view.context.inputs.files.path(id);
    let is_foreign = path.as_str().contains("/node_modules/");
    for (range, message) in &tree.errors {
        if is_foreign || is_opinion(message, tree) {
            continue;
        }
        let mut range = *range;
        if range.is_empty() {
            let start = usize::from(range.start()).min(text.len());
            let length = text[start..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
            range = montuno_base::TextRange::at(range.start(), (length as u32).into());
        }
        let mut finding = Diagnostic::new(rules::SYNTAX_ERROR, Severity::Error, range, message.clone());
        if is_filled_in(&text, range.start().into()) {
            finding.severity = Severity::Warning;
            finding.confidence = Confidence::Likely;
        }
        found.push(finding);
    }
    // Behind an error that was mended some of the text was not read.
    let is_whole = tree.errors.is_empty();
    // Declarations belong to what they were made from.
    if !is_foreign && !tree.is_declaration {
        imports(&checker, view.db, file, &path, &mut found);
        if is_whole {
            names(&checker, file, &mut found);
        }
    }
    found.sort_by_key(|finding| (finding.range.start(), finding.range.end()));
    found.dedup_by(|a, b| a.range == b.range && a.rule == b.rule);
    found
}

/// Whether a line has marks of a template, whose text is a program only once it is filled in.
fn is_filled_in(text: &str, offset: usize) -> bool {
    let offset = offset.min(text.len());
    let start = text[..offset].rfind('\n').map_or(0, |place| place + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |place| offset + place);
    text[start..end].contains("{%") || text[start..end].contains("{{")
}

/// What the parser says of texts that run: rules of strict mode, of classes, of types in scripts.
fn is_opinion(message: &str, tree: &Tree) -> bool {
    let lower = message.to_lowercase();
    if tree.is_script && (lower.contains("typescript") || lower.contains("type annotation") || lower.contains("type "))
    {
        return true;
    }
    // A library's declarations may use what this version of the language does not have yet.
    tree.is_declaration && lower.contains("ambient")
}

fn imports(checker: &Checker<'_>, db: &dyn Db, file: File, path: &Utf8Path, found: &mut Vec<Diagnostic>) {
    let tree = checker.tree(file);
    for &(name, node) in &tree.requests {
        let text = name.text();
        let call = tree.parent(tree.parent(node));
        let is_require = call != NONE && tree.kind(call) == Kind::Call;
        if is_require && tree.has_own_require(call) {
            continue;
        }
        if let Some(module) = checker.module(file, name, is_require) {
            if module.node == Tree::ROOT {
                missing_names(checker, file, node, module, found);
            }
            continue;
        }
        if text.is_empty() || !is_plain_module(text) || exists_in_other_form(db, path, text) || is_guarded(tree, node) {
            continue;
        }
        let bare = text.strip_prefix("node:").unwrap_or(text);
        let is_relative = text.starts_with('.');
        let first = bare.split('/').next().unwrap_or(bare);
        if !is_relative && (text.starts_with("node:") || BUILT_IN.contains(&first) || text.contains(':')) {
            continue;
        }
        let message = format!("The module `{text}` is not found.");
        let severity = if is_relative {
            Severity::Error
        } else if package_is_there(db, path, text) {
            // It is there, and has nothing that says types.
            continue;
        } else {
            // Packages come by installing: that one is not there yet is no defect of the text.
            Severity::Information
        };
        let mut finding = Diagnostic::new(rules::UNRESOLVED_IMPORT, severity, tree.name_range(node), message);
        if severity < Severity::Error {
            finding.confidence = Confidence::Likely;
        }
        found.push(finding);
    }
}

/// Whether a module's name is one that names a file: no pattern, no query.
fn is_plain_module(text: &str) -> bool {
    !text.contains(['!', '?', '*', '#', '$', '{'])
}

/// Whether something is there that is no module of ours: a style sheet, a picture, data, generated output.
fn exists_in_other_form(db: &dyn Db, path: &Utf8Path, name: &str) -> bool {
    let Some(folder) = path.parent() else { return false };
    if !name.starts_with('.') {
        return false;
    }
    let target = super::project::resolve::join(folder, name);
    if target.exists() {
        return true;
    }
    let known = [".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx", ".json"];
    let last = target.file_name().unwrap_or_default();
    let has_other_ending = last.contains('.') && !known.iter().any(|ending| last.ends_with(ending));
    if has_other_ending && target.parent().is_some_and(|folder| !is_folder(db, folder)) {
        return true;
    }
    // A folder that is made by building is not there before.
    target.components().any(|part| matches!(part.as_str(), "dist" | "build" | "lib" | "out" | "generated"))
        && target.parent().is_some_and(|folder| !is_folder(db, folder))
}

/// Whether a module may be missing: it is loaded in a `try`, or only when it is needed.
fn is_guarded(tree: &Tree, node: NodeId) -> bool {
    tree.ancestors(node).any(|at| tree.kind(at) == Kind::Try)
}

fn package_is_there(db: &dyn Db, path: &Utf8Path, name: &str) -> bool {
    let (package_name, _) = split(name);
    let installed = path.ancestors().any(|at| is_folder(db, &at.join("node_modules").join(package_name)));
    installed
        || path.ancestors().any(|at| {
            let own = package(db, db.folder(at)).as_ref();
            own.is_some_and(|own| own.value["name"].as_str() == Some(package_name))
        })
}

/// Names that are imported from a module that does not export them.
fn missing_names(
    checker: &Checker<'_>,
    file: File,
    module_name: NodeId,
    module: super::types::Place,
    found: &mut Vec<Diagnostic>,
) {
    let tree = checker.tree(file);
    let statement = tree.parent(module_name);
    let other = checker.tree(module.file);
    if other.is_common_js || (!other.is_module && other.errors.is_empty()) {
        return;
    }
    // What a value exports is known less surely than what statements do.
    let whole = other.exports.get(&module.node).is_some_and(|table| table.contains_key(&Name::new("export=")));
    if whole {
        return;
    }
    for &specifier in tree.children(statement) {
        if specifier == NONE || !matches!(tree.kind(specifier), Kind::ImportName | Kind::ExportName) {
            continue;
        }
        if tree.kind(statement) == Kind::ExportList && !tree.has(statement, flags::FROM) {
            continue;
        }
        let word = tree.child(specifier, 0);
        let name = tree.name(word);
        if name.is_none() || name.text() == "default" || !checker.exported(module, name).is_empty() {
            continue;
        }
        let certainty = certainty(checker, module, name, &mut Vec::new());
        if certainty == Confidence::Unknown {
            continue;
        }
        let message = format!("`{}` does not export `{name}`.", tree.name(module_name));
        let severity = if certainty == Confidence::Exact { Severity::Error } else { Severity::Warning };
        let mut finding = Diagnostic::new(rules::UNRESOLVED_IMPORT, severity, tree.range(word), message);
        finding.confidence = certainty;
        found.push(finding);
    }
}

/// How sure it is that a module does not export a name: what it passes on may not be known, and what cannot be parsed
/// may export what its text mentions.
fn certainty(
    checker: &Checker<'_>,
    module: super::types::Place,
    name: Name,
    seen: &mut Vec<super::types::Place>,
) -> Confidence {
    if seen.contains(&module) {
        return Confidence::Exact;
    }
    seen.push(module);
    let tree = checker.tree(module.file);
    if tree.is_common_js || module.node != Tree::ROOT {
        return Confidence::Unknown;
    }
    if !tree.errors.is_empty() {
        let text = crate::database::source(checker.db, module.file).unwrap_or_default();
        if montuno_base::name_index::occurrences(&text, name.text()).next().is_some() {
            return Confidence::Unknown;
        }
    }
    let mut certainty = Confidence::Exact;
    for &statement in tree.children(module.node) {
        if tree.kind(statement) != Kind::ExportAll || tree.child(statement, 0) != NONE {
            continue;
        }
        let below = match checker.module(module.file, tree.name(statement), false) {
            Some(other) => self::certainty(checker, other, name, seen),
            // A file that is missing is the defect; a package is only not installed.
            None if tree.name(statement).text().starts_with('.') => Confidence::Likely,
            None => Confidence::Unknown,
        };
        certainty = certainty.min(below);
    }
    certainty
}

/// Plain names that nothing declares.
fn names(checker: &Checker<'_>, file: File, found: &mut Vec<Diagnostic>) {
    let tree = checker.tree(file);
    let has_library = checker.global_type(file, "Array").is_some();
    if !has_library {
        return;
    }
    // A package that is not installed may be the one that declares a name for everybody.
    let may_come = tree
        .requests
        .iter()
        .any(|&(name, _)| !name.text().starts_with('.') && checker.module(file, name, false).is_none());
    let has_with =
        tree.is_script && crate::database::source(checker.db, file).is_some_and(|text| text.contains("with ("));
    if has_with {
        return;
    }
    for id in 0..tree.len() {
        if tree.kind(id) != Kind::Identifier {
            continue;
        }
        let name = tree.name(id);
        let parent = tree.parent(id);
        if name.is_none() || parent == NONE || name.text() == "_" {
            continue;
        }
        // What a comment says is no code.
        if tree.is_script && in_documentation(tree, id) {
            continue;
        }
        let place = checker.at(file, id);
        let meaning = checker.meaning_of(place);
        if !checker.lookup(place, name, meaning).is_empty() {
            continue;
        }
        let text = name.text();
        if RUNTIME.contains(&text) || (meaning != Meaning::VALUE && text == "const") {
            continue;
        }
        // Asking whether a name is there is no use of it.
        let is_tested = tree.kind(parent) == Kind::Unary;
        if is_tested || is_tested_before(tree, id) {
            continue;
        }
        // As another sort of thing it is there: a type where a value is wanted.
        if !checker.lookup(place, name, Meaning::ANY).is_empty() {
            continue;
        }
        // In a script a name that is assigned to comes to be by that.
        if tree.is_script && (tree.plain_assignments.contains_key(&name) || tree.kind(parent) == Kind::Assign) {
            continue;
        }
        // Declarations that are global may come from files that nothing here names.
        let mut finding = Diagnostic::new(
            rules::UNRESOLVED_NAME,
            Severity::Error,
            tree.name_range(id),
            format!("Nothing declares `{text}`."),
        );
        if tree.is_script || may_come || library_mentions(checker, file, text) {
            finding.severity = Severity::Warning;
            finding.confidence = Confidence::Likely;
        }
        found.push(finding);
    }
}

/// Whether the library declares a name for other targets or platforms than the project's.
fn library_mentions(checker: &Checker<'_>, file: File, name: &str) -> bool {
    let db = checker.db;
    let path = file.path(db);
    let Some(folder) = library_folder(db, db.folder(path.parent().unwrap_or(path))) else { return true };
    let forms = ["interface", "type", "var", "function", "namespace", "class", "const"];
    crate::database::listing(db, db.folder(folder)).files.iter().any(|file| {
        if !(file.starts_with("lib.") && file.ends_with(".d.ts")) {
            return false;
        }
        let text = crate::database::source(db, db.file(&folder.join(file))).unwrap_or_default();
        montuno_base::name_index::occurrences(&text, name).any(|at| {
            let before = text[..at].trim_end();
            forms.iter().any(|form| before.ends_with(form))
        })
    })
}

fn in_documentation(tree: &Tree, id: NodeId) -> bool {
    tree.ancestors(id).any(|at| {
        matches!(tree.kind(at), Kind::Doc | Kind::DocType | Kind::DocParameter | Kind::DocReturns)
            || (tree.kind(at) == Kind::Alias && tree.is_script)
            || (tree.kind(at) == Kind::As && tree.is_script)
    })
}

/// Whether a condition around a name asks with `typeof` whether it is there.
fn is_tested_before(tree: &Tree, id: NodeId) -> bool {
    let name = tree.name(id);
    let asks = |test: NodeId| {
        let mut pending = vec![test];
        while let Some(at) = pending.pop() {
            if tree.kind(at) == Kind::Unary
                && tree.node(at).operator == super::tree::Operator::TypeOf
                && tree.name(tree.child(at, 0)) == name
            {
                return true;
            }
            pending.extend(tree.present(at));
        }
        false
    };
    tree.ancestors(id).any(|at| match tree.kind(at) {
        Kind::If | Kind::Conditional | Kind::Logical => asks(tree.child(at, 0)),
        _ => false,
    })
}
