//! Where a symbol can be used: told from manifests and import clauses, without parsing.
//!
//! References are looked for as `go build` and the Go team's server would see them: in the modules that are worked on
//! together, built for one system. A rename looks everywhere, for whatever it leaves out no longer builds.

use std::sync::Arc;

use montuno_base::{FileId, Utf8Path, Utf8PathBuf};
use montuno_semantic::symbol::Symbol;
use montuno_semantic::{Cancellable, SymbolKind, Target};
use rustc_hash::FxHashSet;

use super::diagnostics::is_left_out;
use super::modules::{self, Module, import_folder, module_of, work_of};
use super::package::{header, matches, program_of};
use super::scope::is_exported;
use crate::database::{Db, File, Folder, existing_file, listing};
use crate::name::Name;
use crate::program::{Program, Unit};
use crate::view::View;

/// A file as a part of its program, built for the given target if a build for that takes it.
pub(super) fn unit_for(db: &dyn Db, file: File, variant: u32) -> Unit {
    let own = program_of(db, file);
    let program = if own.variant(db) != variant && matches(db, file, variant) {
        Program::new(db, own.root(db).clone(), variant)
    } else {
        own
    };
    Unit::new(db, program, file)
}

/// The target that a symbol is built for: that of the file that declares it.
pub(super) fn variant_of(view: &View<'_>, symbol: &Symbol) -> u32 {
    let file = symbol.declarations.first().map(|target| view.file(target.file));
    file.map_or(0, |file| program_of(view.db, file).variant(view.db))
}

/// The builds in which the uses of something are looked for.
pub(super) struct Builds<'v> {
    view: &'v View<'v>,
    variant: u32,
    /// The roots of the modules; `None` if all files count.
    modules: Option<FxHashSet<Utf8PathBuf>>,
}

impl<'v> Builds<'v> {
    /// The builds that what a file declares is part of: its module, those that one workspace holds together, and those
    /// of which a file is open.
    pub(super) fn of(view: &'v View<'v>, declared: FileId, variant: u32) -> Self {
        let db = view.db;
        let mut modules = module_around(db, view.file(declared)).map(|own| FxHashSet::from_iter([own.root.clone()]));
        let inputs = &view.context.inputs;
        if inputs.root_of(&inputs.files.path(declared)).is_none() {
            // It comes from outside: whoever is in the workspace may use it.
            modules = None;
        }
        if let Some(modules) = &mut modules {
            let mut folders: Vec<Folder> = inputs.roots.iter().map(|root| db.folder(root)).collect();
            let open = inputs.documents.iter().filter(|(_, open)| open.language == Some(montuno_base::Language::Go));
            folders.extend(open.filter_map(|(file, _)| folder_of(db, view.file(file))));
            for folder in folders {
                modules.extend(module_of(db, folder).map(|module| module.root.clone()));
                let work = work_of(db, folder);
                modules.extend(work.iter().flat_map(|work| &work.modules).map(|module| module.root.clone()));
            }
        }
        Self { view, variant, modules }
    }

    /// Whether one of them takes a file.
    pub(super) fn take(&self, file: FileId) -> bool {
        let db = self.view.db;
        let is_open = self.view.context.inputs.documents.get(file).is_some();
        let file = self.view.file(file);
        is_open || self.module_counts(file) && matches(db, file, self.variant) && !is_left_out(db, file)
    }

    fn module_counts(&self, file: File) -> bool {
        let Some(modules) = &self.modules else { return true };
        let Some(module) = module_around(self.view.db, file) else { return true };
        // A module may have another one stand in for what it needs.
        let stands_in =
            |to: &str| montuno_base::files::normalize(&module.root.join(to)).is_ok_and(|to| modules.contains(&to));
        modules.contains(&module.root)
            || module.replaces.iter().any(|(_, _, to, version)| version.is_none() && stands_in(to))
    }
}

/// Takes out of `files` those in which no declaration of a symbol can be used.
pub(super) fn narrow(view: &View<'_>, symbol: &Symbol, files: &mut Vec<FileId>, for_rename: bool) -> Cancellable<()> {
    let db = view.db;
    let Some(first) = symbol.declarations.first() else { return Ok(()) };
    let declared: FxHashSet<FileId> = symbol.declarations.iter().map(|target| target.file).collect();
    if !for_rename {
        let builds = Builds::of(view, first.file, variant_of(view, symbol));
        files.retain(|file| *file == first.file || builds.take(*file));
    }
    let sights = sights(view, &symbol.declarations);
    let mut kept = Vec::new();
    for &file in &*files {
        view.checkpoint()?;
        if declared.contains(&file) || sees(db, view.file(file), &sights, is_exported(Name::new(&symbol.name))) {
            kept.push(file);
        }
    }
    *files = kept;
    Ok(())
}

/// Why a symbol cannot have another name: it would be hidden from a package that uses it.
pub(super) fn objection(view: &View<'_>, symbol: &Symbol, new_name: &str, users: &[FileId]) -> Option<String> {
    if !is_exported(Name::new(&symbol.name)) || is_exported(Name::new(new_name)) {
        return None;
    }
    let package_of = |file: FileId| {
        let file = view.file(file);
        (file.path(view.db).parent(), header(view.db, file).package)
    };
    let own: Vec<_> = symbol.declarations.iter().map(|target| package_of(target.file)).collect();
    let stranger = users.iter().find(|file| !own.contains(&package_of(**file)))?;
    Some(format!(
        "`{new_name}` begins with a small letter: other packages would not see it, and {} uses it.",
        view.context.inputs.files.path(*stranger)
    ))
}

/// What a file must have before it to use a declaration.
struct Sights {
    /// The folders that it must lie in, import, or stand on in any way.
    members: FxHashSet<Folder>,
    /// The folders that it must lie in or import.
    names: FxHashSet<Folder>,
    /// Whether anything can be used everywhere.
    all: bool,
}

fn sights(view: &View<'_>, declarations: &[Target]) -> Sights {
    let db = view.db;
    let mut sights = Sights { members: FxHashSet::default(), names: FxHashSet::default(), all: false };
    let builtin = super::environment::environment(db).goroot.as_ref().map(|root| root.join("src/builtin"));
    for target in declarations {
        let path = view.context.inputs.files.path(target.file);
        let Some(folder) = path.parent() else { continue };
        let is_inside = view.context.inputs.root_of(&path).is_some();
        match target.kind {
            // What Go brings. A package has no name that an import need give.
            _ if builtin.as_deref() == Some(folder) => sights.all = true,
            SymbolKind::Module => sights.all = true,
            SymbolKind::Method | SymbolKind::Field if is_inside => _ = sights.members.insert(db.folder(folder)),
            // Through what lies outside of the workspace, packages are not followed.
            SymbolKind::Method | SymbolKind::Field => sights.all = true,
            _ => _ = sights.names.insert(db.folder(folder)),
        }
    }
    sights
}

fn sees(db: &dyn Db, file: File, sights: &Sights, is_exported: bool) -> bool {
    let Some(own) = folder_of(db, file) else { return true };
    if sights.all || sights.members.contains(&own) || sights.names.contains(&own) {
        return true;
    }
    if !is_exported {
        return false;
    }
    let main = db.folder(program_of(db, file).root(db));
    if !sights.names.is_empty() {
        let imports = header(db, file);
        let mut folders = imports.imports.iter().filter_map(|path| import_folder(db, own, main, *path));
        if folders.any(|folder| sights.names.contains(&db.folder(&folder))) {
            return true;
        }
    }
    let is_test = file.path(db).as_str().ends_with("_test.go");
    !sights.members.is_empty()
        && imported_folders(db, own, main, is_test).iter().any(|folder| {
            sights.members.contains(folder)
                || stands_on(db, *folder, main).iter().any(|below| sights.members.contains(below))
        })
}

fn folder_of(db: &dyn Db, file: File) -> Option<Folder> {
    file.path(db).parent().map(|path| db.folder(path))
}

fn module_around(db: &dyn Db, file: File) -> Option<Arc<Module>> {
    module_of(db, folder_of(db, file)?)
}

/// The folders that the files of one import, for whichever system they are.
#[salsa::tracked(returns(ref))]
fn imported_folders(db: &dyn Db, folder: Folder, main: Folder, with_tests: bool) -> Box<[Folder]> {
    let path = folder.path(db);
    let mut paths: FxHashSet<Name> = FxHashSet::default();
    for name in listing(db, folder).files.iter().filter(|name| name.ends_with(".go")) {
        if !with_tests && name.ends_with("_test.go") {
            continue;
        }
        if let Some(file) = existing_file(db, &path.join(name)) {
            paths.extend(header(db, file).imports.iter().copied());
        }
    }
    let mut folders: Vec<Utf8PathBuf> =
        paths.into_iter().filter_map(|path| modules::import_folder(db, folder, main, path)).collect();
    folders.sort_unstable();
    folders.dedup();
    folders.iter().map(|path| db.folder(path)).collect()
}

/// The folders of the workspace that the package in one stands on, directly or not.
#[salsa::tracked(returns(ref), cycle_initial = nothing)]
fn stands_on(db: &dyn Db, folder: Folder, main: Folder) -> FxHashSet<Folder> {
    let mut found = FxHashSet::default();
    if !is_inside(db, folder.path(db)) {
        return found;
    }
    for &imported in imported_folders(db, folder, main, false) {
        if found.insert(imported) {
            found.extend(stands_on(db, imported, main));
        }
    }
    found
}

fn nothing(_db: &dyn Db, _id: salsa::Id, _folder: Folder, _main: Folder) -> FxHashSet<Folder> {
    FxHashSet::default()
}

fn is_inside(db: &dyn Db, path: &Utf8Path) -> bool {
    db.workspace().roots(db).iter().any(|root| path.starts_with(root))
}
