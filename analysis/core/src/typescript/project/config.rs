//! `tsconfig.json` and `jsconfig.json`.

use montuno_base::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use super::json;
use super::resolve;
use crate::database::{Db, File, existing_file, listing, source};

/// The settings of a project, those that it extends among them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Config {
    /// The file that they are in; `None` where there is none.
    pub(crate) path: Option<Utf8PathBuf>,
    /// Where modules that are no paths are looked for first.
    pub(crate) base_url: Option<Utf8PathBuf>,
    /// Patterns of modules with what stands for them, relative to the folder after them.
    pub(crate) paths: Vec<(String, Vec<String>)>,
    /// The folder that `paths` begin from.
    pub(crate) paths_base: Option<Utf8PathBuf>,
    /// The version of the language that is made: `es2022`.
    pub(crate) target: Option<String>,
    /// The platform's declarations, where they are named.
    pub(crate) lib: Option<Vec<String>>,
    /// The packages whose declarations are global, where they are named.
    pub(crate) types: Option<Vec<String>>,
    /// How modules are looked for.
    pub(crate) module: String,
    /// Whether there are no declarations of the platform at all.
    pub(crate) no_lib: bool,
    /// The module that elements are made by.
    pub(crate) jsx_import_source: Option<String>,
    /// Conditions of exports besides the usual ones.
    pub(crate) conditions: Vec<String>,
    /// Whether findings are wanted in scripts too.
    pub(crate) check_js: Option<bool>,
    /// What is wrong with the settings, in sentences.
    pub(crate) problems: Vec<String>,
}

/// How many files a chain of settings may have.
const LONGEST_CHAIN: usize = 32;

/// The settings for files of a folder: those of the nearest folder above that has some.
#[salsa::tracked(returns(ref))]
pub(crate) fn config_of_folder(db: &dyn Db, folder: crate::database::Folder) -> Config {
    for at in folder.path(db).ancestors() {
        if at.file_name() == Some("node_modules") {
            break;
        }
        let files = listing(db, db.folder(at));
        for name in ["tsconfig.json", "jsconfig.json"] {
            if files.has_file(name) {
                return config(db, db.file(&at.join(name))).clone();
            }
        }
    }
    Config::default()
}

/// The settings in a file.
#[salsa::tracked(returns(ref))]
pub(crate) fn config(db: &dyn Db, file: File) -> Config {
    let mut config = Config { path: Some(file.path(db).to_path_buf()), ..Config::default() };
    read(db, file, &mut config, &mut Vec::new());
    config
}

fn read(db: &dyn Db, file: File, config: &mut Config, chain: &mut Vec<Utf8PathBuf>) {
    let path = file.path(db).to_path_buf();
    if chain.contains(&path) || chain.len() > LONGEST_CHAIN {
        config.problems.push(format!("{path} extends itself. Take one of the `extends` out."));
        return;
    }
    let Some(text) = source(db, file) else {
        config.problems.push(format!("{path}, which another tsconfig extends, cannot be read."));
        return;
    };
    let value = json::parse(&text);
    let folder = path.parent().unwrap_or(Utf8Path::new("/")).to_path_buf();
    chain.push(path);
    // What is extended comes first, so that it is overridden.
    let bases: Vec<&str> = match &value["extends"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    for base in bases {
        match extended(db, &folder, base) {
            Some(base) => read(db, base, config, chain),
            None => config.problems.push(format!("{}: `{base}` is not found.", chain[chain.len() - 1])),
        }
    }
    chain.pop();
    let options = &value["compilerOptions"];
    if let Some(base) = options["baseUrl"].as_str() {
        config.base_url = Some(resolve::join(&folder, base));
    }
    if let Value::Object(paths) = &options["paths"] {
        config.paths = paths.iter().map(|(pattern, targets)| (pattern.clone(), strings(targets))).collect();
        config.paths_base = Some(folder.clone());
    }
    if let Some(target) = options["target"].as_str() {
        config.target = Some(target.to_lowercase());
    }
    if options["lib"].is_array() {
        config.lib = Some(strings(&options["lib"]).iter().map(|name| name.to_lowercase()).collect());
    }
    if options["types"].is_array() {
        config.types = Some(strings(&options["types"]));
    }
    if let Some(module) = options["moduleResolution"].as_str().or_else(|| options["module"].as_str()) {
        config.module = module.to_lowercase();
    }
    if let Some(no_lib) = options["noLib"].as_bool() {
        config.no_lib = no_lib;
    }
    if let Some(source) = options["jsxImportSource"].as_str() {
        config.jsx_import_source = Some(source.to_owned());
    }
    if options["customConditions"].is_array() {
        config.conditions = strings(&options["customConditions"]);
    }
    if let Some(check) = options["checkJs"].as_bool() {
        config.check_js = Some(check);
    }
}

/// What `extends` names: a file, or a file of a package.
fn extended(db: &dyn Db, folder: &Utf8Path, name: &str) -> Option<File> {
    let candidates = |base: &Utf8Path| {
        let with_ending = Utf8PathBuf::from(format!("{base}.json"));
        [base.to_path_buf(), with_ending, base.join("tsconfig.json")]
            .into_iter()
            .filter(|path| path.extension() == Some("json"))
            .find_map(|path| existing_file(db, &path))
    };
    if name.starts_with('.') || Utf8Path::new(name).is_absolute() {
        return candidates(&resolve::join(folder, name));
    }
    folder.ancestors().find_map(|at| candidates(&at.join("node_modules").join(name)))
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
