//! The platform's declarations: `lib.*.d.ts`, and packages that declare for everybody.

use montuno_base::{Utf8Path, Utf8PathBuf};

use super::config::{Config, config_of_folder};
use super::resolve::Request;
use crate::database::{Db, File, Folder, existing_file, is_folder, listing};
use crate::typescript::tree::Reference;
use crate::typescript::tree_of;

/// Where the files of the standard library are, for files of a folder: in the project's `typescript`, else in one
/// that is installed for everybody.
#[salsa::tracked(returns(ref))]
pub(crate) fn library_folder(db: &dyn Db, folder: Folder) -> Option<Utf8PathBuf> {
    let mut candidates: Vec<Utf8PathBuf> =
        folder.path(db).ancestors().map(|at| at.join("node_modules/typescript/lib")).collect();
    for root in db.workspace().roots(db).iter() {
        candidates.push(root.join("node_modules/typescript/lib"));
    }
    if let Some(folder) = db.variable("MONTUNO_TYPESCRIPT_LIB") {
        candidates.push(folder.into());
    }
    if let Some(home) = db.variable("HOME") {
        let home = Utf8Path::new(&home);
        candidates.push(home.join(".local/share/montuno/typescript/lib"));
        candidates.push(home.join(".npm-global/lib/node_modules/typescript/lib"));
    }
    for prefix in ["/usr/local/lib", "/usr/lib", "/usr/share", "/opt/homebrew/lib"] {
        candidates.push(Utf8Path::new(prefix).join("node_modules/typescript/lib"));
    }
    for editor in ["/usr/share/code", "/usr/lib/code", "/Applications/Visual Studio Code.app/Contents/Resources/app"] {
        let below = "resources/app/extensions/node_modules/typescript/lib";
        candidates.push(Utf8Path::new(editor).join(below));
    }
    candidates.into_iter().find(|folder| {
        folder.join("lib.es5.d.ts").is_file() && existing_file(db, &folder.join("lib.es5.d.ts")).is_some()
    })
}

/// The files whose declarations are global for files of a folder, the standard library's first.
#[salsa::tracked(returns(ref))]
pub(crate) fn global_files(db: &dyn Db, folder: Folder) -> Vec<File> {
    let config = config_of_folder(db, folder);
    let mut found = Vec::new();
    if !config.no_lib
        && let Some(library) = library_folder(db, folder)
    {
        for name in library_names(config) {
            add_library(db, library, &name, &mut found);
        }
    }
    let anchor = config.path.as_deref().and_then(Utf8Path::parent).unwrap_or(folder.path(db)).to_path_buf();
    let request = Request { db, config, is_require: false };
    match &config.types {
        Some(names) => {
            for name in names.iter().filter(|name| *name != "*") {
                let file = request
                    .resolve(&anchor.join("tsconfig.json"), &format!("@types/{name}"))
                    .or_else(|| request.resolve(&anchor.join("tsconfig.json"), name));
                add_with_references(db, config, file, &mut found);
            }
        }
        None => {
            for at in anchor.ancestors() {
                let types = at.join("node_modules/@types");
                if !is_folder(db, &types) {
                    continue;
                }
                for name in &listing(db, db.folder(&types)).folders {
                    let file = request.resolve(&at.join("tsconfig.json"), &format!("@types/{name}"));
                    add_with_references(db, config, file, &mut found);
                }
            }
        }
    }
    found
}

/// The declarations of the runtime that a project has, though nothing names them: what its modules stand on.
#[salsa::tracked(returns(ref))]
pub(crate) fn runtime_files(db: &dyn Db, folder: Folder) -> Vec<File> {
    let config = config_of_folder(db, folder);
    let request = Request { db, config, is_require: false };
    let mut found = Vec::new();
    let file = request.resolve(&folder.path(db).join("tsconfig.json"), "@types/node");
    add_with_references(db, config, file, &mut found);
    found
}

fn add_with_references(db: &dyn Db, config: &Config, file: Option<File>, found: &mut Vec<File>) {
    let mut pending: Vec<File> = file.into_iter().collect();
    while let Some(file) = pending.pop() {
        if found.contains(&file) {
            continue;
        }
        found.push(file);
        pending.extend(referenced(db, config, file));
    }
}

/// The files that a file's directives name.
pub(crate) fn referenced(db: &dyn Db, config: &Config, file: File) -> Vec<File> {
    let path = file.path(db);
    let request = Request { db, config, is_require: false };
    let tree = tree_of(db, file);
    let named = tree.references.iter().filter_map(|reference| match reference {
        Reference::Path(name) => existing_file(db, &super::resolve::join(path.parent()?, name)),
        Reference::Types(name) => {
            request.resolve(path, &format!("@types/{name}")).or_else(|| request.resolve(path, name))
        }
        _ => None,
    });
    named.collect()
}

/// The files of the library that the settings name, without `lib.` and the ending.
fn library_names(config: &Config) -> Vec<String> {
    if let Some(names) = &config.lib {
        return names.clone();
    }
    let target = config.target.as_deref().unwrap_or("esnext");
    match target {
        "es3" | "es5" => vec!["es5".to_owned(), "dom".to_owned(), "scripthost".to_owned()],
        "es6" | "es2015" => vec!["es6".to_owned()],
        other => vec![format!("{other}.full")],
    }
}

fn add_library(db: &dyn Db, folder: &Utf8Path, name: &str, found: &mut Vec<File>) {
    let path = folder.join(format!("lib.{name}.d.ts"));
    let Some(file) = existing_file(db, &path) else {
        if name.ends_with(".full") && name != "esnext.full" {
            add_library(db, folder, "esnext.full", found);
        }
        return;
    };
    if found.contains(&file) {
        return;
    }
    found.push(file);
    // The directives stand at the start: the file need not be parsed for them.
    let Some(text) = crate::database::source(db, file) else { return };
    for line in text.lines().take(120) {
        if let Some(rest) = line.trim_start().strip_prefix("/// <reference lib=\"")
            && let Some((name, _)) = rest.split_once('"')
        {
            add_library(db, folder, name, found);
        }
    }
}
