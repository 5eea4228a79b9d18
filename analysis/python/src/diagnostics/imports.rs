//! Modules and names that are imported and not there.

use montuno_semantic::Severity;
use montuno_semantic::diagnostic::rules as common;
use ruff_db::system::{System as _, SystemPath};
use ruff_python_ast::find_node::CoveringNode;
use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_python_stdlib::sys::is_known_standard_library;
use ruff_text_size::Ranged;
use ty_module_resolver::{ImportingFile, Module, ModuleName, resolve_module};

use super::{Check, Verdict};
use crate::project::manifest::normalized;

/// The package that a module comes from, where the two have different names.
const DISTRIBUTIONS: [(&str, &str); 32] = [
    ("PIL", "pillow"),
    ("yaml", "pyyaml"),
    ("bs4", "beautifulsoup4"),
    ("cv2", "opencv-python"),
    ("sklearn", "scikit-learn"),
    ("skimage", "scikit-image"),
    ("dateutil", "python-dateutil"),
    ("dotenv", "python-dotenv"),
    ("jwt", "pyjwt"),
    ("git", "gitpython"),
    ("serial", "pyserial"),
    ("usb", "pyusb"),
    ("Crypto", "pycryptodome"),
    ("OpenSSL", "pyopenssl"),
    ("MySQLdb", "mysqlclient"),
    ("psycopg2", "psycopg2-binary"),
    ("attr", "attrs"),
    ("magic", "python-magic"),
    ("docx", "python-docx"),
    ("pptx", "python-pptx"),
    ("jose", "python-jose"),
    ("slugify", "python-slugify"),
    ("multipart", "python-multipart"),
    ("zmq", "pyzmq"),
    ("gi", "pygobject"),
    ("win32api", "pywin32"),
    ("pkg_resources", "setuptools"),
    ("google.protobuf", "protobuf"),
    ("grpc", "grpcio"),
    ("rest_framework", "djangorestframework"),
    ("IPython", "ipython"),
    ("markdown_it", "markdown-it-py"),
];

/// Endings of modules that a build makes.
const GENERATED: [&str; 5] = ["_pb2", "_pb2_grpc", "_version", "__version__", "_thrift"];

/// Files that a compiled module is made from, or is.
const COMPILED: [&str; 8] = ["so", "pyd", "pyx", "c", "cpp", "rs", "f90", "pxd"];

/// Words in conditions under which code runs on some machines only.
const CONDITIONS: [&str; 7] = ["version", "platform", "os.name", "find_spec", "TYPE_CHECKING", "HAS_", "has_"];

/// An import that failed: the module, and the name in it that is missing, if the module is there.
struct Failed<'a> {
    module: Option<&'a str>,
    level: u32,
    member: Option<&'a str>,
}

impl Check<'_, '_> {
    /// An import that the engine cannot follow. It is an error if what is imported would have to be the
    /// repository's own; of another package only the manifest can say whether it should be there.
    pub(super) fn judge_import(&self, node: &CoveringNode<'_>) -> Verdict {
        let rule = common::UNRESOLVED_IMPORT;
        let Some(failed) = failed(node) else { return Verdict::likely(rule, Severity::Warning) };
        let is_itself = self.module(failed.module, failed.level).and_then(|module| module.file(self.view.db))
            == Some(self.model.file());
        // A module that imports from itself gets what it has when the import runs.
        if is_itself || self.is_tried(node, &["ImportError", "ModuleNotFoundError"]) || self.is_fallback(node) {
            return Verdict::likely(rule, Severity::Hint);
        }
        if failed.level > 0 && self.module(None, failed.level).is_none() {
            // A script, or a package that begins elsewhere: what the dots lead to is not known.
            return Verdict::likely(rule, Severity::Information);
        }
        let package = failed.module.unwrap_or_default().split('.').next().unwrap_or_default();
        let is_own = failed.level > 0 || (self.is_own_package(package) && !self.is_only_folder(&failed));
        if !is_own {
            return Verdict::likely(rule, self.severity_of_package(package, failed.member.is_some()));
        }
        if self.may_be_made_elsewhere(&failed) {
            return Verdict::likely(rule, Severity::Information);
        }
        // Elsewhere the same import may well succeed.
        if self.is_conditional(node) {
            return Verdict::likely(rule, Severity::Warning);
        }
        Verdict::error(rule)
    }

    /// A package that is not the repository's: known to the manifest it only has to be installed.
    fn severity_of_package(&self, package: &str, is_there: bool) -> Severity {
        let minor = self.model.program().python_version(self.view.db).minor;
        if is_there && is_known_standard_library(minor, package) {
            // Stubs leave out what is private, and what other systems have.
            return Severity::Information;
        }
        let manifest = self.view.db.project(self.model.file()).manifest(self.view.db);
        let is_declared = |name: &str| manifest.dependencies.contains(&normalized(name));
        let distributions = DISTRIBUTIONS.iter().filter(|(module, _)| *module == package).map(|(_, name)| *name);
        let mut names = std::iter::once(package).chain(distributions);
        if names.any(is_declared) { Severity::Information } else { Severity::Warning }
    }

    /// Whether the first part of a module's name is a module or a folder of the repository.
    fn is_own_package(&self, package: &str) -> bool {
        let own = |module: Module<'_>| module.search_path(self.view.db).is_none_or(|path| path.is_first_party());
        self.module(Some(package), 0).is_some_and(own)
    }

    /// Whether a name is looked for in a folder that is no package by a file of its own: an installed package of the
    /// same name may be meant, and comes first where it is there.
    fn is_only_folder(&self, failed: &Failed<'_>) -> bool {
        let folder = failed.member.and_then(|_| self.module(failed.module, failed.level));
        folder.is_some_and(|module| module.file(self.view.db).is_none())
    }

    /// Whether something of ours may be there though no source of it is: it is made by a build, compiled,
    /// or put into the module when it is loaded.
    fn may_be_made_elsewhere(&self, failed: &Failed<'_>) -> bool {
        let db = self.view.db;
        let last = failed.member.or(failed.module).unwrap_or_default().rsplit('.').next().unwrap_or_default();
        if GENERATED.iter().any(|ending| last.ends_with(ending)) || last == "version" {
            return true;
        }
        let parent = match failed.member {
            Some(_) => self.module(failed.module, failed.level),
            None => {
                let above = failed.module.and_then(|module| module.rsplit_once('.')).map(|(above, _)| above);
                self.module(above, failed.level)
            }
        };
        let Some(file) = parent.and_then(|module| module.file(db)) else { return false };
        let is_compiled = |folder: &SystemPath| {
            let path = folder.join(last);
            COMPILED.iter().any(|extension| db.overlay().is_file(&path.with_extension(extension)))
        };
        let folder = file.path(db).as_system_path().and_then(SystemPath::parent);
        // A stub may leave out what its source has.
        file.is_stub(db)
            || folder.is_some_and(is_compiled)
            || failed.member.is_some_and(|name| self.declared.anywhere(name) && !self.view.is_closed_module(file))
    }

    fn module(&self, name: Option<&str>, level: u32) -> Option<Module<'_>> {
        let db = self.view.db;
        let environment = self.model.program_environment().resolver_environment(db);
        let file = ImportingFile::File(self.model.file(), environment);
        let name = ModuleName::from_identifier_parts(db, file, name, level).ok()?;
        resolve_module(db, file, &name)
    }

    /// Whether an import stands where another one failed before.
    fn is_fallback(&self, node: &CoveringNode<'_>) -> bool {
        let errors = ["ImportError", "ModuleNotFoundError", "AttributeError"];
        node.ancestors().filter_map(|around| around.except_handler_except_handler()).any(|handler| {
            let expected = handler.type_.as_deref().map(|expected| &self.text[expected.range().to_std_range()]);
            expected.is_none_or(|expected| errors.iter().any(|error| expected.contains(error)))
        })
    }

    /// Whether an import stands under a condition that depends on the machine.
    fn is_conditional(&self, node: &CoveringNode<'_>) -> bool {
        let depends = |test: &Expr| {
            let written = &self.text[test.range().to_std_range()];
            CONDITIONS.iter().any(|word| written.contains(word))
        };
        node.ancestors().any(|around| match around {
            AnyNodeRef::StmtIf(branches) => {
                depends(&branches.test)
                    || branches.elif_else_clauses.iter().filter_map(|clause| clause.test.as_ref()).any(depends)
            }
            _ => false,
        })
    }
}

fn failed<'a>(node: &CoveringNode<'a>) -> Option<Failed<'a>> {
    let place = node.node().range();
    node.ancestors().find_map(|around| match around {
        AnyNodeRef::StmtImport(import) => {
            let alias = import.names.iter().find(|alias| alias.range.contains_range(place))?;
            Some(Failed { module: Some(alias.name.as_str()), level: 0, member: None })
        }
        AnyNodeRef::StmtImportFrom(import) => {
            let alias = import.names.iter().find(|alias| alias.range.contains_range(place));
            let member = alias.map(|alias| alias.name.as_str());
            Some(Failed { module: import.module.as_deref(), level: import.level, member })
        }
        _ => None,
    })
}
