//! Packages: the files of a folder that are built together, and what they declare.

use std::sync::Arc;

use montuno_base::{Utf8Path, Utf8PathBuf, name_index};
use rustc_hash::FxHashMap;

use super::constraint::{self, ARCHITECTURES, Header, SYSTEMS};
use super::environment::environment;
use super::item::{Item, file_table};
use super::modules;
use crate::database::{Db, File, existing_file, listing, read, source};
use crate::ir::items::ItemKind;
use crate::name::Name;
use crate::program::{Program, Unit};

/// Which files of a folder a package is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Part {
    /// Those that a build takes.
    Main,
    /// Those, and the tests beside them.
    WithTests,
    /// The tests outside of the package.
    ExternalTests,
}

/// A package.
#[salsa::interned(unsafe(no_lifetime), revisions = usize::MAX, debug)]
pub(crate) struct Package {
    /// The program that it is built for.
    #[returns(copy)]
    pub(crate) program: Program,
    /// Its folder.
    #[returns(ref)]
    pub(crate) folder: Utf8PathBuf,
    /// Which files of the folder it is.
    #[returns(copy)]
    pub(crate) part: Part,
}

/// What can be told of a file without parsing it.
#[salsa::tracked(returns(clone))]
pub(crate) fn header(db: &dyn Db, file: File) -> Arc<Header> {
    Arc::new(read(db, file).map(|text| constraint::header(&text)).unwrap_or_default())
}

/// The systems and architectures, the host's first: a program's variant counts in it.
fn target(db: &dyn Db, variant: u32) -> (&'static str, &'static str) {
    let environment = environment(db);
    let Some(index) = (variant as usize).checked_sub(1) else {
        return (environment.system, environment.architecture);
    };
    let system = SYSTEMS.get(index / ARCHITECTURES.len()).unwrap_or(&"linux");
    (system, ARCHITECTURES[index % ARCHITECTURES.len()])
}

/// Whether a build for a target takes a file.
pub(crate) fn matches(db: &dyn Db, file: File, variant: u32) -> bool {
    let (system, architecture) = target(db, variant);
    let name = file.path(db).file_name().unwrap_or_default();
    let (of_system, of_architecture) = constraint::of_file_name(name);
    let fits_system = of_system.is_none_or(|wanted| {
        let base = match system {
            "android" => "linux",
            "ios" => "darwin",
            "illumos" => "solaris",
            other => other,
        };
        wanted == system || wanted == base
    });
    if !fits_system || of_architecture.is_some_and(|wanted| wanted != architecture) {
        return false;
    }
    let environment = environment(db);
    let header = header(db, file);
    header
        .constraint
        .as_ref()
        .is_none_or(|condition| condition.holds(&|tag| environment.sets(tag, system, architecture)))
}

/// The program of a file: its module or workspace, for the first target that takes the file, the host's if it can be.
#[salsa::tracked(returns(copy))]
pub(crate) fn program_of(db: &dyn Db, file: File) -> Program {
    let path = file.path(db);
    let folder = db.folder(path.parent().unwrap_or(path));
    let root = match (modules::work_of(db, folder), modules::module_of(db, folder)) {
        (Some(work), Some(module)) if work.modules.iter().any(|known| known.root == module.root) => work.root.clone(),
        (_, Some(module)) => module.root.clone(),
        _ => folder.path(db).clone(),
    };
    let variants = SYSTEMS.len() * ARCHITECTURES.len();
    let environment = environment(db);
    let is_port = |variant: u32| {
        let (system, architecture) = target(db, variant);
        constraint::PORTS.iter().any(|(of, architectures)| *of == system && architectures.contains(&architecture))
    };
    let common = |variant: u32| {
        let (system, architecture) = target(db, variant);
        (system == environment.system || architecture == environment.architecture)
            && is_port(variant)
            && matches(db, file, variant)
    };
    let variants = 1..=u32::try_from(variants).unwrap_or(0);
    let variant = if matches(db, file, 0) {
        Some(0)
    } else {
        variants
            .clone()
            .find(|&variant| common(variant))
            .or_else(|| variants.clone().find(|&variant| is_port(variant) && matches(db, file, variant)))
    };
    Program::new(db, root, variant.unwrap_or(0))
}

/// A file as a part of its own program.
pub(crate) fn unit_of(db: &dyn Db, file: File) -> Unit {
    Unit::new(db, program_of(db, file), file)
}

/// The package that a file sees as its own.
#[salsa::tracked(returns(copy))]
pub(crate) fn package_of(db: &dyn Db, unit: Unit) -> Package {
    let path = unit.file(db).path(db);
    let name = path.file_name().unwrap_or_default();
    let part = if !name.ends_with("_test.go") {
        Part::Main
    } else if header(db, unit.file(db)).package.is_some_and(|package| package.ends_with("_test")) {
        Part::ExternalTests
    } else {
        Part::WithTests
    };
    Package::new(db, unit.program(db), path.parent().unwrap_or(path).to_owned(), part)
}

/// The files of a package, in order. A file that no build takes is alone with those that have its package's name.
#[salsa::tracked(returns(ref))]
pub(crate) fn files(db: &dyn Db, package: Package) -> Vec<Unit> {
    let folder = package.folder(db);
    let program = package.program(db);
    let variant = program.variant(db);
    let mut found: Vec<(File, Option<Name>)> = Vec::new();
    for name in &listing(db, db.folder(folder)).files {
        if !name.ends_with(".go") || name.starts_with(['_', '.']) {
            continue;
        }
        let is_test = name.ends_with("_test.go");
        if is_test && package.part(db) == Part::Main || !is_test && package.part(db) == Part::ExternalTests {
            continue;
        }
        let Some(file) = existing_file(db, &folder.join(name)) else { continue };
        if !matches(db, file, variant) {
            continue;
        }
        let named = header(db, file).package;
        let is_external = is_test && named.is_some_and(|named| named.ends_with("_test"));
        if is_external == (package.part(db) == Part::ExternalTests) {
            found.push((file, named));
        }
    }
    // Programs of their own may lie beside a package, out of every build. `main` is the package only if nothing else is.
    let mut counts: FxHashMap<Name, usize> = FxHashMap::default();
    for (_, named) in &found {
        if let Some(named) = named {
            *counts.entry(*named).or_default() += 1;
        }
    }
    if counts.len() > 1 {
        let documentation = |name: &Name| matches!(name.as_str(), "main" | "documentation");
        let chosen =
            counts.iter().max_by_key(|(name, count)| (!documentation(name), **count, std::cmp::Reverse(**name)));
        let chosen = chosen.map(|(name, _)| *name);
        found.retain(|(_, named)| *named == chosen);
    }
    found.into_iter().map(|(file, _)| Unit::new(db, program, file)).collect()
}

/// Whether a file is one of those that a build of its package takes, for the system that it is for.
#[salsa::tracked(returns(copy))]
pub(crate) fn is_built(db: &dyn Db, unit: Unit) -> bool {
    files(db, package_of(db, unit)).contains(&unit)
}

/// The name that a package gives itself.
#[salsa::tracked(returns(copy))]
pub(crate) fn package_name(db: &dyn Db, package: Package) -> Option<Name> {
    files(db, package).iter().find_map(|unit| header(db, unit.file(db)).package)
}

/// What a package declares.
#[derive(PartialEq, Eq, Debug, Default)]
pub(crate) struct Scope {
    /// By name. The first declaration counts.
    pub names: FxHashMap<Name, Item>,
    /// The methods of each type, by the type's name.
    pub methods: FxHashMap<Name, Vec<Item>>,
}

/// What a package declares.
#[salsa::tracked(returns(ref))]
pub(crate) fn scope(db: &dyn Db, package: Package) -> Scope {
    let mut scope = Scope::default();
    for &unit in files(db, package) {
        add_to(db, &mut scope, unit);
    }
    scope
}

fn add_to(db: &dyn Db, scope: &mut Scope, unit: Unit) {
    for &item in &file_table(db, unit).items {
        if item.parent(db).is_some() {
            continue;
        }
        let name = item.name(db);
        match (item.kind(db), item.of(db)) {
            (ItemKind::Method, Some(of)) => scope.methods.entry(of).or_default().push(item),
            (ItemKind::Function, _) if name == "init" => {}
            _ if name == "_" || name.is_empty() => {}
            _ => {
                scope.names.entry(name).or_insert(item);
            }
        }
    }
}

/// What one file declares, for files that no package takes in.
#[salsa::tracked(returns(ref))]
pub(crate) fn file_scope(db: &dyn Db, unit: Unit) -> Scope {
    let mut scope = Scope::default();
    add_to(db, &mut scope, unit);
    scope
}

/// The package that an import leads to.
#[salsa::tracked(returns(copy))]
pub(crate) fn imported(db: &dyn Db, unit: Unit, path: Name) -> Option<Package> {
    let file = unit.file(db).path(db);
    let program = unit.program(db);
    let folder = db.folder(file.parent().unwrap_or(file));
    let found = modules::import_folder(db, folder, db.folder(program.root(db)), path)?;
    Some(package_at(db, program, &found, file))
}

fn package_at(db: &dyn Db, program: Program, folder: &Utf8Path, from: &Utf8Path) -> Package {
    // The tests outside of a package see what the tests inside export for them.
    let is_test = from.file_name().is_some_and(|name| name.ends_with("_test.go"));
    let part = if is_test && from.parent() == Some(folder) { Part::WithTests } else { Part::Main };
    Package::new(db, program, folder.to_owned(), part)
}

/// The package of what Go brings, if its sources are there.
#[salsa::tracked(returns(copy))]
pub(crate) fn builtin(db: &dyn Db, program: Program) -> Option<Package> {
    let folder = environment(db).goroot.as_ref()?.join("src/builtin");
    Some(Package::new(db, program, folder, Part::Main))
}

/// Whether all that a package declares is known: it is written in Go alone, and can be parsed.
#[salsa::tracked(returns(copy))]
pub(crate) fn is_whole(db: &dyn Db, package: Package) -> bool {
    let files = files(db, package);
    !files.is_empty() && files.iter().all(|unit| !header(db, unit.file(db)).uses_c() && !has_errors(db, unit.file(db)))
}

/// Whether a package may declare a name that is not known of it: a part of it is not written in Go, or a defect hides it.
pub(crate) fn may_declare(db: &dyn Db, package: Package, name: Name) -> bool {
    !is_whole(db, package)
        && (files(db, package).iter().any(|unit| header(db, unit.file(db)).uses_c()) || hides(db, package, None, name))
}

/// Whether a file of a package, but for one, has a defect that may hide the declaration of a name.
pub(crate) fn hides(db: &dyn Db, package: Package, except: Option<Unit>, name: Name) -> bool {
    if is_whole(db, package) {
        return false;
    }
    let mut others = files(db, package).iter().filter(|unit| Some(**unit) != except).map(|unit| unit.file(db));
    others.any(|file| {
        let has_name = |text: &str| name_index::occurrences(text, &name).next().is_some();
        has_errors(db, file) && source(db, file).is_some_and(|text| has_name(&text))
    })
}

/// Whether a file cannot be parsed as a whole.
fn has_errors(db: &dyn Db, file: File) -> bool {
    super::item::functions(db, file).is_broken
}
