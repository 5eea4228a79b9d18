//! How sure it is that something is not there: whether all is known of the place where it would be.

use montuno_base::name_index;
use montuno_semantic::Severity;
use montuno_semantic::diagnostic::rules;
use ra_ap_hir::{CallableKind, Crate, HasSource, Impl, ModuleDef, PathResolution, Semantics, Trait, Type};
use ra_ap_ide_db::RootDatabase;
use ra_ap_syntax::algo::find_node_at_range;
use ra_ap_syntax::ast::{self, HasAttrs, HasGenericArgs};
use ra_ap_syntax::{AstNode, SyntaxKind, SyntaxNode, SyntaxToken, TextRange};
use rustc_hash::FxHashSet;

use super::gaps::{Gaps, Imported, imported, is_harmless, lacks_items};
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
    pub(super) krate: Crate,
    declared: Declared,
    gaps: Gaps,
    /// Whether the text is not what the language allows.
    is_broken: bool,
    /// The modules and blocks in which something is not known that is imported or named by a path.
    lacking: Vec<TextRange>,
    /// What imports bring which lead nowhere, and the modules and blocks that they are in.
    missing_names: Vec<(TextRange, Imported)>,
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
            lacking: Vec::new(),
            missing_names: Vec::new(),
            inactive: String::new(),
        })
    }

    /// Takes note of an import that leads nowhere: traits may have come by it, and the names that it brings.
    pub(super) fn note_missing_import(&mut self, range: TextRange) {
        let around = self.around(range);
        self.lacking.push(around);
        let Some(tree) = find_node_at_range::<ast::UseTree>(&self.root, range) else { return };
        let trees = tree.syntax().descendants().filter_map(ast::UseTree::cast);
        self.missing_names.extend(trees.map(|tree| (around, imported(&tree))));
    }

    /// The module or the block that what is imported at a place is imported into. What is inside of it may see it
    /// too; what is around it does not.
    fn around(&self, range: TextRange) -> TextRange {
        let place = self.root.covering_element(range);
        let kinds = [SyntaxKind::ITEM_LIST, SyntaxKind::STMT_LIST];
        let around = place.ancestors().find(|node| kinds.contains(&node.kind()));
        around.unwrap_or_else(|| self.root.clone()).text_range()
    }

    /// Whether anything that is imported is not known, as far as a place can see.
    fn lacks_imports(&self, range: TextRange) -> bool {
        self.lacking.iter().any(|around| around.contains_range(range))
    }

    /// Whether an import that leads nowhere would bring a name to a place.
    fn may_be_imported(&self, range: TextRange, name: &str) -> bool {
        self.missing_names.iter().filter(|(around, _)| around.contains_range(range)).any(|(_, brought)| match brought {
            Imported::Name(brought) => brought == name,
            Imported::All => true,
            Imported::Nothing => false,
        })
    }

    /// Whether code that options turn off has a word: with other options what is missing may be there.
    fn is_turned_off(&mut self, krate: Crate, name: &str) -> bool {
        name_index::occurrences(&self.inactive, name).next().is_some()
            || self.gaps.is_turned_off(self.sema.db, krate, name)
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
    pub(super) fn note_missing_path(&mut self, range: TextRange) {
        // A block is too small: types reach from it into others.
        let place = self.root.covering_element(range);
        let module = place.ancestors().find(|node| node.kind() == SyntaxKind::ITEM_LIST);
        self.lacking.push(module.unwrap_or_else(|| self.root.clone()).text_range());
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
            // What fits a type depends on all that is written, on imports, on every implementation that there is,
            // and on what macros make of it.
            _ => follows(
                self.is_broken
                    || self.lacks_imports(range)
                    || self.is_made_by_macro(range)
                    || self.gaps.reaches_programs(self.sema.db, self.krate),
            ),
        }
    }

    /// Whether a macro that is not the language's own made what a finding is about.
    fn is_made_by_macro(&self, range: TextRange) -> bool {
        let mut calls = self.root.covering_element(range).ancestors().filter_map(ast::MacroCall::cast);
        calls.any(|call| {
            let is_precise = call.token_tree().is_some_and(|it| it.syntax().text_range().contains_range(range));
            let of_the_language = || {
                let called = self.sema.resolve_macro_call(&call);
                called.is_some_and(|called| {
                    called.module(self.sema.db).krate(self.sema.db).origin(self.sema.db).is_lang()
                })
            };
            !is_precise || !of_the_language()
        })
    }

    /// An import, or a module without a file.
    fn import(&mut self, range: TextRange) -> Certainty {
        let place = self.root.covering_element(range);
        for node in place.ancestors() {
            if let Some(tree) = ast::UseTree::cast(node.clone()) {
                return self.import_tree(&tree);
            }
            if let Some(declaration) = ast::ExternCrate::cast(node.clone()) {
                let name = declaration.name_ref().map(|name| name.text().to_string()).unwrap_or_default();
                return self.unknown_crate(&name);
            }
            if ast::Module::can_cast(node.kind()) {
                return Certainty::Exact;
            }
            // A macro wrote it.
            if ast::MacroCall::can_cast(node.kind()) {
                return FOLLOWS;
            }
        }
        FOLLOWS
    }

    fn import_tree(&mut self, tree: &ast::UseTree) -> Certainty {
        let db = self.sema.db;
        let paths = paths(tree);
        for (missing, known) in paths.iter().zip(paths.iter().skip(1)) {
            let Some(resolution) = self.sema.resolve_path(known) else { continue };
            let name = name_of(missing).unwrap_or_default();
            return match resolution {
                PathResolution::Def(ModuleDef::Module(module)) => {
                    follows(self.gaps.may_have_name(db, module, &name) || self.is_turned_off(module.krate(db), &name))
                }
                // A variant of an enumeration, an item of a trait.
                PathResolution::Def(ModuleDef::Adt(adt)) if self.gaps.may_have_more_members(db, adt) => FOLLOWS,
                PathResolution::Def(ModuleDef::Adt(adt)) => {
                    follows(self.is_turned_off(adt.module(db).krate(db), &name))
                }
                _ => Certainty::Exact,
            };
        }
        let Some(name) = paths.last().and_then(name_of) else { return FOLLOWS };
        match name.as_str() {
            "crate" | "self" | "super" => self.in_crate(self.krate),
            "core" | "alloc" | "std" | "proc_macro" | "test" if !self.declared.has_library => Certainty::Unknown,
            name => {
                let dependencies = self.krate.dependencies(db);
                let dependency = dependencies.iter().find(|dependency| dependency.name.as_str() == name);
                match dependency {
                    Some(dependency) => self.in_crate(dependency.krate),
                    None if self.is_turned_off(self.krate, name) => FOLLOWS,
                    None => self.unknown_crate(name),
                }
            }
        }
    }

    /// An import that begins with a name that is neither a crate nor a module here.
    fn unknown_crate(&mut self, name: &str) -> Certainty {
        if self.gaps.lacks_crate(self.sema.db, self.krate, name) {
            return FOLLOWS;
        }
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
        if self.may_be_imported(range, &name) || self.is_turned_off(self.krate, &name) || self.is_of_unknown_type(range)
        {
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

    /// Whether what is missing is looked for in a type, by `<T>::name` in the text or in what a macro makes of it:
    /// traits may bring it that nothing is known of.
    fn is_of_unknown_type(&self, range: TextRange) -> bool {
        let Some(token) = self.root.token_at_offset(range.end()).left_biased() else { return false };
        self.sema.descend_into_macros(token).into_iter().any(|token| {
            let paths = token
                .parent_ancestors()
                .take_while(|node| !ast::Expr::can_cast(node.kind()) || ast::PathExpr::can_cast(node.kind()));
            let outermost = paths.filter_map(ast::Path::cast).last();
            let first = outermost.and_then(|path| path.first_segment());
            first.is_some_and(|first| first.type_anchor().is_some())
        })
    }

    /// A macro that is named by a path: its first name may be a crate that is not there. `None` if it is not.
    fn macro_path(&mut self, node: &SyntaxNode) -> Option<Certainty> {
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
        let is_plain = function.flatten().is_some_and(|function| {
            let options = function.module(db).krate(db).cfg(db);
            let source = function.source(db);
            source.is_some_and(|source| source.value.attrs().all(|attribute| is_harmless(&attribute, options)))
        });
        follows(!is_plain || self.lacks_imports(range))
    }

    /// A method, a field, or another item of a type.
    fn member(&mut self, range: TextRange) -> Certainty {
        if self.gaps.has_hidden_items(self.sema.db, self.krate) {
            return FOLLOWS;
        }
        let Some(token) = self.root.token_at_offset(range.start()).right_biased() else { return FOLLOWS };
        let token = self.sema.descend_into_macros_single_exact(token);
        let Some(receiver) = self.receiver(&token) else { return FOLLOWS };
        if self.has_member(&receiver, token.text()) {
            return Certainty::Unknown;
        }
        if self.is_turned_off(self.krate, token.text()) || self.may_lack_items(&receiver, &token) {
            return FOLLOWS;
        }
        match self.of_type(&receiver, token.text()) {
            // A trait that has it may be among what is not known.
            Certainty::Exact if self.lacks_imports(range) => Certainty::Likely(Severity::Warning, None),
            certainty => certainty,
        }
    }

    /// Whether macros that are not run would write items of a trait or an implementation that a type has.
    fn may_lack_items(&mut self, receiver: &Type<'db>, token: &SyntaxToken) -> bool {
        let db = self.sema.db;
        let scope = token.parent().and_then(|node| self.sema.scope(&node));
        let visible = scope.map(|scope| scope.visible_traits().0.into_iter().map(Trait::from).collect::<Vec<_>>());
        let mut traits: FxHashSet<Trait> = receiver.env_traits(db).chain(visible.into_iter().flatten()).collect();
        for known in traits.clone() {
            traits.extend(known.all_supertraits(db));
        }
        if traits.into_iter().any(|known| self.gaps.lacks_items(db, known)) {
            return true;
        }
        let types: Vec<_> = receiver.autoderef(db).take(8).collect();
        // The traits of a type that another type stands for are written far away.
        let is_known = |ty: &Type<'db>| {
            let ty = ty.strip_references();
            ty.as_associated_type_parent_trait(db).is_none()
        };
        types.iter().any(|ty| Impl::all_for_type(db, ty.clone()).into_iter().any(|it| lacks_items(db, it)))
            || (!types.iter().all(is_known) && self.gaps.reaches_programs(db, self.krate))
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

    /// The type in which a member of this name is looked for. Nothing if the name is no member's: then a macro
    /// wrote the member.
    fn receiver(&self, name: &SyntaxToken) -> Option<Type<'db>> {
        let name_ref = name.parent().filter(|node| ast::NameRef::can_cast(node.kind()))?;
        let parent = name_ref.parent()?;
        if let Some(call) = ast::MethodCallExpr::cast(parent.clone()) {
            return Some(self.sema.type_of_expr(&call.receiver()?)?.original);
        }
        if let Some(field) = ast::FieldExpr::cast(parent.clone()) {
            return Some(self.sema.type_of_expr(&field.expr()?)?.original);
        }
        if ast::RecordExprField::can_cast(parent.kind()) {
            let record = parent.ancestors().find_map(ast::RecordExpr::cast)?;
            return Some(self.sema.type_of_expr(&record.into())?.original);
        }
        let path = parent.ancestors().find_map(ast::Path::cast)?;
        let qualifier = path.qualifier()?;
        // What is missing may be missing of a type that stands between `<` and `>` alone.
        if let Some(arguments) = qualifier.segment()?.generic_arg_list() {
            let types = arguments.syntax().descendants().filter_map(ast::Type::cast);
            let are_whole = types.into_iter().all(|ty| {
                let ty = self.sema.resolve_type(&ty).and_then(|ty| ty.as_adt().is_none().then_some(ty));
                ty.is_some_and(|ty| !ty.contains_unknown())
            });
            if !are_whole {
                return None;
            }
        }
        match self.sema.resolve_path(&qualifier)? {
            PathResolution::Def(ModuleDef::Adt(adt)) => Some(adt.ty(self.sema.db)),
            PathResolution::Def(ModuleDef::TypeAlias(alias)) => Some(alias.ty(self.sema.db)),
            PathResolution::SelfType(implementation) => Some(implementation.self_ty(self.sema.db)),
            _ => None,
        }
    }

    /// Whether a type has all its members known, and so has what it dereferences to.
    fn of_type(&mut self, ty: &Type<'db>, name: &str) -> Certainty {
        let db = self.sema.db;
        for ty in ty.autoderef(db).take(8) {
            // What does not return has a type of its own, and stands in for types that are not known.
            if ty.is_unknown() || ty.is_never() {
                return Certainty::Unknown;
            }
            // Methods depend on what the arguments of a type implement.
            let mut types = Vec::new();
            ty.walk(db, |part| types.extend(part.as_adt()));
            for adt in types {
                let krate = adt.module(db).krate(db);
                if self.gaps.may_have_more_members(db, adt) || self.gaps.is_turned_off(db, krate, name) {
                    return FOLLOWS;
                }
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

/// The path that a tree in a `use` asks for, and all that it is found in, from inside to outside.
fn paths(tree: &ast::UseTree) -> Vec<ast::Path> {
    let mut paths = Vec::new();
    let outer = around(tree).filter_map(|outer| outer.path());
    for path in tree.path().into_iter().chain(outer) {
        paths.extend(std::iter::successors(Some(path), ast::Path::qualifier));
    }
    paths
}

/// The path before the last name of a tree in a `use`.
fn prefix(tree: &ast::UseTree) -> Option<ast::Path> {
    paths(tree).into_iter().nth(1)
}

/// The last name of a path, or the keyword that stands for one.
fn name_of(path: &ast::Path) -> Option<String> {
    Some(path.segment()?.name_ref()?.text().to_string())
}

/// The trees around one, the innermost first.
fn around(tree: &ast::UseTree) -> impl Iterator<Item = ast::UseTree> + use<> {
    tree.syntax().ancestors().skip(1).filter_map(ast::UseTree::cast)
}
