//! The language behind the core's seam.

use std::sync::Arc;

use montuno_base::{FileId, FilePosition, FileRange, Language};
use montuno_semantic::completion::{Candidates, CompletionItem};
use montuno_semantic::engine::{EngineFactory, Problem};
use montuno_semantic::hierarchy::{Access, Call, Item};
use montuno_semantic::presentation::{CodeAction, CodeActionKind, Hover, SignatureHelp};
use montuno_semantic::symbol::Symbol;
use montuno_semantic::{Cancellable, Confidence, Diagnostic, Moves, Resolution, Target, TextEdit};

use super::checker::{Checker, Findings};
use super::tree::{Kind, NONE, flags};
use super::types::{Place, Ty, Type};
use super::{diagnostics, hierarchy, looking, offers, target};
use crate::database::Database;
use crate::plugin::{LanguagePlugin, Mention};
use crate::view::View;

/// Makes the engine for TypeScript and JavaScript.
pub fn factory() -> EngineFactory {
    crate::engine::factory(&TypeScript)
}

/// TypeScript and JavaScript.
pub(crate) struct TypeScript;

/// Whoever answers questions about types at the view's revision.
pub(crate) fn checker<'a>(view: &View<'a>) -> Checker<'a> {
    Checker::new(view.db, view.db.kept::<Findings>().unwrap_or_default())
}

/// The targets of places, without those that are one.
pub(crate) fn targets(checker: &Checker<'_>, places: &[Place]) -> Vec<Target> {
    let mut found: Vec<Target> = Vec::with_capacity(places.len());
    for &place in places {
        let target = target::target(checker, place);
        if !found.iter().any(|known| known.file == target.file && known.name_range == target.name_range) {
            found.push(target);
        }
    }
    found
}

impl TypeScript {
    fn resolve(&self, view: &View<'_>, position: FilePosition) -> Option<Resolution> {
        let (file, offset) = view.place(position)?;
        let checker = checker(view);
        let found = checker.definition(file, offset.into())?;
        let tree = checker.tree(file);
        let origin = match tree.kind(found.node) {
            Kind::This | Kind::Super => tree.range(found.node),
            _ => tree.name_range(found.node),
        };
        let targets = targets(&checker, &found.targets);
        let confidence = if found.is_exact { Confidence::Exact } else { Confidence::Likely };
        (!targets.is_empty()).then_some(Resolution { origin, targets, confidence })
    }
}

impl LanguagePlugin for TypeScript {
    fn name(&self) -> &'static str {
        "TypeScript, JavaScript (oxc_parser 0.146)"
    }

    fn languages(&self) -> &'static [Language] {
        &[Language::TypeScript, Language::JavaScript]
    }

    fn updated(&self, db: &mut Database) {
        db.keep(Arc::new(Findings::default()));
    }

    fn problems(&self, db: &Database) -> Vec<Problem> {
        diagnostics::problems(db)
    }

    fn definitions(&self, view: &View<'_>, position: FilePosition) -> Option<Resolution> {
        self.resolve(view, position)
    }

    fn declarations(&self, view: &View<'_>, position: FilePosition) -> Option<Resolution> {
        let (file, offset) = view.place(position)?;
        let checker = checker(view);
        let tree = checker.tree(file);
        let node = super::definitions::nodes_at(tree, offset.into()).first().copied()?;
        if tree.kind(node) == Kind::Identifier {
            let place = checker.at(file, node);
            let found = checker.lookup(place, tree.name(node), checker.meaning_of(place));
            let imports: Vec<Place> = found
                .into_iter()
                .filter(|place| {
                    let tree = checker.tree(place.file);
                    matches!(
                        tree.kind(place.node),
                        Kind::ImportName | Kind::ImportDefault | Kind::ImportNamespace | Kind::ImportEquals
                    )
                })
                .collect();
            if !imports.is_empty() {
                let targets = targets(&checker, &imports);
                return Some(Resolution { origin: tree.name_range(node), targets, confidence: Confidence::Exact });
            }
        }
        self.resolve(view, position)
    }

    fn type_definitions(&self, view: &View<'_>, position: FilePosition) -> Option<Resolution> {
        let (file, offset) = view.place(position)?;
        let checker = checker(view);
        let found = checker.definition(file, offset.into())?;
        let tree = checker.tree(file);
        let ty = looking::type_of(&checker, checker.at(file, found.node), &found.targets)?;
        let mut places = Vec::new();
        type_places(&ty, &mut places);
        let targets = targets(&checker, &places);
        let origin = tree.name_range(found.node);
        (!targets.is_empty()).then_some(Resolution { origin, targets, confidence: Confidence::Exact })
    }

    fn implementations(&self, view: &View<'_>, position: FilePosition) -> Cancellable<Option<Resolution>> {
        hierarchy::implementations(view, position)
    }

    fn supertypes(&self, view: &View<'_>, position: FilePosition) -> Cancellable<Vec<Target>> {
        Ok(hierarchy::supertypes(view, position))
    }

    fn subtypes(&self, view: &View<'_>, position: FilePosition) -> Cancellable<Vec<Target>> {
        hierarchy::subtypes(view, position)
    }

    fn symbol(&self, view: &View<'_>, position: FilePosition, keep_aliases: bool) -> Option<Symbol> {
        let (file, offset) = view.place(position)?;
        let checker = checker(view);
        let tree = checker.tree(file);
        checker.question_file.set(Some(file));
        let nodes = super::definitions::nodes_at(tree, offset.into());
        let (node, places) = nodes.iter().find_map(|&node| {
            let places = checker.symbol_places(checker.at(file, node), keep_aliases);
            (!places.is_empty()).then_some((node, places))
        })?;
        let declarations = targets(&checker, &places);
        let first = *places.first()?;
        let declared = checker.tree(first.file);
        let name = declarations.first()?.name.clone();
        // What is declared inside of a function is known there alone.
        let is_local = places.iter().all(|place| {
            let tree = checker.tree(place.file);
            tree.kind(place.node) == Kind::Binding && tree.function_around(place.node).is_some()
        });
        let _ = declared;
        Some(Symbol {
            name,
            origin: tree.name_range(node),
            declarations,
            only_in: is_local.then(|| first.file.id(checker.db)),
            keeps_aliases: keep_aliases,
        })
    }

    fn mentions(&self, view: &View<'_>, symbol: &Symbol, file: FileId, offsets: &[u32]) -> Cancellable<Vec<Mention>> {
        let keep_aliases = symbol.keeps_aliases;
        let checker = checker(view);
        let file = view.file(file);
        let tree = checker.tree(file);
        checker.question_file.set(Some(file));
        let mut found = Vec::new();
        for &offset in offsets {
            view.checkpoint()?;
            let nodes = super::definitions::nodes_at(tree, offset);
            for &node in &nodes {
                if tree.node(node).name_start > offset {
                    continue;
                }
                let places = checker.symbol_places(checker.at(file, node), keep_aliases);
                if places.is_empty() {
                    continue;
                }
                let range = target::ranges(tree, node).1;
                let targets = targets(&checker, &places);
                if !found.iter().any(|known: &Mention| known.range == range && known.targets == targets) {
                    found.push(Mention { range, targets, access: access(tree, node) });
                }
            }
        }
        Ok(found)
    }

    fn describe(&self, view: &View<'_>, position: FilePosition) -> Option<Hover> {
        looking::describe(view, position)
    }

    fn type_at(&self, view: &View<'_>, position: FilePosition) -> Option<String> {
        looking::type_at(view, position)
    }

    fn expected_type(&self, view: &View<'_>, position: FilePosition) -> Option<String> {
        looking::expected_type(view, position)
    }

    fn members(&self, view: &View<'_>, position: FilePosition) -> Option<Candidates> {
        offers::members(view, position)
    }

    fn scope(&self, view: &View<'_>, position: FilePosition) -> Candidates {
        offers::scope(view, position)
    }

    fn signatures(&self, view: &View<'_>, position: FilePosition) -> Option<SignatureHelp> {
        looking::signatures(view, position)
    }

    fn items(&self, view: &View<'_>, file: FileId) -> Arc<[Item]> {
        let Some(text) = view.text(file) else { return Arc::from([]) };
        let path = view.context.inputs.files.path(file);
        let language = view.context.language(file).unwrap_or(Language::TypeScript);
        let _ = path;
        super::items_of(&text, language).into()
    }

    fn outline(&self, text: &str) -> Vec<Item> {
        super::items_of(text, Language::TypeScript)
    }

    fn calls(&self, view: &View<'_>, body: FileRange) -> Vec<Call> {
        hierarchy::calls(view, body)
    }

    fn diagnostics(&self, view: &View<'_>, file: FileId) -> Vec<Diagnostic> {
        diagnostics::diagnostics(view, file)
    }

    fn is_name(&self, text: &str) -> bool {
        let mut chars = text.chars();
        let starts = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_' || c == '$');
        starts && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '$') && !offers::is_reserved(text)
    }

    fn offers_nothing(&self, view: &View<'_>, position: FilePosition) -> bool {
        offers::offers_nothing(view, position)
    }

    fn importable(&self, view: &View<'_>, position: FilePosition) -> Option<Vec<CompletionItem>> {
        let text = view.text(position.file)?;
        view.place(position)?;
        let word = montuno_semantic::features::completions::typed(&text, position.offset);
        // Behind a dot stand members.
        let is_member = text[..usize::from(word.start())].trim_end().ends_with('.');
        if is_member { Some(Vec::new()) } else { super::importing::offers(view, position) }
    }

    fn imports_for(&self, view: &View<'_>, file: FileId, finding: &Diagnostic) -> Vec<(String, TextEdit)> {
        super::importing::fixes(view, file, finding)
    }

    fn organize_imports(&self, view: &View<'_>, file: FileId) -> Vec<TextEdit> {
        super::organize_imports::edits(view, file)
    }

    fn code_actions(&self, view: &View<'_>, range: FileRange, kinds: &[CodeActionKind]) -> Vec<CodeAction> {
        let is_wanted = kinds.is_empty() || kinds.contains(&CodeActionKind::QuickFix);
        if is_wanted { super::missing_members::action(view, range).into_iter().collect() } else { Vec::new() }
    }

    fn edits_for_moves(&self, view: &View<'_>, file: FileId, moves: &Moves) -> Vec<TextEdit> {
        super::moves::edits(view, file, moves)
    }

    fn more_offers(&self, view: &View<'_>, position: FilePosition) -> Vec<CompletionItem> {
        offers::more(view, position)
    }
}

/// Where the types in a type are declared.
fn type_places(ty: &Ty, places: &mut Vec<Place>) {
    match &**ty {
        Type::Reference(place, _)
        | Type::Value(place)
        | Type::Parameter(place)
        | Type::This(place)
        | Type::Object(place, _) => {
            places.push(*place);
        }
        Type::Union(list) | Type::Intersection(list) => list.iter().for_each(|ty| type_places(ty, places)),
        _ => {}
    }
}

/// What happens to a name where it stands.
fn access(tree: &super::tree::Tree, node: u32) -> Access {
    let mut at = node;
    let mut parent = tree.parent(at);
    if parent != NONE && tree.kind(parent) == Kind::Member && tree.child(parent, 1) == at {
        at = parent;
        parent = tree.parent(at);
    }
    if parent == NONE {
        return Access::Mention;
    }
    match tree.kind(parent) {
        Kind::Assign if tree.child(parent, 0) == at => Access::Write,
        Kind::Update => Access::Write,
        Kind::Declarator if tree.child(parent, 0) == at && tree.child(parent, 2) != NONE => Access::Write,
        _ if matches!(tree.kind(node), Kind::Identifier | Kind::Word)
            && !matches!(
                tree.kind(parent),
                Kind::TypeReference | Kind::QualifiedName | Kind::ImportName | Kind::ExportName
            ) =>
        {
            Access::Read
        }
        Kind::PatternProperty if tree.has(parent, flags::SHORTHAND) => Access::Read,
        _ => Access::Mention,
    }
}
