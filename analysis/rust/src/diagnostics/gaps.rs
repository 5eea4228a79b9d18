//! What is missing from what the engine knows of a crate.
//!
//! Macros of other programs are not run, and neither are build scripts: what they would have written is not
//! there. A name that is missing from a crate that has such a gap may be a name that the gap would have had.

use ra_ap_cfg::{CfgAtom, CfgExpr};
use ra_ap_hir::{Adt, Crate, HasSource, Module};
use ra_ap_hir_def::ModuleId;
use ra_ap_hir_def::nameres::crate_def_map;
use ra_ap_hir_def::nameres::diagnostics::DefDiagnosticKind;
use ra_ap_hir_expand::MacroCallKind;
use ra_ap_ide_db::RootDatabase;
use ra_ap_syntax::ast::{self, AstNode, HasAttrs, HasName};
use rustc_hash::{FxHashMap, FxHashSet};

/// What is missing from crates. Each is looked at once.
#[derive(Default)]
pub(super) struct Gaps {
    crates: FxHashMap<Crate, CrateGaps>,
    reaches_programs: FxHashMap<Crate, bool>,
}

/// What is missing from one crate.
#[derive(Default)]
struct CrateGaps {
    /// Modules that may have any name that is not known.
    open: FxHashSet<ModuleId>,
    /// Modules in which only macros do not exist that are called there: they would write items.
    calls_missing_macros: FxHashSet<ModuleId>,
    /// Names that imports bring which lead nowhere.
    missing: FxHashMap<ModuleId, FxHashSet<String>>,
    /// Whether any item of the crate may be one that a macro writes, so that its methods may be anywhere.
    has_hidden_items: bool,
}

impl Gaps {
    /// Whether a module may have a name that is not known.
    pub(super) fn may_have_name(&mut self, db: &RootDatabase, module: Module, name: &str) -> bool {
        let gaps = self.of(db, module.krate(db));
        let module = module.into();
        gaps.open.contains(&module)
            || gaps.calls_missing_macros.contains(&module)
            || gaps.missing.get(&module).is_some_and(|names| names.contains(name))
    }

    /// Whether a module may have a macro that is not known.
    pub(super) fn may_have_macro(&mut self, db: &RootDatabase, module: Module, name: &str) -> bool {
        let gaps = self.of(db, module.krate(db));
        let module = module.into();
        gaps.open.contains(&module) || gaps.missing.get(&module).is_some_and(|names| names.contains(name))
    }

    /// Whether any module of a crate may have names that are not known.
    pub(super) fn is_any_module_open(&mut self, db: &RootDatabase, krate: Crate) -> bool {
        let gaps = self.of(db, krate);
        !(gaps.open.is_empty() && gaps.calls_missing_macros.is_empty())
    }

    /// Whether a type may have members that are not known: those that derives add which are not the
    /// language's own, or that stand in items which a macro writes.
    pub(super) fn may_have_more_members(&mut self, db: &RootDatabase, adt: Adt) -> bool {
        let krate = adt.module(db).krate(db);
        if krate.origin(db).is_lang() {
            return false;
        }
        let module = adt.module(db).into();
        let gaps = self.of(db, krate);
        gaps.has_hidden_items || gaps.calls_missing_macros.contains(&module) || !is_plain(db, adt)
    }

    /// Whether a crate uses macros that are other programs, itself or by what it depends on: any of them may
    /// implement a trait for any type.
    pub(super) fn reaches_programs(&mut self, db: &RootDatabase, krate: Crate) -> bool {
        if let Some(&known) = self.reaches_programs.get(&krate) {
            return known;
        }
        let mut pending = vec![krate];
        let mut seen = FxHashSet::from_iter([krate]);
        let mut found = false;
        while let Some(next) = pending.pop().filter(|_| !found) {
            found = Into::<ra_ap_base_db::Crate>::into(next).data(db).is_proc_macro;
            let dependencies = next.dependencies(db).into_iter().map(|dependency| dependency.krate);
            pending.extend(dependencies.filter(|&it| !it.origin(db).is_lang() && seen.insert(it)));
        }
        self.reaches_programs.insert(krate, found);
        found
    }

    /// Whether items of a crate may be written by macros that are not run.
    pub(super) fn has_hidden_items(&mut self, db: &RootDatabase, krate: Crate) -> bool {
        self.of(db, krate).has_hidden_items
    }

    fn of(&mut self, db: &RootDatabase, krate: Crate) -> &CrateGaps {
        self.crates.entry(krate).or_insert_with(|| look(db, krate))
    }
}

/// The language's own derives.
const DERIVES: [&str; 9] = ["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];

/// Derives of well-known packages that write implementations and no names.
const WRITE_MEMBERS_ALONE: [&str; 16] = [
    "Arbitrary",
    "Args",
    "Deserialize",
    "Diagnostic",
    "Display",
    "Error",
    "FromRow",
    "JsonSchema",
    "Parser",
    "Pod",
    "Serialize",
    "Subcommand",
    "TypedPath",
    "ValueEnum",
    "Zeroize",
    "Zeroable",
];

fn writes_members_alone(derive: &str) -> bool {
    DERIVES.contains(&derive) || WRITE_MEMBERS_ALONE.contains(&derive)
}

/// The last names of what an attribute derives; none if it derives nothing.
fn derived(attribute: &ast::Attr) -> Vec<String> {
    let text = attribute.to_string();
    let Some(at) = text.find("derive(") else { return Vec::new() };
    let list = text[at + "derive(".len()..].split(')').next().unwrap_or_default().split(',');
    let names = list.map(|path| path.rsplit("::").next().unwrap_or_default().trim().to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

fn look(db: &RootDatabase, krate: Crate) -> CrateGaps {
    let mut gaps = CrateGaps::default();
    // The library is built with what nobody else can name; nothing of that is for users.
    if krate.origin(db).is_lang() {
        return gaps;
    }
    let potential = krate.potential_cfg(db);
    let map = crate_def_map(db, krate.into());
    for (module, data) in map.modules() {
        for call in data.scope.all_macro_calls() {
            if call.parse_macro_expansion_error(db).is_none_or(|error| error.err.is_none()) {
                continue;
            }
            match &call.loc(db).kind {
                MacroCallKind::FnLike { .. } => {
                    gaps.has_hidden_items = true;
                    gaps.open.insert(module);
                }
                // Members that a derive adds are looked for where it matters.
                MacroCallKind::Derive { ast_id, .. } => {
                    let adt = ast_id.to_node(db);
                    if !adt.attrs().flat_map(|attribute| derived(&attribute)).all(|name| writes_members_alone(&name)) {
                        gaps.open.insert(module);
                    }
                }
                MacroCallKind::Attr { .. } => _ = gaps.open.insert(module),
            }
        }
    }
    for found in map.diagnostics() {
        match &found.kind {
            DefDiagnosticKind::MacroError { ast, path, .. } => {
                gaps.has_hidden_items |= matches!(ast.to_node(db), ast::Item::MacroCall(_));
                if !path.segments().last().is_some_and(|name| writes_members_alone(name.as_str())) {
                    gaps.open.insert(found.in_module);
                }
            }
            DefDiagnosticKind::UnresolvedMacroCall { .. } => {
                gaps.calls_missing_macros.insert(found.in_module);
            }
            DefDiagnosticKind::UnresolvedImport { id, .. } => {
                let names = gaps.missing.entry(found.in_module).or_default();
                for tree in id.to_node(db).syntax().descendants().filter_map(ast::UseTree::cast) {
                    match imported(&tree) {
                        Imported::Name(name) => _ = names.insert(name),
                        // One of these is not there: any name may be in it.
                        Imported::All => _ = gaps.open.insert(found.in_module),
                        Imported::Nothing => {}
                    }
                }
            }
            DefDiagnosticKind::UnresolvedModule { ast, .. } => {
                let names = gaps.missing.entry(found.in_module).or_default();
                names.extend(ast.to_node(db).name().map(|name| name.text().to_string()));
            }
            // Its macros are wherever the text comes after it.
            DefDiagnosticKind::UnresolvedExternCrate { .. } | DefDiagnosticKind::UnimplementedBuiltinMacro { .. } => {
                gaps.open.insert(found.in_module);
            }
            // An option that a build script may set.
            DefDiagnosticKind::UnconfiguredCode { cfg, .. } => {
                let is_feature = |atom: &CfgAtom| match atom {
                    CfgAtom::KeyValue { key, .. } => key.as_str() == "feature",
                    CfgAtom::Flag(_) => false,
                };
                let is_open =
                    |atom: &CfgAtom| !is_feature(atom) && !is_of_the_compiler(atom) && !potential.check_atom(atom);
                if any_atom(cfg, &is_open) {
                    gaps.open.insert(found.in_module);
                }
            }
            DefDiagnosticKind::InvalidDeriveTarget { .. }
            | DefDiagnosticKind::MalformedDerive { .. }
            | DefDiagnosticKind::MacroDefError { .. } => {}
        }
    }
    gaps
}

/// What one tree of a `use` brings.
pub(super) enum Imported {
    Name(String),
    All,
    Nothing,
}

/// What a tree of a `use` brings, those inside of it aside.
pub(super) fn imported(tree: &ast::UseTree) -> Imported {
    if tree.star_token().is_some() {
        return Imported::All;
    }
    if tree.use_tree_list().is_some() {
        return Imported::Nothing;
    }
    let renamed = tree.rename().map(|rename| rename.name().map(|name| name.text().to_string()));
    let own = || Some(tree.path()?.segment()?.name_ref()?.text().to_string());
    renamed.unwrap_or_else(own).map_or(Imported::Nothing, Imported::Name)
}

fn any_atom(cfg: &CfgExpr, wanted: &dyn Fn(&CfgAtom) -> bool) -> bool {
    match cfg {
        CfgExpr::Invalid => true,
        CfgExpr::Atom(atom) => wanted(atom),
        CfgExpr::All(list) | CfgExpr::Any(list) => list.iter().any(|inner| any_atom(inner, wanted)),
        CfgExpr::Not(inner) => any_atom(inner, wanted),
    }
}

/// Whether the compiler alone decides about an option. (The Rust Reference, "Conditional compilation".)
fn is_of_the_compiler(atom: &CfgAtom) -> bool {
    const FLAGS: [&str; 12] = [
        "unix",
        "windows",
        "test",
        "debug_assertions",
        "proc_macro",
        "doc",
        "doctest",
        "miri",
        "overflow_checks",
        "ub_checks",
        "target_thread_local",
        "rust_analyzer",
    ];
    match atom {
        CfgAtom::Flag(name) => FLAGS.contains(&name.as_str()),
        CfgAtom::KeyValue { key, .. } => {
            key.as_str().starts_with("target_") || matches!(key.as_str(), "panic" | "sanitize" | "relocation_model")
        }
    }
}

/// Whether nothing but the language's own derives adds members to a type.
fn is_plain(db: &RootDatabase, adt: Adt) -> bool {
    let source = match adt {
        Adt::Struct(adt) => adt.source(db).map(|source| ast::Adt::Struct(source.value)),
        Adt::Union(adt) => adt.source(db).map(|source| ast::Adt::Union(source.value)),
        Adt::Enum(adt) => adt.source(db).map(|source| ast::Adt::Enum(source.value)),
    };
    source.is_some_and(|source| source.attrs().all(|attribute| is_harmless(&attribute)))
}

/// Whether an attribute leaves what it stands on as it is, as far as the engine can see.
pub(super) fn is_harmless(attribute: &ast::Attr) -> bool {
    const INERT: [&str; 16] = [
        "allow",
        "cfg",
        "cold",
        "default",
        "deny",
        "deprecated",
        "diagnostic",
        "doc",
        "expect",
        "forbid",
        "inline",
        "must_use",
        "non_exhaustive",
        "repr",
        "rustfmt",
        "warn",
    ];
    let text = attribute.to_string();
    let inside = text.trim_start_matches(['#', '!', '[', ' ']).trim_end_matches(']');
    let (name, arguments) = inside.split_once('(').unwrap_or((inside, ""));
    let name = name.split(['=', ':']).next().unwrap_or_default().trim();
    match name {
        "derive" => derived(attribute).iter().all(|name| DERIVES.contains(&name.as_str())),
        // What is under a condition is unlikely to be plain.
        "cfg_attr" => !arguments.contains("derive"),
        name => INERT.contains(&name),
    }
}
