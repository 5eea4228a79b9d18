//! How sure it is that something is not there: whether all is known of the place where it would be.

use montuno_base::name_index;
use montuno_semantic::Severity;
use montuno_semantic::diagnostic::rules;
use ra_ap_hir::{CallableKind, Crate, HasSource, Impl, ModuleDef, PathResolution, Semantics, Type};
use ra_ap_ide_db::RootDatabase;
use ra_ap_syntax::algo::find_node_at_range;
use ra_ap_syntax::ast::{self, HasAttrs};
use ra_ap_syntax::{AstNode, SyntaxNode, TextRange};
use rustc_hash::FxHashSet;

use super::gaps::{Gaps, Imported, imported, is_harmless};
use super::paths::Missing;

/// What is made of a finding that says that something is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Certainty {
    /// It certainly is not.
    Exact,
    /// It may be where nothing is known: no worse than this, and in other words if there are some.
    Likely(Severity, Option<String>),
    /// Nothing can be said.
    Unknown,
}

/// What is weaker because of something that is not known here.
const FOLLOWS: Certainty = Certainty::Likely(Severity::Information, None);

/// What manifests say of the package that a file is in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Declared {
    /// The crates that the package names, as code writes them, also those that are not there.
    pub crates: FxHashSet<String>,
    /// Whether the standard library is there.
    pub has_library: bool,
    /// Whether a manifest is known at all.
    pub has_manifest: bool,
    /// Whether it is the user's own, and not a package that the user depends on.
    pub is_own: bool,
    /// Whether all that it depends on is known, as far as it is there.
    pub is_whole: bool,
}

/// One file whose findings are judged.
pub(super) struct Judge<'db> {
    pub(super) sema: Semantics<'db, RootDatabase>,
    pub(super) root: SyntaxNode,
    krate: Crate,
    declared: Declared,
    gaps: Gaps,
    /// Whether the text is not what the language allows.
    is_broken: bool,
    /// Whether anything that the file imports is not known.
    lacks_imports: bool,
    /// Names that imports of the file bring which lead nowhere.
    missing_names: FxHashSet<String>,
    /// Whether such an import would bring any name.
    lacks_any_name: bool,
    /// The text of the file that is turned off.
    inactive: String,
}

impl<'db> Judge<'db> {
    /// `None` for a file that is in no crate: nothing is known of it.
    pub(super) fn new(db: &'db RootDatabase, file: ra_ap_ide::FileId, declared: Declared) -> Option<Self> {
        let sema = Semantics::new(db);
        let root = sema.parse_guess_edition(file).syntax().clone();
        let krate = sema.file_to_module_def(file)?.krate(db);
        Some(Self {
            sema,
            root,
            krate,
            declared,
            gaps: Gaps::default(),
            is_broken: false,
            lacks_imports: false,
            missing_names: FxHashSet::default(),
            lacks_any_name: false,
            inactive: String::new(),
        })
    }

    /// Takes note of an import that leads nowhere: traits may have come by it, and the names that it brings.
    pub(super) fn note_missing_import(&mut self, range: TextRange) {
        self.lacks_imports = true;
        let Some(tree) = find_node_at_range::<ast::UseTree>(&self.root, range) else { return };
        for tree in tree.syntax().descendants().filter_map(ast::UseTree::cast) {
            match imported(&tree) {
                Imported::Name(name) => _ = self.missing_names.insert(name),
                Imported::All => self.lacks_any_name = true,
                Imported::Nothing => {}
            }
        }
    }

    /// Whether the file is the user's own.
    pub(super) fn is_own(&self) -> bool {
        self.declared.is_own
    }

    /// Takes note of a text that is not what the language allows.
    pub(super) fn note_broken_text(&mut self) {
        self.is_broken = true;
    }

    /// Takes note of a path that begins with something that is not there.
    pub(super) fn note_missing_path(&mut self) {
        self.lacks_imports = true;
    }

    /// Takes note of code that is turned off: what it declares may be there after all.
    pub(super) fn note_inactive(&mut self, ranges: &[TextRange]) {
        let text = self.root.text();
        for range in ranges {
            let range = range.intersect(self.root.text_range()).unwrap_or_default();
            self.inactive.push_str(&text.slice(range).to_string());
            self.inactive.push('\n');
        }
    }

    /// How sure a finding is.
    pub(super) fn judge(&mut self, rule: &str, range: TextRange) -> Certainty {
        // What others wrote was built with options that are not known here.
        if !self.declared.is_own || (!self.declared.is_whole && rule != rules::SYNTAX_ERROR) {
            return FOLLOWS;
        }
        match rule {
            rules::UNRESOLVED_IMPORT => self.import(range),
            rules::UNRESOLVED_NAME => self.name(range),
            rules::UNRESOLVED_MEMBER => self.member(range),
            rules::INVALID_CALL => self.call(range),
            rules::SYNTAX_ERROR => Certainty::Exact,
            // What fits a type depends on all that is written, on imports, and on every implementation that
            // there is.
            _ => follows(self.is_broken || self.lacks_imports || self.gaps.reaches_programs(self.sema.db, self.krate)),
        }
    }

    /// An import, or a module without a file.
    fn import(&mut self, range: TextRange) -> Certainty {
        let Some(tree) = find_node_at_range::<ast::UseTree>(&self.root, range) else { return Certainty::Exact };
        let Some(first) = first_name(&tree) else { return FOLLOWS };
        if let Some(prefix) = prefix(&tree)
            && let Some(resolution) = self.sema.resolve_path(&prefix)
        {
            return match resolution {
                PathResolution::Def(ModuleDef::Module(module)) => {
                    let name = last_name(&tree).unwrap_or_default();
                    follows(self.gaps.may_have_name(self.sema.db, module, &name))
                }
                // A variant of an enumeration, an item of a trait.
                PathResolution::Def(ModuleDef::Adt(adt)) if self.gaps.may_have_more_members(self.sema.db, adt) => {
                    FOLLOWS
                }
                _ => Certainty::Exact,
            };
        }
        match first.as_str() {
            "crate" | "self" | "super" => self.in_crate(self.krate),
            "core" | "alloc" | "std" | "proc_macro" | "test" if !self.declared.has_library => Certainty::Unknown,
            name => {
                let dependencies = self.krate.dependencies(self.sema.db);
                let dependency = dependencies.iter().find(|dependency| dependency.name.as_str() == name);
                match dependency {
                    Some(dependency) => self.in_crate(dependency.krate),
                    None => self.unknown_crate(name),
                }
            }
        }
    }

    /// An import that begins with a name that is neither a crate nor a module here.
    fn unknown_crate(&self, name: &str) -> Certainty {
        let Declared { crates, has_manifest, .. } = &self.declared;
        if crates.contains(name) {
            let message =
                format!("the package `{name}` is declared and not there: fetch it, for example by `cargo fetch`");
            return Certainty::Likely(Severity::Information, Some(message));
        }
        let message = if *has_manifest {
            format!("`{name}` is neither a module here nor a package that Cargo.toml declares")
        } else {
            format!("`{name}` is no module here, and no Cargo.toml declares packages")
        };
        Certainty::Likely(Severity::Warning, Some(message))
    }

    /// A path that begins with a name which is not there.
    pub(super) fn judge_path(&mut self, path: &Missing) -> Certainty {
        let certainty = self.judge(rules::UNRESOLVED_NAME, path.range);
        // A crate may be meant.
        let may_be_crate = path.is_longer && path.name.starts_with(|first: char| !first.is_uppercase());
        if may_be_crate && certainty == Certainty::Exact { self.unknown_crate(&path.name) } else { certainty }
    }

    /// A name of a value, a type or a macro.
    fn name(&mut self, range: TextRange) -> Certainty {
        let place = self.root.covering_element(range);
        let node = place.as_node().cloned().or_else(|| place.parent());
        let Some(node) = node.filter(|_| self.declared.has_library) else { return FOLLOWS };
        let Some(scope) = self.sema.scope(&node) else { return FOLLOWS };
        let name = place.to_string();
        let is_turned_off = name_index::occurrences(&self.inactive, &name).next().is_some();
        if self.lacks_any_name || self.missing_names.contains(&name) || is_turned_off {
            return FOLLOWS;
        }
        let db = self.sema.db;
        let is_macro = node.ancestors().take(4).any(|node| ast::MacroCall::can_cast(node.kind()));
        if is_macro && let Some(certainty) = self.macro_path(&node) {
            return certainty;
        }
        if is_macro {
            // Macros that are found by the order of the text may come from any module above.
            let mut around = Some(scope.module());
            while let Some(module) = around {
                if self.gaps.may_have_macro(db, module, &name) {
                    return FOLLOWS;
                }
                around = module.parent(db);
            }
        } else if self.gaps.may_have_name(db, scope.module(), &name) {
            return FOLLOWS;
        }
        let globs = self.root.descendants().filter_map(ast::UseTree::cast).filter(|tree| tree.star_token().is_some());
        for path in globs.filter_map(|tree| tree.path().or_else(|| prefix(&tree))).collect::<Vec<_>>() {
            match self.sema.resolve_path(&path) {
                Some(PathResolution::Def(ModuleDef::Module(module)))
                    if self.gaps.may_have_name(db, module, &name) || self.gaps.may_have_macro(db, module, &name) =>
                {
                    return FOLLOWS;
                }
                Some(_) => {}
                None => return FOLLOWS,
            }
        }
        Certainty::Exact
    }

    /// A macro that is named by a path: its first name may be a crate that is not there. `None` if it is not.
    fn macro_path(&self, node: &SyntaxNode) -> Option<Certainty> {
        let path = node.ancestors().find_map(ast::MacroCall::cast)?.path()?;
        let first = path.segments().next().filter(|first| Some(first) != path.segment().as_ref())?;
        let is_there = self.sema.resolve_path(&first.parent_path()).is_some();
        (!is_there).then(|| {
            self.unknown_crate(first.name_ref().map(|name| name.text().to_string()).unwrap_or_default().as_str())
        })
    }

    /// The arguments of a call. What attributes stand on a function may change what it takes.
    fn call(&self, range: TextRange) -> Certainty {
        let db = self.sema.db;
        let token = self.root.token_at_offset(range.start()).right_biased();
        let function = token.into_iter().flat_map(|token| token.parent_ancestors()).find_map(|node| {
            if let Some(call) = ast::MethodCallExpr::cast(node.clone()) {
                return Some(self.sema.resolve_method_call(&call));
            }
            let call = ast::CallExpr::cast(node)?;
            let callee = self.sema.type_of_expr(&call.expr()?)?.original.as_callable(db)?;
            match callee.kind() {
                CallableKind::Function(function) => Some(Some(function)),
                _ => Some(None),
            }
        });
        let source = function.flatten().and_then(|function| function.source(db));
        let is_plain = source.is_some_and(|source| source.value.attrs().all(|attribute| is_harmless(&attribute)));
        follows(!is_plain || self.lacks_imports)
    }

    /// A method, a field, or another item of a type.
    fn member(&mut self, range: TextRange) -> Certainty {
        if self.gaps.has_hidden_items(self.sema.db, self.krate) {
            return FOLLOWS;
        }
        let Some(receiver) = self.receiver(range) else { return FOLLOWS };
        match self.root.token_at_offset(range.start()).right_biased() {
            Some(name) if self.has_member(&receiver, name.text()) => Certainty::Unknown,
            _ => match self.of_type(&receiver) {
                // A trait that has it may be among what is not known.
                Certainty::Exact if self.lacks_imports => Certainty::Likely(Severity::Warning, None),
                certainty => certainty,
            },
        }
    }

    /// Whether a type has a member of this name after all: the engine may have looked for it when it did not
    /// know the type yet, or not know that what the member demands is so.
    fn has_member(&self, ty: &Type<'db>, name: &str) -> bool {
        let db = self.sema.db;
        ty.autoderef(db).take(8).any(|ty| {
            let mut fields = ty.fields(db).into_iter();
            let mut items = Impl::all_for_type(db, ty).into_iter().flat_map(|it| it.items(db));
            fields.any(|(field, _)| field.name(db).as_str() == name)
                || items.any(|item| item.name(db).is_some_and(|it| it.as_str() == name))
        })
    }

    /// The type whose member is not there.
    fn receiver(&self, range: TextRange) -> Option<Type<'db>> {
        let token = self.root.token_at_offset(range.start()).right_biased()?;
        token.parent_ancestors().find_map(|node| {
            if let Some(call) = ast::MethodCallExpr::cast(node.clone()) {
                return Some(self.sema.type_of_expr(&call.receiver()?)?.original);
            }
            if let Some(field) = ast::FieldExpr::cast(node.clone()) {
                return Some(self.sema.type_of_expr(&field.expr()?)?.original);
            }
            if let Some(record) = ast::RecordExpr::cast(node.clone()) {
                return Some(self.sema.type_of_expr(&record.into())?.original);
            }
            let path = ast::Path::cast(node)?;
            match self.sema.resolve_path(&path.qualifier()?)? {
                PathResolution::Def(ModuleDef::Adt(adt)) => Some(adt.ty(self.sema.db)),
                PathResolution::Def(ModuleDef::TypeAlias(alias)) => Some(alias.ty(self.sema.db)),
                PathResolution::SelfType(implementation) => Some(implementation.self_ty(self.sema.db)),
                _ => None,
            }
        })
    }

    /// Whether a type has all its members known, and so has what it dereferences to.
    fn of_type(&mut self, ty: &Type<'db>) -> Certainty {
        let db = self.sema.db;
        for ty in ty.autoderef(db).take(8) {
            // What does not return has a type of its own, and stands in for types that are not known.
            if ty.is_unknown() || ty.is_never() {
                return Certainty::Unknown;
            }
            // Methods depend on what the arguments of a type implement.
            let mut types = Vec::new();
            ty.walk(db, |part| types.extend(part.as_adt()));
            if types.into_iter().any(|adt| self.gaps.may_have_more_members(db, adt)) {
                return FOLLOWS;
            }
        }
        if ty.contains_unknown() { Certainty::Unknown } else { Certainty::Exact }
    }

    fn in_crate(&mut self, krate: Crate) -> Certainty {
        follows(self.gaps.is_any_module_open(self.sema.db, krate))
    }
}

/// Weaker if it may follow from something that is not known.
fn follows(from_unknown: bool) -> Certainty {
    if from_unknown { FOLLOWS } else { Certainty::Exact }
}

/// The name that a tree in a `use` asks for.
fn last_name(tree: &ast::UseTree) -> Option<String> {
    Some(tree.path()?.segment()?.name_ref()?.text().to_string())
}

/// The path before the last name of a tree in a `use`.
fn prefix(tree: &ast::UseTree) -> Option<ast::Path> {
    match tree.path().and_then(|path| path.qualifier()) {
        Some(qualifier) => Some(qualifier),
        None => around(tree).find_map(|outer| outer.path()),
    }
}

/// The name that the path to a tree in a `use` begins with.
fn first_name(tree: &ast::UseTree) -> Option<String> {
    let outermost = around(tree).filter_map(|outer| outer.path()).last().or_else(|| tree.path())?;
    Some(outermost.first_segment()?.name_ref()?.text().to_string())
}

/// The trees around one, the innermost first.
fn around(tree: &ast::UseTree) -> impl Iterator<Item = ast::UseTree> + use<> {
    tree.syntax().ancestors().skip(1).filter_map(ast::UseTree::cast)
}
