//! What is missing from what the engine knows of a crate.
//!
//! Macros of other programs are not run, and neither are build scripts: what they would have written is not
//! there. A name that is missing from a crate that has such a gap may be a name that the gap would have had.

use ra_ap_cfg::{CfgAtom, CfgExpr, CfgOptions};
use ra_ap_hir::{Adt, Crate, HasSource, Impl, Module, Trait};
use ra_ap_hir_def::ModuleId;
use ra_ap_hir_def::nameres::assoc::{ImplItems, TraitItems};
use ra_ap_hir_def::nameres::crate_def_map;
use ra_ap_hir_def::nameres::diagnostics::{DefDiagnosticKind, DefDiagnostics};
use ra_ap_hir_expand::{MacroCallId, MacroCallKind};
use ra_ap_ide_db::RootDatabase;
use ra_ap_syntax::ast::{self, AstNode, HasAttrs, HasName};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};
use rustc_hash::{FxHashMap, FxHashSet};

/// What is missing from crates. Each is looked at once.
#[derive(Default)]
pub(super) struct Gaps {
    crates: FxHashMap<Crate, CrateGaps>,
    reaches_programs: FxHashMap<Crate, bool>,
    lacks_items: FxHashMap<Trait, bool>,
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
    /// Crates by the names that code gives them which are declared in it and not there.
    missing_crates: FxHashSet<String>,
    /// The words of items that options turn off: with other options they have the names among these.
    turned_off: FxHashSet<String>,
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

    /// Whether items that options turn off may have a name.
    pub(super) fn is_turned_off(&mut self, db: &RootDatabase, krate: Crate, name: &str) -> bool {
        self.of(db, krate).turned_off.contains(name)
    }

    /// Whether a crate names another one so, by `extern crate`, which is not there.
    pub(super) fn lacks_crate(&mut self, db: &RootDatabase, krate: Crate, name: &str) -> bool {
        self.of(db, krate).missing_crates.contains(name)
    }

    /// Whether macros that are not run would write items of a trait.
    pub(super) fn lacks_items(&mut self, db: &RootDatabase, of: Trait) -> bool {
        if of.module(db).krate(db).origin(db).is_lang() {
            return false;
        }
        *self.lacks_items.entry(of).or_insert_with(|| {
            let (items, found) = TraitItems::query_with_diagnostics(db, of.into());
            has_failed(db, items.macro_calls().map(|(_, call)| call)) || misses_macros(found)
        })
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

/// Whether macros that are not run would write items of an implementation.
pub(super) fn lacks_items(db: &RootDatabase, of: Impl) -> bool {
    // The library's macros are the compiler's own.
    if of.module(db).krate(db).origin(db).is_lang() {
        return false;
    }
    let Ok(id) = of.try_into() else { return false };
    let (items, found) = ImplItems::of(db, id);
    has_failed(db, items.macro_calls().map(|(_, call)| call)) || misses_macros(found)
}

fn has_failed(db: &RootDatabase, mut calls: impl Iterator<Item = MacroCallId>) -> bool {
    calls.any(|call| call.parse_macro_expansion_error(db).is_some_and(|error| error.err.is_some()))
}

/// Whether macros are called that are not there.
fn misses_macros(found: &DefDiagnostics) -> bool {
    found.iter().any(|found| {
        matches!(found.kind, DefDiagnosticKind::UnresolvedMacroCall { .. } | DefDiagnosticKind::MacroError { .. })
    })
}

/// What an attribute says under the options of a crate: what stands under conditions that do not hold is not there.
fn metas(attribute: &ast::Attr, options: &CfgOptions) -> Vec<ast::Meta> {
    let mut pending: Vec<_> = attribute.meta().into_iter().collect();
    let mut metas = Vec::new();
    while let Some(meta) = pending.pop() {
        let ast::Meta::CfgAttrMeta(conditional) = &meta else {
            metas.push(meta);
            continue;
        };
        let condition = conditional.cfg_predicate().map(CfgExpr::parse_from_ast);
        if condition.and_then(|condition| options.check(&condition)) != Some(false) {
            pending.extend(conditional.metas());
        }
    }
    metas
}

/// The last names of what an attribute derives; none if it derives nothing.
fn derived(meta: &ast::Meta) -> Vec<String> {
    let Some((_, list)) = meta.as_simple_call().filter(|(name, _)| name == "derive") else { return Vec::new() };
    let list = list.to_string();
    let paths = list.trim_matches(['(', ')']).split(',');
    let names = paths.map(|path| path.rsplit("::").next().unwrap_or_default().trim().to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

/// The words of a text, without its comments and strings.
fn words(node: &SyntaxNode) -> impl Iterator<Item = String> {
    let tokens = node.descendants_with_tokens().filter_map(|it| it.into_token());
    tokens.filter(|token| token.kind() == SyntaxKind::IDENT).map(|token| token.text().to_owned())
}

fn look(db: &RootDatabase, krate: Crate) -> CrateGaps {
    let mut gaps = CrateGaps::default();
    // The library is built with what nobody else can name; nothing of that is for users.
    if krate.origin(db).is_lang() {
        return gaps;
    }
    let options = krate.cfg(db);
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
                    let metas = adt.attrs().flat_map(|attribute| metas(&attribute, options));
                    if !metas.flat_map(|meta| derived(&meta)).all(|name| writes_members_alone(&name)) {
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
            DefDiagnosticKind::UnresolvedExternCrate { ast } => {
                gaps.open.insert(found.in_module);
                gaps.missing_crates.extend(crate_name(&ast.to_node(db)));
            }
            DefDiagnosticKind::UnimplementedBuiltinMacro { .. } => _ = gaps.open.insert(found.in_module),
            // An option that a build script may set.
            DefDiagnosticKind::UnconfiguredCode { ast_id, cfg, .. } => {
                let item = ast_id.to_ptr(db).to_node(&ast_id.file_id.parse_or_expand(db));
                gaps.turned_off.extend(words(&item));
                let is_feature = |atom: &CfgAtom| match atom {
                    CfgAtom::KeyValue { key, .. } => key.as_str() == "feature",
                    CfgAtom::Flag(_) => false,
                };
                let is_open =
                    |atom: &CfgAtom| !is_feature(atom) && !is_of_the_compiler(atom) && !potential.check_atom(atom);
                let imports = ast::Use::cast(item).into_iter().flat_map(|import| import.syntax().descendants());
                let brings_all = imports.filter_map(ast::UseTree::cast).any(|tree| tree.star_token().is_some());
                if any_atom(cfg, &is_open) || (brings_all && any_atom(cfg, &is_feature)) {
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

/// The name that a crate is given by a declaration of it.
fn crate_name(declaration: &ast::ExternCrate) -> Option<String> {
    let renamed = declaration.rename().and_then(|rename| rename.name()).map(|name| name.text().to_string());
    renamed.or_else(|| declaration.name_ref().map(|name| name.text().to_string()))
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
    let options = adt.module(db).krate(db).cfg(db);
    source.is_some_and(|source| source.attrs().all(|attribute| is_harmless(&attribute, options)))
}

/// Whether an attribute leaves what it stands on as it is, as far as the engine can see.
pub(super) fn is_harmless(attribute: &ast::Attr, options: &CfgOptions) -> bool {
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
    metas(attribute, options).iter().all(|meta| {
        let text = meta.to_string();
        let name = text.split(['(', '=', ':', ' ']).next().unwrap_or_default();
        if name == "derive" {
            derived(meta).iter().all(|name| DERIVES.contains(&name.as_str()))
        } else {
            INERT.contains(&name)
        }
    })
}
