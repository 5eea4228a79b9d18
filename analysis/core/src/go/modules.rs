//! Modules: which folder an import path stands for.

use std::sync::Arc;

use montuno_base::{Utf8Path, Utf8PathBuf};

use super::environment::{Environment, environment};
use crate::database::{Db, Folder, existing_file, is_folder, listing, source};

/// A module, as its `go.mod` describes it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Module {
    /// Where its `go.mod` is.
    pub root: Utf8PathBuf,
    /// What its packages' paths begin with.
    pub path: String,
    /// The modules that it needs: path and version.
    pub requires: Vec<(String, String)>,
    /// What stands for others: path, version if only of that one, and either a folder or a path with a version.
    pub replaces: Vec<(String, Option<String>, String, Option<String>)>,
}

/// A workspace of several modules, as its `go.work` describes it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Work {
    /// Where its `go.work` is.
    pub root: Utf8PathBuf,
    /// Its modules.
    pub modules: Vec<Arc<Module>>,
    /// What stands for others, in all of them.
    pub replaces: Vec<(String, Option<String>, String, Option<String>)>,
}

/// The module that a folder is in.
#[salsa::tracked(returns(clone))]
pub(crate) fn module_of(db: &dyn Db, folder: Folder) -> Option<Arc<Module>> {
    let path = folder.path(db);
    if let Some(module) = module_at(db, folder) {
        return Some(module);
    }
    module_of(db, db.folder(path.parent()?))
}

#[salsa::tracked(returns(clone))]
fn module_at(db: &dyn Db, folder: Folder) -> Option<Arc<Module>> {
    let root = folder.path(db);
    let text = source(db, existing_file(db, &root.join("go.mod"))?)?;
    let mut module = Module { root: root.clone(), ..Module::default() };
    for (verb, words) in directives(&text) {
        match (verb.as_str(), words.as_slice()) {
            ("module", [path, ..]) => module.path.clone_from(path),
            ("require", [path, version, ..]) => module.requires.push((path.clone(), version.clone())),
            ("replace", words) => module.replaces.extend(replacement(words)),
            _ => {}
        }
    }
    Some(Arc::new(module))
}

/// The workspace of modules that a folder is in.
#[salsa::tracked(returns(clone))]
pub(crate) fn work_of(db: &dyn Db, folder: Folder) -> Option<Arc<Work>> {
    let path = folder.path(db);
    if let Some(file) = existing_file(db, &path.join("go.work")) {
        let text = source(db, file)?;
        let mut work = Work { root: path.clone(), ..Work::default() };
        for (verb, words) in directives(&text) {
            match (verb.as_str(), words.as_slice()) {
                ("use", [folder, ..]) => {
                    let root = montuno_base::files::normalize(&path.join(folder)).ok();
                    work.modules.extend(root.and_then(|root| module_at(db, db.folder(&root))));
                }
                ("replace", words) => work.replaces.extend(replacement(words)),
                _ => {}
            }
        }
        return Some(Arc::new(work));
    }
    work_of(db, db.folder(path.parent()?))
}

/// The directives of a manifest, blocks taken apart: the verb and the words behind it.
fn directives(text: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default();
        let mut words: Vec<String> =
            line.split_whitespace().map(|word| word.trim_matches(['"', '`']).to_owned()).collect();
        match (&block, words.as_slice()) {
            (_, []) => {}
            (Some(_), [word]) if word == ")" => block = None,
            (Some(verb), _) => found.push((verb.clone(), words)),
            (None, [verb, bracket]) if bracket == "(" => block = Some(verb.clone()),
            (None, _) => {
                let verb = words.remove(0);
                found.push((verb, words));
            }
        }
    }
    found
}

fn replacement(words: &[String]) -> Option<(String, Option<String>, String, Option<String>)> {
    let arrow = words.iter().position(|word| word == "=>")?;
    let (from, to) = (&words[..arrow], &words[arrow + 1..]);
    Some((from.first()?.clone(), from.get(1).cloned(), to.first()?.clone(), to.get(1).cloned()))
}

/// Where the packages of a module begin that is kept in the cache: capitals are written with a `!`.
fn cached(environment: &Environment, path: &str, version: &str) -> Option<Utf8PathBuf> {
    let escape = |text: &str| {
        let mut escaped = String::new();
        for letter in text.chars() {
            if letter.is_ascii_uppercase() {
                escaped.push('!');
            }
            escaped.push(letter.to_ascii_lowercase());
        }
        escaped
    };
    Some(environment.module_cache.as_ref()?.join(format!("{}@{}", escape(path), escape(version))))
}

/// The rest of an import path behind a module's.
fn below<'a>(import: &'a str, module: &str) -> Option<&'a str> {
    let rest = import.strip_prefix(module)?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
}

fn with_rest(root: &Utf8Path, rest: &str) -> Utf8PathBuf {
    if rest.is_empty() { root.to_owned() } else { root.join(rest) }
}

/// The folder of the package that a file of `folder` means by an import path. `None` if there is none.
#[salsa::tracked(returns(clone))]
pub(crate) fn import_folder(
    db: &dyn Db,
    folder: Folder,
    main: Folder,
    import: crate::name::Name,
) -> Option<Utf8PathBuf> {
    let environment = environment(db);
    let import = import.as_str();
    if let Some(relative) = import.strip_prefix('.').map(|_| folder.path(db).join(import)) {
        return montuno_base::files::normalize(&relative).ok().filter(|path| has_sources(db, path));
    }
    let mut candidates: Vec<Utf8PathBuf> = Vec::new();
    let standard = environment.goroot.as_ref().map(|root| root.join("src"));
    let in_standard = standard.as_ref().is_some_and(|standard| folder.path(db).starts_with(standard));
    // The folders called vendor between here and the module's root.
    let module = module_of(db, folder);
    let stop = module.as_ref().map(|module| module.root.clone());
    let with_dot = import.split('/').next().is_some_and(|first| first.contains('.'));
    if with_dot || !in_standard {
        for above in folder.path(db).ancestors() {
            candidates.push(above.join("vendor").join(import));
            if Some(above) == stop.as_deref() || Some(above) == standard.as_deref() {
                break;
            }
        }
        let vendored = main.path(db).join("vendor").join(import);
        candidates.push(vendored);
    }
    if !with_dot && let Some(standard) = &standard {
        candidates.push(standard.join(import));
    }
    if let Some(found) = candidates.iter().find(|path| has_sources(db, path)) {
        return Some(found.clone());
    }
    in_modules(db, folder, main, import, &environment).or_else(|| {
        let paths = environment.gopath.iter().map(|path| path.join("src").join(import));
        paths.into_iter().find(|path| has_sources(db, path))
    })
}

fn in_modules(
    db: &dyn Db,
    folder: Folder,
    main: Folder,
    import: &str,
    environment: &Environment,
) -> Option<Utf8PathBuf> {
    let own = module_of(db, folder);
    let main_module = module_of(db, main);
    let work = work_of(db, main);
    let mut known: Vec<&Arc<Module>> = own.iter().chain(&main_module).collect();
    known.extend(work.iter().flat_map(|work| &work.modules));
    for module in &known {
        if let Some(rest) = below(import, &module.path) {
            let path = with_rest(&module.root, rest);
            if has_sources(db, &path) {
                return Some(path);
            }
        }
    }
    // The longest module path is meant; the main module's choice of versions counts before the own one's.
    let mut wanted: Vec<(&str, &str, &Module)> = Vec::new();
    let order = main_module.iter().chain(work.iter().flat_map(|work| &work.modules)).chain(&own);
    for module in order {
        for (path, version) in &module.requires {
            if below(import, path).is_some() {
                wanted.push((path, version, module));
            }
        }
    }
    wanted.sort_by_key(|(path, ..)| std::cmp::Reverse(path.len()));
    for (path, version, module) in wanted {
        let rest = below(import, path).unwrap_or_default();
        let replaces =
            main_module.iter().flat_map(|main| main.replaces.iter().map(move |replace| (&main.root, replace)));
        let of_work = work.iter().flat_map(|work| work.replaces.iter().map(move |replace| (&work.root, replace)));
        let of_own = module.replaces.iter().map(|replace| (&module.root, replace));
        let replace = replaces
            .chain(of_work)
            .chain(of_own)
            .find(|(_, (from, only, ..))| from == path && only.as_ref().is_none_or(|only| only == version));
        let root = match replace {
            Some((base, (_, _, to, None))) => montuno_base::files::normalize(&base.join(to)).ok(),
            Some((_, (_, _, to, Some(version)))) => cached(environment, to, version),
            None => cached(environment, path, version),
        };
        if let Some(path) = root.map(|root| with_rest(&root, rest)).filter(|path| has_sources(db, path)) {
            return Some(path);
        }
    }
    // A replacement may also stand for what nobody requires by name.
    let replaces = main_module.iter().flat_map(|main| main.replaces.iter().map(move |replace| (&main.root, replace)));
    let mut found = replaces.filter_map(|(base, (from, _, to, version))| {
        let rest = below(import, from)?;
        let root = match version {
            None => montuno_base::files::normalize(&base.join(to)).ok(),
            Some(version) => cached(environment, to, version),
        };
        root.map(|root| with_rest(&root, rest)).filter(|path| has_sources(db, path))
    });
    found.next()
}

/// Where the module is that another one, whose folder is given, needs by a path.
pub(crate) fn root_of_required(db: &dyn Db, main: Folder, path: &str) -> Option<Utf8PathBuf> {
    let environment = environment(db);
    let module = module_of(db, main)?;
    let (_, version) = module.requires.iter().find(|(known, _)| known == path)?;
    let work = work_of(db, main);
    let replaces = module.replaces.iter().map(|replace| (&module.root, replace));
    let of_work = work.iter().flat_map(|work| work.replaces.iter().map(move |replace| (&work.root, replace)));
    let mut all = of_work.chain(replaces);
    match all.find(|(_, (from, only, ..))| from == path && only.as_ref().is_none_or(|only| only == version)) {
        Some((base, (_, _, to, None))) => montuno_base::files::normalize(&base.join(to)).ok(),
        Some((_, (_, _, to, Some(version)))) => cached(&environment, to, version),
        None => cached(&environment, path, version),
    }
}

/// Whether a folder holds Go files.
pub(crate) fn has_sources(db: &dyn Db, path: &Utf8Path) -> bool {
    is_folder(db, path) && listing(db, db.folder(path)).files.iter().any(|file| file.ends_with(".go"))
}
